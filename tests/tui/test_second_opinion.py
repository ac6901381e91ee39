"""Asking a model of the learner's own: shown before it is sent, beside the boxes, never waited for.

The server is a real one on this machine.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest
from textual.pilot import Pilot

from quizapp.app.core import Core
from quizapp.app.interview import Rubric
from quizapp.app.interviews import Interviews
from quizapp.settings import ReaderSettings, Settings
from quizapp.study.interview import InterviewSpec
from quizapp.study.opinion import Opinion, Says
from quizapp.study.report import InterviewReport
from quizapp.tui.app import Start
from quizapp.tui.screens.interview import InterviewScreen
from quizapp.tui.screens.sending import Sending
from tests.conftest import Make
from tests.tui.look import card_shown, finish, opened, press, shown, studying
from tests.tui.panel import until
from tests.unit.app.model_server import ModelServer, judges, never, serving

TYPED = "at step 0 the update is zero"
GOOD = judges(("said", "update is zero"), ("not said", ""))

_connections: list[object] = []
"""Every address that this process has connected to, or looked up, since a test emptied it."""


def _note(event: str, args: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.getaddrinfo"):
        _connections.append(args)


sys.addaudithook(_note)


def asking(make_core: Make, server: ModelServer) -> Core:
    """Open the core with the server as the reader endpoint."""
    return make_core(Settings(reader=ReaderSettings(server.url, "llama3")))


async def answer(pilot: Pilot[Any]) -> None:
    """Type an answer, and show that of the card."""
    await press(pilot, "t", *TYPED, "escape", "space")


def previews(pilot: Pilot[Any]) -> bool:
    """Whether what would be sent is on the screen."""
    return isinstance(pilot.app.screen, Sending)


def words(pilot: Pilot[Any]) -> str:
    """Return what is on the screen as one line."""
    return " ".join(shown(pilot).replace("│", " ").split())


async def left(server: ModelServer) -> bool:
    """Wait until the app has closed its connection."""
    return await asyncio.to_thread(server.left.wait)


async def test_all_of_it_is_shown_before_and_esc_sends_nothing(make_core: Make) -> None:
    with serving(GOOD) as server:
        async with opened(asking(make_core, server), start=studying("a-open")) as pilot:
            await answer(pilot)
            assert "m ask model" in shown(pilot)
            assert "m asks llama3 too; what is sent is shown before." in shown(pilot)
            await press(pilot, "m")
            assert previews(pilot)
            page = shown(pilot)
            await press(pilot, *["down"] * 2)
            page += shown(pilot)
            assert f"To {server.url}/chat/completions, model llama3" in page
            assert "This machine's own address" in page
            assert "It leaves this machine" not in page
            for text in (
                "Why is `B` zero at the start?",
                "2. the gradient of B is not zero",
                TYPED,
            ):
                assert text in page
            await press(pilot, *"my yes as always", "enter")  # text agrees to nothing
            assert previews(pilot)
            await press(pilot, "escape")
            await finish(pilot)
            assert not previews(pilot)
            assert "llama3 says" not in shown(pilot)
            await press(pilot, "m")  # it was not agreed to
            assert previews(pilot)
            await press(pilot, "n")
            await finish(pilot)
        assert server.requests == []


async def test_an_address_elsewhere_is_called_so(make_core: Make) -> None:
    reader = ReaderSettings("http://models.invalid/v1", "llama3", "READER_KEY")
    core = make_core(Settings(reader=reader))
    core.env = {"READER_KEY": "sk-Very-Secret-123"}
    async with opened(core, start=studying("a-open")) as pilot:
        await answer(pilot)
        await press(pilot, "m")
        page = words(pilot)
        assert "It leaves this machine, for models.invalid." in page
        assert "It is not encrypted: others on the way can read it." in page
        assert "With the key in READER_KEY." in page
        assert "Secret" not in page


async def test_its_opinions_stand_beside_the_points_and_are_kept_with_the_answer(
    make_core: Make,
) -> None:
    with serving(GOOD) as server:
        core = asking(make_core, server)
        start = studying("a-open", "b-open")
        async with opened(core, size=(100, 44), start=start) as pilot:
            while card_shown(pilot) != "a-open":
                await press(pilot, "minus")
            await answer(pilot)
            await press(pilot, "m", "ctrl+s")
            await finish(pilot)
            page = words(pilot)
            assert "llama3 says: said “update is zero”" in page
            assert "llama3 says: not said" in page
            assert "closest: “step 0 the update is zero”" in page
            assert "What llama3 says is its own: it ticks and scores nothing." in page
            assert f"m sends this to llama3 at {server.host} at once; M shows it before." in page
            assert page.count("[x]") == 0 and "Tick what you said" in page
            await press(pilot, "m")  # it was agreed to
            await finish(pilot)
            assert len(server.requests) == 2
            await press(pilot, "3")
            opinions = (
                Opinion("llama3", Says.SAID, "update is zero"),
                Opinion("llama3", Says.NOT_SAID),
            )
            assert core.store.reviews()[0].answer.opinions == opinions
            await press(pilot, "u", "i")
            assert "point 1: llama3 says" not in shown(pilot)  # that answer was taken back
            await press(pilot, "escape", "ctrl+r", "u", "ctrl+r")
        start = studying("a-open", cram=True)
        async with opened(core, size=(100, 44), start=start) as pilot:
            await press(pilot, "i")
            assert "point 1: llama3 says: said “update is zero”" in shown(pilot)


async def test_always_is_remembered_over_a_restart_and_taken_back_by_no(make_core: Make) -> None:
    with serving(GOOD) as server:
        async with opened(asking(make_core, server), start=studying("a-open")) as pilot:
            await answer(pilot)
            await press(pilot, "m", "a", "ctrl+s")
            await finish(pilot)
            assert len(server.requests) == 1
        async with opened(asking(make_core, server), start=studying("a-open")) as pilot:
            await answer(pilot)
            await press(pilot, "m")
            await finish(pilot)
            assert len(server.requests) == 2
            await press(pilot, "M")
            assert previews(pilot)
            await press(pilot, "n", "m")
            assert previews(pilot)
            await press(pilot, "escape")
            await finish(pilot)
        assert len(server.requests) == 2


@pytest.mark.parametrize(
    "keys", [["f2"], ["m"], ["3"], ["minus"], ["question_mark", "escape", "f2"]]
)
async def test_leaving_or_m_closes_the_connection_and_nothing_waits(
    make_core: Make, keys: list[str]
) -> None:
    with serving(never) as server:
        core = asking(make_core, server)
        async with opened(core, size=(100, 44), start=studying("a-open")) as pilot:
            await answer(pilot)
            await press(pilot, "m", "ctrl+s")
            await until(pilot, server.arrived.is_set)
            assert "llama3 is being asked. m stops that." in shown(pilot)
            assert not server.left.is_set()
            await press(pilot, *keys)
            assert await left(server)
            await finish(pilot)
            assert [review.answer.opinions for review in core.store.reviews()] == [()] * (
                keys == ["3"]
            )


async def test_help_over_the_screen_leaves_nothing(make_core: Make) -> None:
    with serving(never) as server:
        async with opened(asking(make_core, server), start=studying("a-open")) as pilot:
            await answer(pilot)
            await press(pilot, "m", "ctrl+s")
            await until(pilot, server.arrived.is_set)
            await press(pilot, "question_mark", "escape")
            assert "llama3 is being asked" in shown(pilot)
            assert not server.left.is_set()


async def test_the_app_ends_while_a_model_is_asked(make_core: Make) -> None:
    with serving(never) as server:
        async with opened(asking(make_core, server), start=studying("a-open")) as pilot:
            await answer(pilot)
            await press(pilot, "m", "ctrl+s")
            await until(pilot, server.arrived.is_set)
            await press(pilot, "ctrl+q")
        assert await left(server)


async def test_what_went_wrong_is_said_and_the_card_goes_on(make_core: Make) -> None:
    with serving(lambda handler: handler.send(500, b"")) as server:
        core = asking(make_core, server)
        async with opened(core, size=(100, 44), start=studying("a-open")) as pilot:
            await answer(pilot)
            await press(pilot, "m", "ctrl+s")
            await finish(pilot)
            assert "The reader endpoint refuses" in shown(pilot)
            assert "llama3 says" not in shown(pilot)
            await press(pilot, "x", "3")
            assert len(core.store.reviews()) == 1


async def test_what_was_said_aloud_cannot_be_sent(make_core: Make) -> None:
    with serving(GOOD) as server:
        async with opened(asking(make_core, server), start=studying("a-open")) as pilot:
            await press(pilot, "space")
            assert "ask model" not in shown(pilot) and "llama3" not in shown(pilot)
            await press(pilot, "m")
            assert not previews(pilot)


async def test_by_default_there_is_no_such_key_and_no_connection_is_made(core: Core) -> None:
    _connections.clear()
    async with opened(core, start=studying("a-open")) as pilot:
        await answer(pilot)
        assert "ask model" not in shown(pilot)
        await press(pilot, "m", "M")
        await finish(pilot)
        assert card_shown(pilot) == "a-open"
        await press(pilot, "3")
    assert len(core.store.reviews()) == 1
    assert _connections == []


async def interview(core: Core, *keys: str) -> InterviewReport:
    """Answer the one question, press keys over its rubric, and return the report."""
    spec = InterviewSpec(("alpha",), count=1, minutes=5)
    start = Start("interview", interview=spec)
    async with opened(core, size=(100, 60), start=start) as pilot:
        await press(pilot, "space", *TYPED, "ctrl+d")
        screen = pilot.app.screen
        assert isinstance(screen, InterviewScreen)
        while not isinstance(screen.phase, Rubric):
            await press(pilot, "ctrl+d")
        await press(pilot, *keys)
        await finish(pilot)
        assert shown(pilot).count("llama3 says: said “update is zero”") == bool(keys)
        await press(pilot, "x", "space")
        assert shown(pilot).count("llama3 says: said “update is zero”") == bool(keys)
    report = Interviews(core).finished()[0]
    assert isinstance(report, InterviewReport)
    return report


async def test_an_interview_keeps_its_opinions_and_its_score(make_core: Make) -> None:
    with serving(GOOD) as server:
        core = asking(make_core, server)
        asked = await interview(core, "m", "ctrl+s")
        [sent] = server.requests
        assert TYPED in sent["messages"][1]["content"]
        opinions = [point.opinion for point in asked.results[0].points]
        assert opinions == [
            Opinion("llama3", Says.SAID, "update is zero"),
            Opinion("llama3", Says.NOT_SAID),
        ]
        texts = [path.read_text(encoding="utf-8") for path in Interviews(core).write(asked)]
        assert "| Point | | Your words | llama3 says |" in texts[0]
        assert "| said, *update is zero* |" in texts[0] and "| not said |" in texts[0]
        assert "<th>llama3 says</th>" in texts[1]
        assert "<td>said, <em>update is zero</em></td>" in texts[1]
        plain = await interview(core)
    assert (asked.score, asked.by_ticks) == (plain.score, plain.by_ticks)
    assert (asked.checked, asked.comes_back) == (plain.checked, plain.comes_back)
    assert asked.checked.confirmed == 0
