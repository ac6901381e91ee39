"""The learner's runs: what is remembered of them, and taking one home."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from quizapp.app import runs as run_store
from quizapp.app.run_phases import Done
from quizapp.errors import EnvironmentProblem
from tests.unit.app.running import Bench, bench, block, run


async def test_the_last_runs_come_newest_first_and_of_one_demo_or_all() -> None:
    async with bench() as at:
        for toy in ("toy_number", "toy_curve", "toy_curve"):
            await run(at.experiment(toy))
        assert [kept.demo for kept in at.runs.last()] == ["toy_curve", "toy_curve", "toy_number"]
        assert [kept.demo for kept in at.runs.last("toy_number")] == ["toy_number"]
        newest, *_ = at.runs.last(limit=1)
        assert newest.at == max(kept.at for kept in at.runs.last())


async def test_a_run_is_taken_home_as_files() -> None:
    async with bench() as at:
        toy = at.experiment()
        await run(toy)
        files = await toy.save()
        wanted = [".svg", ".png", ".csv", ".svg", ".png", ".csv", ".py", ".ipynb"]
        assert [file.suffix for file in files] == wanted
        assert all(file.stat().st_size for file in files)


async def finished(at: Bench) -> tuple[Done, asyncio.Task[object], Path]:
    """Return a finished run, the task that saves it, and the pipe it waits for."""
    toy = at.experiment()
    done = await run(toy)
    assert isinstance(done, Done)
    pipe = block(at, done, ".png")
    task = asyncio.ensure_future(toy.save())
    svg = pipe.with_suffix(".svg")
    async with asyncio.timeout(20):
        while not svg.exists():
            await asyncio.sleep(0.005)  # the loop lives: saving waits in a thread of its own
    return done, task, pipe


async def read(pipe: Path) -> bytes:
    """Let the writer go on."""
    return await asyncio.to_thread(pipe.read_bytes)


async def test_saving_leaves_the_event_loop_free() -> None:
    async with bench() as at:
        _, task, pipe = await finished(at)
        assert not task.done()
        assert (await read(pipe)).startswith(b"\x89PNG")
        files = await task
        assert isinstance(files, list)
        assert len(files) == 8


async def test_a_run_is_not_saved_twice_at_once() -> None:
    async with bench() as at:
        toy = at.experiment()
        done = await run(toy)
        assert isinstance(done, Done)
        assert "save" in toy.actions
        pipe = block(at, done, ".svg")
        task = asyncio.ensure_future(toy.save())
        await asyncio.sleep(0)
        assert "save" not in toy.actions
        await read(pipe)
        await task
        assert "save" in toy.actions


async def test_saving_that_is_cancelled_ends_with_the_file_under_way() -> None:
    loop, saving = asyncio.get_running_loop(), ThreadPoolExecutor()
    loop.set_default_executor(saving)
    async with bench() as at:
        _, task, pipe = await finished(at)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        # The cancel may come before or after the thread begins with the picture: an open reader
        # lets it end either way, and when the thread has ended no further file can come.
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        loop.add_reader(reader, lambda: os.read(reader, 2**16))
        loop.set_default_executor(ThreadPoolExecutor())
        await asyncio.to_thread(saving.shutdown)
        loop.remove_reader(reader)
        os.close(reader)
        assert {file.suffix for file in at.paths.figures.iterdir()} == {".svg", ".png"}


async def test_saving_to_a_disk_that_hangs_ends_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run_store, "SAVE_S", 0.05)
    async with bench() as at:
        toy = at.experiment()
        done = await run(toy)
        assert isinstance(done, Done)
        pipe = block(at, done, ".svg")
        with pytest.raises(EnvironmentProblem) as caught:
            await toy.save()
        await read(pipe)
        assert caught.value.title == "The run could not be saved"
        assert str(at.paths.figures) in caught.value.message
        assert "QUIZAPP_HOME" in caught.value.hint


async def test_a_folder_that_cannot_be_written_is_explained() -> None:
    async with bench() as at:
        at.paths.figures.write_text("in the way")
        toy = at.experiment()
        await run(toy)
        with pytest.raises(EnvironmentProblem, match="cannot be written"):
            await toy.save()
