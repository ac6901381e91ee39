"""The solutions beside an exercise are read from cells, and a bad cell is named with its line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from quizapp.demo.kept import ENDS, is_repair, kept, least, read_kept, solutions_file
from quizapp.demo.params import CodeText
from quizapp.errors import QuizError
from tests.unit.toys import make_spec

SPEC = replace(
    make_spec(),
    params={"solution": CodeText("f", "def f(x): return x\n")},
    reference="def f(x): return 2 * x\n",
)
CELLS = """\"\"\"Solutions.\"\"\"

HELPER = 1


# %% right: by addition
def f(x):
    return x + x


# %% wrong: three times -> nf4-best
import math


def f(x):
    return math.prod([3, x])

# %% wrong: no end -> ends
while True: pass
"""


def test_cells_are_read_with_role_name_claim_and_whole_text() -> None:
    cells, faults = read_kept(SPEC, CELLS)
    assert not faults
    assert [(one.role, one.name, one.claim) for one in cells] == [
        ("right", "by addition", ""),
        ("wrong", "three times", "nf4-best"),
        ("wrong", "no end", ENDS),
    ]
    assert cells[0].text == "def f(x):\n    return x + x\n"
    assert cells[1].text.startswith("import math\n\n\ndef f(x):")


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("# %% wrong: no claim", "the cell is not `right: name` or `wrong: name -> claim`"),
        ("# %% right: with one -> nf4-best", "the cell is not `right: name` or `wrong: name"),
        ("# %% other: x", "the cell is not `right: name`"),
        ("#%% right: x", "the cell is not `right: name`"),
        ("# %% starter: x", "the cell is not `right: name`"),
        ("# %%", "the cell is not `right: name`"),
        ("# %% wrong: x -> nf4-bst", "the cell names nf4-bst, which is no claim of nf4_error"),
        ("# %% right: by addition", "there are two cells right: by addition"),
    ],
)
def test_a_bad_cell_is_named_with_its_line(head: str, message: str) -> None:
    cells, faults = read_kept(SPEC, CELLS.replace("# %% wrong: three times -> nf4-best", head))
    assert [(fault.line, fault.message[: len(message)]) for fault in faults] == [(11, message)]
    assert len(cells) == 2


def test_reference_and_starter_come_first_and_a_bad_cell_stops_a_run(tmp_path: Path) -> None:
    spec = replace(SPEC, path=tmp_path / "f.py")
    assert [(one.role, one.text) for one in kept(spec)] == [
        ("reference", spec.reference),
        ("starter", spec.starter),
    ]
    file = solutions_file(spec)
    assert file == tmp_path / "solutions" / "f.py"
    file.parent.mkdir()
    file.write_text(CELLS, encoding="utf-8")
    assert [one.name for one in kept(spec)][2:] == ["by addition", "three times", "no end"]
    file.write_text("# %% wrong: x\n", encoding="utf-8")
    with pytest.raises(QuizError) as caught:
        kept(spec)
    assert caught.value.message.startswith(f"{file}:1: the cell is not `right: name`")
    assert "`ends` stands for" in caught.value.hint


def test_a_repair_needs_fewer_wrong_and_more_right_solutions() -> None:
    repair = replace(SPEC, id="repair_loss")
    assert (is_repair(SPEC), is_repair(repair)) == (False, True)
    assert least(SPEC) == {"wrong": 10, "right": 2}
    assert least(repair) == {"wrong": 6, "right": 3}
