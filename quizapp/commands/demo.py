"""`quizapp demo`: list the demos, read one, run one."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quizapp.commands.output import FINDINGS, print_json, print_note
from quizapp.errors import EnvironmentProblem, QuizError
from quizapp.paths import Paths

if TYPE_CHECKING:
    from quizapp.demo.catalogue import Catalogue
    from quizapp.demo.events import Event
    from quizapp.demo.request import RunRequest
    from quizapp.demo.spec import DemoSpec
    from quizapp.demo.state import RunState

ENVIRONMENT_ERRORS = ("device", "memory", "start", "crashed")
"""Kinds of a run's error that are the machine's, not the demo's."""


@click.group()
def demo() -> None:
    """List, read and run demos."""


def catalogue(paths: Paths) -> Catalogue:
    """Read all demos; name on stderr the files that declare none."""
    from quizapp.app.demos import Demos

    found = Demos(paths.demos).catalogue
    for problem in found.problems:
        print_note(str(problem))
    return found


def find_demo(paths: Paths, name: str) -> DemoSpec:
    """Return one demo; what is wrong with the files of others does not matter here."""
    from quizapp.app.demos import Demos

    return Demos(paths.demos).find(name)


@demo.command("list")
@click.option("--topic", help="Only demos of this topic.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def list_demos(paths: Paths, topic: str | None, as_json: bool) -> None:
    """List the demos."""
    demos = [d for d in catalogue(paths).demos.values() if topic in (None, d.topic)]
    if as_json:
        print_json({"demos": [d.as_json() for d in demos]})
        return
    from quizapp.commands.demo_view import print_list

    print_list(demos)


@demo.command("show")
@click.argument("name", metavar="ID")
@click.option("--code", is_flag=True, help="Print the demo's source.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def show_demo(paths: Paths, name: str, code: bool, as_json: bool) -> None:
    """Read a demo's page, its parameters and what it claims."""
    spec = find_demo(paths, name)
    if as_json:
        print_json({**spec.as_json(), "page": spec.page, "file": str(spec.path)})
    elif code:
        click.echo(spec.path.read_text(encoding="utf-8"), nl=False)
    else:
        from quizapp.commands.demo_view import print_page

        print_page(spec)


@demo.command("run")
@click.argument("name", metavar="ID")
@click.option("--set", "chosen", multiple=True, metavar="K=V", help="Set a parameter.")
@click.option("--device", help="cuda, mps, cpu or auto; without it, what the settings say.")
@click.option("--model", help="A local folder or a Hub id, for demos over a language model.")
@click.option(
    "--solution",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with your solution, for exercises; without it the reference runs.",
)
@click.option("--no-predict", is_flag=True, help="Do not ask for a prediction first.")
@click.option("--json", "as_json", is_flag=True, help="Print the run's events as JSON lines.")
@click.pass_context
def run_demo(
    ctx: click.Context,
    name: str,
    chosen: tuple[str, ...],
    device: str | None,
    model: str | None,
    solution: Path | None,
    no_predict: bool,
    as_json: bool,
) -> None:
    """Run a demo and watch it.

    Ctrl-C cancels it. The exit code is 1 when a claim fails at these settings, the demo raises
    an error or the run is cancelled.
    """
    from quizapp.app.hub import is_hub_id
    from quizapp.demo.request import RunRequest
    from quizapp.settings import load_settings

    lab = load_settings(ctx.obj.settings).lab
    spec = find_demo(ctx.obj, name)
    params = read_settings(spec, chosen, model)
    if solution is not None:
        params |= read_solution(spec, solution)
    check_folders(spec, params)
    online = model is not None and is_hub_id(model)
    if model is not None and online:
        agree_to_download(model, ask=not as_json and sys.stdin.isatty())
    request = RunRequest(spec, params, device=device or lab.device, online=online)
    if as_json:
        state = stream(request, lab.threads)
    else:
        from quizapp.app.demos import Demos
        from quizapp.commands.demo_view import watch

        evidence = Demos(ctx.obj.demos).evidence(spec)
        recorded = evidence.at(spec, params) if evidence else None
        ask = not no_predict and sys.stdin.isatty()
        state = watch(request, lab.threads, ask=ask, recorded=recorded)
    ctx.exit(_exit_code(state))


def stream(request: RunRequest, threads: int) -> RunState:
    """Run the demo, print each event as a JSON line when it comes; return how it ended."""
    from quizapp.app.once import run_once
    from quizapp.demo.state import RunState
    from quizapp.demo.wire import encode

    state = RunState()

    def show(event: Event) -> None:
        nonlocal state
        state = state.add(event)
        click.echo(encode(event), nl=False)  # flushes: a reader on a pipe sees it at once

    run_once(request, show, threads)
    return state


def check_folders(spec: DemoSpec, params: Mapping[str, Any]) -> None:
    """Check that model folders exist, before seconds are spent on loading libraries.

    Raises:
        EnvironmentProblem: there is no such folder, or it holds no model.
    """
    from quizapp.demo.model_errors import folder_problem

    for name, param in spec.params.items():
        if param.kind == "model" and (problem := folder_problem(params[name])):
            raise EnvironmentProblem("No model", problem, "Name another with --model.")


def agree_to_download(name: str, *, ask: bool) -> None:
    """Ask before a model of the Hub is downloaded; announce it where nobody can answer.

    Raises:
        EnvironmentProblem: the model cannot be had.
    """
    import asyncio

    from quizapp.app.hub import in_words, look_up

    model = asyncio.run(look_up(name))
    if model.problem:
        raise EnvironmentProblem("No model", model.problem, "Name another with --model.")
    if model.cached:
        return
    if not ask:
        print_note(f"Downloading {name}, {in_words(model.size)}")
    elif not click.confirm(model.question, err=True):
        raise click.Abort


def read_settings(spec: DemoSpec, chosen: Sequence[str], model: str | None) -> dict[str, Any]:
    """Return the settings of a run from `--set k=v` and `--model`.

    Raises:
        QuizError: not of the form k=v, an unknown name, a value the parameter does not take.
    """
    values: dict[str, Any] = {}
    for pair in chosen:
        key, equals, text = pair.partition("=")
        if not equals:
            raise QuizError(
                "Bad setting",
                f"--set {pair} is not of the form name=value.",
                f"For example: --set {example(spec)}",
            )
        if key not in spec.params:
            raise QuizError(
                "No such parameter",
                f"{spec.id} has no parameter {key}.",
                f"Its parameters: {', '.join(spec.params)}.",
            )
        values[key] = _parsed(spec, key, text)
    if model is not None:
        named = [key for key, param in spec.params.items() if param.kind == "model"]
        if not named:
            raise QuizError(
                "No model to choose",
                f"{spec.id} does not load a language model.",
                "Leave --model out.",
            )
        values[named[0]] = _parsed(spec, named[0], model)
    return spec.settings(values)


def read_solution(spec: DemoSpec, file: Path) -> dict[str, Any]:
    """Return the setting that makes an exercise run the code of a file.

    Raises:
        QuizError: the demo is no exercise, or the file cannot be read.
    """
    if not spec.code:
        raise QuizError("No exercise", f"{spec.id} runs no code of yours.", "Leave --solution out.")
    try:
        return spec.solution(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise QuizError(
            "Bad solution", f"{file} cannot be read: {error}.", "Write a text file."
        ) from None


def _parsed(spec: DemoSpec, key: str, text: str) -> Any:
    """Return the value of a parameter as typed, or raise QuizError with what it takes."""
    try:
        return spec.params[key].parse(text)
    except ValueError as error:
        hint = f"`quizapp demo show {spec.id}` lists what it takes."
        raise QuizError("Bad setting", f"{key} {error}.", hint) from None


def example(spec: DemoSpec) -> str:
    """Return a setting of the demo as one would type it."""
    key, param = next(iter(spec.params.items()), ("name", None))
    return f"{key}={param.default if param else 'value'}"


def _exit_code(state: RunState) -> int:
    error = state.error
    if error and (error.kind in ENVIRONMENT_ERRORS or error.lacks_package):
        return EnvironmentProblem.exit_code
    held = all(claim.state != "fails" for claim in state.claims)
    return 0 if state.status == "done" and held else FINDINGS
