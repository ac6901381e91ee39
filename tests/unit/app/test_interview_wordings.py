"""A known card is asked in a mock interview in other words and numbers, and graded by them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from quizapp.app.core import Core
from quizapp.app.interview import Asking, Probing, Report, Rubric, Waiting
from quizapp.app.interviews import Interviews, from_record, to_record
from quizapp.cards.variants import OWN
from quizapp.exchange.interview_report import to_html, to_markdown
from quizapp.study.actions import rate
from quizapp.study.interview import InterviewSpec
from quizapp.study.model import Answer, Rating
from quizapp.study.reading import Found
from quizapp.study.report import InterviewReport
from tests.conftest import Make

DECK = """
deck: sizes
title: Sizes
cards:
- id: size
  kind: number
  question: How many GB are 7 billion weights in 4 bits?
  difficulty: mid
  value: 3.5
  tolerance: 0.02
  unit: GB
  answer: Seven times a half.
  key_points:
  - {point: "four bits are half a byte"}
  variants:
  - question: How many GB are {n} billion weights in {bits} bits?
    where: {n: [13, 34, 70], bits: [2, 8, 16]}
    value: n * bits / 8
    answer: "{n} billion times {bits} bits."
"""
SPEC = InterviewSpec(("sizes",), count=1, minutes=5, seed=11)


@pytest.fixture
def sizes(decks: Path, make_core: Make) -> Core:
    """A library with a card of sizes, which is known."""
    (decks / "sizes.yaml").write_text(DECK, encoding="utf-8")
    core = make_core()
    know(core)
    return core


def know(core: Core) -> None:
    """Answer the card once in study."""
    rules = core.scheduler
    core.store.commit(rate(core.store.state("size"), Answer(Rating.GOOD), core.now, rules), rules)


def begin(core: Core, spec: InterviewSpec = SPEC) -> Asking:
    """Begin an interview about the card and remember it."""
    interviews = Interviews(core)
    phase = interviews.begin(replace(interviews.set_up(), spec=spec))
    interviews.keep(phase)
    return phase


def rubric_of(core: Core, phase: Asking, typed: str) -> Rubric:
    """Return the rubric that follows a typed answer."""
    listen = Interviews(core).listen
    after: Asking | Probing | Rubric = phase.answer(typed, 20.0, listen)
    if isinstance(after, Asking):
        after = after.answer(typed, 20.0, listen)
    while isinstance(after, Probing):
        after = after.reply("", 0.0, listen)
    assert isinstance(after, Rubric)
    return after


def finish(core: Core, typed: str, spec: InterviewSpec = SPEC) -> InterviewReport:
    """Return the report of an interview in which this was typed and all was ticked."""
    rubric = rubric_of(core, begin(core, spec), typed).tick_point(0).tick_point(1)
    report = rubric.next(core.now)
    assert isinstance(report, Report)
    Interviews(core).keep(report)
    return report.report


def numbers(prompt: str) -> Mapping[str, float]:
    """Return the values in the question of a size, and the size that they come to."""
    words = prompt.split()
    return {"n": float(words[4]), "gb": float(words[4]) * float(words[-2]) / 8}


def test_a_card_that_was_never_answered_is_asked_as_it_stands(decks: Path, make_core: Make) -> None:
    (decks / "sizes.yaml").write_text(DECK, encoding="utf-8")
    phase = begin(make_core())
    assert phase.question.prompt == "How many GB are 7 billion weights in 4 bits?"
    assert phase.interview.wordings == {}


def test_a_known_card_is_asked_with_other_numbers_that_follow_from_the_seed(sizes: Core) -> None:
    phase = begin(sizes)
    asked_for = numbers(phase.question.prompt)
    assert asked_for["n"] in (13, 34, 70)
    assert f"{asked_for['gb']:g} GB" in phase.question.points[0].point
    assert begin(sizes).question == phase.question
    others = {begin(sizes, replace(SPEC, seed=seed)).question.prompt for seed in range(12)}
    assert len(others) > 3


def test_an_answer_is_graded_by_the_numbers_that_were_asked_for(sizes: Core) -> None:
    phase = begin(sizes)
    right = f"It comes to {numbers(phase.question.prompt)['gb']:g} GB of weights."
    own = "It comes to 3.5 GB of weights."
    found = [rubric_of(sizes, phase, said).given.heard.readings[0].found for said in (right, own)]
    assert found == [Found.CONFIRMED, Found.CONTRADICTS]
    card = Interviews(sizes).card(phase.question)
    assert card is not None
    assert card.answer.startswith(f"{numbers(phase.question.prompt)['n']:g} billion times")


def test_a_resumed_interview_asks_the_same_although_the_card_was_studied_since(
    sizes: Core, make_core: Make
) -> None:
    left = begin(sizes)
    know(sizes)
    sizes.close()
    setup = Interviews(make_core()).set_up()
    assert isinstance(setup, Waiting)
    assert setup.left == left
    assert setup.left.question.prompt != "How many GB are 7 billion weights in 4 bits?"


def test_a_wording_that_the_card_has_lost_gives_way_to_its_own(
    sizes: Core, decks: Path, make_core: Make
) -> None:
    begin(sizes)
    sizes.close()
    without = DECK[: DECK.index("  variants:")]
    (decks / "sizes.yaml").write_text(without, encoding="utf-8")
    setup = Interviews(make_core()).set_up()
    assert isinstance(setup, Waiting)
    assert setup.left.question.prompt == "How many GB are 7 billion weights in 4 bits?"
    assert setup.left.question.wording == OWN


def test_the_report_and_its_files_show_the_question_as_it_was_asked(sizes: Core) -> None:
    report = finish(sizes, "It comes to 3.5 GB of weights.")
    [result] = report.results
    assert numbers(result.prompt)["n"] in (13, 34, 70)
    assert from_record(InterviewReport, to_record(report)) == report
    at = report.at.astimezone(ZoneInfo("UTC"))
    for text in (to_markdown(replace(report, at=at)), to_html(replace(report, at=at))):
        assert result.prompt in text
        assert "in other words than the card" in text
        assert "contradicted by a rule" in text


def test_the_next_interview_asks_it_in_another_wording_than_the_last(sizes: Core) -> None:
    first, second = finish(sizes, "no idea of it"), finish(sizes, "no idea of it")
    asked = [report.results[0].wording.variant for report in (first, second)]
    assert asked == [1, 0]
    pair = Interviews(sizes).compare(first, second).both[0]
    assert pair.reworded


def test_the_wordings_of_earlier_interviews_stay_with_a_renamed_card(
    sizes: Core, decks: Path, make_core: Make
) -> None:
    assert finish(sizes, "no idea of it").results[0].wording.variant == 1
    sizes.close()
    renamed = DECK.replace("- id: size", "- id: bytes\n  aliases: [size]")
    (decks / "sizes.yaml").write_text(renamed, encoding="utf-8")
    assert begin(make_core()).question.wording == OWN


def test_a_card_that_an_interview_asked_is_asked_otherwise_in_the_next(
    decks: Path, make_core: Make
) -> None:
    (decks / "sizes.yaml").write_text(DECK, encoding="utf-8")
    core = make_core()
    asked = [finish(core, "It is 3.5 GB.").results[0].wording.variant for _ in range(2)]
    assert asked == [0, 1]


def test_a_report_from_before_wordings_were_kept_can_be_read(sizes: Core) -> None:
    record = to_record(finish(sizes, "no idea of it"))
    for result in record["results"]:
        del result["wording"]
    assert from_record(InterviewReport, record).results[0].wording == OWN
