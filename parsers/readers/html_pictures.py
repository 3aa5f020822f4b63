"""The pictures that a page shows, in their places among its words, for a reader of pictures.

They stand in the page itself (`data:` addresses), or beside it in the same file (MHTML).
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_to_bytes

from parsers import sniffing
from parsers.articles import container_of, loose_pictures, shown_by
from parsers.picture_size import may_be_a_page
from parsers.readers.charset import decode
from parsers.readers.html_cells import lines
from parsers.readers.html_looks import Looks
from parsers.readers.html_scripts import filled_by
from parsers.readers.html_sheets import sheets
from parsers.readers.html_tree import own_title, parse_tree
from parsers.readers.html_walk import Walk, walk_tree
from parsers.readers.mhtml_parts import address_key, pages_and_pictures

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lxml.etree import _Element

# A page of a scan is one or two megabytes; a page carries few.
MAX_PICTURE = 8 * 2**20
MAX_PICTURES = 40
# Icons and lines are smaller than any scan of a table.
MIN_PICTURE = 2_000
_SHOWING = ("img", "image", "object", "embed", "source", "input", "a")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=_-]+")
_MARK = "\ue0f0"  # stands in the text where a picture does
_PLACE = re.compile(f"{_MARK}(\\d+){_MARK}")
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a page: the last part of its address for people, and its bytes; None where they were not to be had."""

    name: str
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows in its order: its words, and its pictures between them."""

    title: str | None
    pieces: tuple[str | Picture, ...]

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures alone."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Picture))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the pictures."""
        return tuple(picture.name for picture in self.pictures)

    @property
    def lacking(self) -> tuple[str, ...]:
        """The names of the pictures that were not to be had."""
        return tuple(picture.name for picture in self.pictures if picture.body is None)


def pictures(body: bytes) -> tuple[bytes, ...]:
    """The PNG, JPEG and other pictures (not drawings) that come with a page, in its order, each once.

    Pictures of less than 2,000 bytes or more than 8 MiB are left out, and those after the fortieth. Raises Unreadable
    as `html.read` does.
    """
    return tuple(picture.body for picture in shown(body).pictures if picture.body is not None)


def shown(body: bytes) -> Shown:
    """A page's words and pictures: of its article alone, where the pictures stand in one that is known."""
    page, beside = body, None
    if sniffing.sniff(body) == sniffing.MHTML:
        pages, beside = pages_and_pictures(body)
        page = b"\n".join(pages)
    root = parse_tree(decode(page))
    title = own_title(root)
    found = list(_pictures_in(root, beside))
    for number, (element, _) in enumerate(found):
        _mark(element, number)
    containers = {container_of(element) for element, _ in found}
    place = containers.pop() if len(containers) == 1 else None
    walk = Walk(Looks(sheets(root)), filled_by(root))
    walk_tree(root if place is None else place, walk)
    return Shown(title, tuple(_pieces(lines(walk.parts), [picture for _, picture in found])))


def names_in(root: _Element) -> tuple[str, ...]:
    """The names of the pictures that stand in a page's article, whether they come with the page or not.

    On a page of a system that is not known: of those that may hold what a report's words do not.
    """
    found = tuple(picture.name for _, picture in _pictures_in(root, None))
    loose = (shown_by(element) for element in loose_pictures(root))
    others = (_name(address) for address in loose if address and address[:5].lower() != "data:")
    return tuple(dict.fromkeys((*found, *others)))[:MAX_PICTURES]


def _pictures_in(root: _Element, beside: Mapping[str, bytes] | None) -> Iterator[tuple[_Element, Picture]]:
    """The pictures that may be pages of a report, each once. `beside`: those that stand in the same file, if any may."""
    known: set[bytes | str] = set()
    for element in root.iter(*_SHOWING):
        picture = _picture_of(element, beside)
        if picture is None:
            continue
        key = picture.body if picture.body is not None else picture.name
        if key in known:
            continue
        known.add(key)
        yield element, picture
        if len(known) == MAX_PICTURES:
            return


def _picture_of(element: _Element, beside: Mapping[str, bytes] | None) -> Picture | None:
    """The picture that an element shows; None for an icon, a drawing, and one that only frames the page."""
    carried = _carried(element)
    if carried is not None:
        return carried
    address = shown_by(element) if element.tag in {"img", "a"} else ""
    if not address or address[:5].lower() == "data:":
        return None
    if beside is None:
        return Picture(_name(address), None) if container_of(element) is not None else None
    content = beside.get(address_key(address), beside.get(address))
    if content is None:
        return None
    if not content:
        return Picture(_name(address), None)
    return Picture(_name(address), content) if may_be_a_page(content) else None


def _carried(element: _Element) -> Picture | None:
    """The picture that an element carries in itself."""
    if element.tag == "a":
        return None
    for name in ("src", "data-src", "data-original", "href", "xlink:href", "data"):
        address = (element.get(name) or "").lstrip()
        if address[:11].lower() == "data:image/" and address[11:14].lower() != "svg":
            picture = _decoded(address)
            if MIN_PICTURE <= len(picture) <= MAX_PICTURE:
                return Picture(f"a picture of {len(picture):,} bytes in the page itself", picture)
    return None


def _name(address: str) -> str:
    """The last part of an address, for people."""
    path = unquote(address.partition("?")[0].rstrip("/")).replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in path if letter.isprintable())[:_LONGEST_NAME] or "a picture"


def _mark(element: _Element, number: int) -> None:
    """Puts a mark in the place of a picture, hidden where that was hidden."""
    style, classes = element.get("style"), element.get("class")
    element.attrib.clear()
    if style:
        element.set("style", style)
    if classes:
        element.set("class", classes)
    element.tag = "p"
    element.text = f"{_MARK}{number}{_MARK}{element.text or ''}"


def _pieces(text: str, found: Sequence[Picture]) -> Iterator[str | Picture]:
    parts = _PLACE.split(text)
    for words, number in zip(parts[::2], [*parts[1::2], ""], strict=True):
        if words.strip():
            yield words.strip()
        if number and int(number) < len(found):
            yield found[int(number)]


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
