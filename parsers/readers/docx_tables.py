"""The tables of a Word document laid out as grids: spans across, merges down, cells whose ink is not all known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from parsers.model import Cell, Grid, Origin, Unreadable
from parsers.numbers import UNKNOWN_GLYPH
from parsers.readers.docx_styles import OFF, VAL, Properties, Styles, W

if TYPE_CHECKING:
    from lxml.etree import _Element

# A report has about 400 cells; a hostile document spans 65535 columns in each of its rows until memory is gone.
MAX_CELLS = 60_000
MAX_SPAN = 1_000
MAX_TABLES = 2_000
_TIGHT = 80  # twentieths of a point: no line of text fits a row that is exactly as high
_DIGITS = 7  # no measure has more
DRAWINGS = (f"{W}drawing", f"{W}pict", f"{W}object")
_DOWN, _ACROSS = f"{W}vMerge", f"{W}hMerge"
_SPACE = " \n\t\u00a0\u3000\u200b\ufeff"
_RUN, _TEXT, _SIZE = f"{W}r", f"{W}t", f"{W}rPr/{W}sz"
_USUAL = 21  # half-points; what most reports are set in
_SMALLER = 0.75  # of its neighbour's size, or less, and it is no part of the same number
_MAX_FIGURE = 40  # characters


@dataclass(slots=True, eq=False)
class Tc:
    """A cell while it is read. `ink`: it may show something that is not its text. `place` is its first column, from 0."""

    table: int
    row: int
    place: int
    span: int = 1
    parts: list[str] = field(default_factory=list)
    ink: bool = False


@dataclass(slots=True)
class Table:
    """A table while it is read: its rows as cells with the columns they cover; `above`: what the last row hands down."""

    number: int
    rows: list[list[tuple[Tc, int]]] = field(default_factory=list)
    above: dict[int, Tc] = field(default_factory=dict)


@dataclass(slots=True)
class Walk:
    """What has been seen so far. `plain`: no run of the document has properties that need a look."""

    styles: Styles
    plain: bool
    parts: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    open_tables: list[Table] = field(default_factory=list)
    cell: Tc | None = None
    behind: tuple[str, ...] = ()  # the colours behind the text that is being read, nearest first
    table: Properties = field(default_factory=dict)  # what the table's style says of its text
    paragraph: Properties = field(default_factory=dict)
    fields: list[str] = field(default_factory=list)  # of this paragraph: "code" or "result", innermost last
    notes: dict[str, list[str]] = field(default_factory=dict)
    boxes: list[_Element] = field(default_factory=list)  # text boxes whose anchor is inside a table
    floating: bool = False

    def put(self, text: str) -> None:
        """Print text where the walk is."""
        if self.fields and self.fields[-1] == "code":
            self.ink()
            return
        self.parts.append(text)
        if self.cell is not None:
            self.cell.parts.append(text)

    def ink(self) -> None:
        """The cell that is open may show something that is not its text."""
        if self.cell is not None:
            self.cell.ink = True


def lines(text: str) -> str:
    """The text without empty lines and without the white space at the ends of lines."""
    bare = text.strip(_SPACE)
    if "\n" not in bare:  # nearly every cell
        return bare
    kept = (line.strip(_SPACE) for line in bare.split("\n"))
    return "\n".join(line for line in kept if line)


def is_figure(text: str) -> bool:
    """Whether a cell's text is short and has digits: ink beside it may be another digit."""
    return len(text.strip(_SPACE)) <= _MAX_FIGURE and any(map(str.isdigit, text))


def grids(tables: list[Table], *, floating: bool) -> tuple[Grid, ...]:
    """All tables as grids. `floating`: digits float over the page, and no cell is known to be blank."""
    budget = MAX_CELLS
    found = []
    for table in tables:
        made: dict[int, Cell] = {}
        rows = []
        for row in table.rows:
            budget -= sum(span for _, span in row)
            if budget < 0:
                raise Unreadable("too_large", f"the tables of the document cover more than {MAX_CELLS} cells")
            rows.append(tuple(cell for tc, span in row for cell in (_cell(tc, made, floating),) * span))
        found.append(Grid(Origin("docx", table=table.number), tuple(rows)))
    return tuple(found)


def _cell(tc: Tc, made: dict[int, Cell], floating: bool) -> Cell:
    if (known := made.get(id(tc))) is not None:
        return known
    text = lines("".join(tc.parts))
    if tc.ink and is_figure(text):
        text += UNKNOWN_GLYPH
    origin = Origin("docx", table=tc.table, row=tc.row, column=tc.place + 1)
    made[id(tc)] = Cell(text, origin, closed=bool(text) or not (tc.ink or floating))
    return made[id(tc)]


def is_row_unseen(said: _Element) -> bool:
    """Whether a row (its trPr) is hidden, deleted, or so low that no line of text fits."""
    height = said.find(f"{W}trHeight")
    tight = height is not None and height.get(f"{W}hRule") == "exact" and number(height) < _TIGHT
    gone = (said.find(W + name) for name in ("hidden", "del", "moveFrom"))
    return tight or any(one is not None and one.get(VAL) not in OFF for one in gone)


def number(element: _Element | None) -> int:
    """The number that an element says, within reason; 0 where it says none."""
    value = element.get(VAL, "") if element is not None else ""
    return min(int(value), MAX_SPAN) if value.isdecimal() and len(value) < _DIGITS else 0


def merged_into(said: dict[object, _Element], cell: Tc, table: Table, handed: dict[int, Tc]) -> Tc | None:
    """The cell that this one is a part of. A part of a cell that is not there, or is of another width, is doubtful."""
    down, across = said.get(_DOWN), said.get(_ACROSS)
    if across is not None and across.get(VAL, "continue") == "continue" and table.rows[-1]:
        return table.rows[-1][-1][0]
    if down is None:
        return None
    if down.get(VAL, "continue") != "restart":
        above = table.above.get(cell.place)
        if above is not None and above.span == cell.span:
            handed[cell.place] = above
            return above
        cell.ink = True
    handed[cell.place] = cell
    return None


def holds_note(element: _Element) -> bool:
    """Whether a cell has digits in much smaller type beside others: the mark of a note, or no part of the number."""
    runs = list(element.iter(_RUN))
    if len(runs) < 2:  # noqa: PLR2004 - nearly every cell
        return False
    words = [("".join(text.text or "" for text in run.iter(_TEXT)).strip(), _size_of(run)) for run in runs]
    sizes = [size for word, size in words if word]
    return any(word and size <= _SMALLER * max(sizes) for word, size in words)


def _size_of(run: _Element) -> int:
    """The size that a run gives itself, in half-points."""
    size = run.find(_SIZE)
    return (number(size) if size is not None else 0) or _USUAL


def shows(element: _Element) -> bool:
    """Whether anything is written or drawn in an element."""
    return bool("".join(element.itertext()).strip()) or next(element.iter(*DRAWINGS), None) is not None
