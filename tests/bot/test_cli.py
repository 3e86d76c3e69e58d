"""The command line: every answer is for a person, and nothing is ever a traceback."""

import asyncio
import csv
import json
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot import cli
from bot.commands.doors import bot_username
from bot.settings import Settings
from flows.loading import library
from storage import tables, tables_care
from storage.database import Database
from storage.files import Files
from storage.sqlite import lock
from tests.bot.facilitation.test_recordings import given
from tests.bot.team import Stopped, Team

SOUND = Path(__file__).parents[1] / "flows" / "sound"
TOKEN = "42:canarytoken"
BROADCASTS = "{% block remind_24h %}See you, {{ name }}.{% endblock %}{% block thanks %}Thanks.{% endblock %}"
Give = Callable[..., tuple[int, str, str]]


@pytest.fixture
def give(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Give:
    """Give a command: how it ended, what it said, what it complained of."""
    folder = shutil.copytree(SOUND, tmp_path / "programme")
    (folder / "prompts" / "en" / "broadcasts.j2").write_text(BROADCASTS)
    monkeypatch.setenv("RECONVENE_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("RECONVENE_PROGRAMME", str(folder))
    monkeypatch.setenv("COLUMNS", "120")

    def give(*words: str) -> tuple[int, str, str]:
        code = cli.run(list(words))
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return code, said.out, said.err

    return give


def test_a_workshop_is_set_and_listed(give: Give) -> None:
    code, out, _ = give("workshop", "set", "hull", "1", "2099-11-26 18:00", "--place", "Town Hall")
    assert code == 0
    assert "Workshop 1 in Hull is on Thursday 26 November 2099, 18:00, Town Hall." in out

    code, out, _ = give("workshop", "list")
    assert (code, out.splitlines()) == (
        0,
        [
            "area  workshop  starts                 ends                   place",
            "hull  1         Thu 26 Nov 2099 18:00  Thu 26 Nov 2099 21:00  Town Hall",
        ],
    )
    [row] = json.loads(give("workshop", "list", "--json")[1])
    assert row["starts"] == "2099-11-26T18:00:00Z"


def test_a_dry_run_says_that_nothing_was_changed(give: Give) -> None:
    code, out, _ = give("workshop", "set", "hull", "1", "2099-11-26T18:00", "--dry-run")

    assert code == 0
    assert "would be on" in out
    assert out.endswith("Nothing was changed.\n")
    assert "No workshop has a date yet" in give("workshop", "list")[1]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("workshop", "set", "hull", "1", "2020-01-01 18:00"), "is in the past"),
        (("workshop", "set", "hull", "1", "tomorrow"), "Write it like 2026-11-26 18:00"),
        (("workshop", "set", "hill", "1", "2099-01-01 18:00"), "There is no area “hill”"),
        (("invite", "hill"), "There is no area “hill”"),
        (("invite", "hull", "--qr", "code.gif"), ".png or .svg"),
        (("rejoin", "Owl-9"), "Nobody has the code name “Owl-9”"),
        (("attend", "hull", "1", "attended"), "--all"),
        (("attend", "hull", "1", "came", "--all"), "“came” is no attendance"),
        (("broadcast", "preview", "nothing"), "There is no message “nothing”"),
        (("broadcast", "preview", "thanks", "--fill", "headline"), "--fill headline="),
        (("broadcast", "ledger", "x"), "There is no broadcast “x”"),
        (("broadcast", "send", "remind_24h", "--at", "noon"), "“noon” is no hour"),
        (("broadcast", "send", "remind_24h", "--area", "hull", "--at", "2020-01-01 12:00", "--yes"), "is to come"),
        (("broadcast", "cancel", "x"), "There is no broadcast “x”"),
        (("reflections", "list", "--since", "monday"), "not a date"),
        (("reflections", "export", "--out", "x.xlsx"), ".csv or .json"),
        (("reflections", "export", "--out", "/nowhere/x.csv"), "/nowhere/x.csv: No such file or directory"),
        (("plan", "Owl-9"), "Nobody has the code name"),
        (("tasks", "--done", "9"), "no request number 9"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(give: Give, words: tuple[str, ...], sentence: str) -> None:
    code, _, complaint = give(*words)

    assert code == 1
    assert sentence in complaint
    assert len(complaint.strip().splitlines()) == 1


def test_what_is_not_understood_ends_with_two(give: Give) -> None:
    code, _, complaint = give("workshop", "set", "hull", "one", "2099-01-01 18:00")

    assert code == 2
    assert "valid integer" in complaint
    assert give("worksop")[0] == 2


def test_an_empty_programme_has_a_plain_answer_for_every_list(give: Give) -> None:
    assert "Nobody has joined yet" in give("people")[1]
    assert "Nobody is waiting" in give("tasks")[1]
    assert "nothing to read yet" in give("reflections", "list")[1]
    assert "Nothing was sent" in give("broadcast", "list")[1]
    assert "Hull" in give("progress")[1]
    assert json.loads(give("people", "--json")[1]) == []
    assert give("doctor")[:2] == (0, "All is well.\n")


def test_a_broadcast_to_nobody_is_not_sent(give: Give) -> None:
    code, out, _ = give("broadcast", "send", "remind_24h", "--yes")

    assert code == 1
    assert "Nobody would get this message" in out


def test_a_broadcast_is_shown_then_sent_and_followed(give: Give, sqlite_url: str) -> None:
    asyncio.run(somebody(sqlite_url))

    seen = give("broadcast", "preview", "remind_24h", "--area", "hull")[1]
    code, out, _ = give("broadcast", "send", "remind_24h", "--key", "k", "--urgent", "--yes")
    again = give("broadcast", "send", "remind_24h", "--key", "k", "--again", "--urgent", "--yes")[1]
    broadcast = out.split()[-1]
    ledger = give("broadcast", "ledger", broadcast)[1]

    assert "  │ See you, Sam.\n" in seen
    assert "1 people would get this." in seen
    assert (code, "On its way to 1 people." in out) == (0, True)
    assert "Nothing new was sent." in again
    assert [line.split()[:3] for line in ledger.splitlines()[:2]] == [
        ["who", "area", "outcome"],
        ["Heron-1", "hull", "queued"],
    ]
    assert ledger.endswith("1 queued: 1 people in all.\n")
    assert give("broadcast", "cancel", broadcast)[1] == "1 messages will not be sent.\n"
    assert "broadcast  cancelled" in give("plan", "heron-1")[1]


def test_a_broadcast_is_planned_shown_and_called_off(give: Give, sqlite_url: str) -> None:
    asyncio.run(somebody(sqlite_url))
    at = f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d} 18:00"

    code, out, _ = give("broadcast", "send", "remind_24h", "--area", "hull", "--at", at, "--yes")
    planned = out.split()[-1]
    listed = give("broadcast", "planned")[1]
    expected = json.loads(give("broadcast", "ledger", planned, "--json")[1])

    assert (code, "Planned for " in out) == (0, True)
    assert "1 people would get this." in out
    assert listed.split()[:7] == ["id", "message", "areas", "at", "people", "now", "state"]
    assert f"{planned}  remind_24h  hull" in listed
    assert expected == [{"code_name": "Heron-1", "excluded": ""}]
    assert "is not sent" in give("broadcast", "drop", planned)[1]
    assert give("broadcast", "planned")[1] == "No message is planned.\n"
    assert "Nothing was sent" in give("broadcast", "list")[1]


async def somebody(url: str) -> None:
    """A participant with a phone."""
    db = Database.open(url)
    await Team(db=db, clock=Stopped(at=datetime.now(UTC))).person("Heron-1")
    await db.close()


def test_an_area_code_is_the_same_each_time_and_saved_as_a_picture(give: Give, tmp_path: Path) -> None:
    code, out, _ = give("invite", "hull", "--qr", str(tmp_path / "code.png"), "--anyway", "a trial")
    again = give("invite", "hull", "--qr", str(tmp_path / "code.svg"))[1]

    assert code == 0
    assert out.splitlines()[:3] == again.splitlines()[:3]
    assert "No Telegram token is set." in out
    assert (tmp_path / "code.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (tmp_path / "code.svg").read_text()


def test_a_facilitator_gets_a_code(give: Give) -> None:
    code, out, _ = give("facilitator", "invite", "Cleo", "--area", "hull")

    assert code == 0
    assert "For Cleo, to work in the chat" in out
    assert "Good once, until" in out


def test_an_export_is_a_file_that_spreadsheets_read(give: Give, tmp_path: Path) -> None:
    code, out, _ = give("reflections", "export", "--out", str(tmp_path / "all.csv"))

    assert (code, out) == (0, f"0 answers saved in {tmp_path / 'all.csv'}.\n")
    assert (tmp_path / "all.csv").read_bytes().startswith(b"\xef\xbb\xbftime,row_id")
    assert next(csv.reader([give("reflections", "export")[1]]))[0] == "time"


def test_an_export_to_a_full_disk_ends_in_a_sentence_and_leaves_no_half_of_it(give: Give, tmp_path: Path) -> None:
    file = tmp_path / "all.csv"
    file.write_text("that of yesterday")
    (tmp_path / "all.csv.part").symlink_to("/dev/full")

    code, out, complaint = give("reflections", "export", "--out", str(file))

    assert (code, out) == (1, "")
    assert complaint == f"{file}: No space left on device. Nothing was saved.\n"
    assert [(one.name, one.read_text()) for one in tmp_path.glob("all*")] == [("all.csv", "that of yesterday")]


def test_every_wrong_setting_is_told(give: Give, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECONVENE_PORT", "x")
    monkeypatch.setenv("RECONVENE_TELEGRAM_TOKEN", "canary")

    code, _, complaint = give("people")

    assert code == 1
    assert len(complaint.strip().splitlines()) == 2
    assert "canary" not in complaint


def test_a_broken_programme_is_told_with_its_places(
    give: Give, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "programme.yaml").write_text("id: [")
    monkeypatch.setenv("RECONVENE_PROGRAMME", str(tmp_path))

    code, _, complaint = give("people")

    assert code == 1
    assert "programme.yaml:2:1" in complaint


def test_a_command_works_beside_the_running_program(give: Give, sqlite_url: str) -> None:
    held = lock(Path(sqlite_url.removeprefix("sqlite:///")))

    code, _, complaint = give("people")

    held.close()
    assert (code, complaint) == (0, "")


def test_a_database_that_cannot_be_reached_says_so(give: Give, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECONVENE_DATABASE_URL", "postgresql://me:canary@127.0.0.1:9/nothing")

    code, _, complaint = give("people")

    assert code == 1
    assert complaint.startswith("The database does not answer: ")
    assert "canary" not in complaint


def test_a_bug_of_ours_ends_in_a_sentence_and_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    error = KeyError("canary")

    cli.last_words(type(error), error, error.__traceback__)

    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "canary" not in said
    file = Path(said.split()[-1])
    assert "KeyError" in file.read_text()
    file.unlink()


@asynccontextmanager
async def telegram(answer: object, status: int = 200) -> AsyncIterator[Settings]:
    """A server that answers getMe like this."""

    async def get_me(request: web.Request) -> web.Response:
        assert request.path == f"/bot{TOKEN}/getMe"
        return web.json_response(answer, status=status)

    app = web.Application()
    app.router.add_get("/{rest:.*}", get_me)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    yield known(f"http://127.0.0.1:{port}")
    await runner.cleanup()


def known(base: str) -> Settings:
    return Settings(telegram_token=SecretStr(TOKEN), telegram_api_base=base, programme=SOUND)


async def test_the_bots_name_makes_the_link() -> None:
    async with telegram({"ok": True, "result": {"username": "reconvene_bot"}}) as settings:
        assert await bot_username(settings) == ("reconvene_bot", "")


async def test_a_wrong_token_or_a_silent_telegram_still_gives_the_code() -> None:
    async with telegram({"ok": False}, status=401) as settings:
        assert await bot_username(settings) == ("", "Telegram does not know this token (RECONVENE_TELEGRAM_TOKEN).")
    name, why_not = await bot_username(known("http://127.0.0.1:9"))

    assert name == ""
    assert why_not == "Telegram could not be asked for the bot's name."


async def in_danger(url: str) -> None:
    """Somebody who may be, and Gil on the team."""
    db = Database.open(url)
    team = Team(db=db, clock=Stopped(at=datetime.now(UTC)))
    pid = await team.person("Heron-1")
    heard = {"level": "red", "cue": "en: hits me", "words": "He hits me.", "heard_at": team.clock.at}
    whose = {"participant_id": pid, "code_name": "Heron-1", "area": "hull", "opened_at": team.clock.at}
    await team.add(tables_care.cases, **heard, **whose)
    await team.add(tables_care.talks, participant_id=pid, kind="safety", opened_by="Heron-1", opened_at=team.clock.at)
    await team.add(tables.facilitators, id="gil", name="Gil", created_at=team.clock.at)
    await db.close()


def test_a_case_is_seen_to_from_the_command_line(give: Give, sqlite_url: str) -> None:
    asyncio.run(in_danger(sqlite_url))

    listed, shown = give("safety", "list")[1], give("safety", "show", "1")[1]

    assert "Heron-1" in listed
    assert "He hits me." not in listed
    assert "He hits me." in shown
    assert give("safety", "take", "1")[1] == "Case 1 is yours. Heron-1: not answered.\n"
    assert give("safety", "take", "1")[0] == 1
    assert "is no outcome" in give("safety", "close", "1", "fine")[2]
    assert give("safety", "close", "1", "helped", "--note", "rang her")[1] == "Case 1 is closed: helped.\n"
    assert give("safety", "list")[1] == "No case is open.\n"
    assert "Note: rang her" in give("safety", "show", "1")[1]


def test_duties_are_given_by_name(give: Give, sqlite_url: str) -> None:
    asyncio.run(in_danger(sqlite_url))

    assert give("facilitator", "duty", "gil", "lead")[1] == "Gil is the safeguarding lead now.\n"
    assert give("facilitator", "duty", "Gil", "none")[1] == "Gil answers for safeguarding no more.\n"
    assert "The team: Gil." in give("facilitator", "duty", "Zed", "lead")[2]
    assert "is no duty" in give("facilitator", "duty", "Gil", "boss")[2]


def test_the_team_talks_to_somebody_from_the_command_line(give: Give, sqlite_url: str) -> None:
    asyncio.run(somebody(sqlite_url))

    assert "Nobody talks to Heron-1" in give("talk", "heron-1", "--say", "Hello")[2]
    assert "The team talks to Heron-1 now." in give("talk", "heron-1")[1]
    assert give("talk", "heron-1", "--say", "Hello")[1] == "Written to Heron-1.\n"
    assert "one at a time" in give("talk", "heron-1", "--say", "Hello", "--done")[2]
    assert give("talk", "heron-1", "--done")[1] == "The programme goes on for Heron-1.\n"
    assert give("talk", "heron-1", "--done")[0] == 1


def test_key_issues_are_drafted_and_say_what_they_need(give: Give) -> None:
    assert give("issue", "add", "hull", "Cold homes")[1] == "Key issue 1 of hull: Cold homes\n"
    code, out, _ = give("issue", "edit", "hull", "1", "--link", "damp walls", "--link", "a bad chest", "--no-assets")

    assert code == 0
    assert "Chain: damp walls → a bad chest" in out
    assert "Could help: none named" in out
    assert "a chain" not in out.partition("Still needs")[2]
    code, _, err = give("issue", "approve", "hull", "1")
    assert (code, "is not ready" in err) == (1, True)
    assert give("issue", "drop", "hull", "1")[1] == "“Cold homes” is off the list of hull.\n"


def test_gates_name_what_is_missing_and_the_command_that_fills_it(give: Give) -> None:
    give("scope", "set", "hull", "--inside", "repairs", "--by", "2099-03-01")

    code, out, _ = give("gates", "show", "--area", "hull", "--gate", "G4", "--json")

    assert code == 0
    needed = [row["fill_it_with"] for row in json.loads(out)]
    assert 'reconvene issue add hull "…"' in needed
    assert "reconvene scope set hull --decider …" in needed
    assert "reconvene scope set hull --inside …" not in needed
    assert "On: Sunday 01 March 2099" in give("scope", "show", "hull")[1]
    assert give("gates", "confirm", "hull", "retention", "in the notice")[1] == "Noted for hull: retention.\n"
    signed = give("gates", "sign", "hull", "dpia", "--name", "Jo", "--on", "2026-01-01")[1]
    assert signed == "Noted for hull: dpia, signed by Jo on 01 January 2026.\n"
    assert "no gate" in give("gates", "show", "--gate", "G9")[2]


@pytest.fixture
def hours(tmp_path: Path) -> Path:
    """The small programme that ships, to be changed."""
    return Path(shutil.copytree(library("library-hours"), tmp_path / "hours"))


def test_publish_tells_what_changes_and_says_when_nothing_does(give: Give, hours: Path) -> None:
    first = give("publish", str(hours))
    words = hours / "prompts" / "en" / "two_weeks.j2"
    words.write_text(words.read_text(encoding="utf-8") + "\n{# a note #}\n", encoding="utf-8")

    dry = give("publish", str(hours), "--dry")
    done = give("publish", str(hours))
    again = give("publish", str(hours))

    assert first[1].endswith("Published. A running program takes it up with its next message.\n")
    assert "changed: two_weeks" in dry[1]
    assert dry[1].endswith("Nothing was changed.\n")
    assert done[1].splitlines()[:-1] == dry[1].splitlines()[:-1]
    assert "No change: nothing to do." in again[1]


def test_publish_refuses_a_programme_with_mistakes_and_keeps_the_old_one_live(give: Give, hours: Path) -> None:
    give("publish", str(hours))
    flow = hours / "flows" / "two_weeks.yaml"
    flow.write_text(flow.read_text() + "  - {id: stray, type: nothing}\n")

    code, _, err = give("publish", str(hours))

    assert code == 1
    assert "so nothing was published" in err
    assert "flows/two_weeks.yaml:" in err
    assert "F107" in err
    assert "There is no area “hull”" in give("invite", "hull")[2], "commands go by what is live"


def test_a_letter_goes_into_the_mailbox_and_is_counted(
    give: Give, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RECONVENE_PROGRAMME", str(library("life-here")))
    words = ("--area", "hull", "--via", "paper", "--issue", "Damp flats", "--frame", "home")
    added = give("mailbox", "add", *words)[1]
    message = added.split()[1]

    assert "is in the mailbox" in added
    assert give("mailbox", "recode", message, "--frame", "habits")[1] == f"Issue 1 of {message} is about habits now.\n"
    assert "Damp flats [habits]" in give("mailbox", "list", "--area", "hull")[1]
    assert "fewer than 5" in give("mailbox", "totals")[1]
    assert give("mailbox", "export", "--out", str(tmp_path / "box.csv"))[0] == 0
    assert "Damp flats" in (tmp_path / "box.csv").read_text(encoding="utf-8-sig")
    assert "Code   mailbox" in give("mailbox", "link")[1]
    assert give("mailbox", "link", "--qr", "box.gif")[0] == 1
    assert "Nothing comes by" in give("mailbox", "add", "--via", "pigeon", "--day", "Rain")[2]


async def test_a_voice_note_is_listed_heard_and_written_down(give: Give, sqlite_url: str, tmp_path: Path) -> None:
    database = Database.open(sqlite_url)
    team = Team(db=database, clock=Stopped(at=datetime(2026, 11, 5, 12, 0, tzinfo=UTC)))
    await given(team, "abcdefghjkmnpq", size=7)
    Files.of(sqlite_url).put("abcdefghjkmnpq", b"a voice")
    await database.close()
    out, notes = tmp_path / "copy.ogg", tmp_path / "notes.txt"
    notes.write_text("The ferry is loud.", encoding="utf-8")

    def commands() -> list[tuple[int, str, str]]:
        return [
            give("media", "list", "hull"),
            give("media", "open", "abcdefghjkmnpq", str(out)),
            give("media", "open", "abcdefghjkmnpq", str(out)),
            give("media", "check", "abcdefghjkmnpq", "--no-faces"),
            give("transcribe", "abcdefghjkmnpq"),
            give("transcribe", "abcdefghjkmnpq", "--file", str(notes)),
            give("media", "list"),
            give("doctor"),
        ]

    listed, opened, again, checked, nothing, written, after, doctor = await asyncio.to_thread(commands)

    assert "abcdefghjkmnpq" in listed[1]
    assert (opened[0], out.read_bytes(), out.stat().st_mode & 0o777) == (0, b"a voice", 0o600)
    assert (again[0], "there already" in again[2]) == (1, True)
    assert (checked[0], "no faces on it" in checked[2]) == (1, True)
    assert (nothing[0], "Give the words" in nothing[2]) == (1, True)
    assert (written[0], "The ferry is loud." in after[1]) == (0, True)
    assert doctor[:2] == (0, "All is well.\n")


def test_a_report_is_text_csv_or_json(give: Give, tmp_path: Path) -> None:
    assert "## Who took part" in give("report", "hull")[1]
    assert set(json.loads(give("report", "--json")[1])) >= {"people", "answered", "rankings", "issues", "commitments"}
    code, out, _ = give("report", "hull", "--out", str(tmp_path / "hull.csv"))
    assert (code, out) == (0, f"Saved in {tmp_path / 'hull.csv'}.\n")
    assert (tmp_path / "hull.csv").read_text("utf-8-sig").startswith("part,row,column,value")
    assert "saved as" in give("report", "hull", "--out", "hull.pdf")[2]
    assert "There is no area" in give("report", "atlantis")[2]


def test_the_threshold_goes_up_and_not_down(give: Give, tmp_path: Path) -> None:
    file = tmp_path / "programme" / "programme.yaml"
    whole = file.read_text()
    file.write_text(f"{whole}\nthreshold: 8\n")
    assert give("report")[0] == 0
    file.write_text(f"{whole}\nthreshold: 4\n")
    assert "threshold is a whole number from 5 to 100" in give("report")[2]
