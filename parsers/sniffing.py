"""What bytes are, by what they begin with: names and Content-Type headers of government sites are often wrong."""

from __future__ import annotations

import re

PDF, HTML, TEXT, ZIP = "application/pdf", "text/html", "text/plain", "application/zip"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OLE, PNG, JPEG, BYTES = "application/x-ole-storage", "image/png", "image/jpeg", "application/octet-stream"
HEAD = 4096
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
)
_MARKUP = re.compile(
    rb"<(?:!doctype|html|head|body|table|div|p|meta|title|h\d|script|span|center|font|\?xml)\b", re.IGNORECASE
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def sniff(body: bytes) -> str:
    """The media type of a document by its bytes; application/octet-stream where they say nothing."""
    head = body[:HEAD].lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    for magic, media_type in _MAGIC:
        if body.startswith(magic):
            return media_type
    if b"%PDF-" in body[:1024]:
        return PDF
    if body.startswith(b"PK\x03\x04"):
        return DOCX if b"word/" in body[:HEAD] or b"word/document.xml" in body[-65536:] else ZIP
    if _MARKUP.search(head.replace(b"\x00", b"") if body.startswith(_UTF16) else head):
        return HTML
    return TEXT if _is_text(body[:HEAD]) else BYTES


def _is_text(head: bytes) -> bool:
    """Text in UTF-8, UTF-16 or GB 18030; a character may be cut at the end of the head."""
    if not head or head.startswith(_UTF16):
        return bool(head)
    if b"\x00" in head:
        return False
    for charset in ("utf-8", "gb18030"):
        for cut in range(4):
            try:
                head[: len(head) - cut].decode(charset)
            except UnicodeDecodeError:
                continue
            return not re.search(rb"[\x01-\x08\x0e-\x1a]", head)
    return False
