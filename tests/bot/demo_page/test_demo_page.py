"""The demo's page, driven in-process."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.channels.demo.channel import DemoChannel
from bot.demo_page.app import build
from bot.messages import Address, Attachment, Choice, Inbound, Outgoing, Start, Tap, Words
from tests.bot.demo_page.fake_notebook import FakeNotebook, lively

START = datetime(2026, 11, 5, 17, 30, tzinfo=UTC)
PHONE = "00000000000000aa"


class World:
    """The page, its phone, its notebook, and a clock that stands still until somebody jumps."""

    def __init__(self) -> None:
        self.now = START
        self.inbox: list[Inbound] = []
        self.notebook: FakeNotebook = lively(lambda: self.now)
        self.channel = DemoChannel(lambda: self.now)
        self.app: Starlette = build(self.notebook, self.channel, jump=self._jump)
        self.client = self.browser()
        self.client.cookies.set("phone", PHONE)

    def browser(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.app),
            base_url="http://127.0.0.1:8000",
            headers={"Origin": "http://127.0.0.1:8000"},
        )

    async def _jump(self, at: datetime) -> None:
        self.now = at

    async def accept(self, batch: Sequence[Inbound]) -> None:
        self.inbox.extend(batch)

    async def tell(self, path: str, **body: Any) -> httpx.Response:
        return await self.client.post(path, json=body)

    async def state(self) -> Any:
        return (await self.client.get("/state")).json()

    async def bot_says(self, message: Outgoing) -> None:
        await self.channel.send(Address(channel="demo", bot="demo", chat=PHONE), message, len(self.inbox) + 1)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    made = World()
    receiving = asyncio.create_task(made.channel.receive(made.accept))
    yield made
    receiving.cancel()
    with suppress(asyncio.CancelledError):
        await receiving
    await made.client.aclose()


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_page_loads_nothing_from_elsewhere(world: World) -> None:
    page = await world.client.get("/")

    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["cache-control"] == "no-store"
    assert "http" not in page.text.replace("http-equiv", "")


@pytest.mark.parametrize("name", ["base.css", "phone.css", "notebook.css", "page.js", "phone.js", "icon.svg"])
async def test_its_parts_come_along(world: World, name: str) -> None:
    assert (await world.client.get(f"/static/{name}")).status_code == 200


async def test_a_new_browser_gets_a_phone_of_its_own(world: World) -> None:
    async with world.browser() as first, world.browser() as second:
        await first.get("/")
        await second.get("/")

        assert first.cookies["phone"] != second.cookies["phone"]


async def test_without_a_phone_nothing_is_sent(world: World) -> None:
    async with world.browser() as stranger:
        answer = await stranger.post("/phone/say", json={"text": "hello"})

    assert answer.status_code == 409
    assert world.inbox == []


# ── safety ───────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_another_site_cannot_write(world: World) -> None:
    answer = await world.client.post("/phone/say", json={"text": "x"}, headers={"Origin": "https://elsewhere.example"})

    assert answer.status_code == 403
    assert world.inbox == []


async def test_a_strange_host_name_is_refused(world: World) -> None:
    answer = await world.client.get("/state", headers={"Host": "elsewhere.example"})

    assert answer.status_code == 403


async def test_a_form_of_another_kind_is_refused(world: World) -> None:
    answer = await world.client.post("/phone/say", content='{"text": "x"}', headers={"Content-Type": "text/plain"})

    assert answer.status_code == 403


async def test_a_body_without_sense_is_answered_in_a_sentence(world: World) -> None:
    answer = await world.tell("/phone/say", words="x")

    assert answer.status_code == 400
    assert "unexpected" in answer.json()["error"]


async def test_a_body_that_is_too_long_is_refused(world: World) -> None:
    assert (await world.tell("/phone/say", text="x" * 1_000_001)).status_code == 403


# ── the phone ────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_what_the_person_does_reaches_the_inbox(world: World) -> None:
    await world.tell("/phone/start", code="hull-7k3f")
    await world.tell("/phone/say", text="The last bus is at six.")
    await world.tell("/phone/tap", token="r.x.1.yes")

    start, words, tap = (inbound.content for inbound in world.inbox)
    assert start == Start(code="hull-7k3f")
    assert isinstance(words, Words)
    assert words.text == "The last bus is at six."
    assert tap == Tap(token="r.x.1.yes")


async def test_the_chat_stands_in_the_state(world: World) -> None:
    await world.bot_says(Outgoing(text="**Hi** <b>", choices=(Choice(token="r.x.1.yes", label="Yes"),), token="r.x.1"))
    await world.tell("/phone/tap", token="r.x.1.yes")

    (bubble,) = (await world.state())["phone"]["bubbles"]
    assert bubble["html"] == "<p><strong>Hi</strong> &lt;b&gt;</p>"
    assert bubble["choices"] == [{"token": "r.x.1.yes", "label": "Yes", "tapped": True}]


async def test_a_message_that_is_gone_cannot_be_changed(world: World) -> None:
    answer = await world.tell("/phone/edit", id="nothing", text="x")

    assert answer.status_code == 409
    assert "no longer" in answer.json()["error"]


async def test_a_new_phone_shows_nothing_of_the_old_one(world: World) -> None:
    await world.tell("/phone/say", text="hello")

    await world.tell("/phone/another")

    assert (await world.state())["phone"]["bubbles"] == []


async def test_a_state_that_was_seen_is_not_sent_again(world: World) -> None:
    digest = (await world.state())["digest"]

    same = await world.client.get("/state", params={"seen": digest})
    world.notebook.private += 1
    other = await world.client.get("/state", params={"seen": digest})

    assert (same.status_code, other.status_code) == (204, 200)


async def test_the_page_hears_that_something_has_changed(world: World) -> None:
    lines: asyncio.Queue[bytes] = asyncio.Queue()

    async def send(message: Any) -> None:
        if message.get("body"):
            lines.put_nowait(message["body"])

    async def receive() -> Any:
        await asyncio.Event().wait()

    headers = [(b"host", b"127.0.0.1:8000"), (b"cookie", f"phone={PHONE}".encode())]
    scope = {"type": "http", "method": "GET", "path": "/events", "query_string": b"", "headers": headers}
    watching = asyncio.create_task(world.app({**scope, "asgi": {"spec_version": "2.4"}}, receive, send))
    first = await lines.get()

    await world.tell("/phone/say", text="hello")
    second = await asyncio.wait_for(lines.get(), 5)

    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    assert first != second
    assert json.dumps((await world.state())["digest"]).strip('"').encode() in second


# ── the clock ────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_clock_jumps_to_the_next_prompt_of_this_phone(world: World) -> None:
    await world.tell("/clock", to="prompt")

    assert world.now == datetime(2026, 11, 6, 18, 0, tzinfo=UTC)


async def test_the_clock_jumps_to_the_workshop(world: World) -> None:
    await world.tell("/clock", to="workshop")

    assert world.now == datetime(2026, 11, 10, 10, 0, tzinfo=UTC)


async def test_the_clock_goes_an_hour_on(world: World) -> None:
    await world.tell("/clock", to="hour")

    assert world.now == START + timedelta(hours=1)


async def test_with_nothing_planned_the_clock_says_so(world: World) -> None:
    world.notebook.planned.clear()

    answer = await world.tell("/clock", to="prompt")

    assert answer.status_code == 409
    assert world.now == START


# ── the notebook ─────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_reminder_is_counted_before_it_is_sent(world: World) -> None:
    found = (await world.tell("/notebook/preview", template="remind_24h", areas=["walsall"])).json()

    assert found["people"] == 7
    assert found["left_out"] == [{"reason": "they have blocked the bot", "people": 1}]
    assert "<strong>10:00</strong>" in found["html"]
    assert world.notebook.shipments == {}


async def test_a_reminder_sent_twice_is_one_shipment(world: World) -> None:
    for _ in range(2):
        await world.tell("/notebook/send", template="remind_24h", areas=["walsall"], key="k1")

    (shipment,) = (await world.state())["notebook"]["shipments"]
    assert len(shipment["rows"]) == 8


async def test_a_reminder_without_a_key_is_not_sent(world: World) -> None:
    answer = await world.tell("/notebook/send", template="remind_24h")

    assert answer.status_code == 409
    assert world.notebook.shipments == {}


async def test_a_reminder_to_nobody_is_refused_in_a_sentence(world: World) -> None:
    answer = await world.tell("/notebook/send", template="remind_24h", states=["erased"], key="k1")

    assert answer.json() == {"error": "Nobody would get this, so nothing was sent."}


async def test_a_date_is_looked_at_before_it_is_saved(world: World) -> None:
    wanted = {"area": "hull", "wave": 1, "day": "2026-11-12", "start": "10:00:00", "end": "15:00:00", "place": "Hall"}

    dry = (await world.tell("/notebook/move", **wanted, dry=True)).json()
    before = world.notebook.meetings["hull", 1].place
    await world.tell("/notebook/move", **wanted, dry=False)

    assert dry["moved"] == 6
    assert before == "Freedom Centre, Preston Road"
    assert world.notebook.meetings["hull", 1].place == "Hall"


async def test_a_workshop_that_ends_before_it_starts_is_refused(world: World) -> None:
    wanted = {"area": "hull", "wave": 1, "day": "2026-11-12", "start": "15:00:00", "end": "10:00:00"}

    answer = await world.tell("/notebook/move", **wanted, dry=False)

    assert answer.status_code == 409


async def test_a_request_that_was_seen_to_is_gone(world: World) -> None:
    await world.tell("/notebook/done", ids=[1])

    assert [request["id"] for request in (await world.state())["notebook"]["requests"]] == [2]


async def test_everybody_is_marked_as_there(world: World) -> None:
    assert (await world.tell("/notebook/attended", area="hull", wave=1)).json() == {"people": 8}


# ── sounds and pictures ──────────────────────────────────────────────────────────────────────────────────────────
async def test_a_sound_is_played_on_the_phone_it_was_sent_to_and_on_no_other(world: World) -> None:
    attachment = Attachment(kind="voice", key="audio:x", mime="audio/ogg", content=b"OggS")
    await world.bot_says(Outgoing(text="Here it is.", attachment=attachment))
    (bubble,) = (await world.state())["phone"]["bubbles"]

    mine = await world.client.get(bubble["attachment"]["from"])
    async with world.browser() as other:
        other.cookies.set("phone", "00000000000000bb")
        theirs = await other.get(bubble["attachment"]["from"])

    assert bubble["attachment"]["kind"] == "voice"
    assert (mine.status_code, mine.content, mine.headers["content-type"]) == (200, b"OggS", "audio/ogg")
    assert theirs.status_code == 409
