"""Blanks of tables without lines in scans: claimed only where nothing at all is drawn between the cells beside them.

A figure that stands out of its column, or that no look found, is ink there, and then nobody can say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from parsers.readers.scan_ink import Ink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from parsers.model import Box, Cell
    from parsers.readers.scan_lines import Straight

    Signs = NDArray[np.float64]  # boxes, one a row, in points

_SPECK = 1.3  # points: nothing smaller is a sign
_BESIDE = 4.0  # points beside a figure that were looked at with it
_OVER = 2.0  # points above and below a row's lines that belong to it


def signs_of(page: Straight, ruled: NDArray[np.uint8]) -> Signs:
    """The boxes of all that is drawn on a page, in black, faint or red, `ruled` lines of tables left out."""
    ink = Ink(page, ruled, (), ())
    drawn = (ink.ink | ink.faint | ink.red).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(drawn)
    boxes = stats[1:, :4].astype(np.float64) / page.scale
    boxes[:, 2:] += boxes[:, :2]
    large = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]) >= _SPECK
    signs: Signs = boxes[large]
    return signs


def is_blank(row: Sequence[Cell], place: int, signs: Signs) -> bool:
    """Whether nothing is drawn between the cells beside an empty cell, nor in its own part of its column.

    Boxes of the row's cells are in points of the straight page.
    """
    own = row[place].origin.box
    if own is None or row[place].text or not row[place].closed:
        return False
    page = row[place].origin.page
    others = [cell.origin.box for cell in row if cell.origin.page == page and cell.origin.box]
    left = max((box[2] for box in others if box[2] <= own[0]), default=None)
    right = min((box[0] for box in others if box[0] >= own[2]), default=own[2] + (own[2] - own[0]))
    if left is None:
        return False  # no label on its left
    low, high = own[1] - _OVER, own[3] + _OVER
    level = signs[(signs[:, 1] < high) & (signs[:, 3] > low)]
    middles = (level[:, 0] + level[:, 2]) / 2
    between = (middles > left + _BESIDE) & (middles < right - _BESIDE)
    inside = (level[:, 0] < own[2]) & (level[:, 2] > own[0])
    return not bool((between | inside).any())


def blanks_of(rows: Sequence[Sequence[Cell]], signs: dict[int, Signs]) -> set[tuple[int, Box]]:
    """Page and box of the cells that are blank beyond doubt; `signs` by page."""
    return {
        (cell.origin.page, cell.origin.box)
        for row in rows
        for place, cell in enumerate(row)
        if cell.origin.box and cell.origin.page in signs and is_blank(row, place, signs[cell.origin.page])
    }
