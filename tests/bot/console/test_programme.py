"""Programme: everything on one line of time, dates that are looked at before they move, attendance and gates."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

from bot.console import timeline
from bot.rights import Role, Staff
from flows.gates import NEVER_ANYWAY
from storage import tables as t
from storage.broadcasts import Audience
from tests.bot.console.counting import counted
from tests.bot.console.house import browser
from tests.bot.team import ADA, BEN, Team

THURSDAY = datetime(2026, 11, 12, 18, 0)  # noqa: DTZ001  (local to the area, as it is typed)
NED = Staff(name="Ned", areas=("newquay",), id="ned")


def words(html: str) -> str:
    """What is read on a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


async def hull(team: Team, people: int = 12) -> None:
    """A workshop in Hull and people who look forward to it."""
    for n in range(people):
        await team.person(f"Heron-{n}")
    await team.office.set_workshop(ADA, "hull", 1, THURSDAY, place="Town Hall")


async def test_the_programme_shows_workshops_prompts_and_messages_of_each_area(team: Team) -> None:
    await hull(team)
    await team.office.send(ADA, "nudge", Audience(areas=("hull",)), key="k")

    shown = await browser(team).get("/programme")

    read = words(shown.text)
    assert shown.status_code == 200
    assert "Thu 12 Nov, 18:00" in read
    assert "Set a date for workshop 1 in Newquay" in read
    assert re.search(r"Fri 13 Nov 18:00 Diary 1 conversation Hull 12", read)
    assert "Hull: 1 prompt sent, 1 to come; workshop 1 on Thu 12 Nov" in unescape(shown.text)
    assert "Nudge" in words((await browser(team).get("/programme", show="sent")).text)


async def test_what_the_team_has_planned_stands_on_the_line_of_time(team: Team) -> None:
    await hull(team)
    at = datetime(2026, 11, 6, 18, 0, tzinfo=UTC)
    await team.office.plan(ADA, "nudge", Audience(areas=("hull",)), at, key="one")
    await team.office.plan(ADA, "change", Audience(areas=("hull", "newquay")), at, key="both")

    mine = words((await browser(team, BEN).get("/programme")).text)
    every = words((await browser(team).get("/programme")).text)

    assert "Fri 6 Nov 18:00 Nudge by the team Hull" in mine
    assert "Change" not in mine
    assert "18:00 Change by the team Hull · Newquay" in every


async def test_whoever_only_looks_after_people_sees_the_dates_and_changes_nothing(team: Team) -> None:
    await hull(team)
    guardian = browser(team, Staff(name="Gil", role=Role.SAFEGUARDING))

    whole, workshop = await guardian.get("/programme"), await guardian.get("/programme/hull/1")

    assert whole.status_code == workshop.status_code == 200
    assert not re.findall(r'<form[^>]*method="post"', whole.text + workshop.text)
    assert "See what will move" not in workshop.text
    assert (await guardian.get("/programme/hull")).status_code == 404


async def test_few_people_are_not_told_as_a_number_on_the_line_of_time(team: Team) -> None:
    await hull(team, people=3)

    shown = words((await browser(team).get("/programme")).text)

    assert "Diary 1 conversation Hull fewer than 10" in shown


async def test_another_area_is_neither_shown_nor_there(team: Team) -> None:
    await hull(team)
    ned = browser(team, NED)

    shown = await ned.get("/programme")
    answers = [await ned.get(path) for path in ("/programme/hull", "/programme/hull/1", "/programme/atlantis")]
    sent = await ned.send("/programme/hull/1/attend", {"state": "attended", "everybody": "yes"}, page="/programme")

    assert "Hull" not in shown.text
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert sent.status_code == 404
    assert await team.rows(t.attendance) == []


async def test_what_will_move_is_seen_before_it_moves(team: Team) -> None:
    await hull(team)
    before = await team.rows(t.deadlines)
    asked = {"day": "2026-11-14", "start": "10:00", "end": "13:00", "place": "the Guildhall"}

    shown = words((await browser(team).get("/programme/hull/1", **asked)).text)

    assert "Diary 1 Fri 13 Nov, 18:00 Sun 15 Nov, 18:00 12 moves" in shown
    assert await team.rows(t.deadlines) == before

    page = "/programme/hull/1"
    moved = await browser(team).send(f"{page}/move", asked, page=page)

    assert "Workshop 1 in Hull is on Sat 14 Nov, 10:00 now. 12 prompts moved with it." in unescape(moved.text)
    (held,) = await team.office.workshops(ADA)
    assert (held.place, held.starts_at.hour, held.ends_at.hour) == ("the Guildhall", 10, 13)


async def test_what_was_sent_stays_and_what_finds_no_room_is_told(team: Team) -> None:
    await hull(team)
    sent = {"participant_id": "heron-0", "key": "entry:diary_1"}
    async with team.db.write() as conn:
        await conn.execute(t.deadlines.update().where(t.deadlines.c.participant_id == "heron-0").values(state="done"))
    assert any((row.participant_id, row.key) == tuple(sent.values()) for row in await team.rows(t.deadlines))

    later = words((await browser(team).get("/programme/hull/1", day="2026-11-19", start="18:00")).text)
    past = words((await browser(team).get("/programme/hull/1", day="2026-10-01", start="18:00")).text)

    assert "Diary 1 Fri 13 Nov, 18:00 Fri 20 Nov, 18:00 11 moves 1 sent, stays" in later
    assert "This date is in the past" in past
    assert "11 left out" in past


async def test_a_date_in_the_past_is_set_only_by_somebody_who_says_so(team: Team) -> None:
    page, old = "/programme/hull/1", {"day": "2026-10-01", "start": "18:00", "end": "21:00"}

    refused = await browser(team).send(f"{page}/move", old, page=page)
    assert "is in the past" in refused.text
    assert await team.office.workshops(ADA) == []

    await browser(team).send(f"{page}/move", {**old, "past": "yes"}, page=page)
    assert len(await team.office.workshops(ADA)) == 1


async def test_an_hour_that_does_not_exist_is_told_beside_the_form_and_kept(team: Team) -> None:
    shown = await browser(team).get("/programme/hull/1", day="2027-03-28", start="01:30", end="03:00")
    strange = await browser(team).get("/programme/hull/1", day="soon", start="18:00")

    assert shown.status_code == strange.status_code == 200
    assert "the clocks go forward" in shown.text
    assert 'value="01:30"' in shown.text
    assert "is no date" in strange.text


async def test_those_who_missed_are_ticked_and_the_others_marked_at_once(team: Team) -> None:
    await hull(team)
    page = "/programme/hull/1"

    await browser(team, BEN).send(f"{page}/attend", {"state": "missed", "who": ["Heron-1", "Heron-2"]}, page=page)
    await browser(team, BEN).send(f"{page}/attend", {"state": "attended", "everybody": "yes"}, page=page)
    shown = await browser(team, BEN).send(f"{page}/attend", {"state": "left_early", "names": "heron-1"}, page=page)

    marks = {row.participant_id: row.state for row in await team.rows(t.attendance)}
    assert [marks[f"heron-{n}"] for n in range(4)] == ["attended", "left_early", "missed", "attended"]
    assert "1 person left early: Heron-1." in shown.text
    nobody = await browser(team, BEN).send(f"{page}/attend", {"state": "missed"}, page=page)
    assert "Nobody was named" in nobody.text


async def test_the_code_for_the_door_is_made_once_with_the_reason_for_going_on(team: Team) -> None:
    page = "/programme/hull/1"
    asked = await browser(team).get(page)
    assert "should be seen to before people are invited" in asked.text

    made = await browser(team).send(f"{page}/invite", {"anyway": "a trial run"}, page=page)

    (code,) = await team.rows(t.invites)
    assert made.text.count(code.code) == 2
    assert (await team.office.invite(BEN, "hull")).code == code.code


async def test_a_gate_says_what_is_missing_and_takes_a_word_for_it(team: Team) -> None:
    page = "/programme/hull"
    confirm = {"gate": "G0", "item": "retention", "note": "agreed with the data officer"}
    before = words((await browser(team).get(page)).text)

    await browser(team).send(f"{page}/confirm", confirm, page=page)
    await browser(team).send(
        f"{page}/confirm", {"gate": "G0", "item": "dpia", "name": "Jo", "on": "2026-10-01"}, page=page
    )
    after = words((await browser(team).get(page)).text)

    assert "How long answers are kept" in before
    assert "How long answers are kept" not in after
    assert "The privacy assessment signed off" in before
    assert "The privacy assessment" not in after
    assert {row.item for row in await team.rows(t.metadata.tables["gate_records"])} == {"retention", "dpia"}


async def test_the_team_goes_on_without_only_where_that_is_theirs_to_decide(team: Team) -> None:
    page = "/programme/hull"

    shown = (await browser(team).get(page)).text
    went = await browser(team).send(f"{page}/anyway", {"gate": "G0", "reason": "<b>a trial</b>"}, page=page)
    never = [await browser(team).send(f"{page}/anyway", {"gate": g, "reason": "x"}, page=page) for g in NEVER_ANYWAY]

    offered = set(re.findall(r'id="why-(G\d)"', shown))
    assert "G0" in offered
    assert offered.isdisjoint(NEVER_ANYWAY)
    assert "The reason given: &lt;b&gt;a trial&lt;/b&gt;" in went.text
    assert all("There is no way around" in answer.text for answer in never)


async def test_the_picture_keeps_days_where_they_are_when_the_clocks_change(team: Team) -> None:
    zone = ZoneInfo("Europe/London")
    shown = timeline.Window(first=datetime(2026, 10, 24).date(), last=datetime(2026, 10, 27).date())  # noqa: DTZ001

    places = [shown.x(datetime(2026, 10, day, 12, tzinfo=zone), zone) for day in (24, 25, 26, 27)]

    assert places == ["12.50%", "37.50%", "62.50%", "87.50%"]


async def test_more_people_take_no_more_questions_to_the_database(team: Team) -> None:
    taken = []
    for n in (1, 30):
        for k in range(n):
            await team.person(f"Heron-{n}-{k}")
        await team.office.set_workshop(ADA, "hull", 1, THURSDAY)
        for path in ("/programme", "/programme/hull", "/programme/hull/1"):
            with counted() as statements:
                assert (await browser(team).get(path)).status_code == 200
            taken.append(len(statements))

    assert taken[:3] == taken[3:]


async def test_a_thousand_people_are_a_line_for_each_moment(team: Team) -> None:
    people = [f"Heron-{n}" for n in range(1000)]
    at = team.clock.at
    person = {"area": "hull", "state": "active", "reachable": True, "locale": "en", "facts": "{}"}
    async with team.db.write() as conn:
        rows = [{"id": n.lower(), "code_name": n, "joined_at": at, "last_heard_at": at, **person} for n in people]
        await conn.execute(t.participants.insert(), rows)
        due = {"kind": "entry", "state": "planned", "reason": "", "priority": 3, "asked": 0}
        await conn.execute(
            t.deadlines.insert(),
            [
                {"participant_id": n.lower(), "key": f"entry:e{k}", "due_at": at + timedelta(days=k), **due}
                for n in people
                for k in range(10)
            ],
        )

    lanes = await team.office.lanes(ADA)

    assert [(lane.area, len(lane.slots), lane.taking_part) for lane in lanes] == [("hull", 10, 1000), ("newquay", 0, 0)]
