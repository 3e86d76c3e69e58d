"""Towards wave 2 in the console: what is missing, key issues out of what people said, what becomes of them."""

import re
from datetime import timedelta

import pytest

from bot.rights import Role, Staff
from storage.tables_loop import commitments, key_issues
from tests.bot.console.counting import counted
from tests.bot.console.house import browser
from tests.bot.facilitation.test_agenda import said, whole
from tests.bot.facilitation.test_commitments import asked
from tests.bot.team import ADA, BEN, Team
from tests.scenarios.wave_two import WHOLE

CLEO = Staff(name="Cleo", areas=("newquay",), id="cleo")
ISSUE = "/wave2/issues/hull/1"
PAYLOAD = "<img src=x onerror=alert(1)>"
FILLED = {
    "title": "Cold homes",
    "chain": ["damp walls", "bad sleep", "a bad chest", ""],
    "assets": ["the repair café", ""],
    "decided_by": ["district"],
    "joined_by": ["the housing team", ""],
    "known_before": "new",
    "origin": "participants",
}


def revision(page: str) -> str:
    """Which wording of the key issue a page shows."""
    found = re.search(r'name="revision" value="(\d+)"', page)
    assert found
    return found[1]


# ── the overview ───────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_overview_says_what_is_missing_and_where_to_fill_it_in(team: Team) -> None:
    await team.office.add_issue(ADA, "hull", "Cold homes")

    shown = (await browser(team, BEN).get("/wave2")).text

    assert "people who spoke of it" in shown
    assert f'href="{ISSUE}#people"' in shown
    assert 'href="/wave2/scope/hull"' in shown
    assert "Newquay" not in shown
    assert "reconvene " not in shown.replace("Reconvene", "")


async def test_what_can_be_decided_is_written_down(team: Team) -> None:
    visitor = browser(team, BEN)
    fields = {"inside": "repairs", "outside": "rents", "budget": "£5", "decider": "The council", "decided_on": ""}

    done = await visitor.send("/wave2/scope/hull", {**fields, "decided_on": "2027-03-01"}, page="/wave2/scope/hull")
    again = await visitor.send("/wave2/scope/hull", {**fields, "decided_on": "soon"}, page="/wave2/scope/hull")

    assert "The council" in done.text
    assert "by which day" in again.text
    scope = await team.office.scope(BEN, "hull")
    assert (scope.inside, str(scope.decided_on)) == ("repairs", "2027-03-01")


# ── key issues ─────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_key_issue_is_made_out_of_what_people_said(team: Team) -> None:
    visitor = browser(team, BEN)
    one, other = await said(team, "Heron-1"), await said(team, "Heron-2", share="team")
    await team.answer("heron-1", "And the walls are wet.", step="more", share="team")

    begun = await visitor.send("/wave2/issues/hull", {"title": "Cold homes"}, page="/wave2/issues")
    again = await visitor.send("/wave2/issues/hull", {"title": "cold  homes"}, page="/wave2/issues")
    found = await visitor.get(f"{ISSUE}/sources", words="COATS")
    ticked = {"answer": [one, other, "diary_1-heron-1.more"]}
    linked = await visitor.send(f"{ISSUE}/sources", ticked, page=f"{ISSUE}/sources")
    await visitor.send(f"{ISSUE}/quote", {"answer": one, "words": "coats in bed"}, page=ISSUE)
    await visitor.send(ISSUE, {**FILLED, "revision": revision((await visitor.get(ISSUE)).text)}, page=ISSUE)

    assert begun.url.path == ISSUE
    assert "of this title already" in again.text
    assert found.text.count("coats in bed") == 2
    assert "walls are wet" not in found.text
    assert '<strong class="big">2</strong> people' in linked.text
    assert "fewer than 10" in linked.text
    (issue,) = await team.office.issues(BEN, ["hull"])
    assert (issue.people, issue.quote, issue.quote_stands) == (2, "coats in bed", True)
    assert (issue.chain, issue.assets, issue.joined_by) == (WHOLE["chain"], WHOLE["assets"], WHOLE["joined_by"])


async def test_what_is_missing_stands_beside_its_field(team: Team) -> None:
    await team.office.add_issue(ADA, "hull", "Cold homes")

    shown = (await browser(team, BEN).get(ISSUE)).text

    assert shown.count('<span class="pill warm">missing</span>') == 7
    assert "Approve as it stands" not in shown


async def test_two_people_approve_what_they_have_seen(team: Team) -> None:
    await whole(team)
    ben, ada = browser(team, BEN), browser(team, ADA)

    once = await ben.send(f"{ISSUE}/approve", {"revision": revision((await ben.get(ISSUE)).text)}, page=ISSUE)
    seen = revision((await ada.get(ISSUE)).text)
    await team.office.edit_issue(BEN, "hull", 1, minority="Some like it cool.")
    late = await ada.send(f"{ISSUE}/approve", {"revision": seen}, page=ISSUE)
    for who in (ben, ada):
        await who.send(f"{ISSUE}/approve", {"revision": revision((await who.get(ISSUE)).text)}, page=ISSUE)

    assert "It takes somebody else, too" in once.text
    assert "changed since you looked" in late.text
    (issue,) = await team.office.issues(ADA, ["hull"])
    assert set(issue.approved_by) == {"Ada", "Ben"}


async def test_saving_nothing_new_keeps_the_approvals(team: Team) -> None:
    await whole(team)
    await team.office.approve_issue(ADA, "hull", 1)
    visitor = browser(team, BEN)

    saved = await visitor.send(ISSUE, {**FILLED, "revision": revision((await visitor.get(ISSUE)).text)}, page=ISSUE)

    assert "nothing was changed" in saved.text
    (issue,) = await team.office.issues(ADA, ["hull"])
    assert issue.approved_by == ("Ada",)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [({"title": "x" * 121}, "too long"), ({"revision": "0"}, "Somebody else has changed"), ({"title": ""}, "a title")],
)
async def test_what_was_typed_is_still_there_when_it_cannot_be_saved(
    team: Team, changed: dict[str, str], sentence: str
) -> None:
    await team.office.add_issue(ADA, "hull", "Cold homes")
    visitor = browser(team, BEN)
    own = {**FILLED, "minority": "Some like it cool.", "revision": revision((await visitor.get(ISSUE)).text)}

    saved = await visitor.send(ISSUE, {**own, **changed}, page=ISSUE)

    assert saved.status_code == 422
    assert sentence in saved.text
    assert "Some like it cool." in saved.text
    (issue,) = await team.office.issues(ADA, ["hull"])
    assert (issue.title, issue.minority) == ("Cold homes", "")


async def test_an_answer_that_does_not_speak_of_it_takes_its_quote_along(team: Team) -> None:
    await whole(team)
    await team.office.approve_issue(ADA, "hull", 1)
    visitor = browser(team, BEN)

    shown = await visitor.send(f"{ISSUE}/unlink", {"answer": "diary_1-heron-1.day"}, page=ISSUE)

    assert "Nobody is quoted yet" in shown.text
    (issue,) = await team.office.issues(ADA, ["hull"])
    assert (issue.people, issue.quote, issue.approved_by) == (0, "", ())


async def test_words_that_may_not_be_quoted_are_not_offered(team: Team) -> None:
    await team.office.add_issue(ADA, "hull", "Cold homes")
    mine = await said(team, "Heron-1", consent="no")
    ask = await said(team, "Heron-2", consent="ask", words="Ask me about the cold.")
    await team.office.link_issue(ADA, "hull", 1, [mine, ask])

    shown = (await browser(team, BEN).get(ISSUE)).text

    assert "Quote one of 1 answer that may be quoted" in shown
    assert shown.count("I asked, and they agree") == 1


async def test_a_key_issue_is_taken_off_the_list(team: Team) -> None:
    await whole(team)

    gone = await browser(team, BEN).send(f"{ISSUE}/drop", {}, page=ISSUE)

    assert "is off the list" in gone.text
    assert await team.office.issues(ADA, ["hull"]) == []


@pytest.mark.parametrize(
    "path",
    [
        "/wave2/issues/hull",
        "/wave2/scope/hull",
        ISSUE,
        f"{ISSUE}/sources",
        "/wave2/issues/hull/9",
        "/wave2/issues/nowhere/1",
        "/wave2/commitments/1",
        "/wave2/commitments/x",
    ],
)
async def test_what_is_another_areas_is_not_there(team: Team, path: str) -> None:
    await asked(team)

    theirs = await browser(team, CLEO).get(path)

    assert theirs.status_code == 404
    assert "Cold homes" not in theirs.text


@pytest.mark.parametrize("verb", ["", "/approve", "/drop", "/sources", "/unlink", "/quote"])
async def test_nothing_is_changed_in_another_area(team: Team, verb: str) -> None:
    await whole(team)
    before = await team.rows(key_issues)

    sent = await browser(team, CLEO).send(f"{ISSUE}{verb}", {"title": "Mine", "revision": "1"})

    assert sent.status_code == 404
    assert '<form class="where" method="get" action="/">' in sent.text  # a page of an answer cannot be opened again
    assert await team.rows(key_issues) == before


async def test_what_people_and_the_team_wrote_is_never_markup(team: Team) -> None:
    await team.office.add_issue(ADA, "hull", PAYLOAD)
    await team.office.edit_issue(ADA, "hull", 1, minority=PAYLOAD, assets=(PAYLOAD,), chain=(PAYLOAD, "bad sleep"))
    answer = await said(team, "Heron-1", words=PAYLOAD)
    await team.office.link_issue(ADA, "hull", 1, [answer])
    visitor = browser(team, BEN)

    shown = [(await visitor.get(path)).text for path in ("/wave2/issues", ISSUE, f"{ISSUE}/sources")]

    assert all("onerror=alert(1)&gt;" in page and "<img" not in page for page in shown)


# ── who answers ────────────────────────────────────────────────────────────────────────────────────────────────
async def test_somebody_is_asked_heard_and_shown_as_silent(team: Team) -> None:
    await asked(team)
    visitor = browser(team, BEN)
    (one,) = await team.office.commitments(ADA)
    path = f"/wave2/commitments/{one.commitment.id}"

    team.clock.at += timedelta(days=40)
    silent = await visitor.get("/wave2/commitments")
    half = await visitor.send(path, {"position": "will_not", "reply": "We can't do it."}, page=path)
    heard = await visitor.send(path, {"position": "will_do", "reply": "We mend forty homes."}, page=path)

    assert "no reply" in silent.text
    assert half.status_code == 422
    assert "Say why not" in half.text
    assert "We can&#39;t do it." in half.text
    assert "We mend forty homes." in heard.text
    (row,) = await team.rows(commitments)
    assert row.state == "planned"


async def test_whoever_can_answer_is_asked_from_the_page_of_the_key_issue(team: Team) -> None:
    await whole(team)
    for who in (ADA, BEN):
        await team.office.approve_issue(who, "hull", 1)
    fields = {"area": "hull", "number": "1", "owner": "Head of housing", "level": "district", "due_on": "2026-12-01"}

    done = await browser(team, BEN).send("/wave2/commitments", fields, page=ISSUE)
    twice = await browser(team, BEN).send("/wave2/commitments", fields, page=ISSUE)
    other = await browser(team, CLEO).send("/wave2/commitments", fields)

    assert "Head of housing" in done.text
    assert "is asked about key issue 1 already" in twice.text
    assert other.status_code == 404
    assert len(await team.rows(commitments)) == 1


async def test_what_cannot_be_looked_for_is_said_and_nothing_is_lost(team: Team) -> None:
    await team.office.add_issue(ADA, "hull", "Cold homes")
    await said(team, "Heron-1")
    visitor = browser(team, BEN)

    odd = await visitor.get(f"{ISSUE}/sources", words="-")
    none = await visitor.get(f"{ISSUE}/sources", words="coats train")

    assert odd.status_code == 200
    assert 'role="search"' in odd.text
    assert "Nobody has said that." in none.text
    assert "coats in bed" not in none.text


async def test_what_coders_marked_is_offered_as_a_quote(team: Team) -> None:
    await team.office.add_issue(ADA, "hull", "Cold homes")
    answer = await said(team, "Heron-1")
    await team.office.link_issue(ADA, "hull", 1, [answer])
    quote = await team.office.mark_quote(ADA, answer, "coats in bed", "key")
    visitor = browser(team, BEN)

    offered = await visitor.get(ISSUE)
    await visitor.send(f"/reflections/quotes/{quote.id}/use", {"issue": "1"}, page=ISSUE)

    assert "marked by Ada" in offered.text
    (issue,) = await team.office.issues(ADA, ["hull"])
    assert issue.quote == "coats in bed"


async def test_many_sources_take_no_more_statements_than_few(team: Team) -> None:
    await team.office.add_issue(ADA, "hull", "Cold homes")
    taken = []

    for n in (2, 9):
        answers = [await said(team, f"Heron-{n}{m}") for m in range(n)]
        await team.office.link_issue(ADA, "hull", 1, answers)
        with counted() as seen:
            await browser(team, BEN).get(ISSUE)
            await browser(team, BEN).get(f"{ISSUE}/sources")
        taken.append(len(seen))

    assert taken[0] == taken[1]


@pytest.mark.parametrize(
    ("role", "there"),
    [
        (Role.LEAD, {"/wave2", "/wave2/issues", "/wave2/statements", "/wave2/assets"}),
        (Role.FACILITATOR, {"/wave2", "/wave2/issues", "/wave2/statements", "/wave2/assets"}),
        (Role.MODERATOR, {"/wave2", "/wave2/statements", "/wave2/assets"}),
        (Role.SAFEGUARDING, {"/wave2/cases"}),
        (Role.OBSERVER, set()),
    ],
)
async def test_each_role_finds_the_pages_of_its_work(team: Team, role: Role, there: set[str]) -> None:
    visitor = browser(team, Staff(name="Eve", role=role))
    pages = ("/wave2", "/wave2/issues", "/wave2/statements", "/wave2/assets", "/wave2/cases")

    found = {page for page in pages if (await visitor.get(page)).status_code == 200}

    assert found == there
