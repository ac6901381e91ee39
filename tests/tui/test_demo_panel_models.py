"""A run over a model of one's own, in the panel: asked for, refused, warned of, given up."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizapp.app.hub import HubModel
from quizapp.app.run_phases import Setup
from quizapp.tui.screens.confirm import Confirm
from tests.tui.look import press, shown
from tests.tui.panel import ended, panel_app, until
from tests.unit.app.model_files import safetensors
from tests.unit.app.running import slow_hub


@pytest.mark.parametrize("answer", ["y", "n"])
async def test_a_model_of_the_hub_is_asked_for_with_its_size_before_it_is_downloaded(
    answer: str,
) -> None:
    async def hub(name: str) -> HubModel:
        return HubModel(name, size=269_000_000)

    async with panel_app("toy_number", settings={"model": "org/small"}, ask_hub=hub) as (
        app,
        pilot,
    ):
        await pilot.press("p", "d")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        asked = " ".join(shown(pilot).replace("│", " ").split())
        assert "org/small is not on this machine. Download 269 MB from the Hub?" in asked
        assert not app.experiment.running
        await pilot.press(answer)
        if answer == "y":
            await ended(app, pilot)
            assert app.state.status == "done"
        else:
            await until(pilot, lambda: not isinstance(app.screen, Confirm))
            assert isinstance(app.experiment.phase, Setup)


async def test_a_model_that_cannot_be_had_is_named_and_nothing_runs() -> None:
    async def hub(name: str) -> HubModel:
        return HubModel(name, problem=f"The Hub has no model {name}. Check its name: org/name.")

    async with panel_app("toy_number", settings={"model": "org/nope"}, ask_hub=hub) as (app, pilot):
        await pilot.press("p", "d")
        await until(pilot, lambda: "The Hub has no model org/nope." in shown(pilot))
        assert isinstance(app.experiment.phase, Setup)
        assert not app.panel.form.disabled


async def test_a_model_too_large_for_the_memory_is_a_warning_before_the_run(tmp_path: Path) -> None:
    large = str(safetensors(tmp_path, w=[1_000_000, 1_000_000]))
    (tmp_path / "config.json").write_text("{}")
    async with panel_app("toy_number") as (app, pilot):
        app.set(model=large)
        await until(pilot, lambda: "GB of memory" in shown(pilot))
        assert "4000.6 GB on CPU" in shown(pilot)
        await press(pilot, "p", "d")
        await ended(app, pilot)
        app.set(model="tinyworld")
        await until(pilot, lambda: "GB of memory" not in shown(pilot))
        app.set(model=large, size=3)
        await until(pilot, lambda: "GB of memory" in shown(pilot))
        assert "4000.6 GB on CPU" in shown(pilot)


async def test_one_key_gives_up_asking_for_a_model_and_so_does_a_panel_that_goes() -> None:
    given_up: list[str] = []
    hub = slow_hub(given_up)
    async with panel_app("toy_number", settings={"model": "org/slow"}, ask_hub=hub) as (app, pilot):
        await press(pilot, "p")
        for number, key in enumerate(("x", "escape"), 1):
            await press(pilot, "d")
            await until(pilot, lambda: "Asking the Hub about org/slow" in shown(pilot))
            assert "x cancel" in shown(pilot)
            await press(pilot, key)
            await until(pilot, lambda: "The time depends on the model" in shown(pilot))
            assert given_up == ["org/slow"] * number
            assert isinstance(app.experiment.phase, Setup)
            assert app.closed == 0
        await press(pilot, "d")
        await until(pilot, lambda: "Asking the Hub about org/slow" in shown(pilot))
        await app.panel.remove()
        await until(pilot, lambda: given_up == ["org/slow"] * 3)
