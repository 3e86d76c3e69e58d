"""Who is measured beside whom, and what each needs: a database, a file, a Redis server."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import databases
from tests.benchmarks.race import Command

LIBRARIES = Path(sys.prefix) / "bench"
"""Where `make bench` puts the libraries of others that cannot be installed beside ours."""

Making = Callable[[], AbstractContextManager[Command]]


def _nothing() -> str:
    return ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contender:
    """Something to measure. `durable`: what is on disk before the reply. `absent`: why it cannot be measured here."""

    name: str
    durable: str
    make: Making
    absent: Callable[[], str] = _nothing


def plain(way: str = "") -> Making:
    """python-telegram-bot, with a file or without."""

    @contextmanager
    def make() -> Iterator[Command]:
        with databases.folder() as folder:
            more = (way, str(folder / "plain.db")) if way else ()
            yield Command(module="tests.benchmarks.plain", arguments=("{api}", *more))

    return make


def without_disk(module: str) -> Making:
    """A client of ours that needs no libraries and no database."""

    @contextmanager
    def make() -> Iterator[Command]:
        yield Command(module=module, arguments=("{api}",))

    return make


@contextmanager
def floor() -> Iterator[Command]:
    """Raw SQLite and raw HTTP."""
    with databases.folder() as folder:
        yield Command(module="tests.benchmarks.floor", arguments=("{api}", str(folder / "floor.db")))


@contextmanager
def gram() -> Iterator[Command]:
    """aiogram, all in memory."""
    yield Command(module="tests.benchmarks.gram", arguments=("{api}",), libraries=LIBRARIES)


@contextmanager
def gram_on_redis() -> Iterator[Command]:
    """aiogram on a Redis that puts every write on disk before it says so."""
    with databases.folder() as folder, redis(folder) as address:
        yield Command(module="tests.benchmarks.gram", arguments=("{api}", address), libraries=LIBRARIES)


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A Redis server of our own, on a socket."""
    socket = folder / "redis.sock"
    ask = ("--port", "0", "--unixsocket", socket, "--dir", folder, "--appendonly", "yes", "--appendfsync", "always")
    server = subprocess.Popen(["redis-server", *ask, "--save", "", "--daemonize", "no"], stdout=subprocess.DEVNULL)
    try:
        while not socket.exists() and server.poll() is None:
            time.sleep(0.01)
        yield f"unix://{socket}"
    finally:
        server.terminate()
        server.wait()


@contextmanager
def ours_on_sqlite() -> Iterator[Command]:
    """Ours on a fresh SQLite file."""
    with databases.sqlite() as url:
        yield Command(module="tests.benchmarks.ours", arguments=(url, "{api}"))


@contextmanager
def ours_on_postgresql() -> Iterator[Command]:
    """Ours on a fresh PostgreSQL database."""
    with databases.postgresql() as url:
        yield Command(module="tests.benchmarks.ours", arguments=(url, "{api}"))


def no_gram() -> str:
    """aiogram asks for older libraries than we use, so it has a folder of its own."""
    return "" if (LIBRARIES / "aiogram").exists() else "not installed (make bench does it)"


def no_redis() -> str:
    """Redis is measured where there is one."""
    return no_gram() or ("" if shutil.which("redis-server") else "redis-server is not present")


PLAIN = Contender(name="python-telegram-bot, in memory", durable="nothing", make=plain())
PICKLE = Contender(name="python-telegram-bot, PicklePersistence", durable="once a second", make=plain("pickle"))
ALCHEMY = Contender(name="python-telegram-bot, SQLAlchemy", durable="answers", make=plain("sqlalchemy"))
GRAM = Contender(name="aiogram, in memory", durable="nothing", make=gram, absent=no_gram)
REDIS = Contender(name="aiogram, Redis", durable="all", make=gram_on_redis, absent=no_redis)
SQLITE = Contender(name="Reconvene on SQLite", durable="all", make=ours_on_sqlite)
POSTGRESQL = Contender(name="Reconvene on PostgreSQL", durable="all", make=ours_on_postgresql)
FLOOR = Contender(name="the floor: raw SQLite, raw HTTP", durable="answers", make=floor)
BARE = Contender(name="the server's own ceiling", durable="nothing", make=without_disk("tests.benchmarks.bare"))

BOTS = (PLAIN, PICKLE, ALCHEMY, GRAM, REDIS, SQLITE, POSTGRESQL)
ALL = (*BOTS, FLOOR, BARE)
