"""Files that mean harm, made small: each grows, loops or nests without end once somebody reads it."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
BLOCK = 1 << 20


def pdf(objects: Mapping[int, bytes]) -> bytes:
    """A PDF of these objects; number 1 is the catalogue."""
    out, places = bytearray(b"%PDF-1.5\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    size, start = max(objects) + 1, len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return bytes(out)


def stream(entries: bytes, body: bytes) -> bytes:
    return b"<< " + entries + b" /Length %d >>\nstream\n" % len(body) + body + b"\nendstream"


def one_page(
    content: bytes,
    resources: bytes = b"",
    more: Mapping[int, bytes] | None = None,
    box: bytes = b"0 0 600 800",
) -> bytes:
    return pdf({
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [" + box + b"] /Contents 4 0 R /Resources << /Font << /F 5 0 R >>"
           + resources + b" >> >>",
        4: content,
        5: FONT,
        **(more or {}),
    })  # fmt: skip


def deflated(block: bytes, times: int) -> bytes:
    press = zlib.compressobj(9)
    return b"".join([*(press.compress(block) for _ in range(times)), press.flush()])


def _laughs() -> bytes:
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /Font << /F 5 0 R >> /XObject << /X %d 0 R >> >>"
    more = {6 + level: stream(form % (7 + level), b"/X Do " * 10) for level in range(12)}
    more[18] = stream(form % 18, b"BT /F 12 Tf 50 700 Td (0) Tj ET")
    return one_page(stream(b"", b"/X Do"), b"/XObject << /X 6 0 R >>", more)


def files() -> dict[str, bytes]:
    """Name → bytes."""
    text = b"BT /F 1 Tf 1 1 Td (0 0 0 0 0 0 0 0 0 0 0 0) Tj ET\n" * 20_000
    twice = b"/Filter [/FlateDecode /FlateDecode]"
    return {
        "stream bomb.pdf": one_page(stream(twice, zlib.compress(deflated(b" " * BLOCK, 1024), 9))),
        "text flood.pdf": one_page(stream(b"/Filter /FlateDecode", deflated(text, 10))),
        "rectangles.pdf": one_page(stream(b"/Filter /FlateDecode", deflated(b"10 10 50 .5 re f\n" * 50_000, 10))),
        "laughs.pdf": _laughs(),
        "loop of pages.pdf": pdf({
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2000000000 >>",
        }),
        "huge page.pdf": one_page(stream(b"", b"BT /F 12 Tf (x) Tj ET"), box=b"0 0 9e9 9e9"),
        "deep arrays.pdf": one_page(b"[" * 200_000 + b"]" * 200_000),
        "deep.html": b"<html><body>" + b"<table><tr><td>" * 100_000,
        "wide spans.html": b"<html><body><table><tr>" + b"<td rowspan=65534 colspan=1000>1</td>" * 1000 + b"</tr></table></body></html>",
        "links.html": b"<html><body>" + b"<a href='/x'>y</a>" * 400_000 + b"</body></html>",
        "garbage.pdf": b"%PDF-1.4\n" + bytes(range(256)) * 800,
        "page named pdf.pdf": "<html><h1>404</h1>您访问的页面不存在</html>".encode(),
    }  # fmt: skip
