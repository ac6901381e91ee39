"""Tables that spreadsheets and people wrote."""

from __future__ import annotations

import pytest

from quizapp.errors import QuizError
from quizapp.exchange.reading import Place
from quizapp.exchange.table import read_table


@pytest.mark.parametrize(
    "text",
    [
        "question,answer\nWhat?,That.\n",
        "\ufeffQuestion , ANSWER\r\nWhat?,That.\r\n",
        "question;answer\nWhat?;That.\n",
        "Front\tBack\nWhat?\tThat.\n",
        "front|back\nWhat?|That.\n",
        "sep=;\nquestion;answer\nWhat?;That.\n",
        '"sep=,"\r\nquestion,answer\r\nWhat?,That.\r\n',
        "\n\nquestion,answer\n\n,\nWhat?,That.,,\n",
    ],
)
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_the_first_row_shows_the_separator(text: str, delimiter: str) -> None:
    reading = read_table(text, delimiter)
    assert [entry.form for entry in reading.cards] == [{"question": "What?", "answer": "That."}]
    assert (reading.bad, reading.lost) == ([], [])


def test_a_comma_without_quotes_is_a_fault_of_its_row_alone() -> None:
    reading = read_table(
        "question,answer\nWhat is LoRA?,Low-rank, trained adapters\nWhat is r?,The rank\n", ","
    )
    assert [entry.line for entry in reading.cards] == [3]
    (place,) = reading.bad
    assert (place.line, place.text) == (2, "What is LoRA?,Low-rank, trained adapters")
    assert place.what == "more cells than the 2 columns: quote a text with ','"


def test_a_quote_that_is_never_closed_is_found_where_it_opens() -> None:
    reading = read_table('question,answer\nOne?,1\nTwo?,"2\nThree?,3\n', ",")
    assert [entry.form["question"] for entry in reading.cards] == ["One?"]
    assert [(place.line, place.what) for place in reading.bad] == [
        (3, "a quote is opened here and never closed")
    ]


def test_unknown_columns_are_listed_with_their_cells() -> None:
    reading = read_table("question,answer,Topic\nOne?,1,Basics\nTwo?,2,\n", ",")
    assert len(reading.cards) == 2
    assert reading.lost == [
        Place(1, "unknown columns", "Topic"),
        Place(2, "cells of the column topic", "Basics"),
    ]


def test_the_column_deck_names_the_deck() -> None:
    assert read_table("deck,question,answer\nlora,One?,1\nlora,Two?,2\n", ",").title == "lora"
    reading = read_table("deck,question,answer\nlora,One?,1\nqlora,Two?,2\n", ",")
    assert (reading.title, [entry.deck for entry in reading.cards]) == ("", ["lora", "qlora"])


def test_cells_keep_lines_of_windows() -> None:
    (entry,) = read_table('question,answer\r\nWhat?,"one\r\n\r\ntwo"\r\n', ",").cards
    assert entry.form["answer"] == "one\n\ntwo"


def test_all_faults_of_all_rows_are_found() -> None:
    reading = read_table(
        "question,answer,demo,references,absolute,value\n"
        "One?,1,{broken,Paper,,\n"
        "Two?,2,,,maybe,many\n"
        "Three?,3,,a | b | c | d | e,,\n",
        ",",
    )
    assert [(place.line, place.what) for place in reading.bad] == [
        (
            2,
            "demo is not JSON: Expecting property name enclosed in double quotes; "
            "references: 'Paper' is not of the form title | where",
        ),
        (3, "absolute: 'maybe' is neither yes nor no; value: 'many' is not a number"),
        (4, "references: 'a | b | c | d | e' is not of the form title | where"),
    ]


@pytest.mark.parametrize(
    ("kind", "correct"), [("choice", "two"), ("multi", ["two"]), ("open", ["two"])]
)
def test_a_marked_option_is_right_in_the_way_of_its_kind(kind: str, correct: object) -> None:
    text = f'question,answer,kind,options\nWhat?,That.,{kind},"one\n* two"\n'
    (entry,) = read_table(text, ",").cards
    assert (entry.form["options"], entry.form["correct"]) == (["one", "two"], correct)


def test_two_marked_options_of_a_choice_are_left_to_the_check() -> None:
    text = 'question,answer,kind,options\nWhat?,That.,choice,"* a\n* b"\n'
    (entry,) = read_table(text, ",").cards
    assert entry.form["correct"] == ["a", "b"]


def test_a_table_without_answers_is_refused_with_the_missing_column() -> None:
    with pytest.raises(QuizError, match="no column answer") as caught:
        read_table("question\nWhat?\n", ",")
    assert "first row names the columns" in caught.value.hint
    assert "answer or back" in caught.value.hint


def test_a_cell_may_be_of_any_length() -> None:
    (entry,) = read_table(f"question,answer\nWhat?,{'x' * 200_000}\n", ",").cards
    assert entry.form["answer"] == "x" * 200_000
