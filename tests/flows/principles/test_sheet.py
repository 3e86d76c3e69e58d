"""The principles as data, and the page that is made from them."""

from pathlib import Path

from bot.principles import as_markdown
from flows.loading_flow import PRINCIPLES
from flows.principles.sheet import sheet

PAGE = Path(__file__).parents[3] / "docs" / "principles.md"
RULES = (
    *("R1.1", "R1.2", "R1.3", "R1.4", "R2.1", "R2.2", "R2.3", "R2.4", "R3.1", "R3.2", "R3.3"),
    *("R4.1", "R4.2", "R4.3", "R4.4", "R4.5", "R4.6", "R5.1", "R5.2", "R5.3", "R5.4"),
    *("R6.1", "R6.2", "R6.3", "R6.4", "R6.5", "R6.6", "R7.1", "R7.2", "R7.3", "R7.4", "R7.5", "R0.1", "R0.2"),
)


def test_the_seven_and_all_their_rules_are_there() -> None:
    assert tuple(one.id for one in sheet().principles) == PRINCIPLES
    assert tuple(sheet().rules) == RULES
    assert sheet().status == "derived"


def test_the_page_of_the_documentation_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == as_markdown(), (
        "run: reconvene principles --markdown > docs/principles.md"
    )
