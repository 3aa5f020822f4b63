"""What a page looks like: it is drawn small and in grey, to see whether there is ink in a box.

Only pages on which something odd was found are drawn: it is the last word on what a person would see.
"""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

if TYPE_CHECKING:
    from parsers.model import Box
    from parsers.readers.pdf_view import Handle, View

_SCALE = 2.0  # pixels a point
_MOST = 8_000_000  # pixels of one page
_LEAST_SCALE = 1.0  # below it a figure is too small to be seen
_INK = 48  # grey levels between the darkest and the lightest pixel of a box that holds ink
_WHITE = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page as displayed, a byte of grey a pixel, row by row."""

    width: int
    height: int
    scale: float
    pixels: bytes

    def has_ink(self, box: Box) -> bool:
        """Whether anything in the box (displayed points) differs from the rest of it."""
        left, top = (max(0, math.floor(value * self.scale)) for value in box[:2])
        right = min(self.width, math.ceil(box[2] * self.scale))
        bottom = min(self.height, math.ceil(box[3] * self.scale))
        rows = [self.pixels[y * self.width + left : y * self.width + right] for y in range(top, bottom)]
        seen = b"".join(rows)
        return bool(seen) and max(seen) - min(seen) >= _INK


def sheet_of(page: Handle, view: View) -> Sheet | None:
    """The page with its annotations, drawn; None for a page too large to be drawn finely enough."""
    scale = min(_SCALE, math.sqrt(_MOST / max(1.0, view.width * view.height)))
    if scale < _LEAST_SCALE:
        return None
    width, height = max(1, round(view.width * scale)), max(1, round(view.height * scale))
    buffer = (ctypes.c_ubyte * (width * height))()
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_Gray, buffer, width)
    if not bitmap:
        return None
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, _WHITE)
        flags = pdfium.FPDF_ANNOT | pdfium.FPDF_GRAYSCALE
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    return Sheet(width, height, scale, bytes(buffer))
