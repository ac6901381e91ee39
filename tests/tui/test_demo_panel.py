"""The demo panel with the keyboard: predict, set, run, watch, compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from textual import events
from textual.widgets import Input

from quizapp.cards.expect import Expect
from quizapp.cards.model import Card, DemoLink, Figure
from quizapp.tui.widgets.chart_area import ChartArea
from quizapp.tui.widgets.chart_zoom import ChartZoom
from quizapp.tui.widgets.demo_panel import DemoPanel
from quizapp.tui.widgets.details import Details
from quizapp.tui.widgets.prediction import Prediction
from tests.tui.look import burst, press, shown
from tests.tui.panel import PanelApp, ended, panel_app, until
from tests.unit.app.running import bench
from tests.unit.cards import decks


def make_card(**fields: Any) -> Card:
    return decks.make_card(id="toy-card", deck="toys", answer="It falls.", **fields)


async def test_the_question_comes_before_the_run() -> None:
    async with panel_app() as (_, pilot):
        text = shown(pilot)
        assert "A falling curve" in text
        assert "about 1 s" in text
        assert "Predict first: Which way does it go?" in text
        assert "( ) up" in text
        assert "It falls by a rate" not in text


async def test_the_page_comes_with_the_prediction_or_when_it_is_skipped() -> None:
    for key in ("2", "p"):
        async with panel_app(size=(100, 50)) as (_, pilot):
            assert "The page explains the result." in shown(pilot)
            assert "It falls by a rate" not in shown(pilot)
            await press(pilot, key)
            await until(pilot, lambda: "It falls by a rate" in shown(pilot))


async def test_a_run_goes_from_the_guess_to_the_comparison() -> None:
    async with panel_app(size=(100, 50)) as (app, pilot):
        await press(pilot, "down", "enter")
        assert "(•) down" in shown(pilot)
        await press(pilot, "d")
        run = await ended(app, pilot)
        assert (run.state.status, run.guess, run.verdict.right) == ("done", "down", True)
        text = shown(pilot)
        assert "you said down ✓ · your machine says down" in text
        assert "Your prediction came true." in text
        assert "─●─ train" in text
        assert "╌▲╌ validation" in text
        assert "height (m)" in text
        assert "ground 0" in text
        assert "Done in" in text
        assert "✓ The curve falls  holds: 1 to 0.135" in text
        assert "✗ It falls by over a thousand  fails: by 0.865" in text
        assert "– It falls on CUDA as well  not tested: this run did not test it" in text


async def test_the_number_of_an_option_chooses_it() -> None:
    async with panel_app(size=(100, 50)) as (app, pilot):
        options = app.panel.question.predict.options
        await press(pilot, "1")
        assert f"1 (•) {options[0]}" in shown(pilot)
        await press(pilot, "2")
        assert app.experiment.guess == options[1]
        await press(pilot, "9")
        assert app.experiment.guess == options[1]


@pytest.mark.parametrize("keys", ["2d", ("down", "enter", "enter")])
async def test_an_answer_counts_for_a_run_right_after_it(keys: Sequence[str]) -> None:
    async with panel_app() as (app, pilot):
        burst(app, *keys)
        assert (await ended(app, pilot)).guess == "down"
        assert len(app.experiment.earlier.records) == 1


async def test_the_first_d_asks_and_the_second_runs_without_a_guess() -> None:
    async with panel_app() as (app, pilot):
        await press(pilot, "d")
        assert not app.experiment.running
        assert "Choose an answer first, or press d again" in shown(pilot)
        await press(pilot, "d")
        run = await ended(app, pilot)
        assert (run.guess, run.verdict.right) == (None, None)


async def test_other_settings_are_another_question() -> None:
    async with panel_app() as (app, pilot):
        await press(pilot, "enter", "d")
        run = await ended(app, pilot)
        assert (run.guess, run.verdict.right) == ("up", False)
        assert "Predict first" not in shown(pilot)
        app.set(seed=5)
        await pilot.pause()
        assert "Predict first" in shown(pilot)
        assert "( ) up" in shown(pilot)


async def test_a_guess_can_be_a_number() -> None:
    async with panel_app("toy_number") as (app, pilot):
        await press(pilot, *"7e", "enter")
        assert "Answer a number, not '7e'." in shown(pilot)
        app.panel.query_one(Prediction).query_one(Input).value = "40"
        await press(pilot, "enter", "enter")
        run = await ended(app, pilot)
        assert (run.guess, run.verdict.right) == (40.0, True)


async def test_a_typed_number_counts_when_the_run_begins() -> None:
    async with panel_app("toy_number") as (app, pilot):
        await press(pilot, *"42d")
        run = await ended(app, pilot)
        assert (run.guess, run.verdict.right) == (42.0, True)


async def test_the_card_is_compared_at_its_own_settings() -> None:
    link = DemoLink("toy_curve", {"rate": 0.2}, expect=(Expect(measure="last", below=0.1),))
    async with panel_app(settings=link.with_, card=make_card(demo=link), size=(100, 50)) as both:
        app, pilot = both
        await press(pilot, "p", "d")
        await ended(app, pilot)
        assert "card says below 0.1 ✓ · your machine says 0.01441" in shown(pilot)
        assert "This machine agrees with the card." in shown(pilot)
        app.set(rate=0.01)
        await press(pilot, "d")
        await ended(app, pilot)
        text = shown(pilot)
        assert "The card is about rate 0.2; this run had rate 0.01." in text
        assert "card says" not in text


async def test_tables_samples_notes_and_log_have_their_tabs() -> None:
    async with panel_app() as (app, pilot):
        await press(pilot, "p", "d")
        await ended(app, pilot)
        await press(pilot, "t")
        seen = []
        details = app.panel.query_one(Details)
        for _ in range(7):
            seen.append(details.active)
            if details.active == "samples":
                assert "[b]falls[/b]" in shown(pilot)
            if details.active == "log":
                assert "a line in the log" in shown(pilot)
            if details.active == "tables":
                assert "0.1351" in shown(pilot)
            await press(pilot, "t")
        assert set(seen) == {"tables", "samples", "notes", "runs", "page", "code", "log"}
        await press(pilot, "escape")
        assert "─●─ train" in shown(pilot)


async def test_the_code_is_the_file_with_its_line_numbers() -> None:
    async with panel_app() as (_, pilot):
        await press(pilot, "p", "c")
        await pilot.pause()
        text = shown(pilot)
        assert ' 1  """A falling curve.' in text
        assert "13  @demo(" in text
        await press(pilot, "c")
        assert "Predict first" not in shown(pilot)
        assert "rate" in shown(pilot)


async def test_the_last_run_lies_under_the_next_one() -> None:
    async with panel_app() as (app, pilot):
        await press(pilot, "p", "d")
        await ended(app, pilot)
        app.set(rate=0.5)
        await press(pilot, "d")
        await ended(app, pilot)
        await press(pilot, "o")
        await until(pilot, lambda: "#1 defaults" in shown(pilot))
        await press(pilot, "o")
        await until(pilot, lambda: "#1 defaults" not in shown(pilot))


async def test_a_run_can_be_repeated_exactly() -> None:
    async with panel_app() as (app, pilot):
        await press(pilot, "p")
        for rate in (0.5, 0.2):
            app.set(rate=rate)
            await press(pilot, "d")
            await ended(app, pilot)
        app.panel.details.open("runs")
        await press(pilot, "down", "down", "a")
        run = await ended(app, pilot)
        assert run.settings["rate"] == app.panel.form.values["rate"] == 0.5
        assert (
            app.experiment.earlier.records[0].measures == app.experiment.earlier.records[2].measures
        )


async def test_the_plot_fills_the_screen_and_comes_back() -> None:
    async with panel_app() as (app, pilot):
        await press(pilot, "p", "d")
        await ended(app, pilot)
        await press(pilot, "z")
        assert isinstance(app.screen, ChartZoom)
        await press(pilot, "right")
        assert "● train" in shown(pilot)
        await press(pilot, "escape")
        assert not isinstance(app.screen, ChartZoom)


async def test_a_hidden_panel_shows_the_chosen_curve_and_no_settings() -> None:
    card = make_card(figure=Figure("toy_curve", {"rate": 0.5}, show=("train",)))
    async with panel_app(card=card, settings={"rate": 0.5}, hidden=True) as (app, pilot):
        app.panel.run()
        await ended(app, pilot)
        text = shown(pilot)
        assert "─●─ this run" in text
        for secret in ("validation", "A falling curve", "toy_curve", "rate", "Predict", "holds"):
            assert secret not in text
        app.panel.focus()
        for key in "ct":
            await press(pilot, key)
            assert "─●─ this run" in shown(pilot)
            assert "falls" not in shown(pilot)
        app.panel.reveal()
        await until(pilot, lambda: "rate" in shown(pilot))
        assert "validation" in shown(pilot)
        assert "A falling curve" in shown(pilot)


async def test_a_short_pane_shows_form_and_plot_in_turn() -> None:
    async with panel_app(size=(80, 14)) as (app, pilot):
        assert "rate" in shown(pilot)
        assert "d run" in shown(pilot)
        await press(pilot, "p", "d")
        await ended(app, pilot)
        text = shown(pilot)
        assert "─●─ train" in text
        assert "✓ The curve falls" in text
        assert app.panel.query_one(ChartArea).size.height >= 10
        await press(pilot, "s")
        assert "steps" in shown(pilot)
        assert "─●─ train" not in shown(pilot)


async def test_a_short_pane_shows_page_and_code_before_any_run() -> None:
    async with panel_app(size=(80, 14)) as (_, pilot):
        await press(pilot, "p", "t")
        await until(pilot, lambda: "It falls by a rate" in shown(pilot))
        await press(pilot, "c")
        await until(pilot, lambda: ' 1  """A falling curve.' in shown(pilot))
        await press(pilot, "escape")
        assert "rate   0.1" in shown(pilot)


async def test_keys_faster_than_the_screen_go_through_the_tabs_of_a_short_pane() -> None:
    async with panel_app(size=(80, 14)) as (app, pilot):
        app.panel.action_tab()
        app.panel.action_tab()  # before a frame has shown the page
        await until(pilot, lambda: ' 1  """A falling curve.' in shown(pilot))


async def test_no_frame_shows_the_page_beside_the_form_before_the_size_is_known() -> None:
    displayed = []

    class Watched(DemoPanel):
        def on_resize(self, event: events.Resize) -> None:
            displayed.append(self.details.display)

    async with bench() as at:
        app = PanelApp(at, Watched(at.experiment("toy_curve")))
        async with app.run_test(size=(80, 14)) as pilot:
            await pilot.pause()
            assert displayed == [False]


async def test_the_charts_take_turns_where_there_is_room_for_one() -> None:
    async with panel_app(size=(60, 26)) as (app, pilot):
        await press(pilot, "p", "d")
        await ended(app, pilot)
        assert "[the curve]" in shown(pilot)
        await press(pilot, "v")
        assert "[ends]" in shown(pilot)


async def test_escape_closes_a_panel_at_rest() -> None:
    async with panel_app() as (app, pilot):
        await press(pilot, "p", "escape")
        assert app.closed == 1


async def test_remapped_keys_are_shown_as_they_are() -> None:
    async with panel_app() as (app, pilot):
        app.set_keymap({"demo.run": "g"})
        await press(pilot, "p")
        await until(pilot, lambda: "g run" in shown(pilot))
        await press(pilot, "g")
        await ended(app, pilot)


async def test_every_theme_draws_the_plot_in_its_own_colours() -> None:
    async with panel_app() as (app, pilot):
        await press(pilot, "p", "d")
        await ended(app, pilot)
        [plot, *_] = app.panel.query_one(ChartArea).plots
        dark = {s.style.color for s in plot.render_line(3) if s.style and s.style.color}
        app.theme = "textual-light"
        await pilot.pause()
        light = {s.style.color for s in plot.render_line(3) if s.style and s.style.color}
        assert dark
        assert not dark & light


@pytest.mark.parametrize("height", [14, 40, 60])
async def test_behind_a_question_no_page_is_shown_before_the_run(height: int) -> None:
    async with panel_app(size=(100, height), hidden=True) as (app, pilot):
        assert not app.panel.details.display
        app.panel.reveal()
        await pilot.pause()
        assert app.panel.details.display is (height > 14)
