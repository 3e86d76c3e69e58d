"""What may have arrived or not is for a person to decide, and the ledger always adds up."""

import pytest
import sqlalchemy as sa

from bot.facilitation import Mistake, NotAllowed
from bot.rights import Staff
from storage import tables as t
from storage.broadcasts import Audience
from tests.bot.team import ADA, Team

NED = Staff(name="Ned", areas=("newquay",), id="ned")


async def test_uncertain_messages_are_sent_again_or_let_be_once(team: Team) -> None:
    for n in range(3):
        await team.person(f"Heron-{n}")
    posted = await team.office.send(ADA, "remind_24h", Audience(areas=("hull",)), key="k")
    async with team.db.write() as conn:
        some = sa.select(sa.func.max(t.outbox.c.id)).scalar_subquery()
        await conn.execute(sa.update(t.outbox).where(t.outbox.c.id < some).values(state="uncertain", reason="cut off"))

    first, second = await team.office.uncertain(ADA)
    with pytest.raises(NotAllowed):
        await team.office.let_be(NED, first.number)
    assert await team.office.uncertain(NED) == []
    await team.office.send_again(ADA, first.number)
    await team.office.let_be(ADA, second.number)

    ledger = await team.office.ledger(ADA, posted.broadcast.id)
    assert ledger.counts == {"queued": 2, "uncertain": 1}
    assert await team.office.uncertain(ADA) == []
    copies = [row for row in await team.rows(t.outbox) if row.participant_id == "heron-0"]
    assert [row.state for row in copies] == ["uncertain", "queued"]
    assert copies[0].body == copies[1].body != ""
    for decided in (first, second):
        with pytest.raises(Mistake, match="waits for a decision"):
            await team.office.send_again(ADA, decided.number)
