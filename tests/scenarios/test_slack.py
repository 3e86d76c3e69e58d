"""The whole program in Slack: what people write counts once, and a workspace that goes and comes back loses nothing."""

import asyncio
import socket
from collections.abc import Callable
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import sqlalchemy as sa

from bot import starting
from bot.channels.slack.installing import EVENTS, INSTALL, REDIRECT
from bot.starting import CannotStart
from bot.workspaces import GONE
from storage import holds, invariants, mine, workspaces
from storage.database import Database
from storage.tables import contacts, inbox, outbox, participants
from tests.botapi import BotApi
from tests.slackapi import SlackApi
from tests.slackstage import SlackStage, in_slack, settings

WELCOME = ("English", "Yes", "The workshop team", "Yes", "Yes", "Yes", "Yes", "Yes")


async def sent(stage: SlackStage) -> list[str]:
    """How the messages of the outbox stand, without those that are on their way as they should be."""
    async with stage.parts.db.read() as conn:
        return list((await conn.execute(sa.select(outbox.c.state).order_by(outbox.c.id))).scalars())


async def answers(stage: SlackStage) -> dict[str, mine.OwnAnswer]:
    """What the only person has answered, by step."""
    async with stage.parts.db.read() as conn:
        person = (await conn.execute(sa.select(participants.c.id))).scalar_one()
        return {answer.step: answer for answer in (await mine.everything(conn, person)).answers}


async def test_a_conversation_in_slack_with_buttons_a_sheet_a_correction_and_a_deletion(database: Database) -> None:
    async with SlackApi() as api, in_slack(database, api) as stage:
        sam = await stage.joins("U7")
        await stage.through(sam, *WELCOME)
        await stage.says(sam, "Sam")
        await stage.skips(sam, "Tell us something")
        await stage.through(sam, "Tell us something")
        sam.taps("Write more here")
        await api.until(lambda: bool(api.sheets))
        sam.sends("A great deal & more.")
        await stage.settle()
        await stage.passes(10)
        kept = await answers(stage)
        await stage.through(sam, "Just the team")
        sam.sends("And this, an hour later.")
        await stage.passes(10)
        await stage.through(sam, "Just the team")
        await stage.says(sam, "An old thought.")
        await stage.passes(10)
        await stage.through(sam, "Just the team")
        sam.deletes("An old thought.")
        await stage.says(sam, "The prak.")
        sam.edits("The prak.", "The park.")
        sam.deletes("The park.")
        await stage.settle()

        assert kept["thought"].text == "A great deal & more."
        async with stage.parts.db.read() as conn:
            told = str((await conn.execute(sa.text("SELECT text FROM answer_parts"))).all())
            runs = str((await conn.execute(sa.text("SELECT body FROM runs"))).all())
            assert await invariants.check(conn) == []
        assert "later" in told, "a sheet that is sent late is a thought of its own"
        assert not [word for word in ("prak", "park", "old thought") if word in told + runs]
        assert set(await sent(stage)) == {"sent"}
        assert api.fastest(0.001) >= 1
        assert api.lost == []


async def test_what_may_have_arrived_reaches_a_person_once(database: Database) -> None:
    async with SlackApi() as api, in_slack(database, api) as stage:
        sam = await stage.joins("U7")
        before = len(sam.texts())
        api.modes.extend(["disconnect", "drop"])
        sam.says("HELP")
        await until(stage, "queued")
        async with asyncio.timeout(10):
            while (there := set(await sent(stage))) != {"sent"}:
                stage.clock.forward(seconds=0 if "sending" in there else 31)
                stage.parts.dispatcher._wake.set()
                await asyncio.sleep(0.05)

        texts = sam.texts()[before:]
        assert len(texts) == len(set(texts)), "no copy"
        assert set(await sent(stage)) == {"sent"}
        assert api.calls.count(("chat.postMessage", "drop")) == 1


async def test_a_workspace_that_goes_is_paused_and_one_that_comes_back_gets_what_waited(database: Database) -> None:
    async with SlackApi() as api:
        several = settings(api, bot_token="", client_id="1.2", client_secret="canary-client-secret")
        async with in_slack(database, api, several) as stage:
            await installed(stage)
            sam = await stage.joins("U7")
            before = len(sam.texts())

            api.tokens.clear()
            for event in ({"type": "tokens_revoked", "tokens": {"bot": ["UBOT"]}}, {"type": "app_uninstalled"}):
                api.event(event, event_time=int(stage.clock.now().timestamp()))
            await api.until(lambda: not api.telling)
            sam.says("HELP")
            await api.until(lambda: not api.telling)
            await until(stage, "queued")
            async with stage.parts.db.read() as conn:
                told = await holds.held_up(conn)
            assert sam.texts()[before:] == []

        async with in_slack(database, api, several) as stage:  # a restart in between forgets nothing
            api.tokens[api.token] = api.team
            stage.clock.forward(minutes=2)
            await installed(stage)
            await stage.passes(2)

            assert told == [
                "Nothing goes out through slack T1: the app was taken out of the workspace. What is queued waits."
            ]
            assert len(sam.texts()) == before + 2
            async with stage.parts.db.read() as conn:
                assert await holds.held_up(conn) == []
                assert "canary" not in str((await conn.execute(sa.select(outbox))).all())


async def until(stage: SlackStage, *states: str) -> None:
    """Wait until no message stands otherwise than settled or like this, and one does."""
    async with asyncio.timeout(10):
        while not set(states) & (there := set(await sent(stage))) or "sending" in there:
            stage.parts.turns.wake()
            stage.parts.dispatcher._wake.set()
            await asyncio.sleep(0.01)


async def installed(stage: SlackStage) -> None:
    """An admin installs the app by its pages."""
    stage.api.codes["good"] = {"access_token": stage.api.token, "team": {"id": stage.api.team, "name": "Hull"}}
    there = await stage.browser.get(INSTALL)
    cookie = SimpleCookie(there.headers["set-cookie"])
    stage.browser.cookies.update({name: morsel.value for name, morsel in cookie.items()})
    state = parse_qs(urlsplit(there.headers["location"]).query)["state"][0]
    back = await stage.browser.get(REDIRECT, params={"code": "good", "state": state})
    assert back.status_code == 200


async def test_a_workspace_that_another_process_was_told_of_is_opened_and_paused_here_too(
    sqlite_database: Database,
) -> None:
    async with SlackApi() as api:
        several = settings(api, bot_token="", client_id="1.2", client_secret="canary-client-secret")
        async with in_slack(sqlite_database, api, several) as stage:
            now = stage.clock.now()
            row = workspaces.Workspace(team="T1", name="Hull", token=api.token, installed_at=now)
            async with sqlite_database.write() as conn:
                await workspaces.save(conn, row)
            await until_true(lambda: bool(stage.parts.channels))
            sam = await stage.joins("U7")
            async with sqlite_database.write() as conn:
                await workspaces.remove(conn, "T1", now)
            await until_true(lambda: bool(stage.parts.dispatcher._lanes[0].stored.paused))

            assert len(sam.texts()) == 1
            async with sqlite_database.read() as conn:
                assert GONE in (await holds.held_up(conn))[0]


async def until_true(fact: Callable[[], bool]) -> None:
    """Wait for it, not for long."""
    async with asyncio.timeout(10):
        while not fact():  # noqa: ASYNC110 (it rings no bell)
            await asyncio.sleep(0.01)


async def test_a_held_lock_makes_slack_tell_it_again_and_it_counts_once(database: Database) -> None:
    async with SlackApi() as api, in_slack(database, api) as stage:
        sam = await stage.joins("U7")
        stage.parts.channels[0]._time_to_store = 0.2  # type: ignore[attr-defined]
        api.told.clear()
        lock = "LOCK TABLE inbox IN EXCLUSIVE MODE" if database.dialect == "postgresql" else "SELECT 1"
        async with database.write() as conn:
            await conn.exec_driver_sql(lock)
            sam.says("HELP")
            await api.until(lambda: 503 in api.told)
        before = len(sam.texts())
        await stage.settle()

        assert api.told[-1] == 200
        assert len(sam.texts()) == before + 2, "the answer, and the question again"
        async with database.read() as conn:
            keys = list((await conn.execute(sa.select(inbox.c.key).where(inbox.c.key.startswith("m:")))).scalars())
        assert len(keys) == len(set(keys)) == 2


async def test_somebody_whose_account_is_gone_is_not_written_to_any_more(database: Database) -> None:
    async with SlackApi() as api, in_slack(database, api) as stage:
        sam, kim = await stage.joins("U7"), await stage.joins("U8")
        sam.leaves()
        api.modes.append("user_disabled")
        kim.says("HELP")
        await stage.settle()

        async with database.read() as conn:
            joined = sa.select(contacts.c.chat, participants.c.reachable).join(participants)
            assert dict(list(map(tuple, await conn.execute(joined)))) == {"U7": False, "U8": False}


async def test_what_was_said_while_the_program_was_down_is_heard_once(database: Database) -> None:
    async with SlackApi() as api:
        async with in_slack(database, api) as stage:
            sam = await stage.joins("U7")
            before = len(sam.texts())
        sam.message("HELP")
        async with in_slack(database, api) as stage:
            async with asyncio.timeout(10):
                while len(sam.texts()) == before:
                    await stage.settle()
            await stage.settle()

            assert len(sam.texts()) == before + 2


async def test_a_wrong_token_ends_serve_with_a_sentence(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with SlackApi() as api:
        chosen = settings(api, bot_token="xoxb-wrong-token", RECONVENE_DATABASE_URL=sqlite_url)
        chosen = chosen.model_copy(update={"port": 0})

        with pytest.raises(CannotStart, match="RECONVENE_SLACK_BOT_TOKEN"):
            await starting.run(chosen)


async def test_serve_answers_telegram_and_slack_at_one_address(sqlite_url: str) -> None:
    async with BotApi() as telegram, SlackApi() as api:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        chosen = settings(
            api,
            RECONVENE_DATABASE_URL=sqlite_url,
            RECONVENE_TELEGRAM_TOKEN=telegram.token,
            RECONVENE_TELEGRAM_API_BASE=telegram.url,
            RECONVENE_WEBHOOK_SECRET="a-secret-of-some-length",
            RECONVENE_PORT=str(port),
        )
        running = asyncio.create_task(starting.run(chosen))
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as browser:

            async def door(body: bytes, headers: dict[str, str]) -> int:
                try:
                    return (await browser.post(EVENTS, content=body, headers=headers)).status_code
                except httpx.ConnectError:
                    return 0

            api.door = door
            sam, kim = api.person("U7"), telegram.person(7)
            sam.says("nonsense-code")
            await api.until(lambda: bool(sam.texts()))
            secret = {"X-Telegram-Bot-Api-Secret-Token": "a-secret-of-some-length"}
            update = {"update_id": 1, "message": kim.message(text="/start nonsense-code")}
            told = await browser.post(starting.WEBHOOK, json=update, headers=secret)
            await telegram.until(lambda: bool(kim.texts()))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

        assert told.status_code == 200
        assert "code" in sam.texts()[0]
        assert "code" in kim.texts()[0]
