"""reconvene questions list · questions answer"""

from typing import Annotated

import typer

from bot.commands.base import Row, operator, say, show, work
from bot.commands.dates import AsJson
from bot.export import spoken
from bot.facilitation import Facilitation
from bot.facilitation.questions import Question

app = typer.Typer(help="Questions: what people ask of those who decide.", no_args_is_help=True)


@app.command("list")
def questions(
    area: Annotated[list[str] | None, typer.Option(help="Only this area; repeat it for more.")] = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only those without a reply.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the questions, oldest first, with their replies."""

    async def task(office: Facilitation) -> list[Question]:
        return await office.questions(operator(), area or (), open_only=waiting)

    rows: list[Row] = [
        {
            "question": one.asked.id,
            "area": one.asked.area,
            "who": one.asked.code_name,
            "asked": spoken(one.asked),
            "replied_by": one.reply.by if one.reply else "",
            "reply": one.reply.text if one.reply else "",
        }
        for one in work(task)
    ]
    show(rows, as_json=as_json, empty="Nobody has asked anything yet.")


@app.command("answer")
def answer(
    question: Annotated[str, typer.Argument(help="RUN.STEP, as reconvene questions list shows it.")],
    reply: Annotated[str, typer.Argument(help="The reply, in plain words.")],
    by: Annotated[str, typer.Option(help="Who replies: a role, such as the head of parks.")],
) -> None:
    """Pass a reply on to the person who asked."""
    one = work(lambda office: office.answer_question(operator(), question, replied_by=by, text=reply))
    say(f"{one.asked.code_name} will read it with the next news of the agenda.")
