"""What `check` says about statements and claims that the record does not bear out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quizapp.cards.evidence_check import evidence_findings
from quizapp.cards.expect import Expect
from quizapp.cards.files import DeckFile
from quizapp.cards.model import Card, KeyPoint
from quizapp.demo.evidence import Evidence, Runs
from tests.unit.toys import make_card, make_spec

SPEC = make_spec()


def recorded(*values: float | str, claims: str = "", **settings: float) -> Runs:
    runs = Runs({**settings}, "cpu SSE, 1 thread")
    states = {"h": "holds", "f": "fails", "n": "not tested"}
    for seed, value in enumerate(values):
        state = states[claims[seed]] if claims else "holds"
        runs = runs.add(seed, 1, {"rmse": value}, {"nf4-best": state}, {})
    return runs


def problems(card: Card, *runs: Runs) -> list[tuple[str, str]]:
    file = DeckFile("deck.yaml", cards={0: card})
    evidence = Evidence(SPEC.id, "x", runs)
    found = evidence_findings(file, {SPEC.id: SPEC}, lambda spec: evidence)
    return [(finding.code, finding.message) for finding in found]


def codes(expect: Expect, *runs: Runs) -> list[str]:
    return [code for code, _ in problems(make_card(expect), *runs)]


def test_a_statement_holds_in_every_recorded_run_or_the_run_is_named() -> None:
    expect = Expect(measure="rmse", below=2.0)
    assert problems(make_card(expect), recorded(1.0, 1.1, 2.5)) == [
        (
            "E401",
            "rmse below 2 held in 2 of 3 recorded runs, not at seed 2 on cpu SSE, 1 thread: 2.5",
        )
    ]
    assert codes(Expect(measure="best", equals="NF4"), recorded(1.0)) == ["E401"]


@pytest.mark.parametrize(
    ("expect", "code"),
    [
        (Expect(measure="rmse", above=0.9), []),  # 1.0 to 1.3, a third of 0.3 is 0.1
        (Expect(measure="rmse", above=0.95), ["E402"]),
        (Expect(measure="rmse", below=1.35), ["E402"]),
        (Expect(measure="rmse", below=1.45), []),
        (Expect(measure="rmse", between=(0.9, 1.35)), ["E402"]),
        (Expect(measure="rmse", about=1.15, within=0.25), []),
        (Expect(measure="rmse", about=1.15, within=0.15), ["E402"]),
    ],
)
def test_there_is_room_for_the_next_run(expect: Expect, code: list[str]) -> None:
    assert codes(expect, recorded(1.0, 1.1, 1.3)) == code


@pytest.mark.parametrize(
    ("expect", "values"),
    [
        (Expect(measure="rmse", above=0.0), (1.0, 1.2)),
        (Expect(measure="rmse", above=0.2), (1.0, 1.2)),
        (Expect(measure="rmse", below=5.0), (1.0, 1.2)),
        (Expect(measure="rmse", between=(-9.0, 9.0)), (1.0, 1.2)),
        (Expect(measure="rmse", above=-50.0), (-1.0, 1.2)),
    ],
)
def test_what_any_run_would_meet_says_nothing(expect: Expect, values: tuple[float, ...]) -> None:
    assert codes(expect, recorded(*values * 10)) == ["E403"]
    assert codes(expect, recorded(*values)) == []  # too few runs to tell


def test_a_limit_that_other_settings_cross_says_something() -> None:
    expect = Expect(measure="rmse", above=0.1)
    runs = recorded(*(1.0, 1.2) * 10)
    assert codes(expect, runs) == ["E403"]
    assert codes(expect, runs, recorded(0.05, block_size=128)) == []


def test_a_limit_on_what_is_nil_says_something() -> None:
    assert codes(Expect(measure="rmse", below=1e-4), recorded(*(1e-7, 3e-7) * 10)) == []


def test_a_claim_holds_in_every_run_that_tested_it() -> None:
    card = make_card(Expect(claim="nf4-best"))
    assert problems(card, recorded(1, 1, 1, claims="hhh")) == []
    assert problems(card, recorded(1, 1, 1, claims="hfn")) == [
        ("E404", "nf4-best held in 1 of 2 recorded runs, not at seed 1 on cpu SSE, 1 thread")
    ]
    assert problems(card, recorded(1, claims="n")) == [
        ("E404", "nf4-best was tested in no recorded run")
    ]


def test_a_shown_claim_is_held_to_the_same() -> None:
    card = replace(make_card(), key_points=(KeyPoint("NF4 loses least", shown="nf4-best"),))
    assert [code for code, _ in problems(card, recorded(1, 1, claims="hf"))] == ["E404"]


def test_settings_that_are_not_recorded_are_named() -> None:
    card = make_card(Expect(measure="rmse", above=0.5), block_size=128)
    assert problems(card, recorded(1.0)) == [
        ("E406", "nothing is recorded of nf4_error at these settings")
    ]


def test_without_a_record_nothing_is_held_against_a_card() -> None:
    file = DeckFile("deck.yaml", cards={0: make_card(Expect(measure="rmse", above=9))})
    assert [*evidence_findings(file, {SPEC.id: SPEC}, lambda spec: None)] == []
