"""Models that a run's settings name: asked about once, and only with the learner's consent."""

from __future__ import annotations

import asyncio

import pytest

from quizapp.app import run_phases as phases
from quizapp.app.hub import HubModel
from quizapp.errors import QuizError
from tests.unit.app.running import (
    bench,
    run,
    slow_hub,
)


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
