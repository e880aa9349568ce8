"""Small views for tests to open."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def entry(id: str, label: str, element: Json | None = None, **changed: Any) -> Json:
    element = element or {"type": "plain_text_input"}
    return {
        "type": "input",
        "block_id": id,
        "label": plain(label),
        "element": {**element, "action_id": f"{id}_a"},
        **changed,
    }


def form(*blocks: Json, title: str = "Form", **changed: Any) -> Json:
    blocks = blocks or (entry("who", "Who"),)
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain(title),
        "submit": plain("Send"),
        "blocks": list(blocks),
        **changed,
    }


def text(words: str) -> Json:
    return {"type": "section", "text": plain(words)}
