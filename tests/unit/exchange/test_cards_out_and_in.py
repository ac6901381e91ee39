"""Cards leave and come back: tables without loss, Markdown and Anki as far as they can say it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.check import check
from quizapp.cards.kinds.multi import Multi
from quizapp.cards.kinds.number import Number
from quizapp.cards.library import Library, load
from quizapp.cards.model import Deck, DemoLink, KeyPoint, Reference
from quizapp.errors import QuizError
from quizapp.exchange.anki import read_anki, write_anki
from quizapp.exchange.forms import deck_text, named, slug
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
    assert back == [card.form() for card in cards]


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


@pytest.mark.parametrize(
    ("kind", "correct"), [("choice", "two"), ("multi", ["two"]), ("open", ["two"])]
)
def test_a_marked_option_is_right_in_the_way_of_its_kind(kind: str, correct: object) -> None:
    text = f'question,answer,kind,options\nWhat?,That.,{kind},"one\n* two"\n'
    (form,) = read_table(text, ",")
    assert (form["options"], form["correct"]) == (["one", "two"], correct)


def test_two_marked_options_of_a_choice_are_left_to_the_check() -> None:
    (form,) = read_table('question,answer,kind,options\nWhat?,That.,choice,"* a\n* b"\n', ",")
    assert form["correct"] == ["a", "b"]


def test_a_reference_without_a_place_is_reported_with_its_line() -> None:
    with pytest.raises(QuizError, match="Line 2: the reference 'Paper' is not of the form"):
        read_table("question,answer,references\nWhat?,That.,Paper\n", ",")


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
    form = named({"question": text, "answer": text})
    (tmp_path / "own.yaml").write_text(deck_text("own", text, [form]), encoding="utf-8")
    library = load([tmp_path], tmp_path / "cache")
    (card,) = library.cards.values()
    assert (card.question, card.answer, library.decks["own"].title) == (text, text, text)


def test_a_bare_table_becomes_open_cards_that_pass_the_check(tmp_path: Path) -> None:
    forms = read_table(
        "Question,Answer\nWhat is r?,The rank. It bounds ΔW.\nWhat is r?,Rank\n", ","
    )
    assert [form["id"] for form in forms] == ["what-is-r", "what-is-r-2"]
    assert forms[0]["key_points"] == [{"point": "The rank.", "must": True}]
    deck = tmp_path / "own.yaml"
    deck.write_text(deck_text("own", "Own", forms), encoding="utf-8")
    assert all(problem.code.startswith("L") for problem in check([deck]).problems)


def test_a_table_without_answers_is_refused_with_the_missing_column() -> None:
    with pytest.raises(QuizError, match="no column answer") as caught:
        read_table("question\nWhat?\n", ",")
    assert "first row names the columns" in caught.value.hint


def test_a_bad_cell_is_reported_with_its_line() -> None:
    with pytest.raises(QuizError, match="Line 2: demo is not JSON"):
        read_table("question,answer,demo\nWhat?,That.,{broken\n", ",")


def test_markdown_reads_back_what_an_open_card_says(library: Library) -> None:
    cards = [card for card in library.cards.values() if card.kind == "open"]
    deck = next(iter(library.decks.values()))
    title, forms = read_markdown(write_markdown([(deck, cards)]))
    assert title == deck.title
    for card, form in zip(cards, forms, strict=True):
        said = card.form()
        for key in ("id", "difficulty", "tags", "hint", "key_points"):
            assert form.get(key) == said.get(key), card.id
        assert form["question"] == " ".join(card.question.split())


def test_plain_markdown_becomes_cards() -> None:
    title, forms = read_markdown("# LoRA\n\n## What is r?\n\nThe rank.\n\nIt bounds ΔW.\n")
    assert title == "LoRA"
    assert [(form["id"], form["answer"]) for form in forms] == [
        ("what-is-r", "The rank.\n\nIt bounds ΔW.")
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [("only text\n", "no heading of the second level"), ("## What?\n\n", "Nothing follows")],
)
def test_markdown_without_cards_is_refused(text: str, message: str) -> None:
    with pytest.raises(QuizError, match=message):
        read_markdown(text)


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


def test_anki_notes_come_in_as_open_and_cloze_cards() -> None:
    notes = (
        "#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n"
        "#tags column:6\n"
        "k1\tBasic\tML::LoRA\tWhat is <b>r</b>?\tThe rank.<br>It bounds ΔW.\tlora Rank::Size\n"
        "xYz!\tCloze\tML::LoRA\tB is {{c1::zero::a number}} at the start\tso ΔW = 0\t\n"
    )
    deck, forms = read_anki(notes)
    assert deck == "LoRA"
    assert forms[0] | {"key_points": []} == {
        "id": "k1",
        "kind": "open",
        "difficulty": "mid",
        "question": "What is r?",
        "answer": "The rank.\nIt bounds ΔW.",
        "tags": ["lora", "rank-size"],
        "key_points": [],
    }
    assert (forms[1]["kind"], forms[1]["text"]) == ("cloze", "B is {{zero}} at the start")


def test_a_slug_is_a_valid_id_whatever_the_question() -> None:
    assert slug("What is ΔW — and why?") == "what-is-w-and-why"
    assert slug("什么是 LoRA?") == "lora"
    assert slug("？") == "card"
