"""A programme with one thing broken, 300 times: never a traceback, always the file, the line and the column."""

import random
import re
import shutil
from pathlib import Path

import pytest

from bot.check import Report, check
from tests.bot.test_method import METHOD

SEED = 20140625
WAYS = 300
SHARDS = 6
PLACED = re.compile(r"[^\s:]+:[1-9]\d*:[1-9]\d* [A-Z]\d{1,3}(\.\d)? \S")
TOKEN = re.compile(r"\w+|[^\w\s]|\s+")
JUNK = (
    "{{",
    "}}",
    "{%",
    "%}",
    "[",
    "]",
    ": ",
    "&a ",
    "*a",
    "!x ",
    "- ",
    "\t",
    "\x00",
    "💥",
    "\u202e",
    "'",
    '"',
    "#",
    "0",
)


def mutated(text: str, chance: random.Random) -> str:
    """The same text with one thing changed."""
    tokens = TOKEN.findall(text) or [""]
    at, other = chance.randrange(len(tokens)), chance.randrange(len(tokens))
    match chance.randrange(7):
        case 0:
            del tokens[at]
        case 1:
            tokens[at] = chance.choice(JUNK)
        case 2:
            tokens.insert(at, chance.choice(JUNK))
        case 3:
            tokens[at], tokens[other] = tokens[other], tokens[at]
        case 4:
            tokens[at] = tokens[other]
        case 5:
            return text[: chance.randrange(len(text) + 1)]
        case _:
            lines = text.splitlines(keepends=True) or [""]
            lines.insert(chance.randrange(len(lines)), chance.choice(lines))
            return "".join(lines)
    return "".join(tokens)


def is_placed(report: Report) -> bool:
    return all(PLACED.match(str(finding)) for finding in report.findings)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_broken_file_is_told_with_its_place(tmp_path: Path, shard: int) -> None:
    chance = random.Random(SEED + shard)
    folder = Path(shutil.copytree(METHOD, tmp_path / "mine"))
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".j2"))
    told = 0

    for number in range(WAYS // SHARDS):
        file = chance.choice(files)
        whole = file.read_bytes()
        file.write_text(mutated(whole.decode(), chance), encoding="utf-8")

        report = check(folder, pseudo=number % 10 == 0)

        assert is_placed(report), [str(finding) for finding in report.findings]
        told += bool(report.findings)
        file.write_bytes(whole)
    assert told > WAYS // SHARDS // 2  # most of them break something


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(METHOD, tmp_path / "mine"))
    for name in ("accepted.yaml", "translations.yaml", "flows/link.yaml", "prompts/en/link.j2"):
        (folder / name).write_bytes(b"\xff\xfe\x00bad")

    report = check(folder)

    assert {finding.file for finding in report.findings if finding.code == "Y003"} >= {
        *("accepted.yaml", "translations.yaml", "flows/link.yaml", "prompts/en/link.j2"),
    }
    assert is_placed(report)
