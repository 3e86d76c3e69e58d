"""Where the console stands: its address, and what hangs on it."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

LOCAL = "localhost"


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """One address. "": there is none over which anybody could sign in safely."""

    address: str = ""
    links: Mapping[str, str] = field(default_factory=dict)  # channel → where a chat with the assistant opens

    @classmethod
    def of(cls, public_url: str | None, host: str, port: int, links: Mapping[str, str] | None = None) -> Self:
        """The public address, which is on https; without one, this machine alone."""
        near = f"http://{LOCAL}:{port}" if _loopback(host) else ""
        return cls(address=public_url or near, links={} if links is None else links)

    @property
    def secure(self) -> bool:
        """Whether cookies are bound to https. Only on this machine they are not."""
        return not self.address.startswith("http://")

    @property
    def name(self) -> str:
        """The name of the machine in the address: passkeys are made for it."""
        return urlsplit(self.address).hostname or ""

    @property
    def has_passkeys(self) -> bool:
        """Browsers make passkeys for a name, never for a number."""
        return bool(self.name) and not self.name.replace(".", "").isdecimal() and ":" not in self.name

    @property
    def origin(self) -> str:
        """The address without a path, as a browser tells where it is."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"

    def cookie(self, name: str) -> str:
        """The name of a cookie of ours; `__Host-` keeps other machines of the same domain from setting it."""
        return f"__Host-{name}" if self.secure else name


NOWHERE = Site()
"""Nobody can sign in: the demo, where everybody is in."""


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == LOCAL


def local_path(wanted: str) -> str:
    """A path of ours to go to; "" when it leads elsewhere."""
    parts = urlsplit(wanted)
    plain = wanted.isprintable() and "\\" not in wanted
    ours = not parts.scheme and not parts.netloc and wanted.startswith("/") and not wanted.startswith("//")
    return wanted if plain and ours else ""
