"""Bytes to text for Chinese pages: strict UTF-8 first, whatever the page declares, then Big5 where that is declared
and true, else GB 18030."""

from __future__ import annotations

import codecs
import re

# A page cut in the middle of a character, or one bad byte in a comment, is still UTF-8.
TOLERATED = 1_000
# Where browsers look for a declaration.
HEAD = 4_096
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BIG5 = re.compile(
    rb"""(?:charset|encoding)\s{0,9}=\s{0,9}["']?\s{0,9}(?:big5|x-x-big5|cn-big5)""", re.IGNORECASE
)

_TRADITIONAL = ("政府", "公開", "報告", "資訊", "年度", "的")
_SIMPLIFIED = ("政府", "公开", "报告", "信息", "年度", "的")


def decode(body: bytes) -> str:
    """The text of a page or text file. Undecodable bytes become U+FFFD, which no number contains."""
    for mark, charset in _MARKS:
        if body.startswith(mark):
            return body.decode(charset, "replace").removeprefix("\ufeff")
    if (sixteen := _unmarked_utf16(body)) is not None:
        return body.decode(sixteen, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        nearly = body.decode("utf-8", "replace")
    if nearly.count("\ufffd") * TOLERATED < len(nearly):
        return nearly
    return _big5(body) or body.decode("gb18030", "replace")


def _unmarked_utf16(body: bytes) -> str | None:
    """Markup in two bytes a character without a mark: its first sign tells which byte comes first."""
    return {b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}.get(body[:2])


def _big5(body: bytes) -> str | None:
    """Big5 only where the page says so, every byte agrees and it makes words: most bytes of either are both."""
    if not _BIG5.search(body[:HEAD]):
        return None
    try:
        text = body.decode("big5hkscs")
    except UnicodeDecodeError:
        return None
    other = body.decode("gb18030", "replace")
    return text if sum(map(text.count, _TRADITIONAL)) > sum(map(other.count, _SIMPLIFIED)) else None
