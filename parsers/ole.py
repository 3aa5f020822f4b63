"""The container of old Office files (.doc, .xls, .wps, .et): which streams it holds, and how a stream begins.

Source: [MS-CFB] Compound File Binary File Format, sections 2.2 (header), 2.3 (FAT), 2.6 (directory).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A directory of a document has some twenty entries; a hostile chain of sectors may run in a circle.
MAX_SECTORS = 20_000
_HEADER = 512
_ENTRY = 128
_STREAM = 2
_ROOT = 5
_SMALLEST, _PIECE = 4_096, 64  # bytes; shorter streams are kept together in one, in pieces
_FREE = 0xFFFFFFFF
_LAST = 0xFFFFFFFA  # sector numbers from here on are marks: end of chain, free


@dataclass(frozen=True, slots=True)
class _Container:
    body: bytes
    sector: int  # bytes
    fat: tuple[int, ...]  # the numbers of the sectors that hold the table, as far as the header lists them

    def at(self, number: int) -> bytes:
        """One sector; short or empty where the file is cut off."""
        start = (number + 1) * self.sector
        return self.body[start : start + self.sector]

    def chain(self, first: int) -> Iterator[bytes]:
        """The sectors of one stream in order, as far as they are there."""
        number, per_sector = first, self.sector // 4
        for _ in range(MAX_SECTORS):
            if number >= _LAST or not (sector := self.at(number)):
                return
            yield sector
            index, place = divmod(number, per_sector)
            table = self.at(self.fat[index]) if index < len(self.fat) else b""
            if len(table) < self.sector:
                return
            (number,) = struct.unpack_from("<I", table, place * 4)


def stream_names(body: bytes) -> frozenset[str]:
    """The names of the streams in an OLE container; none where it is damaged."""
    return frozenset(name for name, _ in _streams(body))


def stream_head(body: bytes, name: str) -> bytes:
    """The first sector of a stream; empty where there is none."""
    container = _open(body)
    first = next((first for found, first in _streams(body) if found == name), _LAST)
    return next(container.chain(first), b"") if container else b""


def stream(body: bytes, name: str) -> bytes:
    """A whole stream, as far as it is there; empty where there is none."""
    container = _open(body)
    place = next(((first, size) for found, first, size in _entries(body) if found == name), None)
    if container is None or place is None:
        return b""
    first, size = place
    if size < _SMALLEST:
        return _short_stream(container, first)[:size]
    return b"".join(container.chain(first))[:size]


def _short_stream(container: _Container, first: int) -> bytes:
    """A short stream: pieces of 64 bytes in the stream of the root, with a table of their own."""
    roots = [place for found, place, _ in _entries(container.body, _ROOT) if found == "Root Entry"]
    (table_at,) = struct.unpack_from("<I", container.body, 60)
    pieces = b"".join(container.chain(roots[0])) if roots else b""
    table = b"".join(container.chain(table_at))
    found, number = [], first
    for _ in range(_SMALLEST // _PIECE):
        if number * 4 + 4 > len(table):
            break
        found.append(pieces[number * _PIECE : (number + 1) * _PIECE])
        (number,) = struct.unpack_from("<I", table, number * 4)
    return b"".join(found)


def is_cut_off(body: bytes) -> bool:
    """Whether the container's table lists sectors behind its end: the download was truncated."""
    container = _open(body)
    if container is None:
        return True
    per_sector = container.sector // 4
    for index in reversed(range(len(container.fat))):
        table = container.at(container.fat[index])
        if len(table) < container.sector:
            return True
        used = [
            place for place, entry in enumerate(struct.unpack(f"<{per_sector}I", table)) if entry != _FREE
        ]
        if used:
            return len(container.at(index * per_sector + used[-1])) < container.sector
    return False


def _open(body: bytes) -> _Container | None:
    if len(body) < _HEADER or not body.startswith(OLE_MAGIC):
        return None
    shift = struct.unpack_from("<H", body, 30)[0]
    if shift not in {9, 12}:
        return None
    fat = tuple(number for number in struct.unpack_from("<109I", body, 76) if number < _LAST)
    return _Container(body, 1 << shift, fat)


def _streams(body: bytes) -> Iterator[tuple[str, int]]:
    """Name and first sector of each stream."""
    return ((name, first) for name, first, _ in _entries(body))


def _entries(body: bytes, wanted: int = _STREAM) -> Iterator[tuple[str, int, int]]:
    """Name, first sector and length in bytes of each stream."""
    container = _open(body)
    if container is None:
        return
    (first,) = struct.unpack_from("<I", body, 48)
    for sector in container.chain(first):
        for start in range(0, len(sector) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", sector, start + 64)
            if kind == wanted and 2 < length <= 64:  # noqa: PLR2004 - bytes of a name with its NUL
                name = sector[start : start + length - 2].decode("utf-16-le", "replace")
                yield name, *struct.unpack_from("<II", sector, start + 116)
