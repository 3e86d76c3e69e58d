"""Killed in the middle: everybody is in a conversation, the process dies without warning and is started again.

Nobody is told. People who are asked something answer it; those who are asked nothing more wait.
"""

from dataclasses import dataclass

from tests.benchmarks.crowd import QUESTIONS, Crowd
from tests.benchmarks.race import PATIENCE, Command, EndedEarly, line_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Survival:
    """What came of one kill. `lost`: answers that people gave and nobody has; `doubled`: messages read twice."""

    people: int
    finished: int
    lost: int
    doubled: int
    out_of_turn: int
    begun_again: bool = True


async def survive(command: Command, people: int, quiet: float) -> Survival:
    """Kill a contender once half of the answers are given, start it again, see who gets to the end.

    `quiet`: the seconds without any message after which nothing more is awaited.
    """
    async with Crowd(people) as crowd:
        async with command.running(crowd.url) as first:
            opening = await line_of(first)
            if opening:
                await crowd.arrive(opening, PATIENCE)
            crowd.begin(1)
            await crowd.answered(people * QUESTIONS // 2, PATIENCE)
            first.kill()
            await first.wait()
        finished, kept, again = await _again(command, crowd, quiet)
        return Survival(
            people=people,
            finished=finished,
            lost=max(0, crowd.answers - kept),
            doubled=crowd.copies,
            out_of_turn=len(crowd.surprises),
            begun_again=again,
        )


async def _again(command: Command, crowd: Crowd, quiet: float) -> tuple[int, int, bool]:
    """How many finish after the second start, how many answers there are then, and whether it started at all."""
    async with command.running(crowd.url) as second:
        try:
            await line_of(second)
            finished = await crowd.quiet(quiet)
            second.terminate()
            return finished, int(await line_of(second)), True
        except EndedEarly:
            return await crowd.quiet(0), 0, False
