"""The files of the local Bot API server: where they are, and how they come, or do not."""

import asyncio
from collections import deque
from typing import Any

from aiohttp import web


class BotFiles:
    """What is behind references. `file_modes` holds for the next files in turn: ok, 404, too big, cut."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.files: dict[str, bytes] = {}
        self.file_modes: deque[str] = deque()
        self.calls: list[tuple[str, str]] = []  # every request: method and what was made of it
        self._changed = asyncio.Event()

    def _where(self, reference: str) -> web.StreamResponse:
        mode = self.file_modes[0] if self.file_modes else "ok"
        self.calls.append(("getFile", mode))
        if mode == "too big":
            self.file_modes.popleft()
            return refused(400, "Bad Request: file is too big")
        if reference not in self.files:
            return refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        return told({"file_id": reference, "file_path": reference, "file_size": len(self.files[reference])})

    async def _download(self, request: web.Request) -> web.StreamResponse:
        mode = self.file_modes.popleft() if self.file_modes else "ok"
        content = self.files[request.match_info["name"]]
        self.calls.append(("file", mode))
        self._changed.set()
        if request.match_info["token"] != self.token or mode == "404":
            return refused(404, "Not Found")
        if mode != "cut":
            return web.Response(body=content)
        half = web.StreamResponse(headers={"Content-Length": str(len(content))})
        await half.prepare(request)
        await half.write(content[: len(content) // 2])
        assert request.transport
        request.transport.abort()
        return half


def told(result: Any) -> web.Response:
    """A reply that tells something."""
    return web.json_response({"ok": True, "result": result})


def refused(code: int, description: str, **parameters: int) -> web.Response:
    """A reply that refuses."""
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    return web.json_response({**body, "parameters": parameters} if parameters else body, status=code)
