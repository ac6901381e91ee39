"""The models of the Hub that a run's settings name, and whether they may be loaded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from quizapp.app.hub import HubModel, is_hub_id
from quizapp.demo.model_errors import folder_problem
from quizapp.demo.params import ModelName
from quizapp.demo.spec import DemoSpec
from quizapp.errors import QuizError

Agree = Callable[[HubModel], Awaitable[bool]]
"""Asks the learner whether a model may be downloaded."""

AskHub = Callable[[str], Awaitable[HubModel]]
"""Finds out what a model would download."""


def models_of_hub(spec: DemoSpec, settings: Mapping[str, Any]) -> list[str]:
    """Return the names in the settings that are neither the bundled model nor a folder or file.

    Raises:
        QuizError: a folder or file is named that cannot be loaded.
    """
    names = [
        str(settings[name]) for name, param in spec.params.items() if isinstance(param, ModelName)
    ]
    for problem in filter(None, map(folder_problem, names)):
        raise QuizError("The model cannot be loaded", problem)
    return [name for name in names if is_hub_id(name)]


class ModelsAtHand:
    """Models that are on this machine, or that the learner agreed to download."""

    def __init__(self, ask_hub: AskHub) -> None:
        self._ask_hub = ask_hub
        self._names: set[str] = set()

    def __contains__(self, name: str) -> bool:
        """Whether a model may be loaded without asking."""
        return name in self._names

    async def ask_for(self, name: str, agree: Agree) -> bool:
        """Find out what a model of the Hub costs; return whether the learner takes it.

        Raises:
            QuizError: it cannot be had.
        """
        found = await self._ask_hub(name)
        if found.problem:
            raise QuizError("The model cannot be loaded", found.problem)
        if not found.cached and not await agree(found):
            return False
        self._names.add(name)
        return True
