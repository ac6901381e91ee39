"""What to run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quizapp.demo.spec import DemoSpec


@dataclass(frozen=True)
class RunRequest:
    """A demo at checked settings on a device, within a time."""

    spec: DemoSpec
    params: Mapping[str, Any]
    device: str = "auto"
    deadline_s: float | None = None
    """Seconds after which the run stops itself; None: as long as `limit_s` says."""
    online: bool = False
    """Whether the run may download the model that the user named."""

    @property
    def limit_s(self) -> float:
        """The deadline in force: six times the budget, at least 60 s; a hung demo must end.

        Budgets are measured on the bundled model. A run over another has no deadline: its size is
        the learner's choice, who sees the time left and can cancel. An exercise, which takes a
        second, ends at ten times its budget: a loop without end is a common mistake there, and a
        machine four times slower still has room.
        """
        if self.deadline_s is not None:
            return self.deadline_s
        if self.spec.code:
            return max(10.0, 10 * self.spec.budget_s)
        return max(60.0, 6 * self.spec.budget_s) if self.spec.bundled(self.params) else math.inf

    def as_json(self, threads: int) -> dict[str, Any]:
        """Return the request as the demo process reads it."""
        return {
            "demo": str(self.spec.path),
            "params": dict(self.params),
            "device": self.device,
            "threads": threads,
            "deadline_s": self.limit_s if math.isfinite(self.limit_s) else None,
            "online": self.online,
        }
