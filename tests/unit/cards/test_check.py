"""What `quizapp check` finds in good decks, and what it leaves alone."""

import json
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.check import check
from quizapp.cards.form import keys
from quizapp.cards.insert import add_card
from quizapp.cards.kinds import KINDS, bodies
from quizapp.cards.model import Common, DeckHead
from quizapp.cards.schema import deck_schema
from quizapp.cards.similar import SIMILAR, similar_pairs
from quizapp.cards.skeleton import new_card, new_deck
from quizapp.demo.spec import DemoSpec
from quizapp.errors import QuizError
from tests.unit.cards.decks import calm, card, write

SCHEMA = Path(__file__).parents[3] / "content" / "card.schema.json"


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_deck_and_a_card_added_to_it_lack_only_their_texts(
    kind: str, tmp_path: Path, demos: Mapping[str, DemoSpec]
) -> None:
    path = tmp_path / "my-topic.yaml"
    path.write_text(new_deck("my-topic", kind) + new_card("my-second-card", "my-topic", kind))
    report = check([tmp_path], demos)
    lacking = {"C210", "L317"} if kind == "code" else set()  # its exercise is yet to be written
    assert {problem.code for problem in report.problems} == {"L306"} | lacking
    assert (report.files, report.cards) == (1, 2)
    text = path.read_text(encoding="utf-8")
    repeated = {"choice": 1, "multi": 2}.get(kind, 0)  # `correct` names an option once more
    texts = [problem for problem in report.problems if problem.code == "L306"]
    assert len(texts) == text.count("Replace this:") - 2 * repeated
    path.write_text(text.replace("Replace this: ", ""), encoding="utf-8")
    assert {problem.code for problem in check([tmp_path], demos).problems} == lacking


def test_questions_that_are_still_to_be_written_are_not_taken_for_the_same(tmp_path: Path) -> None:
    asked = ("Replace this: what?", "TODO: what is this?")
    cards = [card(f"a-{n}", f'"{text}"') for n, text in enumerate(2 * asked)]
    write(tmp_path, "a", *cards)
    assert [problem.code for problem in check([tmp_path]).problems] == ["L306"] * 4


@pytest.mark.parametrize("indent", [0, 2])
@pytest.mark.parametrize("newline", ["", "\n", "\n\n"])
def test_a_card_is_added_as_the_others_are_indented(
    indent: int, newline: str, tmp_path: Path
) -> None:
    text = "deck: d\ntitle: D\ncards:\n" + textwrap.indent(card("d-1"), " " * indent)
    raw = (text.rstrip("\n") + newline).encode()
    (tmp_path / "d.yaml").write_bytes(add_card("d.yaml", raw, "d-2", "d"))
    report = check([tmp_path])
    assert (report.cards, {problem.code for problem in report.problems}) == (2, {"L306"})


@pytest.mark.parametrize("cards", ["cards: []\n", "cards:\n", ""])
def test_a_card_is_added_to_a_deck_without_cards(cards: str, tmp_path: Path) -> None:
    raw = f"deck: d\ntitle: D\n{cards}".encode()
    (tmp_path / "d.yaml").write_bytes(add_card("d.yaml", raw, "d-1", "d"))
    report = check([tmp_path])
    assert (report.cards, {problem.code for problem in report.problems}) == (1, {"L306"})


def test_items_of_a_wrong_type_are_not_missing_as_well(tmp_path: Path) -> None:
    steps = card("a-1", "", "steps: [1, 2]").replace("kind: open", "kind: order")
    write(tmp_path, "a", steps)
    found = [(problem.code, problem.message) for problem in check([tmp_path]).problems]
    assert found == [
        ("C103", "`steps[0]` must be text, not the number 1"),
        ("C103", "`steps[1]` must be text, not the number 2"),
    ]


GOOD: dict[str, Any] = {
    "id": "a-1",
    "kind": "open",
    "question": "What is it?",
    "difficulty": "mid",
    "tags": ["lora"],
    "requires": [],
    "hint": "Think.",
    "answer": "It is this.",
    "key_points": [
        {"point": "first", "must": True, "shown": "learns"},
        {"point": "second"},
        {"point": "third"},
    ],
    "pitfall": "That.",
    "follow_ups": [],
    "references": [{"title": "A paper", "where": "section 1"}],
    "demo": {"run": "toy", "shows": "The loss ends at {loss}."},
}
MISTAKES: list[dict[str, Any]] = [
    {"id": "Not Kebab"},
    {"kind": "opne"},
    {"question": 64},
    {"difficulty": "middle"},
    {"difficulty": None},
    {"tags": "lora"},
    {"requires": ["gone"]},
    {"hint": "Think of $x$."},
    {"answer": "TODO"},
    {"key_points": [{"point": 1, "must": True}, {"point": "two"}, {"point": "$y$"}]},
    {"key_points": [{"point": "one", "must": True}]},
    {"pitfall": "[a link](nowhere)"},
    {"pitfall": ""},
    {"follow_ups": ["gone"]},
    {"references": [{"title": "A paper"}]},
    {"references": []},
    {"demo": {"run": "nowhere"}},
    {"demo": {"run": "toy", "with": {"rank": 99, "lr": 1, "mode": ["a"]}}},
    {"demo": {"run": "toy", "expect": [{"claim": "lerns"}, {"measure": "loss"}, {"claim": 3}]}},
    {"wrong": "key"},
    {"options": ["a", "b"]},
]


@pytest.mark.parametrize("first", MISTAKES, ids=str)
def test_a_mistake_hides_no_other_one(
    first: dict[str, Any], tmp_path: Path, demos: Mapping[str, DemoSpec]
) -> None:
    def found(*mistakes: dict[str, Any]) -> set[tuple[str, str]]:
        one = dict(GOOD)
        for mistake in mistakes:
            one |= mistake
        (tmp_path / "a.yaml").write_text(
            json.dumps({"deck": "a", "title": "A", "cards": [one]}), encoding="utf-8"
        )
        return {(p.code, p.message) for p in check([tmp_path], demos).problems}

    assert found() == set()
    alone = found(first)
    assert alone
    for second in MISTAKES:
        if first.keys() != second.keys():
            assert found(first, second) == alone | found(second), second


def test_cards_that_are_not_yaml_hide_nothing_of_the_others(tmp_path: Path) -> None:
    cards = [
        card("a-1", "", "requires: [a-2, gone]"),
        card("a-2", "What: is it?"),
        card("a-3", "Is it $x$?", "follow_ups: [a-4, a-2]"),
        card("a-4", '"Never closed'),
        card("a-5", "64"),
        card("a-6", "", "tags: [a, b"),
    ]
    path = write(tmp_path, "a", *cards)
    path.write_text(f"{path.read_text()}lesson: TODO\n", encoding="utf-8")
    lines = path.read_text().splitlines()
    found = [(p.code, lines[p.line - 1].strip()) for p in check([tmp_path]).problems]
    assert found == [
        ("C203", "requires: [a-2, gone]"),
        ("Y002", "question: What: is it?"),
        ("L301", "question: Is it $x$?"),
        ("Y002", 'question: "Never closed'),
        ("C103", "question: 64"),
        ("Y002", "no_demo: Nothing to measure."),
        ("L306", "lesson: TODO"),
    ]


BODY_KEYS = sorted({key for body in bodies().values() for key in keys(body)})
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 9),
    st.floats(),
    st.text("a{}|$[]()# `", max_size=6),
    st.lists(st.one_of(st.integers(-1, 5), st.text("ab", max_size=2)), max_size=3),
    st.dictionaries(st.sampled_from(["point", "run", "with", "claim"]), st.integers(), max_size=2),
)


@calm
@given(
    kind=st.sampled_from(KINDS),
    changes=st.dictionaries(
        st.sampled_from(
            [*GOOD, "options", "correct", "steps", "value", "tolerance", "text", "unit"]
        ),
        ODD,
        max_size=6,
    ),
)
def test_whatever_stands_in_a_card_check_reports_it_and_goes_on(
    kind: str, changes: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("odd")
    odd = {**GOOD, "kind": kind, "requires": ["gone"], **changes}
    data = {"deck": "a", "title": "A", "cards": [odd, {**GOOD, "id": "b", "question": 7}]}
    (folder / "a.yaml").write_text(json.dumps(data), encoding="utf-8")
    codes = [problem.code for problem in check([folder], {}).problems]
    assert {"C103", "C210"} <= set(codes)


def test_a_deck_whose_head_is_wrong_is_checked_to_its_last_card(tmp_path: Path) -> None:
    path = write(tmp_path, "a", card("a-1", "", "requires: [gone]"), card("a-2", "Is it $x$?"))
    path.write_text(path.read_text().replace("title: The deck a", "titel: A\nlesson: TODO"))
    assert [p.code for p in check([tmp_path]).problems] == ["C102", "C101", "L306", "C203", "L301"]


def test_two_cards_without_an_id_do_not_share_one(tmp_path: Path) -> None:
    nameless = card("a-1").replace("- id: a-1\n  kind", "- kind")
    write(tmp_path, "a", nameless, nameless.replace("What is a-1", "Which one is"))
    assert [p.code for p in check([tmp_path]).problems] == ["C102", "C102"]


def test_one_file_is_checked_beside_the_decks_it_refers_to(tmp_path: Path) -> None:
    write(tmp_path, "base", card("base-1"), "- oops\n")
    own = tmp_path / "own"
    own.mkdir()
    path = write(own, "mine", card("mine-1", "", "requires: [base-1]"))
    assert [p.code for p in check([path]).problems] == ["C203"]
    assert check([path], beside=[tmp_path, own]).problems == ()


def test_an_id_that_a_deck_beside_has_is_reported_in_the_own_file(tmp_path: Path) -> None:
    write(tmp_path, "base", card("same"))
    own = tmp_path / "own"
    own.mkdir()
    path = write(own, "mine", card("same", "What else is it?"))
    (problem,) = check([path], beside=[tmp_path]).problems
    assert (problem.code, problem.file) == ("C201", str(path))


def test_demo_links_are_left_alone_when_the_demos_are_not_known(tmp_path: Path) -> None:
    write(tmp_path, "a", card("a-1", "", "figure: {run: nowhere}"))
    assert check([tmp_path]).problems == ()
    assert [p.code for p in check([tmp_path], {}).problems] == ["C210"]


def test_a_path_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(QuizError) as told:
        check([tmp_path / "absent.yaml"])
    assert told.value.title == "No such file"
    assert told.value.hint


def test_the_report_as_json_holds_what_scripts_rely_on(tmp_path: Path) -> None:
    write(tmp_path, "a", card("a-1"), "- oops\n")
    report = check([tmp_path]).as_json()
    assert set(report) == {"files", "cards", "problems"}
    assert set(report["problems"][0]) == {"file", "line", "col", "code", "message", "fix"}


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 to $10.",
        "Between $5-$10.",
        "`$x$` and `\\frac`",
        "f[i] (see above)",
        "[0, 1] (inclusive)",
        '[link](https://a.org/a_(b)) [two](http://b.org "title")',
        "```\n$y$ [a](b) TODO\n```",
        "~~~\n\\alpha\n~~~",
        "C:\\n",
        "ΔW = (α/r)·B·A",
        "A todos",
    ],
)
def test_good_text_is_left_alone(text: str, tmp_path: Path) -> None:
    indented = text.replace("\n", "\n    ")
    write(tmp_path, "a", card("a-1").replace("Then the mechanism.", indented))
    assert check([tmp_path]).problems == ()


THIRTY = " ".join(["word"] * 29)


@pytest.mark.parametrize(
    ("question", "count"),
    [
        (f"{THIRTY} one?", 0),
        (f"{THIRTY} one more?", 1),
        (f"{THIRTY} one · – more?", 1),  # signs are no words
        (f"{THIRTY} one · –?", 0),
        (f"{THIRTY} one. {THIRTY} one?", 0),
        (f"{THIRTY} version 1.5 of it?", 1),  # no sentence ends within a number
        (f"{THIRTY}\n\n{THIRTY}?", 0),
        (f"{THIRTY}:\n- {THIRTY}\n- {THIRTY}", 0),
        (f"{THIRTY} on\nthe next line?", 1),
        (f"Why `{THIRTY} {THIRTY}`?", 0),
    ],
)
def test_a_sentence_of_a_question_has_thirty_words_at_most(
    question: str, count: int, tmp_path: Path
) -> None:
    indented = question.replace("\n", "\n    ")
    write(tmp_path, "a", card("a-1", f"|\n    {indented}"))
    assert [problem.code for problem in check([tmp_path]).problems] == ["L320"] * count


WORDS = st.lists(st.sampled_from("a b c d e f g h i j k l".split()), min_size=1, max_size=12)


@calm
@given(st.lists(WORDS, max_size=12))
def test_the_same_questions_are_found_as_by_comparing_all(bags: list[list[str]]) -> None:
    found = dict(similar_pairs({i: " ".join(bag) for i, bag in enumerate(bags)}))
    for later, bag in enumerate(map(set, bags)):
        close = {
            first
            for first, other in enumerate(map(set, bags[:later]))
            if len(bag & other) / len(bag | other) >= SIMILAR
        }
        assert (later in found) == bool(close)
        assert not close or found[later] in close


def test_the_schema_for_editors_is_up_to_date() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == deck_schema(), (
        "run `python -m quizapp.cards.schema`"
    )


def test_the_schema_has_the_keys_that_a_deck_may_have() -> None:
    schema = json.loads(deck_schema())
    assert {*schema["properties"]} == {*keys(DeckHead), "cards"}
    for kind, body in bodies().items():
        card = schema["$defs"][f"{kind} card"]
        assert {*card["properties"]} == {"kind", *keys(Common), *keys(body)}
        assert all(
            part.get("description") for name, part in card["properties"].items() if name != "kind"
        )
        assert card["additionalProperties"] is False
