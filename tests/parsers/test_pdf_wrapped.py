"""Numbers that a cell's width broke into lines: whole where something proves it, and never half a number."""

from __future__ import annotations

from parsers.readers import pdf
from tests.parsers.pdf_making import Canvas, form_page, ruled
from tests.parsers.pdf_making import pdf as made

XS = (50, 200, *(200 + 45 * number for number in range(1, 8)))
WHOLE = ("1", "2", "3", "4", "5", "6", "21")


def rows(*pages: Canvas) -> list[list[str]]:
    return [[cell.text for cell in row] for grid in pdf.read(made(*pages)).grids for row in grid.rows]


def page(*texts: tuple[str, ...]) -> Canvas:
    ys = tuple(100 + 40 * number for number in range(len(texts) + 1))
    return ruled(form_page(), XS, ys, texts)


def broken(canvas: Canvas, row: int, column: int, upper: str, lower: str) -> Canvas:
    x, y = XS[1 + column] + 5, 100 + 40 * row
    return canvas.text(x, y + 15, upper).text(x, y + 30, lower)


def test_a_number_in_two_full_lines_that_nothing_proves_is_not_known() -> None:
    table = page(("1.甲", *WHOLE), ("2.乙", "", "2", "3", "4", "5", "6", "206"))
    assert rows(broken(table, 1, 0, "186", "9"))[1][1] == "1869\ufffd"


def test_a_number_is_whole_where_no_digit_had_room_even_without_padding() -> None:
    narrow = (50, 200, 240, 300)
    table = ruled(form_page(), narrow, (100, 140, 180), (("1.甲", "1", "2"), ("2.乙", "", "2")))
    assert rows(table.text(205, 155, "186").text(205, 170, "9"))[1][1] == "1869"


def test_a_number_in_two_full_lines_is_whole_where_its_row_adds_up() -> None:
    table = page(("1.甲", *WHOLE), ("2.乙", "", "2", "3", "4", "5", "6", ""))
    broken(table, 1, 0, "186", "9")
    assert rows(broken(table, 1, 6, "188", "9"))[1][1:] == ["1869", "2", "3", "4", "5", "6", "1889"]


def test_lines_as_full_as_those_of_a_row_that_adds_up_are_whole_though_their_row_does_not() -> None:
    table = page(("1.甲", "", "2", "3", "4", "5", "6", ""), ("2.乙", "", "2", "3", "4", "5", "6", "99"))
    broken(table, 0, 0, "186", "9")
    broken(table, 0, 6, "188", "9")
    assert rows(broken(table, 1, 0, "133", "7"))[1][1] == "1337"


def test_digits_cut_by_a_page_end_are_one_number_under_headings_that_are_printed_again() -> None:
    heading = ("信息内容", "甲", "乙", "丙", "丁", "戊", "己", "总计")
    first = ruled(form_page(), XS, (700, 740, 780), (heading, ("1.甲", "", "2", "3", "4", "5", "6", "")))
    first.text(XS[1] + 5, 770, "186").text(XS[7] + 5, 770, "188")
    second = ruled(Canvas(), XS, (60, 100, 140, 180), (heading, (), ("2.乙", *WHOLE)))
    second.text(XS[1] + 5, 120, "9").text(XS[7] + 5, 120, "9")
    found = rows(first, second)
    assert found[1][1:] == ["1869", "2", "3", "4", "5", "6", "1889"]
    assert [row[0] for row in found] == ["信息内容", "1.甲", "信息内容", "2.乙"]


def test_digits_without_a_label_after_a_page_end_make_those_before_it_doubtful() -> None:
    wide = (50, 200, 300, 400)
    first = ruled(form_page(), wide, (700, 740, 780), (("1.甲", "1", "2"), ("2.乙", "18", "7")))
    second = ruled(Canvas(), wide, (60, 100, 140), (("", "9", ""), ("3.丙", "1", "2")))
    assert rows(first, second)[1] == ["2.乙\ufffd", "18\ufffd", "7\ufffd"]
