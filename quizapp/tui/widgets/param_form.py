"""The form of a demo's parameters, read from its declaration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, ItemGrid, Vertical
from textual.message import Message
from textual.widgets import Input, Label, Static

from quizapp.demo.params import Choices, CodeText, ModelName, Param
from quizapp.demo.spec import DemoSpec
from quizapp.plot.format import format_setting
from quizapp.tui.widgets.param_row import ParamRow

DEVICES = ("auto", "cpu", "cuda", "mps")
DEVICE = Choices(DEVICES, "auto", help="where it runs; auto takes the best there is")


class ModelRow(Horizontal):
    """A language model by name: tinyworld, a folder, a Hub id."""

    DEFAULT_CSS = """
    ModelRow { height: 1; width: 1fr; }
    ModelRow > Label { padding: 0 1; }
    ModelRow > Input { width: 1fr; max-width: 40; }
    """

    def __init__(self, name: str, param: ModelName, value: str, name_width: int) -> None:
        super().__init__()
        self.key = name
        self.param = param
        self.base = value
        self._name_width = name_width

    def compose(self) -> ComposeResult:
        """One label, one input."""
        yield Label(self.key.ljust(self._name_width), markup=False)
        yield Input(
            self.base,
            placeholder="tinyworld, a folder or org/name",
            compact=True,
            id=f"param-{self.key}",
        )

    @property
    def value(self) -> str:
        """What is typed; nothing typed means the default."""
        typed = self.query_one(Input).value.strip()
        return typed or self.param.default

    def set_value(self, value: Any) -> None:
        """Show another name."""
        self.query_one(Input).value = str(value)


class CodeRow(Horizontal):
    """A solution in a line: it is written on a card, and run here as it is."""

    DEFAULT_CSS = """
    CodeRow { height: 1; width: 1fr; }
    CodeRow > Label { padding: 0 1; }
    """

    def __init__(self, name: str, value: str, name_width: int) -> None:
        super().__init__()
        self.key = name
        self.value = value
        self._name_width = name_width

    def compose(self) -> ComposeResult:
        """Its name, and what it is."""
        yield Label(self.key.ljust(self._name_width), markup=False)
        yield Label(format_setting(self.value), markup=False, id=f"param-{self.key}")

    def set_value(self, value: Any) -> None:
        """Take another solution."""
        self.value = str(value)
        self.query_one(f"#param-{self.key}", Label).update(format_setting(self.value))


AnyRow = ParamRow | ModelRow | CodeRow


class ParamForm(Vertical):
    """All parameters and the device; `values` are always valid settings."""

    DEFAULT_CSS = """
    ParamForm {
        height: auto; max-height: 45%; overflow-y: auto; scrollbar-size-vertical: 1;
        & > ItemGrid { height: auto; grid-gutter: 0 2; }
        & > #param-help { height: auto; color: $text-muted; padding: 0 1; }
    }
    """
    # The focus moves before the next key is looked at: a row passes on what it does not take, step
    # by step through its parents, and digits typed meanwhile would go to the row that is left.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            key,
            f"app.focus_{way}",
            f"{way.capitalize()} parameter",
            show=False,
            id=f"param.{way}",
            priority=True,
        )
        for key, way in (("up", "previous"), ("down", "next"))
    ]

    class Changed(Message):
        """A setting is another one now."""

    def __init__(self, spec: DemoSpec, settings: Mapping[str, Any], *, base_name: str) -> None:
        super().__init__()
        self._spec = spec
        self._settings = dict(settings)
        self._base_name = base_name

    def compose(self) -> ComposeResult:
        """One row per parameter, then the device and the help of the focused row."""
        width = max(map(len, (*self._spec.params, "device")))
        with ItemGrid(min_column_width=38):
            for name, param in self._spec.params.items():
                yield self._row(name, param, self._settings[name], width)
            yield ParamRow("device", DEVICE, "auto", name_width=width)
        yield Static(id="param-help", markup=False)

    def _row(self, name: str, param: Param, value: Any, width: int) -> AnyRow:
        if isinstance(param, CodeText):
            return CodeRow(name, value, width)
        if isinstance(param, ModelName):
            return ModelRow(name, param, value, width)
        return ParamRow(name, param, value, base_name=self._base_name, name_width=width)

    @property
    def values(self) -> dict[str, Any]:
        """The settings as they stand, without what is typed and not taken over."""
        if not self.is_mounted:
            return dict(self._settings)
        return {row.key: row.value for row in self._param_rows()}

    @property
    def device(self) -> str:
        """The device that was chosen."""
        return str(self._row_of("device").value) if self.is_mounted else "auto"

    def commit(self) -> bool:
        """Take over what is being typed; False, and the row has the focus, if it is invalid."""
        for row in self.query(ParamRow):
            if not row.commit():
                row.focus()
                return False
        return True

    def set_values(self, settings: Mapping[str, Any], device: str | None = None) -> None:
        """Show these settings."""
        for row in self._param_rows():
            row.set_value(settings[row.key])
        if device is not None:
            self._row_of("device").set_value(device if device in DEVICES else "auto")

    def reset(self) -> None:
        """Return to the settings that the form began with."""
        self.set_values(self._settings, "auto")

    def focus_first(self) -> None:
        """Give the first parameter the focus."""
        for row in self.query("ParamRow, ModelRow Input"):
            self.screen.set_focus(row)  # at once; `focus` would let the next keys pass it
            return

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Explain the parameter that has the focus."""
        row = event.widget
        if isinstance(row, ParamRow):
            text = row.help_text
        else:
            text = next(
                (p.help for p in self._spec.params.values() if isinstance(p, ModelName)), ""
            )
        self.query_one("#param-help", Static).update(text)

    @on(ParamRow.Changed)
    @on(Input.Changed)
    def _announce(self, event: Message) -> None:
        event.stop()
        self.post_message(self.Changed())

    def _param_rows(self) -> list[AnyRow]:
        found = (self.query(ParamRow), self.query(ModelRow), self.query(CodeRow))
        rows: dict[str, AnyRow] = {row.key: row for rows in found for row in rows}
        return [rows[name] for name in self._spec.params]

    def _row_of(self, name: str) -> ParamRow:
        return self.query_one(f"#param-{name}", ParamRow)
