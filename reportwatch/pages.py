"""Pages of a PDF or of a picture file as images, within caps. Runs in a limited worker: the bytes are untrusted."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

import pypdfium2
from PIL import Image, ImageSequence, UnidentifiedImageError

from parsers.model import Unreadable

if TYPE_CHECKING:
    from parsers.model import Box

MOST_PIXELS = 12_000_000  # of one image: an A3 page at 200 dpi has 7.7 million
POINTS = 72.0  # an inch
INSIDE = "it stands in a document inside this one: unpack or save that one, and read it alone"
COLOURS = 64  # of a PNG: pages of text need few, and are a third of the size


class Page:
    """One page as displayed. `scale` is pixels of `image` to one unit of an origin's box (points, or pixels)."""

    def __init__(self, image: Image.Image, scale: float) -> None:
        self.image, self.scale = image, scale

    def pixels(self, box: Box) -> Box:
        """A box of an origin in pixels of the image, within it."""
        left, top, right, bottom = (place * self.scale for place in box)
        width, height = self.image.size
        return max(0.0, left), max(0.0, top), min(float(width), right), min(float(height), bottom)


def page_of(body: bytes, number: int, dpi: float) -> Page:
    """Page `number` (from 1) of a PDF at that resolution, or of a picture file as it is, larger ones made smaller.

    Raises Unreadable where there is no such page, or it cannot be shown.
    """
    try:
        return _pdf_page(body, number, dpi) if b"%PDF" in body[:1024] else _picture(body, number)
    except UnidentifiedImageError as error:  # an archive, a page or a text with pictures in it
        raise Unreadable("unsupported", INSIDE) from error
    except (pypdfium2.PdfiumError, IndexError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise Unreadable("broken", f"page {number} cannot be shown: {error}") from error


def png(image: Image.Image) -> bytes:
    """The image as a small PNG."""
    made = io.BytesIO()
    image.convert("RGB").quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        made, "PNG", optimize=True
    )
    return made.getvalue()


def _pdf_page(body: bytes, number: int, dpi: float) -> Page:
    with pypdfium2.PdfDocument(body) as document:
        page = document[number - 1]
        try:
            width, height = page.get_size()
            scale = _within(dpi / POINTS, width, height)
            return Page(page.render(scale=scale).to_pil().convert("RGB"), scale)
        finally:
            page.close()


def _picture(body: bytes, number: int) -> Page:
    with Image.open(io.BytesIO(body)) as opened:
        if opened.width * opened.height > MOST_PIXELS * 8:
            raise ValueError(f"{opened.width} × {opened.height} pixels are too many")
        frames = ImageSequence.Iterator(opened)
        whole = next((frame for place, frame in enumerate(frames, start=1) if place == number), None)
        if whole is None:
            raise IndexError(f"there is no page {number}")
        image = whole.convert("RGB")
    scale = _within(1.0, *image.size)
    if scale < 1:
        image = image.resize((round(image.width * scale), round(image.height * scale)))
    return Page(image, scale)


def _within(scale: float, width: float, height: float) -> float:
    """The scale, or the largest with which the page has no more pixels than allowed."""
    if not (width > 0 and height > 0):
        raise ValueError("it has no size")
    return min(scale, math.sqrt(MOST_PIXELS / (width * height)))
