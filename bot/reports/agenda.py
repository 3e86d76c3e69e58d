"""What was found and what became of it: key issues, views that were put to each other, commitments. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bot.reports.counting import Material
from bot.reports.sheet import Cell, Sheet
from flows import disclosure
from flows.agenda import Commitment, KeyIssue
from storage.statements import Statement, outcome


def issues(material: Material, found: Iterable[KeyIssue], quoted: Mapping[str, str]) -> Sheet:
    """The key issues, each with the people behind it. `quoted`: issue → the person whose words it speaks in."""
    rows = [
        (
            one.area,
            one.number,
            one.title,
            disclosure.count(one.people, material.limit(one.area)),
            ", ".join(one.frames),
            ", ".join(one.decided_by),
            ", ".join(one.assets) or ("none named" if one.no_assets else ""),
            _quote(material, one, quoted.get(one.id, "")),
            one.minority,
        )
        for one in found
        if one.approved
    ]
    columns = (
        "area",
        "number",
        "key_issue",
        "people",
        "about",
        "decided_by",
        "could_help",
        "in_their_words",
        "another_view",
    )
    return Sheet(name="issues", title="Key issues", columns=columns, rows=tuple(rows))


def _quote(material: Material, issue: KeyIssue, person: str) -> str:
    if not (issue.quote and issue.quote_stands):
        return ""
    who = ", ".join(_who(material, person))
    return f"“{issue.quote}”{f' ({who})' if who else ''}"


def _who(material: Material, person: str) -> Sequence[str]:
    """Where the person is from, as far as ten people share it."""
    names = {area: material.programme.areas[area] for area in material.areas}
    patches = {(area, key): label for area, known in names.items() for key, label in known.neighbourhoods}
    everybody = [
        {"area": names[one.area].name, "patch": patches.get((one.area, one.patch), "")} for one in material.people
    ]
    own = next((told for one, told in zip(material.people, everybody, strict=True) if one.id == person), None)
    return disclosure.attribution([("area", own["area"]), ("patch", own["patch"])], everybody) if own else ()


def statements(material: Material, found: Sequence[Statement]) -> Sheet:
    """What people put to each other, with the votes: what most agree on, and what they split on."""
    rows: list[tuple[Cell, ...]] = []
    for area in material.areas:
        few = material.limit(area)
        there = [one for one in found if one.area == area and one.state == "approved"]
        both = outcome(there, few)
        names = {both[0].id: "most agree", both[1].id: "split"} if both else {}
        for one in there:
            votes = disclosure.parts({"agree": one.agree, "disagree": one.disagree, "pass": one.passed}, few)
            rows.append((area, one.text, *votes.each.values(), votes.total, names.get(one.id, "")))
    columns = ("area", "statement", "agree", "do_not_agree", "pass", "votes", "outcome")
    return Sheet(name="statements", title="What people think of each other's views", columns=columns, rows=tuple(rows))


def commitments(found: Iterable[Commitment], today: Mapping[str, date]) -> Sheet:
    """Who was asked to answer, and how it stands; silence is shown as what it is."""
    rows = [
        (
            one.area,
            one.number,
            one.issue,
            one.owner,
            one.level,
            one.due_on.isoformat(),
            one.standing(today[one.area]),
            one.reply,
            one.reason,
        )
        for one in found
    ]
    columns = ("area", "number", "key_issue", "owner", "level", "by", "state", "reply", "reason")
    states = Counter(row[6] for row in rows)
    note = ", ".join(f"{n} {state}" for state, n in sorted(states.items()))
    return Sheet(name="commitments", title="Who answers for what", columns=columns, rows=tuple(rows), note=note)
