"""What stands beside a card: follow-ups, references, notes, and the keys that open them."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import App

from quizapp.app.core import Core
from quizapp.cards.model import Reference
from quizapp.tui.app import Start
from quizapp.tui.screens.references import web_address
from tests.conftest import Make
from tests.tui.look import burst, card_shown, finish, opened, press, settle, shown, studying
from tests.tui.panel import until


async def test_follow_ups_are_asked_one_by_one_and_not_rated(core: Core) -> None:
    async with opened(core, start=studying("a-open")) as pilot:
        await press(pilot, "f")
        assert "How many weights" not in shown(pilot)  # not before the reveal
        await press(pilot, "space", "f")
        assert "asked next, 1 of 1" in shown(pilot)
        assert "How many weights has a 4 by 8 matrix?" in shown(pilot)
        assert "4·8 = 32." not in shown(pilot)
        await press(pilot, "space")
        assert "4·8 = 32." in shown(pilot)
        await press(pilot, "space")
        assert "asked next, 1 of 1" not in shown(pilot)
        assert core.store.reviews() == []


async def test_a_follow_up_draws_its_figure_and_its_card_rests_until_tomorrow(
    decks: Path, make_core: Make
) -> None:
    deck = (decks / "alpha.yaml").read_text(encoding="utf-8")
    deck = deck.replace("follow_ups: [a-number]", "follow_ups: [b-curve]")
    (decks / "alpha.yaml").write_text(deck, encoding="utf-8")
    core = make_core()
    start = studying("a-open", "b-curve")
    async with opened(core, size=(100, 50), start=start) as pilot:
        assert card_shown(pilot) == "a-open"
        await press(pilot, "space", "f")
        await finish(pilot)
        await until(pilot, lambda: "this run" in shown(pilot))
        assert core.store.state("b-curve").buried_until is None
        await press(pilot, "space")
        assert core.store.state("b-curve").is_buried(core.today)
        assert core.store.next_undo() == "Seen as a follow-up: b-curve"
        await press(pilot, "space", "4")
        assert "Done: 1 answer to 1 card." in shown(pilot)


async def test_a_reference_opens_in_the_browser_only_when_chosen(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    visited: list[str] = []
    monkeypatch.setattr(App, "open_url", lambda self, url, **_: visited.append(url))
    async with opened(core, start=studying("a-open")) as pilot:
        await press(pilot, "space", "r")
        assert "https://arxiv.org/abs/2106.09685" in shown(pilot)
        assert "section 4.1 (only the abstract was read)" in shown(pilot)
        assert visited == []
        await press(pilot, "enter")
        assert visited == ["https://arxiv.org/abs/2106.09685"]


async def test_references_and_follow_ups_open_from_the_browser_too(core: Core) -> None:
    async with opened(core, size=(120, 40), start=Start("browse")) as pilot:
        await press(pilot, "escape", "space")
        await finish(pilot)
        await press(pilot, "r")
        assert "https://arxiv.org/abs/2106.09685" in shown(pilot)
        await press(pilot, "escape", "f")
        assert "asked next, 1 of 1" in shown(pilot)


async def test_a_note_is_dropped_only_at_the_second_escape(core: Core) -> None:
    async with opened(core, start=studying("a-open")) as pilot:
        await press(pilot, "n", *"ask why", "escape")
        assert "Not saved." in shown(pilot)
        await press(pilot, "ctrl+s")
        assert core.store.state("a-open").note == "ask why"
        await press(pilot, "n", "!", "escape", "escape")
        assert core.store.state("a-open").note == "ask why"
        await press(pilot, "n", "escape")
        assert "your note" not in shown(pilot)


async def test_ctrl_q_quits_from_a_dialog(core: Core) -> None:
    async with opened(core, start=studying("a-open")) as pilot:
        await press(pilot, "i", "ctrl+q")
        assert pilot.app._exit


async def test_ctrl_q_drops_a_note_only_at_the_second_time(core: Core) -> None:
    async with opened(core, start=studying("a-open")) as pilot:
        await press(pilot, "n", *"ask why", "ctrl+q")
        assert "Not saved." in shown(pilot)
        assert not pilot.app._exit
        await press(pilot, "ctrl+q")
        assert pilot.app._exit


async def test_a_note_is_kept_shown_and_undone(core: Core) -> None:
    async with opened(core, start=studying("a-open")) as pilot:
        await press(pilot, "n", *"ask why", "ctrl+s")
        await finish(pilot)
        assert core.store.state("a-open").note == "ask why"
        await press(pilot, "space")
        assert "ask why" in shown(pilot)
        await press(pilot, "u")
        assert core.store.state("a-open").note == ""


@pytest.mark.parametrize(
    ("reference", "address"),
    [
        (Reference("A", "arXiv 2106.09685, section 4.1"), "https://arxiv.org/abs/2106.09685"),
        (Reference("B", "page 3", "https://example.org/b"), "https://example.org/b"),
        (Reference("C", "page 3", "file:///etc/passwd"), ""),
        (Reference("D", "a book, chapter 2"), ""),
    ],
)
def test_only_web_addresses_are_opened(reference: Reference, address: str) -> None:
    assert web_address(reference) == address


GLOSSARY = """terms:
- {term: weight, simplified: 权重, traditional: 權重, means: An entry of a matrix.}
- {term: algebra, simplified: 代数, traditional: 代數, means: Letters for numbers.}
- {term: batch, simplified: 批, traditional: 批次, means: Samples of a step.}
"""


async def test_a_term_is_looked_up_from_a_card_and_its_own_come_first(
    decks: Path, make_core: Make
) -> None:
    (decks / "glossary.yaml").write_text(GLOSSARY, encoding="utf-8")
    async with opened(make_core(), start=studying("a-number")) as pilot:
        await press(pilot, "g")
        text = shown(pilot)
        assert text.index("on this card") < text.index("weight  权重 · 權重")
        assert text.index("all others") < text.index("algebra  代数 · 代數")
        await press(pilot, *"批次")
        text = shown(pilot)
        assert "Samples of a step." in text and "algebra" not in text
        await press(pilot, "escape")
        assert "Samples of a step." not in shown(pilot)
        assert card_shown(pilot) == "a-number"


async def test_a_glossary_with_a_mistake_says_where(decks: Path, make_core: Make) -> None:
    (decks / "glossary.yaml").write_text("terms: none\n", encoding="utf-8")
    async with opened(make_core(), start=studying("a-number")) as pilot:
        await press(pilot, "g")
        assert "The glossary has a mistake" in shown(pilot)
        assert card_shown(pilot) == "a-number"


async def test_text_typed_at_a_follow_up_presses_no_key(core: Core) -> None:
    async with opened(core, start=studying("a-open")) as pilot:
        await press(pilot, "space", "f")
        assert "answer aloud; Space shows the answer" in shown(pilot)
        burst(pilot.app, *"four", "space", *"by eight")
        await settle(pilot)
        assert "a follow-up takes no text: answer aloud" in shown(pilot)
        assert "4·8 = 32." not in shown(pilot)
        await press(pilot, "shift", "space")
        assert "4·8 = 32." in shown(pilot)
        assert "Space closes" in shown(pilot)
