"""What single services take and how they answer: providers.toml, as values."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Provider:
    """One service. Without `fields` it tells by the HTTP status alone; `size` in bytes, `limited` in seconds."""

    fields: tuple[str, ...] = ()
    good: frozenset[int] = frozenset()
    permanent: frozenset[int] = frozenset()
    limited: Mapping[int, int] = field(default_factory=dict)
    too_long: frozenset[int] = frozenset()
    size: int | None = None
    count: str = ""
    title: int | None = None
    per_minute: int | None = None
    per_day: int | None = None
    reference: str = ""

    def length(self, subject: str, text: str) -> int:
        """How long a message is, as this service counts it."""
        whole = f"{subject}\r\n{text}"
        if self.count == "json":
            return len(json.dumps(whole)) - 2
        return len(whole.encode("utf-16-le")) // 2 if self.count == "signs" else len(whole.encode())


PLAIN = Provider()


def provider(scheme: str) -> Provider:
    """What is known of the service of an address like `wecombot://…`; of most, nothing."""
    return _providers().get(scheme, PLAIN)


@cache
def _providers() -> dict[str, Provider]:
    text = tomllib.loads(Path(__file__).with_name("providers.toml").read_text(encoding="utf-8"))
    return {name: _provider(block) for key, block in text.items() for name in block.get("names", [key])}


def _provider(block: Mapping[str, Any]) -> Provider:
    return Provider(
        fields=tuple(block["success"]["fields"]),
        good=frozenset(block["success"]["good"]),
        permanent=frozenset(block.get("permanent", ())),
        limited={int(code): int(seconds) for code, seconds in block.get("limited", {}).items()},
        too_long=frozenset(block.get("too_long", ())),
        size=block.get("size"),
        count=str(block.get("count", "")),
        title=block.get("title"),
        per_minute=block.get("per_minute"),
        per_day=block.get("per_day"),
        reference=str(block.get("reference", "")),
    )
