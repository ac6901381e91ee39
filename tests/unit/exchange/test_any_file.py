"""Files that no program wrote: each word of them is in the deck or in the list of what is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.compile import compile_deck
from quizapp.cards.source import read_source
from quizapp.errors import QuizError
from quizapp.exchange.anki_notes import read_anki
from quizapp.exchange.markdown import read_markdown
from quizapp.exchange.new_deck import NewDeck, new_deck
from quizapp.exchange.reading import Reading
from quizapp.exchange.table import read_table
from tests.unit.cards.decks import calm

MARKDOWN = (
    *("# W\n", "## W\n", "## W?\n\nW.\n\n", "##\n", "## \n", "### W\n", "W\n---\n", "W\n===\n"),
    *("```\n", "~~~\n", "````py\n", "    W\n", "- W\n", "* W\n  W\n", "1. W\n", "> ## W\n", "W\n"),
    *("Hint: W\n\n", "Key points:\n\n", "Key points: W\n", "Pitfall: W\n", "Reference: W, W\n\n"),
    *("`W` · mid · W\n\n", "<!-- W -->\n", "<div>\n## W\n</div>\n", "---\n", "title: W\n"),
    *("| W | W |\n|---|---|\n| W | W |\n", "{{demo: W}}\n", "{{ W }}\n", "{{cards: W}}\n", "\n"),
    *("[W]: http://W\n", "\r\n", "\r", "\ufeff", "\u2028W", "\x1b[0mW", "\x0cW", "$W$", "W\t"),
    '<!-- quizapp 00000000 {"kind": "W"} -->\n',
    '<!-- quizapp 00000000 {"W": ["W", {"W": null}], "id": 5, "requires": ["W"]} -->\n',
)
TABLE = (
    *("question,answer\n", "Front;Back\n", "question\tanswer\tTopic\n", "sep=;\n", "\n", "\r\n"),
    *("id,kind,question,answer,deck,options,key_points,references,demo,tags,value\n", "\ufeff"),
    *("W,W\n", "W;W\n", "W\tW\n", "W,W,W\n", '"W, W",W\n', '"W\r\nW",W\n', "W", ",", ";", "\t"),
    *('"', '""', ",,,,", "W,choice,W,W,W,", '"* W\nW"', "! W", "W | W", '{"run": "W"}', '["W"]'),
    *("[", "{", "W W,W\n", "\x00", "\x1bW", "\u202eW", "#W\n", " W ", "1e999", "w-w"),
)
NOTES = (
    *("#separator:tab\n", "#separator:semicolon\n", "#separator:W\n", "#html:true\n", "#html:x\n"),
    *(
        "#html:false\n",
        "#tags:W W\n",
        "#deck:W::W\n",
        "#tags column:3\n",
        "#tags column:W\n",
        "#W\n",
    ),
    *(
        "#columns:W\tW\tTags\n",
        "# W\n",
        "#W: W\n",
        "W\tW\n",
        "W\tW\tW\n",
        "W\t\n",
    ),
    *(
        "{{c1::W}} W\t\n",
        "W {{c1::W}} {{c2::W::W}}\tW\n",
        "{{c1::",
        "{{c3::W|W}}",
        "{{",
        "}}",
        "::",
    ),
    *(
        "W",
        "\t",
        "\n",
        '"',
        '"W\n#W\nW"',
        "<b>",
        "</b>",
        "<i>W</i>",
        "<br>",
        "<p>",
        "</p>",
        "<div>",
    ),
    *(
        "<ul><li>W",
        "</ul>",
        "<ol start=3><li>",
        "<table><tr><td>W<td>W",
        "<td>",
        "</table>",
        "<tr>",
    ),
    *("<pre>W\n W", "</pre>", "<code>W", "</code>", "<sup>W</sup>", "<img src=W alt=W>", "<!-- W"),
    *("-->", "<style>W</style>", "<script>W", "<a href='http://W'>W</a>", "<a href=W>W", "</a>"),
    *("&lt;W&gt;", "&nbsp;", "&#27;", "<W>", "</W>", "<", ">", "W*W*W", "[W](W)", "`W`", "<![W]]>"),
    *("<br/>W", "<svg>W</svg>", "<?W>", "<!W>", "&W;", "W\u2028W", "\ufeff", "\r\n", "[sound:W]"),
)


DOCUMENT = """\
---
title: W
---
# W

W [W](http://W) W.

## W?

`W` W
```py
# W
W = W
```

| W | W |
|---|---|
| W | W |

Key points:

- **must** W
  W
- W

Pitfall: W

## W

1. W
   - W

<details><summary>W</summary>

W
</details>
"""
SHEET = """\
sep=;
id;Question;Answer;Topic;deck;tags
W;W?;"W; ""W""
W, W";W;W;W W
;W?;W;;;W
"""
EXPORT = """\
#separator:tab
#html:true
#deck:W::W
#tags column:4
{{c1::W}} is {{c2::<b>W</b>::W}}\t\t\tW W
What <b>W</b> <img src="W"/>?\t"<ul><li>W</li>
<li>W</li></ul><pre>W
# W</pre>"\tW&nbsp;W\t
"""


_LOOKS = re.compile(
    r"(?<=<)(?:a(?! href)|b|i|br|p|div|ul|ol|li|table|td|tr|pre|code|sup|style|svg)\b[^<>]*"
)
"""What stands inside such a tag says how a note looks."""


def files(pieces: tuple[str, ...], real: str) -> st.SearchStrategy[str]:
    """Return files of some pieces, or a real one that was changed here and there, each W a word."""
    anything = st.lists(st.sampled_from(pieces), max_size=25).map("".join)
    cut = st.tuples(
        st.integers(0, real.count("\n")), st.integers(0, 2), st.sampled_from(("", *pieces))
    )
    return st.one_of(anything, st.lists(cut, max_size=4).map(lambda cuts: changed(real, cuts))).map(
        numbered
    )


def changed(text: str, cuts: list[tuple[int, int, str]]) -> str:
    """Return a text in which some lines are replaced."""
    lines = text.splitlines(keepends=True)
    for start, count, new in cuts:
        lines[start : start + count] = [new]
    return "".join(lines)


def numbered(text: str) -> str:
    """Return a text in which each W is a word of its own."""
    numbers = iter(range(10**6))
    return re.sub("W", lambda _: f"w{next(numbers)}q", text)


def words(text: str) -> set[str]:
    return {*re.findall(r"w\d+q", text)}


def texts(value: Any) -> Iterator[str]:
    """Yield every text in a deck."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for item in value.items() for part in item for text in texts(part))
    elif isinstance(value, list):
        yield from (text for item in value for text in texts(item))


def imported(read: Callable[[str], Reading], text: str) -> NewDeck | None:
    """Return the deck of a file; None: the file is refused as a whole."""
    try:
        reading = read(text)
        deck = new_deck(reading, "own", reading.title, beside=(), cards={})
    except QuizError:
        return None
    return deck if deck.cards or deck.bad else None


def assert_nothing_is_lost(read: Callable[[str], Reading], text: str) -> None:
    deck = imported(read, text)
    if deck is None:
        return
    source = read_source("own.yaml", deck.text.encode())
    file = compile_deck(source)
    errors = [problem for problem in file.problems if problem.code[0] != "L"]
    assert not errors
    assert len(file.cards) == deck.cards
    listed = (part for place in (*deck.bad, *deck.lost, *deck.changed) for part in place[1:])
    kept = words("\n".join((*texts(source.data), *listed)))
    wanted = words(_LOOKS.sub("", text))
    assert wanted <= kept, (sorted(wanted - kept), deck)


@calm
@given(text=files(MARKDOWN, DOCUMENT))
def test_no_word_of_a_document_is_lost(text: str) -> None:
    assert_nothing_is_lost(read_markdown, text)


@calm
@given(text=files(TABLE, SHEET), delimiter=st.sampled_from(",\t"))
def test_no_word_of_a_table_is_lost(text: str, delimiter: str) -> None:
    assert_nothing_is_lost(lambda file: read_table(file, delimiter), text)


@calm
@given(rows=files(TABLE, SHEET), delimiter=st.sampled_from(",\t;"))
def test_no_word_below_a_row_of_names_is_lost(rows: str, delimiter: str) -> None:
    head = delimiter.join(("question", "answer", "Topic", "tags"))
    assert_nothing_is_lost(lambda file: read_table(file, ","), f"{head}\n{rows}")


@calm
@given(text=files(NOTES, EXPORT))
def test_no_word_of_notes_is_lost(text: str) -> None:
    assert_nothing_is_lost(read_anki, text)


@calm
@given(text=st.text(), read=st.sampled_from((read_markdown, read_anki)))
def test_any_text_is_read_or_refused(text: str, read: Callable[[str], Reading]) -> None:
    imported(read, text)
    imported(lambda file: read_table(file, ","), f"question,answer\n{text}")


@pytest.mark.parametrize("read", [read_markdown, read_anki])
def test_an_empty_file_has_no_cards(read: Callable[[str], Reading]) -> None:
    assert read("") == Reading()
