"""What each page of a mock interview is made of, from the top."""

from __future__ import annotations

from textual.widget import Widget
from textual.widgets import Static

from quizapp.app.core import Core
from quizapp.app.interview import Asking, Coded, Phase, Probing, Report, Rubric, Setup, Waiting
from quizapp.app.proof import proof_of
from quizapp.cards.model import Card, KeyPoint
from quizapp.study.given import Given, Structure
from quizapp.study.interviewer import unwritten
from quizapp.text import minutes
from quizapp.tui.interview_page import waiting_line
from quizapp.tui.widgets.card.answer import CardText
from quizapp.tui.widgets.card.key_points import KeyPoints
from quizapp.tui.widgets.card.marked import marked
from quizapp.tui.widgets.card.written import InterviewDraft
from quizapp.tui.widgets.interview_setup import InterviewSetup

STRUCTURE = tuple(KeyPoint(str(item)) for item in Structure)

ABOUT = "Answers are read here, follow-ups ask for gaps, a report ends it."

CONFIRM = "Ctrl+D says yes; or go on typing."
"""What to do when the interviewer asks back."""

COUNTS_NOTHING = (
    "No word of this has to do with the question: it counts nothing, whatever you tick."
)


def setup_parts(phase: Setup) -> list[Widget]:
    """Return the choices, under what waits or what an interview is."""
    if isinstance(phase, Waiting):
        first = Static(waiting_line(phase.left.place), id="waits")
    else:
        first = Static(phase.problem or ABOUT, markup=False, id="waits")
    return [first, InterviewSetup(phase)]


def asking_parts(phase: Asking, figure: list[Widget], draft: InterviewDraft) -> list[Widget]:
    """Return a question, its curve, what the interviewer asked back, and the box."""
    back = Static(f"{phase.asked_back} {CONFIRM}", markup=False, id="asked-back")
    asked = [*([back] if phase.asked_back else []), draft]
    return [CardText(phase.question.prompt), *figure, *asked]


def probing_parts(phase: Probing, figure: list[Widget], draft: InterviewDraft) -> list[Widget]:
    """Return a follow-up under the question and what was answered to it."""
    prompt = Static(phase.question.prompt, markup=False, classes="asked-before")
    heading = Static("Follow-up", classes="heading")
    probe = CardText(phase.probe.text, id="probe")
    return [prompt, *figure, *_response(phase.given), heading, probe, draft]


def rubric_parts(
    core: Core, phase: Rubric, card: Card | None, figure: list[Widget]
) -> list[Widget]:
    """Return the answer beside the key points, and the model answer of the card as it was asked.

    The curve stands above the model answer, which speaks of it.
    """
    given = phase.given
    seen = proof_of(core, card).points if card else ()
    marks = dict(zip(card.key_points, seen, strict=True)) if card and seen else {}
    # beside the card's own points there may be the result of a calculation
    shown = [marks.get(point) for point in phase.question.points]
    points = KeyPoints(
        phase.question.points,
        given.ticked,
        shown if marks else (),
        readings=given.heard.readings,
    )
    structure = KeyPoints(STRUCTURE, phase.structure_ticked, id="structure")
    structure.border_title = " how you structured it: Tab goes there and back "
    hollow = [Static(COUNTS_NOTHING, id="hollow")] if given.heard.hollow else []
    gone = "*The card is in no deck any more.*"
    answer = CardText(card.answer if card else gone, id="right-answer")
    answer.border_title = " answer "
    prompt = CardText(phase.question.prompt)
    return [prompt, *_response(given), *hollow, points, structure, *figure, answer]


def _response(given: Given) -> list[Widget]:
    """Return what was typed, its closest words marked; that nothing was, in a word."""
    if given.text:
        return [Static(marked(given.text, given.heard.readings), classes="response")]
    return [Static(f"({unwritten(aloud=given.aloud)})", classes="response")]


def place_of(phase: Phase, seconds: float) -> tuple[str, str, str]:
    """Return part, place and clock of a phase; `seconds` were spent on what is asked now."""
    match phase:
        case Asking() | Probing() | Coded() | Rubric():
            spent = phase.given.elapsed_s
            if isinstance(phase, Asking):
                spent = seconds
            elif isinstance(phase, Probing):
                spent += seconds
            over = " over" if spent > phase.slot.seconds else ""
            clock = f"{minutes(spent)} of {minutes(phase.slot.seconds)}{over}"
            return f" · {phase.slot.part}", phase.place, clock
        case Report():
            return " · report", "", ""
        case _:
            return "", "", ""
