"""Pages in one file with their pictures (MHTML): what is in them, and how such a file is made.

Such a file may have 40 MB, and a worker hardly twice that: parts are cut out one by one, and nothing is copied twice.
"""

from __future__ import annotations

import binascii
import codecs
import hashlib
import quopri
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from email.message import Message

_GB = frozenset({"gb2312", "gbk", "gb_2312-80", "x-gbk"})
_BOM = b"\xef\xbb\xbf \t\r\n"
_END_OF_HEAD = re.compile(rb"\r?\n[ \t]*\r?\n")
_NO_HEAD = re.compile(rb"[ \t]*\r?\n")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_LONGEST_HEAD = 64 * 1024  # bytes of the headers of a part
_DEEPEST = 5  # parts in parts
MAX_PARTS = 2_000


def pages_and_pictures(body: bytes) -> tuple[list[bytes], dict[str, bytes]]:
    """The pages of an MHTML file, and its pictures by their addresses; one that was not to be had is empty."""
    pages: list[bytes] = []
    pictures: dict[str, bytes] = {}
    base = ""
    start = len(body) - len(body.lstrip(_BOM))
    for number, (head, first, end) in enumerate(_parts(body, start, len(body), 0)):
        kind = head.get_content_type()
        if kind == "text/html":
            base = base or _header(head, "Content-Location")
            pages.append(_page(head, _content(head, body[first:end])))
        elif kind.startswith("image/"):
            content = _content(head, body[first:end])
            pictures[address_key(_header(head, "Content-Location"))] = content
            pictures[f"cid:{_header(head, 'Content-ID').strip('<>')}"] = content
        if number == MAX_PARTS:
            break
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
    whole = hashlib.sha256(page)
    for picture in pictures.values():
        whole.update(picture or b"")
    edge = f"----={whole.hexdigest()}"  # stands in none of them: it is made of all
    head = f'MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="{edge}"\r\n'
    parts: list[bytes] = [head.encode(), *_part(edge, "text/html", "", page)]
    for address, picture in pictures.items():
        parts += _part(edge, "image/x-shown", address_key(address), picture or b"")
    return b"".join((*parts, f"\r\n--{edge}--\r\n".encode()))


def _part(edge: str, kind: str, location: str, content: bytes) -> Iterable[bytes]:
    where = f"Content-Location: {location}\r\n" if location else ""
    head = f"\r\n--{edge}\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: binary\r\n{where}\r\n"
    return head.encode(), content


def _parts(body: bytes, start: int, end: int, depth: int) -> Iterator[tuple[Message, int, int]]:
    """Every part that holds something itself: its headers, and where its content begins and ends."""
    from email.parser import BytesHeaderParser  # noqa: PLC0415 - three MiB, of which a worker has few

    bare = _NO_HEAD.match(body, start, end)
    gap = bare or _END_OF_HEAD.search(body, start, min(end, start + _LONGEST_HEAD))
    first, stop = (gap.end(), gap.start()) if gap else (end, min(end, start + _LONGEST_HEAD))
    head = BytesHeaderParser().parsebytes(body[start:stop])
    boundary = head.get_boundary() if head.get_content_maintype() == "multipart" else None
    if not boundary:
        yield head, first, end
    elif depth < _DEEPEST:
        for begin, stop in _between(body, first, end, boundary.encode("utf-8", "replace")):
            yield from _parts(body, begin, stop, depth + 1)


def _between(body: bytes, start: int, end: int, boundary: bytes) -> Iterator[tuple[int, int]]:
    """Where the parts of a multipart begin and end; the last one at its end, where that is cut off."""
    line = re.compile(rb"(?:\r?\n|(?<=\n))--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    begin = None
    for edge in line.finditer(body, max(0, start - 2), end):
        if begin is not None:
            yield begin, edge.start()
        begin = None if edge[1] else _next_line(body, edge.end())
        if edge[1]:
            return
    if begin is not None:
        yield begin, end


def _next_line(body: bytes, place: int) -> int:
    found = body.find(b"\n", place)
    return len(body) if found < 0 else found + 1


def _header(head: Message, name: str) -> str:
    """A header as it is written, whatever is in it."""
    values = (str(value) for key, value in head.raw_items() if key.lower() == name.lower())
    return next(values, "").strip()


def _content(head: Message, written: bytes) -> bytes:
    coding = _header(head, "Content-Transfer-Encoding").lower()
    if coding == "quoted-printable":
        return quopri.decodestring(written)
    if coding != "base64":
        return written
    try:
        return binascii.a2b_base64(written)
    except binascii.Error:  # cut off, or with odd letters between
        plain = _NOT_BASE64.sub(b"", written)
        return binascii.a2b_base64(plain[: len(plain) // 4 * 4])


def _page(head: Message, written: bytes) -> bytes:
    """The page in UTF-8 where the part says its charset; GB 18030 for the older names of its parts."""
    charset = (head.get_content_charset() or "").lower()
    try:
        codecs.lookup(charset)
    except LookupError:
        return written
    return written.decode("gb18030" if charset in _GB else charset, "replace").encode()
