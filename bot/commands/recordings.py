"""reconvene media list · media open · media check · transcribe"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.base import Row, files_of, local, operator, say, settings, show, work
from bot.commands.dates import AsJson
from bot.facilitation import Facilitation, Mistake

app = typer.Typer(help="Media: voice notes and photos that people have given.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="Which, as reconvene media list shows it.")]
ForTheGroup = Annotated[bool, typer.Option("--for-the-group", help="Only if others may hear or see it.")]
FACES = {"": "not looked yet", "none": "no faces", "some": "faces"}


@app.command("list")
def listed(
    areas: Annotated[list[str] | None, typer.Argument(help="Only these areas.")] = None,
    for_the_group: ForTheGroup = False,
    as_json: AsJson = False,
) -> None:
    """List voice notes and photos, newest first. What people keep to themselves, or have not finished, is not there."""

    async def task(office: Facilitation) -> list[Row]:
        return [
            {
                "recording": one.id,
                "when": local(office, one.area, one.made_at),
                "who": one.code_name,
                "role": one.role if one.role != "participant" else "",
                "area": one.area,
                "conversation": f"{one.flow}.{one.step}",
                "kind": one.kind,
                "seconds": one.seconds or None,
                "state": one.state,
                "why": one.reason,
                "faces": FACES[one.faces] if one.kind == "photo" else "",
                "share": one.share,
                "transcript": one.transcript,
            }
            for one in await office.recordings(operator(), areas or (), for_the_group=for_the_group)
        ]

    show(work(task), as_json=as_json, empty="There are no voice notes or photos.")


@app.command("open")
def opened(
    recording: Id,
    out: Annotated[Path, typer.Argument(help="Write a copy to this file. Delete it when you are done.")],
    for_the_group: ForTheGroup = False,
) -> None:
    """Copy a voice note or photo to a file, to hear or see it. The journal notes that you did."""
    if out.exists():
        raise Mistake(f"{out} is there already. Choose another name; nothing was changed.")
    found = work(lambda office: office.open_recording(operator(), recording, for_the_group=for_the_group))
    content = files_of(settings()).read(found.id)
    if content is None:
        raise Mistake(f"The file of {found.id} is missing. See what else is with: reconvene doctor")
    out.touch(mode=0o600, exist_ok=False)
    out.write_bytes(content)
    say(f"{found.mime}, {found.size} bytes, in {out}.")


@app.command("check")
def checked(
    recording: Id,
    faces: Annotated[bool, typer.Option("--faces/--no-faces", help="Can somebody be recognised on it?")],
) -> None:
    """Say whether faces are on a photo. The group sees none before somebody has said that there are not."""
    found = work(lambda office: office.check_photo(operator(), recording, faces=faces))
    say(f"Noted: {'faces' if faces else 'no faces'} on {found.id}.")


def transcribe(
    recording: Id,
    words: Annotated[str, typer.Argument(help="What is said in it; - to read it from the keyboard or a pipe.")] = "",
    file: Annotated[Path | None, typer.Option(help="Or the text file that has it.")] = None,
) -> None:
    """Write down what is said in a voice note. It stands beside the sound; what was written before stays, too."""
    if bool(words) is (file is not None):
        raise Mistake('Give the words, or a file with them: reconvene transcribe ID "words", or --file notes.txt')
    text = file.read_text(encoding="utf-8", errors="replace") if file else sys.stdin.read() if words == "-" else words
    found = work(lambda office: office.transcribe(operator(), recording, text))
    say(f"Kept beside {found.id}. If {found.code_name} was asked to tap or rank, it is their answer now.")
