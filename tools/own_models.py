"""Run every demo that takes a model on a small model of every architecture; print what differs.

PYTHONPATH=.:demos python tools/own_models.py [ARCHITECTURE]...
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from quizapp.demo.model_errors import model_problem
from tests.demos.running import run_demo
from tests.demos.small_models import ARCHITECTURES, SMALL, UNIVERSAL, build


def outcome(demo: str, folder: str) -> str:
    """Return what a demo comes to on a model: ok, the claims that fail, or why it ended."""
    try:
        found = run_demo(demo, model=folder, **SMALL[demo])
    except Exception as error:
        sentence = model_problem(error, folder, online=False)
        return sentence or f"CRASH {type(error).__name__}: {error}"
    failed = [claim for claim, state in found.claims.items() if state == "fails"]
    wrong = [claim for claim in failed if claim in UNIVERSAL]
    return f"WRONG {wrong}" if wrong else f"fails here: {failed}" if failed else "ok"


def main() -> None:
    """Print a line per pair."""
    for architecture in sys.argv[1:] or ARCHITECTURES:
        with tempfile.TemporaryDirectory() as folder:
            build(architecture, Path(folder))
            for demo in SMALL:
                print(f"{architecture:10} {demo:22} {outcome(demo, folder)}", flush=True)


if __name__ == "__main__":
    main()
