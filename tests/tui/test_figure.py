"""The curve in a question, on a screen with room for little."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizapp.app.core import Core
from tests.conftest import Make
from tests.tui.look import finish, opened, press, shown, studying

CHARTS = '''"""Three charts.

They rise one after another.
"""

from quizapp.demo import Run, demo


@demo(topic="toys", claims={"rises": "It rises"}, measures={"last": "the last"}, budget_s=1)
def main(run: Run) -> None:
    for step in run.steps(3):
        for chart in ("one", "two", "three"):
            run.axes(chart=chart, title=f"chart {chart}", x="step")
            run.line_points(step, {f"{chart} a": 1.0 * step, f"{chart} b": 2.0 * step}, chart=chart)
    run.measure("last", 2.0)
    run.claim("rises", True, "yes")
'''
SERIES = "two a, two b, three a, three b"


@pytest.fixture
def core(decks: Path, make_core: Make, tmp_path: Path) -> Core:
    """A card on the last two charts of a run, with many options."""
    (tmp_path / "demos" / "charts.py").write_text(CHARTS, encoding="utf-8")
    deck = (decks / "beta.yaml").read_text(encoding="utf-8")
    deck = deck.replace(
        "{run: toy, with: {steps: 3}, show: [train]}", f"{{run: charts, show: [{SERIES}]}}"
    )
    options = ", ".join(f'"option {n}"' for n in range(6))
    deck = deck.replace('"nothing", "the rate is too high"', options)
    (decks / "beta.yaml").write_text(deck, encoding="utf-8")
    return make_core()


async def test_one_key_shows_the_other_chart_of_a_question_down_to_its_axis(core: Core) -> None:
    async with opened(core, start=studying("b-curve")) as pilot:
        await finish(pilot)
        assert "─●─ two a   ╌▲╌ two b" in shown(pilot) and "└┬" in shown(pilot)
        assert "v next chart" in shown(pilot).splitlines()[-1]
        await press(pilot, "v")
        assert "─●─ three a   ╌▲╌ three b" in shown(pilot)
        await press(pilot, "v")
        assert "─●─ two a" in shown(pilot)


@pytest.mark.parametrize("turned", [0, 1])
async def test_the_chart_of_the_question_stays_when_the_answer_comes(
    core: Core, turned: int
) -> None:
    async with opened(core, start=studying("b-curve")) as pilot:
        await finish(pilot)
        await press(pilot, *["v"] * turned, "space")
        page = shown(pilot)
        assert "─ answer ─" in page
        assert ("─●─ three a" if turned else "─●─ two a") in page
        assert "chart one" in page  # its name: the other charts of the run are there as well
        await press(pilot, "v", *["v"] * (1 - turned))
        assert "─●─ one a" in shown(pilot)


async def test_where_all_charts_are_in_sight_none_is_next(core: Core) -> None:
    async with opened(core, size=(140, 50), start=studying("b-curve")) as pilot:
        await finish(pilot)
        assert "─●─ two a" in shown(pilot) and "─●─ three a" in shown(pilot)
        assert "next chart" not in shown(pilot)


async def test_a_question_whose_run_is_broken_is_asked_without_its_curve(
    core: Core, tmp_path: Path
) -> None:
    (tmp_path / "demos" / "charts.py").write_text("not python", encoding="utf-8")
    async with opened(core, start=studying("b-curve")) as pilot:
        assert "What is wrong with this run?" in shown(pilot)
        assert "Correct the file" in shown(pilot)
        await press(pilot, "space", "4")
        assert "Done: 1 answer to 1 card." in shown(pilot)
