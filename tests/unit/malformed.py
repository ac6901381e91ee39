"""Demos that emit what they must not, one for each way to be wrong."""

from __future__ import annotations

from pathlib import Path

from quizapp.demo.wire import MAX_LINE

DEMO = '''"""Wrong.

Reports something that it must not.
"""

import fcntl, os, stat

from quizapp.demo import Int, Run, demo


def write(line: bytes) -> None:
    """Write past Run, into every pipe of this process: that of the events is among them."""
    for fd in range(3, 64):
        try:
            writes = fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE == os.O_WRONLY
            if writes and stat.S_ISFIFO(os.fstat(fd).st_mode):
                os.write(fd, line)
        except OSError:
            pass


@demo(topic="own", claims={"c": "A claim"}, measures={"m": "A measure"})
def main(run: Run, seed: int = Int(0, 0, 99)) -> None:
    run.point(0, fine=1.0)
    CALL
    run.measure("m", 1)
    run.claim("c", True)
'''
LINE = 1 + DEMO.splitlines().index("    CALL")

WRONG_CALLS = {
    'run.point(0, train="abc")': "train must be a number, not 'abc'",
    "run.point(0, train=None)": "train must be a number, not None",
    "run.point((1, 2), train=3)": "x must be a number, not (1, 2)",
    "run.point(0, train=[0.5])": "train must be a number, not [0.5]",
    "run.point(0, train=10**400)": "train is too large a number",
    "run.line_points(0, [1, 2])": "series must be a mapping, not [1, 2]",
    "run.line_points(0, {1: 2.0})": "the name of a line must be a string, not 1",
    'run.scatter("s", [1, 2], [1])': "x and y must be equally long, not 2 and 1",
    'run.scatter("s", 1, 2)': "xs must be a list, not 1",
    'run.bars("b", {"a": "x"})': "values must be a number, not 'x'",
    'run.bars("b", [1, 2])': "values must be a mapping, not [1, 2]",
    'run.bars(3, {"a": 1})': "name must be a string, not 3",
    'run.histogram("h", [1, 2], [0, 1])': "2 counts need 3 edges, not 2",
    'run.histogram("h", "12", [0, 1, 2])': "counts must be a list, not '12'",
    'run.heatmap("h", [[1, 2], [3]])': "the rows of a matrix must be equally long, not [1, 2]",
    'run.heatmap("h", [1, 2])': "values must be a list, not 1",
    'run.reference("r", "high")': "value must be a number, not 'high'",
    'run.reference("r", 1.0, axis="z")': "axis must be x or y, not 'z'",
    'run.axes(x="step", log_y="yes")': "log_y must be True or False, not 'yes'",
    "run.axes(x=3)": "x must be a string, not 3",
    'run.measure("m", None)': "m must be a number, not None",
    "run.measure(m=[1, 2])": "m must be a number, not [1, 2]",
    'run.claim("c", "fails")': "holds must be True or False, not 'fails'",
    'run.claim("c", True, 0.5)': "evidence must be a string, not 0.5",
    'run.table("t", [{"a": 1}, ["b"]])': "each row must be a mapping, not ['b']",
    'run.table(None, [{"a": 1}])': "title must be a string, not None",
    'run.sample("s", 3)': "text must be a string, not 3",
    "run.note(b'bytes')": "text must be a string, not b'bytes'",
    'run.note("x" * 300_000)': f"is over the limit of {MAX_LINE}",
    "run.progress(-1); run.step()": "0 of -1 steps cannot be done",
}

WRONG_LINES = {
    r"write(b'{\n')": "not JSON",
    r"write(b'\xff\x00\n')": "not JSON",
    r"write(b'[]\n')": "not an object with a kind",
    r"""write(b'{"t": "pointz"}\n')""": "there is no event 'pointz'",
    r"""write(b'{"t": "points"}\n')""": "bad points event",
    r"""write(b'{"t": "points", "name": "a", "x": [0], "y": ["abc"]}\n')""": "'abc'",
    r"[write(b'x' * 4096) for _ in range(100)]": f"a line over {MAX_LINE} bytes",
}


def write_demo(folder: Path, call: str, name: str = "wrong") -> Path:
    """Write the demo with this call in it."""
    path = folder / f"{name}.py"
    path.write_text(DEMO.replace("CALL", call), encoding="utf-8")
    return path
