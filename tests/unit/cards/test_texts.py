"""Gaps in cloze cards, lines in lessons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards import lesson
from quizapp.cards.form import Value
from quizapp.cards.kinds.cloze import Cloze, Gap
from quizapp.cards.lesson import CardList, DemoEmbed, Text, parse_lesson
from tests.unit.cards.decks import calm


def test_a_text_is_split_at_its_gaps() -> None:
    assert Cloze(text="{{B·A| BA }} is scaled by {{α/r}}.").parts == (
        Gap(("B·A", "BA")),
        " is scaled by ",
        Gap(("α/r",)),
        ".",
    )


@calm
@given(st.lists(st.text("ab |.", min_size=1).filter(str.strip), min_size=1, max_size=6))
def test_gaps_and_texts_alternate_and_lose_nothing(pieces: list[str]) -> None:
    text = "".join(f"{{{{{p}}}}}" if i % 2 else p for i, p in enumerate(pieces))
    parts = Cloze(text=text).parts
    assert len(parts) == len(pieces)
    for index, (part, piece) in enumerate(zip(parts, pieces, strict=True)):
        if index % 2:
            assert part == Gap(tuple(word.strip() for word in piece.split("|")))
        else:
            assert part == piece


@pytest.mark.parametrize(
    "text", ["no gap", "{{}}", "{{a|}}", "{{a", "a}}", "{{a\nb}}", "{{a {{b}}"]
)
def test_a_text_whose_gaps_are_wrong_is_told(text: str) -> None:
    assert [*Cloze(text=text).faults()]


LESSON = """\
# Title

Some text
{{demo: nf4_error block_size=64 lr=1e-4 init=default name="two words" on=true}}
{{cards: a-b, c}}

```
{{demo: shown as code}}
```
{{ demo: other }}
"""


def test_a_lesson_is_split_at_its_lines() -> None:
    settings: dict[str, Value] = {
        "block_size": 64,
        "lr": 0.0001,
        "init": "default",
        "name": "two words",
        "on": True,
    }
    assert parse_lesson(LESSON) == (
        Text("# Title\n\nSome text"),
        DemoEmbed("nf4_error", settings, 3),
        CardList(("a-b", "c"), 4),
        Text("```\n{{demo: shown as code}}\n```"),
        DemoEmbed("other", {}, 9),
    )
    assert lesson.faults(LESSON) == []


@pytest.mark.parametrize(
    "line",
    [
        "{{demo}}",
        "{{demo:}}",
        "{{demo: rank=8}}",
        "{{demo: lora rank}}",
        "{{demo: lora rank=}}",
        "{{demo: lora a=1 a=2}}",
        "{{cards:}}",
        "{{card: a}}",
        "{{demo: lora}} and text",
        "{{",
        "{{demo: lora name='open}}",
    ],
)
def test_a_line_that_cannot_be_read_stays_text_and_is_told(line: str) -> None:
    assert parse_lesson(line) == (Text(line),)
    ((number, message, fix),) = lesson.faults(line)
    assert number == 0 and message and "{{demo: id" in fix


@calm
@given(st.text("{}demo: cards=a-1'\"`~\n ", max_size=80))
def test_any_text_is_a_lesson(text: str) -> None:
    for segment in parse_lesson(text):
        assert not isinstance(segment, Text) or segment.markdown
    lesson.faults(text)
