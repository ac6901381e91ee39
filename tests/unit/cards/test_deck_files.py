"""Deck files as they are found: broken, unreadable, half written, no deck at all."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from quizapp.cards.check import check
from quizapp.cards.library import load
from tests.unit.cards.decks import card, deck, write


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
