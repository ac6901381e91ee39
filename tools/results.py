"""The page of what demos came to, demos/RESULTS.md, from the records in demos/evidence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from quizapp.demo.catalogue import read_catalogue
from quizapp.demo.evidence import Distribution, Evidence, read_evidence
from quizapp.demo.spec import DemoSpec
from quizapp.plot.format import format_value

ROOT = Path(__file__).parent.parent
HEAD = """\
# Results

What the claims and measures of each demo came to, at its defaults and at the settings of the cards,
over seeds and kinds of arithmetic: the records in `evidence/`, which `quizapp verify --record`
writes, made into tables by `make generated`. Measures are the median over all runs and,
where runs differ, the lowest and the highest. A claim counts the runs that tested it: one that
needs CUDA is not tested elsewhere. Seconds are of a machine that also did other work.
"""


def page() -> str:
    """Return the Markdown page of all records."""
    specs = read_catalogue([ROOT / "demos"]).demos.values()
    records = [(spec, record) for spec in specs if (record := read_evidence(spec))]
    return "\n".join([HEAD, *_overview(records), *(line for r in records for line in _demo(*r))])


def _overview(records: list[tuple[DemoSpec, Evidence]]) -> Iterator[str]:
    machines = sorted({runs.machine for _, record in records for runs in record.runs})
    versions = sorted(
        {
            f"{n} {v}"
            for _, record in records
            for runs in record.runs
            for n, v in runs.versions.items()
        }
    )
    yield f"{len(records)} demos. Machines: {'; '.join(machines)}."
    yield f"Versions: {', '.join(versions)}.\n"
    yield "| demo | runs at the defaults | settings | claims that held in every run | seconds |"
    yield "|---|---|---|---|---|"
    for spec, record in records:
        here = record.at(spec, spec.defaults)
        if here is None:
            continue
        counted = [counted for claim in spec.claims if (counted := here.claim(claim))]
        held = sum(claim.held == claim.tested for claim in counted)
        seconds = median(s for runs in here.runs for s in runs.seconds)
        settings = len([*record.distributions()])
        claims = f"{held} of {len(counted)}"
        yield f"| {spec.id} | {here.count} | {settings} | {claims} | {seconds:.1f} |"
    yield ""


def _demo(spec: DemoSpec, record: Evidence) -> Iterator[str]:
    yield f"## {spec.id}\n"
    for here in record.distributions():
        with_ = here.runs[0].with_
        named = ", ".join(f"{name} {format_value(value)}" for name, value in with_.items())
        yield f"{here.count} runs at {named or 'the defaults'}.\n"
        yield "| measure or claim | median, or runs in which it held | lowest to highest |"
        yield "|---|---|---|"
        yield from _measures(spec, here)
        for claim in spec.claims:
            if counted := here.claim(claim):
                yield f"| {claim} | {counted.held} of {counted.tested} | |"
        yield ""


def _measures(spec: DemoSpec, here: Distribution) -> Iterator[str]:
    for measure in spec.measures:
        spread = here.measure(measure)
        if spread is None:
            continue
        if isinstance(spread.median, str):
            others = sorted({str(draw.value) for draw in here.draws(measure)} - {spread.median})
            yield f"| {measure} | {spread.median} | {', '.join(others)} |"
        else:
            same = spread.low == spread.high
            span = "" if same else f"{format_value(spread.low)} to {format_value(spread.high)}"
            yield f"| {measure} | {format_value(spread.median)} | {span} |"
