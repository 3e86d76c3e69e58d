"""reconvene talk · safety list · safety show · safety take · safety close · facilitator duty"""

from typing import Annotated

import typer

from bot.commands.base import local, operator, say, show, work
from bot.commands.dates import AsJson
from bot.facilitation import Facilitation, Mistake
from storage.cases import OUTCOMES, Case

app = typer.Typer(help="Safety: what was noticed, who sees to it, how it ended.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(help="The number of the case; see: reconvene safety list")]
CALLS = {"yes": "safe to call", "text": "do not call, text only", "no": "do not call or write", "": "not answered"}


def talk(
    code_name: Annotated[str, typer.Argument(help="With whom, e.g. Heron-14.")],
    words: Annotated[str, typer.Option("--say", help="Write this to them.")] = "",
    done: Annotated[bool, typer.Option("--done", help="The talk is over: the programme goes on.")] = False,
) -> None:
    """Talk to somebody through the bot. Their conversation waits, and goes on where it was when you are done.

    What they write comes to the team's chats; with no chat of the team, to: reconvene tasks
    """
    if words and done:
        raise Mistake("Say something or end the talk: one at a time.")
    if words:
        say(f"Written to {work(lambda office: office.say(operator(), words, code_name)).code_name}.")
    elif done:
        say(f"The programme goes on for {work(lambda office: office.talk_done(operator(), code_name)).code_name}.")
    else:
        member = work(lambda office: office.talk(operator(), code_name))
        say(f"The team talks to {member.code_name} now. Write with --say, end with --done.")


@app.command("list")
def listed(
    closed: Annotated[bool, typer.Option("--closed", help="Also what is closed.")] = False, as_json: AsJson = False
) -> None:
    """List the cases that are open, the gravest first. What was said is not shown here."""

    async def task(office: Facilitation) -> list[dict[str, object]]:
        return [_line(office, case) for case in await office.cases(operator(), closed=closed)]

    show(work(task), as_json=as_json, empty="No case is open.")


@app.command("show")
def shown(number: Number) -> None:
    """Show one case with what was said. The journal notes that it was looked at."""

    async def task(office: Facilitation) -> tuple[dict[str, object], Case]:
        case = await office.case(operator(), number)
        return _line(office, case), case

    line, case = work(task)
    show([line], as_json=False, empty="")
    say(f"\nHeard: {case.cue}")
    if case.words:
        say(f"\n{case.words}")
    if case.note:
        say(f"\nNote: {case.note}")


@app.command()
def take(number: Number) -> None:
    """See to a case: the alerts stop."""
    case = work(lambda office: office.take_case(operator(), number))
    say(f"Case {case.id} is yours. {case.code_name}: {CALLS[case.call]}.")


@app.command()
def close(
    number: Number,
    outcome: Annotated[str, typer.Argument(help=f"One of: {', '.join(OUTCOMES)}.")],
    note: Annotated[str, typer.Option(help="What was done, for the record.")] = "",
) -> None:
    """Close a case: the programme goes on for the person."""
    case = work(lambda office: office.close_case(operator(), number, outcome, note))
    say(f"Case {case.id} is closed: {outcome}.")


def duty(
    name: Annotated[str, typer.Argument(help="The facilitator's name.")],
    which: Annotated[str, typer.Argument(help="lead, deputy, youth or none.")],
) -> None:
    """Say who answers for safeguarding: they are told at once when somebody may be in danger."""
    member = work(lambda office: office.give_duty(operator(), name, which))
    roles = {"none": "answers for safeguarding no more", "youth": "looks after people of 16 and 17 now"}
    role = roles.get(which, f"is the safeguarding {which} now")
    say(f"{member.name} {role}.")


def _line(office: Facilitation, case: Case) -> dict[str, object]:
    return {
        "number": case.id,
        "level": case.level,
        "who": case.code_name,
        "area": case.area,
        "since": local(office, case.area, case.opened_at),
        "state": case.state,
        "by": case.closed_by or case.taken_by,
        "call": CALLS[case.call] if case.level == "red" else "",
        "alerts": case.rounds if case.level == "red" else "",
        "outcome": case.outcome,
    }
