"""A run behind a question: what it shows before the answer is revealed."""

from __future__ import annotations

from quizapp.app import run_phases as phases
from quizapp.cards.model import Card, Figure
from quizapp.demo.events import Reference
from tests.unit.app.running import (
    bench,
    make_card,
    run,
)


def curve_card(*show: str) -> Card:
    return make_card(figure=Figure("toy_curve", {"rate": 0.5}, show=show))


async def test_a_hidden_figure_shows_its_curve_and_nothing_that_tells() -> None:
    async with bench() as at:
        await run(at.experiment())
        toy = at.experiment(settings={"rate": 0.5}, card=curve_card("train"), hidden=True)
        assert not toy.asks
        await run(toy)
        assert toy.actions == {"run", "leave", "zoom", "chart"}
        [chart] = toy.charts
        assert [mark.name for mark in chart.marks] == ["this run"]
        toy.earlier.mark(1)
        assert toy.overlays == []
        toy.reveal()
        assert len(toy.charts) == 2
        assert [label for label, _ in toy.overlays] == ["#1 defaults"]
        assert {"code", "tab", "settings", "copy", "save", "overlay"} <= toy.actions


async def test_several_curves_of_a_figure_keep_their_names() -> None:
    async with bench() as at:
        card = curve_card("train", "validation")
        toy = at.experiment(settings={"rate": 0.5}, card=card, hidden=True)
        await run(toy)
        [chart] = toy.charts
        assert {mark.name for mark in chart.marks} == {"train", "validation"}


async def test_a_reference_is_hidden_until_the_reveal_unless_the_question_names_it() -> None:
    async with bench() as at:
        named = at.experiment(
            settings={"rate": 0.5}, card=curve_card("train", "ground"), hidden=True
        )
        await run(named)
        [chart] = named.charts
        assert [mark.name for mark in chart.marks] == ["ground", "this run"]
        assert isinstance(chart.marks[0], Reference)
        unnamed = at.experiment(settings={"rate": 0.5}, card=curve_card("train"), hidden=True)
        assert unnamed.recall()
        assert "ground" not in {mark.name for mark in unnamed.charts[0].marks}
        unnamed.reveal()
        assert "ground" in {mark.name for chart in unnamed.charts for mark in chart.marks}


async def test_a_kept_run_stands_for_one_that_would_only_repeat_it() -> None:
    async with bench() as at:
        card = curve_card("train")
        await run(at.experiment(settings={"rate": 0.5}, card=card))
        assert not at.experiment(card=card).recall()  # at other settings
        toy = at.experiment(settings={"rate": 0.5}, card=card)
        await run(toy, rate=0.2)
        toy.change({**toy.settings, "rate": 0.5}, "auto")
        assert toy.recall()
        assert isinstance(toy.phase, phases.Recalled)
        assert (toy.phase.number, toy.phase.record.settings["rate"]) == (1, 0.5)
        assert toy.phase.state.measure("way") == "down"
        assert not toy.asks
        assert "--set rate=0.5" in toy.as_text()
        toy.overlay()
        assert [label for label, _ in toy.overlays] == ["#2 rate 0.2"]
