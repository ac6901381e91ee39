"""A finished run as text: for notes, chats and issues."""

from __future__ import annotations

from collections.abc import Iterator

from quizapp.demo.spec import DemoSpec
from quizapp.plot.format import format_value
from quizapp.study.record import RunRecord


def as_text(spec: DemoSpec, record: RunRecord) -> str:
    """Return the run in Markdown: how to repeat it, what was predicted, what came out."""
    return "\n".join(_lines(spec, record))


def _lines(spec: DemoSpec, record: RunRecord) -> Iterator[str]:
    chosen = {name: value for name, value in record.settings.items() if name != spec.code}
    settings = "".join(f" --set {name}={format_value(value)}" for name, value in chosen.items())
    if record.settings.get(spec.code):
        settings += " --solution FILE"
    yield f"**{spec.title}**: `quizapp demo run {record.demo}{settings}`"
    if code := record.settings.get(spec.code):
        yield f"\n```python\n{code.rstrip()}\n```\n"
    day = record.at.astimezone().strftime("%Y-%m-%d")
    yield f"{day}, {record.device_name or record.device}, {record.wall_s:.1f} s"
    if record.prediction is not None:
        came = {True: "came true", False: "did not come true", None: "was not measured"}
        yield f"- predicted: {format_value(record.prediction)} ({came[record.right]})"
    for name, value in record.measures.items():
        yield f"- {spec.measures.get(name, name)}: {format_value(value)}"
    for name, state in record.claims.items():
        yield f"- {spec.claims.get(name, name)}: {state}"
