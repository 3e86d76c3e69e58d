"""The command `reconvene`. Puts the commands together, and turns whatever goes wrong into one clear sentence."""

import sys
import tempfile
import traceback
from types import TracebackType

import typer
import typer.main
from sqlalchemy.exc import DBAPIError

from bot.commands import (
    agenda,
    answering,
    asked,
    care,
    checking,
    dates,
    doors,
    elections,
    exchange,
    mailbox,
    publishing,
    reading,
    recordings,
    rehearsing,
    reporting,
    restoring,
    rooms,
    running,
    sending,
    slack,
    stakeholders,
    upkeep,
    youth,
)
from bot.facilitation import Mistake, NotAllowed
from bot.settings import BadSettings
from bot.starting import CannotStart
from flows.loading import Unreadable
from storage.backup import BackupFailed
from storage.database import UnknownDatabase
from storage.files import NotOurFolder
from storage.migrations import SchemaBroken, SchemaTooNew
from storage.sqlite import DatabaseInUse, UnsafeFolder

SAID_CLEARLY = (
    BackupFailed,
    BadSettings,
    CannotStart,
    DatabaseInUse,
    Mistake,
    NotAllowed,
    NotOurFolder,
    SchemaBroken,
    SchemaTooNew,
    UnknownDatabase,
    Unreadable,
    UnsafeFolder,
)
"""Errors whose text is a sentence for the person who gave the command."""

app = typer.Typer(
    help="Reconvene: the chat assistant for dialogues that meet more than once.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(running.demo)
app.command("serve")(running.serve)
app.command("play")(running.play)
app.command("check")(checking.check)
app.command("translated")(checking.translated)
app.command("principles")(checking.principles)
app.command("publish")(publishing.publish)
app.command("simulate")(rehearsing.simulate)
app.command("new")(rehearsing.new)
app.command("handbook")(rehearsing.tables)
app.add_typer(dates.app, name="workshop")
app.command("attend")(dates.attend)
app.command("invite")(doors.invite)
app.command("rejoin")(doors.rejoin)
doors.app.command("duty")(care.duty)
app.add_typer(doors.app, name="facilitator")
app.command("guardian")(youth.guardian)
app.command("talk")(care.talk)
app.add_typer(care.app, name="safety")
sending.app.command("held")(elections.held)
sending.app.command("approve")(elections.approve)
app.add_typer(sending.app, name="broadcast")
app.add_typer(elections.app, name="pre-election")
app.add_typer(reading.app, name="reflections")
app.command("progress")(reading.progress)
app.command("people")(reading.people)
app.command("plan")(reading.plan)
app.command("tasks")(reading.tasks)
app.command("report")(reporting.report)
app.add_typer(agenda.issue, name="issue")
app.add_typer(agenda.scope, name="scope")
app.add_typer(agenda.gates, name="gates")
app.command("close")(agenda.close)
app.add_typer(answering.app, name="commitment")
app.add_typer(exchange.app, name="statements")
app.add_typer(asked.app, name="questions")
app.add_typer(mailbox.app, name="mailbox")
app.add_typer(rooms.app, name="room")
app.command("lexicon")(rooms.lexicon)
app.add_typer(recordings.app, name="media")
app.command("transcribe")(recordings.transcribe)
app.add_typer(slack.app, name="slack")
app.add_typer(stakeholders.app, name="stakeholder")
app.add_typer(stakeholders.terms, name="terms")
app.command("doctor")(upkeep.doctor)
app.command("backup")(restoring.save)
app.command("restore")(restoring.restore)
app.command("release")(restoring.release)


def run(arguments: list[str]) -> int:
    """Do one command; 0 when it went well, 1 when it could not be done, 2 when it was not understood."""
    try:
        typer.main.get_command(app)(arguments, prog_name="reconvene")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except SAID_CLEARLY as error:
        return _complain(str(error))
    except DBAPIError as error:
        return _complain(f"The database does not answer: {_first_line(error.orig)}")
    except OSError as error:
        return _complain(f"{error.filename or 'The system'}: {error.strerror or error}")
    return 0


def _first_line(error: object) -> str:
    return str(error).strip().partition("\n")[0]


def _complain(sentence: str) -> int:
    typer.echo(sentence, err=True)
    return 1


def last_words(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """For our own bugs: a sentence on the screen, the details in a file."""
    with tempfile.NamedTemporaryFile("w", prefix="reconvene-", suffix=".txt", delete=False) as file:
        traceback.print_exception(kind, error, trace, file=file)
    _complain(f"Something is wrong in Reconvene itself. Please report it with the file {file.name}")


def main() -> None:
    """The entry of the installed command."""
    sys.excepthook = last_words
    sys.exit(run(sys.argv[1:]))
