"""Documents that people wrote: what becomes a card, and what is listed."""

from __future__ import annotations

import pytest

from quizapp.exchange.markdown import read_markdown, write_markdown
from quizapp.exchange.reading import Place, Reading
from tests.unit.cards.decks import make_card
from tests.unit.exchange.test_notes import CHOICE, DECK

LISTING = """\
# Shell

## How do you list files?

{fence}sh
ls
# and hidden ones


## a heading it is not
ls -a
{fence}

Both are read-only.

## And then?

Nothing.
"""


def questions(reading: Reading) -> list[str]:
    return [entry.form["question"] for entry in reading.cards]


@pytest.mark.parametrize("fence", ["```", "~~~", "````"])
def test_a_heading_inside_a_fence_is_code(fence: str) -> None:
    reading = read_markdown(LISTING.format(fence=fence))
    assert questions(reading) == ["How do you list files?", "And then?"]
    assert reading.cards[0].form["answer"] == (
        f"{fence}sh\nls\n# and hidden ones\n\n\n## a heading it is not\nls -a\n{fence}\n\n"
        "Both are read-only."
    )
    assert (reading.title, reading.lost) == ("Shell", [])


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    text = LISTING.format(fence="```")
    assert read_markdown("\ufeff" + text.replace("\n", "\r\n")) == read_markdown(text)
    (entry,) = read_markdown("\ufeff## First?\r\n\r\nOne.\r\n").cards
    assert entry.form == {"question": "First?", "answer": "One."}


def test_headings_with_nothing_below_are_listed_and_the_others_imported() -> None:
    reading = read_markdown("## 专题总结\n\n## What?\n\nThat.\n\n## Last\n")
    assert questions(reading) == ["What?"]
    assert reading.lost == [
        Place(1, "headings with nothing below", "专题总结"),
        Place(7, "headings with nothing below", "Last"),
    ]


def test_below_a_heading_without_words_the_answer_goes_on() -> None:
    (entry,) = read_markdown("## What?\n\nThat.\n\n##\n\nMore.\n").cards
    assert entry.form["answer"].split() == ["That.", "More."]


def test_text_before_the_questions_becomes_the_lesson() -> None:
    reading = read_markdown("Intro.\n\n# LoRA\n\nMore.\n\n### Part\n\n## What?\n\nThat.\n")
    assert reading.title == "LoRA"
    assert reading.lesson == "Intro.\n\nMore.\n\n# Part"


def test_of_several_decks_each_card_keeps_its_own() -> None:
    reading = read_markdown("# A\n\n## One?\n\n1.\n\n# B\n\nOf B.\n\n## Two?\n\n2.\n")
    assert reading.title == ""
    assert [entry.deck for entry in reading.cards] == ["A", "B"]
    assert reading.lesson == "# A\n\n# B\n\nOf B."


def test_one_title_above_several_decks_names_the_whole() -> None:
    reading = read_markdown("# Guide\n\n# A\n\n## One?\n\n1.\n\n# B\n\n## Two?\n\n2.\n")
    assert reading.title == "Guide"
    assert [entry.deck for entry in reading.cards] == ["A", "B"]


def test_front_matter_names_the_deck_and_the_rest_of_it_is_listed() -> None:
    reading = read_markdown("---\ntitle: 'LoRA'\nlayout: post\n---\n\n## What?\n\nThat.\n")
    assert (reading.title, questions(reading)) == ("LoRA", ["What?"])
    assert reading.lost == [Place(3, "lines of front matter", "layout: post")]


def test_labels_name_the_parts_of_a_card() -> None:
    (entry,) = read_markdown(
        "## What?\n\n`lora-what` · senior · lora rank\n\nHint: Think\nagain.\n\nThat.\n\n"
        "Key points:\n\n- **must** one\n  and a half\n- two\n\nPitfall: No.\n\n"
        "Reference: Paper, section 1\n\nHint: twice\n"
    ).cards
    assert entry.form == {
        "question": "What?",
        "id": "lora-what",
        "difficulty": "senior",
        "tags": ["lora", "rank"],
        "hint": "Think\nagain.\n\ntwice",
        "answer": "That.",
        "key_points": [{"point": "one\nand a half", "must": True}, {"point": "two"}],
        "pitfall": "No.",
        "references": [{"title": "Paper", "where": "section 1"}],
    }


def test_labels_inside_code_are_code() -> None:
    (entry,) = read_markdown("## What?\n\n```\nHint: none\n\nPitfall: none\n```\n").cards
    assert entry.form["answer"] == "```\nHint: none\n\nPitfall: none\n```"


def test_what_was_edited_in_an_export_wins_over_its_comment() -> None:
    card = make_card(question="Which\none?", answer="That.", body=CHOICE, aliases=("old",))
    text = write_markdown([(DECK, [card])])
    edited = text.replace("Which one?", "Which two?").replace("That.", "These.")
    (entry,) = read_markdown(edited).cards
    assert entry.form == card.form() | {"question": "Which two?", "answer": "These.", "tags": []}


def test_a_damaged_comment_is_text() -> None:
    (entry,) = read_markdown("## What?\n\nThat.\n\n<!-- quizapp 00000000 {broken} -->\n").cards
    assert entry.form["answer"] == "That.\n\n<!-- quizapp 00000000 {broken} -->"


def test_invisible_characters_are_taken_out_and_listed() -> None:
    reading = read_markdown("## What\u202e?\n\nIt is\u2028a \x1b[31mred\x0cline.\n")
    assert reading.cards[0].form == {"question": "What?", "answer": "It is a [31mred line."}
    assert reading.lost == [
        Place(1, "invisible characters", "U+202E"),
        Place(3, "invisible characters", "U+001B"),
    ]


def test_a_label_inside_a_list_belongs_to_the_answer() -> None:
    reading = read_markdown(
        "## Why?\n\n- One reason.\n\n  Hint: not one of the card\n\nHint: Look.\n"
    )
    [entry] = reading.cards
    assert entry.form["hint"] == "Look."
    assert entry.form["answer"] == "- One reason.\n\n  Hint: not one of the card"
