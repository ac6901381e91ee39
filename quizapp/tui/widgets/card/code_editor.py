"""An editor for Python: highlighting, line numbers, indentation, brackets, marked lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events, on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.theme import Theme
from textual.widgets import TextArea
from textual.widgets.text_area import Selection, TextAreaTheme

from quizapp.tui import code_keys
from quizapp.tui.widgets.card.answer_widget import AnswerWidget
from quizapp.tui.widgets.card.written import NAMED

LONG = 16
"""Lines from which code is read from its beginning before it is written."""

THEME = "quizapp"
"""Name of our colours among the editor's themes."""

_COLOURS = {
    "primary": ("keyword", "keyword.function", "keyword.operator", "keyword.return"),
    "primary-lighten-1": ("include", "conditional", "repeat", "exception"),
    "secondary": ("function", "function.call", "method", "method.call", "function.builtin"),
    "accent": ("number", "float", "boolean", "constant", "constant.builtin"),
    "success": ("string", "string.escape"),
    "warning": ("type", "type.builtin", "type.class", "constructor", "attribute"),
}
"""By a colour of the app's theme, what of the code it stands for."""


class Highlighted(TextArea):
    """Python in the colours of the app's theme; plain where no parser is installed."""

    DEFAULT_CSS = """
    Highlighted {
        border: round $border; padding: 0; background: transparent; scrollbar-size-vertical: 1;
        & .text-area--gutter { color: $foreground 45%; }
        & .text-area--cursor-gutter { color: $foreground; background: transparent; }
        & .text-area--cursor-line { background: $foreground 6%; }
        & .text-area--matching-bracket { background: $primary 30%; text-style: bold; }
        &:focus { border: round $primary; background-tint: $foreground 0%; }
    }
    """

    def __init__(self, text: str = "", *, id: str | None = None, read_only: bool = False) -> None:
        super().__init__(
            text,
            id=id,
            language="python" if _has_parser() else None,
            read_only=read_only,
            soft_wrap=True,  # beside the results there are fewer columns than code has
            tab_behavior="indent",
            show_line_numbers=True,
            max_checkpoints=200,
        )
        self.cursor_blink = False
        self._marked: Mapping[int, str] = {}
        """What is wrong in a line, by its index."""

    def on_mount(self) -> None:
        """Take the colours of the app's theme, at every change of it too."""
        self._take_colours(self.app.current_theme)
        self.app.theme_changed_signal.subscribe(self, self._take_colours)

    def _take_colours(self, theme: Theme) -> None:
        colours = theme.to_color_system().generate()
        styles = {
            name: Style(color=colours[colour][:7], bold=colour == "primary")
            for colour, names in _COLOURS.items()
            for name in names
        }
        styles["comment"] = Style(color=colours["secondary"][:7], dim=True, italic=True)
        # Underlined too: the line of the cursor has a background of its own.
        self._wrong = Style(bgcolor=colours["error-muted"][:7], underline=True)
        self.register_theme(TextAreaTheme(THEME, syntax_styles=styles))
        self.theme = THEME
        self._set_theme(THEME)  # the name is the same after a change of the app's theme
        self._line_cache.clear()
        self.refresh()

    @property
    def marked(self) -> Mapping[int, str]:
        """What is wrong in a line, by its index from 0."""
        return self._marked

    @marked.setter
    def marked(self, lines: Mapping[int, str]) -> None:
        self._marked = lines
        first = min(lines, default=None)
        subtitle = "" if first is None else f" {first + 1}: {lines[first]} "
        self.border_subtitle = Content(subtitle)  # a message may hold what looks like markup
        self._line_cache.clear()
        self.refresh()

    def get_line(self, line_index: int) -> Text:
        """Return a line, underlined on red if it is marked."""
        line = super().get_line(line_index)
        if line_index in self._marked:
            line.stylize(self._wrong, len(code_keys.indentation(line.plain)))
        return line


class CodeEditor(Highlighted, AnswerWidget):
    """The answer to a code card; Esc leaves it, and then keys are commands again."""

    DEFAULT_CSS = """
    CodeEditor { height: 1fr; min-height: 9; }
    CodeEditor.-locked { height: auto; min-height: 3; max-height: 100vh; }
    """
    # Keys that type nothing: the same actions have plain letters once the editor is left.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+e", "screen.outside", "Editor", id="code.outside"),
        Binding("shift+tab", "dedent", "Indent less", show=False, id="code.dedent"),
        Binding(
            "ctrl+underscore,ctrl+slash",
            "comment",
            "Comment",
            key_display="^/",
            show=False,
            tooltip="Turn lines into comments, or back",
            id="code.comment",
        ),
        Binding("ctrl+z", "undo", "Undo typing", show=False, id="code.undo"),
        Binding("ctrl+y", "redo", "Redo typing", show=False, id="code.redo"),
        Binding("escape", "screen.leave_code", "Commands", id="code.leave"),
    ]

    def __init__(self, text: str) -> None:
        super().__init__(text, id="answer")
        self._lines: Sequence[str] = ()
        """The lines as they were when they were marked."""
        self._found: Mapping[int, str] = {}
        self._entered = False
        """Whether the cursor has its place; before that the code is shown from its beginning."""
        self.reading = False
        """Whether what stands above is read first: until the cursor moves, the editor stays put."""
        self._begun_at = Selection()
        """Where the cursor stood when the keys came."""
        self.on_blur()

    @property
    def locked(self) -> bool:
        """Whether the code is fixed: after the reveal."""
        return self.read_only

    @locked.setter
    def locked(self, locked: bool) -> None:
        self.read_only = locked
        self.can_focus = not locked
        self.set_class(locked, "-locked")
        self.on_blur()

    @property
    def given(self) -> tuple[str, ...]:
        """The code."""
        return (self.text,)

    @given.setter
    def given(self, texts: Sequence[str]) -> None:
        self.put("".join(texts))

    @property
    def text_box(self) -> CodeEditor:
        """The editor itself."""
        return self

    def take_focus(self) -> None:
        """Leave the keys to the screen: the question is read first, so the editor waits."""
        self.screen.set_focus(None)

    def on_focus(self) -> None:
        """Say how to leave the editor."""
        self.border_title = " your code · Esc for commands and the task "
        self.place_cursor()
        self._begun_at = self.selection
        self.remove_class("-long")
        self._take_room()
        self.call_after_refresh(self.scroll_cursor_visible)

    def on_resize(self) -> None:
        """Keep what is being written on the screen."""
        if self.has_focus:
            self._take_room()

    def _take_room(self) -> None:
        """Take all rows of a low screen if the code has no room, and come into sight."""
        if self.reading:
            return
        if self.wrapped_document.height > self.content_size.height:
            self.add_class("-long")  # with all rows it would fit: what takes it away is the focus
        self.call_after_refresh(self.scroll_visible, animate=False)

    @on(TextArea.SelectionChanged)
    def _begin_writing(self) -> None:
        """Come into sight once something is typed or the cursor is moved."""
        if self.reading and self.has_focus and self.selection != self._begun_at:
            self.reading = False
            self._take_room()

    def on_blur(self) -> None:
        """Say how to come back."""
        self.border_title = " your code " if self.read_only else " your code · Enter to write "

    def place_cursor(self) -> None:
        """Put the cursor where writing begins: at the end of the code; long code is read first."""
        rows = self.document.line_count
        if not self._entered and rows <= LONG:
            last = next((n for n in range(rows - 1, -1, -1) if self.document[n].strip()), 0)
            self.move_cursor((last, len(self.document[last])))
        self._entered = True

    def put(self, text: str) -> None:
        """Take a text in place of this one; undo takes it back."""
        if text != self.text:
            self._entered = True
            row = min(self.cursor_location[0], text.count("\n"))
            self.history.checkpoint()
            self.replace(text, (0, 0), self.document.end, maintain_selection_offset=False)
            self.move_cursor((row, 0))

    def show_problems(self, lines: Mapping[int, str]) -> None:
        """Mark lines, counted from 1, with what is wrong there; edits elsewhere move the marks."""
        self._lines = self.text.split("\n")
        self._found = {line - 1: text for line, text in lines.items()}
        self.marked = self._found

    def go_to_problem(self) -> None:
        """Put the cursor at the end of the first marked line, unless it stands in one of them."""
        if self.marked and self.cursor_location[0] not in self.marked:
            row = min(self.marked)
            self._entered = True
            self.move_cursor((row, len(self.document[row])))

    @on(TextArea.Changed)
    def _move_marks(self) -> None:
        if self._found:
            places = code_keys.moved_lines(self._lines, self.text.split("\n"))
            self.marked = {places[n]: text for n, text in self._found.items() if n in places}

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """Return whether a key types something here."""
        typed = key in NAMED or key == "enter"
        return super().check_consume_key(key, character) or (typed and not self.read_only)

    async def _on_key(self, event: events.Key) -> None:
        """Type a character, with what Python's layout asks for."""
        if self.read_only:
            return
        keys: dict[str, Callable[[], object]] = {
            "enter": self._new_line,
            "tab": self._indent,
            "backspace": self._erase,
            # A binding would act after the letters that a fast typist sends behind it.
            "shift+tab": self.action_dedent,
        }
        event.prevent_default()  # TextArea would type the key again, and give Esc a meaning
        if event.key in keys:
            keys[event.key]()
        elif event.is_printable and event.character is not None:
            self._type(event.character)
        else:
            return
        event.stop()

    async def _on_paste(self, event: events.Paste) -> None:
        """Take tabs of a paste as spaces: Python does not mix them."""
        event.text = event.text.replace("\r\n", "\n").expandtabs(code_keys.WIDTH)

    @property
    def _beside(self) -> tuple[str, str]:
        """What stands left and right of the cursor in its line."""
        row, column = self.cursor_location
        line = self.document[row]
        return line[:column], line[column:]

    def _type(self, character: str) -> None:
        _, after = self._beside
        if self.selection.is_empty and character in code_keys.CLOSERS and after[:1] == character:
            self.move_cursor_relative(columns=1)
            return
        if not self.selection.is_empty and character in code_keys.PAIRS:
            closer = code_keys.PAIRS[character]
            self._insert(f"{character}{self.selected_text}{closer}", back=1)
            return
        closer = code_keys.closes(character, after)
        self._insert(character + closer, back=len(closer))

    def _new_line(self) -> None:
        start = min(self.selection)
        before = self.document[start[0]][: start[1]]
        row, column = max(self.selection)
        after = self.document[row][column:]
        if before.strip():  # the rest of the line takes the new line's indentation alone
            column += len(code_keys.indentation(after))
        self.selection = Selection(start, (row, column))
        left, right = code_keys.new_line(before, after)
        self._insert(left + right, back=len(right))

    def _indent(self) -> None:
        if self.selection.start[0] != self.selection.end[0]:
            self._change_lines(code_keys.indented)
        else:
            self._insert(" " * self._find_columns_to_next_tab_stop())

    def _erase(self) -> None:
        if not self.selection.is_empty or self.cursor_location[1] == 0:
            self.action_delete_left()
            return
        row, column = self.cursor_location
        left, right = code_keys.erased_left(*self._beside)
        self._delete_via_keyboard((row, column - left), (row, column + right))

    def _insert(self, text: str, *, back: int = 0) -> None:
        """Put text in place of the selection; the cursor stands so many characters before its end.

        Those are in the line of the cursor, or they begin with a line break.
        """
        result = self._replace_via_keyboard(text, *self.selection)
        if result is not None and back:
            row, column = result.end_location
            row -= (below := text[-back:].count("\n"))
            self.move_cursor((row, len(self.document[row]) if below else column - back))

    def _change_lines(self, change: Callable[[Sequence[str]], Sequence[str]]) -> None:
        """Change the lines of the selection, or that of the cursor; they stay selected."""
        start, end = sorted(self.selection)
        last = end[0] - (end[1] == 0 and end[0] > start[0])
        old = [self.document[row] for row in range(start[0], last + 1)]
        new = list(change(old))
        if new == old or self.read_only:
            return
        self.history.checkpoint()
        self.replace("\n".join(new), (start[0], 0), (last, len(old[-1])))
        if start == end:
            column = start[1] + len(new[0]) - len(old[0])
            self.move_cursor((start[0], max(0, column)))
        else:
            self.selection = Selection((start[0], 0), (last, len(new[-1])))

    def action_dedent(self) -> None:
        """Move the lines of the selection, or that of the cursor, one level out."""
        self._change_lines(code_keys.dedented)

    def action_comment(self) -> None:
        """Turn lines into comments, or comments into code."""
        self._change_lines(code_keys.commented)


def _has_parser() -> bool:
    return all(map(find_spec, ("tree_sitter", "tree_sitter_python")))
