"""A table of a run, or of several, as Rich draws it."""

from __future__ import annotations

from rich.table import Table as RichTable
from rich.text import Text

from quizapp.demo.events import Table
from quizapp.plot.format import format_value


def rich_table(table: Table) -> RichTable:
    """Return the table, numbers to the right."""
    shown = RichTable(
        title=Text(table.title, "bold"),
        title_justify="left",
        box=None,
        padding=(0, 2, 0, 0),
        header_style="dim",
    )
    for index, column in enumerate(table.columns):
        numeric = all(isinstance(row[index], int | float) for row in table.rows)
        shown.add_column(Text(column), justify="right" if numeric else "left", no_wrap=True)
    for row in table.rows:
        shown.add_row(*(Text("" if cell is None else format_value(cell)) for cell in row))
    return shown
