"""The decorator that turns a function into a demo."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What a demo states about itself before it runs."""

    topic: str
    claims: Mapping[str, str]
    """By id, the sentence shown beside it; so are the measures."""
    measures: Mapping[str, str]
    formulas: tuple[str, ...] = ()
    """Measures that a formula in the demo gives and no run could change: they are no evidence."""
    predict: Predict | None = None
    budget_s: float = 10
    """Seconds that the defaults should need on two CPU cores."""
    needs_cuda: bool = False
    cuda_claims: tuple[str, ...] = ()
    """Claims that only a CUDA device can test."""
    bundled_claims: tuple[str, ...] = ()
    """Claims whose margin is stated for the bundled model: on another they are not tested."""
    elsewhere_claims: tuple[str, ...] = ()
    """Claims about other settings than the defaults, or another machine: not tested here."""
    token_passes: int = 0
    """Tokens that the defaults send through the model, three times where there is a backward pass:
    what a run takes on a larger model follows from it."""
    model_copies: int = 1
    """How often a run holds the model's weights at most: itself, copies, and where all weights are
    trained three more, for gradients and AdamW's two moments."""
    trained_texts: int = 0
    """Texts of the largest batch with a backward pass. The memory that a run takes on a larger
    model follows from this and the copies."""


@dataclass(frozen=True, kw_only=True)
class Demo(Declaration):
    """A demo as its module declares it at run time."""

    main: Callable[..., None]

    @property
    def params(self) -> dict[str, Param]:
        """The declared parameters in the order of the signature, without `run`."""
        signature = inspect.signature(self.main)
        return {name: p.default for name, p in signature.parameters.items() if name != "run"}


class demo(Declaration):
    """Declares the function below as the demo of this file."""

    def __call__(self, main: Callable[..., None]) -> Callable[..., None]:
        """Attach what was declared to `main` and return it."""
        declared: Any = main
        declared.demo = Demo(main=main, **vars(self))
        return main
