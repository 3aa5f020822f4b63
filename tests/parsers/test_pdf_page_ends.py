"""Tables that go on over the end of a page."""

from __future__ import annotations

from parsers.readers import pdf
from tests.parsers.pdf_making import Canvas, form_page, ruled, written
from tests.parsers.pdf_making import pdf as made

XS = (50, 200, 250, 300)


def rows(*pages: Canvas) -> list[list[str]]:
    return [[cell.text for cell in row] for grid in pdf.read(made(*pages)).grids for row in grid.rows]


def open_table(
    page: Canvas, top: float, bottom: float, lines: tuple[float, ...], texts: tuple[tuple[str, ...], ...]
) -> Canvas:
    """A table whose upright lines go from top to bottom and whose level lines are only those named."""
    for x in XS:
        page.stroke((x, top), (x, bottom))
    for y in lines:
        page.stroke((XS[0], y), (XS[-1], y))
    return written(page, XS, sorted({top, *lines, bottom}), texts)


def test_rows_on_both_sides_of_an_open_page_end_stay_two_rows() -> None:
    first = open_table(
        form_page(), 700, 800, (700, 750), (("1.属于国家秘密", "1", "2"), ("2.重复申请", "3", "4"))
    )
    second = open_table(Canvas(), 60, 160, (110, 160), (("3.其他", "5", "6"), ("（七）总计", "7", "8")))
    assert rows(first, second) == [
        ["1.属于国家秘密", "1", "2"],
        ["2.重复申请", "3", "4"],
        ["3.其他", "5", "6"],
        ["（七）总计", "7", "8"],
    ]


def test_cells_at_an_open_page_end_are_closed_if_the_table_goes_on() -> None:
    first = open_table(form_page(), 700, 800, (700, 750), (("1.甲", "1", ""), ("2.乙", "", "4")))
    second = open_table(Canvas(), 60, 160, (110, 160), (("3.丙", "", "6"), ("4.丁", "7", "")))
    grids = pdf.read(made(first, second)).grids
    assert all(cell.closed for grid in grids for row in grid.rows for cell in row)


def test_cells_at_an_open_end_are_not_closed_if_nothing_goes_on() -> None:
    first = open_table(form_page(), 600, 700, (600, 650), (("1.甲", "1", ""), ("2.乙", "", "4")))
    (grid,) = pdf.read(made(first)).grids
    assert [[cell.closed for cell in row] for row in grid.rows] == [[True] * 3, [False] * 3]


def test_a_row_torn_by_the_page_end_is_made_whole() -> None:
    first = open_table(
        form_page(),
        700,
        800,
        (700, 750),
        (("1.属于国家秘密", "1", "2"), ("4.无正当理由大量反复申请", "", "")),
    )
    second = open_table(
        form_page(), 60, 160, (110, 160), (("且不作说明", "3", "4"), ("（七）总计", "7", "8"))
    )
    found = rows(first, second)
    assert found[1] == ["4.无正当理由大量反复申请\n且不作说明", "3", "4"]
    assert len(found) == 3


def test_a_figure_of_a_torn_row_is_found_on_the_page_that_prints_it() -> None:
    first = open_table(
        form_page(), 700, 800, (700, 750), (("1.甲", "1", "2"), ("4.无正当理由大量反复申请", "", ""))
    )
    second = open_table(
        form_page(), 60, 160, (110, 160), (("且不作说明", "3", "4"), ("（七）总计", "7", "8"))
    )
    torn = pdf.read(made(first, second)).grids[0].rows[1]
    assert [cell.origin.page for cell in torn] == [1, 2, 2]


def test_a_row_torn_between_closed_borders_is_made_whole() -> None:
    first = ruled(
        form_page(), XS, (700, 750, 800), (("1.甲", "1", "2"), ("4.无正当理由大量反复申请", "3", "4"))
    )
    second = ruled(Canvas(), XS, (60, 110, 160), (("且不作说明", "", ""), ("（七）总计", "7", "8")))
    found = rows(first, second)
    assert found[1] == ["4.无正当理由大量反复申请\n且不作说明", "3", "4"]
    assert len(found) == 3


def test_blank_rows_on_both_sides_of_a_page_end_stay_two_rows() -> None:
    first = ruled(
        form_page(), XS, (700, 750, 800), (("1.甲", "1", "2"), ("4.无正当理由大量反复申请", "", "4"))
    )
    second = ruled(Canvas(), XS, (60, 110, 160), (("5.重新出具", "", ""), ("（七）总计", "7", "8")))
    assert len(rows(first, second)) == 4


def test_digits_cut_by_the_page_end_are_one_number_only_if_they_filled_the_cell() -> None:
    narrow = (50, 200, 225, 300)
    first = ruled(
        form_page(), narrow, (700, 750, 800), (("1.甲", "1", "2"), ("4.无正当理由大量反复申请", "", ""))
    )
    first.text(202, 790, "12").text(230, 790, "5")
    second = ruled(Canvas(), narrow, (60, 110, 160), (("且不作说明", "", ""), ("（七）总计", "7", "8")))
    second.text(202, 80, "3")
    assert rows(first, second)[1] == ["4.无正当理由大量反复申请\n且不作说明", "123", "5"]


def test_a_table_of_another_width_on_the_next_page_is_another_table() -> None:
    first = open_table(form_page(), 700, 800, (700, 750), (("1.甲", "1", "2"), ("2.乙", "", "")))
    second = ruled(Canvas(), (50, 100, 320), (60, 110), (("丙", "9"),))
    assert rows(first, second)[-1] == ["丙", "9"]
    assert len(rows(first, second)) == 3


def test_a_side_that_no_level_line_touches_belongs_to_its_table() -> None:
    page = form_page()
    page.stroke((50, 100), (50, 160))
    ruled(page, (150, 250, 350), (100, 130, 160), (("1.甲", "5"), ("2.乙", "6")))
    assert rows(page) == [["", "1.甲", "5"], ["", "2.乙", "6"]]


def test_pages_between_are_read_as_long_as_the_table_goes_on() -> None:
    pages = [
        ruled(form_page(), XS, (700, 750), (("1.甲", "1", "2"),)),
        ruled(Canvas(), XS, (60, 110), (("2.乙", "3", "4"),)),
        ruled(Canvas(), XS, (60, 110), (("3.丙", "5", "6"),)),
        Canvas().text(50, 50, "没有表格的一页"),
        ruled(Canvas(), XS, (60, 110), (("不是本表", "7", "8"),)),
    ]
    assert [row[0] for row in rows(*pages)] == ["1.甲", "2.乙", "3.丙"]


def test_a_running_head_and_foot_do_not_part_a_table() -> None:
    pages = [
        open_table(
            form_page(), 700, 800, (700, 750), (("1.甲", "1", "2"), ("4.无正当理由大量反复申请", "", ""))
        ),
        open_table(form_page(), 60, 160, (110, 160), (("且不作说明", "3", "4"), ("（七）总计", "7", "8"))),
    ]
    for number, page in enumerate(pages):
        page.text(50, 830, f"政府信息公开工作年度报告第{number + 1}页")
    assert len(rows(*pages)) == 3


def test_text_between_two_tables_parts_them() -> None:
    first = ruled(form_page(), XS, (600, 650), (("1.甲", "1", "2"),)).text(
        50, 700, "四、政府信息公开行政复议情况"
    )
    assert len(pdf.read(made(first, ruled(Canvas(), XS, (60, 110), (("2.乙", "3", "4"),)))).grids) == 2


def test_a_cell_that_alone_lacks_its_lower_border_goes_on_over_the_page_end() -> None:
    first = open_table(form_page(), 700, 800, (700,), (("结果", "甲", "乙"),)).stroke((200, 800), (300, 800))
    second = open_table(Canvas(), 60, 160, (110, 160), (("维持", "丙", "丁"), ("7", "8", "9")))
    (grid,) = pdf.read(made(first, second)).grids
    assert [[cell.text for cell in row] for row in grid.rows] == [
        ["结果\n维持", "甲", "乙"],
        ["结果\n维持", "丙", "丁"],
        ["7", "8", "9"],
    ]


def test_text_that_bleeds_over_an_open_end_belongs_to_its_cell() -> None:
    page = open_table(form_page(), 700, 790, (700, 750), (("1.甲", "1", "2"), ("", "3", "4"))).text(
        60, 797, "下半"
    )
    assert rows(page)[1][0] == "下半"


def test_columns_of_both_pages_are_columns_of_the_whole_table() -> None:
    first = ruled(form_page(), (50, 200, 300), (700, 750), (("行政复议", "行政诉讼"),))
    second = ruled(Canvas(), XS, (60, 110), (("5", "6", "7"),))
    assert rows(first, second) == [["行政复议", "行政诉讼", "行政诉讼"], ["5", "6", "7"]]
