"""How a message to many reads before it is sent: in every language, with how hard it is to read."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass

from bot.facilitation.letters import Dates, Fill, Letters
from bot.facilitation.office import Mistake
from bot.plainness import EASY, Plainness, is_english, read_aloud
from bot.rights import Deed, Staff
from bot.wording import Listener
from flows.definition import BroadcastTemplate
from prompts.markup import plain
from storage import elections, workshops

LONGEST = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """A message in one language, filled in for somebody invented. `plain`: how it reads, where that can be told."""

    locale: str
    text: str  # in the small markup
    buttons: tuple[str, ...]
    plain: Plainness | None

    @property
    def hard(self) -> bool:
        """Whether it is known to be too hard for some."""
        return self.plain is not None and not self.plain.easy


class Looks(Letters):
    """Commands of those who write before they send."""

    async def looks(self, who: Staff, template: str, area: str, fill: Fill | None = None) -> tuple[Look, ...]:
        """The message in each language of the programme, the first one first."""
        await self._areas(who, Deed.BROADCAST, [area])
        meant = self._programme.broadcasts.get(template)
        if meant is None:
            raise Mistake(f"There is no message “{template}”.")
        async with self._reading() as conn:
            near, dates = await elections.near(conn), await workshops.all_of(conn)
        return tuple(
            self._look(meant, self._somebody(area, near, locale), dates, fill or {})
            for locale in self._programme.locales
        )

    async def letters(self, who: Staff, area: str) -> dict[str, Look | None]:
        """Every message there is, in the first language; None for one that its sender has to fill in first."""
        await self._areas(who, Deed.BROADCAST, [area])
        async with self._reading() as conn:
            near, dates = await elections.near(conn), await workshops.all_of(conn)
        somebody = self._somebody(area, near, next(iter(self._programme.locales)))
        found: dict[str, Look | None] = {}
        for template in self._programme.broadcasts.values():
            with contextlib.suppress(Mistake):
                found[template.id] = None
                found[template.id] = self._look(template, somebody, dates, {})
        return found

    def _look(self, template: BroadcastTemplate, listener: Listener, dates: Dates, fill: Fill) -> Look:
        locale = listener.person.locale
        message = self._render(template, listener, dates, self._clock.now(), fill, 0)
        return Look(
            locale=locale,
            text=message.text,
            buttons=tuple(choice.label for choice in message.choices),
            plain=read_aloud(plain(message.text), locale) if is_english(locale) else None,
        )

    async def stand_by(self, who: Staff, template: str, area: str, fill: Fill, why: str) -> None:
        """Go on only if all can read what was filled in, or with a reason, which is written down."""
        looks = await self.looks(who, template, area, fill) if fill else ()
        hard = [look.plain.years for look in looks if look.plain and look.hard]
        if not hard:
            return
        if not (reason := " ".join(why.split())):
            raise Mistake(
                f"With what you filled in it is hard to read: reading age {max(hard):.0f}, and {EASY} is the most. "
                "Nothing was sent. Use shorter words and sentences, or say why it has to stay."
            )
        async with self._writing() as conn:
            await self._note(conn, who, "hard_words", template, years=round(max(hard)), reason=reason[:LONGEST])

    async def blanks(self, who: Staff, template: str) -> tuple[str, ...]:
        """What the sender of this message may fill in."""
        (area, *_) = await self._areas(who, Deed.BROADCAST)
        async with self._reading() as conn:
            dates = await workshops.all_of(conn)
        somebody = self._somebody(area, frozenset(), next(iter(self._programme.locales)))
        return self._wording.blanks(template, self._wording.values(somebody, dates, self._clock.now()))


def filled(values: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What was filled in; blanks are left blank."""
    kept = {name: " ".join(value.split()) for name, value in values if value.strip()}
    long = next((value for value in kept.values() if len(value) > LONGEST), "")
    if long:
        raise Mistake(f"“{long[:40]}…” is too long: {len(long)} characters, and {LONGEST} are the most.")
    return kept
