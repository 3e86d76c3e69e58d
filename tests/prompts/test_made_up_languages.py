"""Languages that nobody speaks: longer than English, and from right to left."""

from bot.made_up import made_up
from bot.script import Script
from flows.loading import library, load_programme
from prompts.catalogue import APART, TOGETHER, Catalogue
from prompts.markup import parse
from prompts.pseudo import LONGER, MIRRORED, pseudo

SOURCE = "{# note #}\n{% block hi %}\nHi {{ name }}. Type **MY DATA**: [here](https://example.org/a).\n{% endblock %}\n"


def said(locale: str) -> str:
    catalogue = Catalogue({locale: ""})
    catalogue.add("t", {locale: pseudo(SOURCE, locale)})
    return catalogue.render("t", locale, "hi", {"name": "Sam-14"})


def test_the_longer_one_keeps_values_markup_and_words_to_type() -> None:
    text = said(LONGER)

    assert text.startswith("⟦Hî Sam-14. Týþé".replace("þ", "p"))
    assert "**MY DATA**" in text
    assert any(span.link == "https://example.org/a" for line in parse(text) for span in line.spans)
    assert text.endswith("~⟧")


def test_a_value_in_a_text_from_right_to_left_keeps_its_own_direction() -> None:
    assert f"{APART}Sam-14{TOGETHER}" in said(MIRRORED)
    assert APART not in said(LONGER)


def test_an_address_in_a_text_from_right_to_left_stays_a_link() -> None:
    catalogue = Catalogue({"ar": ""})
    catalogue.add("t", {"ar": "{% block hi %}[هنا]({{ link }}){% endblock %}"})

    (line,) = parse(catalogue.render("t", "ar", "hi", {"link": "https://example.org/a"}))

    assert line.spans[0].link == "https://example.org/a"


def test_what_people_are_told_comes_from_the_catalogue() -> None:
    programme = load_programme(library("life-here")).programme
    assert programme is not None

    script = Script(made_up(programme, "en", LONGER))

    for flow in script.programme.flows.values():
        assert script.catalogue.problems(flow.version) == []
        blocks = script.catalogue.blocks(flow.version, LONGER)
        assert blocks == Script(programme).catalogue.blocks(programme.flows[flow.id].version, "en")
