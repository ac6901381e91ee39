"""What a sitting came to; shown when nothing is left to ask now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from quizapp.app import phases
from quizapp.study.model import Answer, Rating
from quizapp.study.schedule import interval_text
from quizapp.text import plural
from quizapp.tui.inline import inline
from quizapp.tui.widgets.card.rating_bar import COLOURS


class Summary(VerticalScroll, can_focus=False):
    """One page of text."""

    DEFAULT_CSS = """
    Summary {
        display: none;
        padding: 1 2;
        & > Static { width: 1fr; max-width: 100; }
    }
    """

    def __init__(self) -> None:
        super().__init__(id="summary")
        self._text = Static("", id="summary-text")

    def compose(self) -> ComposeResult:
        """The text."""
        yield self._text

    def show(self, text: Content) -> None:
        """Show a summary."""
        self._text.update(text)


def summary(sitting: phases.Summary, questions: Mapping[str, str], now: datetime) -> Content:
    """Return the page: how many answers, how they went, what comes back when.

    New cards that wait for others are named where they are why nothing was asked.
    """
    given = sitting.given
    lines = [_headline(given)]
    if given:
        lines += [Content(""), _ratings(given), _time(given)]
    if missed := _missed(given):
        lines += [Content(""), Content("Not remembered:").stylize("bold")]
        lines += [Content.assemble("  ", inline(questions[name])) for name in missed]
    lines.append(Content(""))
    if sitting.next_step is not None:
        wait = interval_text(max(sitting.next_step - now, timedelta(0)))
        lines.append(Content(f"The next card comes back in {wait}; Space asks it when it is due."))
    if sitting.waiting and not given:
        lines += _waiting(sitting.waiting, questions)
    if sitting.over_limit:
        lines.append(
            Content(f"{sitting.over_limit} due reviews are beyond today's limit; they wait.")
        )
    undo = "u takes back the last rating. " if given else ""
    lines.append(Content(f"{undo}Esc goes home."))
    return Content("\n").join(lines)


def _headline(given: Sequence[tuple[str, Answer]]) -> Content:
    if not given:
        return Content("Nothing is due now.").stylize("bold")
    cards = len({name for name, _ in given})
    return Content(f"Done: {plural(len(given), 'answer')} to {plural(cards, 'card')}.").stylize(
        "bold"
    )


def _waiting(waiting: Mapping[str, Sequence[str]], questions: Mapping[str, str]) -> list[Content]:
    """Say which cards come before those that wait, the most wanted on top."""
    wanted = Counter(name for names in waiting.values() for name in names)
    first = [name for name, _ in wanted.most_common(3) if name in questions]
    verb = "waits" if len(waiting) == 1 else "wait"
    return [
        Content(f"{plural(len(waiting), 'new card')} {verb} until others are learned, above all:"),
        *(Content.assemble("  ", inline(questions[name].partition("\n")[0])) for name in first),
        Content(
            "Space on Home asks those first. x asks every card chosen here once, whatever it waits "
            "for, and leaves the schedule alone."
        ),
        Content(""),
    ]


def _ratings(given: Sequence[tuple[str, Answer]]) -> Content:
    counts = Counter(answer.rating for _, answer in given)
    parts = [
        Content.assemble((f"{rating.label} {counts[rating]}", COLOURS[rating]))
        for rating in Rating
        if counts[rating]
    ]
    return Content("   ").join(parts)


def _time(given: Sequence[tuple[str, Answer]]) -> Content:
    seconds = sum(answer.elapsed_ms for _, answer in given) / 1000
    predicted = [answer for _, answer in given if answer.prediction_right is not None]
    text = f"{plural(round(seconds / 60), 'minute')}, {seconds / len(given):.0f} seconds an answer."
    if predicted:
        right = sum(bool(answer.prediction_right) for answer in predicted)
        text += f" {right} of {len(predicted)} predictions came true."
    return Content(text)


def _missed(given: Sequence[tuple[str, Answer]]) -> list[str]:
    return list(dict.fromkeys(name for name, answer in given if answer.rating is Rating.AGAIN))
