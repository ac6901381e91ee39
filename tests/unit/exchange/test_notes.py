"""What the exports of a card say on either side, for each kind."""

from __future__ import annotations

import csv
import io
import re

import pytest

from quizapp.cards.kinds.body import Body
from quizapp.cards.kinds.choice import Choice
from quizapp.cards.kinds.cloze import Cloze
from quizapp.cards.kinds.multi import Multi
from quizapp.cards.kinds.number import Number
from quizapp.cards.kinds.open import Open
from quizapp.cards.kinds.order import Order
from quizapp.cards.model import Card, Deck, DemoLink, Difficulty, KeyPoint, Reference
from quizapp.exchange.anki import write_anki
from quizapp.exchange.markdown import read_markdown, write_markdown
from quizapp.exchange.table import read_table, write_table
from tests.unit.cards.decks import make_card

DECK = Deck(id="own", title="My deck", path="own.yaml", lesson="# Start\n\nText\n\n## More")
CHOICE = Choice(options=("zero", "one <b>", "two"), correct="one <b>")
MULTI = Multi(options=("zero", "one", "two"), correct=("two", "zero"))
ORDER = Order(steps=("train", "collect", "evaluate"))
NUMBER = Number(value=4194304, tolerance=0.1, unit="weights & biases")
CLOZE = Cloze(text="{{A & B|AB}} adds to *W*; {{B}} starts at {{zero}}.")


def note(card: Card) -> list[str]:
    lines = write_anki([(DECK, [card])]).splitlines()
    assert lines[:6] == [
        "#separator:tab",
        "#html:true",
        "#guid column:1",
        "#notetype column:2",
        "#deck column:3",
        "#tags column:6",
    ]
    (row,) = csv.reader(io.StringIO("\n".join(lines[6:])), delimiter="\t")
    return row


@pytest.mark.parametrize(
    ("body", "front", "back"),
    [
        (Open(), "", ""),
        (
            CHOICE,
            "<ul><li>zero</li><li>one &lt;b&gt;</li><li>two</li></ul>",
            "<ul><li>one &lt;b&gt;</li></ul>",
        ),
        (
            MULTI,
            "<ul><li>zero</li><li>one</li><li>two</li></ul>",
            "<ul><li>zero</li><li>two</li></ul>",
        ),
        (
            ORDER,
            "<ul><li>collect</li><li>evaluate</li><li>train</li></ul>",
            "<ol><li>train</li><li>collect</li><li>evaluate</li></ol>",
        ),
        (NUMBER, "", "<p><strong>4 194 304 weights &amp; biases</strong></p>"),
    ],
)
def test_a_basic_note_asks_in_front_and_solves_on_the_back(
    body: Body, front: str, back: str
) -> None:
    row = note(make_card(question="*Which*?", answer="That.", body=body))
    assert row == [
        "one",
        "Basic",
        "quizapp::My deck",
        f"<p><em>Which</em>?</p>{front}",
        f"{back}<p>That.</p>",
        "mid",
    ]


def test_a_cloze_note_numbers_its_gaps_and_leaves_filling_them_to_anki() -> None:
    row = note(make_card(question="Fill.", answer="So it is.", body=CLOZE))
    assert row[1] == "Cloze"
    assert row[3] == (
        "<p>Fill.</p>{{c1::A &amp; B}} adds to *W*; {{c2::B}} starts at {{c3::zero}}."
    )
    assert row[4] == "<p>So it is.</p>"


def test_the_back_of_a_note_ends_in_rubric_pitfall_and_places() -> None:
    card = make_card(
        key_points=(KeyPoint("first & last", must=True), KeyPoint("second")),
        pitfall="The *opposite*.",
        references=(Reference("A <paper>", "section 1", checked="memory"), Reference("B", "p. 2")),
        difficulty=Difficulty.SENIOR,
        tags=("lora", "rank"),
    )
    row = note(card)
    assert row[4] == (
        "<p>!</p>"
        "<p>Key points</p><ul><li>first &amp; last (must)</li><li>second</li></ul>"
        "<p>Pitfall</p><p>The <em>opposite</em>.</p>"
        "<p>A &lt;paper&gt;, section 1 (not opened for this card)</p><p>B, p. 2</p>"
    )
    assert row[5] == "senior lora rank"


@pytest.mark.parametrize(
    ("body", "solution"),
    [
        (Open(), ""),
        (CHOICE, "- [ ] zero\n- [x] one <b>\n- [ ] two\n\n"),
        (MULTI, "- [x] zero\n- [ ] one\n- [x] two\n\n"),
        (ORDER, "1. train\n2. collect\n3. evaluate\n\n"),
        (NUMBER, "**4 194 304 weights & biases**\n\n"),
        (CLOZE, "A & B adds to *W*; B starts at zero.\n\n"),
    ],
)
def test_markdown_shows_the_solution_between_question_and_answer(body: Body, solution: str) -> None:
    text = write_markdown([(DECK, [make_card(question="Which\none?", answer="That.", body=body)])])
    visible, comment, _ = text.partition("<!-- quizapp ")
    assert comment  # the question has two lines there
    assert visible == (
        "# My deck\n\n### Start\n\nText\n\n#### More\n\n"
        f"## Which one?\n\n`one` · mid\n\n{solution}That.\n\n"
    )


def test_markdown_holds_hint_rubric_pitfall_and_places() -> None:
    card = make_card(
        hint="Think.",
        key_points=(KeyPoint("first", must=True), KeyPoint("second")),
        pitfall="The opposite.",
        references=(Reference("Paper", "section 1", checked="abstract"),),
        tags=("lora", "rank"),
    )
    text = write_markdown([(DECK, [card])])
    visible = text.partition("<!-- quizapp ")[0]
    assert visible.partition("## ?\n\n")[2] == (
        "`one` · mid · lora rank\n\nHint: Think.\n\n!\n\n"
        "Key points:\n\n- **must** first\n- second\n\n"
        "Pitfall: The opposite.\n\n"
        "Reference: Paper, section 1 (only the abstract was read)\n\n"
    )


FOUR = Choice(options=("right", "wrong", "false", "bad"), correct="right")


def options(card: Card) -> list[str]:
    """Return the options of a note in the order in which they are asked."""
    return re.findall("<li>(.*?)</li>", note(card)[3])


def test_the_right_option_stands_at_any_place_and_always_at_the_same_one() -> None:
    cards = [make_card(id=f"card-{number}", body=FOUR) for number in range(400)]
    places = [options(card).index("right") for card in cards]
    assert all(80 <= places.count(place) <= 120 for place in range(4))
    assert [options(card).index("right") for card in cards] == places


def test_markdown_shuffles_options_as_anki_does_and_they_come_back_in_their_order() -> None:
    cards = [make_card(id=f"card-{number}", body=FOUR) for number in range(10)]
    text = write_markdown([(DECK, cards)])
    marks = re.findall(r"- \[(.)\] (.*)", text)
    assert [word for _, word in marks] == [word for card in cards for word in options(card)]
    assert [word for mark, word in marks if mark == "x"] == ["right"] * 10
    entries = read_markdown(text).cards
    assert [entry.form["options"] for entry in entries] == [[*FOUR.options]] * 10


SHOWN = {"one": "The loss ends at 0.5 (0.4 to 0.6)."}
DEMO = DemoLink("toy", {}, "The loss ends at {loss}.")


def test_exports_say_what_recorded_runs_have_shown() -> None:
    card = make_card(demo=DEMO)
    line = f"Shown by a run: {SHOWN['one']}"
    assert line in write_markdown([(DECK, [card])], SHOWN).splitlines()
    assert f"<p>{line}</p>" in write_anki([(DECK, [card])], SHOWN)
    (row,) = csv.DictReader(io.StringIO(write_table([card], ",", SHOWN)))
    assert row["shown_by_a_run"] == SHOWN["one"]


def test_what_is_shown_is_part_of_the_answer_where_no_demo_shows_it() -> None:
    markdown = f"## What?\n\nThis.\n\nShown by a run: {SHOWN['one']}\n"
    (entry,) = read_markdown(markdown).cards
    assert entry.form["answer"] == f"This.\n\nShown by a run: {SHOWN['one']}"
    reading = read_table("question,answer,shown_by_a_run\nWhat?,This.,a run\n", ",")
    assert [place.text for place in reading.lost] == ["shown_by_a_run", "a run"]


def test_an_edit_of_a_card_keeps_what_shows_its_other_points() -> None:
    points = (KeyPoint("first", True, "it-holds"), KeyPoint("second", shown="loss"))
    text = write_markdown([(DECK, [make_card(demo=DEMO, key_points=points)])], SHOWN)
    (entry,) = read_markdown(text.replace("- second", "- another")).cards
    assert entry.form["key_points"] == [
        {"point": "first", "must": True, "shown": "it-holds"},
        {"point": "another"},
    ]
    assert entry.form["answer"] == "!"
