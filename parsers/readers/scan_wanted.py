"""A quick look whether a document has pictures that may show a table: most documents without figures have none.

Needs nothing of the extra `ocr`, so that a light worker can tell whether a heavy one must be asked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from parsers.model import Unreadable
from parsers.readers import docx, html_pictures
from parsers.readers.pdf_chars import is_invisible, string_of
from parsers.readers.pdf_drawing import drawing_of
from parsers.readers.pdf_file import count_pages, open_document, open_page
from parsers.readers.pdf_form import has_form_words
from parsers.readers.pdf_view import view_of

if TYPE_CHECKING:
    from parsers.readers.pdf_file import OpenPage
    from parsers.readers.pdf_view import Handle

_READABLE = re.compile("[\u2e80-\u2fdf\u4e00-\u9fff]")
_FEW = 30  # Chinese characters on a page whose text is worth the name
_LARGE = 0.25  # of a page's area: a picture that may be a table


def in_pdf(body: bytes) -> bool:
    """Whether a page of the PDF is a picture or lacks text. Raises Unreadable as `open_document` does."""
    with open_document(body) as document:
        return bool(wanted_pages(document))


def in_html(body: bytes) -> bool:
    """Whether pictures come with the page."""
    return bool(html_pictures.pictures(body))


def in_docx(body: bytes) -> bool:
    """Whether the Word document has pictures."""
    return bool(docx.pictures(body))


def wanted_pages(document: Handle) -> set[int]:
    """The pages to be looked at: those a picture covers or without text, and then the form's pages with text too.

    Empty where no page is covered.
    """
    covered: set[int] = set()
    form: set[int] = set()
    pages = count_pages(document)
    for index in range(pages):
        with open_page(document, index) as page:
            string = string_of(page)
            if pdfium.FPDFPage_CountObjects(page.page) and _needs_a_look(page, string):
                covered.add(page.number)
            elif has_form_words(string):
                form |= {page.number, min(page.number + 1, pages)}
    return covered | form if covered else set()


def _needs_a_look(page: OpenPage, string: str) -> bool:
    if len(_READABLE.findall(string)) < _FEW or is_invisible(page):
        return True
    view = view_of(page.page)
    pictures = drawing_of(page.page, page.number).pictures
    areas = ((right - left) * (bottom - top) for left, top, right, bottom in pictures)
    return max(areas, default=0.0) >= _LARGE * view.width * view.height


def refuse(where: str) -> Unreadable:
    """The refusal of a document without a picture to look at."""
    return Unreadable("not_a_report", f"The {where} has no picture that may show a table.")
