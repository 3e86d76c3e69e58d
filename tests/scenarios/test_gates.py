"""Gates G2 and G3 hold up what goes out of our own accord between the workshops, until the team has seen to them."""

from datetime import UTC, datetime

import sqlalchemy as sa

from storage.database import Database
from storage.tables_loop import gate_records
from tests.stage import OLIVE, staged

MONDAY = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
W1 = datetime(2026, 10, 13, 18, 0)  # noqa: DTZ001 (local to the area)


async def test_the_diary_waits_until_it_is_noted_who_was_at_the_workshop(database: Database) -> None:
    async with staged(database, MONDAY) as stage:
        await stage.workshops(W1)
        person = await stage.joins("hull")
        async with stage.parts.db.write() as conn:
            await conn.execute(sa.delete(gate_records).where(gate_records.c.item.in_(("anyway:G2", "anyway:G3"))))
        for item in ("session_plan", "invited"):
            await stage.office.confirm_gate(OLIVE, "hull", item, "seen to")
        await stage.passes_until(datetime(2026, 10, 14, 17, 30, tzinfo=UTC))
        before = len(person.texts())
        plan = (await stage.plan("hull"))["entry:diary_1"]

        await stage.office.attend(OLIVE, "hull", 1, "attended")
        await stage.passes(hours=1)

        assert plan.reason == "waits for gate G3 (between the workshops): whether 1 person came to workshop 1"
        assert len(person.texts()) > before
        assert (await stage.plan("hull"))["entry:diary_1"].state == "done"
