"""What the journal tells: who looked, took out, erased, published, sent and signed in; and whether it is whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.facilitation.office import Office
from bot.rights import Deed, Staff
from storage import journal, seals
from storage.journal import Entry
from storage.seals import Verdict

PAGE: Final = 50
MOST: Final = 50_000
"""Lines in one file."""
AGAIN: Final = timedelta(minutes=10)
"""Looking at the same person again so soon is one look."""
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "looks": ("saw", "case_read", "media_opened"),
    "files": ("export", "rights_copy", "report", "mailbox_export", "audit_export", "api_read"),
    "erasures": ("rights_erase", "rights_correct"),
    "published": ("published",),
    "sent": (
        *("broadcast", "hold_broadcast", "approve_broadcast", "drop_broadcast", "cancel_broadcast"),
        *("missed_broadcast", "send_again", "let_be", "pass_on", "pass_back"),
    ),
    "sign_ins": (
        *("signed_in", "signed_out", "proved", "code_agreed", "code_denied", "code_unknown"),
        *("passkey_added", "passkey_dropped", "authenticator_added", "authenticator_dropped"),
    ),
    "team": (
        *("facilitator_code", "facilitator_joined", "duty", "member_changed", "member_removed", "member_code"),
        *("token_made", "token_ended"),
    ),
    "refused": ("refused",),
}
"""What is asked for together, and the actions that it is made of."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Which lines: by whom, of which kind (see `KINDS`), of what, between which times, before which line."""

    who: str = ""
    kind: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None

    @property
    def actions(self) -> Sequence[str]:
        """The actions of the kind; none: all."""
        return KINDS.get(self.kind, ())


class Auditing(Office):
    """Commands about the journal. Only for who leads the team everywhere: its lines are of all areas."""

    async def audit(self, who: Staff, asked: Asked | None = None, limit: int = PAGE) -> list[Entry]:
        """Lines of the journal, newest first."""
        await self._allow(who, Deed.AUDIT)
        wanted = asked or Asked()
        async with self._reading() as conn:
            return await journal.find(
                conn,
                limit,
                who=wanted.who,
                actions=wanted.actions,
                subject=wanted.subject,
                since=wanted.since,
                until=wanted.until,
                before=wanted.before,
            )

    async def audit_export(self, who: Staff, asked: Asked | None = None) -> list[Entry]:
        """The same for a file. That it was taken out is a line of its own."""
        found = await self.audit(who, replace(asked or Asked(), before=None), MOST)
        async with self._writing() as conn:
            await self._note(conn, who, "audit_export", rows=len(found))
        return found

    async def audit_verify(self, who: Staff, heads: Sequence[str] = ()) -> Verdict:
        """Seal what is new, then look through the whole chain; `heads` were noted earlier and are looked for in it."""
        await self._allow(who, Deed.AUDIT)
        async with self._writing() as conn:
            while await seals.seal(conn):
                pass
        async with self._reading() as conn:
            return await seals.verify(conn, heads)

    async def audit_head(self, who: Staff) -> str:
        """The newest link of the chain, to be noted elsewhere."""
        await self._allow(who, Deed.AUDIT)
        async with self._reading() as conn:
            return await seals.head(conn)

    async def saw(self, who: Staff, what: str, subject: str) -> None:
        """This person looked at something that is about one person: `what` it was, and whose (a code name, an id)."""
        now = self._clock.now()
        async with self._reading() as conn:
            recent = await journal.find(conn, 20, who=who.name, actions=("saw",), subject=subject, since=now - AGAIN)
        if any(one.detail.get("what") == what for one in recent):
            return
        async with self._writing() as conn:
            await self._note(conn, who, "saw", subject, what=what)
