"""Web pages saved as one file (MHTML): Word and WPS write them under the name .doc, and some browsers too."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from parsers.model import Unreadable
from parsers.readers import html
from parsers.readers.html_pictures import shown
from parsers.readers.mhtml_parts import pages_and_pictures

if TYPE_CHECKING:
    from parsers.model import Reading


def read(body: bytes) -> Reading:
    """Read the page in an MHTML file; where its first page is only a frame, all its pages. Raises Unreadable."""
    reading = html.read(page_of(body))
    return replace(reading, unread=shown(body).names)


def page_of(body: bytes) -> bytes:
    """The page in an MHTML file, or all its pages where the first is only a frame. Raises Unreadable."""
    pages, _ = pages_and_pictures(body)
    if not pages:
        raise Unreadable("unsupported", "the document is mail or a saved page without any text in HTML")
    return pages[0] if b"<table" in pages[0].lower() else b"\n".join(pages)
