"""Who is to be heard: what is aimed at can be counted."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from flows.findings import Notes
from flows.inclusion import check_inclusion, kept_apart
from tests.stage import shipped

PROGRAMME = shipped().programme


def test_what_the_shipped_programme_aims_at_is_asked() -> None:
    notes = Notes()

    check_inclusion(PROGRAMME, {}, notes)

    assert PROGRAMME.inclusion.keys() <= kept_apart(PROGRAMME).keys()
    assert notes.found == []


@pytest.mark.parametrize(
    ("inclusion", "told"),
    [
        ({"sexx": {"female": 50}}, "No question keeps its answer as equality.sexx."),
        ({"sex": {"femail": 50}}, "The question sex has no answer “femail”."),
        ({"sex": {"female": 60, "male": 50}}, "The aims for sex come to 110 of 100 people."),
    ],
)
def test_what_cannot_be_counted_is_told(inclusion: Mapping[str, Mapping[str, int]], told: str) -> None:
    notes = Notes()

    check_inclusion(replace(PROGRAMME, inclusion=inclusion), {}, notes)

    assert [(finding.code, finding.text) for finding in notes.found] == [("P314", told)]
    assert notes.found[0].fix
