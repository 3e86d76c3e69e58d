"""What the team may hear and see, in which areas, and what the journal tells of it."""

from typing import Any

import pytest

from bot.export import as_csv, spoken
from bot.facilitation import Mistake, NotAllowed
from bot.rights import Staff
from storage import tables as t
from storage.reflections import Filter
from storage.tables_media import media, transcripts
from tests.bot.team import ADA, BEN, Team

CAL = Staff(name="Cal", areas=("newquay",))


async def given(
    team: Team, id: str = "v1", *, kind: str = "voice", answer: dict[str, Any] | None = None, **more: Any
) -> None:
    """Somebody in Hull gave a recording as an answer; with no answer row if `answer` is empty."""
    if "heron-1" not in {row.id for row in await team.rows(t.participants)}:
        await team.person("Heron-1")
    part = {"media_kind": kind, "media_id": id, "seconds": 75}
    run = {"state": "finished"}
    await team.answer("heron-1", part=part, flow=f"f{id}", run=run, **({"value": '"text"'} | (answer or {})))
    own = {"participant_id": "heron-1", "run_id": f"f{id}-heron-1", "step": "day", "kind": kind, "vis": "F"}
    place = {"channel": "demo", "bot": "demo", "reference": "", "not_before": team.clock.at, "made_at": team.clock.at}
    await team.add(media, id=id, **{**own, **place, "state": "kept", "mime": "audio/ogg", "size": 7, **more})


async def ids(team: Team, who: Staff = BEN, **more: Any) -> list[str]:
    return [one.id for one in await team.office.recordings(who, **more)]


async def test_recordings_are_heard_in_ones_own_areas_only(team: Team) -> None:
    await given(team)

    assert await ids(team) == ["v1"]
    assert await ids(team, CAL) == []
    for deed in (
        team.office.open_recording(CAL, "v1"),
        team.office.transcribe(CAL, "v1", "words"),
        team.office.check_photo(CAL, "v1", faces=False),
    ):
        with pytest.raises(NotAllowed):
            await deed
    assert [row.action for row in await team.rows(t.journal)] == ["refused"] * 3


@pytest.mark.parametrize(
    ("answer", "row"),
    [
        ({"share": "me"}, {}),
        ({"withdrawn_at": "now"}, {}),
        ({}, {"vis": "P"}),
        ({}, {"vis": "X"}),
    ],
)
async def test_what_is_not_for_the_team_is_not_there(team: Team, answer: dict[str, Any], row: dict[str, Any]) -> None:
    given_back = {"withdrawn_at": team.clock.at} if "withdrawn_at" in answer else answer
    await given(team, answer=given_back, **row)

    assert await ids(team) == []
    with pytest.raises(Mistake, match="no recording"):
        await team.office.open_recording(ADA, "v1")


async def test_what_is_heard_and_done_is_noted_without_a_word_of_it(team: Team) -> None:
    await given(team)
    await given(team, "p1", kind="photo")

    await team.office.open_recording(BEN, "v1")
    await team.office.transcribe(BEN, "v1", "The ferry is loud.")
    await team.office.check_photo(BEN, "p1", faces=True)

    lines = [(row.who, row.action, row.subject, row.detail) for row in await team.rows(t.journal)]
    assert [line[:3] for line in lines] == [
        ("Ben", "media_opened", "v1"),
        ("Ben", "media_transcribed", "v1"),
        ("Ben", "media_checked", "p1"),
    ]
    assert "ferry" not in str(lines)


async def test_a_transcript_stands_beside_the_voice_note_and_the_older_one_stays(team: Team) -> None:
    await given(team)

    await team.office.transcribe(BEN, "v1", "The fairy is loud.")
    await team.office.transcribe(ADA, "v1", " The ferry is loud. ")

    assert [(row.text, row.by) for row in await team.rows(transcripts)] == [
        ("The fairy is loud.", "Ben"),
        ("The ferry is loud.", "Ada"),
    ]
    (read,) = (await team.office.reflections(BEN, Filter(areas=("hull",)))).rows
    assert spoken(read) == "[voice note 1:15] (transcript) The ferry is loud."
    assert "(transcript) The ferry is loud." in as_csv([read])


@pytest.mark.parametrize(
    ("row", "words", "reason"),
    [
        ({}, " ", "Write what is said"),
        ({}, "x" * 10_001, "at most 10000"),
        ({"kind": "photo"}, "words", "photo"),
        ({"state": "wanted"}, "words", "still being fetched"),
        ({"state": "refused", "reason": "it is too large"}, "words", "too large"),
        ({"state": "removed", "reason": "the person said no to keeping it"}, "words", "said no"),
    ],
)
async def test_what_cannot_be_written_down_is_told_clearly(
    team: Team, row: dict[str, Any], words: str, reason: str
) -> None:
    await given(team, **row)

    with pytest.raises(Mistake, match=reason):
        await team.office.transcribe(BEN, "v1", words)

    assert await team.rows(transcripts) == []


@pytest.mark.parametrize(
    ("kind", "share", "faces", "shown"),
    [
        ("photo", "group", "", False),
        ("photo", "group", "some", False),
        ("photo", "group", "none", True),
        ("photo", "team", "none", False),
        ("voice", "group", "", True),
        ("voice", "team", "", False),
    ],
)
async def test_the_group_sees_only_what_is_shared_and_shows_no_face(
    team: Team, kind: str, share: str, faces: str, shown: bool
) -> None:
    await given(team, kind=kind, faces=faces, answer={"share": share})

    assert (await ids(team, for_the_group=True) == ["v1"]) is shown
    if not shown:
        with pytest.raises(Mistake):
            await team.office.open_recording(BEN, "v1", for_the_group=True)
