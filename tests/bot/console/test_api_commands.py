"""What another program can learn and do: the commands of the team, journaled under its own name."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.rights import Staff
from storage import tables as t
from storage.rows import from_json
from storage.tables_api import api_replies
from tests.bot.console.counting import counted
from tests.bot.console.programs import LEA, program
from tests.bot.facilitation.test_agenda import whole
from tests.bot.facilitation.test_exchange import wrote
from tests.bot.facilitation.test_questions import asking
from tests.bot.team import Team

DRAFT = {"template": "remind_24h", "areas": ["hull"]}
PETE = Staff(name="Pete", id="pete")


async def journal(team: Team) -> list[tuple[str, str]]:
    """What programs did."""
    return [(row.who, row.action) for row in await team.rows(t.journal) if row.who.startswith("api:")]


# ── reading ────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_programme_is_told_as_far_as_the_token_reaches(team: Team) -> None:
    told = (await (await program(team, "observer", ("hull",))).get("/programme")).json()

    assert [area["id"] for area in told["areas"]] == ["hull"]
    assert told["messages"] == ["remind_24h", "thanks", "nudge", "change"]


async def test_small_numbers_are_not_told(team: Team) -> None:
    for n in range(3):
        await team.person(f"Heron-{n}")

    told = (await (await program(team, "observer")).get("/progress", area="hull")).json()["progress"]

    assert told[0]["joined"] == {"n": None, "words": "fewer than 10"}


async def test_people_are_told_by_code_name_page_by_page(team: Team) -> None:
    for n in range(51):
        await team.person(f"Heron-{n:02}")
    dash = await program(team)

    first = (await dash.get("/people")).json()
    second = (await dash.get("/people", after=first["next"])).json()

    names = [one["code_name"] for page in (first, second) for one in page["people"]]
    assert names == [f"Heron-{n:02}" for n in range(51)]
    assert second["next"] == ""
    assert "Real-" not in str(first)
    assert "heron-00" not in str(first), "ids are no business of others"


async def test_a_page_of_people_takes_as_many_statements_for_fifty_as_for_one(team: Team) -> None:
    await team.person("Heron-00")
    dash = await program(team)
    await dash.get("/people")
    with counted() as few:
        await dash.get("/people")
    for n in range(1, 50):
        await team.person(f"Heron-{n:02}")

    with counted() as many:
        await dash.get("/people")

    assert len(many) == len(few)


async def test_it_is_noted_at_whom_a_program_looked(team: Team) -> None:
    await team.person("Heron-1")

    told = await (await program(team)).get("/people/heron-1")

    assert told.json()["code_name"] == "Heron-1"
    assert await journal(team) == [("api:dash", "saw")]


async def test_answers_are_read_page_by_page_and_it_is_noted_how_many(team: Team) -> None:
    pid = await team.person("Heron-1")
    for n in range(51):
        await team.answer(pid, f"Day {n}", step=f"day{n}", at=team.clock.at + timedelta(minutes=n))
    await team.answer(pid, "Mine alone", step="mine", share="me")
    dash = await program(team)

    first = (await dash.get("/reflections")).json()
    second = (await dash.get("/reflections", before=first["next"])).json()

    said = [one["text"] for page in (first, second) for one in page["reflections"]]
    assert said == [f"Day {n}" for n in reversed(range(51))]
    assert (first["private"], second["next"]) == (1, "")
    lines = [from_json(row.detail, dict) for row in await team.rows(t.journal) if row.action == "api_read"]
    assert lines == [{"rows": 50}, {"rows": 1}]


async def test_answers_are_searched_as_in_the_console(team: Team) -> None:
    await team.answer(await team.person("Heron-1"), "We wear coats in bed.")
    await team.answer(await team.person("Heron-2"), "The bus is late.")

    found = (await (await program(team)).get("/reflections", search="coat*")).json()

    assert [one["code_name"] for one in found["reflections"]] == ["Heron-1"]


# ── doing ──────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_workshop_is_looked_at_before_it_is_set(team: Team) -> None:
    dash = await program(team)
    body = {"start": "2026-11-26T18:00:00", "place": "Guildhall"}

    tried = await dash.post("/workshops/hull/1", {**body, "dry": True})
    before = await team.rows(t.workshops)
    done = await dash.post("/workshops/hull/1", body)

    assert tried.json()["dry"] is True
    assert before == []
    assert done.json()["workshop"]["place"] == "Guildhall"
    assert await journal(team) == [("api:dash", "set_workshop")]


@pytest.mark.parametrize("start", ["2026-07-01T18:00:00", "2026-07-01T17:00:00Z", "2026-07-01T19:00:00+02:00"])
async def test_a_time_with_a_zone_is_the_same_moment_in_the_area(team: Team, start: str) -> None:
    await (await program(team)).post("/workshops/hull/1", {"start": start, "confirm": True})

    [held] = await team.rows(t.workshops)
    assert held.starts_at == datetime(2026, 7, 1, 17, 0, tzinfo=UTC)


async def test_attendance_is_noted_by_code_name_or_not_at_all(team: Team) -> None:
    await team.person("Heron-1")
    await team.person("Heron-2")
    dash = await program(team)
    body = {"area": "hull", "wave": 1, "state": "attended"}

    strange = await dash.post("/attendance", {**body, "people": ["Heron-1", "Nobody-1"]})
    between = await team.rows(t.attendance)
    done = await dash.post("/attendance", {**body, "people": ["heron-1", "Heron-1"]})

    assert strange.status_code == 422
    assert "Nobody-1" in strange.json()["error"]["sentence"]
    assert between == []
    assert done.json()["people"] == ["Heron-1"]
    assert [(row.participant_id, row.by) for row in await team.rows(t.attendance)] == [("heron-1", "api:dash")]


async def test_nobody_is_invited_before_the_gates_are_open_unless_it_is_said_why(team: Team) -> None:
    dash = await program(team)

    closed = await dash.post("/areas/hull/invite")
    anyway = await dash.post("/areas/hull/invite", {"anyway": "a rehearsal"})

    assert closed.status_code == 422
    assert [row.code for row in await team.rows(t.invites)] == [anyway.json()["code"]]


async def test_a_task_is_done_once(team: Team) -> None:
    await team.person("Heron-1")
    await team.add(t.tasks, id=7, participant_id="heron-1", kind="callback", created_at=team.clock.at)
    dash = await program(team)

    listed = (await dash.get("/tasks")).json()["tasks"]
    done, again = await dash.post("/tasks/7/done"), await dash.post("/tasks/7/done")

    assert [(one["id"], one["code_name"]) for one in listed] == [(7, "Heron-1")]
    assert (done.status_code, again.status_code) == (200, 404)
    assert [row.done_by for row in await team.rows(t.tasks)] == ["api:dash"]


async def test_a_moderator_shows_a_view_to_others_and_reads_no_answers(team: Team) -> None:
    id = await wrote(team, "Heron-1", "there were more benches.")
    tool = await program(team, "moderator")

    shown = await tool.post(f"/statements/{id}", {"state": "approved"})
    unsaid = await tool.post(f"/statements/{id}", {"state": "held"})
    answers = await tool.get("/reflections")

    assert shown.json()["state"] == "approved"
    assert "code_name" not in shown.json()
    assert (unsaid.status_code, answers.status_code) == (422, 403)


async def test_a_reply_is_passed_on(team: Team) -> None:
    asking(team)
    await team.answer(await team.person("Heron-1"), "Why no bus?")
    dash = await program(team)
    [waits] = (await dash.get("/questions", open="true")).json()["questions"]

    told = await dash.post(f"/questions/{waits['id']}/answer", {"replied_by": "Head of transport", "text": "From May."})

    assert told.json()["reply"]["text"] == "From May."
    assert (await dash.get("/questions", open="true")).json()["questions"] == []


async def test_a_key_issue_is_approved_as_it_was_seen(team: Team) -> None:
    await whole(team)
    dash = await program(team, who=LEA)
    [issue] = (await dash.get("/issues")).json()["issues"]

    stale = await dash.post("/issues/hull/1/approve", {"seen": issue["revision"] + 1})
    done = await dash.post("/issues/hull/1/approve", {"seen": issue["revision"]})
    none = await dash.post("/issues/hull/9/approve", {"seen": 1})

    assert issue["people"] == {"n": None, "words": "fewer than 10"}
    assert (stale.status_code, none.status_code) == (422, 404)
    assert done.json()["approved_by"] == ["Lea"]
    assert ("api:dash", "approve_issue") in await journal(team)


# ── messages to many ───────────────────────────────────────────────────────────────────────────────────────────
async def test_a_message_is_looked_at_sent_once_and_accounted_for(team: Team) -> None:
    await team.person("Heron-1")
    await team.person("Heron-2", remind="no")
    dash = await program(team)

    looked = (await dash.post("/broadcasts/preview", DRAFT)).json()
    sent = (await dash.post("/broadcasts", DRAFT, key="a-1")).json()
    ledger = (await dash.get(f"/broadcasts/{sent['id']}/ledger")).json()

    assert looked["recipients"] == ["Heron-1"]
    assert (sent["state"], sent["people"], sent["left_out"]) == ("sending", 1, 1)
    assert [(row["code_name"], row["outcome"]) for row in ledger["rows"]] == [
        ("Heron-1", "waiting"),
        ("Heron-2", "excluded"),
    ]
    assert ("api:dash", "broadcast") in await journal(team)


async def test_the_same_key_and_body_has_the_same_reply_and_sends_nothing_more(team: Team) -> None:
    await team.person("Heron-1")
    dash = await program(team)

    first = await dash.post("/broadcasts", {**DRAFT, "again": True}, key="a-1")
    await team.person("Heron-2")
    second = await dash.post("/broadcasts", {"again": True, **DRAFT}, key="a-1")

    assert (first.status_code, second.status_code) == (200, 200)
    assert second.text == first.text
    assert len(await team.rows(t.outbox)) == 1
    assert len(await team.rows(t.broadcasts)) == 1


async def test_the_same_key_for_something_else_is_refused(team: Team) -> None:
    await team.person("Heron-1")
    dash, other = await program(team), await program(team, name="other")
    await dash.post("/broadcasts", DRAFT, key="a-1")

    refused = await dash.post("/broadcasts", {**DRAFT, "again": True}, key="a-1")
    anothers = await other.post("/broadcasts", {**DRAFT, "again": True}, key="a-1")

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "key_taken")
    assert anothers.status_code == 200, "a key is one's own"


async def test_when_it_is_not_known_how_it_went_it_is_asked_again_and_not_sent_twice(team: Team) -> None:
    await team.person("Heron-1")
    dash = await program(team)
    first = await dash.post("/broadcasts", {**DRAFT, "again": True}, key="a-1")
    async with team.db.write() as conn:
        await conn.execute(api_replies.update().values(reply=""))

    second = await dash.post("/broadcasts", {**DRAFT, "again": True}, key="a-1")

    assert second.json() == first.json()
    assert len(await team.rows(t.outbox)) == 1


@pytest.mark.parametrize("key", ["", "x" * 61, "two words"])
async def test_nothing_is_sent_without_a_key(team: Team, key: str) -> None:
    await team.person("Heron-1")

    refused = await (await program(team)).post("/broadcasts", DRAFT, key=key)

    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "needs_key")
    assert await team.rows(t.outbox) == []


async def test_what_was_not_planned_waits_for_somebody_who_did_not_give_the_token(team: Team) -> None:
    await team.person("Heron-1")
    dash = await program(team, who=LEA)

    held = (await dash.post("/broadcasts", {**DRAFT, "template": "nudge"}, key="a-1")).json()
    before = await team.rows(t.outbox)
    with pytest.raises(Exception, match="Lea wrote this message"):
        await team.office.approve_held(LEA, held["id"])
    done = await team.office.approve_held(PETE, held["id"])

    assert (held["state"], held["people"]) == ("held", 0)
    assert before == []
    assert done.posted
    assert done.posted.count == 1


async def test_words_that_are_hard_to_read_take_a_reason(team: Team) -> None:
    await team.person("Heron-1")
    dash = await program(team)
    hard = "the multidimensional ramifications of infrastructural commissioning considerations"
    body = {**DRAFT, "template": "thanks", "fill": {"headline": hard}}

    refused = await dash.post("/broadcasts", body, key="a-1")
    stands = await dash.post("/broadcasts", {**body, "why": "their own words"}, key="a-2")

    assert (refused.status_code, stands.status_code) == (422, 200)


async def test_what_has_not_gone_out_is_called_off_and_others_messages_are_not_there(team: Team) -> None:
    await team.person("Heron-1")
    await team.person("Gull-1", "newquay")
    dash, hull = await program(team), await program(team, areas=("hull",), name="of Hull")
    sent = (await dash.post("/broadcasts", DRAFT, key="a-1")).json()
    others = (await dash.post("/broadcasts", {**DRAFT, "areas": ["newquay"]}, key="a-2")).json()

    stopped = await hull.post(f"/broadcasts/{sent['id']}/cancel")
    hidden = [
        await hull.post(f"/broadcasts/{others['id']}/cancel"),
        await hull.get(f"/broadcasts/{others['id']}"),
        await hull.get(f"/broadcasts/{others['id']}/ledger"),
        await hull.post("/broadcasts", {**DRAFT, "areas": ["hull", "newquay"]}, key="b-1"),
    ]

    assert stopped.json() == {"id": sent["id"], "people": 1}
    assert [answer.status_code for answer in hidden] == [404] * 4
    assert [one["id"] for one in (await hull.get("/broadcasts")).json()["broadcasts"]] == [sent["id"]]
