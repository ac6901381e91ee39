"""Answer, undo, search and the first due card beside Anki's own library, in one run.

Both hold the same 10,000 cards, 1,000 of them learned and 200 asked today, schedule with FSRS and
write to the same disk. Measured in turn, compared by median. Needs the extra `bench`.
"""

from __future__ import annotations

import gc
import random
import re
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from quizapp.app.core import Core, open_core
from quizapp.app.desk import Sitting
from quizapp.app.scope import Scope
from quizapp.app.search_index import SearchIndex
from quizapp.paths import Paths
from quizapp.study import actions
from quizapp.study.model import Answer, CardState, Rating
from tests.benchmarks.bench_promises import spawn_seconds

collection = pytest.importorskip(
    "anki.collection",
    reason="the comparison with Anki needs the extra `bench`: pip install -e '.[bench]'",
)

CARDS, LEARNED, ANSWERS = 10_000, 1_000, 180
FIRST_DUE = str(Path(__file__).parent / "first_due.py")
NOUNS = ("adapter", "baseline", "curve", "dataset", "epoch", "filter", "gradient", "head")
QUERIES = {
    "tag:t3 gradient": "tag:t3 gradient",
    "zero": "zero",
    "is:due": "is:due",
    "-tag:t3 curve": "-tag:t3 curve",
    "(tag:t4 or tag:t5) run": "(tag:t4 or tag:t5) run",
    "prop:ivl>=3": "prop:ivl>=3",
}


def words(number: int) -> tuple[str, str]:
    """Return question and answer of a card; both programs get the same."""
    rng = random.Random(number)
    noun = rng.choice(NOUNS)
    answer = " ".join(rng.choice(NOUNS) for _ in range(40))
    return f"Why is the {noun} zero at the start of run {number}?", f"Because {answer}."


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of quizapp with all cards, a thousand of them answered ten days ago."""
    folder = tmp_path_factory.mktemp("quizapp")
    decks = folder / "many"
    decks.mkdir()
    for deck in range(50):
        lines = [f"deck: many-{deck}", "title: Many", "cards:"]
        for number in range(deck, CARDS, 50):
            question, answer = words(number)
            lines += [
                f"- id: c-{number}",
                "  kind: open",
                "  difficulty: mid",
                f"  question: {question}",
                f"  answer: {answer}",
                f"  tags: [t{number % 50}]",
                "  key_points: [{point: it is, must: true}]",
            ]
        (decks / f"many-{deck}.yaml").write_text("\n".join(lines), encoding="utf-8")
    core = open_home(folder)
    core.store.connection.execute("PRAGMA synchronous = OFF")
    then = datetime.now(UTC) - timedelta(days=10)
    for number in range(LEARNED):
        deed = actions.rate(CardState(f"c-{number}"), Answer(Rating.EASY), then, core.scheduler)
        core.store.commit(deed, core.scheduler)
    core.close()
    return folder


def open_home(folder: Path) -> Core:
    """Open the app's core over these cards alone, without its screens."""
    return open_core(Paths(folder, folder / "cache", folder, (folder / "many",), ()))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A collection of Anki with the same cards, a thousand of them due."""
    path = tmp_path_factory.mktemp("anki") / "collection.anki2"
    anki = collection.Collection(str(path))
    deck = anki.decks.id("Many")
    kind = anki.models.by_name("Basic")
    requests = []
    for number in range(CARDS):
        note = anki.new_note(kind)
        note["Front"], note["Back"] = words(number)
        note.tags = [f"t{number % 50}"]
        requests.append(collection.AddNoteRequest(note, deck))
    anki.add_notes(requests)
    anki.set_config("fsrs", True)
    anki.sched.set_due_date(list(anki.find_cards("deck:Many"))[:LEARNED], "0")
    anki.decks.set_current(deck)
    anki.close()
    return path


@pytest.fixture
def anki(file: Path) -> Iterator[Any]:
    """The open collection."""
    opened = collection.Collection(str(file))
    yield opened
    opened.close()


@pytest.fixture
def core(home: Path) -> Iterator[Core]:
    """The app's core, open."""
    opened = open_home(home)
    yield opened
    opened.close()


def milliseconds(work: Callable[[], object]) -> float:
    """Return how long a call takes."""
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


def compare(name: str, ours: list[float], theirs: list[float], unit: str = "ms") -> None:
    """Print both medians, and fail where ours is above."""
    mine, anki = statistics.median(ours), statistics.median(theirs)
    print(f"\n{name}: {mine / anki:.3f} of Anki ({mine:.3f} {unit} and {anki:.3f} {unit})", end="")
    assert mine <= anki, name


def test_an_answer_and_its_undo(core: Core, anki: Any) -> None:
    """From the rating to the next question; and from undo to the question it brings back.

    Anki computes the four intervals together with the question, quizapp when the answer is shown;
    they count for both.
    """
    from anki.cards import Card

    sitting = Sitting(core, Scope())
    queued = [anki.sched.get_queued_cards().cards[0]]

    def answer() -> None:
        sitting.rate(Answer(Rating.GOOD))
        assert sitting.card is not None

    def undo() -> None:
        assert sitting.undo() is not None and sitting.card is not None

    def anki_answer() -> None:
        card = Card(anki, backend_card=queued[0].card)
        card.start_timer()
        states = queued[0].states
        good = 2  # CardAnswer.GOOD
        anki.sched.answer_card(anki.sched.build_answer(card=card, states=states, rating=good))
        queued[0] = anki.sched.get_queued_cards().cards[0]

    def anki_undo() -> None:
        anki.undo()
        queued[0] = anki.sched.get_queued_cards().cards[0]

    times: dict[str, list[float]] = {"answer": [], "undo": [], "their answer": [], "their undo": []}
    gc.freeze()  # as the app does after its first frame
    for _ in range(ANSWERS):
        intervals = milliseconds(sitting.preview)
        times["answer"].append(intervals + milliseconds(answer))
        times["their answer"].append(milliseconds(anki_answer))
        times["undo"].append(milliseconds(undo))
        times["their undo"].append(milliseconds(anki_undo))
        sitting.preview()
        answer()
        anki_answer()
    compare("answer", times["answer"], times["their answer"])
    compare("undo", times["undo"], times["their undo"])


@pytest.mark.parametrize("query", QUERIES)
def test_a_search(core: Core, anki: Any, query: str) -> None:
    index = SearchIndex(core)
    index.read_cards()
    index.refresh()
    ours, theirs = [], []
    for _ in range(30):
        ours.append(milliseconds(lambda: index.find(query)))
        theirs.append(milliseconds(lambda: anki.find_cards(query)))
    if "is:" not in query and "prop:" not in query:
        assert len(index.find(query)) == len(anki.find_cards(query)) > 0
    compare(f"search {query}", ours, theirs)


def test_the_first_due_card(home: Path, file: Path) -> None:
    """From the start of Python to the question, in a process of its own."""
    spawn_seconds(FIRST_DUE, "quizapp", str(home))  # writes the cache
    ours, theirs = [], []
    for _ in range(9):
        ours.append(spawn_seconds(FIRST_DUE, "quizapp", str(home)))
        theirs.append(spawn_seconds(FIRST_DUE, "anki", str(file)))
    compare("first due card", ours, theirs, "s")


def test_the_product_does_not_import_anki() -> None:
    sources = (Path(__file__).parents[2] / "quizapp").rglob("*.py")
    for source in sources:
        for line in source.read_text(encoding="utf-8").splitlines():
            assert not re.match(r"\s*(import|from) anki\b", line), source
