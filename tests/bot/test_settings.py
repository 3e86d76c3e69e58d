"""Settings: what is read, and that every fault is told at once without a secret."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import BadSettings, load

TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
SECRET = "sixteen-letters-and-more"


@pytest.fixture
def programme(tmp_path: Path) -> str:
    (tmp_path / "programme.yaml").write_text("id: x")
    return str(tmp_path)


def faults(environ: dict[str, str]) -> dict[str, str]:
    with pytest.raises(BadSettings) as caught:
        load(environ)
    return {fault.key: str(fault) for fault in caught.value.faults}


def test_a_programme_is_all_that_is_needed(programme: str) -> None:
    settings = load({"RECONVENE_PROGRAMME": programme, "HOME": "/root"})

    assert settings.database_url.get_secret_value() == "sqlite:///reconvene.sqlite3"
    assert settings.telegram_token is None
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.programme == Path(programme)


def test_the_environment_itself_is_not_read(programme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "1234")
    monkeypatch.setenv("RECONVENE_PORT", "1234")

    assert load({"RECONVENE_PROGRAMME": programme}).port == 8000


def test_settings_do_not_change(programme: str) -> None:
    settings = load({"RECONVENE_PROGRAMME": programme})

    with pytest.raises(ValidationError):
        settings.port = 1


def test_every_fault_is_told_at_once(programme: str) -> None:
    found = faults(
        {
            "RECONVENE_PROGRAMME": "/nowhere",
            "RECONVENE_PORT": "eighty",
            "RECONVENE_TELEGRAM_RATE": "1001",
            "RECONVENE_TELEGRAM_TOKEN": "not-a-token",
            "RECONVENE_DATABASE_URL": "mysql://me:hush@host/db",
            "RECONVENE_PUBLIC_URL": "http://example.org",
            "RECONVENE_TELEGRAM_API_BASE": "example.org",
            "RECONVENE_HOTS": "0.0.0.0",
        }
    )

    assert set(found) == {
        "RECONVENE_PROGRAMME",
        "RECONVENE_PORT",
        "RECONVENE_TELEGRAM_RATE",
        "RECONVENE_TELEGRAM_TOKEN",
        "RECONVENE_DATABASE_URL",
        "RECONVENE_PUBLIC_URL",
        "RECONVENE_TELEGRAM_API_BASE",
        "RECONVENE_HOTS",
        "RECONVENE_WEBHOOK_SECRET",
    }
    assert "“eighty”" in found["RECONVENE_PORT"]
    assert "whole number" in found["RECONVENE_PORT"]
    assert "1000" in found["RECONVENE_TELEGRAM_RATE"]
    assert "RECONVENE_HOST?" in found["RECONVENE_HOTS"]


def test_a_secret_is_never_shown(programme: str) -> None:
    environ = {
        "RECONVENE_PROGRAMME": programme,
        "RECONVENE_TELEGRAM_TOKEN": "canary",
        "RECONVENE_WEBHOOK_SECRET": "canary",
        "RECONVENE_DATABASE_URL": "canary",
    }

    assert len(found := faults(environ)) == 3
    assert "canary" not in "".join(found.values())
    whole = load({"RECONVENE_PROGRAMME": programme, "RECONVENE_TELEGRAM_TOKEN": TOKEN})
    assert TOKEN not in repr(whole)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "8000.5"])
def test_a_port_is_a_port(programme: str, port: str) -> None:
    assert list(faults({"RECONVENE_PROGRAMME": programme, "RECONVENE_PORT": port})) == ["RECONVENE_PORT"]


def test_a_secret_may_come_from_a_file(programme: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")

    settings = load({"RECONVENE_PROGRAMME": programme, "RECONVENE_TELEGRAM_TOKEN_FILE": str(tmp_path / "token")})

    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == TOKEN


def test_a_secret_from_two_places_is_a_fault(programme: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN)
    environ = {
        "RECONVENE_PROGRAMME": programme,
        "RECONVENE_TELEGRAM_TOKEN": TOKEN,
        "RECONVENE_TELEGRAM_TOKEN_FILE": str(tmp_path / "token"),
    }

    assert "not both" in faults(environ)["RECONVENE_TELEGRAM_TOKEN_FILE"]


def test_a_file_that_is_missing_or_empty_is_a_fault(programme: str, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    environ = {
        "RECONVENE_PROGRAMME": programme,
        "RECONVENE_TELEGRAM_TOKEN_FILE": str(tmp_path / "missing"),
        "RECONVENE_WEBHOOK_SECRET_FILE": str(tmp_path / "empty"),
    }

    found = faults(environ)

    assert "cannot be read" in found["RECONVENE_TELEGRAM_TOKEN_FILE"]
    assert "empty" in found["RECONVENE_WEBHOOK_SECRET_FILE"]


def test_a_public_address_needs_a_secret(programme: str) -> None:
    environ = {"RECONVENE_PROGRAMME": programme, "RECONVENE_PUBLIC_URL": "https://dialogue.example.org/"}

    assert list(faults(environ)) == ["RECONVENE_WEBHOOK_SECRET"]
    assert list(faults({**environ, "RECONVENE_WEBHOOK_SECRET": "short"})) == ["RECONVENE_WEBHOOK_SECRET"]
    assert load({**environ, "RECONVENE_WEBHOOK_SECRET": SECRET}).public_url == "https://dialogue.example.org"


def test_an_empty_variable_is_not_set(programme: str) -> None:
    assert load({"RECONVENE_PROGRAMME": programme, "RECONVENE_PORT": "", "RECONVENE_TELEGRAM_TOKEN": " "}).port == 8000


SLACK = {
    "RECONVENE_SLACK_BOT_TOKEN": "xoxb-123-456-abcDEF",
    "RECONVENE_SLACK_SIGNING_SECRET": "0123456789abcdef0123456789abcdef",
}
SEVERAL = {
    "RECONVENE_SLACK_CLIENT_ID": "1.2",
    "RECONVENE_SLACK_CLIENT_SECRET": "0123456789abcdef0123456789abcdef",
    "RECONVENE_SLACK_APP_TOKEN": "xapp-1-A0-123-abc",
    "RECONVENE_PUBLIC_URL": "https://dialogue.example.org",
}


@pytest.mark.parametrize("given", [SLACK, SEVERAL], ids=["one workspace", "several"])
def test_slack_alone_is_enough(programme: str, given: dict[str, str]) -> None:
    settings = load({"RECONVENE_PROGRAMME": programme, **given})

    assert settings.slack
    assert not load({"RECONVENE_PROGRAMME": programme}).slack


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"RECONVENE_SLACK_BOT_TOKEN": SLACK["RECONVENE_SLACK_BOT_TOKEN"]}, {"SIGNING_SECRET"}),
        ({"RECONVENE_SLACK_SIGNING_SECRET": SLACK["RECONVENE_SLACK_SIGNING_SECRET"]}, {"BOT_TOKEN"}),
        ({**SLACK, "RECONVENE_SLACK_APP_TOKEN": SEVERAL["RECONVENE_SLACK_APP_TOKEN"]}, {"APP_TOKEN"}),
        ({"RECONVENE_SLACK_CLIENT_ID": "1.2"}, {"CLIENT_SECRET", "SIGNING_SECRET", "PUBLIC_URL"}),
        ({**SLACK, "RECONVENE_SLACK_CLIENT_SECRET": SEVERAL["RECONVENE_SLACK_CLIENT_SECRET"]}, {"CLIENT_ID"}),
        ({**SLACK, **SEVERAL}, {"CLIENT_ID", "APP_TOKEN"}),
        (
            {"RECONVENE_SLACK_BOT_TOKEN": "xoxp-canary-1234", "RECONVENE_SLACK_APP_TOKEN": "xapp-ä"},
            {"BOT_TOKEN", "APP_TOKEN"},
        ),
    ],
)
def test_what_slack_lacks_or_has_too_much_is_told_at_once(
    programme: str, given: dict[str, str], wrong: set[str]
) -> None:
    found = faults({"RECONVENE_PROGRAMME": programme, **given})

    assert {key.removeprefix("RECONVENE_").removeprefix("SLACK_") for key in found} == wrong
    assert "canary" not in "".join(found.values())


def test_telegram_beside_slack_still_needs_its_secret(programme: str) -> None:
    given = {"RECONVENE_PROGRAMME": programme, **SEVERAL, "RECONVENE_TELEGRAM_TOKEN": TOKEN}

    assert list(faults(given)) == ["RECONVENE_WEBHOOK_SECRET"]
