"""Small PDFs written by hand, object by object, so that each test draws just what it is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT = 595, 842
NAME = "/BaseFont /STSong-Light"
# A page is only looked at for tables if it holds words of the form.
FORM_WORDS = (
    "本年新收政府信息公开申请数量，信息内容，勾稽关系；本段文字只为说明本页载有表格，共计三十余字而已。"
)


@dataclass
class Canvas:
    """Content of one page in points from its top left corner, y downwards."""

    height: float = HEIGHT
    parts: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, size: float = 10) -> Canvas:
        """Text whose baseline begins at (x, y): Chinese characters `size` wide, others too."""
        code = text.encode("utf-16-be").hex()
        self.parts.append(f"BT /F1 {size} Tf {x} {self.height - y} Td <{code}> Tj ET")
        return self

    def stroke(self, *points: tuple[float, float], width: float = 0.5) -> Canvas:
        """A stroked line through the points."""
        first, *others = [f"{x} {self.height - y}" for x, y in points]
        steps = " ".join(f"{point} l" for point in others)
        self.parts.append(f"{width} w {first} m {steps} S")
        return self

    def fill(self, left: float, top: float, right: float, bottom: float, gray: float = 0) -> Canvas:
        """A filled rectangle."""
        self.parts.append(f"{gray} g {left} {self.height - bottom} {right - left} {bottom - top} re f 0 g")
        return self

    def raw(self, content: str) -> Canvas:
        """Content operators as they are."""
        self.parts.append(content)
        return self

    def content(self) -> bytes:
        """The content stream."""
        return "\n".join(self.parts).encode()


def ruled(
    canvas: Canvas, xs: Sequence[float], ys: Sequence[float], texts: Sequence[Sequence[str]], size: float = 10
) -> Canvas:
    """A table with stroked lines at xs and ys and a text in each cell."""
    for x in xs:
        canvas.stroke((x, ys[0]), (x, ys[-1]))
    for y in ys:
        canvas.stroke((xs[0], y), (xs[-1], y))
    return written(canvas, xs, ys, texts, size)


def written(
    canvas: Canvas, xs: Sequence[float], ys: Sequence[float], texts: Sequence[Sequence[str]], size: float = 10
) -> Canvas:
    """The texts of a table without lines: each at the left of its cell, half way down."""
    for row, (top, bottom) in zip(texts, pairwise(ys), strict=True):
        for text, left in zip(row, xs, strict=False):
            if text:
                canvas.text(left + 2, (top + bottom) / 2 + size / 3, text, size)
    return canvas


def form_page(height: float = HEIGHT) -> Canvas:
    """A page with a line of the form's words at its top, so that its tables are read."""
    return Canvas(height).text(30, 40, FORM_WORDS)


def pdf(
    *pages: Canvas,
    media_box: tuple[float, float, float, float] = (0, 0, WIDTH, HEIGHT),
    rotate: int = 0,
    extra: str = "",
    trailer: str = "",
    objects: Sequence[bytes] = (),
    page_entries: str = "",
    catalog: str = "",
) -> bytes:
    """A whole PDF. `extra` goes into each page's resources, `objects` are numbered from 100."""
    info = "/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >>"
    metrics = "/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 700 /StemV 80"
    font = (
        f"/Font /Subtype /Type0 {NAME} /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R]",
        f"/Font /Subtype /CIDFontType0 {NAME} /FontDescriptor 5 0 R /DW 1000 {info}",
        f"/FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [0 -120 1000 880] {metrics}",
    )
    kids = " ".join(f"{10 + 2 * number} 0 R" for number in range(len(pages)))
    numbered = {
        1: f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        **{3 + number: f"<< /Type {text} >>".encode() for number, text in enumerate(font)},
        **{100 + number: text for number, text in enumerate(objects)},
    }
    box = " ".join(map(str, media_box))
    for number, page in enumerate(pages):
        numbered[10 + 2 * number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Rotate {rotate} /Contents {11 + 2 * number} 0 R {page_entries}"
            f" /Resources << /Font << /F1 3 0 R >> {extra} >> >>"
        ).encode()
        numbered[11 + 2 * number] = stream(page.content())
    return assembled(numbered, trailer)


def stream(content: bytes, entries: str = "") -> bytes:
    """A stream object."""
    return f"<< /Length {len(content)} {entries} >>\nstream\n".encode() + content + b"\nendstream"


def assembled(numbered: dict[int, bytes], trailer: str = "") -> bytes:
    """The objects as a file with its cross-reference table."""
    body = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, content in sorted(numbered.items()):
        places[number] = len(body)
        body += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    start = len(body)
    last = max(numbered)
    body += f"xref\n0 {last + 1}\n0000000000 65535 f \n".encode()
    for number in range(1, last + 1):
        place = places.get(number)
        body += (f"{place:010} 00000 n \n" if place is not None else "0000000000 65535 f \n").encode()
    body += f"trailer\n<< /Size {last + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(body)
