"""Every demo: its declaration, and one run at its defaults in a warm lab."""

from __future__ import annotations

import re
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from quizapp.app.once import setup_here
from quizapp.demo.catalogue import read_catalogue
from quizapp.demo.chart import Chart
from quizapp.demo.child import load_demo
from quizapp.demo.events import Bars, Data
from quizapp.demo.evidence import read_evidence
from quizapp.demo.fingerprint import fingerprint
from quizapp.demo.params import Number
from quizapp.demo.request import RunRequest
from quizapp.demo.spec import DemoSpec
from quizapp.demo.state import RunState
from quizapp.exchange.figure_svg import to_svg
from quizapp.lab.lab import Lab
from quizapp.plot.canvas import plain_text
from quizapp.plot.draw import draw
from quizapp.plot.format import short

FOLDER = Path(__file__).parents[2] / "demos"
CATALOGUE = read_catalogue([FOLDER])
DEMOS = list(CATALOGUE.demos.values())
SEED = 1
"""Another one than the first of `quizapp verify`; the records take many."""
SLACK = 3
"""A demo may take this many times its budget: machines differ, and so does their load."""

SIZES = [(80, 16), (120, 16), (42, 17)]
"""Columns and rows of a chart in a plain terminal and beside the results at 80 by 24."""

REPEATED_S = 2
"""Budget up to which a run is made twice: longer demos train the same way, only longer."""

LONG_S = 2
"""Budget above which a demo is run here only if nothing is recorded of it as it stands: a record
holds its claims and measures over many seeds, and `make verify` runs every demo."""


def unproven(spec: DemoSpec) -> bool:
    """Whether a demo is short, or has no record of its present code."""
    record = read_evidence(spec)
    if spec.code:  # `quizapp verify --exercises` runs its reference, and much that is wrong
        return False
    return spec.budget_s <= LONG_S or record is None or record.source != fingerprint(spec)


each_demo = pytest.mark.parametrize("spec", DEMOS, ids=lambda spec: spec.id)


@dataclass
class Ran:
    """A run that has ended, and how long it took."""

    state: RunState
    seconds: float
    plotted: bool


async def run_at_defaults(lab: Lab, spec: DemoSpec) -> Ran:
    """Run a demo at its defaults, save the seed."""
    settings = spec.settings({"seed": SEED} if "seed" in spec.params else {})
    state, plotted, started = RunState(), False, time.monotonic()
    run = lab.start(RunRequest(spec, settings, deadline_s=600))
    async for event in run.events():
        plotted |= isinstance(event, Data)
        state = state.add(event)
    return Ran(state, time.monotonic() - started, plotted)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lab() -> AsyncIterator[Lab]:
    warm = Lab(setup_here())
    await warm.prepare().ready
    yield warm
    warm.close()


def ends_well_and_in_time(spec: DemoSpec, ran: Ran) -> None:
    assert (ran.state.status, ran.state.error) == ("done", None)
    assert ran.plotted
    assert ran.seconds < SLACK * spec.budget_s + 1


def claims_hold(spec: DemoSpec, state: RunState) -> None:
    excused = spec.cuda_claims if state.device != "cuda" else ()
    found = {claim.id: claim.state for claim in state.claims}
    wanted = {name: "not tested" if name in excused else "holds" for name in spec.claims}
    # another machine than ours may test these at the defaults too
    wanted |= {name: "not tested" for name in spec.elsewhere_claims if found[name] != "holds"}
    assert found == wanted, [asdict(claim) for claim in state.claims]


def reports_every_measure(spec: DemoSpec, state: RunState) -> None:
    assert {measure.id for measure in state.measures} == set(spec.measures)


def judges_its_prediction(spec: DemoSpec, state: RunState) -> None:
    if spec.predict is None:
        return
    outcome = state.measure(spec.predict.measure)
    if spec.predict.options:
        assert outcome in spec.predict.options
    else:
        low, high = spec.predict.low, spec.predict.high
        assert low is not None and high is not None and isinstance(outcome, float | int)
        assert low <= outcome <= high


def draws_all_that_was_sent(state: RunState) -> None:
    for chart in state.charts:
        for width, height in SIZES:
            shows_all(plain_text(draw(chart, width, height)), chart)
        shows_all(" ".join(ET.fromstring(to_svg(chart)).itertext()), chart)


def shows_all(drawn: str, chart: Chart) -> None:
    """Check that a drawn chart leaves out no name and no bar, and names its logarithmic axes."""
    assert re.search(r"… \d+ more", drawn) is None
    names = [mark.name for mark in chart.data] if len(chart.data) > 1 else []
    assert [name for name in names if name not in drawn] == []
    assert drawn.count("log scale") == chart.axes.log_x + chart.axes.log_y
    sent = Counter(short(value) for bars in chart.of(Bars) for value in bars.values)
    assert sent <= Counter(drawn.split())


def test_every_file_declares_a_demo() -> None:
    assert CATALOGUE.problems == ()
    assert DEMOS


@each_demo
def test_the_page_says_more_than_the_title(spec: DemoSpec) -> None:
    assert spec.title
    assert len(spec.page.split()) > (30 if spec.code else 60)


@each_demo
def test_the_defaults_stay_within_the_budget_that_design_allows(spec: DemoSpec) -> None:
    assert 0 < spec.budget_s <= 15


@each_demo
def test_ids_follow_one_spelling(spec: DemoSpec) -> None:
    assert spec.id == spec.id.lower()
    assert all(name == name.lower() and "_" not in name for name in spec.claims)
    assert all(name == name.lower() and "-" not in name for name in spec.measures)


@each_demo
def test_the_seed_is_called_seed(spec: DemoSpec) -> None:
    seed = spec.params.get("seed")
    assert seed is None or (isinstance(seed, Number) and seed.kind == "int" and seed.default == 0)


@pytest.mark.torch
@each_demo
def test_what_the_source_declares_is_what_the_module_declares(spec: DemoSpec) -> None:
    demo = load_demo(spec.path)
    assert list(demo.params.items()) == list(spec.params.items())
    assert (dict(demo.claims), dict(demo.measures)) == (spec.claims, spec.measures)
    assert demo.predict == spec.predict
    for name in ("topic", "budget_s", "needs_cuda", "formulas"):
        assert getattr(demo, name) == getattr(spec, name)
    for name in ("cuda_claims", "bundled_claims", "elsewhere_claims"):
        assert getattr(demo, name) == getattr(spec, name)


@pytest.mark.torch
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("spec", [s for s in DEMOS if unproven(s)], ids=lambda spec: spec.id)
async def test_a_run_at_the_defaults_is_whole_and_a_short_one_repeats_itself(
    lab: Lab, spec: DemoSpec
) -> None:
    """One test, so that two processes that share the tests do not both make a demo's run."""
    ran = await run_at_defaults(lab, spec)
    ends_well_and_in_time(spec, ran)
    claims_hold(spec, ran.state)
    reports_every_measure(spec, ran.state)
    judges_its_prediction(spec, ran.state)
    draws_all_that_was_sent(ran.state)
    if spec.budget_s <= REPEATED_S:
        again = await run_at_defaults(lab, spec)
        assert again.state.measures == ran.state.measures
