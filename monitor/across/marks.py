"""The words of a report that explain a difference, as the marks of rules.toml name them. Pure."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from monitor.across.book import book

if TYPE_CHECKING:
    from collections.abc import Iterable

# In a title: this version was put in the place of another.
_CORRECTED = re.compile(
    r"更正|修正|勘误|订正|更新|修订|修改|重新(?:发布|公布|公开)|新版|最新|原版|旧版|已?作废"
)


def marks_in(texts: Iterable[str | None]) -> list[str]:
    """The names of the marks whose words stand in one of the texts, in the order of the file."""
    words = "\n".join(text or "" for text in texts)
    return [name for name, pattern in _patterns() if pattern.search(words)]


def is_corrected(*titles: str | None) -> bool:
    """Whether one of the titles says that it is a corrected version, or the one before it."""
    return any(_CORRECTED.search(title or "") for title in titles)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((mark.name, re.compile("|".join(mark.patterns))) for mark in book().mark)
