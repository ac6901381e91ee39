"""What an exported script has in place of the app: it prints and draws what its run reports.

The text of this module goes into every such script, behind that of the demo's own `Run`.
"""

from __future__ import annotations

import os
from typing import Any

from quizapp.demo import events


class Report:
    """Prints each event of a run and keeps it."""

    def __init__(self) -> None:
        self.events: list[events.Event] = []

    def __call__(self, event: events.Event) -> None:
        self.events.append(event)
        match event:
            case events.Measure():
                print(f"{event.text}: {event.value}")
            case events.Claim():
                print(f"{event.text}: {event.state} ({event.evidence})")
            case events.Table():
                print(event.title, event.columns, *event.rows, sep="\n  ")
            case events.Sample():
                print(f"{event.title}: {event.text}")
            case events.Note():
                print(event.text)
            case events.Bars():
                print(event.name, dict(zip(event.labels, event.values, strict=True)))
            case events.Histogram():
                print(event.name, *zip(event.edges, event.counts, strict=False), sep="\n  ")
            case events.Heatmap():
                print(event.name, event.columns, *event.values, sep="\n  ")
            case events.Reference():
                print(f"{event.name}: {event.value}")

    def plot(self) -> None:
        """Draw every chart, if matplotlib is there."""
        try:
            import matplotlib.pyplot as plt  # type: ignore[import-not-found]  # not a dependency
        except ImportError:
            return
        charts: dict[str, Any] = {}
        lines: dict[tuple[str, str], tuple[list[float], list[float]]] = {}
        for event in self.events:
            if not hasattr(event, "chart"):
                continue
            if event.chart not in charts:
                charts[event.chart] = plt.figure().subplots()
            axes = charts[event.chart]
            match event:
                case events.Points():
                    xs, ys = lines.setdefault((event.chart, event.name), ([], []))
                    xs += event.x
                    ys += event.y
                case events.Scatter():
                    axes.scatter(event.x, event.y, label=event.name)
                case events.Bars():
                    axes.bar(event.labels, event.values, label=event.name)
                case events.Histogram():
                    axes.stairs(event.counts, event.edges, label=event.name)
                case events.Heatmap():
                    axes.imshow(event.values, aspect="auto")
                    axes.set_xticks(range(len(event.columns)), event.columns)
                    axes.set_yticks(range(len(event.rows)), event.rows)
                case events.Reference():
                    line = axes.axvline if event.axis == "x" else axes.axhline
                    line(event.value, linestyle="--", color="grey", label=event.name)
                case events.Axes():
                    axes.set(title=event.title, xlabel=event.x, ylabel=event.y)
                    axes.set(xscale="log" if event.log_x else "linear")
                    axes.set(yscale="log" if event.log_y else "linear")
        for (chart, name), (xs, ys) in lines.items():
            charts[chart].plot(xs, ys, label=name)
        for axes in charts.values():
            axes.legend()
        plt.show()


def device() -> str:
    """Set torch up as quizapp does, and return the best device there is."""
    import torch

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    torch.set_num_threads(max(1, (cores or 1) // 2))  # one per physical core
    torch.set_flush_denormal(True)
    if torch.cuda.is_available():
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        torch.use_deterministic_algorithms(True, warn_only=True)
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def Int(*_: Any, **__: Any) -> None:
    """Nothing: the script gives every parameter its value."""


Float = Choice = Flag = Model = Code = Int
