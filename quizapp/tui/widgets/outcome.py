"""The outcome of a run: the comparison with card and prediction, the claims, the measures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from quizapp.app.proof import SIGNS, Proof
from quizapp.app.verdict import Verdict
from quizapp.demo.spec import DemoSpec
from quizapp.demo.state import RunState
from quizapp.plot.format import format_value
from quizapp.tui.inline import QUIET, STYLES

LOOKS: Mapping[str, str] = {**STYLES, "": "", "quiet": QUIET, "own": "bold"}
"""Look of each part of a comparison."""

Part = tuple[str, str] | str


class Outcome(VerticalScroll, can_focus=False):
    """What the run shows of the answer, verdict, claims and measures, one below the other."""

    DEFAULT_CSS = """
    Outcome {
        height: auto; padding: 0 1; scrollbar-size-vertical: 1;
        & > Static { height: auto; }
        & > #shown, & > #verdict { margin-bottom: 1; }
        & > #measures { margin-top: 1; }
        & > .-empty { display: none; }
    }
    """

    def __init__(self, spec: DemoSpec) -> None:
        super().__init__()
        self._spec = spec
        self._shown: tuple[RunState, Verdict | None, Proof] | None = None

    def compose(self) -> ComposeResult:
        """Blocks of text; empty ones take no room."""
        yield Static(id="shown", classes="-empty")
        yield Static(id="verdict", classes="-empty")
        yield Static(id="claims")
        yield Static(id="measures", classes="-empty")

    def show(self, state: RunState, verdict: Verdict | None, proof: Proof) -> None:
        """Show the results so far."""
        if self._shown == (state, verdict, proof):
            return
        self._shown = (state, verdict, proof)
        self._fill("shown", [proof.shows] if proof.here and proof.shows else [])
        self._fill("verdict", list(verdict_parts(verdict)) if verdict else [])
        self._fill("claims", list(claim_parts(self._spec, state)))
        self._fill("measures", list(measure_parts(state)))

    def _fill(self, name: str, parts: list[Part]) -> None:
        text = self.query_one(f"#{name}", Static)
        text.set_class(not parts, "-empty")
        text.update(Content.assemble(*parts))


def verdict_parts(verdict: Verdict) -> Iterator[Part]:
    """Yield each comparison in a line, then the sentence."""
    for row in verdict.rows:
        yield f"{row.text}\n", QUIET
        yield from ((words, LOOKS[look]) for words, look in row.words())
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
