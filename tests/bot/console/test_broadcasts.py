"""Broadcasts: seen before they go out, sent once, watched, called off, and accounted for person by person."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from html import unescape

import sqlalchemy as sa

from bot.console.pages.broadcasts import watch
from bot.facilitation import Post
from bot.rights import Staff
from storage import tables as t
from storage.broadcasts import Audience
from tests.bot.console.counting import counted
from tests.bot.console.house import browser
from tests.bot.console.test_programme import words
from tests.bot.team import ADA, BEN, Team

CARL = Staff(name="Carl", areas=("hull",), id="carl")
NED = Staff(name="Ned", areas=("newquay",), id="ned")
HULL = Audience(areas=("hull",))
NEW = "/broadcasts/new?template=remind_24h&areas=hull"


async def people(team: Team, count: int, area: str = "hull") -> None:
    for n in range(count):
        await team.person(f"{area.capitalize()}-{n:03}", area=area)


async def settle(team: Team, *states: str) -> None:
    """The first messages in the outbox end like this."""
    rows = [row.id for row in await team.rows(t.outbox)]
    async with team.db.write() as conn:
        for id, state in zip(rows, states, strict=False):
            reason = "cut off" if state == "uncertain" else ""
            await conn.execute(sa.update(t.outbox).where(t.outbox.c.id == id).values(state=state, reason=reason))


def form(key: str = "k", **more: str | Sequence[str]) -> dict[str, str | Sequence[str]]:
    return {"template": "remind_24h", "areas": "hull", "key": key, **more}


async def test_the_list_tells_what_became_of_everybody(team: Team) -> None:
    await people(team, 3)
    await team.person("Wren-1", state="stopped")
    await team.office.send(ADA, "remind_24h", HULL, key="k")
    await settle(team, "sent", "refused")

    shown = words((await browser(team).get("/broadcasts")).text)

    assert (
        "Remind 24 hours to Hull going out Ada, just now 1 sent, 1 waiting, 1 refused, 1 left out: 4 people in all."
        in shown
    )


async def test_what_reaches_another_area_is_neither_listed_nor_there(team: Team) -> None:
    await people(team, 1)
    await people(team, 1, "newquay")
    both = await team.office.send(ADA, "remind_24h", Audience(areas=("hull", "newquay")), key="both")
    mine = await team.office.send(ADA, "nudge", Audience(areas=("newquay",)), key="mine")
    ned = browser(team, NED)

    listed = (await ned.get("/broadcasts")).text
    path = f"/broadcasts/{both.broadcast.id}"
    answers = [
        await ned.get(path),
        await ned.get(f"{path}/events"),
        await ned.send(f"{path}/cancel", {}, page="/broadcasts"),
    ]

    assert re.findall(r'href="/broadcasts/(\w{10,})"', listed) == [mine.broadcast.id]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert {row.state for row in await team.rows(t.broadcasts)} == {"sending"}


async def test_the_list_of_an_area_goes_on_where_the_last_page_ended(team: Team) -> None:
    await people(team, 1)
    for n in range(22):
        await team.office.send(ADA, "nudge", Audience(areas=("hull",), again=True), key=f"k{n}")

    first = await browser(team, BEN).get("/broadcasts")
    (older,) = re.findall(r"before=(\w+)", first.text)
    second = await browser(team, BEN).get("/broadcasts", before=older)

    ids = [re.findall(r'href="/broadcasts/(\w{10,})"', page.text) for page in (first, second)]
    assert [len(page) for page in ids] == [20, 2]
    assert {*ids[0], *ids[1]} == {row.id for row in await team.rows(t.broadcasts)}
    by_the_calendar = await browser(team, BEN).get("/broadcasts", by="calendar")
    assert "Nothing was sent yet." in by_the_calendar.text


async def test_each_person_stands_on_the_ledger_page_by_page_and_by_outcome(team: Team) -> None:
    await people(team, 53)
    sent = await team.office.send(ADA, "remind_24h", HULL, key="k")
    await settle(team, "sent", "sent")
    path = f"/broadcasts/{sent.broadcast.id}"

    first = (await browser(team).get(path)).text
    (after,) = re.findall(r"after=(\d+)", first)
    rest = (await browser(team).get(path, after=after)).text
    arrived = (await browser(team).get(path, outcome="sent")).text

    assert len(set(re.findall(r"Hull-\d+", first))) == 50
    assert set(re.findall(r"Hull-\d+", rest)) == {f"Hull-{n:03}" for n in range(50, 53)}
    assert set(re.findall(r"Hull-\d+", arrived)) == {"Hull-000", "Hull-001"}


async def test_a_new_message_shows_how_it_reads_and_who_gets_it(team: Team) -> None:
    await people(team, 2)
    await team.person("Wren-1", state="paused")
    await team.person("Wren-2", remind="no")

    shown = words((await browser(team).get(NEW)).text)

    assert "Telegram reading age" in shown
    assert "Slack reading age" in shown
    assert "Hi Sam. See you at the workshop. I cannot come" in shown
    assert "2 get it Who Hull-000, Hull-001 2 do not" in shown
    assert "1 takes a break Wren-1" in shown
    assert "1 did not agree to reminders Wren-2" in shown
    assert "Send to 2 people" in shown


async def test_nothing_is_sent_to_no_area(team: Team) -> None:
    await people(team, 1)

    shown = await browser(team).get("/broadcasts/new", template="remind_24h", chosen="yes")
    sent = await browser(team).send("/broadcasts/send", {"template": "remind_24h", "key": "k"}, page=NEW)

    assert "Tick at least one area" in shown.text
    assert "Tick at least one area. Nothing was sent." in sent.text
    assert await team.rows(t.broadcasts) == []


async def test_a_message_that_is_sent_twice_by_an_impatient_thumb_goes_out_once(team: Team) -> None:
    await people(team, 2)
    key = re.findall(r'name="key" value="(\w+)"', (await browser(team).get(NEW)).text)[0]

    first = await browser(team).send("/broadcasts/send", form(key), page=NEW)
    second = await browser(team).send("/broadcasts/send", form(key), page=NEW)

    assert "It goes out to 2 people now." in first.text
    assert "It had been sent already. Nothing was sent twice." in second.text
    assert str(first.url) == str(second.url)
    assert len(await team.rows(t.outbox)) == 2


async def test_a_line_that_only_the_sender_knows_is_filled_in_and_stays_words(team: Team) -> None:
    await people(team, 1)
    asked = (await browser(team).get("/broadcasts/new", template="thanks", areas="hull")).text
    evil = "<script>alert(1)</script> **bold**"

    seen = await browser(team).get("/broadcasts/new", template="thanks", areas="hull", **{"fill.headline": evil})
    choose = await browser(team).get("/broadcasts/new")
    fields = {"template": "thanks", "areas": "hull", "key": "k", "fill.headline": "the park"}
    await browser(team).send("/broadcasts/send", fields, page=NEW)

    assert "cannot be written yet" in unescape(asked)
    assert 'name="fill.headline"' in asked
    assert "<script>alert" not in seen.text
    assert "helped us see" in seen.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; **bold**" in seen.text
    assert "You fill in a line before it can be read." in choose.text
    (row,) = await team.rows(t.outbox)
    assert "the park" in row.body


async def test_words_of_ones_own_that_are_hard_to_read_take_a_reason(team: Team) -> None:
    await people(team, 1)
    hard = "the multidimensional interdependencies characterising socioeconomic determinants of population health"
    fields = {"template": "thanks", "areas": "hull", "key": "k", "fill.headline": hard}

    seen = await browser(team).get("/broadcasts/new", template="thanks", areas="hull", **{"fill.headline": hard})
    refused = await browser(team).send("/broadcasts/send", fields, page=NEW)
    assert "too hard for some" in seen.text
    assert "Why it stays hard to read" in seen.text
    assert "Use shorter words and sentences" in refused.text
    assert await team.rows(t.outbox) == []

    sent = await browser(team).send("/broadcasts/send", {**fields, "why": "a quote"}, page=NEW)

    assert "It goes out to 1 person now." in sent.text
    (line,) = [row for row in await team.rows(t.journal) if row.action == "hard_words"]
    assert '"reason":"a quote"' in line.detail


async def test_a_message_to_many_waits_until_somebody_else_lets_it_go(team: Team) -> None:
    await people(team, 51)
    asked = await browser(team, BEN).send("/broadcasts/send", form(), page=NEW)
    (path,) = set(re.findall(r'"(/broadcasts/held/\w+)"', asked.text))

    own = await browser(team, BEN).get(path)
    refused = await browser(team, BEN).send(f"{path}/approve", {}, page=path)
    elsewhere = await browser(team, NED).get(path)
    assert "It waits for a second person." in asked.text
    assert "somebody else lets it go" in own.text
    assert "It takes somebody else to let it go" in refused.text
    assert elsewhere.status_code == 404
    assert await team.rows(t.outbox) == []

    went = await browser(team, CARL).send(f"{path}/approve", {}, page=path)

    assert "It goes out to 51 people now." in went.text
    assert len(await team.rows(t.outbox)) == 51
    assert (await browser(team, CARL).get(path)).status_code == 404


async def test_a_message_is_planned_for_an_hour_and_called_off_before_it(team: Team) -> None:
    await people(team, 2)
    planned = await browser(team, BEN).send("/broadcasts/plan", form(day="2026-11-05", hour="18:00"), page=NEW)
    again = await browser(team, BEN).send("/broadcasts/plan", form(day="2026-11-05", hour="18:00"), page=NEW)
    quiet = await browser(team, BEN).send("/broadcasts/plan", form("k2", day="2026-11-05", hour="23:00"), page=NEW)
    (path,) = set(re.findall(r'"(/broadcasts/held/\w+)"', planned.text))

    shown = words((await browser(team, BEN).get(path)).text)
    dropped = await browser(team, BEN).send(f"{path}/drop", {}, page=path)

    assert "It goes out on Thu 5 Nov, 18:00, unless somebody calls it off before." in planned.text
    assert "It goes out on Thu 5 Nov, 18:00" in again.text
    assert "Choose another hour" in quiet.text
    assert "Its hour is Thu 5 Nov, 18:00." in shown
    assert "2 get it" in shown
    assert "“Remind 24 hours” is not sent." in dropped.text
    assert await team.rows(t.broadcasts) == []
    assert await team.office.planned(BEN) == []


async def test_a_second_person_may_decide_against_it(team: Team) -> None:
    await people(team, 51)
    asked = await browser(team, BEN).send("/broadcasts/send", form(), page=NEW)
    (path,) = set(re.findall(r'"(/broadcasts/held/\w+)"', asked.text))

    dropped = await browser(team, CARL).send(f"{path}/drop", {}, page=path)

    assert "“Remind 24 hours” is not sent." in dropped.text
    assert await team.office.held(BEN) == []


async def test_in_the_quiet_hours_only_what_is_urgent_goes_out(team: Team) -> None:
    await people(team, 1)
    team.clock.at = datetime(2026, 11, 5, 21, 30, tzinfo=UTC)

    shown = await browser(team).get(NEW)
    refused = await browser(team).send("/broadcasts/send", form(), page=NEW)
    sent = await browser(team).send("/broadcasts/send", form(urgent="yes"), page=NEW)

    assert "It is urgent" in shown.text
    assert "quiet hours until" in refused.text
    assert "It goes out to 1 person now." in sent.text


async def test_it_is_tried_on_oneself_alone(team: Team) -> None:
    await people(team, 1)
    await team.add(t.facilitators, id="ben", name="Ben", areas='["hull"]', created_at=team.clock.at)
    await team.add(t.contacts, channel="demo", bot="demo", chat="bens-phone", facilitator_id="ben")

    tried = await browser(team, BEN).send("/broadcasts/try", form(), page=NEW)

    (row,) = await team.rows(t.outbox)
    assert "It is on its way to you, and to nobody else." in tried.text
    assert row.chat == "bens-phone"


async def test_what_has_not_gone_out_is_called_off(team: Team) -> None:
    await people(team, 3)
    sent = await team.office.send(ADA, "remind_24h", HULL, key="k")
    await settle(team, "sent")
    path = f"/broadcasts/{sent.broadcast.id}"

    stopped = await browser(team).send(f"{path}/cancel", {}, page=path)

    assert "Called off: 2 messages will not go out." in stopped.text
    assert "1 sent, 2 called off: 3 people in all." in stopped.text
    assert "Call it off" not in stopped.text


async def test_uncertain_ones_are_sent_again_or_left(team: Team) -> None:
    await people(team, 2)
    sent = await team.office.send(ADA, "remind_24h", HULL, key="k")
    await settle(team, "uncertain", "uncertain")
    path = f"/broadcasts/{sent.broadcast.id}"
    numbers = re.findall(r'name="number" value="(\d+)"', (await browser(team).get(path)).text)
    first, second = sorted(set(numbers))

    assert (
        await browser(team, NED).send("/broadcasts/again", {"number": first}, page="/broadcasts")
    ).status_code == 404
    await browser(team).send("/broadcasts/again", {"number": first}, page=path)
    await browser(team).send("/broadcasts/leave", {"number": second}, page=path)
    done = await browser(team).get(path)

    assert "1 waiting, 1 uncertain: 2 people in all." in done.text
    assert "left as it is by Ada" in done.text
    assert 'name="number"' not in done.text


async def test_the_news_of_a_message_end_when_it_is_done(team: Team) -> None:
    await people(team, 1)
    sent = await team.office.send(ADA, "remind_24h", HULL, key="k")
    await settle(team, "sent")

    news = await browser(team).get(f"/broadcasts/{sent.broadcast.id}/events")

    assert news.headers["content-type"].startswith("text/event-stream")
    assert '"sent": 1' in news.text
    assert news.text.endswith("event: done\ndata: {}\n\n")


async def test_the_news_tell_each_change_once_and_stop_when_nobody_listens(team: Team) -> None:
    await people(team, 2)
    sent = await team.office.send(ADA, "remind_24h", HULL, key="k")
    looks = 0

    async def read() -> Post:
        nonlocal looks
        looks += 1
        if looks == 3:
            await settle(team, "sent")
        return await team.office.post(ADA, sent.broadcast.id)

    async def gone() -> bool:
        return looks == 5

    told = [piece async for piece in watch(read, gone, every=0)]

    assert [re.findall(r'"sent": (\d)', piece) for piece in told] == [[], ["0"], ["1"]]
    assert looks == 5


async def test_more_messages_and_more_people_take_no_more_questions_to_the_database(team: Team) -> None:
    taken = []
    for n in (1, 12):
        await people(team, n, "hull" if n == 1 else "newquay")
        for k in range(n):
            audience = Audience(areas=("hull", "newquay"), again=True)
            sent = await team.office.send(ADA, "nudge", audience, key=f"{n}-{k}")
        for path in ("/broadcasts", f"/broadcasts/{sent.broadcast.id}", "/broadcasts/new?template=nudge&again=yes"):
            with counted() as statements:
                assert (await browser(team).get(path)).status_code == 200
            taken.append(len(statements))

    assert taken[:3] == taken[3:]
