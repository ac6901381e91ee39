"""A demo to link to, declared and never run; folders for decks and their compiled copy."""

from pathlib import Path

import pytest

from quizapp.demo.params import Choice, Int
from quizapp.demo.spec import DemoSpec


@pytest.fixture
def demos() -> dict[str, DemoSpec]:
    """One demo called toy; the number of its weights is a formula."""
    toy = DemoSpec(
        id="toy",
        path=Path("toy.py"),
        title="Toy",
        page="",
        topic="toy",
        params={"rank": Int(8, 1, 64), "mode": Choice("a", "b")},
        claims={"learns": "It learns"},
        measures={"loss": "Loss at the end", "weights": "Weights that the rank asks for"},
        formulas=("weights",),
        predict=None,
        budget_s=1,
        needs_cuda=False,
    )
    return {"toy": toy}


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A folder for decks, empty."""
    folder = tmp_path / "content"
    folder.mkdir()
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A place for the compiled copy; nothing is there."""
    return tmp_path / "cache"
