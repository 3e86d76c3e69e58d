"""What somebody looks for is understood, whatever they type, and found where it stands."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows.searching import NothingToFind, Search, Term, fold, parse, spans


def begins(*words: str) -> Term:
    return Term(words=words, begins=True)


def stands(*words: str) -> Term:
    return Term(words=words, begins=False)


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("Buses", Search(wanted=(begins("buses"),))),
        ("bus park", Search(wanted=(begins("bus"), begins("park")))),
        ('"The bus stop" late', Search(wanted=(stands("the", "bus", "stop"), begins("late")))),
        ("“market street”", Search(wanted=(stands("market", "street"),))),
        ("bus -train", Search(wanted=(begins("bus"),), unwanted=(begins("train"),))),
        ('bus -"night bus"', Search(wanted=(begins("bus"),), unwanted=(stands("night", "bus"),))),
        ("self-help", Search(wanted=(begins("self", "help"),))),
        ("don't", Search(wanted=(begins("don", "t"),))),
        ("Café ÉTÉ", Search(wanted=(begins("cafe"), begins("ete")))),
        ('"open end', Search(wanted=(stands("open", "end"),))),
        ("bus\0stop", Search(wanted=(begins("bus"), begins("stop")))),
        ("a OR b* NEAR(c)", Search(wanted=(begins("a"), begins("or"), begins("b"), begins("near", "c")))),
    ],
)
def test_what_was_typed_is_understood(asked: str, understood: Search) -> None:
    assert parse(asked) == understood


@pytest.mark.parametrize("asked", ["", "   ", "***", '""', "🙂", "- -"])
def test_nothing_to_look_for_is_said_kindly(asked: str) -> None:
    with pytest.raises(NothingToFind, match="Write a word"):
        parse(asked)


def test_words_to_leave_out_alone_find_nothing() -> None:
    with pytest.raises(NothingToFind, match="A minus leaves words out"):
        parse("-bus")


@pytest.mark.parametrize(
    ("text", "asked", "found"),
    [
        ("The Bus, and the buses.", "bus", ["Bus", "buses"]),
        ("A café by the cafe.", "cafe", ["café", "cafe"]),
        ("A cafe\u0301 here", "café", ["cafe\u0301"]),
        ("By the bus stop. Stop the bus.", '"bus stop"', ["bus stop"]),
        ("Straße", "strasse", ["Straße"]),
        ("the bus stop", '"bus stop" bus', ["bus"]),
        ("<b>bus</b>", "b bus", ["b", "bus", "b"]),
        ("no", "yes", []),
    ],
)
def test_it_is_found_where_it_stands(text: str, asked: str, found: list[str]) -> None:
    assert [text[begin:end] for begin, end in spans(text, parse(asked))] == found


@example("𝐀")
@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_a_short_way_for_plain_letters_comes_to_the_same(text: str) -> None:
    plain = text.encode("ascii", "ignore").decode()

    assert fold(plain) == fold(plain + "é").removesuffix("e").rstrip()


@given(st.text(), st.text())
def test_nothing_that_is_typed_breaks_it(text: str, asked: str) -> None:
    try:
        found = spans(text, parse(asked))
    except NothingToFind:
        return

    assert all(0 <= begin < end <= len(text) for begin, end in found)
