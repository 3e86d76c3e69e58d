"""Those who decide: interviewed, prepared, asked to answer, and held to it. Residents' names never reach them."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.facilitation import NotAllowed
from bot.facilitation.assisting import Pen, Seat
from storage import mine, pledges, tables
from storage.database import Database
from storage.reflections import Filter
from tests.botapi import Person
from tests.scenarios import wave_two
from tests.scenarios.company import KINDS, interviewed, interviewed_before, phoned, seated
from tests.scenarios.test_wave_two import MONDAY, QUOTE, W1, told_the_group
from tests.stage import OLIVE, Stage, staged
from tests.storage.records import everything

AGREED = ["1", "1", "1"]  # yes, named, yes
SAID = [*AGREED, "Wardens for two estates.", *["SKIP"] * 16]
TWO_WEEKS_ON = datetime(2026, 12, 24, 9, 30, tzinfo=UTC)


async def everything_sent_to(database: Database, people: list[Person]) -> str:
    """All that ever went out to these phones, as it lies in the outbox."""
    o = tables.outbox.c
    async with database.read() as conn:
        rows = await conn.execute(sa.select(o.body, o.token).where(o.chat.in_([str(one.chat) for one in people])))
        return "\n".join(f"{row.body} {row.token}" for row in rows)


async def walked(database: Database) -> set[str]:
    """The conversations that stakeholders had."""
    r, p = tables.runs.c, tables.participants.c
    theirs = sa.select(r.flow).join_from(tables.runs, tables.participants).where(p.role == "stakeholder")
    async with database.read() as conn:
        return set((await conn.scalars(theirs)).all())


async def names_of_participants(database: Database) -> list[str]:
    """Every word by which a participant could be known."""
    p, c = tables.participants.c, tables.contacts.c
    async with database.read() as conn:
        lay = sa.select(p.id, p.code_name, c.chat).join_from(tables.participants, tables.contacts)
        rows = (await conn.execute(lay.where(p.role == "participant"))).all()
    return [str(value) for row in rows for value in row]


async def test_nineteen_are_interviewed_and_two_answer_and_silence_is_told(database: Database) -> None:
    """The loop: 19 of 19 interviewed, key issues answered, one goes silent, and people read "no reply yet"."""
    async with staged(database, MONDAY) as stage:
        person = await told_the_group(stage)
        deciders = [await seated(stage, kind) for kind in ("housing", "public_health", "voluntary")]
        for one in deciders:
            await interviewed(stage, one)
        for number in range(16):
            await interviewed_before(stage, KINDS[number % len(KINDS)], number)
        company = await stage.office.company(OLIVE, ["hull"])

        await asks(stage, person)
        await agenda(stage)
        await stage.office.note_term(OLIVE, "hull", "run down", said_by="residents")
        await stage.passes_until(datetime(2026, 11, 4, 10, 30, tzinfo=UTC))
        await prepares(stage, deciders[0])
        await replies(stage, deciders[0])
        await prepares(stage, deciders[1])
        await stage.passes_until(datetime(2026, 11, 5, 18, 30, tzinfo=UTC))
        await tells_them(stage, person)
        await prepares(stage, deciders[2])
        for number, seat in ((1, 1), (2, 2), (3, 3)):
            owner, due = f"Owner {number}", date(2026, 12, 1)
            await stage.office.ask_owner(OLIVE, "hull", number, owner=owner, level="district", due_on=due, seat=seat)
        await stage.passes_until(datetime(2026, 11, 17, 10, 30, tzinfo=UTC))
        await responds(stage, deciders[0], "4 January")
        await responds(stage, deciders[1], "4 January", note=True)
        for number in (1, 2):
            await stage.office.approve_wording(OLIVE, number)
        await stage.passes_until(datetime(2026, 12, 8, 18, 30, tzinfo=UTC))
        early = next(text for text in person.texts() if "what came of it" in text)
        await says_back(stage, person)
        await stage.passes_until(datetime(2026, 12, 28, 10, 30, tzinfo=UTC))
        await accounts(stage, deciders[0])
        await stage.says(deciders[0], "home")
        at_home = deciders[0].texts()[-2]
        await stage.taps(deciders[0], "Four questions")

        standing = {one.commitment.number: one.standing for one in await stage.office.commitments(OLIVE)}
        assert company.line == "19 of 19"
        assert company.by_type["Police"] == 2
        assert "Owner 1 said: We mend roofs first." in early
        assert standing == {1: "doing", 2: "planned", 3: "no_reply"}
        assert await walked(database) >= {
            f.id for f in stage.parts.script.programme.flows.values() if f.channel == "slack"
        }
        sent = await everything_sent_to(database, deciders)
        for words in (QUOTE, "run down", "When are the lights mended?", "Come by bus yourselves.", "Too slow for us."):
            assert words in sent, "what residents let go on is shown"
        assert "In May, all of them." in "\n".join(person.texts())
        assert "Cold homes: Forty roofs on the estate (being done)" in at_home
        assert "Owner 3: no reply yet" in at_home
        assert "Please do not try to guess who said it" in sent
        assert [name for name in await names_of_participants(database) if name in sent] == []
        assert "Sam" not in sent
        assert not await stage.broken_promises()


async def agenda(stage: Stage) -> None:
    await wave_two.draft(stage.office)
    await wave_two.quote(stage.office, QUOTE)
    await wave_two.approve(stage.office)
    await wave_two.say_what_can_be_decided(stage.office)


async def newest_answer(stage: Stage, step: str) -> str:
    found = await stage.office.reflections(OLIVE, Filter(areas=("hull",), step=step))
    return found.rows[0].id


async def asks(stage: Stage, person: Person) -> None:
    """A resident asks something, and the team puts it to one of them."""
    await stage.passes_until(datetime(2026, 10, 13, 19, 0, tzinfo=UTC))
    await stage.office.attend(OLIVE, "hull", 1, "attended")
    day = datetime(2026, 10, 14, 18, 30, tzinfo=UTC)
    while "ask one thing" not in person.texts()[-1]:
        day += timedelta(days=1)
        await stage.passes_until(day)
    await stage.says(person, "When are the lights mended?")
    await stage.taps(person, "Just the team")
    (question,) = await stage.office.questions(OLIVE, open_only=True)
    await stage.office.pass_on(OLIVE, question.asked.id, to=1)


async def replies(stage: Stage, one: Person) -> None:
    """The question comes at the end of the preparation; the team lets the reply go back."""
    assert "Residents ask you" in one.texts()[-1]
    await stage.taps(one, "When are the lights mended?")
    await stage.says(one, "In May, all of them.")
    (put,) = await stage.office.passed_on(OLIVE)
    await stage.office.pass_back(OLIVE, put.id)


async def tells_them(stage: Stage, person: Person) -> None:
    await stage.taps(person, "Yes")
    await stage.taps(person, "Not sure")
    await stage.says(person, "Come by bus yourselves.")
    await stage.taps(person, "I'm coming")
    await stage.taps(person, "Just the team")
    await stage.office.pass_on(OLIVE, await newest_answer(stage, "tell_them"))


async def says_back(stage: Stage, person: Person) -> None:
    await stage.taps(person, "Partly")
    await stage.says(person, "Too slow for us.")
    await stage.taps(person, "Just the team")
    await stage.office.pass_on(OLIVE, await newest_answer(stage, "back"))


async def prepares(stage: Stage, one: Person) -> None:
    assert "What in this is new to you?" in one.texts()[-1]
    await stage.says(one, "The coats.")
    await stage.taps_until(one, "Yes, I will")
    await stage.says(one, "We facilitate multidisciplinary interventions for sustainable accommodation outcomes.")
    assert "This line has a reading age of" in one.texts()[-1]
    await stage.says(one, "We fix homes.")
    assert "Reading age" in "\n".join(one.texts()[-2:])
    await stage.taps_until(one, "Help to run a table")
    await stage.taps_until(one, "I'm coming")


async def responds(stage: Stage, one: Person, day: str, *, note: bool = False) -> None:
    assert "Which one shall we take first?" in one.texts()[-1], one.texts()[-1]
    await stage.taps(one, next(label for label, _ in one.deliveries()[-1].buttons))
    await stage.taps(one, "We will do this")
    await stage.says(one, "Forty roofs on the estate")
    await stage.says(one, "Owner 1" if not note else "Owner 2")
    await stage.taps(one, "The district council")
    await stage.says(one, day)
    await stage.says(one, "SKIP", then=0)
    await stage.taps(one, "Each year")
    for _ in range(3):
        await stage.says(one, "Families in damp homes")
    await stage.taps(one, "Yes")
    await stage.says(one, "We mend roofs first.")
    if note:
        await stage.says(one, "I would go further than the council does.")
    assert "That was all for now" in one.texts()[-1], one.texts()[-1]


async def accounts(stage: Stage, one: Person) -> None:
    assert "Where does it stand today?" in one.texts()[-1], one.texts()[-1]
    await stage.taps(one, "Being done")
    await stage.says(one, "https://example.org/roofs")
    await stage.says(one, "The rain")
    await stage.says(one, "1 February 2027")
    await stage.says(one, "Ten roofs are done.")


async def test_a_stakeholder_picks_up_tomorrow_and_goes_deeper(sqlite_database: Database) -> None:
    async with staged(sqlite_database, MONDAY) as stage:
        await stage.workshops(W1)
        one = await seated(stage)
        await stage.says(one, "I look after homes.")
        await stage.says(one, "Warm rooms.")
        await stage.taps(one, "Tell me more")
        asked = one.texts()[-1]
        await stage.passes(hours=20)
        await stage.says(one, "Mrs A on the third floor.")

        parts = tables.answer_parts.c
        async with sqlite_database.read() as conn:
            words = await conn.scalars(sa.select(parts.text).where(parts.step == "good_life").order_by(parts.id))
            assert words.all() == ["Warm rooms.", "Mrs A on the third floor."]
        assert "Can you give an example, from one street or one family?" in asked


async def test_what_is_said_on_the_phone_tells_who_wrote_it_down(sqlite_database: Database) -> None:
    async with staged(sqlite_database, MONDAY) as stage:
        await stage.workshops(W1)
        number = await phoned(stage, "interview", SAID, kind="fire")

        one, said = await stage.office.stakeholder(OLIVE, number)

        assert {row.via for row in said} == {"assisted"}
        assert one.attribution == "named"
        async with sqlite_database.read() as conn:
            by = (await conn.scalars(sa.select(tables.answers.c.assisted_by))).all()
            agreed = (await conn.execute(sa.select(tables.consents.c.via, tables.consents.c.channel))).all()
        assert set(by) == {"Olive"}
        assert {tuple(row) for row in agreed} == {("assisted", "assisted")}


async def test_a_note_in_somebodys_own_voice_is_theirs_alone(sqlite_database: Database) -> None:
    async with staged(sqlite_database, MONDAY) as stage:
        await told_the_group(stage)
        await agenda(stage)
        director = await seated(stage, "public_health", role="Director of public health")
        await stage.office.ask_owner(
            OLIVE, "hull", 1, owner="Owner 2", level="district", due_on=date(2026, 12, 1), seat=1
        )
        await stage.passes(minutes=5)
        pen = Pen(stage.parts.db, stage.parts.script, stage.clock, "Olive", Seat(1))
        await pen.begin("respond")
        for words in ("1", "1", "Roofs", "Owner 2", "2", "4 January 2027", "SKIP", "SKIP", "SKIP", "SKIP", "SKIP", "1"):
            await pen.says(words)
        asked = await pen.says("We mend roofs.")

        with pytest.raises(NotAllowed, match="theirs alone"):
            await pen.says("The director is very happy.")
        journal = [row.action for row in await journal_of(sqlite_database)]
        await stage.says(director, "I would go further.")

        (note,) = await stage.office.own_notes(OLIVE)
        assert "Nobody can edit it but you" in asked[-1].text
        assert "refused" in journal
        assert note.words == "I would go further."
        async with sqlite_database.read() as conn:
            assert (await pledges.find(conn, 1)).wording == "We mend roofs."


async def journal_of(database: Database) -> list[sa.Row[tuple[str]]]:
    async with database.read() as conn:
        return list((await conn.execute(sa.select(tables.journal.c.action))).all())


async def test_a_seat_is_for_whom_it_was_kept(sqlite_database: Database) -> None:
    async with staged(sqlite_database, MONDAY) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull")
        one, code = await stage.office.invite_stakeholder(OLIVE, "hull", type="police", role="Inspector")
        await stage.says(person, code.code)
        decider, late = stage.person(), stage.person()
        await stage.says(decider, code.code)
        await stage.says(late, f"/start {code.code}")

        (seat,) = await stage.office.stakeholders(OLIVE)
        assert "That code belongs to another place" in person.texts()[-1]
        assert "Are you happy to take part?" in decider.texts()[-1]
        assert "export direct messages" in "\n".join(decider.texts())
        assert "does not open anything" in late.texts()[-1]
        assert (seat.id, seat.state) == (one.id, "joining")
        assert [member.code_name for member in await stage.office.people(OLIVE)] != [seat.code_name]


async def test_whoever_says_no_is_forgotten_and_my_data_tells_what_was_noted(sqlite_database: Database) -> None:
    async with staged(sqlite_database, MONDAY) as stage:
        await stage.workshops(W1)
        one = await seated(stage)
        await stage.says(one, "MY DATA")
        await stage.taps(one, "Get a copy")
        async with sqlite_database.read() as conn:
            own = await mine.everything(conn, await stage.id_of(one))
        _, code = await stage.office.invite_stakeholder(OLIVE, "hull", type="police", role="Inspector", name="Dee")
        other = stage.person()
        await stage.says(other, code.code)
        await stage.taps(other, "Not now")

        assert dict(own.about) == {
            "name": "Pat Mole",
            "type": "housing",
            "role": "Head of housing",
            "org": "The council",
            "invited_by": "Olive",
        }
        assert [seat.name for seat in await stage.office.stakeholders(OLIVE)] == ["Pat Mole"]
        assert "Dee" not in await everything_of(sqlite_database)
        assert not await stage.broken_promises()


async def everything_of(database: Database) -> str:
    async with database.read() as conn:
        return await everything(conn)
