"""Real processes: two at once lose nothing, and a killed one keeps what it said it kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from quizapp.store import log
from quizapp.store.doctor import examine
from tests.unit.store.samples import open_store

ROOT = Path(__file__).parents[3]


def start(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.unit.store.writer", *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def begin(writers: list[subprocess.Popen[str]]) -> None:
    """Let them rate once each has read the states, so that they meet each other's changes."""
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("begin\n")
        writer.stdin.flush()


def test_two_processes_that_rate_the_same_cards_lose_nothing(tmp_path: Path) -> None:
    writers = [start(tmp_path, word, 150, "a", "b", "c") for word in ("left", "right")]
    begin(writers)
    said = [writer.communicate(timeout=120)[0] for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0]
    assert all(text.count("ok ") == 150 for text in said)
    assert "rebased" in "".join(said)
    with open_store(tmp_path) as store:
        reviews = store.reviews()
        assert Counter(review.answer.response for review in reviews) == {"left": 150, "right": 150}
        assert sum(state.reps for state in store.states().values()) == 300
        assert examine(store) == []
        for _ in range(300):
            assert store.undo() is not None
        assert store.reviews() == []


def test_processes_that_make_the_database_at_once_agree(tmp_path: Path) -> None:
    writers = [start(tmp_path, number, 5, f"card-{number}") for number in range(4)]
    begin(writers)
    for writer in writers:
        assert writer.communicate(timeout=120)[0].count("ok ") == 5
    with open_store(tmp_path) as store:
        assert len(store.reviews()) == 20 and examine(store) == []


def rate_until_killed(
    parent: subprocess.Popen[str], folder: Path, word: str, answers: int
) -> list[str]:
    """Have a fork rate, kill it once so many answers were heard, and return all it said."""
    assert parent.stdout is not None and parent.stdin is not None
    parent.stdin.write("\t".join([str(folder), word, "100000", *"abcde"]) + "\n")
    parent.stdin.flush()
    pid = int(parent.stdout.readline())
    begin([parent])
    said = "".join(parent.stdout.readline() for _ in range(answers))
    os.kill(pid, signal.SIGKILL)
    while not said.endswith("\nended\n"):
        line = parent.stdout.readline()
        assert line, "the parent of the writers has died"
        said += line
    # A line cut off by the kill was not said.
    return said.removesuffix("\nended\n").split("\n")[:-1]


@pytest.mark.parametrize("kills", [4, pytest.param(200, marks=pytest.mark.slow)])
def test_a_killed_process_keeps_every_rating_it_acknowledged(tmp_path: Path, kills: int) -> None:
    rng = Random(kills)
    kept = 0
    with start() as parent:
        for number in range(kills):
            # Twenty die over one database, each over what those before it left behind.
            folder, word = tmp_path / str(number // 20), f"run {number}"
            folder.mkdir(exist_ok=True)
            said = rate_until_killed(parent, folder, word, rng.randrange(60))
            with open_store(folder) as store:
                mine = [r for r in store.reviews() if r.answer.response == word]
                assert len(said) <= len(mine) <= len(said) + 1
                assert [review.answer.elapsed_ms for review in mine] == list(range(len(mine)))
                assert examine(store) == []
                assert log.replay(store.connection) == store.states()
                kept += len(said)
    assert kept > 0
