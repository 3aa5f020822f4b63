"""Slanted strokes: a slash in a cell ("/", no number) and the digit 1 look alike to the recogniser, but lean apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Image = NDArray[np.uint8]
    Span = tuple[int, int, int, int]  # left, top, right, bottom in pixels

LEANS = 0.12  # to the right for each step up: no upright digit leans as much
SLASH = 0.26  # no italic digit leans as much
SLASH_HIGH = 0.74  # of a line's height: a slash is higher than digits are
_HIGH = 0.5  # of a line's height: a lower sign is no digit
_THIN = 0.25  # of a line's height: the widest row of one stroke
_STRAIGHT = 0.05  # of a line's height: how far a stroke's middle may stray from a straight line
_PIXEL = 0.5


def lean(ink: Image, sign: Span, usual: float) -> float:
    """How far one straight thin stroke leans to the right for each step up; 0 for any other sign.

    `usual` is a line's height in pixels.
    """
    left, top, right, bottom = sign
    if bottom - top < _HIGH * usual or right - left >= bottom - top:
        return 0.0
    part = ink[top:bottom, left:right].astype(np.float64)
    widths = part.sum(axis=1)
    if not widths.all() or widths.max() > _THIN * usual:
        return 0.0
    middles = part @ np.arange(right - left) / widths
    rows = np.arange(bottom - top)
    slope, start = np.polyfit(rows, middles, 1)
    strays = float(np.abs(middles - slope * rows - start).max())
    return -float(slope) if strays <= _STRAIGHT * usual + _PIXEL else 0.0
