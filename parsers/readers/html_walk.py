"""One walk over a page's tree: its text as shown, its tables cell by cell, and what it keeps out of sight."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from lxml import etree

from parsers.model import Unreadable
from parsers.numbers import UNKNOWN_GLYPH
from parsers.readers.html_cells import MAX_SPAN, Table, Td, is_figure, lines
from parsers.readers.html_colors import BLACK, WHITE, Ground, Ink, too_near
from parsers.readers.html_looks import (
    FAINT,
    HINTED,
    SHRUNK,
    STRUCK,
    TINY,
    UNSEEN,
    Look,
    Looks,
)
from parsers.readers.html_scripts import NOTHING, Filled, holds_table, markup_in
from parsers.readers.html_sizes import is_note
from parsers.readers.html_tree import BREAK, parse_tree

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_ELEMENTS = 300_000
MAX_TABLES = 2_000

_BLOCK, _TABLE, _ROW, _CELL, _LINE, _PRE, _PICTURE, _SILENT = range(1, 9)
_KINDS: dict[Any, int] = {
    **dict.fromkeys(
        re.split(
            " +",
            "address article aside blockquote body caption center dd details dialog div dl dt fieldset figure footer"
            " form h1 h2 h3 h4 h5 h6 header hr li main nav ol p section tbody tfoot thead ul",
        ),
        _BLOCK,
    ),
    **dict.fromkeys(("img", "svg", "object", "embed", "input", "meter", "progress", "math"), _PICTURE),
    **dict.fromkeys(
        re.split(
            " +",
            "script style noscript template textarea xmp select title iframe datalist noframes noembed canvas video"
            " audio",
        ),
        _SILENT,
    ),
    **dict.fromkeys(("td", "th"), _CELL),
    **dict.fromkeys(("pre", "listing"), _PRE),
    "table": _TABLE,
    "tr": _ROW,
    "br": _LINE,
}
_ROLES = {"table": _TABLE, "tr": _ROW, "td": _CELL}
# Silent in themselves, but a browser may show something in their place: such a cell is never known to be blank.
_UNREAD = frozenset(re.split(" +", "textarea select noscript iframe script template xmp canvas video audio"))
# Raised or struck digits are footnote marks or corrections: glued to a number they would make another number.
_MARKED = {
    **dict.fromkeys(("sup", "sub", "small", "rt", "details", "bdo"), "^"),
    **dict.fromkeys(("s", "strike", "del"), "~"),
}
# Whole cells are set in these too, raised by a point: there they are no mark.
_OFTEN_WHOLE = frozenset({"small", "span", "font", "p", "div", "b", "i", "em", "strong", "a", "u", "ins"})
_MARKED_ANYWHERE = frozenset({"sup", "sub", "s", "strike", "del"})


@dataclass(frozen=True, slots=True)
class _State:
    """What the elements around say of the text: why it is not seen, its colour and its ground."""

    reasons: int = 0
    ink: Ink = BLACK
    ground: Ground = WHITE


@dataclass(frozen=True, slots=True)
class Aside:
    """A part of the page with a table that is not shown at first, and where among the parts and tables it stands.

    `sure`: the page itself hides it; else the name of a class only suggests so.
    """

    root: _Element
    part: int
    table: int
    sure: bool


@dataclass(slots=True)
class Walk:
    """What has been seen so far: the page's text, the tables in order of their start, what is open now.

    `everywhere`: doubtful text is marked outside of tables as well.
    """

    looks: Looks
    filled: Filled = NOTHING
    everywhere: bool = False
    parts: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)
    open_tables: list[Table] = field(default_factory=list)
    begins: list[int] = field(default_factory=list)
    open_cells: list[Td | None] = field(default_factory=list)
    state: _State = _State()
    states: list[tuple[_Element, _State]] = field(default_factory=list)
    roles: list[tuple[_Element, int]] = field(default_factory=list)
    pre: int = 0
    count: int = 0

    @property
    def cell(self) -> Td | None:
        """The cell that is open."""
        return self.open_cells[-1] if self.open_cells else None

    def unknown_ink(self) -> None:
        """The cell that is open may show something that is not its text."""
        if cell := self.cell:
            cell.drawn = True
        elif self.everywhere:
            self.parts.append(UNKNOWN_GLYPH)


def walk_tree(root: _Element, walk: Walk, *, shown: bool = False) -> None:
    """Walk over a tree. `shown`: the root itself is taken as shown whatever its styles say."""
    steps = etree.iterwalk(root, events=("start", "end"))
    skipped: _Element | None = None
    for event, element in steps:
        if event == "start":
            if _enter(element, walk, shown=shown and element is root):
                text = element.text
            else:
                skipped, text = element, None
                steps.skip_subtree()
        else:
            if element is skipped:
                skipped = None
            elif (kind := _KINDS.get(element.tag, 0)) or walk.states or walk.roles:
                _end(element, kind, walk)
            text = element.tail if element is not root else None
        if text:
            walk.parts.append(_shown(text, walk) if walk.state.reasons or walk.pre else text)


def _enter(element: _Element, walk: Walk, *, shown: bool) -> bool:
    """Begin an element, if it is shown."""
    walk.count += 1
    if walk.count > MAX_ELEMENTS:
        raise Unreadable("too_large", f"the page has more than {MAX_ELEMENTS} elements")
    tag: Any = element.tag  # always a string: the tree has no comments
    look = walk.looks.of(element, tag)
    kind = _ROLES[look.role] if look.role else _KINDS.get(tag, 0)
    if shown:
        look = replace(look, unseen=0, maybe_gone=False)
    elif (kind == _SILENT or look.hides) and _passes_by(element, kind, look, walk):
        return False
    if kind or not look.quiet or tag in _MARKED or tag == "a":
        _start(element, tag, kind, look, walk)
    return True


def _passes_by(element: _Element, kind: int, look: Look, walk: Walk) -> bool:
    """Whether an element is not shown; what has a table is kept aside."""
    if kind == _SILENT:
        _keep_markup(element, walk)
        if element.tag in _UNREAD:
            walk.unknown_ink()
        return True
    if kind != _CELL and (kind == _TABLE or next(element.iter("table"), None) is not None):
        if walk.cell and "".join(element.itertext()).strip():
            walk.unknown_ink()
        sure = look.gone or not look.maybe_gone
        walk.asides.append(Aside(element, len(walk.parts), len(walk.tables), sure))
        return True
    if look.gone and kind != _CELL and "".join(element.itertext()).strip():
        walk.unknown_ink()
    return look.gone


def _keep_markup(element: _Element, walk: Walk) -> None:
    """Some systems put the article's markup in a textarea or in a script, and let a script show it."""
    tag = element.tag
    if tag in {"template", "noscript"}:
        if next(element.iter("table"), None) is not None:
            walk.asides.append(Aside(element, len(walk.parts), len(walk.tables), sure=True))
        return
    if tag not in {"script", "textarea", "xmp", "iframe"}:
        return
    text = (element.get("srcdoc") if tag == "iframe" else element.text) or ""
    if holds_table(text) and (markup := markup_in(text, script=tag == "script")).strip():
        walk.asides.append(Aside(parse_tree(markup), len(walk.parts), len(walk.tables), sure=True))


def _start(element: _Element, tag: str, kind: int, look: Look, walk: Walk) -> None:
    if kind:
        if kind <= _PRE:
            walk.parts.append(BREAK)
        if kind == _TABLE:
            _open_table(walk)
    if walk.cell and (look.size or tag == "a") and is_note(element, walk.cell, walk.looks):
        walk.parts.append("^")
    if look.special or tag in _MARKED:
        _push(element, tag, kind, look, walk)
    if kind > _BLOCK:
        _open(element, kind, look, walk)
    if look.drawn or (
        walk.filled is not NOTHING and look.names and walk.cell and walk.filled.has(look.names)
    ):
        walk.unknown_ink()


def _open(element: _Element, kind: int, look: Look, walk: Walk) -> None:
    """Open a row, a cell or preformatted text; a picture may be a digit."""
    if kind == _ROW and walk.open_tables:
        walk.open_tables[-1].append([])
    elif kind == _CELL and walk.open_tables:
        _open_cell(element, look, walk)
    elif kind == _PICTURE:
        walk.unknown_ink()
    elif kind == _PRE:
        walk.pre += 1
    if look.role:
        walk.roles.append((element, kind))


def _push(element: _Element, tag: str, kind: int, look: Look, walk: Walk) -> None:
    """What the element says of all text in it; or the mark before its own words, if it stands in a line."""
    state = walk.state
    same_ink = look.ink is None or look.ink == state.ink
    if (
        not look.doubts
        and not state.reasons
        and same_ink
        and look.ground in {None, state.ground}
        and tag not in _MARKED
    ):
        return
    reasons = (state.reasons & ~look.seen & ~FAINT) | look.unseen
    whole = kind in {_TABLE, _ROW, _CELL, _BLOCK}
    if look.unseen & TINY and whole and kind != _CELL:
        reasons = (reasons & ~TINY) | SHRUNK
    mark = _MARKED.get(tag, "") or look.mark
    if mark == "~" and (whole or walk.cell is None):
        reasons |= STRUCK
    elif mark and (walk.cell or walk.everywhere or tag in _MARKED_ANYWHERE):
        walk.parts.append(_own_mark(element, tag, mark, walk))
    if (look.turned or look.maybe_gone) and (walk.cell or walk.everywhere or kind in {_ROW, _CELL}):
        reasons |= HINTED
    ink, ground = look.ink or state.ink, look.ground or state.ground
    if too_near(ink, ground):
        reasons |= FAINT
    new = _State(reasons, ink, ground)
    if new != state:
        walk.states.append((element, state))
        walk.state = new


def _own_mark(element: _Element, tag: str, mark: str, walk: Walk) -> str:
    """The mark before words that are raised, small or struck, and so no part of the figure beside them."""
    if tag not in _MARKED and tag not in _OFTEN_WHOLE:
        return ""
    if not (words := "".join(element.itertext()).strip()):
        return ""
    cell = walk.cell
    whole = cell is not None and tag in _OFTEN_WHOLE and mark == "^" and words == cell.words
    return "" if whole else mark


def _open_table(walk: Walk) -> None:
    walk.unknown_ink()
    if len(walk.tables) >= MAX_TABLES:
        raise Unreadable("too_large", f"the page has more than {MAX_TABLES} tables")
    walk.tables.append([])
    walk.begins.append(len(walk.parts))
    walk.open_tables.append(walk.tables[-1])
    walk.open_cells.append(None)  # a nested table's text is not the text of the cell around it


def _open_cell(element: _Element, look: Look, walk: Walk) -> None:
    table = walk.open_tables[-1]
    if not table:
        table.append([])
    cell = Td(
        min(look.rows or MAX_SPAN, MAX_SPAN), min(look.columns or 1, MAX_SPAN), element, len(walk.parts)
    )
    table[-1].append(cell)
    walk.open_cells.append(cell)


def _end(element: _Element, kind: int, walk: Walk) -> None:
    if walk.roles and walk.roles[-1][0] is element:
        kind = walk.roles.pop()[1]
    if walk.states and walk.states[-1][0] is element:
        walk.state = walk.states.pop()[1]
    if kind > _BLOCK:
        _close(kind, walk)
    if kind and kind <= _PRE and kind != _LINE:
        walk.parts.append(BREAK)


def _close(kind: int, walk: Walk) -> None:
    if kind == _CELL and (cell := walk.cell):
        walk.open_cells.pop()
        cell.text = lines(_own_parts(cell, walk.parts))
        cell.drawn = cell.drawn or walk.filled.any_cell
    elif kind == _TABLE and walk.open_tables:
        walk.open_tables.pop()
        while walk.open_cells and walk.open_cells.pop() is not None:
            pass
        begin = walk.begins.pop()
        if around := walk.cell:
            around.nested.append((begin, len(walk.parts)))
    elif kind == _PRE:
        walk.pre -= 1


def _own_parts(cell: Td, parts: list[str]) -> list[str]:
    """The parts of a cell without those of the tables in it."""
    own: list[str] = []
    begin = cell.begin
    for first, end in cell.nested:
        own += parts[begin:first]
        begin = end
    return own + parts[begin:]


def _shown(text: str, walk: Walk) -> str:
    if walk.state.reasons:
        text = _doubted(text, walk.state.reasons, walk)
    return text.replace("\n", BREAK) if walk.pre else text


def _doubted(text: str, reasons: int, walk: Walk) -> str:
    """Text as it is seen: left out where it is not, and marked where it is a figure that may not be."""
    if not text.strip():
        return text
    if reasons & UNSEEN:
        walk.unknown_ink()
        return ""
    if is_figure(text) and (walk.cell or walk.everywhere):
        return ("~" if reasons & STRUCK else "^") + text
    return text
