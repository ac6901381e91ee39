"""The demos as a gallery: grouped by topic, searched by words, with the time each takes here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from quizapp.app.history import typical_seconds
from quizapp.demo.spec import DemoSpec
from quizapp.plot.format import short
from quizapp.study.record import RunRecord

PAGE_LATER = "The page explains the result. It is here once a prediction is made or skipped."


@dataclass(frozen=True)
class Exhibit:
    """A demo in the gallery."""

    spec: DemoSpec
    seconds: float
    """What it takes at the defaults: here, or by its budget."""
    known: bool
    """Whether the time was measured on this machine."""
    seen: bool
    """Whether its results were seen here, at any settings."""

    @property
    def page_shown(self) -> bool:
        """Whether page and claims are shown: not where they would answer an open prediction."""
        return self.seen or self.spec.predict is None

    @property
    def line(self) -> str:
        """What it asks, or the first thing it proves."""
        if self.spec.predict is not None and not self.page_shown:
            return self.spec.predict.question
        return next(iter(self.spec.claims.values()))

    @property
    def preview(self) -> str:
        """The page with the claims, or its question alone, as Markdown."""
        spec = self.spec
        if not self.page_shown:
            return f"# {spec.title}\n\n{spec.page_question}\n\n{PAGE_LATER}\n"
        claims = "\n".join(f"- {statement}" for statement in spec.claims.values())
        return f"# {spec.title}\n\n{spec.page}\n\n## What it proves\n\n{claims}\n"

    @property
    def time(self) -> str:
        """The time in words."""
        return f"{short(self.seconds, 2)} s" if self.known else f"about {short(self.seconds, 2)} s"

    def matches(self, text: str) -> bool:
        """Whether every word of `text` occurs in what the demo declares."""
        spec = self.spec
        searched = " ".join(
            [
                spec.id,
                spec.title,
                spec.topic,
                spec.page,
                *spec.claims.values(),
                *spec.measures.values(),
                *spec.params,
            ]
        ).casefold()
        return all(word in searched for word in text.casefold().split())


def exhibits(demos: Iterable[DemoSpec], records: Sequence[RunRecord]) -> list[Exhibit]:
    """Return the demos with the times learned from earlier runs."""
    found = []
    for spec in demos:
        runs = [r for r in records if r.demo == spec.id]
        here = [r for r in runs if dict(r.settings) == spec.defaults]
        found.append(Exhibit(spec, typical_seconds(spec, here), bool(here), bool(runs)))
    return found


def by_topic(
    shown: Iterable[Exhibit], titles: Mapping[str, str]
) -> list[tuple[str, list[Exhibit]]]:
    """Group by topic: those of `titles` first, in its order, with their title; then the others."""
    groups: dict[str, list[Exhibit]] = {topic: [] for topic in titles}
    for exhibit in shown:
        groups.setdefault(exhibit.spec.topic, []).append(exhibit)
    return [(titles.get(topic, topic), group) for topic, group in groups.items() if group]
