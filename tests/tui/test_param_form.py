"""Setting parameters by arrows, digits and mouse; what is wrong is explained in place."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input

from quizapp.tui.widgets.param_form import ParamForm
from quizapp.tui.widgets.param_row import ParamRow
from tests.tui.look import burst, press, shown
from tests.tui.panel import ended, panel_app, toy


class FormApp(App[None]):
    """A form alone."""

    def __init__(self, name: str, settings: Mapping[str, Any], base_name: str) -> None:
        super().__init__()
        spec = toy(name)
        self.form = ParamForm(spec, spec.settings(settings), base_name=base_name)

    def compose(self) -> ComposeResult:
        """Nothing else."""
        yield self.form

    def focus_on(self, name: str) -> ParamRow:
        """Give a row the focus."""
        row = self.form.query_one(f"#param-{name}", ParamRow)
        row.focus()
        return row


@asynccontextmanager
async def form_app(
    name: str = "toy_curve", base_name: str = "default", width: int = 70, **settings: Any
) -> AsyncIterator[tuple[FormApp, Pilot[None]]]:
    app = FormApp(name, settings, base_name)
    async with app.run_test(size=(width, 16)) as pilot:
        await pilot.pause()
        yield app, pilot


CHANGES: tuple[tuple[str, list[str], Any], ...] = (
    ("rate", ["right"], 0.2),
    ("rate", ["left", "left"], 0.025),
    ("steps", ["right", "right"], 22),
    ("steps", ["shift+right"], 25),
    ("mode", ["right"], "sleep"),
    ("mode", ["left"], "run"),
    ("noisy", ["right"], True),
    ("noisy", ["space", "space"], False),
    ("seed", ["left"], 0),
    ("steps", ["1", "0", "0", "enter"], 100),
    ("rate", ["1", "e", "-", "2", "enter"], 0.01),
    ("rate", ["backspace", "5", "enter"], 0.5),
    ("steps", ["7", "escape"], 20),
    ("steps", ["7", "down"], 7),
    ("steps", ["7", "right"], 8),
)
"""A row, the keys pressed there, and the value it then has."""

MISTAKES = (
    ("steps", "900", "steps must be between 1 and 500, not 900"),
    ("steps", "2.5", "steps must be a whole number, not '2.5'"),
    ("rate", "1e", "rate must be a number such as 0.001 or 1e-3, not '1e'"),
    ("rate", "0", "rate must be between 0.001 and 1, not 0"),
)
"""A row, what is typed there, and why it cannot be used."""


async def test_keys_change_values() -> None:
    async with form_app() as (app, pilot):
        for name, keys, value in CHANGES:
            app.form.reset()
            app.focus_on(name)
            await press(pilot, *keys)
            assert app.form.values[name] == value, (name, keys)


async def test_a_value_that_cannot_be_is_explained_in_place() -> None:
    async with form_app() as (app, pilot):
        before = app.form.values
        for name, typed, sentence in MISTAKES:
            app.focus_on(name)
            await press(pilot, *typed, "enter")
            assert sentence in shown(pilot)
            assert app.form.values == before
            await press(pilot, "escape")
            assert sentence not in shown(pilot)


async def test_a_run_waits_for_a_valid_value() -> None:
    async with panel_app() as (app, pilot):
        await press(pilot, "p")
        row = app.panel.form.query_one("#param-steps", ParamRow)
        row.focus()
        await press(pilot, *"900", "d")
        assert not app.experiment.running
        assert "steps must be between 1 and 500" in shown(pilot)
        assert row.has_focus


async def test_reset_returns_to_what_the_card_says() -> None:
    async with form_app(base_name="card", rate=0.5) as (app, pilot):
        app.focus_on("rate")
        await press(pilot, "left")
        assert app.form.values["rate"] == 0.25
        assert "card 0.5" in shown(pilot)
        app.form.reset()
        await pilot.pause()
        assert app.form.values["rate"] == 0.5


async def test_the_defaults_are_marked_and_the_focused_row_is_explained() -> None:
    async with form_app() as (app, pilot):
        app.focus_on("rate")
        await press(pilot, "right")
        text = shown(pilot)
        assert [line[:5] for line in text.splitlines() if "›" in line] == ["›rate"]
        assert "default 0.1" in text
        assert "how fast it falls · 0.001 to 1 · default 0.1" in text
        assert text.count("default") > 4


async def test_a_flag_and_its_default_are_said_in_the_same_words() -> None:
    async with form_app(width=80) as (app, pilot):
        app.focus_on("noisy")
        await press(pilot, "right")
        text = shown(pilot)
        assert "[x] on  default off" in text
        assert "default no" not in text


async def test_the_mouse_sets_what_it_clicks() -> None:
    async with form_app() as (app, pilot):
        row = app.form.query_one("#param-steps", ParamRow)
        line = next(t for t in shown(pilot).splitlines() if t.startswith(" steps"))
        await pilot.click(row, offset=(line.index("▸"), 0))
        assert app.form.values["steps"] == 21
        await pilot.click(row, offset=(line.index("◂") + 2, 0))
        assert app.form.values["steps"] == 1
        device = app.form.query_one("#param-device", ParamRow)
        line = next(t for t in shown(pilot).splitlines() if t.startswith(" device"))
        await pilot.click(device, offset=(line.index("cpu"), 0))
        assert app.form.device == "cpu"


async def test_up_and_down_go_through_the_rows() -> None:
    async with form_app() as (app, pilot):
        app.form.focus_first()
        await pilot.pause()
        seen = []
        for _ in range(6):
            assert isinstance(app.focused, ParamRow)
            seen.append(app.focused.key)
            await press(pilot, "down")
        assert seen == ["mode", "rate", "steps", "noisy", "seed", "device"]


async def test_a_model_is_typed_and_nothing_means_the_bundled_one() -> None:
    async with form_app("toy_number") as (app, _):
        field = app.form.query_one(Input)
        field.value = "org/name"
        assert app.form.values["model"] == "org/name"
        field.value = " "
        assert app.form.values["model"] == "tinyworld"
        assert list(app.form.values) == ["size", "model"]


async def test_narrow_and_wide_both_show_every_value() -> None:
    for width in (40, 55, 80, 160):
        async with form_app(width=width) as (_, pilot):
            text = shown(pilot)
            for words in ("rate", "0.1", "steps", "20", "noisy", "off", "device", "auto"):
                assert words in text


async def test_no_digit_of_a_fast_typist_is_lost() -> None:
    async with form_app() as (app, pilot):
        app.focus_on("rate")
        await pilot.pause()
        burst(app, *".5", "down", *"40", "down", "down", *"7", "enter")
        await pilot.pause()
        await pilot.pause()
        assert app.form.values == {
            "mode": "run",
            "rate": 0.5,
            "steps": 40,
            "noisy": False,
            "seed": 7,
        }


@pytest.mark.parametrize("size", [(100, 40), (80, 20)])
async def test_the_form_takes_what_is_typed_right_after_its_key(size: tuple[int, int]) -> None:
    async with panel_app(size=size) as (app, pilot):
        burst(app, "p", "s", "down", "down", *"100", "enter", "d")
        assert (await ended(app, pilot)).settings["steps"] == 100


async def test_the_letter_of_the_form_is_typed_into_a_models_name() -> None:
    async with panel_app("toy_number") as (app, pilot):
        await press(pilot, "p", "s", "down")
        app.panel.form.query_one(Input).value = ""
        await press(pilot, *"s/s")
        assert app.panel.form.values["model"] == "s/s"


async def test_a_solution_is_shown_in_a_line_and_kept() -> None:
    async with form_app("toy_double") as (app, pilot):
        form = app.form
        assert "solution the reference" in " ".join(shown(pilot).split())
        assert form.values == {"solution": "", "seed": 0}
        code = "def double(x):\n    return 2 * x\n"
        form.set_values({"solution": code, "seed": 3})
        await pilot.pause()
        assert "solution code of 2 lines" in " ".join(shown(pilot).split())
        assert form.values == {"solution": code, "seed": 3}
        form.reset()
        assert form.values == {"solution": "", "seed": 0}
