"""Opening a PDF with pdfium, page by page, and saying plainly why one cannot be opened.

pdfium aborts the process when memory runs out, so what Python can bound is bounded here, and callers that
read untrusted bytes run the whole reader in a limited worker.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium

from parsers.model import Unreadable
from parsers.readers.pdf_streams import damaged_streams

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.readers.pdf_view import Handle

MAX_BYTES = 200_000_000
MAX_PAGES = 1_000
MAX_PAGE_CHARS = 60_000
MAX_CHARS = 3_000_000
MAX_PAGE_OBJECTS = 150_000

_HEADER_WITHIN = 1_024  # bytes of rubbish that pdfium tolerates before %PDF
_LINEARIZED = re.compile(rb"/Linearized\b[^>]*?/L\s+(\d+)")
_OBJECT = re.compile(rb"\d\s+obj\b")
_WRONG_PASSWORD = 4


@dataclass(frozen=True, slots=True)
class OpenPage:
    """A loaded page and its text page: raw pdfium handles, valid inside `open_page` only."""

    number: int
    page: Handle
    text: Handle
    count: int


def refuse_unreadable(body: bytes) -> None:
    """Raise Unreadable for bytes that are no whole PDF: empty, not_a_report, truncated, broken or too_large.

    A cut file may still open (pdfium rebuilds what it finds) and would then lack pages without a word, so the
    end is looked at before anything else.
    """
    if not body.strip(b"\0 \t\r\n"):
        raise Unreadable("empty", "The file is empty: fetch it again.")
    if len(body) > MAX_BYTES:
        raise Unreadable("too_large", f"The PDF has {len(body):,} bytes; at most {MAX_BYTES:,} are read.")
    if b"%PDF" not in body[:_HEADER_WITHIN]:
        raise Unreadable("not_a_report", "The file is no PDF: it does not begin with %PDF.")
    if is_truncated(body):
        raise Unreadable("truncated", "The PDF ends before its %%EOF mark: fetch it again.")
    if damaged := damaged_streams(body):
        raise Unreadable(
            "broken",
            f"The PDF is damaged: {damaged} of its compressed parts do not match their own checksums: fetch it again.",
        )


def is_truncated(body: bytes) -> bool:
    """Whether the end of the file is missing: no %%EOF, objects after the last one, or shorter than it says."""
    end = body.rfind(b"%%EOF")
    if end < 0 or _OBJECT.search(body, end):
        return True
    linearized = _LINEARIZED.search(body, 0, _HEADER_WITHIN)
    return linearized is not None and len(body) < int(linearized[1])


@contextmanager
def open_document(body: bytes) -> Iterator[Handle]:
    """The document's raw handle; raises Unreadable (as `refuse_unreadable`, or encrypted, broken, too_large)."""
    refuse_unreadable(body)
    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        # pdfium's last error may be that of an earlier document: the trailer must speak of encryption too.
        if error.err_code == _WRONG_PASSWORD and b"/Encrypt" in body:
            raise Unreadable(
                "encrypted", "The PDF asks for a password: ask for a copy without one."
            ) from error
        raise Unreadable("broken", f"The PDF cannot be opened: {error}") from error
    try:
        yield document.raw
    finally:
        document.close()


def count_pages(document: Handle) -> int:
    """How many pages the document has; raises Unreadable (broken: none, too_large)."""
    pages = int(pdfium.FPDF_GetPageCount(document))
    if pages < 1:
        raise Unreadable("broken", "The PDF has no page that can be found.")
    if pages > MAX_PAGES:
        raise Unreadable("too_large", f"The PDF has {pages:,} pages; at most {MAX_PAGES:,} are read.")
    return pages


@contextmanager
def open_page(document: Handle, index: int) -> Iterator[OpenPage]:
    """Page `index` (from 0) with its text. A page that does not load would be a silent gap: Unreadable broken."""
    page = pdfium.FPDF_LoadPage(document, index)
    if not page:
        raise Unreadable("broken", f"Page {index + 1} of the PDF cannot be loaded.")
    try:
        text = pdfium.FPDFText_LoadPage(page)
        if not text:
            raise Unreadable("broken", f"The text of page {index + 1} of the PDF cannot be loaded.")
        try:
            yield OpenPage(index + 1, page, text, _count_chars(text, index))
        finally:
            pdfium.FPDFText_ClosePage(text)
    finally:
        pdfium.FPDF_ClosePage(page)


def _count_chars(text: Handle, index: int) -> int:
    count = max(0, int(pdfium.FPDFText_CountChars(text)))
    if count > MAX_PAGE_CHARS:
        raise Unreadable(
            "too_large",
            f"Page {index + 1} of the PDF has {count:,} characters; at most {MAX_PAGE_CHARS:,} are read.",
        )
    return count
