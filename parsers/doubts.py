"""Why a figure is not sure, in words for a person: English, Chinese, and where to look."""

from __future__ import annotations

from dataclasses import dataclass, replace
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


_MARKED_UP = frozenset({"html", "docx"})

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
    """Two readings of one cell."""
    shown = tuple(normalise(text) for text in (one, other))
    english, chinese = ([f"“{text}”" if text else blank for text in shown] for blank in ("nothing", "空白"))
    return Doubt(
        "one reading says {}, another {}".format(*english), "两种读取结果不同：{}与{}".format(*chinese)
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
    label = normalise(several[0][1])
    columns = ", ".join(key.rpartition(".")[2] for key, _, _ in several)
    place = _around([origin for _, _, origin in several])
    return Finding(
        "unsure",
        "unsure",
        "warning",
        f"Not sure of {row} ({label}), {columns}: {doubt.english}. Look at {_where(place)}.",
        f"“{label}”行未能确认（{columns}）：{doubt.chinese}。见{_where_zh(place)}。",
        tuple(key for key, _, _ in several),
    )


def _around(origins: list[Origin]) -> Origin:
    """The first place, with a box around all boxes on its page."""
    first = next((origin for origin in origins if origin.box), origins[0])
    boxes = [origin.box for origin in origins if origin.box and origin.page == first.page]
    if not boxes:
        return first
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return replace(first, box=(min(lefts), min(tops), max(rights), max(bottoms)))


def _where(origin: Origin) -> str:
    if origin.box:
        left, top, right, bottom = map(round, origin.box)
        page = f"page {origin.page}, " if origin.page else ""
        unit = "pixels of the picture, or points of a PDF," if origin.kind == "image" else "points"
        return f"{page}{left} to {right} {unit} from the left, {top} to {bottom} from the top"
    if origin.page:
        return f"page {origin.page}"
    if origin.sheet or origin.cell:
        return " ".join(
            filter(None, (f"sheet {origin.sheet}," if origin.sheet else "", f"cell {origin.cell}"))
        )
    if origin.kind in _MARKED_UP and origin.table:
        return f"table {origin.table}, row {origin.row}"
    return f"line {origin.row} of the text" if origin.row else "the document"


def _where_zh(origin: Origin) -> str:
    if origin.box:
        left, top, right, bottom = map(round, origin.box)
        page = f"第{origin.page}页" if origin.page else "图片"
        unit = "像素（PDF为点）" if origin.kind == "image" else "点"
        return f"{page}，距左{left}至{right}{unit}、距上{top}至{bottom}{unit}处"
    if origin.page:
        return f"第{origin.page}页"
    if origin.sheet or origin.cell:
        return f"工作表{origin.sheet or ''}单元格{origin.cell}"
    if origin.kind in _MARKED_UP and origin.table:
        return f"第{origin.table}个表格第{origin.row}行"
    return f"文字第{origin.row}行" if origin.row else "原文"
