"""`quizapp demo` with names, models and files that are not as they should be."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from quizapp.cli import main


def run(*arguments: str | Path) -> Result:
    """Run `quizapp demo` in this process; an exception that is no user's error fails the test."""
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


@pytest.mark.parametrize("model", ["", " "])
def test_an_empty_model_is_a_bad_setting(model: str) -> None:
    result = run("demo", "run", "lora_finetune", "--model", model)
    assert result.exit_code == 2
    assert result.stderr == run("demo", "run", "lora_finetune", "--set", f"model={model}").stderr
    assert "Bad setting: model must be tinyworld, a folder, or a Hub id" in result.stderr
