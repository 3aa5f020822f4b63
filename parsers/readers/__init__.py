"""Which reader reads what. A new reader is one function `read(body: bytes) -> Reading` and one line here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

from parsers import sniffing

if TYPE_CHECKING:
    from collections.abc import Callable

    from parsers.model import Effort, Reading


@dataclass(frozen=True, slots=True)
class Way:
    """How a kind of document is read. Names are `module:function` of this package, loaded when first needed.

    Further readings of the same document are asked only where those before are not enough, in this order: `also`
    share the first reader's library and take its reading as well; `second` is another library; `again` is that
    library by the places of words. `otherwise` are tried in turn where no figures were found, or where the first
    reader says that the tables are pictures; `where` is a quick look whether one of those has anything to read.
    """

    read: str
    also: tuple[str, ...] = ()
    second: str | None = None
    again: str | None = None
    otherwise: tuple[Way, ...] = ()
    where: str | None = None


_PICTURES_OF_A_PAGE = Way("scan:read_html", second="scan:read_html_strictly", where="scan_wanted:in_html")
_PAGE = Way("html:read", otherwise=(Way("html:read_words"), _PICTURES_OF_A_PAGE))
WAYS: dict[str, Way] = {
    sniffing.HTML: _PAGE,
    "application/xhtml+xml": _PAGE,
    sniffing.PDF: Way(
        "pdf:read",
        also=("pdf_words:read", "pdf_tagged:read"),
        second="plumber:read",
        again="pdf_words_again:read",
        otherwise=(Way("scan:read_pdf", second="scan:read_pdf_strictly", where="scan_wanted:in_pdf"),),
    ),
    sniffing.DOCX: Way(
        "docx:read",
        otherwise=(Way("scan:read_docx", second="scan:read_docx_strictly", where="scan_wanted:in_docx"),),
    ),
    sniffing.XLSX: Way("sheet_xml:read"),
    sniffing.FLAT_OPC: Way("docx:read_flat"),
    sniffing.MHTML: Way("mhtml:read", otherwise=(_PICTURES_OF_A_PAGE,)),
    sniffing.ODS: Way("sheet_ods:read"),
    sniffing.EXCEL_XML: Way("sheet_2003:read"),
    sniffing.XLSB: Way("sheet:read"),
    sniffing.XLS: Way("sheet:read"),
    sniffing.TEXT: Way("text:read"),
    **dict.fromkeys(sniffing.PICTURES - {sniffing.JP2}, Way("scan:read", second="scan:read_strictly")),
}

# How much memory and time readers take, by their modules; all others are light. reportwatch/reading.py has the limits.
_HEAVY: dict[str, Effort] = {"plumber": "second", "pdf_words_again": "second", "scan": "pictures"}


def effort_of(name: str) -> Effort:
    """What the reader of that name (`module:function`) takes."""
    return _HEAVY.get(name.partition(":")[0], "first")


@cache
def load(name: str) -> Callable[[bytes], Reading]:
    """The function that a Way names; its libraries are imported now, and not before: some take a second."""
    return cast("Callable[[bytes], Reading]", _named(name))


@cache
def load_look(name: str) -> Callable[[bytes], bool]:
    """The quick look that a Way names (`where`)."""
    return cast("Callable[[bytes], bool]", _named(name))


@cache
def load_beside(name: str) -> Callable[[bytes, Reading], Reading]:
    """The function of a further reading that takes the first one, too (`also` and `again` of a Way)."""
    return cast("Callable[[bytes, Reading], Reading]", _named(name))


def _named(name: str) -> object:
    module, _, function = name.partition(":")
    return getattr(import_module(f"{__name__}.{module}"), function)
