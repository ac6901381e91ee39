"""Requests that screens send up to the app."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from quizapp.app.scope import Scope


@dataclass
class Study(Message):
    """The learner wants to study the cards of a scope."""

    scope: Scope


@dataclass
class Read(Message):
    """The learner wants to read the lesson of a deck."""

    deck: str
