"""Photos: drawn anew from their pixels, so that place, time, device and whatever else a camera writes down are gone.

The library is loaded when the first photo comes.
"""

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from bot.recordings.unfit import Unfit

if TYPE_CHECKING:
    from PIL.Image import Image

PIXELS: Final = 40_000_000
"""More than this is an attack on memory: platforms make the photos of the largest phones smaller."""
KINDS: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
SOLID: Final = {"JPEG": ("RGB", "L")}
QUALITY: Final = 90
UNREADABLE: Final = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    MemoryError,
    struct.error,
)
"""What the library is known to raise for files that are broken on purpose, besides an error of its own."""


def mime_of(content: bytes) -> str:
    """The kind of picture these bytes begin; "" for any other."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    return ""


def clean(content: bytes) -> tuple[str, bytes]:
    """The kind of the picture, and the picture with nothing but its pixels. Raises `Unfit`."""
    from PIL import Image

    mime = mime_of(content)
    if not mime:
        raise Unfit("it is no JPEG, PNG or WebP picture")
    with _reading(Image.DecompressionBombError), Image.open(io.BytesIO(content), formats=list(KINDS)) as picture:
        if KINDS.get(picture.format or "") != mime:
            raise Unfit("it is not the kind of picture that it begins as")
        if picture.width * picture.height > PIXELS:
            raise Unfit(f"it has more than {PIXELS // 1_000_000} million pixels")
        return mime, _redrawn(picture, picture.format or "")


@contextmanager
def _reading(bomb: type[Exception]) -> Iterator[None]:
    try:
        yield
    except (*UNREADABLE, bomb) as error:
        raise Unfit(f"the picture cannot be read ({type(error).__name__})") from None


def _redrawn(picture: "Image", kind: str) -> bytes:
    from PIL import Image, ImageOps

    upright = ImageOps.exif_transpose(picture)
    if upright.mode not in SOLID.get(kind, ("RGB", "RGBA", "L")):
        upright = upright.convert("RGB" if kind in SOLID or not upright.has_transparency_data else "RGBA")
    bare = Image.new(upright.mode, upright.size)
    bare.paste(upright)
    out = io.BytesIO()
    bare.save(out, format=kind, quality=QUALITY)
    return out.getvalue()
