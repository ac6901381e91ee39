"""Cards of every kind, whatever they say, through every format and back."""

from __future__ import annotations

from html import unescape
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.expect import Expect
from quizapp.cards.kinds.body import Body
from quizapp.cards.kinds.choice import Choice
from quizapp.cards.kinds.cloze import Cloze
from quizapp.cards.kinds.code import Code
from quizapp.cards.kinds.multi import Multi
from quizapp.cards.kinds.number import Number
from quizapp.cards.kinds.open import Open
from quizapp.cards.kinds.order import Order
from quizapp.cards.model import Card, Deck, DemoLink, Difficulty, KeyPoint, Reference
from quizapp.cards.source import read_source
from quizapp.exchange.anki import write_anki
from quizapp.exchange.anki_notes import read_anki
from quizapp.exchange.forms import complete
from quizapp.exchange.markdown import read_markdown, write_markdown
from quizapp.exchange.new_deck import new_deck
from quizapp.exchange.table import read_table, write_table
from tests.unit.cards.decks import calm, make_card
from tests.unit.exchange.test_any_file import texts

DECK = Deck(id="own", title="Own", path="own.yaml")
IDS = st.lists(st.sampled_from("lora rank r2 a-b".split()), max_size=3, unique=True).map(tuple)
MARKUP = st.sampled_from(
    [
        *("*a*", "`b`", "# Head", "## What?", "- item", "1. one", "> quote", "a | b", "! must"),
        *("* star", "[x]", '["y"]', "{{z}}", "-->", "<!-- c -->", "Hint: no", "Key points:"),
        *(
            "Pitfall: no",
            "Reference: no, no",
            "```\n# code\n\n\ncode\n```",
            "~~~\n## x\n~~~",
            "===",
        ),
        *(
            "什么是过拟合？",
            "α·B",
            '"quoted"',
            "a,b;c\td",
            "<b>x</b>",
            "&amp;",
            "`one` · mid",
            "$x$",
        ),
        *(
            "    indented",
            "(must)",
            "Key points",
            "c1::x",
            "\\",
            "https://a.b/c",
            "---",
            "===",
            "$x$",
        ),
    ]
)
WORDS = st.lists(st.sampled_from("the rank of an update is small".split()), min_size=1, max_size=6)
LINES = st.one_of(WORDS.map(" ".join), MARKUP)
TEXTS = st.lists(LINES, min_size=1, max_size=4).flatmap(
    lambda lines: st.sampled_from(["\n", "\n\n"]).map(lambda end: end.join(lines).strip())
)
MANY = st.lists(TEXTS, min_size=2, max_size=4, unique=True).map(tuple)


def choice(options: tuple[str, ...]) -> Body:
    return Choice(options=options, correct=options[-1])


def multi(options: tuple[str, ...]) -> Body:
    return Multi(options=options, correct=options[:-1])


BODIES = st.one_of(
    st.just(Open()),
    MANY.map(choice),
    MANY.map(multi),
    MANY.map(lambda steps: Order(steps=steps)),
    st.builds(
        Number,
        value=st.floats(allow_nan=False, allow_infinity=False).filter(bool),
        tolerance=st.floats(0.01, 0.5),
        unit=st.sampled_from(["", "GB", "% of | a *b*"]),
    ),
    st.sampled_from(["{{B}} is zero", "h = {{α|alpha}}/{{r}} *x*", "A\n\n{{b c}} d"]).map(
        lambda text: Cloze(text=text)
    ),
    MANY.map(lambda hints: Code(hints=hints, again=("write_it_again",))),
)
REFERENCES = st.builds(
    Reference,
    title=st.sampled_from(["LoRA", "A, B", "x | y"]),
    where=st.sampled_from(["section 4", "p. 2, fig. 3"]),
    url=st.sampled_from(["", "https://arxiv.org/abs/2106.09685"]),
    checked=st.sampled_from([None, "text", "memory"]),
)
POINTS = st.builds(
    KeyPoint, point=TEXTS, must=st.booleans(), shown=st.sampled_from(["", "it-holds"])
)
DEMOS = st.sampled_from(
    [None, DemoLink("toy", {"lr": 1e-4, "mode": "no"}, "{loss}", (Expect(claim="it-holds"),))]
)


@st.composite
def cards(draw: st.DrawFn) -> Card:
    fields: dict[str, Any] = {
        "question": draw(TEXTS),
        "answer": draw(TEXTS),
        "hint": draw(st.one_of(st.just(""), TEXTS)),
        "pitfall": draw(st.one_of(st.just(""), TEXTS)),
        "tags": draw(IDS),
        "aliases": draw(st.sampled_from([(), ("old-one",)])),
        "difficulty": draw(st.sampled_from(Difficulty)),
        "key_points": tuple(draw(st.lists(POINTS, min_size=1, max_size=3))),
        "references": tuple(draw(st.lists(REFERENCES, max_size=2))),
        "demo": draw(DEMOS),
        "body": draw(BODIES),
    }
    return make_card(**fields)


@calm
@given(card=cards())
def test_a_card_of_any_kind_survives_tables_and_markdown(card: Card) -> None:
    shows = {card.id: "The loss ends at 0.5 (0.4 to 0.6).\n\nHint: *no*"} if card.demo else {}
    for reading in (
        read_table(write_table([card], ",", shows), ","),
        read_table(write_table([card], "\t", shows), "\t"),
        read_markdown(write_markdown([(DECK, [card])], shows)),
        read_markdown(write_markdown([(DECK, [card])], shows, {card.id: "def f():\n    pass\n"})),
    ):
        (entry,) = reading.cards
        assert Card.from_form("own", complete(entry.form)) == card
        assert (reading.bad, reading.lost) == ([], [])


@calm
@given(card=cards())
def test_a_card_of_any_kind_keeps_its_words_in_anki(card: Card) -> None:
    reading = read_anki(write_anki([(DECK, [card])], {card.id: "The loss ends at 0.5."}))
    (entry,) = reading.cards
    assert reading.bad == []
    assert entry.form["id"] == card.id
    assert entry.form["difficulty"] == card.difficulty
    assert tuple(entry.form["tags"]) == card.tags
    assert reading.title == "Own"
    deck = new_deck(reading, "own", "Own", beside=(), cards={})
    assert (deck.cards, deck.bad) == (1, ())
    kept = letters(" ".join(texts(read_source("own.yaml", deck.text.encode()).data)))
    listed = letters(" ".join(place.text for place in deck.lost))
    for text in (card.question, card.answer, card.pitfall, *(p.point for p in card.key_points)):
        assert letters(text) <= kept | listed


def letters(text: str) -> set[str]:
    """Return the words of a text, without signs."""
    plain = "".join(letter if letter.isalnum() else " " for letter in unescape(text))
    return {*plain.split()}
