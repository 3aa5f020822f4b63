"""What the readers are measured against: the least that other libraries do with the same bytes."""

from __future__ import annotations

import io
import zipfile

import lxml.etree
import lxml.html
import pdfplumber
import pypdfium2
from python_calamine import CalamineWorkbook


def pdfplumber_tables(body: bytes) -> None:
    """pdfplumber's default tables of all pages, cells only: no figures, no checks."""
    with pdfplumber.open(io.BytesIO(body)) as document:
        for page in document.pages:
            page.extract_tables()
            page.close()


def pypdfium2_text(body: bytes) -> None:
    """The text of all pages, as pypdfium2 gives it."""
    document = pypdfium2.PdfDocument(body)
    try:
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage()
            text.get_text_range()
            text.close()
            page.close()
    finally:
        document.close()


def lxml_page(body: bytes) -> None:
    """lxml.html's bare parse of a page."""
    lxml.html.document_fromstring(body)


def lxml_word(body: bytes) -> None:
    """Unzipping document.xml, and lxml's bare parse of it."""
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        lxml.etree.fromstring(package.read("word/document.xml"))


def calamine_sheets(body: bytes) -> None:
    """All sheets, as python-calamine gives them."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()


def pages_and_producer(body: bytes) -> tuple[int, str]:
    """Of a PDF: how many pages, and what made it."""
    document = pypdfium2.PdfDocument(body)
    try:
        return len(document), str(document.get_metadata_value("Producer"))
    finally:
        document.close()
