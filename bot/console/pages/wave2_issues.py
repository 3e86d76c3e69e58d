"""Key issues: made out of what people said, filled in, approved by two, answered for."""

from dataclasses import replace
from urllib.parse import urlencode

from starlette.responses import Response

from bot.console.page import Door, Visit
from bot.console.pages.wave2_frame import nowhere, page, theirs, whole_number
from bot.facilitation import Mistake
from bot.facilitation.agenda import Changed
from bot.facilitation.building import Candidates, Draft
from bot.facilitation.reading import Selection
from bot.rights import Deed
from flows.agenda import FEWEST, LEVELS, MOST, KeyIssue, lacks
from storage.quotes import Quote

HERE = "/wave2/issues"
LISTS = ("chain", "frames", "assets", "decided_by", "joined_by")
WORDS = ("title", "alone_because", "minority", "known_before", "origin")


# ── the list ───────────────────────────────────────────────────────────────────────────────────────────────────
async def everywhere(visit: Visit) -> Response:
    """The key issues of all areas that are looked at."""
    return await _list(visit, visit.wanted_areas)


async def of_area(visit: Visit) -> Response:
    """Those of one area."""
    area = visit.path("area")
    return await _list(visit, (area,)) if theirs(visit, area) else nowhere(visit)


async def _list(visit: Visit, areas: tuple[str, ...]) -> Response:
    found = await visit.office.issues(visit.who, areas)
    raised = await visit.office.raised(visit.who, areas)
    by_area = {area: [issue for issue in found if issue.area == area] for area in areas}
    limits = {"fewest": FEWEST, "most": MOST}
    return page(visit, "wave2_issues.html", HERE, by_area=by_area, raised=raised, lacks=lacks, limits=limits)


async def add(visit: Visit) -> Response:
    """Begin one, of one's own accord or because somebody said that it is missing."""
    area = visit.path("area")
    if not theirs(visit, area):
        return nowhere(visit)
    issue = await visit.office.add_issue(visit.who, area, visit.given("title"), raised_by=visit.given("raised_by"))
    return visit.go(_path(issue), "Begun. Now choose what people said about it, and fill in the rest.")


# ── one of them ────────────────────────────────────────────────────────────────────────────────────────────────
async def builder(visit: Visit) -> Response:
    """One key issue with everything it is made of."""
    draft = await _draft(visit)
    return await _shown(visit, draft) if draft else nowhere(visit)


async def _draft(visit: Visit) -> Draft | None:
    area, number = visit.path("area"), whole_number(visit.path("number"))
    return await visit.office.draft(visit.who, area, number) if theirs(visit, area) else None


async def _shown(visit: Visit, draft: Draft, typed: KeyIssue | None = None, wrong: str = "") -> Response:
    """`typed`: what was filled in and could not be saved."""
    area = draft.issue.area
    asked = await visit.office.commitments(visit.who, [area])
    return page(
        visit,
        "wave2_issue.html",
        HERE,
        status=422 if wrong else 200,
        draft=draft,
        issue=typed or draft.issue,
        wrong=wrong,
        area=visit.programme.areas[area],
        lacking=dict(lacks(draft.issue)),
        asked=[one for one in asked if one.commitment.issue_id == draft.issue.id],
        levels=visit.office.called(LEVELS),
        frames=visit.office.frames(),
        helps=await visit.office.asset_names(visit.who, area),
        seats=await _seats(visit, area),
        quotes=await _quotes(visit, draft),
    )


async def _quotes(visit: Visit, draft: Draft) -> list[Quote]:
    """What coders have marked as quotes in the answers that speak of it, and may be used."""
    there = {one.said.id for one in draft.sources}
    found = await visit.office.quotes(visit.who, [draft.issue.area])
    return [one for one in found if one.state == "usable" and f"{one.run_id}.{one.step}" in there]


async def _seats(visit: Visit, area: str) -> list[tuple[int, str]]:
    """Who could be asked or come to the table: everybody with a seat in this area."""
    if visit.programme.stakeholders is None or not visit.may(Deed.STAKEHOLDERS, area):
        return []
    return [(one.id, one.role or one.name) for one in await visit.office.stakeholders(visit.who, [area])]


async def save(visit: Visit) -> Response:
    """Save what was filled in. What is as it was is left alone, so that its approvals stand."""
    draft = await _draft(visit)
    if draft is None:
        return nowhere(visit)
    changed = _changed(visit, draft.issue)
    try:
        if visit.given("revision") != str(draft.issue.revision):
            raise Mistake(
                "Somebody else has changed this key issue meanwhile. What you typed is here; nothing is saved."
            )
        if not changed:
            return visit.go(_path(draft.issue), "Nothing was different, so nothing was changed.")
        await visit.office.edit_issue(visit.who, draft.issue.area, draft.issue.number, **changed)
    except Mistake as mistake:
        return await _shown(visit, draft, replace(draft.issue, **changed), str(mistake))
    return visit.go(_path(draft.issue), "Saved. Approvals are asked for again, as it says something else now.")


def _changed(visit: Visit, issue: KeyIssue) -> Changed:
    said: dict[str, object] = {name: visit.given(name) for name in WORDS}
    said |= {name: tuple(filter(None, map(str.strip, visit.all_given(name)))) for name in LISTS}
    said["no_assets"] = visit.given("no_assets") == "yes" and not said["assets"]
    changed: Changed = {k: v for k, v in said.items() if v != getattr(issue, k)}  # type: ignore[assignment]
    return changed


async def approve(visit: Visit) -> Response:
    """Agree to it as it was shown."""
    draft = await _draft(visit)
    if draft is None:
        return nowhere(visit)
    seen = visit.number("revision")
    issue = await visit.office.approve_issue(visit.who, draft.issue.area, draft.issue.number, seen=seen)
    said = (
        "Approved by two: it goes to people as it stands." if issue.approved else "Approved. It takes one more person."
    )
    return visit.go(_path(issue), said)


async def drop(visit: Visit) -> Response:
    """Take it off the list."""
    draft = await _draft(visit)
    if draft is None:
        return nowhere(visit)
    issue = await visit.office.drop_issue(visit.who, draft.issue.area, draft.issue.number)
    return visit.go(f"{HERE}/{issue.area}", f"“{issue.title}” is off the list.")


# ── what people said ───────────────────────────────────────────────────────────────────────────────────────────
async def sources(visit: Visit) -> Response:
    """Look for what people said about it."""
    draft = await _draft(visit)
    if draft is None:
        return nowhere(visit)
    asked = Selection(words=visit.asked("words")[:200], label=visit.asked("label"))
    found, wrong = await _found(visit, draft.issue, asked)
    left = {"words": asked.words, "label": asked.label, "before": found.before}
    return page(
        visit,
        "wave2_sources.html",
        HERE,
        issue=draft.issue,
        area=visit.programme.areas[draft.issue.area],
        found=found,
        wrong=wrong,
        asked=asked,
        labels=await visit.office.names_of_labels(visit.who),
        more=urlencode({name: value for name, value in left.items() if value}) if found.before else "",
    )


async def _found(visit: Visit, issue: KeyIssue, asked: Selection) -> tuple[Candidates, str]:
    """What there is, or why nothing can be looked for."""
    place, before = (issue.area, issue.number), visit.asked("before")
    try:
        return await visit.office.candidates(visit.who, *place, asked, before), ""
    except Mistake as mistake:
        return Candidates(found=(), before="", questions={}), str(mistake)


async def link(visit: Visit) -> Response:
    """These answers speak of it."""
    draft = await _draft(visit)
    if draft is None:
        return nowhere(visit)
    answers = visit.all_given("answer")
    if not answers:
        raise Mistake("Tick what speaks of it first.")
    issue = await visit.office.link_issue(visit.who, draft.issue.area, draft.issue.number, answers)
    people = "1 person" if issue.people == 1 else f"{issue.people} people"
    return visit.go(f"{_path(issue)}#people", f"{people} spoke of it, each counted once.")


async def unlink(visit: Visit) -> Response:
    """This answer does not."""
    draft = await _draft(visit)
    if draft is None:
        return nowhere(visit)
    await visit.office.unlink_issue(visit.who, draft.issue.area, draft.issue.number, visit.given("answer"))
    return visit.go(f"{_path(draft.issue)}#people", "That answer does not count for it any more.")


async def quote(visit: Visit) -> Response:
    """Let it speak in these words."""
    draft = await _draft(visit)
    if draft is None:
        return nowhere(visit)
    words, asked = visit.given("words").replace("\r\n", "\n"), visit.given("asked") == "yes"
    place = (draft.issue.area, draft.issue.number)
    await visit.office.quote_issue(visit.who, *place, visit.given("answer"), words, asked=asked)
    return visit.go(f"{_path(draft.issue)}#quote", "It speaks in these words now.")


def _path(issue: KeyIssue) -> str:
    return f"{HERE}/{issue.area}/{issue.number}"


ONE = f"{HERE}/{{area}}/{{number}}"
DOORS = (
    Door(path=HERE, view=everywhere, needs=Deed.AGENDA),
    Door(path=f"{HERE}/{{area}}", view=of_area, needs=Deed.AGENDA),
    Door(path=f"{HERE}/{{area}}", view=add, needs=Deed.AGENDA, method="POST"),
    Door(path=ONE, view=builder, needs=Deed.AGENDA),
    Door(path=ONE, view=save, needs=Deed.AGENDA, method="POST"),
    Door(path=f"{ONE}/approve", view=approve, needs=Deed.AGENDA, method="POST"),
    Door(path=f"{ONE}/drop", view=drop, needs=Deed.AGENDA, method="POST"),
    Door(path=f"{ONE}/sources", view=sources, needs=Deed.AGENDA),
    Door(path=f"{ONE}/sources", view=link, needs=Deed.AGENDA, method="POST"),
    Door(path=f"{ONE}/unlink", view=unlink, needs=Deed.AGENDA, method="POST"),
    Door(path=f"{ONE}/quote", view=quote, needs=Deed.AGENDA, method="POST"),
)
