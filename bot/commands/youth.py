"""reconvene guardian"""

from typing import Annotated

import typer

from bot.commands.base import operator, say, work


def guardian(
    code_name: Annotated[str, typer.Argument(help="Whose parent or carer was called, e.g. Heron-14.")],
    answer: Annotated[str, typer.Argument(help="yes: they know and agree; no: they do not.")],
) -> None:
    """Note what came of a call to a parent or carer. With a yes the person goes on; with a no they are forgotten."""
    member = work(lambda office: office.guardian(operator(), code_name, answer))
    say(f"{member.code_name} is told. {'They go on now.' if answer == 'yes' else 'Nothing of them is kept.'}")
