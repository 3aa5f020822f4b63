"""Bytes to text for Chinese pages: strict UTF-8 first, whatever the page declares, else GB 18030."""

from __future__ import annotations

import codecs

# A page cut in the middle of a character, or one bad byte in a comment, is still UTF-8.
TOLERATED = 1_000


def decode(body: bytes) -> str:
    """The text of a page or text file. Undecodable bytes become U+FFFD, which no number contains."""
    for mark, charset in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if body.startswith(mark):
            return body.decode(charset, "replace").removeprefix("\ufeff")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        nearly = body.decode("utf-8", "replace")
    if nearly.count("\ufffd") * TOLERATED < len(nearly):
        return nearly
    return body.decode("gb18030", "replace")
