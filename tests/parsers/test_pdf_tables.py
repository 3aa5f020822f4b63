"""Tables of PDFs, each drawn by hand for one difficulty."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from parsers import parse
from parsers.model import Grid, Reading
from parsers.numbers import read_number
from parsers.readers import pdf, plumber
from tests.parsers.pdf_making import HEIGHT, WIDTH, Canvas, form_page, ruled, stream, written
from tests.parsers.pdf_making import pdf as made

Reader = Callable[[bytes], Reading]
XS, YS = (50, 150, 250, 350), (100, 130, 160)
TEXTS = (("规章", "12", "345"), ("行政许可", "", "6"))


def texts(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in row] for row in grid.rows]


def only_grid(body: bytes) -> Grid:
    (grid,) = pdf.read(body).grids
    return grid


@pytest.mark.parametrize("read", [pdf.read, plumber.read])
def test_a_ruled_table_is_read_by_both_readers(read: Reader) -> None:
    reading: Reading = read(made(ruled(form_page(), XS, YS, TEXTS)))
    assert [texts(grid) for grid in reading.grids] == [[list(row) for row in TEXTS]]
    assert all(cell.closed for row in reading.grids[0].rows for cell in row)


def test_an_origin_is_the_cell_in_points_from_the_top_left() -> None:
    cell = only_grid(made(ruled(form_page(), XS, YS, TEXTS))).rows[0][1]
    assert cell.origin.kind == "pdf"
    assert cell.origin.page == 1
    assert cell.origin.box == pytest.approx((150, 100, 250, 130), abs=0.5)


def test_a_shifted_media_box_moves_nothing() -> None:
    box = (100, -300, 100 + WIDTH, HEIGHT - 300)
    page = ruled(form_page(HEIGHT - 300), XS, YS, TEXTS)
    page.parts.insert(0, "1 0 0 1 100 0 cm")
    cell = only_grid(made(page, media_box=box)).rows[0][1]
    assert cell.text == "12"
    assert cell.origin.box == pytest.approx((150, 100, 250, 130), abs=0.5)


def on_its_side(page: Canvas, turns: int) -> Canvas:
    """The page's content turned by quarter turns counter-clockwise about the page's corner."""
    matrix = {1: f"0 1 -1 0 {HEIGHT} 0", 2: f"-1 0 0 -1 {WIDTH} {HEIGHT}", 3: f"0 -1 1 0 0 {WIDTH}"}
    page.parts.insert(0, f"{matrix[turns]} cm")
    return page


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_page_with_rotate_is_read_as_displayed(turns: int) -> None:
    box = (0, 0, HEIGHT, WIDTH) if turns % 2 else (0, 0, WIDTH, HEIGHT)
    page = on_its_side(ruled(form_page(), XS, YS, TEXTS), turns)
    cell = only_grid(made(page, media_box=box, rotate=90 * turns)).rows[0][2]
    assert cell.text == "345"
    assert cell.origin.box == pytest.approx((250, 100, 350, 130), abs=0.5)


@pytest.mark.parametrize(
    ("turns", "shown"),
    [
        (1, (100, WIDTH - 350, 130, WIDTH - 250)),
        (2, (WIDTH - 350, HEIGHT - 130, WIDTH - 250, HEIGHT - 100)),
        (3, (HEIGHT - 130, 250, HEIGHT - 100, 350)),
    ],
)
def test_sideways_text_is_read_upright_and_found_where_it_is_displayed(
    turns: int, shown: tuple[float, float, float, float]
) -> None:
    box = (0, 0, HEIGHT, WIDTH) if turns % 2 else (0, 0, WIDTH, HEIGHT)
    grid = only_grid(made(on_its_side(ruled(form_page(), XS, YS, TEXTS), turns), media_box=box))
    assert texts(grid) == [list(row) for row in TEXTS]
    assert grid.rows[0][2].origin.box == pytest.approx(shown, abs=0.5)


def as_thin_boxes(canvas: Canvas) -> None:
    for x in XS:
        canvas.fill(x, YS[0], x + 0.5, YS[-1])
    for y in YS:
        canvas.fill(XS[0], y, XS[-1], y + 0.5)


def as_short_pieces(canvas: Canvas) -> None:
    for x in XS:
        for top, bottom in pairwise(YS):
            canvas.fill(x, top, x + 0.5, bottom)
    for y in YS:
        for left, right in pairwise(XS):
            canvas.fill(left, y, right, y + 0.5)


def as_dots(canvas: Canvas) -> None:
    for x in XS:
        for step in range((YS[-1] - YS[0]) // 2 + 1):
            canvas.fill(x, YS[0] + 2 * step, x + 0.8, YS[0] + 2 * step + 0.8)
    for y in YS:
        for step in range((XS[-1] - XS[0]) // 2 + 1):
            canvas.fill(XS[0] + 2 * step, y, XS[0] + 2 * step + 0.8, y + 0.8)


def as_cells_on_a_dark_ground(canvas: Canvas) -> None:
    canvas.fill(XS[0], YS[0], XS[-1], YS[-1])
    for left, right in pairwise(XS):
        for top, bottom in pairwise(YS):
            canvas.fill(left + 0.5, top + 0.5, right - 0.5, bottom - 0.5, gray=1)


def as_framed_cells(canvas: Canvas) -> None:
    for left, right in pairwise(XS):
        for top, bottom in pairwise(YS):
            canvas.raw(f"0.5 w {left + 1} {HEIGHT - bottom + 1} {right - left - 2} {bottom - top - 2} re S")


def as_double_lines(canvas: Canvas) -> None:
    for x in XS:
        canvas.stroke((x - 1, YS[0]), (x - 1, YS[-1])).stroke((x + 1, YS[0]), (x + 1, YS[-1]))
    for y in YS:
        canvas.stroke((XS[0], y - 1), (XS[-1], y - 1)).stroke((XS[0], y + 1), (XS[-1], y + 1))


def as_one_path(canvas: Canvas) -> None:
    steps = [f"{x} {HEIGHT - YS[0]} m {x} {HEIGHT - YS[-1]} l" for x in XS]
    steps += [f"{XS[0]} {HEIGHT - y} m {XS[-1]} {HEIGHT - y} l" for y in YS]
    canvas.raw(" ".join(["0.5 w", *steps, "S"]))


@pytest.mark.parametrize(
    "draw",
    [
        as_thin_boxes,
        as_short_pieces,
        as_dots,
        as_cells_on_a_dark_ground,
        as_framed_cells,
        as_double_lines,
        as_one_path,
    ],
)
def test_every_way_of_drawing_lines_rules_the_same_table(draw: Callable[[Canvas], None]) -> None:
    page = form_page()
    draw(page)
    grid = only_grid(made(written(page, XS, YS, TEXTS)))
    assert texts(grid) == [list(row) for row in TEXTS]
    assert all(cell.closed for row in grid.rows for cell in row)


def test_a_merged_cell_is_the_same_cell_at_every_place() -> None:
    page = (
        form_page().stroke((50, 100), (350, 100)).stroke((50, 160), (350, 160)).stroke((150, 130), (350, 130))
    )
    for x in (50, 150, 350):
        page.stroke((x, 100), (x, 160))
    page.stroke((250, 130), (250, 160))
    page.text(55, 135, "合并").text(200, 118, "上").text(160, 148, "7").text(260, 148, "8")
    rows = only_grid(made(page)).rows
    assert [[cell.text for cell in row] for row in rows] == [["合并", "上", "上"], ["合并", "7", "8"]]
    assert rows[0][0] is rows[1][0]
    assert rows[0][1] is rows[0][2]


def test_a_sloping_header_line_is_no_border() -> None:
    page = ruled(form_page(), XS, YS, (("规章", "12", "345"), ("", "9", "6"))).stroke((50, 130), (150, 160))
    grid = only_grid(made(page))
    assert texts(grid) == [["规章", "12", "345"], ["", "9", "6"]]
    assert not grid.rows[1][0].closed


def test_an_underlined_number_stays_in_one_cell() -> None:
    page = ruled(form_page(), XS, YS, TEXTS).stroke((165, 123), (235, 123))
    assert texts(only_grid(made(page))) == [list(row) for row in TEXTS]


def test_shading_inside_a_ruled_table_is_no_border() -> None:
    page = form_page().fill(160, 104, 240, 126, gray=0.8)
    assert texts(only_grid(made(ruled(page, XS, YS, TEXTS)))) == [list(row) for row in TEXTS]


def test_a_cell_under_a_picture_is_not_known_to_be_blank() -> None:
    picture = stream(
        b"\x00",
        "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8",
    )
    page = ruled(form_page(), XS, YS, TEXTS).raw(f"q 40 0 0 15 170 {HEIGHT - 152} cm /Im1 Do Q")
    rows = only_grid(made(page, extra="/XObject << /Im1 100 0 R >>", objects=[picture])).rows
    assert rows[1][1].text == ""
    assert not rows[1][1].closed
    assert rows[0][1].closed


def test_a_figure_drawn_as_an_outline_is_not_a_blank() -> None:
    page = ruled(form_page(), XS, YS, TEXTS).raw(
        f"200 {HEIGHT - 140} m 210 {HEIGHT - 150} 190 {HEIGHT - 150} 200 {HEIGHT - 152} c f"
    )
    assert not only_grid(made(page)).rows[1][1].closed


def test_digits_that_run_over_a_border_are_not_believed() -> None:
    page = ruled(form_page(), XS, YS, (("规章", "", ""), ("", "", ""))).text(204, 118, "1234567")
    rows = only_grid(made(page)).rows
    assert "\ufffd" in rows[0][1].text
    assert "\ufffd" in rows[0][2].text


def test_a_number_broken_by_the_cells_edge_is_whole() -> None:
    page = ruled(form_page(), (50, 150, 185, 350), YS, (("规章", "", ""), ("", "", "")))
    page.text(152, 112, "123").text(152, 124, "45")
    page.text(152, 142, "１，").text(152, 154, "９１４")
    assert [row[1].text for row in only_grid(made(page)).rows] == ["12345", "１，９１４"]


def test_two_numbers_in_a_wide_cell_stay_two() -> None:
    page = ruled(form_page(), XS, YS, (("规章", "", ""), ("", "", "")))
    page.text(152, 112, "12").text(152, 124, "45").text(260, 118, "3").text(300, 118, "4")
    row = only_grid(made(page)).rows[0]
    assert row[1].text == "12\n45"
    assert row[2].text == "3 4"


def test_fake_bold_is_printed_once() -> None:
    page = ruled(form_page(), XS, YS, (("规章", "", ""), ("", "", "")))
    for shift in (0, 0.3, 0.6):
        page.text(152 + shift, 118, "11")
    assert only_grid(made(page)).rows[0][1].text == "11"


def test_nested_scaled_forms_are_where_they_are_seen() -> None:
    drawn = ruled(form_page(), XS, YS, (("规章", "12", ""), ("行政许可", "", "6")))
    drawn.raw("/Span << /ActualText <feff003300340035> >> BDC").text(252, 118, "345").raw("EMC")
    resources = (
        "/Type /XObject /Subtype /Form /BBox [0 0 2000 2000] /Resources << /Font << /F1 3 0 R >> %s >>"
    )
    forms = [
        stream(drawn.content(), resources % "" + f" /Matrix [0.5 0 0 0.5 0 {HEIGHT / 4}]"),
        stream(b"q 0.8 0 0 0.8 0 84.2 cm /Inner Do Q", resources % "/XObject << /Inner 100 0 R >>"),
    ]
    page = Canvas().raw("q 2 0 0 2 0 -336.8 cm /Outer Do Q")
    grid = only_grid(made(page, extra="/XObject << /Outer 101 0 R >>", objects=forms))
    assert texts(grid) == [list(row) for row in TEXTS]


def test_a_table_without_lines_is_no_grid() -> None:
    reading = pdf.read(made(written(form_page(), XS, YS, TEXTS)))
    assert reading.grids == ()
    assert "规章 12 345" in reading.text


def test_a_table_cell_that_holds_a_table_leaves_the_inner_cells_whole() -> None:
    page = ruled(form_page(), (50, 350), (100, 200), [("",)])
    ruled(page, (80, 150, 220), (120, 150, 180), (("甲", "1"), ("乙", "2")))
    found = [cell.text for row in only_grid(made(page)).rows for cell in row]
    assert [text for text in found if text] == ["甲", "1", "乙", "2"]


def test_two_numbers_in_one_cell_are_claimed_as_none() -> None:
    rows = (
        ("第二十条第（一）项", "", "", ""),
        ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"),
        ("规章", "", "2", "3"),
        ("行政规范性文件", "4", "5", "6"),
    )
    page = (
        form_page()
        .text(50, 60, "某某局2023年政府信息公开工作年度报告")
        .text(50, 80, "二、主动公开政府信息情况")
    )
    ruled(page, (50, 200, 300, 400, 500), (100, 130, 160, 200, 230), rows)
    page.text(210, 174, "12").text(210, 190, "45")
    (parsed,) = parse(made(page), "application/pdf")
    figure = next(one for one in parsed.figures if one.key == "disclosure.regulations.issued")
    assert (figure.state, figure.value, figure.text) == ("unsure", None, "12\n45")


@pytest.mark.parametrize("text", ["\ufffd", "12\ufffd", "无\ufffd"])
def test_ink_that_no_font_names_may_be_a_digit(text: str) -> None:
    assert read_number(text).state == "unsure"


@pytest.mark.parametrize("read", [pdf.read, plumber.read])
@pytest.mark.parametrize(("rise", "size"), [(4, 10), (0, 6), (3, 6)])
def test_a_small_or_raised_digit_is_not_glued_to_a_number(read: Reader, rise: float, size: float) -> None:
    page = ruled(form_page(), XS, YS, TEXTS).text(172, 118 - rise, "1", size)
    (grid,) = read(made(page)).grids
    assert read_number(grid.rows[0][1].text).state == "unsure"


def test_a_figure_beside_a_drawing_in_its_cell_is_unsure() -> None:
    page = ruled(form_page(), XS, YS, TEXTS)
    page.raw(f"0 g 175 {HEIGHT - 120} m 181 {HEIGHT - 120} 183 {HEIGHT - 110} 176 {HEIGHT - 108} c f")
    cell = only_grid(made(page)).rows[0][1]
    assert read_number(cell.text).state == "unsure"
