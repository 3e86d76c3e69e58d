"""The JSON API: the commands of the team for other programs, each let in by a token."""
