"""Runs side by side: what differs between them, what they are called, how long they take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from quizapp.demo.events import Table
from quizapp.demo.spec import DemoSpec
from quizapp.plot.format import format_setting, format_value
from quizapp.study.record import RunRecord

MISSING = "–"
"""Shown where a run has no value."""


def run_label(spec: DemoSpec, record: RunRecord) -> str:
    """Return what distinguishes the run: the settings that are not the defaults."""
    changed = [
        f"{name} {format_setting(value)}"
        for name, value in record.settings.items()
        if spec.defaults.get(name) != value
    ]
    return ", ".join(changed) or "defaults"


def differences(records: Sequence[RunRecord], names: Sequence[str]) -> Table:
    """Return only what differs: one row per setting, measure, claim or version, a column per run.

    `names` are the column titles, one per record. Wall time always differs and is always shown.
    """
    rows = []
    for title, part in (
        ("", [{n: format_setting(v) for n, v in r.settings.items()} for r in records]),
        ("device", [{"device": r.device_name or r.device} for r in records]),
        ("version of", [r.versions for r in records]),
        ("", [r.measures for r in records]),
        ("claim", [r.claims for r in records]),
    ):
        rows += _different_rows(title, part)
    rows.append(("seconds", *(f"{record.wall_s:.1f}" for record in records)))
    return Table("What differs", ("", *names), tuple(rows))


def typical_seconds(spec: DemoSpec, records: Sequence[RunRecord]) -> float:
    """Return the median time of earlier runs at the defaults, or the demo's budget without any."""
    same = [r.wall_s for r in records if r.demo == spec.id and dict(r.settings) == spec.defaults]
    return median(same) if same else spec.budget_s


def _different_rows(title: str, parts: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    rows = []
    for name in dict.fromkeys(name for part in parts for name in part):
        values = [format_value(part[name]) if name in part else MISSING for part in parts]
        if len(set(values)) > 1:
            label = name if title in ("", name) else f"{title} {name}"
            rows.append((label, *values))
    return rows
