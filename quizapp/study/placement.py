"""A placement: a few questions per topic, and what may be taken as known after them.

Only questions that the app itself grades are asked, so that no tick decides. In each topic the
level held is estimated as in an interview, from the level held over all topics so far; what lies at
or below it is assumed, as far as everything that it builds on is assumed or learned too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from quizapp.cards.model import CardHead, Difficulty
from quizapp.study.ability import Ability, difficulty_of, estimate, expected
from quizapp.study.model import CardState, Phase
from quizapp.study.turns import turn

GRADED = frozenset({"choice", "multi", "order", "number", "cloze"})
"""Kinds that the app grades."""

QUESTIONS = 30
"""Of a placement: ten minutes at twenty seconds each."""

PER_TOPIC = 3
"""Questions of one topic at most."""

CHECK_AFTER = 30
"""Days after which the first of what was assumed comes back, to see whether it holds."""

CHECK_OVER = 60
"""Days over which the others follow."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One question of a placement."""

    card: str
    right: bool


def level_of(topic: str, heads: Mapping[str, CardHead], answers: Sequence[Answered]) -> Ability:
    """Return the level held in a topic; answers in other topics say where to begin."""
    overall = estimate(0.0, _scores(heads, answers))
    own = [one for one in answers if one.card in heads and heads[one.card].deck == topic]
    return estimate(overall.mean, _scores(heads, own))


def _scores(
    heads: Mapping[str, CardHead], answers: Iterable[Answered]
) -> list[tuple[float, float]]:
    return [
        (difficulty_of(heads[one.card].difficulty), float(one.right))
        for one in answers
        if one.card in heads
    ]


def next_card(heads: Mapping[str, CardHead], answers: Sequence[Answered], seed: int) -> str | None:
    """Return the card to ask now; None when the placement is over.

    Topics take turns by how often they are asked. Of a topic's cards the one is asked that tells
    most about the level held.
    """
    if len(answers) >= QUESTIONS:
        return None
    done = {one.card for one in answers}
    asked = Counter(heads[one.card].deck for one in answers if one.card in heads)
    weights: defaultdict[str, float] = defaultdict(float)
    left: defaultdict[str, list[CardHead]] = defaultdict(list)
    for head in heads.values():
        weights[head.deck] += head.weight
        if head.kind in GRADED and head.id not in done and not head.figure:
            left[head.deck].append(head)
    open_topics = [topic for topic in left if asked[topic] < PER_TOPIC]
    if not open_topics:
        return None
    # every topic once before one of them again: a level is held in a topic, not in the subject
    topic = min(
        open_topics, key=lambda topic: (asked[topic] > 0, turn(asked[topic], weights[topic]))
    )
    held = level_of(topic, heads, answers).mean
    rng = Random(f"{seed}/{len(answers)}")
    drawn = {head.id: rng.random() for head in left[topic]}

    def telling(head: CardHead) -> tuple[float, float]:
        share = expected(held, difficulty_of(head.difficulty))
        return -round(share * (1 - share), 6), drawn[head.id]

    return min(left[topic], key=telling).id


def held_levels(
    heads: Mapping[str, CardHead], answers: Sequence[Answered]
) -> dict[str, Difficulty]:
    """Return the highest level held in each topic that was asked about.

    A level is held if the estimate less its standard error is not below it; a topic in which none
    is held is left out, and so is one without a right answer, whatever was right elsewhere.
    """
    right = [one.card for one in answers if one.right and one.card in heads]
    topics = dict.fromkeys(heads[card].deck for card in right)
    held = {}
    for topic in topics:
        found = level_of(topic, heads, answers)
        levels = [one for one in Difficulty if difficulty_of(one) <= found.mean - found.sd]
        if levels:
            held[topic] = levels[-1]
    return held


def assumed(
    heads: Mapping[str, CardHead],
    states: Mapping[str, CardState],
    answers: Sequence[Answered],
) -> tuple[str, ...]:
    """Return the cards never answered that may be taken as known, in study order.

    What was answered wrong in the placement is not among them.
    """
    held = held_levels(heads, answers)
    wrong = {one.card for one in answers if not one.right}
    levels = list(Difficulty)
    candidates = {
        head.id
        for head in heads.values()
        if head.deck in held
        and levels.index(Difficulty(head.difficulty)) <= levels.index(held[head.deck])
        and head.id not in wrong
        and states.get(head.id, CardState(head.id)).phase is Phase.NEW
    }
    learned = {card for card, state in states.items() if state.learned}
    while blocked := {
        card
        for card in candidates
        if any(need in heads and need not in candidates | learned for need in heads[card].requires)
    }:
        candidates -= blocked
    return tuple(card for card in heads if card in candidates)


def with_assumed(
    states: Mapping[str, CardState], cards: Collection[str], since: date
) -> Mapping[str, CardState]:
    """Return the states as study sees them: what is assumed counts as learned, and comes back.

    The cards come back `CHECK_AFTER` days after `since`, spread over `CHECK_OVER` days. A card that
    was answered stands as it is.
    """
    taken = {}
    for place, card in enumerate(cards):
        state = states.get(card, CardState(card))
        days = CHECK_AFTER + place * CHECK_OVER // len(cards)
        if state.phase is Phase.NEW:
            taken[card] = replace(
                state,
                phase=Phase.REVIEW,
                stability=float(days),
                difficulty=5.0,
                due_day=since + timedelta(days=days),
                interval=days,
                last_day=since,
            )
    return {**states, **taken} if taken else states
