"""The seven principles for people: on a screen, and as a page of the documentation."""

from collections.abc import Iterable, Mapping

from flows.principles.sheet import Principle, RuleText, sheet

GRAVITY = {"error": "keeps a programme from starting", "warning": "can be accepted with a reason"}


def overview() -> str:
    """Each principle with what it demands."""
    read = sheet()
    lines = [read.note, ""]
    lines += [f"{one.id}  {one.name}. {one.demand}" for one in read.principles]
    return "\n".join(lines)


def coverage(serving: Mapping[str, tuple[str, ...]]) -> str:
    """Which flows serve which principle."""
    names = {one.id: one.name for one in sheet().principles}
    width = max(map(len, names.values()))
    rows = (f"{key}  {names[key]:<{width}}  {len(flows):>2}  {', '.join(flows)}" for key, flows in serving.items())
    return "\n".join(rows)


def as_markdown() -> str:
    """docs/principles.md"""
    read = sheet()
    parts = [
        "# The seven principles and their rules",
        "",
        "Written by `reconvene principles --markdown` from `flows/library/principles.yaml`: change it there, not here.",
        "",
        f"{read.note} Status: {read.status}. The numbers behind each demand are paragraphs of that report.",
        "",
        f"Every flow says which principles it serves, and each is served by at least {read.served_by} flows:",
        "`reconvene check FOLDER --coverage` shows the table.",
        "",
        *(line for principle in read.principles for line in _section(principle)),
        "## Over all principles",
        "",
        *_table(read.others),
        "## Limits",
        "",
        "| limit | value |",
        "|---|---|",
        *(f"| {name.replace('_', ' ')} | {value} |" for name, value in read.limits.items()),
        "",
        "## Tags that the rules look at",
        "",
        "A step in a flow file says `tags: [open, daily_life]`; a broadcast can have `tags: [feedback, others]`.",
        "",
        "| tag | meaning |",
        "|---|---|",
        *(f"| `{name}` | {text} |" for name, text in read.tags.items()),
    ]
    return "\n".join(parts) + "\n"


def _section(principle: Principle) -> Iterable[str]:
    refs = ", ".join(principle.source_refs)
    yield from (f"## {principle.id} {principle.name}", "", f"{principle.demand} ({refs})", "")
    yield from _table(principle.rules)


def _table(rules: Iterable[RuleText]) -> Iterable[str]:
    yield from ("| rule | says | breaking it | looked at by |", "|---|---|---|---|")
    for rule in rules:
        where = "`reconvene check`" if rule.judged == "programme" else rule.judged
        yield f"| {rule.code} | {rule.text} | {GRAVITY[rule.severity]} | {where} |"
    yield ""
