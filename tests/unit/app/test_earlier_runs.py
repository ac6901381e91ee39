"""Earlier runs of a demo: laid under the plot, repeated, or shown in place of a new one."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from quizapp.demo.spec import read_spec
from quizapp.errors import QuizError
from tests.unit.app.running import (
    TOYS,
    bench,
    run,
    started,
)


async def test_the_run_before_this_one_is_laid_under_it_and_taken_away() -> None:
    async with bench() as at:
        toy = at.experiment()
        await run(toy)
        await run(toy, rate=0.5)
        toy.overlay()
        [(label, charts)] = toy.overlays
        assert label == "#1 defaults"
        assert [chart.id for chart in charts] == ["", "ends"]
        assert toy.earlier.differences is not None
        assert toy.earlier.differences.columns == ("", "#2", "#1")
        toy.overlay()
        assert toy.overlays == []
        assert toy.earlier.differences is None


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
        toy.earlier.mark(1)
        [(_, charts)] = toy.overlays
        assert charts


async def test_a_run_is_repeated_exactly() -> None:
    async with bench() as at:
        toy = at.experiment()
        for rate in (0.5, 0.2):
            await run(toy, rate=rate)
        toy.predict("up")
        assert toy.change(*toy.earlier.settings_of(1))
        assert (toy.settings["rate"], toy.device, toy.guess) == (0.5, "cpu", None)
        await run(toy)
        assert (
            toy.earlier.records[0].measures
            == toy.earlier.records[2].measures
            != toy.earlier.records[1].measures
        )


async def test_a_run_of_a_demo_that_was_changed_since_cannot_be_repeated() -> None:
    async with bench() as at:
        toy = at.experiment()
        await run(toy)
        toy.earlier.records[0] = replace(toy.earlier.records[0], settings={"size": 3})
        with pytest.raises(QuizError) as caught:
            toy.earlier.settings_of(1)
        assert caught.value.title == "This run cannot be repeated"
        assert "The demo was changed since" in caught.value.message
        assert "in the form" in caught.value.hint


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
