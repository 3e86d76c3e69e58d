"""A new message to many: choose it, see how it reads and who gets it, try it, send it or ask a second person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from starlette.responses import Response

from bot.console.page import Door, Visit
from bot.console.pages.broadcasts import WHY, to
from bot.console.telling import moment, plural, words
from bot.facilitation import Excluded, Look, Mistake, Preview
from bot.facilitation.audience import ATTENDANCE
from bot.facilitation.looks import filled
from bot.facilitation.seconding import Submitted
from bot.rights import Deed
from prompts.dates import language_name
from storage.broadcasts import Audience
from storage.elections import WAITS, Held

EASY: Final = "-easy"
NAMED: Final = 60
"""So many people are named for each reason; all of them stand on the ledger afterwards."""
MARKS: Final = {
    "attended": "who came",
    "missed": "who did not come",
    "left_early": "who left early",
    "unmarked": "not marked yet",
}
assert set(MARKS) == set(ATTENDANCE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What somebody has chosen so far, as it stands in the form or the address."""

    template: str
    audience: Audience
    fill: Mapping[str, str]

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The same for another form, name by name."""
        one = self.audience
        pairs = [("template", self.template), *(("areas", area) for area in one.areas)]
        pairs += [("attendance", one.attendance), ("wave", str(one.wave)), ("not_answered", one.not_answered)]
        pairs += [("state", state) for state in one.states]
        pairs += [("again", "yes")] if one.again else []
        return [*pairs, *((f"fill.{name}", value) for name, value in self.fill.items())]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What is known of a draft: how it reads, who gets it; or why that cannot be told yet."""

    looks: tuple[Look, ...] = ()
    preview: Preview | None = None
    problem: str = ""


async def new(visit: Visit) -> Response:
    """The page: all messages to choose from, or the one that was chosen."""
    template = visit.asked("template")
    if template not in visit.programme.broadcasts:
        letters = await visit.office.letters(visit.who, visit.wanted_areas[0])
        return visit.page("broadcasts_choose.html", letters=letters, areas=visit.asked("areas"))
    draft = _asked(visit)
    shown = await _shown(visit, draft)
    return visit.page(
        "broadcasts_new.html",
        draft=draft,
        shown=shown,
        blanks=await visit.office.blanks(visit.who, template),
        left_out=_by_reason(shown.preview.excluded) if shown.preview else {},
        named=NAMED,
        hard=bool(draft.fill) and any(look.hard for look in shown.looks),
        key=uuid4().hex,
        why=WHY,
        easy=next((look for look in shown.looks if look.locale.endswith(EASY)), None),
        others=[look for look in shown.looks[1:] if not look.locale.endswith(EASY)],
        language=lambda locale: language_name(locale, next(iter(visit.programme.locales))),
        to=to(visit, draft.audience),
        **_choices(visit),
    )


def _choices(visit: Visit) -> dict[str, Any]:
    """What can be picked in the form."""
    marks = [
        (f"{wave}.{mark}", f"{said} (workshop {wave})")
        for wave in range(1, visit.programme.waves + 1)
        for mark, said in MARKS.items()
    ]
    flows = [(flow.id, words(flow.id)) for flow in visit.programme.flows.values() if not flow.service]
    return {
        "marks": [("", "everybody"), *marks],
        "flows": [("", "everybody"), *flows],
        "states": [("", "everybody"), ("active", "only those who take part now")],
    }


def _asked(visit: Visit) -> Draft:
    """The draft as the address says it. Without a word about areas, those that are looked at."""
    given = visit.request.query_params.multi_items()
    areas = [value for name, value in given if name == "areas"]
    if not areas and not visit.asked("chosen"):
        areas = list(visit.wanted_areas)
    return _draft(visit, given, areas)


def _posted(visit: Visit) -> Draft:
    """The draft as a form carries it."""
    given = [(name, value) for name, values in visit.fields.items() for value in values]
    return _draft(visit, given, [value for name, value in given if name == "areas"])


def _draft(visit: Visit, given: Sequence[tuple[str, str]], areas: Sequence[str]) -> Draft:
    said = {name: value.strip() for name, value in given}
    wave, _, mark = said.get("marked", "").rpartition(".")
    wave = wave or said.get("wave", "1")
    audience = Audience(
        areas=tuple(area for area in areas if area in {one.id for one in visit.areas}),
        wave=int(wave) if wave.isdecimal() and len(wave) < 4 else 1,
        attendance=mark or said.get("attendance", ""),
        states=(said["state"],) if said.get("state") else (),
        not_answered=said.get("not_answered", ""),
        again=said.get("again") == "yes",
    )
    fill = filled((name.removeprefix("fill."), value) for name, value in given if name.startswith("fill."))
    return Draft(template=said.get("template", ""), audience=audience, fill=fill)


async def _shown(visit: Visit, draft: Draft) -> Shown:
    """How it reads and who gets it. What is missing is told beside the form, not instead of it."""
    if not draft.audience.areas:
        return Shown(problem="Tick at least one area.")
    try:
        looks = await visit.office.looks(visit.who, draft.template, draft.audience.areas[0], draft.fill)
        preview = await visit.office.preview(visit.who, draft.template, draft.audience, draft.fill)
    except Mistake as mistake:
        return Shown(problem=str(mistake))
    return Shown(looks=looks, preview=preview)


def _by_reason(excluded: Sequence[Excluded]) -> dict[str, list[str]]:
    """Reason → the code names of those who are left out for it, most first."""
    found: dict[str, list[str]] = {}
    for person in excluded:
        found.setdefault(person.reason, []).append(person.code_name)
    return dict(sorted(found.items(), key=lambda pair: -len(pair[1])))


async def attempt(visit: Visit) -> Response:
    """Send it to oneself alone."""
    draft = _posted(visit)
    area = draft.audience.areas[0] if draft.audience.areas else ""
    await visit.office.test_send(visit.who, draft.template, area, draft.fill)
    return visit.go(visit.back("/broadcasts/new"), "It is on its way to you, and to nobody else.")


async def send(visit: Visit) -> Response:
    """Send it, or ask a second person. The key in the form makes two presses one message."""
    draft, key = _posted(visit), visit.given("key")
    if not draft.audience.areas:
        raise Mistake("Tick at least one area. Nothing was sent.")
    await _stand_by(visit, draft)
    done = await visit.office.submit(
        visit.who,
        draft.template,
        draft.audience,
        key=f"console:{key}"[:80] if key else "",
        fill=draft.fill,
        urgent=visit.given("urgent") == "yes",
    )
    return _told(visit, done)


async def plan(visit: Visit) -> Response:
    """Send it at a later hour, to whoever the audience names then."""
    draft, key = _posted(visit), visit.given("key")
    if not draft.audience.areas:
        raise Mistake("Tick at least one area. Nothing was planned.")
    said = f"{visit.given('day')} {visit.given('hour')}"
    at = await visit.office.hour(visit.who, said, draft.audience.areas)
    key = f"console:{key}"[:80] if key else ""
    return _told(
        visit, await visit.office.plan(visit.who, draft.template, draft.audience, at, key=key, fill=draft.fill)
    )


async def _stand_by(visit: Visit, draft: Draft) -> None:
    """Words of one's own that are hard to read take a reason."""
    area, why = draft.audience.areas[0], visit.given("why")
    await visit.office.stand_by(visit.who, draft.template, area, draft.fill, why)


def _told(visit: Visit, done: Submitted) -> Response:
    if done.held:
        return visit.go("/broadcasts#waits", _waits(visit, done.held, done.others))
    assert done.posted is not None
    posted = done.posted
    path = f"/broadcasts/{posted.broadcast.id}"
    if posted.repeated:
        return visit.go(path, "It had been sent already. Nothing was sent twice.")
    return visit.go(path, f"It goes out to {plural(posted.count, 'person', 'people')} now.")


def _waits(visit: Visit, one: Held, others: Sequence[str]) -> str:
    """What a message that does not go out now waits for."""
    at = f" on {moment(one.send_at, visit.zone)}" if one.send_at else ""
    match one.state:
        case "held":
            asked = f" {', '.join(others)} can let it go." if others else " It takes somebody else of the team."
            return f"It waits for a second person{' and then goes out' + at if at else ''}.{asked}"
        case "planned":
            return f"It goes out{at}, unless somebody calls it off before."
        case _:
            return f"“{words(one.template)}” was decided on before. Nothing was sent twice."


async def held(visit: Visit) -> Response:
    """A message that waits for a second person or for its hour, as they look at it."""
    one = await _held(visit)
    if one is None:
        return visit.page("missing.html", status=404)
    draft = Draft(template=one.template, audience=one.audience, fill=one.fill)
    shown = await _shown(visit, draft)
    return visit.page(
        "broadcasts_held.html",
        one=one,
        shown=shown,
        left_out=_by_reason(shown.preview.excluded) if shown.preview else {},
        named=NAMED,
        why=WHY,
        easy=next((look for look in shown.looks if look.locale.endswith(EASY)), None),
        to=to(visit, one.audience),
    )


async def approve(visit: Visit) -> Response:
    """Let it go."""
    one = await _held(visit)
    if one is None:
        return visit.page("missing.html", status=404)
    return _told(visit, await visit.office.approve_held(visit.who, one.id, urgent=visit.given("urgent") == "yes"))


async def drop(visit: Visit) -> Response:
    """Decide against it."""
    one = await _held(visit)
    if one is None:
        return visit.page("missing.html", status=404)
    await visit.office.drop_held(visit.who, one.id)
    return visit.go("/broadcasts", f"“{words(one.template)}” is not sent.")


async def _held(visit: Visit) -> Held | None:
    """The one that the address names, if it waits and is this person's to decide on."""
    waiting = [*await visit.office.held(visit.who), *await visit.office.planned(visit.who)]
    return next((one for one in waiting if one.id == visit.path("id") and one.state in WAITS), None)


PATH = "/broadcasts/held/{id}"
DOORS = (
    Door(path="/broadcasts/new", view=new, needs=Deed.BROADCAST),
    Door(path="/broadcasts/try", view=attempt, needs=Deed.BROADCAST, method="POST"),
    Door(path="/broadcasts/send", view=send, needs=Deed.BROADCAST, method="POST"),
    Door(path="/broadcasts/plan", view=plan, needs=Deed.BROADCAST, method="POST"),
    Door(path=PATH, view=held, needs=Deed.BROADCAST),
    Door(path=f"{PATH}/approve", view=approve, needs=Deed.BROADCAST, method="POST"),
    Door(path=f"{PATH}/drop", view=drop, needs=Deed.BROADCAST, method="POST"),
)
