"""`quizapp stats`: what is known, what is due, and how true recall is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from quizapp.commands.output import print_json
from quizapp.paths import Paths
from quizapp.text import plural

if TYPE_CHECKING:
    from quizapp.app.overview import Overview, TopicRow
    from quizapp.app.statistics import Statistics
    from quizapp.study.estimate import Interval
    from quizapp.study.readiness import Readiness
    from quizapp.study.stats import Retention


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def stats(paths: Paths, as_json: bool) -> None:
    """Show what you know, what is due and how true your recall is."""
    import asyncio

    from quizapp.app.core import open_core
    from quizapp.app.editing import broken_decks
    from quizapp.app.overview import overview
    from quizapp.app.statistics import statistics

    core = open_core(paths)
    try:
        seen = overview(core)
        broken = list(map(str, broken_decks(core.library)))
        found = {**as_values(seen, asyncio.run(statistics(core))), "problems": broken}
    finally:
        core.close()
    if as_json:
        print_json(found)
    else:
        for line in in_words(seen, found):
            click.echo(line)


def as_values(seen: Overview, found: Statistics) -> dict[str, Any]:
    """Return all numbers, shares with their 95 % intervals."""
    recall, coming = found.recalled, found.coming
    return {
        "due": seen.due,
        "new": seen.new,
        "answered_today": seen.answered,
        "streak": seen.streak,
        "answers": found.answers,
        "retention": {
            "young": _share(recall.young),
            "mature": _share(recall.mature),
            "all": _share(recall.all),
        },
        "forecast": {
            "backlog": coming.backlog,
            "by_day": list(coming.by_day),
            "later": coming.later,
            "daily_load": round(coming.daily_load, 2),
        },
        "days": {day.isoformat(): count for day, count in found.days.items()},
        "time": {
            card: {
                "answers": spent.answers,
                "total_s": round(spent.total_s, 1),
                "median_s": round(spent.median_s, 1),
            }
            for card, spent in found.time_by_card.items()
        },
        "topics": [_topic(row) for row in seen.topics],
        "calibration": [
            {"confidence": c.confidence, "right": c.right, "total": c.total, **_ends(c.interval)}
            for c in found.calibration
        ],
        "predictions": {demo: _share(share) for demo, share in found.predictions.items()},
        "interview": None
        if seen.ready is None
        else {"days_left": seen.days_left, **_readiness(seen.ready)},
    }


def _readiness(ready: Readiness) -> dict[str, Any]:
    """Return what is known of the day; without answers enough no estimate is given."""
    counted = {
        "date": ready.day.isoformat(),
        "answered": ready.answered,
        "unseen": ready.unseen,
        "enough": ready.enough,
    }
    if not ready.enough:
        return {**counted, "expected": None, "low": None, "high": None, "topics": []}
    return {
        **counted,
        "expected": round(ready.expected, 4),
        **_ends(ready.interval),
        "recalled": round(ready.recalled, 4),
        "guessed": round(ready.guessed, 4),
        "covered": ready.coverage and round(ready.coverage.share, 4),
        "topics": [
            {
                "topic": part.topic,
                "expected": round(part.expected, 4),
                **_ends(part.interval),
                "cards": part.cards,
                "unseen": part.unseen,
            }
            for part in ready.topics
        ],
    }


def _topic(row: TopicRow) -> dict[str, Any]:
    return {
        "topic": row.id,
        "title": row.title,
        "cards": row.mastery.total,
        "due": row.due,
        "mastery": round(row.mastery.share, 4),
        "recall": round(row.mastery.recall, 4),
        "tiers": {tier.name.lower(): count for tier, count in sorted(row.mastery.tiers.items())},
    }


def _share(share: Retention) -> dict[str, Any]:
    rate = None if share.rate is None else round(share.rate, 4)
    return {"passed": share.passed, "total": share.total, "rate": rate, **_ends(share.interval)}


def _ends(interval: Interval) -> dict[str, float]:
    return {"low": round(interval.low, 4), "high": round(interval.high, 4)}


def in_words(seen: Overview, found: dict[str, Any]) -> list[str]:
    """Return the lines a person reads."""
    from quizapp.study.readiness import NOT_ENOUGH

    lines = [f"Problem: {problem}" for problem in found["problems"]]
    lines.append(
        f"Due {seen.due} · new {seen.new} · answered today {seen.answered} · "
        f"{plural(seen.streak, 'day')} in a row · {seen.unseen} of {seen.total} unseen"
    )
    if (ready := seen.ready) is not None and seen.days_left is not None:
        known = (
            f"{ready.interval.low:.0%} to {ready.interval.high:.0%} of the cards' questions, with "
            f"no more study; known from {plural(ready.answered, 'card')}, guessed for "
            f"{ready.unseen}. {ready.covers}"
            if ready.enough
            else f"{NOT_ENOUGH} ({ready.answered} of {ready.needed} cards)"
        )
        lines.append(f"Interview in {plural(seen.days_left, 'day')}: {known}")
    recall = found["retention"]["all"]
    if recall["total"]:
        lines.append(
            f"Recalled {recall['rate']:.0%} of {recall['total']} reviews "
            f"(true share {recall['low']:.0%} to {recall['high']:.0%})"
        )
    width = max((len(row.title) for row in seen.topics), default=0)
    for row in seen.topics:
        done = round(20 * row.mastery.share)
        bar = "█" * done + "░" * (20 - done)
        lines.append(
            f"{row.title:{width}}  {bar} {row.mastery.share:4.0%}  "
            f"{row.mastery.total:3} cards  {row.due} due"
        )
    return lines
