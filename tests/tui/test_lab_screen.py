"""The lab: find a demo, open it, run it, compare its runs, keep what came out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC
from pathlib import Path
from random import Random

import pytest
from textual.pilot import Pilot

from quizapp.app.core import Core
from quizapp.app.experiment import open_experiment
from quizapp.app.gallery import Exhibit
from quizapp.cards.model import DemoLink
from quizapp.lab.lab import Lab
from quizapp.lab.process import Setup
from quizapp.paths import Paths
from quizapp.settings import Settings
from quizapp.tui.app import QuizApp, Start
from quizapp.tui.screens.confirm import Confirm
from quizapp.tui.screens.lab import LabScreen
from quizapp.tui.widgets.demo_panel import DemoPanel
from quizapp.tui.widgets.gallery import Gallery
from quizapp.tui.widgets.panel_keys import Front
from tests.conftest import Clock
from tests.tui.look import press, shown
from tests.tui.panel import TOYS, is_alive, until
from tests.unit.app.running import run as run_without_screen

DECK = "deck: toys\ntitle: Toys and such\ncards: []\n"


@pytest.fixture
def core(tmp_path: Path, clock: Clock) -> Iterator[Core]:
    """Core over the toy demos, with a lab that finds their stand-in for torch."""
    decks = tmp_path / "decks"
    decks.mkdir()
    (decks / "toys.yaml").write_text(DECK, encoding="utf-8")
    made = Core(
        paths=Paths(tmp_path / "data", tmp_path / "cache", tmp_path, (decks,), (TOYS,)),
        settings=Settings(),
        clock=lambda: clock.now,
        monotonic=lambda: clock.seconds,
        tz=UTC,
        random=Random(0),
        preload=False,
    )
    yield made
    made.close()


@asynccontextmanager
async def lab(
    core: Core, size: tuple[int, int] = (140, 40)
) -> AsyncIterator[tuple[LabScreen, Pilot[int]]]:
    core._lab = Lab(Setup((TOYS,), threads=1, preload=False, fork=True))
    async with QuizApp(core, Start("lab")).run_test(size=size, notifications=True) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, LabScreen)
        await until(pilot, lambda: "A falling curve" in shown(pilot))
        yield screen, pilot


def panel_of(screen: LabScreen) -> DemoPanel:
    panel = screen.panel
    assert panel is not None
    return panel


def change(screen: LabScreen, **settings: object) -> None:
    form = panel_of(screen).form
    form.set_values({**form.values, **settings})


async def run(screen: LabScreen, pilot: Pilot[int], *keys: str) -> None:
    """Press keys, the last of which starts a run, and wait for its end."""
    done = len(panel_of(screen).experiment.earlier.records)
    await press(pilot, *keys)
    await until(pilot, lambda: len(panel_of(screen).experiment.earlier.records) > done)
    await pilot.pause()


async def opened(screen: LabScreen, pilot: Pilot[int], *search: str) -> None:
    await press(pilot, "slash", *search, "enter", "enter")
    await until(pilot, lambda: screen.panel is not None and screen.panel.is_mounted)
    await pilot.pause()


async def test_the_gallery_names_topic_time_and_what_each_demo_asks(core: Core) -> None:
    async with lab(core) as (_, pilot):
        text = shown(pilot)
        assert "Toys and such" in text
        assert "toy_curve · Which way does it go?" in text
        assert "about 1 s" in text
        assert "⏎ open" in text.splitlines()[-1]
        await until(pilot, lambda: "The page explains the result." in shown(pilot))
        assert "falls by" not in shown(pilot)


async def test_the_gallery_says_what_a_demo_proves_when_its_result_was_seen(core: Core) -> None:
    async with lab(core) as (screen, pilot):
        await opened(screen, pilot, *"curve")
        await run(screen, pilot, "p", "d")
        await press(pilot, "escape")
        await until(pilot, lambda: "toy_curve · The curve falls" in shown(pilot))
    async with lab(core) as (_, pilot):
        await until(pilot, lambda: "What it proves" in shown(pilot))
        assert "It falls by over a thousand" in shown(pilot)


async def test_a_file_that_declares_no_demo_is_named(core: Core) -> None:
    async with lab(core) as (_, pilot):
        text = "".join(shown(pilot).replace("│", " ").split())  # a long path may wrap anywhere
        assert "torch.py:1:1:nofunctionisdecoratedwith@demo" in text


async def test_words_of_title_claim_or_measure_find_a_demo(core: Core) -> None:
    async with lab(core) as (screen, pilot):
        await press(pilot, "slash", *"even twice")
        text = shown(pilot)
        assert "A number" in text
        assert "A falling curve" not in text
        await press(pilot, "escape")
        assert "A falling curve" in shown(pilot)
        await press(pilot, "slash", *"nowhere")
        assert "No demo has “nowhere” in it." in shown(pilot)
        assert screen.gallery.exhibit is None


async def test_previews_that_follow_each_other_at_once_end_with_the_last(
    core: Core,
) -> None:
    async with lab(core) as (screen, pilot):
        demos = [
            Exhibit(core.demos.find(name), seconds=1.0, known=True, seen=True)
            for name in ("toy_curve", "toy_number")
        ]
        for turn in range(36):
            screen.gallery.post_message(Gallery.Seen(demos[turn % 2]))
            for _ in range(turn % 12):
                await asyncio.sleep(0)
        await until(pilot, lambda: "Nothing but a number." in shown(pilot))
        await pilot.pause()
        assert pilot.app.is_running


async def test_a_demo_opens_runs_and_is_remembered(core: Core) -> None:
    async with lab(core) as (screen, pilot):
        await opened(screen, pilot, *"curve")
        assert "Predict first: Which way does it go?" in shown(pilot)
        await run(screen, pilot, "down", "enter", "d")
        assert "you said down ✓" in shown(pilot)
        [row] = core.store.runs()
        assert (row.demo, row.prediction, row.right) == ("toy_curve", "down", True)
        assert "about 1 s" not in shown(pilot).split("toy_curve")[0]  # the time is known now


async def test_runs_of_an_earlier_session_can_be_laid_under_a_new_one(core: Core) -> None:
    core._lab = Lab(Setup((TOYS,), threads=1, preload=False, fork=True))
    link = DemoLink("toy_curve", {"rate": 0.5})
    await run_without_screen(open_experiment(core, link, where="an earlier session"))
    async with lab(core) as (screen, pilot):
        await opened(screen, pilot, *"curve")
        await run(screen, pilot, "p", "d")
        await press(pilot, "o")
        await until(pilot, lambda: "── #1 rate 0.5" in shown(pilot))
        panel_of(screen).front = Front.DETAILS
        panel_of(screen).details.open("runs")
        await until(pilot, lambda: "What differs" in shown(pilot))
        text = shown(pilot)
        assert "rate" in text
        assert "last" in text


async def test_plots_data_script_and_notebook_are_saved_as_files(core: Core) -> None:
    async with lab(core) as (screen, pilot):
        await opened(screen, pilot, *"curve")
        await run(screen, pilot, "p", "d")
        await press(pilot, "w")
        await until(pilot, lambda: "8 files in" in shown(pilot))
        files = sorted(file.suffix for file in core.paths.figures.iterdir())
        assert files == [".csv", ".csv", ".ipynb", ".png", ".png", ".py", ".svg", ".svg"]


async def test_a_result_is_copied_as_text(core: Core) -> None:
    async with lab(core) as (screen, pilot):
        await opened(screen, pilot, *"number")
        await run(screen, pilot, "4", "2", "d")
        await press(pilot, "y")
        assert pilot.app.clipboard.startswith(
            "**A number**: `quizapp demo run toy_number --set size=21 --set model=tinyworld`"
        )
        assert "- predicted: 42 (came true)" in pilot.app.clipboard
        assert "- twice the size: 42" in pilot.app.clipboard
        assert "- The number is even: holds" in pilot.app.clipboard


async def test_narrow_screens_show_gallery_and_demo_in_turn(core: Core) -> None:
    async with lab(core, size=(80, 24)) as (screen, pilot):
        await opened(screen, pilot, *"curve")
        assert "Toys and such" not in shown(pilot)
        assert "Predict first" in shown(pilot)
        await press(pilot, "escape")
        assert "Toys and such" in shown(pilot)
        assert "Predict first" not in shown(pilot)
        await press(pilot, "enter")
        assert "Predict first" in shown(pilot)


async def test_opening_another_demo_asks_before_it_stops_a_run(core: Core) -> None:
    async with lab(core) as (screen, pilot):
        await opened(screen, pilot, *"curve")
        change(screen, mode="sleep")
        await press(pilot, "p", "d")
        await until(pilot, lambda: panel_of(screen).experiment.shown.state.charts)
        assert core.lab.run is not None
        pid = core.lab.run.pid
        assert pid is not None
        screen.gallery.clear()
        await press(pilot, "down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Confirm))
        await press(pilot, "n")
        assert panel_of(screen).experiment.running
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Confirm))
        await press(pilot, "y")
        await until(
            pilot, lambda: screen.panel and screen.panel.experiment.spec.id == "toy_missing"
        )
        await until(pilot, lambda: not is_alive(pid))


async def test_escape_goes_from_the_gallery_home(core: Core) -> None:
    async with lab(core) as (_, pilot):
        await press(pilot, "escape")
        await until(pilot, lambda: not isinstance(pilot.app.screen, LabScreen))
