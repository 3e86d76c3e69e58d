"""What can be set from outside: one frozen value, read once. Every fault is told at once, never a secret."""

import difflib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

import flows
from storage.database import normalise
from storage.stones import Stones

PREFIX = "RECONVENE_"
SHIPPED = Path(flows.__file__).parent / "library"
NOT_OURS = ("TEST_", "FAULT")
"""Read by tests, never by the program's settings."""
FROM_FILE = (
    "database_url",
    "telegram_token",
    "webhook_secret",
    "slack_bot_token",
    "slack_app_token",
    "slack_signing_secret",
    "slack_client_secret",
)
"""What may also come from a file: RECONVENE_TELEGRAM_TOKEN_FILE and so on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One setting that is wrong: its name, what was given (a secret is never shown), what would be right."""

    key: str
    given: str
    fix: str

    def __str__(self) -> str:
        """One line for the person who starts the program."""
        given = f" is “{self.given}”" if self.given else ""
        return f"{self.key}{given}: {self.fix}"


class BadSettings(Exception):
    """The settings cannot be used; all their faults."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


def _database(value: SecretStr) -> SecretStr:
    try:
        name = make_url(value.get_secret_value()).get_backend_name()
    except ArgumentError:
        name = ""
    if name not in ("sqlite", "postgresql", "postgres"):
        raise ValueError("write sqlite:///path/to/file or postgresql://user:password@host/name")
    return value


def _token(value: SecretStr) -> SecretStr:
    number, _, rest = value.get_secret_value().partition(":")
    if not (number.isdecimal() and rest and rest.replace("-", "").replace("_", "").isalnum()):
        raise ValueError("copy the whole token from @BotFather, like 123456789:AAE…")
    return value


def _bot_token(value: SecretStr) -> SecretStr:
    return _slack(value, "xoxb-", "copy the whole “Bot User OAuth Token”, like xoxb-123…")


def _app_token(value: SecretStr) -> SecretStr:
    return _slack(value, "xapp-", "copy the whole “App-Level Token”, like xapp-1-A0…")


def _slack(value: SecretStr, start: str, fix: str) -> SecretStr:
    text = value.get_secret_value()
    if not text.startswith(start) or len(text) < 12 or not text.replace("-", "").isalnum() or not text.isascii():
        raise ValueError(fix)
    return value


def _from_slack(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if len(text) < 16 or not text.replace("-", "").isalnum() or not text.isascii():
        raise ValueError("copy it whole from “App Credentials” of the app")
    return value


def _url(value: str) -> str:
    if not value.startswith(("https://", "http://")) or len(value.split("://", 1)[1]) < 3:
        raise ValueError("write a full address, like https://dialogue.example.org")
    return value.rstrip("/")


def _public(value: str) -> str:
    if not value.startswith("https://"):
        raise ValueError("an address on https is needed, like https://dialogue.example.org")
    return _url(value)


def _programme(value: Path) -> Path:
    """A folder, or the name of a programme that comes with the program."""
    for folder in (value, SHIPPED / value):
        if (folder / "programme.yaml").is_file():
            return folder
    raise ValueError(f"name a folder with a programme.yaml in it, or a shipped one: {', '.join(shipped())}")


def _folder(value: Path) -> Path:
    if value.exists() and not value.is_dir():
        raise ValueError("name a folder for voice notes and photos; it is made when it is needed")
    return value


def shipped() -> list[str]:
    """The programmes that come with the program."""
    return sorted(path.parent.name for path in SHIPPED.glob("*/programme.yaml"))


def _example() -> str:
    return secrets.token_urlsafe(24)


def _long(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if len(text) < 16 or len(text) > 256 or not text.replace("-", "").replace("_", "").isalnum():
        raise ValueError(f"16 to 256 letters, digits, - and _, for example {_example()}")
    return value


class Settings(BaseSettings):
    """The settings of one running program."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", validate_default=True)

    database_url: Annotated[SecretStr, AfterValidator(_database)] = SecretStr("sqlite:///reconvene.sqlite3")
    telegram_token: Annotated[SecretStr, AfterValidator(_token)] | None = None
    telegram_rate: int = Field(default=30, ge=1, le=1000)
    telegram_api_base: Annotated[str, AfterValidator(_url)] = "https://api.telegram.org"
    public_url: Annotated[str, AfterValidator(_public)] | None = None
    webhook_secret: Annotated[SecretStr, AfterValidator(_long)] | None = None
    slack_bot_token: Annotated[SecretStr, AfterValidator(_bot_token)] | None = None
    slack_signing_secret: Annotated[SecretStr, AfterValidator(_from_slack)] | None = None
    slack_app_token: Annotated[SecretStr, AfterValidator(_app_token)] | None = None
    slack_client_id: str | None = None
    slack_client_secret: Annotated[SecretStr, AfterValidator(_from_slack)] | None = None
    slack_api_base: Annotated[str, AfterValidator(_url)] = "https://slack.com"
    programme: Annotated[Path, AfterValidator(_programme)] = Path("life-here")
    media: Annotated[Path, AfterValidator(_folder)] | None = None
    photo_mb: int = Field(default=10, ge=1, le=20)
    voice_mb: int = Field(default=20, ge=1, le=20)
    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8000, ge=1, le=65535)
    erasures: Path | None = None
    log: Literal["text", "json"] = "text"
    metrics_public: bool = False

    def stones(self) -> Stones:
        """Who was erased or has left, in a file that no backup undoes; by itself beside a SQLite file."""
        address = normalise(self.database_url.get_secret_value())
        beside = Path(f"{address.database}.erased") if address.get_backend_name() == "sqlite" else Path(BESIDE)
        return Stones(self.erasures or beside)

    @property
    def slack(self) -> bool:
        """Whether there is a Slack to work in."""
        return self.slack_bot_token is not None or self.slack_client_id is not None

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, *_: Any, **__: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load` hands over: nothing reads the environment behind its back."""
        return (init_settings,)


NUMBERS = ("int_parsing", "greater_than_equal", "less_than_equal")
MOST = {"port": 65535, "telegram_rate": 1000, "photo_mb": 20, "voice_mb": 20}
Given = Mapping[str, Any]
SLACK: tuple[tuple[Callable[[Given], bool], str, str], ...] = (
    (
        lambda g: "slack_bot_token" not in g and "slack_client_id" not in g,
        "slack_bot_token",
        "needed for one workspace; for several, set RECONVENE_SLACK_CLIENT_ID",
    ),
    (
        lambda g: "slack_bot_token" in g and "slack_client_id" in g,
        "slack_client_id",
        "set this or RECONVENE_SLACK_BOT_TOKEN, not both: one workspace by its token, or several by installing",
    ),
    (
        lambda g: "slack_signing_secret" not in g and "slack_app_token" not in g,
        "slack_signing_secret",
        "needed so that only Slack is believed; without a public address set RECONVENE_SLACK_APP_TOKEN instead",
    ),
    (
        lambda g: "slack_signing_secret" in g and "slack_app_token" in g,
        "slack_app_token",
        "set this or RECONVENE_SLACK_SIGNING_SECRET, not both: Slack comes over a line of ours, or to our address",
    ),
    (
        lambda g: "slack_client_id" in g and "slack_client_secret" not in g,
        "slack_client_secret",
        "needed with RECONVENE_SLACK_CLIENT_ID",
    ),
    (
        lambda g: "slack_client_secret" in g and "slack_client_id" not in g,
        "slack_client_id",
        "needed with RECONVENE_SLACK_CLIENT_SECRET",
    ),
    (
        lambda g: "slack_client_id" in g and "public_url" not in g,
        "public_url",
        "needed so that an admin who installs the app can come back; like https://dialogue.example.org",
    ),
)
"""What Slack needs: when it is wrong, the setting to look at, and what would be right."""

BESIDE = "reconvene.erased"
"""Where the erased of a PostgreSQL database are kept, if the settings do not say."""
HINTS = {
    "literal_error": "write text or json",
    "bool_parsing": "write yes or no",
    "string_too_short": "write an address such as 127.0.0.1",
}


def load(environ: Mapping[str, str]) -> Settings:
    """The settings that these variables say. Raises `BadSettings` with every fault there is."""
    given, faults = _given(environ)
    try:
        settings = Settings(**given)
    except ValidationError as error:
        found = (_fault(detail, given) for detail in error.errors(include_url=False, include_context=False))
        raise BadSettings((*faults, *found)) from None
    if faults:
        raise BadSettings(tuple(faults))
    return settings


def _given(environ: Mapping[str, str]) -> tuple[dict[str, Any], list[Fault]]:
    """Our variables by field, with the content of files in place of their names. An empty variable is not set."""
    given: dict[str, Any] = {}
    faults: list[Fault] = []
    ours = {k.removeprefix(PREFIX): v for k, v in environ.items() if k.startswith(PREFIX) and v.strip()}
    for name, value in sorted(ours.items()):
        field = name.lower()
        if field in Settings.model_fields:
            given[field] = value.strip()
        elif field.removesuffix("_file") in FROM_FILE:
            faults += _from_file(name, value.strip(), given, ours)
        elif not name.startswith(NOT_OURS):
            faults.append(_unknown(name))
    return given, [*faults, *_together(given)]


def _together(given: Mapping[str, Any]) -> list[Fault]:
    """What is missing beside what was given, or too much."""
    slack = any(name.startswith("slack_") and name != "slack_api_base" for name in given)
    wanted = [] if not slack else [fix for broken, *fix in SLACK if broken(given)]
    if "public_url" in given and "webhook_secret" not in given and ("telegram_token" in given or not slack):
        fix = f"needed with a public address, so that only Telegram is believed; for example {_example()}"
        wanted.append(["webhook_secret", fix])
    return [Fault(key=f"{PREFIX}{field.upper()}", given="", fix=fix) for field, fix in wanted]


def _from_file(name: str, path: str, given: dict[str, Any], ours: Mapping[str, str]) -> list[Fault]:
    plain = name.removesuffix("_FILE")
    if plain in ours:
        return [Fault(key=PREFIX + name, given=path, fix=f"set this or {PREFIX}{plain}, not both")]
    try:
        text = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return [Fault(key=PREFIX + name, given=path, fix="this file cannot be read; name a readable text file")]
    if not text:
        return [Fault(key=PREFIX + name, given=path, fix="this file is empty; write the value into it")]
    given[plain.lower()] = text
    return []


def _unknown(name: str) -> Fault:
    fields = [field.upper() for field in Settings.model_fields]
    known = [*fields, *(f"{field.upper()}_FILE" for field in FROM_FILE)]
    near = difflib.get_close_matches(name, known, 1)
    fix = f"there is no such setting; did you mean {PREFIX}{near[0]}?" if near else "there is no such setting"
    return Fault(key=PREFIX + name, given="", fix=fix)


def _fault(detail: Any, given: Mapping[str, Any]) -> Fault:
    field = str(detail["loc"][0])
    fix = HINTS.get(detail["type"], detail["msg"].removeprefix("Value error, "))
    if detail["type"] in NUMBERS:
        fix = f"write a whole number from 1 to {MOST[field]}"
    shown = "" if field in FROM_FILE else str(given.get(field, Settings.model_fields[field].default))
    return Fault(key=f"{PREFIX}{field.upper()}", given=shown, fix=fix)
