"""What is kept of a run: enough to run it again, compare it and draw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quizapp.demo.chart import Chart


@dataclass(frozen=True)
class RunRecord:
    """A finished run; the database keeps all of it but the device's name and the charts."""

    demo: str
    settings: Mapping[str, Any]
    seed: int
    """The setting `seed`; 0 for a demo without chance."""
    device: str
    versions: Mapping[str, str]
    measures: Mapping[str, float | str]
    claims: Mapping[str, str]
    """State by claim id: holds, fails or not tested."""
    wall_s: float
    at: datetime
    """When it ended, UTC."""
    prediction: float | str | None = None
    """What was predicted; text once it was kept."""
    right: bool | None = None
    """Whether the prediction came true; None without one."""
    card: str | None = None
    """Id of the card it was run from."""
    device_name: str = ""
    charts: tuple[Chart, ...] = ()
