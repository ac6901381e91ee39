"""Every demo: its declaration, and one run at its defaults in a warm lab."""

from __future__ import annotations

import os
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
SEEDS = [int(seed) for seed in os.environ.get("QUIZAPP_TEST_SEEDS", "1").split(",")]
"""`quizapp verify`, which `make check` runs too, takes seed 0."""
MORE_SEEDS = [2]
SLACK = 3
"""A demo may take this many times its budget: machines differ, and so does their load."""

SIZES = [(80, 16), (120, 16), (42, 17)]
"""Columns and rows of a chart in a plain terminal and beside the results at 80 by 24."""

each_demo = pytest.mark.parametrize("spec", DEMOS, ids=lambda spec: spec.id)
each_seed = pytest.mark.parametrize("seed", SEEDS)


@dataclass
class Ran:
    """A run that has ended, and how long it took."""

    state: RunState
    seconds: float
    plotted: bool


class Runs:
    """Runs of a warm lab; each is made once and then looked at by several tests."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._made: dict[tuple[str, int], Ran] = {}

    async def get(self, spec: DemoSpec, seed: int) -> Ran:
        """Return the run of a demo at its defaults with this seed."""
        if (spec.id, seed) not in self._made:
            self._made[spec.id, seed] = await self.make(spec, seed)
        return self._made[spec.id, seed]

    async def make(self, spec: DemoSpec, seed: int) -> Ran:
        """Run a demo at its defaults with this seed."""
        settings = spec.settings({"seed": seed} if "seed" in spec.params else {})
        state, plotted, started = RunState(), False, time.monotonic()
        run = self._lab.start(RunRequest(spec, settings, deadline_s=600))
        async for event in run.events():
            plotted |= isinstance(event, Data)
            state = state.add(event)
        return Ran(state, time.monotonic() - started, plotted)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def runs() -> AsyncIterator[Runs]:
    lab = Lab(setup_here())
    await lab.prepare().ready
    yield Runs(lab)
    lab.close()


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
    assert len(spec.page.split()) > 60


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
    for name in ("topic", "budget_s", "needs_cuda", "cuda_claims", "bundled_claims"):
        assert getattr(demo, name) == getattr(spec, name)


@pytest.mark.torch
@pytest.mark.asyncio(loop_scope="module")
class TestAtTheDefaults:
    """One run per demo and seed, looked at from several sides."""

    @each_seed
    @each_demo
    async def test_the_run_ends_well_and_in_time(
        self, runs: Runs, spec: DemoSpec, seed: int
    ) -> None:
        ran = await runs.get(spec, seed)
        assert (ran.state.status, ran.state.error) == ("done", None)
        assert ran.plotted
        assert ran.seconds < SLACK * spec.budget_s + 1

    @each_seed
    @each_demo
    async def test_claims_hold(self, runs: Runs, spec: DemoSpec, seed: int) -> None:
        ran = await runs.get(spec, seed)
        excused = spec.cuda_claims if ran.state.device != "cuda" else ()
        wanted = {name: "not tested" if name in excused else "holds" for name in spec.claims}
        found = {claim.id: claim.state for claim in ran.state.claims}
        assert found == wanted, [asdict(claim) for claim in ran.state.claims]

    @each_seed
    @each_demo
    async def test_every_measure_is_reported(self, runs: Runs, spec: DemoSpec, seed: int) -> None:
        ran = await runs.get(spec, seed)
        assert {measure.id for measure in ran.state.measures} == set(spec.measures)

    @each_seed
    @each_demo
    async def test_the_prediction_can_be_judged(
        self, runs: Runs, spec: DemoSpec, seed: int
    ) -> None:
        ran = await runs.get(spec, seed)
        if spec.predict is None:
            return
        outcome = ran.state.measure(spec.predict.measure)
        if spec.predict.options:
            assert outcome in spec.predict.options
        else:
            low, high = spec.predict.low, spec.predict.high
            assert low is not None and high is not None and isinstance(outcome, float | int)
            assert low <= outcome <= high

    @each_seed
    @each_demo
    async def test_its_charts_show_all_that_they_were_sent(
        self, runs: Runs, spec: DemoSpec, seed: int
    ) -> None:
        for chart in (await runs.get(spec, seed)).state.charts:
            for width, height in SIZES:
                shows_all(plain_text(draw(chart, width, height)), chart)
            shows_all(" ".join(ET.fromstring(to_svg(chart)).itertext()), chart)

    @pytest.mark.slow
    @pytest.mark.parametrize("seed", MORE_SEEDS)
    @each_demo
    async def test_claims_hold_at_more_seeds(self, runs: Runs, spec: DemoSpec, seed: int) -> None:
        await self.test_claims_hold(runs, spec, seed)

    @pytest.mark.slow
    @each_demo
    async def test_the_same_seed_measures_the_same(self, runs: Runs, spec: DemoSpec) -> None:
        first, again = await runs.get(spec, SEEDS[0]), await runs.make(spec, SEEDS[0])
        assert again.state.measures == first.state.measures
