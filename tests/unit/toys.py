"""Demos and runs that the tests of the lab's pure parts share."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from quizapp.cards.expect import Expect
from quizapp.cards.model import Card, DemoLink
from quizapp.demo.declare import Predict
from quizapp.demo.events import Claim, Done, Loaded, Measure, Points, State
from quizapp.demo.evidence import Distribution, Runs
from quizapp.demo.params import Choices, Number
from quizapp.demo.spec import DemoSpec
from quizapp.demo.state import RunState
from quizapp.study.record import RunRecord
from tests.unit.cards import decks

AT = datetime(2027, 3, 1, 12, tzinfo=UTC)


def make_spec(predict: Predict | None = None) -> DemoSpec:
    """Return a demo with two settings, two measures and a claim."""
    return DemoSpec(
        id="nf4_error",
        path=Path("nf4_error.py"),
        title="What four bits cost",
        page="",
        topic="quantization",
        params={
            "block_size": Choices((64, 128, 1024), 64),
            "rate": Number("float", 0.01, 0.001, 1.0, log=True),
            "seed": Number("int", 0, 0, 999),
        },
        claims={"nf4-best": "NF4 loses least"},
        measures={"rmse": "RMSE of NF4", "best": "the best codec"},
        predict=predict,
        budget_s=4,
        needs_cuda=False,
    )


def make_state(*, claim: State = "holds", **measures: float | str) -> RunState:
    """Return a run that has ended well with these measures."""
    return RunState().add(
        Loaded("cpu", "cpu, 2 threads"),
        Points("train", (0.0, 1.0), (2.0, 1.0)),
        *(Measure(name, value, name) for name, value in measures.items()),
        Claim("nf4-best", claim, "0.09 against 0.12", "NF4 loses least"),
        Done(versions={"torch": "2.13.0"}, ms=2300),
    )


def make_distribution(
    measures: Mapping[str, tuple[float | str, ...]], claims: Mapping[str, str]
) -> Distribution:
    """Return recorded runs, one for each value of a measure or letter of a claim."""
    columns: list[Sized] = [*measures.values(), *claims.values()]
    seeds = tuple(range(max(map(len, columns))))
    runs = Runs({}, "cpu AVX2, 1 thread", seeds=seeds, measures=measures, claims=claims)
    return Distribution((runs,))


def make_card(*expects: Expect, **settings: Any) -> Card:
    """Return a card whose answer the demo proves."""
    link = DemoLink("nf4_error", settings, expect=expects)
    return decks.make_card(id="qlora-block-size", deck="quantization", answer="64", demo=link)


def make_record(**changes: Any) -> RunRecord:
    """Return a kept run at the defaults, but for the changes."""
    fields: dict[str, Any] = {
        "demo": "nf4_error",
        "settings": {"block_size": 64, "rate": 0.01, "seed": 0},
        "seed": 0,
        "device": "cpu",
        "device_name": "cpu, 2 threads",
        "versions": {"torch": "2.13.0"},
        "measures": {"rmse": 0.0921, "best": "NF4"},
        "claims": {"nf4-best": "holds"},
        "wall_s": 2.3,
        "at": AT,
    }
    return RunRecord(**{**fields, **changes})
