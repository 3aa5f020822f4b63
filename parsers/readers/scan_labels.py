"""Labels as the form spells them, where the recogniser took one character for another that looks like it (末 for 未).

Only labels: no figure is ever read by what it should be.
"""

from __future__ import annotations

from functools import cache

from parsers.editions import DISCLOSURE, DISPUTES, REQUESTS
from parsers.labels import canonical, column_labels, row_labels

_LEAST = 4  # characters of a label; shorter ones are a character away from too many others


def spelled(text: str) -> str:
    """The one label of the form that is as long and differs in one character; else the text as it is."""
    label = canonical(text)
    if len(label) < _LEAST or label in _labels():
        return text
    near = [known for known in _labels() if len(known) == len(label) and _differences(known, label) == 1]
    return near[0] if len(near) == 1 else text


def _differences(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


@cache
def _labels() -> frozenset[str]:
    tables = (DISCLOSURE, REQUESTS, DISPUTES)
    books = [book(table).exact for table in tables for book in (row_labels, column_labels)]
    return frozenset(label for book in books for label in book)
