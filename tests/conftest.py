"""What holds for every test: nothing of the user's own is read or written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# One torch thread per test process: with more, two test processes on two cores would spin against
# each other and take many times longer.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# A slow moment of the machine is no failure. Where CI is set, Hypothesis also draws the same
# examples each time (its profile "ci").
settings.register_profile("ci", settings.get_profile("ci"), deadline=None)
settings.register_profile("default", settings.get_profile("default"), deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "default")


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home for the app's data; the developer's own stays out of the tests."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("QUIZAPP_HOME", str(folder))
    for name in ("QUIZAPP_CONTENT", "QUIZAPP_DEMOS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return folder
