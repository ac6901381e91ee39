"""The commands in README.md work as they are printed there, one after the other, in a new home."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from quizapp.cli import main

ROOT = Path(__file__).parent.parent
BLOCKS = re.findall(r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text("utf-8"), re.M | re.S)
LINES = [line for block in BLOCKS for line in block.splitlines()]
COMMANDS = [line for line in LINES if line.startswith("quizapp ")]
TARGETS = [line for line in LINES if line.startswith("make ")]

# These open the app, or need 400 reviews or a model that is not here.
NOT_RUN = [line for line in COMMANDS if re.search(" (study|interview|optimize|--model) ", line)]
COMPUTES = [line for line in COMMANDS if " demo run " in line and line not in NOT_RUN]
QUICK = [line for line in COMMANDS if line not in (*NOT_RUN, *COMPUTES)]

QUESTIONS = """\
id,kind,question,answer,difficulty,tags,key_points
my-first,open,What is a question?,This is an answer.,junior,mine,a point that must be made
"""


class Shell:
    """A user's shell in an empty home, with the command on its path."""

    def __init__(self, home: Path) -> None:
        own = {name: value for name, value in os.environ.items() if "QUIZAPP" not in name}
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        self.home = home
        self.env = own | {"HOME": str(home), "PATH": path, "PYTHONPATH": str(ROOT)}

    def run(self, line: str) -> subprocess.CompletedProcess[str]:
        """Run a line as it is printed."""
        return subprocess.run(
            ["sh", "-c", line],
            cwd=self.home,
            env=self.env,
            stdin=subprocess.DEVNULL,
            text=True,
            capture_output=True,
            timeout=180,
            check=False,
        )


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A shell whose home holds the file of questions that is imported."""
    home = tmp_path_factory.mktemp("newcomer")
    (home / "questions.csv").write_text(QUESTIONS, encoding="utf-8")
    return Shell(home)


@pytest.fixture(scope="module")
def ended(shell: Shell) -> Mapping[str, subprocess.CompletedProcess[str]]:
    """How each command that computes nothing ended, all of them run in the order of the page."""
    return {line: shell.run(line) for line in QUICK}


def test_the_page_shows_commands_of_each_sort() -> None:
    assert NOT_RUN
    assert QUICK
    assert COMPUTES
    assert TARGETS


@pytest.mark.parametrize("line", NOT_RUN)
def test_a_printed_command_has_the_words_and_options_that_there_are(line: str) -> None:
    _, *words = shlex.split(line, comments=True)
    taken = CliRunner().invoke(main, [*words, "--help"])
    assert taken.exit_code == 0, taken.output


@pytest.mark.parametrize("line", QUICK)
def test_a_printed_command_works(
    line: str, ended: Mapping[str, subprocess.CompletedProcess[str]]
) -> None:
    # The new card is still to be filled in, which `quizapp check` reports.
    wanted = 1 if line.startswith("quizapp check") else 0
    assert ended[line].returncode == wanted, ended[line].stdout + ended[line].stderr


@pytest.mark.parametrize("line", TARGETS)
def test_a_printed_target_of_make_exists(line: str) -> None:
    _, target = shlex.split(line, comments=True)
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.M)


@pytest.mark.torch
@pytest.mark.slow
@pytest.mark.parametrize("line", COMPUTES)
@pytest.mark.usefixtures("ended")  # one of them makes the demo that is run here
def test_a_printed_run_of_a_demo_ends(line: str, shell: Shell) -> None:
    ran = shell.run(line)
    assert ran.returncode == 0, ran.stdout + ran.stderr
