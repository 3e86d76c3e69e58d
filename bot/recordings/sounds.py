"""Voice notes: Ogg Opus, MP3 or M4A. The sound stays as it is; titles, names and places written into the file go."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.recordings.unfit import Unfit

BOXES_WITH_BOXES: Final = (b"moov", b"trak", b"mdia")
BOXES_THAT_TELL: Final = (b"udta", b"meta")
DEEPEST: Final = 4
HEADERS: Final = 2  # packets of an Opus stream before the sound: how to play it, and the comments
SILENCE: Final = b"\xf8\xff\xfe"  # 20 ms of nothing, as Opus writes it
TICK: Final = 960
FRAMES: Final = 50  # a second


def mime_of(content: bytes) -> str:
    """The kind of sound these bytes begin; "" for any other."""
    if content.startswith(b"OggS"):
        return "audio/ogg"
    if content[4:8] == b"ftyp" and content[8:11] in (b"M4A", b"mp4", b"iso"):
        return "audio/mp4"
    if content.startswith(b"ID3") or (content[:1] == b"\xff" and content[1:2] in (b"\xfb", b"\xf3", b"\xf2", b"\xfa")):
        return "audio/mpeg"
    return ""


def clean(content: bytes) -> tuple[str, bytes]:
    """The kind of sound, and the file without what was written into it besides. Raises `Unfit`."""
    mime = mime_of(content)
    if not mime:
        raise Unfit("it is no Ogg, MP3 or M4A sound")
    try:
        return mime, {"audio/ogg": _ogg, "audio/mpeg": _mp3, "audio/mp4": _m4a}[mime](content)
    except (struct.error, IndexError):
        raise Unfit("the sound is cut short or damaged") from None


# ── MP3 ────────────────────────────────────────────────────────────────────────────────────────────────────────
def _mp3(content: bytes) -> bytes:
    """Tags stand before and behind the sound: both are cut off."""
    start = 0
    while content[start : start + 3] == b"ID3":
        a, b, c, d = content[start + 6 : start + 10]
        start += 10 + (a << 21 | b << 14 | c << 7 | d)
    end = len(content) - 128 if content[-128:-125] == b"TAG" else len(content)
    if end - start < 4:
        raise Unfit("there is no sound in it")
    return content[start:end]


# ── M4A ────────────────────────────────────────────────────────────────────────────────────────────────────────
def _m4a(content: bytes) -> bytes:
    """What tells about the sound is blanked where it stands, so that nothing moves."""
    kept = bytearray(content)
    for name, start, end in _boxes(content, 0, len(content), 0):
        if name in BOXES_THAT_TELL:
            kept[start - 4 : start] = b"free"
            kept[start:end] = bytes(end - start)
    return bytes(kept)


def _boxes(content: bytes, at: int, end: int, depth: int) -> Iterator[tuple[bytes, int, int]]:
    """Each box: its name, and where its inside begins and ends."""
    while at + 8 <= end:
        size, name = struct.unpack_from(">I4s", content, at)
        inside = at + 8
        if size == 1:
            raise Unfit("it is larger than any voice note")
        close = end if size == 0 else at + size
        if close < inside or close > end:
            raise Unfit("the sound is cut short or damaged")
        yield name, inside, close
        if name in BOXES_WITH_BOXES and depth < DEEPEST:
            yield from _boxes(content, inside, close, depth + 1)
        at = close


# ── Ogg Opus ───────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True, slots=True)
class _Page:
    """Where a page begins, where its body does, how long that is, and where in it packets end."""

    start: int
    body: int
    size: int
    packet_ends: tuple[int, ...]


def _ogg(content: bytes) -> bytes:
    """The packet of comments is emptied in its place: pages keep their length, only their checksums are made anew."""
    kept = bytearray(content)
    at, packets, first = 0, 0, True
    while packets < HEADERS:
        page = _page(content, at)
        if not at and content[page.body : page.body + 8] != b"OpusHead":
            raise Unfit("the sound is no Opus")
        if packets:
            end = page.packet_ends[0] if page.packet_ends else page.size
            kept[page.body : page.body + end] = _emptied(content[page.body : page.body + end], first=first)
            kept[page.start + 22 : page.start + 26] = bytes(4)
            kept[page.start + 22 : page.start + 26] = _checksum(kept[page.start : page.body + page.size])
            first = False
        packets += min(len(page.packet_ends), HEADERS)
        at = page.body + page.size
    return bytes(kept)


def _emptied(comments: bytes, *, first: bool) -> bytes:
    """No maker and no comment; what was longer is filled up with nothing."""
    if not first:
        return bytes(len(comments))
    if not comments.startswith(b"OpusTags") or len(comments) < 16:
        raise Unfit("the sound is cut short or damaged")
    return b"OpusTags".ljust(len(comments), b"\0")


def _page(content: bytes, at: int) -> _Page:
    if content[at : at + 4] != b"OggS":
        raise Unfit("the sound is cut short or damaged")
    count = content[at + 26]
    lengths = content[at + 27 : at + 27 + count]
    body = at + 27 + count
    ends, so_far = [], 0
    for length in lengths:
        so_far += length
        if length < 255:
            ends.append(so_far)
    if len(lengths) < count or body + so_far > len(content):
        raise Unfit("the sound is cut short or damaged")
    return _Page(start=at, body=body, size=so_far, packet_ends=tuple(ends))


def _checksum(page: bytes | bytearray) -> bytes:
    value = 0
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ TABLE[(value >> 24) ^ byte]
    return value.to_bytes(4, "little")


def _entry(byte: int) -> int:
    value = byte << 24
    for _ in range(8):
        value = (value << 1) ^ 0x04C11DB7 if value & 0x80000000 else value << 1
    return value & 0xFFFFFFFF


TABLE: Final = tuple(map(_entry, range(256)))


def silence(seconds: int) -> bytes:
    """A voice note in which nothing is said: what the demo's phone records."""
    return voice_note(seconds, page(1, [b"OpusTags".ljust(16, b"\0")]))


def voice_note(seconds: int, comments: bytes) -> bytes:
    """Nothing said for so long, with these pages of comments."""
    length = max(1, seconds)
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 0, 48000, 0, 0)
    sound = [
        page(second + 1, [SILENCE] * FRAMES, flags=4 if second == length else 0, position=second * FRAMES * TICK)
        for second in range(1, length + 1)
    ]
    return b"".join([page(0, [head], flags=2), comments, *sound])


def page(number: int, packets: list[bytes], *, flags: int = 0, position: int = 0, goes_on: bool = False) -> bytes:
    """One page of an Ogg file. `goes_on`: its last packet, of whole runs of 255 bytes, continues on the next."""
    laces = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    laces = laces[:-1] if goes_on else laces
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, flags, position, 1, number, 0, len(laces))
    whole = head + laces + b"".join(packets)
    return whole[:22] + _checksum(whole) + whole[26:]
