"""Pages in one file with their pictures (MHTML): what is in them, and how such a file is made."""

from __future__ import annotations

import base64
import codecs
import hashlib
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from email.message import EmailMessage

_GB = frozenset({"gb2312", "gbk", "gb_2312-80", "x-gbk"})
_BOM = b"\xef\xbb\xbf \t\r\n"


def pages_and_pictures(body: bytes) -> tuple[list[bytes], dict[str, bytes]]:
    """The pages of an MHTML file, and its pictures by their addresses; one that was not to be had is empty."""
    from email import message_from_bytes, policy  # noqa: PLC0415 - three MiB, of which a worker has few

    message = message_from_bytes(body.lstrip(_BOM), policy=policy.default)
    pages: list[bytes] = []
    pictures: dict[str, bytes] = {}
    base = ""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "text/html":
            base = base or _header(part, "Content-Location")
            pages.append(_page(part))
        elif kind.startswith("image/"):
            content = _content(part)
            pictures[address_key(_header(part, "Content-Location"))] = content
            pictures[f"cid:{_header(part, 'Content-ID').strip('<>')}"] = content
    if base:
        pictures |= {urljoin(base, address): content for address, content in pictures.items()}
    return pages, pictures


def address_key(address: str) -> str:
    """An address as the file's parts and the page write it alike: without blanks, and with every odd letter coded."""
    return quote("".join(address.split()), safe="%:/?#[]@!$&'()*+,;=~")


def together(page: bytes, pictures: Mapping[str, bytes | None]) -> bytes:
    """A page with the pictures that it shows, as one file of the kind that browsers save (MHTML).

    `pictures` by their addresses as the page writes them; None for one that was not to be had. Those that are left out
    are known to be no page of a report.
    """
    edge = f"----={hashlib.sha256(page).hexdigest()}"
    head = f'MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="{edge}"\r\n'
    parts: list[bytes] = [head.encode(), *_part(edge, "text/html", "", page)]
    for address, picture in pictures.items():
        parts += _part(edge, "image/x-shown", address_key(address), picture or b"")
    return b"".join((*parts, f"\r\n--{edge}--\r\n".encode()))


def _part(edge: str, kind: str, location: str, content: bytes) -> Iterable[bytes]:
    where = f"Content-Location: {location}\r\n" if location else ""
    head = f"\r\n--{edge}\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n{where}\r\n"
    return head.encode(), base64.b64encode(content)


def _header(part: EmailMessage, name: str) -> str:
    values = (str(value) for key, value in part.raw_items() if key.lower() == name.lower())
    return next(values, "").strip()


def _content(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _page(part: EmailMessage) -> bytes:
    """The page in UTF-8 where the part says its charset; GB 18030 for the older names of its parts."""
    written = _content(part)
    charset = (part.get_content_charset() or "").lower()
    try:
        codecs.lookup(charset)
    except LookupError:
        return written
    return written.decode("gb18030" if charset in _GB else charset, "replace").encode()
