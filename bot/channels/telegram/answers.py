"""An answer of HTTP/1.1, as its bytes come in. Pure: it reads what it is given, and knows no connection."""

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

LONGEST_HEAD: Final = 64 * 1024
STATUS: Final = re.compile(rb"HTTP/1\.([01]) ([1-9]\d\d)(?: |$)")
WITHOUT_BODY: Final = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
END: Final = b"\r\n"


class Broken(Exception):
    """The connection ended before the answer did, or this is no answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A whole answer. `kept`: the connection can be asked again."""

    status: int
    date: str
    body: bytes
    kept: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class _Head:
    status: int
    fields: dict[str, str]
    kept: bool
    length: int | None  # of the body; None: in pieces, or up to the end of the connection
    in_pieces: bool


class Reading:
    """One answer on its way. `most`: bytes of the body after which it is broken off."""

    def __init__(self, most: int | None = None) -> None:
        self._most = most
        self._raw = bytearray()
        self._body = bytearray()
        self._head: _Head | None = None

    def feed(self, data: bytes) -> Answer | None:
        """More of it: the answer once it is whole. Raises `Broken`."""
        self._raw += data
        try:
            return self._read()
        except ValueError as error:
            raise Broken("this is not HTTP") from error

    def end(self) -> Answer:
        """There is no more. Raises `Broken` where the answer should have gone on."""
        head = self._head
        if head is None or head.in_pieces or head.length is not None:
            raise Broken("the connection was closed")
        return self._answer(head, kept=False)

    def _read(self) -> Answer | None:
        while self._head is None:
            cut = self._raw.find(END + END)
            if cut < 0 and len(self._raw) > LONGEST_HEAD:
                raise ValueError("the head has no end")
            if cut < 0:
                return None
            head = _head(bytes(self._raw[:cut]))
            del self._raw[: cut + len(END + END)]
            self._head = head if head.status >= HTTPStatus.OK else None  # before it there may be "go on"
        whole = self._take_pieces() if self._head.in_pieces else self._take(self._head.length)
        if self._most is not None and len(self._body) > self._most:
            return self._answer(self._head, kept=False)
        return self._answer(self._head, kept=self._head.kept and not self._raw) if whole else None

    def _take(self, length: int | None) -> bool:
        """Whether the body is whole."""
        missing = len(self._raw) if length is None else length - len(self._body)
        self._body += self._raw[:missing]
        del self._raw[:missing]
        return length is not None and len(self._body) >= length

    def _take_pieces(self) -> bool:
        """The same for a body in pieces, each with its length before it; one of no length is the last."""
        while (cut := self._raw.find(END)) >= 0:
            size = int(self._raw[:cut].partition(b";")[0], 16)
            if size == 0:
                return self._ended(cut)
            begin, after = cut + len(END), cut + len(END) + size
            if len(self._raw) < after + len(END):
                return False
            if size < 0 or self._raw[after : after + len(END)] != END:
                raise ValueError("a piece has another length")
            self._body += self._raw[begin:after]
            del self._raw[: after + len(END)]
        return False

    def _ended(self, cut: int) -> bool:
        """After the last piece there may be more fields."""
        end = self._raw.find(END + END, cut)
        if end < 0:
            return False
        del self._raw[: end + len(END + END)]
        return True

    def _answer(self, head: _Head, *, kept: bool) -> Answer:
        body = bytes(self._body) if self._most is None else bytes(self._body[: self._most + 1])
        return Answer(status=head.status, date=head.fields.get("date", ""), body=body, kept=kept)


def _head(raw: bytes) -> _Head:
    first, *lines = raw.split(END)
    found = STATUS.match(first)
    if not found:
        raise ValueError("no status")
    split = (line.decode("latin-1").partition(":") for line in lines)
    fields = {name.strip().lower(): value.strip() for name, _, value in split}
    status, length = int(found[2]), fields.get("content-length")
    in_pieces = "chunked" in fields.get("transfer-encoding", "").lower()
    return _Head(
        status=status,
        fields=fields,
        kept=found[1] == b"1" and fields.get("connection", "").lower() != "close",
        length=0 if status in WITHOUT_BODY else None if in_pieces or length is None else _number(length),
        in_pieces=in_pieces and status not in WITHOUT_BODY,
    )


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise ValueError("this is no length")
    return int(text)
