"""How long the console's pages take with a long dialogue behind them: in-process, from the request to the last byte."""

import random
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from statistics import median, quantiles

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.searching import fold
from storage.database import Database
from storage.tables import answer_parts, answers, participants, runs
from storage.tables_reading import codes, reading_texts, readings
from tests.benchmarks.past import BEGAN
from tests.bot.console.house import Browser, browser
from tests.bot.team import ADA, Stopped, Team

Row = Mapping[str, object]
PEOPLE = 1000
TALK = 5
"""Reflections of one conversation."""
TOGETHER = 5000
AREAS = ("hull", "newquay")
SYLLABLES = ("ba", "den", "fo", "gil", "har", "kel", "lu", "mon", "ne", "por", "rus", "sel", "ta", "vin", "wo", "zen")
LABELS = ("frame:home", "frame:food", "frame:safety", "theme:housing")
PAGES: Mapping[str, str] = {
    "today": "/",
    "the stream": "/reflections",
    "the stream, page 20 of it": "",  # filled in when the marks of the pages are known
    "one area, one wave": "/reflections?area=hull&wave=2",
    "what is coded as homes": "/reflections?label=frame%3Ahome",
    "what I have not read, when all is read but the oldest": "/reflections?unread=yes",
    "a word that is in most": "/reflections?q=the",
    "a word that is in few": "/reflections?q=harbour",
    "two words without a third": "/reflections?q=the+bus+-monday",
    "words that stand together": "/reflections?q=%22bus+stop%22",
    "a word that is in most, in one wave, read by me": "/reflections?q=the&wave=2",
    "one reflection": "/reflections/r0.s0",
    "where two coders differ": "/reflections/differences",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Took:
    """Milliseconds of a page."""

    median: float
    p95: float


async def pages(url: str, reflections: int, times: int) -> dict[str, Took]:
    """Page → how long it took."""
    db = Database.open(url)
    try:
        await db.migrate()
        await fill(db, reflections)
        client = browser(Team(db=db, clock=Stopped(at=BEGAN + timedelta(days=60))), ADA)
        ways = {**PAGES, "the stream, page 20 of it": await _far(client)}
        return {name: await _measure(client, path, times) for name, path in ways.items()}
    finally:
        await db.close()


async def _far(client: Browser) -> str:
    path = "/reflections"
    for _ in range(19):
        shown = (await client.get(path)).text
        if 'rel="next"' not in shown:
            break
        path = shown.split('" rel="next"')[0].rsplit('href="', 1)[1].replace("&amp;", "&")
    return path


async def _measure(client: Browser, path: str, times: int) -> Took:
    took = []
    for _ in range(times + 1):
        began = time.perf_counter()
        shown = await client.client.get(path)
        took.append((time.perf_counter() - began) * 1000)
        assert shown.status_code == 200, f"{path}: {shown.status_code}"
    rest = took[1:]  # the first one warms up
    return Took(median=median(rest), p95=quantiles(rest, n=20)[-1] if len(rest) > 1 else rest[0])


# ── a long dialogue ────────────────────────────────────────────────────────────────────────────────────────────
async def fill(db: Database, reflections: int) -> None:
    """A thousand people and what they said, coded by two, read by one but for the oldest fiftieth."""
    for table, rows in tables(reflections).items():
        while some := list(islice(rows, TOGETHER)):
            async with db.write() as conn:
                await conn.execute(sa.insert(table), some)
    if db.dialect == "postgresql":
        async with db.write() as conn:
            await _analyse(conn)


async def _analyse(conn: AsyncConnection) -> None:
    """What the server does by itself a minute after so much was written."""
    await conn.execute(sa.text("ANALYZE"))


def tables(reflections: int) -> dict[sa.Table, Iterator[Row]]:
    """The rows of each table, in the order that the foreign keys ask for."""
    words = list(_texts(reflections))
    every = range(reflections)
    return {
        participants: (_person(n) for n in range(PEOPLE)),
        runs: (_run(n) for n in range(0, reflections, TALK)),
        answers: (_answer(n) for n in every),
        answer_parts: ({**_own(n), "at": _at(n), "message": str(n), "text": words[n]} for n in every),
        reading_texts: ({**_own(n), "words": fold(words[n])} for n in every),
        readings: ({**_own(n), "reader": "Ada", "at": _at(n)} for n in every if n > reflections // 50),
        codes: (_code(n, coder) for n in range(0, reflections, 10) for coder in ("Ada", "Ben")),
    }


def _texts(reflections: int) -> Iterator[str]:
    """Sentences in which few words are frequent and most are rare, as in any language."""
    dice = random.Random(7)
    rare = ["".join(dice.choices(SYLLABLES, k=dice.randint(1, 4))) for _ in range(8000)]
    known = ["the", "and", "bus", "to", "monday", "stop", "we", "park", *rare, "harbour"]
    weights = [1 / (rank + 1) for rank in range(len(known))]
    return (" ".join(dice.choices(known, weights, k=25)) for _ in range(reflections))


def _at(n: int) -> object:
    return BEGAN + timedelta(seconds=20 * n)


def _own(n: int) -> dict[str, object]:
    run = n // TALK * TALK
    return {"run_id": f"r{run}", "step": f"s{n % TALK}", "participant_id": f"p{run // TALK % PEOPLE}"}


def _person(n: int) -> Row:
    known = {"area": AREAS[n % 2], "state": "active", "locale": "en", "facts": '{"consent.quote":"yes"}'}
    return {**known, "id": f"p{n}", "code_name": f"Heron-{n}", "joined_at": BEGAN, "last_heard_at": BEGAN}


def _run(n: int) -> Row:
    told = {"flow": "diary_1", "version": "v1", "state": "finished", "body": "{}", "cause": f"deadline:{n}"}
    return {
        **told,
        "id": f"r{n}",
        "participant_id": _own(n)["participant_id"],
        "opened_at": _at(n),
        "touched_at": _at(n),
    }


def _answer(n: int) -> Row:
    told = {"flow": "diary_1", "version": "v1", "kind": "text", "vis": "F", "value": '"text"', "locale": "en"}
    wave = 1 if n % 3 else 2
    return {**_own(n), **told, "at": _at(n), "area": AREAS[n // TALK % PEOPLE % 2], "wave": wave, "share": "group"}


def _code(n: int, coder: str) -> Row:
    label = LABELS[(n // 10 + (n % 70 == 0 and coder == "Ben")) % len(LABELS)]
    told = {"label": label, "coder": coder, "begin": 0, "end": 0, "words": "", "revision": 1, "at": _at(n)}
    return {**_own(n), **told}
