"""What is run for `verify`, and what counts as a failure; the runs themselves are data here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from quizapp.app.verify import (
    CardCheck,
    Job,
    Outcome,
    Report,
    check_card,
    failed_run,
    plan,
)
from quizapp.cards.expect import Expect
from quizapp.cards.form import Value
from quizapp.cards.model import Card, DemoLink, Figure, KeyPoint
from quizapp.demo.events import Claim, Done, Error, Event, Loaded, Measure, Points, Reference, State
from quizapp.demo.params import Choice, Int
from quizapp.demo.spec import DemoSpec
from quizapp.demo.state import RunState
from tests.unit.cards.decks import make_card


def spec(name: str = "rank", **params: Any) -> DemoSpec:
    return DemoSpec(
        name,
        Path(f"{name}.py"),
        "Rank",
        "",
        params or {"r": Int(8, 1, 64)},
        topic="lora",
        claims={"low": "The rank is low", "fast": "It is fast"},
        measures={"loss": "Loss"},
        budget_s=5,
        cuda_claims=("fast",),
    )


def card(
    name: str,
    run: str = "rank",
    with_: dict[str, Value] | None = None,
    expect: tuple[Expect, ...] = (),
    figure: Figure | None = None,
) -> Card:
    link = DemoLink(run, with_ or {}, expect=expect)
    return make_card(id=name, deck="lora", demo=link, figure=figure)


def claim(name: str, state: State) -> Event:
    return Claim(name, state, "seen")


def outcome(job: Job, *events: Event, end: Event | None = None, device: str = "cpu") -> Outcome:
    loaded = Loaded(device, f"one {device}")
    state = RunState().add(loaded, *events, end or Done(versions={"torch": "2"}))
    return Outcome(job, state, 1.25, 0.25)


def seeded() -> DemoSpec:
    return spec("seeded", r=Int(8, 1, 64), seed=Int(0, 0, 99))


def test_each_demo_runs_at_its_defaults_once_per_seed_and_once_without_a_seed() -> None:
    demos = [spec(), seeded()]
    jobs, problems = plan(demos, [], {d.id: d for d in demos}, seeds=3)
    assert [(job.spec.id, job.seed) for job in jobs] == [
        ("rank", 0),
        ("seeded", 0),
        ("seeded", 1),
        ("seeded", 2),
    ]
    assert all(job.at_defaults for job in jobs)
    assert not problems


def test_equal_runs_are_made_once_for_all_cards() -> None:
    demo = seeded()
    figure = Figure("seeded", {"r": 4})
    cards = [
        card("a", "seeded"),
        card("b", "seeded", {"r": 8}),
        card("c", "seeded", {"r": 4}),
        card("d", "seeded", {"seed": 0, "r": 4}, figure=figure),
    ]
    jobs, _ = plan([demo], cards, {"seeded": demo}, seeds=1)
    assert [(job.params["r"], [c.id for c in job.cards]) for job in jobs] == [
        (8, ["a", "b"]),
        (4, ["c", "d", "d"]),
    ]
    assert [job.at_defaults for job in jobs] == [True, False]


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        (card("a", "nope"), "a: there is no demo nope"),
        (card("a", "rank", {"q": 1}), "a: rank: q is not a parameter; use r"),
        (card("a", "rank", {"r": 65}), "a: rank: r must be between 1 and 64, not 65"),
    ],
)
def test_a_card_that_cannot_be_run_is_a_problem(link: Card, problem: str) -> None:
    assert plan([], [link], {"rank": spec()}, seeds=1) == ([], [problem])


@pytest.mark.parametrize(
    ("device", "events", "wrong"),
    [
        ("cpu", [claim("low", "holds"), claim("fast", "not tested")], []),
        (
            "cuda",
            [claim("low", "holds"), claim("fast", "not tested")],
            ["rank: fast not tested (seen)"],
        ),
        (
            "cpu",
            [claim("low", "fails"), claim("fast", "fails")],
            ["rank: low fails (seen)", "rank: fast fails (seen)"],
        ),
        (
            "cpu",
            [claim("low", "not tested"), claim("fast", "holds")],
            ["rank: low not tested (seen)"],
        ),
    ],
)
def test_at_the_defaults_claims_hold_or_only_cuda_can_test_them(
    device: str, events: list[Event], wrong: list[str]
) -> None:
    job = Job(spec(), {"r": 8}, at_defaults=True)
    assert failed_run(outcome(job, *events, device=device)) == wrong


def test_elsewhere_a_claim_that_fails_is_no_failure_but_an_error_is() -> None:
    job = Job(spec(), {"r": 2})
    assert failed_run(outcome(job, claim("low", "fails"))) == []
    error = Error("demo", "r", "ValueError")
    assert failed_run(outcome(job, end=error)) == ["rank r=2: ValueError: r"]


def measured(value: float | str) -> Event:
    return Measure("loss", value, "Loss")


@pytest.mark.parametrize(
    ("expect", "value", "ok"),
    [
        (Expect(measure="loss", about=2.0, within=0.1), 2.1, True),
        (Expect(measure="loss", about=2.0, within=0.1), 2.3, False),
        (Expect(measure="loss", about=2.0, within=0.1), math.nan, False),
        (Expect(measure="loss", above=1.5), 2.0, True),
        (Expect(measure="loss", below=1.5), 2.0, False),
        (Expect(measure="loss", equals="NF4"), "NF4", True),
        (Expect(measure="loss", equals="NF4"), "FP4", False),
        (Expect(measure="other", above=0), 2.0, False),
    ],
)
def test_a_card_states_a_number_or_an_outcome(expect: Expect, value: float | str, ok: bool) -> None:
    stated = card("a", expect=(expect,))
    (check,) = check_card(stated, outcome(Job(spec(), {"r": 8}), measured(value)))
    assert (check.card, check.measure, check.wanted, check.ok) == (
        "a",
        expect.name,
        expect.wanted,
        ok,
    )


@pytest.mark.parametrize(
    ("name", "state", "device", "ok"),
    [
        ("low", "holds", "cpu", True),
        ("low", "fails", "cpu", False),
        ("low", "not tested", "cpu", False),
        ("fast", "not tested", "cpu", True),
        ("fast", "not tested", "cuda", False),
    ],
)
def test_a_card_may_rest_on_a_claim(name: str, state: State, device: str, ok: bool) -> None:
    stated = card("a", expect=(Expect(claim=name),))
    job = Job(spec(), {"r": 8})
    (check,) = check_card(stated, outcome(job, claim(name, state), device=device))
    assert check == CardCheck("a", name, state, "holds", ok)


def test_a_claim_that_shows_a_point_must_hold() -> None:
    points = (KeyPoint("a", shown="low"), KeyPoint("b", shown="loss"), KeyPoint("c"))
    stated = replace(card("a", expect=(Expect(measure="loss", above=1),)), key_points=points)
    made = outcome(Job(spec(), {"r": 8}), measured(2.0), claim("low", "fails"))
    assert [(check.measure, check.ok) for check in check_card(stated, made)] == [
        ("loss", True),
        ("low", False),
    ]


def test_a_claim_that_is_stated_and_shows_points_is_checked_once() -> None:
    points = (KeyPoint("a", shown="low"), KeyPoint("b", shown="low"))
    stated = replace(card("a", expect=(Expect(claim="low"),)), key_points=points)
    made = outcome(Job(spec(), {"r": 8}), claim("low", "holds"))
    assert check_card(stated, made) == [CardCheck("a", "low", "holds", "holds", True)]


def test_a_figure_must_draw_the_series_and_the_lines_it_shows() -> None:
    drawn = (Points("train", (0.0,), (1.0,)), Reference("floor", 0.5))
    asked = card("a", with_={"r": 4}, figure=Figure("rank", {}, ("train", "validation", "floor")))
    checks = check_card(asked, outcome(Job(spec(), {"r": 8}), *drawn))
    assert [(c.measure, c.ok) for c in checks] == [
        ("figure: train", True),
        ("figure: validation", False),
        ("figure: floor", True),
    ]


def test_the_report_has_the_documented_keys() -> None:
    run = outcome(
        Job(spec(), {"r": 8}, at_defaults=True), measured(math.inf), claim("low", "holds")
    )
    check = CardCheck("a", "loss", 2.0, "above 1", True)
    shown: Mapping[str, Any] = Report((run,), (check,), ("x",)).as_json()
    assert shown == {
        "device": "one cpu",
        "versions": {"torch": "2"},
        "runs": [
            {
                "demo": "rank",
                "params": {"r": 8},
                "seed": 0,
                "wall_s": 1.25,
                "first_point_s": 0.25,
                "claims": {
                    "low": {"state": "holds", "evidence": "seen"},
                    "fast": {"state": "not tested", "evidence": ""},
                },
                "measures": {"loss": float("inf")},
            }
        ],
        "cards": [{"card": "a", "measure": "loss", "value": 2.0, "wanted": "above 1", "ok": True}],
        "failures": 1,
    }


def test_choices_are_checked_as_in_the_app() -> None:
    demo = spec("codec", block=Choice(64, 128))
    jobs, problems = plan([], [card("a", "codec", {"block": 65})], {"codec": demo}, seeds=1)
    assert not jobs
    assert problems == ["a: codec: block must be one of 64, 128, not 65"]


def test_a_claim_about_other_settings_need_not_be_tested_at_the_defaults() -> None:
    demo = replace(spec(), elsewhere_claims=("low",))
    at_defaults = Job(demo, demo.defaults, at_defaults=True)
    assert failed_run(outcome(at_defaults, claim("low", "not tested"))) == []
    assert failed_run(outcome(at_defaults, claim("low", "fails"))) != []
    card_there = card("c", expect=(Expect(claim="low"),))
    asked = Job(demo, demo.defaults, cards=(card_there,))
    (check,) = check_card(card_there, outcome(asked, claim("low", "not tested")))
    assert not check.ok
