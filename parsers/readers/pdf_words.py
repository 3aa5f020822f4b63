"""A reading of PDFs by the place of their words alone: for tables without lines, or with some lines only."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from parsers.model import Reading
from parsers.readers.pdf_chars import (
    LARGE,
    numbered_chars,
    sideways_turns,
    split_large,
    string_of,
    usual_height,
)
from parsers.readers.pdf_drawing import drawing_of
from parsers.readers.pdf_file import open_document, open_page
from parsers.readers.pdf_seen import UPRIGHT, sight_of, watermark_of
from parsers.readers.pdf_streams import may_have_layers
from parsers.readers.pdf_text import RAISED
from parsers.readers.pdf_view import view_of
from parsers.readers.pdf_words_page import PageWords, page_words
from parsers.readers.pdf_words_tables import grids_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from parsers.model import Box
    from parsers.readers.pdf_chars import Char
    from parsers.readers.pdf_drawing import Piece
    from parsers.readers.pdf_file import OpenPage

READER = "words"

_UPPER, _LOWER = 0.25, 0.27  # of a digit's box: a line between its head and its foot strikes it out


def read(body: bytes, first: Reading) -> Reading:
    """The tables on the pages that the first reading looked at; its text is the first reading's.

    Raises Unreadable as the first reader of PDFs does.
    """
    layers = may_have_layers(body)
    pages: list[PageWords] = []
    with open_document(body) as document:
        for number in first.pages:
            with open_page(document, number - 1) as page:
                pages += _words_of(page, layers=layers)
    return Reading(READER, grids_of(pages), first.text)


def _words_of(page: OpenPage, *, layers: bool) -> Iterator[PageWords]:
    """The words of a page whose text is upright; nothing of any other. Digits that are hidden or struck are marked."""
    view, drawing = view_of(page.page), drawing_of(page.page, page.number)
    numbered = numbered_chars(page, string_of(page), drawing.forms)
    chars = list(numbered.values())
    if sideways_turns(page, chars, view):
        return
    sight = sight_of(page, numbered, drawing, view, layers=layers)
    unseen = {*sight.unseen, *(box for box, way in sight.ways.items() if way != UPRIGHT)}
    most = LARGE * usual_height(chars)
    kept, large = split_large(chars, most)
    over = watermark_of(page, numbered, view, most)
    large = [box for box in large if box not in over]
    levels = _levels(drawing.level)
    marked = [_marked(char, unseen, levels) for char in kept]
    ink = [*drawing.ink, *drawing.pictures, *drawing.notes, *large]
    lines = [(left, y, right, y) for y, left, right in drawing.level]
    lines += [(x, top, x, bottom) for x, top, bottom in drawing.upright]
    yield page_words(page.number, marked, ink, [*lines, *drawing.dots, *drawing.fills])


def _levels(pieces: Sequence[Piece]) -> tuple[list[Piece], list[float]]:
    lines = sorted(pieces)
    return lines, [line[0] for line in lines]


def _marked(char: Char, unseen: Collection[Box], levels: tuple[list[Piece], list[float]]) -> Char:
    letter, left, top, right, bottom = char
    if not letter.isdigit():
        return char
    lines, places = levels
    height = bottom - top
    near = lines[bisect_left(places, top + _UPPER * height) : bisect_right(places, bottom - _LOWER * height)]
    struck = any(begin < right and left < end for _, begin, end in near)
    return (f"{letter}{RAISED}", *char[1:]) if struck or char[1:] in unseen else char
