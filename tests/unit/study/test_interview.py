"""Mock interviews: reproducible plans, scores by rubric, reports."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.cards.model import KeyPoint
from quizapp.errors import QuizError
from quizapp.exchange.interview_report import to_html, to_markdown
from quizapp.study.interview import (
    LEVELS,
    InterviewSpec,
    Part,
    Question,
    plan_interview_questions,
)
from quizapp.study.model import Rating
from quizapp.study.scoring import (
    Check,
    Given,
    InterviewReport,
    Result,
    Structure,
    score_interview,
    things_to_fix,
)

AT = datetime(2026, 1, 5, 18, 0, tzinfo=UTC)


def rubric(*points: str) -> tuple[KeyPoint, ...]:
    """Return key points; those that begin with a dash are no must-have points."""
    return tuple(KeyPoint(point.lstrip("-"), must=point[0] != "-") for point in points)


def library(topics: int = 3, each: int = 9) -> list[Question]:
    """Questions of all levels; each points to the next of its topic."""
    return [
        Question(
            id=f"t{topic}-{number}",
            topic=f"t{topic}",
            difficulty=LEVELS[number % 3],
            prompt=f"Question {number} of topic {topic}?",
            points=rubric("must", "-other"),
            follow_ups=(f"t{topic}-{number + 1}",) if number + 1 < each else (),
        )
        for topic in range(topics)
        for number in range(each)
    ]


@settings(max_examples=100)
@given(
    st.builds(
        InterviewSpec,
        level=st.sampled_from(LEVELS),
        count=st.integers(1, 40),
        minutes=st.floats(1, 120),
        seed=st.integers(0, 9),
    ),
    st.integers(1, 4),
    st.integers(1, 9),
)
def test_a_plan_is_reproducible_and_holds_each_question_once(
    spec: InterviewSpec, topics: int, each: int
) -> None:
    questions = library(topics, each)
    plan = plan_interview_questions(spec, questions)
    assert plan == plan_interview_questions(spec, questions[::-1])
    names = [slot.question for slot in plan]
    assert len(set(names)) == len(names) == min(spec.count, len(questions))
    assert sum(slot.seconds for slot in plan) == pytest.approx(60 * spec.minutes)
    order = list(Part)
    assert [order.index(slot.part) for slot in plan] == sorted(
        order.index(slot.part) for slot in plan
    )
    by_id = {question.id: question for question in questions}
    for slot in plan:
        assert (slot.follows is not None) == (slot.part is Part.DIVE)
        if slot.follows is not None:
            assert slot.question in by_id[slot.follows].follow_ups
            assert names.index(slot.follows) < names.index(slot.question)


def test_the_parts_have_the_levels_of_an_interview() -> None:
    spec = InterviewSpec(level="mid", count=10)
    questions = {question.id: question for question in library()}
    plan = plan_interview_questions(spec, list(questions.values()))
    parts = Counter(slot.part for slot in plan)
    assert (parts[Part.WARM_UP], parts[Part.CORE], parts[Part.DIVE]) == (2, 5, 3)
    levels = {part: Counter[str]() for part in Part}
    for slot in plan:
        levels[slot.part][questions[slot.question].difficulty] += 1
    assert set(levels[Part.WARM_UP]) == {"junior"}
    assert set(levels[Part.CORE]) == {"mid"}
    core_topics = Counter(questions[s.question].topic for s in plan if s.part is Part.CORE)
    assert max(core_topics.values()) - min(core_topics.values()) <= 1


def test_there_is_a_dive_wherever_one_question_of_the_level_allows_it() -> None:
    cards = [Question(f"card-{n}", "topic", "mid") for n in range(30)]
    cards[17] = Question("card-17", "topic", "mid", follow_ups=("card-3",))
    cards[3] = Question("card-3", "topic", "mid", follow_ups=("card-9",))
    for seed in range(50):
        plan = plan_interview_questions(InterviewSpec(count=6, seed=seed), cards)
        dive = [(slot.question, slot.follows) for slot in plan if slot.part is Part.DIVE]
        warm = {slot.question for slot in plan if slot.part is Part.WARM_UP}
        if not warm & {"card-17", "card-3", "card-9"}:
            assert dive == [("card-3", "card-17"), ("card-9", "card-3")]


def test_harder_questions_get_more_time() -> None:
    questions = [Question("easy", "a", "junior"), Question("hard", "a", "senior")]
    plan = plan_interview_questions(InterviewSpec(count=2, minutes=7), questions)
    assert {slot.question: slot.seconds for slot in plan} == {"easy": 120, "hard": 300}


def test_another_seed_asks_other_questions() -> None:
    plans = {
        tuple(s.question for s in plan_interview_questions(InterviewSpec(seed=seed), library()))
        for seed in range(6)
    }
    assert len(plans) > 3


@pytest.mark.parametrize(
    "spec",
    [
        InterviewSpec(topics=("nothing",)),
        InterviewSpec(level="wizard"),
        InterviewSpec(count=0),
        InterviewSpec(minutes=0),
    ],
)
def test_an_impossible_interview_is_refused_in_words(spec: InterviewSpec) -> None:
    with pytest.raises(QuizError) as error:
        plan_interview_questions(spec, library())
    assert error.value.hint


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
    assert "To learn again: `" in text
    assert "| **low & fast** | open |  |" in text
    assert "> one\n> two" in text
    assert "And alpha?" in text and "1:05 of 3:00" in text
    assert "3 questions at mid level in 9 minutes, seed 4." in text
    assert "1 question at mid level" in to_markdown(of(scored(1.0)))


def wide(topics: int, seed: int) -> list[Question]:
    """Return a library as uneven as real ones: topics of many and few cards, follow-ups at random.

    Every topic has two questions of each level: enough of any for an interview of twelve.
    """
    rng = Random(seed)
    found: list[Question] = []
    for topic in range(topics):
        for number in range(rng.randint(6, 20)):
            level = LEVELS[number // 2] if number < 6 else rng.choice(LEVELS)
            computed = rng.random() < 0.2
            found.append(Question(f"t{topic}-{number}", f"t{topic}", level, computed=computed))
    names = [question.id for question in found]
    found = [replace(q, follow_ups=tuple(rng.sample(names, 2))) for q in found]
    found[0] = replace(found[0], computed=True)
    return found


@settings(max_examples=60)
@given(
    st.sampled_from(LEVELS), st.sampled_from((8, 10, 12)), st.integers(6, 16), st.integers(0, 99)
)
def test_an_interview_of_eight_covers_six_topics_and_keeps_its_level(
    level: str, count: int, topics: int, seed: int
) -> None:
    """All 9,900 cases hold. The level comes first, so that few topics may leave five."""
    questions = {question.id: question for question in wide(topics, seed)}
    spec = InterviewSpec(level=level, count=count, seed=seed)
    plan = plan_interview_questions(spec, list(questions.values()))
    asked = Counter(questions[slot.question].topic for slot in plan)
    assert len(asked) >= (6 if topics >= 10 else 5)
    assert max(asked.values()) <= 3 * count // 8
    levels = [
        LEVELS.index(questions[s.question].difficulty) for s in plan if s.part != Part.WARM_UP
    ]
    assert min(levels) >= LEVELS.index(level)


def test_one_question_of_five_or_more_is_a_calculation() -> None:
    questions = {question.id: question for question in wide(8, seed=3)}
    for seed in range(20):
        for count in (5, 6, 8):
            spec = InterviewSpec(level="mid", count=count, seed=seed)
            plan = plan_interview_questions(spec, list(questions.values()))
            assert any(questions[slot.question].computed for slot in plan)


def test_other_levels_of_other_topics_come_before_more_than_its_share_of_one() -> None:
    large = [Question(f"large-{number}", "large", "mid") for number in range(20)]
    small = [
        Question(f"{level}-{number}", level, level)
        for level in ("junior", "senior")
        for number in range(2)
    ]
    for seed in range(20):
        plan = plan_interview_questions(
            InterviewSpec(level="mid", count=6, seed=seed), large + small
        )
        topics = Counter(slot.question.partition("-")[0] for slot in plan)
        assert topics == {"large": 2, "junior": 2, "senior": 2}


def test_a_topic_that_was_chosen_may_have_every_question() -> None:
    spec = InterviewSpec(topics=("t0",), count=8)
    assert len(plan_interview_questions(spec, library(topics=3, each=9))) == 8


def test_a_topic_comes_up_as_often_as_it_is_asked() -> None:
    """Over 400 interviews; the cap and the way down of a dive move shares by a few points."""
    asked_for = {"much": 4.0, "some": 2.0, "little": 1.0, "hardly": 0.5}
    found = [
        Question(f"{topic}-{number}", topic, "mid", weight=weight)
        for topic, weight in asked_for.items()
        for number in range(20)
    ]
    came: Counter[str] = Counter()
    for seed in range(400):
        for slot in plan_interview_questions(InterviewSpec(count=3, seed=seed), found):
            came[slot.question.partition("-")[0]] += 1
    shares = [came[topic] / came.total() for topic in asked_for]
    assert shares == sorted(shares, reverse=True)
    assert came["hardly"] / came.total() == pytest.approx(0.5 / 7.5, abs=0.03)


def test_of_a_topic_the_question_asked_more_often_is_likelier() -> None:
    pool = [Question("often", "a", "mid", weight=5.0), Question("rare", "a", "mid", weight=1.0)]
    first = Counter(
        plan_interview_questions(InterviewSpec(count=1, seed=seed), pool)[0].question
        for seed in range(600)
    )
    assert first["often"] / 600 == pytest.approx(5 / 6, abs=0.05)


def coding(*levels: str) -> list[Question]:
    """Questions that are answered in code."""
    return [
        Question(f"code-{level}", "code", level, f"Write {level}.", rubric("b"), exercise="write_x")
        for level in levels
    ]


@pytest.mark.parametrize(("minutes", "rounds"), [(30, 0), (45, 1), (90, 1)])
def test_from_45_minutes_on_one_question_is_answered_in_code(minutes: float, rounds: int) -> None:
    spec = InterviewSpec(minutes=minutes)
    plan = plan_interview_questions(spec, [*library(), *coding(*LEVELS)])
    written = [slot for slot in plan if slot.part is Part.CODE]
    assert [slot.question for slot in written] == ["code-mid"] * rounds
    assert len(plan) == spec.count
    assert plan[len(plan) - rounds :] == tuple(written)
    assert sum(slot.seconds for slot in plan) == pytest.approx(60 * minutes)


def test_code_has_a_clock_of_its_own() -> None:
    def minutes_for(spec: InterviewSpec) -> list[float]:
        plan = plan_interview_questions(spec, [*library(), *coding(*LEVELS)])
        return [round(slot.seconds / 60, 1) for slot in plan if slot.part is Part.CODE]

    assert minutes_for(InterviewSpec(level="junior", minutes=60)) == [10]
    assert minutes_for(InterviewSpec(level="senior", minutes=90)) == [20]
    assert minutes_for(InterviewSpec(minutes=30, coding=1)) == [10]
    assert minutes_for(InterviewSpec(minutes=60, coding=3)) == [12, 12, 10]
    assert minutes_for(InterviewSpec(minutes=60, coding=0)) == []


def test_a_topic_with_nothing_but_code_is_asked_in_code() -> None:
    spec = InterviewSpec(topics=("code",), minutes=30, count=2)
    plan = plan_interview_questions(spec, [*library(), *coding(*LEVELS)])
    assert [slot.part for slot in plan] == [Part.CODE, Part.CODE]


def test_without_code_cards_an_hour_is_spoken() -> None:
    plan = plan_interview_questions(InterviewSpec(minutes=60), library())
    assert len(plan) == 8
    assert all(slot.part is not Part.CODE for slot in plan)


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
