"""The safety check: what is heard as danger, as need, as blame, and what is only a way of speaking."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.loading import Unreadable
from flows.loading_safety import load_safety
from flows.safety import BadCue, Cues, Level, cue, fold, judge

RED = """
I don't want to be here any more
i dont want to be here anymore.
I just want to die
Sometimes I wish I was dead
I'd be better off dead
They would be better off without me
I'm going to kill myself
I WANT TO KILL MYSELF!!!
thinking about ending my life
I want to end it all
I've been feeling suicidal
there is no point in living
what's the point of going on
I have nothing left to live for
I cut myself when it gets bad
I've been self-harming again
I took an overdose last week
swallowed a load of pills
thinking of jumping off the bridge
I wish I had never been born
I don't want to wake up tomorrow
i wanna dieeeee
gonna kms
My husband hits me
he hits me when he is drunk
hits me
My partner beat me again last night
She's hitting me
He said he will kill me if I leave
my dad used to beat us
my ex tried to strangle me
I am being abused at home
She was raped in the park
he raped me
I am hurting my child
I think he is touching my daughter
they locked me in the house
He won't let me leave the house
my husband doesn't let me see my family
he has a knife
I am in danger
I don't feel safe at home
I'm scared of my husband
I will hurt him
I'm going to kill him
I want to hurt someone
he's not breathing
My mum has stopped breathing
I can't breathe
I think I'm having a heart attack
please call an ambulance
she won't wake up
The bus is fine. I want to die.
I don’t want to live
Chcę umrzeć
Nie chcę już żyć
mąż mnie bije
Vreau să mor
Mă bate în fiecare zi
dwi eisiau marw
"""

AMBER = """
I can't cope
I just can’t cope any more
I can't go on like this
This job is killing me
the rent is killing us
we have no food in the house
I haven't eaten since Tuesday
I skip meals so the kids can eat
we go hungry at the end of the month
can't afford to heat the flat
I can't pay the rent
we are being evicted
got an eviction notice
I'll be homeless by Christmas
I'm sleeping in my car
we are in debt
The bailiffs came
I am so lonely
I feel so alone
I have nobody to talk to
I'm scared to go out
I'm scared to go out after dark
I get panic attacks
I've been so depressed
I feel hopeless
there is domestic violence next door
my son is being bullied
I drink too much
I cry every night
they kicked me out
no heating all winter
I'm at breaking point
Nie daję już rady
nu mai pot
"""

NOTE = """
there are too many immigrants
it's the asylum seekers
blame the scroungers
my neighbour Sue has got cancer
Mr Jones next door is an alcoholic
send them back
"""

NOTHING = """
The bus doesn't stop here
I could kill for a decent bus
I'd kill for a bench
a park to die for
I nearly died laughing
my feet are killing me
these hills are killing my knees
It hits me when I look at the empty shops
That really hits me
what hits me most is the litter
price rises hit us hard
they keep hitting us with charges
The high street is dead
The town is dying
I don't want to live here any more
I don't want to live next to a motorway
I want to live near my mum
I want to die in my own home
I don't want to be here when they close it
The council shot itself in the foot
I shot myself in the foot there
I hurt myself falling on the pavement
I cut myself off from the news
we got beaten by Hull
the parking gets abused
You can't breathe for the traffic fumes
I can't breathe in here with the damp
I nearly had a heart attack when I saw the bill
My dad had a stroke in 2019
there is a stroke group at the library
We waited four hours for an ambulance
when you call an ambulance you wait
There is no food shop on the estate
no food bank near us
The food bank is great
there is homelessness in town
Homeless people need help
debt advice at the library is good
I am not lonely
My nan is not scared
I live alone and like it
leave me alone
Kids need somewhere to go
The doctor is hard to reach
depressing shop fronts
Nurses are run off their feet
The bus breakdown made me late
in danger of closing
hungry for change
I was locked out of my account
The youth club saved my life
killing two birds with one stone
People drop dead tired
safe streets and good lighting
It is not safe to cross the road
Violence on TV
refugees are welcome here
travellers get a bad deal
my neighbour is lovely
stop
yes
3
""
"""


def phrases(text: str) -> list[str]:
    return [line for line in text.strip().splitlines() if line]


CORPUS = [
    *((phrase, Level.RED) for phrase in phrases(RED)),
    *((phrase, Level.AMBER) for phrase in phrases(AMBER)),
    *((phrase, Level.NOTE) for phrase in phrases(NOTE)),
    *((phrase, None) for phrase in phrases(NOTHING)),
]


def level(text: str) -> Level | None:
    verdict = judge(text, load_safety())
    return verdict.level if verdict else None


def test_the_corpus_is_large_enough_to_tune_by() -> None:
    assert len(CORPUS) >= 120
    assert len({phrase for phrase, _ in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize(("phrase", "wanted"), CORPUS)
def test_each_phrase_of_the_corpus_is_heard_for_what_it_is(phrase: str, wanted: Level | None) -> None:
    assert level(phrase) is wanted, judge(phrase, load_safety())


@pytest.mark.parametrize("phrase", phrases(RED))
def test_red_words_are_heard_in_the_middle_of_a_long_answer(phrase: str) -> None:
    around = "The park is nice. Buses are late! "

    assert level(f"{around * 20}{phrase}. {around * 20}") is Level.RED
    assert level(phrase.upper()) is Level.RED


def test_the_gravest_counts_and_the_cue_is_named() -> None:
    verdict = judge("I can't cope. He hits me.", load_safety())

    assert verdict is not None
    assert (verdict.level, verdict.cue) == (Level.RED, "en: hits me")


def test_an_exception_covers_its_own_words_only() -> None:
    assert level("I could kill for a bus, and he hits me") is Level.RED


def test_words_of_two_sentences_are_not_read_together() -> None:
    assert level("The bus went off without him. Kill the lights. Me and my sister laughed.") is None


@given(st.text(max_size=400))
def test_any_text_can_be_judged(text: str) -> None:
    judge(text, load_safety())


@given(st.text(max_size=200))
def test_folded_words_have_one_space_around_them(text: str) -> None:
    folded = fold(text)

    assert folded.endswith(" . ")
    assert folded.split() == folded[1:-1].split(" ") or not folded.strip(" .")


def test_only_the_phrases_that_may_be_in_a_message_are_looked_for_in_the_order_of_the_list() -> None:
    first, second, third = cue("no (hope|money)"), cue("(home|lone*)"), cue("hope")
    cues = Cues(locale="xx", levels=((Level.RED, (first,)), (Level.AMBER, (second, third))))

    assert cues.index.near(frozenset(["hope", "lonely", "no"])) == [
        (Level.RED, first),
        (Level.AMBER, second),
        (Level.AMBER, third),
    ]
    assert cues.index.near(frozenset(["alone", "a", "nothing", "hop"])) == []


def test_the_longest_message_is_judged_at_once() -> None:
    awkward = "i i i he he my my going to to to want to be be here here " * 80
    started = time.perf_counter()

    level(awkward[:4096])

    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize(
    ("phrase", "heard"),
    [
        ("[so] (lone*|alone)", ["so lonely", "loneliness", "alone", "so  ALONE!"]),
        ("hit* me", ["it hits me", "hit me", "hitting me"]),
        ("(want|wish) ... die", ["i want to die", "wish he would die", "want die"]),
        ("(end it) .", ["end it.", "let us end it"]),
    ],
)
def test_the_signs_of_a_phrase(phrase: str, heard: list[str]) -> None:
    cues = Cues(locale="xx", levels=((Level.RED, (cue(phrase),)),))

    assert [text for text in heard if judge(text, [cues]) is None] == []
    assert judge("endit now, want one two three four die. me hit. a lon", [cues]) is None


@pytest.mark.parametrize(
    "phrase", ["(he|she hits", "hits) me", "...", "", "[a|b]", "*", "a|", "a|b", "(a|b) c|d", "... a", "(|a)"]
)
def test_a_phrase_with_its_signs_out_of_order_is_refused(phrase: str) -> None:
    with pytest.raises(BadCue):
        cue(phrase)


def test_a_mistake_in_a_list_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "safety.en.yaml").write_text("red:\n  - hits me\n  - (a|b\nrad: [x]\n", encoding="utf-8")

    with pytest.raises(Unreadable) as caught:
        load_safety(tmp_path)

    told = str(caught.value)
    assert "safety.en.yaml:3:5 Y032" in told
    assert "safety.en.yaml:4:1 Y020" in told


def test_the_shipped_lists_are_in_four_languages() -> None:
    assert [cues.locale for cues in load_safety()] == ["cy", "en", "pl", "ro"]
