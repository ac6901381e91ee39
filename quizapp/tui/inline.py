"""Short card texts on one line or in a list: inline Markdown, never Textual markup."""

from __future__ import annotations

import re
from collections.abc import Mapping

from textual.content import Content

QUIET = "$foreground 65%"
"""The style of what stands back: units, counts, names of keys."""

STYLES: Mapping[str, str] = {
    "holds": "$text-success bold",
    "fails": "$text-error bold",
    "not tested": "$text-warning bold",
}
"""Look of each state of a claim."""

_SPAN = re.compile(
    r"(`+)(?P<code>.+?)\1|\*\*(?P<strong>.+?)\*\*|\*(?P<em>[^*\s](?:[^*]*[^*\s])?)\*"
)


def inline(text: str, style: str = "") -> Content:
    """Return text with `code`, **strong** and *emphasised* parts styled."""
    parts: list[str | tuple[str, str]] = []
    end = 0
    for span in _SPAN.finditer(text):
        parts.append(text[end : span.start()])
        if span["code"] is not None:
            parts.append((span["code"], "$secondary"))
        elif span["strong"] is not None:
            parts.append((span["strong"], "bold"))
        else:
            parts.append((span["em"], "italic"))
        end = span.end()
    parts.append(text[end:])
    content = Content.assemble(*parts)
    return content.stylize_before(style) if style else content
