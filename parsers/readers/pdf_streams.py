"""Whether the compressed parts of a PDF are as they were written: each carries a checksum that pdfium does not mind.

A flipped bit in a font or in the text of a page makes glyphs vanish or change, for every library alike: an empty cell
would then be taken for a blank one. Damage of that kind can only be seen here.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_INFLATED = 200_000_000  # bytes of one document; beyond it (a bomb) nothing more is checked
_CHUNK = 1 << 20
# Deflate gives at most 1,032 bytes for one: parts so small are inflated at once, which takes half the time.
_SMALL = 32_000
_SMALL_END = b"endstream"
# A dictionary whose first or only filter is Flate, directly before its stream. Encrypted ones are no zlib streams.
_STREAM = re.compile(rb"/Filter\s*(?:\[\s*)?/FlateDecode\b[^\0]{0,400}?>>\s*stream\r?\n")
_LAYERS = b"/OCProperties"
_GROUP = re.compile(rb"/ObjStm\b[^\0]{0,400}?>>\s*stream\r?\n")  # objects that are compressed together
_MOST_GROUPS, _MOST_GROUP = 500, 4_000_000  # groups of one document, bytes of one


def damaged_streams(body: bytes) -> int:
    """How many compressed parts contradict their own checksum or break off; 0 for an encrypted document."""
    if b"/Encrypt" in body:
        return 0
    budget = MAX_INFLATED
    damaged = 0
    view = memoryview(body)
    for start in _starts(body):
        end = body.find(_SMALL_END, start, start + _SMALL)
        if end >= 0 and not body[start:end].strip():
            continue  # nothing was compressed: an empty page
        used, whole = _inflate_small(view[start:end]) if end > 0 else _inflate(view[start:], budget)
        budget -= used
        damaged += not whole
        if budget <= 0:
            break
    return damaged


def may_have_layers(body: bytes) -> bool:
    """Whether the document may have layers (optional content) that a viewer hides.

    Where its objects are encrypted, or compressed in a way that cannot be read here, it may.
    """
    if _LAYERS in body or b"/Encrypt" in body:
        return True
    groups = list(_GROUP.finditer(body))
    return len(groups) > _MOST_GROUPS or any(_group_has_layers(body, group.end()) for group in groups)


def _group_has_layers(body: bytes, start: int) -> bool:
    try:
        return _LAYERS in zlib.decompressobj().decompress(memoryview(body)[start:], _MOST_GROUP)
    except zlib.error:
        return True


def _starts(body: bytes) -> Iterator[int]:
    for found in _STREAM.finditer(body):
        if b"endobj" not in found[0]:
            yield found.end()


def _inflate_small(data: memoryview) -> tuple[int, bool]:
    try:
        return len(zlib.decompress(data)), True
    except zlib.error:
        return 0, False


def _inflate(data: memoryview, budget: int) -> tuple[int, bool]:
    """How many bytes came out, and whether the stream ended well or grew beyond the budget."""
    engine = zlib.decompressobj()
    size, fed = 0, 0
    pending: bytes | memoryview = b""
    try:
        while not engine.eof and size <= budget:
            if not pending:
                pending = data[fed : fed + _CHUNK]
                fed += len(pending)
                if not pending:
                    return size, False
            size += len(engine.decompress(pending, _CHUNK))
            pending = engine.unconsumed_tail
    except zlib.error:
        return size, False
    return size, True
