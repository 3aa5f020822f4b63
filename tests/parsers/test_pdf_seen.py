"""Figures that a PDF's text holds and a person does not see, or sees otherwise: none of them may be claimed."""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import pairwise

import pikepdf
import pytest

from parsers.model import Cell, Grid, Reading
from parsers.numbers import read_number
from parsers.readers import pdf, plumber
from tests.parsers.pdf_making import HEIGHT, WIDTH, Canvas, form_page, ruled, stream
from tests.parsers.pdf_making import pdf as made

Draw = Callable[[Canvas], object]
Reader = Callable[[bytes], Reading]
XS, YS = (50, 150, 250, 350), (100, 130, 160)
TEXTS = (("规章", "12", "345"), ("行政许可", "", "6"))
HELVETICA = "/Font << /F1 3 0 R /HV << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"


def grid_of(body: bytes, read: Reader = pdf.read) -> Grid:
    (grid,) = read(body).grids
    return grid


def texts(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in row] for row in grid.rows]


def is_claimed(cell: Cell) -> bool:
    """Whether a number, or that there is none, would be claimed of this cell."""
    state = read_number(cell.text).state
    return state == "number" or (state == "blank" and cell.closed)


def page_with(draw: Draw) -> Canvas:
    page = ruled(form_page(), XS, YS, TEXTS)
    draw(page)
    return page


def figures(body: bytes, read: Reader = pdf.read) -> list[list[bool]]:
    return [[is_claimed(cell) for cell in row[1:]] for row in grid_of(body, read).rows]


ALL = [[True, True], [True, True]]
NOT_FIRST = [[False, True], [True, True]]


def hv(x: float, y: float, text: str, before: str = "", after: str = "") -> str:
    return f"q {before} BT /HV 10 Tf {x} {HEIGHT - y} Td ({text}) Tj ET {after} Q"


def patched(gray: float, figure: str = "") -> Draw:
    def draw(page: Canvas) -> None:
        page.fill(151, 101, 249, 129, gray=gray)
        if figure:
            page.text(200, 118, figure)

    return draw


@pytest.mark.parametrize("gray", [0, 0.5, 1])
@pytest.mark.parametrize("figure", ["", "77"])
def test_a_figure_under_a_painted_box_is_not_claimed(gray: float, figure: str) -> None:
    assert figures(made(page_with(patched(gray, figure)))) == NOT_FIRST


def test_a_figure_on_a_box_that_was_painted_before_it_stands() -> None:
    page = form_page().fill(151, 101, 249, 129, gray=0.8)
    assert figures(made(ruled(page, XS, YS, TEXTS))) == ALL


@pytest.mark.parametrize("read", [pdf.read, plumber.read])
def test_different_digits_on_each_other_are_no_number(read: Reader) -> None:
    assert figures(made(page_with(lambda page: page.text(155, 118.3, "7"))), read) == NOT_FIRST


@pytest.mark.parametrize(
    "hidden",
    [
        hv(200, 118, "7", before="3 Tr"),
        hv(200, 118, "7", before="7 Tr"),
        hv(200, 118, "7", before="1 g"),
        hv(200, 118, "7", before="0.97 0.99 0.98 rg"),
        hv(200, 118, "7", before="/Gone gs"),
        hv(200, 118, "7", before=f"0 {HEIGHT - 20} 5 5 re W n"),
        f"/OC /Layer BDC {hv(200, 118, '7')} EMC",
        "/Form Do",
    ],
    ids=[
        "mode 3",
        "mode 7",
        "white",
        "nearly white",
        "transparent",
        "clipped away",
        "layer that is off",
        "form of a layer that is off",
    ],
)
@pytest.mark.parametrize("cell", [0, 1])
def test_a_digit_that_is_not_painted_spoils_its_cell(hidden: str, cell: int) -> None:
    """Beside a figure, and alone in a cell that looks blank."""
    moved = f"q 1 0 0 1 0 {-30 * cell} cm {hidden} Q"
    form = stream(
        hv(200, 118, "7").encode(),
        f"/Type /XObject /Subtype /Form /BBox [0 0 {WIDTH} {HEIGHT}] /OC 100 0 R /Resources << {HELVETICA} >>",
    )
    body = made(
        page_with(lambda page: page.raw(moved)),
        extra=f"{HELVETICA} /ExtGState << /Gone << /ca 0 >> >> /Properties << /Layer 100 0 R >> /XObject << /Form 101 0 R >>",
        objects=[b"<< /Type /OCG /Name (old) >>", form],
        catalog="/OCProperties << /OCGs [100 0 R] /D << /OFF [100 0 R] >> >>",
    )
    assert figures(body) == (NOT_FIRST if cell == 0 else [[True, True], [False, True]])


def test_digits_in_the_color_of_the_box_beneath_them_are_not_claimed() -> None:
    page = form_page().fill(151, 101, 249, 129, gray=0.2)
    ruled(page, XS, YS, (("规章", "", "345"), ("行政许可", "", "6"))).raw(hv(200, 118, "7", before="0.2 g"))
    assert figures(made(page, extra=HELVETICA)) == NOT_FIRST


def test_white_digits_on_a_dark_box_are_read() -> None:
    page = form_page().fill(151, 101, 249, 129, gray=0.2)
    ruled(page, XS, YS, (("规章", "", "345"), ("行政许可", "", "6"))).raw(hv(200, 118, "7", before="1 g"))
    assert texts(grid_of(made(page, extra=HELVETICA)))[0] == ["规章", "7", "345"]


def test_colored_digits_are_read() -> None:
    body = made(page_with(lambda page: page.raw(hv(170, 148, "8", before="1 0 0 rg"))), extra=HELVETICA)
    assert texts(grid_of(body))[1] == ["行政许可", "8", "6"]


@pytest.mark.parametrize(
    "draw",
    [
        lambda page: page.stroke((150, 115), (175, 115)),
        lambda page: page.stroke((140, 115), (260, 115)),
        lambda page: page.fill(152, 114, 174, 116),
        lambda page: page.stroke((152, 120), (174, 108)),
        lambda page: page.stroke((180, 105), (180, 125)),
        lambda page: page.stroke((152, 115), (174, 115), width=9),
    ],
    ids=[
        "stroke",
        "stroke over the borders",
        "thin box",
        "slanting",
        "an upright stroke beside",
        "broad stroke",
    ],
)
def test_digits_with_a_line_through_them_are_not_claimed(draw: Draw) -> None:
    assert not is_claimed(grid_of(made(page_with(draw))).rows[0][1])


def test_a_note_over_a_figure_makes_it_unsure_and_a_link_does_not() -> None:
    box = f"/Rect [150 {HEIGHT - 130} 250 {HEIGHT - 100}]"
    for kind, claimed in (("/FreeText /Contents (99)", NOT_FIRST), ("/Redact", NOT_FIRST), ("/Link", ALL)):
        entries = f"/Annots [<< /Type /Annot /Subtype {kind} {box} >>]"
        assert figures(made(page_with(lambda _page: None), page_entries=entries)) == claimed


def picture(left: float, top: float, width: float, height: float) -> tuple[str, bytes]:
    shown = "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
    return f"q {width} 0 0 {height} {left} {HEIGHT - top - height} cm /Im1 Do Q", stream(b"\x80", shown)


@pytest.mark.parametrize("place", [(175, 105, 12, 15), (140, 105, 40, 15), (20, 90, 400, 100)])
def test_a_picture_over_or_beside_digits_makes_them_unsure(place: tuple[float, float, float, float]) -> None:
    drawn, shown = picture(*place)
    body = made(page_with(lambda page: page.raw(drawn)), extra="/XObject << /Im1 100 0 R >>", objects=[shown])
    assert not is_claimed(grid_of(body).rows[0][1])


def test_a_pattern_in_an_empty_cell_is_not_a_blank() -> None:
    body = made(page_with(lambda page: page.fill(180, 138, 210, 152, gray=0.4)))
    assert figures(body) == [[True, True], [False, True]]


def test_a_number_over_a_border_is_claimed_on_neither_side() -> None:
    rows = (("规章", "", ""), ("行政许可", "", "6"))
    beside = ruled(form_page(), XS, YS, rows).text(230, 118, "12").text(250, 118, "34")
    assert [is_claimed(cell) for cell in grid_of(made(beside)).rows[0][1:]] == [False, False]
    across = ruled(form_page(), XS, YS, rows).text(200, 132, "12")
    assert [is_claimed(row[1]) for row in grid_of(made(across)).rows] == [False, False]


def test_a_number_that_runs_out_of_the_table_is_not_claimed() -> None:
    page = ruled(form_page(), XS, YS, (("规章", "12", ""), ("行政许可", "", "6"))).text(330, 118, "3456")
    assert not is_claimed(grid_of(made(page)).rows[0][2])


@pytest.mark.parametrize("read", [pdf.read, plumber.read])
def test_what_the_crop_box_cuts_off_is_neither_read_nor_blank(read: Reader) -> None:
    body = made(page_with(lambda _page: None), page_entries=f"/CropBox [0 0 251 {HEIGHT}]")
    grid = grid_of(body, read)
    assert [row[2].text.strip("^") for row in grid.rows] == ["", ""]
    assert not any(is_claimed(row[2]) for row in grid.rows)
    assert grid.rows[0][1].text == "12"
    assert "345" not in read(body).text


@pytest.mark.parametrize("read", [pdf.read, plumber.read])
def test_origins_are_measured_from_the_crop_box(read: Reader) -> None:
    body = made(page_with(lambda _page: None), page_entries=f"/CropBox [20 10 {WIDTH} {HEIGHT - 30}]")
    assert grid_of(body, read).rows[0][1].origin.box == pytest.approx((130, 70, 230, 100), abs=0.6)


def stacked(rows: tuple[tuple[str, str], ...], width: float) -> Canvas:
    ys = tuple(100 + 30 * number for number in range(len(rows) + 1))
    xs = (50, 150, 150 + width, 350)
    page = ruled(form_page(), xs, ys, [("机构名称就是这九字",) for _ in rows])
    for (first, second), top in zip(rows, ys, strict=False):
        page.text(152, top + 12, first).text(152, top + 24, second)
    return page


def test_numbers_set_one_below_the_other_are_not_joined() -> None:
    """The second cell's first line is full, but the first and third cell show that lines are broken on purpose."""
    grid = grid_of(made(stacked((("1", "9"), ("186", "9"), ("20", "9")), 35)))
    assert [row[1].text for row in grid.rows] == ["1\n9", "186\n9", "20\n9"]


def test_a_small_digit_on_a_line_of_its_own_is_a_notes_mark() -> None:
    page = stacked((("186", ""),), 35)
    page.text(152, 124, "1", size=6)
    assert not is_claimed(grid_of(made(page)).rows[0][1])


def aslant(matrix: str) -> bytes:
    """An upright page whose table is drawn through a matrix."""
    drawn = ruled(Canvas(), XS, YS, TEXTS)
    words = "本年新收，信息内容，勾稽关系；本页的文字都是正的，只有表格不是正的，请看下面。" * 2
    page = Canvas().text(30, 40, words)
    return made(page.raw(f"q {matrix} cm").raw("\n".join(drawn.parts)).raw("Q"))


@pytest.mark.parametrize(
    "matrix",
    [f"-1 0 0 -1 400 {2 * HEIGHT - 300}", "-1 0 0 1 400 0", "0 1 -1 0 900 300", "0 -1 1 0 -400 700"],
    ids=["upside down", "mirrored", "left side up", "right side up"],
)
def test_a_table_that_does_not_stand_upright_on_its_page_is_read(matrix: str) -> None:
    grid = grid_of(aslant(matrix))
    assert texts(grid) == [list(row) for row in TEXTS]
    box = grid.rows[0][1].origin.box
    assert box
    assert 0 <= box[0] < box[2] <= WIDTH


def test_the_origin_of_a_turned_table_is_where_it_is_displayed() -> None:
    grid = grid_of(aslant(f"-1 0 0 -1 400 {2 * HEIGHT - 300}"))
    assert grid.rows[0][1].origin.box == pytest.approx((150, 170, 250, 200), abs=0.6)


@pytest.mark.parametrize("matrix", ["-1 0 0 -1 230 0", "-1 0 0 1 230 0", "0 1 -1 0 0 0"])
def test_a_single_turned_figure_is_not_claimed(matrix: str) -> None:
    a, b, c, d, e, _ = matrix.split()
    drawn = f"BT /HV 10 Tf {a} {b} {c} {d} {e if e != '0' else 200} {HEIGHT - 118} Tm (12) Tj ET"
    page = ruled(form_page(), XS, YS, (("规章", "", "345"), ("行政许可", "", "6"))).raw(drawn)
    assert not is_claimed(grid_of(made(page, extra=HELVETICA)).rows[0][1])


def test_a_skewed_table_is_still_in_the_text() -> None:
    """Its sides lean, so that it is no grid: what nobody reads as a table must be seen to be there."""
    rows = [("一、本年新收政府信息公开申请数量", "12"), ("二、上年结转政府信息公开申请数量", "3")]
    page = form_page().raw("q 1 0 0.3 1 0 0 cm")
    ruled(page, (50, 250, 350), YS, rows).raw("Q")
    text = pdf.read(made(page)).text
    assert "二、上年结转政府信息公开申请数量" in text


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_the_second_library_reads_sideways_pages_too(turns: int) -> None:
    box = (0, 0, HEIGHT, WIDTH) if turns % 2 else (0, 0, WIDTH, HEIGHT)
    matrix = {1: f"0 1 -1 0 {HEIGHT} 0", 2: f"-1 0 0 -1 {WIDTH} {HEIGHT}", 3: f"0 -1 1 0 0 {WIDTH}"}
    page = ruled(form_page(), XS, YS, TEXTS)
    page.parts.insert(0, f"{matrix[turns]} cm")
    body = made(page, media_box=box)
    first, second = (grid_of(body, read) for read in (pdf.read, plumber.read))
    assert texts(second) == texts(first) == [list(row) for row in TEXTS]
    for one, other in pairwise([first.rows[0][2].origin.box, second.rows[0][2].origin.box]):
        assert one == pytest.approx(other, abs=0.6)


def test_a_page_in_larger_units_is_read() -> None:
    assert figures(made(page_with(lambda _page: None), page_entries="/UserUnit 2.5")) == ALL


def test_a_page_too_large_to_be_drawn_is_doubted_where_it_would_have_to_be() -> None:
    body = made(
        page_with(lambda page: page.raw(hv(170, 148, "8", before="1 g"))),
        media_box=(0, 0, 14_000, 14_000),
        extra=HELVETICA,
    )
    assert not any(is_claimed(cell) for row in grid_of(body).rows for cell in row[1:])


def test_a_layer_named_in_compressed_objects_is_seen() -> None:
    body = made(
        page_with(lambda page: page.raw(f"/OC /Layer BDC {hv(200, 118, '7')} EMC")),
        extra=f"{HELVETICA} /Properties << /Layer 100 0 R >>",
        objects=[b"<< /Type /OCG /Name (old) >>"],
        catalog="/OCProperties << /OCGs [100 0 R] /D << /OFF [100 0 R] >> >>",
    )
    packed = io.BytesIO()
    with pikepdf.open(io.BytesIO(body)) as document:
        document.save(packed, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert b"/OCProperties" not in packed.getvalue()
    assert figures(packed.getvalue()) == NOT_FIRST
