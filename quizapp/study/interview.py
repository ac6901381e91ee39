"""The plan of a mock interview: warm-up, a core over the topics, a dive by follow-ups, code."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from random import Random

from quizapp.cards.model import Difficulty, KeyPoint
from quizapp.cards.variants import OWN, Wording
from quizapp.errors import QuizError
from quizapp.study.turns import turn

LEVELS = tuple(Difficulty)
WAYS = ("adaptive", "fixed")
"""How questions are chosen: by the answers so far, or all beforehand."""

_WARM_UP, _DIVE = 0.2, 0.3
"""Shares of the questions; the rest is the core."""
_WEIGHT = {"junior": 1.0, "mid": 1.5, "senior": 2.5}
"""How much of the time a question of each level gets, relative to the others."""
_LONGEST_CHAIN = 4
_LARGEST_SHARE = 3 / 8
"""Of the questions, from one topic, if there are others: two or more may always be."""
_WIDE = 6
"""Topics that are touched, if there are so many, before one of them comes up again."""
_LEAST_WEIGHT = 1e-3
_ESTIMATE_FROM = 5
"""Questions from which one of them is a calculation."""
_CODE_FROM = 45
"""Minutes from which one of the questions is answered in code, unless a number is asked for."""
_CODE_MINUTES = {"junior": 10, "mid": 15, "senior": 20}
"""Time for code of each level, as interviewers give it, if the interview is long enough."""
_CODE_SHARE = 1 / 3
"""Of the time, at most, for one question that is answered in code, beside others."""

RESULT = "The result: "
"""How a point of the rubric begins that holds the result of a calculation."""


class Part(StrEnum):
    """The parts of an interview, in order."""

    WARM_UP = "warm-up"
    CORE = "core"
    DIVE = "deep dive"
    CODE = "coding"


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
    computed: bool = False
    """Whether the answer is worked out, as an estimate of memory is, rather than explained."""
    weight: float = 1.0
    """How often it is asked, as a multiple of the average question."""
    exercise: str = ""
    """The exercise that judges its answer, if that is code."""
    wording: Wording = OWN
    """In which words and numbers the card is asked: prompt and rubric follow from it."""


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
    coding: int | None = None
    """How many of the questions are answered in code; None: one if there is time for it."""
    way: str = "adaptive"
    """"adaptive": each question follows from the answers before; "fixed": all are planned."""

    @property
    def coding_rounds(self) -> int:
        """How many are, if there are so many."""
        return int(self.minutes >= _CODE_FROM) if self.coding is None else self.coding


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

    Warm-up questions are a level below the core's where there are any. In warm-up and core a topic
    comes up as often as it is asked in real interviews, and of its questions those that are asked
    more often are likelier; one question is a calculation. The core's last
    question is one to dive from. The dive walks along follow-ups that are not below the level,
    and no topic gets more than `_LARGEST_SHARE`. Where the cards do not suffice, the nearest
    levels and then any topic fill up; there may be fewer questions than asked for. What is answered
    in code comes last, each with a time of its own.

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
    code = {name: pool.pop(name) for name in [*pool] if pool[name].exercise}
    written = min(spec.coding_rounds if pool else spec.count, len(code), spec.count)
    count = min(spec.count - written, len(pool))
    warm = max(1, round(_WARM_UP * count)) if count >= 3 else 0
    dive = round(_DIVE * count) if count >= 4 else 0
    level = LEVELS.index(spec.level)
    topics = len({question.topic for question in pool.values()}) or 1
    rng = Random(f"{spec.seed}/{spec.level}/{spec.count}/{','.join(spec.topics)}")
    choice = _Choice(pool, max(2, int(_LARGEST_SHARE * count), -(-count // topics)), rng)

    warm_up = choice.pick(warm, max(0, level - 1))
    estimate = choice.estimate(level) if count >= _ESTIMATE_FROM else []
    way = choice.way_down(dive, level)
    core = [*estimate, *choice.pick(count - warm - dive - len(estimate) - len(way[:1]), level)]
    rng.shuffle(core)
    core += way[:1]
    dives = list(zip(way[1:], way, strict=False))
    dives += choice.dives(core, dive - len(dives), level)
    spare = choice.pick(count - len(choice.taken), level)
    spare += choice.pick(count - len(choice.taken), level, capped=False)

    chosen: list[tuple[str, Part, str | None]] = [(name, Part.WARM_UP, None) for name in warm_up]
    chosen += [(name, Part.CORE, None) for name in (*spare, *core)]
    chosen += [(name, Part.DIVE, follows) for name, follows in dives]
    tasks = _Choice(code, written, rng).pick(written, level, capped=False)
    times = [_code_seconds(spec, code[name], alone=not chosen, tasks=written) for name in tasks]
    spoken = [Slot(name, part, 0.0, follows) for name, part, follows in chosen]
    return (
        *in_time(spoken, pool, 60 * spec.minutes - sum(times)),
        *(Slot(name, Part.CODE, time) for name, time in zip(tasks, times, strict=True)),
    )


def in_time(
    slots: Sequence[Slot], questions: Mapping[str, Question], seconds: float
) -> Iterator[Slot]:
    """Yield slots that share so many seconds: a harder question gets more of them."""
    weights = [_WEIGHT.get(questions[slot.question].difficulty, 1.0) for slot in slots]
    for slot, weight in zip(slots, weights, strict=True):
        yield replace(slot, seconds=seconds * weight / sum(weights))


def _code_seconds(spec: InterviewSpec, question: Question, *, alone: bool, tasks: int) -> float:
    """Return the time for one question that is answered in code; `alone`: nothing else is asked."""
    share = 1 / tasks if alone else min(_CODE_SHARE, 0.6 / tasks)
    return 60 * min(_CODE_MINUTES.get(question.difficulty, 15), share * spec.minutes)


def _check(spec: InterviewSpec) -> None:
    if spec.level not in LEVELS:
        raise QuizError(
            "No such level", f'"{spec.level}" is not a level.', f"Choose {', '.join(LEVELS)}."
        )
    if spec.count < 1 or not spec.minutes > 0 or spec.coding_rounds < 0:
        raise QuizError(
            "An interview needs questions and time",
            f"It was asked for {spec.count} questions in {spec.minutes:g} minutes.",
            "Both must be above 0.",
        )


@dataclass
class _Choice:
    """The questions chosen so far, and how the next ones are."""

    pool: Mapping[str, Question]
    cap: int
    """Questions of one topic."""
    rng: Random
    taken: Counter[str] = field(default_factory=Counter)
    """The questions chosen."""
    asked: Counter[str] = field(default_factory=Counter)
    """How many were, by topic."""
    demand: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    """How often the questions of a topic are asked in real interviews."""
    start: dict[str, float] = field(default_factory=dict)
    """Where the turns of a topic begin."""

    def __post_init__(self) -> None:
        for question in self.pool.values():
            self.demand[question.topic] += question.weight
        self.start = {topic: self.rng.uniform(0, 2) for topic in self.demand}

    def take(self, name: str) -> str:
        self.taken[name] += 1
        self.asked[self.pool[name].topic] += 1
        return name

    def pick(self, number: int, level: int, *, capped: bool = True) -> list[str]:
        """Take questions at or nearest a level, of the topics whose turn it is."""
        return [
            self.take(name)
            for _ in range(number)
            if (name := self._best(self._left(capped), level)) is not None
        ]

    def estimate(self, level: int) -> list[str]:
        """Take a calculation of the level; there may be none."""
        found = [name for name in self._left(True) if self.pool[name].computed]
        best = self._best([name for name in found if _level(self.pool[name]) == level], level)
        return [] if best is None else [self.take(best)]

    def way_down(self, dive: int, level: int) -> list[str]:
        """Take a question of the level and the follow-ups that lead down from it.

        There are as many of these as there can be; nothing is taken if there are none.
        """
        ways = {
            name: way
            for name in self._left(True)
            if _level(self.pool[name]) == level and (way := self._way(name, dive, level, (name,)))
        }
        deepest = max(map(len, ways.values()), default=0)
        best = self._best([name for name, way in ways.items() if len(way) == deepest], level)
        return [] if best is None else [self.take(name) for name in (best, *ways[best])]

    def dives(self, starts: Sequence[str], number: int, level: int) -> list[tuple[str, str]]:
        """Take follow-ups, each with the question it follows, on ways as long as they go."""
        dives: list[tuple[str, str]] = []
        while len(dives) < number:
            ways = [
                (start, way)
                for start in self.rng.sample(starts, len(starts))
                if (way := self._way(start, number - len(dives), level))
            ]
            if not ways:
                break
            start, way = max(ways, key=lambda found: len(found[1]))
            dives += zip(map(self.take, way), (start, *way), strict=False)
        return dives

    def _left(self, capped: bool) -> list[str]:
        """Return what can be taken."""
        return [
            name
            for name, question in self.pool.items()
            if name not in self.taken and not (capped and self.asked[question.topic] >= self.cap)
        ]

    def _best(self, names: Sequence[str], level: int) -> str | None:
        """Return a question at or nearest a level, of the topic whose turn it is.

        Of its questions one is drawn by weight: the largest u^(1/w) with u uniform (Efraimidis and
        Spirakis 2006, Information Processing Letters 97, algorithm A).
        """

        narrow = len(self.asked) < _WIDE

        def rank(name: str) -> tuple[int, bool, float, float]:
            question = self.pool[name]
            again = narrow and self.asked[question.topic] > 0
            late = turn(
                self.asked[question.topic],
                self.demand[question.topic],
                self.start[question.topic],
            )
            drawn = self.rng.random() ** (1 / max(question.weight, _LEAST_WEIGHT))
            return abs(_level(question) - level), again, late, -drawn

        return min(names, key=rank, default=None)

    def _way(self, start: str, room: int, level: int, way: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return the longest way of follow-ups from a question; `way` will be taken before it."""
        if room == 0 or len(way) > _LONGEST_CHAIN:
            return ()
        planned = Counter(self.pool[name].topic for name in way) + self.asked
        nexts = [
            name
            for name in self.pool[start].follow_ups
            if name in self.pool
            and name not in self.taken
            and name not in way
            and _level(self.pool[name]) >= level
            and planned[self.pool[name].topic] < self.cap
        ]
        self.rng.shuffle(nexts)
        ways = [(name, *self._way(name, room - 1, level, (*way, name))) for name in nexts]
        return max(ways, key=len, default=())


def _level(question: Question) -> int:
    return LEVELS.index(question.difficulty) if question.difficulty in LEVELS else 1
