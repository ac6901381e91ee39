"""What the text below a question says of a card: its answer, rubric, hint, pitfall and places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from quizapp.cards.model import Difficulty
from quizapp.exchange.forms import Form

MUST = "**must** "
POINTS = "Key points:"
_ABOUT = re.compile(
    rf"`(?P<id>[a-z0-9-]+)` · (?P<difficulty>{'|'.join(Difficulty)})(?: · (?P<tags>.+))?"
)
_LABEL = re.compile(r"(Hint|Pitfall|Reference): (.+)", re.DOTALL)
_MARK = re.compile(r"(\s*[-*+]\s*)(\S|$)")
_LOWEST = 2
"""Headings of the first and second level are decks and questions; those of lessons and answers
stand so many levels lower."""


def parse(lines: Sequence[str]) -> list[Token]:
    """Return the tokens of a document."""
    return MarkdownIt("commonmark").enable("table").parse("\n".join(lines))


def span(token: Token) -> range:
    """Return the lines of a block, from 0."""
    return range(*(token.map or (0, 0)))


def lowered(text: str) -> str:
    """Return a text with its headings below those of questions."""
    lines, code = text.split("\n"), _code(text)
    for token, inline in pairwise(parse(lines)):
        if token.type == "heading_open" and token.markup in ("=", "-"):
            # an underlined heading has no third level
            start, *rest = span(token)
            lines[start] = f"{token.level * ' '}{'#' * int(token.tag[1])} {inline.content}"
            code.update(rest)
            for at in rest:
                lines[at] = ""
    mark = "#" * _LOWEST
    return "\n".join(
        line if at in code else re.sub(r"^( {0,3})(#+)(?=\s|$)", rf"\1{mark}\2", line)
        for at, line in enumerate(lines)
    )


def raised(text: str) -> str:
    """Return a text as it was before `lowered`."""
    code = _code(text)
    return "\n".join(
        line if at in code else re.sub(rf"^( {{0,3}})#{{{_LOWEST}}}(#+)(?=\s|$)", r"\1\2", line)
        for at, line in enumerate(text.split("\n"))
    )


def _code(text: str) -> set[int]:
    """Return the lines that are code or HTML, in which `#` is no heading."""
    tokens = parse(text.split("\n"))
    return {at for t in tokens if t.type in ("fence", "code_block", "html_block") for at in span(t)}


def read_body(question: str, lines: Sequence[str], left_out: str = "") -> Form:
    """Return the card that a question and the lines below it describe.

    `left_out` begins paragraphs that are not part of it.
    """
    form: Form = {"question": question}
    used: set[int] = set()
    tokens = parse(lines)
    blocks = [token for token in tokens if token.level == 0 and token.map and token.nesting >= 0]
    before: Token | None = None
    for block in blocks:
        text = _source(lines, block)
        if block.type == "paragraph_open" and (
            (left_out and text.startswith(left_out)) or _labelled(form, text, first=before is None)
        ):
            used.update(span(block))
        elif (
            block.type == "bullet_list_open"
            and before
            and _source(lines, before) == POINTS
            and "key_points" not in form
        ):
            form["key_points"] = [*map(_point, _items(tokens, block, lines))]
            used |= {*span(before), *span(block)}
        before = block
    answer: list[str] = []
    for at, line in enumerate(lines):
        if at in used:
            # the blank lines before a paragraph that is taken out go with it
            while answer and not answer[-1].strip():
                answer.pop()
            answer.append("")
        elif line.strip() or (answer and answer[-1].strip()) or at - 1 not in used:
            answer.append(line)
    text = "\n".join(answer).strip("\n")
    if "id" in form:
        text = raised(text)
    return {**form, "answer": text} if text.strip() else form


def _source(lines: Sequence[str], block: Token) -> str:
    return "\n".join(lines[at] for at in span(block)).strip()


def _labelled(form: Form, text: str, *, first: bool) -> bool:
    """Put a paragraph that names what it is into the form; return whether it is one."""
    if first and (about := _ABOUT.fullmatch(text)):
        form |= {"id": about["id"], "difficulty": about["difficulty"]}
        form["tags"] = (about["tags"] or "").split()
        return True
    if (label := _LABEL.fullmatch(text)) is None:
        return False
    name, rest = label[1].lower(), label[2]
    if name == "reference":
        title, _, where = " ".join(rest.split()).partition(", ")
        form.setdefault("references", []).append({"title": title, "where": where or title})
    else:
        form[name] = f"{form[name]}\n\n{rest}" if name in form else rest
    return True


def _items(tokens: Sequence[Token], block: Token, lines: Sequence[str]) -> Iterator[str]:
    """Yield the texts of a list's items."""
    for token in tokens[tokens.index(block) :]:
        if token.type == "bullet_list_close" and token.level == 0:
            return
        if token.type == "list_item_open" and token.level == 1:
            first, *rest = (lines[at] for at in span(token))
            mark = _MARK.match(first)
            width = mark.end(1) if mark else 0
            more = (line[min(width, len(line) - len(line.lstrip())) :] for line in rest)
            if text := "\n".join([first[width:], *more]).strip():
                yield text


def _point(text: str) -> Form:
    must = {"must": True} if text.startswith(MUST) else {}
    return {"point": text.removeprefix(MUST), **must}
