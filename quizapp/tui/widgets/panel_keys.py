"""The keys of the demo panel that work now, for its bottom line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quizapp.tui.widgets.chart_area import ChartArea
from quizapp.tui.widgets.key_line import Hint

if TYPE_CHECKING:
    from quizapp.tui.widgets.demo_panel import DemoPanel


def hints(panel: DemoPanel) -> tuple[Hint, ...]:
    """Return key, words and action of what can be done."""
    if panel.reading:
        return (("t", "next tab", "tab"), ("esc", "back", "leave"))
    several = (("v", "chart", "next_chart"),) if panel.query_one(ChartArea).one_at_a_time else ()
    zoom = (("z", "zoom", "zoom"),) if panel.state.charts else ()
    if panel.running:
        return (("x", "cancel", "cancel"), *zoom, *several)
    again = "run" if panel.live is None else "again"
    found: list[Hint] = [("d", again, "run_demo")]
    if panel.asks and panel.prediction is not None and panel.prediction.display:
        found.append(("p", "skip", "skip"))
    if panel.phase == "setup":
        found += [("r", "reset", "reset")]
    else:
        found += [("s", "settings", "settings"), *zoom, *several]
        if len(panel.records) > 1:
            found.append(("o", "overlay", "overlay"))
    return (*found, ("t", "more", "tab"), ("c", "code", "code"), ("esc", "close", "leave"))
