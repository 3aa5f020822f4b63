"""A report drawn as word processors draw: borders as thin filled pieces, text sign by sign."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]  # ships no types
from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # type: ignore[import-untyped]  # ships no types
from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped]  # ships no types
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]  # ships no types

from bench.made.report import TITLES
from bench.made.tools import KAI, font_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.made.form import Field, Table
    from bench.made.report import Report

PAGE = 595.0, 842.0
LEFT, TOP, BOTTOM = 70.0, 780.0, 60.0
PEN = 0.48  # points: what Word makes of half a point
LINE = 1.25
PADDING = 2.0
STRIKE = 0.25  # points between the two strikes of a false bold


@dataclass(frozen=True, slots=True)
class Hand:
    """`signs`: every sign placed on its own; `twice`: struck twice, as WPS makes bold; sizes in points."""

    size: float = 9
    signs: bool = True
    twice: bool = False
    label_width: float = 140


def drawn_file(report: Report, hand: Hand) -> bytes:
    """The bytes of the PDF."""
    pen = _Pen(_font(), hand)
    pen.write(report.title, 16)
    pen.write(TITLES[0], 14)
    for text in report.before:
        pen.paragraph(text)
    rest = PAGE[0] - 2 * LEFT - 93 - hand.label_width
    widths = ([113.75] * 4, [45, 48, hand.label_width, *[rest / 7] * 7])
    last = len(report.tables[2][-1])
    for title, table, columns in zip(TITLES[1:4], report.tables, (*widths, [455 / last] * last), strict=True):
        pen.write(title, 14)
        pen.table(table, columns)
    for text in (TITLES[4], *report.after, TITLES[5], "无"):
        pen.paragraph(text)
    return pen.end()


def _font() -> str:
    """An embedded font where one can be embedded, else the reader's own Song."""
    name = "made" if KAI in font_files() else "STSong-Light"
    if name not in pdfmetrics.getRegisteredFontNames():
        new = TTFont(name, str(font_files()[KAI]), subfontIndex=0) if name == "made" else UnicodeCIDFont(name)
        pdfmetrics.registerFont(new)
    return name


@dataclass(slots=True)
class _Placed:
    """A field of a table with its place among the rows and columns, and its lines of text."""

    source: Field
    row: int
    column: int
    lines: list[str] = field(default_factory=list)


class _Pen:
    """Writes down the page and over to the next."""

    def __init__(self, font: str, hand: Hand) -> None:
        self.font, self.hand, self.y = font, hand, TOP
        self.written = io.BytesIO()
        self.canvas = Canvas(self.written, pagesize=PAGE, invariant=True)

    def end(self) -> bytes:
        self.canvas.save()
        return self.written.getvalue()

    def turn(self) -> None:
        self.canvas.showPage()
        self.y = TOP

    def write(self, text: str, size: float) -> None:
        if self.y < BOTTOM + size:
            self.turn()
        self._text(LEFT, self.y, text, size)
        self.y -= size * 1.7

    def paragraph(self, text: str, size: float = 12) -> None:
        for line in self._wrapped("　　" + text, PAGE[0] - 2 * LEFT, size):
            self.write(line, size)

    def table(self, table: Table, widths: Sequence[float]) -> None:
        owners = self._placed(table, widths)
        heights = [self.hand.size * LINE + 2 * PADDING] * len(table)
        for placed in owners.values():
            if placed.source.rows == 1:
                needed = len(placed.lines) * self.hand.size * LINE + 2 * PADDING
                heights[placed.row] = max(heights[placed.row], needed)
        first = 0
        while first < len(table):
            last, y = first, self.y
            while last < len(table) and y - heights[last] >= BOTTOM:
                y -= heights[last]
                last += 1
            if last > first:
                self._part(owners, widths, heights, range(first, last))
            first = last
            if first < len(table):
                self.turn()
        self.y -= self.hand.size * 3

    def _placed(self, table: Table, widths: Sequence[float]) -> dict[tuple[int, int], _Placed]:
        owners: dict[tuple[int, int], _Placed] = {}
        for row, fields in enumerate(table):
            column = 0
            for one in fields:
                while (row, column) in owners:
                    column += 1
                width = sum(widths[column : column + one.columns]) - 2 * PADDING
                placed = _Placed(one, row, column, self._wrapped(one.text, width, self.hand.size))
                for y in range(row, row + one.rows):
                    for x in range(column, column + one.columns):
                        owners[y, x] = placed
        return owners

    def _part(
        self,
        owners: dict[tuple[int, int], _Placed],
        widths: Sequence[float],
        heights: Sequence[float],
        rows: range,
    ) -> None:
        """The rows of a table that stand on this page."""
        xs = [LEFT + sum(widths[:count]) for count in range(len(widths) + 1)]
        ys = [self.y - sum(heights[rows.start : row]) for row in range(rows.start, rows.stop + 1)]
        for row in rows:
            top, bottom = ys[row - rows.start], ys[row - rows.start + 1]
            for column in range(len(widths)):
                own = owners[row, column]
                if row == rows.start or owners[row - 1, column] is not own:
                    self._border(xs[column], top, xs[column + 1], top)
                if column == 0 or owners[row, column - 1] is not own:
                    self._border(xs[column], bottom, xs[column], top)
                if (row, column) == (own.row, own.column):
                    end = min(own.row + own.source.rows, rows.stop) - rows.start
                    self._lines(own, (xs[column], xs[column + own.source.columns]), (top, ys[end]))
            self._border(xs[-1], bottom, xs[-1], top)
        self._border(xs[0], ys[-1], xs[-1], ys[-1])
        self.y = ys[-1]

    def _lines(self, placed: _Placed, across: tuple[float, float], down: tuple[float, float]) -> None:
        size, height = self.hand.size, len(placed.lines) * self.hand.size * LINE
        y = sum(down) / 2 + height / 2 - size
        for line in placed.lines:
            x = (sum(across) - pdfmetrics.stringWidth(line, self.font, size)) / 2
            self._text(x, y, line, size)
            y -= size * LINE

    def _border(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """A thin filled piece with a little square at each end, as Word does."""
        if y0 == y1:
            self.canvas.rect(x0 + PEN, y0, x1 - x0 - PEN, PEN, stroke=0, fill=1)
        else:
            self.canvas.rect(x0, y0 + PEN, PEN, y1 - y0 - PEN, stroke=0, fill=1)
        self.canvas.rect(x0, y0, PEN, PEN, stroke=0, fill=1)
        self.canvas.rect(x1, y1, PEN, PEN, stroke=0, fill=1)

    def _text(self, x: float, y: float, text: str, size: float) -> None:
        self.canvas.setFont(self.font, size)
        for strike in range(2 if self.hand.twice else 1):
            at = x + STRIKE * strike
            for piece in text if self.hand.signs else (text,):
                self.canvas.drawString(at, y, piece)
                at += pdfmetrics.stringWidth(piece, self.font, size)

    def _wrapped(self, text: str, width: float, size: float) -> list[str]:
        lines, line = [], ""
        for sign in text:
            if line and pdfmetrics.stringWidth(line + sign, self.font, size) > width:
                lines.append(line)
                line = ""
            line += sign
        return [*lines, line]
