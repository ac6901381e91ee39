"""A run of the learner's code is kept with the code, and no list of runs prints it."""

from __future__ import annotations

from quizapp.app.earlier_runs import EarlierRuns
from quizapp.app.report import as_text
from quizapp.app.run_phases import Done
from quizapp.demo.params import MOST_CODE
from quizapp.demo.spec import read_spec
from quizapp.exchange.figure import describe
from quizapp.plot.format import format_setting
from tests.unit.app.running import TOYS, bench, run

SPEC = read_spec(TOYS / "toy_double.py")
CODE = "def double(x):\n    return 2 * x\n"
LONG = CODE + "# " + (MOST_CODE - len(CODE) - 3) * "x" + "\n"


def test_a_solution_is_named_by_its_length() -> None:
    assert format_setting("") == "the reference"
    assert format_setting(CODE) == "code of 2 lines"
    assert format_setting("x = 1\n") == "code of 1 line"
    assert format_setting("tinyworld") == "tinyworld"
    assert format_setting(True) == "yes"


async def test_the_longest_solution_is_kept_and_shown_in_a_line() -> None:
    assert len(LONG) == MOST_CODE
    async with bench() as at:
        for code in ("", LONG):
            ended = await run(at.experiment("toy_double"), solution=code)
            assert isinstance(ended, Done)
            assert ended.record.claims == {"twice": "holds"}
        earlier = EarlierRuns(SPEC, at.runs)
        assert [one.label for one in earlier] == [
            "#2 solution code of 3 lines",
            "#1 defaults",
        ]
        assert earlier.settings_of(2)[0] == {"solution": LONG, "seed": 0}
        earlier.mark(1)
        assert earlier.differences is not None
        row = ("solution", "code of 3 lines", "the reference")
        assert row in earlier.differences.rows
        record = earlier.records[0]
        assert describe(record).startswith("toy_double solution=code of 3 lines seed=0 ")


async def test_a_run_as_text_holds_the_code_and_how_to_judge_it_again() -> None:
    async with bench() as at:
        ended = await run(at.experiment("toy_double"), solution=CODE)
        assert isinstance(ended, Done)
        text = as_text(SPEC, ended.record)
        assert "`quizapp demo run toy_double --set seed=0 --solution FILE`" in text
        assert f"\n```python\n{CODE}```\n" in text
        reference = await run(at.experiment("toy_double"), solution="")
        assert isinstance(reference, Done)
        assert "--solution" not in as_text(SPEC, reference.record)
