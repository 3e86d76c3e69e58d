"""Slack, through Bolt: a conversation for each person, buttons, sheets to write on."""
