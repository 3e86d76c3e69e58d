"""The command `reconvene`. Puts the commands together, and turns whatever goes wrong into one clear sentence.

Only the command that was given is loaded, with what it needs: `serve` runs for months and need not hold the others.
"""

import sys
import tempfile
import traceback
from collections.abc import Iterable, Mapping
from importlib import import_module
from types import MappingProxyType, TracebackType
from typing import Any, Final

import typer
import typer.main
from sqlalchemy.exc import DBAPIError

from bot.unhurried import unhurried

COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "demo": "running:demo",
        "serve": "serving:serve",
        "play": "running:play",
        "check": "checking:check",
        "translated": "checking:translated",
        "principles": "checking:principles",
        "publish": "publishing:publish",
        "simulate": "rehearsing:simulate",
        "new": "rehearsing:new",
        "handbook": "rehearsing:tables",
        "workshop": "dates:app",
        "attend": "dates:attend",
        "invite": "doors:invite",
        "rejoin": "doors:rejoin",
        "facilitator": "doors:app",
        "guardian": "youth:guardian",
        "talk": "care:talk",
        "safety": "care:app",
        "broadcast": "sending:app",
        "pre-election": "elections:app",
        "reflections": "reading:app",
        "progress": "reading:progress",
        "people": "reading:people",
        "plan": "reading:plan",
        "tasks": "reading:tasks",
        "report": "reporting:report",
        "issue": "agenda:issue",
        "scope": "agenda:scope",
        "gates": "agenda:gates",
        "close": "agenda:close",
        "commitment": "answering:app",
        "statements": "exchange:app",
        "questions": "asked:app",
        "mailbox": "mailbox:app",
        "room": "rooms:app",
        "lexicon": "rooms:lexicon",
        "media": "recordings:app",
        "transcribe": "recordings:transcribe",
        "slack": "slack:app",
        "stakeholder": "stakeholders:app",
        "terms": "stakeholders:terms",
        "audit": "auditing:app",
        "token": "tokens:app",
        "doctor": "upkeep:doctor",
        "backup": "restoring:save",
        "restore": "restoring:restore",
        "release": "restoring:release",
    }
)
"""The commands in the order of the help, each with the module of `bot.commands` and its name there."""


def said_clearly() -> tuple[type[Exception], ...]:
    """The errors whose text is a sentence for the person who gave the command. Looked up when there is an error."""
    from bot.facilitation import Mistake, NotAllowed
    from bot.settings import BadSettings
    from bot.starting import CannotStart
    from flows.loading import Unreadable
    from storage.backup import BackupFailed
    from storage.database import UnknownDatabase
    from storage.files import NotOurFolder
    from storage.migrations import SchemaBroken, SchemaTooNew
    from storage.sqlite import DatabaseInUse, UnsafeFolder

    return (
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


def built(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """The program with these of its commands."""
    app = typer.Typer(
        help="Reconvene: the chat assistant for dialogues that meet more than once.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_reconvene)
    for name in names:
        command = _found(COMMANDS[name])
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    return app


def _reconvene() -> None:
    """With this, a program of one command is still asked for it by name."""


def _asked_for(arguments: list[str]) -> Iterable[str]:
    """The one command that is given; all of them when that is not clear, so that help can be given."""
    return arguments[:1] if arguments and arguments[0] in COMMANDS else COMMANDS


def _found(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(f"bot.commands.{module}"), name)


def run(arguments: list[str]) -> int:
    """Do one command; 0 when it went well, 1 when it could not be done, 2 when it was not understood."""
    try:
        with unhurried():
            command = typer.main.get_command(built(_asked_for(arguments)))
        command(arguments, prog_name="reconvene")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except said_clearly() as error:
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
