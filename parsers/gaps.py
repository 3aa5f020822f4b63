"""Rows of the form that were not found where rows stand whose labels were not understood: unsure, never absent."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import takewhile
from typing import TYPE_CHECKING

from parsers.doubts import Doubt
from parsers.editions import DISCLOSURE, editions, key_order, rules
from parsers.rows import Taken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from parsers.editions import Table
    from parsers.rows import Harvest, Unknown

MAY_BE_ANOTHERS = Doubt(
    "no row has its label, and a row whose label is not understood or stands twice may be it",
    "没有找到该行标签，而有标签不明或重复的行，可能就是它",
)

# So many rows between a lost one and one without a label may each bear the label of the next.
NEAR = 3


def doubt_gaps(harvest: Harvest, edition: str) -> None:
    """Add the missing rows of every table that has rows of unknown meaning, each with the cells that may be its own."""
    for name, table in editions()[edition].tables():
        keys = {row.key for row in table.rows}
        here = [row for row in harvest.unknown if row.table == name]
        unknown = [row for row in here if name != DISCLOSURE or not keys.isdisjoint(row.after)]
        if not unknown:
            continue
        missing = [row.key for row in table.rows if not _is_there(harvest, name, row.key)]
        if 0 < len(missing) < len(keys):
            _doubt_displaced(harvest, name, _order(name, edition), missing, unknown)
            harvest.taken += _possible(name, table, missing, unknown)
    harvest.unknown = [row for row in harvest.unknown if not row.repeated]


@cache
def _order(name: str, edition: str) -> tuple[str, ...]:
    """The rows of a table over all editions, in the order of this one."""
    keys = (key.split(".") for key in key_order(edition))
    return tuple(dict.fromkeys(row for table, row, _ in keys if table == name))


def _doubt_displaced(
    harvest: Harvest, name: str, order: Sequence[str], missing: Sequence[str], unknown: Sequence[Unknown]
) -> None:
    """A row has been lost, and one has no label: a row out of its order, or between the two, may bear another's label."""
    rows = [taken.row for taken in harvest.taken if taken.table == name]
    displaced = set(rows) - _in_order(dict.fromkeys(rows), order)
    for row in unknown:
        last = len(order) - len(row.after) - 1
        for place in map(order.index, missing):
            between = order[place + 1 : last + 1] if place <= last else order[last + 1 : place]
            displaced |= set(between) if len(between) <= NEAR else set()
    for place, taken in enumerate(harvest.taken):
        if taken.table == name and taken.row in displaced:
            harvest.taken[place] = replace(taken, doubt=taken.doubt or MAY_BE_ANOTHERS)


def _in_order(rows: Iterable[str], order: Sequence[str]) -> set[str]:
    """The most rows that stand in the order of the form; the others are out of it."""
    best: list[list[str]] = []
    for row in rows:
        before = [chain for chain in best if order.index(chain[-1]) < order.index(row)]
        best.append([*_longest(before), row])
    return set(_longest(best))


def _longest(chains: list[list[str]]) -> list[str]:
    return max(chains, key=len) if chains else []


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
