"""The work of the program, in parts that several processes can share."""

from enum import StrEnum


class Role(StrEnum):
    """What a process does of the work of a program. One process does all of it, or several share it on PostgreSQL."""

    RECEIVE = "receive"  # takes in what comes from the platforms
    WORK = "work"  # takes turns: decides, and keeps house
    SEND = "send"  # sends what the turns decided; one process at a time
    CONSOLE = "console"  # shows the facilitators' pages


EVERYTHING = frozenset(Role)
