"""Our own HTTP: an answer is read however it comes in, a connection is kept, and nothing is asked twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram import wire
from bot.channels.telegram.answers import LONGEST_HEAD, Answer, Broken, Reading
from bot.channels.telegram.wire import NotReached, Wire

OK = b"HTTP/1.1 200 OK\r\n"
ANSWERS = [
    (OK + b"Date: today\r\ncontent-LENGTH: 5\r\n\r\nhello", Answer(status=200, date="today", body=b"hello", kept=True)),
    (
        OK + b"Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: 1\r\n\r\n",
        Answer(status=200, date="", body=b"hello", kept=True),
    ),
    (
        OK + b"Connection: Close\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n",
        Answer(status=200, date="", body=b"", kept=False),
    ),
    (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        Answer(status=404, date="", body=b"", kept=True),
    ),
    (b"HTTP/1.1 204 No Content\r\n\r\n", Answer(status=204, date="", body=b"", kept=True)),
    (b"HTTP/1.0 200\r\nContent-Length: 2\r\n\r\nhi", Answer(status=200, date="", body=b"hi", kept=False)),
]


@pytest.mark.parametrize(("raw", "answer"), ANSWERS)
@given(data=st.data())
def test_an_answer_is_the_same_in_whatever_pieces_it_comes(raw: bytes, answer: Answer, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(1, len(raw) - 1))))
    reading = Reading()

    found = [reading.feed(raw[start:end]) for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True)]

    assert found == [*[None] * len(cuts), answer]


def test_an_answer_without_a_length_ends_with_the_connection() -> None:
    reading = Reading()

    assert reading.feed(OK + b"\r\nhel") is None
    assert reading.feed(b"lo") is None
    assert reading.end() == Answer(status=200, date="", body=b"hello", kept=False)


@pytest.mark.parametrize(
    "raw", [b"", OK, OK + b"Content-Length: 5\r\n\r\nhell", OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n"]
)
def test_an_answer_that_is_cut_short_is_no_answer(raw: bytes) -> None:
    reading = Reading()
    assert reading.feed(raw) is None

    with pytest.raises(Broken):
        reading.end()


@pytest.mark.parametrize(
    "raw",
    [
        b"SSH-2.0\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        OK + b"Content-Length: -5\r\n\r\nhello",
        OK + b"Content-Length: 5, 6\r\n\r\nhello",
        OK + b"Transfer-Encoding: chunked\r\n\r\nx\r\nhello\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n-3\r\nhello\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n",
        OK + b"x" * (LONGEST_HEAD + 1),
    ],
)
def test_what_is_not_http_is_told_at_once(raw: bytes) -> None:
    with pytest.raises(Broken):
        Reading().feed(raw)


@given(raw=st.binary(max_size=200))
def test_nothing_that_comes_in_raises_anything_else(raw: bytes) -> None:
    for start in (b"", OK, OK + b"Transfer-Encoding: chunked\r\n\r\n"):
        reading = Reading()
        try:
            reading.feed(start + raw)
            reading.end()
        except Broken:
            continue


def test_bytes_after_an_answer_are_nobodys_so_the_connection_is_not_kept() -> None:
    answer = Reading().feed(OK + b"Content-Length: 2\r\n\r\nhi!")

    assert answer == Answer(status=200, date="", body=b"hi", kept=False)


# ── connections ────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(kw_only=True, slots=True)
class Server:
    """Gives this answer to whatever it is asked, and remembers."""

    reply: bytes = OK + b"Content-Length: 2\r\n\r\nhi"
    address: str = ""
    asked: list[bytes] = field(default_factory=list)
    connections: int = 0
    hangs_up: bool = False

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Somebody connects."""
        self.connections += 1
        while True:
            try:
                question = await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                break
            self.asked.append(question)
            writer.write(self.reply)
            if self.hangs_up:
                break
        writer.close()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """It listens."""
    made = Server()
    async with await asyncio.start_server(made.meet, "127.0.0.1", 0) as listening:
        made.address = "http://{}:{}".format(*listening.sockets[0].getsockname())
        yield made


@asynccontextmanager
async def wired(server: Server, connections: int = 2) -> AsyncIterator[Wire]:
    """A client of it."""
    made = Wire(server.address, connections=connections)
    yield made
    await made.close()


async def test_one_connection_serves_question_after_question(server: Server) -> None:
    async with wired(server) as client:
        answers = [await client.ask("GET", f"{server.address}/{n}") for n in range(3)]

    assert [answer.body for answer in answers] == [b"hi"] * 3
    assert [question.split()[1] for question in server.asked] == [b"/0", b"/1", b"/2"]
    assert server.connections == 1


async def test_no_more_connections_are_open_than_may_be(server: Server) -> None:
    async with wired(server, connections=2) as client:
        await asyncio.gather(*[client.ask("GET", f"{server.address}/") for _ in range(9)])

    assert (len(server.asked), server.connections) == (9, 2)


async def test_a_connection_that_was_quiet_for_long_is_not_used_again(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with wired(server) as client:
        await client.ask("GET", f"{server.address}/")
        monkeypatch.setattr(wire, "IDLE", 0.0)
        await client.ask("GET", f"{server.address}/")

    assert server.connections == 2


async def test_a_connection_that_the_server_closed_is_not_used_again(server: Server) -> None:
    server.hangs_up = True
    async with wired(server) as client:
        await client.ask("GET", f"{server.address}/")
        while client._quiet[0].open:  # noqa: ASYNC110  (the other side closes it: nothing of ours is told)
            await asyncio.sleep(0)

        assert (await client.ask("GET", f"{server.address}/")).body == b"hi"


async def test_who_is_not_waited_for_any_more_leaves_no_connection_behind(server: Server) -> None:
    server.reply = b""
    async with wired(server, connections=1) as client:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await client.ask("GET", f"{server.address}/")
        server.reply = OK + b"Content-Length: 2\r\n\r\nhi"

        assert (await client.ask("GET", f"{server.address}/")).body == b"hi"
    assert server.connections == 2


async def test_more_than_was_asked_for_is_not_waited_for(server: Server) -> None:
    server.reply = OK + b"Content-Length: 1000000\r\n\r\n" + b"x" * 500
    async with wired(server) as client:
        answer = await client.ask("GET", f"{server.address}/", most=100)

    assert (answer.body, answer.kept) == (b"x" * 101, False)


@pytest.mark.parametrize("path", ["/a b", "/a\r\nHost: else", "/ä", "http://elsewhere.example/"])
async def test_an_address_that_is_none_is_not_asked(server: Server, path: str) -> None:
    async with wired(server) as client:
        with pytest.raises(NotReached):
            await client.ask("GET", server.address + path if path.startswith("/") else path)

    assert server.asked == []


async def test_a_server_that_cannot_show_who_it_is_is_asked_nothing(server: Server) -> None:
    client = Wire(server.address.replace("http://", "https://"), connections=1)

    with pytest.raises(NotReached):
        await client.ask("GET", f"{server.address.replace('http://', 'https://')}/")

    await client.close()
    assert server.asked == []


def test_a_form_cannot_be_left_by_a_name() -> None:
    kind, body = wire.form({"caption": "Hi ä"}, {"photo": ('a"\r\nX: y.jpg', b"\xff\xd8", "image/jpeg")})

    mark = kind.removeprefix("multipart/form-data; boundary=")
    assert (
        body
        == (
            f'--{mark}\r\nContent-Disposition: form-data; name="caption"\r\n\r\nHi ä\r\n'
            f'--{mark}\r\nContent-Disposition: form-data; name="photo"; filename="a%22%0D%0AX: y.jpg"\r\n'
            "Content-Type: image/jpeg\r\n\r\n"
        ).encode()
        + b"\xff\xd8\r\n"
        + f"--{mark}--\r\n".encode()
    )
