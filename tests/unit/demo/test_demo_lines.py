"""The program that says what the lines of a demo do."""

from __future__ import annotations

from tools.demo_lines import first_computing, line_kinds

DEMO = '''"""Halving.

Each step halves x.
"""

from quizapp.demo import Run, demo

WORDS = ("down", "up")
RATE = 0.5


def halved(x):
    """Return half."""
    return RATE * x


@demo(
    claims={"small": "x ends small"},
)
def main(run: Run) -> None:
    x = 1.0
    for step in run.steps(3):
        x = halved(x)  # a number
        run.point(step, x=x)
    word = "small" if x < 1 else "large"
    rows = [{"x": x}]
    run.table("x", rows)
    run.claim(
        "small", x < 0.2, word
    )
'''


def kinds_of(text: str) -> list[str]:
    kinds = line_kinds(DEMO)
    return [kinds[n] for n, line in enumerate(DEMO.splitlines(), 1) if text in line]


def test_each_line_has_the_kind_of_its_statement() -> None:
    assert kinds_of("Each step") == ["page"]
    assert kinds_of("import Run") == kinds_of("WORDS =") == ["declaration"]
    assert kinds_of("RATE = 0.5") == ["computing"]
    assert kinds_of("claims=") == kinds_of("def main") == ["declaration"]
    assert kinds_of("for step") == kinds_of("x = halved") == ["computing"]
    assert kinds_of("run.point") == kinds_of("x < 0.2, word") == ["reporting"]


def test_what_only_a_report_uses_is_reporting() -> None:
    assert kinds_of("word = ") == kinds_of("rows = ") == ["reporting"]


def test_blank_lines_have_no_kind() -> None:
    assert len(line_kinds(DEMO)) == sum(bool(line.strip()) for line in DEMO.splitlines())


def test_the_first_statement_that_computes_may_be_in_a_helper() -> None:
    assert DEMO.splitlines()[first_computing(DEMO) - 1].strip() == "return RATE * x"
