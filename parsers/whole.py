"""Whether a file has its end: told from the bytes alone, before anything reads them."""

from __future__ import annotations

from parsers import ole, sniffing
from parsers.sniffing import sniff

_ZIP, _ZIP_END = b"PK\x03\x04", b"PK\x05\x06"
_ZIP_TAIL = 66_000  # bytes: the end of the directory, and the longest comment that may follow it
_PNG, _PNG_END = b"\x89PNG", b"IEND"
_JPEG, _JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
_TAIL = 1024


def is_cut_off(body: bytes) -> bool:
    """Whether the end of a PDF, Office file, archive or picture is missing; False for kinds that have no end mark.

    Such a file may still open, and would then lack pages without a word.
    """
    if sniff(body) == sniffing.PDF:
        from parsers.readers.pdf_file import is_truncated  # noqa: PLC0415 - with it comes the PDF library

        return is_truncated(body)
    if body.startswith(_ZIP):
        return _ZIP_END not in body[-_ZIP_TAIL:]
    if body.startswith(ole.OLE_MAGIC):
        return ole.is_cut_off(body)
    if body.startswith(_PNG):
        return _PNG_END not in body[-_TAIL:]
    return body.startswith(_JPEG) and _JPEG_END not in body
