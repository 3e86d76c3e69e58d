"""Publishing: at once for everybody who begins, on their own version for everybody who is in the middle."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from bot import publishing
from bot.facilitation import Mistake
from bot.publishing import Group
from bot.script import Script
from storage import attendance, publications
from storage.database import Database
from storage.rows import from_json, to_json
from storage.tables import answer_parts, answers, deadlines, flow_versions, journal, participants, runs
from storage.tables import publications as published
from tests.bot.town import Town, copy, edit, read
from tests.crash.program import FOLDER, START

TALK, WORDS = "flows/talk.yaml", "prompts/en/talk.j2"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small programme, to be changed."""
    return copy(tmp_path / "small")


async def count(db: Database, table: sa.Table) -> int:
    """The rows of a table."""
    async with db.read() as conn:
        return await conn.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def renamed(folder: Path, *moves: str) -> None:
    """The next version: "good_day" is called "best_day" and asked in other words."""
    edit(folder, TALK, "id: good_day", "id: best_day")
    edit(folder, WORDS, "block good_day %}#good_day What makes a good", "block best_day %}#best_day What was your best")
    if moves:
        edit(folder, TALK, "steps:", "moves:\n" + "".join(f"  - {move}\n" for move in moves) + "steps:")


async def test_publishing_the_same_again_changes_nothing(sqlite_database: Database) -> None:
    town = await Town.at(sqlite_database, read(FOLDER))

    impact = await town.publishes(read(FOLDER))

    assert impact.same
    assert await count(sqlite_database, published) == 1
    assert await count(sqlite_database, journal) == 1


async def test_a_serving_program_takes_up_what_is_published_beside_it(database: Database, folder: Path) -> None:
    town = await Town.at(database, read(FOLDER))
    edit(folder, "prompts/en/welcome.j2", "I am a computer program", "I am a machine")
    edit(folder, "flows/welcome.yaml", "{id: hello, type: info}", "{id: hello, type: info}\n  - {id: more, type: info}")
    edit(
        folder,
        "prompts/en/welcome.j2",
        "{% block c_part",
        "{% block more %}#more Truly.{% endblock %}\n{% block c_part",
    )

    impact = await town.publishes(read(folder))
    await town.joins("7")

    said = [message.text for message in await town.messages("7")]
    assert said[:2] == ["#hello I am a machine.", "#more Truly."]
    assert impact.changed == ("welcome",)
    assert town.parts.facilitation.programme == read(folder)


async def test_whoever_is_in_the_middle_goes_on_in_the_words_they_began_with(
    sqlite_database: Database, folder: Path
) -> None:
    town = await Town.at(sqlite_database, read(FOLDER))
    await town.joins("7")
    edit(folder, WORDS, "And a hard one?", "And a bad one?")

    impact = await town.publishes(read(folder))
    await town.answers("7", "Sun.")

    assert (await town.newest("7")).endswith("#hard_day And a hard one?")
    assert impact.groups == (Group(flow="talk", area="hull", step="good_day", people=1),)
    await town.joins("8")
    await town.answers("8", "Sun.")
    assert (await town.newest("8")).endswith("#hard_day And a bad one?")


async def test_a_declared_move_takes_people_along_and_asks_them_anew(database: Database, folder: Path) -> None:
    town = await Town.at(database, read(FOLDER))
    await town.joins("7")
    renamed(folder, "{step: good_day, to: best_day}")

    impact = await town.publishes(read(folder))
    await town.settles()

    assert impact.groups == (Group(flow="talk", area="hull", step="good_day", people=1, to="best_day"),)
    assert (await town.newest("7")).endswith("#best_day What was your best day in Hull?")
    assert "What you told us before is safe" in await town.newest("7")
    await town.answers("7", "Yesterday.")
    assert (await town.newest("7")).endswith("#hard_day And a hard one?")
    assert await town.broken_promises() == []


async def test_in_the_quiet_hours_nobody_is_woken_by_a_publication(sqlite_database: Database, folder: Path) -> None:
    town = await Town.at(sqlite_database, read(FOLDER))
    await town.joins("7")
    await town.passes(hours=10)
    renamed(folder, "{step: good_day, to: best_day}")
    before = await town.messages("7")

    await town.publishes(read(folder))
    await town.settles()
    assert await town.messages("7") == before

    await town.passes(hours=11)
    assert "#best_day" in await town.newest("7")


async def test_who_wants_no_reminders_is_asked_anew_when_they_write_and_their_words_are_kept(
    sqlite_database: Database, folder: Path
) -> None:
    town = await Town.at(sqlite_database, read(FOLDER))
    await town.joins("7", remind="No")
    renamed(folder, "{step: good_day, to: best_day}")
    await town.publishes(read(folder))
    await town.settles()
    assert "#good_day" in await town.newest("7")

    await town.says("7", "The sea.")

    assert "#best_day" in await town.newest("7")
    async with sqlite_database.read() as conn:
        assert (await conn.scalars(sa.select(answer_parts.c.text))).all() == ["The sea."]


async def test_whoever_was_half_way_through_an_answer_is_not_moved(sqlite_database: Database, folder: Path) -> None:
    town = await Town.at(sqlite_database, read(FOLDER))
    await town.joins("7")
    await town.says("7", "The sea,")
    renamed(folder, "{step: good_day, to: best_day}")

    impact = await town.publishes(read(folder))

    assert impact.groups == (Group(flow="talk", area="hull", step="good_day", people=1),)
    await town.passes(seconds=10)
    assert "#hard_day" in await town.newest("7")


async def test_a_person_who_writes_at_this_very_moment_is_not_written_over(
    sqlite_database: Database, folder: Path
) -> None:
    town = await Town.at(sqlite_database, read(FOLDER))
    await town.joins("7")
    renamed(folder, "{step: good_day, to: best_day}")
    async with sqlite_database.write() as conn:
        (was,) = [one for one in await publications.standing(conn) if one.run.flow == "talk"]
        await conn.execute(sa.update(runs).where(runs.c.id == was.run.id).values(revision=was.revision + 1))

        late = publications.Moved(was=was, run=was.run, ask_at=START)

        assert await publications.move(conn, [late]) == []


async def test_a_flow_that_is_gone_is_finished_by_those_who_are_in_it(sqlite_database: Database, folder: Path) -> None:
    town = await Town.at(sqlite_database, read(FOLDER))
    await town.joins("7")
    edit(folder, "flows/welcome.yaml", ", do: [{begin: talk}]", "")
    (folder / TALK).unlink()
    (folder / WORDS).unlink()

    impact = await town.publishes(read(folder))
    await town.answers("7", "Sun.")

    assert impact.removed == ("talk",)
    assert impact.of("talk") == (Group(flow="talk", area="hull", step="good_day", people=1),)
    assert (await town.newest("7")).endswith("#hard_day And a hard one?")


async def test_prompts_for_a_flow_that_is_gone_are_told_and_taken_out(sqlite_database: Database, folder: Path) -> None:
    extra = '- {id: later, at: "JOIN+3d@12:00", flow: thought}\n'
    with (folder / "calendar.yaml").open("a", encoding="utf-8") as calendar:
        calendar.write(extra)
    edit(folder, "flows/welcome.yaml", "do: [{begin: talk}]", "do: [plan, {begin: talk}]")
    town = await Town.at(sqlite_database, read(folder))
    await town.joins("7")
    edit(folder, "calendar.yaml", extra, "")
    edit(folder, "programme.yaml", "thought: thought", "thought: talk")
    (folder / "flows/thought.yaml").unlink()
    (folder / "prompts/en/thought.j2").unlink()

    impact = await town.publishes(read(folder))

    assert (impact.removed, impact.unplanned, impact.calendar.dropped) == (("thought",), {"thought": 1}, 1)
    async with sqlite_database.read() as conn:
        row = (await conn.execute(sa.select(deadlines).where(deadlines.c.key == "entry:later"))).one()
    assert (row.state, row.reason) == ("dropped", "the calendar has no such entry any more")


async def test_a_version_that_somebody_is_in_and_that_was_not_kept_stops_publishing(
    sqlite_database: Database, folder: Path
) -> None:
    town = await Town.at(sqlite_database, read(FOLDER))
    await town.joins("7")
    version = read(FOLDER).flows["talk"].version
    async with sqlite_database.write() as conn:
        await conn.execute(sa.delete(flow_versions).where(flow_versions.c.version == version))
    edit(folder, WORDS, "And a hard one?", "And a bad one?")

    with pytest.raises(Mistake, match=f"in the middle of {version}, which was not kept"):
        await town.publishes(read(folder))

    assert await count(sqlite_database, published) == 1


async def test_an_area_that_people_live_in_cannot_be_taken_out(sqlite_database: Database, folder: Path) -> None:
    town = await Town.at(sqlite_database, read(FOLDER))
    await town.joins("7")
    edit(folder, "programme.yaml", "  hull: {name: Hull", "  york: {name: York")

    with pytest.raises(Mistake, match="People live in hull"):
        await town.publishes(read(folder))

    assert await count(sqlite_database, published) == 1
    await town.answers("7", "Sun.")
    assert (await town.newest("7")).endswith("#hard_day And a hard one?")


async def test_a_rehearsal_says_the_same_and_leaves_nothing(sqlite_database: Database, folder: Path) -> None:
    town = await Town.at(sqlite_database, read(FOLDER))
    await town.joins("7")
    renamed(folder, "{step: good_day, to: restart}")

    async with sqlite_database.write() as conn:
        rehearsed = await publishing.rehearse(conn, read(folder), START)

    assert await count(sqlite_database, published) == 1
    assert [run.version for run in await town.runs() if run.flow == "talk"] == [read(FOLDER).flows["talk"].version]
    assert await town.publishes(read(folder)) == rehearsed


async def test_starting_with_an_older_folder_does_not_undo_what_is_live(
    sqlite_database: Database, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    town = await Town.at(sqlite_database, read(FOLDER))
    edit(folder, WORDS, "And a hard one?", "And a bad one?")
    await town.publishes(read(folder))
    script = Script(read(FOLDER))

    async with sqlite_database.write() as conn:
        await publishing.begin(conn, script, START)

    assert script.programme == read(folder)
    assert await count(sqlite_database, published) == 2
    assert "folder_is_older" in caplog.text


async def test_going_back_is_a_publication_of_its_own(sqlite_database: Database, folder: Path) -> None:
    town = await Town.at(sqlite_database, read(FOLDER))
    edit(folder, WORDS, "And a hard one?", "And a bad one?")
    await town.publishes(read(folder))

    impact = await town.publishes(read(FOLDER))

    assert impact.changed == ("talk",)
    assert await count(sqlite_database, published) == 3


async def test_words_that_cannot_be_said_stop_the_run_and_not_the_person(
    sqlite_database: Database, folder: Path
) -> None:
    """Matrix 33: what they gave is kept, they are told kindly, the team exactly."""
    edit(folder, WORDS, "And a hard one?", "And a hard {{ ghost }} one?")
    town = await Town.at(sqlite_database, read(folder))
    await town.joins("7")

    await town.answers("7", "Sun.")

    assert "something went wrong on our side" in await town.newest("7")
    assert {run.flow: run.state for run in await town.runs()}["talk"] == "parked"
    async with sqlite_database.read() as conn:
        assert (await conn.scalars(sa.select(answers.c.step).where(answers.c.flow == "talk"))).all() == ["good_day"]
    await town.answers("7", "Another thought.")
    assert "#kept" in await town.newest("7")


async def test_an_answer_keeps_what_was_so_when_it_was_given(sqlite_database: Database) -> None:
    town = await Town.at(sqlite_database, read(FOLDER))
    await town.joins("7")
    await mark(sqlite_database, area="hull", facts={"profile.pace": "light", "profile.name": "Sam"}, wave=1)
    await town.answers("7", "Sun.")

    await mark(sqlite_database, area="york", facts={"profile.pace": "full"}, wave=2)

    async with sqlite_database.read() as conn:
        row = (await conn.execute(sa.select(answers).where(answers.c.step == "good_day"))).one()
    assert (row.version, row.area, row.locale, row.wave) == (read(FOLDER).flows["talk"].version, "hull", "en", 1)
    assert from_json(row.attributes, dict[str, str]) == {"channel": "fake", "pace": "light", "w1": "attended"}


async def mark(db: Database, *, area: str, facts: dict[str, str], wave: int) -> None:
    """What is so of the only person from now on."""
    async with db.write() as conn:
        (pid,) = (await conn.scalars(sa.select(participants.c.id))).all()
        facts = {"consent.part": "yes", "consent.remind": "yes", **facts}
        await conn.execute(sa.update(participants).values(area=area, facts=to_json(facts)))
        await attendance.mark(conn, [pid], wave, "attended", by="Olive", now=START)


async def test_publishing_is_in_the_journal_without_anybodys_name(sqlite_database: Database, folder: Path) -> None:
    town = await Town.at(sqlite_database, read(FOLDER))
    await town.joins("7")
    renamed(folder, "{step: good_day, to: best_day}")

    await town.publishes(read(folder))

    async with sqlite_database.read() as conn:
        row = (await conn.execute(sa.select(journal).where(journal.c.who == "Olive"))).one()
        (name,) = (await conn.scalars(sa.select(participants.c.code_name))).all()
    assert (row.action, row.subject) == ("published", read(folder).version)
    assert '"moved":1' in row.detail
    assert name not in row.detail
