"""Naming a model in a real terminal: a folder, or a Hub id served by this machine."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demos.small_models import build
from tests.e2e.conftest import Start
from tests.e2e.hub import NAME, Hub, serving
from tests.e2e.steps import open_demo, run, runs, skip_prediction
from tests.e2e.terminal import Terminal, sentence, without

pytestmark = [pytest.mark.slow, pytest.mark.torch]

MODEL_ROW = "a folder, a .gguf file"
"""The help of the row that takes a model."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small untrained Llama, as the Hub holds models."""
    return build("llama", tmp_path_factory.mktemp("llama"))


@pytest.fixture
def hub(folder: Path) -> Iterator[Hub]:
    with serving(folder) as hub:
        yield hub


def name_model(terminal: Terminal, name: str, *rows: str) -> None:
    """Go down the form by its rows to the model, and name one."""
    for row in (*rows, MODEL_ROW):
        terminal.press("down")
        terminal.wait_for(row)
    terminal.press(*name)
    terminal.wait_for(name[-12:])
    terminal.press("down")
    terminal.wait_for(without(MODEL_ROW))


def open_number(terminal: Terminal, model: str) -> None:
    """Open a demo that takes a model and loads none, and name one."""
    open_demo(terminal, "toy_number")
    skip_prediction(terminal)
    terminal.press("s")
    terminal.wait_for("›size")
    name_model(terminal, model)
    terminal.wait_for("›device", "d run")


def open_fine_tune(terminal: Terminal, model: str) -> None:
    """Open a real fine-tune of five steps, and name its model."""
    open_demo(terminal, "lora_finetune")
    skip_prediction(terminal)
    terminal.press("s")
    terminal.wait_for("›rank")
    for row in ("›alpha", "›learning_rate", "›steps"):
        terminal.press("down")
        terminal.wait_for(row)
    terminal.press("5", "enter")
    terminal.wait_for("›steps         5 ")
    name_model(terminal, model, "›targets")
    terminal.wait_for("›seed", "d run")


def last_run(home: Path) -> tuple[object, object]:
    """Return model and claims of the last run, read by another program."""
    with sqlite3.connect(f"file:{home / 'quizapp.sqlite'}?mode=ro", uri=True) as database:
        row = database.execute("SELECT params, claims FROM run ORDER BY id DESC").fetchone()
        return json.loads(row[0])["model"], json.loads(row[1])


def test_a_fine_tune_runs_on_a_model_in_a_folder_and_is_taken_home(
    toys: Start, home: Path, folder: Path
) -> None:
    with toys(columns=120, rows=40) as terminal:
        open_fine_tune(terminal, str(folder))
        run(terminal, home, "d")
        terminal.wait_for(sentence("✓ No base weight has changed holds"), "─●─")
        terminal.press("w")
        terminal.wait_for("Saved")
    model, claims = last_run(home)
    assert model == str(folder)
    assert isinstance(claims, dict)
    assert claims["learns-the-new"] == "not tested"  # it is stated for the bundled model only
    names = {file.suffix or file.name for file in (home / "figures").iterdir()}
    assert names == {".svg", ".png", ".csv", ".py", ".ipynb", "tinyworld"}


def test_a_model_of_the_hub_is_offered_with_its_size_and_no_downloads_nothing(
    toys: Start, home: Path, hub: Hub, tmp_path: Path
) -> None:
    with toys(HF_ENDPOINT=hub.url, HF_HOME=str(tmp_path / "hf")) as terminal:
        open_number(terminal, NAME)
        terminal.press("d")
        terminal.wait_for(sentence(f"{NAME} is not on this machine. Download 166 kB from the Hub?"))
        terminal.press("n")
        terminal.wait_for("d run", without("Download"))
        assert runs(home) == 0
    assert hub.asked
    assert hub.downloads == []
    assert not list((tmp_path / "hf").rglob("*.safetensors"))


def test_a_model_of_the_hub_is_downloaded_and_run_and_not_asked_for_again(
    toys: Start, home: Path, hub: Hub, tmp_path: Path
) -> None:
    online = {"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path / "hf")}
    with toys(columns=120, rows=40, **online) as terminal:
        open_fine_tune(terminal, NAME)
        terminal.press("d")
        terminal.wait_for("Download 166 kB", "Download (y)")
        run(terminal, home, "y")
        terminal.wait_for(sentence("✓ No base weight has changed holds"), "─●─")
        terminal.kill()
    assert last_run(home)[0] == NAME
    assert [path for path in hub.downloads if path.endswith("/model.safetensors")]
    before = list(hub.downloads)
    with toys(**online) as terminal:
        open_number(terminal, NAME)
        run(terminal, home, "d")
        terminal.wait_for("42  twice the size", without("Download"))
    assert hub.downloads == before


@pytest.mark.parametrize(
    ("name", "reachable", "told"),
    [
        (NAME, False, "is not on this machine, and the Hub cannot be reached. Try it later."),
        ("org/none", True, "The Hub has no model org/none. Check its name: org/name."),
    ],
    ids=["offline", "unknown"],
)
def test_a_model_that_cannot_be_had_is_told_in_a_sentence_and_nothing_runs(
    toys: Start, home: Path, hub: Hub, tmp_path: Path, name: str, reachable: bool, told: str
) -> None:
    nobody = "http://127.0.0.1:9"
    endpoint = hub.url if reachable else nobody
    with toys(HF_ENDPOINT=endpoint, HF_HOME=str(tmp_path / "hf")) as terminal:
        open_number(terminal, name)
        terminal.press("d")
        terminal.wait_for(sentence(told), "d run")
        assert runs(home) == 0
