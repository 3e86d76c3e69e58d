"""The programme in force with all its wording, and the older flow versions that runs still hold."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.definition import Flow, Programme
from flows.loading import load_signs, load_words, read_flow
from flows.loading_safety import load_safety
from prompts.catalogue import Catalogue, package_sources
from storage import versions
from storage.rows import from_json, to_json


class FlowSource(msgspec.Struct, frozen=True):
    """What a flow version is made of, as it is kept in storage."""

    yaml: str
    prompts: dict[str, str]


class Script:
    """All that can be said: flows by version, and the catalogue that renders them."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.catalogue = Catalogue(programme.locales)
        self.words: Mapping[str, str] = load_words()
        self.safety = load_safety()
        self.signs: Mapping[str, str] = load_signs()
        self._versions: dict[str, Flow] = {}
        for template, sources in {**package_sources(), **programme.prompts}.items():
            self.catalogue.add(template, sources)
        for flow in programme.flows.values():
            self._take(flow)

    def _take(self, flow: Flow) -> None:
        self._versions[flow.version] = flow
        self.catalogue.add(flow.version, flow.prompts)

    def flow(self, version: str) -> Flow:
        """The flow a run is pinned to."""
        return self._versions[version]

    def knows(self, version: str) -> bool:
        """Whether this version can be gone on with."""
        return version in self._versions

    async def publish(self, conn: AsyncConnection, now: datetime) -> None:
        """Keep every flow version for good, and bring back those that somebody is still in the middle of.

        A version is named by the hash of its content, so publishing without a change is a no-op.
        """
        flows = self.programme.flows.values()
        sources = {f.version: (f.id, to_json(FlowSource(f.source, dict(f.prompts)))) for f in flows}
        await versions.keep(conn, sources, now)
        for version, source in (await versions.pinned(conn)).items():
            if version not in self._versions:
                kept = from_json(source, FlowSource)
                self._take(read_flow(kept.yaml, kept.prompts, version, f"version {version}"))
