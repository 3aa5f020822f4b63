"""Two readings of one report, and what may be claimed from them.

A figure is sure when the grid and another reading say the same: the token stream of the text, or a second library's
grid. What only one reading says, or what the readings say differently, is "unsure": no value, and a finding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parsers.editions import DISCLOSURE, editions, key_order
from parsers.labels import canonical
from parsers.model import Figure, Finding
from parsers.normalise import normalise
from parsers.readers.stream import supported
from parsers.rows import number_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parsers.editions import Table
    from parsers.model import Cell, Origin
    from parsers.rows import Harvest, Taken

# A shorter label is found in any text ("规章", "其他"): it proves nothing.
TELLING = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """What one reading says of one key. `doubt` is why it cannot stand, or empty."""

    key: str
    cell: Cell
    unit: str | None
    label: str
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """The figures of a report in the order of the form, which of them two libraries saw, and what was not sure."""

    figures: tuple[Figure, ...]
    findings: tuple[Finding, ...]
    confirmed: frozenset[str]

    @property
    def unsure(self) -> bool:
        """Whether any figure could not be claimed."""
        return any(figure.state == "unsure" for figure in self.figures)


def candidates(harvest: Harvest, text: str) -> dict[str, Candidate]:
    """What a reading's tables say of each key, doubted where the text does not say the same."""
    by_text = supported(harvest, text)
    found: dict[str, Candidate] = {}
    for taken in harvest.taken:
        for one in _of_row(taken, by_text):
            found[one.key] = _first_or_doubt(found.get(one.key), one)
    return found


def _of_row(taken: Taken, by_text: frozenset[str]) -> Iterable[Candidate]:
    cells = taken.cells if len(taken.cells) == len(taken.keys) else taken.cells[:1] * len(taken.keys)
    for key, cell in zip(taken.keys, cells, strict=True):
        doubt = taken.doubt or ("" if key in by_text else "the text beside the table reads otherwise")
        yield Candidate(key, cell, taken.unit, taken.label, doubt or _own_doubt(cell))


def _own_doubt(cell: Cell) -> str:
    number = number_in(cell)
    if number.state == "unsure":
        return f"“{cell.text}” is not understood as a number"
    if number.state == "blank" and not cell.closed:
        return "the cell looks empty, but its edges or its content are not known"
    return ""


def _first_or_doubt(first: Candidate | None, again: Candidate) -> Candidate:
    """A key that appears twice must say the same twice."""
    if first is None or number_in(first.cell) == number_in(again.cell):
        return first or again
    return Candidate(
        first.key, first.cell, first.unit, first.label, "the row stands twice, with different figures"
    )


def judge(primary: dict[str, Candidate], second: dict[str, Candidate] | None, edition: str) -> Judged:
    """The figures that may be claimed. `second` is what a second library's tables say, None if it was not asked."""
    order = key_order(edition)
    figures: list[Figure] = []
    doubts: dict[tuple[str, str], list[Candidate]] = {}
    confirmed: set[str] = set()
    for key in sorted({*primary, *(second or {})}, key=order.__getitem__):
        one, other = primary.get(key), (second or {}).get(key)
        if one and other and _same(one, other):
            confirmed.add(key)
        chosen = _choose(one, other)
        figures.append(_figure(chosen))
        if chosen.doubt:
            doubts.setdefault((key.rpartition(".")[0], chosen.doubt), []).append(chosen)
    findings = tuple(_unsure(row, doubt, several) for (row, doubt), several in doubts.items())
    return Judged(tuple(figures), findings, frozenset(confirmed))


def _same(one: Candidate, other: Candidate) -> bool:
    mine, theirs = number_in(one.cell), number_in(other.cell)
    return mine.state == theirs.state and mine.value == theirs.value


def _choose(one: Candidate | None, other: Candidate | None) -> Candidate:
    """Agreement of two libraries clears a doubt about the text order, never one about the cell itself."""
    if one is None or other is None:
        single = one or other
        assert single is not None  # noqa: S101 - judge only asks for keys that one of them has
        return single
    if _same(one, other) and not _own_doubt(one.cell):
        return Candidate(one.key, one.cell, one.unit, one.label)
    if not one.doubt and other.doubt:
        return one
    if one.doubt and not other.doubt:
        return other
    doubt = f"one reading says “{one.cell.text}”, another “{other.cell.text}”"
    return Candidate(one.key, one.cell, one.unit, one.label, one.doubt or doubt)


def _figure(one: Candidate) -> Figure:
    text = one.cell.text.strip()
    if one.doubt:
        return Figure(one.key, None, text, None, "unsure", one.cell.origin)
    number = number_in(one.cell)
    unit = (number.unit or one.unit) if number.state == "number" else None
    return Figure(one.key, number.value, text, unit, number.state, one.cell.origin)


def _unsure(row: str, doubt: str, several: list[Candidate]) -> Finding:
    label = normalise(several[0].label)
    places = ", ".join(one.key.rpartition(".")[2] for one in several)
    return Finding(
        "unsure",
        "unsure",
        "warning",
        f"Not sure of {row} ({label}): {places}: {doubt}. {_where(several[0].cell.origin)}",
        f"“{label}”行未能确认（{places}）：{_zh(doubt)}。{_where_zh(several[0].cell.origin)}",
        tuple(one.key for one in several),
    )


def _zh(doubt: str) -> str:
    for english, chinese in _DOUBTS.items():
        if english in doubt:
            return chinese
    return doubt


_DOUBTS = {
    "reads otherwise": "表格与正文文字读出的数字不一致",
    "not understood as a number": "单元格内容无法确认为数字",
    "edges or its content": "单元格看似空白，但边框或内容未知",
    "stands twice": "同一行出现两次且数字不同",
    "one reading says": "两种读取方式结果不同",
    "merged or missing": "该行单元格被合并或缺失",
    "headings": "表头未能辨认",
    "cells stand under": "单元格数与表头不符",
    "is in the text": "文字中有该行，但表格中没有读到",
}


def _where(origin: Origin) -> str:
    if origin.page:
        return f"Look at page {origin.page}."
    return f"Look at table {origin.table}, row {origin.row}." if origin.table else "Look at the document."


def _where_zh(origin: Origin) -> str:
    if origin.page:
        return f"见第{origin.page}页。"
    return f"见第{origin.table}个表格第{origin.row}行。" if origin.table else "请查看原文。"


def rows_left_out(
    harvest: Harvest, text: str, edition: str, origin: Origin
) -> tuple[list[Figure], list[Finding]]:
    """Rows of the form whose label the text prints but no table gave: unsure, never absent."""
    taken = {(one.table, one.row) for one in harvest.taken}
    plain = canonical(text.partition("二、")[2] or text)
    figures, findings = [], []
    for name, table in editions()[edition].tables():
        for row in table.rows:
            label = canonical(row.label)
            if (name, row.key) in taken or len(label) < TELLING or label not in plain:
                continue
            if name == DISCLOSURE and not _block_is_printed(table, plain):
                continue
            keys = tuple(f"{name}.{row.key}.{column.key}" for column in table.columns)
            figures += [Figure(key, None, "", None, "unsure", origin) for key in keys]
            findings.append(_left_out(f"{name}.{row.key}", row.label, keys))
    return figures, findings


def _block_is_printed(table: Table, plain: str) -> bool:
    return re.sub(r"\W", "", table.heading) in plain


def _left_out(row: str, label: str, keys: tuple[str, ...]) -> Finding:
    return Finding(
        "unsure",
        "unsure",
        "warning",
        f"Not sure of {row} ({label}): the row is in the text, but no table that could be read has it.",
        f"“{label}”行未能读到：{_DOUBTS['is in the text']}。",
        keys,
    )
