"""The layout of Word tables: spans across, merges down and across, rows that begin late."""

from __future__ import annotations

from parsers.readers import docx as reader
from tests.parsers.office_making import document, docx


def grid(*rows: str) -> list[list[str]]:
    """The texts of a table with these rows, `_` for a place that is not known to be empty."""
    table = f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"
    text = document()
    begin, end = text.index("<w:body>") + 8, text.index("</w:body>")
    (found,) = reader.read(docx(text[:begin] + table + text[end:])).grids
    return [[cell.text or ("" if cell.closed else "_") for cell in row] for row in found.rows]


def tc(text: str, properties: str = "") -> str:
    words = f"<w:r><w:t>{text}</w:t></w:r>" if text else ""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{words}</w:p></w:tc>"


DOWN, MORE = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def test_a_span_covers_its_columns() -> None:
    assert grid(tc("a", '<w:gridSpan w:val="3"/>') + tc("b")) == [["a", "a", "a", "b"]]


def test_a_merge_goes_down_as_far_as_it_says() -> None:
    rows = (tc("a", DOWN) + tc("1"), tc("", MORE) + tc("2"), tc("b") + tc("3"), tc("", MORE) + tc("4"))
    assert grid(*rows) == [["a", "1"], ["a", "2"], ["b", "3"], ["_", "4"]]


def test_a_merge_of_another_width_is_no_part_of_the_cell_above() -> None:
    wide = '<w:gridSpan w:val="2"/>'
    assert grid(tc("a", DOWN + wide) + tc("1"), tc("", MORE) + tc("") + tc("2")) == [
        ["a", "a", "1"],
        ["_", "", "2"],
    ]


def test_a_merge_ends_where_a_row_has_no_part_of_it() -> None:
    assert grid(tc("a", DOWN) + tc("1"), tc("b") + tc("2"), tc("c", MORE) + tc("3"))[2] == ["c", "3"]


def test_an_old_merge_across_is_one_cell() -> None:
    first, more = '<w:hMerge w:val="restart"/>', '<w:hMerge w:val="continue"/>'
    assert grid(tc("a", first) + tc("", more) + tc("b")) == [["a", "a", "b"]]


def test_words_under_a_merged_cell_make_its_figure_doubtful() -> None:
    assert grid(tc("7", DOWN), tc("8", MORE)) == [["7\ufffd"], ["7\ufffd"]]


def test_a_row_that_begins_late_keeps_its_places() -> None:
    late = '<w:trPr><w:gridBefore w:val="2"/></w:trPr>'
    assert grid(tc("a") + tc("b") + tc("c"), late + tc("1")) == [["a", "b", "c"], ["_", "_", "1"]]


def test_every_cell_has_an_origin_of_its_own() -> None:
    text = document()
    found = [cell for grid_ in reader.read(docx(text)).grids for row in grid_.rows for cell in row]
    assert len({cell.origin for cell in found}) == len({id(cell) for cell in found})
