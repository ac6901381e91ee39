"""Checking every claim and every number of the decks by running the demos behind them."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from quizapp.app.once import setup_here
from quizapp.app.proof import links
from quizapp.cards.expect import Expect
from quizapp.cards.model import Card, DemoLink, Figure
from quizapp.demo.events import Claim, Data
from quizapp.demo.request import RunRequest
from quizapp.demo.spec import DemoSpec
from quizapp.demo.state import RunState
from quizapp.lab.lab import Lab
from quizapp.plot.format import format_setting

ENOUGH_S = 600.0
"""A run is checked, not watched: it may take this long on a slow machine."""


@dataclass(frozen=True)
class Job:
    """One run to make, and what it is for."""

    spec: DemoSpec
    params: Mapping[str, Any]
    """All settings."""
    at_defaults: bool = False
    """Whether the claims must hold: elsewhere a claim that fails is a lesson."""
    cards: tuple[Card, ...] = ()
    """The cards that state something about this run."""

    @property
    def seed(self) -> int:
        """The setting `seed`; 0 for a demo that has none."""
        return int(self.params.get("seed", 0))

    @property
    def label(self) -> str:
        """The demo and the settings that are not its defaults."""
        defaults = self.spec.defaults
        changed = [
            f"{k}={format_setting(v) if k == self.spec.code else v}"
            for k, v in self.params.items()
            if defaults[k] != v
        ]
        return " ".join([self.spec.id, *changed])


@dataclass(frozen=True)
class Outcome:
    """A run that was made."""

    job: Job
    state: RunState
    wall_s: float
    first_point_s: float | None
    """Seconds until the first event that plots; None when nothing was plotted."""

    def as_json(self) -> dict[str, Any]:
        """Return the run as `verify --json` prints it."""
        error = self.state.error.text if self.state.error else ""
        claims = {}
        for name in self.job.spec.claims:
            found = self.state.claim(name) or Claim(name, "not tested", error)
            claims[name] = {"state": found.state, "evidence": found.evidence}
        return {
            "demo": self.job.spec.id,
            "params": dict(self.job.params),
            "seed": self.job.seed,
            "wall_s": round(self.wall_s, 3),
            "first_point_s": None if self.first_point_s is None else round(self.first_point_s, 3),
            "claims": claims,
            "measures": {measure.id: measure.value for measure in self.state.measures},
        }


@dataclass(frozen=True)
class CardCheck:
    """One thing a card states, beside what its run found."""

    card: str
    measure: str
    value: float | str | None
    """None: the run did not report it."""
    wanted: str
    ok: bool


@dataclass(frozen=True)
class Report:
    """All runs and all statements; `failures` says in words what is wrong."""

    runs: tuple[Outcome, ...] = ()
    cards: tuple[CardCheck, ...] = ()
    failures: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the report as `verify --json` prints it."""
        return {
            "device": next((r.state.device_name for r in self.runs if r.state.device_name), ""),
            "versions": versions_of(self.runs),
            "runs": [run.as_json() for run in self.runs],
            "cards": [asdict(check) for check in self.cards],
            "failures": len(self.failures),
        }


def versions_of(runs: Iterable[Outcome]) -> dict[str, str]:
    """Return the versions of all libraries that runs used."""
    versions: dict[str, str] = {}
    for run in runs:
        versions |= run.state.versions
    return dict(sorted(versions.items()))


def plan(
    demos: Iterable[DemoSpec], cards: Iterable[Card], known: Mapping[str, DemoSpec], seeds: int
) -> tuple[list[Job], list[str]]:
    """Return the runs to make, equal ones once, and what cannot be run, in words.

    Every demo runs at its defaults, then every card's demo and figure at the card's settings: for
    the seeds 0 to `seeds` - 1, or for the one seed that a card names.
    """
    jobs: dict[str, Job] = {}
    problems = []

    def add(job: Job) -> None:
        key = json.dumps([job.spec.id, job.params], sort_keys=True)
        old = jobs.get(key)
        jobs[key] = replace(old, cards=(*old.cards, *job.cards)) if old else job

    def add_seeds(spec: DemoSpec, with_: Mapping[str, Any], cards: tuple[Card, ...]) -> None:
        varied = "seed" in spec.params and "seed" not in with_
        for seed in range(seeds if varied else 1):
            settings = spec.settings({**with_, **({"seed": seed} if varied else {})})
            add(Job(spec, settings, at_defaults=not cards, cards=cards))

    for spec in demos:
        add_seeds(spec, {}, ())
    for card in cards:
        for link in links(card):
            try:
                add_seeds(known[link.run], link.with_, (card,))
            except KeyError:
                problems.append(f"{card.id}: there is no demo {link.run}")
            except ValueError as error:
                problems.append(f"{card.id}: {link.run}: {error}")
    return list(jobs.values()), problems


async def verify(
    jobs: Sequence[Job],
    at_a_time: int,
    device: str,
    show: Callable[[str], None],
    clock: Callable[[], float] = time.monotonic,
) -> Report:
    """Make all runs, one at a time in each of `at_a_time` warm labs, and check what they found.

    `show` gets a line on each run as it ends.
    """

    def tell(number: int, outcome: Outcome) -> None:
        wrong = "; ".join(_report([outcome]).failures) or "as stated"
        show(f"[{number}/{len(jobs)}] {outcome.job.label}: {outcome.wall_s:.1f} s, {wrong}")

    return _report(await make_runs(jobs, at_a_time, device, tell, clock))


async def make_runs(
    jobs: Sequence[Job],
    at_a_time: int,
    device: str,
    show: Callable[[int, Outcome], None] = lambda number, outcome: None,
    clock: Callable[[], float] = time.monotonic,
    limit_s: float = ENOUGH_S,
) -> list[Outcome]:
    """Make all runs, one at a time in each of `at_a_time` warm labs; return them in order.

    `show` gets each run as it ends, and how many have ended.
    """
    setup = setup_here(threads=1) if at_a_time > 1 else setup_here()
    labs = [Lab(setup) for _ in range(min(at_a_time, len(jobs)))]
    made: dict[int, Outcome] = {}
    waiting = deque(enumerate(jobs))

    async def work(lab: Lab) -> None:
        await lab.prepare().ready
        while waiting:
            number, job = waiting.popleft()
            made[number] = outcome = await run_job(lab, job, device, clock, limit_s)
            show(len(made), outcome)

    try:
        async with asyncio.TaskGroup() as group:
            for lab in labs:
                group.create_task(work(lab))
    finally:
        for lab in labs:
            lab.close()
    return [made[number] for number in sorted(made)]


def _report(outcomes: Sequence[Outcome]) -> Report:
    checks: list[CardCheck] = []
    failures: list[str] = []
    for outcome in outcomes:
        # A card whose demo and figure are the same run is checked once.
        cards = {card.id: card for card in outcome.job.cards}
        found = [check for card in cards.values() for check in check_card(card, outcome)]
        checks += found
        failures += [*failed_run(outcome), *(_in_words(check) for check in found if not check.ok)]
    return Report(tuple(outcomes), tuple(checks), tuple(failures))


async def run_job(
    lab: Lab, job: Job, device: str, clock: Callable[[], float], limit_s: float = ENOUGH_S
) -> Outcome:
    """Make one run in a lab; it may take `limit_s`."""
    state, first = RunState(), None
    started = clock()
    run = lab.start(RunRequest(job.spec, job.params, device=device, deadline_s=limit_s))
    async for event in run.events():
        if first is None and isinstance(event, Data):
            first = clock() - started
        state = state.add(event)
    return Outcome(job, state, clock() - started, first)


def failed_run(outcome: Outcome) -> list[str]:
    """Return what is wrong with a run itself, in words."""
    job, state = outcome.job, outcome.state
    if state.status != "done":
        return [f"{job.label}: {state.error.text if state.error else state.status}"]
    if not job.at_defaults:
        return []
    wrong = []
    for claim in state.claims:
        if claim.state == "not tested" and claim.id in job.spec.elsewhere_claims:
            continue
        if claim.state != "holds" and not _excused(outcome, claim):
            wrong.append(f"{job.label}: {claim.id} {claim.state} ({claim.evidence})")
    return wrong


def check_card(card: Card, outcome: Outcome) -> list[CardCheck]:
    """Compare what a card states about a run with what the run found."""
    checks = []
    demo, figure, job = card.demo, card.figure, outcome.job
    if demo and _same_run(demo, job):
        stated = {expect.claim for expect in demo.expect}
        shown = dict.fromkeys(point.shown for point in card.key_points)
        claims = [name for name in shown if name in job.spec.claims and name not in stated]
        checks += [
            _check(card, expect, outcome)
            for expect in (*demo.expect, *(Expect(claim=name) for name in claims))
        ]
    if figure and _same_run(figure, job):
        drawn = {mark.name for chart in outcome.state.charts for mark in chart.marks}
        checks += [
            CardCheck(
                card.id,
                f"figure: {name}",
                "drawn" if name in drawn else None,
                "drawn",
                name in drawn,
            )
            for name in figure.show
        ]
    return checks


def _same_run(link: DemoLink | Figure, job: Job) -> bool:
    """Whether a job is a run that a card names; unless it names a seed, any will do."""
    if link.run != job.spec.id:
        return False
    seed = {"seed": job.seed} if "seed" in job.spec.params else {}
    return job.spec.settings({**seed, **link.with_}) == dict(job.params)


def _check(card: Card, expect: Expect, outcome: Outcome) -> CardCheck:
    if expect.relation != "holds":
        value = outcome.state.measure(expect.name)
        ok = value is not None and expect.met(value)
        return CardCheck(card.id, expect.name, value, expect.wanted, ok)
    claim = outcome.state.claim(expect.name)
    found = claim.state if claim else None
    ok = claim is not None and (found == "holds" or _excused(outcome, claim))
    return CardCheck(card.id, expect.name, found, expect.wanted, ok)


def _excused(outcome: Outcome, claim: Claim) -> bool:
    """Whether a claim was not tested because only CUDA can."""
    only_cuda = claim.id in outcome.job.spec.cuda_claims and outcome.state.device != "cuda"
    return claim.state == "not tested" and only_cuda


def _in_words(check: CardCheck) -> str:
    value = "nothing" if check.value is None else check.value
    shown = f"{value:.4g}" if isinstance(value, float) else value
    return f"{check.card}: {check.measure} is {shown}, the card states {check.wanted}"
