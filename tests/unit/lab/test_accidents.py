"""Whatever the learner's code does, its run ends in a sentence, and the next run starts at once."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from quizapp.demo.guard import PRINTED
from quizapp.demo.request import RunRequest
from quizapp.demo.spec import read_spec
from quizapp.demo.state import RunState
from quizapp.lab.lab import Lab
from quizapp.lab.process import Setup

TOYS = Path(__file__).parents[2] / "tui" / "toys"

EXERCISE = '''"""Double it.

The exercise of these tests.
"""

from quizapp.demo import Code, Run, Solution, demo

STARTER = """
def double(x):
    return x
"""


def double(x):
    return 2 * x


@demo(
    topic="toys",
    claims={"doubles": "Twice the number", "zero": "Zero stays zero"},
    measures={"twice": "what three became"},
    budget_s=1,
)
def main(run: Run, solution: Solution = Code(entry="double", starter=STARTER)) -> None:
    with run.judge("doubles") as judge:
        twice = solution(3)
        judge.equal(twice, 6)
        run.measure("twice", twice)
    with run.judge("zero") as judge:
        judge.equal(solution(0), 0)
'''
RIGHT = "def double(x):\n    return x + x\n"

Judge = Callable[..., Awaitable[RunState]]


def body(*lines: str) -> str:
    """Return a solution of these lines."""
    return "def double(x):\n" + "".join(f"    {line}\n" for line in lines)


@pytest.fixture
async def judge(tmp_path: Path) -> AsyncIterator[Judge]:
    """Runs a solution in a lab; then another one, which must pass in the same lab."""
    path = tmp_path / "double_it.py"
    path.write_text(EXERCISE, encoding="utf-8")
    spec = read_spec(path)
    lab = Lab(Setup((TOYS,), threads=1, preload=False))

    async def run(text: str, limit_s: float | None = None) -> RunState:
        state = RunState()
        request = RunRequest(spec, spec.settings({"solution": text}), deadline_s=limit_s)
        async for event in lab.start(request).events():
            state = state.add(event)
        return state

    async def and_go_on(text: str, limit_s: float | None = None) -> RunState:
        state = await run(text, limit_s)
        after = await run(RIGHT)
        assert [claim.state for claim in after.claims] == ["holds", "holds"]
        return state

    try:
        yield and_go_on
    finally:
        lab.close()


async def test_the_reference_passes_and_the_starter_fails(judge: Judge) -> None:
    reference, starter = await judge(""), await judge("def double(x):\n    return x\n")
    assert [claim.state for claim in reference.claims] == ["holds", "holds"]
    assert [claim.state for claim in starter.claims] == ["fails", "holds"]
    assert starter.claims[0].evidence == "yours 3, the reference 6: a factor of 0.5"


@pytest.mark.parametrize(
    ("lines", "evidence", "line"),
    [
        (["return None"], "your function returned None: is a return missing?", 0),
        (["yield x"], "your function is a generator: is it yield instead of return?", 0),
        (["return '6'"], "you returned text, the reference a number", 0),
        (["return [x, x]"], "you returned a list of shape 2, the reference a number", 0),
        (["return float('nan')"], "yours nan, the reference 6: a NaN, from 0/0", 0),
        (["exit()"], "line 2 of your code ends the program: return a value instead", 2),
        (["raise SystemExit"], "line 2 of your code ends the program", 2),
        (["raise KeyboardInterrupt"], "line 2 of your code: KeyboardInterrupt", 2),
        (["y = x", "return y / 0"], "line 3 of your code: ZeroDivisionError: division by", 3),
        (["return double(x)"], "line 2 of your code calls itself without end", 2),
        (["import os", "os.fork()"], "line 3 of your code: an answer may not fork", 3),
        (["import os", "os._exit(0)"], "line 3 of your code: an answer may not end its", 3),
        (["import os", "os.kill(0, 9)"], "line 3 of your code: an answer may not send a", 3),
        (["import os", "os.system('true')"], "line 3 of your code: an answer may not start", 3),
        (
            ["import subprocess", "subprocess.run('true')"],
            "line 3 of your code: an answer may not start a program: remove the call",
            3,
        ),
        (["input()"], "line 2 of your code: EOFError: EOF when reading a line", 2),
        (["return bytes(10**10)"], "line 2 of your code asks for more memory than an", 2),
        (["raise ValueError('x' * 10**6)"], "line 2 of your code: ValueError: xxx", 2),
    ],
)
async def test_an_accident_fails_the_claim(
    judge: Judge, lines: list[str], evidence: str, line: int
) -> None:
    state = await judge(body(*lines))
    assert state.status == "done"
    claim = state.claims[0]
    assert (claim.state, claim.line) == ("fails", line)
    assert claim.evidence.startswith(evidence)
    assert len(claim.evidence) < 500


async def test_a_function_of_other_arguments_is_met_with_its_line(judge: Judge) -> None:
    state = await judge("\ndef double(x, y):\n    return x\n")
    assert state.claims[0].evidence == (
        "line 2: double does not take the arguments of the starter: "
        "missing a required argument: 'y'"
    )
    assert state.claims[0].line == 2


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("def double(x)\n    return x\n", "Your code is not Python in line 1: expected ':'.", 1),
        ("def twice(x):\n    return x\n", "Your code defines no function double: keep", 0),
        ("x = 1\nexit()\n", "Your code does not run: line 2 of your code ends the", 2),
        ("import nothing_of_this_name\n", "Your code does not run: line 1 of your code: M", 1),
        ("\0", "Your code is not Python: source code string cannot contain null bytes.", 0),
        ("(" * 10_000, "Your code is not Python", 1),
    ],
)
async def test_code_that_cannot_be_used_ends_the_run(
    judge: Judge, text: str, message: str, line: int
) -> None:
    error = (await judge(text)).error
    assert error is not None
    assert (error.kind, error.line) == ("solution", line)
    assert error.message.startswith(message)


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (["while True:", "    x += 1"], 2),
        (["while True:", "    try:", "        while True: pass", "    except: pass"], 4),
        (["import time", "time.sleep(1000)"], 3),
        (["import re", "re.match('(a*)*b', 'a' * 50)"], 3),
    ],
    ids=["a loop", "one that catches all", "a wait", "C code with Python's lock"],
)
async def test_a_run_without_end_is_stopped_with_the_line_it_hung_on(
    judge: Judge, lines: list[str], line: int
) -> None:
    error = (await judge(body(*lines), 0.5)).error
    assert error is not None
    assert error.kind == "budget"
    assert error.message.startswith("Stopped after ")
    assert f"in line {error.line} of your code: does " in error.message
    assert abs(error.line - line) <= 1  # a loop of two lines is caught in either


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["import ctypes", "ctypes.string_at(0)"], "Your code ended its process (SIGSEGV) in "),
        (["import os", "os.abort()"], "Your code ended its process (SIGABRT) in line 3 of your"),
        (["import signal", "signal.raise_signal(9)"], "Your code ended its process (SIGKILL): "),
        (["import posix", "posix._exit(3)"], "Your code ended its process: return a value"),
    ],
)
async def test_a_crash_is_named(judge: Judge, lines: list[str], message: str) -> None:
    error = (await judge(body(*lines))).error
    assert error is not None
    assert error.kind == "solution"
    assert error.message.startswith(message)


async def test_prints_are_kept_apart_and_bounded(judge: Judge) -> None:
    state = await judge("print('at the top')\n" + body("print('x is', x)", "return 2 * x"))
    assert [(s.title, s.text) for s in state.samples] == [
        (PRINTED, "at the top\nx is 3\nx is 0\n"),
    ]
    flood = await judge(body("for i in range(10**6 if x else 0): print(i)", "return 2 * x"))
    assert flood.status == "done"
    (sample,) = flood.samples
    assert sample.text.startswith("0\n1\n2\n")
    assert "characters are left out" in sample.text
    assert sample.text.endswith("999999\n")
    assert len(sample.text) < 4100


async def test_what_was_printed_before_a_loop_without_end_is_shown(judge: Judge) -> None:
    state = await judge(body("print('before')", "while True: pass"), 0.5)
    assert state.error is not None
    assert [s.text for s in state.samples] == ["before\n"]


@pytest.mark.parametrize(
    "lines",
    [
        ["import sys", "sys.stdout.close()"],
        ["import sys", "sys.stdout = None"],
        ["import os", "os.close(1)"],
        ["import os", "os.closerange(0, 3)"],
        ["import threading, time", "threading.Thread(target=time.sleep, args=(1000,)).start()"],
        ["import builtins", "builtins.print = None"],
        ["import time", "time.monotonic = time.sleep"],
        ["raise ValueError(type('E', (), {'__str__': lambda s: 1 / 0})())", "return 0"],
    ],
    ids=["close", "no stdout", "descriptor", "all three", "thread", "print", "clock", "message"],
)
async def test_damage_stays_within_the_run(judge: Judge, lines: list[str]) -> None:
    state = await judge(body(*lines, "return 2 * x"))
    assert state.status == "done"
    assert len(state.claims) == 2


async def test_the_longest_solution_reaches_a_process_that_still_loads(judge: Judge) -> None:
    text = RIGHT + "# " + "\n" * 60_000
    state = await judge(text)
    assert [claim.state for claim in state.claims] == ["holds", "holds"]


async def test_nothing_of_the_code_outlives_its_run(judge: Judge, tmp_path: Path) -> None:
    file = tmp_path / "pid"
    state = await judge(
        body(
            "import threading, time, os",
            "threading.Thread(target=time.sleep, args=(1000,)).start()",
            f"open({str(file)!r}, 'w').write(str(os.getpid()))",
            "return 2 * x",
        )
    )
    assert state.status == "done"
    with pytest.raises(ProcessLookupError):
        os.kill(int(file.read_text()), 0)


async def test_advice_of_a_library_that_helps_nobody_is_kept_out_of_the_log(tmp_path: Path) -> None:
    path = tmp_path / "double_it.py"
    path.write_text(EXERCISE, encoding="utf-8")
    spec = read_spec(path)
    text = body(
        "import logging",
        "logging.getLogger('bitsandbytes.backends.cpu.ops').warning('install kernels')",
        "logging.getLogger('own').warning('of its own')",
        "return 2 * x",
    )
    lab = Lab(Setup((TOYS,), threads=1, preload=False))
    run = lab.start(RunRequest(spec, spec.settings({"solution": text})))
    async for _ in run.events():
        pass
    lab.close()
    assert "of its own" in run.log
    assert "install kernels" not in run.log
