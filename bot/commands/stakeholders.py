"""reconvene stakeholder invite · list · show · edit · answer · notes · barriers · pass-on · pass-back; terms"""

import asyncio
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from bot.clock import SystemClock
from bot.commands.base import Row, opened, operator, programme, say, settings, show, work
from bot.commands.dates import AsJson
from bot.commands.doors import tell
from bot.export import spoken
from bot.facilitation import Facilitation, Mistake
from bot.facilitation.assisting import Pen, Seat
from bot.facilitation.stakeholders import About, Company, OwnNote
from bot.messages import Outgoing
from bot.script import Script
from prompts.markup import plain
from storage.passing import Passed
from storage.reflections import Reflection
from storage.stakeholders import Stakeholder

app = typer.Typer(help="Stakeholders: those who decide, and what they are asked.", no_args_is_help=True)
terms = typer.Typer(help="The words that residents and officials use.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(help="The number of the stakeholder, as reconvene stakeholder list shows it.")]
Areas = Annotated[list[str] | None, typer.Option("--area", help="Only this area; repeat it for more.")]
AreaOf = Annotated[str, typer.Option("--area", help="The area, e.g. hull.")]
Kind = Annotated[str | None, typer.Option("--type", help="The kind, e.g. police; see programme.yaml.")]
Role = Annotated[str | None, typer.Option(help="Their job, e.g. the head of parks.")]
Org = Annotated[str | None, typer.Option(help="For whom they work.")]
Name = Annotated[str | None, typer.Option(help="What they are called. Nobody else is told it unless they say so.")]
Level = Annotated[str | None, typer.Option(help="At which level they decide, e.g. district.")]
Slack = Annotated[str | None, typer.Option(help="Their handle in Slack; kept only until they have joined.")]
Email = Annotated[str | None, typer.Option(help="Their e-mail; kept only until they have joined.")]


@app.command("invite")
def invite(
    area: AreaOf,
    kind: Kind = None,
    role: Role = None,
    org: Org = None,
    name: Name = None,
    level: Level = None,
    slack: Slack = None,
    email: Email = None,
) -> None:
    """Keep a seat for somebody who decides, and print the code that opens it once."""
    about = _about(kind, role, org, name, level, slack, email)
    one, code = work(lambda office: office.invite_stakeholder(operator(), area, **about))
    say(f"Stakeholder {one.id}: {_title(one)}")
    tell(code, f"To begin as {code.subject}")
    if email:
        say("If they have this address in a Slack workspace of ours, they find the code there within a minute.")


@app.command("again")
def again(number: Number) -> None:
    """Print a new code for the same seat; the older one stops working."""
    code = work(lambda office: office.invite_again(operator(), number))
    tell(code, f"To begin as {code.subject}")


@app.command("edit")
def edit(
    number: Number,
    kind: Kind = None,
    role: Role = None,
    org: Org = None,
    name: Name = None,
    level: Level = None,
    slack: Slack = None,
    email: Email = None,
) -> None:
    """Put right what the team noted about somebody."""
    about = _about(kind, role, org, name, level, slack, email)
    one = work(lambda office: office.edit_stakeholder(operator(), number, **about))
    say(f"Stakeholder {one.id}: {_title(one)}")


@app.command("list")
def stakeholders(
    area: Areas = None,
    silent: Annotated[
        bool, typer.Option("--silent", help="Only those who were not interviewed: to be phoned.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List everybody who has a seat, and how far the interviews are."""

    async def task(office: Facilitation) -> tuple[list[Stakeholder], Company]:
        who, areas = operator(), area or ()
        found = await (office.silent(who, areas) if silent else office.stakeholders(who, areas))
        return found, await office.company(who, areas)

    found, company = work(task)
    rows: list[Row] = [
        {
            "number": one.id,
            "area": one.area,
            "type": one.type,
            "role": one.role,
            "org": one.org,
            "name": one.name,
            "code": one.code_name,
            "state": one.state or "invited",
            "done": ", ".join(sorted(one.finished)),
            "attribution": one.attribution if one.joined_at else "",
            "in_workshop_2": str(one.facts.get("profile.w2_role", "")),
            "reach": one.reach,
        }
        for one in found
    ]
    show(rows, as_json=as_json, empty="Nobody. Invite somebody with: reconvene stakeholder invite --area AREA --type …")
    if not as_json:
        say("\n".join(_progress(company)))


@app.command("show")
def stakeholder(number: Number) -> None:
    """Show what is known of somebody, and all they said."""
    one, said = work(lambda office: office.stakeholder(operator(), number))
    say("\n".join(_told(one, said)))


@app.command("answer")
def answer(
    number: Number,
    flow: Annotated[str, typer.Argument(help="The conversation, e.g. interview.")],
    file: Annotated[Path | None, typer.Option(help="Read the answers from this file, one line each.")] = None,
) -> None:
    """Write down what somebody says on the phone: the same questions, on this screen. SKIP, BACK and numbers work."""
    lines = file.read_text(encoding="utf-8").splitlines() if file else (line.rstrip("\n") for line in sys.stdin)
    asyncio.run(_write_down(number, flow, lines))


async def _write_down(number: int, flow: str, lines: Iterable[str]) -> None:
    chosen = settings()
    async with opened(chosen) as db:
        pen = Pen(db, Script(programme(chosen)), SystemClock(), operator().name, Seat(number))
        _print(await pen.begin(flow))
        for line in lines:
            if not pen.open:
                break
            _print(await pen.says(line))
    say("\nAll is written down." if not pen.open else "\nTo be gone on with: what was said is kept.")


def _print(messages: Iterable[Outgoing]) -> None:
    for message in messages:
        say("\n" + plain(message.text))
        for number, choice in enumerate(message.choices, 1):
            say(f"   {number}. {choice.label}")


@app.command("notes")
def notes(area: Areas = None, as_json: AsJson = False) -> None:
    """Read the notes that people wrote in their own voice: published as they stand, and nobody else can edit them."""

    async def task(office: Facilitation) -> list[OwnNote]:
        return await office.own_notes(operator(), area or ())

    rows: list[Row] = [
        {
            "stakeholder": one.stakeholder.id,
            "area": one.stakeholder.area,
            "type": one.stakeholder.type,
            "note": one.step,
            "words": one.words,
            "at": one.at,
        }
        for one in work(task)
    ]
    show(rows, as_json=as_json, empty="Nobody has written one yet.")


@app.command("barriers")
def barriers(area: Areas = None, as_json: AsJson = False) -> None:
    """Count what stands in the way, as those who decide name it in interviews and in the four questions."""
    found = work(lambda office: office.barriers(operator(), area or ()))
    rows: list[Row] = [{"barrier": name, "named": count} for name, count in found.items()]
    show(rows, as_json=as_json, empty="Nobody has named a barrier yet.")


@app.command("pass-on")
def pass_on(
    answer: Annotated[str, typer.Argument(help="RUN.STEP, as reconvene reflections or questions list shows it.")],
    to: Annotated[int | None, typer.Option(help="As a question to this stakeholder. None: to all of the area.")] = None,
    words: Annotated[str, typer.Option(help="Say it in these words, where the answer tells who wrote it.")] = "",
) -> None:
    """Pass a resident's words on to those who decide, with no name. You have read them: they go as they are here."""
    one = work(lambda office: office.pass_on(operator(), answer, words=words, to=to))
    say(f"Passed on as number {one.id}: {one.words}")


@app.command("passed-on")
def passed_on(area: Areas = None, as_json: AsJson = False) -> None:
    """List what was passed on, and the replies that wait to go back."""

    async def task(office: Facilitation) -> list[Passed]:
        return await office.passed_on(operator(), area or ())

    rows: list[Row] = [
        {
            "number": one.id,
            "area": one.area,
            "to": f"stakeholder {one.stakeholder_id}" if one.stakeholder_id else "all",
            "words": one.words,
            "reply": one.reply,
            "state": "went back" if one.answered else "waits for you" if one.reply else "",
        }
        for one in work(task)
    ]
    show(rows, as_json=as_json, empty="Nothing was passed on yet.")


@app.command("pass-back")
def pass_back(
    number: Annotated[int, typer.Argument(help="The number of the question, as passed-on shows it.")],
    words: Annotated[str, typer.Argument(help="The reply in other words, if need be.")] = "",
) -> None:
    """Let a stakeholder's reply go back to the resident who asked."""
    one = work(lambda office: office.pass_back(operator(), number, words))
    say(f"Whoever asked “{one.words}” will read the reply with the next news of the agenda.")


@terms.command("list")
def list_terms(area: Areas = None, as_json: AsJson = False) -> None:
    """List the words, with who says them."""
    found = work(lambda office: office.terms(operator(), area or ()))
    rows: list[Row] = [
        {"area": one.area, "said_by": one.said_by, "term": one.term, "means": one.means} for one in found
    ]
    show(rows, as_json=as_json, empty="No word was noted yet.")


@terms.command("add")
def add_term(
    area: Annotated[str, typer.Argument(help="The area, e.g. hull.")],
    term: Annotated[str, typer.Argument(help="The word, as people say it.")],
    said_by: Annotated[str, typer.Option(help="residents or officials.")] = "residents",
    means: Annotated[str, typer.Option(help="What they mean by it.")] = "",
) -> None:
    """Note a word that people use."""
    one = work(lambda office: office.note_term(operator(), area, term, said_by=said_by, means=means))
    say(f"“{one.term}” is among the words of {area}, said by {one.said_by}.")


@terms.command("drop")
def drop_term(
    area: Annotated[str, typer.Argument(help="The area, e.g. hull.")],
    term: Annotated[str, typer.Argument(help="The word.")],
    said_by: Annotated[str, typer.Option(help="residents or officials.")] = "residents",
) -> None:
    """Take a word out again."""
    work(lambda office: office.drop_term(operator(), area, term, said_by=said_by))
    say(f"“{term}” is not among the words of {area} any more.")


def _about(
    kind: str | None,
    role: str | None,
    org: str | None,
    name: str | None,
    level: str | None,
    slack: str | None,
    email: str | None,
) -> About:
    if slack and email:
        raise Mistake("Give a handle in Slack or an e-mail, not both.")
    given = {"type": kind, "role": role, "org": org, "name": name, "level": level, "reach": slack or email}
    return About(**{key: value for key, value in given.items() if value is not None})  # type: ignore[typeddict-item, no-any-return]


def _title(one: Stakeholder) -> str:
    return ", ".join(part for part in (one.name, one.role, one.org) if part)


def _progress(company: Company) -> Iterable[str]:
    yield f"\nInterviewed: {company.line}. Joined: {company.joined} of {company.invited} invited."
    for what, counts in (("By type", company.by_type), ("By area", company.by_area)):
        if counts:
            yield f"{what}: {', '.join(f'{name} {count}' for name, count in sorted(counts.items()))}"


def _told(one: Stakeholder, said: list[Reflection]) -> Iterable[str]:
    yield f"Stakeholder {one.id}: {_title(one)} ({one.type}, {one.area})"
    yield f"State: {one.state or 'invited'}; attribution: {one.attribution}; done: {', '.join(sorted(one.finished))}"
    for answer in said:
        by = " (written down for them)" if answer.via == "assisted" else ""
        yield f"\n{answer.flow}.{answer.step}{by}\n{spoken(answer)}"
