"""The user's settings: one TOML file that the app reads and never writes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from quizapp.errors import QuizError
from quizapp.text import closest


@dataclass(frozen=True)
class StudySettings:
    """Table `[study]`: how cards come back and what a card asks."""

    retention: float = 0.90
    """Probability of recall at which a card comes back, 0.70 to 0.99."""
    new_per_day: int = 10
    reviews_per_day: int = 200
    learning_steps: tuple[timedelta, ...] = (timedelta(minutes=1), timedelta(minutes=10))
    """Written as a list: `["1m", "10m"]`."""
    relearning_steps: tuple[timedelta, ...] = (timedelta(minutes=10),)
    learn_ahead: timedelta = timedelta(minutes=20)
    leech_at: int = 8
    """Lapses at which a card is called a leech; 0 is never."""
    mature_days: int = 21
    max_interval: int = 36500
    """Days."""
    rollover_hour: int = 4
    """Local hour at which a study day begins, 0 to 23."""
    interview_date: date | None = None
    """The day to be ready for; a date set in the app replaces it."""
    confidence: bool = False
    """Ask how sure you are, 1 to 3, before the answer is shown."""
    intervals: bool = True
    """Show the next interval on each rating button."""


@dataclass(frozen=True)
class LabSettings:
    """Table `[lab]`: how demos run."""

    device: str = "auto"
    """auto, cpu, cuda or mps."""
    threads: int = 0
    """CPU threads of a demo; 0 is one per physical core."""
    preload: bool = True
    """Import the libraries in the background when the app opens."""


@dataclass(frozen=True)
class Settings:
    """Everything the settings file can say; a missing file is all defaults."""

    study: StudySettings = field(default_factory=StudySettings)
    lab: LabSettings = field(default_factory=LabSettings)
    keys: Mapping[str, str] = field(default_factory=dict)
    """Table `[keys]`: keys by the id of a binding, comma-separated; `?` lists the ids."""


def load_settings(path: Path) -> Settings:
    """Read the settings file; one that does not exist means the defaults.

    Raises:
        QuizError: the file is not TOML, or holds an unknown name or a value of the wrong type.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")  # some Windows editors write a BOM
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise QuizError(
            "The settings cannot be read", f"{path}: {error}.", "Correct or remove the file."
        ) from error
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+), column (\d+)", str(error))
        where = f"{path}:{place[1]}:{place[2]}" if place else f"{path}:{len(text.splitlines())}"
        reason = str(error).partition(" (at ")[0]
        raise QuizError(
            "The settings are not TOML",
            f"{where}: {reason}.",
            "Texts stand in quotes, tables in [brackets].",
        ) from error
    return _Reader(path, text).read(tables)


@dataclass(frozen=True)
class _Reader:
    path: Path
    text: str

    def read(self, tables: Mapping[str, Any]) -> Settings:
        for name, table in tables.items():
            if name not in ("study", "lab", "keys"):
                if home := _HOMES.get(name):
                    raise self.error(
                        "", name, f"{name} stands outside its table", f"It belongs under [{home}]."
                    )
                raise self.unknown("", name, ("study", "lab", "keys"))
            if not isinstance(table, dict):
                raise self.error("", name, f"{name} is a table", f"Write [{name}] on its own line.")
        keys = tables.get("keys", {})
        for name, value in keys.items():
            if not isinstance(value, str) or not value:
                raise self.error(
                    "keys",
                    name,
                    f"{name} must be the name of a key",
                    'Write the keys in quotes, such as "f5" or "space,enter".',
                )
        return Settings(
            study=self.table(StudySettings, "study", tables.get("study", {})),
            lab=self.table(LabSettings, "lab", tables.get("lab", {})),
            keys=dict(keys),
        )

    def table(self, shape: type[Any], name: str, written: Mapping[str, Any]) -> Any:
        kinds = {item.name: str(item.type) for item in fields(shape)}
        values = {}
        for key, value in written.items():
            if key not in kinds:
                raise self.unknown(name, key, tuple(kinds))
            convert, wanted = _KINDS[kinds[key]]
            converted = convert(value)
            if converted is None:
                raise self.error(
                    name,
                    key,
                    f"{key} must be {wanted}, not {value!r}",
                    "Correct the value, or remove the line for the default.",
                )
            values[key] = converted
        if "rollover_hour" in values and not 0 <= values["rollover_hour"] <= 23:
            raise self.error(
                name,
                "rollover_hour",
                "rollover_hour must be between 0 and 23",
                "It is an hour of the day.",
            )
        if values.get("device", "auto") not in ("auto", "cpu", "cuda", "mps"):
            raise self.error(
                name, "device", f"{values['device']} is not a device", "Use auto, cpu, cuda or mps."
            )
        return shape(**values)

    def unknown(self, table: str, key: str, known: tuple[str, ...]) -> QuizError:
        near = closest(key, known)
        hint = f"Did you mean {near}?" if near else f"Known: {', '.join(known)}."
        place = f" of [{table}]" if table else ""
        return self.error(table, key, f"{key} is not a setting{place}", hint)

    def error(self, table: str, key: str, message: str, hint: str) -> QuizError:
        where = f"{self.path}:{self.line(table, key)}"
        return QuizError("A setting cannot be used", f"{where}: {message}.", hint)

    def line(self, table: str, key: str) -> int:
        """Return the line of a key, from 1; the first that fits in its table."""
        current = ""
        for number, line in enumerate(self.text.splitlines(), 1):
            if header := re.match(r"\s*\[\s*([\w-]+)\s*\]", line):
                current = header[1]
                if not table and current == key:
                    return number
            elif current == table and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*=""", line):
                return number
        return 1


_HOMES = {
    item.name: name
    for name, shape in (("study", StudySettings), ("lab", LabSettings))
    for item in fields(shape)
}
"""The table of each setting."""


def _number(value: object) -> float | None:
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if fits else None  # type: ignore[arg-type]  # a number, as just checked


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _duration(value: object) -> timedelta | None:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smh])", value) if isinstance(value, str) else None
    if match is None:
        return None
    unit = {"s": "seconds", "m": "minutes", "h": "hours"}
    try:
        return timedelta(**{unit[match[2]]: float(match[1])})
    except OverflowError:  # longer than any calendar
        return None


def _durations(value: object) -> tuple[timedelta, ...] | None:
    read = [_duration(item) for item in value] if isinstance(value, list) else [None]
    return None if None in read else tuple(item for item in read if item is not None)


_KINDS: dict[str, tuple[Any, str]] = {
    "float": (_number, "a number"),
    "int": (_count, "a whole number, 0 or more"),
    "bool": (lambda value: value if isinstance(value, bool) else None, "true or false"),
    "str": (lambda value: value if isinstance(value, str) else None, "a text in quotes"),
    "date | None": (
        lambda value: value if type(value) is date else None,
        "a date such as 2027-03-01, without quotes",
    ),
    "timedelta": (_duration, 'a time such as "20m"'),
    "tuple[timedelta, ...]": (_durations, 'a list of times such as ["1m", "10m"]'),
}
