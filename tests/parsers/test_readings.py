"""Two readings that differ, and what is claimed then."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from parsers.readers import html
from parsers.report import Others, reports
from tests.parsers.pages import form

if TYPE_CHECKING:
    from parsers.model import Cell, Reading

KEY = "requests.granted.business"


def _reading(value: str = "7", **changes: str) -> Reading:
    """A reading as of a PDF, whose second library may differ."""
    cells = {
        KEY: value,
        "requests.granted.total": value,
        "requests.concluded.business": value,
        "requests.concluded.total": value,
    }
    cells |= {"requests.received.business": value, "requests.received.total": value} | changes
    return replace(html.read(form(cells).encode()), reader="first")


def _with_text_of(reading: Reading, other: Reading) -> Reading:
    return replace(reading, text=other.text)


def _figure(first: Reading, second: Reading | None) -> tuple[str, object]:
    (parsed,) = reports(first, Others(second=(lambda: second) if second else None))
    figure = next(f for f in parsed.figures if f.key == KEY)
    return figure.state, figure.value


def test_a_grid_and_its_text_that_agree_need_no_second_library() -> None:
    def never() -> Reading:
        pytest.fail("the second library was asked")

    (parsed,) = reports(_reading(), Others(second=never))
    assert parsed.reader == "first"
    assert all(figure.state == "number" for figure in parsed.figures)


def test_a_grid_that_its_text_contradicts_is_unsure_alone() -> None:
    assert _figure(_with_text_of(_reading("7"), _reading("1")), None) == ("unsure", None)


def test_a_second_library_that_says_the_same_clears_the_doubt() -> None:
    doubted = _with_text_of(_reading("7"), _reading("1"))
    assert _figure(doubted, replace(_reading("7"), reader="second")) == ("number", 7)


def test_two_libraries_with_two_numbers_are_unsure_whatever_the_text_says() -> None:
    doubted = _reading("7", **{"requests.carried_out.total": "5"})  # a sum fails: the second library is asked
    assert _figure(doubted, replace(_reading("1"), reader="second")) == ("unsure", None)


@pytest.mark.parametrize(("second", "kind"), [("5", "printed_error"), ("6", "unsure")])
def test_a_printed_error_needs_both_libraries(second: str, kind: str) -> None:
    wrong = _reading("7", **{"disputes.review.total": "5"})
    other = replace(_reading("7", **{"disputes.review.total": second}), reader="second")
    (parsed,) = reports(wrong, Others(second=lambda: other))
    assert [f.kind for f in parsed.findings if f.level != "info"] == [kind]


def test_a_blank_whose_edges_are_unknown_is_never_claimed() -> None:
    reading = _reading("")
    grids = tuple(
        replace(g, rows=tuple(tuple(_open(c) for c in row) for row in g.rows)) for g in reading.grids
    )
    assert _figure(replace(reading, grids=grids), None) == ("unsure", None)


def _open(cell: Cell) -> Cell:
    return replace(cell, closed=bool(cell.text))
