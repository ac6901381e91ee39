"""Memory states and intervals agree with fsrs-rs over 240 review histories."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from quizapp.settings import StudySettings
from quizapp.study.model import CardState, Phase, Rating
from tests.unit.study.samples import DAY, NOW, scheduler

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "golden" / "fsrs.json").read_text(encoding="utf-8")
)


def test_there_are_enough_histories() -> None:
    assert len(CASES) >= 200
    assert sum(len(case["answers"]) for case in CASES) >= 2000


@pytest.mark.parametrize("part", range(8))
def test_states_and_intervals_agree_with_fsrs_rs(part: int) -> None:
    intervals = 0
    for case in CASES[part::8]:
        parameters = case["parameters"]
        rules = scheduler(
            StudySettings(retention=case["retention"]),
            parameters=None if parameters is None else tuple(parameters),
        )
        state, now = CardState("golden"), NOW
        for (days, rating), (stability, difficulty, interval) in zip(
            case["answers"], case["states"], strict=True
        ):
            now += days * DAY + timedelta(minutes=1)
            state = rules.review(state, Rating(rating), now)
            assert state.stability == pytest.approx(stability, rel=2e-4)
            assert state.difficulty == pytest.approx(difficulty, rel=2e-4)
            if state.phase is Phase.REVIEW:
                intervals += 1
                wanted = min(max(interval, 1.0), 36500.0)
                assert abs(state.interval - wanted) <= 0.5 + 1e-3 * wanted
    assert intervals > 100
