"""Notes as Anki and the programs that write for it export them."""

from __future__ import annotations

import pytest

from quizapp.cards.kinds.cloze import Cloze
from quizapp.exchange.anki import write_anki
from quizapp.exchange.anki_notes import read_anki
from quizapp.exchange.forms import Form
from quizapp.exchange.reading import Place
from tests.unit.cards.decks import make_card
from tests.unit.exchange.test_notes import DECK

HTML = "#separator:tab\n#html:true\n"


def only(text: str) -> Form:
    """Return the one card of some notes, of which nothing is listed."""
    reading = read_anki(text)
    assert (reading.bad, reading.lost, reading.changed) == ([], [], [])
    (entry,) = reading.cards
    assert entry.form.pop("tags") == []
    return entry.form


def test_notes_come_in_as_open_and_cloze_cards() -> None:
    reading = read_anki(
        "#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n"
        "#tags column:6\n"
        "k1\tBasic\tML::LoRA\tWhat is <b>r</b>?\tThe rank.<br>It bounds ΔW.\tlora Rank::Size\n"
        "xYz!\tCloze\tML::LoRA\tB is {{c1::zero::a number}} at the start\tso ΔW = 0\t\n"
    )
    assert reading.title == "ML::LoRA"
    assert [entry.form for entry in reading.cards] == [
        {
            "question": "What is **r**?",
            "answer": "The rank.\nIt bounds ΔW.",
            "tags": ["lora", "Rank::Size"],
            "id": "k1",
        },
        {
            "kind": "cloze",
            "question": "Fill the gaps.",
            "text": "B is {{zero}} at the start",
            "hint": "a number",
            "answer": "so ΔW = 0",
            "tags": [],
        },
    ]


def test_an_empty_back_of_a_cloze_note_is_the_normal_case() -> None:
    assert only(HTML + "{{c1::NF4}} has 16 levels.\t\n") == {
        "kind": "cloze",
        "question": "Fill the gaps.",
        "text": "{{NF4}} has 16 levels.",
        "answer": "NF4 has 16 levels.",
    }


def test_notes_of_several_cloze_numbers_are_one_card_and_listed() -> None:
    reading = read_anki(HTML + "{{c1::NF4}} has {{c2::16::a number}} levels.\t\n")
    (entry,) = reading.cards
    assert (entry.form["text"], entry.form["hint"]) == (
        "{{NF4}} has {{16}} levels.",
        "Gap 2: a number",
    )
    assert [(place.line, place.what) for place in reading.changed] == [
        (3, "notes that Anki asks as several cards, now one card with all gaps")
    ]


@pytest.mark.parametrize(
    ("front", "question", "answer"),
    [
        ("P of {{c1::A|B}} is", "P of […] is", "P of A|B is"),
        ("{{c1::a<br>b::two lines}} is", "[two lines] is", "a\nb is"),
        ("{{ x }} is {{c1::y}}", "{{ x }} is […]", "{{ x }} is y"),
    ],
)
def test_a_gap_that_nobody_could_type_becomes_a_question(
    front: str, question: str, answer: str
) -> None:
    reading = read_anki(f"{HTML}{front}\t\n")
    (entry,) = reading.cards
    assert "kind" not in entry.form
    assert (entry.form["question"], entry.form["answer"]) == (question, answer)
    assert len(reading.changed) == 1


def test_markup_in_a_gap_is_not_typed() -> None:
    assert only(HTML + "{{c1::<b>NF4</b> <code>x</code>}} is it\t\n")["text"] == "{{NF4 x}} is it"


def test_fields_that_are_not_html_stay_as_they_are() -> None:
    assert only("#separator:tab\n#html:false\nWhat is List<int>?\ta &lt; b\n") == {
        "question": "What is List<int>?",
        "answer": "a &lt; b",
    }


def test_headers_end_at_the_first_line_that_is_none() -> None:
    text = '#separator:tab\nHow?\t"ls\n# a comment\n#second"\n# third\tyes\n'
    first, second = read_anki(text).cards
    assert first.form["answer"] == "ls\n\\# a comment\n#second"
    assert (second.form["question"], second.form["answer"]) == ("\\# third", "yes")


def test_headers_for_the_whole_file_hold_for_every_note() -> None:
    reading = read_anki("#separator:Semicolon\n#deck:ML::LoRA\n#tags:lora r\nOne?;1\nTwo?;2\n")
    assert reading.title == "ML::LoRA"
    assert [entry.form["tags"] for entry in reading.cards] == [["lora", "r"]] * 2


def test_a_header_without_a_meaning_is_listed() -> None:
    reading = read_anki("#separator:tab\n#tags column:abc\n#made by:hand\nOne?\t1\n")
    assert len(reading.cards) == 1
    assert reading.lost == [
        Place(2, "header lines without a meaning here", "#tags column:abc"),
        Place(3, "header lines without a meaning here", "#made by:hand"),
    ]


def test_named_columns_are_fields_unless_anki_keeps_them_apart() -> None:
    reading = read_anki("#separator:tab\n#columns:Word\tMeaning\tTags\nLoRA\tadapters\tpeft\n")
    (entry,) = reading.cards
    assert entry.form == {"question": "LoRA", "answer": "adapters", "tags": ["peft"]}
    assert [place.text for place in reading.changed] == ["Word", "Meaning"]
    reading = read_anki("#separator:tab\n#word column:1\nLoRA\tadapters\n")
    assert [entry.form["question"] for entry in reading.cards] == ["LoRA"]


def test_tables_code_and_lists_keep_their_shape() -> None:
    form = only(
        HTML + "How?\t<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>"
        "Then<pre>def f():<br><br><br>    return 1</pre>Back<ul><li>one</li><li>two</li></ul>\n"
    )
    assert form["answer"] == (
        "| a | b |\n|---|---|\n| 1 | 2 |\n\nThen\n\n```\ndef f():\n\n\n    return 1\n```\n\n"
        "Back\n\n- one\n- two"
    )


def test_bold_italic_code_and_raised_digits_are_kept() -> None:
    form = only(HTML + "<b>x</b> <i>y</i> <code>z*</code>\t10<sup>9</sup> W<sub>Q</sub> 2*3*4\n")
    assert form == {"question": "**x** *y* `z*`", "answer": "10⁹ W_(Q) 2\\*3\\*4"}


def test_images_leave_their_names_and_are_listed() -> None:
    reading = read_anki(HTML + 'What is <img src="x8.png">?\t<img src="back.jpg">\n')
    (entry,) = reading.cards
    assert (entry.form["question"], entry.form["answer"]) == (
        "What is (image: x8.png)?",
        "(image: back.jpg)",
    )
    assert reading.lost == [Place(3, "images", "x8.png"), Place(3, "images", "back.jpg")]


def test_rows_without_text_are_nothing_and_a_note_needs_a_question() -> None:
    reading = read_anki(HTML + "\t\t\nOne?\t1\n\tonly an answer\n")
    assert [entry.line for entry in reading.cards] == [4]
    assert reading.bad == [Place(5, "a note without a question", "only an answer")]


def test_a_field_may_be_of_any_length() -> None:
    assert only(f"{HTML}What?\t{'x' * 200_000}\n")["answer"] == "x" * 200_000


def test_a_card_that_anki_got_from_here_comes_back_with_rubric_and_pitfall() -> None:
    body = Cloze(text="h = {{α}}/{{r}}")
    card = make_card(question="Fill.", answer="So.", pitfall="Not so.", body=body, tags=("lora",))
    text = write_anki([(DECK, [card, make_card(id="two", answer="a\n\n- b\n- c")])])
    first, second = read_anki(text).cards
    assert first.form == card.form()
    assert second.form["answer"] == "a\n\n- b\n- c"
    assert read_anki(text).title == DECK.title


def test_a_text_with_the_signs_that_stand_for_gaps_breaks_nothing() -> None:
    [entry] = read_anki(HTML + "{{c1::A|B}} is \ue0007\ue001 it\t\n").cards
    assert (entry.form["question"], entry.form["answer"]) == ("[…] is  it", "A|B is  it")
