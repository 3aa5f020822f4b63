"""Coordinates: from the PDF's own space to the page as displayed, and to the page as its text is upright."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pypdfium2.raw as pdfium

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parsers.model import Box

Handle = Any  # a raw pdfium handle: pypdfium2 has no types
Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class View:
    """How a page stands: its visible box in PDF space, and the quarter turns clockwise that display it.

    `width` and `height` are those of the page as displayed, in points.
    """

    left: float
    top: float
    width: float
    height: float
    turns: int = 0

    def show(self, left: float, bottom: float, right: float, top: float) -> Box:
        """A box of PDF space (y upwards) as (left, top, right, bottom) from the top left of the displayed page."""
        box = (left - self.left, self.top - top, right - self.left, self.top - bottom)
        if not self.turns:
            return box
        across = self.turns % 2
        width, height = (self.height, self.width) if across else (self.width, self.height)
        return turned(box, self.turns, width, height)


def view_of(page: Handle) -> View:
    """The view of a loaded page, whatever its media box, crop box and /Rotate."""
    bounds = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, ctypes.byref(bounds))
    turns = int(pdfium.FPDFPage_GetRotation(page)) % 4
    width, height = bounds.right - bounds.left, bounds.top - bounds.bottom
    if turns % 2:
        width, height = height, width
    return View(bounds.left, bounds.top, width, height, turns)


def turned(box: Box, turns: int, width: float, height: float) -> Box:
    """The box after quarter turns clockwise of a page of that width and height (before the turns)."""
    left, top, right, bottom = box
    for _ in range(turns % 4):
        left, top, right, bottom = height - bottom, left, height - top, right
        width, height = height, width
    return left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Turn:
    """How a table that does not stand upright on its page is brought upright: flipped, then turned clockwise.

    `width` and `height` are those of the page before.
    """

    turns: int
    mirrored: bool
    width: float
    height: float

    def upright(self, box: Box) -> Box:
        """A box of the page, on the page brought upright."""
        return turned(self._flipped(box), self.turns, self.width, self.height)

    def back(self, box: Box) -> Box:
        """A box of the page brought upright, on the page as it is."""
        width, height = (self.height, self.width) if self.turns % 2 else (self.width, self.height)
        return self._flipped(turned(box, -self.turns, width, height))

    def _flipped(self, box: Box) -> Box:
        left, top, right, bottom = box
        return (self.width - right, top, self.width - left, bottom) if self.mirrored else box


def combined(inner: Matrix, outer: Matrix) -> Matrix:
    """The matrix that applies `inner`, then `outer`."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def moved(box: Box, matrix: Matrix) -> Box:
    """The bounds of a box (left, bottom, right, top in PDF space) after a matrix."""
    left, bottom, right, top = box
    return bounds_of(point_moved(x, y, matrix) for x in (left, right) for y in (bottom, top))


def point_moved(x: float, y: float, matrix: Matrix) -> tuple[float, float]:
    """A point after a matrix."""
    a, b, c, d, e, f = matrix
    return x * a + y * c + e, x * b + y * d + f


def bounds_of(points: Iterable[tuple[float, float]]) -> Box:
    """The smallest box (least x, least y, greatest x, greatest y) around the points; there must be one."""
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)
