"""Flows: what every conversation says, as a script and as a picture; tried on a phone; its versions; publishing."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from bot.console import saying
from bot.console.bookshelf import Lying, hardest
from bot.console.chart import HIGH, WIDE, chart
from bot.console.page import Door, Visit
from bot.console.pages.flows_phone import Phone, read_lines, read_moment, try_out
from bot.console.telling import words
from bot.facilitation import Mistake, Passing
from bot.rights import Deed
from bot.script import Script
from bot.storyboard import board as drawn
from bot.storyboard import placed
from flows.definition import Flow, Programme
from flows.findings import Finding

LIVE: Final = "live"
FOLDER: Final = "folder"
WAVE: Final = re.compile(r"(?:pre|w|post)(\d+)")
SCRIPT, PICTURE, VERSIONS = "", "/picture", "/versions"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A flow on the list."""

    flow: Flow
    passing: Passing
    age: float | None
    findings: int
    changed: bool  # the folder holds another version


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where a page reads from: what is live, or what lies in the folder."""

    name: str
    script: Script
    lying: Lying

    @property
    def ahead(self) -> bool:
        """Whether the folder holds something else than what is live."""
        other = self.lying.programme
        return other is not None and self.name == LIVE and other.version != self.script.programme.version


async def listed(visit: Visit) -> Response:
    """All flows of the programme."""
    lying = await visit.parlour.shelf.lying(visit.now.date())
    ages = hardest(await visit.parlour.shelf.ages(visit.programme))
    progress = await _progress(visit)
    live, _ = await visit.office.live_flows(visit.who)
    rows = [_row(flow, progress, ages, lying) for flow in visit.programme.flows.values()]
    return visit.page(
        "flows.html",
        groups=_grouped(rows),
        lying=lying,
        ahead=lying.programme is not None and lying.programme.version != (live or visit.programme.version),
        behind=bool(live) and live != visit.programme.version,
        may_publish=all(visit.may(Deed.PUBLISH, area) for area in visit.programme.areas),
        findings=len(lying.report.findings) if lying.report else 0,
    )


async def _progress(visit: Visit) -> Mapping[str, Passing]:
    areas = visit.wanted_areas
    told = await visit.parlour.shelf.counted(
        ("flows", visit.programme.version, *areas), visit.now, lambda: visit.office.flow_progress(visit.who, areas)
    )
    return told.value


def _row(flow: Flow, progress: Mapping[str, Passing], ages: Mapping[str, float], lying: Lying) -> Row:
    other = lying.programme.flows.get(flow.id) if lying.programme else None
    return Row(
        flow=flow,
        passing=progress.get(flow.id, Passing()),
        age=ages.get(flow.id),
        findings=sum(map(len, placed(flow, _findings(lying)).values())),
        changed=other is not None and other.version != flow.version,
    )


def _findings(lying: Lying) -> tuple[Finding, ...]:
    return lying.report.findings if lying.report else ()


def _grouped(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """In the order in which people meet them; the service flows last."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(_group(row.flow), []).append(row)
    order = sorted(found, key=lambda name: (name.startswith("About"), name.startswith("Those"), not name[-1].isdigit()))
    waves = [name for name in order if name.startswith("Wave")]
    first, others = sorted(waves)[:1], sorted(waves)[1:]
    between = [name for name in order if name.startswith("Between")]
    rest = [name for name in order if name not in (*waves, *between)]
    return {name: sorted(found[name], key=lambda row: row.flow.number) for name in (*first, *between, *others, *rest)}


def _group(flow: Flow) -> str:
    if flow.channel == "slack":
        return "Those who decide"
    if flow.service or flow.phase == "service":
        return "About the programme itself"
    wave = WAVE.fullmatch(flow.phase)
    if wave:
        return f"Wave {wave[1]}"
    return {"between": "Between the workshops", "follow": "Afterwards"}.get(flow.phase, words(flow.phase))


# ── one flow ───────────────────────────────────────────────────────────────────────────────────────────────────
async def script(visit: Visit) -> Response:
    """A flow as its script, with the phone beside it."""
    return await _page(visit, "flow.html", SCRIPT)


async def picture(visit: Visit) -> Response:
    """A flow as a picture."""
    return await _page(visit, "flow_picture.html", PICTURE)


async def versions(visit: Visit) -> Response:
    """Who is on which version of a flow."""
    flow = visit.programme.flows.get(visit.path("flow"))
    if flow is None:
        return visit.page("missing.html", status=404)
    kept = await visit.office.flow_versions(visit.who, flow.id, visit.wanted_areas)
    lying = await visit.parlour.shelf.lying(visit.now.date())
    source = Source(name=LIVE, script=visit.office.script, lying=lying)
    return visit.page("flow_versions.html", flow=flow, kept=kept, source=source, tabs=_tabs(flow, source, VERSIONS))


async def _page(visit: Visit, template: str, here: str) -> Response:
    source = await _source(visit, visit.asked("of"))
    flow = source.script.programme.flows.get(visit.path("flow")) if source else None
    if source is None or flow is None:
        return visit.page("missing.html", status=404)
    return visit.page(template, **await _told(visit, source, flow, here, _fresh(visit, source, flow)))


async def _told(visit: Visit, source: Source, flow: Flow, here: str, phone: Phone) -> dict[str, Any]:
    ages = await visit.parlour.shelf.ages(source.script.programme)
    board = drawn(source.script, flow, ages, _findings(source.lying))
    progress = await _progress(visit)
    return {
        "flow": flow,
        "board": board,
        "chart": chart(flow),
        "source": source,
        "phone": phone,
        "passing": progress.get(flow.id, Passing()),
        "accepted": _accepted(source.lying, flow),
        "saying": saying,
        "tabs": _tabs(flow, source, here),
        "node": (WIDE, HIGH),
        "locales": tuple(source.script.programme.locales),
    }


async def _source(visit: Visit, name: str) -> Source | None:
    lying = await visit.parlour.shelf.lying(visit.now.date())
    if name == FOLDER:
        return Source(name=FOLDER, script=lying.script, lying=lying) if lying.script else None
    return Source(name=LIVE, script=visit.office.script, lying=lying)


def _accepted(lying: Lying, flow: Flow) -> list[tuple[Finding, str]]:
    """The warnings of this flow that somebody has looked at, with the reason why they are right."""
    found = lying.report.accepted if lying.report else ()
    return [(finding, decision.reason) for finding, decision in found if finding.flow == flow.id]


def _tabs(flow: Flow, source: Source, here: str) -> list[tuple[str, str, bool, str]]:
    of = f"?of={FOLDER}" if source.name == FOLDER else ""
    tabs = ((SCRIPT, "Script", of), (PICTURE, "Picture", of), (VERSIONS, "Versions", ""))
    return [(f"/flows/{flow.id}{path}{tail}", name, path == here, "") for path, name, tail in tabs]


# ── the phone ──────────────────────────────────────────────────────────────────────────────────────────────────
async def try_it(visit: Visit) -> Response:
    """Something was said or pressed on the phone beside the script."""
    source = await _source(visit, visit.given("of"))
    flow = source.script.programme.flows.get(visit.path("flow")) if source else None
    if source is None or flow is None:
        return visit.page("missing.html", status=404)
    phone = _fresh(visit, source, flow) if visit.given("again") else _further(visit, source, flow)
    if visit.partial:
        return visit.page("flow_phone.html", phone=phone, flow=flow, locales=tuple(source.script.programme.locales))
    return visit.page("flow.html", **await _told(visit, source, flow, SCRIPT, phone))


def _fresh(visit: Visit, source: Source, flow: Flow) -> Phone:
    locales = source.script.programme.locales
    locale = visit.given("locale", visit.asked("locale"))
    entry = visit.given("entry", visit.asked("entry"))
    return try_out(
        source.script,
        flow,
        [],
        visit.now,
        source=source.name,
        locale=locale if locale in locales else next(iter(locales)),
        entry=entry if entry in flow.entries else "",
        area=visit.area,
    )


def _further(visit: Visit, source: Source, flow: Flow) -> Phone:
    done = read_lines(visit.given("lines"))
    if visit.given("tap"):
        done.append(("tap", visit.given("tap")))
    elif visit.given("lead"):
        done.append(("lead", ""))
    elif visit.given("say"):
        done.append(("say", visit.given("say")[:2000]))
    before = _fresh(visit, source, flow)
    at = read_moment(visit.given("at"), visit.now)
    return try_out(
        source.script, flow, done, at, source=source.name, locale=before.locale, entry=before.entry, area=visit.area
    )


# ── publishing ─────────────────────────────────────────────────────────────────────────────────────────────────
async def compare(visit: Visit) -> Response:
    """What lies in the folder against what is live; whom publishing it would touch takes a moment, and is asked for."""
    lying = await visit.parlour.shelf.lying(visit.now.date())
    programme = lying.programme if lying.sound else None
    version, flows = await visit.office.live_flows(visit.who)
    same = programme is not None and programme.version == version
    look = programme is not None and (same or visit.asked("whom"))
    return visit.page(
        "flows_publish.html",
        lying=lying,
        differing=_differing(flows, programme) if programme and not look else (),
        impact=await visit.office.publishing_would(visit.who, programme) if programme and look else None,
        issues=await visit.office.published(visit.who),
        errors=[finding for finding in _findings(lying) if finding.severity == "error"],
        warnings=[finding for finding in _findings(lying) if finding.severity != "error"],
    )


def _differing(live: Mapping[str, str], other: Programme) -> list[tuple[str, str]]:
    """The flows that would be new, changed or taken out. `live`: flow → its version."""
    return [
        *((flow, "new") for flow in other.flows if flow not in live),
        *((name, "changed") for name, flow in other.flows.items() if live.get(name, flow.version) != flow.version),
        *((flow, "taken out") for flow in live if flow not in other.flows),
    ]


async def publish(visit: Visit) -> Response:
    """What lies in the folder goes live."""
    lying = await visit.parlour.shelf.lying(visit.now.date())
    if lying.programme is None or not lying.sound:
        raise Mistake("What lies in the folder has mistakes, or cannot be read. Nothing was published.")
    impact = await visit.office.publish(visit.who, lying.programme, visit.given("version"))
    if impact.same:
        return visit.go("/flows/publish", "This is live already. There was nothing to do.")
    return visit.go("/flows/publish", "It is published. People get the new words from their next message on.")


DOORS: Final = (
    Door(path="/flows", view=listed, needs=Deed.WATCH),
    Door(path="/flows/publish", view=compare, needs=Deed.PUBLISH),
    Door(path="/flows/publish", view=publish, needs=Deed.PUBLISH, method="POST", fresh=True),
    Door(path="/flows/{flow}", view=script, needs=Deed.WATCH),
    Door(path="/flows/{flow}/picture", view=picture, needs=Deed.WATCH),
    Door(path="/flows/{flow}/versions", view=versions, needs=Deed.WATCH),
    Door(path="/flows/{flow}/try", view=try_it, needs=Deed.WATCH, method="POST"),
)
