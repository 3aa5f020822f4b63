"""The reader of scans and pictures, by OCR. Needs the extra `ocr`; everything else is read without it.

Boxes of origins are points of the page as displayed (PDF) or pixels of the picture, and every figure has its score.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from parsers.model import Unreadable
from parsers.readers import html_pictures

if TYPE_CHECKING:
    from parsers.model import Reading

_NEEDED = ("numpy", "cv2", "onnxruntime", "rapidocr", "PIL")


def read_pdf(body: bytes) -> Reading:
    """Read a PDF whose pages are pictures, or whose text has no meaning.

    Raises Unreadable: as the reader of PDFs, unsupported without the extra, not_a_report where no page needs OCR.
    """
    return _readings("pages_of_pdf", body)[0]


def read_pdf_strictly(body: bytes) -> Reading:
    """The same, with only the figures that all looks agree on: the second reading that an accusation needs."""
    return _readings("pages_of_pdf", body)[1]


def read(body: bytes) -> Reading:
    """Read a picture file (PNG, JPEG, GIF, BMP, TIFF of several pages, WebP). Raises Unreadable."""
    return _readings("pages_of_picture", body)[0]


def read_strictly(body: bytes) -> Reading:
    """The same, with only the figures that all looks agree on."""
    return _readings("pages_of_picture", body)[1]


def read_html(body: bytes) -> Reading:
    """Read the pictures that come with a page, in their places among its words.

    Raises Unreadable, not_a_report where there are none.
    """
    return _of_page(0, body)


def read_html_strictly(body: bytes) -> Reading:
    """The same, with only the figures that all looks agree on."""
    return _of_page(1, body)


def _of_page(number: int, body: bytes) -> Reading:
    page = html_pictures.shown(body)
    return replace(_readings("pages_of_html", body)[number], title=page.title, unread=page.lacking)


def read_docx(body: bytes) -> Reading:
    """Read the pictures of a Word document. Raises Unreadable, not_a_report where it has none."""
    return _readings("pages_of_docx", body)[0]


def read_docx_strictly(body: bytes) -> Reading:
    """The same, with only the figures that all looks agree on."""
    return _readings("pages_of_docx", body)[1]


@lru_cache(maxsize=1)
def _readings(pages: str, body: bytes) -> tuple[Reading, Reading]:
    """Both readings of a document, made at once; kept until the next document."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise Unreadable(
            "unsupported",
            "The document is a picture and needs OCR: install the extra (`uv sync --extra ocr`, or `make`).",
        )
    scan_pages, scan_read = (import_module(f"parsers.readers.{name}") for name in ("scan_pages", "scan_read"))
    first, second = scan_read.read_pages(getattr(scan_pages, pages)(body))
    return first, second
