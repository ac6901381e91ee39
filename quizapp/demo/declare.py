"""The decorator that turns a function into a demo."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from quizapp.demo.params import Param


@dataclass(frozen=True)
class Predict:
    """What the learner is asked before the run; the measure named here gives the answer.

    With `options` the measure must be one of them. Without, the guess is a number between `low`
    and `high`, right when it is within `within` (relative) of the measure. `bundled`: the question
    or its answer presupposes the bundled model, and is not asked on another.
    """

    question: str
    options: tuple[str, ...] = ()
    measure: str = ""
    low: float | None = None
    high: float | None = None
    unit: str = ""
    within: float = 0.2
    bundled: bool = False


@dataclass(frozen=True)
class Demo:
    """A demo as its module declares it at run time."""

    main: Callable[..., None]
    topic: str
    claims: Mapping[str, str]
    measures: Mapping[str, str]
    predict: Predict | None
    budget_s: float
    needs_cuda: bool
    cuda_claims: tuple[str, ...] = field(default=())
    bundled_claims: tuple[str, ...] = field(default=())
    token_passes: int = 0

    @property
    def params(self) -> dict[str, Param]:
        """The declared parameters in the order of the signature, without `run`."""
        signature = inspect.signature(self.main)
        return {name: p.default for name, p in signature.parameters.items() if name != "run"}


def demo(
    *,
    topic: str,
    claims: Mapping[str, str],
    measures: Mapping[str, str],
    predict: Predict | None = None,
    budget_s: float = 10,
    needs_cuda: bool = False,
    cuda_claims: tuple[str, ...] = (),
    bundled_claims: tuple[str, ...] = (),
    token_passes: int = 0,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare the function below as the demo of this file.

    `claims` and `measures` map an id to the sentence shown beside it; `budget_s` is the time the
    defaults should need on two CPU cores; `cuda_claims` lists the claims that only a CUDA device
    can test, `bundled_claims` those whose margin is stated for the bundled model: on another model
    they are not tested. `token_passes` counts the tokens that the defaults send through the model,
    three times where there is a backward pass: what a run takes on a larger model follows from it.
    """

    def attach(main: Callable[..., None]) -> Callable[..., None]:
        declared: Any = main
        declared.demo = Demo(
            main,
            topic,
            claims,
            measures,
            predict,
            budget_s,
            needs_cuda,
            cuda_claims,
            bundled_claims,
            token_passes,
        )
        return main

    return attach
