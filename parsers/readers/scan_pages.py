"""The pages of a scan as pictures: pages of a PDF rendered, pictures decoded, each with its limits."""

from __future__ import annotations

import ctypes
import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2.raw as pdfium
from PIL import Image as Pictures_
from PIL import ImageOps, ImageSequence

from parsers.model import Unreadable
from parsers.readers import docx, html_pictures
from parsers.readers.pdf_chars import string_of
from parsers.readers.pdf_file import count_pages, open_document, open_page
from parsers.readers.pdf_view import view_of
from parsers.readers.scan_wanted import refuse, wanted_pages
from parsers.sniffing import JP2, PICTURES, sniff

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from parsers.readers.pdf_file import OpenPage
    from parsers.readers.pdf_view import Handle, View

    Picture = NDArray[np.uint8]  # height, width, blue-green-red

MAX_PAGES = 60  # looked at in one document
MAX_PIXELS = 40_000_000  # of one page
USUAL, LEAST, MOST = 200.0, 100.0, 300.0  # dots per inch
A4 = (595.0, 842.0)  # points
_POINTS = 72.0
_WHOLE = 0.6  # of a page's area: the page is this picture
_ICON = 200  # pixels: no table is as low or as narrow
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its picture (`scale` pixels a point), or the text it has where no look is needed.

    `unit` is how many of the origin's units one pixel is: points for a PDF, pixels for a picture.
    """

    number: int
    picture: Picture | None
    scale: float = 1.0
    unit: float = 1.0
    text: str = ""


def pages_of_pdf(body: bytes) -> Iterator[Page]:
    """The pages of a PDF; pictures of those whose tables may be pictures, and the text of the others.

    Raises Unreadable as `open_document` does, not_a_report where no page needs a look, too_large.
    """
    with open_document(body) as document:
        wanted = _wanted(document)
        for index in range(count_pages(document)):
            with open_page(document, index) as page:
                if page.number in wanted:
                    yield _rendered(page)
                else:
                    yield Page(page.number, None, text=string_of(page))


def _wanted(document: Handle) -> set[int]:
    wanted = wanted_pages(document)
    if not wanted:
        raise refuse("PDF")
    if len(wanted) > MAX_PAGES:
        raise Unreadable(
            "too_large", f"{len(wanted)} pages of the PDF are pictures; at most {MAX_PAGES} are read."
        )
    return wanted


def _rendered(page: OpenPage) -> Page:
    view = view_of(page.page)
    scale = min(
        _own_resolution(page.page, view) / _POINTS, (MAX_PIXELS / max(1.0, view.width * view.height)) ** 0.5
    )
    width, height = max(1, round(view.width * scale)), max(1, round(view.height * scale))
    bitmap = pdfium.FPDFBitmap_Create(width, height, 0)
    if not bitmap:
        raise Unreadable("too_large", f"Page {page.number} of the PDF is too large to be drawn.")
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        pdfium.FPDF_RenderPageBitmap(bitmap, page.page, 0, 0, width, height, 0, pdfium.FPDF_ANNOT)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        pixels = ctypes.cast(pdfium.FPDFBitmap_GetBuffer(bitmap), ctypes.POINTER(ctypes.c_ubyte))
        picture = np.ctypeslib.as_array(pixels, (height, stride))[:, : width * 4].reshape(height, width, 4)
        return Page(page.number, picture[:, :, :3].copy(), scale, 1 / scale)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)


def _own_resolution(page: Handle, view: View) -> float:
    """The dots per inch of the one picture that is the page, within reason; else the usual."""
    for number in range(min(50, pdfium.FPDFPage_CountObjects(page))):
        thing = pdfium.FPDFPage_GetObject(page, number)
        if pdfium.FPDFPageObj_GetType(thing) != pdfium.FPDF_PAGEOBJ_IMAGE:
            continue
        sides = [ctypes.c_float() for _ in range(4)]
        pdfium.FPDFPageObj_GetBounds(thing, *(ctypes.byref(side) for side in sides))
        left, bottom, right, top = (side.value for side in sides)
        if (right - left) * (top - bottom) < _WHOLE * view.width * view.height:
            continue
        wide, high = ctypes.c_uint(), ctypes.c_uint()
        if pdfium.FPDFImageObj_GetImagePixelSize(thing, ctypes.byref(wide), ctypes.byref(high)):
            pixels = (wide.value * high.value / ((right - left) * (top - bottom))) ** 0.5
            return min(MOST, max(LEAST, float(pixels) * _POINTS))
    return USUAL


def pages_of_html(body: bytes) -> Iterator[Page]:
    """The pictures that come with a page and the words between them; raises Unreadable not_a_report where there is none.

    One that was not to be had keeps its number: a table is not continued over it.
    """
    pieces = html_pictures.shown(body).pieces
    pictures = [piece.body for piece in pieces if not isinstance(piece, str) and piece.body is not None]
    wanted = set(_wanted_pictures(pictures, "page"))
    number = 1
    for piece in pieces:
        if isinstance(piece, str):
            yield Page(number, None, text=piece)
        elif piece.body is None:
            number += 1
        elif piece.body in wanted:
            for page in pages_of_picture(piece.body, number):
                yield page
                number = page.number + 1


def pages_of_docx(body: bytes) -> Iterator[Page]:
    """The pictures of a Word document; raises Unreadable not_a_report where there is none."""
    number = 1
    for picture in _wanted_pictures(docx.pictures(body), "Word document"):
        for page in pages_of_picture(picture, number):
            yield page
            number = page.number + 1


def _wanted_pictures(pictures: Iterable[bytes], where: str) -> list[bytes]:
    """The pictures that may show a table; drawings and broken ones are passed over. Raises Unreadable."""
    found = [
        picture for picture in pictures if sniff(picture) in PICTURES - {JP2} and _may_show_a_table(picture)
    ]
    if not found:
        raise refuse(where)
    _refuse_many(len(found))
    return found


def _may_show_a_table(picture: bytes) -> bool:
    """Whether the picture can be opened and is no icon."""
    try:
        with Pictures_.open(io.BytesIO(picture), formats=_FORMATS) as opened:
            return min(opened.size) >= _ICON
    except (OSError, SyntaxError, ValueError, Pictures_.DecompressionBombError):
        return False


def pages_of_picture(body: bytes, first: int = 1) -> Iterator[Page]:
    """The frames of a picture file, as a person sees them (its own turn applied), numbered from `first`.

    Raises Unreadable: broken, truncated, too_large, unsupported (a kind of picture that is not known).
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of odd files; what is too large is refused here
            with Pictures_.open(io.BytesIO(body), formats=_FORMATS) as opened:
                for number, frame in enumerate(ImageSequence.Iterator(opened), first):
                    _refuse_many(number - first + 1)
                    yield _decoded(frame, number)
    except Unreadable:
        raise
    except Pictures_.DecompressionBombError as error:
        raise Unreadable("too_large", "The picture has too many pixels.") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        kind = "truncated" if "truncated" in str(error) else "broken"
        raise Unreadable(kind, f"The picture cannot be decoded: {error}") from error


def _refuse_many(pages: int) -> None:
    if pages > MAX_PAGES:
        raise Unreadable("too_large", f"The picture has more than {MAX_PAGES} pages.")


def _decoded(frame: Pictures_.Image, number: int) -> Page:
    if frame.width * frame.height > MAX_PIXELS:
        raise Unreadable(
            "too_large",
            f"The picture has {frame.width} x {frame.height} pixels; at most {MAX_PIXELS:,} are read.",
        )
    upright = ImageOps.exif_transpose(frame)
    layers = upright.convert("RGBA")
    flat = Pictures_.new("RGB", layers.size, (255, 255, 255))
    flat.paste(layers, mask=layers.getchannel("A"))
    picture = np.asarray(flat)[:, :, ::-1].copy()
    short, long = sorted((flat.width, flat.height))
    return Page(number, picture, min(short / A4[0], long / A4[1]))
