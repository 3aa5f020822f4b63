"""Web pages saved as one file (MHTML): Word and WPS write them under the name .doc, and some browsers too."""

from __future__ import annotations

import codecs
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from parsers.model import Reading, Unreadable
from parsers.readers import html

if TYPE_CHECKING:
    from email.message import EmailMessage

_GB = frozenset({"gb2312", "gbk", "gb_2312-80", "x-gbk"})


def read(body: bytes) -> Reading:
    """Read the page in an MHTML file; where its first page is only a frame, all its pages. Raises Unreadable."""
    message = message_from_bytes(body.lstrip(b"\xef\xbb\xbf \t\r\n"), policy=policy.default)
    pages = [_page(part) for part in message.walk() if part.get_content_type() == "text/html"]
    if not pages:
        raise Unreadable("unsupported", "the document is mail or a saved page without any text in HTML")
    whole = pages[0] if b"<table" in pages[0].lower() else b"\n".join(pages)
    return html.read(whole)


def _page(part: EmailMessage) -> bytes:
    """The page in UTF-8 where the part says its charset; GB 18030 for the older names of its parts."""
    content = part.get_payload(decode=True)
    written = content if isinstance(content, bytes) else b""
    charset = (part.get_content_charset() or "").lower()
    try:
        codecs.lookup(charset)
    except LookupError:
        return written
    return written.decode("gb18030" if charset in _GB else charset, "replace").encode()
