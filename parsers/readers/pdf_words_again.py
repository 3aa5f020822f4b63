"""The reading by the place of words once more, by another library: pdfplumber, with its own characters and boxes."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING

import pdfplumber

from parsers.model import Reading, Unreadable
from parsers.readers.pdf_chars import LARGE, split_large, usual_height
from parsers.readers.pdf_text import line_text, lines_of
from parsers.readers.pdf_words_page import PageWords, page_words
from parsers.readers.pdf_words_tables import grids_of

if TYPE_CHECKING:
    from pdfplumber.page import Page

    from parsers.readers.pdf_chars import Char

READER = "pdfplumber words"

logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of every Type 3 font, hundreds a file

_SLANT = 0.1  # of a character's direction: beyond it is a watermark


def read(body: bytes, first: Reading) -> Reading:
    """The tables on the pages that the first reading looked at. Raises Unreadable (broken)."""
    try:
        with pdfplumber.open(io.BytesIO(body), pages=list(first.pages)) as document:
            pages = [_other_words(page) for page in document.pages]
    except Exception as error:  # pdfminer raises whatever a broken file makes of it
        raise Unreadable("broken", f"The PDF cannot be read by pdfplumber: {error!r}") from error
    grids = grids_of([words for words, _ in pages])
    return Reading(READER, grids, "\n".join(text for _, text in pages))


def _other_words(page: Page) -> tuple[PageWords, str]:
    chars: list[Char] = [
        (char["text"], char["x0"], char["top"], char["x1"], char["bottom"])
        for char in page.chars
        if char["upright"] and abs(char["matrix"][1]) <= _SLANT * abs(char["matrix"][0])
    ]
    kept, large = split_large(chars, LARGE * usual_height(chars))
    drawn = [
        (thing["x0"], thing["top"], thing["x1"], thing["bottom"]) for thing in (*page.images, *page.curves)
    ]
    marks = [
        (thing["x0"], thing["top"], thing["x1"], thing["bottom"]) for thing in (*page.lines, *page.rects)
    ]
    words = page_words(page.page_number, kept, [*drawn, *large], marks)
    text = "\n".join(line_text(line) for line in lines_of(chars))
    page.close()
    return words, text
