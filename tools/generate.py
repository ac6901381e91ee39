"""Write the files that are made from the code: `python -m tools.generate`.

`--check` writes nothing and exits with 1 if one of them is stale.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from quizapp.cards.library import load
from quizapp.cards.schema import deck_schema
from quizapp.cli import main as quizapp
from tools import asked, results
from tools.coverage import with_table

ROOT = Path(__file__).parent.parent
HEAD = """\
# Commands

What `quizapp --help` and each command's `--help` print. Made by `make generated`.
"""


def commands() -> str:
    """Return the help of every command as Markdown."""
    context = click.Context(quizapp, info_name="quizapp", terminal_width=92, max_content_width=92)
    return HEAD + "".join(_help(quizapp, context))


def _help(command: click.Command, context: click.Context) -> Iterator[str]:
    yield f"\n## {context.command_path}\n\n```\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _help(inner, click.Context(inner, context, name, terminal_width=92))


def generated() -> dict[Path, str]:
    """Return the text of every generated file."""
    readme = ROOT / "demos" / "README.md"
    with tempfile.TemporaryDirectory() as cache:
        library = load([ROOT / "content"], Path(cache))
    return {
        ROOT / "content" / "card.schema.json": deck_schema(),
        ROOT / "docs" / "commands.md": commands(),
        ROOT / "docs" / "asked.md": asked.page(asked.read(ROOT / "content")),
        readme: with_table(readme, library),
        ROOT / "demos" / "RESULTS.md": results.page(),
    }


def stale() -> list[Path]:
    """Return the generated files that differ from what the code says."""
    return [
        file
        for file, text in generated().items()
        if not file.exists() or file.read_text(encoding="utf-8") != text
    ]


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        for file in stale():
            print(f"{file.relative_to(ROOT)} is stale: `make generated` writes it anew")
        sys.exit(bool(stale()))
    for file, text in generated().items():
        file.write_text(text, encoding="utf-8")
