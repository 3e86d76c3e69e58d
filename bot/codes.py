"""The six figures of an authenticator app: which half minute a code belongs to, and how the app learns the secret."""

import hmac
from datetime import datetime
from typing import Final

import pyotp

ISSUER: Final = "Reconvene"
SECONDS: Final = 30
AROUND: Final = (0, -1, 1)
"""Half minutes by which a phone's clock may be off."""


def new_secret() -> str:
    """A secret for a new authenticator: 160 bits, in letters that can be typed."""
    return pyotp.random_base32()


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The half minute that this code is of; None when it is no code of now."""
    given = "".join(code.split())
    here = int(now.timestamp()) // SECONDS
    app = pyotp.TOTP(secret, interval=SECONDS)
    right = [step for step in (here + apart for apart in AROUND) if _same(app.at(step * SECONDS), given)]
    return right[0] if right else None


def _same(right: str, given: str) -> bool:
    return hmac.compare_digest(right.encode(), given.encode(errors="replace"))


def picture(secret: str, name: str) -> str:
    """The QR code that the app looks at, as the address of an image."""
    import segno  # loaded when the first picture is drawn

    address = pyotp.TOTP(secret, interval=SECONDS).provisioning_uri(name=name, issuer_name=ISSUER)
    return str(segno.make(address, micro=False).svg_data_uri(scale=4, border=3, light="#fff"))
