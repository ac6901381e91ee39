"""Write demos/RESULTS.md from reports of `quizapp verify --json`.

Each file is the report of some demos with some seeds; together they are one table per device. Runs
at other settings than the defaults, made for cards, are left out.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from quizapp.demo.catalogue import read_catalogue

ROOT = Path(__file__).parent.parent
HEAD = """\
# Results

What the claims and measures of every demo came to at its defaults, over the seeds named: the output
of `quizapp verify --seeds 20 --json`, made into tables by `python -m tools.results`. A claim
that needs CUDA is not tested elsewhere. Seconds are of one thread on a machine that also ran other
work: an upper bound. Measures are the median over the seeds and, where they differ, their range.
"""


def page(reports: Iterable[Mapping[str, Any]]) -> str:
    """Return the Markdown page of all reports."""
    defaults = {d.id: d.defaults for d in read_catalogue([ROOT / "demos"]).demos.values()}
    machines: defaultdict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for report in reports:
        versions = ", ".join(f"{n} {v}" for n, v in sorted(report["versions"].items()))
        for run in report["runs"]:
            wanted = {**defaults.get(run["demo"], {}), "seed": run["seed"]}
            if all(wanted.get(name) == value for name, value in run["params"].items()):
                machines[report["device"]][run["demo"]].append({**run, "versions": versions})
    return HEAD + "".join(_machine(name, runs) for name, runs in sorted(machines.items()))


def _machine(device: str, demos: Mapping[str, list[Any]]) -> str:
    versions = sorted(
        {v for runs in demos.values() for run in runs for v in run["versions"].split(", ")}
    )
    lines = [f"\n## {device}\n", ", ".join(versions) + "\n"]
    lines += [
        "| demo | seeds | claims that held in every run | seconds | first point, s |",
        "|---|---|---|---|---|",
    ]
    lines += [_row(name, runs) for name, runs in sorted(demos.items())]
    lines += [
        "",
        "### Measures",
        "",
        "| demo | measure | median | lowest to highest |",
        "|---|---|---|---|",
    ]
    for name, runs in sorted(demos.items()):
        lines += _measures(name, runs)
    return "\n".join(lines) + "\n"


def _row(name: str, runs: list[Any]) -> str:
    states = {c: {run["claims"][c]["state"] for run in runs} for c in runs[0]["claims"]}
    held = sum(found == {"holds"} for found in states.values())
    rest = [f"{c}: {', '.join(sorted(found))}" for c, found in states.items() if found != {"holds"}]
    claims = f"{held} of {len(states)}" + (f" ({'; '.join(rest)})" if rest else "")
    seconds = median(run["wall_s"] for run in runs)
    first = median(run["first_point_s"] or 0 for run in runs)
    seeds = len({run["seed"] for run in runs})
    return f"| {name} | {seeds} | {claims} | {seconds:.1f} | {first:.2f} |"


def _measures(name: str, runs: list[Any]) -> Iterator[str]:
    for measure in runs[0]["measures"]:
        values = [run["measures"][measure] for run in runs if measure in run["measures"]]
        numbers = [v for v in values if isinstance(v, int | float)]
        if len(numbers) < len(values):
            words = sorted({str(v) for v in values}, key=[str(v) for v in values].count)
            yield f"| {name} | {measure} | {words[-1]} | {', '.join(words[:-1])} |"
        else:
            low, high = min(numbers), max(numbers)
            span = "" if low == high else f"{low:.4g} to {high:.4g}"
            yield f"| {name} | {measure} | {median(numbers):.4g} | {span} |"


if __name__ == "__main__":
    read = [json.loads(Path(file).read_text(encoding="utf-8")) for file in sys.argv[1:]]
    (ROOT / "demos" / "RESULTS.md").write_text(page(read), encoding="utf-8")
