"""What people named as helping where they live: places, groups and people, and what they could help with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.facilitation.office import Office
from bot.rights import Deed, Staff
from bot.shelves import naming
from flows import disclosure
from flows.definition import Flow, Step
from flows.disclosure import Figure
from flows.words import normalise
from storage import agenda, people, told
from storage.told import Told

TAG = "asset"
UNKNOWN = "dont_know"
"""What is shown by words that name nothing …"""
SHORT = 40
"""… within so many letters from their beginning."""
OFFERED = 200
"""Names to choose from."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asset:
    """One thing that helps, as the first person named it. `issues`: the key issues that name it, by number."""

    area: str
    name: str
    kind: str
    people: Figure
    hows: tuple[str, ...] = ()
    helps: tuple[str, ...] = ()
    issues: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class AssetMap:
    """All of one area. `kinds`: how each kind is called, in the order of the question."""

    area: str
    name: str
    kinds: tuple[str, ...]
    assets: tuple[Asset, ...]

    def of(self, kind: str) -> tuple[Asset, ...]:
        """Those of one kind; of "": those that nobody said the kind of."""
        return tuple(one for one in self.assets if (one.kind if one.kind in self.kinds else "") == kind)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Form:
    """The questions of one flow: what it is called, its kind, how it helps, and with what."""

    flow: Flow
    name: Step
    bridge: Step | None  # asked again, more gently: then that is the name
    how: Step | None
    kind: Step | None
    helps: Step | None

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(step for step in (self.name, self.bridge, self.how, self.kind, self.helps) if step)

    def called(self, one: Told) -> str:
        again = one.words.get(self.bridge.id, "") if self.bridge else ""
        return again or one.words.get(self.name.id, "")


@dataclass(kw_only=True, slots=True)
class _Heap:
    """All that people said of one thing."""

    area: str
    name: str
    kind: str = ""
    people: set[str] = field(default_factory=set)
    hows: dict[str, None] = field(default_factory=dict)
    helps: dict[str, None] = field(default_factory=dict)


class Assets(Office):
    """Commands about what helps."""

    async def assets(self, who: Staff, areas: Sequence[str] = ()) -> list[AssetMap]:
        """What people named, area by area, by kind; how many named it, small numbers not told."""
        wanted = await self._areas(who, Deed.READ, areas)
        forms = {form.flow.id: form for form in self._forms()}
        steps = [(form.flow.id, step.id) for form in forms.values() for step in form.steps]
        async with self._reading() as conn:
            found = await told.at(conn, wanted, steps)
            issues = await agenda.of_areas(conn, wanted)
            joined = {area: await people.joined(conn, area) for area in wanted}
        heaps = self._heaped_assets(found, forms)
        kinds = tuple(dict.fromkeys(label for form in forms.values() for label in self._kinds(form).values()))
        used = {(one.area, _key(name)): one.number for one in issues for name in one.assets}
        return [
            AssetMap(
                area=area,
                name=self._area(area).name,
                kinds=kinds,
                assets=_told(
                    (heap for heap in heaps if heap.area == area),
                    disclosure.limit(self._programme.threshold, joined[area]),
                    used,
                ),
            )
            for area in wanted
        ]

    async def asset_names(self, who: Staff, area: str) -> list[str]:
        """What things are called there, to choose from."""
        await self._areas(who, Deed.READ, [area])
        forms = {form.flow.id: form for form in self._forms()}
        steps = [(form.flow.id, step.id) for form in forms.values() for step in (form.name, form.bridge) if step]
        async with self._reading() as conn:
            found = await told.at(conn, [area], steps)
        names = {_key(name): name.rstrip(". ") for one in found if len(name := forms[one.flow].called(one)) <= SHORT}
        return sorted(filter(None, names.values()), key=str.casefold)[:OFFERED]

    def _forms(self) -> list[_Form]:
        flows = self._programme.flows
        return [_form(flows[flow], step) for flow, step in naming(self._programme)]

    def _kinds(self, form: _Form) -> Mapping[str, str]:
        return self._labels_of(form.flow, form.kind)

    def _labels_of(self, flow: Flow, step: Step | None) -> Mapping[str, str]:
        if step is None:
            return {}
        locale = next(iter(self._programme.locales))
        return {
            option.key: self._wording.option(flow.version, step.id, option.key, locale, {}) for option in step.options
        }

    def _heaped_assets(self, found: Iterable[Told], forms: Mapping[str, _Form]) -> list[_Heap]:
        kinds = {id: self._kinds(form) for id, form in forms.items()}
        helps = {id: self._labels_of(form.flow, form.helps) for id, form in forms.items()}
        heaps: dict[tuple[str, str], _Heap] = {}
        for one in found:
            form = forms[one.flow]
            called = form.called(one)
            if (key := _key(called)) and self._wording.signs(called[:SHORT])[:1] != (UNKNOWN,):
                name = called.rstrip(". ")
                heap = heaps.setdefault((one.area, key), _Heap(area=one.area, name=name))
                _add(heap, one, form, kinds[one.flow], helps[one.flow])
        return list(heaps.values())


def _form(flow: Flow, first: str) -> _Form:
    there = [step for step in flow.steps if TAG in step.tags]
    opens = [step for step in there if "open" in step.tags and step.id != first]
    return _Form(
        flow=flow,
        name=next(step for step in there if step.id == first),
        bridge=next((step for step in opens if step.bridge), None),
        how=next((step for step in opens if not step.bridge and step.kind == "text"), None),
        kind=next((step for step in there if step.kind == "choice"), None),
        helps=next((step for step in there if step.kind == "multi"), None),
    )


def _add(heap: _Heap, one: Told, form: _Form, kinds: Mapping[str, str], helps: Mapping[str, str]) -> None:
    heap.people.add(one.person)
    kind = one.values.get(form.kind.id) if form.kind else None
    heap.kind = heap.kind or kinds.get(kind if isinstance(kind, str) else "", "")
    if form.how and (how := one.words.get(form.how.id)):
        heap.hows.setdefault(how)
    chosen = one.values.get(form.helps.id) if form.helps else None
    for key in chosen if isinstance(chosen, list | tuple) else ():
        if key in helps:
            heap.helps.setdefault(helps[key])


def _told(heaps: Iterable[_Heap], few: int, used: Mapping[tuple[str, str], int]) -> tuple[Asset, ...]:
    """Those that many named first; the order of the others gives nothing away."""
    found = [
        Asset(
            area=heap.area,
            name=heap.name,
            kind=heap.kind,
            people=disclosure.count(len(heap.people), few),
            hows=tuple(heap.hows),
            helps=tuple(heap.helps),
            issues=tuple({used[heap.area, key]} if (key := _key(heap.name)) and (heap.area, key) in used else ()),
        )
        for heap in heaps
    ]
    return tuple(sorted(found, key=lambda one: (-(one.people.n or 0), one.name.casefold())))


def _key(name: str) -> str:
    return normalise(name.rstrip(". "))
