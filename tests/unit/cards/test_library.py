"""The library: what it holds and how it is ordered."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.graph import study_order
from quizapp.cards.library import load
from tests.unit.cards.decks import calm, card, write


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
