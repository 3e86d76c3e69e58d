"""What is kept of a recording: picture and sound, within limits, and nothing that a device wrote beside them."""

import io
import struct

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bot.recordings import pictures, sounds
from bot.recordings.cleaning import Limits, clean
from bot.recordings.unfit import Unfit
from tests.recordings import CANARY, photo, voice


def kept(kind: str, content: bytes, limits: Limits | None = None) -> bytes:
    return clean(kind, content, limits or Limits()).content


def png(**more: object) -> bytes:
    noted, out = PngInfo(), io.BytesIO()
    noted.add_text("Comment", CANARY)
    Image.new("RGBA", (8, 8), (1, 2, 3, 100)).save(out, "PNG", pnginfo=noted, **more)
    return out.getvalue()


def webp() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "blue").save(out, "WEBP", xmp=CANARY.encode())
    return out.getvalue()


@pytest.mark.parametrize(("content", "mime"), [(photo(), "image/jpeg"), (png(), "image/png"), (webp(), "image/webp")])
def test_a_photo_keeps_its_pixels_and_nothing_that_the_camera_wrote(content: bytes, mime: str) -> None:
    assert CANARY.encode() in content

    found = clean("photo", content, Limits())

    assert found.mime == mime
    assert CANARY.encode() not in found.content
    with Image.open(io.BytesIO(content)) as before, Image.open(io.BytesIO(found.content)) as after:
        assert not after.getexif()
        assert not {"exif", "xmp", "icc_profile", "comment", "Comment"} & after.info.keys()
        assert {before.size, before.size[::-1]} >= {after.size}


def test_a_photo_that_was_taken_sideways_stands_upright() -> None:
    with Image.open(io.BytesIO(kept("photo", photo(size=(40, 20), turned=6)))) as after:
        assert after.size == (20, 40)


def bomb() -> bytes:
    """A picture of 400 million pixels in a few bytes."""
    small = bytearray(png())
    small[16:24] = struct.pack(">II", 20_000, 20_000)
    return bytes(small)


@pytest.mark.parametrize(
    ("kind", "content", "reason"),
    [
        ("photo", b"", "no JPEG"),
        ("photo", b"<svg/>", "no JPEG"),
        ("photo", voice(), "no JPEG"),
        ("photo", photo()[:200], "cannot be read"),
        ("photo", b"\xff\xd8\xff" + b"\0" * 50, "cannot be read"),
        ("photo", b"RIFF\0\0\0\0WEBPVP8 ", "cannot be read"),
        ("photo", bomb(), "pixels|cannot be read"),
        ("voice", b"MZ", "no Ogg"),
        ("voice", photo(), "no Ogg"),
        ("voice", voice()[:40], "damaged"),
        ("voice", voice().replace(b"OpusHead", b"\x01vorbis "), "no Opus"),
        ("voice", b"ID3\x04\0\0\0\0\0\x05abcde", "no sound"),
        ("voice", b"\0\0\0\x10ftypM4A \0\0\0\0\0\0\xff\xffmoov", "damaged"),
    ],
)
def test_what_is_not_what_it_should_be_is_turned_away_with_a_reason(kind: str, content: bytes, reason: str) -> None:
    with pytest.raises(Unfit, match=reason):
        clean(kind, content, Limits())


def test_what_is_too_large_is_turned_away() -> None:
    with pytest.raises(Unfit, match="larger than 0 MB"):
        clean("voice", voice(), Limits(voice=10))


@pytest.mark.parametrize("cut", range(0, len(voice(comment=CANARY)), 7))
def test_a_sound_that_is_cut_anywhere_never_breaks_us(cut: int) -> None:
    try:
        found = kept("voice", voice(comment=CANARY)[:cut])
    except Unfit:
        return
    assert CANARY.encode() not in found


def test_an_ogg_keeps_its_length_and_loses_its_comments_even_over_several_pages() -> None:
    content = voice(comment=CANARY * 9000)

    found = kept("voice", content)

    assert len(found) == len(content)
    assert CANARY.encode() in content
    assert CANARY.encode() not in found
    assert found.endswith(content[-227:]), "the sound is as it was"
    assert sounds.clean(found) == ("audio/ogg", found), "and its checksums are those of an empty one"


def test_an_mp3_loses_its_tags_before_and_behind() -> None:
    sound = b"\xff\xfb\x90\x00" + b"\x11" * 64
    tag = b"ID3\x04\0\0" + bytes([0, 0, 0, len(CANARY)]) + CANARY.encode()

    assert clean("voice", tag + sound + b"TAG" + b"\0" * 125, Limits()).content == sound
    assert kept("voice", sound) == sound


def test_an_m4a_keeps_its_length_and_loses_what_tells_about_it() -> None:
    def box(name: bytes, inside: bytes) -> bytes:
        return struct.pack(">I4s", 8 + len(inside), name) + inside

    told = box(b"udta", box(b"name", CANARY.encode()))
    content = box(b"ftyp", b"M4A \0\0\0\0") + box(b"moov", box(b"trak", told) + told) + box(b"mdat", b"sound")

    found = clean("voice", content, Limits())

    assert (found.mime, len(found.content)) == ("audio/mp4", len(content))
    assert CANARY.encode() not in found.content
    assert found.content.endswith(b"sound")


def test_the_kinds_are_told_by_how_they_begin() -> None:
    assert [pictures.mime_of(one) for one in (photo(), png(), webp(), b"GIF89a")] == [
        "image/jpeg",
        "image/png",
        "image/webp",
        "",
    ]
