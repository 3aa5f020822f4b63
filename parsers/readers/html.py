"""Web pages: every visible table as a grid and the whole visible text, in one walk over the tree."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from parsers.model import Cell, Grid, Origin, Reading, Unreadable
from parsers.numbers import UNKNOWN_GLYPH
from parsers.readers.charset import decode
from parsers.readers.html_tree import parse_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

READER = "html"
MAX_BYTES = 20_000_000
# A report has about 400 cells; a hostile page multiplies spans (65534 x 1000) until memory is gone.
MAX_CELLS = 60_000
MAX_SPAN = 1_000
MAX_TABLES = 2_000

_SILENT = frozenset(
    {"script", "style", "noscript", "template", "textarea", "xmp", "select", "title", "iframe"}
)
_BLOCKS = frozenset(
    re.split(
        " +",
        "address article aside blockquote body caption center dd details dialog div dl dt fieldset figure footer form"
        " h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody td tfoot th thead tr ul",
    )
)
_PICTURES = frozenset({"img", "svg", "object", "canvas", "embed", "input", "video", "meter", "progress"})
# What a browser may show in the cell though its text is not the cell's: such a cell is never known to be blank.
_UNREAD = frozenset({"textarea", "select", "noscript", "iframe", "script", "template", "xmp"})
# Raised or struck digits are footnote marks or corrections: glued to a number they would make another number.
_MARKED = {
    **dict.fromkeys(("sup", "sub", "small", "rt", "details", "bdo"), "^"),
    **dict.fromkeys(("s", "strike", "del"), "~"),
}
_RAISED = re.compile(
    r"vertical-align\s*:\s*(?:super|sub\b|text-top|text-bottom|-?[\d.]*[1-9])"
    r"|position\s*:\s*relative[^{}]*?\b(?:top|bottom)\s*:\s*-?[\d.]*[1-9]"
    r"|\b(?:top|bottom)\s*:\s*-?[\d.]*[1-9][^{}]*?position\s*:\s*relative",
    re.IGNORECASE,
)
_STRUCK = re.compile(r"line-through", re.IGNORECASE)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    r"|(?<![\w-])font-size\s*:\s*0(?![.\d])|(?<![\w-])opacity\s*:\s*0(?![.\d])"
    r"|(?<![\w-])(?:left|top|text-indent)\s*:\s*-\d{3,}",
    re.IGNORECASE,
)
# A selector that is one class or one id; anything more intricate is beyond a reader.
_SELECTOR = re.compile(r"[a-z]*([.#][\w-]+)", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# Whole cells are set in these too, raised by a point: there they are no mark.
_OFTEN_WHOLE = frozenset({"small", "span", "font", "p", "div", "b", "i", "em", "strong", "a", "u", "ins"})
_MARKED_ANYWHERE = frozenset({"sup", "sub", "s", "strike", "del"})
_MAX_FIGURE = 40  # characters
_MAX_STYLE = 2_000
_MAX_SHEET = 200_000
_SPACE = re.compile(r"[ \t\r\n\f]+")
_LEADING_INTEGER = re.compile(r"\s*\+?(\d+)")


@dataclass(slots=True)
class _Td:
    rows: int
    columns: int
    words: str = ""
    parts: list[str] = field(default_factory=list)
    picture: bool = False


@dataclass(slots=True)
class _Walk:
    """What has been seen so far: the page's text, the tables in order of their start, what is open now."""

    hidden_too: bool
    styles: dict[str, str] = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)
    tables: list[list[list[_Td]]] = field(default_factory=list)
    open_tables: list[list[list[_Td]]] = field(default_factory=list)
    open_cells: list[_Td | None] = field(default_factory=list)


def read(body: bytes, *, hidden_too: bool = False) -> Reading:
    """Read a page. `hidden_too` also reads what is hidden at load or kept as escaped markup in a textarea."""
    if len(body) > MAX_BYTES:
        message = f"the page has {len(body)} bytes; more than {MAX_BYTES} are not read"
        raise Unreadable("too_large", message)
    root = parse_tree(decode(body))
    walk = _Walk(hidden_too, _styles(root))
    _walk(root, walk)
    budget = MAX_CELLS
    grids = []
    for number, table in enumerate(walk.tables, 1):
        grid = _expand(table, number, budget)
        budget -= sum(map(len, grid.rows))
        grids.append(grid)
    return Reading(READER, tuple(grids), _lines(walk.parts), _title(root))


def read_hidden(body: bytes) -> Reading:
    """Read a page with what is hidden at load or kept as escaped markup in a textarea."""
    return read(body, hidden_too=True)


def _walk(root: _Element, walk: _Walk) -> None:
    steps = etree.iterwalk(root, events=("start", "end"))
    skipped: _Element | None = None
    for event, element in steps:
        tag = element.tag
        if not isinstance(tag, str):
            continue
        if event == "start":
            if _invisible(element, tag, walk):
                skipped = element
                steps.skip_subtree()
            else:
                _start(element, tag, walk)
        else:
            if element is skipped:
                skipped = None
            else:
                _end(tag, walk)
            if element.tail and element is not root:
                _emit(element.tail, walk)


def _styles(root: _Element) -> dict[str, str]:
    """What the page's own style sheets say of a class (".name") or an id ("#name") by itself."""
    found: dict[str, str] = {}
    for sheet in root.iter("style"):
        for selectors, rules in _rules("".join(sheet.itertext())[:_MAX_SHEET]):
            if _RAISED.search(rules) or _STRUCK.search(rules) or _HIDDEN.search(rules):
                for selector in selectors.split(","):
                    if match := _SELECTOR.fullmatch(selector.strip()):
                        found[match[1]] = f"{found.get(match[1], '')};{rules}"
    return found


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Selectors with their rules; what stands inside @media and the like is left out."""
    depth, selectors = 0, ""
    for piece in re.split("([{}])", _COMMENT.sub("", sheet)):
        if piece in {"{", "}"}:
            depth = depth + 1 if piece == "{" else max(0, depth - 1)
        elif depth == 0:
            selectors = piece
        elif depth == 1:
            yield selectors, piece[:_MAX_STYLE]


def _style(element: _Element, walk: _Walk) -> str:
    """The styles of an element: its own, and the page's for its classes and its id."""
    own = (element.get("style") or "")[:_MAX_STYLE]
    if not walk.styles:
        return own
    names = [f".{name}" for name in (element.get("class") or "").split()]
    names.append(f"#{element.get('id')}")
    return ";".join([own, *(walk.styles[name] for name in names if name in walk.styles)])[: 2 * _MAX_STYLE]


def _invisible(element: _Element, tag: str, walk: _Walk) -> bool:
    if tag in _SILENT:
        if tag in _UNREAD:
            _unknown_ink(walk)
        if walk.hidden_too and tag in {"textarea", "xmp", "template", "script"}:
            _escaped(element, walk)
        return True
    if walk.hidden_too:
        return False
    hidden = element.get("hidden") is not None or bool(_HIDDEN.search(_style(element, walk)))
    if hidden and tag not in {"td", "th"} and "".join(element.itertext()).strip():
        _unknown_ink(walk)
    return hidden


def _unknown_ink(walk: _Walk) -> None:
    """The cell that is open may show something that is not its text."""
    if walk.open_cells and (cell := walk.open_cells[-1]):
        cell.picture = True


def _mark(element: _Element, tag: str, walk: _Walk) -> str:
    """The mark before words that are raised, small or struck, and so no part of the figure beside them."""
    cell = walk.open_cells[-1] if walk.open_cells else None
    if cell is None and tag not in _MARKED_ANYWHERE:
        return ""
    mark = _MARKED.get(tag, "")
    if not mark and tag in _OFTEN_WHOLE and (style := _style(element, walk)):
        mark = "~" if _STRUCK.search(style) else "^" if _RAISED.search(style) else ""
    if not mark or not (words := "".join(element.itertext()).strip()):
        return ""
    whole = cell is not None and tag in _OFTEN_WHOLE and mark == "^" and words == cell.words
    return "" if whole else mark


def _escaped(element: _Element, walk: _Walk) -> None:
    """Some systems put the article's markup in a textarea and let a script show it."""
    markup = "".join(element.itertext())
    if "<table" in markup.lower():
        _walk(parse_tree(markup), walk)


def _start(element: _Element, tag: str, walk: _Walk) -> None:
    if tag in _BLOCKS or tag == "br":
        _put("\n", walk)
    if tag == "table":
        _open_table(walk)
    elif tag == "tr" and walk.open_tables:
        walk.open_tables[-1].append([])
    elif tag in {"td", "th"} and walk.open_tables:
        _open_cell(element, walk)
    elif mark := _mark(element, tag, walk):
        _put(mark, walk)
    elif tag in _PICTURES:
        _unknown_ink(walk)
    if element.text:
        _emit(element.text, walk)


def _open_table(walk: _Walk) -> None:
    _unknown_ink(walk)
    if len(walk.tables) >= MAX_TABLES:
        raise Unreadable("too_large", f"the page has more than {MAX_TABLES} tables")
    walk.tables.append([])
    walk.open_tables.append(walk.tables[-1])
    walk.open_cells.append(None)  # a nested table's text is not the text of the cell around it


def _open_cell(element: _Element, walk: _Walk) -> None:
    table = walk.open_tables[-1]
    if not table:
        table.append([])
    cell = _Td(_span(element.get("rowspan"), zero=MAX_SPAN), _span(element.get("colspan"), zero=1))
    cell.words = "".join(element.itertext()).strip()
    table[-1].append(cell)
    walk.open_cells.append(cell)
    if cell.words and _STRUCK.search(_style(element, walk)):
        _put("~", walk)


def _span(written: str | None, zero: int) -> int:
    """As browsers read it: leading digits, anything else is 1. `zero` is what 0 means ("to the end" for rows)."""
    match = _LEADING_INTEGER.match(written or "1")
    span = int(match[1][:6]) if match else 1
    return min(span or zero, MAX_SPAN)


def _end(tag: str, walk: _Walk) -> None:
    if tag in {"td", "th"} and walk.open_cells and walk.open_cells[-1] is not None:
        walk.open_cells.pop()
    elif tag == "table" and walk.open_tables:
        walk.open_tables.pop()
        while walk.open_cells and walk.open_cells.pop() is not None:
            pass
    if tag in _BLOCKS:
        _put("\n", walk)


def _emit(text: str, walk: _Walk) -> None:
    _put(_SPACE.sub(" ", text), walk)


def _put(text: str, walk: _Walk) -> None:
    walk.parts.append(text)
    if walk.open_cells and (cell := walk.open_cells[-1]):
        cell.parts.append(text)


def _lines(parts: list[str]) -> str:
    lines = (line.strip(" \u00a0\u3000\u200b\ufeff") for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _expand(table: list[list[_Td]], number: int, budget: int) -> Grid:
    """Lay the cells out as a browser does, a merged cell at every place that it covers."""
    hanging: dict[int, tuple[int, Cell]] = {}
    rows = []
    for row_number, tds in enumerate(table, 1):
        row = {column: cell for column, (_, cell) in hanging.items()}
        hanging = {column: (left - 1, cell) for column, (left, cell) in hanging.items() if left > 1}
        column = 0
        for td in tds:
            while column in row:
                column += 1
            origin = Origin("html", table=number, row=row_number, column=column + 1)
            cell = _cell(td, origin)
            for place in range(column, column + td.columns):
                if place not in row:
                    row[place] = cell
                    if td.rows > 1:
                        hanging[place] = (td.rows - 1, cell)
            column += td.columns
            if len(row) > budget:
                raise Unreadable("too_large", f"table {number} covers more than {MAX_CELLS} cells")
        budget -= len(row)
        rows.append(tuple(row[place] for place in sorted(row)))
    return Grid(Origin("html", table=number), tuple(rows))


def _cell(td: _Td, origin: Origin) -> Cell:
    """The cell as read; a picture beside digits may be a digit."""
    text = _lines(td.parts)
    if td.picture and len(text) <= _MAX_FIGURE and any(map(str.isdigit, text)):
        text += UNKNOWN_GLYPH
    return Cell(text, origin, closed=bool(text) or not td.picture)


def _title(root: _Element) -> str | None:
    for meta in root.iter("meta"):
        if (meta.get("name") or "").lower() == "articletitle" and (meta.get("content") or "").strip():
            return (meta.get("content") or "").strip()
    title = root.find(".//title")
    text = "".join(title.itertext()).strip() if title is not None else ""
    return text or None
