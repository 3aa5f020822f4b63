"""JSON that carries digits exactly: a Decimal is written as the number it is, never through a float."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal


def dumps(value: object) -> str:
    """One line of JSON. Mappings, sequences, text, numbers, booleans and None; anything else is a TypeError."""
    match value:
        case Decimal():
            return format(value, "f")
        case None | bool() | int() | float() | str():
            return json.dumps(value, ensure_ascii=False, allow_nan=False)
        case Mapping():
            return "{" + ", ".join(f"{dumps(str(key))}: {dumps(part)}" for key, part in value.items()) + "}"
        case Sequence():
            return "[" + ", ".join(dumps(part) for part in value) + "]"
    raise TypeError(f"no JSON for {type(value).__name__}")
