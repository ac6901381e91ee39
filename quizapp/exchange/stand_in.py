"""What quizapp gives a demo, in short: parameters are their defaults, results are printed.

The text of this module is the head of every exported script, which needs no quizapp.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any


class Run:
    """Prints what a demo reports; `measures`, `claims` and `curves` keep it."""

    def __init__(self, sentences: Mapping[str, str], device: str = "") -> None:
        import torch

        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        torch.set_num_threads(max(1, (cores or 1) // 2))  # one per physical core, as in quizapp
        torch.set_flush_denormal(True)
        mps = torch.backends.mps.is_available()
        best = "cuda" if torch.cuda.is_available() else "mps" if mps else "cpu"
        self.device = device or best
        self.sentences = sentences
        self.measures: dict[str, Any] = {}
        self.claims: dict[str, str] = {}
        self.curves: dict[tuple[str, str], tuple[list[Any], list[Any]]] = {}
        self.tokens_seen = 0
        self._started = time.monotonic()

    def steps(self, total: int) -> Iterator[int]:
        yield from range(total)

    def check(self) -> None: ...

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def tokens(self, count: int) -> None:
        self.tokens_seen += count

    def progress(self, total: int) -> None: ...

    def step(self) -> None: ...

    def measure(self, name: str = "", value: Any = "", /, **values: Any) -> None:
        for id, found in ({name: value} if name else values).items():
            self.measures[id] = plain(found)
            print(f"{self.sentences[id]}: {self.measures[id]}")

    def claim(self, name: str, holds: bool | None, evidence: str = "") -> None:
        self.claims[name] = "not tested" if holds is None else "holds" if bool(holds) else "fails"
        print(f"{self.sentences[name]}: {self.claims[name]} ({evidence})")

    def table(self, title: str, rows: Sequence[Mapping[str, Any]]) -> None:
        print(title, *(dict(row) for row in rows), sep="\n  ")

    def sample(self, title: str, text: str) -> None:
        print(f"{title}: {text}")

    def note(self, markdown: str) -> None:
        print(markdown)

    def axes(self, **_: Any) -> None: ...

    def reference(self, name: str, value: float, **_: Any) -> None: ...

    def point(self, x: float, /, *, chart: str = "", **series: float) -> None:
        self.line_points(x, series, chart=chart)

    def line_points(self, x: float, series: Mapping[str, float], *, chart: str = "") -> None:
        for name, value in series.items():
            self.scatter(name, [x], [value], chart=chart)

    def scatter(
        self, name: str, xs: Iterable[float], ys: Iterable[float], *, chart: str = ""
    ) -> None:
        kept_xs, kept_ys = self.curves.setdefault((chart, name), ([], []))
        kept_xs += map(plain, xs)
        kept_ys += map(plain, ys)

    def bars(self, name: str, values: Mapping[str, float], **_: Any) -> None:
        print(name, {label: plain(value) for label, value in values.items()})

    def histogram(self, name: str, counts: Any, edges: Any, **_: Any) -> None: ...

    def heatmap(self, name: str, values: Any, **_: Any) -> None:
        print(name, *map(plain, values), sep="\n  ")

    def plot(self) -> None:
        """Draw the curves, if matplotlib is there."""
        with contextlib.suppress(ImportError):
            import matplotlib.pyplot as plt  # type: ignore[import-not-found]  # not a dependency

            for chart in dict.fromkeys(chart for chart, _ in self.curves):
                plt.figure(num=chart or "curves")
                for (of, name), (xs, ys) in self.curves.items():
                    if of == chart:
                        plt.plot(xs, ys, label=name)
                plt.legend()
            plt.show()


def plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value


def demo(*, claims: Mapping[str, str], measures: Mapping[str, str], **_: Any) -> Any:
    def attach(main: Callable[..., None]) -> Callable[..., None]:
        main.sentences = {**claims, **measures}  # type: ignore[attr-defined]  # any function may
        return main

    return attach


def Predict(question: str, *_: Any, **__: Any) -> Any:
    return question


def Int(default: Any, *_: Any, **__: Any) -> Any:
    return default


def Choice(*options: Any, default: Any = None, **_: Any) -> Any:
    return options[0] if default is None else default


def Model(default: str = "tinyworld", **_: Any) -> Any:
    return default


def Flag(default: bool = False, **_: Any) -> Any:
    return default


Float = Int
