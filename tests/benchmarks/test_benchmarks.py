"""The measurements can be trusted to run: each once, very small."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.benchmarks.__main__ import SECTIONS, main
from tests.benchmarks.beginning import Beginning, begin
from tests.benchmarks.contenders import plain
from tests.benchmarks.crowd import Judge
from tests.benchmarks.growth import grow
from tests.benchmarks.mailing import Mailing, Order
from tests.benchmarks.mailings import ours, theirs
from tests.benchmarks.pages import PAGES, pages
from tests.benchmarks.past import fill
from tests.benchmarks.race import ROOT
from tests.benchmarks.report import put
from tests.benchmarks.step import measure
from tests.benchmarks.survival import Survival, survive

MOST_MEMORY = 150.0
"""MB that the program may hold when it has just begun: less is wanted, this much would be another program."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One very small measurement of each kind that waits for processes more than it works."""

    started: Beginning
    forgotten: Survival
    begun_anew: Mailing


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Found]:
    """They are made beside each other: what they show is told by no clock."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.benchmarks.beginning.REST", 0.0)
        yield asyncio.run(_found(f"sqlite:///{tmp_path_factory.mktemp('past')}/bench.sqlite3"))


async def _found(url: str) -> Found:
    async with asyncio.TaskGroup() as group:
        started = group.create_task(_started(url))
        forgotten = group.create_task(_forgotten())
        begun_anew = group.create_task(theirs("loop", Order(recipients=20, limit=200, killed=True)))
    return Found(started=started.result(), forgotten=forgotten.result(), begun_anew=begun_anew.result())


async def _started(url: str) -> Beginning:
    await fill(url, 120)
    return await begin(url)


async def _forgotten() -> Survival:
    with plain()() as command:
        return await survive(command, people=3, quiet=0.5)


@pytest.mark.slow
def test_the_start_is_measured_on_a_database_with_a_past(found: Found) -> None:
    assert 0 < found.started.seconds < 30
    assert 10 < found.started.memory < MOST_MEMORY


@pytest.mark.slow
async def test_our_program_and_the_plain_one_have_the_same_conversation(capsys: pytest.CaptureFixture[str]) -> None:
    small = ["--people", "2", "--conversations", "1", "--repeats", "1"]
    await main(["--only", "races", "--few", "--without-postgresql", *small])

    told = capsys.readouterr().out
    assert told.count("| Reconvene on SQLite | all |") == 1
    assert "2 people in a closed loop, 12 answers" in told
    assert "Every answer was kept" in told


def test_one_step_with_its_words_costs_little_more_than_the_words() -> None:
    step = measure(rounds=20)

    assert step.steps > 10
    assert step.ours < 1_500
    assert step.ratio < 15


@pytest.mark.slow
def test_a_bot_that_forgets_is_seen_to_forget(found: Found) -> None:
    assert (found.forgotten.finished, found.forgotten.begun_again) == (0, True)
    assert found.forgotten.lost >= 9


@pytest.mark.slow
async def test_a_broadcast_is_measured_against_the_limit_and_the_ledger() -> None:
    found = await ours(Order(recipients=40, limit=80), elsewhere=10)

    assert (found.refused, found.lost, found.doubled, found.wrong) == (0, 0, 0, 0)
    assert found.share > 0


@pytest.mark.slow
def test_a_loop_that_is_killed_begins_anew(found: Found) -> None:
    assert found.begun_anew.lost == 0
    assert found.begun_anew.doubled > 0


@pytest.mark.slow
async def test_turns_are_measured_with_few_and_with_many_around_them() -> None:
    found = await grow([20, 40], rounds=2, batches=(1, 5))

    assert found.keys() == {20, 40}
    assert all(took > 0 for costs in found.values() for took in costs.values())


async def test_every_page_of_the_console_is_measured(sqlite_url: str) -> None:
    found = await pages(sqlite_url, 300, times=1)

    assert found.keys() == PAGES.keys()
    assert all(took.median > 0 for took in found.values())


def test_the_server_refuses_what_is_too_fast() -> None:
    judge = Judge(2)

    assert [judge.takes() for _ in range(3)] == [True, True, False]
    assert judge.refused == 1


def test_a_section_is_written_in_its_place_and_nowhere_else(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text("before\n<!-- bench:a -->\nold\n<!-- /bench:a -->\nafter\n")

    put(document, "a", "new")

    assert document.read_text() == "before\n<!-- bench:a -->\nnew\n<!-- /bench:a -->\nafter\n"
    with pytest.raises(LookupError, match="no place for b"):
        put(document, "b", "new")


def test_the_document_has_a_place_for_every_section() -> None:
    told = (ROOT / "docs" / "performance.md").read_text()

    assert [name for name in SECTIONS if f"<!-- bench:{name} -->" not in told] == []
