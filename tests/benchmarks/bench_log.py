"""What a visit to a screen costs the loop that answers keys, with a log of 30,000 reviews.

Counted are the CPU time of the loop's thread, as a ratio to a fixed amount of arithmetic measured
in the same run, and the rows that SQLite hands over: both stay the same on a busy machine. Each
visit is made cold, as the first of a process, and warm, after one more answer.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from quizapp.app.core import Core, open_core
from quizapp.app.desk import Sitting
from quizapp.app.facts import card_facts
from quizapp.app.overview import overview
from quizapp.app.progress import Progress
from quizapp.app.scope import Scope
from quizapp.app.search_index import SearchIndex
from quizapp.app.statistics import Statistics
from quizapp.app.statistics import statistics as read_log
from quizapp.paths import find_paths
from quizapp.study.actions import rate
from quizapp.study.model import Answer, CardState, Rating
from quizapp.tui.statistics_page import parts
from tests.unit.app.counting import counting

REVIEWS, DAYS, ROUNDS = 30_000, 500, 7
SQUARES = 400_000
"""Numbers squared by the yardstick: 16 ms, a frame, on the machine this was written on."""


@dataclass
class Cost:
    """What a visit took."""

    cpu_ms: float
    rows: int


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose learner answered the cards of the product over and over."""
    folder = tmp_path_factory.mktemp("home")
    core = open_home(folder)
    core.store.connection.execute("PRAGMA synchronous = OFF")
    rng, names = Random(1), list(core.library.order)
    states = {name: CardState(name) for name in names}
    start = datetime.now(UTC) - timedelta(days=DAYS)
    for number in range(REVIEWS):
        name = names[number] if number < len(names) else rng.choice(names)
        day, turn = divmod(number, REVIEWS // DAYS)
        now = start + timedelta(days=day, seconds=30 * turn)
        answer = Answer(
            Rating(rng.choice([1, 2, 3, 3, 3, 3, 3, 4])),
            elapsed_ms=rng.randrange(5_000, 200_000),
            confidence=rng.choice([None, 1, 2, 3]),
            all_musts=rng.random() < 0.8,
            response="because " * rng.randrange(1, 60),
        )
        action = rate(states[name], answer, now, core.scheduler)
        states[name] = core.store.commit(action, core.scheduler).action.after
        if rng.random() < 0.01 and (undone := core.store.undo()):
            states[name] = undone.state
    core.set_interview_date(core.today + timedelta(days=10))
    core.close()
    return folder


def open_home(folder: Path) -> Core:
    """Open the product's cards over a home."""
    return open_core(find_paths({"QUIZAPP_HOME": str(folder)}))


@pytest.fixture
def core(home: Path) -> Iterator[Core]:
    """The app's core, open, with its objects out of the collector's way as in the app."""
    opened = open_home(home)
    assert opened.infos and opened.library.cards
    gc.freeze()
    yield opened
    opened.close()


def yardstick_ms() -> float:
    """Return the CPU time of the fixed arithmetic."""
    started = time.thread_time()
    sum(number * number for number in range(SQUARES))
    return 1000 * (time.thread_time() - started)


def measured(core: Core, visit: Callable[[], object]) -> Cost:
    """Return what a visit takes of this thread, and the rows it reads."""
    with counting(core.store.connection) as rows:
        started = time.thread_time()
        visit()
        cpu_ms = 1000 * (time.thread_time() - started)
    return Cost(cpu_ms, rows.read)


def promise(name: str, core: Core, visits: Iterator[Callable[[], object]]) -> None:
    """Print the costs of the visits and fail where one takes longer than the yardstick."""
    costs = [measured(core, visit) for visit in visits]
    frame = statistics.median(yardstick_ms() for _ in range(ROUNDS))
    cpu = statistics.median(cost.cpu_ms for cost in costs)
    rows = max(cost.rows for cost in costs)
    print(f"\n{name}: {cpu / frame:.2f} of the yardstick ({cpu:.2f} ms CPU), {rows} rows", end="")
    assert cpu <= frame, name
    assert rows <= REVIEWS / 10, name


def cold(core: Core, visit: Callable[[], object]) -> Iterator[Callable[[], object]]:
    """Yield visits that have nothing of an earlier one to build on."""

    def first() -> None:
        core.progress = Progress(core.store)
        visit()

    for _ in range(ROUNDS):
        yield first


def warm(core: Core, visit: Callable[[], object]) -> Iterator[Callable[[], object]]:
    """Yield visits after one more answer each."""
    sitting = Sitting(core, Scope("", frozenset(core.library.order[:200])))
    visit()
    for _ in range(ROUNDS):
        if sitting.card is not None:
            sitting.rate(Answer(Rating.GOOD))
        yield visit


def test_home(core: Core) -> None:
    def visit() -> None:
        overview(core)

    promise("home, cold", core, cold(core, visit))
    promise("home, after an answer", core, warm(core, visit))


def test_browse(core: Core) -> None:
    index = SearchIndex(core)
    index.read_cards()

    def visit() -> None:
        index.refresh()
        index.find("")

    def first() -> None:
        fresh = SearchIndex(core)
        fresh._texts, fresh._cards = index._texts, index._cards  # these are read in a thread
        fresh.refresh()

    promise("browse, cold", core, cold(core, first))
    promise("browse, after an answer", core, warm(core, visit))
    index.refresh()
    for query in ("rated:7:1", "rated:365", "introduced:30"):

        def find(query: str = query) -> None:
            index.find(query)

        promise(f"search {query}", core, cold(core, find))


def test_card_info(core: Core) -> None:
    card = core.library.cards[core.library.order[0]]
    promise("card info", core, cold(core, lambda: card_facts(core, card)))


def test_the_tick_of_a_sitting(core: Core) -> None:
    sitting = Sitting(core, Scope())
    for _ in range(200):
        if sitting.card is not None:
            sitting.rate(Answer(Rating.GOOD))
    promise("study tick", core, cold(core, lambda: (sitting.answered, sitting.left)))


def test_statistics(core: Core) -> None:
    """Its numbers come from a thread: the loop only asks for them and writes them down."""
    titles = {deck.id: deck.title for deck in core.library.decks.values()}
    questions = {head.id: head.question for head in core.library.heads.values()}

    async def visit(found: list[Statistics], today: date) -> float:
        started = time.thread_time()
        found.append(await read_log(core))
        for text in parts(found[-1], today, core.rules, titles, questions).values():
            text(100)
        return 1000 * (time.thread_time() - started)

    found: list[Statistics] = []
    costs = [asyncio.run(visit(found, core.today)) for _ in range(ROUNDS)]
    assert found[-1].answers > 0.9 * REVIEWS
    frame, cpu = statistics.median(yardstick_ms() for _ in range(ROUNDS)), statistics.median(costs)
    print(
        f"\nstatistics: {cpu / frame:.2f} of the yardstick ({cpu:.2f} ms CPU on the loop)", end=""
    )
    assert cpu <= frame
