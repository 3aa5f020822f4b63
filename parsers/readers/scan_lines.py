"""A page's picture made straight, and the lines that rule its tables.

Lines that are level on paper meet far away in a photograph, and their slope changes evenly from top to bottom; one
straight line fitted to the slopes therefore tells rotation and perspective alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from parsers.readers.pdf_drawing import Drawing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from parsers.model import Box
    from parsers.readers.pdf_rules import Ruling

    Image = NDArray[np.uint8]
    Matrix3 = NDArray[np.float64]

WORKING, LARGEST = 200 / 72, 300 / 72  # pixels a point of the straight picture: at least, at most
_LOOK = 110 / 72  # pixels a point where slopes are measured
_LONG = 36.0  # points of a piece whose slope is worth measuring
_LEAN = 0.16  # the steepest slope of a page that still counts as level
_SPREAD = 0.12  # of the page: pieces nearer together tell nothing of perspective
_PIECES = 6
_ROUNDS = 4
_LEVEL, _UPRIGHT = 22.0, 8.0  # points of the shortest line
_SURE = 26.0  # points: an upright line this long is no stroke of a character
_REACH = 1.3  # points between the end of a short upright line and the level line it must meet
_HALF = 2.5  # points: half of that
_THICK = 5.0  # points: thicker than this is no line
_WINDOW = 12.0  # points: the surroundings a pixel is compared with
_STROKE = 6.0  # points: nothing that is written or ruled is as thick
DARKER = 14  # grey levels that ink is darker than its surroundings
_UNDER = 40  # levels, under a seal
_RED = 30  # levels that red is above the other colours


@dataclass(frozen=True, slots=True)
class Straight:
    """A page made straight. `scale` is pixels a point; `back` leads from its pixels to those of the page's picture.

    `grey` is the page as if red were white, `dark` the darkest of its colours; `ink` (of `grey`) and `red` are masks
    of zeros and ones.
    """

    grey: Image
    dark: Image
    ink: Image
    red: Image
    scale: float
    back: Matrix3

    def shown(self, box: Box) -> Box:
        """The bounds, in the page's own pixels, of a box given in points of the straight page."""
        left, top, right, bottom = (value * self.scale for value in box)
        corners = np.array([[[left, top], [right, top], [right, bottom], [left, bottom]]], np.float64)
        there = cv2.perspectiveTransform(corners, self.back)[0]
        low, high = there.min(axis=0), there.max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def straighten(picture: Image, scale: float, turns: int = 0) -> Straight:
    """The page's picture (blue-green-red, `scale` pixels a point) made straight, at a resolution fit to be read.

    `turns` are quarter turns clockwise to be made first.
    """
    turned = np.ascontiguousarray(np.rot90(picture, -turns))
    back = _turned_back(picture.shape[0], picture.shape[1], turns)
    picture, (height, width) = turned, turned.shape[:2]
    matrix = _rectifying(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.uint8), scale)
    working = min(LARGEST, max(WORKING, scale))
    grow = working / scale
    matrix = np.diag([grow, grow, 1.0]) @ matrix
    size = (round(width * grow), round(height * grow))
    smooth = cv2.INTER_AREA if grow < 1 else cv2.INTER_CUBIC
    flat = cv2.warpPerspective(picture, matrix, size, flags=smooth, borderMode=cv2.BORDER_REPLICATE)
    blue, green, red = (plane.astype(np.uint8) for plane in cv2.split(flat))
    dark = np.minimum(np.minimum(blue, green), red)
    redness = cv2.subtract(red, np.maximum(blue, green)).astype(np.uint8)
    seals = (cv2.medianBlur(redness, 3) > _RED).astype(np.uint8)
    grey = cv2.cvtColor(flat, cv2.COLOR_BGR2GRAY).astype(np.uint8)
    ink = ink_of(grey, working, DARKER)
    if seals.any():
        near = cv2.dilate(seals, np.ones((11, 11), np.uint8)) > 0
        grey = np.where(near, _without_seals(grey, red, redness, seals), grey).astype(np.uint8)
        # What is left of a seal's blurred edges is no ink, and black under a seal is far darker.
        ink = np.where(near, ink_of(grey, working, _UNDER), ink_of(grey, working, DARKER)).astype(np.uint8)
    return Straight(grey, dark, ink, seals, working, back @ np.linalg.inv(matrix))


def _without_seals(grey: Image, red: Image, redness: Image, seals: Image) -> Image:
    """The page in red light with its seals as light as its paper; black under a seal stays dark, for it is dark in red light.

    What red ink takes from red light is a fixed share of its redness, also at its blurred edges.
    """
    inside = seals > 0
    paper = float(np.percentile(grey, 75))
    share = (paper - float(np.percentile(red[inside], 70))) / max(1.0, float(np.median(redness[inside])))
    light = red.astype(np.float32) + max(0.0, share) * redness
    return np.clip(light, 0, 255).astype(np.uint8)


def _turned_back(height: int, width: int, turns: int) -> Matrix3:
    """The matrix from a picture after quarter turns clockwise to the picture before, that high and wide."""
    matrices: dict[int, list[list[float]]] = {
        0: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        1: [[0, 1, 0], [-1, 0, height], [0, 0, 1]],
        2: [[-1, 0, width], [0, -1, height], [0, 0, 1]],
        3: [[0, -1, width], [1, 0, 0], [0, 0, 1]],
    }
    return np.array(matrices[turns % 4], np.float64)


def ink_of(grey: Image, scale: float, darker: int) -> Image:
    """The mask (0, 1) of what is darker than its surroundings by `darker` levels, and has them on all sides.

    The edge of a sheet or of a shadow is darker than one side only, and is no ink.
    """
    window, stroke = int(_WINDOW * scale) | 1, int(_STROKE * scale) | 1
    smooth = cv2.GaussianBlur(grey, (3, 3), 0)
    darker_here = cv2.adaptiveThreshold(
        smooth, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, window, darker
    )
    hat = cv2.morphologyEx(
        smooth, cv2.MORPH_BLACKHAT, cv2.getStructuringElement(cv2.MORPH_RECT, (stroke, stroke))
    )
    return (darker_here * (hat >= darker)).astype(np.uint8)


def _rectifying(grey: Image, scale: float) -> Matrix3:
    """The matrix that makes level lines level and upright lines upright."""
    shrink = min(1.0, _LOOK / scale)
    small = cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA).astype(np.uint8)
    found: Any  # None where there is no line, whatever the types of OpenCV say
    found = cv2.createLineSegmentDetector().detect(small)[0]
    pieces = np.empty((0, 4)) if found is None else found.reshape(-1, 4).astype(np.float64) / shrink
    centre = np.array([grey.shape[1] / 2, grey.shape[0] / 2])
    pieces -= np.tile(centre, 2)
    lengths = np.hypot(pieces[:, 2] - pieces[:, 0], pieces[:, 3] - pieces[:, 1])
    pieces = pieces[lengths >= _LONG * scale]
    level = _slopes(pieces, 0, 2 * centre[1])
    upright = _slopes(pieces[:, [1, 0, 3, 2]], 0, 2 * centre[0])
    if level is None and upright is None:
        slope = _slope_of_text(small)
        level = (slope, 0.0)
    if upright is None:
        assert level is not None  # noqa: S101 - one of the two is known here
        upright = (-level[0], 0.0)
    if level is None:
        level = (-upright[0], 0.0)
    return _matrix(level, upright, centre)


def _slopes(pieces: NDArray[np.float64], axis: int, extent: float) -> tuple[float, float] | None:
    """The slope at the page's centre and its change per pixel across, of the pieces that run along `axis`."""
    run = pieces[:, axis + 2] - pieces[:, axis]
    rise = pieces[:, axis + 3] - pieces[:, axis + 1]
    along = np.abs(rise) <= _LEAN * np.abs(run)
    if int(along.sum()) < 2:  # noqa: PLR2004 - one alone may be anything
        return None
    pieces, run, rise = pieces[along], run[along], rise[along]
    slope, weight = rise / run, np.abs(run)
    place = pieces[:, axis + 1] - slope * pieces[:, axis]
    order = np.argsort(slope)
    middle = slope[order][np.searchsorted(np.cumsum(weight[order]), weight.sum() / 2)]
    kept = np.abs(slope - middle) < 0.04  # noqa: PLR2004 - what perspective changes on one page
    change = 0.0
    for _ in range(_ROUNDS):
        wide = kept.sum() >= _PIECES and np.ptp(place[kept]) > _SPREAD * extent
        if wide:
            change, middle = np.polyfit(place[kept], slope[kept], 1, w=weight[kept])
        else:
            change, middle = 0.0, np.average(slope[kept], weights=weight[kept])
        off = np.abs(slope - middle - change * place)
        limit = max(0.002, 3 * float(np.median(off[kept])))
        if not (off < limit).any():
            break
        kept = off < limit
    return float(middle), float(change)


def _matrix(level: tuple[float, float], upright: tuple[float, float], centre: NDArray[np.float64]) -> Matrix3:
    """The matrix that brings the four-sided figure whose sides have these slopes onto the page's rectangle."""
    corners, goals = [], []
    for y in (-centre[1], centre[1]):
        for x in (-centre[0], centre[0]):
            across, down = level[0] + level[1] * y, upright[0] + upright[1] * x
            left = (x + down * y) / (1 - across * down)
            corners.append((left + centre[0], y + across * left + centre[1]))
            goals.append((x + centre[0], y + centre[1]))
    matrix = cv2.getPerspectiveTransform(np.array(corners, np.float32), np.array(goals, np.float32))
    return matrix.astype(np.float64)


def _slope_of_text(small: Image) -> float:
    """The slope of the lines of text: the turn that makes rows of ink stand out most from the gaps between them."""
    ink = (ink_of(small, _LOOK, DARKER) * 255).astype(np.uint8)
    height, width = ink.shape
    best, chosen = 0.0, 0.0
    for slope in np.arange(-0.06, 0.0601, 0.002):
        turn = np.array([[1, 0, 0], [-slope, 1, slope * width / 2]], np.float64)
        rows = cv2.warpAffine(ink, turn, (width, height)).mean(axis=1)
        sharp = float(np.square(np.diff(rows)).sum())
        if sharp > best * 1.02:
            best, chosen = sharp, float(slope)
    return chosen


def lines_of(page: Straight) -> tuple[Drawing, Image]:
    """The straight lines of the page in points, and the mask of their pixels."""
    scale = page.scale
    level = _runs(page.ink, (round(_LEVEL * scale), 1))
    upright = _runs(page.ink, (1, round(_UPRIGHT * scale)))
    drawing = Drawing()
    kept = np.zeros_like(page.ink)
    for x, y, w, h, number, labels in _pieces(level):
        if h <= _THICK * scale:
            drawing.level.append(((y + h / 2) / scale, x / scale, (x + w) / scale))
            _keep(kept, labels, number, (x, y, w, h))
    places = np.array([piece[0] for piece in drawing.level])
    for x, y, w, h, number, labels in _pieces(upright):
        top, bottom = y / scale, (y + h) / scale
        if w <= _THICK * scale and (h >= _SURE * scale or (_meets(places, top) and _meets(places, bottom))):
            drawing.upright.append(((x + w / 2) / scale, top, bottom))
            _keep(kept, labels, number, (x, y, w, h))
    return drawing, kept


def _runs(ink: Image, kernel: tuple[int, int]) -> Image:
    """What is as long as the kernel without a break."""
    return cv2.morphologyEx(ink, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, kernel)).astype(
        np.uint8
    )


def _pieces(mask: Image) -> list[tuple[int, int, int, int, int, NDArray[np.int32]]]:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    found = labels.astype(np.int32, copy=False)
    boxes = [tuple(map(int, stats[n][:4])) for n in range(1, count)]
    return [(x, y, w, h, n, found) for n, (x, y, w, h) in enumerate(boxes, 1)]


def _keep(kept: Image, labels: NDArray[np.int32], number: int, box: tuple[int, int, int, int]) -> None:
    x, y, w, h = box
    kept[y : y + h, x : x + w] |= (labels[y : y + h, x : x + w] == number).astype(np.uint8)


def _meets(places: NDArray[np.float64], end: float) -> bool:
    return bool(len(places)) and float(np.abs(places - end).min()) <= _REACH


def ruled(mask: Image, rulings: Iterable[Ruling], scale: float) -> Image:
    """The part of the lines' mask that rules tables: a line through a number rules nothing, and stays ink."""
    kept = np.zeros_like(mask)
    for ruling in rulings:
        boxes = [(left, y, right, y) for y, left, right in ruling.level]
        boxes += [(x, top, x, bottom) for x, top, bottom in ruling.upright]
        for box in boxes:
            left, top, right, bottom = (
                max(0, round((value + side) * scale))
                for value, side in zip(box, (-_HALF, -_HALF, _HALF, _HALF), strict=True)
            )
            kept[top:bottom, left:right] = mask[top:bottom, left:right]
    return kept
