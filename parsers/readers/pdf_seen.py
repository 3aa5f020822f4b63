"""Whether a person sees the digits that a PDF's text holds: painted, in a colour, upright, and not painted over.

Text that nobody sees (an old figure under a white box, a layer that is off, white on white) is text for every
library. Each digit's text object is asked for what is cheap to ask; where anything is odd, the page is drawn.
"""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from parsers.readers import pdf_calls as calls
from parsers.readers.pdf_chars import UNPAINTED
from parsers.readers.pdf_sheet import sheet_of
from parsers.readers.pdf_view import moved

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from parsers.model import Box
    from parsers.readers.pdf_chars import Char
    from parsers.readers.pdf_drawing import Color, Drawing
    from parsers.readers.pdf_file import OpenPage
    from parsers.readers.pdf_sheet import Sheet
    from parsers.readers.pdf_view import View

Way = tuple[int, bool]  # quarter turns clockwise that bring text upright, after it was flipped if mirrored

UPRIGHT: Way = (0, False)
SLANTING: Way = (-1, False)
_LIGHT = 150  # of 255, the darkest channel: lighter text is odd
_NEAR = 80  # levels of each channel between a text and a ground on which it can hardly be seen
_STROKED_ONLY = (1, 5)  # text render modes
_LEAN = 0.2  # radians off a quarter turn
_MOST_CLIPS = 32  # clip paths of one object that are looked at
_MOST_POINTS = 100  # of one clip path; beyond it only the page drawn can tell
_QUARTER = math.pi / 2
_MEANT = frozenset("零〇一二三四五六七八九十百千万两无略空缺")  # as a figure, or as none


@dataclass(slots=True)
class Sight:
    """What a person sees of a page's digits, in displayed points.

    `unseen` are the boxes of digits that are hidden, or may be. `ways` tells which digits do not stand upright.
    `sheet` is the page drawn, where something on it is odd.
    """

    unseen: list[Box] = field(default_factory=list)
    ways: dict[Box, Way] = field(default_factory=dict)
    sheet: Sheet | None = None


@dataclass(frozen=True, slots=True)
class _Look:
    """How one text object is painted: at all, inside which boxes, and when."""

    painted: bool
    clips: tuple[Box, ...]
    time: int


def sight_of(
    page: OpenPage, chars: Mapping[int, Char], drawing: Drawing, view: View, *, layers: bool
) -> Sight:
    """Look at each digit of a page. `layers`: the document may hide content in layers."""
    watcher = _Watcher(page, drawing, view)
    digits = [(index, char) for index, char in chars.items() if char[0].isdigit()]
    sight = Sight()
    hidden = [watcher.is_hidden(index, char) for index, char in digits]
    sight.ways.update(watcher.ways)
    if layers or watcher.odd or drawing.translucent or drawing.notes:
        sight.sheet = sheet_of(page.page, view)
        if sight.sheet is None:
            hidden = [True] * len(digits)
        else:
            sheet = sight.sheet
            hidden = [
                gone or not sheet.has_ink(_heart(char))
                for gone, (_, char) in zip(hidden, digits, strict=True)
            ]
    sight.unseen += [char[1:] for gone, (_, char) in zip(hidden, digits, strict=True) if gone]
    return sight


def watermark_of(page: OpenPage, chars: Mapping[int, Char], view: View, largest: float) -> frozenset[Box]:
    """The boxes of Chinese characters that lean and are higher than `largest`: words laid over a page, no cell's text.

    One that may be meant as a figure, or as the sign for none, is not among them.
    """
    words = (
        (index, char[1:])
        for index, char in chars.items()
        if char[4] - char[2] > largest and "\u4e00" <= char[0] <= "\u9fff" and char[0] not in _MEANT
    )
    text, six = calls.address_of(page.text), calls.Floats(6)
    leaning = set()
    for index, box in words:
        if calls.text_matrix_into(text, index, six.address):
            a, b, c, d, _, _ = six.read()
            if _way(a, b, c, d, view.turns) == SLANTING:
                leaning.add(box)
    return frozenset(leaning)


def _heart(char: Char) -> Box:
    """The part of a digit's box in which it must have ink, and a border has none."""
    _, left, top, right, bottom = char
    width, height = right - left, bottom - top
    return left + 0.1 * width, top + 0.2 * height, right - 0.1 * width, bottom - 0.2 * height


class _Watcher:
    def __init__(self, page: OpenPage, drawing: Drawing, view: View) -> None:
        self.odd = False
        self.ways: dict[Box, Way] = {}
        self._text = calls.address_of(page.text)
        self._drawing, self._view = drawing, view
        self._looks: dict[int, _Look] = {}
        self._six = calls.Floats(6)
        self._plain: set[bytes] = set()
        self._color = (ctypes.c_uint * 4)()
        start = ctypes.addressof(self._color)
        self._channels = tuple(start + 4 * number for number in range(4))

    def is_hidden(self, index: int, char: Char) -> bool:
        """Whether a digit is not seen, as far as that is known without drawing the page."""
        self._note_way(index, char[1:])
        thing = calls.text_object(self._text, index)
        if not thing:
            self.odd = True
            return False
        look = self._looks.get(thing) or self._look(thing)
        if not look.painted:
            return True
        x, y = (char[1] + char[3]) / 2, (char[2] + char[4]) / 2
        if look.clips and not all(_holds(clip, x, y) for clip in look.clips):
            return True
        covers = self._drawing.covers
        return bool(covers) and any(time > look.time and _holds(box, x, y) for time, box in covers)

    def _look(self, thing: int) -> _Look:
        mode = calls.render_mode_of(thing)
        clip = calls.clip_of(thing)
        clips = tuple(self._clips(thing, clip)) if calls.count_clips(clip) > 0 else ()
        get = calls.stroke_into if mode in _STROKED_ONLY else calls.fill_into
        known = get(thing, *self._channels)
        paint = bytes(self._color) if known else b""
        if paint not in self._plain:
            self.odd |= not known or self._is_faint()
            self._plain.add(paint)
        self.odd |= calls.is_transparent(thing) == 1
        painted = mode not in UNPAINTED and not (known and self._color[3] == 0)
        look = _Look(painted, clips, self._drawing.order.get(thing, 0))
        self._looks[thing] = look
        return look

    def _is_faint(self) -> bool:
        """Whether the color just asked for is light, or that of something painted beneath."""
        *color, _alpha = self._color
        return min(color) > _LIGHT or any(_near(color, ground) for ground in self._drawing.grounds)

    def _clips(self, thing: int, clip: int) -> Iterator[Box]:
        """The boxes outside which an object is not seen; as displayed."""
        matrix = self._drawing.forms.get(thing)
        for number in range(min(_MOST_CLIPS, calls.count_clips(clip))):
            points = list(self._clip_points(clip, number))
            if points:
                xs, ys = zip(*points, strict=True)
                box = (min(xs), min(ys), max(xs), max(ys))
                yield self._view.show(*(moved(box, matrix) if matrix else box))

    def _clip_points(self, clip: int, number: int) -> Iterator[tuple[float, ...]]:
        two = calls.Floats(2)
        count = calls.count_clip_segments(clip, number)
        self.odd |= count > _MOST_POINTS
        for at in range(min(_MOST_POINTS, max(0, count))):
            if calls.segment_point_into(calls.clip_segment(clip, number, at), *two.addresses):
                yield two.read()

    def _note_way(self, index: int, box: Box) -> None:
        if calls.text_matrix_into(self._text, index, self._six.address):
            a, b, c, d, _, _ = self._six.read()
            if a > 0 and not b and d > 0 and not self._view.turns:
                return
            way = _way(a, b, c, d, self._view.turns)
            if way != UPRIGHT:
                self.ways[box] = way


def _way(a: float, b: float, c: float, d: float, turns: int) -> Way:
    """How text with this matrix stands on a page displayed after so many quarter turns clockwise."""
    angle = math.atan2(b, a) - turns * _QUARTER
    mirrored = a * d - b * c < 0
    if mirrored:  # flipped from left to right as displayed
        angle = math.pi - angle
    quarters = round(angle / _QUARTER)
    if abs(angle - quarters * _QUARTER) > _LEAN:
        return SLANTING
    return quarters % 4, mirrored


def _near(color: list[int], ground: Color) -> bool:
    return all(abs(one - other) < _NEAR for one, other in zip(color, ground, strict=True))


def _holds(box: Box, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]
