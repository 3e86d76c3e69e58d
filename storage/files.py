"""The folder of recordings. A file has the name of its row in `storage.tables_media`, and nothing of a person in it."""

import hashlib
import os
import re
from collections.abc import Set as AbstractSet
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final, Self

from sqlalchemy.engine import URL

from storage.database import file_of, normalise
from storage.rows import ALPHABET

NAME: Final = re.compile(f"[{ALPHABET}]{{14}}")
HALF: Final = ".part"
OWNER: Final = ".owner"


class NotOurFolder(Exception):
    """The folder belongs to the recordings of another database, whose files this program would remove."""


class Files:
    """Reads, writes and tidies. The folder is made with the first file."""

    def __init__(self, folder: Path, owner: str) -> None:
        self.folder = folder
        self.owner = owner
        self._making = Lock()

    @classmethod
    def of(cls, url: str, folder: Path | None = None) -> Self:
        """The recordings of this database: in the folder given, else beside a SQLite file, else in ./media."""
        address = normalise(url)
        return cls(folder or _beside(address), _fingerprint(address))

    def claim(self) -> None:
        """Be sure that the folder is ours. Raises `NotOurFolder`."""
        with suppress(FileNotFoundError):
            if (self.folder / OWNER).read_text(encoding="ascii", errors="replace").strip() != self.owner:
                raise NotOurFolder(
                    f"The recordings in {self.folder} belong to another database. Name a folder of its own in "
                    f"RECONVENE_MEDIA. If you have only moved the database, delete {self.folder / OWNER} and try again."
                )

    def put(self, name: str, content: bytes) -> None:
        """Write a file: it is there whole or not at all, and nobody else on this machine can read it."""
        self._make()
        half = self.folder / f"{name}{HALF}"
        with suppress(FileNotFoundError):
            half.unlink()
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        half.replace(self.folder / name)
        _sync(self.folder)

    def read(self, name: str) -> bytes | None:
        """What is in a file; None when it is not there."""
        if not NAME.fullmatch(name):
            return None
        with suppress(FileNotFoundError):
            return (self.folder / name).read_bytes()
        return None

    def size(self, name: str) -> int | None:
        """How many bytes a file has; None when it is not there."""
        with suppress(FileNotFoundError):
            return (self.folder / name).stat().st_size
        return None

    def tidy(self, wanted: AbstractSet[str]) -> int:
        """Remove what no row wants, and what was half written; other files are none of ours. How many went."""
        self.claim()
        found = [name for name in self._all() if NAME.fullmatch(name.removesuffix(HALF)) and name not in wanted]
        for name in found:
            with suppress(FileNotFoundError):
                (self.folder / name).unlink()
        if found:
            _sync(self.folder)
        return len(found)

    def _all(self) -> list[str]:
        try:
            return os.listdir(self.folder)
        except FileNotFoundError:
            return []

    def _make(self) -> None:
        with self._making:
            self.claim()
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            owner = self.folder / OWNER
            if not owner.exists():
                half = self.folder / f"{OWNER}{HALF}"
                half.write_text(self.owner, encoding="ascii")
                half.replace(owner)


def _beside(address: URL) -> Path:
    if address.get_backend_name() == "sqlite":
        file = file_of(address)
        return file.with_name(f"{file.stem}.media")
    return Path("media")


def _fingerprint(address: URL) -> str:
    """Tells databases apart without saying where one is."""
    if address.get_backend_name() == "sqlite":
        where = str(file_of(address).resolve())
    else:
        where = f"{address.host}:{address.port}/{address.database}"
    return hashlib.sha256(where.encode()).hexdigest()[:32]


def _sync(folder: Path) -> None:
    """A name in a folder is on disk only when the folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
