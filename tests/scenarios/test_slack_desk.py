"""The team at work in Slack: by commands and buttons, in the same program as the people they see to."""

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from storage import mailbox
from storage.database import Database
from tests.slackapi import SlackApi
from tests.slackpeople import Official
from tests.slackstage import SlackStage, in_slack
from tests.stage import OLIVE

WELCOME = ("English", "Yes", "The workshop team", "Yes", "Yes", "Yes", "Yes", "Yes")
RED = "I don't want to be here any more"
CANARY = "canary-thought-about-the-library"


async def on_the_team(stage: SlackStage, id: str, name: str, duty: str = "none", *areas: str) -> Official:
    """A member of the team who came in by the command."""
    code = await stage.parts.facilitation.facilitator_code(OLIVE, name, areas)
    await stage.parts.facilitation.give_duty(OLIVE, name, duty)
    member = stage.api.person(id)
    await types(stage, member, f"join {code.code}")
    return member


async def types(stage: SlackStage, member: Official, command: str) -> None:
    member.types(command)
    await stage.settle()


async def consents(stage: SlackStage, id: str) -> Official:
    """Somebody of Hull who has agreed to take part."""
    person = await stage.joins(id)
    await stage.through(person, *WELCOME)
    await stage.says(person, "Sam")
    return person


async def workshop(stage: SlackStage, starts: datetime) -> None:
    """A workshop in Hull at this time, to the minute."""
    local = starts.astimezone(ZoneInfo("Europe/London")).replace(second=0, microsecond=0, tzinfo=None)
    await stage.parts.facilitation.set_workshop(OLIVE, "hull", 1, local, local + timedelta(hours=3), place="the hall")


async def test_a_facilitator_joins_by_the_command_and_works_through_what_waits(database: Database) -> None:
    async with SlackApi() as api, in_slack(database, api) as stage:
        ben = await on_the_team(stage, "U1", "Ben", "none", "hull")
        await consents(stage, "U7")
        await stage.parts.facilitation.invite_stakeholder(OLIVE, "hull", type="councillor", role="Head of parks")
        await stage.parts.facilitation.add_statement(OLIVE, "hull", "More buses & trams")

        ben.opens_home()
        await stage.settle()
        page = api.homes["U1"]
        await types(stage, ben, "moderate")
        await stage.through(ben, "Show it")
        await types(stage, ben, "progress")
        ben.opens_home()
        await stage.settle()

        assert "You are on the team" in ben.texts()[0]
        assert "Views to look at: 1" in str(page)
        assert "Views: 1" in str(page)
        assert "Views to look at: 0" in str(api.homes["U1"])
        assert "Hull: fewer than 10 of 18 joined" in ben.texts()[-1]
        assert "0 of 19 interviewed. Invited: 1, joined: 0" in ben.texts()[-2]
        assert [one.state for one in await stage.parts.facilitation.statements(OLIVE, ["hull"])] == ["approved"]


async def test_an_alert_reaches_the_lead_in_slack_until_somebody_takes_it_up(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with SlackApi() as api, in_slack(database, api) as stage:
        lead, deputy = await on_the_team(stage, "U1", "Gil", "lead"), await on_the_team(stage, "U2", "Dee", "deputy")
        ben = await on_the_team(stage, "U3", "Ben", "none", "hull")
        caplog.set_level(logging.DEBUG)
        person = await consents(stage, "U7")
        await stage.says(person, f"{RED}, {CANARY}")
        await stage.passes(31 * 60)

        assert all("case 1" in member.texts()[-1] for member in (lead, deputy))
        assert "alert 2" in lead.texts()[-1]
        await stage.through(deputy, "I take it")
        told = len(lead.texts())
        await stage.passes(3 * 3600)

        assert "You have case 1" in deputy.texts()[-1]
        assert len(lead.texts()) == told, "nobody is told again"
        assert "Nobody has taken it up yet" in "\n".join(ben.texts())
        said = "\n".join(text for member in (lead, deputy, ben) for text in member.texts())
        assert RED not in said
        assert CANARY not in said
        assert CANARY not in caplog.text
        await types(stage, ben, "cases")
        assert "may not see to safeguarding cases" in ben.texts()[-1]
        await types(stage, deputy, "case 1")
        assert CANARY in deputy.texts()[-1], "the one who sees to it reads it when they ask for it"
        assert CANARY not in caplog.text


async def test_two_of_the_team_send_together_and_watch_it_in_one_message(database: Database) -> None:
    async with SlackApi() as api, in_slack(database, api) as stage:
        ben, dee = await on_the_team(stage, "U1", "Ben"), await on_the_team(stage, "U2", "Dee")
        await workshop(stage, stage.clock.now() + timedelta(days=3))
        people = [await consents(stage, id) for id in ("U7", "U8")]

        await types(stage, ben, "broadcast nudge hull")
        preview = ben.texts()[-1]
        await stage.through(ben, "Ask a second person")
        assert "waits until one of these has looked at it: Dee" in ben.texts()[-1]
        await stage.through(dee, "Send it")
        await stage.passes(4)
        await stage.parts.watcher.look()
        await stage.settle()

        assert "2 people" in preview
        assert "The calendar knows nothing of this one" in preview
        assert "Ben wants to send nudge to 2 people in Hull" in "\n".join(dee.texts())
        for member in (ben, dee):
            copies = [one for one in member.deliveries() if one.text.startswith("nudge")]
            assert (copies[-1].method, copies[-1].id) == ("chat.update", copies[-2].id)
            assert "2 of 2 sent. Nothing waits any more" in copies[-1].text
            assert copies[-1].buttons == []
        (sent,) = await stage.parts.facilitation.broadcasts(OLIVE)
        ledger = await stage.parts.facilitation.ledger(OLIVE, sent.id)
        assert ledger.counts == {"sent": 2}
        assert all("No rush." in person.texts()[-1] for person in people)


async def test_the_room_is_led_from_slack(sqlite_database: Database) -> None:
    async with SlackApi() as api, in_slack(sqlite_database, api) as stage:
        ben = await on_the_team(stage, "U1", "Ben", "none", "hull")
        await workshop(stage, stage.clock.now() + timedelta(hours=2))
        sam = await consents(stage, "U7")
        await stage.skips(sam, "What would you like to do?")

        await stage.passes(60)
        await types(stage, ben, "room")
        await stage.through(ben, "Open the room")
        await stage.through(sam, "Yes")
        await types(stage, ben, "room hull")
        seen = ben.texts()[-1]
        asked = sam.texts()[-1]
        ben.taps(next(label for label in ben.buttons() if label.startswith("Next:")))
        await stage.settle()

        assert "1 of 1 have answered" in seen
        assert "together in a moment" in asked
        assert sam.texts()[-1] != asked


async def test_the_shortcut_opens_the_mailbox_in_the_conversation(sqlite_database: Database) -> None:
    async with SlackApi() as api, in_slack(sqlite_database, api) as stage:
        passer = api.person("U9")
        passer.picks("mailbox")
        await stage.settle()
        assert "We do not keep your name" in passer.texts()[-2]

        await stage.through(passer, "Hull")
        for words in ("Rain on a bus shelter", "The buses are late"):
            await stage.says(passer, words)
            await stage.passes(10)
        await stage.through(passer, "Getting about")
        await stage.says(passer, "SKIP")
        await stage.says(passer, "A warm library")
        await stage.passes(10)
        await stage.through(passer, "I live here")

        async with sqlite_database.read() as conn:
            (entry,) = await mailbox.of_areas(conn, ["", "hull"])
        assert entry.helps == "A warm library"
        assert "U9" not in str(entry)
