"""Text or commands: what a burst of keys, or a paste, means on a question or over a list."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from textual import events
from textual.app import App
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

BURST_S = 0.12
"""Seconds: keys that follow each other faster are text, as of a fast typist or a paste."""


SPACE_S = 0.5
"""Seconds: a number that goes on after a space, as in 1 000 or 4.2 M, does so within them."""

REPEAT_S = 0.7
"""Seconds: a key that is held down comes again within them, and is the same command."""


class AnswerScreen(Screen[None]):
    """A screen on which text answers a question, or is a query."""

    @property
    def text_target(self) -> Widget | None:
        """What takes text that is typed or pasted now; None where keys are only commands."""
        return None

    def is_command(self, key: str) -> bool:
        """Whether a key does something here, now or at another time."""
        return any(key in keys.key_to_bindings for _, keys in self._binding_chain)

    def after_typing(self, then: Callable[[], object]) -> None:
        """Do something once the box has all that was typed before.

        A key with priority acts at once, and would overtake letters that wait for a busy app.
        """
        (self.text_target or self).call_later(self.call_later, then)

    def on_key(self, event: events.Key) -> None:
        """Take a letter that is no command into the box: somebody begins to type, slowly."""
        box, typed = self.text_target, event.character if event.is_printable else None
        if typed and box is not None and box.focusable and not self.is_command(event.key):
            self.set_focus(box)  # which selects an old query, so that this replaces it
            box._forward_event(events.Paste(typed))
            event.stop()


class Typing:
    """Holds a key back until it is clear whether it is a command or begins a text.

    Keys are looked at before they are given to a widget, so that a text keeps its order while the
    focus moves to the box.
    """

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._held: events.Key | None = None
        self._timer: Timer | None = None
        self._last = -math.inf
        """When the last character came, in seconds."""
        self._burst = False
        """Whether that belonged to a text."""
        self._command = ("", -math.inf)
        """The key that was a command last, and when it came."""

    def take(self, event: events.Event) -> bool:
        """Return whether a key or a paste is dealt with here; else it goes its usual way."""
        if not isinstance(event, events.Paste | events.Key) or (target := self._target) is None:
            return False
        if isinstance(event, events.Paste):
            self.pause()
            self._give(target, event.text)
            return True
        if not event.is_printable or event.character is None:
            if self._holds_space:
                self._let_go()  # what comes now, Enter for one, does what the space would
            self.pause()
            return False
        if self._holds_space and event.key == "space":
            self.pause()
            return True
        fast, self._last = event.time - self._last < BURST_S, event.time
        self._burst = self._burst and fast
        if not self._burst and self._repeats(event):
            self.pause()
            self._command = (event.key, event.time)
            return False
        self._command = ("", -math.inf)
        if self._held is not None or self._burst:
            before = self._let_go()
            self._burst = True
            self._give(target, f"{before.character if before else ''}{event.character}")
            return True
        unsure = event.key == "space" and not fast
        if self._is_taken(event) or (unsure and not self._awaits_unit):
            return False
        self._held = event
        self._timer = self._app.set_timer(SPACE_S if unsure else BURST_S, self.pause)
        return True

    def pause(self) -> None:
        """No text is under way: a key that was held back is a command."""
        self._last, self._burst = -math.inf, False
        if (key := self._let_go()) is not None:
            self._command = (key.key, key.time)
            (self._app.focused or self._app.screen)._forward_event(key)

    @property
    def _target(self) -> Widget | None:
        screen = self._app.screen
        if isinstance(screen, AnswerScreen) and screen.is_mounted:
            return screen.text_target
        return None

    @property
    def _awaits_unit(self) -> bool:
        from quizapp.tui.widgets.card.written import NumberField  # not for the first screen

        focused = self._app.focused
        return isinstance(focused, NumberField) and focused.awaits_unit

    @property
    def _holds_space(self) -> bool:
        return self._held is not None and self._held.key == "space"

    def _is_taken(self, key: events.Key) -> bool:
        """Whether the widget that has the focus types the key, or chooses by such a digit."""
        focused = self._app.focused
        if focused is None:
            return False
        return focused.check_consume_key(key.key, key.character) or (
            self._is_bound(key.key) and not str(key.character).isalpha()
        )

    def _repeats(self, key: events.Key) -> bool:
        """Whether a key is the command again that it was before: held down, or pressed twice.

        Twice at once counts for the keys of the focused widget alone: a word may begin with the
        same letter twice.
        """
        if self._held is not None:
            return self._held.key == key.key and self._is_bound(key.key)
        command, at = self._command
        return command == key.key and key.time - at < REPEAT_S

    def _is_bound(self, key: str) -> bool:
        focused = self._app.focused
        return focused is not None and key in focused._bindings.key_to_bindings

    def _let_go(self) -> events.Key | None:
        held, self._held = self._held, None
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        return held

    def _give(self, target: Widget, text: str) -> None:
        """Hand text to a widget behind the keys that it was given before."""
        if target.focusable:
            target.screen.set_focus(target)
        target._forward_event(events.Paste(text))
