"""HTML, in which other programs keep the fields of notes, to Markdown."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

from markdown_it import MarkdownIt

_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "del": "~~", "strike": "~~"}
_SCRIPTS = {
    "sup": str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ"),
    "sub": str.maketrans("0123456789+-=()ijrx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ᵢⱼᵣₓ"),
}
_CODE = ("code", "kbd", "tt", "samp")
_PIECES = (*_MARKS, *_SCRIPTS, *_CODE, "script", "style", "a", "pre")
"""Tags whose text is written when they end."""
_MEDIA = {
    "img": "images",
    "audio": "sounds",
    "video": "videos",
    "svg": "drawings",
    "iframe": "embedded pages",
    "object": "embedded objects",
}
_USUAL = {"src", "data", "alt", "class", "style", "width", "height", "id", "type"}
"""Attributes of media that say no more than the name does."""
_PARAGRAPHS = tuple("p h1 h2 h3 h4 h5 h6 blockquote table pre hr dl section article".split())
_LINES = tuple("div dt dd tr summary details caption".split())
_KNOWN = {
    *_PIECES,
    *_MEDIA,
    *_PARAGRAPHS,
    *_LINES,
    *"br ul ol li td th thead tbody tfoot col colgroup span font u ins mark small big".split(),
    *"center abbr cite q var dfn sub wbr html head body main header footer nav".split(),
    *"figure figcaption source path g ruby rt rp label time address bdi bdo".split(),
}
"""A tag that is none of these is text: the `<int>` of `List<int>`."""
_SPECIAL = re.compile(r"[\\*_`\[\]<~]|(?<=^)(?=#{1,6}(?:\s|$))", re.MULTILINE)
_NO_TAG = re.compile(r"<(?=!\[|/(?![a-zA-Z][\w:-]*\s*>))")
"""Begins what the parser would stop at or pass over: marked sections, and ends that are none."""
_INLINE = MarkdownIt("commonmark", {"html": False}).enable(["strikethrough"])


def markdown_of(html: str) -> tuple[str, list[tuple[str, str]]]:
    """Return HTML as Markdown, and what has no place in it: what it is, and its name or text.

    An image leaves its name in the text, so that a reader sees that something is missing.
    """
    parser = _Markdown()
    parser.feed(_NO_TAG.sub("&lt;", html))
    parser.close()
    # a script that is not closed is still there
    parser.handle_data(parser.rawdata)
    return parser.result(), parser.lost


def as_text(text: str) -> str:
    """Return Markdown that shows a text as it is."""
    if not _SPECIAL.search(text):
        return text
    blocks = _INLINE.parse(text)
    pieces = [piece.type for block in blocks for piece in block.children or ()]
    headed = any(block.type == "heading_open" for block in blocks)
    if not headed and all(piece in ("text", "softbreak") for piece in pieces):
        return text
    return _SPECIAL.sub(r"\\\g<0>", text)


class _Markdown(HTMLParser):
    """Writes Markdown while it reads HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.lost: list[tuple[str, str]] = []
        self._out = [""]
        """What is written: the text, and above it the text of each open piece and table cell."""
        self._open: list[str] = []
        """The tags of those pieces."""
        self._lists: list[int | None] = []
        """The next number of each open list; None for bullets."""
        self._tables: list[list[list[str]]] = []
        self._links: list[str] = []
        self._language = ""

    def result(self) -> str:
        """Return all that was written."""
        while self._open:
            self._close()
        while self._tables:
            self._end_table()
        return self._out[0].strip("\n").rstrip()

    @property
    def _in_code(self) -> bool:
        return not {*_CODE, "pre", "script", "style"}.isdisjoint(self._open)

    @property
    def _indent(self) -> str:
        return "  " * max(0, len(self._lists) - 1)

    def _write(self, text: str) -> None:
        self._out[-1] += text

    def _break(self, lines: int) -> None:
        """End the line (1) or the paragraph (2), unless that is done."""
        text = self._out[-1].rstrip(" ")
        if text.strip():
            done = len(text) - len(text.rstrip("\n"))
            self._out[-1] = text + "\n" * (lines - done) + self._indent

    def _begin(self, tag: str) -> None:
        self._open.append(tag)
        self._out.append("")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        whole = self.get_starttag_text() or ""
        if tag not in _KNOWN or "<" in unescape(whole[1:]):
            self.handle_data(whole)
            return
        about = {name: value or "" for name, value in attrs}
        if tag in _MEDIA:
            name = " ".join(filter(None, (about.get("src") or about.get("data"), about.get("alt"))))
            usual = name and about.keys() <= _USUAL
            self.lost.append((_MEDIA[tag], name if usual else whole))
            kind = tag.replace("img", "image")
            self._write(as_text(f"({kind}: {name})" if name else f"({kind})"))
        elif "src" in about or "alt" in about:
            self.lost.append(("parts of web pages", whole))
        elif tag == "code" and "pre" in self._open:
            self._language = about.get("class", "").partition("language-")[2].split(" ")[0]
        elif tag in ("td", "th"):
            if self._tables:
                self._begin(tag)
            else:
                self._write(" ")
        elif tag == "br":
            if self._in_code:
                self._write("\n")
            elif not self._out[-1].rstrip(" ").endswith("\n\n"):
                self._write(f"\n{self._indent}")
        elif tag in ("ul", "ol"):
            self._break(1 if self._lists else 2)
            start = about.get("start", "1")
            self._lists.append((int(start) if start.isdecimal() else 1) if tag == "ol" else None)
        elif tag == "li":
            self._begin_item()
        elif tag == "tr" and self._tables:
            self._tables[-1].append([])
        elif tag in _PARAGRAPHS or tag in _LINES:
            self._break(2 if tag in _PARAGRAPHS else 1)
            if tag == "table":
                self._tables.append([])
            elif tag == "hr":
                self._write("---\n\n")
        if tag in _PIECES and not (tag == "code" and "pre" in self._open):
            if tag == "a":
                self._links.append(about.get("href", ""))
            self._begin(tag)

    def _begin_item(self) -> None:
        self._lists = self._lists or [None]
        number = self._lists[-1]
        if self._out[-1].strip():
            self._out[-1] = self._out[-1].rstrip(" ")
            self._write("" if self._out[-1].endswith("\n") else "\n")
        if number is not None:
            self._lists[-1] = number + 1
        self._write(self._indent + ("- " if number is None else f"{number}. "))

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._close() != tag:
                pass
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
            self._break(1 if self._lists else 2)
        elif tag == "table" and self._tables:
            self._end_table()
        elif tag in _PARAGRAPHS or tag in _LINES:
            self._break(2 if tag in _PARAGRAPHS else 1)
        elif tag not in _KNOWN:
            self.handle_data(f"</{tag}>")

    def _close(self) -> str:
        """Write the innermost piece; return its tag."""
        tag, text = self._open.pop(), self._out.pop()
        inner = text.strip()
        if tag in ("script", "style"):
            if inner:
                self.lost.append((f"{tag}s", inner))
        elif tag in ("td", "th") and self._tables:
            self._tables[-1] = self._tables[-1] or [[]]
            self._tables[-1][-1].append(inner)
        elif tag == "pre":
            if inner:
                ticks = _ticks(text, 3)
                self._write(f"{ticks}{self._language}\n{text.strip(chr(10))}\n{ticks}\n\n")
            self._language = ""
        elif tag == "a":
            self._write(self._linked(text, self._links.pop()))
        elif inner and not self._in_code:
            before, after = text[: text.index(inner)], text[text.index(inner) + len(inner) :]
            self._write(before + self._marked(tag, inner) + after)
        else:
            self._write(text)
        return tag

    def _linked(self, text: str, target: str) -> str:
        inner = text.strip()
        if target in ("", inner):
            return text
        if not inner or self._in_code or not re.fullmatch(r"https?://[^\s()]+", target):
            self.lost.append(("targets of links", target))
            return text
        return text.replace(inner, f"[{inner}]({target})")

    def _marked(self, tag: str, text: str) -> str:
        if tag in _SCRIPTS:
            if {ord(letter) for letter in text} <= _SCRIPTS[tag].keys():
                return text.translate(_SCRIPTS[tag])
            return f"{'^' if tag == 'sup' else '_'}({text})"
        if tag in _MARKS:
            # marks do not reach over the end of a paragraph
            mark = _MARKS[tag]
            return re.sub(r"\S[^\n]*", lambda line: f"{mark}{line[0].rstrip()}{mark}", text)
        if tag in _CODE and "\n" not in text:
            ticks = _ticks(text, 1)
            pad = " " if text[0] == "`" or text[-1] == "`" else ""
            return f"{ticks}{pad}{text}{pad}{ticks}"
        return f"{_ticks(text, 3)}\n{text}\n{_ticks(text, 3)}"

    def _end_table(self) -> None:
        table = [row for row in self._tables.pop() if row]
        width = max(map(len, table), default=0)
        full = (row + [""] * (width - len(row)) for row in table)
        lines = [f"| {' | '.join(map(_cell, row))} |" for row in full]
        if lines:
            self._break(2)
            self._write("\n".join([lines[0], "|" + "---|" * width, *lines[1:]]) + "\n\n")

    def handle_data(self, data: str) -> None:
        if self._in_code:
            self._write(data)
            return
        text = re.sub("(?<!\xa0)\xa0(?!\xa0)", " ", data)
        text = re.sub(r"[ \t]+", " ", re.sub(r"\n\s*\n\s*", "\n\n", text))
        out = self._out[-1]
        if not out.strip() or out.endswith("\n"):
            text = text.lstrip(" \n" if "\n" in out[-1:] or not out.strip() else " ")
        if not text.strip(" \n") and "\n" in text and out.endswith((" ", "\n")):
            return
        self._write(as_text(text))

    def handle_comment(self, data: str) -> None:
        if data.strip():
            self.lost.append(("HTML comments", data.strip()))

    def handle_decl(self, decl: str) -> None:
        self.lost.append(("HTML declarations", decl))

    def unknown_decl(self, data: str) -> None:
        self.lost.append(("HTML declarations", data))

    def handle_pi(self, data: str) -> None:
        self.lost.append(("HTML declarations", data))


def _ticks(code: str, least: int) -> str:
    """Return a run of backticks that is not in a piece of code."""
    runs = {len(run) for run in re.findall("`+", code)}
    return "`" * next(
        length for length in range(least, len(code) + least + 1) if length not in runs
    )


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")
