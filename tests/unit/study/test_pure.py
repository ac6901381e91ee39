"""Studying is cheap to import and reaches for nothing outside itself."""

from __future__ import annotations

import subprocess
import sys


def test_importing_study_and_store_loads_no_heavy_library() -> None:
    code = (
        "import sys, quizapp.store, quizapp.store.doctor, quizapp.store.backup, "
        "quizapp.study.session, quizapp.study.search, quizapp.study.readiness, "
        "quizapp.study.scoring; "
        "print(sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.strip("[]\n").replace("'", "").split(", "))
    assert "quizapp" in loaded
    assert not loaded & {"fsrs", "numpy", "torch", "pydantic", "yaml", "textual", "rich"}
