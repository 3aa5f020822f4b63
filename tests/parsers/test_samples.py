"""Every figure of every golden sample, one test a figure: a failure names the document and the key."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from parsers import sniff
from parsers.facts import page_facts
from parsers.readers import WAYS, load
from parsers.readers.charset import decode
from parsers.readers.stream import fold
from parsers.rows import number_in
from tests.parsers.samples import Sample, samples

if TYPE_CHECKING:
    from parsers.model import Cell, Origin


def _cases() -> list[object]:
    return [
        pytest.param(sample, key, id=f"{sample.name}:{key}")
        for sample in samples()
        for key in sample.expected.get("figures", ())
    ]


each_sample = pytest.mark.parametrize(
    "sample",
    [pytest.param(s, id=s.name) for s in samples()],
)


@pytest.mark.parametrize(("sample", "key"), _cases())
def test_a_figure_is_exactly_right(sample: Sample, key: str) -> None:
    figure, expected = sample.figures[key], sample.expected["figures"][key]
    assert figure.state == "number" if expected is not None else figure.state in {"blank", "not_number"}
    assert figure.value == expected


@each_sample
def test_a_sample_has_been_reviewed(sample: Sample) -> None:
    if not sample.expected:
        path = sample.write_expected()
        pytest.fail(
            f"{path} was written from what is read now: compare every figure with the document, then commit it"
        )


@each_sample
def test_no_figure_comes_from_nowhere(sample: Sample) -> None:
    assert sample.figures.keys() == sample.expected["figures"].keys()


@each_sample
def test_printed_errors_are_named_and_no_other(sample: Sample) -> None:
    found = [
        {"rule": f.rule, "keys": list(f.keys), "left": f.left, "right": f.right}
        for f in sample.parsed.findings
        if f.kind == "printed_error"
    ]
    assert found == sample.expected["printed_errors"]


@each_sample
def test_nothing_is_unsure(sample: Sample) -> None:
    assert [f.message for f in sample.parsed.findings if f.kind == "unsure"] == []


@each_sample
def test_publisher_year_title_edition_and_sections(sample: Sample) -> None:
    parsed = sample.parsed
    found = {
        "publisher": parsed.publisher,
        "year": parsed.year,
        "title": parsed.title,
        "edition": parsed.edition,
        "sections": [section.key for section in parsed.sections],
    }
    assert found == {name: sample.expected[name] for name in found}


@each_sample
def test_texts_beside_numbers_are_kept(sample: Sample) -> None:
    for key, text in sample.expected["texts"].items():
        assert sample.figures[key].text == text


@each_sample
def test_figures_stand_in_the_order_of_the_form(sample: Sample) -> None:
    assert list(sample.figures) == list(sample.expected["figures"])


@each_sample
def test_a_page_says_who_and_when(sample: Sample) -> None:
    expected = sample.meta.get("page")
    if expected:
        facts = page_facts(sample.body)
        assert {
            "title": facts.title,
            "published": facts.published,
            "publisher_hint": facts.publisher_hint,
        } == expected


# Lines over which a row of the form with its headings may be torn in a text.
ROW_LINES = 60
WITHOUT_CELLS = {"application/pdf": "pdf", "text/plain": "text"}  # PDFs have a test of their own


def _each_of(kind: str) -> pytest.MarkDecorator:
    """One test for each sample that is a "text", or of markup ("cells")."""
    chosen = [s for s in samples() if WITHOUT_CELLS.get(s.meta["media_type"], "cells") == kind]
    cases = [pytest.param(s, id=s.name) for s in chosen]
    return pytest.mark.parametrize("sample", cases)


@_each_of("cells")
def test_the_origin_of_a_figure_leads_back_to_its_cell(sample: Sample) -> None:
    cells = _cells_at(sample)
    for figure in sample.parsed.figures:
        assert number_in(cells[figure.origin]).value == figure.value


@_each_of("text")
def test_the_origin_of_a_figure_in_a_text_is_the_line_where_its_row_begins(sample: Sample) -> None:
    lines = [fold(line) for line in decode(sample.body).split("\n")]
    for figure in sample.parsed.figures:
        assert figure.origin.row
        row = " ".join(lines[figure.origin.row - 1 : figure.origin.row + ROW_LINES]).split()
        assert figure.text in row, figure.key


@cache
def _cells_at(sample: Sample) -> dict[Origin, Cell]:
    """Every cell of a document by its origin, read anew."""
    reading = load(WAYS[sniff(sample.body)].read)(sample.body)
    cells = [cell for grid in reading.grids for row in grid.rows for cell in row]
    assert len(dict.fromkeys(cell.origin for cell in cells)) == len(dict.fromkeys(map(id, cells)))
    return {cell.origin: cell for cell in cells}
