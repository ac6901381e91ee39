"""Cards and progress on their way in from other programs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from quizapp.app.exporting import DELIMITERS
from quizapp.cards.problems import CODES
from quizapp.cards.source import FORBIDDEN
from quizapp.errors import QuizError
from quizapp.paths import Paths
from quizapp.store import Store
from quizapp.store.transfer import import_data
from quizapp.text import plural

if TYPE_CHECKING:
    from quizapp.exchange.new_deck import NewDeck
    from quizapp.exchange.reading import Place, Reading


def import_progress(paths: Paths, text: str) -> int:
    """Take what `export_progress` wrote into an empty database; return the steps of its log.

    Raises:
        QuizError: it is not such a file, or the database holds something already.
    """
    try:
        data: object = json.loads(text)
    except json.JSONDecodeError as error:
        raise QuizError(
            "Not JSON",
            f"Line {error.lineno}: {error.msg}.",
            "`quizapp export progress FILE` writes such a file.",
        ) from None
    with Store(paths.database, lambda: datetime.now(UTC)) as store:
        return import_data(store, data)


@dataclass(frozen=True)
class Import:
    """A deck that was read from another format and is not written yet."""

    target: Path
    deck: NewDeck
    kind: str

    @property
    def complete(self) -> bool:
        """Whether the deck holds all of the file."""
        return not self.deck.bad and not self.deck.lost

    def report(self) -> list[str]:
        """Return what is not in the deck as it is in the file, by what it is, place and count."""
        return [
            *_listed("Cards with a fault:", self.deck.bad),
            *_listed("Not taken:", self.deck.lost),
            *_listed("Taken in another form:", self.deck.changed),
        ]

    def to_do(self) -> list[str]:
        """Return what the cards can do without and should not, as `check` counts it."""
        return [
            f"  {code} {CODES[code]}: {number}" for code, number in sorted(self.deck.to_do.items())
        ]

    def write(self, *, skip_bad: bool = False) -> None:
        """Write it where the app reads the user's own decks.

        Args:
            skip_bad: leave out cards with a fault instead of refusing all.

        Raises:
            QuizError: cards have a fault, or there is none without.
        """
        good, bad = self.deck.cards, len(self.deck.bad)
        if bad and not (good and skip_bad):
            raise QuizError(
                "Nothing was imported",
                f"Of {plural(good + bad, 'card')}, {bad} {'has' if bad == 1 else 'have'} a fault.",
                "Correct the file and import again"
                + (", or import the good cards with --skip-bad." if good else "."),
            )
        if not good:
            raise QuizError("Nothing was imported", "There is no new card.", _HINTS[self.kind])
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self.target.write_text(self.deck.text, encoding="utf-8")


_HINTS = {
    "csv": "Below the row that names the columns, each row is a card.",
    "tsv": "Below the row that names the columns, each row is a card.",
    "markdown": "Write each question as a line that starts with `## `, and its answer below.",
    "anki": "Export “Notes in Plain Text” from Anki.",
}
_TEXTS_SHOWN = 5
_LONGEST_TEXT = 60


def _listed(title: str, places: Iterable[Place]) -> list[str]:
    """Return the places in lines, one for each thing they hold."""
    by_what: dict[str, list[Place]] = {}
    for place in places:
        by_what.setdefault(place.what, []).append(place)
    lines = []
    for what, found in by_what.items():
        texts = [_short(place.text) for place in found[:_TEXTS_SHOWN] if place.text.strip()]
        more = "; …" if len(found) > _TEXTS_SHOWN else ""
        lines.append(f"  {what}: {len(found)} ({_ranges(found)}): {'; '.join(texts)}{more}")
    return [title, *lines] if lines else []


def _short(text: str) -> str:
    line = " ".join(FORBIDDEN.sub(" ", text).split())
    return line if len(line) <= _LONGEST_TEXT else f"{line[: _LONGEST_TEXT - 1]}…"


def _ranges(places: Iterable[Place]) -> str:
    """Return the lines of places: "line 2", "lines 3-5, 9"."""
    numbers = sorted({place.line for place in places})
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    spans = [f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]
    return f"{'line' if len(numbers) == 1 else 'lines'} {', '.join(spans)}"


def read_deck(
    paths: Paths, kind: str, text: str, *, deck: str | None, title: str | None, file_name: str
) -> Import:
    """Return a new deck from csv, tsv, markdown or anki.

    Its id is `deck`, else made from the name of the file, or of the deck in it.

    Raises:
        QuizError: the text is not of that format, or there is such a deck already.
    """
    from quizapp.cards.compile import compile_deck, read_deck
    from quizapp.cards.files import deck_files
    from quizapp.cards.library import load
    from quizapp.exchange.forms import slug
    from quizapp.exchange.new_deck import new_deck

    reading = _read(kind, text)
    named = file_name or reading.title
    name = deck or (slug(named, "deck") if named else "imported")
    target = paths.user_content / f"{name}.yaml"
    if target.exists():
        raise QuizError("Deck exists", f"{target} is there already.", "Choose another --deck.")
    library = load(paths.content, paths.cache)
    beside = [compile_deck(read_deck(stamp[0])) for stamp in deck_files(paths.content)]
    new = new_deck(
        reading,
        name,
        title or reading.title or file_name,
        beside=beside,
        cards=library.cards,
        aliases=library.aliases,
    )
    return Import(target, new, kind)


def _read(kind: str, text: str) -> Reading:
    if kind == "markdown":
        from quizapp.exchange.markdown import read_markdown

        return read_markdown(text)
    if kind == "anki":
        from quizapp.exchange.anki_notes import read_anki

        return read_anki(text)
    from quizapp.exchange.table import read_table

    return read_table(text, DELIMITERS[kind])
