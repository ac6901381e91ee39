"""A learner for the pictures of docs/screens: seven weeks of evenings, the same each time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from quizapp.app.core import Core
from quizapp.paths import Paths, built_in
from quizapp.settings import Settings, StudySettings
from quizapp.study.model import Answer, Phase, Rating
from quizapp.study.record import RunRecord
from quizapp.study.session import Session

NOW = datetime(2027, 3, 1, 18, 30, tzinfo=UTC)
"""A Monday evening; the clock of every picture starts here."""
DAYS = 49
INTERVIEW = date(2027, 3, 15)


class Clock:
    """Time that moves only when it is told to."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> datetime:
        """Return the present instant."""
        return NOW + timedelta(seconds=self.passed)

    def seconds(self) -> float:
        """Return the seconds since the start."""
        return self.passed


def core_at(home: Path, clock: Clock, *, first: bool = False) -> Core:
    """Return the core of the app over a home, at the time of a clock; `first` is untouched."""
    study = StudySettings() if first else StudySettings(confidence=True, interview_date=INTERVIEW)
    return Core(
        paths=Paths(home, home / "cache", home, (built_in("content"),), (built_in("demos"),)),
        settings=Settings(study=study),
        clock=clock.now,
        monotonic=clock.seconds,
        tz=UTC,
        random=Random(1),
        preload=False,
    )


def study_for_weeks(home: Path) -> None:
    """Fill the database of a home: the learner recalls as FSRS predicts, and sometimes errs."""
    rng = Random(1)
    core = core_at(home, Clock())
    store, rules = core.store, core.scheduler
    store.connection.execute("PRAGMA synchronous = OFF")
    for now in evenings(rng):
        sitting = Session(core.infos, store.states(), now, rules, seed=now.day)
        for _ in range(rng.randrange(14, 36)):
            if sitting.current is None:
                break
            state = sitting.state()
            chance = rules.retrievability(state, rules.calendar.day(now)) if state.reps else 0.7
            right = rng.random() < chance
            answer = Answer(
                Rating(rng.choice([2, 3, 3, 3, 3, 4])) if right else Rating.AGAIN,
                elapsed_ms=round(1000 * rng.lognormvariate(4.2, 0.5)),
                hint_used=rng.random() < 0.1,
                confidence=rng.choice([2, 3, 3] if right else [1, 2, 3]),
                all_musts=right,
            )
            done = store.commit(sitting.rate(answer, now), rules).action
            sitting.sync(done.after, now)
            if state.phase is Phase.NEW and rng.random() < 0.3:
                store.add_run(_prediction(rng, now, state.card, core))
            now += timedelta(seconds=answer.elapsed_ms / 1000)
    core.close()


def evenings(rng: Random) -> Iterator[datetime]:
    """Yield when each day's study begins; some days have none."""
    for ago in range(DAYS, 0, -1):
        if rng.random() < 0.85:
            yield NOW - timedelta(days=ago, minutes=rng.randrange(-60, 120))


def _prediction(rng: Random, at: datetime, card: str, core: Core) -> RunRecord:
    demo = core.library.heads[card].demo or "lora_finetune"
    right = rng.random() < 0.65
    return RunRecord(demo, {}, 0, "cpu", {}, {}, {}, 4.0, at, "", right, card)
