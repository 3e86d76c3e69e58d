"""The open mailbox as the team sees it: entries to read and to code, totals for everybody.

What came from no area of the programme, "elsewhere", belongs to nobody's area: everybody who may read at all reads it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bot.facilitation.office import Mistake, Office
from bot.facilitation.results import Code
from bot.rights import Deed, Staff
from flows.disclosure import count, total
from flows.loading_safety import load_safety
from flows.mailbox import HERE, ISSUES, WORD
from flows.safety import judge
from storage import mailbox
from storage.mailbox import VIAS, Entry, Issue
from storage.rows import new_id

ELSEWHERE = "elsewhere"
UNSURE = ("other", "unsure")
LONGEST = 4000


@dataclass(frozen=True, kw_only=True, slots=True)
class Added:
    """A message that the team has put into the mailbox. `grave`: its words may speak of danger."""

    entry: Entry
    grave: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Totals:
    """How many messages came from where, and how many of them speak of which cause. As it may be told to anybody."""

    entries: Mapping[str, str]  # area → messages
    causes: Mapping[str, Mapping[str, str]]  # area → cause → messages that name it
    together: str
    by_cause: Mapping[str, str]  # over all areas


class Mailbox(Office):
    """Commands about the mailbox."""

    async def mailbox_link(self, who: Staff) -> Code:
        """The code that opens it: the same for everybody, and good as long as there is a mailbox."""
        self._mailbox()
        await self._allow(who, Deed.INVITE)
        return Code(code=WORD.casefold(), kind="mailbox", subject="the mailbox")

    async def mailbox(self, who: Staff, areas: Sequence[str] = ()) -> list[Entry]:
        """The messages, the newest month first."""
        wanted = await self._boxes(who, Deed.MAILBOX, areas)
        async with self._reading() as conn:
            return await mailbox.of_areas(conn, wanted)

    async def mailbox_export(self, who: Staff, areas: Sequence[str] = ()) -> list[Entry]:
        """The same for a file that leaves the program: noted in the journal with its size."""
        wanted = await self._boxes(who, Deed.EXPORT, areas)
        async with self._writing() as conn:
            found = await mailbox.of_areas(conn, wanted)
            await self._note(conn, who, "mailbox_export", ",".join(areas)[:80], rows=len(found))
        return found

    async def mailbox_add(self, who: Staff, entry: Entry) -> Added:
        """Write down what came by e-mail, on paper or by phone."""
        (added,) = await self.mailbox_fill(who, [entry])
        said = "\n".join([added.day, *(issue.text for issue in added.issues), added.helps])
        found = judge(said, load_safety())
        return Added(entry=added, grave=found is not None and found.level == "red")

    async def mailbox_fill(self, who: Staff, entries: Sequence[Entry]) -> list[Entry]:
        """Put several into the mailbox, with one line in the journal."""
        self._mailbox()
        fresh = [await self._fit(who, entry) for entry in entries]
        async with self._writing() as conn:
            await mailbox.add(conn, fresh)
            subject = fresh[0].id if len(fresh) == 1 else ""
            await self._note(conn, who, "mailbox_add", subject, entries=len(fresh))
        return fresh

    async def _fit(self, who: Staff, entry: Entry) -> Entry:
        (area,) = await self._boxes(who, Deed.MAILBOX, [entry.area or ELSEWHERE])
        if entry.via not in VIAS:
            raise Mistake(f"Nothing comes by “{entry.via}”. Say one of: {', '.join(VIAS)}.")
        if entry.you and entry.you not in HERE:
            raise Mistake(f"“{entry.you}” says nothing about a person there. Say one of: {', '.join(HERE)}.")
        issues = tuple(Issue(text=one.text.strip(), frame=self._cause(one.frame)) for one in entry.issues)
        if len(issues) > len(ISSUES):
            raise Mistake(f"The mailbox asks for {len(ISSUES)} issues; these are {len(issues)}.")
        if not entry.has_words:
            raise Mistake("There is nothing in it. Give at least --day, --issue or --helps.")
        if any(len(text) > LONGEST for text in (entry.day, entry.helps, *(one.text for one in issues))):
            raise Mistake(f"One answer is longer than {LONGEST} characters. Keep to what was said, or cut it in two.")
        month = entry.month or f"{self._clock.now().astimezone(self._here()):%Y-%m}"
        return replace(entry, id=new_id(), area=area, month=month, issues=issues)

    async def mailbox_recode(self, who: Staff, id: str, number: int, frame: str) -> Entry:
        """The cause of an issue was chosen in haste: put it where the team finds it belongs."""
        async with self._reading() as conn:
            entry = await mailbox.find(conn, id.strip())
        if entry is None:
            raise Mistake(f"There is no message “{id}” in the mailbox.")
        await self._boxes(who, Deed.MAILBOX, [entry.area or ELSEWHERE])
        if not 1 <= number <= len(entry.issues):
            raise Mistake(f"That message names {len(entry.issues)} issues; there is no number {number}.")
        cause, was = self._cause(frame), entry.issues[number - 1].frame
        async with self._writing() as conn:
            recoded = await mailbox.recode(conn, entry, number, cause)
            await self._note(conn, who, "mailbox_recode", entry.id, issue=number, was=was, now=cause)
        return recoded

    async def mailbox_totals(self, who: Staff, areas: Sequence[str] = ()) -> Totals:
        """How much came from where and about what; small numbers are not let out."""
        wanted = await self._boxes(who, Deed.WATCH, areas)
        async with self._reading() as conn:
            return totals(await mailbox.of_areas(conn, wanted), wanted, self._programme.threshold)

    async def _boxes(self, who: Staff, deed: Deed, areas: Sequence[str]) -> tuple[str, ...]:
        """The areas that are meant, with "" for elsewhere: that is everybody's."""
        named = [area for area in areas if area != ELSEWHERE]
        if areas and not named:
            await self._allow(who, deed)
            return ("",)
        allowed = await self._areas(who, deed, named)
        return allowed if areas and ELSEWHERE not in areas else (*allowed, "")

    def _mailbox(self) -> None:
        if not self._programme.mailbox:
            raise Mistake("This programme has no mailbox: programme.yaml names none under mailbox:.")

    def _cause(self, frame: str) -> str:
        """A cause as the flow of the mailbox offers it."""
        flow = self._programme.flows.get(self._programme.mailbox)
        steps = [step for step in flow.steps if step.id == ISSUES[0][1]] if flow else []
        known = [option.key for step in steps for option in step.options]
        if frame and frame not in (*known, *UNSURE):
            raise Mistake(f"“{frame}” is no cause. Say one of: {', '.join((*known, *UNSURE))}.")
        return frame

    def _here(self) -> ZoneInfo:
        return self._zone(next(iter(self._programme.areas)))


def totals(entries: Sequence[Entry], areas: Sequence[str], few: int) -> Totals:
    """A message that names a cause twice counts once for it."""
    counts = {area or ELSEWHERE: Counter[str]() for area in areas}
    sizes = dict.fromkeys(counts, 0)
    for entry in entries:
        area = entry.area or ELSEWHERE
        sizes[area] += 1
        counts[area].update({issue.frame for issue in entry.issues if issue.frame})
    causes = sorted({cause for found in counts.values() for cause in found})
    return Totals(
        entries={area: str(count(n, few)) for area, n in sizes.items()},
        causes={area: {cause: str(count(found[cause], few)) for cause in causes} for area, found in counts.items()},
        together=str(total(list(sizes.values()), [few] * len(sizes))),
        by_cause={
            cause: str(total([found[cause] for found in counts.values()], [few] * len(counts))) for cause in causes
        },
    )
