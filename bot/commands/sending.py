"""reconvene broadcast preview · send · planned · list · ledger · cancel · drop · uncertain · again · let-be

held · approve: elections.py
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated

import typer

from bot.commands import elections
from bot.commands.base import Row, local, operator, say, show, work
from bot.commands.dates import AsJson
from bot.facilitation import Facilitation, Ledger, Mistake, Posted, Preview
from prompts.markup import plain
from storage.broadcasts import Audience
from storage.elections import Held
from storage.rows import new_id

app = typer.Typer(help="Broadcasts: a message to many, each once, with a row for everybody.", no_args_is_help=True)
app.command("held")(elections.held)
app.command("approve")(elections.approve)

Template = Annotated[str, typer.Argument(help="Which message, e.g. remind_24h.")]
Areas = Annotated[list[str] | None, typer.Option("--area", help="Only this area; repeat it for more.")]
Wave = Annotated[int, typer.Option(help="The workshop that --attendance speaks of.")]
Attendance = Annotated[str, typer.Option(help="Only who attended, missed, left_early, or is unmarked.")]
States = Annotated[list[str] | None, typer.Option("--state", help="Only people in this state: active, paused …")]
NotAnswered = Annotated[str, typer.Option(help="Only who has not answered this conversation, e.g. diary_1.")]
Again = Annotated[bool, typer.Option("--again", help="Also to those who got this message before.")]
Fill = Annotated[list[str] | None, typer.Option(help="A value the message needs: --fill headline='…'")]


@app.command()
def preview(
    template: Template,
    area: Areas = None,
    wave: Wave = 1,
    attendance: Attendance = "",
    state: States = None,
    not_answered: NotAnswered = "",
    again: Again = False,
    fill: Fill = None,
    as_json: AsJson = False,
) -> None:
    """Show who would get a message, who would not and why, and how it reads. Sends nothing."""
    audience = _audience(area, wave, attendance, state, not_answered, again)
    looked = work(lambda office: office.preview(operator(), template, audience, _filled(fill)))
    if as_json:
        show(_fates(looked), as_json=True, empty="")
    else:
        say(_preview(looked))


@app.command()
def send(
    template: Template,
    area: Areas = None,
    wave: Wave = 1,
    attendance: Attendance = "",
    state: States = None,
    not_answered: NotAnswered = "",
    again: Again = False,
    fill: Fill = None,
    at: Annotated[str, typer.Option(help="Later: 18:00, '2026-11-26 18:00' there, or with an offset or Z.")] = "",
    key: Annotated[str, typer.Option(help="The same key twice sends once. For scripts.")] = "",
    urgent: Annotated[bool, typer.Option("--urgent", help="Also in the quiet hours.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
) -> None:
    """Send a message, after showing who gets it. `reconvene serve` delivers it, now or at its hour."""
    audience, filled = _audience(area, wave, attendance, state, not_answered, again), _filled(fill)
    if at:
        _send_later(template, audience, at, key, filled, yes=yes)
        return
    looked = work(lambda office: office.preview(operator(), template, audience, filled))
    say(_preview(looked))
    if not looked.count:
        raise typer.Exit(1)
    if not yes and not typer.confirm(f"\nSend this to {looked.count} people?"):
        say("Nothing was sent.")
        return
    chosen = key or f"cli:{new_id()}"
    posted = work(lambda office: office.send(operator(), template, audience, key=chosen, fill=filled, urgent=urgent))
    say(_posted(posted))


def _send_later(
    template: str, audience: Audience, said: str, key: str, filled: Mapping[str, str], *, yes: bool
) -> None:
    """Plan it, after showing who would get it now."""
    at = work(lambda office: office.hour(operator(), said, audience.areas))
    looked = work(lambda office: office.preview(operator(), template, audience, filled))
    say(_preview(replace(looked, warning="")))
    there = work(lambda office: _there(office, looked.audience.areas[0], at))
    if not yes and not typer.confirm(f"\nSend this at {there}, to whoever it is for then?"):
        say("Nothing was planned.")
        return
    chosen = key or f"cli:{new_id()}"
    done = work(lambda office: office.plan(operator(), template, audience, at, key=chosen, fill=filled))
    say(_posted(done.posted) if done.posted else _waits(done.held, there))


async def _there(office: Facilitation, area: str, at: datetime | None) -> str:
    """An hour as the clocks of an area show it."""
    shown = local(office, area, at)
    return f"{shown:%a %d %b %Y %H:%M}" if shown else ""


def _waits(held: Held | None, there: str) -> str:
    assert held is not None
    second = f" once somebody else has looked at it: reconvene broadcast approve {held.id} --by NAME"
    return (
        f"Planned for {there}{second if held.state == 'held' else ''}.\n"
        f"Call it off with: reconvene broadcast drop {held.id}"
    )


@app.command("planned")
def planned(as_json: AsJson = False) -> None:
    """Show the messages that wait for their hour, and those that missed it within the last days."""

    async def task(office: Facilitation) -> list[Row]:
        return [await _planned(office, one) for one in await office.planned(operator())]

    show(work(task), as_json=as_json, empty="No message is planned.")


async def _planned(office: Facilitation, one: Held) -> Row:
    now = await office.expected(operator(), one.id)
    return {
        "id": one.id,
        "message": one.template,
        "areas": ", ".join(one.audience.areas),
        "at": local(office, one.audience.areas[0], one.send_at),
        "people_now": now.count if now else "",
        "state": "wants a second person" if one.state == "held" else one.state,
        "by": one.made_by,
        "why": one.reason,
    }


@app.command("list")
def listed(as_json: AsJson = False) -> None:
    """Show the newest broadcasts."""
    found = work(lambda office: office.broadcasts(operator()))
    rows = [
        {
            "id": b.id,
            "message": b.template,
            "areas": ", ".join(b.audience.areas),
            "state": b.state,
            "by": b.made_by,
            "at": b.created_at,
        }
        for b in found
    ]
    show(rows, as_json=as_json, empty="Nothing was sent to an audience yet.")


@app.command()
def ledger(
    broadcast: Annotated[str, typer.Argument(help="Its id; see: reconvene broadcast list, or planned")],
    as_json: AsJson = False,
) -> None:
    """Show what became of each person's message; of one that waits for its hour, who would get it now."""
    if expected := work(lambda office: office.expected(operator(), broadcast)):
        show(_fates(expected), as_json=as_json, empty="Nobody would get it now.")
        return

    async def task(office: Facilitation) -> tuple[Ledger, list[dict[str, object]]]:
        found = await office.ledger(operator(), broadcast)
        return found, _receipts(office, found)

    found, rows = work(task)
    show(rows, as_json=as_json, empty="Nobody was addressed.")
    if not as_json:
        say(f"\n{', '.join(f'{n} {outcome}' for outcome, n in found.counts.items())}: {len(rows)} people in all.")


@app.command()
def cancel(broadcast: Annotated[str, typer.Argument(help="The broadcast's id.")]) -> None:
    """Call off what has not gone out yet."""
    stopped = work(lambda office: office.cancel(operator(), id=broadcast))
    say(f"{stopped} messages will not be sent." if stopped else "All messages had gone out already.")


@app.command("drop")
def drop(id: Annotated[str, typer.Argument(help="As reconvene broadcast held shows it.")]) -> None:
    """Do not send it; whoever asked for it is told."""
    one = work(lambda office: office.drop_held(operator(), id))
    say(f"{one.template} is not sent. {one.made_by} is told, if they have a chat.")


@app.command("uncertain")
def uncertain(as_json: AsJson = False) -> None:
    """List messages that may have arrived or not, for a person to decide."""
    rows: list[Row] = [
        {"number": one.number, "template": one.template, "who": one.code_name, "area": one.area, "why": one.reason}
        for one in work(lambda office: office.uncertain(operator()))
    ]
    show(rows, as_json=as_json, empty="Nothing is uncertain.")


Unsure = Annotated[int, typer.Argument(help="As reconvene broadcast uncertain shows it.")]


@app.command("again")
def again(number: Unsure) -> None:
    """Send it once more, though the person may get it twice."""
    one = work(lambda office: office.send_again(operator(), number))
    say(f"{one.template} goes to {one.code_name} once more.")


@app.command("let-be")
def let_be(number: Unsure) -> None:
    """Leave it as it is: it stays uncertain on the ledger, and is not listed any more."""
    one = work(lambda office: office.let_be(operator(), number))
    say(f"{one.template} to {one.code_name} is left as it is.")


def _audience(
    areas: Sequence[str] | None,
    wave: int,
    attendance: str,
    states: Sequence[str] | None,
    not_answered: str,
    again: bool,
) -> Audience:
    return Audience(
        areas=tuple(areas or ()),
        wave=wave,
        attendance=attendance,
        states=tuple(states or ()),
        not_answered=not_answered,
        again=again,
    )


def _filled(pairs: Sequence[str] | None) -> dict[str, str]:
    split = [pair.partition("=") for pair in pairs or ()]
    if any(not name or not sign for name, sign, _ in split):
        raise Mistake("Write values like --fill headline='Buses matter most'.")
    return {name.strip(): value for name, _, value in split}


def _preview(looked: Preview) -> str:
    sample = "\n".join(f"  │ {line}" for line in plain(looked.sample).splitlines())
    buttons = "  │ " + "  ".join(f"[{label}]" for label in looked.buttons) if looked.buttons else ""
    left_out = [f"  {n:>4}  {reason}" for reason, n in looked.reasons.items()]
    lines = [
        sample,
        buttons,
        "",
        f"{looked.count} people would get this.",
        f"{len(looked.excluded)} would not:" if left_out else "",
        *left_out,
        looked.warning,
    ]
    return "\n".join(line for line in lines if line)


def _fates(looked: Preview) -> list[dict[str, object]]:
    gets: list[dict[str, object]] = [{"code_name": name, "excluded": ""} for name in looked.recipients]
    gets += [{"code_name": person.code_name, "excluded": person.reason} for person in looked.excluded]
    return gets


def _posted(posted: Posted) -> str:
    if posted.repeated:
        return f"This was sent before, to {posted.count} people. Nothing new was sent."
    look = f"Follow it with: reconvene broadcast ledger {posted.broadcast.id}"
    return f"On its way to {posted.count} people. {look}"


def _receipts(office: Facilitation, found: Ledger) -> list[dict[str, object]]:
    return [
        {
            "who": row.code_name or "(erased)",
            "area": row.area,
            "outcome": row.outcome,
            "why": row.reason,
            "at": local(office, row.area, row.at),
            "reply": row.reply,
        }
        for row in found.rows
    ]
