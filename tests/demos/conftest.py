"""Torch in tests of demos is set up as in a demo process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def as_in_a_demo_process() -> Iterator[None]:
    """One thread, and denormal numbers flushed; undone, since that is a state of the whole thread.

    Tests that run later in this process would otherwise compute with flushed numbers too.
    """
    import torch

    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    yield
    torch.set_flush_denormal(False)
