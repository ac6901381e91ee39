"""Mock interviews over the decks of the app."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from quizapp.app.core import open_core
from quizapp.app.interview import Asking, Probing, Report, Rubric
from quizapp.app.interviews import Interviews
from quizapp.paths import find_paths
from quizapp.study.interview import LEVELS, InterviewSpec, Part, plan_interview_questions
from quizapp.study.interviewer import Heard


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_has_wide_interviews_with_a_calculation(home: Path, level: str) -> None:
    core = open_core(find_paths({"QUIZAPP_HOME": str(home)}))
    try:
        questions = Interviews(core).questions()
    finally:
        core.close()
    for seed in range(100):
        spec = InterviewSpec(level=level, count=8, seed=seed)
        plan = plan_interview_questions(spec, list(questions.values()))
        asked = [questions[slot.question] for slot in plan]
        assert len({question.topic for question in asked}) >= 6
        assert max(Counter(question.topic for question in asked).values()) <= 3
        assert any(question.computed for question in asked)
        assert {slot.part for slot in plan} == set(Part) - {Part.CODE}
        below = [q for q, slot in zip(asked, plan, strict=True) if slot.part is not Part.WARM_UP]
        assert all(LEVELS.index(question.difficulty) >= LEVELS.index(level) for question in below)


@pytest.mark.parametrize("level", LEVELS)
def test_an_adaptive_interview_has_the_calculations_of_its_plan(home: Path, level: str) -> None:
    core = open_core(find_paths({"QUIZAPP_HOME": str(home)}))
    try:
        interviews = Interviews(core)
        questions, setup, now = interviews.questions(), interviews.set_up(), core.now
    finally:
        core.close()
    for seed in range(5):
        spec = InterviewSpec(level=level, count=6, seed=seed)
        plan = plan_interview_questions(spec, list(questions.values()))
        phase: Asking | Report = replace(setup, spec=spec).begin(questions)
        while isinstance(phase, Asking):
            after = phase.answer("", 9.0, lambda question, text: Heard(), aloud=True)
            while isinstance(after, Probing):
                after = after.reply("", 9.0, lambda question, text: Heard())
            assert isinstance(after, Rubric)
            phase = after.tick_point(0).next(now)
        asked = [questions[result.question] for result in phase.report.results]
        planned = [questions[slot.question] for slot in plan]
        assert [one.computed for one in asked] == [one.computed for one in planned]
        assert any(one.computed for one in asked)
        assert len({one.topic for one in asked}) >= 5
