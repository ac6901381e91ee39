"""The keys of the demo panel that work now, for its bottom line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quizapp.tui.widgets.chart_area import ChartArea
from quizapp.tui.widgets.key_line import Hint

if TYPE_CHECKING:
    from quizapp.tui.widgets.demo_panel import DemoPanel


def hints(panel: DemoPanel) -> tuple[Hint, ...]:
    """Return the actions that can be done, the most wanted first."""
    if panel.reading:
        return (("tab", "next tab"), ("leave", "back"))
    plots: tuple[Hint, ...] = (("zoom", "zoom"),) if panel.state.charts else ()
    if panel.query_one(ChartArea).one_at_a_time:
        plots = (*plots, ("next_chart", "chart"))
    if panel.running:
        return (("cancel", "cancel"), *plots)
    found: list[Hint] = [("run_demo", "run" if panel.live is None else "again")]
    if panel.asks and panel.prediction is not None and panel.prediction.display:
        found.append(("skip", "skip"))
    if panel.phase == "setup":
        found.append(("reset", "reset"))
    else:
        found += [("settings", "settings"), *plots]
        if len(panel.records) > 1:
            found.append(("overlay", "overlay"))
    found += [("tab", "more"), ("code", "code"), ("leave", "close")]
    if panel.state.status == "done":
        found += [("copy", "copy"), *([("save", "save")] if panel.saves else [])]
    return tuple(found)
