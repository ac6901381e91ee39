"""What a card shows after the reveal: answer, key points, pitfall, where to read on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markdown_it import MarkdownIt
from textual.app import ComposeResult
from textual.containers import VerticalGroup
from textual.content import Content
from textual.widgets import Markdown, Static

from quizapp.app.proof import Proof
from quizapp.cards.model import Card
from quizapp.study.reading import Reading
from quizapp.tui.inline import QUIET, inline
from quizapp.tui.widgets.card.code_fence import CodeFence
from quizapp.tui.widgets.card.key_points import KeyPoints
from quizapp.tui.widgets.card.marked import marked


class CardText(Markdown):
    """Markdown of a card; a link is opened only when the learner confirms it."""

    DEFAULT_CSS = """
    CardText {
        padding: 0;
        margin: 0;
        & > MarkdownBlock:last-child { margin-bottom: 0; }
    }
    """

    BLOCKS = Markdown.BLOCKS | {"fence": CodeFence}

    def __init__(self, text: str, *, id: str | None = None) -> None:
        super().__init__(text, id=id, open_links=False, parser_factory=_parser)


def _parser() -> MarkdownIt:
    # Textual shows no HTML: the `<int>` of `List<int>` would be missing without a trace
    return MarkdownIt("gfm-like", {"html": False})


class AnswerSections(VerticalGroup):
    """The parts of the answer, each under a line with its name."""

    DEFAULT_CSS = """
    AnswerSections {
        & > * {
            height: auto;
            border-top: solid $border;
            border-title-color: $text-muted;
            border-title-style: none;
            padding: 0;
            margin: 0;
        }
        & > .bare { border-top: none; }
    }
    """

    def __init__(
        self,
        card: Card,
        ticked: Sequence[int],
        verdict: str,
        note: str,
        titles: Mapping[str, str],
        proof: Proof,
        *,
        response: str = "",
        readings: Sequence[Reading] = (),
        asked: bool = True,
        solution: str = "",
    ) -> None:
        """`titles` names the follow-up cards by id; `proof` is what runs have shown so far.

        `readings` say where the typed answer `response` speaks of each point. Of a card not `asked`
        no point is ticked. `solution` is code that solves the exercise.
        """
        super().__init__(id="answer-sections")
        self._card = card
        self._ticked = ticked
        self._verdict = verdict
        self._note = note
        self._titles = titles
        self._proof = proof
        self._response = response
        self._readings = readings
        self._asked = asked
        self._solution = solution

    def compose(self) -> ComposeResult:
        """Yield the sections that this card has."""
        card = self._card
        if self._verdict:
            yield Static(self._verdict, id="verdict", classes="bare", markup=False)
        if self._solution:
            yield _titled(CardText(f"```python\n{self._solution.strip()}\n```"), "a solution")
        if self._readings:
            said = Static(marked(self._response, self._readings), id="response")
            yield _titled(said, "your answer")
        yield _titled(CardText(card.answer), "answer")
        if card.key_points:
            unseen = "shown by the demo (d)"
            points = KeyPoints(
                card.key_points,
                self._ticked,
                self._proof.points,
                readings=self._readings,
                unseen=unseen,
            )
            if not self._asked:
                points.border_title, points.can_focus = " key points ", False
                points.locked = True
            yield points
        yield _titled(Static(markup=False, id="shows"), "")
        if card.pitfall:
            yield _titled(CardText(card.pitfall), "pitfall")
        yield _titled(Static(self._note, markup=False, id="note"), "your note")
        if card.references:
            yield _titled(Static(_references(card), id="references"), "read on: r opens")
        if card.follow_ups:
            names = [inline(self._titles[name]) for name in card.follow_ups]
            text = Content("\n").join(names)
            yield _titled(Static(text, id="follow-ups"), "asked next: f shows")

    def on_mount(self) -> None:
        """Hide the parts that are empty."""
        self.show_note(self._note)
        self.show_proof(self._proof)

    def show_proof(self, proof: Proof) -> None:
        """Show what runs have shown."""
        for points in self.query(KeyPoints):
            points.mark(proof.points)
        shown = self.query_one("#shows", Static)
        shown.border_title = f" {'shown on this machine' if proof.here else 'recorded runs'} "
        shown.update(proof.shows)
        shown.display = bool(proof.shows)

    def show_note(self, note: str) -> None:
        """Show the learner's note."""
        shown = self.query_one("#note", Static)
        shown.update(note)
        shown.display = bool(note)


def _titled(widget: CardText | Static, title: str) -> CardText | Static:
    widget.border_title = f" {title} "
    return widget


def _references(card: Card) -> Content:
    rows = [
        Content.assemble(reference.title, " · ", (reference.place, QUIET))
        for reference in card.references
    ]
    return Content("\n").join(rows)
