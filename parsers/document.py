"""The one door: bytes of any kind to the reports in them, or a clear word why not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers import sniffing
from parsers.model import Unreadable
from parsers.normalise import normalise
from parsers.readers import html, text
from parsers.report import reports
from parsers.sniffing import sniff

if TYPE_CHECKING:
    from collections.abc import Callable

    from parsers.model import Parsed, Reading

# Longer pages have a menu and an article; what blocks a visitor is short.
SHORT_PAGE = 1_200
_ERROR_PAGE = re.compile(
    r"404|403forbidden|50[0234](?:bad|internal|service|gateway)|页面不存在|找不到(?:该|您|页面)|页面已(?:被)?删除|notfound|forbidden"
    r"|访问(?:被拒绝|受限|过于频繁|异常)|系统维护|正在维护|维护中|验证码|滑动验证|安全验证|accessdenied|accessverification|请开启javascript"
    r"|enablejavascript|requestblocked|已被拦截|防火墙|防护",
    re.IGNORECASE,
)
_WHY_NOT = {
    sniffing.ZIP: "a ZIP archive: unpack it and read the documents inside",
    sniffing.DOCX: "a Word document (.docx): this version reads HTML and PDF; save it as PDF",
    sniffing.OLE: "an old Word or WPS document (.doc, .wps): save it as PDF",
    sniffing.PNG: "a PNG picture: a scan needs OCR, which this version does not have",
    sniffing.JPEG: "a JPEG picture: a scan needs OCR, which this version does not have",
}


def parse(body: bytes, media_type: str) -> tuple[Parsed, ...]:
    """The reports in a document: nearly always one; none for a document that is no report.

    The bytes decide what it is; `media_type` counts only where they say nothing. Raises Unreadable with a kind
    (empty, encrypted, truncated, broken, unsupported, too_large, error_page) and a sentence that says what to do.
    """
    if not body.strip(b" \t\r\n\x00"):
        raise Unreadable("empty", "the document has no content: fetch it again")
    found = sniff(body)
    if found == sniffing.BYTES:
        found = media_type.partition(";")[0].strip().lower()
    reader = _READERS.get(found)
    if reader is None:
        why = _WHY_NOT.get(found, f"of no kind that can be read ({found or 'unknown'})")
        raise Unreadable("unsupported", f"the document is {why}")
    return reader(body)


def _parse_html(body: bytes) -> tuple[Parsed, ...]:
    reading = html.read(body)
    found = reports(reading)
    if not any(parsed.figures for parsed in found):
        hidden = reports(html.read(body, hidden_too=True))
        if any(parsed.figures for parsed in hidden):
            return hidden
    if not found:
        _refuse_error_page(reading)
    return found


def _refuse_error_page(reading: Reading) -> None:
    """A captcha or an error told with status 200 is no article, and must never read as "no report here"."""
    shown = normalise(f"{reading.title or ''}{reading.text}")
    if not shown:
        raise Unreadable(
            "empty", "the page shows nothing without JavaScript: its text must be fetched another way"
        )
    match = _ERROR_PAGE.search(shown)
    if match and len(shown) <= SHORT_PAGE:
        raise Unreadable(
            "error_page", f"the page is an error or a barrier, not an article: it says “{match[0]}”"
        )


def _parse_pdf(body: bytes) -> tuple[Parsed, ...]:
    from parsers.readers import pdf, plumber  # noqa: PLC0415 - pages need neither library, and both load slowly

    return reports(pdf.read(body), second=lambda: plumber.read(body))


def _parse_text(body: bytes) -> tuple[Parsed, ...]:
    return reports(text.read(body))


_READERS: dict[str, Callable[[bytes], tuple[Parsed, ...]]] = {
    sniffing.HTML: _parse_html,
    "application/xhtml+xml": _parse_html,
    sniffing.PDF: _parse_pdf,
    sniffing.TEXT: _parse_text,
}
