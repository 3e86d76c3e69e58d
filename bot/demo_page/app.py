"""The page as a Starlette application."""

from pathlib import Path
from typing import Final

import jinja2
import msgspec
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from bot.channels.demo.channel import DemoChannel
from bot.channels.demo.outbound import html
from bot.demo_page.notebook import Declined, Notebook
from bot.demo_page.safety import LOCAL, Safety
from bot.demo_page.views import Jump, Views, closed, declined, misread

HERE: Final = Path(__file__).parent


def build(notebook: Notebook, channel: DemoChannel, *, jump: Jump, hosts: frozenset[str] = LOCAL) -> Starlette:
    """Everything wired. `jump` moves the demo's clock and lets happen what is due; `hosts` may call the page."""
    pages = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"), autoescape=True, undefined=jinja2.StrictUndefined
    )
    views = Views(notebook=notebook, channel=channel, jump=jump, html=html, templates=Jinja2Templates(env=pages))
    return Starlette(
        routes=[*_routes(views), Mount("/static", StaticFiles(directory=HERE / "static"), name="static")],
        middleware=[Middleware(Safety, hosts=hosts)],
        exception_handlers={Declined: declined, msgspec.MsgspecError: misread, ConnectionError: closed},
    )


def _routes(views: Views) -> list[Route]:
    return [
        Route("/", views.page),
        Route("/state", views.state),
        Route("/events", views.events),
        Route("/phone/attachment/{bubble}", views.attachment),
        Route("/phone/start", views.start, methods=["POST"]),
        Route("/phone/say", views.say, methods=["POST"]),
        Route("/phone/tap", views.tap, methods=["POST"]),
        Route("/phone/voice", views.voice, methods=["POST"]),
        Route("/phone/edit", views.edit, methods=["POST"]),
        Route("/phone/read", views.read, methods=["POST"]),
        Route("/phone/block", views.block, methods=["POST"]),
        Route("/phone/another", views.another, methods=["POST"]),
        Route("/clock", views.clock, methods=["POST"]),
        Route("/notebook/preview", views.preview, methods=["POST"]),
        Route("/notebook/send", views.send, methods=["POST"]),
        Route("/notebook/move", views.move, methods=["POST"]),
        Route("/notebook/attended", views.attended, methods=["POST"]),
        Route("/notebook/done", views.done, methods=["POST"]),
    ]
