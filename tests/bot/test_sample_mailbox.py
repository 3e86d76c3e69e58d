"""The invented messages of the demo's mailbox."""

from collections import Counter
from pathlib import Path

import pytest

from bot.cast import CastFault
from bot.demo import LETTERS
from bot.sample_mailbox import load_mailbox
from flows.loading import library, load_programme
from flows.principles.sheet import sheet
from storage.mailbox import Entry


def letters(seed: int = 1) -> tuple[Entry, ...]:
    programme = load_programme(library("life-here")).programme
    assert programme
    return load_mailbox(library("life-here") / LETTERS, tuple(programme.areas), "2026-10", seed)


def test_there_are_as_many_as_wrote_in_2014_from_every_area_and_elsewhere() -> None:
    areas = Counter(letter.area for letter in letters())

    assert areas.total() == 130
    assert len(areas) == 6
    assert min(areas.values()) >= 5


def test_they_name_all_causes_and_follow_from_the_seed() -> None:
    causes = {issue.frame for letter in letters() for issue in letter.issues}

    assert len(causes) == 13
    assert sheet().narrow < causes
    assert letters() == letters()
    assert letters(2) != letters()


def test_a_programme_may_have_none_and_a_broken_file_is_told(tmp_path: Path) -> None:
    assert load_mailbox(tmp_path / "no.yaml", ("hull",), "2026-10") == ()
    (tmp_path / "mailbox.yaml").write_text("messages: many")

    with pytest.raises(CastFault, match="how many"):
        load_mailbox(tmp_path / "mailbox.yaml", ("hull",), "2026-10")
