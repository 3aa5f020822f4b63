"""Tagged PDFs: tables as their producer marked them, without any geometry."""

from __future__ import annotations

import pytest

from parsers.mapper import map_grids
from parsers.readers import pdf, pdf_tagged
from parsers.rows import number_in
from tests.parsers.pdf_making import form_page
from tests.parsers.pdf_making import pdf as made
from tests.parsers.samples import samples

TAGGED = ("made-c14-split3", "made-c16-hlines-only", "made-c17-dotted", "made-c21-watermark")


@pytest.mark.parametrize("name", TAGGED)
def test_tags_alone_give_every_figure_of_a_page_that_chrome_printed(name: str) -> None:
    sample = next(sample for sample in samples() if sample.name == name)
    reading = pdf_tagged.read(sample.body, pdf.read(sample.body))
    (harvest,) = map_grids(reading.grids, "2021")
    figures = {
        key: number_in(cell).value
        for taken in harvest.taken
        for key, cell in zip(taken.keys, taken.cells, strict=True)
    }
    assert {key: None if value is None else float(value) for key, value in figures.items()} == {
        key: None if value is None else float(value) for key, value in sample.expected["figures"].items()
    }


def test_a_table_that_goes_on_over_a_page_end_is_one_grid() -> None:
    sample = next(sample for sample in samples() if sample.name == "made-c14-split3")
    grids = pdf_tagged.read(sample.body, pdf.read(sample.body)).grids
    pages = [{cell.origin.page for row in grid.rows for cell in row if cell.text} for grid in grids]
    assert any(len(several) > 1 for several in pages)


def test_a_document_without_tags_gives_no_tables() -> None:
    body = made(form_page())
    assert pdf_tagged.read(body, pdf.read(body)).grids == ()
