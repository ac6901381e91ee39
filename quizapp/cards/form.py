"""What is written in a deck file, as dataclasses: the keys, their types, the way there and back.

pydantic validates files against a `Form` and makes the JSON Schema from it, but neither defining
a form nor building one from a file that was validated before imports it. The docstring below a
field is what an editor shows to an author who types that key.
"""

from __future__ import annotations

import math
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, NamedTuple, TypeAlias, TypeVar, get_args

from quizapp.cards.ids import KEBAB, LONGEST, is_id
from quizapp.cards.problems import Finding, Path

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

Value: TypeAlias = str | int | float | bool
"""A demo's setting, or what a measure is compared with."""


class Refusal(ValueError):
    """A value that its key cannot have."""

    def __init__(self, code: str, wanted: str = "") -> None:
        super().__init__(code)
        self.code = code
        """A key of `problems.CODES`."""
        self.wanted = wanted
        """What is expected instead, in words."""


@dataclass(frozen=True, eq=False)
class Check:
    """A rule for values, as an annotation that pydantic understands."""

    test: Callable[[Any], Any]
    """Returns the value to keep, or raises `Refusal`."""
    schema: Mapping[str, Any]
    """The rule in terms of JSON Schema."""
    any_type: bool = False
    """The test looks at the type itself: of a union, pydantic would report every branch."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        from pydantic_core import core_schema

        inner = core_schema.any_schema() if self.any_type else handler(source)
        return core_schema.no_info_after_validator_function(self.test, inner)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), **self.schema}


def _filled(text: str) -> str:
    if not text.strip():
        raise Refusal("C105")
    return text.rstrip()


def _id(text: str) -> str:
    if not is_id(text):
        raise Refusal("C106")
    return text


def _web_address(text: str) -> str:
    if not _filled(text).startswith(("https://", "http://")) or any(c.isspace() for c in text):
        raise Refusal("C111")
    return text


def _scalar(value: Any) -> Any:
    if not isinstance(value, str | int | float) or value == "":
        raise Refusal("C103", "one text, number or truth value")
    if isinstance(value, float) and not math.isfinite(value):
        raise Refusal("C107", "a finite number")
    return value


def _option(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Refusal("C103", "an option's text or its index")
    return value.rstrip() if isinstance(value, str) else value


Markdown: TypeAlias = Annotated[str, Check(_filled, {"minLength": 1})]
Label: TypeAlias = Annotated[str, Check(_filled, {"minLength": 1})]
"""A text that is shown as it is."""
Name: TypeAlias = Annotated[str, Check(_filled, {"minLength": 1})]
"""What demos, measures, claims and series are called."""
WebAddress: TypeAlias = Annotated[str, Check(_web_address, {"minLength": 1})]
Id: TypeAlias = Annotated[str, Check(_id, {"pattern": f"^{KEBAB.pattern}$", "maxLength": LONGEST})]
Scalar: TypeAlias = Annotated[
    Value, Check(_scalar, {"type": ["string", "number", "boolean"]}, any_type=True)
]
Option: TypeAlias = Annotated[
    str | int, Check(_option, {"type": ["string", "integer"]}, any_type=True)
]
FINITE: Mapping[str, Any] = {"allow_inf_nan": False}
NOT_A_KEY: Mapping[str, Any] = {"key": False}
"""For the metadata of a field that the file does not write."""

_SETS = (tuple[Id, ...], tuple[Markdown, ...])
"""Lists in which each item stands once."""


class Form:
    """A mapping of a deck file.

    Unknown keys are errors, and nothing is converted: 64 is a number, "64" is text. A field name
    that Python reserves ends in an underscore, which the key has not.
    """

    __slots__ = ()
    __pydantic_config__: ClassVar[Mapping[str, Any]] = {
        "alias_generator": lambda name: name.rstrip("_"),
        "extra": "forbid",
        "strict": True,
        "use_attribute_docstrings": True,
    }

    def faults(self) -> Iterator[Finding]:
        """Yield what is wrong although the value of each key is one that it can have."""
        yield from ()


FormT = TypeVar("FormT", bound=Form)


class Key(NamedTuple):
    """One key of a form."""

    field: str
    type: Any
    """What its value is when it is there."""
    default: Any
    """MISSING for a key that must be there."""


def keys(form: type[Form]) -> Mapping[str, Key]:
    """Return the keys of a form by their names in the file."""
    if form not in _KEYS:
        types = typing.get_type_hints(form, include_extras=True)
        _KEYS[form] = {
            field.metadata.get("alias", field.name.rstrip("_")): Key(
                field.name,
                _not_none(types[field.name]),
                field.default if field.default_factory is MISSING else field.default_factory(),
            )
            for field in fields(form)  # type: ignore[arg-type]  # each form is a dataclass
            if field.metadata.get("key", True)
        }
    return _KEYS[form]


_KEYS: dict[type[Form], Mapping[str, Key]] = {}


def _not_none(kind: Any) -> Any:
    return get_args(kind)[0] if type(None) in get_args(kind) else kind


def to_form(form: Form) -> dict[str, Any]:
    """Return a form as its file writes it, in JSON values; defaults are left out."""
    values = (
        (name, getattr(form, key.field), key.default) for name, key in keys(type(form)).items()
    )
    return {name: _plain(value) for name, value, default in values if value != default}


def _plain(value: Any) -> Any:
    if isinstance(value, Form):
        return to_form(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return str(value) if isinstance(value, Enum) else value


def from_form(form: type[FormT], data: Mapping[str, Any], **others: Any) -> FormT:
    """Build a form from values that are known to be valid; keys of other forms are passed over.

    Args:
        form: the class to build.
        data: what `to_form` returned.
        others: the fields that the file does not write.
    """
    known = {
        key.field: _built(key.type, data[name]) for name, key in keys(form).items() if name in data
    }
    return form(**known, **others)


def _built(kind: Any, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_built(get_args(kind)[0], item) for item in value)
    if isinstance(value, dict) and typing.get_origin(kind) is dict:
        return {name: _built(get_args(kind)[1], item) for name, item in value.items()}
    if isinstance(kind, type) and issubclass(kind, Form):
        return from_form(kind, value)
    return kind(value) if isinstance(kind, type) and issubclass(kind, Enum) else value


def parts(form: Form) -> Iterator[tuple[Path, Any, Any]]:
    """Yield path, type and value of each key and list item of a form and of the forms in it."""
    for name, key in keys(type(form)).items():
        value = getattr(form, key.field)
        found: list[tuple[Path, Any, Any]] = [((name,), key.type, value)]
        if isinstance(value, tuple):
            kind = get_args(key.type)[0]
            found += (((name, index), kind, item) for index, item in enumerate(value))
        for part in found:
            yield part
            if isinstance(part[2], Form):
                yield from (((*part[0], *path), kind, item) for path, kind, item in parts(part[2]))


def texts(form: Form, kind: Any) -> Iterator[tuple[Path, str]]:
    """Yield the texts of a form that are of a type: Markdown or Label."""
    return ((path, value) for path, found, value in parts(form) if found == kind and value)


def all_faults(form: Form) -> Iterator[Finding]:
    """Yield the faults of a form and of the forms in it."""
    yield from form.faults()
    for path, kind, value in parts(form):
        if isinstance(value, Form):
            yield from (fault.under(path) for fault in value.faults())
        elif kind in _SETS:
            for index, item in enumerate(value):
                if item in value[:index]:
                    message = f"{item} is in `{path[-1]}` twice"
                    yield Finding("C114", message, "keep one", (*path, index))
