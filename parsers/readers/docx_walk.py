"""One walk over the body of a Word document: what is printed, and in which cell.

Every element is known to be text, to hold text, or to leave no ink; of anything else nobody can say what it prints,
and the cell that it stands in is doubtful. Source: ECMA-376 part 1, 17.3 (paragraphs), 17.4 (tables), 17.13 (changes).
libxml2 allows 256 levels: the walk may call itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers.model import Unreadable
from parsers.numbers import UNKNOWN_GLYPH
from parsers.readers.docx_styles import VAL, Properties, W, fill_of, is_unseen, properties
from parsers.readers.docx_tables import (
    DRAWINGS,
    MAX_SPAN,
    MAX_TABLES,
    Table,
    Tc,
    Walk,
    holds_note,
    is_figure,
    is_row_unseen,
    merged_into,
    number,
    shows,
)
from parsers.readers.package import unwrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml.etree import _Element

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# Content controls and the like, in which rows and cells may stand.
_WRAPPERS = frozenset(W + name for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"))
# What every Word since 2010 understands: of two versions of a drawing it shows the one that asks for these.
_UNDERSTOOD = frozenset(
    {"wps", "wpg", "wpc", "wpi", "wp14", "w14", "w15", "w16se", "a14", "cx", "cx1", "am3d"}
)
_PRINTED = {
    "tab": "\t",
    "ptab": "\t",
    "br": "\n",
    "cr": "\n",
    "noBreakHyphen": "-",
    "softHyphen": "",
    "sym": UNKNOWN_GLYPH,
}
_HOLDERS = ("hyperlink", "ins", "moveTo", "smartTag", "customXml", "fldSimple", "sdtContent")
_SILENT = re.split(
    " ",
    "pPr rPr tcPr trPr tblPr tblGrid tblPrEx sectPr sdtPr sdtEndPr smartTagPr customXmlPr instrText delInstrText delText"
    " bookmarkStart bookmarkEnd proofErr permStart permEnd commentRangeStart commentRangeEnd commentReference"
    " lastRenderedPageBreak footnoteRef endnoteRef annotationRef separator continuationSeparator moveFromRangeStart"
    " moveFromRangeEnd moveToRangeStart moveToRangeEnd customXmlInsRangeStart customXmlInsRangeEnd"
    " customXmlDelRangeStart customXmlDelRangeEnd customXmlMoveFromRangeStart customXmlMoveFromRangeEnd"
    " customXmlMoveToRangeStart customXmlMoveToRangeEnd",
)
_JOINING = (
    "del",
    "moveFrom",
    "vanish",
    "specVanish",
)  # of a paragraph's mark: the next paragraph follows at once
_FEW = 20  # characters: a text box with no more, some of them digits, may lie over a cell


def walk_blocks(container: _Element, walk: Walk) -> None:
    """Walk over everything in a container: a body, a cell, a text box, a note."""
    for child in container:
        handle = _HANDLERS.get(child.tag, _unknown)
        handle(child, walk)


def _nothing(_: _Element, __: Walk) -> None:
    """An element without ink."""


def _unknown(_: _Element, walk: Walk) -> None:
    walk.ink()


def _text(element: _Element, walk: Walk) -> None:
    if element.text:
        walk.put(element.text)
    if len(element):  # no honest program writes anything inside a text
        walk.ink()


def _prints(text: str) -> Callable[[_Element, Walk], None]:
    def put(_: _Element, walk: Walk) -> None:
        walk.put(text)

    return put


def _paragraph(element: _Element, walk: Walk) -> None:
    walk.put("\n")
    before, walk.fields = walk.fields, []
    first = next(iter(element), None)
    said = first if first is not None and first.tag == _P_PR else None
    walk.paragraph = _of_paragraph(said, walk)
    walk_blocks(element, walk)
    if "code" in walk.fields:  # a field without a result prints what only Word can work out
        walk.ink()
    walk.fields = before
    walk.put("\n")


def _of_paragraph(said: _Element | None, walk: Walk) -> Properties:
    """What a paragraph says of its runs; one with an automatic number, in a frame, or joined to the next is told."""
    style = next(said.iterchildren(_P_STYLE), None) if said is not None else None
    name = style.get(VAL, "") if style is not None else walk.styles.default
    styled = {**walk.styles.always, **walk.table, **walk.styles.of(name)}
    if said is not None and not walk.plain:
        styled |= properties(said)
        mark = said.find(f"{W}rPr")
        joined = mark is not None and any(mark.find(W + gone) is not None for gone in _JOINING)
        if joined or said.find(f"{W}framePr") is not None:
            walk.ink()
    if not styled:
        return styled
    if styled.get("numbered"):
        walk.ink()
    return {name: said for name, said in styled.items() if said}


def _run(element: _Element, walk: Walk) -> None:
    if walk.plain and not walk.paragraph:
        walk_blocks(element, walk)
        return
    said = element.find(f"{W}rPr")
    style = said.find(f"{W}rStyle") if said is not None else None
    named = walk.styles.of(style.get(VAL, "")) if style is not None else {}
    shown = {**walk.paragraph, **named, **properties(said)}
    words = "".join(
        text for child in element.iter(f"{W}t", f"{W}sym") for text in (child.text or "x",)
    ).strip()
    if shown.get("hidden"):
        if words:
            walk.ink()
        return
    if words:
        _mark(shown, walk)
    walk_blocks(element, walk)


def _mark(shown: Properties, walk: Walk) -> None:
    """The mark before words that are struck or raised, and so no part of the figure beside them."""
    if shown.get("struck") or shown.get("struck twice"):
        walk.put("~")
    elif shown.get("raised") or shown.get("shifted") or shown.get("backwards"):
        walk.put("^")
    if shown.get("symbols") or is_unseen(shown, walk.behind):
        walk.ink()


def _field(element: _Element, walk: Walk) -> None:
    match element.get(f"{W}fldCharType"):
        case "begin":
            walk.fields.append("code")
        case "separate" if walk.fields:
            walk.fields[-1] = "result"
        case "end" if walk.fields and walk.fields.pop() == "code":
            walk.ink()


def _reference(kind: str) -> Callable[[_Element, Walk], None]:
    def refer(element: _Element, walk: Walk) -> None:
        known = walk.notes.setdefault(kind, [])
        number = element.get(f"{W}id", "")
        if number not in known:
            known.append(number)
        walk.put(f"^{known.index(number) + 1}")

    return refer


def _changed(element: _Element, walk: Walk) -> None:
    """Words that were deleted or moved away: not printed, but some programs show them struck."""
    if any((text.text or "").strip() for text in element.iter(f"{W}delText", f"{W}t")):
        walk.ink()


def _controlled(element: _Element, walk: Walk) -> None:
    """A content control. One that is bound to data shows the data, whatever is written here."""
    if element.find(f"{W}sdtPr/{W}dataBinding") is not None:
        walk.ink()
    for content in element.iterchildren(f"{W}sdtContent"):
        walk_blocks(content, walk)


def _directed(element: _Element, walk: Walk) -> None:
    if element.get(VAL) == "rtl":
        walk.put("^")
    walk_blocks(element, walk)


def _alternatives(element: _Element, walk: Walk) -> None:
    """Two versions of the same: the first that Word understands is shown, and no other."""
    versions = [*element.iterchildren(f"{_MC}Choice"), *element.iterchildren(f"{_MC}Fallback")]
    words = {"".join("".join(version.itertext()).split()) for version in versions}
    if len(words) > 1:
        walk.ink()
    for version in versions:
        if set((version.get("Requires") or "").split()) <= _UNDERSTOOD:
            walk_blocks(version, walk)
            return


def _drawing(element: _Element, walk: Walk) -> None:
    """A picture, a chart, an object: ink that is no text, but for the text boxes in it."""
    walk.ink()
    for box in _text_boxes(element):
        if walk.open_tables:
            walk.boxes.append(box)
        else:
            _text_box(box, walk)


def _text_boxes(element: _Element) -> Iterator[_Element]:
    for child in element:
        if child.tag == f"{W}txbxContent":
            yield child
        elif child.tag == f"{_MC}AlternateContent":
            yield from _text_boxes(child[0])
        else:
            yield from _text_boxes(child)


def _text_box(box: _Element, walk: Walk) -> None:
    words = "".join(box.itertext()).strip()
    if len(words) <= _FEW and any(map(str.isdigit, words)):
        walk.floating = True
    before = walk.cell, walk.paragraph, walk.fields, walk.behind
    walk.cell, walk.fields, walk.behind = None, [], ()
    walk.put("\n")
    walk_blocks(box, walk)
    walk.put("\n")
    walk.cell, walk.paragraph, walk.fields, walk.behind = before


def _table(element: _Element, walk: Walk) -> None:
    walk.ink()
    if len(walk.tables) >= MAX_TABLES:
        raise Unreadable("too_large", f"the document has more than {MAX_TABLES} tables")
    table = Table(len(walk.tables) + 1)
    walk.tables.append(table)
    walk.open_tables.append(table)
    before = walk.cell, walk.paragraph, walk.fields, walk.behind, walk.table
    walk.cell, walk.fields = None, []
    style, painted = element.find(f"{W}tblPr/{W}tblStyle"), element.find(f"{W}tblPr/{W}shd")
    walk.table = walk.styles.of(style.get(VAL, "")) if style is not None else {}
    walk.behind = (*((fill_of(painted),) if painted is not None else ()), *walk.behind)
    for row in unwrapped(element, f"{W}tr", _WRAPPERS):
        _row(row, table, walk)
    walk.open_tables.pop()
    if not walk.open_tables:
        boxes, walk.boxes = walk.boxes, []
        for box in boxes:
            _text_box(box, walk)
    walk.cell, walk.paragraph, walk.fields, walk.behind, walk.table = before
    walk.put("\n")


def _row(element: _Element, table: Table, walk: Walk) -> None:
    """A row. One that is hidden, deleted or lower than a line of text is kept, but nothing in it is sure."""
    row: list[tuple[Tc, int]] = []
    table.rows.append(row)
    said = element.find(f"{W}trPr")
    place = number(said.find(f"{W}gridBefore")) if said is not None else 0
    if place:
        row.append((Tc(table.number, len(table.rows), 0, place, ink=True), place))
    handed: dict[int, Tc] = {}
    for tc in unwrapped(element, f"{W}tc", _WRAPPERS):
        if place > MAX_SPAN:
            raise Unreadable("too_large", f"a row of table {table.number} spans more than {MAX_SPAN} columns")
        place += _cell(tc, place, table, handed, walk)
    table.above = handed
    if said is not None and is_row_unseen(said):
        for cell, _ in row:
            cell.ink = True


def _cell(element: _Element, place: int, table: Table, handed: dict[int, Tc], walk: Walk) -> int:
    """A cell, or more of the one above or before it; returns how many columns it covers."""
    cell = Tc(table.number, len(table.rows), place)
    before = walk.cell, walk.behind
    into: Tc | None = None
    first = next(iter(element), None)
    if first is not None and first.tag == _TC_PR:
        said: dict[object, _Element] = {child.tag: child for child in first}
        cell.span = max(1, number(said.get(_GRID_SPAN)))
        into = merged_into(said, cell, table, handed)
        cell.ink = cell.ink or not _CELL_CHANGES.isdisjoint(said)
        if _SHD in said:
            walk.behind = (fill_of(said[_SHD]), *walk.behind)
    table.rows[-1].append((into or cell, cell.span))
    if into is not None:
        into.ink = into.ink or shows(
            element
        )  # what is under a merged cell is not shown, or not by every program
    else:
        walk.cell = cell
        walk.put("\n")
        walk_blocks(element, walk)
        if is_figure("".join(cell.parts)) and (cell.ink or holds_note(element)):
            cell.ink = True
            _put_last(UNKNOWN_GLYPH, walk.parts)
        walk.put("\n")
    walk.cell, walk.behind = before
    return cell.span


def _put_last(text: str, parts: list[str]) -> None:
    """Put text behind the last words, before the ends of their lines: the text says what its cell will say."""
    ends = 0
    while ends < len(parts) and not parts[-1 - ends].strip():
        ends += 1
    parts.insert(len(parts) - ends, text)


_TC_PR, _GRID_SPAN, _SHD, _P_PR = f"{W}tcPr", f"{W}gridSpan", f"{W}shd", f"{W}pPr"
_P_STYLE = f"{W}pStyle"
_CELL_CHANGES = frozenset({f"{W}cellIns", f"{W}cellDel", f"{W}cellMerge"})
_HANDLERS: dict[object, Callable[[_Element, Walk], None]] = {
    f"{W}p": _paragraph,
    f"{W}r": _run,
    f"{W}t": _text,
    f"{W}tbl": _table,
    f"{W}sdt": _controlled,
    f"{W}fldChar": _field,
    f"{W}footnoteReference": _reference("footnotes"),
    f"{W}endnoteReference": _reference("endnotes"),
    f"{W}del": _changed,
    f"{W}moveFrom": _changed,
    f"{W}dir": _directed,
    f"{W}bdo": _directed,
    f"{_MC}AlternateContent": _alternatives,
    **dict.fromkeys(DRAWINGS, _drawing),
    **{W + name: _prints(text) for name, text in _PRINTED.items()},
    **dict.fromkeys((W + name for name in _HOLDERS), walk_blocks),
    **dict.fromkeys((W + name for name in _SILENT), _nothing),
}
