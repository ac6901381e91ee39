"""What holds for every test: nothing of the user's own is read or written."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home for the app's data; the developer's own stays out of the tests."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("QUIZAPP_HOME", str(folder))
    for name in ("QUIZAPP_CONTENT", "QUIZAPP_DEMOS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return folder
