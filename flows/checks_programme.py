"""What has to hold for a programme as a whole: its roles are filled by flows that can fill them."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from flows import rooms
from flows.definition import Place, Programme
from flows.findings import Notes, quote, suggest
from flows.mailbox import check_mailbox
from flows.stakeholding import check_stakeholders


def _role(role: str, name: str, flows: AbstractSet[str], place: Place, notes: Notes) -> None:
    if name and name not in flows:
        notes.add("P301", place, f"The {role} flow {quote(name)} does not exist.", suggest(name, flows))


def check_programme(
    programme: Programme, places: Mapping[str, Place], notes: Notes, unread: AbstractSet[str] = frozenset()
) -> None:
    """The roles are filled by flows that can fill them."""
    file = Place(file="programme.yaml", line=1, column=1)
    flows = {*programme.flows, *unread}
    if not flows:
        notes.add("P306", file, "The programme has no flows.", "add flows/<flow>.yaml")
    for role in ("welcome", "rights", "thought", "menu", "mailbox"):
        _role(role, getattr(programme, role), flows, places.get(role, file), notes)
    for name in programme.rooms:
        _role("rooms", name, flows, places.get("rooms", file), notes)
        flow = programme.flows.get(name)
        if flow and not rooms.in_order(flow):
            text = f"In the flow {name} the team cannot lead people on one by one."
            fix = "let people wait with type: hold, until: room.stage, at_least: 1, then at_least: 2 …"
            notes.add("P310", flow.place, text, fix)
    if len(programme.rooms) > programme.waves:
        notes.add("C206", places.get("rooms", file), "There are more rooms than workshops.", "name one flow for each")
    check_stakeholders(programme, places.get("stakeholders", file), notes, flows)
    rights = programme.flows.get(programme.rights)
    if rights and not rights.service:
        text = f"The flow {rights.id} answers STOP and MY DATA, so it is a service flow."
        notes.add("P307", rights.place, text, "add service: yes")
    mailbox = programme.flows.get(programme.mailbox)
    if mailbox:
        check_mailbox(mailbox, places.get("mailbox", file), notes)
