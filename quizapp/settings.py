"""The user's settings: one TOML file that the app reads and never writes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from quizapp.errors import QuizError
from quizapp.text import closest


class Rule(NamedTuple):
    """What a value must be beside its type."""

    holds: Callable[[Any], bool]
    words: str
    """Completes "it must be"."""
    secret: bool = False
    """Whether a wrong value may be a key or a password: no message shows it."""

    def refuses(self, value: object) -> str:
        """Return what a value must be, and what it is."""
        return f"must be {self.words}{'' if self.secret else f', not {value!r}'}"


def between(low: float, high: float) -> Rule:
    """Return the rule of a range, ends included."""
    return Rule(lambda value: low <= value <= high, f"between {low:g} and {high:g}")


def at_least(low: int) -> Rule:
    """Return the rule of a lower end."""
    return Rule(lambda value: value >= low, f"{low} or more")


def one_of(*words: str) -> Rule:
    """Return the rule of a choice."""
    return Rule(lambda value: value in words, f"{', '.join(words[:-1])} or {words[-1]}")


def _is_address(text: str) -> bool:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(text)
        _ = parts.port  # refuses what is no number
    except ValueError:
        return False
    plain = text.isascii() and text.isprintable() and not set(text) & set("@?# ")
    return plain and parts.scheme in ("http", "https") and bool(parts.hostname)


ADDRESS = Rule(
    lambda url: not url or _is_address(url),
    'an address such as "http://127.0.0.1:11434/v1", without a user, a password or a ?',
    secret=True,
)

# In capitals, so that a key that was written here by mistake is refused and never shown.
VARIABLE = Rule(
    lambda name: not name or re.fullmatch("[A-Z_][A-Z0-9_]*", name) is not None,
    'the name of an environment variable in capitals, such as "OPENAI_API_KEY", never the key',
    secret=True,
)

WITHIN_A_DAY = Rule(
    lambda steps: all(timedelta(0) < step < timedelta(days=1) for step in steps),
    "steps longer than 0 and shorter than a day",
)


def ruled(default: Any, rule: Rule) -> Any:
    """Return the field of a setting that has a rule."""
    return field(default=default, metadata={"rule": rule})


class _Checked:
    """Refuses values that break the rule of their field, wherever they come from."""

    def __post_init__(self) -> None:
        for item in fields(self):  # type: ignore[arg-type]  # the subclasses are dataclasses
            value, rule = getattr(self, item.name), item.metadata.get("rule")
            if rule is not None and not rule.holds(value):
                raise QuizError(
                    "A setting is out of range",
                    f"{item.name} {rule.refuses(value)}.",
                    "Correct it in the settings file.",
                )


@dataclass(frozen=True)
class StudySettings(_Checked):
    """Table `[study]`: how cards come back and what a card asks.

    The defaults are Anki's, with fewer and longer answers.
    """

    retention: float = ruled(0.90, between(0.70, 0.99))
    """Probability of recall at which a card comes back."""
    new_per_day: int = ruled(10, at_least(0))
    reviews_per_day: int = ruled(200, at_least(0))
    learning_steps: tuple[timedelta, ...] = ruled(
        (timedelta(minutes=1), timedelta(minutes=10)), WITHIN_A_DAY
    )
    """Written as a list: `["1m", "10m"]`."""
    relearning_steps: tuple[timedelta, ...] = ruled((timedelta(minutes=10),), WITHIN_A_DAY)
    learn_ahead: timedelta = timedelta(minutes=20)
    """A step due within this time is asked at once when nothing else is left."""
    leech_at: int = ruled(8, at_least(0))
    """Lapses at which a card is called a leech, and again after every half of it; 0 is never."""
    mature_days: int = ruled(21, at_least(1))
    """A card with at least this interval is mature."""
    max_interval: int = ruled(36500, at_least(1))
    """Days."""
    rollover_hour: int = ruled(4, between(0, 23))
    """Local hour at which a study day begins."""
    interview_date: date | None = None
    """The day to be ready for; a date set in the app replaces it."""
    confidence: bool = False
    """Ask how sure you are, 1 to 3, before the answer is shown."""
    intervals: bool = True
    """Show the next interval on each rating button."""


@dataclass(frozen=True)
class LabSettings(_Checked):
    """Table `[lab]`: how demos run."""

    device: str = ruled("auto", one_of("auto", "cpu", "cuda", "mps"))
    threads: int = ruled(0, at_least(0))
    """CPU threads of a demo; 0 is one per physical core."""
    preload: bool = True
    """Import the libraries in the background when the app opens."""


@dataclass(frozen=True)
class ReaderSettings(_Checked):
    """Table `[reader]`: a model of the learner's own that may judge typed answers too."""

    url: str = ruled("", ADDRESS)
    """Where its OpenAI-compatible interface begins: the part before `/chat/completions`.

    Empty is off.
    """
    model: str = ""
    """What the server calls the model."""
    key_env: str = ruled("", VARIABLE)
    """The environment variable that holds the key; empty where the server asks for none."""
    timeout_s: float = ruled(60.0, between(1, 600))
    """Seconds until an answer is no longer waited for."""


@dataclass(frozen=True)
class Settings:
    """Everything the settings file can say; a missing file is all defaults."""

    study: StudySettings = field(default_factory=StudySettings)
    lab: LabSettings = field(default_factory=LabSettings)
    reader: ReaderSettings = field(default_factory=ReaderSettings)
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
            if name not in _TABLES:
                if home := _HOMES.get(name):
                    raise self.error(
                        "", name, f"{name} stands outside its table", f"It belongs under [{home}]."
                    )
                raise self.unknown("", name, _TABLES)
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
        shapes = {
            name: self.table(shape, name, tables.get(name, {})) for name, shape in _SHAPES.items()
        }
        reader = shapes["reader"]
        if reader.url and not reader.model.strip():
            raise self.error(
                "reader",
                "url",
                "url is set, but model is not",
                'Write model = "...", the name that the server has for it.',
            )
        return Settings(**shapes, keys=dict(keys))

    def table(self, shape: type[Any], name: str, written: Mapping[str, Any]) -> Any:
        known = {item.name: item for item in fields(shape)}
        values = {}
        for key, value in written.items():
            if key not in known:
                raise self.unknown(name, key, tuple(known))
            convert, wanted = _KINDS[str(known[key].type)]
            converted = convert(value)
            rule = known[key].metadata.get("rule")
            if converted is None:
                rule = Rule(lambda _: False, wanted, rule is not None and rule.secret)
            if rule is not None and not rule.holds(converted):
                raise self.error(
                    name,
                    key,
                    f"{key} {rule.refuses(value)}",
                    "Correct the value, or remove the line for the default.",
                )
            values[key] = converted
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


_SHAPES: Mapping[str, type[Any]] = {
    "study": StudySettings,
    "lab": LabSettings,
    "reader": ReaderSettings,
}
_TABLES = (*_SHAPES, "keys")
_HOMES = {item.name: name for name, shape in _SHAPES.items() for item in fields(shape)}
"""The table of each setting."""


def _number(value: object) -> float | None:
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if fits else None  # type: ignore[arg-type]  # a number, as just checked


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


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
    "int": (_count, "a whole number"),
    "bool": (lambda value: value if isinstance(value, bool) else None, "true or false"),
    "str": (lambda value: value if isinstance(value, str) else None, "a text in quotes"),
    "date | None": (
        lambda value: value if type(value) is date else None,
        "a date such as 2027-03-01, without quotes",
    ),
    "timedelta": (_duration, 'a time such as "20m"'),
    "tuple[timedelta, ...]": (_durations, 'a list of times such as ["1m", "10m"]'),
}
