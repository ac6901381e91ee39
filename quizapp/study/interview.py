"""The plan of a mock interview: a warm-up, a core over the topics, and a dive by follow-ups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from quizapp.cards.model import Difficulty, KeyPoint
from quizapp.errors import QuizError

LEVELS = tuple(Difficulty)

_WARM_UP, _DIVE = 0.2, 0.3
"""Shares of the questions; the rest is the core."""
_WEIGHT = {"junior": 1.0, "mid": 1.5, "senior": 2.5}
"""How much of the time a question of each level gets, relative to the others."""
_LONGEST_CHAIN = 4


class Part(StrEnum):
    """The parts of an interview, in order."""

    WARM_UP = "warm-up"
    CORE = "core"
    DIVE = "deep dive"


@dataclass(frozen=True, slots=True)
class Question:
    """What an interviewer needs of a card."""

    id: str
    topic: str
    difficulty: str
    prompt: str = ""
    points: tuple[KeyPoint, ...] = ()
    """The rubric."""
    follow_ups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InterviewSpec:
    """What the learner asked for; the same spec over the same cards gives the same interview."""

    topics: tuple[str, ...] = ()
    """Empty: all."""
    level: str = "mid"
    count: int = 8
    """Questions."""
    minutes: float = 30.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Slot:
    """One question of the plan."""

    question: str
    part: Part
    seconds: float
    """Its share of the time."""
    follows: str | None = None
    """The question whose follow-up it is; only in a deep dive."""


def plan_interview_questions(
    spec: InterviewSpec, questions: Sequence[Question]
) -> tuple[Slot, ...]:
    """Return the questions of an interview in order.

    Warm-up questions are a level below the core's where there are any. The core goes round the
    topics; its last question is one to dive from. The dive walks along follow-ups. Where the
    cards do not suffice, the nearest levels fill up; there may be fewer questions than asked for.

    Raises:
        QuizError: the level does not exist, a number is not positive, or no card fits.
    """
    _check(spec)
    pool = {
        question.id: question
        for question in sorted(questions, key=lambda question: question.id)
        if not spec.topics or question.topic in spec.topics
    }
    if not pool:
        raise QuizError(
            "No questions for this interview",
            f"No card belongs to {', '.join(spec.topics) or 'any topic'}.",
            "Choose other topics.",
        )
    rng = Random(f"{spec.seed}/{spec.level}/{spec.count}/{','.join(spec.topics)}")
    count = min(spec.count, len(pool))
    warm = max(1, round(_WARM_UP * count)) if count >= 3 else 0
    dive = round(_DIVE * count) if count >= 4 else 0
    level = LEVELS.index(spec.level)

    used: dict[str, None] = {}
    warm_up = _pick(pool, used, warm, max(0, level - 1), rng)
    used.update(dict.fromkeys(warm_up))
    way = _way_down(pool, used, dive, level, rng)
    core = _pick(pool, [*used, *way], count - warm - dive - len(way[:1]), level, rng)
    core += way[:1]
    used.update(dict.fromkeys(core))
    dives = _dives(pool, used, core, dive, rng)
    used.update((question, None) for question, _ in dives)
    spare = _pick(pool, used, count - len(used), level, rng)

    chosen: list[tuple[str, Part, str | None]] = [(name, Part.WARM_UP, None) for name in warm_up]
    chosen += [(name, Part.CORE, None) for name in (*core, *spare)]
    chosen += [(name, Part.DIVE, follows) for name, follows in dives]
    weights = [_WEIGHT.get(pool[name].difficulty, 1.0) for name, _, _ in chosen]
    second = 60 * spec.minutes / sum(weights)
    return tuple(
        Slot(name, part, second * weight, follows)
        for (name, part, follows), weight in zip(chosen, weights, strict=True)
    )


def _check(spec: InterviewSpec) -> None:
    if spec.level not in LEVELS:
        raise QuizError(
            "No such level", f'"{spec.level}" is not a level.', f"Choose {', '.join(LEVELS)}."
        )
    if spec.count < 1 or not spec.minutes > 0:
        raise QuizError(
            "An interview needs questions and time",
            f"It was asked for {spec.count} questions in {spec.minutes:g} minutes.",
            "Both must be above 0.",
        )


def _pick(
    pool: Mapping[str, Question], used: Iterable[str], number: int, level: int, rng: Random
) -> list[str]:
    """Choose questions at or nearest a level, going round the topics."""
    taken = set(used)
    lanes: dict[str, list[Question]] = {}
    for question in pool.values():
        if question.id not in taken:
            lanes.setdefault(question.topic, []).append(question)
    for lane in lanes.values():
        rng.shuffle(lane)
    topics = list(lanes)
    rng.shuffle(topics)
    picked: list[str] = []
    for distance in range(len(LEVELS)):
        moved = True
        while moved and len(picked) < number:
            moved = False
            for topic in topics:
                near = (q for q in lanes[topic] if abs(_level(q) - level) == distance)
                if len(picked) < number and (found := next(near, None)) is not None:
                    lanes[topic].remove(found)
                    picked.append(found.id)
                    moved = True
    return picked


def _way_down(
    pool: Mapping[str, Question], used: Iterable[str], dive: int, level: int, rng: Random
) -> list[str]:
    """Return a question near the level that one can dive from, and the follow-ups below it.

    The deepest way at the nearest level; empty if there is no dive or no way.
    """
    taken = set(used)
    near = [name for name, q in pool.items() if name not in taken and abs(_level(q) - level) <= 1]
    rng.shuffle(near)
    near.sort(key=lambda name: abs(_level(pool[name]) - level))
    room = min(dive, _LONGEST_CHAIN)
    best: list[str] = []
    for name in near if room else ():
        chain = _longest_chain(pool, name, taken | {name}, room, rng)
        if chain and len(chain) >= len(best):
            best = [name, *chain]
        if len(chain) == room:
            break
    return best


def _dives(
    pool: Mapping[str, Question],
    used: Iterable[str],
    starts: Sequence[str],
    number: int,
    rng: Random,
) -> list[tuple[str, str]]:
    """Return follow-up questions with the question each follows, in chains as long as they go."""
    taken = set(used)
    dives: list[tuple[str, str]] = []
    while len(dives) < number:
        room = min(number - len(dives), _LONGEST_CHAIN)
        chains = [
            (start, chain)
            for start in rng.sample(starts, len(starts))
            if (chain := _longest_chain(pool, start, taken, room, rng))
        ]
        if not chains:
            break
        start, chain = max(chains, key=lambda found: len(found[1]))
        dives += zip(chain, (start, *chain), strict=False)
        taken.update(chain)
    return dives


def _longest_chain(
    pool: Mapping[str, Question], start: str, taken: set[str], room: int, rng: Random
) -> tuple[str, ...]:
    if room == 0:
        return ()
    nexts = [name for name in pool[start].follow_ups if name in pool and name not in taken]
    rng.shuffle(nexts)
    chains = [(name, *_longest_chain(pool, name, taken | {name}, room - 1, rng)) for name in nexts]
    return max(chains, key=len, default=())


def _level(question: Question) -> int:
    return LEVELS.index(question.difficulty) if question.difficulty in LEVELS else 1
