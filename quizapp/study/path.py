"""The learning path: every card after those it builds on, and where the learner stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from quizapp.cards.model import CardHead
from quizapp.study.model import CardState, Phase
from quizapp.study.queue import missing_requirements
from quizapp.study.turns import in_turns


class Stage(StrEnum):
    """Where the learner stands at one card of the path."""

    LEARNED = "learned"
    STARTED = "started"
    """Answered, and still in its first steps."""
    READY = "ready"
    """New, and everything it requires is learned."""
    LOCKED = "locked"
    """New, and something it requires is not learned yet."""


@dataclass(frozen=True, slots=True)
class Step:
    """One card of the path."""

    card: str
    topic: str
    difficulty: str
    requires: tuple[str, ...]
    carries: int
    """How many cards build on it, directly or through others."""
    stage: Stage


def learning_path(infos: Sequence[CardHead], states: Mapping[str, CardState]) -> tuple[Step, ...]:
    """Return all cards as steps; `infos` are in study order."""
    carried = Counter(need for needs in foundations(infos).values() for need in needs)
    known = {info.id for info in infos}
    return tuple(
        Step(
            info.id,
            info.deck,
            info.difficulty,
            info.requires,
            carried[info.id],
            _stage(info, states, known),
        )
        for info in infos
    )


def foundations(infos: Sequence[CardHead]) -> dict[str, tuple[str, ...]]:
    """Return for each card all that it builds on, through any number of steps, in study order."""
    below: dict[str, tuple[str, ...]] = {}
    for info in infos:  # each comes after the cards it requires, so their own are known
        needs = (part for card in info.requires if card in below for part in (*below[card], card))
        below[info.id] = tuple(dict.fromkeys(needs))
    return below


def most_needed(infos: Sequence[CardHead], chosen: Collection[str]) -> list[str]:
    """Return the chosen cards, those first that are asked most.

    Of cards that are asked equally often, the one comes first on which most others build. Topics
    take turns, each as often as it is asked: a short list touches all of them. A card comes after
    the cards it builds on; these are in the list even if they were not chosen.
    """
    below = foundations(infos)
    carried = Counter(need for needs in below.values() for need in needs)
    lanes: dict[str, list[CardHead]] = {}
    for info in infos:
        if info.id in chosen:
            lanes.setdefault(info.deck, []).append(info)
    for lane in lanes.values():
        lane.sort(key=lambda info: (-info.weight, -carried[info.id]))
    weights = {deck: sum(info.weight for info in lane) for deck, lane in lanes.items()}
    turns = [info.id for info in in_turns(lanes, weights)]
    return list(dict.fromkeys(part for card in turns for part in (*below[card], card)))


def _stage(info: CardHead, states: Mapping[str, CardState], known: Collection[str]) -> Stage:
    state = states.get(info.id) or CardState(info.id)
    if state.learned:
        return Stage.LEARNED
    if state.phase is not Phase.NEW:
        return Stage.STARTED
    return Stage.LOCKED if missing_requirements(info, states, known) else Stage.READY
