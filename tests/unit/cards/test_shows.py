"""The sentence that says what a run shows, filled with values."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.form import Value
from quizapp.cards.shows import fill, fill_values, places, stray_brace
from tests.unit.cards.decks import calm


def test_places_are_found_with_their_offsets() -> None:
    found = [*places("Loss {loss}, right in {share:%} of all.")]
    assert [(place.name, place.percent, place.offset) for place in found] == [
        ("loss", False, 5),
        ("share", True, 22),
    ]


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("no brace", None),
        ("{loss} and {share:%}", None),
        ("{loss", 0),
        ("a } b", 2),
        ("{loss} {loss:.2f}", 7),
        ("{two words}", 0),
        ("{{loss}}", 0),
        ("{}", 0),
    ],
)
def test_a_brace_that_belongs_to_no_place_is_found(text: str, offset: int | None) -> None:
    assert stray_brace(text) == offset


def test_values_fill_their_places() -> None:
    values: dict[str, Value] = {"loss": 1.25, "share": 0.125, "best": "NF4", "unit": "%"}
    text = "{best} ends at {loss}, right in {share:%}; {best:%} and {other:%}, {other}."
    assert fill_values(text, values, str) == "NF4 ends at 1.25, right in 12.5 %; NF4 and –, –."


NAMES = st.text(string.ascii_lowercase + "_", min_size=1, max_size=6)


@calm
@given(st.lists(st.tuples(st.text("ab {}%:", max_size=5), NAMES, st.booleans()), max_size=4))
def test_filling_a_text_with_its_own_places_changes_nothing(
    parts: list[tuple[str, str, bool]],
) -> None:
    text = "".join(f"{before}{{{name}{':%' if share else ''}}}" for before, name, share in parts)
    assert fill(text, lambda place: f"{{{place.name}{':%' if place.percent else ''}}}") == text
    assert fill(text, lambda _: "") == "".join(fill_rest(text))


def fill_rest(text: str) -> list[str]:
    """Return what stands between the places of a text."""
    ends, rest = 0, []
    for place in places(text):
        rest.append(text[ends : place.offset])
        ends = text.index("}", place.offset) + 1
    return [*rest, text[ends:]]
