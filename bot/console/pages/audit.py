"""Audit: who looked, took out, erased, published, sent and signed in; by whom, of what, when."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from bot.console.page import Door, Visit
from bot.export import safe
from bot.facilitation import Asked, Mistake
from bot.facilitation.auditing import PAGE
from bot.rights import Deed
from storage.journal import Entry

KINDS: Final[Mapping[str, str]] = {
    "": "Everything",
    "looks": "Looks at one person",
    "files": "Files taken out",
    "erasures": "Erased or put right",
    "published": "Published",
    "sent": "Messages sent or stopped",
    "sign_ins": "Signing in",
    "team": "Changes of the team",
    "refused": "Refused",
}
HEAD: Final = re.compile(r"[0-9a-f]{64}")


async def audit(visit: Visit) -> Response:
    """One page of lines, newest first."""
    asked = _asked(visit)
    found = await visit.office.audit(visit.who, asked, PAGE + 1)
    shown = found[:PAGE]
    return visit.page(
        "audit.html",
        lines=shown,
        older=_older(visit, shown[-1].id) if len(found) > PAGE else "",
        asked=asked,
        kinds=KINDS,
        team=[one.name for one in await visit.office.colleagues(visit.who)],
        file=_address("/audit/file", visit),
    )


async def verify(visit: Visit) -> Response:
    """Look through the whole chain."""
    noted = visit.given("head").casefold()
    if noted and not HEAD.fullmatch(noted):
        raise Mistake("A noted seal has 64 letters and figures, from 0 to 9 and a to f. Nothing was checked.")
    found = await visit.office.audit_verify(visit.who, (noted,) if noted else ())
    return visit.page("audit_verified.html", found=found, noted=noted)


async def file(visit: Visit) -> Response:
    """The same lines for a spreadsheet."""
    found = await visit.office.audit_export(visit.who, _asked(visit))
    names = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return Response("\ufeff" + as_csv(found), media_type="text/csv; charset=utf-8", headers=names)


def as_csv(lines: Sequence[Entry]) -> str:
    """Lines of the journal for a spreadsheet; nothing in it is ever a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("number", "time", "who", "what", "about", "detail"))
    for one in lines:
        detail = ", ".join(f"{name}: {value}" for name, value in one.detail.items())
        told = (one.at.isoformat(timespec="seconds"), one.who, one.action, one.subject, detail)
        writer.writerow((one.id, *map(safe, told)))
    return out.getvalue()


def _asked(visit: Visit) -> Asked:
    before = visit.asked("before")
    kind = visit.asked("kind")
    return Asked(
        who=visit.asked("who").strip()[:60],
        kind=kind if kind in KINDS else "",
        subject=visit.asked("about").strip()[:80],
        since=_day(visit, "since"),
        until=_day(visit, "until", after=1),
        before=int(before) if before.isascii() and before.isdecimal() and len(before) < 16 else None,
    )


def _day(visit: Visit, name: str, after: int = 0) -> datetime | None:
    """The beginning of a day in the zone of the page, or of one `after` it; None when it is not one."""
    try:
        day = date.fromisoformat(visit.asked(name)) + timedelta(days=after)
        return datetime.combine(day, time(), tzinfo=visit.zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _older(visit: Visit, before: int) -> str:
    return _address("/audit", visit, before=str(before))


def _address(path: str, visit: Visit, **more: str) -> str:
    kept = {name: visit.asked(name) for name in ("who", "kind", "about", "since", "until") if visit.asked(name)}
    return f"{path}?{urlencode({**kept, **more})}"


DOORS = (
    Door(path="/audit", view=audit, needs=Deed.AUDIT),
    Door(path="/audit/verify", view=verify, needs=Deed.AUDIT, method="POST"),
    Door(path="/audit/file", view=file, needs=Deed.AUDIT, fresh=True),
)
