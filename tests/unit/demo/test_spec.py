"""What a demo declares is read from its source, and what is wrong is named by line and column."""

from __future__ import annotations

import math
import os
from dataclasses import replace
from pathlib import Path

import pytest

from quizapp.demo.arguments import ARGUMENTS
from quizapp.demo.catalogue import read_catalogue
from quizapp.demo.child import load_demo
from quizapp.demo.declare import Predict
from quizapp.demo.params import Choices, ModelName, Number, Switch
from quizapp.demo.request import RunRequest
from quizapp.demo.solution import load
from quizapp.demo.spec import SpecError, read_spec
from quizapp.errors import QuizError

GOOD = '''"""Halving.

Each step **halves** x.
"""

from quizapp.demo import Choice, Flag, Float, Int, Model, Predict, Run, demo


@demo(
    topic="own",
    claims={"small": "x ends small"},
    measures={"last": "x at the end", "is": "what x is"}, formulas=("last",),
    predict=Predict("What is x?", options=("small", "large"), measure="is"),
    budget_s=2.5,
    cuda_claims=("small",),
    bundled_claims=("small",),
)
def main(
    run: Run,
    steps: int = Int(3, 1, 9, help="how often"),
    rate: float = Float(-0.5, -1, 1, log=False),
    kind: str = Choice("a", "b", default="b"),
    fast: bool = Flag(),
    model: str = Model(),
) -> None:
    run.measure("last", 0.1)
    if fast:
        run.measure("is", "small")
    run.claim("small", True)
'''


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    path = tmp_path / "halving.py"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_everything_declared_is_read(demo: Path) -> None:
    spec = read_spec(demo)
    assert (spec.id, spec.title, spec.page) == ("halving", "Halving", "Each step **halves** x.")
    assert (spec.topic, spec.budget_s, spec.needs_cuda) == ("own", 2.5, False)
    assert spec.claims == {"small": "x ends small"}
    assert spec.predict is not None and spec.predict.options == ("small", "large")
    assert spec.defaults == {
        "steps": 3,
        "rate": -0.5,
        "kind": "b",
        "fast": False,
        "model": "tinyworld",
    }
    assert list(map(type, spec.params.values())) == [Number, Number, Choices, Switch, ModelName]


def test_the_source_and_the_module_declare_the_same(demo: Path) -> None:
    spec, loaded = read_spec(demo), load_demo(demo)
    assert list(loaded.params.items()) == list(spec.params.items())
    for name in (
        "topic",
        "claims",
        "measures",
        "predict",
        "budget_s",
        "needs_cuda",
        "cuda_claims",
        "bundled_claims",
        "formulas",
    ):
        assert getattr(loaded, name) == getattr(spec, name)


@pytest.mark.parametrize("escape", ["\\x1b", "\\x9b", "\x1b"])
def test_what_a_terminal_would_obey_is_left_out_of_every_text(demo: Path, escape: str) -> None:
    marked = GOOD.replace("Halving.", f"Hal{escape}ving.").replace("**halves**", f"{escape}halves")
    marked = marked.replace("x ends small", f"x{escape} ends small").replace(
        "what x", f"what{escape} x"
    )
    demo.write_text(marked.replace("What is x?", f"What{escape} is x?"), encoding="utf-8")
    spec = read_spec(demo)
    assert (spec.title, spec.page) == ("Halving", "Each step halves x.")
    assert (spec.claims["small"], spec.measures["is"]) == ("x ends small", "what x is")
    assert spec.predict is not None and spec.predict.question == "What is x?"


def test_reading_a_demo_does_not_run_it(demo: Path) -> None:
    demo.write_text(GOOD + "\nraise SystemExit\n", encoding="utf-8")
    assert read_spec(demo).title == "Halving"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"""Halving.', '"Halving', "1:1: unterminated"),
        ("topic=", "topics=", "10:5: @demo has no argument topics"),
        ('    topic="own",\n', "", "@demo needs topic="),
        ('topic="own"', "topic=TOPIC", "10:11: must be a literal"),
        ('topic="own"', 'topic=""', "10:11: topic has the wrong type or is empty"),
        ('{"small": "x ends small"}', '["small"]', "11:12: claims has the wrong type"),
        ('{"small": "x ends small"}', "{}", "11:12: claims has the wrong type"),
        ('{"small": "x ends small"}', '{[]: "x"}', "11:12: must be a literal"),
        ('measure="is"', 'measure="was"', "Predict names the measure 'was'"),
        ('options=("small", "large"), ', "", "Predict needs options, or low and high"),
        ('cuda_claims=("small",)', 'cuda_claims=("tiny",)', "cuda_claims names 'tiny'"),
        ('bundled_claims=("small",)', 'bundled_claims=("t",)', "bundled_claims names 't'"),
        (
            'formulas=("last",)',
            'formulas=("loss",)',
            "formulas names 'loss', which is not declared",
        ),
        ('formulas=("last",)', 'formulas="last"', "formulas has the wrong type"),
        ("budget_s=2.5", "budget_s=0", "14:14: budget_s has the wrong type"),
        ("Int(3, 1, 9", "Int(30, 1, 9", "the default must be between 1 and 9, not 30"),
        ("Int(3, 1, 9", "Int(3", "Int: Int() missing 2 required"),
        ("Int(3, 1, 9", "Slider(3, 1, 9", "20:18: only Int, Float, Choice, Flag, Model"),
        ("Flag()", "False", "23:18: a parameter is Int, Float, Choice, Flag, Model or Code"),
        ("    run: Run,\n", "", "main takes `run`, then parameters that all have a default"),
        ("    run: Run,\n", "    run: Run,\n    *,\n", "main takes `run`, then parameters"),
        ("@demo(", "@other(", "1:1: no function is decorated with @demo(...)"),
        (
            'claim("small"',
            'claim("smal"',
            "29:15: 'smal' is not declared in @demo(claims=...)",
        ),
        ('claim("small"', 'claim(f"{kind}"', "29:15: the id of a claim must be a literal"),
        ('measure("last"', 'measure("lost"', "26:17: 'lost' is not declared in @demo(measures"),
        ('measure("last", 0.1)', "measure(lost=1)", "26:17: 'lost' is not declared in @demo"),
        ('    run.claim("small", True)\n', "", "11:13: 'small' is declared and never reported"),
        ('    run.measure("last", 0.1)\n', "", "12:15: 'last' is declared and never reported"),
    ],
)
def test_a_mistake_is_named_where_it_stands(demo: Path, old: str, new: str, problem: str) -> None:
    assert old in GOOD
    demo.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(SpecError) as found:
        read_spec(demo)
    [error] = found.value.all
    assert problem in str(error)
    assert str(error) == f"{demo}:{error.line}:{error.column}: {error.message}"


def test_all_mistakes_of_a_demo_are_named_at_once(demo: Path) -> None:
    text = GOOD
    for old, new in (
        ('topic="own"', 'topic=""'),
        ("budget_s=2.5", "budget=2.5"),
        ("Int(3, 1, 9", "Int(30, 1, 9"),
        ("Flag()", "False"),
        ('measure("last"', 'measure("lasts"'),
        ('claim("small"', 'claim("entirely-other"'),
    ):
        assert old in text
        text = text.replace(old, new)
    demo.write_text(text, encoding="utf-8")
    catalogue = read_catalogue([demo.parent])
    assert [(error.line, error.message) for error in catalogue.problems] == [
        (10, "topic has the wrong type or is empty"),
        (11, "'small' is declared and never reported"),
        (14, f"@demo has no argument budget; it takes {', '.join(ARGUMENTS)}"),
        (20, "the default must be between 1 and 9, not 30"),
        (23, "a parameter is Int, Float, Choice, Flag, Model or Code"),
        (26, "'lasts' is not declared in @demo(measures=...); did you mean last?"),
        (29, "'entirely-other' is not declared in @demo(claims=...)"),
    ]
    with pytest.raises(QuizError, match=r"halving\.py:10:11: topic has the wrong type"):
        catalogue.find("halving")


def test_a_pipe_among_the_demos_is_named_and_not_waited_for(demo: Path) -> None:
    os.mkfifo(demo.parent / "pipe.py")
    (demo.parent / "gone.py").symlink_to("/nonexistent.py")
    catalogue = read_catalogue([demo.parent])
    assert list(catalogue.demos) == ["halving"]
    assert [error.message for error in catalogue.problems] == [
        "cannot be read: No such file or directory",
        "is not a file",
    ]


@pytest.mark.parametrize("call", ["measure(**{'last': 0.1})", "measure(kind, 0.1)"])
def test_measures_that_only_a_run_names_are_left_to_the_run(demo: Path, call: str) -> None:
    demo.write_text(GOOD.replace('measure("last", 0.1)', call), encoding="utf-8")
    assert set(read_spec(demo).measures) == {"last", "is"}


def test_a_demo_without_a_page_is_refused(demo: Path) -> None:
    demo.write_text(GOOD[GOOD.index("from quizapp") :], encoding="utf-8")
    with pytest.raises(SpecError, match="1:1: a demo needs a module docstring"):
        read_spec(demo)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"x = '\x00'"])
def test_a_file_that_is_not_source_is_a_problem_not_a_crash(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.py"
    path.write_bytes(content)
    with pytest.raises(SpecError, match=r"odd\.py:1:1"):
        read_spec(path)


def test_chosen_settings_are_checked_and_completed(demo: Path) -> None:
    spec = read_spec(demo)
    assert spec.settings({"steps": 5})["steps"] == 5
    assert spec.settings({"steps": 5})["kind"] == "b"
    with pytest.raises(ValueError, match="width is not a parameter; use steps, rate, kind"):
        spec.settings({"width": 1})
    with pytest.raises(ValueError, match="steps must be between 1 and 9, not 10"):
        spec.settings({"steps": 10})


def test_json_holds_what_a_list_of_demos_prints(demo: Path) -> None:
    told = read_spec(demo).as_json()
    assert told["id"] == "halving"
    assert told["params"]["steps"]["default"] == 3
    assert told["predict"]["measure"] == "is"


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("", "has no function decorated with @demo"),
        ("import no_such_package", "No module named 'no_such_package'"),
    ],
)
def test_a_file_that_cannot_be_loaded_says_why(tmp_path: Path, source: str, problem: str) -> None:
    path = tmp_path / "bad.py"
    path.write_text(source, encoding="utf-8")
    with pytest.raises(ImportError, match=problem):
        load_demo(path)


def test_a_model_of_ones_own_has_no_deadline_and_no_question_on_the_bundled_world(
    demo: Path,
) -> None:
    spec = replace(
        read_spec(demo),
        params={"model": ModelName()},
        predict=Predict("What now?", ("a", "b"), "m", bundled=True),
        budget_s=20,
    )
    for model, limit, asked in (("tinyworld", 120.0, True), ("org/name", math.inf, False)):
        settings = spec.settings({"model": model})
        assert RunRequest(spec, settings).limit_s == limit
        assert RunRequest(spec, settings, deadline_s=5.0).limit_s == 5.0
        assert (spec.question(settings) is not None) == asked
    assert RunRequest(spec, spec.settings({"model": "org/name"})).as_json(1)["deadline_s"] is None


def test_a_home_folder_is_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    assert ModelName().parse(" ~/SmolLM2 ") == "/home/ada/SmolLM2"


EXERCISE = '''"""Double it.

**Exercise.** Return twice the number.
"""

import math
from math import sqrt as root

from quizapp.demo import Code, Run, Solution, demo

TWO = 2
STARTER = """
def double(x):
    return x
"""


def same(function):
    return function


@same
def helper(x):
    return root(TWO) * math.sqrt(TWO) * x


def double(x):
    # by the helper
    other = helper(x)
    return other


def other():
    return 0


@demo(topic="own", claims={"twice": "It is twice"}, measures={"m": "what came out"})
def main(run: Run, answer: Solution = Code(entry="double", starter=STARTER)) -> None:
    with run.judge("twice") as judge:
        judge.equal(answer(2), 4)
    run.measure(m=1)
'''


@pytest.fixture
def exercise(tmp_path: Path) -> Path:
    path = tmp_path / "double_it.py"
    path.write_text(EXERCISE, encoding="utf-8")
    return path


def test_an_exercise_is_read_with_its_starter_and_its_reference(exercise: Path) -> None:
    spec = read_spec(exercise)
    assert (spec.code, spec.defaults) == ("answer", {"answer": ""})
    assert spec.starter == "\ndef double(x):\n    return x\n"
    assert spec.reference == (
        "import math\nfrom math import sqrt as root\n\n\nTWO = 2\n\n\n"
        "def same(function):\n    return function\n\n\n"
        "@same\ndef helper(x):\n    return root(TWO) * math.sqrt(TWO) * x\n\n\n"
        "def double(x):\n    # by the helper\n    other = helper(x)\n    return other\n"
    )
    assert load_demo(exercise).params == spec.params


def test_the_reference_of_an_exercise_works_alone(exercise: Path) -> None:
    assert round(load(read_spec(exercise).reference, "double")(4)) == 8


def test_a_demo_without_code_is_no_exercise(demo: Path) -> None:
    spec = read_spec(demo)
    assert (spec.code, spec.starter, spec.reference) == ("", "", "")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('entry="double"', 'entry="triple"', "38:1: the file defines no triple: it is the ref"),
        ("\ndef double(x):\n    return x\n", "\nx = 1\n", "the starter defines no double"),
        ('return x\n"', 'return (\n"', "the starter is not Python: line 3: '(' was never"),
        ('"twice") as', '"thrice") as', "'thrice' is not declared in @demo(claims=...)"),
        ("starter=STARTER", "starter=STARTED", "must be a literal"),
        ('topic="own"', "topic=STARTER", "must be a literal"),
        (
            ") -> None:\n    with",
            ', more: Solution = Code(entry="double", starter=STARTER)) -> None:\n    with',
            "an exercise has one parameter of the kind Code",
        ),
    ],
)
def test_a_mistake_of_an_exercise_is_named_where_it_stands(
    exercise: Path, old: str, new: str, problem: str
) -> None:
    assert old in EXERCISE
    exercise.write_text(EXERCISE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SpecError) as found:
        read_spec(exercise)
    assert problem in "\n".join(map(str, found.value.all))


@pytest.mark.parametrize(("budget", "limit"), [(0.5, 10.0), (1, 10.0), (3, 30.0)])
def test_a_run_of_the_learners_code_ends_sooner_than_a_demo(
    exercise: Path, budget: float, limit: float
) -> None:
    spec = replace(read_spec(exercise), budget_s=budget)
    assert RunRequest(spec, spec.defaults).limit_s == limit
    assert RunRequest(spec, spec.defaults, deadline_s=600.0).limit_s == 600.0
