"""The measurements can be trusted to run: each once, very small."""

from pathlib import Path

import pytest

from tests.benchmarks.__main__ import main
from tests.benchmarks.beginning import begin
from tests.benchmarks.past import fill
from tests.benchmarks.step import measure


@pytest.mark.slow
async def test_the_start_is_measured_on_a_database_with_a_past(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.benchmarks.beginning.REST", 0.0)
    url = f"sqlite:///{tmp_path}/bench.sqlite3"
    await fill(url, 120)

    started = await begin(url)

    assert 0 < started.seconds < 30
    assert 10 < started.memory < 1000


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
