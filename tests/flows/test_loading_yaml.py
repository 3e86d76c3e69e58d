"""The strict reading of YAML: nothing is guessed, nothing recurses, every value has its place."""

import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flows import loading_yaml
from flows.definition import Place
from flows.findings import Notes
from flows.loading_yaml import LIMIT, Fields, Items, Node, Text, decode, plain, read_yaml


def read(text: str) -> tuple[Node | None, list[str]]:
    notes = Notes()
    node = read_yaml(text, "f", notes)
    return node, [f"{f.line}:{f.column} {f.code}" for f in notes.in_order()]


def test_every_value_knows_its_place() -> None:
    node, findings = read("a: one\nb:\n  - two\n  - {c: three}\n")

    assert findings == []
    assert isinstance(node, Fields)
    assert node.keys["b"] == Place(file="f", line=2, column=1)
    items = node.values["b"]
    assert isinstance(items, Items)
    inner = items.items[1]
    assert isinstance(inner, Fields)
    assert inner.values["c"] == Text(place=Place(file="f", line=4, column=9), value="three")


@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml.CSafeLoader])
@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_bomb_of_brackets_is_refused_quickly(
    opening: str, loader: type[yaml.SafeLoader], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading_yaml, "_LOADER", loader)
    began = time.perf_counter()

    node, findings = read(opening * 10_000)

    assert node is None
    assert [finding[-4:] for finding in findings] == ["Y008"]
    assert time.perf_counter() - began < 1


def test_bomb_of_aliases_stays_small() -> None:
    lines = ["a: &a [x, x]"] + [f"{b}: &{b} [*{a}, *{a}, *{a}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)]

    node, findings = read("\n".join(lines))

    assert node is not None
    assert len(str(plain(node))) < 1000
    assert {finding[-4:] for finding in findings} == {"Y006"}


def test_twenty_levels_are_enough() -> None:
    assert read("[" * 20 + "]" * 20)[1] == []
    assert read("[" * 21 + "]" * 21)[1] == ["1:21 Y008"]


def test_key_that_is_there_twice_keeps_the_first() -> None:
    node, findings = read("a: one\na: two\n")

    assert node is not None
    assert plain(node) == {"a": "one"}
    assert findings == ["2:1 Y007"]


def test_megabyte_is_the_limit() -> None:
    notes = Notes()

    assert decode(b"a" * LIMIT, Place(file="f", line=1, column=1), notes) is not None
    assert decode(b"a" * (LIMIT + 1), Place(file="f", line=1, column=1), notes) is None
    assert [finding.code for finding in notes.found] == ["Y002"]


def test_byte_order_mark_and_line_ends_do_not_matter() -> None:
    assert decode("\ufeffa: é\r\nb: c\r\n".encode(), Place(file="f", line=1, column=1), Notes()) == "a: é\nb: c\n"


def test_half_a_character_is_no_traceback() -> None:
    assert read("a: \udc80") == (None, ["1:1 Y003"])


@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml.CSafeLoader])
@given(text=st.one_of(st.text(), st.text("{}[]:,-#&*!|>'\"%@`?\n\t ab\x00\ud800\u2028", max_size=40)))
def test_any_text_gives_a_tree_or_a_finding(loader: type[yaml.SafeLoader], text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading_yaml, "_LOADER", loader)
        node, findings = read(text)

    assert node is not None or findings


@given(
    st.recursive(
        st.text("abc :#-é\"'\n\\é中", max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3),
        max_leaves=8,
    )
)
def test_what_yaml_writes_is_read_back_as_text(value: object) -> None:
    node, findings = read(yaml.safe_dump(value, default_style='"', allow_unicode=True))

    assert findings == []
    assert node is not None
    assert plain(node) == value
