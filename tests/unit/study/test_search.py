"""The search language."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.study.model import CardState, Phase, Rating
from quizapp.study.search import Context, Record, SearchError, compile_search, fold, search
from quizapp.study.search_table import Table
from tests.unit.study.samples import DAY, MINUTE, NOW

TODAY = NOW.date()
RATED = {
    "lora-rank": ((TODAY, Rating.AGAIN), (TODAY - 7 * DAY, Rating.GOOD)),
    "lora-alpha": ((TODAY - 6 * DAY, Rating.HARD),),
}
INTRODUCED = {"lora-rank": TODAY - 20 * DAY, "lora-alpha": TODAY - 3 * DAY}


def rated(since: date, rating: Rating | None) -> set[str]:
    """Return the cards that got a rating since a day."""
    return {
        card
        for card, answers in RATED.items()
        if any(day >= since and rating in (None, given) for day, given in answers)
    }


CONTEXT = Context(NOW, TODAY, rated=rated, introduced=lambda: INTRODUCED)


def review(card: str, **fields: object) -> CardState:
    state = CardState(
        card,
        Phase.REVIEW,
        stability=12.0,
        difficulty=5.5,
        due_day=TODAY + 3 * DAY,
        interval=10,
        last_day=TODAY - 7 * DAY,
        reps=4,
    )
    return replace(state, **fields)  # type: ignore[arg-type]


RECORDS = [
    Record(
        "lora-rank",
        fold("What does a low  rank cost? ΔW = BA"),
        "lora",
        review("lora-rank"),
        tags=("lora", "adapters::rank"),
        has=frozenset({"demo", "hint"}),
        demo="lora_rank",
        retrievability=0.93,
    ),
    Record(
        "lora-alpha",
        "scaling by alpha over rank",
        "lora",
        review("lora-alpha", due_day=TODAY, interval=30, lapses=9, stability=40.0, note="!"),
        tags=("lora",),
        difficulty="senior",
        retrievability=0.85,
    ),
    Record(
        "nf4-what",
        "quantization to normal float",
        "qlora",
        CardState("nf4-what"),
        difficulty="junior",
        kind="choice",
        has=frozenset({"demo"}),
        demo="nf4_error",
        demo_failed=True,
    ),
    Record(
        "dedup",
        'near duplicates or "copies" (50 %)',
        "data",
        CardState(
            "dedup", Phase.LEARNING, step=0, due=NOW - MINUTE, stability=2.0, difficulty=1.0, reps=1
        ),
        kind="number",
    ),
    Record(
        "leak",
        "contamination-free test sets",
        "data",
        review("leak", due_day=TODAY - DAY, suspended=True, difficulty=10.0),
    ),
    Record("mix", "mixtures", "data", review("mix", due_day=TODAY - DAY, buried_until=TODAY + DAY)),
]


TABLE = Table(RECORDS)
terms = st.sampled_from(
    [
        "rank",
        "quant*",
        '"low rank"',
        "tag:lora",
        "tag:none",
        "is:due",
        "is:new",
        "prop:ivl>=10",
        "prop:reps<2",
        "rated:7",
        "introduced:9",
        "has:demo",
        "has:note",
        "demo:failed",
        "topic:data",
        "difficulty:senior",
        "kind:choice",
        "id:l*",
    ]
)


def found(query: str) -> str:
    return " ".join(record.id for record in search(TABLE, query, CONTEXT))


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", "lora-rank lora-alpha nf4-what dedup leak mix"),
        ("rank", "lora-rank lora-alpha"),
        ("RANK low", "lora-rank"),
        ('"low rank"', "lora-rank"),
        ('"rank low"', ""),
        ("δw", "lora-rank"),
        ("quant", "nf4-what"),
        ("quant*", "nf4-what"),
        ("*tion", "nf4-what leak"),
        ("contam*-free", "leak"),
        ("norm*t", ""),
        ("lora-al", "lora-alpha"),
        ("rank or mixtures", "lora-rank lora-alpha mix"),
        ("rank and alpha", "lora-alpha"),
        ("rank -alpha", "lora-rank"),
        ("-(rank or topic:data)", "nf4-what"),
        ("topic:data (near or mixtures)", "dedup mix"),
        ("rank or topic:qlora is:new", "lora-rank lora-alpha nf4-what"),
        ('"or" copies', "dedup"),
        (r'"\"copies\""', "dedup"),
        ('"(50 %)"', "dedup"),
        ("tag:lora", "lora-rank lora-alpha"),
        ("tag:adapters", "lora-rank"),
        ("tag:adapt*", "lora-rank"),
        ("tag:rank", ""),
        ("tag:none", "nf4-what dedup leak mix"),
        ('tag:"lora"', "lora-rank lora-alpha"),
        ("topic:LORA", "lora-rank lora-alpha"),
        ("deck:q*", "nf4-what"),
        ("id:lora-*", "lora-rank lora-alpha"),
        ("difficulty:senior", "lora-alpha"),
        ("kind:choice or kind:number", "nf4-what dedup"),
        ("is:new", "nf4-what"),
        ("is:learn", "dedup"),
        ("is:review", "lora-rank lora-alpha leak mix"),
        ("is:due", "lora-alpha dedup"),
        ("is:suspended or is:buried", "leak mix"),
        ("is:mature", "lora-alpha"),
        ("is:young", "lora-rank leak mix"),
        ("is:leech", "lora-alpha"),
        ("prop:ivl>=10", "lora-rank lora-alpha leak mix"),
        ("prop:ivl=30", "lora-alpha"),
        ("prop:due=-1", "leak mix"),
        ("prop:lapses>3", "lora-alpha"),
        ("prop:reps!=4", "nf4-what dedup"),
        ("prop:s<12.5", "lora-rank dedup leak mix"),
        ("prop:d=0.5", "lora-rank lora-alpha mix"),
        ("prop:d>.9", "leak"),
        ("prop:r<0.9", "lora-alpha"),
        ("rated:1", "lora-rank"),
        ("rated:7", "lora-rank lora-alpha"),
        ("rated:7:2", "lora-alpha"),
        ("rated:8:3", "lora-rank"),
        ("introduced:4", "lora-alpha"),
        ("has:demo -demo:failed", "lora-rank"),
        ("has:note", "lora-alpha"),
        ("demo:failed", "nf4-what"),
        ("demo:nf4*", "nf4-what"),
    ],
)
def test_a_query_finds(query: str, ids: str) -> None:
    assert found(query) == ids


@pytest.mark.parametrize(
    ("query", "position", "says"),
    [
        ("prop:x<3", 5, "prop:x is not a property; use ivl, due, lapses, reps, s, d, r"),
        ("lora prop:ivl", 10, "needs a property, a sign"),
        ("prop:ivl>ten", 5, '"ten" is not a number'),
        ("is:dew", 3, "is:dew is not known; use new, learn"),
        ("colour:red", 0, "colour: is not a search key; use tag:"),
        ("tag:", 4, "tag: needs a value"),
        ("rated:0", 6, "not a number of days"),
        ("rated:7:9", 6, '"9" is not a rating'),
        ("introduced:x", 11, "not a number of days"),
        ("has:wings", 4, "nothing a card can have; use demo"),
        ("difficulty:hard", 11, "use junior, mid, senior"),
        ("kind:essay", 5, "use open, choice"),
        ("(lora", 0, "never closed"),
        ("lora)", 4, "never opened"),
        ("()", 1, "a search term is missing"),
        ("lora or", 7, "a search term is missing"),
        ("or lora", 0, "a search term is missing"),
        ("lora and", 5, "nothing after it"),
        ("-(", 2, "a search term is missing"),
        ('say "lora', 4, "quotation mark is never closed"),
        ("(" * 60 + "a" + ")" * 60, 51, "nested too deeply"),
    ],
)
def test_an_error_tells_where_and_what_to_write(query: str, position: int, says: str) -> None:
    with pytest.raises(SearchError) as error:
        compile_search(query, CONTEXT)
    assert says in error.value.message
    assert error.value.position == position
    assert error.value.message.startswith(f"At character {position + 1}: ")


@given(st.lists(st.sampled_from(RECORDS)), st.lists(terms, min_size=1, max_size=5), st.data())
def test_a_table_finds_what_a_look_at_each_card_finds(
    records: list[Record], asked: list[str], data: st.DataObject
) -> None:
    query = ""
    for term in asked:
        sign, joint = data.draw(st.sampled_from(["", "-"])), data.draw(st.sampled_from(["", "or "]))
        query = f"({query}) {joint}{sign}{term}" if query else f"{sign}{term}"
    accepts = compile_search(query, CONTEXT).accepts
    wanted = [record for record in records if accepts(record)]
    assert search(Table(records), query, CONTEXT) == wanted


words = st.sampled_from(
    [
        "rank",
        "lora",
        "quant*",
        "-",
        "(",
        ")",
        "or",
        "and",
        '"',
        '"low rank"',
        "tag:lora",
        "is:due",
        "prop:r<0.9",
        "prop:",
        "rated:7:1",
        "*",
        ":",
        "has:demo",
        "\\",
        "é",
        "topic:",
        "-is:new",
    ]
)


@given(st.lists(words, max_size=12).map(" ".join) | st.text(max_size=30))
def test_any_text_is_a_search_or_an_error_with_a_place(query: str) -> None:
    try:
        term = compile_search(query, CONTEXT)
    except SearchError as error:
        assert 0 <= error.position <= len(query)
        assert error.message and error.title
    else:
        one_by_one = [record for record in RECORDS if term.accepts(record)]
        assert search(TABLE, query, CONTEXT) == one_by_one


@given(terms, terms, terms)
def test_the_operators_obey_logic(a: str, b: str, c: str) -> None:
    assert found(f"-({a} or {b})") == found(f"-{a} -{b}")
    assert found(f"-({a} {b})") == found(f"-{a} or -{b}")
    assert found(f"{a} ({b} or {c})") == found(f"({a} {b}) or ({a} {c})")
    assert found(f"{a} or {b} {c}") == found(f"{a} or ({b} {c})")
    assert found(f"--{a}") == found(a)


patterns = st.lists(st.text("abé-", max_size=3), min_size=2, max_size=4).map("*".join)


@given(patterns.filter(lambda pattern: pattern[0] != "-"), st.text("abé- ", max_size=14))
def test_a_star_stands_for_anything_within_whole_words(pattern: str, text: str) -> None:
    middle = r"\S*".join(re.escape(piece) for piece in pattern.split("*"))
    wanted = re.search(rf"(?<!\w){middle}(?!\w)", fold(text)) is not None
    record = replace(RECORDS[0], text=fold(text))
    assert search(Table([record]), pattern, CONTEXT) == ([record] if wanted else [])


def test_days_are_study_days() -> None:
    asked: list[tuple[date, Rating | None]] = []

    def record(since: date, rating: Rating | None) -> set[str]:
        asked.append((since, rating))
        return {"leak"}

    context = Context(NOW, TODAY, rated=record)
    search(TABLE, "rank is:due or prop:r<0.9", context)
    assert asked == []  # the log is asked only by the terms that need it
    assert [found.id for found in search(TABLE, "rated:1", context)] == ["leak"]
    search(TABLE, "rated:7:1 -rank", context)
    assert asked == [(TODAY, None), (TODAY - 6 * DAY, Rating.AGAIN)]
