"""Take the pictures in docs/screens: `python -m tools.screens [NAME...]`, or `make screens`.

Each is the real app without a terminal, played by the keys of SCENES, over a simulated learner
(tools/learner.py) at a clock that stands still: the same cards give the same pictures. `--text`
prints them instead. To add one, add a row to SCENES.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from rich.color import ColorType
from rich.style import Style
from rich.terminal_theme import SVG_EXPORT_THEME
from textual.pilot import Pilot

from quizapp.app.scope import Scope
from quizapp.study.interview import InterviewSpec
from quizapp.tui.app import QuizApp, Start
from tools.learner import Clock, core_at, study_for_weeks

FOLDER = Path(__file__).parent.parent / "docs" / "screens"
SIZES = ((80, 24), (120, 40), (200, 60))
Row = list[tuple[str, Style]]


@dataclass(frozen=True)
class Scene:
    """What a picture shows: where the app starts and what is done there."""

    start: Start
    keys: str = ""
    """Keys apart by spaces. `+40` lets 40 seconds pass, `?text` waits until the screen says so,
    with _ for a space."""
    sizes: Sequence[tuple[int, int]] = SIZES
    light: bool = False
    fresh: bool = False
    """Nothing was ever studied."""


def card(name: str) -> Start:
    """Start by studying one card."""
    return Start("study", Scope("LoRA", frozenset([name])))


def typed(text: str) -> str:
    """Return the keys that type a text."""
    names = {" ": "space", ",": "comma", ".": "full_stop", "?": "question_mark"}
    return " ".join(names.get(letter, letter) for letter in text)


MOCK = Start("interview", interview=InterviewSpec(("lora", "data", "metrics"), "mid", 5, 20, 4))
ANSWER = typed(
    "train on a quarter, half and all of the data and look at the curve of the held out set."
)
ALOUD = "+95 escape space space x tab x space"
"""Answer a question and its follow-up aloud, tick a point and one of the structure."""

FIND = "slash l o r a underscore f i n e enter enter"
"""Open the demo lora_finetune in the lab."""

SCENES = {
    "first-start": Scene(Start(), sizes=SIZES[:1], fresh=True),
    "home": Scene(Start()),
    "home-light": Scene(Start(), sizes=SIZES[1:2], light=True),
    "study-question": Scene(Start("study"), "+41"),
    "study-answer": Scene(card("lora-update-form"), "+41 space x", fresh=True),
    "study-light": Scene(card("lora-update-form"), "+41 space x", SIZES[1:2], True, True),
    "study-code": Scene(card("code-lora-forward"), "+41 ctrl+j ?claims_hold", fresh=True),
    "browse": Scene(Start("browse"), "t a g : l o r a space - i s : n e w escape down"),
    "interview-question": Scene(MOCK, f"enter {ANSWER} +62"),
    "interview-rubric": Scene(MOCK, f"enter {ANSWER} +95 ctrl+d ctrl+d ctrl+d x"),
    "interview-report": Scene(MOCK, " ".join(["enter", *[ALOUD] * 5])),
    "lab": Scene(Start("lab"), fresh=True),
    "lab-run": Scene(Start("lab"), f"{FIND} 3 d ?Done_in", fresh=True),
    "lab-light": Scene(Start("lab"), f"{FIND} 3 d ?Done_in", SIZES[1:2], True, True),
    "study-demo": Scene(card("lora-update-form"), "space d 3 d ?Done_in", fresh=True),
    "stats": Scene(Start("stats")),
    "stats-more": Scene(Start("stats"), "space space", SIZES[:1]),
}
"""Name, start, keys and sizes of every picture."""


async def play(scene: Scene, size: tuple[int, int], home: Path) -> list[Row]:
    """Return the screen at the end of a scene, row by row."""
    clock = Clock()
    core = core_at(home, clock, first=scene.fresh)
    core.keep_theme("quizapp-light" if scene.light else "quizapp-dark")
    app = QuizApp(core, scene.start)
    try:
        async with app.run_test(size=size) as pilot:
            await rest(pilot)
            for key in scene.keys.split():
                if key.startswith("+"):
                    clock.passed += float(key[1:])
                    await asyncio.sleep(1.1)  # the screen looks at the clock once a second
                elif key.startswith("?"):
                    await until(pilot, key[1:].replace("_", " "))
                else:
                    await pilot.press({"-": "minus", ":": "colon"}.get(key, key))
                await rest(pilot)
            return rows(pilot)
    finally:
        core.close()


async def rest(pilot: Pilot[Any]) -> None:
    """Let the app finish what it does at once."""
    for _ in range(4):
        await pilot.pause(0.05)


async def until(pilot: Pilot[Any], text: str, patience_s: float = 120.0) -> None:
    """Wait until the screen holds a text."""
    for _ in range(int(patience_s / 0.1)):
        if text in as_text(rows(pilot)):
            return
        await pilot.pause(0.1)
    raise TimeoutError(f"{text!r} did not come to the screen")


def rows(pilot: Pilot[Any]) -> list[Row]:
    """Return the screen as runs of one style."""
    strips = pilot.app.screen._compositor.render_strips()
    return [[(part.text, part.style or Style()) for part in strip] for strip in strips]


def as_text(screen: list[Row]) -> str:
    """Return the characters alone."""
    return "\n".join("".join(text for text, _ in row).rstrip() for row in screen)


WIDTH, HEIGHT = 8.4, 18
"""Pixels of a cell at 14 pixels a letter."""


def as_svg(screen: list[Row]) -> str:
    """Return a picture in which each row is one line of text over its backgrounds."""
    columns = max(sum(len(text) for text, _ in row) for row in screen)
    width, height = columns * WIDTH, len(screen) * HEIGHT
    classes: dict[str, str] = {}
    boxes, lines = [], []
    page = "#12151a"
    for number, row in enumerate(screen):
        at, spans = 0, []
        for text, style in row:
            front, back = colours(style)
            if number == 0 and at == 0:
                page = back
            if back != page:
                boxes.append(
                    f'<rect x="{at * WIDTH:g}" y="{number * HEIGHT}" '
                    f'width="{len(text) * WIDTH:g}" height="{HEIGHT}" '
                    f'fill="{back}"/>'
                )
            rule = f"fill:{front}" + (";font-weight:bold" if style.bold else "")
            rule += ";font-style:italic" if style.italic else ""
            if text.strip():
                name = classes.setdefault(rule, f"s{len(classes)}")
                spans.append(as_tspan(name, at, text))
            at += len(text)
        if spans:
            lines.append(f'<text y="{number * HEIGHT + 13.5:g}">{"".join(spans)}</text>')
    rules = "".join(f".{name}{{{rule}}}" for rule, name in classes.items())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height}">'
        f'<style>text{{font:14px "DejaVu Sans Mono",Menlo,Consolas,monospace}}'
        f'{rules}</style><rect width="100%" height="100%" fill="{page}"/>\n'
        + "\n".join([*boxes, *lines])
        + "\n</svg>\n"
    )


def as_tspan(name: str, at: int, text: str) -> str:
    """Return text that begins in column `at`; where a font may lack letters, each has its place."""
    at += len(text) - len(text.lstrip())
    text = text.strip()
    last = at + (1 if text.isascii() else len(text))
    places = " ".join(f"{column * WIDTH:g}" for column in range(at, last))
    shown = escape(text.replace(" ", "\u00a0"), quote=False)  # plain ones would be joined
    return f'<tspan class="{name}" x="{places}">{shown}</tspan>'


def colours(style: Style) -> tuple[str, str]:
    """Return foreground and background; dim text lies between the two."""
    theme = SVG_EXPORT_THEME

    def triplet(colour: Any, front: bool) -> Any:
        if colour is None or colour.type is ColorType.DEFAULT:
            return theme.foreground_color if front else theme.background_color
        return colour.get_truecolor(theme)

    front, back = triplet(style.color, True), triplet(style.bgcolor, False)
    if style.reverse:
        front, back = back, front
    if style.dim:
        front = type(front)(*((2 * x + y) // 3 for x, y in zip(front, back, strict=True)))
    return front.hex, back.hex


def main(arguments: Sequence[str]) -> None:
    """Take the pictures that are named, or all."""
    names = [name for name in arguments if name != "--text"] or list(SCENES)
    if unknown := [name for name in names if name not in SCENES]:
        sys.exit(f"There is no scene {unknown[0]}; there are {', '.join(SCENES)}.")
    with tempfile.TemporaryDirectory() as folder:
        studied, fresh = Path(folder, "studied"), Path(folder, "fresh")
        study_for_weeks(studied)
        core_at(fresh, Clock()).close()
        for name in names:
            scene = SCENES[name]
            for columns, lines in scene.sizes:
                home = Path(folder, f"{name}-{columns}")
                if not scene.fresh:
                    shutil.copytree(studied, home)
                screen = asyncio.run(play(scene, (columns, lines), home))
                if "--text" in arguments:
                    print(f"=== {name} {columns}x{lines}\n{as_text(screen)}")
                else:
                    file = FOLDER / f"{name}-{columns}x{lines}.svg"
                    file.write_text(as_svg(screen), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
