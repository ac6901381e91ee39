"""Cards and progress on their way in from other programs."""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from quizapp.app.exporting import DELIMITERS
from quizapp.errors import QuizError
from quizapp.paths import Paths
from quizapp.store import Store
from quizapp.store.transfer import import_data

if TYPE_CHECKING:
    from quizapp.exchange.forms import Form


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
class NewDeck:
    """A deck that was read from another format and is not written yet."""

    target: Path
    text: str
    cards: int
    remarks: tuple[str, ...]
    """What `check` says of it, with the line that each is about."""
    errors: int
    """How many of the remarks are errors."""

    def write(self) -> None:
        """Write it where the app reads the user's own decks.

        Raises:
            QuizError: it has errors.
        """
        if self.errors:
            raise QuizError(
                "Nothing was imported",
                f"Of the problems above, {self.errors} are errors.",
                "Correct them in the file and import again.",
            )
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self.target.write_text(self.text, encoding="utf-8")


def read_deck(
    paths: Paths, kind: str, text: str, *, deck: str | None, title: str | None, file_name: str
) -> NewDeck:
    """Return a new deck from csv, tsv, markdown or anki.

    Its id is `deck`, else made from the name of the file, or of the deck in it.

    Raises:
        QuizError: the text cannot be read, or there is such a deck or card already.
    """
    from quizapp.cards.check import check
    from quizapp.cards.library import load
    from quizapp.exchange.forms import deck_text

    found, forms = _read_forms(kind, text)
    name = deck or _kebab(file_name or found) or "imported"
    target = paths.user_content / f"{name}.yaml"
    if target.exists():
        raise QuizError("Deck exists", f"{target} is there already.", "Choose another --deck.")
    known = load(paths.content, paths.cache).heads
    if clash := [form["id"] for form in forms if form["id"] in known]:
        more = f" and {len(clash) - 1} more" if len(clash) > 1 else ""
        raise QuizError(
            "Nothing was imported",
            f"There is a card {clash[0]} already{more}.",
            "Give the cards of the file other ids.",
        )
    written = deck_text(name, title or found or name, forms)
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / target.name
        trial.write_text(written, encoding="utf-8")
        problems = check([trial], beside=[f for f in paths.content if f.is_dir()]).problems
    lines = written.splitlines()
    return NewDeck(
        target,
        written,
        len(forms),
        remarks=tuple(
            f"{p.code} {p.message} ({p.fix}): {lines[p.line - 1].strip()[:60]}" for p in problems
        ),
        errors=sum(not problem.code.startswith("L") for problem in problems),
    )


def _read_forms(kind: str, text: str) -> tuple[str, list[Form]]:
    """Return the deck's name in the file, if it has one, and its cards."""
    if kind == "markdown":
        from quizapp.exchange.markdown import read_markdown

        return read_markdown(text)
    if kind == "anki":
        from quizapp.exchange.anki import read_anki

        return read_anki(text)
    from quizapp.exchange.table import read_table

    return "", read_table(text, DELIMITERS[kind])


def _kebab(text: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", text.lower()))
