"""What is readable but not good enough to put before a learner."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path as FilePath

from yaml.events import ScalarEvent

from quizapp.cards.files import DeckFile
from quizapp.cards.form import Label, Markdown
from quizapp.cards.giveaway import giveaways
from quizapp.cards.ids import is_id
from quizapp.cards.listening import listening_findings
from quizapp.cards.model import Card, DemoLink
from quizapp.cards.problems import Finding, Path
from quizapp.cards.source import Source
from quizapp.cards.variants import variant_findings

LONGEST_QUESTION = 600
LONGEST_SENTENCE = 30
"""Words that a listener can hold: a question is asked aloud."""
KEY_POINTS = range(3, 7)

_CODE = re.compile(r"(`+)(?:(?!\1).)+?\1|^(`{3,}|~{3,}).*?^\2", re.DOTALL | re.MULTILINE)
_MATHS = re.compile(r"\$\$|\$(?=\S)[^$\n]*(?<=\S)\$(?!\d)|\\[a-zA-Z]{2,}|\\[(\[]")
"""Pandoc's rule for `$`: no space inside the signs and no digit after them, so that "$5 to $10"
is money."""
_LINK = re.compile(
    r"\[[^\]\[\n]*\](?:\((?P<target>[^()\n]*(?:\([^()\n]*\)[^()\n]*)*)\)"
    r"|\((?P<open>[^)\n]*$)|(?P<gap>\s+\(https?:))",
    re.MULTILINE,
)
_TARGET = re.compile(r"(?:https?://[^\s<>]+|#\S+)(?:\s+\"[^\"]*\")?")
_SENTENCE = re.compile(
    r"\S.*?(?:[.!?][\"')\]]*(?=\s)|(?=\n\s*\n|\n\s*(?:[-*+]|\d+[.)])\s)|\Z)", re.DOTALL
)
"""A sentence, or an item of a list."""
_COMMENT = re.compile(r"[ \t]+#(?P<tight>[^\s#])?")
_LINES = re.compile(r"\s*(?:`{3}|~{3}|[-*+] |\d+[.)] |\|)")
"""What begins a line whose end means something."""
_MINIATURE = re.compile(
    r"\b(?:the miniature\w*|tinyworld|toy (?:model|world|run)|the (?:demo|ledger)\b|nats of)",
    re.IGNORECASE,
)
"""Words by which an answer leans on the small model of the demos."""
_PLACEHOLDER = re.compile(
    r"\b(?:TODO|TBD|FIXME)\b|\?\?\?|lorem ipsum|\b(?-i:Replace this:)", re.IGNORECASE
)
"""The last one is what `quizapp new` writes."""


def lint_deck(file: DeckFile) -> Iterator[Finding]:
    """Yield what is to be improved in one deck and its cards."""
    if file.deck is not None:
        stem = FilePath(file.path).stem
        if is_id(file.deck.id) and stem != file.deck.id:
            yield Finding(
                "L311",
                f"the deck {file.deck.id} is in the file {stem}.yaml",
                f"name the file {file.deck.id}.yaml",
                ("deck",),
            )
        yield from _text(file.deck.lesson, ("lesson",))
        yield from _text(file.deck.title, ("title",))
    for index, card in file.cards.items():
        for finding in _card(card):
            yield finding.under(("cards", index))
    yield from giveaways(file.cards)


def lint_source(source: Source) -> Iterator[Finding]:
    """Yield texts that YAML reads otherwise than their author means them."""
    lines = source.text.split("\n")
    for path, event in source.values.items():
        if not isinstance(event, ScalarEvent) or not (start := event.start_mark):
            continue
        end = event.end_mark or start
        rest = lines[end.line][end.column :] if end.line < len(lines) else ""
        comment = _COMMENT.match(rest)
        if not event.style and comment and (" " in event.value or comment["tight"]):
            yield Finding(
                "L315",
                f"{_short(rest.strip())} is a comment, not text: a space stands before its #",
                'put the text in "quotes"; a comment stands on a line of its own',
                path,
                offset=len(event.value),
            )
        elif event.style == ">" and any(map(_LINES.match, lines[start.line + 1 : end.line])):
            yield Finding(
                "L316",
                "a text after > loses its line breaks, and with them its code, list or table",
                "write | instead of >",
                path,
            )


def _card(card: Card) -> Iterator[Finding]:
    yield from variant_findings(card)
    yield from listening_findings(card)
    for at, text in card.texts(Markdown):
        yield from _text(text, at)
    for at, text in card.texts(Label):
        yield from _placeholders(text, at)
    if len(card.question) > LONGEST_QUESTION:
        yield Finding(
            "L305",
            f"the question has {len(card.question)} characters",
            f"stay within {LONGEST_QUESTION}; nobody reads more while the clock runs",
            ("question",),
        )
    yield from _long_sentences(card.question)
    if card.body.spoken:
        if card.key_points and len(card.key_points) not in KEY_POINTS:
            yield Finding(
                "L303",
                f"key points: {len(card.key_points)}",
                "give three to six: what an interviewer would tick",
                ("key_points",),
                key=True,
            )
        if card.key_points and not any(item.must for item in card.key_points):
            yield Finding(
                "L304",
                "no key point is a must-have",
                "add `must: true` to what an answer cannot do without",
                ("key_points",),
                key=True,
            )
        if not card.pitfall:
            yield Finding(
                "L309",
                "no pitfall",
                "add `pitfall:` with the wrong answer people give and why it is wrong",
            )
    if not card.references:
        yield Finding("L310", "no reference", "add `references:` with a title and where to look")
    proof = card.demo or card.figure
    if not proof and not card.no_demo:
        yield Finding(
            "L312",
            "neither a demo nor a reason for having none",
            "add `demo:`, or `no_demo:` with the reason",
        )
    if card.demo and not card.no_demo:
        yield from _evidence(card, card.demo)
    if card.demo and card.no_demo:
        yield Finding(
            "L313",
            "a demo and a reason for having none",
            "keep one of them",
            ("no_demo",),
            key=True,
        )


def _long_sentences(question: str) -> Iterator[Finding]:
    for match in _SENTENCE.finditer(_without_code(question)):
        words = sum(any(map(str.isalnum, word)) for word in match[0].split())
        if words > LONGEST_SENTENCE:
            yield Finding(
                "L320",
                f"a sentence of {words} words, {_short(match[0])}",
                f"split it: {LONGEST_SENTENCE} words are as many as a listener can hold",
                ("question",),
                offset=match.start(),
            )


def _evidence(card: Card, link: DemoLink) -> Iterator[Finding]:
    """Yield what keeps the run of a card from being evidence for its answer."""
    if not any(point.shown for point in card.key_points):
        yield Finding(
            "L317",
            "the run shows no key point",
            "add `shown: <claim or measure>` to the point that it shows, or link another run",
            ("demo",),
            key=True,
        )
    if not link.shows and card.kind != "code":  # there the claims say it all
        yield Finding(
            "L318",
            "the link does not say what the run shows",
            'add `shows: "... {measure} ..."`, one or two sentences',
            ("demo",),
            key=True,
        )
    for match in _MINIATURE.finditer(card.answer):
        yield Finding(
            "L319",
            f"the answer leans on {match[0]!r}, which nobody can cite in an interview",
            "say what is published, or a formula; what the run shows belongs in `demo.shows`",
            ("answer",),
            offset=match.start(),
        )


def _text(text: str, at: Path) -> Iterator[Finding]:
    prose = _without_code(text)
    for match in _MATHS.finditer(prose):
        yield Finding(
            "L301",
            f"{_short(match[0])} is TeX, which a terminal cannot show",
            "write maths in Unicode: ΔW = (α/r)·B·A; put code in `backticks`",
            at,
            offset=match.start(),
        )
    for match in _LINK.finditer(prose):
        target = match["target"]
        if target is None or not _TARGET.fullmatch(target.strip()):
            yield Finding(
                "L302",
                f"{_short(match[0])} is not a link that works",
                "write [text](https://...); put code in `backticks`",
                at,
                offset=match.start(),
            )
    yield from _placeholders(prose, at)


def _placeholders(prose: str, at: Path) -> Iterator[Finding]:
    for match in _PLACEHOLDER.finditer(prose):
        yield Finding(
            "L306",
            f"{match[0].rstrip(':')} is a placeholder",
            "write the text",
            at,
            offset=match.start(),
        )


def has_placeholder(text: str) -> bool:
    """Whether a text, code aside, is still to be written."""
    return _PLACEHOLDER.search(_without_code(text)) is not None


def _without_code(text: str) -> str:
    """Return the text with blanks for code, so that places stay what they are."""
    return _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), text)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
