"""Pictures that a page carries in itself: `data:` addresses, for a reader of pictures."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from parsers.readers.charset import decode
from parsers.readers.html_tree import parse_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

# A page of a scan is one or two megabytes; a page carries few.
MAX_PICTURE = 8 * 2**20
MAX_PICTURES = 40
# Icons and lines are smaller than any scan of a table.
MIN_PICTURE = 2_000
_ADDRESSES = ("src", "data-src", "data-original", "href", "xlink:href", "data")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=_-]+")


def pictures(body: bytes) -> tuple[bytes, ...]:
    """The PNG, JPEG and other pictures (not drawings) in a page's own `data:` addresses, in its order, each once.

    Pictures of less than 2,000 bytes or more than 8 MiB are left out, and those after the fortieth. Raises Unreadable
    as `html.read` does.
    """
    found: dict[bytes, None] = {}
    for address in _data_addresses(body):
        picture = _decoded(address)
        if MIN_PICTURE <= len(picture) <= MAX_PICTURE:
            found[picture] = None
        if len(found) == MAX_PICTURES:
            break
    return tuple(found)


def _data_addresses(body: bytes) -> Iterator[str]:
    for element in parse_tree(decode(body)).iter("img", "image", "object", "embed", "source", "input"):
        for name in _ADDRESSES:
            address = (element.get(name) or "").lstrip()
            if address[:11].lower() == "data:image/" and address[11:14].lower() != "svg":
                yield address


def _decoded(address: str) -> bytes:
    """The bytes of a `data:` address; none where it is cut or too long."""
    head, comma, coded = address.partition(",")
    if not comma or len(coded) > 2 * MAX_PICTURE:
        return b""
    raw = unquote_to_bytes(coded)
    if not head.lower().endswith(";base64"):
        return raw
    plain = _NOT_BASE64.sub(b"", raw).rstrip(b"=")
    try:
        return base64.b64decode(
            plain + b"=" * (-len(plain) % 4), altchars=b"-_" if b"-" in plain or b"_" in plain else None
        )
    except (binascii.Error, ValueError):
        return b""
