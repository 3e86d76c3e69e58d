"""Invented people who answer what they are asked: each waits for a mark on the phone, and does what they do then."""

import re
from collections import Counter
from collections.abc import Callable, Sequence

from tests.botapi import BotApi, Delivery, Person

Part = tuple[str, Callable[[Person], object]]
CODE = "hull-test"
PATIENCE = 60.0
MARK = re.compile(r"#(\w+)")


def joins(person: Person) -> None:
    """They open the link of the area."""
    person.says(f"/start {CODE}")


def agrees(person: Person) -> None:
    """They press Yes."""
    person.taps("Yes")


def tells(person: Person) -> None:
    """They answer in two messages, one right after the other."""
    person.says("The park,")
    person.says("and my neighbours.")


def picks(person: Person) -> None:
    """They press three buttons as fast as they can."""
    for label in ("Jobs", "Homes", "Done"):
        person.taps(label)


def leaves(person: Person) -> None:
    """They begin to answer, and leave."""
    person.says("Sun.")
    person.says("STOP")


JOINING: tuple[Part, ...] = (("", joins), ("c_part", agrees), ("c_remind", agrees))
TALKER: tuple[Part, ...] = (
    *JOINING,
    ("good_day", tells),
    ("hard_day", lambda person: person.says("Rain.")),
    ("shapes", picks),
    ("assets", lambda person: person.says("7")),
    ("share", lambda person: person.taps("Just the team")),
    ("bye", lambda person: None),
)
BRIEF: tuple[Part, ...] = tuple(
    ("good_day", lambda person: person.says("The park.")) if mark == "good_day" else (mark, does)
    for mark, does in TALKER
)
"""One message to an answer: when each is brought by itself, hours may lie between two of them."""
LEAVER: tuple[Part, ...] = (*JOINING, ("good_day", leaves), ("stopped", lambda person: None))


async def play(api: BotApi, person: Person, parts: Sequence[Part], patience: float = PATIENCE) -> None:
    """Live through a conversation. Who hears nothing for `patience` fails."""
    for mark, does in parts:
        await api.until(lambda mark=mark: not mark or mark in marks(person), patience)  # type: ignore[misc]
        does(person)


async def insist(api: BotApi, person: Person, parts: Sequence[Part], patience: float = 15) -> None:
    """Live through a conversation. Who hears nothing for a while says hello, and carries on."""
    for mark, does in parts:
        while mark and mark not in marks(person):
            try:
                await api.until(lambda mark=mark: mark in marks(person), patience)  # type: ignore[misc]
            except TimeoutError:
                says_hello(person)
        does(person)


def says_hello(person: Person) -> None:
    """They open the chat again, or take up what they are offered then."""
    if "Carry on" in person.buttons():
        person.taps("Carry on")
    else:
        person.says("/start")


def marks(person: Person) -> list[str]:
    """The marks of what they read, in order, copies included, redrawn messages not."""
    return marks_of(person.deliveries())


def marks_of(deliveries: Sequence[Delivery]) -> list[str]:
    """The marks of new messages."""
    return [mark for d in deliveries if d.method == "sendMessage" for mark in MARK.findall(d.text)]


def in_order(person: Person) -> list[str]:
    """Each mark where it was read first."""
    return list(dict.fromkeys(marks(person)))


def copies(person: Person) -> Counter[str]:
    """How often they read each mark."""
    return Counter(marks(person))
