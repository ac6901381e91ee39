"""Mock interviews: scores by rubric, what to fix, the report as files."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from quizapp.exchange.interview_report import to_html, to_markdown
from quizapp.study.given import Check, Given, Structure
from quizapp.study.interview import (
    InterviewSpec,
    Part,
    Question,
    plan_interview_questions,
)
from quizapp.study.interviewer import Heard, Probe, Reply
from quizapp.study.model import Rating
from quizapp.study.reading import Found, Reading
from quizapp.study.report import InterviewReport, Result, things_to_fix
from quizapp.study.scoring import score_interview
from tests.unit.study.questions import coding, rubric

AT = datetime(2026, 1, 5, 18, 0, tzinfo=UTC)


def report(**given: Given) -> InterviewReport:
    """Return the report of three questions, named x, y and z."""
    questions = [
        Question("x", "lora", "mid", "Why <rank> 8?", rubric("low & fast", "-cost")),
        Question("y", "lora", "mid", "And\nalpha?", rubric("scale")),
        Question("z", "data|sets", "mid", "Dedup?", rubric("-near", "-exact")),
    ]
    spec = InterviewSpec(count=3, minutes=9, seed=4)
    plan = plan_interview_questions(spec, questions)
    return score_interview(AT, spec, plan, {q.id: q for q in questions}, given)


ALL = tuple(Structure)


def test_a_full_answer_scores_one_and_a_missing_answer_none() -> None:
    found = report(x=Given((0, 1), ALL), y=Given((0,), ALL))
    scores = {result.question: result.score for result in found.results}
    assert scores == {"x": pytest.approx(1), "y": pytest.approx(1), "z": 0}
    assert found.score == pytest.approx(2 / 3)
    assert list(found.by_topic) == ["data|sets", "lora"]
    assert found.verdict == "nearly there"


def test_the_weights_are_those_of_the_rubric() -> None:
    found = report(x=Given((0,), (Structure.POINT_FIRST, Structure.EXAMPLE)))
    score = next(result.score for result in found.results if result.question == "x")
    assert score == pytest.approx(0.60 + 0.15 * 2 / 4)


def test_cards_with_a_missing_must_have_point_come_back() -> None:
    found = report(x=Given((1,), ALL), y=Given((0,)), z=Given((0,)))
    assert found.comes_back == ("x",)
    missed = {r.question: (r.missed_musts, r.missed_others) for r in found.results}
    assert missed["x"] == (("low & fast",), ())
    assert missed["z"] == ((), ("exact",))
    suggested = {result.question: result.suggested for result in found.results}
    assert suggested == {"x": Rating.AGAIN, "y": Rating.GOOD, "z": Rating.GOOD}


def test_structure_is_counted_over_the_interview() -> None:
    found = report(x=Given((0,), (Structure.TRADE_OFF,)), y=Given(), z=Given())
    assert found.structure_share[Structure.TRADE_OFF] == pytest.approx(1 / 3)
    assert found.structure_share[Structure.MECHANISM] == 0


def scored(score: float, *, elapsed_s: float = 60.0, allowed_s: float = 60.0) -> Result:
    """Return one question with a score, answered in some time."""
    return Result(
        question="x",
        topic="lora",
        difficulty="mid",
        prompt="Why rank 8?",
        part=Part.CORE,
        score=score,
        missed_musts=(),
        missed_others=(),
        structure=ALL,
        elapsed_s=elapsed_s,
        allowed_s=allowed_s,
        response="",
        suggested=Rating.GOOD,
    )


def of(*results: Result) -> InterviewReport:
    """Return a report of some results."""
    return InterviewReport(AT, InterviewSpec(count=len(results), minutes=9, seed=4), results)


@pytest.mark.parametrize(
    ("score", "verdict"),
    [
        (1.0, "ready"),
        (0.80, "ready"),
        (0.79, "nearly there"),
        (0.60, "nearly there"),
        (0.59, "not yet"),
        (0.0, "not yet"),
    ],
)
def test_the_verdict_is_ready_from_four_fifths_and_nearly_there_from_three(
    score: float, verdict: str
) -> None:
    assert of(scored(score)).verdict == verdict


@pytest.mark.parametrize(("elapsed_s", "over"), [(60.0, False), (60.1, True), (119.0, True)])
def test_an_answer_is_over_time_once_its_share_of_the_time_is_spent(
    elapsed_s: float, over: bool
) -> None:
    found = scored(1.0, elapsed_s=elapsed_s, allowed_s=60.0)
    assert found.overtime is over
    assert ("over time" in to_markdown(of(found))) is over
    assert ("over time" in to_html(of(found))) is over


def test_what_to_fix_names_the_worst_answer_first_then_structure_then_time() -> None:
    late = Given((0,), (Structure.POINT_FIRST,), 1000.0)
    assert list(things_to_fix(report(x=late, y=Given((), ALL), z=late))) == [
        "Say it: scale",
        "Structure it better: mechanism was in 33% of the answers.",
        "Be shorter: 2 answers took longer than the time for the question.",
    ]
    assert list(things_to_fix(of(scored(1.0, elapsed_s=61.0), scored(1.0)))) == [
        "Be shorter: 1 answer took longer than the time for the question."
    ]
    assert list(things_to_fix(of(scored(1.0)))) == []
    both = replace(scored(0.0), missed_musts=("one", "two"))
    assert list(things_to_fix(of(both))) == ["Say it: one"]
    result = replace(scored(0.0), missed_musts=("The result: **8 GB**",))
    assert list(things_to_fix(of(result))) == ["Work it out: **8 GB**"]


def test_a_report_for_readers_names_topics_by_title_where_they_have_one() -> None:
    found = report().with_titles({"lora": "Low-rank adapters"})
    assert set(found.by_topic) == {"Low-rank adapters", "data|sets"}
    assert found.spec == report().spec


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert all(not name.startswith("on") for name, _ in attrs)
        self.seen.add(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_is_well_formed_and_runs_nothing() -> None:
    nasty = "<script>alert('x')</script> & \"quotes\" ![p](https://example.org/p.png)"
    page = to_html(report(x=Given((1,), ALL, 500, nasty), y=Given((0,))))
    tags = _Tags()
    tags.feed(page)
    assert tags.open == []
    assert not tags.seen & {"script", "link", "img", "iframe"}
    assert "<script>alert('x')</script> & \"quotes\"" in tags.text
    assert "Why <rank> 8?" in tags.text and "over time" in tags.text


def test_the_markdown_lists_scores_missed_points_and_answers() -> None:
    text = to_markdown(report(x=Given((1,), ALL, 65, "one\ntwo"), y=Given((0,), ALL)))
    assert text.startswith("# Mock interview, 2026-01-05 18:00\n")
    assert "| data\\|sets | 0% |" in text
    assert "To learn again, as something essential was missing: questions 1, 3." in text
    assert "## 1. Why <rank> 8?" in text and "## 3. Dedup?" in text
    assert "| **low & fast** | open |  |" in text
    assert "> one\n> two" in text
    assert "And alpha?" in text and "1:05 of 3:00" in text
    assert "3 questions at mid level in 9 minutes, seed 4." in text
    assert "1 question at mid level" in to_markdown(of(scored(1.0)))


def code_report(*held: bool, code: str = "def f():\n    return 1\n") -> InterviewReport:
    """Return the report of an interview with one question, answered in code."""
    [question] = coding("mid")
    spec = InterviewSpec(topics=("code",), count=1)
    plan = plan_interview_questions(spec, [question])
    checks = tuple(Check(f"Claim {number}", holds) for number, holds in enumerate(held))
    had = Given(elapsed_s=90.0, response="attempt 2: x", code=code, checks=checks)
    return score_interview(AT, spec, plan, {question.id: question}, {question.id: had})


def test_code_is_scored_by_the_claims_that_hold() -> None:
    report = code_report(True, False, True, True)
    [result] = report.results
    assert result.score == report.score == 0.75
    assert result.missed_musts == ("Claim 1",)
    assert report.comes_back == ("code-mid",)
    assert list(things_to_fix(report)) == ["Write it so that this holds: Claim 1"]
    assert code_report(True, True).comes_back == ()
    assert code_report().score == 0.0


def test_a_report_shows_the_code_and_what_it_came_to() -> None:
    text = to_markdown(code_report(True, False, code="x = '```'\n"))
    assert "- ✓ Claim 0\n- ✗ Claim 1\n" in text
    assert "````python\nx = '```'\n````" in text
    assert "Last run: attempt 2: x." in text
    page = to_html(code_report(True, code="print('<b>')\n"))
    assert "<code class=\"language-python\">print('&lt;b&gt;')" in page


def heard(*found: Found, hollow: bool = False) -> Heard:
    """Return how an answer was read."""
    return Heard(tuple(Reading(one, words="8 GB") for one in found), hollow=hollow)


def about_x(given: Given) -> Result:
    """Return the question x with this answer, in a report."""
    return next(result for result in report(x=given).results if result.question == "x")


def test_what_a_rule_confirmed_counts_without_a_tick() -> None:
    given = Given(response="8 GB", heard=heard(Found.CONFIRMED, Found.NOTHING))
    confirmed = about_x(given)
    assert confirmed.missed_musts == ()
    assert confirmed.suggested is not Rating.AGAIN
    assert confirmed.points[0].state == "confirmed, not ticked"
    assert confirmed.score == about_x(replace(given, ticked=(0,))).score
    assert report(x=given).by_ticks == 0
    close = about_x(replace(given, heard=heard(Found.CLOSE, Found.NOTHING)))
    assert close.missed_musts == ("low & fast",)
    assert close.suggested is Rating.AGAIN


def test_an_answer_that_nothing_read_says_so_and_is_counted() -> None:
    aloud, none = Given((0,), aloud=True), Given((0,))
    typed = Given((0,), response="It is low.", heard=heard(Found.CLOSE, Found.CLOSE))
    assert [about_x(given).unwritten for given in (aloud, none, typed)] == [
        "answered aloud",
        "nothing typed",
        "",
    ]
    found = report(x=typed, y=aloud, z=none)
    assert found.unread == "; 2 answers not typed, by your ticks alone"
    assert f"0 of 5 points confirmed{found.unread}." in to_markdown(found)
    assert code_report(True).unread == ""


def test_an_answer_given_aloud_is_read_where_a_reply_was_typed() -> None:
    replies = (Reply(Probe("How large?"), "8 GB"),)
    given = Given(aloud=True, replies=replies, heard=heard(Found.CONFIRMED, Found.NOTHING))
    assert about_x(given).unwritten == "answered aloud"
    assert report(x=given, y=Given((0,), aloud=True), z=Given(response="Near.")).unread == (
        "; 1 answer not typed, by your ticks alone"
    )


def test_the_files_say_of_a_reply_whether_it_was_spoken() -> None:
    replies = (
        Reply(Probe("And then?"), aloud=True),
        Reply(Probe("Why?")),
        Reply(Probe("How?"), "so"),
    )
    text = to_markdown(report(x=Given(response="It is low.", replies=replies)))
    assert "*And then?*\n\n> (answered aloud)" in text
    assert "*Why?*\n\n> (nothing typed)" in text
    assert "*How?*\n\n> so" in text


def test_the_files_say_that_a_hollow_answer_counts_nothing() -> None:
    hollow = Given((0, 1), response="bananas", heard=heard(Found.NOTHING, Found.NOTHING))
    assert "it counts nothing" not in to_markdown(report(x=hollow))
    found = report(x=replace(hollow, heard=replace(hollow.heard, hollow=True)))
    assert "it counts nothing" in to_markdown(found) and "it counts nothing" in to_html(found)


def test_a_must_have_point_with_bold_words_is_bold_as_a_whole() -> None:
    [question] = [Question("x", "lora", "mid", "How large?", rubric("The result: **8 GB**"))]
    spec = InterviewSpec(count=1)
    plan = plan_interview_questions(spec, [question])
    found = score_interview(AT, spec, plan, {"x": question}, {})
    assert "| **The result: 8 GB** |" in to_markdown(found)
