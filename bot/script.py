"""The programme in force with all its wording, and the older flow versions that runs still hold."""

from collections.abc import Iterable, Mapping

from flows.definition import Flow, Programme
from flows.loading import load_signs, load_words
from flows.loading_safety import load_safety
from flows.loading_signposts import shipped
from flows.signposts import numbers
from flows.signs import openings
from prompts.catalogue import Catalogue, package_sources


class Script:
    """All that can be said: flows by version, and the catalogue that renders them.

    Whoever holds a script speaks and plans by what it holds now: a newer programme comes into it, not beside it.
    """

    programme: Programme
    catalogue: Catalogue
    numbers: Mapping[str, str]  # signpost → what people in need ring

    def __init__(self, programme: Programme) -> None:
        self.words: Mapping[str, str] = load_words()
        self.safety = load_safety()
        self.signs: Mapping[str, str] = load_signs()
        self.openings = openings(self.signs)
        self.publication = 0  # the number of the publication that this is, once it is known
        self._versions: dict[str, Flow] = {}
        self.take_up(programme)

    def take_up(self, programme: Programme, older: Iterable[Flow] = ()) -> None:
        """This programme is in force now, and `older` versions can be gone on with. All at once, or not at all."""
        versions = {flow.version: flow for flow in (*older, *programme.flows.values())}
        catalogue = Catalogue(programme.locales)
        for template, sources in {**package_sources(), **programme.prompts}.items():
            catalogue.add(template, sources)
        for flow in versions.values():
            catalogue.add(flow.version, flow.prompts)
        told = numbers((*shipped(), *programme.signposts))
        self.programme, self.catalogue, self._versions, self.numbers = programme, catalogue, versions, told

    def go_on_with(self, flow: Flow) -> None:
        """An older version that somebody is still in the middle of."""
        self._versions[flow.version] = flow
        self.catalogue.add(flow.version, flow.prompts)

    def flow(self, version: str) -> Flow:
        """The flow a run is pinned to."""
        return self._versions[version]

    def knows(self, version: str) -> bool:
        """Whether this version can be gone on with."""
        return version in self._versions
