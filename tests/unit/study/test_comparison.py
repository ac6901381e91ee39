"""Two interviews side by side, and how far into an answer the point comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from quizapp.cards.model import KeyPoint
from quizapp.cards.variants import Wording
from quizapp.exchange.interview_report import to_html, to_markdown
from quizapp.study.comparison import Comparison, TopicScores
from quizapp.study.given import Given
from quizapp.study.interview import RESULT, InterviewSpec, Part, Question, Slot
from quizapp.study.interviewer import Heard, Probe, Reply
from quizapp.study.model import Rating
from quizapp.study.reading import Found, Lead, Reading, lead_of
from quizapp.study.report import InterviewReport, Judged, Result
from quizapp.study.scoring import score_interview

AT = datetime(2026, 1, 5, 18, 0, tzinfo=UTC)
ANSWER = "Well, (as we know) the update of the weights is zero at the start."
MUSTS = ("one", "two")


def result(name: str, score: float, topic: str = "lora", *, made: tuple[str, ...] = ()) -> Result:
    """Return one question, with two must-have points of which some were made."""
    return Result(
        question=name,
        topic=topic,
        difficulty="mid",
        prompt=f"Question {name}?",
        part=Part.CORE,
        score=score,
        missed_musts=tuple(point for point in MUSTS if point not in made),
        missed_others=(),
        structure=(),
        elapsed_s=60.0,
        allowed_s=60.0,
        response="",
        suggested=Rating.GOOD,
        points=tuple(Judged(point, True, point in made) for point in MUSTS),
    )


def report(*results: Result, level: str = "mid", days: int = 0) -> InterviewReport:
    """Return a report of some results."""
    spec = InterviewSpec(level=level, count=len(results))
    return InterviewReport(AT + timedelta(days=days), spec, results)


def of_score(score: float, questions: int) -> InterviewReport:
    """Return a report in which every question has the same score."""
    return report(*(result(f"q{number}", score) for number in range(questions)))


def test_of_few_questions_even_a_large_difference_is_not_shown() -> None:
    found = Comparison(of_score(0.4, 5), of_score(0.8, 5))
    assert found.difference == pytest.approx(0.4)
    assert found.overlap
    assert found.sentence == "The intervals overlap: no difference shown."


@pytest.mark.parametrize(
    ("first", "second", "higher"), [(0.1, 0.9, "later"), (0.9, 0.1, "earlier")]
)
def test_intervals_apart_show_which_score_is_higher(
    first: float, second: float, higher: str
) -> None:
    found = Comparison(of_score(first, 10), of_score(second, 10))
    assert not found.overlap
    assert found.sentence == f"The intervals do not overlap: the {higher} score is higher."


def test_intervals_that_touch_overlap() -> None:
    one = of_score(0.5, 6)
    assert Comparison(one, one).overlap
    assert Comparison(one, one).difference == 0


def test_scores_of_two_levels_are_not_of_the_same_questions() -> None:
    found = Comparison(report(result("x", 1)), report(result("y", 1), level="senior"))
    assert found.sentence.endswith("The first was mid, the second senior: compare the level held.")


def test_topics_of_both_come_first_and_the_others_keep_a_gap() -> None:
    first = report(result("a", 0.5, "lora"), result("b", 0.2, "data"), result("c", 1, "serving"))
    second = report(result("d", 0.9, "lora"), result("e", 0.3, "data"), result("f", 0, "metrics"))
    assert Comparison(first, second).topics == (
        TopicScores("data", 0.2, 0.3),
        TopicScores("lora", 0.5, 0.9),
        TopicScores("metrics", None, 0),
        TopicScores("serving", 1, None),
    )


def test_a_question_of_both_says_what_was_gained_and_what_lost() -> None:
    first = report(result("x", 0.5, made=("one",)), result("only", 1))
    second = report(result("new", 1), result("x", 0.5, made=("two",)))
    (pair,) = Comparison(first, second).both
    assert (pair.first.question, pair.second.question) == ("x", "x")
    assert (pair.gained, pair.lost, pair.still_missed) == (("two",), ("one",), ())
    (same,) = Comparison(report(result("x", 0)), report(result("x", 0))).both
    assert (same.gained, same.lost, same.still_missed) == ((), (), MUSTS)


def test_a_point_that_a_card_had_not_yet_was_not_made() -> None:
    old = result("x", 1.0, made=MUSTS)
    old = Result(**{name: getattr(old, name) for name in Result.__slots__} | {"points": ()})
    (pair,) = Comparison(report(old), report(result("x", 0))).both
    assert pair.lost == ()


@pytest.mark.parametrize(
    ("starts", "lead", "text"),
    [
        ([19], Lead(4, 14), "to the point after 4 of 14 words"),
        ([45, 23], Lead(5, 14), "to the point after 5 of 14 words"),
        ([0], Lead(0, 14), "to the point from the first of 14 words"),
        ([7], Lead(1, 14), "to the point after 1 of 14 words"),  # inside the bracket
    ],
)
def test_the_lead_is_the_words_before_the_first_point(
    starts: list[int], lead: Lead, text: str
) -> None:
    found = lead_of(ANSWER, [Reading(Found.CLOSE, start, start + 3, 0.5) for start in starts])
    assert found == lead
    assert lead.text == text


@pytest.mark.parametrize("found", [Found.NOTHING, Found.CONTRADICTS])
def test_words_that_do_not_make_a_point_do_not_come_to_it(found: Found) -> None:
    assert lead_of(ANSWER, [Reading(found, 0, 4)]) is None
    assert lead_of(ANSWER, [Reading(Found.CLOSE, 0, 4, 0.2)]) is None
    assert lead_of(ANSWER, [Reading(found, 0, 4), Reading(Found.PHRASE, 19, 22)]) == Lead(4, 14)


def lead_of_interview(given: Given) -> tuple[InterviewReport, Lead | None]:
    """Return the report of an interview with one question, and its lead."""
    points = (KeyPoint("other"), KeyPoint("essential", must=True))
    question = Question("x", "lora", "mid", "Why?", points)
    plan = [Slot("x", Part.CORE, 60.0)]
    found = score_interview(AT, InterviewSpec(count=1), plan, {"x": question}, {"x": given})
    return found, found.results[0].lead


def test_only_a_must_have_point_is_the_point() -> None:
    other, must = Reading(Found.CLOSE, 0, 4, 0.5), Reading(Found.CLOSE, 19, 22, 0.5)
    found, lead = lead_of_interview(Given(response=ANSWER, heard=Heard((other, must))))
    assert lead == Lead(4, 14)
    assert "to the point after 4 of 14 words" in to_markdown(found)
    assert "to the point after 4 of 14 words" in to_html(found)


def test_a_point_made_after_a_follow_up_comes_after_the_whole_answer() -> None:
    replies = (Reply(Probe("And so?"), "Zero."),)
    readings = (Reading(Found.NOTHING), Reading(Found.PHRASE, len(ANSWER) + 1, len(ANSWER) + 5))
    _, lead = lead_of_interview(Given(response=ANSWER, replies=replies, heard=Heard(readings)))
    assert lead == Lead(14, 15)


def test_an_answer_given_aloud_has_no_lead() -> None:
    found, lead = lead_of_interview(Given(ticked=(1,)))
    assert lead is None
    assert "to the point" not in to_markdown(found)


def test_a_result_is_the_same_point_with_other_numbers() -> None:
    def sized(number: str, *, made: bool) -> Result:
        point = f"{RESULT}{number} GB"
        missed = () if made else (point,)
        points = (Judged(point, True, made),)
        return replace(result("size", 0.5), missed_musts=missed, points=points)

    first, second = sized("7", made=True), sized("14", made=False)
    [pair] = Comparison(report(first), report(second, days=1)).both
    assert pair.lost == (f"{RESULT}14 GB",)
    [pair] = Comparison(report(second), report(first, days=1)).both
    assert pair.gained == (f"{RESULT}14 GB",)
    [pair] = Comparison(report(second), report(sized("28", made=False), days=1)).both
    assert pair.still_missed == (f"{RESULT}28 GB",)


def test_a_question_that_was_put_otherwise_says_so() -> None:
    other = replace(result("x", 0.5), wording=Wording(1, 7))
    [pair] = Comparison(report(result("x", 0.5)), report(other, days=1)).both
    assert pair.reworded
    [pair] = Comparison(report(other), report(other, days=1)).both
    assert not pair.reworded
