"""The command palette: everything that can be done now, from the active bindings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.dom import DOMNode

from quizapp.study.presets import PRESETS


@dataclass(frozen=True)
class Command:
    """One entry of the palette."""

    text: str
    help: str
    action: str
    target: DOMNode


class Commands(Provider):
    """Every action that has a key on the current screen, every place to go, every preset."""

    async def discover(self) -> Hits:
        """List everything."""
        for command in self.commands():
            yield DiscoveryHit(command.text, partial(self._run, command), help=command.help)

    async def search(self, query: str) -> Hits:
        """List what matches the query; after that, what is explained in its words."""
        matcher, words = self.matcher(query), query.casefold().strip()
        for command in self.commands():
            score = matcher.match(command.text)
            if score > 0 or words in command.help.casefold():
                shown = matcher.highlight(command.text)
                yield Hit(score, shown, partial(self._run, command), help=command.help)

    def commands(self) -> Iterator[Command]:
        """Yield one command for each action and each preset."""
        seen = set()
        for active in self.screen.active_bindings.values():
            binding = active.binding
            # the framework's own, such as Scroll left, have no id
            ours = binding.id and binding.description
            if ours and active.enabled and binding.action not in seen:
                seen.add(binding.action)
                key = self.app.get_key_display(binding)
                help_text = f"{key}  {binding.tooltip}".rstrip()
                yield Command(binding.description, help_text, binding.action, active.node)
        for preset in PRESETS:
            action = f"preset({preset.id!r})"
            yield Command(f"Study: {preset.title}", preset.about, action, self.app)

    async def _run(self, command: Command) -> None:
        await self.app.run_action(command.action, command.target)
