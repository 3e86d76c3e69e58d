"""The commands are put together from many files: none may take the place of another's by having its name."""

from collections import defaultdict

from bot.facilitation import Facilitation


def test_no_two_files_of_commands_use_one_name() -> None:
    by_name: dict[str, set[str]] = defaultdict(set)
    for part in Facilitation.__mro__[1:-1]:
        for name, value in vars(part).items():
            if callable(value) and not name.startswith("__"):
                by_name[name].add(part.__name__)

    assert {name: parts for name, parts in by_name.items() if len(parts) > 1} == {}
