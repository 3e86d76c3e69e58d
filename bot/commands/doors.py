"""reconvene invite · rejoin · facilitator invite"""

import asyncio
import io
from pathlib import Path
from typing import Annotated

import aiohttp
import segno
import typer

from bot.commands import care
from bot.commands.base import operator, say, settings, work
from bot.facilitation import Code, Mistake
from bot.rights import Role
from bot.settings import Settings

app = typer.Typer(help="Facilitators: who may work in the chat.", no_args_is_help=True)
app.command("duty")(care.duty)
PICTURES = (".png", ".svg")
PATIENCE = aiohttp.ClientTimeout(total=10)


def invite(
    area: Annotated[str, typer.Argument(help="The area people join, e.g. hull.")],
    qr: Annotated[Path | None, typer.Option(help="Also save the QR code as a picture: code.png or code.svg.")] = None,
    anyway: Annotated[str, typer.Option(help="Why people are invited although gate G0 or G1 is closed.")] = "",
) -> None:
    """Print the link, code and QR code with which people join an area. It stays the same, so print it freely."""
    fits(qr)
    code = work(lambda office: office.invite(operator(), area, anyway=anyway))
    present(code, f"To join in {code.subject}", qr)


def fits(qr: Path | None) -> None:
    """Say at once when a QR code cannot be saved under this name."""
    if qr and qr.suffix.lower() not in PICTURES:
        raise Mistake(f"A QR code can be saved as .png or .svg, not as “{qr.name}”.")


def present(code: Code, purpose: str, qr: Path | None) -> None:
    """Print a code for many, its link and QR code, and save the QR code."""
    link = tell(code, purpose)
    picture = segno.make(link or code.code, micro=False)
    if link:
        drawn = io.StringIO()
        picture.terminal(drawn, compact=True)
        say(drawn.getvalue())
    if qr:
        picture.save(str(qr), scale=10) if qr.suffix.lower() == ".png" else picture.save(str(qr), scale=4)
        say(f"Saved as {qr}.")


def rejoin(code_name: Annotated[str, typer.Argument(help="Whose, e.g. Heron-14.")]) -> None:
    """Give somebody a code that moves them, once, to a new phone or account. Their older codes stop working."""
    code = work(lambda office: office.rejoin_code(operator(), code_name))
    tell(code, f"To move {code.subject} to another phone")


@app.command("invite")
def facilitator(
    name: Annotated[str, typer.Argument(help="What the journal calls them.")],
    area: Annotated[list[str] | None, typer.Option(help="An area they work in; repeat it. None: all areas.")] = None,
    role: Annotated[
        Role | None, typer.Option(help="What they do. None: lead with no areas, facilitator with some.")
    ] = None,
) -> None:
    """Give a facilitator the code, good once, with which they work in the chat."""
    code = work(lambda office: office.facilitator_code(operator(), name, tuple(area or ()), role=role or ""))
    tell(code, f"For {code.subject}, to work in the chat")


def tell(code: Code, purpose: str) -> str:
    """Say the code and, if the bot's name is known, the link."""
    say(f"{purpose}:\n\n  Code   {code.code}")
    username, why_not = asyncio.run(bot_username(settings()))
    link = f"https://t.me/{username}?start={code.code}" if username else ""
    say(f"  Link   {link}" if link else f"\n{why_not} So there is no link yet; people can send the code to the bot.")
    if code.expires_at:
        say(f"\nGood once, until {code.expires_at:%A %d %B %Y}.")
    return link


async def bot_username(chosen: Settings) -> tuple[str, str]:
    """The bot's name on Telegram, or why it is not known."""
    if chosen.telegram_token is None:
        return "", "No Telegram token is set."
    url = f"{chosen.telegram_api_base}/bot{chosen.telegram_token.get_secret_value()}/getMe"
    try:
        async with aiohttp.ClientSession(timeout=PATIENCE) as session, session.get(url) as answer:
            found = await answer.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return "", "Telegram could not be asked for the bot's name."
    if answer.status == 401 or not isinstance(found, dict) or not found.get("ok"):
        return "", "Telegram does not know this token (RECONVENE_TELEGRAM_TOKEN)."
    return str(found["result"]["username"]), ""
