"""Where somebody who decides stands."""

from dataclasses import replace
from datetime import date, timedelta

from bot.home import home
from flows.agenda import Commitment

TODAY = date(2027, 3, 1)
ASKED = Commitment(
    id=1, issue_id="i", area="hull", issue="Cold homes", number=1, owner="Housing", level="district",
    due_on=TODAY - timedelta(days=1), asked_on=TODAY - timedelta(days=30),
)  # fmt: skip
SILENT = replace(ASKED, id=2, due_on=TODAY - timedelta(days=14))
DONE = replace(ASKED, id=3, state="done", reply="Mended.", due_on=TODAY - timedelta(days=90))


def test_what_is_open_what_was_promised_and_what_came_of_it() -> None:
    found = home(mine=[ASKED, DONE], area=[ASKED, SILENT, DONE], questions=2, interviewed=False, today=TODAY)

    assert [(one.title, one.late) for one in found.asked] == [("Cold homes", True)]
    assert [(one.state, one.late) for one in found.promised] == [("done", False)]
    assert [(one.state, one.reply) for one in found.came] == [("no_reply", ""), ("done", "Mended.")]
    assert found.told["open"] is True


def test_nothing_open_is_told_as_such() -> None:
    assert home(mine=[DONE], area=[], questions=0, interviewed=True, today=TODAY).told["open"] is False
