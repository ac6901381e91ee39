"""The library: what it holds, how it is ordered, and its compiled copy."""

import contextlib
import os
import sqlite3
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.cards import library as library_module
from quizapp.cards.check import check
from quizapp.cards.expect import Expect
from quizapp.cards.graph import study_order
from quizapp.cards.kinds.number import Number
from quizapp.cards.library import Library, load
from tests.unit.cards.decks import calm, card, deck, write


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def compiled(cache: Path) -> Path:
    (path,) = cache.iterdir()
    return path


def test_cards_and_decks_are_there_by_id(content: Path, cache: Path) -> None:
    path = write(content, "lora", card("lora-a"), card("lora-b", "Why B?", "tags: [b, lora]"))
    library = load([content], cache)
    assert library.problems == ()
    assert list(library.cards) == ["lora-a", "lora-b"]
    assert library.cards["lora-b"].question == "Why B?"
    assert library.cards["lora-b"].answer.endswith("Then the mechanism.")
    assert library.heads["lora-b"].tags == ("b", "lora")
    assert library.decks["lora"].title == "The deck lora"
    assert library.decks["lora"].path == str(path)
    assert library.decks["lora"].cards == ("lora-a", "lora-b")


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


def test_a_bad_card_and_a_bad_deck_hide_nothing_else(content: Path, cache: Path) -> None:
    write(content, "good", card("good-a"))
    write(content, "half", card("half-a"), "- id: half-b\n  kind: open\n", card("half-c"))
    (content / "broken.yaml").write_text("deck: [\n")
    library = load([content], cache)
    assert set(library.cards) == {"good-a", "half-a", "half-c"}
    assert {Path(p.file).name for p in library.problems} == {"half.yaml", "broken.yaml"}
    assert load([content], cache).problems == library.problems


def test_what_was_good_before_stands_until_its_file_is_good_again(
    content: Path, cache: Path
) -> None:
    path = write(content, "a", card("a-1"), card("a-2", "What stands here?"), card("a-3"))
    good = path.read_text()
    load([content], cache)
    half = good.replace("question: What stands here?", "question: 7").replace("a-3 about", "new")
    path.write_text(half)
    for _ in range(2):
        library = load([content], cache)
        assert library.order == library.decks["a"].cards == ("a-1", "a-2", "a-3")
        assert library.cards["a-2"].question == "What stands here?"
        assert [p.code for p in library.problems] == ["C103"]
    path.write_text(half.replace("deck: a", "deck: [a"))
    for _ in range(2):
        library = load([content], cache)
        assert library.cards["a-2"].question == "What stands here?"
        assert [p.code for p in library.problems] == ["Y002"]
    path.write_text(good.replace("stands", "stood"))
    assert load([content], cache).cards["a-2"].question == "What stood here?"


def test_a_card_that_is_not_yaml_stands_and_the_others_follow_their_file(
    content: Path, cache: Path
) -> None:
    path = write(content, "a", card("a-1"), card("a-2", "What stands here?"), card("a-3"))
    good = path.read_text()
    load([content], cache)
    path.write_text(good.replace("What stands", "What: stands").replace("a-3 about", "new"))
    for _ in range(2):
        library = load([content], cache)
        assert library.order == ("a-1", "a-2", "a-3")
        assert library.cards["a-2"].question == "What stands here?"
        assert library.cards["a-3"].question == "What is new?"
        assert [p.code for p in library.problems] == ["Y002"]
    path.write_text(good.replace("- id: a-2", "- id: a-2: x").replace("a-3 about", "new"))
    library = load([content], cache)
    assert library.order == ("a-1", "a-2", "a-3")
    assert [p.code for p in library.problems] == ["Y002"]


def test_a_card_that_was_taken_out_of_a_file_does_not_stay(content: Path, cache: Path) -> None:
    path = write(content, "a", card("a-1"), card("a-2"))
    load([content], cache)
    path.write_text(deck("a", card("a-1"), "- id: a-3\n  kind: open\n"))
    assert load([content], cache).order == ("a-1",)


def dangling(path: Path) -> None:
    path.symlink_to("/nonexistent/deck.yaml")


def looping(path: Path) -> None:
    path.symlink_to(path.name)


def pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (dangling, "the link leads nowhere: No such file or directory"),
        (looping, "the link leads nowhere: Too many levels of symbolic links"),
        (pipe, "this is a pipe or a device, not a file"),
        (Path.mkdir, "this is a folder, not a file"),
    ],
)
def test_what_is_no_deck_file_is_named_and_hides_no_deck(
    content: Path, cache: Path, make: Callable[[Path], None], says: str
) -> None:
    write(content, "good", card("good-1"))
    odd = content / "odd.yaml"
    make(odd)
    for _ in range(2):
        library = load([content], cache)
        assert library.order == ("good-1",)
        [problem] = library.problems
        assert (problem.file, problem.message) == (str(odd), says)
    report = check([content])
    assert [p.message for p in report.problems] == [says]


def test_a_folder_that_cannot_be_read_is_named_and_the_others_are_read(
    content: Path, tmp_path: Path, cache: Path
) -> None:
    write(content, "good", card("good-1"))
    loop, gone = tmp_path / "loop", tmp_path / "gone"
    looping(loop)
    dangling(gone)
    library = load([loop, content, gone], cache)
    assert library.order == ("good-1",)
    assert [p.file for p in library.problems] == [str(gone), str(loop)]
    assert [p.file for p in check([loop, content]).problems] == [str(loop)]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_named_and_read_once_it_may(content: Path, cache: Path) -> None:
    path = write(content, "own", card("own-1"))
    for place, mode in ((path, 0o600), (content, 0o700)):
        place.chmod(0)
        library = load([content], cache)
        assert [p.message for p in library.problems] == ["it cannot be read: Permission denied"]
        place.chmod(mode)
        library = load([content], cache)
        assert (library.order, library.problems) == (("own-1",), ())


def test_a_file_that_goes_away_while_the_folder_is_listed_is_no_problem(
    content: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(content, "good", card("good-1"))
    going = write(content, "going", card("going-1"))
    scan = os.scandir

    def scan_slowly(folder: Path) -> object:
        entries = scan(folder)
        listed = contextlib.nullcontext(list(entries))
        going.unlink(missing_ok=True)
        return listed

    monkeypatch.setattr("os.scandir", scan_slowly)
    library = load([content], cache)
    assert (library.order, library.problems) == (("good-1",), ())


def test_a_card_with_a_key_written_twice_is_left_out(content: Path, cache: Path) -> None:
    write(content, "twice", card("a", "", "hint: Another one."), card("b"))
    library = load([content], cache)
    assert list(library.cards) == ["b"]
    assert [p.code for p in library.problems] == ["Y001"]


def test_each_card_comes_after_the_cards_it_requires(content: Path, cache: Path) -> None:
    write(content, "a", card("a-2", "", "requires: [b-1]"), card("a-1"))
    write(content, "b", card("b-1", "", "requires: [b-2]"), card("b-2"))
    assert load([content], cache).order == ("b-2", "b-1", "a-2", "a-1")


def test_decks_come_by_their_order_then_by_id(content: Path, cache: Path) -> None:
    for name in ("c", "b", "a"):
        write(content, name, card(f"{name}-1"))
    path = content / "c.yaml"
    path.write_text(path.read_text().replace("cards:", "order: 1\ncards:"))
    library = load([content], cache)
    assert list(library.decks) == ["c", "a", "b"]
    assert library.order == ("c-1", "a-1", "b-1")


@calm
@given(st.dictionaries(st.integers(0, 30), st.lists(st.integers(0, 30)), max_size=20))
def test_study_order_holds_every_card_once_and_needs_first(graph: dict[int, list[int]]) -> None:
    requires = {str(k): [str(n) for n in v if n < k and n in graph] for k, v in graph.items()}
    order = study_order(requires)
    assert sorted(order) == sorted(requires)
    for name, needs in requires.items():
        assert all(order.index(need) < order.index(name) for need in needs)


def test_references_that_lead_nowhere_are_reported_and_dropped(content: Path, cache: Path) -> None:
    write(
        content,
        "d",
        card("d-1", "", "requires: [gone]", "follow_ups: [gone, d-2]"),
        card("d-2", "", "requires: [d-3]"),
        card("d-3", "", "requires: [d-2]"),
    )
    library = load([content], cache)
    assert sorted(p.code for p in library.problems) == ["C203", "C204", "C205"]
    assert library.cards["d-1"].requires == ()
    assert library.cards["d-1"].follow_ups == ("d-2",)
    assert set(library.order) == {"d-1", "d-2", "d-3"}


def test_a_card_does_not_follow_itself_under_any_name(content: Path, cache: Path) -> None:
    write(
        content, "d", card("new", "", "aliases: [old]", "follow_ups: [old, new, two]"), card("two")
    )
    library = load([content], cache)
    assert library.cards["new"].follow_ups == ("two",)
    assert [problem.code for problem in library.problems] == ["C204", "C207", "C204"]


def test_an_alias_leads_to_the_present_card(content: Path, cache: Path) -> None:
    write(
        content,
        "d",
        card("new", "", "aliases: [old]"),
        card("other", "", "requires: [old]", "follow_ups: [old]"),
    )
    library = load([content], cache)
    assert library.aliases == {"old": "new"}
    assert library.heads["other"].requires == ("new",)
    assert library.cards["other"].follow_ups == ("new",)


def test_of_two_cards_of_one_id_the_first_stays(content: Path, tmp_path: Path, cache: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    write(content, "one", card("same", "What is the first?"))
    write(other, "two", card("same", "What is the second?"))
    library = load([content, other, tmp_path / "absent"], cache)
    assert library.cards["same"].question == "What is the first?"
    assert [(p.code, Path(p.file).name) for p in library.problems] == [("C201", "two.yaml")]
    assert library.decks["two"].cards == ()


def test_an_empty_folder_is_an_empty_library(content: Path, cache: Path) -> None:
    for _ in range(2):
        library = load([content], cache)
        assert (list(library.cards), list(library.decks), library.problems) == ([], [], ())


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
