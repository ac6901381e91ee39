"""Asking a model about an answer: what goes out, what may come back, what was agreed to."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from quizapp.app.core import Core
from quizapp.app.second_opinion import Inquiry, SecondReader
from quizapp.errors import QuizError
from quizapp.settings import ReaderSettings, Settings
from quizapp.study.opinion import Opinion, Says
from tests.conftest import Make
from tests.unit.app.model_server import judgement, judges, never, says, serving

ABOUT = Inquiry("Why is `B` zero?", ("the update is zero", "B has a gradient"), "It is zero then.")
FAR = Settings(reader=ReaderSettings("https://models.example.org/v1", "llama3"))


def reader(core: Core) -> SecondReader:
    """Return who is asked."""
    assert core.second_reader is not None
    return core.second_reader


def at(url: str) -> Settings:
    """Return settings with a reader at an address."""
    return Settings(reader=ReaderSettings(url, "llama3"))


def refused(content: str) -> QuizError:
    """Let a model answer with this content; return the error."""
    completion = json.dumps({"choices": [{"message": {"content": content}}]})
    with pytest.raises(QuizError) as caught:
        ABOUT.opinions("llama3", completion.encode())
    return caught.value


async def test_question_points_and_answer_go_out_and_opinions_come_back(make_core: Make) -> None:
    with serving(judges(("said", "it is zero"), ("not said", ""))) as server:
        found = await reader(make_core(at(server.url))).ask(ABOUT)
    assert found == (Opinion("llama3", Says.SAID, "It is zero"), Opinion("llama3", Says.NOT_SAID))
    [sent] = server.requests
    assert (sent["model"], sent["temperature"]) == ("llama3", 0)
    assert sent["messages"] == ABOUT.messages
    assert ABOUT.messages[1]["content"] == (
        "Question:\nWhy is `B` zero?\n\nPoints:\n1. the update is zero\n2. B has a gradient\n\n"
        "Answer:\nIt is zero then."
    )
    assert sent["response_format"]["json_schema"]["schema"]["required"] == ["verdicts"]


def test_points_may_come_in_any_order_and_other_words_are_not_trusted() -> None:
    verdicts = [(2, ("said", "It is zero")), (1, ("contradicted", "B is random"))]
    content = {"choices": [{"message": {"content": judgement(verdicts), "role": "assistant"}}]}
    found = ABOUT.opinions("llama3", json.dumps({"id": "1", **content}).encode())
    assert [one.says for one in found] == [Says.UNMARKED, Says.SAID]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "Said, said.",
        "[]",
        "{}",
        '```json\n{"verdicts": []}\n```',
        judgement([("1", ("said", "It")), (2, ("not said", ""))]),
        judgement([(1, ("yes", "It")), (2, ("not said", ""))]),
        '{"verdicts": [{"point": 1, "verdict": "said"}]}',
        judgement([(1, ("said", "It")), (2, ("not said", ""))])[:-1] + ', "score": 1}',
    ],
)
def test_anything_but_the_json_that_was_asked_for_is_refused(content: str) -> None:
    error = refused(content)
    assert error.title == "What llama3 answered cannot be used"
    assert error.message == "It is not the JSON that was asked for."
    assert error.hint.startswith("Ask again, or name another model under [reader]")


@pytest.mark.parametrize("points", [(), (1,), (1, 1), (1, 2, 3), (0, 1), (1, 2, 2)])
def test_each_point_is_judged_once_and_no_other(points: tuple[int, ...]) -> None:
    error = refused(judgement([(point, ("not said", "")) for point in points]))
    assert error.message == "It must judge each of the 2 points once."


def test_words_that_nobody_typed_at_any_point_are_refused() -> None:
    error = refused(judgement([(1, ("said", "one")), (2, ("contradicted", "two"))]))
    assert error.message == "It quotes words that are not in your answer."


@pytest.mark.parametrize("response", [b"", b"\xff", b"{}", b'{"choices": []}', b"[" * 100_000])
def test_what_is_no_completion_is_refused(response: bytes) -> None:
    with pytest.raises(QuizError, match="llama3 answered cannot be used"):
        ABOUT.opinions("llama3", response)


async def test_an_answer_that_is_no_judgement_is_refused_over_the_wire(make_core: Make) -> None:
    with (
        serving(says("I would say yes.")) as server,
        pytest.raises(QuizError, match="not the JSON"),
    ):
        await reader(make_core(at(server.url))).ask(ABOUT)


async def test_asking_can_be_given_up_at_any_time(make_core: Make) -> None:
    with serving(never) as server:
        asking = asyncio.create_task(reader(make_core(at(server.url))).ask(ABOUT))
        assert await asyncio.to_thread(server.arrived.wait)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert await asyncio.to_thread(server.left.wait)


def test_without_an_address_nobody_can_be_asked(core: Core) -> None:
    assert core.second_reader is None


def test_agreeing_holds_for_this_start(make_core: Make) -> None:
    first = reader(make_core(FAR))
    before = (first.agreed, first.reminder)
    first.agree(always=False)
    assert before == (False, "m asks llama3 too; what is sent is shown before.")
    reminder = "m sends this to llama3 at models.example.org at once; M shows it before."
    assert (first.agreed, first.reminder) == (True, reminder)
    assert not reader(make_core(FAR)).agreed


def test_agreeing_for_always_holds_for_the_address_until_it_is_taken_back(make_core: Make) -> None:
    reader(make_core(FAR)).agree(always=True)
    assert reader(make_core(FAR)).agreed
    assert not reader(make_core(at("http://elsewhere.example.org/v1"))).agreed
    reader(make_core(FAR)).withdraw()
    assert not reader(make_core(FAR)).agreed


async def test_the_key_is_in_no_file(make_core: Make, tmp_path: Path) -> None:
    key = "sk-Very-Secret-123"
    with serving(judges(("said", "it is zero"), ("not said", ""))) as server:
        core = make_core(Settings(reader=ReaderSettings(server.url, "llama3", "READER_KEY")))
        with pytest.raises(QuizError, match="READER_KEY is not set"):
            reader(core).endpoint()
        core.env = {"READER_KEY": key}
        asked = SecondReader(core)
        asked.agree(always=True)
        await asked.ask(ABOUT)
    assert server.headers[0]["Authorization"] == f"Bearer {key}"
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert core.paths.database in files
    assert not [file for file in files if key.encode() in file.read_bytes()]
