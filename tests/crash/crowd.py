"""People who come and go while the program is killed, and what there must be of them afterwards."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass

from tests.botapi import BotApi, Person
from tests.crash import ledger
from tests.crash.ledger import Account
from tests.crash.people import LEAVER, TALKER, copies, insist
from tests.crash.theatre import Theatre


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """What a crowd came to: how many people, what they were told, and the most copies of one message."""

    people: int
    messages: int
    uncertain: int
    extra: int
    most: int


async def crowd(api: BotApi, dying: asyncio.Task[None]) -> int:
    """People come, two at a time, as long as the program is being killed. How many came."""
    chats = 0
    while not dying.done():
        await asyncio.gather(
            insist(api, api.person(chats + 1), TALKER),
            insist(api, api.person(chats + 2), LEAVER),
        )
        chats += 2
    return chats


async def crowd_of_a_pair(
    platform: BotApi, pair: list[Theatre], dice: random.Random, kills: int, *beside: asyncio.Task[None]
) -> int:
    """Two processes, each killed so many times, while people come. How many came."""
    killing = [asyncio.create_task(one.killed_at_random(dice, kills)) for one in pair]
    dying = asyncio.create_task(_all(killing))
    living = [asyncio.create_task(one.live_after(dying)) for one in pair]
    try:
        came = await crowd(platform, dying)
        for task in beside:
            task.cancel()
        for one in pair:
            await one.stop_when_quiet()
        await asyncio.gather(*living)
    finally:
        for one in pair:
            await one.clear(dying, *killing, *living, *beside)
    return came


async def _all(tasks: list[asyncio.Task[None]]) -> None:
    await asyncio.gather(*tasks)


async def check(api: BotApi, url: str, came: int) -> Count:
    """Everybody who came is there, each thing they said was kept once, and each phone shows what was decided."""
    found = await ledger.accounts(url)
    assert len(found) == came
    for chat, account in found.items():
        check_answers(account, talks=int(chat) % 2 == 1)
        ledger.check_phone(api.person(int(chat)), account)
    return _count(api, found)


def check_answers(account: Account, *, talks: bool) -> None:
    """Each thing they said was kept once."""
    said = ["The park,", "and my neighbours.", "Rain."] if talks else ["Sun."]
    assert [text for _, text in account.parts] == said
    assert account.state == ("active" if talks else "stopped")
    assert [(item, answer) for item, answer, _ in account.consents] == [("part", "yes"), ("remind", "yes")]
    if talks:
        values = {step: value for flow, step, value, _, _ in account.answers if flow == "talk"}
        assert (values["shapes"], values["assets"]) == ('["jobs","homes"]', "7")


def _most(account: Account, person: Person) -> int:
    """The most copies they got of one message. A message may be decided for somebody more than once, months apart."""
    decided = Counter(mark for marks, _, again in account.told if not again for mark in marks.split())
    return max((-(-n // (decided[mark] or 1)) for mark, n in copies(person).items()), default=0)


def _count(api: BotApi, found: dict[str, Account]) -> Count:
    told = [state for account in found.values() for _, state, _ in account.told]
    read = [copies(api.person(int(chat))) for chat in found]
    decided = [
        mark for account in found.values() for marks, _, again in account.told if not again for mark in marks.split()
    ]
    return Count(
        people=len(found),
        messages=len(told),
        uncertain=told.count("uncertain"),
        extra=max(0, sum(sum(one.values()) for one in read) - len(decided)),
        most=max((_most(account, api.person(int(chat))) for chat, account in found.items()), default=0),
    )
