"""HTML as cards of other programs hold it, read as Markdown."""

from __future__ import annotations

import pytest

from quizapp.exchange.html_text import markdown_of


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("a<br>\n  b", "a\nb"),
        ("<p>\n a</p>\n<p>b</p>", "a\n\nb"),
        ("x <b>a<div>b</div></b>", "x **a**\n**b**"),
        ("<b>a<p>b</p></b>", "**a**\n\n**b**"),
        ("<b><ul><li>a</li><li>b</li></ul></b>", "**- a**\n**- b**"),
        ("x <b>y<ul><li>z</li></ul></b>", "x **y**\n\n**- z**"),
        ("<table><tr><td>a<p>b</p></td></tr></table>", "| a b |\n|---|"),
        ("x <a href='https://e.org'>y<div>z</div></a>", "x [y\nz](https://e.org)"),
    ],
)
def test_lines_and_paragraphs_break_inside_other_marks_as_outside(html: str, markdown: str) -> None:
    assert markdown_of(html)[0] == markdown
