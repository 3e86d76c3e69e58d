"""Ids and JSON as every store writes them."""

import secrets
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

MOST = 500
"""Rows that are read, written or held at a time."""

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no i, l, o, 0, 1: codes are read aloud and typed by hand


def new_id(length: int = 14) -> str:
    """A random id that cannot be guessed at 14 letters (69 bits); short ones are for codes with few uses."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def to_json(value: Any) -> str:
    """Dataclasses, structs and plain values as compact JSON."""
    return msgspec.json.encode(value).decode()


def from_json(text: str | bytes, kind: type[T]) -> T:
    """The value that `to_json` wrote, checked against its type."""
    return msgspec.json.decode(text, type=kind)


def in_pieces(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """A long list in pieces, so that not all that is made of it is held at once."""
    for start in range(0, len(values), MOST):
        yield values[start : start + MOST]
