"""Numbers as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.kinds.number import Number
from quizapp.cards.numerals import number_text, parse_number
from quizapp.errors import QuizError


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("12.5", "", 12.5),
        ("+12.5", "", 12.5),
        ("-12.5", "", -12.5),
        ("- 3", "", -3),
        ("-10^-2", "", -0.01),
        ("10^+3", "", 1000),
        ("2e+3", "", 2000),
        ("-1/4", "", -0.25),
        ("1/1 000", "", 0.001),
        ("7.", "", 7),
        (".5", "", 0.5),
        ("−3", "", -3.0),
        ("1e-4", "", 1e-4),
        ("2.5E3", "", 2500),
        ("10^-4", "", 1e-4),
        ("1.5×10^-4", "", 1.5e-4),
        ("3/4", "", 0.75),
        ("4.2 M", "", 4.2e6),
        ("4.2M parameters", "parameters", 4.2e6),
        ("7B", "", 7e9),
        ("1.5G", "", 1.5e9),
        ("2T", "", 2e12),
        ("1.1T", "tokens", 1.1e12),
        ("16K", "", 16_000),
        ("4 k tokens", "tokens", 4000),
        ("16 k", "", 16_000),
        ("1 000 000", "", 1e6),
        ("1_000", "", 1000),
        ("0.37 bits", "bit", 0.37),
        ("64", "values", 64),
        ("12 %", "%", 12),
        ("12 %", "", 0.12),
        ("4 GB", "GB", 4),
        ("4 GB", "B", 4e9),
        ("42.5%", "percent", 42.5),
        ("2.7 %", "percentage points", 2.7),
        ("112G", "GB", 112),
        ("112 gb", "GB", 112),
        ("3k", "kB", 3),
        ("3 kB", "kB", 3),
        ("5M", "MB", 5),
        ("2t", "TB", 2),
        ("1 hour", "hours", 1),
        ("8x", "times", 8),
        ("10M", "million requests", 10),
        ("5.6h", "hours", 5.6),
        ("9333 $", "dollars", 9333),
        ("1.2 nats", "nats per token", 1.2),
        ("1.96 GiB", "GB", 1.96 * 1.073741824),
        ("2 mib", "MB", 2.097152),
    ],
)
def test_numbers_are_read_as_people_type_them(text: str, unit: str, value: float) -> None:
    assert parse_number(text, unit) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "unit", "says"),
    [
        ("", "", "Nothing was typed"),
        ("12,5", "", "comma"),
        ("1,000", "", "comma"),
        ("about ten", "", "not a number"),
        ("1/0", "", "divides by zero"),
        ("12 34", "", "not understood"),
        ("5 MB", "GB", "counted in GB"),
        ("1.1T", "GB", "counted in GB"),
        ("1M", "kB", "counted in kB"),
        ("5 MiB", "GB", "counted in GB"),
        ("1k", "MB", "counted in MB"),
        ("1G", "TB", "counted in TB"),
        ("1 000 00", "", "not understood"),
        ("1e", "", "not understood"),
        ("--1", "", "not a number"),
        ("1/0.0", "", "divides by zero"),
        ("5 apples", "", "without a unit"),
        ("nan", "", "not a number"),
        ("1e999", "", "too large"),
    ],
)
def test_what_is_no_number_is_refused_with_a_reason(text: str, unit: str, says: str) -> None:
    with pytest.raises(QuizError, match=says) as error:
        parse_number(text, unit)
    assert "12.5" in error.value.hint


@given(st.integers(-(10**14), 10**14))
def test_a_number_is_shown_in_digits_that_can_be_typed(value: int) -> None:
    assert "e" not in number_text(value) or abs(value) >= 1e15
    assert parse_number(number_text(value)) == pytest.approx(value, rel=1e-5)


@given(st.floats(-1e12, 1e12))
def test_a_number_is_read_back_as_it_was_written(value: float) -> None:
    assert parse_number(repr(value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0625, "0.0625"),
        (9999, "9999"),
        (10000, "10 000"),
        (-4194304, "-4 194 304"),
        (1 / 3, "0.333333"),
        (12345.5, "12345.5"),
        (1e-4, "0.0001"),
        (1e15, "1e+15"),
        (999999999999999, "999 999 999 999 999"),
    ],
)
def test_a_number_is_shown_as_people_write_it(value: float, text: str) -> None:
    assert number_text(value) == text


@pytest.mark.parametrize(
    ("text", "unit", "value", "tolerance", "message"),
    [
        ("0.905", "%", 90.5, 0.01, "Right: 90.5 %; 0.905 was read as a share."),
        ("6/11", "percent", 54.5, 0.01, "Right: 54.5 percent; 6/11 was read as a share."),
        ("90.5", "%", 90.5, 0.01, "Right: 90.5 %."),
        ("1.96", "GB", 2.1, 0.05, "Right: 2.1 GB; 1.96 was read as GiB."),
        ("1.96 GiB", "GB", 2.1, 0.05, "Right: 2.1 GB."),
        ("2.1", "GB", 2.1, 0.05, "Right: 2.1 GB."),
        (
            "1e7",
            "million requests",
            10,
            0.1,
            "Right: 10 million requests; 1e7 was read as a plain count.",
        ),
        ("10000000", "million", 10, 0.1, "Right: 10 million; 10000000 was read as a plain count."),
    ],
)
def test_a_number_is_read_as_it_is_meant(
    text: str, unit: str, value: float, tolerance: float, message: str
) -> None:
    mark = Number(value=value, tolerance=tolerance, unit=unit).grade((text,))
    assert mark is not None
    assert (mark.correct, mark.message) == (True, message)


@pytest.mark.parametrize(
    ("text", "unit", "value", "tolerance", "message"),
    [
        ("0.905 %", "%", 90.5, 0.01, "0.905 is 100 times too small"),
        ("0.1", "%", 12.5, 0.01, "0.1 is 125 times too small"),  # it may be one in percent
        ("0.8", "%", 90.5, 0.01, "80 is not within the tolerance"),
        ("1.96", "GB", 2.1, 0.03, "1.96 is not within the tolerance"),
        ("1.96 GB", "GB", 2.1, 0.05, "1.96 is not within the tolerance"),
        ("1e8", "million requests", 10, 0.1, "100 is 10 times too large"),
        ("300", "million requests", 10, 0.1, "300 is 30 times too large"),
    ],
)
def test_what_is_wrong_however_it_is_read_is_wrong(
    text: str, unit: str, value: float, tolerance: float, message: str
) -> None:
    mark = Number(value=value, tolerance=tolerance, unit=unit).grade((text,))
    assert mark is not None
    assert not mark.correct
    assert mark.message.startswith(message)
