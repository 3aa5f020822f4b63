"""Whatever cells a table has, each is read once, whole, at all the places it covers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.readers import pdf
from tests.parsers.pdf_making import Canvas, form_page
from tests.parsers.pdf_making import pdf as made

Span = tuple[int, int, int, int]  # first row, first column, past the last row, past the last column


@st.composite
def dissections(draw: st.DrawFn) -> list[Span]:
    """A table of some rows and columns cut into cells by splitting cells again and again."""
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    spans: list[Span] = [(0, 0, rows, columns)]
    for _ in range(draw(st.integers(0, 14))):
        top, left, bottom, right = spans.pop(draw(st.integers(0, len(spans) - 1)))
        if bottom - top > 1 and draw(st.booleans()):
            cut = draw(st.integers(top + 1, bottom - 1))
            spans += [(top, left, cut, right), (cut, left, bottom, right)]
        elif right - left > 1:
            cut = draw(st.integers(left + 1, right - 1))
            spans += [(top, left, bottom, cut), (top, cut, bottom, right)]
        else:
            spans.append((top, left, bottom, right))
    return spans


def drawn(spans: list[Span], *, thin_boxes: bool) -> Canvas:
    page = form_page()
    for number, (top, left, bottom, right) in enumerate(spans):
        x, y, u, v = 50 + 60 * left, 100 + 40 * top, 50 + 60 * right, 100 + 40 * bottom
        if thin_boxes:
            for box in ((x, y, u, y + 0.5), (x, v, u, v + 0.5), (x, y, x + 0.5, v), (u, y, u + 0.5, v)):
                page.fill(*box)
        else:
            page.stroke((x, y), (u, y), (u, v), (x, v), (x, y))
        page.text(x + 5, y + 20, str(1000 + number))
    return page


@settings(deadline=None, max_examples=60)
@given(spans=dissections())
@pytest.mark.parametrize("thin_boxes", [False, True])
def test_every_cell_is_read_at_every_place_it_covers(spans: list[Span], thin_boxes: bool) -> None:
    (grid,) = pdf.read(made(drawn(spans, thin_boxes=thin_boxes))).grids
    # A row or column that no line begins is not seen: places are told by the cells that begin at them.
    tops, lefts = sorted({span[0] for span in spans}), sorted({span[1] for span in spans})
    assert [len(grid.rows), len(grid.rows[0])] == [len(tops), len(lefts)]
    for number, (top, left, bottom, right) in enumerate(spans):
        places = {
            grid.rows[row][column]
            for row, place in enumerate(tops)
            for column, across in enumerate(lefts)
            if top <= place < bottom and left <= across < right
        }
        (cell,) = places
        assert cell.text == str(1000 + number)
        assert cell.closed
