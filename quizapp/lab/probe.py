"""What this machine offers to demos, asked in a process of its own: torch stays out of this one."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass

from quizapp.lab.process import python

_PROGRAM = """
import json, sys
import torch
from quizapp.demo import device
torch.set_num_threads(int(sys.argv[1]))
chosen = device.choose()
print(json.dumps({"device": chosen, "name": device.describe(chosen)}))
"""
PATIENCE_S = 120.0
"""Importing torch from a cold disk takes this long at most."""


@dataclass(frozen=True)
class Machine:
    """The device a demo would get; `problem` says why there is none."""

    device: str = ""
    name: str = ""
    problem: str = ""


def probe(threads: int) -> Machine:
    """Ask torch for the device of demos, which compute with so many threads."""
    command = python("-c", _PROGRAM, str(threads))
    try:
        asked = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        return Machine(problem=f"torch was not loaded after {PATIENCE_S:.0f} s")
    if asked.returncode:
        last = asked.stderr.strip().splitlines()
        return Machine(problem=last[-1] if last else "the demo process died")
    return Machine(**json.loads(asked.stdout.strip().splitlines()[-1]))
