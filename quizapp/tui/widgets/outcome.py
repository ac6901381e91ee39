"""The outcome of a run: the comparison with card and prediction, the claims, the measures."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from quizapp.app.verdict import SIGNS, Comparison, Verdict
from quizapp.demo.spec import DemoSpec
from quizapp.demo.state import RunState
from quizapp.plot.format import format_value
from quizapp.tui.inline import QUIET

STYLES = {
    "holds": "$text-success bold",
    "fails": "$text-error bold",
    "not tested": "$text-warning bold",
}
"""Look of each state of a claim."""

Part = tuple[str, str] | str


class Outcome(VerticalScroll, can_focus=False):
    """Verdict, claims and measures, one below the other."""

    DEFAULT_CSS = """
    Outcome {
        height: auto; padding: 0 1; scrollbar-size-vertical: 1;
        & > Static { height: auto; }
        & > #verdict { margin-bottom: 1; }
        & > #measures { margin-top: 1; }
        & > .-empty { display: none; }
    }
    """

    def __init__(self, spec: DemoSpec) -> None:
        super().__init__()
        self._spec = spec
        self._shown: tuple[RunState, Verdict | None] | None = None

    def compose(self) -> ComposeResult:
        """Three blocks of text; empty ones take no room."""
        yield Static(id="verdict", classes="-empty")
        yield Static(id="claims")
        yield Static(id="measures", classes="-empty")

    def show(self, state: RunState, verdict: Verdict | None) -> None:
        """Show the results so far."""
        if self._shown == (state, verdict):
            return
        self._shown = (state, verdict)
        self._fill("verdict", list(verdict_parts(verdict)) if verdict else [])
        self._fill("claims", list(claim_parts(self._spec, state)))
        self._fill("measures", list(measure_parts(state)))

    def _fill(self, name: str, parts: list[Part]) -> None:
        text = self.query_one(f"#{name}", Static)
        text.set_class(not parts, "-empty")
        text.update(Content.assemble(*parts))


def verdict_parts(verdict: Verdict) -> Iterator[Part]:
    """Yield "card says / you said / your machine says" for each comparison, then the sentence."""
    for row in verdict.rows:
        yield f"{row.text}\n", QUIET
        yield from _comparison(row)
        yield "\n"
    if verdict.sentence:
        yield verdict.sentence, "bold"


def claim_parts(spec: DemoSpec, state: RunState) -> Iterator[Part]:
    """Yield the claims in the order of their declaration, each with sign, state and evidence."""
    for index, (name, text) in enumerate(spec.claims.items()):
        yield "\n" if index else ""
        claim = state.claim(name)
        if claim is None:
            yield "· ", QUIET
            yield text
            continue
        style = STYLES[claim.state]
        yield f"{SIGNS[claim.state]} ", style
        yield claim.text
        yield f"  {claim.state}", style
        if claim.evidence:
            yield f": {claim.evidence}", QUIET


def measure_parts(state: RunState) -> Iterator[Part]:
    """Yield each measure with its meaning."""
    width = max((len(format_value(m.value)) for m in state.measures), default=0)
    for index, measure in enumerate(state.measures):
        yield "\n" if index else ""
        yield f"{format_value(measure.value).rjust(width)}  ", "bold"
        yield measure.text, QUIET


def _comparison(row: Comparison) -> Iterator[Part]:
    if row.card:
        yield f"card says {row.card}"
        yield from _sign(row.card_right)
        yield " · ", QUIET
    if row.you:
        yield f"you said {row.you}"
        yield from _sign(row.you_right)
        yield " · ", QUIET
    yield f"your machine says {row.machine}", "bold"


def _sign(right: bool | None) -> Iterator[Part]:
    if right is not None:
        state = "holds" if right else "fails"
        yield f" {SIGNS[state]}", STYLES[state]
