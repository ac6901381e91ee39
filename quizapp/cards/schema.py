"""The JSON Schema of a deck file, for completion in editors: `python -m quizapp.cards.schema`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from quizapp.cards.form import Form
from quizapp.cards.kinds import bodies
from quizapp.cards.kinds.body import Body
from quizapp.cards.model import Common, DeckHead


def deck_schema() -> str:
    """Return the schema as the text of its file."""
    parts: dict[str, Any] = {}
    deck, common = _schema(DeckHead, parts), _schema(Common, parts)
    parts |= {f"{kind} card": _card(common, body, parts) for kind, body in bodies().items()}
    deck["properties"]["cards"] = {
        "description": "The cards, in the order in which they are taught.",
        "items": {"oneOf": [{"$ref": f"#/$defs/{kind} card"} for kind in bodies()]},
        "type": "array",
    }
    top = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "quizapp deck"}
    schema = {"$defs": parts, **deck, "description": "A deck of interview cards."}
    return json.dumps({**schema, **top}, indent=1, ensure_ascii=False) + "\n"


def _schema(form: type[Form], parts: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a form and add those of the forms in it to `parts`."""
    schema: dict[str, Any] = _tidy(TypeAdapter(form).json_schema())
    parts |= schema.pop("$defs", {})
    return schema


def _card(common: dict[str, Any], body: type[Body], parts: dict[str, Any]) -> dict[str, Any]:
    own = _schema(body, parts)
    keys = {"kind": {"const": body.kind, "type": "string"}, **common["properties"]}
    for name in body.needs:
        keys[name] = {**keys[name], "minItems": 1}
    needed = ["kind", *common["required"], *body.needs, *own.get("required", [])]
    return {**own, "properties": {**keys, **own["properties"]}, "required": needed}


def _tidy(node: Any) -> Any:
    """Drop generated titles, nulls that a file cannot write, and defaults that say nothing."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "anyOf" in node:
        (kept,) = [choice for choice in node["anyOf"] if choice != {"type": "null"}]
        node = {**kept, **{key: value for key, value in node.items() if key != "anyOf"}}
    return {
        key: _tidy(value)
        for key, value in node.items()
        if not (key == "title" and isinstance(value, str)) and (key, value) not in _EMPTY
    }


_EMPTY: tuple[tuple[str, Any], ...] = (("default", None), ("default", ""), ("default", []))


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "content/card.schema.json")
    target.write_text(deck_schema(), encoding="utf-8")
