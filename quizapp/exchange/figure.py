"""Plots of a run as files: SVG to print, PNG to paste, CSV to compute with."""

from __future__ import annotations

import csv
import io
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from quizapp.demo.chart import Chart
from quizapp.demo.events import Bars, Heatmap, Histogram, Mark, Points, Reference, Scatter
from quizapp.errors import EnvironmentProblem
from quizapp.exchange.figure_svg import to_svg
from quizapp.lab.process import python
from quizapp.plot.format import format_setting
from quizapp.study.record import RunRecord

COLUMNS = ("kind", "name", "x", "x_end", "y", "label")
"""Of a CSV file: a line's point has x and y, a bin x to x_end and y, a bar label and y, a cell of
a matrix its column as x and its row as label."""

PNG_ZOOM = 2.0
"""Pixels of the PNG per unit of the SVG."""

PNG_S = 30.0
"""Longest time to draw a PNG; it takes less than half a second."""

_TO_PNG = """
import sys, resvg_py
pixels = resvg_py.svg_to_bytes(svg_string=sys.stdin.read(), zoom=float(sys.argv[1]))
sys.stdout.buffer.write(bytes(pixels))
"""


def save_figures(folder: Path, record: RunRecord, charts: Sequence[Chart]) -> Iterator[Path]:
    """Write each chart as SVG, PNG and CSV; yield each file when it is there.

    The names start with demo and time, so that no earlier file is replaced.

    Raises:
        EnvironmentProblem: the folder cannot be written.
    """
    about = describe(record)
    with writing(folder):
        for number, chart in enumerate(charts, 1):
            path = folder / f"{stem(record)}-{number}"
            svg = to_svg(chart, about)
            yield _written(path.with_suffix(".svg"), svg.encode())
            yield _written(path.with_suffix(".png"), to_png(svg))
            yield _written(path.with_suffix(".csv"), to_csv(chart).encode())


def _written(file: Path, content: bytes) -> Path:
    file.write_bytes(content)
    return file


def stem(record: RunRecord) -> str:
    """Return what the names of a run's files begin with."""
    return f"{record.demo}-{record.at.astimezone():%Y%m%d-%H%M%S}"


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Make the folder; what cannot be written there is an EnvironmentProblem."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise EnvironmentProblem(
            "The plot could not be saved",
            f"{folder} cannot be written: {error.strerror}.",
            "Free space, or choose another folder with QUIZAPP_HOME.",
        ) from error


def describe(record: RunRecord) -> str:
    """Return how a run can be repeated: demo, settings, device, versions."""
    settings = " ".join(
        f"{name}={format_setting(value)}" for name, value in record.settings.items()
    )
    versions = ", ".join(f"{name} {version}" for name, version in record.versions.items())
    device = record.device_name or record.device
    return " · ".join(filter(None, (f"{record.demo} {settings}".strip(), device, versions)))


def to_png(svg: str) -> bytes:
    """Return the figure as pixels, drawn by a process of its own.

    The library holds Python's lock as long as it draws, about 0.2 s: in a thread of the app, the
    screen would stand still.

    Raises:
        EnvironmentProblem: the process does not end, or fails.
    """
    command = python("-c", _TO_PNG, str(PNG_ZOOM))
    try:
        drawn = subprocess.run(command, input=svg.encode(), capture_output=True, timeout=PNG_S)
    except subprocess.TimeoutExpired:
        problem = f"It took more than {PNG_S:.0f} s."
    else:
        if drawn.returncode == 0:
            return drawn.stdout
        problem = drawn.stderr.decode(errors="replace").strip().rpartition("\n")[2]
    hint = "`quizapp doctor` lists what is missing and how to install it."
    raise EnvironmentProblem("The plot could not be drawn", problem, hint)


def to_csv(chart: Chart) -> str:
    """Return the chart's data, one value per row, with the columns of `COLUMNS`."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_rows(chart))
    return text.getvalue()


def _rows(chart: Chart) -> Iterator[dict[str, object]]:
    for mark in chart.marks:
        for row in _values(mark):
            yield {"name": mark.name, **row}


def _values(mark: Mark) -> Iterator[dict[str, object]]:
    match mark:
        case Points() | Scatter():
            kind = "line" if isinstance(mark, Points) else "scatter"
            for x, y in zip(mark.x, mark.y, strict=True):
                yield {"kind": kind, "x": x, "y": y}
        case Bars():
            for label, value in zip(mark.labels, mark.values, strict=True):
                yield {"kind": "bar", "y": value, "label": label}
        case Histogram():
            for count, low, high in zip(mark.counts, mark.edges, mark.edges[1:], strict=False):
                yield {"kind": "bin", "x": low, "x_end": high, "y": count}
            for level in mark.levels:
                yield {"kind": "level", "x": level}
        case Heatmap():
            for index, row in enumerate(mark.values):
                name = mark.rows[index] if index < len(mark.rows) else str(index)
                for place, value in enumerate(row):
                    column = mark.columns[place] if place < len(mark.columns) else place
                    yield {"kind": "cell", "x": column, "y": value, "label": name}
        case Reference():
            yield {"kind": "reference", mark.axis: mark.value}
