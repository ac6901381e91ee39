"""Opening the screens in this terminal, and the commands that do so."""

from __future__ import annotations

import gc
import io
import os
import select
import signal
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from quizapp.errors import EnvironmentProblem
from quizapp.paths import Paths

if TYPE_CHECKING:
    from quizapp.app.core import Core
    from quizapp.tui.app import Start


def open_screens(paths: Paths, begin: Callable[[Core], Start] | None = None) -> int:
    """Open the screens and return the exit code of the app; `begin` says with what, else home.

    Raises:
        QuizError: this is no terminal, or something that the app needs cannot be used.
    """
    served = "TEXTUAL_DRIVER" in os.environ  # by textual-serve, over pipes
    if not served and os.environ.get("TERM") == "dumb":
        raise EnvironmentProblem(
            "A terminal without a screen",
            "TERM is dumb: this terminal cannot place text on its screen.",
            "Set TERM to what the terminal is, such as xterm-256color.",
        )
    if not (served or (sys.stdin.isatty() and sys.stdout.isatty())):
        raise EnvironmentProblem(
            "Not a terminal",
            "The app needs a terminal for its keys and its screen.",
            "`quizapp stats`, `quizapp path` and `quizapp demo list` print plain text.",
        )
    if isinstance(sys.__stderr__, io.TextIOWrapper):
        # Textual draws there, and reads the keys as UTF-8 whatever the locale says.
        sys.__stderr__.reconfigure(encoding="utf-8")
    # A start makes many objects that stay and no garbage; the app collects after its first frame.
    gc.disable()
    from quizapp.tui.app import run

    if hasattr(select, "poll"):
        threading.Thread(target=_end_with_terminal, name="terminal", daemon=True).start()
    return run(paths, begin)


def _end_with_terminal() -> None:
    """End the app when its terminal is closed: everything is saved, and nobody can see it.

    The system signals the terminal's session leader only, and one that waits for its children,
    as make does, passes nothing on. The app would read end-of-file for ever.
    """
    gone = select.poll()
    gone.register(sys.stdin, 0)  # a hang-up is always reported
    gone.poll()
    os.kill(os.getpid(), signal.SIGTERM)


@click.command()
@click.option("--topic", help="Only cards of this deck.")
@click.option("--search", metavar="QUERY", help="Only cards that match, as in the browser.")
@click.option("--preset", metavar="NAME", help="A plan: one-evening, one-week or senior-two-weeks.")
@click.pass_context
def study(ctx: click.Context, topic: str | None, search: str | None, preset: str | None) -> None:
    """Start studying at once."""

    def begin(core: Core) -> Start:
        from quizapp.app.scope import find_scope
        from quizapp.tui.app import Start

        return Start("study", find_scope(core, topic, search, preset))

    ctx.exit(open_screens(ctx.obj, begin))


@click.command()
@click.option("--topic", "topics", multiple=True, metavar="DECK", help="Only this; may repeat.")
@click.option(
    "--level",
    type=click.Choice(["junior", "mid", "senior"]),
    default="mid",
    show_default=True,
    help="What the core questions ask for.",
)
@click.option("--questions", type=click.IntRange(1, 50), default=8, show_default=True)
@click.option("--minutes", type=click.FloatRange(1, 240), default=30, show_default=True)
@click.option(
    "--coding",
    type=click.IntRange(0, 3),
    help="Questions answered in code; without it one from 45 minutes on.",
)
@click.option(
    "--fixed",
    is_flag=True,
    help="Plan all questions beforehand; without it each follows from the answers before.",
)
@click.option(
    "--seed",
    type=int,
    help="The same seed asks the same questions of the same cards and answers.",
)
@click.pass_context
def interview(
    ctx: click.Context,
    topics: tuple[str, ...],
    level: str,
    questions: int,
    minutes: float,
    coding: int | None,
    fixed: bool,
    seed: int | None,
) -> None:
    """Start a mock interview."""

    def begin(core: Core) -> Start:
        from quizapp.app.scope import find_deck
        from quizapp.study.interview import InterviewSpec
        from quizapp.tui.app import Start

        decks = tuple(find_deck(core, topic).id for topic in topics)
        # A seed that is drawn is short enough to be typed again.
        drawn = core.random.randrange(10_000) if seed is None else seed
        way = "fixed" if fixed else "adaptive"
        spec = InterviewSpec(decks, level, questions, minutes, drawn, coding, way)
        return Start("interview", interview=spec)

    ctx.exit(open_screens(ctx.obj, begin))
