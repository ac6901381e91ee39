"""`quizapp export` and `quizapp import`: cards, progress and demos for other programs."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quizapp.commands.output import count, tell, written
from quizapp.errors import QuizError
from quizapp.paths import Paths

if TYPE_CHECKING:
    from quizapp.cards.library import Library
    from quizapp.cards.model import Card, Deck
    from quizapp.exchange.forms import Form

CARDS = ("csv", "tsv", "markdown", "anki")
"""Formats of cards, in and out."""

RUNS = ("script", "notebook")
"""Formats of a demo at chosen settings."""


@click.command("export")
@click.argument("kind", metavar="FORMAT", type=click.Choice([*CARDS, "progress", *RUNS]))
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True, dir_okay=False))
@click.option("--topic", multiple=True, metavar="DECK", help="Only this deck; may be repeated.")
@click.option("--demo", metavar="ID", help="The demo of a script or notebook.")
@click.option("--set", "chosen", multiple=True, metavar="K=V", help="A setting of that demo.")
@click.pass_obj
def export_command(
    paths: Paths,
    kind: str,
    file: Path,
    topic: tuple[str, ...],
    demo: str | None,
    chosen: tuple[str, ...],
) -> None:
    """Write cards, progress or a demo to FILE; - is stdout.

    csv, tsv, markdown and anki hold cards, progress is everything you have done, as JSON. script
    and notebook are one demo for Python and for Jupyter that need no quizapp; the bundled language
    model is copied beside FILE if the demo uses it.
    """
    _must_apply(kind, "--topic", topic, CARDS)
    _must_apply(kind, "--demo", demo, RUNS)
    _must_apply(kind, "--set", chosen, RUNS)
    if kind == "progress":
        text = _progress(paths)
    elif kind in RUNS:
        text = _standalone(paths, kind, file, demo, chosen)
    else:
        from quizapp.cards.library import load

        text = _cards(kind, load(paths.content, paths.cache), topic)
    if str(file) == "-":
        click.echo(text, nl=False)
    else:
        with written(file):
            file.write_text(text, encoding="utf-8")


def _must_apply(kind: str, option: str, given: object, kinds: Sequence[str]) -> None:
    """Refuse an option that would change nothing of this format."""
    if given and kind not in kinds:
        raise QuizError(
            "Option without effect",
            f"{option} does not apply to {kind}.",
            f"Leave it out, or choose {', '.join(kinds[:-1])} or {kinds[-1]}.",
        )


def _progress(paths: Paths) -> str:
    from quizapp.store import Store
    from quizapp.store.transfer import export_data

    with Store(paths.database, lambda: datetime.now(UTC)) as store:
        return json.dumps(export_data(store), ensure_ascii=False) + "\n"


def _standalone(
    paths: Paths, kind: str, file: Path, demo: str | None, chosen: tuple[str, ...]
) -> str:
    from quizapp.commands.demo import catalogue, read_settings
    from quizapp.exchange.standalone import copy_model, notebook, script

    if demo is None:
        raise QuizError("Which demo?", f"A {kind} holds one demo.", "Name it with --demo ID.")
    spec = catalogue(paths).find(demo)
    settings = read_settings(spec, chosen, None)
    if str(file) != "-":
        with written(file):
            model = copy_model(spec, file.parent)
        if model:
            tell(f"The bundled language model is in {model}")
    return {"script": script, "notebook": notebook}[kind](spec, settings)


def _cards(kind: str, library: Library, topics: tuple[str, ...]) -> str:
    unknown = [topic for topic in topics if topic not in library.decks]
    if unknown:
        raise QuizError(
            "No such deck",
            f"There is no deck {unknown[0]}.",
            f"The decks: {', '.join(library.decks)}.",
        )
    decks: list[tuple[Deck, list[Card]]] = [
        (deck, [library.cards[card] for card in deck.cards])
        for deck in library.decks.values()
        if not topics or deck.id in topics
    ]
    if kind == "markdown":
        from quizapp.exchange.markdown import write_markdown

        return write_markdown(decks)
    if kind == "anki":
        from quizapp.exchange.anki import write_anki

        return write_anki(decks)
    from quizapp.exchange.table import write_table

    return write_table((card for _, cards in decks for card in cards), _delimiter(kind))


def _delimiter(kind: str) -> str:
    return "," if kind == "csv" else "\t"


@click.command("import")
@click.argument("kind", metavar="FORMAT", type=click.Choice([*CARDS, "progress"]))
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True, dir_okay=False))
@click.option("--deck", help="Id of the new deck; the file's name if not given.")
@click.option("--title", help="The new deck's title.")
@click.pass_obj
def import_command(
    paths: Paths, kind: str, file: Path, deck: str | None, title: str | None
) -> None:
    """Read FILE into a new deck of yours, or progress into an empty database; - is stdin."""
    _must_apply(kind, "--deck", deck, CARDS)
    _must_apply(kind, "--title", title, CARDS)
    text = _read(file)
    if kind == "progress":
        tell(f"{count(_take_progress(paths, text), 'step')} of the log imported")
        return
    found, forms = _forms(kind, text)
    name = deck or _kebab(file.stem if str(file) != "-" else found) or "imported"
    target = paths.user_content / f"{name}.yaml"
    with written(target):
        if target.exists():
            raise QuizError("Deck exists", f"{target} is there already.", "Choose another --deck.")
        _write_deck(paths, target, name, title or found or name, forms)
    tell(f"{count(len(forms), 'card')} imported")
    click.echo(str(target))


def _read(file: Path) -> str:
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return raw.decode("utf-8")
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise QuizError("No such file", f"{file}: {reason}.", "Check the name.") from None
    except UnicodeDecodeError:
        raise QuizError(
            "Not UTF-8 text",
            f"{file} is in another encoding.",
            "Save it as UTF-8 and import again.",
        ) from None


def _take_progress(paths: Paths, text: str) -> int:
    from quizapp.store import Store
    from quizapp.store.transfer import import_data

    try:
        data: Any = json.loads(text)
    except json.JSONDecodeError as error:
        raise QuizError(
            "Not JSON",
            f"Line {error.lineno}: {error.msg}.",
            "`quizapp export progress FILE` writes such a file.",
        ) from None
    with Store(paths.database, lambda: datetime.now(UTC)) as store:
        return import_data(store, data)


def _forms(kind: str, text: str) -> tuple[str, list[Form]]:
    """Return the deck's name in the file, if it has one, and its cards."""
    if kind == "markdown":
        from quizapp.exchange.markdown import read_markdown

        return read_markdown(text)
    if kind == "anki":
        from quizapp.exchange.anki import read_anki

        return read_anki(text)
    from quizapp.exchange.table import read_table

    return "", read_table(text, _delimiter(kind))


def _write_deck(paths: Paths, target: Path, name: str, title: str, forms: list[Form]) -> None:
    """Write the deck unless it has an error; print what `check` says about it."""
    from quizapp.cards.check import check
    from quizapp.cards.library import load
    from quizapp.exchange.forms import deck_text

    known = load(paths.content, paths.cache).cards
    if clash := [form["id"] for form in forms if form["id"] in known]:
        more = f" and {len(clash) - 1} more" if len(clash) > 1 else ""
        raise QuizError(
            "Nothing was imported",
            f"There is a card {clash[0]} already{more}.",
            "Give the cards of the file other ids.",
        )

    text = deck_text(name, title, forms)
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / target.name
        trial.write_text(text, encoding="utf-8")
        report = check([trial], beside=[f for f in paths.content if f.is_dir()])
    errors = [problem for problem in report.problems if not problem.code.startswith("L")]
    for problem in report.problems:
        line = text.splitlines()[problem.line - 1].strip()
        tell(f"{problem.code} {problem.message} ({problem.fix}): {line[:60]}")
    if errors:
        raise QuizError(
            "Nothing was imported",
            f"Of the problems above, {len(errors)} are errors.",
            "Correct them in the file and import again.",
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def _kebab(text: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", text.lower()))
