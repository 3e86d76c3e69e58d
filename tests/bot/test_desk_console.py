"""How the team comes into the console from the chat."""

from datetime import timedelta

from bot.messages import Outgoing, Tap
from storage import console
from storage import tables as t
from storage.console import Ask
from tests.bot.team import Team
from tests.bot.test_desk import desk, hears, says

__all__ = ["desk"]


async def waiting(team: Team) -> Ask:
    """A browser shows a code."""
    async with team.db.write() as conn:
        ask = await console.ask(conn, "nonce", "Firefox on Windows", team.clock.at)
    assert ask
    return ask


async def presses(team: Team, message: Outgoing, number: int) -> list[Outgoing]:
    return await hears(team, Tap(token=message.choices[number].token))


async def state(team: Team) -> str | None:
    async with team.db.read() as conn:
        ask = await console.asked(conn, "nonce", team.clock.at)
    return ask.state if ask else None


async def test_the_code_of_a_page_is_agreed_to_in_two_steps(desk: Team) -> None:
    ask = await waiting(desk)

    [asked] = await says(desk, f"/console {ask.code.lower().replace('-', ' ')}")
    before = await state(desk)
    [done] = await presses(desk, asked, 0)

    assert asked.text == "Ben? Firefox on Windows"
    assert ask.code not in asked.text + repr(asked.choices)
    assert (before, await state(desk)) == ("claimed", "yes")
    assert done.text == "In with Firefox on Windows."


async def test_no_keeps_the_page_shut(desk: Team) -> None:
    [asked] = await says(desk, f"/console {(await waiting(desk)).code}")

    [done] = await presses(desk, asked, 1)
    [late] = await presses(desk, asked, 0)

    assert done.text == "Kept out Firefox on Windows."
    assert late.text.startswith("Sorry: No page shows this code")
    assert await state(desk) == "no"


async def test_why_a_code_is_not_taken_is_not_told(desk: Team) -> None:
    ask = await waiting(desk)
    [never] = await says(desk, "/console KITE-000")
    await says(desk, f"/console {ask.code}")

    [again] = await says(desk, f"/console {ask.code}")
    desk.clock.at += timedelta(minutes=10)
    [late] = await says(desk, f"/console {ask.code}")

    assert never == again == late


async def test_whoever_guesses_is_not_heard_for_a_while(desk: Team) -> None:
    for _ in range(5):
        await says(desk, "/console KITE-000")

    [right] = await says(desk, f"/console {(await waiting(desk)).code}")

    assert right.text.startswith("Sorry: No page shows this code")
    assert await state(desk) == "open"


async def test_the_button_is_of_no_use_to_anybody_else(desk: Team) -> None:
    await desk.add(t.facilitators, id="cy", name="Cy", areas="[]", created_at=desk.clock.at)
    [asked] = await says(desk, f"/console {(await waiting(desk)).code}")
    async with desk.db.write() as conn:
        decided = await console.decide(conn, asked.choices[0].token.split(".")[-1], "cy", "yes", desk.clock.at)

    assert decided is None
    assert await state(desk) == "claimed"


async def test_the_address_is_told(desk: Team) -> None:
    assert [m.text for m in await says(desk, "/console")] == ["At nowhere."]
