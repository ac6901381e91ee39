"""A run leaves as a script and as a notebook that need no quizapp and measure the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from quizapp.demo import checks, declare, judging, solution
from quizapp.demo import run as demo_run
from quizapp.demo.spec import DemoSpec, read_spec
from quizapp.exchange import stand_in
from quizapp.exchange.standalone import copy_model, notebook, script
from tests.demos.running import run_demo

DEMOS = Path(__file__).parents[3] / "demos"
DEMO = '''"""Halving.

Each step halves x: x ← x / 2, a \\\\ and all.
"""

from quizapp.demo import Choice, Flag, Float, Int, Predict, Run, demo

WORDS = 3


@demo(
    topic="own",
    claims={"small": "x ends small"},
    measures={"last": "x at the end"},
    predict=Predict("Where does it end?", low=0, high=1, measure="last"),
)
def main(
    run: Run,
    steps: int = Int(3, 1, 9),
    start: float = Float(1.0, 0, 2),
    way: str = Choice("down", "up"),
    loud: bool = Flag(),
) -> None:
    x = start
    run.axes(x="step", y="x")
    for step in run.steps(steps):
        assert WORDS == 3
        x = x / 2 if way == "down" else 2 * x
        run.point(step, x=x)
    run.histogram("bins", [1, 2], [0.0, 0.5, 1.0])
    run.heatmap("matrix", [[1.0, float("nan")]], columns=["a", "b"])
    run.reference("half", 0.5, axis="x")
    run.bars("ends", {"down": x})
    run.measure("last", x)
    run.claim("small", x < 0.2, f"{x}")
'''


@pytest.fixture
def halving(tmp_path: Path) -> DemoSpec:
    path = tmp_path / "halving.py"
    path.write_text(DEMO, encoding="utf-8")
    return read_spec(path)


def alone(program: str, folder: Path) -> dict[str, Any]:
    """Run a program that defines `report` where quizapp cannot be imported; return its measures."""
    head = "import json, sys\nsys.modules['quizapp'] = None\nsys.path.insert(0, '.')\n"
    tail = (
        "\nof = lambda kind: [e for e in report.events if isinstance(e, kind)]\n"
        "measures = {measure.id: measure.value for measure in of(given.events.Measure)}\n"
        "claims = {claim.id: claim.state for claim in of(given.events.Claim)}\n"
        "print(json.dumps([measures, claims]))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", head + program + tail],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    measures, claims = json.loads(ran.stdout.splitlines()[-1])
    return {"measures": measures, "claims": claims, "printed": ran.stdout}


MATPLOTLIB = """
import types
calls = []
class Anything:
    def __getattr__(self, name):
        calls.append(name)
        return lambda *_, **__: Anything()
sys.modules["matplotlib"] = types.ModuleType("matplotlib")
sys.modules["matplotlib"].pyplot = sys.modules["matplotlib.pyplot"] = Anything()
"""


def code_of(text: str) -> str:
    """Return what the cells of a notebook compute, in turn."""
    book = nbformat.reads(text, as_version=4)
    return "\n".join(cell.source for cell in book.cells if cell.cell_type == "code")


@pytest.mark.torch
def test_a_script_prints_measures_and_claims_at_the_chosen_settings(
    halving: DemoSpec, tmp_path: Path
) -> None:
    found = alone(script(halving, {"steps": 4}), tmp_path)
    assert found["measures"] == {"last": 0.0625}
    assert "x at the end: 0.0625\nx ends small: holds (0.0625)\n" in found["printed"]


@pytest.mark.torch
def test_a_notebook_computes_the_same(halving: DemoSpec, tmp_path: Path) -> None:
    found = alone(code_of(notebook(halving, {"steps": 2, "way": "up"})), tmp_path)
    assert (found["measures"], found["claims"]) == ({"last": 4.0}, {"small": "fails"})


@pytest.mark.torch
def test_every_kind_of_mark_is_drawn_where_matplotlib_is(halving: DemoSpec, tmp_path: Path) -> None:
    drawn = script(halving, {"steps": 4}).replace("report.plot()", "report.plot(); print(calls)")
    printed = alone(MATPLOTLIB + drawn, tmp_path)["printed"]
    for call in ("plot", "stairs", "imshow", "axvline", "bar", "show"):
        assert f"'{call}'" in printed


def test_a_notebook_is_valid_and_starts_with_the_page(halving: DemoSpec) -> None:
    book = nbformat.reads(notebook(halving, {"steps": 3}), as_version=4)
    nbformat.validate(book)
    assert book.cells[0].source.startswith("# Halving\n\nEach step halves x")
    assert not any("Each step halves x" in cell.source for cell in book.cells[1:])


def test_what_recorded_runs_have_shown_goes_along(halving: DemoSpec) -> None:
    line = "Shown by a run: x ends at 0.1 (0.05 to 0.2)."
    shows = "x ends at 0.1\n(0.05 to 0.2)."
    book = nbformat.reads(notebook(halving, {}, shows), as_version=4)
    assert book.cells[0].source.endswith(f"\n\n{line}")
    assert f"# {line}" in script(halving, {}, shows).splitlines()


def test_a_demo_without_the_bundled_model_goes_alone(halving: DemoSpec, tmp_path: Path) -> None:
    assert copy_model(halving, tmp_path) is None


@pytest.mark.parametrize("path", sorted(DEMOS.glob("*.py")), ids=lambda path: path.stem)
def test_every_demo_becomes_a_script_that_compiles_without_quizapp(path: Path) -> None:
    spec = read_spec(path)
    text = script(spec, spec.defaults)
    compile(text, path.name, "exec")
    assert "from quizapp" not in text.partition('"""\n')[2]


@pytest.mark.torch
@pytest.mark.slow
def test_a_real_run_measures_the_same_as_script_and_as_notebook(tmp_path: Path) -> None:
    """On the bundled model, copied along, in a process without quizapp."""
    spec = read_spec(DEMOS / "lora_finetune.py")
    settings = spec.settings({"steps": 12, "rank": 4})
    assert copy_model(spec, tmp_path) == tmp_path / "tinyworld"
    here = run_demo("lora_finetune", steps=12, rank=4)
    for program in (script(spec, settings), code_of(notebook(spec, settings))):
        found = alone(program, tmp_path)
        assert found["measures"] == here.measures
        assert found["claims"] == here.claims


EXERCISE = '''"""Double it.

**Exercise.** Return twice the number.
"""

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = """
def double(x):
    return x
"""


def double(x):
    return 2 * x


@demo(topic="own", claims={"twice": "It is twice", "same": "Nothing changes"}, measures={"m": "m"})
def main(
    run: Run, answer: Solution = Code(entry="double", starter=STARTER), seed: int = Int(0, 0, 9)
) -> None:
    values = [seed + 3.0, 5.0]
    with run.judge("twice") as judge:
        judge.equal([answer(x) for x in values], [double(x) for x in values], by="the exercise")
    with run.judge("same") as judge, judge.unchanged(values=values):
        answer(values[0])
    run.measure(m=seed)
'''
WRONG = '''def main(x):
    """Shares a name with the demo: \\ and quotes."""
    return x + 3.0

def double(x):
    return main(x)
'''


@pytest.fixture
def exercise(tmp_path: Path) -> DemoSpec:
    path = tmp_path / "double_it.py"
    path.write_text(EXERCISE, encoding="utf-8")
    return read_spec(path)


def as_a_notebook_runs_it(text: str, folder: Path) -> str:
    """Return what the cells compute, once those that write a file have written it."""
    book = nbformat.reads(text, as_version=4)
    nbformat.validate(book)
    cells = []
    for cell in (cell.source for cell in book.cells if cell.cell_type == "code"):
        head, _, body = cell.partition("\n")
        if head.startswith("%%writefile "):
            (folder / head.split()[1]).write_text(body, encoding="utf-8")
        else:
            cells.append(cell)
    return "\n".join(cells)


@pytest.mark.torch
@pytest.mark.parametrize(
    ("solution", "twice"),
    [
        ("", "It is twice: holds (equal)"),
        ("def double(x):\n    return x + x\n", "It is twice: holds (equal)"),
        (WRONG, "It is twice: fails (item 1: yours 8, the exercise 10; 1 of 2 differ)"),
        (
            "def double(x):\n    return 1 / 0\n",
            "It is twice: fails (line 2 of your code: ZeroDivisionError: division by zero)",
        ),
    ],
    ids=["reference", "right", "wrong", "error"],
)
def test_an_exercise_leaves_with_its_checks_and_the_solution(
    exercise: DemoSpec, tmp_path: Path, solution: str, twice: str
) -> None:
    settings = {"answer": solution}
    found = alone(script(exercise, settings), tmp_path)
    assert twice in found["printed"]
    book = as_a_notebook_runs_it(notebook(exercise, settings), tmp_path)
    assert alone(book, tmp_path)["claims"] == found["claims"]


def test_the_parts_of_quizapp_in_a_script_share_no_name() -> None:
    names = [
        name
        for module in (checks, declare, judging, solution, demo_run, stand_in)
        for name, value in vars(module).items()
        if getattr(value, "__module__", None) == module.__name__
    ]
    assert sorted(names) == sorted(set(names))
