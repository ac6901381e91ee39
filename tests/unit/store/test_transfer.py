"""The export holds everything, and comes back the same."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from quizapp.errors import QuizError
from quizapp.store.doctor import examine
from quizapp.store.transfer import export_data, import_data
from quizapp.study.model import DemoRun
from tests.unit.store.samples import NOW, RULES, deed, minutes, open_store, rate, steps


@settings(max_examples=30, deadline=None)
@given(steps)
def test_an_export_comes_back_without_loss(deeds: list[tuple[str, str]]) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        open_store(Path(folder) / "one") as one,
        open_store(Path(folder) / "two") as two,
    ):
        for number, (card, kind) in enumerate(deeds):
            if kind == "undo":
                one.undo()
            elif kind == "redo":
                one.redo()
            else:
                one.commit(deed(one.state(card), kind, number, minutes(number)), RULES)
        one.add_run(DemoRun("d", {"x": 1}, 0, "cpu", {}, {"m": 0.5}, {}, 1.5, NOW))
        one.add_interview(NOW, {"score": 0.25})
        one.set_meta("theme", "light")
        one.adopt("a", "z")
        data = json.loads(json.dumps(export_data(one)))
        assert import_data(two, data) == len(data["tables"]["action"])
        assert export_data(two) == data
        assert two.states() == one.states()
        assert two.reviews() == one.reviews() and two.runs() == one.runs()
        assert (two.next_undo(), two.next_redo()) == (one.next_undo(), one.next_redo())
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
        {**good, "tables": {**tables, "meta": [{"key": "k", "value": [1]}]}},
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
