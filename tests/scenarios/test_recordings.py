"""Voice notes and photos as people live with them: kept, written down, sent back, taken back, deleted."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.facilitation import Mistake
from bot.script import Script
from flows.loading import library, load_programme
from storage import mine
from storage.database import Database
from storage.media import Recording
from storage.mine import OwnAnswer
from storage.reflections import Filter
from tests.botapi import Person
from tests.recordings import CANARY, photo, voice
from tests.stage import OLIVE, Stage, staged

MONDAY = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
BEFORE_W1 = datetime(2026, 10, 8, 17, 30, tzinfo=UTC)
W1 = datetime(2026, 10, 13, 18, 0)  # noqa: DTZ001 (local to the area)
SET = ["good_places", "fair_jobs", "enough_money"]


async def own(stage: Stage, person: Person) -> dict[str, OwnAnswer]:
    async with stage.parts.db.read() as conn:
        return {one.step: one for one in (await mine.everything(conn, await stage.id_of(person))).answers}


async def recordings(stage: Stage) -> list[Recording]:
    return await stage.office.recordings(OLIVE, ["hull"])


def files(stage: Stage) -> list[Path]:
    return [path for path in stage.parts.files.folder.glob("*") if not path.name.startswith(".")]


async def ranking(stage: Stage) -> Person:
    """Somebody who is asked for their first, second and third."""
    await stage.workshops(W1)
    person = await stage.joins("hull")
    await stage.passes_until_asked(person, "Which of the six")
    await stage.says(person, "SKIP")
    return person


async def speaks(stage: Stage, person: Person) -> None:
    person.sends_voice(content=voice())
    await stage.settle()
    await stage.passes(seconds=10)


@pytest.mark.parametrize("way", ["buttons", "numbers", "voice, in numbers", "voice, in words"])
async def test_a_ranking_by_buttons_by_numbers_and_by_voice_with_a_transcript_is_the_same_stored_form(
    database: Database, way: str
) -> None:
    """Scenario 15."""
    async with staged(database) as stage:
        person = await ranking(stage)

        if way == "buttons":
            for label in ("Good places to live", "Fair jobs and good work", "Enough money", "Done"):
                await stage.taps(person, stage.label_like(person, label))
        elif way == "numbers":
            await stage.says(person, "5 3 4")
        else:
            await speaks(stage, person)
            assert "will listen to it" in person.texts()[-1]
            (spoken,) = await recordings(stage)
            words = "Good places to live, fair jobs and good work and enough money to live well"
            await stage.office.transcribe(OLIVE, spoken.id, "5 3 4" if way == "voice, in numbers" else words)
            await stage.settle()

        assert "Your first is: Good places to live" in person.texts()[-1]
        answer = (await own(stage, person))["top3"]
        assert (answer.kind, answer.value, answer.share) == ("rank", SET, "team")
        assert not await stage.broken_promises()


async def test_a_transcript_that_comes_when_the_dialogue_has_moved_on_fills_the_answer_in(database: Database) -> None:
    async with staged(database) as stage:
        person = await ranking(stage)
        await speaks(stage, person)
        await stage.says(person, "SKIP")
        said = len(person.texts())
        (spoken,) = await recordings(stage)

        await stage.office.transcribe(OLIVE, spoken.id, "well, let me think")
        await stage.settle()
        assert (await own(stage, person))["top3"].value is None
        await stage.office.transcribe(OLIVE, spoken.id, "5 3 4")
        await stage.settle()

        answer = (await own(stage, person))["top3"]
        assert answer.value == SET
        assert [heard.text for part in answer.parts for heard in part.transcripts] == ["well, let me think", "5 3 4"]
        assert len(person.texts()) == said, "and nothing is said"


async def test_a_transcript_never_takes_the_place_of_an_answer_that_was_tapped(database: Database) -> None:
    async with staged(database) as stage:
        person = await ranking(stage)
        await speaks(stage, person)
        await stage.says(person, "1 2 6")
        (spoken,) = await recordings(stage)

        await stage.office.transcribe(OLIVE, spoken.id, "5 3 4")
        await stage.settle()

        assert (await own(stage, person))["top3"].value == ["strong_start", "skills", "stop_early"]


async def test_what_is_heard_in_a_voice_note_is_listened_to_for_danger(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull")
        person.sends_voice(content=voice())
        await stage.settle()
        await stage.passes(seconds=10)
        await stage.taps(person, "Just the team")
        (spoken,) = await recordings(stage)

        await stage.office.transcribe(OLIVE, spoken.id, "My husband hits me.")
        await stage.settle()

        assert "999" in person.texts()[-1]
        assert [case.level for case in await stage.office.cases(OLIVE)] == ["red"]


async def test_a_voice_note_is_read_with_its_transcript_and_both_are_the_persons_own(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull")
        person.sends_voice(seconds=75, content=voice())
        await stage.settle()
        await stage.passes(seconds=10)
        assert await recordings(stage) == [], "not before the person has said who may hear it"
        await stage.taps(person, "Just the team")
        (spoken,) = await recordings(stage)

        await stage.office.transcribe(OLIVE, spoken.id, "The ferry is loud.")
        await stage.settle()

        (read,) = (await stage.office.reflections(OLIVE, Filter(areas=("hull",)))).rows
        assert [(part.media_kind, part.transcript) for part in read.parts] == [("voice", "The ferry is loud.")]
        await stage.says(person, "MY DATA")
        assert any("The ferry is loud." in text for text in person.texts()[-3:])
        await stage.taps(person, "Get a copy")
        texts = [one.document for one in person.deliveries() if one.document]
        assert all("The ferry is loud." in text for text in texts)
        assert [one.method for one in person.deliveries()].count("sendVoice") == 1, "and the sound itself"


async def test_a_photo_is_kept_without_where_it_was_taken_and_shown_to_no_group_before_it_was_looked_at(
    database: Database,
) -> None:
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull", pace="Most days")
        await stage.office.attend(OLIVE, "hull", 1, "attended")
        await stage.passes_until(datetime(2026, 10, 16, 17, 30, tzinfo=UTC))
        assert "A photo helps" in person.texts()[-1]
        person.sends_photo(content=photo())
        await stage.settle()
        await stage.passes(seconds=10)
        await stage.taps(person, "The group, no name")
        (shown,) = await recordings(stage)

        with pytest.raises(Mistake, match="looked"):
            await stage.office.open_recording(OLIVE, shown.id, for_the_group=True)
        await stage.office.check_photo(OLIVE, shown.id, faces=True)
        with pytest.raises(Mistake, match="Faces"):
            await stage.office.open_recording(OLIVE, shown.id, for_the_group=True)
        await stage.office.check_photo(OLIVE, shown.id, faces=False)

        assert (await stage.office.open_recording(OLIVE, shown.id, for_the_group=True)).faces == "none"
        content = stage.parts.files.read(shown.id)
        assert content is not None
        assert CANARY.encode() not in content


@pytest.mark.parametrize("way", ["no to recordings", "taken back", "DELETE"])
async def test_what_is_taken_back_is_gone_from_the_folder_too(database: Database, way: str) -> None:
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull")
        person.sends_voice(content=voice())
        await stage.settle()
        await stage.passes(seconds=10)
        await stage.taps(person, "Just the team")
        assert len(files(stage)) == 1

        if way == "DELETE":
            await stage.says(person, "DELETE")
            await stage.taps(person, "Yes, delete it all")
        elif way == "taken back":
            await stage.says(person, "MY DATA")
            await stage.taps(person, "Take back my last answer")
        else:
            await stage.says(person, "MY DATA")
            await stage.taps(person, "Change my yes or no")
            await stage.says(person, "SKIP")
            await stage.taps(person, "No")

        assert files(stage) == []
        assert not await stage.broken_promises()


async def test_a_step_with_a_sound_can_be_heard_by_a_tap_or_a_word(sqlite_database: Database, tmp_path: Path) -> None:
    """F07: "I'd like to hear it"."""
    folder = Path(shutil.copytree(library("life-here"), tmp_path / "programme"))
    sound = folder / "audio/en/my_rights/what_you_said.ogg"
    sound.parent.mkdir(parents=True)
    sound.write_bytes(voice(comment=""))
    programme = load_programme(folder).programme
    assert programme is not None
    async with staged(sqlite_database, MONDAY, script=Script(programme)) as stage:
        person = await stage.joins("hull")

        await stage.says(person, "STOP")
        assert person.buttons()[-1] == "I'd like to hear it"
        await stage.taps(person, "I'd like to hear it")
        await stage.says(person, "i'd like to hear it")

        heard = [one for one in person.deliveries() if one.method == "sendVoice"]
        assert [one.content for one in heard] == [sound.read_bytes()] * 2
        await stage.taps(person, "Keep it with no name")
        assert "with no name" in person.texts()[-1], "the question stayed open"
