"""The compiled copy of the library: when it stands for the files, and what replaces it."""

import os
import sqlite3
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.cards import library as library_module
from quizapp.cards.expect import Expect
from quizapp.cards.kinds.number import Number
from quizapp.cards.library import Library, load
from tests.unit.cards.decks import calm, card, deck, write


def compiled(cache: Path) -> Path:
    (path,) = cache.iterdir()
    return path


def test_a_card_is_the_same_from_the_cache_as_from_its_file(content: Path, cache: Path) -> None:
    write(
        content,
        "all",
        card(
            "open-a",
            "",
            "demo: {run: toy, with: {lr: 1e-4, on: true}, expect: "
            "[{measure: x, about: 2, within: 0.1}, {claim: y}]}",
        ),
        card("open-b", "", "figure: {run: toy, show: [train]}"),
        card("num", "", "value: 2.5", "tolerance: 1", "absolute: true", "unit: GB").replace(
            "kind: open", "kind: number"
        ),
    )
    cold, warm = load([content], cache), load([content], cache)
    assert cold.problems == ()
    assert dict(cold.cards) == dict(warm.cards)
    assert warm.cards["open-a"].demo is not None
    assert warm.cards["open-a"].demo.with_ == {"lr": 1e-4, "on": True}
    assert warm.cards["open-a"].demo.expect == (
        Expect(measure="x", about=2.0, within=0.1),
        Expect(claim="y"),
    )
    assert warm.cards["num"].body == Number(value=2.5, tolerance=1, absolute=True, unit="GB")


def test_a_changed_a_new_and_a_removed_file_are_noticed(content: Path, cache: Path) -> None:
    path = write(content, "a", card("a-1"))
    write(content, "b", card("b-1", "", "requires: [a-1]"))
    assert load([content], cache).problems == ()
    path.write_text(path.read_text().replace("a-1", "a-2"))
    library = load([content], cache)
    assert [p.code for p in library.problems] == ["C203"]
    assert library.problems[0].line == 20
    write(content, "c", card("a-1"))
    assert load([content], cache).problems == ()
    path.unlink()
    assert set(load([content], cache).cards) == {"a-1", "b-1"}


def test_only_changed_files_are_read_again(content: Path, cache: Path) -> None:
    quiet = write(content, "quiet", card("quiet-1", "What stands here?"))
    os.utime(quiet, (1, 1))
    loud = write(content, "loud", card("loud-1"))
    load([content], cache)
    quiet.write_text(quiet.read_text().replace("stands", "STANDS"))
    os.utime(quiet, (1, 1))
    loud.write_text(loud.read_text() + card("loud-2"))
    library = load([content], cache)
    assert library.cards["quiet-1"].question == "What stands here?"
    assert "loud-2" in library.cards


def test_a_file_saved_again_within_a_tick_of_the_clock_is_noticed(
    content: Path, cache: Path
) -> None:
    path = write(content, "a", card("a-1", "What stands here?"))
    load([content], cache)
    now = compiled(cache).stat().st_mtime_ns
    path.write_text(path.read_text().replace("stands", "STANDS"))
    os.utime(path, ns=(now, now))
    load([content], cache)
    path.write_text(path.read_text().replace("STANDS", "stands"))
    os.utime(path, ns=(now, now))
    os.utime(compiled(cache), ns=(now, now))
    assert load([content], cache).cards["a-1"].question == "What stands here?"


@pytest.mark.parametrize("damage", ["empty", "cut", "flipped", "foreign"])
def test_a_damaged_cache_is_rebuilt_silently(content: Path, cache: Path, damage: str) -> None:
    write(content, "a", card("a-1"))
    load([content], cache)
    path = compiled(cache)
    whole = path.read_bytes()
    middle = len(whole) // 2
    path.write_bytes(
        {
            "empty": b"",
            "cut": whole[:-5],
            "foreign": b"not ours" * 9,
            "flipped": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        }[damage]
    )
    assert load([content], cache).cards["a-1"].kind == "open"
    assert path.read_bytes() == whole


@settings(calm, max_examples=30)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_whichever_bit_of_a_cache_flips_the_cards_are_right(
    tmp_path_factory: pytest.TempPathFactory, place: float, bit: int
) -> None:
    content = tmp_path_factory.mktemp("content")
    write(content, "a", card("a-1"), card("a-2"))
    whole = load([content], content / "cache")
    path = compiled(content / "cache")
    data = bytearray(path.read_bytes())
    data[int(place * len(data))] ^= 1 << bit
    path.write_bytes(data)
    again = load([content], content / "cache")
    assert dict(again.cards) == dict(whole.cards)
    assert (again.heads, again.decks) == (whole.heads, whole.decks)


def test_another_database_in_place_of_the_cache_is_replaced(content: Path, cache: Path) -> None:
    write(content, "a", card("a-1"))
    load([content], cache)
    path = compiled(cache)
    path.unlink()
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE compiled (content TEXT)")
        database.execute("INSERT INTO compiled VALUES ('{}')")
    foreign = path.read_bytes()
    path.write_bytes(foreign + zlib.crc32(foreign).to_bytes(4))
    assert list(load([content], cache).cards) == ["a-1"]
    assert path.read_bytes() != foreign


def test_a_library_that_is_open_keeps_its_cards_when_the_cache_is_replaced(
    content: Path, cache: Path
) -> None:
    path = write(content, "a", card("a-1", "What stands here?"))
    load([content], cache)
    warm = load([content], cache)
    path.write_text(deck("a", card("a-2")))
    assert list(load([content], cache).cards) == ["a-2"]
    compiled(cache).unlink()
    assert warm.cards["a-1"].question == "What stands here?"


@pytest.mark.parametrize("package", ["pydantic", "yaml"])
def test_another_version_of_a_parser_makes_other_rules(
    package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = library_module._rules()
    folder = tmp_path / package
    folder.mkdir()
    for name in ("__init__.py", "version.py"):
        (folder / name).write_text('VERSION = __version__ = "99"\n')
    monkeypatch.delitem(sys.modules, package)
    monkeypatch.syspath_prepend(tmp_path)
    assert library_module._rules() != before


def test_a_cache_of_other_rules_is_rebuilt(
    content: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(content, "a", card("a-1"))
    load([content], cache)
    before = compiled(cache).stat().st_ino
    monkeypatch.setattr("quizapp.cards.library._rules", lambda: 1)
    assert list(load([content], cache).cards) == ["a-1"]
    assert compiled(cache).stat().st_ino != before


def test_a_cache_folder_that_cannot_be_written_is_done_without(content: Path) -> None:
    write(content, "a", card("a-1"))
    blocked = content / "file"
    blocked.write_text("")
    assert load([content], blocked / "cache").cards["a-1"].kind == "open"


def test_nothing_but_the_library_is_left_in_the_cache_folder(content: Path, cache: Path) -> None:
    for number in range(3):
        write(content, f"a{number}", card(f"a-{number}"))
        load([content], cache)
    assert compiled(cache).suffix == ".sqlite"


PROBE = """
import sys
from pathlib import Path
from quizapp.cards.library import load
library = load([Path(sys.argv[1])], Path(sys.argv[2]))
assert [library.cards[name].question for name in library.order]
print(*{"yaml", "pydantic", "quizapp.cards.validate", "quizapp.cards.source"} & set(sys.modules))
"""


def test_a_warm_start_imports_neither_yaml_nor_pydantic(content: Path, cache: Path) -> None:
    write(content, "a", card("a-1"))
    cold, warm = (
        subprocess.run(
            [sys.executable, "-c", PROBE, str(content), str(cache)],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split()
        for _ in range(2)
    )
    assert {"yaml", "pydantic"} <= set(cold)
    assert warm == []


def seconds(content: Path, cache: Path) -> tuple[Library, float]:
    start = time.perf_counter()
    library = load([content], cache)
    library.cards[library.order[0]]
    return library, time.perf_counter() - start


@pytest.mark.slow
def test_a_warm_start_costs_little_of_a_cold_one_at_ten_thousand_cards(
    content: Path, cache: Path
) -> None:
    for number in range(200):
        cards = (card(f"c-{number}-{index}") for index in range(50))
        (content / f"d-{number}.yaml").write_text(deck(f"d-{number}", *cards))
    library, cold = seconds(content, cache)
    warm = min(seconds(content, cache)[1] for _ in range(5))
    print(f"{len(library.cards)} cards: cold {cold:.2f} s, warm to first card {1e3 * warm:.1f} ms")
    assert len(library.cards) == 10_000
    assert warm < cold / 20
