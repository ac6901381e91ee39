"""Today's cards: what is due, what is new, in which order.

Reviews are taken by due day, ties at random, up to the day's limit, and then mixed so that
topics alternate: interleaved practice is recalled better than blocked practice (Sana and Yan
2022, Psychological Science 33). New cards keep the order of their decks, come after the cards
they require, alternate topics too, and are spread evenly among the reviews.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from random import Random

from quizapp.cards.model import CardHead
from quizapp.study.fuzz import draw
from quizapp.study.model import CardState, Phase
from quizapp.study.schedule import Scheduler

NEVER_SEEN = CardState("")
"""Stands for any card without a state; making one for each of ten thousand cards is felt."""


@dataclass(frozen=True, slots=True)
class DayCounts:
    """What was already done this study day; it uses up the daily limits."""

    new: int = 0
    """Cards answered for the first time."""
    reviews: int = 0
    """Answers to cards in review."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The cards of one study day, in order; steps in progress come by their own time."""

    learning: tuple[str, ...] = ()
    """Cards in learning or relearning, soonest first, whether or not they are due yet."""
    main: tuple[str, ...] = ()
    """Reviews and new cards, mixed."""
    waiting: Mapping[str, tuple[str, ...]] | None = None
    """New cards that stay out today, with the cards they still require."""
    over_limit: int = 0
    """Due reviews beyond the day's limit."""


def build_queue(
    infos: Sequence[CardHead],
    states: Mapping[str, CardState],
    now: datetime,
    scheduler: Scheduler,
    *,
    done: DayCounts | None = None,
    only: Collection[str] | None = None,
    extra: Collection[str] = (),
    seed: int = 0,
) -> Queue:
    """Return today's queue; the same arguments give the same queue.

    `infos` are all cards of the library, so that requirements outside the selection `only` are
    known. `extra` are cards in review asked today although they are not due and outside the
    limit, such as the last pass before an interview.
    """
    done = done or DayCounts()
    today = scheduler.calendar.day(now)
    rng = Random(f"{seed}/{today.toordinal()}")
    chosen = [
        (info, state)
        for info in infos
        if (only is None or info.id in only)
        and not (state := states.get(info.id, NEVER_SEEN)).suspended
        and not state.is_buried(today)
    ]
    steps = sorted(
        (state.due, info.id) for info, state in chosen if state.in_steps and state.due is not None
    )
    due = [
        (state.due_day, draw(f"{seed}/{info.id}", today.toordinal()), info)
        for info, state in chosen
        if state.phase is Phase.REVIEW and state.due_day is not None and state.due_day <= today
    ]
    due.sort(key=lambda item: item[:2])
    kept = [item[2] for item in due[: max(0, scheduler.settings.reviews_per_day - done.reviews)]]
    planned = {info.id for info in kept}
    kept += [
        info
        for info, state in chosen
        if info.id in extra and state.phase is Phase.REVIEW and info.id not in planned
    ]
    candidates = [info for info, state in chosen if state.phase is Phase.NEW]
    room = max(0, scheduler.settings.new_per_day - done.new)
    new, waiting = _pick_new(candidates, infos, states, room, rng)
    return Queue(
        learning=tuple(card for _, card in steps),
        main=tuple(info.id for info in _spread_evenly(_alternate(kept, rng), _alternate(new))),
        waiting=waiting,
        over_limit=max(0, len(due) - len(planned)),
    )


def missing_requirements(
    info: CardHead, states: Mapping[str, CardState], known: Collection[str]
) -> tuple[str, ...]:
    """Return the required cards that are not learned yet.

    A required card that no library knows, or that the learner suspended, does not block.
    """
    return tuple(
        card
        for card in info.requires
        if card in known
        and not (state := states.get(card, NEVER_SEEN)).learned
        and not state.suspended
    )


def _pick_new(
    candidates: Iterable[CardHead],
    infos: Sequence[CardHead],
    states: Mapping[str, CardState],
    room: int,
    rng: Random,
) -> tuple[list[CardHead], dict[str, tuple[str, ...]]]:
    """Take cards whose requirements are learned, then cards that today's cards will unlock."""
    known = {info.id for info in infos}
    missing = {
        info.id: cards
        for info in candidates
        if info.requires and (cards := missing_requirements(info, states, known))
    }
    lanes = _lanes(candidates, rng)
    taken: list[CardHead] = []
    unlocked: set[str] = set()
    for with_unlocked in (False, True):
        moved = True
        while moved and len(taken) < room:
            moved = False
            for lane in lanes:
                allowed = unlocked if with_unlocked else set()
                ready = next(
                    (info for info in lane if allowed.issuperset(missing.get(info.id, ()))), None
                )
                if ready is not None and len(taken) < room:
                    lane.remove(ready)
                    taken.append(ready)
                    unlocked.add(ready.id)
                    moved = True
    for info in taken:
        missing.pop(info.id, None)
    return taken, missing


def _lanes(infos: Iterable[CardHead], rng: Random) -> list[list[CardHead]]:
    """Group cards by topic in deck order; the topics are shuffled, so no topic is always first."""
    lanes: dict[str, list[CardHead]] = {}
    for info in sorted(infos, key=attrgetter("deck", "order", "id")):
        lanes.setdefault(info.deck, []).append(info)
    topics = list(lanes)
    rng.shuffle(topics)
    return [lanes[topic] for topic in topics]


def _alternate(infos: Sequence[CardHead], rng: Random | None = None) -> list[CardHead]:
    """Reorder so that neighbours differ in topic wherever the counts allow it.

    The topic with most cards left goes next unless it was just asked. The order within a topic
    is kept. Without a generator, as for new cards, ties go to the topic that comes first, and no
    card overtakes one that it requires.
    """
    lanes: dict[str, deque[CardHead]] = {}
    for info in infos:
        lanes.setdefault(info.deck, deque()).append(info)
    topics = list(lanes)
    if rng is not None:
        rng.shuffle(topics)
    result: list[CardHead] = []
    last: str | None = None
    left = {info.id for info in infos} if rng is None else set()
    while len(result) < len(infos):
        open_lanes = [
            topic for topic in topics if lanes[topic] and left.isdisjoint(lanes[topic][0].requires)
        ]
        fresh = [topic for topic in open_lanes if topic != last] or open_lanes
        last = max(fresh, key=lambda topic: len(lanes[topic]))
        result.append(lanes[last].popleft())
        left.discard(result[-1].id)
    return result


def _spread_evenly(many: Sequence[CardHead], few: Sequence[CardHead]) -> list[CardHead]:
    """Merge two sequences, each evenly over the whole."""
    places = [((index + 0.5) / len(many), 0, info) for index, info in enumerate(many)]
    places += [((index + 0.5) / len(few), 1, info) for index, info in enumerate(few)]
    return [info for _, _, info in sorted(places, key=lambda place: place[:2])]
