"""What the info dialog says of a card."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from quizapp.app.core import Core
from quizapp.cards.model import Card
from quizapp.study.model import Answer, CardState, Phase
from quizapp.study.opinion import Opinion
from quizapp.text import plural

ANSWERS = 12
"""How many of the latest answers are listed."""


def card_facts(core: Core, card: Card) -> list[tuple[str, str]]:
    """Return names and texts, one per line of the dialog."""
    state = core.store.state(card.id)
    deck = core.library.decks[card.deck]
    facts = [
        ("question", card.question.partition("\n")[0]),
        ("deck", f"{deck.title} · {card.difficulty} · {card.kind}"),
        ("tags", ", ".join(card.tags) or "none"),
        ("learned after", ", ".join(card.requires) or "nothing"),
        ("state", _phase(state, core.today)),
        ("next", _next(state, core)),
    ]
    if state.stability is not None and state.difficulty is not None:
        recall = core.scheduler.retrievability(state, core.today)
        facts += [
            ("recall today", f"{recall:.0%}"),
            ("stability", f"{state.stability:.1f} days until recall falls to 90 %"),
            ("difficulty", f"{state.difficulty:.1f} of 10"),
            ("answers", f"{state.reps}, forgotten {plural(state.lapses, 'time')}"),
        ]
    facts.append(("file", deck.path))
    latest = core.store.reviews(card=card.id, newest=ANSWERS)
    for review in latest:
        facts.append((_when(review.at, core.tz), _in_words(review.answer)))
        facts += [("", _opinion(*numbered)) for numbered in enumerate(review.answer.opinions, 1)]
    return facts


def _phase(state: CardState, today: date) -> str:
    words = {
        Phase.NEW: "new",
        Phase.LEARNING: "being learned",
        Phase.REVIEW: "learned",
        Phase.RELEARNING: "being learned again",
    }
    extra = ["suspended"] if state.suspended else []
    extra += ["buried until tomorrow"] if state.is_buried(today) else []
    return ", ".join([words[state.phase], *extra])


def _next(state: CardState, core: Core) -> str:
    if state.due is not None:
        today = core.calendar.day(state.due) <= core.today
        return f"{state.due.astimezone(core.tz):{'%H:%M' if today else '%d %b %Y %H:%M'}}"
    if state.due_day is None:
        return "when its turn comes"
    days = (state.due_day - core.today).days
    return "today" if days <= 0 else f"{state.due_day:%d %b %Y}, in {plural(days, 'day')}"


def _when(at: datetime, tz: tzinfo) -> str:
    return f"{at.astimezone(tz):%d %b %H:%M}"


def _opinion(number: int, opinion: Opinion) -> str:
    words = f" “{opinion.words}”" if opinion.words else ""
    return f"point {number}: {opinion.head}{words}"


def _in_words(answer: Answer) -> str:
    parts = [answer.rating.label, f"{answer.elapsed_ms / 1000:.0f} s"]
    if answer.hint_used:
        parts.append("with the hint")
    if answer.all_musts is False:
        parts.append("a must-have point was missing")
    if answer.prediction_right is not None:
        parts.append("predicted right" if answer.prediction_right else "predicted wrong")
    return " · ".join(parts)
