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
    """Seconds after which the run stops itself; None: six times its budget, at least 60."""
    online: bool = False
    """Whether the run may download the model that the user named."""

    @property
    def limit_s(self) -> float:
        """The deadline in force: a budget is for two quiet cores, and a hung demo must end."""
        return self.deadline_s or max(60.0, 6 * self.spec.budget_s)

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
