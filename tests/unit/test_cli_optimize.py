"""`quizapp optimize`: fitted parameters are printed with their losses and then used."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from quizapp.app.core import open_core
from quizapp.paths import find_paths
from quizapp.store import Store
from tests.unit.command_line import run
from tests.unit.study.learners import DEFAULTS, FORGETFUL, actions_of
from tests.unit.study.samples import NOW, scheduler

Learn = Callable[[tuple[float, ...], int], None]


@pytest.fixture
def learn(home: Path) -> Learn:
    """Fill the database with the log of a learner."""

    def write(parameters: tuple[float, ...], cards: int) -> None:
        rules = scheduler()
        with Store(find_paths({"QUIZAPP_HOME": str(home)}).database, lambda: NOW) as store:
            store.connection.execute("PRAGMA synchronous = OFF")  # a test's log may be lost
            for action in actions_of(parameters, cards, 9):
                store.commit(action, rules)

    return write


def in_use(home: Path) -> tuple[float, ...]:
    core = open_core(find_paths({"QUIZAPP_HOME": str(home)}))
    try:
        return core.scheduler.parameters
    finally:
        core.close()


def test_a_fit_that_predicts_better_is_used_until_it_is_reset(learn: Learn, home: Path) -> None:
    learn(FORGETFUL, 100)
    tried = json.loads(run("optimize", "--dry-run", "--json").stdout)
    assert (tried["version"], tried["better"], tried["kept"]) == (1, True, False)
    assert in_use(home) == DEFAULTS
    told = run("optimize")
    assert told.exit_code == 0
    assert f"{tried['before']['all']:.4f}  {tried['after']['all']:.4f}" in told.stdout
    assert f"{tried['before']['newest']:.4f}  {tried['after']['newest']:.4f}" in told.stdout
    assert "The fitted parameters are in use." in told.stdout
    assert in_use(home) == tuple(tried["parameters"]) != DEFAULTS
    assert run("optimize", "--reset").exit_code == 0
    assert in_use(home) == DEFAULTS


def test_a_fit_that_predicts_no_better_changes_nothing(learn: Learn, home: Path) -> None:
    learn(DEFAULTS, 100)
    told = run("optimize")
    assert (told.exit_code, in_use(home)) == (1, DEFAULTS)
    assert "so nothing was changed" in told.stdout


def test_with_a_short_log_the_defaults_stay_and_the_count_is_told() -> None:
    refused = run("optimize")
    assert refused.exit_code == 2
    assert refused.stderr.startswith("Too few reviews to fit: 0 of 400 reviews")
