"""The templates of the pages."""

from pathlib import Path
from typing import Final

import jinja2
from starlette.templating import Jinja2Templates

from bot.console import telling

HERE: Final = Path(__file__).parent


def templates() -> Jinja2Templates:
    """The pages, escaped by themselves; a name that is missing is an error."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(telling.FILTERS)
    return Jinja2Templates(env=env)
