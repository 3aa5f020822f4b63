"""How large a picture is, by the first bytes of its file: an icon, a logo or a code is never a page of a report."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from parsers import sniffing
from parsers.sniffing import sniff

if TYPE_CHECKING:
    from collections.abc import Callable

# A picture with fewer pixels, or lower or narrower than any table, is not a page: some pages are cut into strips.
LEAST_PIXELS = 400 * 400
LEAST_SIDE = 200
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # the markers of JPEG that tell its size
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length
_WIDTH, _HEIGHT = 256, 257  # tags of TIFF
_SHORT, _LONG = 3, 4
_MOST_TAGS = 500


def may_be_a_page(body: bytes) -> bool | None:
    """Whether a picture is large enough for a page of a report; None for what is no picture that can be read."""
    size = size_of(body)
    if size is None:
        return None
    return min(size) >= LEAST_SIDE and size[0] * size[1] >= LEAST_PIXELS


def size_of(body: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, as the file's own heading says; None for other files and for damaged ones."""
    measure = _MEASURES.get(sniff(body))
    try:
        size = measure(body) if measure else None
    except (struct.error, IndexError):
        return None
    return size if size and min(size) > 0 else None


def _png(body: bytes) -> tuple[int, int] | None:
    width, height = struct.unpack_from(">II", body, 16)
    return width, height


def _gif(body: bytes) -> tuple[int, int] | None:
    width, height = struct.unpack_from("<HH", body, 6)
    return width, height


def _bmp(body: bytes) -> tuple[int, int] | None:
    if struct.unpack_from("<I", body, 14)[0] == 12:  # noqa: PLR2004 - the header of OS/2
        width, height = struct.unpack_from("<HH", body, 18)
    else:
        width, height = struct.unpack_from("<ii", body, 18)
    return width, abs(height)


def _jpeg(body: bytes) -> tuple[int, int] | None:
    place = 2
    while body[place] == 0xFF:  # noqa: PLR2004 - every marker begins so
        marker = body[place + 1]
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", body, place + 5)
            return width, height
        if marker == 0xFF:  # noqa: PLR2004 - filling
            place += 1
        elif marker in _ALONE:
            place += 2
        else:
            place += 2 + max(2, struct.unpack_from(">H", body, place + 2)[0])
    return None


def _webp(body: bytes) -> tuple[int, int] | None:
    kind = body[12:16]
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", body, 26)
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L":
        packed = struct.unpack_from("<I", body, 21)[0]
        return (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
    if kind == b"VP8X":
        return int.from_bytes(body[24:27], "little") + 1, int.from_bytes(body[27:30], "little") + 1
    return None


def _tiff(body: bytes) -> tuple[int, int] | None:
    order = "<" if body.startswith(b"II") else ">"
    place = struct.unpack_from(f"{order}I", body, 4)[0]
    tags: dict[int, int] = {}
    for number in range(min(_MOST_TAGS, struct.unpack_from(f"{order}H", body, place)[0])):
        at = place + 2 + 12 * number
        tag, kind = struct.unpack_from(f"{order}HH", body, at)
        if tag in {_WIDTH, _HEIGHT} and kind in {_SHORT, _LONG}:
            tags[tag] = struct.unpack_from(f"{order}{'H' if kind == _SHORT else 'I'}", body, at + 8)[0]
    return (tags[_WIDTH], tags[_HEIGHT]) if len(tags) == 2 else None  # noqa: PLR2004 - both


_MEASURES: dict[str, Callable[[bytes], tuple[int, int] | None]] = {
    sniffing.PNG: _png,
    sniffing.GIF: _gif,
    sniffing.BMP: _bmp,
    sniffing.JPEG: _jpeg,
    sniffing.WEBP: _webp,
    sniffing.TIFF: _tiff,
}
