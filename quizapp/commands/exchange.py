"""`quizapp export` and `quizapp import`: cards, progress and demos for other programs."""

from __future__ import annotations

import sys
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Sequence
from pathlib import Path

import click

from quizapp.commands.output import FINDINGS, count, file_errors, print_note
from quizapp.errors import QuizError
from quizapp.paths import Paths

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
    from quizapp.app.exporting import export_cards, export_progress

    _must_apply(kind, "--topic", topic, CARDS)
    _must_apply(kind, "--demo", demo, RUNS)
    _must_apply(kind, "--set", chosen, RUNS)
    if kind == "progress":
        text = export_progress(paths)
    elif kind in RUNS:
        text = _standalone(paths, kind, file, demo, chosen)
    else:
        text = export_cards(paths, kind, topic)
    if str(file) == "-":
        click.echo(text, nl=False)
    else:
        with file_errors(file):
            # Excel takes a file without the mark for one in an encoding of Windows
            file.write_text(text, encoding="utf-8-sig" if kind == "csv" else "utf-8")


def _must_apply(kind: str, option: str, given: object, kinds: Sequence[str]) -> None:
    """Refuse an option that has no effect on this format."""
    if given and kind not in kinds:
        raise QuizError(
            "Option without effect",
            f"{option} does not apply to {kind}.",
            f"Leave it out, or choose {', '.join(kinds[:-1])} or {kinds[-1]}.",
        )


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
        with file_errors(file):
            model = copy_model(spec, file.parent)
        if model:
            print_note(f"The bundled language model is in {model}")
    return {"script": script, "notebook": notebook}[kind](spec, settings)


@click.command("import")
@click.argument("kind", metavar="FORMAT", type=click.Choice([*CARDS, "progress"]))
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True, dir_okay=False))
@click.option("--deck", help="Id of the new deck; the file's name if not given.")
@click.option("--title", help="The new deck's title.")
@click.option("--skip-bad", is_flag=True, help="Import the good cards although others have faults.")
@click.option("--dry-run", is_flag=True, help="Say what would be imported, and write nothing.")
@click.pass_obj
def import_command(
    paths: Paths,
    kind: str,
    file: Path,
    deck: str | None,
    title: str | None,
    skip_bad: bool,
    dry_run: bool,
) -> None:
    """Read FILE into a new deck of yours, or progress into an empty database; - is stdin.

    csv, tsv, markdown and anki are cards; content/README.md says how each is read. Whatever of
    FILE has no place in a deck is listed first, and the exit code is then 1. If a card has a
    fault, nothing is imported without --skip-bad. Cards that your decks have already are left out.
    """
    from quizapp.app.importing import import_progress, read_deck

    for option, given in (
        ("--deck", deck),
        ("--title", title),
        ("--skip-bad", skip_bad),
        ("--dry-run", dry_run),
    ):
        _must_apply(kind, option, given, CARDS)
    text = _read(file)
    if kind == "progress":
        print_note(f"{count(import_progress(paths, text), 'step')} of the log imported")
        return
    name = file.stem if str(file) != "-" else ""
    new = read_deck(paths, kind, text, deck=deck, title=title, file_name=name)
    for line in new.report():
        print_note(line)
    if not dry_run:
        with file_errors(new.target):
            new.write(skip_bad=skip_bad)
    print_note(f"{count(new.deck.cards, 'card')} {'to import' if dry_run else 'imported'}")
    if to_do := new.to_do():
        print_note("Still to write; `quizapp check` names each place:")
        for line in to_do:
            print_note(line)
    click.echo(str(new.target))
    if not new.complete:
        sys.exit(FINDINGS)


def _read(file: Path) -> str:
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        # "Unicode text" of Excel and of Windows' editors is UTF-16 and begins with its mark.
        is_utf_16 = raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
        return raw.decode("utf-16" if is_utf_16 else "utf-8-sig")
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise QuizError("No such file", f"{file}: {reason}.", "Check the name.") from None
    except UnicodeDecodeError:
        raise QuizError(
            "Not Unicode text",
            f"{file} is neither UTF-8 nor UTF-16 with a byte order mark.",
            "Save it as UTF-8 and import again.",
        ) from None
