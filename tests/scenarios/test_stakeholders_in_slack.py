"""Somebody who decides, where they work: they come with a code, answer at length on a sheet, and see their own page."""

import asyncio
import json

import sqlalchemy as sa

from storage.database import Database
from storage.tables import answer_parts, outbox, participants
from tests.scenarios.company import WORDS
from tests.slackapi import SlackApi
from tests.slackpeople import Official
from tests.slackstage import SlackStage, in_slack
from tests.stage import OLIVE


async def seated(stage: SlackStage, id: str) -> Official:
    """Somebody who was invited and has agreed."""
    _, code = await stage.parts.facilitation.invite_stakeholder(
        OLIVE, "hull", type="housing", role="Head of housing", org="The council", name="Pat Mole"
    )
    pat = stage.api.person(id)
    await stage.says(pat, code.code)
    await stage.through(pat, "Yes", "By role only", "Yes")
    return pat


async def test_an_official_is_interviewed_in_slack_and_finds_what_is_open_on_their_page(database: Database) -> None:
    async with SlackApi() as api, in_slack(database, api) as stage:
        pat = await seated(stage, "U7")
        pat.opens_home()
        await stage.settle()
        at_first = json.dumps(api.homes["U7"])
        pat.taps("Write more here")
        await api.until(lambda: bool(api.sheets))
        pat.sends(WORDS)
        await stage.settle()
        await stage.passes(10)
        asked = len(pat.texts())
        await stage.says(pat, "SKIP")

        async with stage.parts.db.read() as conn:
            kept = list(await conn.scalars(sa.select(answer_parts.c.text)))
            roles = list(await conn.scalars(sa.select(participants.c.role)))
        assert WORDS in kept
        assert roles == ["stakeholder"]
        assert len(pat.texts()) > asked
        assert "nterview" in at_first
        assert api.lost == []


async def test_who_is_invited_by_e_mail_finds_the_code_in_slack_once(database: Database) -> None:
    async with SlackApi() as api, in_slack(database, api) as stage:
        api.emails["pat@council.example"] = {"id": "U7"}
        pat = api.person("U7")
        office = stage.parts.facilitation
        about = {"type": "housing", "org": "The council", "name": "Pat Mole"}
        _, code = await office.invite_stakeholder(OLIVE, "hull", **about, role="Head", reach="pat@council.example")
        await office.invite_stakeholder(OLIVE, "hull", **about, role="Deputy", reach="nobody@council.example")
        await api.until(lambda: bool(pat.texts()))
        await stage.settle()
        await asyncio.sleep(0.1)  # it looks again every moment
        told = pat.texts()
        await stage.says(pat, code.code)

        assert len(told) == 1
        assert code.code in told[0]
        assert len(pat.texts()) > 1
        async with stage.parts.db.read() as conn:
            assert list(await conn.scalars(sa.select(participants.c.role))) == ["stakeholder"]
            assert list(await conn.scalars(sa.select(outbox.c.body).where(outbox.c.cause.like("invited:%")))) == [""]


async def test_somebody_without_a_page_of_ours_is_shown_none(database: Database) -> None:
    async with SlackApi() as api, in_slack(database, api) as stage:
        sam = await stage.joins("U7")
        before = len(sam.texts())

        sam.opens_home()
        api.person("U8").opens_home()
        await stage.settle()

        assert api.homes == {}
        assert len(sam.texts()) == before
