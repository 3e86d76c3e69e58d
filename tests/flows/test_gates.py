"""A gate is closed until everything is there, and says what is missing and where to fill it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from flows.agenda import NO_REPLY, SILENCE, Commitment, KeyIssue, Scope, lacks
from flows.gates import GATES, RECORDS, SIGNED, TEXTS, Standing, closed, missing

DAY = date(2026, 11, 26)
WHOLE = KeyIssue(
    id="a",
    area="hull",
    number=1,
    title="Cold homes",
    people=4,
    chain=("damp walls", "a bad chest"),
    quote="We wear coats.",
    quote_stands=True,
    assets=("the repair café",),
    decided_by=("district",),
    joined_by=("the housing team",),
    known_before="new",
    approved_by=("Ada", "Ben"),
)
SCOPE = Scope(area="hull", inside="repairs", outside="rents", budget="£4", decider="the council", decided_on=DAY)
ISSUES = tuple(replace(WHOLE, id=str(n), number=n) for n in (1, 2, 3))
READY = Standing(
    area="hull",
    today=DAY,
    texts=dict.fromkeys(TEXTS, "said"),
    reason="a port",
    recorded=frozenset(RECORDS),
    issues=ISSUES,
    scope=SCOPE,
    commitments=tuple(
        Commitment(
            id=n,
            issue_id=str(n),
            area="hull",
            issue="Cold homes",
            number=n,
            owner="Head of housing",
            level="district",
            due_on=DAY,
            asked_on=DAY,
            state="planned",
        )
        for n in (1, 2, 3)
    ),
)


@pytest.mark.parametrize("gate", GATES)
def test_a_gate_is_open_when_all_is_there(gate: str) -> None:
    assert missing(READY, gate) == ()


@pytest.mark.parametrize("name", RECORDS)
def test_what_only_people_know_has_to_be_confirmed(name: str) -> None:
    bare = replace(READY, recorded=frozenset(RECORDS) - {name}, sourced=0, missed=1)

    (one,) = missing(bare, RECORDS[name].gate)

    verb = "sign" if name in SIGNED else "confirm"
    assert one.what.startswith(RECORDS[name].what)
    assert one.where.startswith(f"reconvene gates {verb} hull {name} ")


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("safeguarding", {"guardians": frozenset({"lead", "deputy"})}),
        ("evaluation", {"evaluation": True}),
        ("signposts", {"stale": ()}),
        ("local_card", {"sourced": 1}),
        ("catch_up", {"missed": 0}),
    ],
)
def test_nobody_vouches_for_what_can_be_seen(name: str, seen: dict[str, Any]) -> None:
    bare = replace(READY, recorded=frozenset(RECORDS) - {name}, sourced=0, missed=1)

    assert missing(bare, RECORDS[name].gate) != ()
    assert missing(replace(bare, **seen), RECORDS[name].gate) == ()


def test_a_gate_stays_open_for_who_goes_on_anyway_but_never_the_one_to_wave_two() -> None:
    bare = replace(READY, reason="", issues=(), waived={"G1": "a test", "G4": "no time"})

    assert closed(bare, ("G0", "G1")) == ()
    assert closed(replace(bare, waived={}), ("G0", "G1"))[0].gate == "G1"
    assert closed(bare, ("G4",))[0].gate == "G4"
    assert missing(bare, "G1") != (), "it goes on being named"


@pytest.mark.parametrize("name", TEXTS)
def test_an_empty_text_keeps_its_gate_closed(name: str) -> None:
    (one,) = missing(replace(READY, texts={**READY.texts, name: " "}), TEXTS[name][0])

    assert one.where == f"programme.yaml, texts: {name}"


@pytest.mark.parametrize(
    ("lost", "where"),
    [
        ({"people": 0}, "reconvene issue link hull 1"),
        ({"chain": ("damp walls",)}, "reconvene issue edit hull 1 --link"),
        ({"quote": ""}, "reconvene issue quote hull 1"),
        ({"quote_stands": False}, "reconvene issue quote hull 1"),
        ({"assets": ()}, "reconvene issue edit hull 1 --asset"),
        ({"decided_by": ()}, "reconvene issue edit hull 1 --decided-by"),
        ({"known_before": ""}, "reconvene issue edit hull 1 --known"),
        ({"joined_by": ()}, "reconvene issue edit hull 1 --joined-by"),
        ({"approved_by": ("Ada",)}, "reconvene issue approve hull 1"),
    ],
)
def test_a_key_issue_that_lacks_something_keeps_wave_two_closed(lost: dict[str, Any], where: str) -> None:
    (one,) = missing(replace(READY, issues=(replace(ISSUES[0], **lost), *ISSUES[1:])), "G4")

    assert one.where == where


def test_none_named_and_a_reason_for_nobody_are_answers() -> None:
    lonely = replace(WHOLE, assets=(), no_assets=True, joined_by=(), alone_because="the post is empty")

    assert lacks(lonely) == ()


@pytest.mark.parametrize("part", ["inside", "outside", "budget", "decider", "decided_on"])
def test_every_part_of_the_scope_has_to_be_said(part: str) -> None:
    empty = None if part == "decided_on" else ""

    (one,) = missing(replace(READY, scope=replace(SCOPE, **{part: empty})), "G4")  # type: ignore[arg-type]

    assert one.where.startswith("reconvene scope set hull --")


def test_a_workshop_takes_three_key_issues_at_least() -> None:
    (one,) = missing(replace(READY, issues=ISSUES[:1]), "G4")

    assert one.what == "2 more key issues"


def test_attendance_and_the_reason_of_an_area_are_asked_for() -> None:
    (unmarked,) = missing(replace(READY, unmarked=2), "G3")
    (unreasoned,) = missing(replace(READY, reason=""), "G1")

    assert unmarked.what == "whether 2 people came to workshop 1"
    assert unreasoned.where == "programme.yaml, areas: hull: reason"


def test_an_issue_nobody_answers_for_keeps_the_last_gates_closed() -> None:
    orphan = replace(READY, commitments=READY.commitments[:2])

    assert [one.where for one in missing(orphan, "G5")] == ["reconvene commitment ask hull 3"]
    assert [one.where for one in missing(orphan, "G6")] == ["reconvene commitment ask hull 3"]


def test_silence_is_no_state_an_issue_can_end_in() -> None:
    quiet = replace(READY, today=DAY + SILENCE)

    assert [one.where for one in missing(quiet, "G6")] == [f"reconvene commitment reply {n}" for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("state", "heard_on", "days", "standing"),
    [
        ("asked", None, 13, "asked"),
        ("asked", None, 14, NO_REPLY),
        ("planned", DAY - timedelta(days=3), 14, NO_REPLY),
        ("planned", DAY + timedelta(days=3), 14, "planned"),
        ("passed", DAY - timedelta(days=9), 99, "passed"),
    ],
)
def test_a_commitment_falls_silent_by_itself(state: str, heard_on: date | None, days: int, standing: str) -> None:
    one = replace(READY.commitments[0], state=state, heard_on=heard_on)

    assert one.standing(DAY + timedelta(days=days)) == standing
