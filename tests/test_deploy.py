"""What deploy/ says is true of the program: its commands, its settings, its addresses, its numbers."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from bot.cli import built
from bot.health import Health
from bot.metrics import FAMILIES
from bot.settings import FROM_FILE, Settings

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
GUIDE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
FILES = {path.name: path.read_text(encoding="utf-8") for path in DEPLOY.iterdir() if path.is_file()}
COMPOSE: dict[str, Any] = yaml.safe_load(FILES["compose.yaml"])
KNOWN = {name.upper() for name in Settings.model_fields} | {f"{name.upper()}_FILE" for name in FROM_FILE}
UNITS = [name for name in FILES if name.endswith((".service", ".timer"))]


def commands() -> Iterator[str]:
    """What is run: by systemd, in containers, by whoever follows the guide."""
    for text in FILES.values():
        yield from re.findall(r"/reconvene (\w[^\"'\n]*?)(?: \"|'|$)", text, re.MULTILINE)
    for service in COMPOSE["services"].values():
        if "command" in service:
            yield shlex.join(service["command"])
    yield from re.findall(r"^reconvene (\w.*?)(?: +#.*)?$", GUIDE, re.MULTILINE)


@pytest.mark.parametrize("line", sorted(set(commands())))
def test_a_command_is_understood(line: str) -> None:
    command = typer.main.get_command(built())
    words = [*shlex.split(line), *(["file"] if line == "backup" else [])]

    while (inner := getattr(command, "commands", None)) and words:
        command = inner[words.pop(0)]

    command.make_context(command.name or "", words)


@pytest.mark.parametrize("place", [*FILES, "the guide"])
def test_a_setting_that_is_named_exists(place: str) -> None:
    text = GUIDE if place == "the guide" else FILES[place]

    assert set(re.findall(r"RECONVENE_([A-Z_]+)", text)) <= KNOWN


@pytest.mark.parametrize("unit", UNITS)
def test_a_line_of_a_unit_is_a_heading_a_remark_or_a_setting(unit: str) -> None:
    lines = [line for line in FILES[unit].splitlines() if line and not line.startswith("#")]

    assert [line for line in lines if not re.fullmatch(r"\[\w+\]|[A-Z]\w+=.*", line)] == []
    assert len({line for line in lines if line.startswith("ExecStart=")}) == unit.endswith(".service")


def test_all_that_a_service_needs_is_there() -> None:
    for service in COMPOSE["services"].values():
        assert set(service["secrets"]) <= COMPOSE["secrets"].keys()
        assert {volume.split(":")[0] for volume in service["volumes"]} <= COMPOSE["volumes"].keys()
        assert set(service.get("depends_on", {})) <= COMPOSE["services"].keys()
    assert set(re.findall(r"/run/secrets/(\w+)", FILES["compose.yaml"])) == COMPOSE["secrets"].keys()


def test_what_the_image_is_built_from_is_there_and_not_ignored() -> None:
    copied = [
        word
        for line in re.findall(r"^COPY (?!--)(.+)$", FILES["Dockerfile"], re.MULTILINE)
        for word in line.split()[:-1]
    ]
    kept = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]

    assert copied
    assert [word for word in copied if not (ROOT / word).exists() or word not in kept] == []


def test_the_image_looks_after_itself_at_an_address_that_is_there() -> None:
    pages = {route.path for route in Health.routes(Health.__new__(Health))}

    assert set(re.findall(r"8000(/\w+)", FILES["Dockerfile"])) == {"/health"}
    assert pages == set(re.findall(r"^\| `(/\w+)` \|", GUIDE, re.MULTILINE))


def test_the_image_has_the_packages_that_were_tested_and_no_tools() -> None:
    everything, shipped = (
        pins(path.read_text()) for path in (ROOT / "requirements.lock", DEPLOY / "requirements.lock")
    )
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {re.split(r"[\[>=<]", one)[0].lower() for one in project["project"]["dependencies"]}
    tools = {re.split(r"[\[>=<]", one)[0].lower() for one in project["dependency-groups"]["dev"]}

    assert shipped.items() <= everything.items()
    assert wanted <= shipped.keys()
    assert not tools & shipped.keys()


def pins(lock: str) -> dict[str, str]:
    """Each package with its version and hashes."""
    return dict(re.findall(r"^([a-z0-9._-]+)(==(?:.*\\\n)+.*)$", lock, re.MULTILINE))


def test_a_number_that_is_watched_is_counted() -> None:
    counted = {f"reconvene_{name}" for name in FAMILIES}
    rules = yaml.safe_load(FILES["alerts.yaml"])["groups"][0]["rules"]
    watched = {name for rule in rules for name in re.findall(r"reconvene_\w+", rule["expr"])}
    shown = set(re.findall(r"^\| `[^`]*?(reconvene_\w+)", GUIDE, re.MULTILINE))

    assert watched <= counted
    assert shown <= counted
    assert shown <= watched


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\((?!http|#)([^)#]+)", GUIDE))))
def test_a_file_that_the_guide_links_to_is_there(target: str) -> None:
    assert (ROOT / "docs" / target).exists()
