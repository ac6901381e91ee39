"""What each kind of card makes of an answer, and what it refuses in a file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.kinds import bodies
from quizapp.cards.kinds.body import Body, Items
from quizapp.cards.kinds.choice import Choice
from quizapp.cards.kinds.cloze import Cloze
from quizapp.cards.kinds.multi import Multi
from quizapp.cards.kinds.number import Number
from quizapp.cards.kinds.open import Open
from quizapp.cards.kinds.order import Order
from quizapp.errors import QuizError
from tests.unit.cards.decks import calm

CHOICE = Choice(options=("a", "b", "c"), correct="b")
MULTI = Multi(options=("a", "b", "c", "d"), correct=("b", "a"))
ORDER = Order(steps=("a", "b", "c", "d"))
NUMBER = Number(value=0.0625, tolerance=0.02, unit="GB")
CLOZE = Cloze(text="An {{adapter|LoRA adapter}} of a {{rank}}.")
GRADED: tuple[Body, ...] = (CHOICE, MULTI, ORDER, NUMBER, CLOZE)


@pytest.mark.parametrize("body", GRADED)
def test_the_right_answer_is_right(body: Body) -> None:
    mark = body.grade(body.right)
    assert mark is not None
    assert (mark.correct, mark.score) == (True, 1.0)


def test_an_open_answer_is_left_to_the_learner() -> None:
    assert Open().grade(("anything",)) is None
    assert Open().right == ()


def test_only_open_cards_are_spoken_and_only_code_needs_key_points_as_well() -> None:
    assert [kind for kind, body in bodies().items() if body.spoken] == ["open"]
    needing = [kind for kind, body in bodies().items() if "key_points" in body.needs]
    assert needing == ["open", "code"]


def test_another_option_is_wrong() -> None:
    mark = CHOICE.grade(("a",))
    assert (mark.correct, mark.score, mark.message) == (False, 0.0, "Another option.")
    assert CHOICE.grade(("b",)).message == "Right."


@pytest.mark.parametrize(("named", "text"), [("c", "c"), (0, "a"), (2, "c")])
def test_an_option_is_named_by_its_text_or_its_index(named: str | int, text: str) -> None:
    body = Choice(options=("a", "b", "c"), correct=named)
    assert body.right == (text,)
    assert body.correct == text
    assert [*body.faults()] == []


@pytest.mark.parametrize(
    ("named", "message"),
    [("z", "no option reads z"), (3, "there is no option 3"), (-1, "there is no option -1")],
)
def test_what_names_no_option_is_refused(named: str | int, message: str) -> None:
    (fault,) = Choice(options=("a", "b", "c"), correct=named).faults()
    assert (fault.code, fault.message, fault.at) == ("C108", message, ("correct",))


def test_of_several_right_options_each_is_named_once() -> None:
    faults = [*Multi(options=("a", "b", "c"), correct=("c", 2, "x", 1)).faults()]
    assert [(fault.code, fault.message, fault.at) for fault in faults] == [
        ("C114", "`correct` names option 2 twice", ("correct", 1)),
        ("C108", "no option reads x", ("correct", 2)),
    ]


@pytest.mark.parametrize(
    ("ticked", "score", "message"),
    [
        ("ba", 1.0, "Right."),
        ("a", 0.5, "1 of 2 found."),
        ("abc", 0.5, "2 of 2 found, 1 wrong."),
        ("cd", 0.0, "0 of 2 found, 2 wrong."),
    ],
)
def test_a_wrong_option_cancels_a_right_one(ticked: str, score: float, message: str) -> None:
    mark = MULTI.grade(tuple(ticked))
    assert (mark.score, mark.message, mark.correct) == (score, message, score == 1)


def test_right_options_are_in_the_order_of_the_file() -> None:
    assert MULTI.right == ("a", "b")


def test_an_order_scores_by_pairs_and_names_the_first_wrong_step() -> None:
    mark = ORDER.grade(tuple("acbd"))
    assert not mark.correct
    assert mark.score == pytest.approx(5 / 6)
    assert mark.message == "Step 2 is another one."
    assert ORDER.grade(tuple("dcba")).score == 0


@pytest.mark.parametrize(
    ("typed", "tolerance", "absolute", "correct"),
    [
        ("0.0625", 0.0, False, True),
        ("0.063", 0.02, False, True),
        ("0.065", 0.02, False, False),
        ("0.0675", 0.005, True, True),
        ("0.0676", 0.005, True, False),
        ("1/16", 0.0, False, True),
        ("0.0625 GB", 0.0, False, True),
        ("-0.0625", 0.0, False, False),
    ],
)
def test_a_number_may_be_off_by_its_tolerance(
    typed: str, tolerance: float, absolute: bool, correct: bool
) -> None:
    body = Number(value=0.0625, tolerance=tolerance, absolute=absolute, unit="GB")
    assert body.grade((typed,)).correct is correct


@pytest.mark.parametrize(
    ("value", "typed", "correct"),
    [(0.1 + 0.2, "0.3", True), (-8, "-7.2", True), (-8, "-7.1", False), (0.0, "0", True)],
)
def test_rounding_and_signs_do_not_count_against_a_number(
    value: float, typed: str, correct: bool
) -> None:
    tolerance = 0.1 if value == -8 else 0.0
    assert Number(value=value, tolerance=tolerance).grade((typed,)).correct is correct


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("64", "Right: 64 values."),
        ("64 k", "64 000 is 1000 times too large; the answer is 64 values."),
        ("0.64", "0.64 is 100 times too small; the answer is 64 values."),
        ("639", "639 is not within the tolerance; the answer is 64 values."),
        ("640", "640 is 10 times too large; the answer is 64 values."),
        ("6.4", "6.4 is 10 times too small; the answer is 64 values."),
        ("0", "0 is not within the tolerance; the answer is 64 values."),
        ("-6400", "-6400 is not within the tolerance; the answer is 64 values."),
    ],
)
def test_an_order_of_magnitude_is_pointed_out(typed: str, message: str) -> None:
    assert Number(value=64, tolerance=0.01, unit="values").grade((typed,)).message == message


def test_nothing_is_times_too_large_for_zero() -> None:
    mark = Number(value=0, tolerance=0).grade(("5",))
    assert mark.message == "5 is not within the tolerance; the answer is 0."


def test_what_is_no_number_may_be_typed_again() -> None:
    with pytest.raises(QuizError, match="counted in GB"):
        NUMBER.grade(("5 apples",))


@pytest.mark.parametrize(
    ("value", "tolerance", "absolute", "message"),
    [
        (5, 1, False, "a tolerance of 1 accepts any number near zero"),
        (0, 0.1, False, "a share of 0 is 0: no deviation would be accepted"),
        (5, 1, True, None),
        (0, 0, False, None),
        (5, 0.99, False, None),
    ],
)
def test_a_tolerance_that_says_nothing_is_refused(
    value: float, tolerance: float, absolute: bool, message: str | None
) -> None:
    faults = [*Number(value=value, tolerance=tolerance, absolute=absolute).faults()]
    assert [fault.message for fault in faults] == ([message] if message else [])


def test_a_cloze_names_what_was_expected_and_what_was_misspelled() -> None:
    assert CLOZE.grade(("adpater", "Rank")).message == "Right; spelled adapter."
    wrong = CLOZE.grade(("LoRA adapter", ""))
    assert (wrong.correct, wrong.score, wrong.message) == (False, 0.5, "Expected: rank.")


def test_the_longest_right_option_can_be_guessed() -> None:
    assert Choice(options=("a", "bb"), correct="bb").guessable is True
    assert Choice(options=("aa", "bb"), correct="bb").guessable is False
    assert MULTI.guessable is None


@pytest.mark.parametrize(
    ("body", "task", "solution"),
    [
        (Open(), "", ""),
        (CHOICE, Items(("a", "b", "c")), Items(("a", "b", "c"), ticked=("b",))),
        (
            MULTI,
            Items(("a", "b", "c", "d")),
            Items(("a", "b", "c", "d"), ticked=("a", "b")),
        ),
        (Order(steps=("b", "a")), Items(["a", "b"]), Items(("b", "a"), numbered=True)),
        (Number(value=4194304, tolerance=0), "", "**4 194 304**"),
        (NUMBER, "", "**0.0625 GB**"),
        (CLOZE, "An 1:adapter of a 2:rank.", "An adapter of a rank."),
        (Cloze(text="{{x}}"), "1:x", "x"),
    ],
)
def test_the_task_keeps_what_the_solution_says(
    body: Body, task: Items | str, solution: Items | str
) -> None:
    assert body.task("{}:{}".format) == task
    assert body.solution() == solution


@calm
@given(st.permutations(ORDER.steps), st.sets(st.sampled_from(MULTI.options)))
def test_a_score_is_a_share_and_only_the_right_answer_gets_all(
    order: list[str], ticked: set[str]
) -> None:
    for mark, right in (
        (ORDER.grade(order), tuple(order) == ORDER.steps),
        (MULTI.grade(tuple(ticked)), ticked == {"a", "b"}),
    ):
        assert 0 <= mark.score <= 1
        assert (mark.score == 1) == mark.correct == right
