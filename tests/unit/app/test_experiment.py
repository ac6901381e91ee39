"""One demo at one place, without a screen: what can be done when, and what comes of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from quizapp.app import run_phases as phases
from quizapp.cards.model import DemoLink
from quizapp.demo.declare import Predict
from quizapp.demo.spec import read_spec
from quizapp.errors import EnvironmentProblem, QuizError
from tests.unit.app.running import (
    agreed,
    bench,
    gone,
    make_card,
    pid_of,
    run,
    started,
)
from tests.unit.malformed import write_demo

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
        assert toy.earlier.records == [ended.record]


async def test_a_run_that_failed_is_a_sentence_and_on_no_record() -> None:
    async with bench() as at:
        toy = at.experiment(settings={"mode": "raise"})
        ended = await run(toy)
        assert isinstance(ended, phases.Failed)
        assert "the toy is broken here" in ended.trouble.sentence
        assert "a line in the log" in ended.log
        assert "ValueError: the toy is broken here" in ended.log
        assert toy.earlier.records == at.runs.last() == []
        assert isinstance(await run(toy, mode="run"), phases.Done)


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
        await gone(pid)
        assert toy.charts
        assert toy.earlier.records == []


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


async def test_progress_bars_of_libraries_stay_out_of_the_log(tmp_path: Path) -> None:
    call = """(print("a line"), list(__import__("tqdm").tqdm(range(3), desc="a bar")))"""
    async with bench() as at:
        ended = await run(at.experiment(read_spec(write_demo(tmp_path, call))))
        assert "a line" in ended.log
        assert "a bar" not in ended.log
