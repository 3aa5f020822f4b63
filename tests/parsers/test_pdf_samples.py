"""What only PDFs can show: where a figure stands on its page, and what is not known."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from parsers import normalise
from parsers.readers import pdf, plumber
from parsers.readers.pdf_file import open_document, open_page
from parsers.readers.pdf_view import View, turned, view_of
from tests.parsers.samples import Sample, samples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parsers.model import Box, Grid, Origin

RULED = [sample for sample in samples() if sample.meta["media_type"] == "application/pdf"]


def _each(chosen: Sequence[Sample]) -> pytest.MarkDecorator:
    """One test a sample, on the worker that has already parsed it."""
    cases = [pytest.param(one, id=one.name) for one in chosen]
    return pytest.mark.parametrize("sample", cases)


# A figure cut in two by a page end is found at its first half.
CUT = {"made-c36-wrapped-digits", "made-c13-figparas", "made-l12-narrow-digits"}
# Here pdfium itself looks for the text in the wrong place (see pdf_chars.py).
MISPLACED = {"made-d07-nested-form"}


def text_at(body: bytes, origin: Origin) -> str:
    """What pdfium itself says is printed inside a figure's box, a hair inside its borders."""
    assert origin.page
    assert origin.box
    with open_document(body) as document, open_page(document, origin.page - 1) as page:
        left, top, right, bottom = origin.box
        box = _in_pdf_space((left + 1, top + 1, right - 1, bottom - 1), view_of(page.page))
        buffer = (ctypes.c_ushort * 400)()
        written = pdfium.FPDFText_GetBoundedText(page.text, *box, buffer, 400)
        return bytes(buffer)[: 2 * written].decode("utf-16-le").strip("\0")


def _in_pdf_space(box: Box, view: View) -> Box:
    """Left, top, right, bottom in the PDF's own space, y upwards."""
    left, top, right, bottom = turned(box, -view.turns, view.width, view.height)
    return view.left + left, view.top - top, view.left + right, view.top - bottom


@_each([sample for sample in RULED if sample.name not in MISPLACED])
def test_re_reading_the_text_at_the_origin_gives_the_figure_back(sample: Sample) -> None:
    again = {key: normalise(text_at(sample.body, figure.origin)) for key, figure in sample.figures.items()}
    once = {key: normalise(figure.text) for key, figure in sample.figures.items()}
    differing = [key for key in once if again[key] != once[key]]
    if sample.name in CUT:
        assert all(again[key] and once[key].startswith(again[key]) for key in differing)
        assert len(differing) < len(once) / 5
    elif sample.name == "made-c21-watermark":
        assert all(once[key] in again[key] for key in differing)  # the watermark's characters stand there too
    else:
        assert differing == []


@_each(RULED)
def test_every_origin_lies_on_its_page(sample: Sample) -> None:
    document = pypdfium2.PdfDocument(sample.body)
    sizes = [document.get_page_size(index) for index in range(len(document))]
    document.close()
    for figure in sample.parsed.figures:
        assert figure.origin.kind == "pdf"
        assert figure.origin.page
        assert figure.origin.box
        width, height = sizes[figure.origin.page - 1]
        left, top, right, bottom = figure.origin.box
        assert -1 <= left < right <= width + 1
        assert -1 <= top < bottom <= height + 1


@pytest.mark.parametrize("name", ["made-l00-zhoukou2022", "made-d03-rot90attr", "made-w03-wps-doublestrike"])
def test_the_second_library_gives_the_same_grids(name: str) -> None:
    (body,) = (sample.body for sample in RULED if sample.name == name)
    first, second = ([_texts(grid) for grid in read(body).grids] for read in (pdf.read, plumber.read))
    assert first == second


def _texts(grid: Grid) -> list[list[str]]:
    """The distinct cells of each row."""
    rows = [[cell for at, cell in enumerate(row) if not at or row[at - 1] is not cell] for row in grid.rows]
    return [[normalise(cell.text) for cell in row] for row in rows]
