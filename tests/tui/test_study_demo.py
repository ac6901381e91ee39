"""The demo beside a card: prediction, run, leaving while it runs, figures."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot
from textual.widgets import Static

from quizapp.app.core import Core
from quizapp.demo.evidence import Evidence, Runs, write_evidence
from quizapp.tui.widgets.demo_panel import DemoPanel
from tests.tui.look import card_shown, finish, opened, press, settle, shown, study_screen, studying

WIDE = (120, 40)


def panel(pilot: Pilot[Any]) -> DemoPanel:
    """Return the panel of the card."""
    found = study_screen(pilot).bench.panel
    assert found is not None
    return found


def is_running(pilot: Pilot[Any]) -> bool:
    """Whether the demo of the card runs."""
    return study_screen(pilot).bench.running


async def test_d_opens_the_demo_beside_the_card_at_its_settings(core: Core) -> None:
    async with opened(core, size=WIDE, start=studying("a-open")) as pilot:
        await press(pilot, "d")
        screen = study_screen(pilot)
        assert screen.bench.region.x > screen.page.region.x
        assert screen.bench.region.y == screen.page.region.y
        assert panel(pilot).form.values["steps"] == 3
        assert "What comes last?" in shown(pilot)
        assert "Why is B zero" in shown(pilot)


async def test_on_a_narrow_screen_it_comes_from_below(core: Core) -> None:
    async with opened(core, start=studying("a-open")) as pilot:
        await press(pilot, "d")
        screen = study_screen(pilot)
        assert screen.bench.region.y > screen.page.region.y
        assert screen.page.region.height >= 3
        await press(pilot, "escape")
        assert not screen.bench.display


async def test_prediction_and_run_are_kept_with_the_answer(core: Core) -> None:
    async with opened(core, size=WIDE, start=studying("a-open")) as pilot:
        await press(pilot, "d", "2", "enter")
        if not panel(pilot).experiment.running and not panel(pilot).experiment.shown.state.ending:
            await press(pilot, "enter")
        await finish(pilot)
        assert panel(pilot).experiment.shown.state.measure("last") == 2.0
        assert "card says 2 ± 1 %" in shown(pilot)
        [run] = core.store.runs()
        assert (run.demo, run.card, run.right) == ("toy", "a-open", True)
        await press(pilot, "escape", "space", "3")
        [review] = core.store.reviews()
        assert review.answer.prediction is not None
        assert review.answer.prediction_right is True


async def test_a_run_marks_the_points_that_it_shows(core: Core) -> None:
    async with opened(core, size=WIDE, start=studying("a-open")) as pilot:
        await press(pilot, "space")
        assert "zero at step 0  must  shown by the demo (d)" in shown(pilot)
        assert "It counts to [run it to see]." in shown(pilot)
        await press(pilot, "d", "p", "d")
        await finish(pilot)
        assert "zero at step 0  must  ✓ shown here" in shown(pilot)
        assert shown(pilot).count("shown here") == 1  # the other point has no evidence
        assert shown(pilot).count("It counts to 2.") == 2  # beside the answer, and the run


async def test_a_run_before_the_reveal_marks_the_points_at_the_reveal(core: Core) -> None:
    async with opened(core, start=studying("a-open")) as pilot:
        await press(pilot, "d", "p", "d")
        await finish(pilot)
        await press(pilot, "escape", "space", "pagedown")
        assert "✓ shown here" in shown(pilot)
        assert "shown on this machine" in shown(pilot)


async def test_a_run_at_other_settings_marks_no_point(core: Core) -> None:
    async with opened(core, size=WIDE, start=studying("a-open")) as pilot:
        await press(pilot, "space", "d")
        panel(pilot).form.set_values({"steps": 4, "mode": "ok"}, "auto")
        panel(pilot).run()
        await finish(pilot)
        assert "The card is about steps 3; this run had steps 4." in shown(pilot)
        assert "shown here" not in shown(pilot)
        assert "It counts to 3." not in shown(pilot)


async def test_a_run_is_held_against_the_recorded_ones(core: Core) -> None:
    record(core, 1.99, 2.01)
    async with opened(core, size=WIDE, start=studying("a-open")) as pilot:
        await press(pilot, "d")
        assert "It counts to" not in shown(pilot)  # it would answer the prediction
        await press(pilot, "p")
        assert "Recorded: It counts to 2 (1.99 to 2.01)." in shown(pilot)
        await press(pilot, "d")
        await finish(pilot)
        assert "recorded 1.99 to 2.01 (median 2, 2 runs) · yours 2 ✓ inside" in words(pilot)
        assert "This machine agrees with the card." in words(pilot)


async def test_an_unusual_run_is_no_fault_of_the_card(core: Core) -> None:
    record(core, *(2.004, 2.006) * 10)
    async with opened(core, size=WIDE, start=studying("a-open")) as pilot:
        await press(pilot, "d", "p", "d")
        await finish(pilot)
        assert "(median 2.005, 20 runs) · yours 2 unusual" in words(pilot)
        assert "Unusual: last 2 is outside of all 20 recorded runs" in words(pilot)
        assert "✗" not in shown(pilot)


def record(core: Core, *lasts: float) -> None:
    """Record runs of the toy at the settings of the card."""
    spec, count = core.demos.find("toy"), len(lasts)
    runs = Runs({"steps": 3}, "cpu", {}, tuple(range(count)), (1.0,) * count, {"last": lasts})
    write_evidence(spec, Evidence("toy", "", (runs,)))


def words(pilot: Pilot[Any]) -> str:
    """Return the verdict in one line."""
    return str(panel(pilot).query_one("#verdict", Static).render()).replace("\n", " ")


async def test_leaving_a_card_whose_demo_runs_asks_once_and_stops_it(core: Core) -> None:
    async with opened(core, size=WIDE, start=studying("a-open", "a-choice")) as pilot:
        while card_shown(pilot) != "a-open":
            await press(pilot, "minus")
        await press(pilot, "space", "d")
        running = panel(pilot)
        running.form.set_values({"steps": 3, "mode": "hang"}, "auto")
        running.run()
        await settle(pilot)
        study_screen(pilot).set_focus(None)
        await press(pilot, "4")
        assert "The demo is still running. Stop it and go on?" in shown(pilot)
        await press(pilot, "n")
        assert is_running(pilot)
        assert core.store.reviews() == []
        await press(pilot, "4")
        await press(pilot, "y")
        await finish(pilot)
        assert not is_running(pilot)
        assert running.experiment.shown.state.status == "cancelled"
        assert [review.card for review in core.store.reviews()] == ["a-open"]
        assert card_shown(pilot) != "a-open"


async def test_a_run_goes_on_while_another_place_is_in_front(core: Core) -> None:
    async with opened(core, size=WIDE, start=studying("a-open")) as pilot:
        await press(pilot, "d")
        running = panel(pilot)
        running.form.set_values({"steps": 3, "mode": "hang"}, "auto")
        running.run()
        await settle(pilot)
        await press(pilot, "f2")
        assert running.experiment.running
        await press(pilot, "f3")
        assert card_shown(pilot) == "a-open"
        assert is_running(pilot)
        running.stop()


async def test_a_figure_runs_by_itself_and_hides_its_settings(core: Core) -> None:
    async with opened(core, size=WIDE, start=studying("b-curve")) as pilot:
        await finish(pilot)
        figure = study_screen(pilot).page.query_one(DemoPanel)
        await settle(pilot)
        assert figure.experiment.shown.state.status == "done"
        assert "this run" in shown(pilot)
        assert "train" not in shown(pilot)  # the name of the only curve could tell
        assert "validation" not in shown(pilot)
        assert "A toy" not in shown(pilot)
        await press(pilot, "space")
        assert "A toy" in shown(pilot)


async def test_a_figure_that_was_run_before_shows_at_once_and_can_be_run_again(
    core: Core,
) -> None:
    async with opened(core, size=WIDE, start=studying("b-curve")) as pilot:
        await finish(pilot)
        await settle(pilot)
    assert len(core.store.runs()) == 1
    async with opened(core, size=WIDE, start=studying("b-curve")) as pilot:
        figure = study_screen(pilot).page.query_one(DemoPanel)
        assert not figure.experiment.running
        assert "Recorded here" in shown(pilot)
        assert "this run" in shown(pilot)
        assert "validation" not in shown(pilot)
        assert len(core.store.runs()) == 1
        await press(pilot, "space")
        figure.focus()
        await press(pilot, "d")
        await finish(pilot)
        assert len(core.store.runs()) == 2


async def test_a_question_can_be_answered_while_its_figure_runs(core: Core) -> None:
    async with opened(core, size=WIDE, start=studying("b-curve")) as pilot:
        figure = study_screen(pilot).page.query_one(DemoPanel)
        assert figure.experiment.running
        await press(pilot, "2")
        assert "2 ●" in shown(pilot)
        figure.stop()


async def test_a_figure_that_runs_ends_with_the_last_card(core: Core) -> None:
    async with opened(core, size=WIDE, start=studying("b-curve")) as pilot:
        figure = study_screen(pilot).page.query_one(DemoPanel)
        running = [figure.experiment.running]
        await press(pilot, "minus")
        running.append(figure.experiment.running)
        assert running == [True, False]
        assert card_shown(pilot) is None


async def test_the_keys_of_a_figure_work_once_the_answer_is_there(core: Core) -> None:
    async with opened(core, size=WIDE, start=studying("b-curve")) as pilot:
        await finish(pilot)
        await press(pilot, "d", "s")
        figure = study_screen(pilot).page.query_one(DemoPanel)
        assert pilot.app.focused is not figure
        await press(pilot, "space", "d")
        assert pilot.app.focused is figure
        await press(pilot, "s", "right", "escape")
        assert figure.form.values["steps"] == 4
        assert pilot.app.focused is not figure
        await press(pilot, "3")
        assert [review.card for review in core.store.reviews()] == ["b-curve"]


async def test_a_result_is_copied_into_the_note_of_its_card_and_undone(core: Core) -> None:
    async with opened(core, size=WIDE, start=studying("a-open")) as pilot:
        await press(pilot, "d", "p", "d")
        await finish(pilot)
        await settle(pilot)
        panel(pilot).focus()
        await press(pilot, "y")
        note = core.store.state("a-open").note
        assert note.startswith("**A toy**: `quizapp demo run toy --set steps=3 --set mode=ok`")
        assert "- the last number: 2" in note
        study_screen(pilot).set_focus(None)
        await press(pilot, "u")
        assert core.store.state("a-open").note == ""


async def test_a_missing_demo_is_told_and_the_card_stays(core: Core) -> None:
    (core.paths.demos[0] / "toy.py").unlink()
    async with opened(core, size=WIDE, start=studying("a-open")) as pilot:
        await press(pilot, "d")
        assert "No such demo" in shown(pilot)
        assert card_shown(pilot) == "a-open"


async def test_recorded_values_do_not_answer_a_prediction_after_a_run_elsewhere(
    core: Core,
) -> None:
    record(core, 1.99, 2.01)
    async with opened(core, size=WIDE, start=studying("a-open")) as pilot:
        await press(pilot, "d")
        panel(pilot).form.set_values({"steps": 4, "mode": "ok"}, "auto")
        panel(pilot).run()
        await finish(pilot)
    async with opened(core, size=WIDE, start=studying("a-open")) as pilot:
        await press(pilot, "d")
        assert "What comes last?" in shown(pilot)
        assert "It counts to" not in shown(pilot)
        await press(pilot, "3", "enter")
        assert "Recorded: It counts to 2 (1.99 to 2.01)." in shown(pilot)
