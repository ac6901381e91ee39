"""A figure as it lies on the page: its texts, boxes and strokes, read back from the SVG."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from quizapp.demo.events import (
    Event,
)
from quizapp.demo.state import RunState
from quizapp.exchange.figure_svg import to_svg

SVG = "{http://www.w3.org/2000/svg}"


EXACT = 0.11


@dataclass(frozen=True)
class Item:
    """One element with its place on the page; a text begins there, is centred there, or ends."""

    kind: str
    x: float
    y: float
    node: ET.Element

    @property
    def text(self) -> str:
        """What is written."""
        return self.node.text or ""

    @property
    def anchor(self) -> str:
        """Which end of a text `x` is."""
        return self.node.get("text-anchor", "")

    @property
    def fill(self) -> str:
        """Its colour."""
        return self.node.get("fill", "")

    @property
    def width(self) -> float:
        """Of a box."""
        return float(self.node.get("width", "nan"))

    @property
    def height(self) -> float:
        """Of a box."""
        return float(self.node.get("height", "nan"))

    @property
    def right(self) -> float:
        """Where a box ends."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Where a box ends."""
        return self.y + self.height

    @property
    def size(self) -> float:
        """Of the letters."""
        return float(self.node.get("font-size", "nan"))

    @property
    def path(self) -> str:
        """How a stroke goes on from its place."""
        return self.node.get("d", "")


class Page:
    """A drawn figure."""

    def __init__(self, *events: Event, about: str = "") -> None:
        [chart] = RunState().add(*events).charts
        self.root = ET.fromstring(to_svg(chart, about))
        self.items = list(_items(self.root, 0.0))
        self.width, self.height = (
            float(self.root.get("width", "")),
            float(self.root.get("height", "")),
        )

    def texts(self, text: str) -> list[Item]:
        """Return the texts that read so."""
        return [item for item in self.items if item.kind == "text" and item.text == text]

    def text(self, text: str) -> Item:
        """Return the only text that reads so."""
        [item] = self.texts(text)
        return item

    def rects(self, colour: str = "") -> list[Item]:
        """Return the boxes, of one colour or of all; the paper is none."""
        found = [item for item in self.items if item.kind == "rect" and item.width < self.width]
        return [item for item in found if item.fill == colour] if colour else found

    def paths(self, pattern: str) -> list[Item]:
        """Return the strokes that match a pattern."""
        return [i for i in self.items if i.kind == "path" and re.fullmatch(pattern, i.path)]

    def x_tick(self, label: str) -> float:
        """Return where the tick of this label stands below the plot."""
        [tick] = [i for i in self.texts(label) if i.anchor == "middle" and i.size == 11]
        return tick.x

    def y_tick(self, label: str) -> float:
        """Return where the grid line of this label lies."""
        [tick] = [i for i in self.texts(label) if i.anchor == "end" and i.size == 11]
        lines = [grid.y for grid in self.paths(r"M78\.0 [\d.]+H696\.0") if abs(grid.y - tick.y) < 5]
        [line] = {line for line in lines if line < tick.y}
        return line

    def line(self, index: int = 0) -> list[list[tuple[float, float]]]:
        """Return the strokes of a line, each as points."""
        lines = [i for i in self.items if i.kind == "path" and i.node.get("stroke-width") == "1.8"]
        drawn = [i for i in lines if "L" in i.path or "M" in i.path[1:]]
        strokes = drawn[index].path.split("M")[1:]
        return [
            [(float(x), float(y)) for x, y in (point.split() for point in stroke.split("L"))]
            for stroke in strokes
        ]

    def dots(self, colour: str) -> list[tuple[float, float]]:
        """Return the centres of round markers."""
        dots = self.paths(r"M[\d.]+ [\d.]+a3\.2 .*")
        return [(i.x + 3.2, i.y) for i in dots if i.node.get("stroke") == colour]

    def centre(self, item: Item) -> tuple[float, float] | None:
        """Return the middle of a marker; None if the item is none."""
        if item.path.endswith("a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0-6.4 0"):
            return item.x + 3.2, item.y
        moves = re.fullmatch(r"M[\d.]+ [\d.]+((?:[lvh][-\d. ]+)+)z", item.path)
        if moves is None:
            return None
        x, y = [item.x], [item.y]
        for kind, written in re.findall(r"([lvh])([-\d. ]+)", moves[1]):
            steps = [float(step) for step in re.findall(r"-?[\d.]+", written)]
            across = steps[::2] if kind == "l" else steps if kind == "h" else [0.0]
            down = steps[1::2] if kind == "l" else steps if kind == "v" else [0.0]
            for right, below in zip(across, down * len(across), strict=False):
                x.append(x[-1] + right)
                y.append(y[-1] + (below if kind != "h" else 0.0))
        return (min(x) + max(x)) / 2, (min(y) + max(y)) / 2


def _items(node: ET.Element, down: float) -> Iterator[Item]:
    for child in node:
        tag = child.tag.removeprefix(SVG)
        if tag == "g":
            [(x, y)] = re.findall(r"translate\(([\d.]+) ([\d.]+)\)", child.get("transform", ""))
            assert x == "0"
            yield from _items(child, down + float(y))
        elif tag == "path":
            start = re.match(r"M([\d.-]+) ([\d.-]+)", child.get("d", ""))
            assert start is not None
            yield Item(tag, float(start[1]), down + float(start[2]), child)
        elif tag in ("text", "rect"):
            x, y = float(child.get("x", "0")), float(child.get("y", "0"))
            yield Item(tag, x, down + y, child)


def near(*place: float) -> object:
    """Return what equals this place, but for rounding."""
    return pytest.approx(place, abs=EXACT)
