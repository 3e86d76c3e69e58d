"""A programme of one's own, begun as a copy of one that ships."""

import re
import shutil
from pathlib import Path
from typing import Final

from bot.facilitation import Mistake
from bot.settings import SHIPPED, shipped
from flows.loading_form import is_key

ID: Final = re.compile(r"^id:.*$", re.MULTILINE)
LONGEST: Final = 32


def begin(folder: Path, source: str) -> Path:
    """Copy a shipped programme, or any folder with one, to a new folder that gives it its name."""
    origin = next((found for found in (SHIPPED / source, Path(source)) if (found / "programme.yaml").is_file()), None)
    if origin is None:
        raise Mistake(f"There is no programme “{source}” to begin with. There are: {', '.join(shipped())}.")
    if not is_key(folder.name, longest=LONGEST, dashes=True):
        raise Mistake(
            f"“{folder.name}” cannot be the name of a programme. "
            f"Use small letters, digits and dashes, at most {LONGEST}, such as my-topic."
        )
    if folder.exists():
        raise Mistake(f"{folder} is there already. Choose another name; nothing was changed.")
    shutil.copytree(origin, folder)
    outline = folder / "programme.yaml"
    text = outline.read_text(encoding="utf-8")
    outline.write_text(ID.sub(f"id: {folder.name}", text, count=1), encoding="utf-8")
    return folder
