"""The characters of a PDF page, each with its loose box: its advance wide, its font's line high.

Tight boxes put '.' and ',' on another line than the digits beside them, so that a decimal point could move;
loose boxes give every character of a line the same height.
"""

from __future__ import annotations

import ctypes
import math
import re
import struct
import sys
import unicodedata
from collections import Counter
from itertools import count, pairwise
from operator import itemgetter
from statistics import median
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from parsers.readers import pdf_calls as calls
from parsers.readers.pdf_view import Matrix, View, moved, view_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from parsers.model import Box
    from parsers.readers.pdf_file import OpenPage
    from parsers.readers.pdf_view import Handle

Char = tuple[str, float, float, float, float]  # the character, then left, top, right, bottom as displayed

BLANKS = frozenset(" \t\u00a0\u2002\u2003\u2009\u3000\u200b\ufeff")
BREAKS = frozenset("\r\n")
_WHITE = BLANKS | BREAKS
UNKNOWN = "\ufffd"  # ink that the font does not name
_HYPHENS = {"\x02": "-", "\ufffe": "-", "\u00ad": "-"}  # pdfium's marks for a hyphen that ends a line
_ODD = re.compile(
    r"[^\t\n\r\u0020-\u007e\u00a0-\u00ac\u00ae-\u052f\u2000-\u206f\u20a0-\u2bff\u2e80-\ud7ff\uf900-\ufffd]"
)
_SURROGATES = range(0xD800, 0xE000)
_NO_INK = frozenset({"Cc", "Cn", "Co", "Cs"})  # control, unassigned, private and half characters
_LOOKS = 40  # characters of a page that are looked at
UNPAINTED = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
_GUESSED = 0.8  # of the characters looked at: a text laid under a picture is hidden as a whole
_LEAN = 0.2  # radians off upright before a character counts as sideways
LARGE = 2.2  # times the usual height of the page's characters: no text of a table


def string_of(page: OpenPage) -> str:
    """The page's text in the order of its content, one character for each index of pdfium's text page."""
    buffer = (ctypes.c_ushort * (page.count + 1))()
    written = pdfium.FPDFText_GetText(page.text, 0, page.count, buffer)
    text = bytes(buffer)[: 2 * max(0, written - 1)].decode("utf-16-le", "replace")
    if len(text) != page.count:  # characters outside the basic plane, or left out: ask for each one
        text = "".join(_unicode(page.text, index) for index in range(page.count))
    return "".join(map(_printed, text)) if _ODD.search(text) else text


def _unicode(text: Handle, index: int) -> str:
    code = int(pdfium.FPDFText_GetUnicode(text, index))
    return UNKNOWN if code == 0 or code > sys.maxunicode or code in _SURROGATES else chr(code)


def _printed(letter: str) -> str:
    """The character as a reader of the page sees it; ink without a meaning is U+FFFD, never nothing."""
    letter = _HYPHENS.get(letter, letter)
    odd = unicodedata.category(letter) in _NO_INK and letter not in BREAKS and letter not in BLANKS
    return UNKNOWN if odd else letter


def numbered_chars(page: OpenPage, string: str, forms: dict[int, Matrix]) -> dict[int, Char]:
    """The characters by their index in pdfium's text page, in the order of the content, with their boxes as displayed.

    Blanks only where the document really holds them. What stands outside the part of the page that is displayed is
    left out: nobody sees it.
    """
    view, text = view_of(page.page), calls.address_of(page.text)
    generated = calls.is_generated
    indexes = [
        index
        for index, letter in enumerate(string)
        if letter not in _WHITE or (letter not in BREAKS and generated(text, index) != 1)
    ]
    boxes = _loose_boxes(text, indexes)
    if forms:
        boxes = [_in_its_form(text, index, box, forms) for index, box in zip(indexes, boxes, strict=True)]
    width, height, x, y = view.width, view.height, view.left, view.top
    if not view.turns:
        places = ((a - x, y - d, c - x, y - b) for a, b, c, d in boxes)
    else:
        places = (view.show(*box) for box in boxes)
    chars: dict[int, Char] = {}
    for index, (a, b, c, d) in zip(indexes, places, strict=True):
        if c > 0 and d > 0 and a < width and b < height and a < c:
            letter = string[index]
            chars[index] = (" " if letter in BLANKS else letter, a, b, c, d)
    _tighten(page, view, chars)
    return chars


def _loose_boxes(text: int, indexes: Sequence[int]) -> list[Box]:
    """The loose boxes of characters: left, bottom, right, top in PDF space; without width where there is none."""
    rectangles = (pdfium.FS_RECTF * len(indexes))()
    size = ctypes.sizeof(pdfium.FS_RECTF)
    loose = calls.loose_box_into
    for index, address in zip(indexes, count(ctypes.addressof(rectangles), size), strict=False):
        loose(text, index, address)
    # pdfium's order is left, top, right, bottom.
    return [(left, bottom, right, top) for left, top, right, bottom in struct.iter_unpack("4f", rectangles)]


def _tighten(page: OpenPage, view: View, chars: dict[int, Char]) -> None:
    """Give characters whose loose box is absurd (vertical fonts) their tight one, where that is ordinary."""
    limit = LARGE * usual_height(chars.values())
    values = [ctypes.c_double() for _ in range(4)]
    pointers = [ctypes.byref(value) for value in values]
    absurd = [(index, char) for index, char in chars.items() if char[4] - char[2] > limit]
    for index, char in absurd:
        if pdfium.FPDFText_GetCharBox(page.text, index, *pointers):
            left, right, bottom, top = (value.value for value in values)
            if top - bottom <= limit and right - left <= limit:
                chars[index] = (char[0], *view.show(left, bottom, right, top))


def _in_its_form(text: int, index: int, box: Box, forms: dict[int, Matrix]) -> Box:
    """The box with the matrix of its form XObject, which pdfium forgets for text under /ActualText."""
    thing = calls.text_object(text, index)
    matrix = forms.get(thing) if thing else None
    if matrix is None:
        return box
    four = calls.Floats(4)
    calls.bounds_into(thing, *four.addresses)
    left, bottom, right, top = four.read()
    there = moved((left, bottom, right, top), matrix)
    shifted = moved(box, matrix)
    return shifted if _distance(shifted, there) < _distance(box, there) else box


def _distance(box: Box, other: Box) -> float:
    """How far the centre of a box is outside another."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return max(other[0] - x, x - other[2], 0.0) + max(other[1] - y, y - other[3], 0.0)


def usual_height(chars: Collection[Char]) -> float:
    """The median height of the page's full-width characters (or of all, where there are none)."""
    heights = [char[4] - char[2] for char in chars if not char[0].isascii()]
    return median(heights or [char[4] - char[2] for char in chars] or [10.0])


def split_large(chars: Sequence[Char], limit: float) -> tuple[list[Char], list[Box]]:
    """The characters no higher than `limit`, and the boxes of the others: watermarks, seals, drop capitals."""
    kept = [char for char in chars if char[4] - char[2] <= limit]
    if len(kept) == len(chars):
        return kept, []
    return kept, [char[1:] for char in chars if char[4] - char[2] > limit and char[0] not in BLANKS]


def sideways_turns(page: OpenPage, chars: Sequence[Char], view: View) -> int:
    """Quarter turns clockwise that bring the page's text upright: 0 for nearly every page.

    Text whose characters follow one another down or up the page is sideways, unless its characters stand
    upright themselves (vertical writing).
    """
    if _stands_upright(page, view):
        return 0
    return max(Counter(_directions(chars)).items(), key=itemgetter(1), default=(0, 0))[0]


def _directions(chars: Sequence[Char]) -> Iterator[int]:
    """For each two neighbours in content order, the turns that would make them run left to right."""
    for (_, left, top, right, bottom), (_, to_left, to_top, to_right, to_bottom) in pairwise(chars):
        x = to_left + to_right - left - right
        y = to_top + to_bottom - top - bottom
        if abs(x) >= abs(y):
            yield 0 if x >= 0 else 2
        else:
            yield 3 if y > 0 else 1


def _stands_upright(page: OpenPage, view: View) -> bool:
    """Whether most of the page's characters stand upright as displayed, however they follow one another."""
    text = calls.address_of(page.text)
    angles = [calls.angle_of(text, index) for index in range(0, page.count, max(1, page.count // _LOOKS))]
    usual = -view.turns * math.pi / 2
    upright = sum(1 for angle in angles if math.cos(angle - usual) > math.cos(_LEAN))
    return upright > len(angles) / 2


def is_invisible(page: OpenPage) -> bool:
    """Whether nearly all of the page's text is not painted: what a program guessed of a picture, laid under it."""
    text = calls.address_of(page.text)
    things = (calls.text_object(text, index) for index in range(0, page.count, max(1, page.count // _LOOKS)))
    unpainted = [calls.render_mode_of(thing) in UNPAINTED for thing in things if thing]
    return sum(unpainted) > _GUESSED * len(unpainted)
