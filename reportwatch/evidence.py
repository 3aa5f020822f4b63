"""What a person needs to decide a figure: a picture of its cell, or the rows of its table, and one page with them all."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

import parsers
from parsers.model import Unreadable
from parsers.readers import WAYS, load
from reportwatch.pages import INSIDE, Page, page_of, png
from reportwatch.shape import digits, place
from store.figure_keys import figure_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from parsers.model import Box, Cell, Figure, Grid, Origin, Parsed

DPI = 160.0
AROUND = (170.0, 70.0)  # pixels shown at the sides of a cell, and above and below it
ROWS_AROUND = 2
MOST = 400  # pictures of one document: a report has 200 figures
LONGEST = 300  # characters of a cell that are shown
_RED = (213, 30, 0)
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")
_STYLE = (
    "body{font:15px/1.5 sans-serif;margin:2em;max-width:70em}table{border-collapse:collapse}td,th{border:1px solid #bbb;"
    "padding:.3em .6em;vertical-align:top;text-align:left}mark{background:#ffe08a}td.here{outline:3px solid #d51e00;"
    "background:#fff3ea}img{max-width:38em;border:1px solid #ddd}code{color:#555}"
)


@dataclass(frozen=True, slots=True)
class Exhibit:
    """What shows one figure: the name and the bytes of a file (.png or .html), or why there is none."""

    part: int
    key: str
    name: str | None
    body: bytes
    why: str = ""


def questioned(parsed: Parsed) -> list[Figure]:
    """The figures that a person should look at: the unsure ones, and those that a printed_error speaks of."""
    accused = {key for found in parsed.findings if found.kind == "printed_error" for key in found.keys}
    return [figure for figure in parsed.figures if figure.state == "unsure" or figure.key in accused]


def exhibits(body: bytes, reports: Sequence[Parsed], prefix: str) -> list[Exhibit]:
    """One exhibit for each questioned figure of a document. In a limited worker only: it opens the document again."""
    shown = _Shown(body)
    return [
        _exhibit(shown, part, figure, prefix)
        for part, parsed in enumerate(reports, start=1)
        for figure in questioned(parsed)
    ][:MOST]


def _exhibit(shown: _Shown, part: int, figure: Figure, prefix: str) -> Exhibit:
    name = _UNSAFE.sub("_", f"{prefix}-{part}-{figure.key}")
    try:
        if figure.origin.box is not None:
            return Exhibit(part, figure.key, f"{name}.png", shown.cut_out(figure.origin, figure.origin.box))
        rows = shown.rows(figure.origin)
        if rows:
            return Exhibit(part, figure.key, f"{name}.html", rows.encode())
    except Unreadable as unreadable:
        return Exhibit(part, figure.key, None, b"", unreadable.message)
    return Exhibit(part, figure.key, None, b"", "no place is known")


class _Shown:
    """A document opened for showing: its pages as images and its tables, each made once."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._page: tuple[int, Page] | None = None
        self._tables: tuple[Grid, ...] | None = None

    def cut_out(self, origin: Origin, box: Box) -> bytes:
        """A PNG of a cell and what is around it, the cell framed."""
        number = origin.page or 1
        if self._page is None or self._page[0] != number:
            self._page = number, page_of(self._body, number, DPI)
        page = self._page[1]
        left, top, right, bottom = page.pixels(box)
        across, along = AROUND
        width, height = page.image.size
        cut = (
            int(max(0, left - across)), int(max(0, top - along)),
            int(min(width, max(right, left) + across)), int(min(height, max(bottom, top) + along)),
        )  # fmt: skip
        if cut[0] >= cut[2] or cut[1] >= cut[3]:
            raise Unreadable("broken", "the place lies outside of the page")
        image: Image.Image = page.image.crop(cut)
        frame = (
            left - cut[0] - 2,
            top - cut[1] - 2,
            max(right, left) - cut[0] + 2,
            max(bottom, top) - cut[1] + 2,
        )
        ImageDraw.Draw(image).rectangle(frame, outline=_RED, width=3)
        return png(image)

    def rows(self, origin: Origin) -> str | None:
        """A page with the rows of the table around a cell, the cell marked; None where it is not found."""
        if self._tables is None:
            way = WAYS.get(parsers.sniff(self._body))
            if way is None:
                raise Unreadable("unsupported", INSIDE)
            self._tables = load(way.read)(self._body).grids
        for grid in self._tables:
            spot = next(
                (n for n, row in enumerate(grid.rows) if any(cell.origin == origin for cell in row)), None
            )
            if spot is not None:
                near = grid.rows[max(0, spot - ROWS_AROUND) : spot + ROWS_AROUND + 1]
                return _page("rows", f"<table>{''.join(_row(row, origin) for row in near)}</table>")
        return None


def _row(row: Sequence[Cell], origin: Origin) -> str:
    """A row of a grid as HTML; a cell that covers several columns is one that does."""
    cells = []
    for where, run in groupby(row, key=lambda cell: cell.origin):
        covered = list(run)
        here = ' class="here"' if where == origin else ""
        wide = f' colspan="{len(covered)}"' if len(covered) > 1 else ""
        cells.append(f"<td{here}{wide}>{html.escape(covered[0].text[:LONGEST]) or '&nbsp;'}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def index(files: Iterable[tuple[str, Sequence[Parsed], Sequence[Exhibit]]]) -> str:
    """The page that lists every questioned figure of some documents with what was read, where, and its exhibit."""
    tables = [line for file, reports, found in files for line in _document(file, reports, found)]
    return _page("Figures to look at", "".join(tables) or "<p>No figure is in question. 没有存疑的数字。</p>")


def _document(file: str, reports: Sequence[Parsed], found: Sequence[Exhibit]) -> Iterator[str]:
    shown = {(exhibit.part, exhibit.key): exhibit for exhibit in found}
    labels = {key.key: f"{key.row_label} · {key.column_label}" for key in figure_keys()}
    for part, parsed in enumerate(reports, start=1):
        rows = [
            _figure(parsed, figure, labels.get(figure.key, ""), shown.get((part, figure.key)))
            for figure in questioned(parsed)
        ]
        if rows:
            yield f"<h2>{html.escape(parsed.title or file)}</h2><p><code>{html.escape(file)}</code></p><table>"
            yield "<tr><th>figure</th><th>read as</th><th>why</th><th>where</th><th>look</th></tr>"
            yield f"{''.join(rows)}</table>"


def _figure(parsed: Parsed, figure: Figure, label: str, exhibit: Exhibit | None) -> str:
    why = "<br>".join(
        html.escape(f"{one.kind}: {one.message}") for one in parsed.findings if figure.key in one.keys
    )
    read = [f"{digits(figure.value) or figure.state} <code>{html.escape(figure.text[:LONGEST])}</code>"]
    read += [
        f"{html.escape(one.reader)}: <mark>{html.escape(one.text[:LONGEST]) or '(nothing)'}</mark> {html.escape(place(one.origin))}"
        for one in figure.alternatives
    ]
    cells = (
        f"{html.escape(label)}<br><code>{html.escape(figure.key)}</code>", "<br>".join(read), why,
        html.escape(place(figure.origin)), _look(exhibit),
    )  # fmt: skip
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _look(exhibit: Exhibit | None) -> str:
    if exhibit is None or exhibit.name is None:
        return html.escape(exhibit.why if exhibit else "")
    name = html.escape(exhibit.name)
    return f'<img src="{name}" alt="">' if name.endswith(".png") else f'<a href="{name}">the rows</a>'


def _page(title: str, content: str) -> str:
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src 'self' file:; style-src 'unsafe-inline'\">"
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head><body><h1>{html.escape(title)}</h1>{content}</body></html>\n"
    )
