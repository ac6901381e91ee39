"""The numbers of the statistics page and of `quizapp stats`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from quizapp.app.core import Core
from quizapp.cards.asked import Coverage
from quizapp.cards.model import CardHead
from quizapp.store import Store
from quizapp.study.mastery import TopicMastery, mastery
from quizapp.study.readiness import Readiness, readiness
from quizapp.study.schedule import Scheduler
from quizapp.study.stats import (
    CalibrationPoint,
    Forecast,
    Retention,
    TimeSpent,
    TrueRetention,
    calibration,
    confident_errors,
    forecast,
    heatmap,
    time_spent,
    true_retention,
)


@dataclass(frozen=True)
class Statistics:
    """What the whole log shows, as of one moment."""

    answers: int
    days: Mapping[date, int]
    """Answers on each study day that had any."""
    coming: Forecast
    recalled: TrueRetention
    topics: tuple[TopicMastery, ...]
    ready: Readiness | None
    """None without a date, or after it."""
    time: TimeSpent | None
    """Of all answers; None without any."""
    time_by_topic: Mapping[str, TimeSpent]
    time_by_card: Mapping[str, TimeSpent]
    calibration: tuple[CalibrationPoint, ...]
    confident_errors: tuple[str, ...]
    predictions: Mapping[str, Retention]
    """Predictions that came true, by demo."""


async def statistics(core: Core) -> Statistics:
    """Compute the numbers as of now.

    The whole log is read in a thread, over a connection of its own: with a long log that takes a
    while, and keys stay answered.
    """
    return await asyncio.to_thread(
        _compute,
        core.store.again,
        core.infos,
        core.scheduler,
        core.today,
        core.days_to_interview,
        core.library.coverage,
    )


def _compute(
    open_store: Callable[[], Store],
    infos: Sequence[CardHead],
    scheduler: Scheduler,
    today: date,
    days_left: int | None,
    coverage: Coverage | None,
) -> Statistics:
    with open_store() as store:
        entries, states, predictions = store.entries(), store.states(), store.predictions()
    topics = {info.id: info.deck for info in infos}
    known = [entry for entry in entries if entry.card in topics]
    ready = None
    if days_left is not None:
        day = today + timedelta(days=days_left)
        ready = readiness(infos, states, known, scheduler, day, coverage)
    return Statistics(
        answers=len(entries),
        days=heatmap(entries),
        coming=forecast([states[card] for card in topics if card in states], today),
        recalled=true_retention(entries, scheduler.settings.mature_days),
        topics=mastery(infos, states, known, scheduler, today),
        ready=ready,
        time=time_spent(known, lambda card: "").get(""),
        time_by_topic=time_spent(known, topics.__getitem__),
        time_by_card=time_spent(entries, str),
        calibration=calibration(entries),
        confident_errors=confident_errors(entries),
        predictions=predictions,
    )
