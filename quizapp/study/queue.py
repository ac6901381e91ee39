"""Today's cards: what is due, what is new, in which order.

Reviews are taken by due day, ties at random, up to the day's limit, and then mixed so that
topics alternate: interleaved practice is recalled better than blocked practice (Sana and Yan
2022, Psychological Science 33). New cards are of all kinds from the first day on, each in
proportion to how many are new; those of a kind keep the order of their decks. They come after the
cards they require, alternate topics too, and are spread evenly among the reviews.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from operator import attrgetter
from random import Random

from quizapp.cards.model import CardHead
from quizapp.study.fuzz import draw
from quizapp.study.model import CardState, Phase
from quizapp.study.schedule import Scheduler
from quizapp.study.turns import turn

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
    candidates: Sequence[CardHead],
    infos: Sequence[CardHead],
    states: Mapping[str, CardState],
    room: int,
    rng: Random,
) -> tuple[list[CardHead], dict[str, tuple[str, ...]]]:
    """Return the new cards of the day, and what each of the others still requires.

    Of a kind, cards whose requirements are learned come before those that today's cards unlock.
    """
    known = {info.id for info in infos}
    missing = {
        info.id: cards
        for info in candidates
        if info.requires and (cards := missing_requirements(info, states, known))
    }
    taken = list(islice(_mixed(candidates, missing, rng), room))
    for info in taken:
        missing.pop(info.id, None)
    return taken, missing


def _mixed(
    candidates: Sequence[CardHead], missing: Mapping[str, Collection[str]], rng: Random
) -> Iterator[CardHead]:
    """Yield cards so that kinds keep their proportions and, within a kind, topics take turns.

    The rarest kind is met early, and no kind is met more often than its share of the cards. A topic
    comes up as often as it is asked.
    """
    topics = _shuffled_topics(candidates, rng)
    start = {topic: rng.uniform(0, 2) for topic in topics}
    shares = Counter(info.kind for info in candidates)
    asked: defaultdict[str, float] = defaultdict(float)
    for info in candidates:
        asked[info.deck] += info.weight
    ready: dict[tuple[str, str], deque[CardHead]] = defaultdict(deque)
    unlocked: dict[tuple[str, str], deque[CardHead]] = defaultdict(deque)
    unlocks: dict[str, list[CardHead]] = defaultdict(list)
    """The cards that require a card."""
    for info in sorted(candidates, key=attrgetter("order", "id")):
        if info.id not in missing:
            ready[info.kind, info.deck].append(info)
        for needed in {*missing.get(info.id, ())}:
            unlocks[needed].append(info)
    taken: set[str] = set()
    kinds, decks = Counter[str](), Counter[str]()

    def next_card() -> CardHead | None:
        for kind in sorted(shares, key=lambda kind: turn(kinds[kind], shares[kind])):
            for cards in (ready, unlocked):
                if there := [topic for topic in topics if cards.get((kind, topic))]:
                    topic = min(there, key=lambda t: turn(decks[t], asked[t], start[t]))
                    return cards[kind, topic].popleft()
        return None

    while (card := next_card()) is not None:
        yield card
        taken.add(card.id)
        kinds[card.kind] += 1
        decks[card.deck] += 1
        for other in unlocks[card.id]:
            if taken.issuperset(missing[other.id]):
                unlocked[other.kind, other.deck].append(other)


def _shuffled_topics(infos: Iterable[CardHead], rng: Random) -> list[str]:
    """Return the topics in random order, so that no topic is always first."""
    topics = sorted({info.deck for info in infos})
    rng.shuffle(topics)
    return topics


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
