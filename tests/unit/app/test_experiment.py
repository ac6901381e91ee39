"""One demo at one place, without a screen: what can be done when, and what comes of it."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from quizapp.app import run_phases as phases
from quizapp.app.experiment import Experiment
from quizapp.app.hub import HubModel
from quizapp.cards.model import Card, DemoLink, Figure
from quizapp.demo.declare import Predict
from quizapp.demo.events import Reference
from quizapp.demo.spec import read_spec
from quizapp.errors import EnvironmentProblem, QuizError
from quizapp.study.record import RunRecord
from tests.unit.app.running import TOYS, Bench, agreed, bench, is_alive, run, slow_hub
from tests.unit.cards import decks
from tests.unit.malformed import write_demo


def make_card(**fields: Any) -> Card:
    return decks.make_card(id="toy-card", deck="toys", answer="It falls.", **fields)


async def started(experiment: Experiment, **settings: Any) -> asyncio.Task[phases.Ended]:
    """Begin a run and wait for its first point, or its end if that comes first."""
    task = asyncio.create_task(run(experiment, **settings))
    async with asyncio.timeout(20):
        while not task.done() and not (experiment.running and experiment.charts):
            await asyncio.sleep(0.005)
    return task


def pid_of(bench: Bench) -> int:
    assert bench.lab.run is not None
    assert bench.lab.run.pid is not None
    return bench.lab.run.pid


async def gone(pid: int) -> None:
    async with asyncio.timeout(20):
        while is_alive(pid):
            await asyncio.sleep(0.005)


# What can be done when


async def test_each_phase_allows_its_own_actions() -> None:
    async with bench() as at:
        toy = at.experiment()
        assert toy.actions == {"run", "skip", "reset", "settings", "code", "tab", "leave"}
        task = await started(toy, mode="wait")
        assert toy.actions == {"cancel", "zoom", "chart", "code", "tab", "leave"}
        toy.cancel()
        assert isinstance(await task, phases.Cancelled)
        rest = {"run", "skip", "reset", "settings", "code", "tab", "leave", "zoom", "chart"}
        assert toy.actions == rest
        await run(toy, mode="run")
        assert toy.actions == rest - {"skip"} | {"copy", "save"}
        await run(toy)
        assert toy.actions == rest - {"skip"} | {"copy", "save", "overlay"}


async def test_a_second_run_while_one_is_under_way_is_left_out() -> None:
    async with bench() as at:
        toy = at.experiment()
        task = await started(toy, mode="wait")
        assert await toy.run(agreed, lambda: None) is None
        assert toy.running
        toy.cancel()
        await task


async def test_two_places_share_one_lab() -> None:
    async with bench() as at:
        first, second = at.experiment(), at.experiment()
        task = await started(first, mode="wait")
        with pytest.raises(QuizError) as caught:
            await run(second)
        assert caught.value.title == "A run is under way"
        assert second.phase == phases.Setup()
        first.stop()
        await task
        assert isinstance(await run(second), phases.Done)


# The prediction


async def test_a_run_waits_once_for_the_prediction() -> None:
    async with bench() as at:
        toy = at.experiment()
        assert [toy.insists() for _ in range(3)] == [True, False, False]
        assert (await run(toy)).guess is None
        toy.change({**toy.settings, "rate": 0.5}, "auto")
        assert toy.question_shown
        assert not toy.insists()  # who ran without one once is not asked for it again


async def test_other_settings_ask_again_before_the_reminder_has_an_effect() -> None:
    async with bench() as at:
        toy = at.experiment()
        assert toy.insists()
        assert toy.change({**toy.settings, "rate": 0.5}, "auto")
        assert toy.insists()


async def test_a_skipped_question_comes_back_at_other_settings_but_no_run_waits_for_it() -> None:
    async with bench() as at:
        toy = at.experiment()
        toy.skip()
        before = (toy.question_shown, toy.insists())
        toy.change({**toy.settings, "rate": 0.5}, "auto")
        after = (toy.question_shown, toy.insists())
        assert (before, after) == ((False, False), (True, False))


async def test_other_settings_are_another_question_and_the_same_are_not() -> None:
    async with bench() as at:
        toy = at.experiment()
        for settings, device, guess in (
            (toy.settings, "auto", "down"),
            ({**toy.settings, "seed": 5}, "auto", None),
            (toy.settings, "cpu", None),
        ):
            toy.predict("2")
            assert toy.change(dict(settings), device) is (guess is None)
            assert toy.guess == guess


async def test_a_question_on_the_bundled_model_is_not_asked_of_another() -> None:
    async with bench() as at:
        spec = at.experiment("toy_number").spec
        asking = Predict(
            "Where does it go?", ("up", "down"), next(iter(spec.measures)), bundled=True
        )
        toy = at.experiment(replace(spec, predict=asking))
        shown = []
        for model in ("tinyworld", "org/name", "tinyworld"):
            toy.change({**toy.settings, "model": model}, "auto")
            shown.append(toy.question_shown)
        assert shown == [True, False, True]


async def test_what_is_no_prediction_is_explained() -> None:
    async with bench() as at:
        toy = at.experiment("toy_number")
        with pytest.raises(ValueError, match="Answer a number, not '7e'"):
            toy.predict("7e")
        toy.predict("42")
        ended = await run(toy)
        assert (ended.guess, ended.verdict.right) == (42.0, True)


async def test_the_same_settings_are_not_asked_twice() -> None:
    async with bench() as at:
        toy = at.experiment()
        toy.predict("up")
        ended = await run(toy)
        assert (ended.guess, ended.verdict.right) == ("up", False)
        assert not toy.asks
        assert (await run(toy)).guess is None
        toy.change({**toy.settings, "seed": 5}, "auto")
        assert toy.asks


@pytest.mark.parametrize("mode", ["wait", "crash", "raise"])
async def test_a_guess_outlives_a_run_that_did_not_get_to_its_end(mode: str) -> None:
    async with bench() as at:
        toy = at.experiment(settings={"mode": mode})
        toy.predict("down")
        for _ in range(2):
            task = await started(toy)
            toy.cancel()
            ended = await task
            assert not isinstance(ended, phases.Done)
            assert (ended.guess, toy.guess, toy.asks) == ("down", "down", True)


# Ends


async def test_a_finished_run_is_on_record() -> None:
    async with bench() as at:
        toy = at.experiment(card=make_card(demo=DemoLink("toy_curve")))
        toy.predict("down")
        ended = await run(toy)
        assert isinstance(ended, phases.Done)
        [kept] = at.runs.last("toy_curve")
        assert (kept.demo, kept.seed, kept.device, kept.card) == ("toy_curve", 0, "cpu", "toy-card")
        assert (kept.prediction, kept.right) == ("down", True)
        assert kept.claims == {"falls": "holds", "large": "fails", "on-cuda": "not tested"}
        assert kept.measures["way"] == "down"
        assert [chart.id for chart in at.runs.with_charts(kept).charts] == ["", "ends"]
        assert toy.records == [ended.record]


async def test_a_run_that_failed_is_a_sentence_and_on_no_record() -> None:
    async with bench() as at:
        toy = at.experiment(settings={"mode": "raise"})
        ended = await run(toy)
        assert isinstance(ended, phases.Failed)
        assert "the toy is broken here" in ended.trouble.sentence
        assert "a line in the log" in ended.log
        assert "ValueError: the toy is broken here" in ended.log
        assert toy.records == at.runs.last() == []
        assert isinstance(await run(toy, mode="run"), phases.Done)


async def test_progress_bars_of_libraries_stay_out_of_the_log(tmp_path: Path) -> None:
    call = """(print("a line"), list(__import__("tqdm").tqdm(range(3), desc="a bar")))"""
    async with bench() as at:
        ended = await run(at.experiment(read_spec(write_demo(tmp_path, call))))
        assert "a line" in ended.log
        assert "a bar" not in ended.log


async def test_a_missing_library_is_named_with_what_to_do() -> None:
    async with bench() as at:
        ended = await run(at.experiment("toy_missing"))
        assert isinstance(ended, phases.Failed)
        reason = "The demo could not be loaded (toy_missing.py:3): No module named"
        assert ended.trouble.sentence.startswith(reason)
        assert "`quizapp doctor` lists what is missing" in ended.trouble.hint


async def test_a_device_that_is_not_there_is_refused() -> None:
    async with bench() as at:
        toy = at.experiment()
        toy.change(toy.settings, "cuda")
        ended = await run(toy)
        assert isinstance(ended, phases.Failed)
        assert "torch finds no cuda on this machine" in ended.trouble.sentence


async def test_a_run_whose_curves_cannot_be_kept_has_ended_well_all_the_same() -> None:
    async with bench() as at:
        at.paths.recordings.write_text("in the way")
        toy = at.experiment()
        with pytest.raises(EnvironmentProblem) as caught:
            await run(toy)
        assert caught.value.title == "The curves of this run were not kept"
        assert str(at.paths.recordings) in caught.value.message
        assert "Free space" in caught.value.hint
        assert isinstance(toy.phase, phases.Done)
        assert "run" in toy.actions


@pytest.mark.parametrize("mode", ["wait", "sleep"])
async def test_a_cancelled_run_keeps_its_curve_and_leaves_no_process(mode: str) -> None:
    async with bench() as at:
        toy = at.experiment()
        task = await started(toy, mode=mode)
        pid = pid_of(at)
        toy.cancel()
        assert isinstance(await task, phases.Cancelled)
        assert not is_alive(pid)
        assert toy.charts
        assert toy.records == []


async def test_a_run_is_killed_at_once_when_it_is_stopped() -> None:
    async with bench() as at:
        toy = at.experiment()
        task = await started(toy, mode="sleep")
        pid = pid_of(at)
        toy.stop()
        assert isinstance(toy.phase, phases.Cancelled)
        await gone(pid)
        assert await task is toy.phase


async def test_a_run_is_killed_with_the_task_that_follows_it() -> None:
    async with bench() as at:
        toy = at.experiment()
        task = await started(toy, mode="sleep")
        pid = pid_of(at)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert isinstance(toy.phase, phases.Cancelled)
        await gone(pid)


# Models


async def test_a_model_of_the_hub_is_asked_about_once() -> None:
    asked: list[str] = []
    offered: list[str] = []

    async def hub(name: str) -> HubModel:
        assert toy.phase == phases.LookingUp("org/small", phases.Setup())
        asked.append(name)
        return HubModel(name, size=269_000_000)

    async def agree(model: HubModel) -> bool:
        offered.append(model.question)
        return len(offered) > 1

    async with bench() as at:
        toy = at.experiment("toy_number", settings={"model": "org/small"}, ask_hub=hub)
        assert await toy.run(agree, lambda: None) is None
        assert toy.phase == phases.Setup()
        assert isinstance(await toy.run(agree, lambda: None), phases.Done)
        assert isinstance(await toy.run(agree, lambda: None), phases.Done)
        assert asked == ["org/small"] * 2
        assert "Download 269 MB" in offered[0]


async def test_a_model_on_this_machine_runs_without_a_question() -> None:
    async def hub(name: str) -> HubModel:
        return HubModel(name, cached=True)

    async def agree(model: HubModel) -> bool:
        raise AssertionError(model)

    async with bench() as at:
        toy = at.experiment("toy_number", settings={"model": "org/here"}, ask_hub=hub)
        assert isinstance(await toy.run(agree, lambda: None), phases.Done)


async def test_a_model_that_cannot_be_had_is_named_and_nothing_runs() -> None:
    async def hub(name: str) -> HubModel:
        return HubModel(name, problem=f"The Hub has no model {name}. Check its name: org/name.")

    async with bench() as at:
        for model, sentence in (
            ("org/nope", "has no model org/nope"),
            ("/nope", "no folder /nope"),
        ):
            toy = at.experiment("toy_number", settings={"model": model}, ask_hub=hub)
            with pytest.raises(QuizError, match=sentence) as caught:
                await run(toy)
            assert caught.value.title == "The model cannot be loaded"
            assert toy.phase == phases.Setup()
        assert at.lab.run is None


async def test_asking_about_a_model_can_be_given_up() -> None:
    given_up: list[str] = []

    async with bench() as at:
        toy = at.experiment(
            "toy_number", settings={"model": "org/slow"}, ask_hub=slow_hub(given_up)
        )
        task = asyncio.create_task(run(toy))
        await asyncio.sleep(0)
        assert "cancel" in toy.actions
        assert "run" not in toy.actions
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert given_up == ["org/slow"]
        assert toy.phase == phases.Setup()
        assert "run" in toy.actions


# Earlier runs


async def test_the_run_before_this_one_is_laid_under_it_and_taken_away() -> None:
    async with bench() as at:
        toy = at.experiment()
        await run(toy)
        await run(toy, rate=0.5)
        toy.overlay()
        [(label, charts)] = toy.overlays
        assert label == "#1 defaults"
        assert [chart.id for chart in charts] == ["", "ends"]
        assert toy.differences is not None
        assert toy.differences.columns == ("", "#2", "#1")
        toy.overlay()
        assert toy.overlays == []
        assert toy.differences is None


@pytest.mark.parametrize("mode", ["wait", "raise"])
async def test_a_run_that_is_on_no_record_is_laid_over_the_newest_that_is(mode: str) -> None:
    async with bench() as at:
        toy = at.experiment()
        await run(toy)
        await run(toy, rate=0.5)
        task = await started(toy, mode=mode)
        toy.cancel()
        await task
        toy.overlay()
        assert [label for label, _ in toy.overlays] == ["#2 rate 0.5"]


async def test_the_curves_of_an_earlier_session_are_read_when_they_are_wanted() -> None:
    async with bench() as at:
        await run(at.experiment(settings={"rate": 0.5}))
        toy = at.experiment()
        [earlier] = toy.earlier
        assert (earlier.number, earlier.label, earlier.marked) == (1, "#1 rate 0.5", False)
        toy.mark(1)
        [(_, charts)] = toy.overlays
        assert charts


async def test_a_run_is_repeated_exactly() -> None:
    async with bench() as at:
        toy = at.experiment()
        for rate in (0.5, 0.2):
            await run(toy, rate=rate)
        toy.predict("up")
        assert toy.change(*toy.settings_of(1))
        assert (toy.settings["rate"], toy.device, toy.guess) == (0.5, "cpu", None)
        await run(toy)
        assert toy.records[0].measures == toy.records[2].measures != toy.records[1].measures


async def test_a_run_of_a_demo_that_was_changed_since_cannot_be_repeated() -> None:
    async with bench() as at:
        toy = at.experiment()
        await run(toy)
        toy.records[0] = RunRecord(**{**vars(toy.records[0]), "settings": {"size": 3}})
        with pytest.raises(QuizError) as caught:
            toy.settings_of(1)
        assert caught.value.title == "This run cannot be repeated"
        assert "The demo was changed since" in caught.value.message
        assert "in the form" in caught.value.hint


# Figures


def curve_card(*show: str) -> Card:
    return make_card(figure=Figure("toy_curve", {"rate": 0.5}, show=show))


async def test_a_hidden_figure_shows_its_curve_and_nothing_that_tells() -> None:
    async with bench() as at:
        await run(at.experiment())
        toy = at.experiment(settings={"rate": 0.5}, card=curve_card("train"), hidden=True)
        assert not toy.asks
        await run(toy)
        assert toy.actions == {"run", "leave", "zoom", "chart"}
        [chart] = toy.charts
        assert [mark.name for mark in chart.marks] == ["this run"]
        toy.mark(1)
        assert toy.overlays == []
        toy.reveal()
        assert len(toy.charts) == 2
        assert [label for label, _ in toy.overlays] == ["#1 defaults"]
        assert {"code", "tab", "settings", "copy", "save", "overlay"} <= toy.actions


async def test_several_curves_of_a_figure_keep_their_names() -> None:
    async with bench() as at:
        card = curve_card("train", "validation")
        toy = at.experiment(settings={"rate": 0.5}, card=card, hidden=True)
        await run(toy)
        [chart] = toy.charts
        assert {mark.name for mark in chart.marks} == {"train", "validation"}


async def test_a_reference_is_hidden_until_the_reveal_unless_the_question_names_it() -> None:
    async with bench() as at:
        named = at.experiment(
            settings={"rate": 0.5}, card=curve_card("train", "ground"), hidden=True
        )
        await run(named)
        [chart] = named.charts
        assert [mark.name for mark in chart.marks] == ["ground", "this run"]
        assert isinstance(chart.marks[0], Reference)
        unnamed = at.experiment(settings={"rate": 0.5}, card=curve_card("train"), hidden=True)
        assert unnamed.recall()
        assert "ground" not in {mark.name for mark in unnamed.charts[0].marks}
        unnamed.reveal()
        assert "ground" in {mark.name for chart in unnamed.charts for mark in chart.marks}


async def test_a_kept_run_stands_for_one_that_would_only_repeat_it() -> None:
    async with bench() as at:
        card = curve_card("train")
        await run(at.experiment(settings={"rate": 0.5}, card=card))
        assert not at.experiment(card=card).recall()  # at other settings
        toy = at.experiment(settings={"rate": 0.5}, card=card)
        await run(toy, rate=0.2)
        toy.change({**toy.settings, "rate": 0.5}, "auto")
        assert toy.recall()
        assert isinstance(toy.phase, phases.Recalled)
        assert (toy.phase.number, toy.phase.record.settings["rate"]) == (1, 0.5)
        assert toy.phase.state.measure("way") == "down"
        assert not toy.asks
        assert "--set rate=0.5" in toy.as_text()
        toy.overlay()
        assert [label for label, _ in toy.overlays] == ["#2 rate 0.2"]


async def test_a_demo_that_was_changed_since_is_run_again(tmp_path: Path) -> None:
    file = tmp_path / "toy_curve.py"
    file.write_text((TOYS / "toy_curve.py").read_text())
    async with bench() as at:
        spec = read_spec(file)
        await run(at.experiment(spec))
        [kept] = at.paths.recordings.rglob("*.json")
        recalled = []
        for later in (-10, 10):
            os.utime(file, (kept.stat().st_mtime + later,) * 2)
            recalled.append(at.experiment(spec).recall())
        assert recalled == [True, False]


async def test_a_kept_run_without_its_curves_is_run_again() -> None:
    async with bench() as at:
        toy = at.experiment()
        await run(toy)
        [file] = at.paths.recordings.rglob("*.json")
        file.write_text("broken")
        assert not at.experiment().recall()
