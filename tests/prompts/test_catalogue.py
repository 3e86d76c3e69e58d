from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.catalogue import Catalogue, WordingError, package_sources
from prompts.markup import plain

FALLBACKS = {"en": "", "en-easy": "en", "cy": ""}


def made(source: str, **others: str) -> Catalogue:
    catalogue = Catalogue(FALLBACKS)
    catalogue.add("t", {"en": source, **{name.replace("_", "-"): text for name, text in others.items()}})
    return catalogue


def said(body: str, **values: object) -> str:
    return made("{% block hi %}" + body + "{% endblock %}").render("t", "en", "hi", values)


def test_a_block_is_filled_with_values() -> None:
    assert said("\nHi {{ name }}.\n", name="Sam") == "Hi Sam."


@given(st.text(max_size=200))
def test_no_value_becomes_markup(name: str) -> None:
    assert plain(said("**Hi** {{ name }}!", name=name)) == f"Hi {name}!"


def test_no_value_becomes_template() -> None:
    assert said("{{ name }}", name="{{ 7 }}{% raw %}") == "{{ 7 }}{% raw %}"


def test_a_block_is_looked_for_in_the_fallback() -> None:
    catalogue = made(
        "{% block a %}A{% endblock %}{% block b %}B{% endblock %}", en_easy="{% block a %}easy{% endblock %}"
    )

    assert catalogue.render("t", "en-easy", "a", {}) == "easy"
    assert catalogue.render("t", "en-easy", "b", {}) == "B"
    assert catalogue.blocks("t", "en-easy") == {"a"}


def test_super_is_the_wording_of_the_fallback_escaped_once() -> None:
    source = "{% block a %}**Hi** {{ name }}{% endblock %}"
    catalogue = made(source, en_easy="{% block a %}{{ super() }} 🙂{% endblock %}")

    assert catalogue.render("t", "en-easy", "a", {"name": "a*b"}) == "**Hi** a\\*b 🙂"
    assert catalogue.placeholders("t", "en-easy", "a") == {"name"}


def test_our_own_lines_are_there_for_a_locale_without_fallback() -> None:
    assert made("{% block a %}A{% endblock %}").render("t", "cy", "a", {}) == "A"


def test_a_template_can_be_replaced() -> None:
    catalogue = made("{% block a %}old{% endblock %}")
    catalogue.render("t", "en", "a", {})

    catalogue.add("t", {"en": "{% block a %}new{% endblock %}"})

    assert catalogue.render("t", "en", "a", {}) == "new"


@pytest.mark.parametrize(
    ("body", "values"),
    [
        ("{{ missing }}", {}),
        ("{{ name }}", {"name": None}),
        ("{{ when | day }}", {"when": None}),
        ("{{ when | time }}", {"when": date(2026, 11, 26)}),
        ("{{ who | names }}", {"who": "Sam"}),
        ("{{ who.name }}", {"who": {}}),
        ("{{ super() }}", {}),
        ("{% for a in who %}{{ a }}{% endfor %}", {"who": 3}),
        ("{{ name }}", {"name": "x" * 8001}),
    ],
)
def test_nothing_is_said_when_a_value_does_not_fit(body: str, values: dict[str, object]) -> None:
    with pytest.raises(WordingError, match=r"hi|longer"):
        said(body, **values)


def test_an_unknown_block_is_a_wording_error() -> None:
    with pytest.raises(WordingError, match="no wording"):
        made("").render("t", "en", "hi", {})


def test_a_value_that_may_be_missing_can_be_left_out() -> None:
    body = "Soon{% if when %}, on {{ when | day }}{% endif %}{% if place is defined %} at {{ place }}{% endif %}."

    assert said(body, when=None) == "Soon."
    assert said(body, when=date(2026, 11, 26), place="the hall") == "Soon, on Thursday 26 November at the hall."


@pytest.mark.parametrize(
    ("hour", "minute", "words"),
    [(18, 0, "6pm"), (9, 30, "9:30am"), (12, 0, "midday"), (0, 0, "midnight"), (12, 15, "12:15pm")],
)
def test_times_are_written_as_people_say_them(hour: int, minute: int, words: str) -> None:
    assert said("{{ t | time }}", t=datetime(2026, 11, 26, hour, minute, tzinfo=UTC)) == words


def test_names_are_listed() -> None:
    assert said("{{ who | names }}", who=["a", "b*", "c"]) == "a, b\\* and c"


def test_dates_are_in_the_language_of_the_sentence() -> None:
    catalogue = made("{% block a %}{{ d | day }}{% endblock %}", cy="{% block a %}{{ d | day }}{% endblock %}")

    assert "Tachwedd" in catalogue.render("t", "cy", "a", {"d": date(2026, 11, 26)})


@pytest.mark.parametrize(
    "body",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ name.__class__ }}",
        "{{ name['__class__'] }}",
        "{{ name[key] }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ self._TemplateReference__context }}",
        "{{ name | attr('__class__') }}",
        "{{ name | safe }}",
        "{{ 'a' * 10**8 }}",
        "{{ 2 ** 9999999 }}",
        "{{ '%s' % name }}",
        "{{ 'a' ~ name }}",
        "{{ name.upper() }}",
        "{{ super(name) }}",
        "{% for i in range(10**9) %}x{% endfor %}",
        "{% for a in n recursive %}{{ loop(a) }}{% endfor %}",
        "{% for a in n %}{% for b in n %}{% for c in n %}x{% endfor %}{% endfor %}{% endfor %}",
        "{% set x = 1 %}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% macro m() %}{% endmacro %}",
        "{% filter upper %}x{% endfilter %}",
        "{% block inner %}{% endblock %}",
        "{{ name is divisibleby(2) }}",
        "{{ lipsum() }}",
        "{{ namespace }}{{ namespace() }}",
        "{{ [1][0:1] }}",
        "{{ {'a': 1} }}",
        "{{ name",
        "{% nonsense %}",
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{{ " + "not " * 200 + "name }}",
        "{% if a %}" * 40 + "x" + "{% endif %}" * 40,
    ],
)
def test_a_hostile_template_is_refused_and_never_run(body: str) -> None:
    catalogue = made("{% block hi %}" + body + "{% endblock %}")

    assert catalogue.problems("t")
    with pytest.raises(WordingError):
        catalogue.render("t", "en", "hi", {"name": "Sam", "key": "x", "n": [1], "a": 1})


def test_text_outside_a_block_is_told_with_its_line() -> None:
    (problem,) = made("{% block a %}A{% endblock %}\n\nlost {{ words }}").problems("t")

    assert problem.line >= 1
    assert "outside" in problem.text


def test_a_mistake_is_told_with_locale_and_line() -> None:
    (problem,) = made("{% block a %}\n\n{{ x | nothing }}{% endblock %}").problems("t")

    assert (problem.locale, problem.line) == ("en", 3)
    assert "nothing" in problem.text


def test_a_comment_on_top_is_welcome() -> None:
    assert not made("{# name: who is spoken to #}\n{% block a %}A{% endblock %}\n").problems("t")


def test_placeholders_leave_out_what_the_block_binds_itself() -> None:
    source = (
        "{% block a %}{% for x in xs %}{{ x.name }}{% if not loop.last %}, {% endif %}{% endfor %}{{ y }}{% endblock %}"
    )

    assert made(source).placeholders("t", "en", "a") == {"xs", "y"}


def test_our_own_lines_have_no_mistakes() -> None:
    catalogue = Catalogue(FALLBACKS)
    for name, sources in package_sources().items():
        catalogue.add(name, sources)

        assert catalogue.problems(name) == []
