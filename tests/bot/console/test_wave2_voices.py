"""What people wrote for each other and asked, what helps, their words, and their safety, in the console."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.facilitation.exchange import words_mark
from bot.rights import Staff
from bot.script import Script
from flows.definition import Flow
from storage import talks
from storage.tables import answer_parts, answers, facilitators, journal, outbox
from storage.tables_care import cases
from storage.tables_loop import question_replies
from storage.tables_loop import statements as written
from storage.tables_stakeholders import lexicon
from tests.bot.console.counting import counted
from tests.bot.console.house import Browser, browser
from tests.bot.facilitation.test_exchange import votes_of, wrote
from tests.bot.facilitation.test_questions import asking
from tests.bot.facilitation.test_stakeholders import OFFICE
from tests.bot.team import ADA, BEN, Team, programme
from tests.builders import one_of, text

CLEO = Staff(name="Cleo", areas=("newquay",), id="cleo")
GIL = Staff(name="Gil", areas=("hull",), guardian=True, id="gil")
PAYLOAD = "<img src=x onerror=alert(1)>"
STATEMENTS = "/wave2/statements"


async def seen(team: Team, id: str) -> str:
    """The mark of the words that are shown now."""
    statement = await team.office.statement(ADA, id)
    assert statement
    return words_mark(statement)


async def states(team: Team) -> dict[str, str]:
    """Text → what was decided."""
    return {row.text: row.state for row in await team.rows(written)}


# ── statements ─────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_statement_is_shown_reworded_or_kept_back(team: Team) -> None:
    visitor = browser(team, BEN)
    good, long, harsh = [await wrote(team, f"Heron-{n}", words) for n, words in enumerate(["A", "B", "C"])]

    shown = await visitor.get(STATEMENTS)
    await visitor.send(f"{STATEMENTS}/{good}/approve", {"seen": await seen(team, good)})
    await visitor.send(f"{STATEMENTS}/{long}/reword", {"seen": await seen(team, long), "reason": "Make it shorter."})
    await visitor.send(f"{STATEMENTS}/{harsh}/hold", {"seen": await seen(team, harsh), "reason": "It may hurt."})

    assert "It names a person." in shown.text
    assert await states(team) == {"A": "approved", "B": "reword", "C": "held"}
    assert "Make it shorter." in (await visitor.get(STATEMENTS, state="reword")).text
    assert "Nothing waits" in (await visitor.get(STATEMENTS)).text


async def test_a_decision_is_about_the_words_that_were_shown(team: Team) -> None:
    id = await wrote(team, "Heron-1", "More benches.")
    mark = await seen(team, id)
    async with team.db.write() as conn:
        await conn.execute(answer_parts.update().values(text="No more benches."))

    shown = await browser(team, BEN).send(f"{STATEMENTS}/{id}/approve", {"seen": mark})

    assert "has changed it meanwhile" in shown.text
    assert set((await states(team)).values()) == {"waiting"}


async def test_who_reads_the_reason_is_owed_one(team: Team) -> None:
    id = await wrote(team, "Heron-1", "More benches.")

    shown = await browser(team, BEN).send(f"{STATEMENTS}/{id}/hold", {"seen": await seen(team, id), "reason": " "})

    assert "The author reads the reason" in shown.text
    assert await states(team) == {"More benches.": "waiting"}


def without_nonce(page: str) -> str:
    """What stays the same when a page is opened again."""
    return re.sub(r'nonce="[^"]+"|"X-Form": "[^"]+"', "", page)


@pytest.mark.parametrize("verb", ["approve", "reword", "hold"])
async def test_nothing_is_decided_about_another_area(team: Team, verb: str) -> None:
    id = await wrote(team, "Heron-1", "More benches.")
    fields = {"seen": await seen(team, id), "reason": "No."}

    theirs = await browser(team, CLEO).send(f"{STATEMENTS}/{id}/{verb}", fields)
    nobodys = await browser(team, CLEO).send(f"{STATEMENTS}/s123/{verb}", fields)

    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    assert without_nonce(theirs.text.replace(id, "s123")) == without_nonce(nobodys.text)
    assert await states(team) == {"More benches.": "waiting"}


async def test_a_view_that_was_said_aloud_is_looked_at_like_any_other(team: Team) -> None:
    visitor = browser(team, BEN)

    shown = await visitor.send(STATEMENTS, {"area": "hull", "text": "The park is ours."})
    other = await visitor.send(STATEMENTS, {"area": "newquay", "text": "The beach is ours."})

    assert "The park is ours." in shown.text
    assert "written down by the team" in shown.text
    assert other.status_code == 404
    assert await states(team) == {"The park is ours.": "waiting"}


async def vote(team: Team, id: str, said: Sequence[str]) -> None:
    for n, one in enumerate(said):
        await votes_of(team, f"voter-{n}", **{id: one})


async def test_both_sides_are_told_and_small_numbers_are_not(team: Team) -> None:
    for n in range(12):
        await team.person(f"Voter-{n}")
    one, other = [await team.office.add_statement(ADA, "hull", words) for words in ("More benches.", "No cars.")]
    for statement in (one, other):
        await team.office.approve_statement(ADA, statement.id)
    await vote(team, one.id, ["agree"] * 9 + ["pass"])
    await vote(team, other.id, ["agree"] * 6 + ["disagree"] * 5 + ["pass"])

    shown = (await browser(team, BEN).get(f"{STATEMENTS}/results")).text

    table = {cells[0]: cells[1:] for cells in map(cells_of, re.findall(r"<tr>(?=<th scope=\"row\")(.*?)</tr>", shown))}
    assert table["More benches."] == ["9", "0", "fewer than 5", "most agree"]
    assert table["No cars."] == ["6", "5", "fewer than 5", "people split"]


def cells_of(row: str) -> list[str]:
    """The words of each cell."""
    return re.findall(r">([^<]*)</t[hd]>", row)


# ── questions ──────────────────────────────────────────────────────────────────────────────────────────────────
ASKED = "diary_1-heron-1.day"


async def test_a_question_waits_with_its_age_until_it_has_a_reply(team: Team) -> None:
    asking(team)
    await team.answer(await team.person("Heron-1"), "Why no bus?")
    visitor = browser(team, BEN)

    team.clock.at += timedelta(days=8)
    late = await visitor.get("/wave2/questions")
    done = await visitor.send("/wave2/questions", {"answer": ASKED, "replied_by": "Head of buses", "text": "From May."})

    assert "1 question has waited for more than 7 days" in late.text
    assert "No question waits" in done.text
    assert "From May." in done.text


async def test_a_reply_that_cannot_be_saved_is_still_there(team: Team) -> None:
    asking(team)
    await team.answer(await team.person("Heron-1"), "Why no bus?")

    shown = await browser(team, BEN).send(
        "/wave2/questions", {"answer": ASKED, "replied_by": " ", "text": "From May on, and that is a long reply."}
    )

    assert shown.status_code == 422
    assert "by their role" in shown.text
    assert "From May on, and that is a long reply." in shown.text


async def test_another_areas_question_is_not_there(team: Team) -> None:
    asking(team)
    await team.answer(await team.person("Heron-1"), "Why no bus?")
    fields = {"answer": ASKED, "replied_by": "Jo", "text": "Yes."}

    there = await browser(team, CLEO).send("/wave2/questions", fields)

    assert there.status_code == 404
    assert "Why no bus?" not in (await browser(team, CLEO).get("/wave2/questions")).text
    assert await team.rows(question_replies) == []


async def test_a_question_goes_to_somebody_who_decides_and_their_reply_comes_back(team: Team) -> None:
    asking(team)
    team.script = Script(replace(team.script.programme, stakeholders=OFFICE))
    await team.answer(await team.person("Heron-1"), "Why no bus?")
    seat, _ = await team.office.invite_stakeholder(ADA, "hull", type="police", role="Inspector")
    visitor, path = browser(team, BEN), f"/wave2/questions/{ASKED}"

    put = await visitor.send(f"{path}/put", {"to": str(seat.id), "words": ""})
    (passed,) = await team.office.passed_on(ADA)
    foreign = await browser(team, CLEO).send(f"{path}/back", {"number": str(passed.id), "words": "Yes."})
    back = await visitor.send(f"{path}/back", {"number": str(passed.id), "words": "From May on."})

    assert "Put to Inspector" in put.text
    assert foreign.status_code == 404
    assert "From May on." in back.text


async def test_a_text_is_judged_while_it_is_written(team: Team) -> None:
    hard = "Notwithstanding considerable administrative difficulties, we guarantee comprehensive reorganisation."
    visitor = browser(team, BEN)

    told = [(await visitor.send("/wave2/plainness", {"text": words})).text for words in ("We will meet in May.", hard)]

    assert "everybody can read it" in told[0]
    assert "try shorter sentences" in told[1]
    assert "guarantee" in told[1]


# ── what helps, and words ──────────────────────────────────────────────────────────────────────────────────────
def mapping(team: Team) -> Team:
    """The same team, with a conversation that asks for what helps, and for people's own words."""
    small, tags = programme(), frozenset({"asset"})
    steps = (
        text("place", tags=tags | {"open"}),
        one_of("kind", "park", "club", tags=tags),
        text("how", tags=tags | {"open"}),
        text("say", tags=frozenset({"lexicon"})),
    )
    flow = Flow(id="map", version="v1", number="F10", steps=steps)
    team.script = Script(replace(small, flows={**small.flows, "map": flow}))
    return team


async def names(team: Team, code_name: str, place: str, kind: str, how: str = "", area: str = "hull") -> None:
    """Somebody who names a place."""
    pid = await team.person(code_name, area)
    await team.answer(pid, place, flow="map", step="place")
    await team.answer(pid, flow="map", step="kind", kind="choice", value=f'"{kind}"')
    if how:
        await team.answer(pid, how, flow="map", step="how")


async def test_what_helps_is_listed_by_kind_and_people_are_counted(team: Team) -> None:
    mapping(team)
    for n in range(11):
        await names(team, f"Heron-{n}", "The park" if n % 2 else "the PARK.", "park", "It is green." if not n else "")
    await names(team, "Heron-99", PAYLOAD, "club")
    await names(team, "Crab-1", "The beach", "park", area="newquay")

    shown = (await browser(team, BEN).get("/wave2/assets")).text
    (found,) = await team.office.assets(BEN)

    assert [(one.name, one.kind, str(one.people)) for one in found.assets] == [
        ("the PARK", "park", "11"),
        (PAYLOAD, "club", "fewer than 5"),
    ]
    assert "named by 11 people" in shown
    assert "It is green." in shown
    assert "<img" not in shown
    assert "The beach" not in shown
    assert (await browser(team, BEN).get("/wave2/assets", place="newquay")).status_code == 404


async def test_what_somebody_keeps_to_themselves_helps_nobody(team: Team) -> None:
    mapping(team)
    await team.answer(await team.person("Heron-1"), "My secret shed", flow="map", step="place", share="me")
    await team.answer(await team.person("Heron-2"), "The park", flow="map", step="place")
    async with team.db.write() as conn:
        await conn.execute(
            answers.update().where(answers.c.participant_id == "heron-2").values(withdrawn_at=team.clock.at)
        )

    (found,) = await team.office.assets(BEN)

    assert found.assets == ()


async def test_a_word_is_taken_up_changed_and_taken_out(team: Team) -> None:
    mapping(team)
    await team.answer(await team.person("Heron-1"), "We are nesh.", flow="map", step="say")
    visitor, path = browser(team, BEN), "/wave2/lexicon/hull"

    heard = await visitor.get("/wave2/lexicon")
    await visitor.send(path, {"term": "nesh", "said_by": "residents", "means": ""})
    was = {"was": "nesh", "was_said_by": "residents"}
    await visitor.send(f"{path}/change", {**was, "term": "nesh", "said_by": "residents", "means": "feels the cold"})
    noted = [(row.term, row.means) for row in await team.rows(lexicon)]
    await visitor.send(f"{path}/drop", was)

    assert "We are nesh." in heard.text
    assert "said by fewer than 10 people" in heard.text
    assert noted == [("nesh", "feels the cold")]
    assert await team.rows(lexicon) == []


async def test_a_word_that_cannot_be_changed_stays_as_it_was(team: Team) -> None:
    await team.person("Heron-1")
    await team.office.note_term(ADA, "hull", "nesh", said_by="residents")
    fields = {"was": "nesh", "was_said_by": "residents", "term": "Heron-1", "said_by": "residents", "means": ""}

    shown = await browser(team, BEN).send("/wave2/lexicon/hull/change", fields)
    theirs = await browser(team, CLEO).send("/wave2/lexicon/hull/drop", fields)

    assert "is in these words" in shown.text
    assert theirs.status_code == 404
    assert [row.term for row in await team.rows(lexicon)] == ["nesh"]


# ── safeguarding ───────────────────────────────────────────────────────────────────────────────────────────────
async def case(team: Team, code_name: str = "Heron-1", area: str = "hull", **more: object) -> str:
    """A case of somebody; its page."""
    pid = await team.person(code_name, area)
    row = {"participant_id": pid, "code_name": code_name, "area": area, "level": "red", "cue": "phrase"}
    at = {"opened_at": team.clock.at, "heard_at": team.clock.at}
    await team.add(cases, **row, **at, **{"words": f"I am afraid. {PAYLOAD}", **more})
    return f"/wave2/cases/{len(await team.rows(cases))}"


async def test_a_case_is_taken_noted_written_about_and_closed(team: Team) -> None:
    path, visitor = await case(team), browser(team, GIL)
    await team.add(facilitators, id="gil", name="Gil", areas='["hull"]', created_at=team.clock.at)

    listed = await visitor.get("/wave2/cases")
    await visitor.send(f"{path}/take", {})
    await visitor.send(f"{path}/note", {"text": "Rang at noon."})
    for line, key in (("Are you safe?", "a"), ("Shall I ring?", "b"), ("Shall I ring?", "b")):
        await visitor.send(f"{path}/talk", {"text": line, "key": key})
    shown = await visitor.get(path)
    closed = await visitor.send(f"{path}/close", {"outcome": "helped", "note": "Safe now."})

    assert "afraid" not in listed.text
    assert "I am afraid." in shown.text
    assert "<img" not in shown.text
    assert "05 Nov 12:00 Gil: Rang at noon." in shown.text
    assert "No case is open." in closed.text
    (row,) = await team.rows(cases)
    assert (row.state, row.taken_by, row.outcome) == ("closed", "Gil", "helped")
    assert row.note.splitlines() == ["05 Nov 12:00 Gil: Rang at noon.", "Safe now."]
    assert len([one for one in await team.rows(outbox) if one.cause.startswith("talk:")]) == 3
    assert [one.action for one in await team.rows(journal)].count("case_read") > 0


@pytest.mark.parametrize("verb", ["", "/take", "/note", "/talk", "/close"])
async def test_a_case_is_there_only_for_those_who_answer_for_safeguarding_there(team: Team, verb: str) -> None:
    path = await case(team, "Crab-1", "newquay")
    fields = {"outcome": "helped", "text": "Hello."}

    there = [await _tried(browser(team, who), f"{path}{verb}", fields) for who in (GIL, BEN)]

    assert there == [404, 404]
    (row,) = await team.rows(cases)
    assert (row.state, row.note) == ("open", "")
    assert await team.rows(outbox) == []


async def _tried(visitor: Browser, path: str, fields: dict[str, str]) -> int:
    if path.count("/") == 3:
        return (await visitor.get(path)).status_code
    return (await visitor.send(path, fields)).status_code


async def test_whoever_asked_not_to_be_called_is_not_written_to(team: Team) -> None:
    path, visitor = await case(team, call="no"), browser(team, GIL)
    async with team.db.write() as conn:
        await talks.begin(conn, "heron-1", kind="safety", by="Heron-1", now=team.clock.at)

    shown = await visitor.get(path)
    sent = await visitor.send(f"{path}/talk", {"text": "Hello."})

    assert "That binds us" in shown.text
    assert "Write to them through the assistant" not in shown.text
    assert "That binds us" in sent.text
    assert await team.rows(outbox) == []


async def test_safeguarding_is_not_among_the_pages_of_others(team: Team) -> None:
    shown = await browser(team, BEN).get("/wave2/issues")

    assert "/wave2/cases" not in shown.text


# ── how much it takes ──────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "path", [STATEMENTS, f"{STATEMENTS}/results", "/wave2/questions", "/wave2/assets", "/wave2/lexicon", "/wave2"]
)
async def test_a_page_takes_as_many_statements_for_many_rows_as_for_few(team: Team, path: str) -> None:
    mapping(team)
    visitor = browser(team, BEN)
    taken = []

    for n in (2, 9):
        for m in range(n):
            await wrote(team, f"Heron-{n}{m}", f"View {n} {m}")
            await team.answer(f"heron-{n}{m}", "The park", flow="map", step="place")
            await team.answer(f"heron-{n}{m}", "We are nesh.", flow="map", step="say")
        with counted() as seen:
            assert (await visitor.get(path)).status_code == 200
        taken.append(len(seen))

    assert taken[0] == taken[1]
