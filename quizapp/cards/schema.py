"""The JSON Schema of a deck file, for completion in editors: `python -m quizapp.cards.schema`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from quizapp.cards.form import DeckForm


def deck_schema() -> str:
    """Return the schema as the text of its file."""
    schema = TypeAdapter(DeckForm).json_schema(by_alias=True)
    top = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "quizapp deck"}
    return json.dumps({**_tidy(schema), **top}, indent=1, ensure_ascii=False) + "\n"


def _tidy(node: Any) -> Any:
    """Drop generated titles and defaults of null: a file cannot write them."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("properties"), dict):
        node = {**node, "properties": {k: _property(v) for k, v in node["properties"].items()}}
    return {key: _tidy(value) for key, value in node.items() if key != "title"}


def _property(node: dict[str, Any]) -> dict[str, Any]:
    if "anyOf" in node and {"type": "null"} in node["anyOf"]:
        (kept,) = [choice for choice in node["anyOf"] if choice != {"type": "null"}]
        node = {**kept, **{key: value for key, value in node.items() if key != "anyOf"}}
    return {k: v for k, v in node.items() if k != "title" and (k, v) not in _EMPTY}


_EMPTY: tuple[tuple[str, Any], ...] = (("default", None), ("default", ""))


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "content/card.schema.json")
    target.write_text(deck_schema(), encoding="utf-8")
