"""Code names: what staff see instead of a person's name, e.g. Heron-14."""

import secrets

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import participants

# fmt: off
BIRDS = (
    "Avocet", "Bittern", "Blackbird", "Bullfinch", "Bunting", "Chaffinch", "Chough", "Coot", "Cormorant", "Crane",
    "Curlew", "Dipper", "Dove", "Dunlin", "Dunnock", "Eider", "Falcon", "Fieldfare", "Firecrest", "Fulmar",
    "Gadwall", "Gannet", "Godwit", "Goldfinch", "Goosander", "Goshawk", "Grebe", "Greenfinch", "Harrier",
    "Hawfinch", "Heron", "Hobby", "Hoopoe", "Jackdaw", "Jay", "Kestrel", "Kingfisher", "Kite", "Kittiwake", "Knot",
    "Lapwing", "Linnet", "Magpie", "Mallard", "Martin", "Merlin", "Moorhen", "Nightingale", "Nuthatch", "Oriole",
    "Osprey", "Ouzel", "Owl", "Partridge", "Petrel", "Pintail", "Pipit", "Plover", "Pochard", "Ptarmigan", "Puffin",
    "Quail", "Raven", "Redshank", "Redstart", "Redwing", "Robin", "Rook", "Ruff", "Sanderling", "Sandpiper",
    "Serin", "Shearwater", "Shelduck", "Shoveler", "Shrike", "Siskin", "Skylark", "Smew", "Snipe", "Sparrow",
    "Starling", "Stilt", "Stonechat", "Stork", "Swallow", "Swan", "Swift", "Teal", "Tern", "Thrush", "Treecreeper",
    "Turnstone", "Wagtail", "Warbler", "Waxwing", "Wheatear", "Whimbrel", "Whinchat", "Wigeon", "Woodcock",
    "Woodlark", "Wren",
)
# fmt: on


async def free(conn: AsyncConnection) -> str:
    """A code name that nobody has."""
    while True:
        name = f"{secrets.choice(BIRDS)}-{secrets.randbelow(990) + 10}"
        taken = await conn.execute(sa.select(participants.c.id).where(participants.c.code_name == name))
        if taken.first() is None:
            return name
