"""Demos in a plain terminal: the list, the page, and a run as it happens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markdown import Markdown
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from quizapp.app.estimate import expectation, in_minutes, memory_warning
from quizapp.app.once import run_once
from quizapp.app.proof import SIGNS
from quizapp.app.verdict import Comparison, Verdict, beside_recorded, judge, read_guess
from quizapp.commands.picture import as_text
from quizapp.demo.declare import Predict
from quizapp.demo.events import Done, Error, Event
from quizapp.demo.evidence import Distribution
from quizapp.demo.params import Param
from quizapp.demo.request import RunRequest
from quizapp.demo.spec import DemoSpec
from quizapp.demo.state import RunState
from quizapp.plot.draw import draw, full_height
from quizapp.plot.format import format_setting, format_value

WIDTH = 100
"""Columns of a plot at most: a wider one is not easier to read."""

COLOURS = {"holds": "green", "fails": "red", "not tested": "yellow"}


def print_list(demos: Iterable[DemoSpec]) -> None:
    """Print one row per demo."""
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("demo", no_wrap=True)
    for column in ("title", "topic", "time"):
        table.add_column(column)
    longest = 0
    for spec in demos:
        table.add_row(spec.id, Text(spec.title), spec.topic, f"{spec.budget_s:g} s")
        longest = max(longest, len(spec.id))
    # A narrow terminal wraps the lines: an id that is cut cannot be copied.
    Console(width=max(Console().width, longest + 40)).print(table)


def print_page(spec: DemoSpec) -> None:
    """Print a demo's page, then what it takes, measures and claims."""
    console = Console(width=min(Console().width, WIDTH))
    console.print(Text(f"{spec.title}  ", style="bold").append(f"{spec.id} · {spec.topic}", "dim"))
    console.print(Markdown(spec.page))
    takes = _table("parameter", "default", "takes")
    for name, param in spec.params.items():
        takes.add_row(name, Text(str(param.default) or "the reference"), Text(takes_what(param)))
    measures = _table("measure", "what it is")
    for name, text in spec.measures.items():
        measures.add_row(name, Text(text))
    claims = _table("claim", "statement")
    for name, statement in spec.claims.items():
        claims.add_row(name, Text(statement))
    console.print(takes, measures, claims)


def takes_what(param: Param) -> str:
    """Return the values a parameter takes, in words."""
    match param.kind:
        case "int" | "float":
            values = f"{param.low:g} to {param.high:g}"  # type: ignore[union-attr]  # by kind
        case "choice":
            values = ", ".join(map(str, param.options))  # type: ignore[union-attr]  # by kind
        case "flag":
            values = "true, false"
        case "code":
            return f"your {param.entry}: --solution FILE"  # type: ignore[union-attr]  # by kind
        case _:
            return param.help
    return f"{values}; {param.help}" if param.help else values


def watch(
    request: RunRequest, threads: int, *, ask: bool, recorded: Distribution | None
) -> RunState:
    """Run the demo, show it live, then print the results; return how it ended.

    With `ask` the learner predicts first, if the demo has a question. The results are held against
    the `recorded` runs at these settings.
    """
    spec = request.spec
    terminal = Console()
    console = Console(width=min(terminal.width, WIDTH))
    console.print(Text(spec.title, "bold"), Text(_settings(request.params), "dim"))
    if expected := expectation(spec, request.params):
        console.print(Text(expected, "yellow"))
    if warning := memory_warning(spec, request.params, request.device):
        console.print(Text(f"{warning.sentence} {warning.hint}", "red"))
    question = spec.question(request.params)
    guess = _ask(question) if ask and question else None
    state = RunState()
    rows = min(max(terminal.height - 10, 6), 16)

    def see(event: Event) -> None:
        nonlocal state
        state = state.add(event)

    if console.is_terminal:
        live = Live(
            console=console,
            transient=True,
            refresh_per_second=8,
            get_renderable=lambda: live_view(state, console.width, rows),
        )
        with live:
            log = run_once(request, see, threads)
    else:
        log = run_once(request, see, threads)
    beside = beside_recorded(spec, state, recorded) if recorded else None
    for part in report(state, console.width, rows, beside):
        console.print(part)
    if guess is not None and state.status == "done":
        console.print(judge(spec, state, request.params, guess=guess).sentence, highlight=False)
    if state.error:
        _explain(state.error, log)
    return state


def _settings(params: Mapping[str, Any]) -> str:
    return "  ".join(
        f"{name}={value if isinstance(value, bool | float) else format_setting(value)}"
        for name, value in params.items()
    )


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column)
    return table


def _ask(predict: Predict) -> float | str | None:
    click.echo(f"Predict first: {predict.question}")
    for number, option in enumerate(predict.options, 1):
        click.echo(f"  {number}  {option}")
    unit = f" ({predict.unit})" if predict.unit else ""
    while text := click.prompt(
        f"Your prediction{unit}, Enter to skip", default="", show_default=False
    ):
        try:
            return read_guess(predict, text)
        except ValueError as error:
            click.echo(str(error))
    return None


def live_view(state: RunState, width: int, rows: int) -> RenderableType:
    """What is on screen while it runs: the last chart, the progress, the latest numbers."""
    parts: list[RenderableType] = []
    if state.charts:
        parts += as_text(draw(state.charts[-1], width, rows))
    if state.status == "waiting":
        parts.append(Text("loading the libraries", "dim"))
    if state.total:
        bar = ProgressBar(total=state.total, completed=state.done, width=40)
        left = f" · {in_minutes(state.left_s)} left" if state.left_s else ""
        parts += [bar, Text(f"{state.done} / {state.total}{left}", "dim")]
    elif state.status == "running":
        parts.append(Text("loading the model", "dim"))
    for claim in state.claims:
        sign = Text(f"{SIGNS[claim.state]} ", COLOURS[claim.state])
        parts.append(sign.append(f"{claim.text}: {claim.state}", "default"))
    return Group(*parts)


def report(
    state: RunState, width: int, rows: int, beside: Verdict | None = None
) -> Iterator[RenderableType]:
    """What stays on screen after the run, `beside` what recorded runs found."""
    found = {(row.claim, row.name): row for row in beside.rows} if beside else {}
    for chart in state.charts:
        yield from as_text(draw(chart, width, full_height(chart, width, rows)))
    for table in state.tables:
        shown = _table(*map(str, table.columns))
        shown.title, shown.title_justify = table.title, "left"
        for row in table.rows:
            shown.add_row(*(Text(_cell(value)) for value in row))
        yield shown
    for sample in state.samples:
        yield Text(f"{sample.title}: ", "dim").append(sample.text, "not dim")
    for note in state.notes:
        yield Markdown(note)
    if state.measures:
        measures = _table("measure", "value", "", *(["recorded runs"] if beside else []))
        for measure in state.measures:
            text = Text(measure.text, "dim")
            known = [_recorded(found[False, measure.id])] if beside else []
            measures.add_row(measure.id, format_value(measure.value), text, *known)
        yield measures
    if state.claims:
        claims = _table("", "claim", "here", "evidence", *(["recorded runs"] if beside else []))
        for claim in state.claims:
            color = COLOURS[claim.state]
            claims.add_row(
                Text(SIGNS[claim.state], color),
                Text(claim.text),
                Text(claim.state, color),
                Text(claim.evidence, "dim"),
                *([Text(found[True, claim.id].recorded)] if beside else []),
            )
        yield claims
    if beside and beside.sentence:
        yield Text(beside.sentence, "yellow")
    yield Text(_ended(state), "dim")


def _recorded(row: Comparison) -> Text:
    """What recorded runs found of a measure, and whether this run came out within."""
    sign = {True: (" ✓ inside", "green"), False: (" unusual", "yellow"), None: ("", "")}
    return Text(row.recorded).append(*sign[row.usual])


def _cell(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else "" if value is None else str(value)


def _ended(state: RunState) -> str:
    if state.status == "cancelled":
        return f"Cancelled after {state.seconds:.1f} s" if state.seconds else "Cancelled"
    parts = [f"{state.seconds:.1f} s on {state.device_name or 'no device'}"]
    if isinstance(state.ending, Done):
        parts += state.ending.costs
    return " · ".join(parts)


def _explain(error: Error, log: str) -> None:
    """Print on stderr what went wrong and where; the end of the log helps authors."""
    console = Console(stderr=True)
    where = f" ({error.where})" if error.where else ""
    if error.lacks_package:
        console.print(Text(f"The run failed{where}: {error.message}.", "red"))
        console.print("Install the package; `quizapp doctor` lists what quizapp itself needs.")
        return
    console.print(Text(f"The run failed{where}: {error.text}", "red"))
    if error.kind in ("demo", "load") and error.traceback:
        console.print(Text(error.traceback.rstrip(), "dim"))
    elif log.strip():
        console.print(Text(log.rstrip(), "dim"))
