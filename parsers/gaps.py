"""Rows of the form that were not found where rows stand whose labels were not understood: unsure, never absent."""

from __future__ import annotations

from functools import cache
from itertools import takewhile
from typing import TYPE_CHECKING

from parsers.doubts import Doubt
from parsers.editions import editions, rules
from parsers.rows import Taken

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parsers.editions import Table
    from parsers.rows import Harvest, Unknown

MAY_BE_ANOTHERS = Doubt(
    "no row has its label, and a row whose label is not understood or stands twice may be it",
    "没有找到该行标签，而有标签不明或重复的行，可能就是它",
)


def doubt_gaps(harvest: Harvest, edition: str) -> None:
    """Add the missing rows of every table that has rows of unknown meaning, each with the cells that may be its own."""
    for name, table in editions()[edition].tables():
        keys = {row.key for row in table.rows}
        unknown = [row for row in harvest.unknown if row.table == name and not keys.isdisjoint(row.after)]
        missing = [row.key for row in table.rows if not _is_there(harvest, name, row.key)]
        if unknown and 0 < len(missing) < len(keys):
            harvest.taken += _possible(name, table, missing, unknown)
    harvest.unknown = [row for row in harvest.unknown if not row.repeated]


@cache
def _stand_ins() -> dict[str, tuple[str, ...]]:
    """Rows of one edition that a mixed form prints in the place of a row of another."""
    found: dict[str, tuple[str, ...]] = {}
    for rule in rules():
        for single, several in rule.instead.items():
            found[single] = several
            found |= dict.fromkeys(several, (single,))
    return found


def _is_there(harvest: Harvest, name: str, key: str) -> bool:
    return any(harvest.has_row(name, one) for one in (key, *_stand_ins().get(key, ())))


def _possible(name: str, table: Table, missing: Sequence[str], unknown: Sequence[Unknown]) -> Iterator[Taken]:
    """A missing row may be the unknown one in its place, else any of them."""
    labels = {row.key: row.label for row in table.rows}
    for key in missing:
        row = _in_its_place(key, missing, unknown)
        keys = tuple(f"{name}.{key}.{column.key}" for column in table.columns)
        yield Taken(name, key, labels[key], keys, row.cells, MAY_BE_ANOTHERS)


def _in_its_place(key: str, missing: Sequence[str], unknown: Sequence[Unknown]) -> Unknown:
    for row in unknown:
        gap = list(takewhile(missing.__contains__, row.after))
        same_gap = [one for one in unknown if one.after == row.after]
        if key in gap and len(gap) == len(same_gap):
            return same_gap[gap.index(key)]
    return unknown[0]
