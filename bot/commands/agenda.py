"""reconvene issue … · scope … · gates …"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

import typer

from bot.commands.base import Row, operator, say, show, work
from bot.commands.dates import AsJson
from bot.export import spoken
from bot.facilitation import Facilitation, Mistake
from bot.facilitation.agenda import Changed
from bot.facilitation.crossing import Gate
from flows.agenda import KeyIssue, Scope, lacks

issue = typer.Typer(help="Key issues: what wave 1 found, for workshop 2.", no_args_is_help=True)
scope = typer.Typer(help="What can be decided in an area, by whom, with what money.", no_args_is_help=True)
gates = typer.Typer(help="The gates between the phases: what is missing, and where to fill it.", no_args_is_help=True)

Area = Annotated[str, typer.Argument(help="The area, e.g. hull.")]
Number = Annotated[int, typer.Argument(help="The number of the key issue in its area.")]
Many = list[str] | None


@issue.command("list")
def issues(area: Annotated[Many, typer.Option(help="Only this area.")] = None, as_json: AsJson = False) -> None:
    """List the key issues, who approved them, and what they still need."""
    found = work(lambda office: office.issues(operator(), area or ()))
    rows: list[Row] = [
        {
            "area": one.area,
            "number": one.number,
            "title": one.title,
            "people": one.people,
            "approved_by": ", ".join(one.approved_by),
            "needs": "; ".join(what for _, what in lacks(one)),
        }
        for one in found
    ]
    show(rows, as_json=as_json, empty="There is no key issue yet. Add one with: reconvene issue add AREA TITLE")


@issue.command("show")
def show_issue(area: Area, number: Number) -> None:
    """Show one key issue in full."""
    found = work(lambda office: office.issues(operator(), [area]))
    one = next((one for one in found if one.number == number), None)
    if one is None:
        raise Mistake(f"There is no key issue {number} in {area}.")
    say("\n".join(_told(one)))


@issue.command("add")
def add_issue(
    area: Area,
    title: Annotated[str, typer.Argument(help="In the words of the people there.")],
    raised_by: Annotated[str, typer.Option("--from", help="The answer that asks for it, RUN.STEP.")] = "",
) -> None:
    """Begin a key issue."""
    one = work(lambda office: office.add_issue(operator(), area, title, raised_by=raised_by))
    say(f"Key issue {one.number} of {area}: {one.title}")


@issue.command("edit")
def edit_issue(
    area: Area,
    number: Number,
    title: Annotated[str | None, typer.Option(help="Another title.")] = None,
    link: Annotated[Many, typer.Option(help="A link of the chain; repeat it in order.")] = None,
    frame: Annotated[Many, typer.Option(help="What it is about, e.g. home; repeat it for more.")] = None,
    asset: Annotated[Many, typer.Option(help="Something that could help; repeat it for more.")] = None,
    no_assets: Annotated[bool, typer.Option("--no-assets", help="People were asked and named none.")] = False,
    decided_by: Annotated[Many, typer.Option(help="Who decides, e.g. district; repeat it for more.")] = None,
    joined_by: Annotated[Many, typer.Option(help="Who joins the table for it; repeat it for more.")] = None,
    alone_because: Annotated[str | None, typer.Option(help="Why nobody joins.")] = None,
    minority: Annotated[str | None, typer.Option(help="A view of few that is worth hearing.")] = None,
    known: Annotated[str | None, typer.Option(help="new, or known from before.")] = None,
    origin: Annotated[str | None, typer.Option(help="participants, stakeholders or team.")] = None,
) -> None:
    """Fill in or change a key issue. Its approvals are asked for again."""
    lists = {"chain": link, "frames": frame, "assets": asset, "decided_by": decided_by, "joined_by": joined_by}
    words = {"title": title, "alone_because": alone_because, "minority": minority, "known_before": known}
    changed = Changed(
        **{name: tuple(value) for name, value in lists.items() if value},  # type: ignore[typeddict-item]
        **{name: value for name, value in {**words, "origin": origin}.items() if value is not None},
    )
    if no_assets:
        changed["no_assets"] = True
    one = work(lambda office: office.edit_issue(operator(), area, number, **changed))
    say("\n".join(_told(one)))


@issue.command("drop")
def drop_issue(area: Area, number: Number) -> None:
    """Take a key issue off the list."""
    one = work(lambda office: office.drop_issue(operator(), area, number))
    say(f"“{one.title}” is off the list of {area}.")


@issue.command("find")
def find(
    area: Area,
    words: Annotated[Many, typer.Argument(help="Answers with one of these words; none: all.")] = None,
    as_json: AsJson = False,
) -> None:
    """Find answers that speak of something, to link or quote them."""
    found = work(lambda office: office.evidence(operator(), area, words or ()))
    rows: list[Row] = [
        {"answer": row.id, "who": row.code_name, "shared_with": row.share, "said": spoken(row)} for row in found
    ]
    show(rows, as_json=as_json, empty="Nobody has said that yet.")


@issue.command("missed")
def missed(area: Annotated[Many, typer.Option(help="Only this area.")] = None, as_json: AsJson = False) -> None:
    """List what people say the key issues miss or get wrong; reconvene issue add … --from ANSWER takes it up."""
    found = work(lambda office: office.raised(operator(), area or ()))
    rows: list[Row] = [
        {"area": row.area, "answer": row.id, "who": row.code_name, "origin": "participants", "said": spoken(row)}
        for row in found
    ]
    show(rows, as_json=as_json, empty="Nobody has said yet that something is missing.")


@issue.command("link")
def link_issue(area: Area, number: Number, answers: Annotated[list[str], typer.Argument(help="RUN.STEP …")]) -> None:
    """Count the people behind these answers, each once."""
    one = work(lambda office: office.link_issue(operator(), area, number, answers))
    say(f"{one.people} people spoke of “{one.title}”.")


@issue.command("quote")
def quote_issue(
    area: Area,
    number: Number,
    answer: Annotated[str, typer.Argument(help="RUN.STEP, as reconvene issue find shows it.")],
    words: Annotated[str, typer.Argument(help="The words, exactly as they were said.")],
    asked: Annotated[bool, typer.Option("--asked", help="They want to be asked each time, and said yes.")] = False,
) -> None:
    """Let the issue speak in somebody's own words."""
    one = work(lambda office: office.quote_issue(operator(), area, number, answer, words, asked=asked))
    say("\n".join(_told(one)))


@issue.command("approve")
def approve_issue(area: Area, number: Number) -> None:
    """Agree to a key issue as it stands. It takes two different people: the other one sends /approve in the chat."""
    one = work(lambda office: office.approve_issue(operator(), area, number))
    more = "It is on the agenda of workshop 2." if one.approved else "It takes one more person."
    say(f"Approved by {' and '.join(one.approved_by)}. {more}")


def _told(one: KeyIssue) -> Iterable[str]:
    known = {"new": "new", "known": "known before"}.get(one.known_before, "")
    lines = (
        (f"Key issue {one.number} of {one.area}", one.title),
        ("About", ", ".join(one.frames)),
        ("People", str(one.people)),
        ("Chain", " → ".join(one.chain)),
        ("Quote", f"“{one.quote}”" if one.quote else ""),
        ("Could help", ", ".join(one.assets) or ("none named" if one.no_assets else "")),
        ("Decided by", ", ".join(one.decided_by)),
        ("At the table", ", ".join(one.joined_by) or one.alone_because),
        ("Another view", one.minority),
        ("Was it known", known),
        ("Brought up by", one.origin),
        ("Approved by", ", ".join(one.approved_by)),
        ("Still needs", "; ".join(what for _, what in lacks(one))),
    )
    return (f"{name}: {value}" for name, value in lines if value)


# ── scope ──────────────────────────────────────────────────────────────────────────────────────────────────────
@scope.command("set")
def set_scope(
    area: Area,
    inside: Annotated[str | None, typer.Option(help="What can be changed.")] = None,
    outside: Annotated[str | None, typer.Option(help="What cannot be changed.")] = None,
    budget: Annotated[str | None, typer.Option(help="What money there is, in words.")] = None,
    decider: Annotated[str | None, typer.Option(help="Who decides.")] = None,
    by: Annotated[str | None, typer.Option(help="The date of the decision, e.g. 2027-03-01.")] = None,
) -> None:
    """Say what this round can and cannot change. What is not given stays as it was."""
    day = read_day(by) if by else None
    found = work(
        lambda office: office.set_scope(
            operator(), area, inside=inside, outside=outside, budget=budget, decider=decider, decided_on=day
        )
    )
    say("\n".join(_scoped(found)))


@scope.command("show")
def show_scope(area: Area) -> None:
    """Show what can be decided in an area."""
    found = work(lambda office: office.scope(operator(), area))
    say("\n".join(_scoped(found)) or f"Nothing is said about {area} yet. Say it with: reconvene scope set {area}")


def _scoped(found: Scope) -> list[str]:
    day = f"{found.decided_on:%A %d %B %Y}" if found.decided_on else ""
    words = (
        ("Can change", found.inside),
        ("Cannot change", found.outside),
        ("Money", found.budget),
        ("Decided by", found.decider),
        ("On", day),
    )
    return [f"{name}: {value}" for name, value in words if value]


def read_day(text: str) -> date:
    """A day as people type it: 2027-03-01."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Mistake(f"“{text}” is not a date. Write it like 2027-03-01.") from None


# ── gates ──────────────────────────────────────────────────────────────────────────────────────────────────────
@gates.command("show")
def show_gates(
    area: Annotated[Many, typer.Option(help="Only this area; repeat it for more.")] = None,
    gate: Annotated[str, typer.Option(help="Only this gate, e.g. G4.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show what keeps each gate closed, and where to fill it."""

    async def task(office: Facilitation) -> list[Gate]:
        return await office.gates(operator(), area or (), gate)

    rows: list[Row] = [
        {
            "area": found.area,
            "gate": found.gate,
            "before": found.name,
            "needs": one.what,
            "fill_it_with": one.where,
            "anyway": found.anyway,
        }
        for found in work(task)
        for one in found.missing
    ]
    show(rows, as_json=as_json, empty="Nothing is missing.")


@gates.command("confirm")
def confirm_gate(
    area: Area,
    item: Annotated[str, typer.Argument(help="What you vouch for, as reconvene gates show names it.")],
    note: Annotated[str, typer.Argument(help="How you know: who, when, where it is written.")],
) -> None:
    """Vouch for something that only people can know."""
    work(lambda office: office.confirm_gate(operator(), area, item, note))
    say(f"Noted for {area}: {item}.")


@gates.command("sign")
def sign_gate(
    area: Area,
    item: Annotated[str, typer.Argument(help="What is signed off, such as dpia.")],
    name: Annotated[str, typer.Option(help="Who answers for it.")],
    on: Annotated[str, typer.Option(help="The day, e.g. 2027-01-15.")],
) -> None:
    """Note who signed something off, and when."""
    day = read_day(on)
    work(lambda office: office.sign_gate(operator(), area, item, name=name, on=day))
    say(f"Noted for {area}: {item}, signed by {name} on {day:%d %B %Y}.")


@gates.command("override")
def go_anyway(
    area: Area,
    gate: Annotated[str, typer.Argument(help="G0, G1, G2, G3 or G5.")],
    reason: Annotated[str, typer.Argument(help="Why you go on although something is missing.")],
) -> None:
    """Go on although something is missing. It is written down, and there is no way around G4 and G6."""
    found = work(lambda office: office.go_anyway(operator(), area, gate, reason))
    say(f"{area} goes on at {gate} ({found.name}) without {len(found.missing)} things; it is in the journal.")


def close(area: Area) -> None:
    """Bring an area to its end. Refused while a key issue has no answer, or people were not told."""
    work(lambda office: office.close(operator(), area))
    say(f"{area} is closed: nobody can join there any more. What was said is kept as long as people were told.")
