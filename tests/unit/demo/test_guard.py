"""Limits on a run of the learner's code, in a process of their own."""

from __future__ import annotations

import subprocess
import sys

import pytest

CODE = """
import resource
from quizapp.demo import guard

allowed = {allowed}
resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))
guard.limit(60, print, memory=True)
print(*resource.getrlimit(resource.RLIMIT_AS))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory is not limited")
def test_a_machine_that_allows_less_memory_keeps_its_own_limit() -> None:
    allowed = 2 * 2**30
    code = CODE.format(allowed=allowed)
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == (f"{allowed} {allowed}\n", "")
