"""A finished run as files: its plots and data, and the experiment as script and notebook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from quizapp.demo.chart import Chart
from quizapp.demo.spec import DemoSpec
from quizapp.exchange.figure import save_figures, stem, writing
from quizapp.exchange.standalone import copy_model, notebook, script
from quizapp.study.record import RunRecord


def take_home(
    folder: Path, spec: DemoSpec, record: RunRecord, charts: Sequence[Chart], shows: str = ""
) -> Iterator[Path]:
    """Write everything of a run into `folder`; yield each file, last the folder of the model.

    `shows` says what recorded runs have shown.

    Raises:
        EnvironmentProblem: the folder cannot be written.
    """
    yield from save_figures(folder, record, charts)
    with writing(folder):
        for suffix, make in ((".py", script), (".ipynb", notebook)):
            file = folder / f"{stem(record)}{suffix}"
            file.write_text(make(spec, record.settings, shows), encoding="utf-8")
            yield file
        if model := copy_model(spec, folder):
            yield model
