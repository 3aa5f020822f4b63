"""Why a figure is not sure, in words for a person: English, Chinese, and where to look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parsers.model import Finding
from parsers.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parsers.model import Origin


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason in both languages."""

    english: str
    chinese: str


TEXT_DIFFERS = Doubt("the text beside the table reads otherwise", "表格与文字读出的数字不一致")
MAYBE_NOT_EMPTY = Doubt(
    "the cell looks empty, but its edges or its content are not known", "单元格看似空白，但边框或内容未知"
)
INKED = Doubt("the cell holds ink that is no text", "单元格内有文字以外的痕迹")
TWICE = Doubt("the row stands twice, with different figures", "同一行出现两次且数字不同")
MERGED = Doubt("the row's cells are merged or missing", "该行单元格被合并或缺失")
HEADINGS = Doubt("the headings of the columns were not understood", "表头未能辨认")
DOES_NOT_ADD_UP = Doubt(
    "read from words without a table, the row does not add up", "无表格线，仅凭文字读出的该行合计不符"
)
LEFT_OUT = Doubt(
    "the row is in the text, but no table that could be read has it", "文字中有该行，但没有读到相应表格"
)


def not_understood(text: str) -> Doubt:
    """A cell with digits that are no number we know."""
    shown = normalise(text)
    return Doubt(f"“{shown}” is not understood as a number", f"“{shown}”无法确认为数字")


def differ(one: str, other: str) -> Doubt:
    """Two libraries read two things."""
    shown = (normalise(one), normalise(other))
    return Doubt(
        "one reading says “{}”, another “{}”".format(*shown), "两种读取结果不同：“{}”与“{}”".format(*shown)
    )


def cells_and_headings(cells: int, headings: int) -> Doubt:
    """A row of section two that does not fit its headings."""
    return Doubt(f"{cells} cells stand under {headings} headings", f"{cells}个单元格对应{headings}个表头")


def findings(doubted: Iterable[tuple[str, str, Doubt, Origin]]) -> tuple[Finding, ...]:
    """One finding for each row and reason: (key, label, doubt, origin) of every figure that is not sure."""
    rows: dict[tuple[str, Doubt], list[tuple[str, str, Origin]]] = {}
    for key, label, doubt, origin in doubted:
        rows.setdefault((key.rpartition(".")[0], doubt), []).append((key, label, origin))
    return tuple(_finding(row, doubt, several) for (row, doubt), several in rows.items())


def _finding(row: str, doubt: Doubt, several: list[tuple[str, str, Origin]]) -> Finding:
    label, origin = normalise(several[0][1]), several[0][2]
    columns = ", ".join(key.rpartition(".")[2] for key, _, _ in several)
    return Finding(
        "unsure",
        "unsure",
        "warning",
        f"Not sure of {row} ({label}), {columns}: {doubt.english}. {_where(origin)}",
        f"“{label}”行未能确认（{columns}）：{doubt.chinese}。{_where_zh(origin)}",
        tuple(key for key, _, _ in several),
    )


def _where(origin: Origin) -> str:
    if origin.page:
        return f"Look at page {origin.page}."
    if origin.cell:
        return f"Look at cell {origin.cell} of the sheet “{origin.sheet}”."
    if origin.kind in {"html", "docx"} and origin.table:
        return f"Look at table {origin.table}, row {origin.row}."
    return f"Look at line {origin.row} of the text." if origin.row else "Look at the document."


def _where_zh(origin: Origin) -> str:
    if origin.page:
        return f"见第{origin.page}页。"
    if origin.cell:
        return f"见工作表“{origin.sheet}”的{origin.cell}单元格。"
    if origin.kind in {"html", "docx"} and origin.table:
        return f"见第{origin.table}个表格第{origin.row}行。"
    return f"见文字第{origin.row}行。" if origin.row else "请查看原文。"
