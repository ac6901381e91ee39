"""FSRS parameters fitted to the learner's own log, and whether they predict better.

The fitting is done by `fsrs-rs`, the library inside Anki: an optional extra, imported on use.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from quizapp.errors import EnvironmentProblem, QuizError
from quizapp.study.model import LogEntry
from quizapp.study.schedule import FSRS_VERSION

ENOUGH = 400
"""Reviews below which the defaults stay: fewer show more of luck than of the learner."""
NEWEST = 0.2
"""Share of the reviews that is kept from a trial fit, to test it on."""


@dataclass(frozen=True, slots=True)
class Loss:
    """How wrong some parameters were about what would be recalled; lower is better."""

    all: float
    """Mean log-loss over all reviews."""
    newest: float
    """The same over the newest reviews alone."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What came of a fit."""

    reviews: int
    newest: int
    """How many of them are the newest, which the trial fit did not see."""
    cards: int
    before: Loss
    """Of the default parameters."""
    after: Loss
    """Of the fit; on the newest reviews, of a trial fit that saw only the older ones."""
    parameters: tuple[float, ...]
    """Fitted to all reviews."""

    @property
    def better(self) -> bool:
        """Whether a fit predicts reviews that it has not seen better than the defaults do."""
        return self.after.newest < self.before.newest


Prefix = tuple[tuple[int, int], ...]
"""A card's answers up to one of them: (rating, study days since the answer before)."""


def fit(reviews: Iterable[LogEntry], relearning_steps: int = 1) -> Fit:
    """Fit the parameters to a review log, oldest first.

    Raises:
        QuizError: there are fewer than ENOUGH reviews on a later day than the answer before.
        EnvironmentProblem: fsrs-rs is not installed.
    """
    log = list(reviews)
    found = prefixes(log)
    if len(found) < ENOUGH:
        raise QuizError(
            "Too few reviews to fit",
            f"{len(found)} of {ENOUGH} reviews came on a later day than the answer before; "
            "only those tell how fast you forget.",
            "The default parameters, made from millions of reviews, stay in use.",
        )
    library = _library()
    items = [_item(library, prefix) for prefix in found]
    cut = len(items) - round(NEWEST * len(items))
    trial = _compute(library, items[:cut], relearning_steps)
    fitted = _compute(library, items, relearning_steps)
    default = list(library.DEFAULT_PARAMETERS)

    def loss(parameters: Sequence[float], of: list[Any]) -> float:
        model = library.FSRS(list(parameters))  # given many at once it weighs the newest more
        return float(sum(model.evaluate([item]).log_loss for item in of) / len(of))

    return Fit(
        reviews=len(items),
        newest=len(items) - cut,
        cards=len({review.card for review in log}),
        before=Loss(loss(default, items), loss(default, items[cut:])),
        after=Loss(loss(fitted, items), loss(trial, items[cut:])),
        parameters=fitted,
    )


def prefixes(reviews: Iterable[LogEntry]) -> list[Prefix]:
    """Return for each review on a later day the card's answers up to it, in the log's order."""
    answers: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    last: dict[str, date] = {}
    found = []
    for review in reviews:
        days = max(0, (review.day - last.get(review.card, review.day)).days)
        answers[review.card].append((int(review.rating), days))
        last[review.card] = review.day
        if days:
            found.append(tuple(answers[review.card]))
    return found


def to_keep(fit: Fit, day: date) -> dict[str, object]:
    """Return what the store remembers of a fit."""
    return {
        "fsrs_version": FSRS_VERSION,
        "parameters": list(fit.parameters),
        "reviews": fit.reviews,
        "day": day.isoformat(),
    }


def kept_parameters(kept: object) -> tuple[float, ...] | None:
    """Return the parameters to schedule with; None, the defaults, if they are for another FSRS."""
    if not isinstance(kept, dict) or kept.get("fsrs_version") != FSRS_VERSION:
        return None
    return tuple(kept["parameters"])


def _compute(library: Any, items: list[Any], relearning_steps: int) -> tuple[float, ...]:
    import fsrs.scheduler as limits

    found = library.FSRS(list(library.DEFAULT_PARAMETERS)).compute_parameters(
        items, None, True, relearning_steps
    )
    # Single precision may overstep a limit by its rounding.
    bounds = zip(found, limits.LOWER_BOUNDS_PARAMETERS, limits.UPPER_BOUNDS_PARAMETERS, strict=True)
    return tuple(min(max(round(value, 4), low), high) for value, low, high in bounds)


def _item(library: Any, prefix: Prefix) -> Any:
    return library.FSRSItem([library.FSRSReview(rating, days) for rating, days in prefix])


def _library() -> Any:
    try:
        import fsrs_rs_python
    except ImportError as error:
        raise EnvironmentProblem(
            "fsrs-rs is not installed",
            "Fitting needs the optional package fsrs-rs-python.",
            "Install it with: python -m pip install fsrs-rs-python",
        ) from error
    return fsrs_rs_python
