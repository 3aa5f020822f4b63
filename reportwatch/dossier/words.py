"""The words of a dossier, in words.toml, and those that it has in common with messages and `explain`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.cleaning import readable
from reportwatch import ROOT

if TYPE_CHECKING:
    from reportwatch.options import Lang

LONGEST = 400  # characters of scraped text that are shown in one place


@cache
def words(lang: Lang) -> dict[str, dict[str, str]]:
    """All groups of one language."""
    text = Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = tomllib.loads(text)[lang]
    return found


def say(lang: Lang, group: str, name: str, /, **parts: object) -> str:
    """One sentence with its parts filled in; what is scraped hides and turns nothing."""
    shown = {key: readable(str(value), LONGEST) for key, value in parts.items()}
    return words(lang)[group][name].format_map(shown)


@cache
def _blindness(lang: Lang) -> dict[str, str]:
    template = ROOT / "monitor" / "templates" / f"{lang}.toml"
    found: dict[str, str] = tomllib.loads(template.read_text(encoding="utf-8"))["blind_kinds"]
    return found


def blindness(lang: Lang, kind: str | None) -> str:
    """A kind of blindness in words, the same as in messages; its name where it has none."""
    return _blindness(lang).get(kind or "", kind or "–")
