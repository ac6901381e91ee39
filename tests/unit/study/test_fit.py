"""Fitting parameters: enough reviews, honest losses, and only what predicts better."""

from __future__ import annotations

import math
import sys

import pytest

from quizapp.errors import EnvironmentProblem, QuizError
from quizapp.study.actions import Action
from quizapp.study.fit import ENOUGH, fit, kept_parameters, prefixes, to_keep
from quizapp.study.model import CardState, Rating
from quizapp.study.schedule import FSRS_VERSION, Scheduler
from tests.unit.study.learners import DEFAULTS, FORGETFUL, actions_of, log_of
from tests.unit.study.samples import NOW, entry, scheduler


def test_below_four_hundred_reviews_the_defaults_stay() -> None:
    log = log_of(DEFAULTS, 100, 5)
    assert len(prefixes(log)) < ENOUGH == 400
    with pytest.raises(QuizError, match=f"{len(prefixes(log))} of 400 reviews") as error:
        fit(log)
    assert "stay in use" in error.value.hint


def test_a_learner_unlike_the_average_gets_parameters_that_predict_unseen_reviews() -> None:
    found = fit(log_of(FORGETFUL, 200, 9))
    assert found.better
    assert found.after.all < found.before.all - 0.01
    assert found.after.newest < found.before.newest
    digits = [len(str(parameter).partition(".")[2]) for parameter in found.parameters]
    assert max(digits) == 4
    rules = scheduler(parameters=found.parameters, fuzz=True)
    for rating in (Rating.AGAIN, Rating.GOOD):
        stability = rules.review(CardState("card"), rating, NOW).stability
        usual = scheduler().review(CardState("card"), rating, NOW).stability
        assert stability is not None and usual is not None and stability < 0.8 * usual


def test_a_fit_that_predicts_no_better_is_not_called_better() -> None:
    found = fit(log_of(DEFAULTS, 200, 9))  # the average learner: only noise to fit
    assert not found.better


def test_the_losses_are_those_of_this_schedulers_own_predictions() -> None:
    log = actions_of(DEFAULTS, 150, 8)
    found = fit(map(entry, log))
    assert found.before.all == pytest.approx(mean_loss(log, scheduler()), rel=2e-4)
    fitted = scheduler(parameters=found.parameters)
    assert found.after.all == pytest.approx(mean_loss(log, fitted), rel=2e-4)


def mean_loss(log: list[Action], rules: Scheduler) -> float:
    """Replay a log and return the mean surprise at the first answer of each later day."""
    states: dict[str, CardState] = {}
    losses = []
    for action in log:
        review = entry(action)
        state = states.get(review.card, CardState(review.card))
        if state.last_day is not None and review.day > state.last_day:
            recall = rules.retrievability(state, review.day)
            losses.append(-math.log(recall if review.recalled else 1 - recall))
        states[review.card] = rules.review(state, review.rating, action.at)
    return sum(losses) / len(losses)


def test_parameters_of_another_fsrs_are_not_used() -> None:
    found = fit(log_of(DEFAULTS, 150, 8))
    kept = to_keep(found, NOW.date())
    assert kept["fsrs_version"] == FSRS_VERSION
    assert kept_parameters(kept) == found.parameters
    assert kept_parameters({**kept, "fsrs_version": FSRS_VERSION + 1}) is None
    assert kept_parameters(None) is None


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsrs_rs_python", None)
    with pytest.raises(EnvironmentProblem) as error:
        fit(log_of(DEFAULTS, 150, 8))
    assert "fsrs-rs-python" in error.value.hint
