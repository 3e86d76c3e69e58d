"""Step kinds are found by themselves."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from flows import engine, steps, walk
from flows.steps.registry import kind, kinds
from tests.builders import a_step, begun

ECHO = """
from flows.events import Said
from flows.steps.base import Accepted, Missed, Question, Reaction, Reply, StepKind


class Echo(StepKind):
    name = "echo"

    def react(self, question: Question, event: Reply) -> Reaction:
        return Accepted(value=event.text.upper()) if isinstance(event, Said) else Missed()


KIND = Echo()
"""


@pytest.fixture
def echo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder with one more step kind in it."""
    (tmp_path / "echo.py").write_text(ECHO)
    monkeypatch.setattr(steps, "__path__", [*steps.__path__, str(tmp_path)])
    kinds.cache_clear()
    yield
    sys.modules.pop("flows.steps.echo", None)
    kinds.cache_clear()


NEW = {"rank", "location", "photo", "contact", "vote", "chain", "hold", "date"}


def test_all_kinds_are_there() -> None:
    assert set(kinds()) == {"info", "text", "choice", "multi", "scale", "number", "confirm", "share", *NEW}
    assert [name for name, one in kinds().items() if not one.waits] == ["info"]


def test_every_own_key_is_explained() -> None:
    assert all(line for one in kinds().values() for line in one.keys.values())


def test_an_unknown_kind_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        kind("telepathy")


@pytest.mark.usefixtures("echo")
def test_a_new_kind_is_one_new_file() -> None:
    chat = begun(a_step("a", "echo")).write("hello")

    assert chat.value("a") == "HELLO"


@pytest.mark.parametrize("module", [engine, walk])
def test_the_engine_names_no_kind(module: ModuleType) -> None:
    source = Path(str(module.__file__)).read_text(encoding="utf-8")

    assert not [name for name in kinds() if f'"{name}"' in source]
