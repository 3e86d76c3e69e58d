"""Small recordings made on the spot, with words in them that must not be kept."""

import io
import struct

from PIL import Image

from bot.recordings import sounds

CANARY = "canary-53.7443N-0.3325W"


def photo(size: tuple[int, int] = (32, 24), *, turned: int = 1, note: str = CANARY) -> bytes:
    """A picture as a phone takes it: with the place in it."""
    out = io.BytesIO()
    picture = Image.new("RGB", size, "green")
    exif = picture.getexif()
    exif[0x0112] = turned
    exif[0x010E] = note
    picture.save(out, "JPEG", exif=exif, comment=note.encode())
    return out.getvalue()


def voice(seconds: int = 1, *, comment: str = CANARY) -> bytes:
    """A voice note in which nothing is said; a long comment goes over several pages."""
    note = comment.encode()
    tags = b"OpusTags" + struct.pack("<III", 0, 1, len(note)) + note
    pages = [tags[start : start + 255 * 255] for start in range(0, len(tags), 255 * 255)]
    last = len(pages) - 1
    return sounds.voice_note(
        seconds,
        b"".join(
            sounds.page(number + 1, [piece], flags=1 if number else 0, goes_on=number < last)
            for number, piece in enumerate(pages)
        ),
    )
