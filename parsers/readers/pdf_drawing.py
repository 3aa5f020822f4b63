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
from parsers.readers.pdf_file import MAX_PAGE_OBJECTS
from parsers.readers.pdf_view import (
    Handle,
    Matrix,
    View,
    bounds_of,
    combined,
    moved,
    point_moved,
    turned,
    view_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.model import Box

Piece = tuple[float, float, float]  # where it lies across its direction, where it begins, where it ends

THIN = 2.6  # points: a drawn box no thicker than this is a line
MAX_SEGMENTS = 40_000  # of one path: beyond it the path is a picture, not a table
MAX_DEPTH = 8
_PAGE_SHARE = 0.97  # a box that fills this share of the page is its ground
_STRAIGHT = 0.3  # points a ruled line may lean
_LINK, _POPUP = 2, 16
_RECTANGLE = (4, 5)  # points of a subpath that is a rectangle, left open or closed


@dataclass(slots=True)
class Drawing:
    """Line pieces, dots, fat fills and other ink of one page, in displayed points.

    `level` holds (y, left, right), `upright` (x, top, bottom). `forms` gives the matrix of text objects that
    stand inside form XObjects, by address.
    """

    level: list[Piece] = field(default_factory=list)
    upright: list[Piece] = field(default_factory=list)
    dots: list[Box] = field(default_factory=list)
    fills: list[Box] = field(default_factory=list)
    ink: list[Box] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    forms: dict[int, Matrix] = field(default_factory=dict)

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
        for boxes in (thin, self.dots, self.fills, self.ink, self.pictures):
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


class _Bounds:
    """Four floats that pdfium fills, made once: a page may have thousands of objects."""

    def __init__(self) -> None:
        self._values = [ctypes.c_float() for _ in range(4)]
        self._pointers = [ctypes.byref(value) for value in self._values]

    def of(self, thing: Handle) -> Box:
        pdfium.FPDFPageObj_GetBounds(thing, *self._pointers)
        left, bottom, right, top = self._values
        return left.value, bottom.value, right.value, top.value


class _Collector:
    def __init__(self, drawing: Drawing, view: View, number: int) -> None:
        self.drawing = drawing
        self._view = view
        self._number = number
        self._bounds = _Bounds()
        self._seen = 0

    def collect_page(self, page: Handle) -> None:
        for index in range(self._counted(pdfium.FPDFPage_CountObjects(page))):
            self._add(pdfium.FPDFPage_GetObject(page, index), None, 0)
        self._add_annotations(page)

    def _counted(self, count: int) -> int:
        self._seen += max(0, count)
        if self._seen > MAX_PAGE_OBJECTS:
            raise Unreadable(
                "too_large",
                f"Page {self._number} of the PDF draws more than {MAX_PAGE_OBJECTS:,} objects.",
            )
        return max(0, count)

    def _add(self, thing: Handle, matrix: Matrix | None, depth: int) -> None:
        kind = pdfium.FPDFPageObj_GetType(thing)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            self._add_path(thing, matrix)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM:
            self._add_form(thing, matrix, depth)
        elif kind == pdfium.FPDF_PAGEOBJ_TEXT:
            if matrix is not None:
                self.drawing.forms[_address(thing)] = matrix
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            self._add_picture(thing, matrix)
        else:
            self.drawing.ink.append(self._shown(thing, matrix))

    def _add_form(self, form: Handle, matrix: Matrix | None, depth: int) -> None:
        inner = _matrix_of(form)
        whole = inner if matrix is None else combined(inner, matrix)
        if depth >= MAX_DEPTH:
            self.drawing.ink.append(self._shown(form, matrix))
            return
        for index in range(self._counted(pdfium.FPDFFormObj_CountObjects(form))):
            self._add(pdfium.FPDFFormObj_GetObject(form, index), whole, depth + 1)

    def _add_picture(self, thing: Handle, matrix: Matrix | None) -> None:
        """A flat picture may be a ruling line, a larger one hides what it shows."""
        self.drawing.add_line_or(self._shown(thing, matrix), self.drawing.pictures)

    def _add_path(self, path: Handle, matrix: Matrix | None) -> None:
        drawing, box = self.drawing, self._shown(path, matrix)
        left, top, right, bottom = box
        if right - left <= THIN or bottom - top <= THIN:
            drawing.add_line_or(box, drawing.ink)
            return
        segments = pdfium.FPDFPath_CountSegments(path)
        if segments > MAX_SEGMENTS:
            drawing.ink.append(box)
            return
        own = _matrix_of(path)
        whole = own if matrix is None else combined(own, matrix)
        stroked = _is_stroked(path)
        for points in _subpaths(path, segments):
            self._add_subpath([self._shown_point(x, y, whole) for x, y in points], stroked=stroked)

    def _add_subpath(self, points: list[tuple[float, float]], *, stroked: bool) -> None:
        if not points:
            return
        drawing, box = self.drawing, bounds_of(points)
        if not _is_straight(points):
            drawing.ink.append(box)
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
                    self.drawing.pictures.append(shown)
            finally:
                pdfium.FPDFPage_CloseAnnot(note)

    def _shown(self, thing: Handle, matrix: Matrix | None) -> Box:
        box = self._bounds.of(thing)
        return self._view.show(*(box if matrix is None else moved(box, matrix)))

    def _shown_point(self, x: float, y: float, matrix: Matrix) -> tuple[float, float]:
        x, y = point_moved(x, y, matrix)
        left, top, _right, _bottom = self._view.show(x, y, x, y)
        return left, top


def _address(thing: Handle) -> int:
    return ctypes.cast(thing, ctypes.c_void_p).value or 0


def _matrix_of(thing: Handle) -> Matrix:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(thing, ctypes.byref(matrix))
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _is_stroked(path: Handle) -> bool:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, ctypes.byref(fill), ctypes.byref(stroke))
    return bool(stroke.value)


def _subpaths(path: Handle, segments: int) -> Iterator[list[tuple[float, float]]]:
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    for index in range(segments):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO:
            yield points
            points = []
        pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        points.append((x.value, y.value))
        if pdfium.FPDFPathSegment_GetClose(segment) and points[0] != points[-1]:
            points.append(points[0])
    yield points


def _is_straight(points: list[tuple[float, float]]) -> bool:
    """Whether every step is level or upright. A curve's control points lean, so curves are not."""
    return all(abs(x - u) <= _STRAIGHT or abs(y - v) <= _STRAIGHT for (x, y), (u, v) in pairwise(points))
