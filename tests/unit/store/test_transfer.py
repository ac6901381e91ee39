"""The export holds everything, and comes back the same."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from quizapp.errors import QuizError
from quizapp.store.doctor import examine
from quizapp.store.transfer import export_data, import_data
from quizapp.study.record import RunRecord
from tests.unit.store.samples import NOW, RULES, action_of, minutes, open_store, rate, steps


@settings(max_examples=30, deadline=None)
@given(steps)
def test_an_export_comes_back_without_loss(done: list[tuple[str, str]]) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        open_store(Path(folder) / "one") as one,
        open_store(Path(folder) / "two") as two,
    ):
        for number, (card, kind) in enumerate(done):
            if kind == "undo":
                one.undo()
            elif kind == "redo":
                one.redo()
            else:
                one.commit(action_of(one.state(card), kind, number, minutes(number)), RULES)
        one.add_run(RunRecord("d", {"x": 1}, 0, "cpu", {}, {"m": 0.5}, {}, 1.5, NOW))
        one.add_interview(NOW, {"score": 0.25})
        one.set_meta("theme", "light")
        one.adopt({"a": "z"})
        data = json.loads(json.dumps(export_data(one)))
        assert import_data(two, data) == len(data["tables"]["action"])
        assert export_data(two) == data
        assert two.states() == one.states()
        assert two.reviews() == one.reviews() and two.runs() == one.runs()
        assert two.next_undo() == one.next_undo() and two.redo() == one.redo()
        assert examine(two) == []


def test_an_import_does_not_mix_two_histories(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        rate(store, "a")
        with pytest.raises(QuizError, match="not empty"):
            import_data(store, export_data(store))


def damaged() -> list[Any]:
    """Exports that are wrong in one way each."""
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder)) as store:
        rate(store, "a")
        good = export_data(store)
    tables = good["tables"]
    row = tables["action"][0]
    return [
        [],
        {"app": "other"},
        {**good, "version": 9},
        {**good, "tables": {}},
        {**good, "tables": {**tables, "action": "rows"}},
        {**good, "tables": {**tables, "action": [{"id": 1}]}},
        {**good, "tables": {**tables, "action": [{**row, "kind": "dance"}]}},
        {**good, "tables": {**tables, "action": [{**row, "after": "{"}]}},
        {**good, "tables": {**tables, "action": [{**row, "head": 99}]}},
        {**good, "tables": {**tables, "action": [{**row, "at": 2**70}]}},
        {**good, "tables": {**tables, "meta": [{"key": "k", "value": [1]}]}},
        {**good, "schema": "one"},
    ]


@pytest.mark.parametrize("data", damaged())
def test_a_damaged_export_changes_nothing(tmp_path: Path, data: Any) -> None:
    with open_store(tmp_path) as store:
        store.set_meta("theme", "light")
        with pytest.raises(QuizError) as error:
            import_data(store, data)
        assert error.value.message
        assert store.states() == {} and store.get_meta("theme") == "light"
        assert examine(store) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: t["review"].clear(), "2 ratings of the log lack their row"),
        (lambda t: t["review"][0].update(action=77), "FOREIGN KEY constraint failed"),
        (lambda t: t["review"][0].update(ticked="{"), "Row 1 of review is damaged"),
        (lambda t: t["review"][0].update(day=99999999), "Row 1 of review is damaged"),
        (lambda t: t["review"][0].update(mood=1), "a row of review has the columns ['"),
        (lambda t: t["action"][0].update(before="{x"), "Row 1 of the log (Good on a) is damaged"),
        (lambda t: t["action"][0].update(after="{x"), "Row 2 (Good on a) does not follow"),
        (lambda t: t["action"][0].update(at=2**62), "Row 1 of the log (Good on a) is damaged"),
        (lambda t: t["action"][1].update(after="[]"), "A state of a in the log is damaged"),
        (lambda t: t["interview"][0].update(record="x"), "Row 1 of interview is damaged"),
        (lambda t: t["meta"][0].update(value="{x"), "the value of theme in meta is damaged"),
    ],
)
def test_an_export_whose_rows_do_not_fit_says_which_and_writes_nothing(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], says: str
) -> None:
    with open_store(tmp_path / "one") as one:
        rate(one, "a", at=minutes(0))
        rate(one, "a", at=minutes(10))
        one.add_interview(NOW, {"score": 0.25})
        one.set_meta("theme", "light")
        data = json.loads(json.dumps(export_data(one)))
    change(data["tables"])
    with open_store(tmp_path / "two") as two:
        empty = export_data(two)
        with pytest.raises(QuizError) as error:
            import_data(two, data)
        assert error.value.title == "Not a quizapp export"
        assert says in error.value.message and error.value.hint == "Nothing was changed."
        assert export_data(two) == empty


def test_an_export_of_a_newer_format_is_refused(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        newer = {**export_data(store), "schema": 99}
        with pytest.raises(QuizError, match="It has format 99; this quizapp knows") as error:
            import_data(store, newer)
        assert error.value.hint == "Upgrade quizapp and import again."
