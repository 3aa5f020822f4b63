"""Large leaning words laid over a table: no ink of the cells under them; all other large characters may be."""

from __future__ import annotations

import pytest

from parsers.readers import pdf
from tests.parsers.pdf_making import form_page, ruled
from tests.parsers.pdf_making import pdf as made


@pytest.mark.parametrize(
    ("letter", "matrix", "known"),
    [("县", "0.8 0.6 -0.6 0.8", True), ("县", "1 0 0 1", False), ("无", "0.8 0.6 -0.6 0.8", False)],
)
def test_a_blank_under_a_large_character_is_known_where_that_is_a_watermark(
    letter: str, matrix: str, known: bool
) -> None:
    page = ruled(form_page(), (50, 250, 450), (100, 200), (("规章", ""),))
    code = letter.encode("utf-16-be").hex()
    page.raw(f"BT /F1 60 Tf {matrix} 330 {842 - 170} Tm <{code}> Tj ET")
    assert pdf.read(made(page)).grids[0].rows[0][1].closed is known
