"""Work at a code card without a screen: draft, runs, hints; what is there after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from quizapp.app.coding import Coding, failing_lines, has_passed, starter_of, task_of
from quizapp.app.run_phases import Cancelled, Done, Ended
from quizapp.app.solutions import Solutions
from quizapp.cards.kinds.code import Code
from quizapp.cards.model import Card, DemoLink, KeyPoint
from quizapp.demo.events import Claim, Error, State
from quizapp.demo.events import Done as DoneEvent
from quizapp.demo.spec import read_spec
from quizapp.demo.state import RunState
from tests.unit.app.running import TOYS, Bench, bench
from tests.unit.cards import decks

RIGHT = "def mean(values):\n    return sum(values) / len(values) if values else 0\n"
ENDLESS = "def mean(values):\n    while True:\n        pass\n"
SPEC = read_spec(TOYS / "write_mean.py")
STARTER = starter_of(SPEC)


def make_card() -> Card:
    """Return the card of the exercise."""
    return decks.make_card(
        id="code-mean",
        deck="code",
        answer="Sum over count.",
        body=Code(hints=("a nudge", "nearly the code")),
        key_points=(
            KeyPoint("over the count", shown="equals"),
            KeyPoint("another", shown="elsewhere"),
        ),
        demo=DemoLink("write_mean"),
    )


@dataclass
class Table:
    """Where a card can be asked again and again."""

    at: Bench
    folder: Path

    def ask(self, reps: int = 0, *, back: bool = False) -> Coding:
        """Ask the card; called again, it is a restart."""
        return Coding(
            make_card(),
            Solutions(self.folder),
            self.at.experiment(SPEC),
            lambda: datetime(2027, 3, 1, 12, tzinfo=UTC),
            reps=reps,
            back=back,
        )


@asynccontextmanager
async def table(folder: Path) -> AsyncIterator[Table]:
    """Yield it, with a lab."""
    async with bench() as at:
        yield Table(at, folder)


async def run(coding: Coding, text: str) -> Ended:
    """Run some code to its end."""
    ended = await coding.run(text, lambda: None)
    assert ended is not None
    return ended


async def test_a_new_card_begins_with_the_starter_on_disk(tmp_path: Path) -> None:
    async with table(tmp_path) as at:
        coding = at.ask()
        assert coding.text == STARTER == (tmp_path / "draft.py").read_text()
        assert STARTER.startswith("def mean(values):\n")
        assert coding.task.startswith("Return the mean of a list of numbers;")
        assert coding.solutions.attempts == []


async def test_the_draft_is_there_after_a_restart(tmp_path: Path) -> None:
    async with table(tmp_path) as at:
        at.ask().keep("# begun\n")
        assert at.ask().text == "# begun\n"


async def test_a_draft_saved_by_another_program_is_taken(tmp_path: Path) -> None:
    async with table(tmp_path) as at:
        coding = at.ask()
        (tmp_path / "draft.py").write_text("# elsewhere\n")
        assert coding.reload() == coding.text == "# elsewhere\n"


async def test_each_run_is_an_attempt_with_its_own_seed(tmp_path: Path) -> None:
    async with table(tmp_path) as at:
        coding = at.ask()
        first, second = await run(coding, STARTER), await run(coding, RIGHT)
        assert [first.settings["seed"], second.settings["seed"]] == [1, 2]
        newest, oldest = coding.solutions.attempts
        assert (newest.number, newest.code, oldest.code) == (2, RIGHT, STARTER)
        assert newest.result is not None
        assert newest.result.passed
        assert oldest.result is not None
        assert oldest.result.claims == {"equals": "fails", "empty": "holds"}
        assert coding.work.passed


async def test_the_first_run_lies_under_those_after_it(tmp_path: Path) -> None:
    async with table(tmp_path) as at:
        coding = at.ask()
        await run(coding, STARTER)
        assert coding.experiment.overlays == []
        await run(coding, RIGHT)
        await run(coding, RIGHT)
        [(_, charts)] = coding.experiment.overlays
        assert len(charts) == 1


async def test_what_a_run_shows_marks_the_key_points(tmp_path: Path) -> None:
    async with table(tmp_path) as at:
        coding = at.ask()
        assert not coding.proof.points
        await run(coding, RIGHT)
        assert coding.proof.points == ("holds", None)


async def test_hints_and_a_look_are_kept(tmp_path: Path) -> None:
    async with table(tmp_path) as at:
        coding = at.ask()
        for _ in range(3):
            coding.next_hint()
        assert coding.work.hints == 2
        coding.look()
        await run(coding, RIGHT)
        again = at.ask()
        assert (again.work.hints, again.work.looked) == (2, True)
        assert again.work.last == coding.work.last


async def test_hints_that_an_edit_removed_are_not_counted(tmp_path: Path) -> None:
    async with table(tmp_path) as at:
        coding = at.ask()
        coding.next_hint()
        coding.next_hint()
        card = replace(make_card(), body=Code(hints=("the only one",)))
        experiment = at.at.experiment(SPEC)
        again = Coding(card, Solutions(tmp_path), experiment, lambda: datetime.now(UTC))
        assert again.work.hints == 1


async def test_a_look_after_a_success_takes_nothing_away(tmp_path: Path) -> None:
    async with table(tmp_path) as at:
        coding = at.ask()
        await run(coding, RIGHT)
        coding.look()
        assert not coding.work.looked


async def test_after_a_rating_the_card_begins_anew(tmp_path: Path) -> None:
    async with table(tmp_path) as at:
        coding = at.ask()
        coding.next_hint()
        coding.keep("# never run\n")
        coding.rated()
        again = at.ask(reps=1)
        assert (again.text, again.work.hints, again.work.last) == (STARTER, 0, None)
        assert [attempt.code for attempt in again.solutions.attempts] == ["# never run\n"]


async def test_cramming_asks_it_anew_too(tmp_path: Path) -> None:
    async with table(tmp_path) as at:
        coding = at.ask(reps=4)
        await run(coding, RIGHT)
        coding.rated()
        assert at.ask(reps=4).text == STARTER


async def test_an_undone_rating_goes_on_where_it_was(tmp_path: Path) -> None:
    async with table(tmp_path) as at:
        coding = at.ask()
        coding.next_hint()
        await run(coding, RIGHT)
        coding.rated()
        other = at.ask(reps=1)
        other.keep("# the next time\n")
        back = at.ask(reps=0, back=True)
        assert (back.text, back.work.hints, back.work.passed) == (RIGHT, 1, True)
        assert at.ask(reps=1).text == "# the next time\n"


async def test_another_exercise_begins_with_its_own_starter(tmp_path: Path) -> None:
    async with table(tmp_path) as at:
        at.ask().keep("# of the first\n")
        folder = tmp_path / "other"
        folder.mkdir()
        text = SPEC.path.read_text(encoding="utf-8").replace("mean", "middle")
        (folder / "write_middle.py").write_text(text, encoding="utf-8")
        spec = read_spec(folder / "write_middle.py")
        experiment = at.at.experiment(spec)
        coding = Coding(make_card(), Solutions(tmp_path), experiment, lambda: datetime.now(UTC))
        assert coding.text.startswith("def middle")
        assert [attempt.code for attempt in coding.solutions.attempts] == ["# of the first\n"]


async def test_a_cancelled_run_is_an_attempt_that_came_to_nothing(tmp_path: Path) -> None:
    async with table(tmp_path) as at:
        coding = at.ask()
        started = asyncio.Event()
        task = asyncio.create_task(coding.run(ENDLESS, started.set))
        await started.wait()
        coding.experiment.cancel()
        assert isinstance(await task, Cancelled)
        [attempt] = coding.solutions.attempts
        assert attempt.result is not None
        assert (attempt.result.trouble, attempt.result.passed) == ("cancelled", False)
        assert not coding.work.passed


async def test_a_killed_run_leaves_code_and_number(tmp_path: Path) -> None:
    async with table(tmp_path) as at:
        coding = at.ask()
        started = asyncio.Event()
        task = asyncio.create_task(coding.run(ENDLESS, started.set))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert coding.solutions.attempt(1).code == ENDLESS
        assert not coding.experiment.running
        assert isinstance(await run(coding, RIGHT), Done)


@pytest.mark.parametrize("record", ["[]", "{", '{"open": 0}', '{"open": 0, "asked": {"0": {}}}'])
async def test_a_damaged_record_begins_anew(tmp_path: Path, record: str) -> None:
    async with table(tmp_path) as at:
        at.ask().keep("# kept\n")
        (tmp_path / "asked.json").write_text(record)
        coding = at.ask()
        assert coding.text == STARTER
        assert [attempt.code for attempt in coding.solutions.attempts] == ["# kept\n"]


def claims(*states: State) -> RunState:
    """Return a finished run whose claims came out so."""
    names = list(SPEC.claims)
    found = [Claim(name, state) for name, state in zip(names, states, strict=False)]
    return RunState().add(*found, DoneEvent())


def test_a_run_passes_when_it_ends_and_no_claim_fails() -> None:
    assert has_passed(SPEC, claims("holds", "holds"))
    assert has_passed(SPEC, claims("holds", "not tested"))
    assert not has_passed(SPEC, claims("not tested", "not tested"))
    assert not has_passed(SPEC, claims("holds", "fails"))
    assert not has_passed(SPEC, claims("holds"))
    broken = replace(claims("holds", "holds"), ending=Error("demo", "It broke"))
    assert not has_passed(SPEC, broken)


def test_lines_at_fault_are_those_of_failing_claims_and_of_the_error() -> None:
    state = RunState().add(
        Claim("equals", "fails", "line 3 of your code: KeyError: 'x'", "", 3),
        Claim("empty", "fails", "line 3 of your code: later", "", 3),
        Claim("other", "holds", "", "", 9),
    )
    assert failing_lines(state) == {3: "KeyError: 'x'"}
    assert failing_lines(RunState().add(Error("solution", "not Python", line=2))) == {
        2: "not Python"
    }


def test_the_task_is_the_page_from_the_exercise_on() -> None:
    assert task_of(SPEC).endswith("of an empty list, return 0.")
    page = "What it is.\n\n**Exercise.** Return the mean:\n\n    x = Σ/n\n\nOf nothing, 0."
    assert task_of(replace(SPEC, page=page)) == "Return the mean:\n\n    x = Σ/n\n\nOf nothing, 0."
    assert task_of(replace(SPEC, page="What it is.")) == ""
