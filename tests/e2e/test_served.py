"""The app outside a plain terminal: in a browser, suspended, on a terminal without a screen."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal, without

pytestmark = pytest.mark.slow
QUIZAPP = [sys.executable, "-m", "quizapp"]


def test_a_browser_is_let_in_over_pipes(home: Path) -> None:
    env = {
        **os.environ,
        "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver",
        "COLUMNS": "80",
        "ROWS": "24",
    }
    pipe = subprocess.PIPE
    with subprocess.Popen(QUIZAPP, env=env, stdin=pipe, stdout=pipe, stderr=pipe) as served:
        assert served.stdin is not None and served.stdout is not None
        assert served.stdout.readline() == b"__GANGLION__\n"
        seen = b""
        while b"study" not in seen:
            head = served.stdout.read(5)
            assert len(head) == 5, f"it ended: {seen!r}"
            seen += served.stdout.read(struct.unpack(">I", head[1:])[0])
        quit_it = json.dumps({"type": "quit"}).encode()
        served.stdin.write(b"M" + struct.pack(">I", len(quit_it)) + quit_it)
        served.stdin.flush()
        served.communicate(timeout=30)
        assert served.returncode == 0


def test_a_terminal_without_a_screen_gets_a_sentence(home: Path) -> None:
    with Terminal(["env", "TERM=dumb", *QUIZAPP], dict(os.environ)) as terminal:
        terminal.wait_for("TERM is dumb", "xterm-256color")
        assert "? help" not in terminal.text


def test_ctrl_z_suspends_and_fg_resumes(home: Path) -> None:
    with Terminal(["bash", "--norc", "--noprofile", "-i"], dict(os.environ)) as terminal:
        terminal.press(" ".join(QUIZAPP), "enter")
        terminal.wait_for("? help")
        terminal.press("\x1a")
        terminal.wait_for("Stopped")
        terminal.press("clear", "enter")
        terminal.wait_for(without("? help"))
        terminal.press("fg", "enter")
        terminal.wait_for("? help")
