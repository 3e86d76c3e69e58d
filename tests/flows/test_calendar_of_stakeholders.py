"""What is planned for those who decide: on working days, in office hours, and by the date of each commitment."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flows.calendar import Planned, Standing, plan
from flows.definition import Entry, Programme, Stakeholding
from flows.quiet import next_allowed, quiet_hours
from flows.timing import to_local
from tests.flows.test_calendar import HULL, JOINED, LONDON, YES, programme, workshop

PREPARE = Entry(id="prepare", at="W2-6d@10:00", flow="prepare", whom="stakeholders", counts=False, expires="W2-1d")
BEFORE = Entry(id="account", at="DUE-7d@10:00", flow="account", whom="stakeholders", counts=False, expires="DUE")
AFTER = Entry(id="silent", at="DUE+14d@10:00", flow="account", whom="stakeholders", counts=False)
DIARY = Entry(id="diary", at="W1+1d@18:00", flow="diary")
OFFICE = Stakeholding(welcome="hello", interview="interview")
MAY, JUNE = datetime(2027, 5, 3, 8, tzinfo=UTC), datetime(2027, 6, 19, 8, tzinfo=UTC)


def shared() -> Programme:
    return replace(programme(PREPARE, BEFORE, AFTER, DIARY), stakeholders=OFFICE)


def told(standing: Standing) -> dict[str, str]:
    anchors = {"W1": workshop("2026-11-26 10:00"), "W2": workshop("2026-12-24 10:00")}
    rows: tuple[Planned, ...] = plan(shared(), HULL, anchors, standing, datetime(2026, 11, 1, tzinfo=UTC))
    return {row.entry: f"{to_local(row.due, LONDON):%a %d %b %H:%M}" for row in rows if row.state == "planned"}


def test_each_has_a_calendar_of_their_own() -> None:
    lay = told(Standing(joined_at=JOINED, consents=YES))
    decider = told(Standing(joined_at=JOINED, consents=YES, whom="stakeholders"))

    assert lay.keys() == {"diary"}
    assert decider == {"prepare": "Fri 18 Dec 10:00"}


def test_each_commitment_has_its_dates_and_a_saturday_waits_for_monday() -> None:
    standing = Standing(joined_at=JOINED, consents=YES, whom="stakeholders", promises={"7": MAY, "9": JUNE})

    assert told(standing) == {
        "prepare": "Fri 18 Dec 10:00",
        "account:7": "Mon 26 Apr 10:00",
        "account:9": "Mon 14 Jun 09:00",
        "silent:7": "Mon 17 May 10:00",
        "silent:9": "Mon 05 Jul 09:00",
    }


def test_without_a_yes_to_reminders_nothing_is_planned() -> None:
    standing = Standing(joined_at=JOINED, whom="stakeholders", promises={"7": MAY})

    assert told(standing) == {}


def test_a_message_at_night_or_on_a_saturday_waits_for_the_office() -> None:
    evening, saturday = datetime(2027, 3, 5, 18, tzinfo=UTC), datetime(2027, 3, 6, 12, tzinfo=UTC)
    monday = datetime(2027, 3, 8, 9, tzinfo=UTC)

    assert next_allowed(evening, "Europe/London", shared(), whom="stakeholders") == monday
    assert next_allowed(saturday, "Europe/London", shared(), whom="stakeholders") == monday
    assert next_allowed(saturday, "Europe/London", shared()) == saturday, "participants are at home then"
    assert quiet_hours(shared(), whom="stakeholders").allows(datetime(2027, 3, 8, 16, 59, tzinfo=ZoneInfo("UTC")))
