"""The demo's page: a phone on the left, the facilitator's notebook on the right."""
