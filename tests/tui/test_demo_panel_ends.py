"""How runs end when they do not end well, and that nothing of them stays behind."""

from __future__ import annotations

import asyncio
from pathlib import Path

from textual.pilot import Pilot

from quizapp.app.run_phases import Done, Failed
from quizapp.demo.spec import read_spec
from quizapp.tui.widgets.demo_panel import DemoPanel
from tests.tui.look import press, shown
from tests.tui.panel import LONG, PanelApp, ended, is_alive, panel_app, until
from tests.unit.app.running import block
from tests.unit.malformed import WRONG_CALLS, WRONG_LINES, write_demo


async def started(app: PanelApp, pilot: Pilot[None]) -> int:
    """Press the key, wait for the first point, and return the run's process id."""
    await press(pilot, "p", "d")
    await until(pilot, lambda: app.experiment.running and app.state.charts)
    assert app.lab.run is not None
    assert app.lab.run.pid is not None
    return app.lab.run.pid


async def test_a_run_is_cancelled_by_one_key() -> None:
    async with panel_app(settings={"mode": "wait"}) as (app, pilot):
        for key in ("x", "escape"):
            pid = await started(app, pilot)
            assert "x cancel" in shown(pilot)
            await press(pilot, key)
            run = await ended(app, pilot)
            assert run.state.status == "cancelled"
            assert "Cancelled after" in shown(pilot)
            assert "─●─ train" in shown(pilot)
            assert not is_alive(pid)
            assert app.experiment.earlier.records == []
            assert app.closed == 0


async def test_a_crash_is_a_sentence_and_the_app_goes_on() -> None:
    async with panel_app(settings={"mode": "crash"}) as (app, pilot):
        await press(pilot, "p", "d")
        run = await ended(app, pilot)
        assert run.state.error is not None and run.state.error.kind == "crashed"
        text = shown(pilot)
        assert "killed by SIGSEGV" in text
        assert "Run it again" in text
        assert "d again" in text


async def test_an_error_says_where_and_the_log_has_the_traceback() -> None:
    async with panel_app(settings={"mode": "raise"}) as (app, pilot):
        await press(pilot, "p", "d")
        await ended(app, pilot)
        text = shown(pilot)
        assert "The demo stopped at toy_curve.py:" in text
        assert "the toy is broken here" in text
        assert "ValueError" not in text
        await press(pilot, "t", "t", "t")
        await until(pilot, lambda: "ValueError: the toy is broken here" in shown(pilot))


async def test_one_run_at_a_time() -> None:
    async with panel_app(settings={"mode": "wait"}) as (app, pilot):
        await started(app, pilot)
        other = DemoPanel(app.bench.experiment())
        await app.mount(other)
        other.run()
        await until(pilot, lambda: "A run is under way" in shown(pilot))
        assert not other.experiment.running
        assert not other.form.disabled


async def test_removing_the_panel_kills_its_run_at_once() -> None:
    async with panel_app(settings={"mode": "sleep"}) as (app, pilot):
        pid = await started(app, pilot)
        await app.panel.remove()
        await until(pilot, lambda: not is_alive(pid))


async def test_saving_ends_with_the_panel() -> None:
    async with panel_app() as (app, pilot):
        await press(pilot, "p", "d")
        done = await ended(app, pilot)
        assert isinstance(done, Done)
        pipe = block(app.bench, done, ".png")
        await press(pilot, "w")
        await until(pilot, pipe.with_suffix(".svg").exists)
        assert "Done in" in shown(pilot)  # the screen lives while a file is written
        await app.panel.remove()
        await asyncio.to_thread(pipe.read_bytes)
        await app.workers.wait_for_complete()
        assert {file.suffix for file in app.bench.paths.figures.iterdir()} == {".svg", ".png"}


async def test_leaving_the_app_leaves_no_process() -> None:
    async with panel_app(settings={"mode": "sleep"}) as (app, pilot):
        pid = await started(app, pilot)
        warm = app.lab.prepare().pid
        app.exit()
    async with asyncio.timeout(LONG):
        while is_alive(pid) or is_alive(warm):
            await asyncio.sleep(0.005)


async def test_leaving_the_screen_kills_the_run() -> None:
    from textual.screen import Screen

    async with panel_app() as (app, pilot):
        screen: Screen[None] = Screen()
        await app.push_screen(screen)
        other = DemoPanel(app.bench.experiment(settings={"mode": "sleep"}))
        await screen.mount(other)
        other.run()
        await until(pilot, lambda: other.experiment.shown.state.charts)
        assert app.lab.run is not None
        pid = app.lab.run.pid
        assert pid is not None
        await app.pop_screen()
        await until(pilot, lambda: not is_alive(pid))


async def test_what_is_no_event_is_a_sentence_and_the_form_lives(tmp_path: Path) -> None:
    wrong = WRONG_CALLS | WRONG_LINES
    calls = "\n    ".join(f"if seed == {seed}: {call}" for seed, call in enumerate(wrong))
    spec = read_spec(write_demo(tmp_path, calls))
    async with panel_app(spec, size=(160, 40)) as (app, pilot):
        for seed, call in enumerate(wrong):
            app.set(seed=seed)
            app.panel.run()
            assert isinstance(await ended(app, pilot), Failed), call
            text = " ".join(shown(pilot).split())
            assert wrong[call] in text, call
            assert "Stopped after" in text
            assert "d again" in text
            assert not app.panel.form.disabled
