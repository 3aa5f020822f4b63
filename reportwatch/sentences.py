"""The sentences of `explain`, in sentences.toml, by language and group."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.moments import shanghai_minute

if TYPE_CHECKING:
    from reportwatch.options import Lang

CODED = frozenset({"kind", "basis", "outcome", "state", "blind_kind"})  # parts that are codes of the database


@cache
def words(lang: Lang) -> dict[str, dict[str, str]]:
    """All groups of one language."""
    found: dict[str, dict[str, str]] = tomllib.loads(
        Path(__file__).with_name("sentences.toml").read_text(encoding="utf-8")
    )[lang]
    return found


def line(lang: Lang, name: str, **parts: object) -> str:
    """One line of the group `lines`, with its parts filled in."""
    said = {part: code(lang, value) if part in CODED else value for part, value in parts.items()}
    return words(lang)["lines"][name].format_map(said)


def code(lang: Lang, value: object) -> object:
    """A code of the database in the reader's language; what has no word there stays as it is."""
    return words(lang)["codes"].get(str(value), value)


def when(moment: str | None) -> str:
    """A moment as a clock in Shanghai shows it; a dash for none."""
    return shanghai_minute(moment) if moment else "–"
