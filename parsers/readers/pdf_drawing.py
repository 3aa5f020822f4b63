"""What is drawn on a PDF page besides text: candidates for ruling lines, filled boxes, and other ink.

Every producer rules its tables in its own way: strokes, thin filled rectangles, cells painted over a dark
ground, rows of dots. All come out as level and upright line pieces in the space of the displayed page.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from parsers.model import Unreadable
from parsers.readers import pdf_calls as calls
from parsers.readers.pdf_file import MAX_PAGE_OBJECTS
from parsers.readers.pdf_view import View, bounds_of, combined, moved, point_moved, turned, view_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from parsers.model import Box
    from parsers.readers.pdf_view import Handle, Matrix

Color = tuple[int, int, int]  # red, green, blue, each to 255
Piece = tuple[float, float, float]  # where it lies across its direction, where it begins, where it ends

THIN = 2.6  # points: a drawn box no thicker than this is a line
MAX_SEGMENTS = 40_000  # of one path: beyond it the path is a picture, not a table
MAX_SLANTS = 2_000  # of one page: beyond it they are a picture
MAX_COVERS = 1_000  # of one page: boxes painted after text
MAX_GROUNDS = 64  # colors of one page
MAX_DEPTH = 8
_PAGE_SHARE = 0.97  # a box that fills this share of the page is its ground
_STRAIGHT = 0.3  # points a ruled line may lean
_TEXT = int(pdfium.FPDF_PAGEOBJ_TEXT)
_LINK, _POPUP = 2, 16
_RECTANGLE = (4, 5)  # points of a subpath that is a rectangle, left open or closed


@dataclass(slots=True)
class Drawing:
    """Line pieces, dots, fat fills and other ink of one page, in displayed points.

    `level` holds (y, left, right), `upright` (x, top, bottom), `slants` the ends of lines that lean. `forms` gives
    the matrix of text objects that stand inside form XObjects, by address; `order` when each text object is painted.
    `covers` are what is painted over text, with its own time; `grounds` the colors of fat fills; `notes` the boxes of annotations. `translucent` says
    that something is painted so that what lies under it, or it itself, may be seen or not.
    """

    level: list[Piece] = field(default_factory=list)
    upright: list[Piece] = field(default_factory=list)
    slants: list[Box] = field(default_factory=list)
    dots: list[Box] = field(default_factory=list)
    fills: list[Box] = field(default_factory=list)
    ink: list[Box] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    notes: list[Box] = field(default_factory=list)
    covers: list[tuple[int, Box]] = field(default_factory=list)
    grounds: set[Color] = field(default_factory=set)
    forms: dict[int, Matrix] = field(default_factory=dict)
    order: dict[int, int] = field(default_factory=dict)
    translucent: bool = False

    def add_line_or(self, box: Box, others: list[Box]) -> None:
        """A thin box becomes a line piece, a tiny one a dot; any other goes to `others`."""
        left, top, right, bottom = box
        width, height = right - left, bottom - top
        if width <= THIN and height <= THIN:
            self.dots.append(box)
        elif height <= THIN:
            self.level.append(((top + bottom) / 2, left, right))
        elif width <= THIN:
            self.upright.append(((left + right) / 2, top, bottom))
        else:
            others.append(box)

    def turn(self, turns: int, view: View) -> None:
        """Turn everything by quarter turns clockwise, for a page whose text is sideways."""
        thin = [(left, y, right, y) for y, left, right in self.level]
        thin += [(x, top, x, bottom) for x, top, bottom in self.upright]
        self.level.clear()
        self.upright.clear()
        for boxes in (thin, self.dots, self.fills, self.ink, self.pictures, self.notes, self.slants):
            boxes[:] = [turned(box, turns, view.width, view.height) for box in boxes]
        for left, top, right, bottom in thin:
            if right - left >= bottom - top:
                self.level.append((top, left, right))
            else:
                self.upright.append((left, top, bottom))


def drawing_of(page: Handle, number: int) -> Drawing:
    """Everything drawn on a loaded page; raises Unreadable too_large beyond MAX_PAGE_OBJECTS."""
    collector = _Collector(Drawing(), view_of(page), number)
    collector.collect_page(page)
    return collector.drawing


class _Collector:
    def __init__(self, drawing: Drawing, view: View, number: int) -> None:
        self.drawing = drawing
        self._view = view
        self._number = number
        self._four = calls.Floats(4)
        self._bounds, self._corners = calls.bounds_into, self._four.addresses
        self._fill, self._stroke = ctypes.c_int(), ctypes.c_int()
        self._color = (ctypes.c_uint * 4)()
        start = ctypes.addressof(self._color)
        self._channels = tuple(start + 4 * number for number in range(4))
        self._seen = 0
        self._time = 0

    def collect_page(self, page: Handle) -> None:
        address = calls.address_of(page)
        self._add_all(calls.page_object, address, pdfium.FPDFPage_CountObjects(page), None, 0)
        self._add_annotations(page)

    def _counted(self, count: int) -> int:
        self._seen += max(0, count)
        if self._seen > MAX_PAGE_OBJECTS:
            raise Unreadable(
                "too_large",
                f"Page {self._number} of the PDF draws more than {MAX_PAGE_OBJECTS:,} objects.",
            )
        return max(0, count)

    def _add_all(
        self, get: Callable[[int, int], int], parent: int, count: int, matrix: Matrix | None, depth: int
    ) -> None:
        type_of, order, forms = calls.type_of, self.drawing.order, self.drawing.forms
        for thing in [get(parent, index) for index in range(self._counted(count))]:
            self._time += 1
            kind = type_of(thing)
            if kind == _TEXT:
                order[thing] = self._time
                if matrix is not None:
                    forms[thing] = matrix
            else:
                self._add(kind, thing, matrix, depth)

    def _add(self, kind: int, thing: int, matrix: Matrix | None, depth: int) -> None:
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            self._add_path(thing, matrix)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM:
            self._add_form(thing, matrix, depth)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            self._add_picture(thing, matrix)
        else:
            box = self._shown(thing, matrix)
            self.drawing.ink.append(box)
            self._cover(thing, box)

    def _add_form(self, form: int, matrix: Matrix | None, depth: int) -> None:
        inner = calls.matrix_of(form)
        whole = inner if matrix is None else combined(inner, matrix)
        self.drawing.translucent |= bool(calls.is_transparent(form))
        if depth >= MAX_DEPTH:
            self.drawing.ink.append(self._shown(form, matrix))
            return
        self._add_all(calls.form_object, form, calls.count_form_objects(form), whole, depth + 1)

    def _add_picture(self, thing: int, matrix: Matrix | None) -> None:
        """A flat picture may be a ruling line, a larger one hides what it shows."""
        box = self._shown(thing, matrix)
        self.drawing.add_line_or(box, self.drawing.pictures)
        self._cover(thing, box)

    def _cover(self, thing: int, box: Box) -> None:
        """Take note of what may hide text that was painted before it."""
        if not self.drawing.order or min(box[2] - box[0], box[3] - box[1]) <= THIN:
            return
        if calls.is_transparent(thing) or len(self.drawing.covers) >= MAX_COVERS:
            self.drawing.translucent = True  # only the page drawn can tell
        else:
            self.drawing.covers.append((self._time, box))

    def _add_path(self, path: int, matrix: Matrix | None) -> None:
        drawing, box = self.drawing, self._shown(path, matrix)
        left, top, right, bottom = box
        if bottom - top <= THIN < right - left:  # most of all that is drawn, by far
            drawing.level.append(((top + bottom) / 2, left, right))
            return
        if right - left <= THIN or bottom - top <= THIN:
            drawing.add_line_or(box, drawing.ink)
            return
        segments = calls.count_segments(path)
        if segments > MAX_SEGMENTS:
            drawing.ink.append(box)
            return
        own = calls.matrix_of(path)
        whole = own if matrix is None else combined(own, matrix)
        filled, stroked = self._painted(path)
        if filled:
            self._note_ground(path)
        if filled or (stroked and self._is_broad(path)):
            self._cover(path, box)
        for points in _subpaths(path, segments):
            self._add_subpath([self._shown_point(x, y, whole) for x, y in points], stroked=stroked)

    def _note_ground(self, path: int) -> None:
        if len(self.drawing.grounds) < MAX_GROUNDS and calls.fill_into(path, *self._channels):
            red, green, blue, _alpha = self._color
            self.drawing.grounds.add((red, green, blue))

    def _painted(self, path: int) -> tuple[bool, bool]:
        """Whether the path is filled, and whether it is stroked."""
        calls.draw_mode_into(path, ctypes.addressof(self._fill), ctypes.addressof(self._stroke))
        return bool(self._fill.value), bool(self._stroke.value)

    def _is_broad(self, path: int) -> bool:
        calls.stroke_width_into(path, self._four.address)
        return self._four.read()[0] > THIN

    def _add_subpath(self, points: list[tuple[float, float]], *, stroked: bool) -> None:
        if not points:
            return
        drawing, box = self.drawing, bounds_of(points)
        if not _is_straight(points):
            drawing.ink.append(box)
            drawing.slants += _leaning(points)[: MAX_SLANTS - len(drawing.slants)]
        elif stroked:
            for (x, y), (u, v) in pairwise(points):
                drawing.add_line_or((min(x, u), min(y, v), max(x, u), max(y, v)), drawing.ink)
        elif len(points) in _RECTANGLE:
            drawing.add_line_or(box, [] if self._is_ground(box) else drawing.fills)
        else:
            drawing.ink.append(box)

    def _is_ground(self, box: Box) -> bool:
        left, top, right, bottom = box
        return (
            right - left > _PAGE_SHARE * self._view.width and bottom - top > _PAGE_SHARE * self._view.height
        )

    def _add_annotations(self, page: Handle) -> None:
        """Form fields and notes show text that is in no text page: a cell under one is not known to be blank."""
        rectangle = pdfium.FS_RECTF()
        for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), MAX_PAGE_OBJECTS)):
            note = pdfium.FPDFPage_GetAnnot(page, index)
            if not note:
                continue
            try:
                kind = pdfium.FPDFAnnot_GetSubtype(note)
                if kind not in (_LINK, _POPUP) and pdfium.FPDFAnnot_GetRect(note, ctypes.byref(rectangle)):
                    shown = self._view.show(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
                    self.drawing.notes.append(shown)
            finally:
                pdfium.FPDFPage_CloseAnnot(note)

    def _shown(self, thing: int, matrix: Matrix | None) -> Box:
        self._bounds(thing, *self._corners)
        left, bottom, right, top = self._four.read()
        if matrix is not None:
            left, bottom, right, top = moved((left, bottom, right, top), matrix)
        return self._view.show(left, bottom, right, top)

    def _shown_point(self, x: float, y: float, matrix: Matrix) -> tuple[float, float]:
        x, y = point_moved(x, y, matrix)
        left, top, _right, _bottom = self._view.show(x, y, x, y)
        return left, top


def _subpaths(path: int, segments: int) -> Iterator[list[tuple[float, float]]]:
    two = calls.Floats(2)
    points: list[tuple[float, float]] = []
    for index in range(segments):
        segment = calls.path_segment(path, index)
        if calls.segment_type(segment) == pdfium.FPDF_SEGMENT_MOVETO:
            yield points
            points = []
        calls.segment_point_into(segment, *two.addresses)
        x, y = two.read()
        points.append((x, y))
        if calls.segment_closes(segment) and points[0] != points[-1]:
            points.append(points[0])
    yield points


def _leaning(points: list[tuple[float, float]]) -> list[Box]:
    """The steps that are neither level nor upright, by their ends: a stroke of a pen, or a glyph's outline."""
    return [
        (x, y, u, v)
        for (x, y), (u, v) in pairwise(points)
        if abs(x - u) > _STRAIGHT and abs(y - v) > _STRAIGHT
    ]


def _is_straight(points: list[tuple[float, float]]) -> bool:
    """Whether every step is level or upright. A curve's control points lean, so curves are not."""
    return all(abs(x - u) <= _STRAIGHT or abs(y - v) <= _STRAIGHT for (x, y), (u, v) in pairwise(points))
