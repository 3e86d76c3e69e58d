"""photo: a picture, and what the person writes about it. Words alone are an answer too."""

from collections.abc import Mapping
from types import MappingProxyType

from flows.steps.text import Text, TextSpec


class Photo(Text):
    """An open answer that is mainly a picture."""

    name = "photo"
    keys = MappingProxyType({})
    shown = frozenset({"photo"})

    def parse(self, fields: Mapping[str, object]) -> TextSpec:
        return TextSpec(photo=True)


KIND = Photo()
