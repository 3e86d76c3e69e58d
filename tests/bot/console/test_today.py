"""Today: what needs a person, and what is done about it."""

from datetime import timedelta

from bot.rights import Staff
from storage import tables as t
from storage import tables_care as care
from storage import tables_loop as loop
from tests.bot.console.counting import counted
from tests.bot.console.house import browser
from tests.bot.team import BEN, Team

EVIL = '<script>alert("x")</script>'


async def ask(team: Team, pid: str | None, kind: str = "callback", note: str = "please call") -> None:
    await team.add(t.tasks, participant_id=pid, kind=kind, note=note, created_at=team.clock.at)


async def test_an_empty_day_says_what_would_fill_it(team: Team) -> None:
    shown = (await browser(team).get("/")).text

    assert "Nothing waits for you." in shown
    assert "Nothing goes out tomorrow." in shown


async def test_somebody_who_asked_for_help_stands_first_and_leaves_when_it_is_done(team: Team) -> None:
    await ask(team, await team.person("Heron-1"), "look", "an odd answer")
    await ask(team, await team.person("Heron-2"), "callback", EVIL)
    ada = browser(team)

    before = (await ada.get("/")).text
    after = (await ada.send("/today/done", {"number": "2"})).text

    assert before.index("Heron-2 is to be called") < before.index("Look at an answer of Heron-1")
    assert EVIL not in before
    assert "&lt;script&gt;" in before
    assert "Done: request 2 of Heron-2." in after
    assert "Heron-2 is to be called" not in after


async def test_what_waits_in_another_area_is_neither_shown_nor_there(team: Team) -> None:
    await ask(team, await team.person("Gull-1", area="newquay"))
    ben = browser(team, BEN)

    shown = (await ben.get("/")).text
    tried = await ben.send("/today/done", {"number": "1"})

    assert "Gull-1" not in shown
    assert tried.status_code == 404
    assert "Newquay" not in tried.text
    assert [row.done_at for row in await team.rows(t.tasks)] == [None]


async def test_a_safeguarding_case_is_for_guardians_alone(team: Team) -> None:
    case = {"code_name": "Heron-1", "area": "hull", "level": "red", "cue": "c", "words": "w"}
    await team.add(care.cases, **case, opened_at=team.clock.at, heard_at=team.clock.at)

    others = (await browser(team, Staff(name="Ben")).get("/")).text
    hers = (await browser(team, Staff(name="Gil", guardian=True)).get("/")).text

    assert "Heron-1" not in others
    assert "afeguarding" not in others
    assert "Safeguarding case 1: Heron-1" in hers


async def test_who_went_quiet_is_counted_until_somebody_is_to_call(team: Team) -> None:
    for name in ("Heron-1", "Heron-2"):
        await team.person(name)
    team.clock.at += timedelta(days=12)

    quiet = (await browser(team).get("/")).text
    await ask(team, "heron-1")
    await ask(team, "heron-2")
    called = (await browser(team).get("/")).text

    assert "2 people went quiet" in quiet
    assert "/people?show=quiet&amp;where=hull" in quiet
    assert "went quiet" not in called


async def test_views_and_old_questions_lead_to_where_they_are_seen_to(team: Team) -> None:
    await team.add(loop.statements, id="s1", area="hull", text="More buses", made_at=team.clock.at)

    shown = (await browser(team).get("/")).text

    assert "1 view to check" in shown
    assert 'href="/wave2/statements"' in shown


async def test_a_gate_is_named_when_its_day_is_near_and_not_before(team: Team) -> None:
    begins = team.clock.at + timedelta(days=5)
    await team.add(t.workshops, area="hull", wave=1, starts_at=begins, ends_at=begins + timedelta(hours=3))

    shown = (await browser(team).get("/")).text

    assert "Gate G2 is not open" in shown
    assert "Gate G4 is not open" not in shown


async def test_what_goes_out_tomorrow_is_told_without_small_numbers(team: Team) -> None:
    at = team.clock.at + timedelta(days=1)
    for n in range(12):
        pid = await team.person(f"Heron-{n}")
        await team.add(t.deadlines, participant_id=pid, key="entry:diary_1", kind="entry", due_at=at, state="planned")
    await team.add(
        t.deadlines, participant_id="heron-1", key="entry:remind_24h", kind="entry", due_at=at, state="planned"
    )

    shown = " ".join((await browser(team).get("/")).text.split())

    assert "Diary 1</strong>" in shown
    assert "12 people" in shown
    assert "Remind 24 hours</strong>" in shown
    assert "fewer than 5 people" in shown


async def test_an_open_page_is_told_only_what_has_changed(team: Team) -> None:
    ada = browser(team)
    mark = (await ada.get("/")).text.partition("queue?mark=")[2][:16]

    same = await ada.get("/today/queue", mark=mark)
    await ask(team, await team.person("Heron-1"))
    news = await ada.get("/today/queue", mark=mark)

    assert (same.status_code, same.text) == (204, "")
    assert "Heron-1 is to be called" in news.text
    assert "<html" not in news.text


async def test_the_day_takes_the_same_number_of_statements_whatever_waits(team: Team) -> None:
    with counted() as few:
        await browser(team).get("/")
    for n in range(12):
        await ask(team, await team.person(f"Heron-{n}"))
        await team.add(loop.statements, id=f"s{n}", area="hull", text="More", made_at=team.clock.at)

    with counted() as many:
        await browser(team).get("/")

    assert len(many) == len(few) < 30


async def test_a_message_that_may_have_arrived_is_decided_about_where_it_stands(team: Team) -> None:
    pid = await team.person("Heron-1")
    at = team.clock.at
    sent = {"channel": "demo", "bot": "demo", "chat": pid, "not_before": at, "created_at": at, "state": "uncertain"}
    await team.add(t.outbox, id=7, cause="broadcast:b", op=0, participant_id=pid, body="", reason="timed out", **sent)
    told = {"audience": "{}", "made_by": "Ada", "state": "sending", "created_at": at}
    await team.add(t.broadcasts, id="b", key="k", template="thanks", **told)
    await team.add(t.deliveries, id=3, broadcast_id="b", participant_id=pid, outbox_id=7)
    ada = browser(team)

    before = (await ada.get("/")).text
    after = (await ada.send("/today/uncertain/leave", {"number": "3"})).text

    assert "Did a message reach Heron-1?" in before
    assert "is left as it is" in after
    assert "Did a message reach Heron-1?" not in after


async def test_a_conversation_that_stopped_is_told_once(team: Team) -> None:
    pid = await team.person("Heron-1")
    await team.answer(pid, "words", run={"state": "parked"})

    alone = (await browser(team).get("/")).text
    await ask(team, pid, "stuck", "diary_1 at day: no such block")
    told = (await browser(team).get("/")).text

    assert "A conversation of Heron-1 stands still" in alone
    assert "A conversation of Heron-1 stands still" not in told
    assert "Heron-1 is stuck" in told


async def test_what_should_have_gone_out_long_ago_says_that_the_program_stands_still(team: Team) -> None:
    pid = await team.person("Heron-1")
    due = {"key": "entry:diary_1", "kind": "entry", "state": "planned"}
    await team.add(t.deadlines, participant_id=pid, due_at=team.clock.at - timedelta(hours=2), **due)

    shown = (await browser(team).get("/")).text

    assert "1 message should have gone out" in shown
