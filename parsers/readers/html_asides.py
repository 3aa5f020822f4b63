"""What a page does not show at first: other tabs, hidden copies, markup kept in a script. What is shown comes first.

A table out of sight is read where the page shows no other like it (sections in tabs), or where it belongs to another
report. A hidden copy does not count. Where nobody can tell which of two copies is shown, what they say differently is
doubted.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from parsers.model import Unreadable
from parsers.readers.html_cells import is_figure, lines
from parsers.readers.html_walk import Walk, walk_tree
from parsers.titles import title_facts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parsers.readers.html_cells import Table, Td
    from parsers.readers.html_walk import Aside

_CHINESE = re.compile("[\u4e00-\u9fff]")
TELLING = 4  # Chinese characters
LONGEST = 80
MAX_DEPTH = 20


def add_asides(walk: Walk, depth: int = 0) -> None:
    """Put in what is out of sight and belongs to the page, where it stands. Raises Unreadable (too_large)."""
    if depth > MAX_DEPTH:
        raise Unreadable("too_large", "the page hides tables in hidden tables, too deeply to follow")
    own = [(table, _labels([table])) for table in walk.tables]
    shown = set[str]().union(*(labels for _, labels in own))
    years = _title_years(walk.parts) if walk.asides else set()
    added: list[tuple[Aside, Walk]] = []
    for aside in walk.asides:
        inner = _read(aside, walk, depth)
        labels = _labels(inner.tables)
        theirs = _title_years(inner.parts) if labels else set()
        if labels and (2 * len(labels - shown) > len(labels) or theirs - years):
            added.append((aside, inner))
            own += [(table, _labels([table])) for table in inner.tables]
            shown |= labels
            years |= theirs
        elif not aside.sure:
            _doubt_what_differs(inner.tables, own)
    for aside, inner in reversed(added):
        walk.parts[aside.part : aside.part] = inner.parts
        walk.tables[aside.table : aside.table] = inner.tables


def _read(aside: Aside, walk: Walk, depth: int) -> Walk:
    inner = replace(
        walk, parts=[], tables=[], asides=[], open_tables=[], begins=[], open_cells=[], states=[], roles=[]
    )
    walk_tree(aside.root, inner, shown=True)
    walk.count = inner.count
    add_asides(inner, depth + 1)
    return inner


def _labels(tables: Iterable[Table]) -> set[str]:
    texts = {"".join(td.text.split()) for table in tables for row in table for td in row}
    return {text for text in texts if len(text) <= LONGEST and len(_CHINESE.findall(text)) >= TELLING}


def _title_years(parts: list[str]) -> set[int]:
    """The years of the titles of reports: a tab with another year's title holds another report."""
    candidates = [line for line in lines(parts).split("\n") if "报" in line and len(line) <= LONGEST]
    facts = [title_facts(line) for line in candidates]
    return {one.year for one in facts if one.kind == "report" and one.year is not None}


def _doubt_what_differs(hinted: list[Table], own: list[tuple[Table, set[str]]]) -> None:
    """Where a table that a class seems to hide says something else than the table that it repeats."""
    for table in hinted:
        labels = _labels([table])
        best, common = max(own, key=lambda other: len(labels & other[1]), default=([], set()))
        if not labels & common:
            continue
        here, there = _cells(table), _cells(best)
        if len(here) == len(there):
            differing = [td for td, other in zip(there, here, strict=True) if td.text != other.text]
        else:
            differing = [td for td in there if is_figure(td.text) or not td.text]
        for td in differing:
            td.drawn = True


def _cells(table: Table) -> list[Td]:
    return [td for row in table for td in row]
