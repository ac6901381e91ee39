"""A mock interview under way: which question, what was answered, what is asked of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from quizapp.cards.model import Card
from quizapp.errors import QuizError
from quizapp.study.interview import InterviewSpec, Part, Question, Slot, plan_interview_questions
from quizapp.study.scoring import Given, InterviewReport, Structure, score_interview

RECORD_VERSION = 1


@dataclass
class Mock:
    """Walks through the plan: each question is answered, then compared with its rubric."""

    spec: InterviewSpec
    plan: tuple[Slot, ...]
    questions: Mapping[str, Question]
    given: dict[str, Given] = field(default_factory=dict)
    index: int = 0
    done: bool = False
    draft: str = ""
    """What was typed so far to the question that is open."""
    spent_s: float = 0.0
    """Seconds spent on it so far."""

    @property
    def place(self) -> str:
        """Which question it is at: "3 of 8"."""
        return f"{self.index + 1} of {len(self.plan)}"

    @property
    def slot(self) -> Slot:
        """The question being asked."""
        return self.plan[self.index]

    @property
    def question(self) -> Question:
        """Its text and rubric."""
        return self.questions[self.slot.question]

    @property
    def answered(self) -> bool:
        """Whether its answer was ended."""
        return self.slot.question in self.given

    @property
    def answer(self) -> Given:
        """What was answered to it so far."""
        return self.given.get(self.slot.question, Given())

    @property
    def structure_ticked(self) -> list[int]:
        """Which items of the structure checklist are ticked."""
        chosen = self.answer.structure
        return [index for index, item in enumerate(Structure) if item in chosen]

    def take(self, response: str, seconds: float) -> None:
        """Take the answer to the question."""
        self.given[self.slot.question] = Given(elapsed_s=seconds, response=response)
        self.draft, self.spent_s = "", 0.0

    def tick(self, point: int) -> None:
        """Tick or untick a key point of the rubric."""
        ticked = tuple(sorted({*self.answer.ticked} ^ {point}))
        self.given[self.slot.question] = replace(self.answer, ticked=ticked)

    def check(self, item: Structure) -> None:
        """Tick or untick an item of the structure checklist."""
        chosen = {*self.answer.structure} ^ {item}
        structure = tuple(known for known in Structure if known in chosen)
        self.given[self.slot.question] = replace(self.answer, structure=structure)

    def follow_up(self) -> str:
        """Return the question that bites on what was missed; empty if nothing was."""
        missed = [
            (not must, point)
            for index, (point, must) in enumerate(
                zip(self.question.points, self.question.musts, strict=True)
            )
            if index not in self.answer.ticked
        ]
        if not missed:
            return ""
        _, point = min(missed, key=lambda pair: pair[0])
        return f"You did not say: {point}\n\nExplain it now, in two sentences, with a reason."

    def go_on(self) -> bool:
        """Go to the next question; return whether there is one."""
        self.done = self.index + 1 >= len(self.plan)
        if not self.done:
            self.index += 1
        return not self.done

    def report(self, at: datetime) -> InterviewReport:
        """Score what was answered."""
        return score_interview(at, self.spec, self.plan, self.questions, self.given)

    def to_record(self) -> dict[str, Any]:
        """Return where the interview is, as values that JSON can carry."""
        return {
            "version": RECORD_VERSION,
            "spec": asdict(self.spec),
            "plan": [asdict(slot) for slot in self.plan],
            "given": {name: asdict(given) for name, given in self.given.items()},
            "index": self.index,
            "draft": self.draft,
            "spent_s": self.spent_s,
        }


def questions_of(cards: Iterable[Card]) -> dict[str, Question]:
    """Return what can be asked aloud and compared with a rubric: open cards, by id."""
    return {
        card.id: Question(
            id=card.id,
            topic=card.deck,
            difficulty=card.difficulty,
            prompt=card.question,
            points=tuple(point.point for point in card.key_points),
            musts=tuple(point.must for point in card.key_points),
            follow_ups=card.follow_ups,
        )
        for card in cards
        if card.kind == "open" and card.key_points
    }


def begin(spec: InterviewSpec, questions: Mapping[str, Question]) -> Mock:
    """Plan an interview.

    Raises:
        QuizError: no question fits what was asked for.
    """
    return Mock(spec, plan_interview_questions(spec, list(questions.values())), questions)


def go_on_with(record: Mapping[str, Any], questions: Mapping[str, Question]) -> Mock:
    """Return the interview that `to_record` wrote, at the question it had come to.

    Raises:
        QuizError: the record is damaged or of another version, or a question of it is gone.
    """
    try:
        if record["version"] != RECORD_VERSION:
            raise ValueError(f"version {record['version']} is unknown")
        spec = {**record["spec"], "topics": tuple(record["spec"]["topics"])}
        plan = tuple(Slot(**{**slot, "part": Part(slot["part"])}) for slot in record["plan"])
        given = {name: _read_given(answer) for name, answer in record["given"].items()}
        mock = Mock(
            InterviewSpec(**spec),
            plan,
            questions,
            given,
            int(record["index"]),
            draft=str(record["draft"]),
            spent_s=float(record["spent_s"]),
        )
        if gone := [slot.question for slot in plan if slot.question not in questions]:
            raise ValueError(f"there is no open card {gone[0]} any more")
        if mock.index not in range(len(plan)):
            raise ValueError(f"it has no question {mock.index}")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise QuizError(
            "The interview cannot go on", f"{error}.", "Begin a new one; it takes its place."
        ) from error
    return mock


def _read_given(data: Mapping[str, Any]) -> Given:
    structure = tuple(Structure(item) for item in data["structure"])
    return Given(**{**data, "ticked": tuple(data["ticked"]), "structure": structure})
