"""What the runs of a demo came to, over seeds and machines: the record beside its file.

A record keeps every draw, not only its summary, so that recording can go on where it stopped and a
statement that fails can name the run in which it did.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple, TypeAlias

from quizapp.demo.spec import DemoSpec

Value: TypeAlias = str | int | float | bool

SEED = "seed"
"""The setting that a record varies and its settings therefore leave out."""

FOLDER = "evidence"
"""Folder of the records, beside the demos."""

ENOUGH = 20
"""Fewer runs do not show how far a measure may go."""

_DIGITS = 6
"""Significant digits of a recorded number: more than a statement or a screen asks for."""

_LETTERS = {"holds": "h", "fails": "f", "not tested": "n"}
_STATES = {letter: state for state, letter in _LETTERS.items()}


class Draw(NamedTuple):
    """One recorded value, and the run it is from."""

    value: Value
    seed: int
    machine: str


class Spread(NamedTuple):
    """A measure over all recorded runs at some settings.

    Of a text the median is the most frequent one, and low and high are empty unless all agree.
    """

    median: Value
    low: Value
    high: Value
    runs: int


class Counted(NamedTuple):
    """In how many of the runs that tested it a claim held."""

    held: int
    tested: int


@dataclass(frozen=True)
class Runs:
    """The runs at some settings on one machine: every list has one item per seed."""

    with_: Mapping[str, Value]
    """Settings that differ from the demo's defaults, without the seed."""
    machine: str
    """Device, arithmetic and threads: "cpu AVX2, 1 thread"."""
    versions: Mapping[str, str] = field(default_factory=dict)
    seeds: tuple[int, ...] = ()
    seconds: tuple[float, ...] = ()
    measures: Mapping[str, tuple[Value | None, ...]] = field(default_factory=dict)
    """None where a run did not report the measure."""
    claims: Mapping[str, str] = field(default_factory=dict)
    """A letter per run: h holds, f fails, n not tested."""

    def add(
        self,
        seed: int,
        seconds: float,
        measures: Mapping[str, Value],
        claims: Mapping[str, str],
        versions: Mapping[str, str],
    ) -> Runs:
        """Return these runs and one more, which replaces one of the same seed; seeds ascend.

        `claims` gives the state of each claim in words.
        """
        if seed in self.seeds:
            others = [index for index, other in enumerate(self.seeds) if other != seed]
            return self._chosen(others).add(seed, seconds, measures, claims, versions)
        count = len(self.seeds)
        names = {**dict.fromkeys(self.measures), **dict.fromkeys(measures)}
        more = replace(
            self,
            versions=dict(versions),
            seeds=(*self.seeds, seed),
            seconds=(*self.seconds, round(seconds, 1)),
            measures={
                name: (*self.measures.get(name, (None,) * count), _rounded(measures.get(name)))
                for name in names
            },
            claims={
                name: self.claims.get(name, "n" * count) + _LETTERS[claims.get(name, "not tested")]
                for name in {**dict.fromkeys(self.claims), **dict.fromkeys(claims)}
            },
        )
        return more._chosen(sorted(range(count + 1), key=more.seeds.__getitem__))

    def _chosen(self, order: Sequence[int]) -> Runs:
        return replace(
            self,
            seeds=tuple(self.seeds[i] for i in order),
            seconds=tuple(self.seconds[i] for i in order),
            measures={name: tuple(v[i] for i in order) for name, v in self.measures.items()},
            claims={name: "".join(v[i] for i in order) for name, v in self.claims.items()},
        )

    def as_json(self) -> dict[str, Any]:
        """Return the runs as the record writes them."""
        return {
            "with": dict(self.with_),
            "machine": self.machine,
            "versions": dict(self.versions),
            "seeds": list(self.seeds),
            "seconds": list(self.seconds),
            "measures": {name: list(values) for name, values in self.measures.items()},
            "claims": dict(self.claims),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Runs:
        """Return the runs that `as_json` wrote."""
        return cls(
            with_=data["with"],
            machine=data["machine"],
            versions=data["versions"],
            seeds=tuple(data["seeds"]),
            seconds=tuple(data["seconds"]),
            measures={name: tuple(values) for name, values in data["measures"].items()},
            claims=data["claims"],
        )


@dataclass(frozen=True)
class Distribution:
    """All recorded runs of a demo at the same settings."""

    runs: tuple[Runs, ...]

    @property
    def count(self) -> int:
        """How many runs there are."""
        return sum(len(runs.seeds) for runs in self.runs)

    def draws(self, measure: str) -> list[Draw]:
        """Return what each run found of a measure; runs that did not report it are left out."""
        return [
            Draw(value, seed, runs.machine)
            for runs in self.runs
            for seed, value in zip(runs.seeds, runs.measures.get(measure, ()), strict=False)
            if value is not None
        ]

    def measure(self, name: str) -> Spread | None:
        """Return the spread of a measure; None if no run reported it."""
        values = [draw.value for draw in self.draws(name)]
        if not values:
            return None
        if all(isinstance(value, int | float) for value in values):
            numbers = [float(value) for value in values]
            if all(isinstance(value, int) for value in values) and len({*values}) == 1:
                return Spread(values[0], values[0], values[0], len(values))
            return Spread(median(numbers), min(numbers), max(numbers), len(values))
        most = Counter(map(str, values)).most_common(1)[0][0]
        end = most if len({*map(str, values)}) == 1 else ""
        return Spread(most, end, end, len(values))

    def states(self, claim: str) -> Iterator[Draw]:
        """Yield the state of a claim in each run."""
        for runs in self.runs:
            for seed, letter in zip(runs.seeds, runs.claims.get(claim, ""), strict=False):
                yield Draw(_STATES[letter], seed, runs.machine)

    def claim(self, name: str) -> Counted | None:
        """Return how often a claim held; None if no run tested it."""
        tested = [draw.value == "holds" for draw in self.states(name) if draw.value in _TESTED]
        return Counted(sum(tested), len(tested)) if tested else None


_TESTED = ("holds", "fails")


@dataclass(frozen=True)
class Evidence:
    """The record of one demo."""

    demo: str
    source: str
    """Fingerprint of what was run."""
    runs: tuple[Runs, ...] = ()

    def at(self, spec: DemoSpec, settings: Mapping[str, Any]) -> Distribution | None:
        """Return the runs at these settings, whatever the seed; None if there are none."""
        wanted = key(spec, settings)
        found = tuple(runs for runs in self.runs if runs.with_ == wanted and runs.seeds)
        return Distribution(found) if found else None

    def distributions(self) -> Iterator[Distribution]:
        """Yield the runs at each of the recorded settings."""
        groups: dict[str, list[Runs]] = {}
        for runs in self.runs:
            groups.setdefault(json.dumps(runs.with_, sort_keys=True), []).append(runs)
        yield from (Distribution(tuple(group)) for group in groups.values())

    def with_runs(self, runs: Runs) -> Evidence:
        """Return the record with the runs of those settings and that machine replaced."""
        others = [
            old for old in self.runs if (old.with_, old.machine) != (runs.with_, runs.machine)
        ]
        ordered = sorted(
            (*others, runs), key=lambda r: (json.dumps(r.with_, sort_keys=True), r.machine)
        )
        return replace(self, runs=tuple(ordered))

    def recorded(self, settings: Mapping[str, Value], machine: str) -> Runs:
        """Return the runs at some settings (see `key`) on one machine; none is fine."""
        same = (r for r in self.runs if r.with_ == settings and r.machine == machine)
        return next(same, Runs(settings, machine))


def key(spec: DemoSpec, settings: Mapping[str, Any]) -> dict[str, Value]:
    """Return by what settings a record knows runs: those that differ from the defaults."""
    defaults = spec.defaults
    return {
        name: value
        for name, value in sorted(settings.items())
        if name != SEED and defaults.get(name) != value
    }


def place(spec: DemoSpec) -> Path:
    """Return the file of a demo's record."""
    return spec.path.parent / FOLDER / f"{spec.id}.json"


def read_evidence(spec: DemoSpec) -> Evidence | None:
    """Return the record of a demo; None if there is none, or none that can be read."""
    try:
        data = json.loads(place(spec).read_text(encoding="utf-8"))
        runs = tuple(map(Runs.from_json, data["runs"]))
        return Evidence(data["demo"], data["source"], runs)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_evidence(spec: DemoSpec, evidence: Evidence) -> None:
    """Write a record, one line per settings and machine; a kill leaves the old or the new one.

    Raises:
        OSError: the folder cannot be written.
    """
    target = place(spec)
    target.parent.mkdir(exist_ok=True)
    lines = ",\n".join(
        json.dumps(runs.as_json(), ensure_ascii=False, separators=(",", ":"))
        for runs in evidence.runs
    )
    head = json.dumps({"version": 1, "demo": evidence.demo, "source": evidence.source})
    unfinished = target.with_suffix(".new")
    unfinished.write_text(f'{head[:-1]}, "runs": [\n{lines}\n]}}\n', encoding="utf-8")
    unfinished.replace(target)


def _rounded(value: Value | None) -> Value | None:
    """Return a value as the record keeps it; what is not finite is kept as a text."""
    if not isinstance(value, float):
        return value
    text = f"{value:.{_DIGITS}g}"
    return float(text) if text not in ("nan", "inf", "-inf") else text
