"""Cards leave and come back: tables without loss, Markdown and Anki as far as they can say it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.kinds.multi import Multi
from quizapp.cards.kinds.number import Number
from quizapp.cards.library import Library, load
from quizapp.cards.model import Deck, DemoLink, KeyPoint, Reference
from quizapp.exchange.anki import write_anki
from quizapp.exchange.forms import Form, complete, deck_text
from quizapp.exchange.markdown import read_markdown, write_markdown
from quizapp.exchange.table import read_table, write_table
from quizapp.paths import built_in
from tests.unit.cards.decks import make_card

OWN = Deck(id="own", title="Own", path="own.yaml")

LINES = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FFF, categories=("L", "N", "P")),
    min_size=1,
    max_size=30,
)
WORDS = st.lists(LINES, min_size=1, max_size=5).map(" ".join)
TEXTS = st.lists(WORDS, min_size=1, max_size=4).map("\n\n".join)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return load([built_in("content")], tmp_path_factory.mktemp("cache"))


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_every_built_in_card_survives_a_table(library: Library, delimiter: str) -> None:
    cards = list(library.cards.values())
    back = read_table(write_table(cards, delimiter), delimiter)
    assert [entry.form for entry in back.cards] == [card.form() for card in cards]
    assert (back.bad, back.lost, back.changed) == ([], [], [])


def test_every_built_in_deck_survives_markdown(library: Library) -> None:
    for deck in library.decks.values():
        cards = [library.cards[card] for card in deck.cards]
        back = read_markdown(write_markdown([(deck, cards)]))
        assert (back.title, back.lesson) == (deck.title, deck.lesson.rstrip())
        assert [without_empty(entry.form) for entry in back.cards] == [c.form() for c in cards]
        assert (back.bad, back.lost, back.changed) == ([], [], [])


def test_the_code_that_an_answer_begins_with_leaves_with_the_question(library: Library) -> None:
    card = library.cards["code-lora-forward"]
    deck = library.decks[card.deck]
    starters = {card.id: "\ndef f(x):\n    return x < 1\n"}
    text = write_markdown([(deck, [card])], starters=starters)
    assert "\n```python\ndef f(x):\n    return x < 1\n```\n" in text
    (entry,) = read_markdown(text).cards
    assert without_empty(entry.form) == card.form()
    notes = write_anki([(deck, [card])], starters=starters)
    assert "return x &lt; 1" in notes
    assert "<pre><code" in notes


def without_empty(form: Form) -> Form:
    return {key: value for key, value in form.items() if value != []}


def test_a_table_names_its_columns_and_marks_what_is_right_and_what_is_a_must() -> None:
    card = make_card(
        key_points=(KeyPoint("one", must=True), KeyPoint("two")),
        references=(Reference("Paper", "page 1", checked="text"), Reference("Docs", "LoRA")),
        tags=("lora", "rank"),
        demo=DemoLink("toy", {"lr": 0.1}),
        body=Multi(options=("a", "b", "c"), correct=("a", "c")),
    )
    number = make_card(id="two", body=Number(value=0.5, tolerance=2, absolute=True, unit="GB"))
    rows = list(csv.DictReader(io.StringIO(write_table([card, number], ","))))
    assert [name for name in rows[0] if rows[0][name]] == [
        *("id", "deck", "kind", "question", "difficulty", "tags", "answer", "key_points"),
        *("references", "demo", "options"),
    ]
    assert rows[0]["key_points"] == "! one\ntwo"
    assert rows[0]["references"] == "Paper | page 1 |  | text\nDocs | LoRA"
    assert rows[0]["options"] == "* a\nb\n* c"
    assert rows[0]["tags"] == "lora rank"
    assert rows[0]["demo"] == '{"run": "toy", "with": {"lr": 0.1}}'
    own = ("kind", "value", "tolerance", "absolute", "unit")
    assert [rows[1][name] for name in own] == ["number", "0.5", "2", "yes", "GB"]


def test_every_built_in_deck_reads_back_from_its_text(library: Library, tmp_path: Path) -> None:
    for deck in library.decks.values():
        cards = [library.cards[card] for card in deck.cards]
        text = deck_text(deck.id, deck.title, (card.form() for card in cards), deck.lesson)
        (tmp_path / f"{deck.id}.yaml").write_text(text, encoding="utf-8")
    again = load([tmp_path], tmp_path / "cache")
    assert not again.problems
    assert dict(again.cards) == dict(library.cards)


@given(question=WORDS, answer=TEXTS, points=st.lists(WORDS, min_size=1, max_size=3, unique=True))
def test_any_text_survives_a_deck_file(
    tmp_path_factory: pytest.TempPathFactory, question: str, answer: str, points: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("deck")
    card = make_card(question=question, answer=answer, key_points=tuple(map(KeyPoint, points)))
    (folder / "own.yaml").write_text(deck_text("own", "Own", [card.form()]), encoding="utf-8")
    library = load([folder], folder / "cache")
    assert library.cards["one"] == card


@pytest.mark.parametrize(
    "text", ["1e-4", "no", "12:30", "~", "null", "- a", "# b", "a: b", "'", "%"]
)
def test_text_that_looks_like_another_type_stays_text(tmp_path: Path, text: str) -> None:
    form = complete({"id": "one", "question": text, "answer": text})
    (tmp_path / "own.yaml").write_text(deck_text("own", text, [form]), encoding="utf-8")
    library = load([tmp_path], tmp_path / "cache")
    (card,) = library.cards.values()
    assert (card.question, card.answer, library.decks["own"].title) == (text, text, text)


def test_anki_notes_carry_the_id_as_guid_and_escape_html(library: Library) -> None:
    text = write_anki(
        [(deck, [library.cards[card] for card in deck.cards]) for deck in library.decks.values()]
    )
    assert text.startswith("#separator:tab\n#html:true\n#guid column:1\n")
    notes = [line for line in text.splitlines() if line.split("\t")[0] in library.cards]
    assert len(notes) == len(library.cards)
    assert "<script" not in text


def test_html_in_a_card_is_text_in_anki() -> None:
    card = make_card(question="Is <b>x</b> < y?", answer="<script>alert(1)</script>")
    text = write_anki([(OWN, [card])])
    assert "<b>" not in text
    assert "&lt;script&gt;" in text
