"""What a demo declares, read from its source without importing it.

Listing fifty demos must not import torch, so the host reads docstring, parameters, claims,
measures and prediction from the syntax tree. Everything in the decorator and in the defaults of
`main` must therefore be a literal.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from quizapp.demo.arguments import ARGUMENTS, NAMING
from quizapp.demo.checks import printable
from quizapp.demo.declare import Declaration, Predict
from quizapp.demo.params import (
    BUNDLED,
    Choice,
    Code,
    CodeText,
    Flag,
    Float,
    Int,
    Model,
    ModelName,
    Param,
    as_json,
)
from quizapp.demo.reference import bound_names, cut_out
from quizapp.demo.reports import ANY, reports
from quizapp.text import closest

_MAKERS: dict[str, Callable[..., Any]] = {
    "Int": Int,
    "Float": Float,
    "Choice": Choice,
    "Flag": Flag,
    "Model": Model,
    "Code": Code,
    "Predict": Predict,
}


class SpecError(ValueError):
    """A demo file that does not declare a demo; its text starts with file:line:col."""

    def __init__(self, path: Path, line: int, column: int, message: str) -> None:
        super().__init__(f"{path}:{line}:{column}: {message}")
        self.path = path
        self.line = line
        self.column = column
        self.message = message
        self.all: Sequence[SpecError] = (self,)
        """Everything that is wrong with the file, this first."""


@dataclass(frozen=True)
class DemoSpec(Declaration):
    """A demo as its file declares it."""

    id: str
    """The file's stem: `nf4_error`."""
    path: Path
    title: str
    """First line of the docstring, without its full stop."""
    page: str
    """The rest of the docstring: Markdown shown beside the plot."""
    params: Mapping[str, Param]
    reference: str = ""
    """The reference solution of an exercise: its imports and its function."""

    @property
    def code(self) -> str:
        """Name of the parameter that takes the learner's code; nothing if this is no exercise."""
        return next((n for n, param in self.params.items() if isinstance(param, CodeText)), "")

    @property
    def starter(self) -> str:
        """What the learner of an exercise begins with."""
        param = self.params.get(self.code)
        return param.starter if isinstance(param, CodeText) else ""

    def solution(self, text: str) -> dict[str, Any]:
        """Return the setting that judges some code.

        Raises:
            ValueError: it is too long, with a sentence.
        """
        # An empty text as a setting is the reference; an empty editor is not.
        return {self.code: self.params[self.code].check(text or "\n")}

    @property
    def page_question(self) -> str:
        """The part of the page that gives no result away: its question, if it begins with one."""
        first, _, _ = self.page.partition("\n\n")
        return first if first.startswith("**Question.**") else ""

    @property
    def defaults(self) -> dict[str, Any]:
        """Every parameter at its default."""
        return {name: param.default for name, param in self.params.items()}

    def models(self, settings: Mapping[str, Any]) -> list[str]:
        """Return the language models that these settings name, the bundled one left out."""
        named = [n for n, param in self.params.items() if isinstance(param, ModelName)]
        return [str(settings[n]) for n in named if settings.get(n, BUNDLED) != BUNDLED]

    def bundled(self, settings: Mapping[str, Any]) -> bool:
        """Whether a run at these settings loads no language model but the bundled one."""
        return not self.models(settings)

    def question(self, settings: Mapping[str, Any]) -> Predict | None:
        """Return what to predict at these settings; None if there is nothing to ask."""
        if self.predict is None or (self.predict.bundled and not self.bundled(settings)):
            return None
        return self.predict

    def settings(self, chosen: Mapping[str, Any]) -> dict[str, Any]:
        """Return all parameters with the chosen values checked.

        Raises:
            ValueError: an unknown name or a bad value, with a sentence.
        """
        for name in chosen:
            if name not in self.params:
                raise ValueError(f"{name} is not a parameter; use {', '.join(self.params)}")
        checked = dict(self.defaults)
        for name, value in chosen.items():
            try:
                checked[name] = self.params[name].check(value)
            except ValueError as error:
                raise ValueError(f"{name} {error}") from None
        return checked

    def as_json(self) -> dict[str, Any]:
        """Return the demo as `demo list --json` prints it."""
        return {
            "id": self.id,
            "title": self.title,
            "topic": self.topic,
            "params": {name: as_json(param) for name, param in self.params.items()},
            "claims": dict(self.claims),
            "measures": dict(self.measures),
            "predict": asdict(self.predict) if self.predict else None,
            "budget_s": self.budget_s,
            "needs_cuda": self.needs_cuda,
        }


def read_spec(path: Path) -> DemoSpec:
    """Read the demo in the file at `path`.

    Raises:
        SpecError: the file is not Python, or its declaration is incomplete or not literal.
    """
    if path.exists() and not path.is_file():  # reading a pipe would wait for a writer
        raise SpecError(path, 1, 1, "is not a file")
    try:
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
    except SyntaxError as error:
        raise SpecError(path, error.lineno or 1, error.offset or 1, error.msg) from None
    except OSError as error:
        raise SpecError(path, 1, 1, f"cannot be read: {error.strerror}") from None
    except ValueError:
        raise SpecError(path, 1, 1, "is not UTF-8 text") from None
    reader = _Reader(path, _constants(tree))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and _called(decorator) == "demo":
                    return reader.read(text, tree, node, decorator)
    raise SpecError(path, 1, 1, "no function is decorated with @demo(...)")


def _cleaned(value: Any) -> Any:
    """Return a literal without control characters in its strings."""
    match value:
        case str():
            return printable(value)
        case dict():
            return {_cleaned(key): _cleaned(item) for key, item in value.items()}
        case list() | tuple():
            return type(value)(map(_cleaned, value))
    return value


def _id(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    """Return what names of the module stand for: a starter of many lines has its own name."""
    found = [(node.targets, node.value) for node in tree.body if isinstance(node, ast.Assign)]
    return {t.id: value for targets, value in found for t in targets if isinstance(t, ast.Name)}


@dataclass
class _Reader:
    path: Path
    constants: Mapping[str, ast.expr] = field(default_factory=dict)
    problems: list[SpecError] = field(default_factory=list)

    def note(self, node: ast.AST, message: str) -> None:
        """Take note of a problem and read on."""
        self.problems.append(self.fail(node, message))

    def fail(self, node: ast.AST, message: str) -> SpecError:
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1
        return SpecError(self.path, line, column, message)

    def read(
        self, text: str, tree: ast.Module, main: ast.FunctionDef, decorator: ast.Call
    ) -> DemoSpec:
        doc = inspect.cleandoc(printable(ast.get_docstring(tree) or ""))
        if not doc:
            self.note(tree, "a demo needs a module docstring: it is the page of the demo")
        title, _, page = doc.partition("\n")
        declared, params = self.declared(decorator), self.params(main)
        self.check_reports(tree, decorator, declared)
        reference = self.reference(text, tree, main, params)
        if self.problems:
            first, *others = sorted(self.problems, key=lambda found: (found.line, found.column))
            first.all = (first, *others)
            raise first
        return DemoSpec(
            id=self.path.stem,
            path=self.path,
            title=title.strip().rstrip("."),
            page=page.strip(),
            params=params,
            reference=reference,
            **declared,
        )

    def reference(
        self, text: str, tree: ast.Module, main: ast.FunctionDef, params: Mapping[str, Param]
    ) -> str:
        """Return the reference solution of an exercise, once its parts are checked."""
        codes = [param for param in params.values() if isinstance(param, CodeText)]
        if len(codes) > 1:
            self.note(main, "an exercise has one parameter of the kind Code")
        for code in codes[:1]:
            found = cut_out(text, tree, code.entry)
            if found is None:
                self.note(main, f"the file defines no {code.entry}: it is the reference solution")
            try:
                starter = ast.parse(code.starter)
            except SyntaxError as error:
                self.note(main, f"the starter is not Python: line {error.lineno}: {error.msg}")
            else:
                if not any(code.entry in bound_names(node) for node in starter.body):
                    self.note(main, f"the starter defines no {code.entry}")
            return found or ""
        return ""

    def declared(self, decorator: ast.Call) -> dict[str, Any]:
        """Return the arguments of `@demo(...)` that are right."""
        found: dict[str, Any] = {}
        meant: set[str | None] = set()
        for keyword in decorator.keywords:
            name = keyword.arg or "**"
            if name not in ARGUMENTS:
                known = ", ".join(ARGUMENTS)
                self.note(keyword, f"@demo has no argument {name}; it takes {known}")
                meant.add(closest(name, ARGUMENTS))
                continue
            meant.add(name)
            with self.noting():
                value = self.value(keyword.value)
                if not ARGUMENTS[name](value):
                    raise self.fail(keyword.value, f"{name} has the wrong type or is empty")
                found[name] = value
        for name in ("topic", "claims", "measures"):
            if name not in meant:
                self.note(decorator, f"@demo needs {name}=...")
        predict = found.get("predict")
        if predict and predict.measure not in found.get("measures", {predict.measure}):
            self.note(
                decorator, f"Predict names the measure {predict.measure!r}, which is not declared"
            )
        if predict and not predict.options and None in (predict.low, predict.high):
            self.note(decorator, "Predict needs options, or low and high")
        for name, kind in NAMING.items():
            for id in found.get(name, ()):
                if id not in found.get(kind, {id}):
                    self.note(decorator, f"{name} names {id!r}, which is not declared")
        return found

    def check_reports(self, tree: ast.Module, decorator: ast.Call, declared: Any) -> None:
        """Check that what the demo reports is declared, and what it declares is reported."""
        seen: dict[str, set[str]] = {"claims": set(), "measures": set()}
        for kind, node, id in reports(tree.body):
            if id is None and kind == "claims":
                self.note(node, "the id of a claim must be a literal")
            if id is not None and id not in declared.get(kind, {id}):
                near = closest(id, declared[kind])
                meant = f"; did you mean {near}?" if near else ""
                self.note(node, f"{id!r} is not declared in @demo({kind}=...){meant}")
                id = near or id
            seen[kind].add(id or ANY)
        for keyword in decorator.keywords:
            found = seen.get(keyword.arg or "", {ANY})
            if isinstance(keyword.value, ast.Dict) and ANY not in found:
                for key in keyword.value.keys:
                    if isinstance(key, ast.Constant) and key.value not in found:
                        self.note(key, f"{key.value!r} is declared and never reported")

    def params(self, main: ast.FunctionDef) -> dict[str, Param]:
        """Return the parameters of `main` that are right."""
        arguments = main.args.args
        defaults = main.args.defaults
        other = main.args.posonlyargs or main.args.kwonlyargs or main.args.vararg or main.args.kwarg
        plain = not other and len(defaults) == len(arguments) - 1
        if not plain or arguments[0].arg != "run":
            self.note(main, "main takes `run`, then parameters that all have a default")
        params = {}
        paired = zip(reversed(arguments), reversed(defaults), strict=False)
        for argument, default in reversed([*paired]):
            with self.noting():
                value = self.value(default)
                if not isinstance(value, Param.__args__):  # type: ignore[attr-defined]  # a Union
                    raise self.fail(
                        default, "a parameter is Int, Float, Choice, Flag, Model or Code"
                    )
                try:
                    value.check(value.default)
                except ValueError as error:
                    raise self.fail(default, f"the default {error}") from None
                params[argument.arg] = value
        return params

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Take note of a problem that ends the block."""
        try:
            yield
        except SpecError as error:
            self.problems.append(error)

    def value(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Call):
            maker = _MAKERS.get(_called(node))
            if maker is None:
                raise self.fail(
                    node, "only Int, Float, Choice, Flag, Model, Code and Predict are known"
                )
            named = {k.arg: k.value for k in node.keywords if k.arg}
            if maker is Code:  # a starter has lines of its own, as a constant of the module
                named = {k: self.constants.get(_id(v), v) for k, v in named.items()}
            keywords = {name: self.value(value) for name, value in named.items()}
            try:
                return maker(*[self.value(a) for a in node.args], **keywords)
            except TypeError as error:
                raise self.fail(node, f"{_called(node)}: {error}") from None
        try:
            return _cleaned(ast.literal_eval(node))
        except (ValueError, TypeError):
            raise self.fail(node, "must be a literal: it is read without running it") from None
