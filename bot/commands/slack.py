"""reconvene slack"""

import json
from typing import Annotated

import typer

from bot.channels.slack.manifest import manifest as made
from bot.commands.base import say
from bot.facilitation import Mistake

app = typer.Typer(help="Work in Slack; see docs/slack.md.", no_args_is_help=True)
Url = Annotated[str, typer.Option("--url", help="Where Slack reaches you, like https://dialogue.example.org.")]


@app.command("manifest")
def manifest(url: Url = "") -> None:
    """Print what to paste into Slack to make the app. Without an address it is for Socket Mode."""
    if url and not url.startswith("https://"):
        raise Mistake("Slack comes to https addresses only, like https://dialogue.example.org.")
    say(json.dumps(made(url), indent=2, ensure_ascii=False))
