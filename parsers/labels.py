"""Labels of the form, told apart whatever their numbering, punctuation, quotes, notes and line breaks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from parsers.editions import Axis, editions
from parsers.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_NUMBERING = re.compile(
    r"^(?:\([一二三四五六七八九十\d]{1,3}\)|[一二三四五六七八九十]{1,3}[、.,]|\d{1,2}[.、,)]?)+"
)
_NOTE = re.compile(r"\([^()]*(?:\)|$)")
_PUNCTUATION = re.compile(r"[\W_]+")
# A misprint is understood only when it is near one label and far from all others.
NEAR, FAR = 0.72, 0.2
# Shorter labels ("其他", "总计") are part of too many others to be found inside a longer text.
CONTAINED = 4


@lru_cache(maxsize=4096)
def canonical(text: str) -> str:
    """The label without numbering, notes in brackets, punctuation and white space."""
    bare, noted = _NUMBERING.sub("", normalise(text)), ""
    while bare != noted:  # a note may stand inside another
        bare, noted = _NOTE.sub("", bare), bare
    return _PUNCTUATION.sub("", bare)


def wordings(axis: Axis) -> frozenset[str]:
    """All canonical wordings of a row or column."""
    return frozenset(map(canonical, (axis.label, *axis.also)))


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """The labels of an axis: canonical wording to key. Wordings of all editions together: real forms mix."""

    exact: dict[str, str]

    def find(self, text: str) -> str | None:
        """The key whose label this is, or the one label that is contained in a longer text."""
        return _find(self, text)

    def near(self, text: str, among: Collection[str]) -> str | None:
        """The key of `among` whose label is a misprint away, if no other label is anywhere near."""
        label = canonical(text)
        if len(label) >= CONTAINED and (torn := self._torn(label, among)):
            return torn
        best: dict[str, float] = {}
        for known, key in self.exact.items():
            ratio = SequenceMatcher(None, known, label, autojunk=False).ratio()
            best[key] = max(ratio, best.get(key, 0.0))
        ranked = sorted(best, key=best.__getitem__, reverse=True)
        if len(label) < CONTAINED or not ranked or ranked[0] not in among:
            return None
        clear = len(ranked) == 1 or best[ranked[0]] - best[ranked[1]] >= FAR
        return ranked[0] if best[ranked[0]] >= NEAR and clear else None

    def is_torn(self, text: str) -> bool:
        """Whether this is the beginning of a label and nothing else."""
        return any(known.startswith(canonical(text)) for known in self.exact)

    def _torn(self, label: str, among: Collection[str]) -> str | None:
        """A label whose end is on the next page."""
        begun = {key for known, key in self.exact.items() if known.startswith(label)}
        return begun.pop() if len(begun) == 1 and begun <= set(among) else None


@lru_cache(maxsize=4096)
def _find(labels: Labels, text: str) -> str | None:
    label = canonical(text)
    if label in labels.exact:
        return labels.exact[label]
    inside = [known for known in labels.exact if len(known) >= CONTAINED and known in label]
    longest = [known for known in inside if not any(known != other and known in other for other in inside)]
    keys = {labels.exact[known] for known in longest}
    return keys.pop() if len(keys) == 1 else None


def _labels(axes: Iterable[Axis]) -> Labels:
    exact: dict[str, str] = {}
    for axis in axes:
        for wording in wordings(axis):
            exact.setdefault(wording, axis.key)
    return Labels(exact)


@cache
def row_labels(table: str) -> Labels:
    """Row labels of a table, over all editions."""
    return _labels(
        row for e in editions().values() for name, t in e.tables() if name == table for row in t.rows
    )


@cache
def column_labels(table: str) -> Labels:
    """Column labels of a table, over all editions. Of little use for section two, whose blocks differ."""
    return _labels(
        col for e in editions().values() for name, t in e.tables() if name == table for col in t.columns
    )
