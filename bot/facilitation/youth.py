"""What came of the call to the parent or carer of somebody who is 16 or 17."""

from bot.facilitation.doors import Doors
from bot.facilitation.office import Mistake
from bot.rights import Deed, Staff
from bot.youth import KEY
from storage import deadlines, tasks
from storage.people import Member


class Youth(Doors):
    """Commands about people who are not 18 yet."""

    async def guardian(self, who: Staff, code_name: str, answer: str) -> Member:
        """Their parent or carer agrees, or does not. The person is told, and goes on or is forgotten."""
        if answer not in ("yes", "no"):
            raise Mistake(f"“{answer}” is no answer here. Say yes or no.")
        member = await self._member(who, Deed.TASKS, code_name)
        now = self._clock.now()
        async with self._writing() as conn:
            task = await tasks.open_of(conn, member.id, KEY)
            if task is None or not await tasks.finish(conn, task, by=who.name, now=now):
                raise Mistake(f"{member.code_name} does not wait for a parent or carer.")
            await deadlines.call(conn, member.id, f"{KEY}:{answer}", "release", now)
            await self._note(conn, who, "guardian", member.code_name, answer=answer)
        return member
