"""Spreadsheets: what a cell shows is read as far as the file tells, and doubted where it does not."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter  # type: ignore[import-untyped] # ships no types

from parsers import parse
from parsers.model import Cell, Unreadable
from parsers.readers import sheet, sheet_2003, sheet_biff, sheet_ods, sheet_xml
from parsers.readers.sheet_layout import name_of, number_text
from parsers.rows import number_in
from tests.parsers.office_making import SAMPLES, packed, parts

if TYPE_CHECKING:
    from collections.abc import Callable

    from parsers.model import Reading


def book(fill: Callable[[Any, Any], object], *names: str) -> bytes:
    """A workbook whose sheets are filled by `fill(book, sheet)`."""
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    for name in names or ("年报",):
        fill(made, made.add_worksheet(name))
    made.close()
    return out.getvalue()


def cells(reading: Reading) -> dict[str | None, Cell]:
    return {cell.origin.cell: cell for grid in reading.grids for row in grid.rows for cell in row}


def only_cell(write: Callable[[Any, Any], object]) -> Cell:
    """The cell B1 of a sheet, beside a label that stands in A1, above a row that needs two columns."""

    def fill(made: Any, page: Any) -> None:  # noqa: ANN401 - xlsxwriter has no types
        page.write_row(0, 0, ["规章", None, 5])
        page.write_row(1, 0, ["行政规范性文件", 7, 8])
        write(made, page)

    return cells(sheet_xml.read(book(fill)))["B1"]


def numeric(value: float, *, last: str = "", **look: object) -> Callable[[Any, Any], object]:
    def write(made: Any, page: Any) -> None:  # noqa: ANN401 - xlsxwriter has no types
        page.write_number(0, 1, value, made.add_format(look))
        if last:
            page.conditional_format(
                0,
                1,
                0,
                1,
                {
                    "type": "cell",
                    "criteria": "==",
                    "value": 0,
                    "format": made.add_format({"font_color": last}),
                },
            )

    return write


@pytest.mark.parametrize(
    ("write", "value"),
    [
        (numeric(12), 12),
        (numeric(12.0, num_format="0.00"), 12),
        (numeric(1234, num_format="#,##0"), 1234),
        (numeric(12.5), 12.5),
        (numeric(12.5, num_format="0.00"), 12.5),
        (numeric(12, num_format='0"件"'), 12),
        (numeric(12, num_format="0_ "), 12),
        (numeric(12, num_format="0_);[Red]\\(0\\)"), 12),
        (numeric(12, num_format='_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ '), 12),
        (numeric(12, num_format='_ "¥"* #,##0_ ;_ "¥"* -#,##0_ ;_ "¥"* "-"_ ;_ @_ '), 12),
        (numeric(12, num_format=41), 12),
        (numeric(12, num_format=42), 12),
        (numeric(12.5, num_format=43), 12.5),
        (numeric(12.5, num_format=44), 12.5),
        (numeric(-12), -12),
        (numeric(12, font_color="white", bg_color="black"), 12),
        (lambda _, page: page.write_string(0, 1, "12"), 12),
        (lambda _, page: page.write_formula(0, 1, "=5+7", None, 12), 12),
    ],
)  # fmt: skip
def test_a_number_is_read_as_it_is_shown(write: Callable[[Any, Any], object], value: float) -> None:
    assert number_in(only_cell(write)).value == value


DOUBTFUL = {
    "a percentage": numeric(0.5, num_format="0%"),
    "rounded": numeric(12.4, num_format="0"),
    "rounded to two places": numeric(12.456, num_format="0.00"),
    "hidden by its format": numeric(12, num_format=";;;"),
    "a zero that is a dash": numeric(0, num_format='0;-0;"-"'),
    "in thousands": numeric(12000, num_format="0,"),
    "an accountant's dash": numeric(0, num_format=41),
    "an accountant's filling": numeric(12, num_format="*7 0"),
    "a negative in brackets": numeric(-12, num_format="0;(0)"),
    "a day": numeric(45000, num_format="yyyy-mm-dd"),
    "leading zeros": numeric(12, num_format="000"),
    "digits without end": numeric(1 / 3),
    "too large for its cell": numeric(123456789012345),
    "white": numeric(12, font_color="white"),
    "struck": numeric(12, font_strikeout=True),
    "raised": numeric(12, font_script=1),
    "changed by a condition": numeric(0, last="#FFFFFF"),
    "an error": lambda _, page: page.write_formula(0, 1, "=1/0", None, "#DIV/0!"),
    "raised digits in a text": lambda made, page: page.write_rich_string(0, 1, "12", made.add_format({"font_script": 1}), "2"),
    "struck digits in a text": lambda made, page: page.write_rich_string(0, 1, "12", made.add_format({"font_strikeout": True}), "2"),
    "white digits in a text": lambda made, page: page.write_rich_string(0, 1, "12", made.add_format({"font_color": "white"}), "2"),
    "under a text box": lambda _, page: (page.write_number(0, 1, 12), page.insert_textbox(0, 1, "7")),
    "zeros that are not shown": lambda _, page: (page.write_number(0, 1, 0), page.hide_zero()),
}  # fmt: skip


@pytest.mark.parametrize("name", DOUBTFUL)
def test_what_may_be_shown_otherwise_is_no_sure_number(name: str) -> None:
    cell = only_cell(DOUBTFUL[name])
    assert number_in(cell).state in {"unsure", "not_number"}
    assert number_in(cell).value is None


def test_an_empty_cell_in_a_table_is_blank_and_one_under_a_picture_is_not_known() -> None:
    assert only_cell(lambda *_: None).closed
    assert not only_cell(lambda _, page: page.insert_textbox(0, 1, "7")).closed


def test_a_formula_that_no_program_worked_out_is_not_blank() -> None:
    body = book(lambda _, page: (page.write_row(0, 0, ["规章", 5, 7]), page.write_formula(0, 1, "=5")))
    changed = {name: content.replace(b"<v>0</v>", b"") for name, content in _members(body).items()}
    assert not cells(sheet_xml.read(packed(changed)))["B1"].closed


def _members(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_hidden_sheets_rows_and_columns_are_not_printed() -> None:
    def fill(_: Any, page: Any) -> None:  # noqa: ANN401 - xlsxwriter has no types
        for row in range(3):
            page.write_row(row, 0, [f"行{row}", row * 10 + 1, row * 10 + 2, row * 10 + 3])
        page.set_row(1, None, None, {"hidden": True})
        page.set_column(2, 2, None, None, {"hidden": True})
        if page.get_name() == "藏":
            page.hide()

    reading = sheet_xml.read(book(fill, "年报", "藏"))
    assert set(cells(reading)) == {"A1", "B1", "D1", "A3", "B3", "D3"}
    assert "12" not in reading.text.split()
    assert {grid.origin.sheet for grid in reading.grids} == {"年报"}


def test_hidden_rows_and_columns_of_the_form_are_doubtful_and_never_absent() -> None:
    def fill(_: Any, page: Any) -> None:  # noqa: ANN401 - xlsxwriter has no types
        page.write_row(0, 0, ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数", "核对"])
        page.write_row(1, 0, ["规章", 11, 12, 13, 36])
        page.write_row(2, 0, ["行政规范性文件", 21, None, 23, 44])
        page.write_row(3, 0, ["备注", 31, 32, 33, 96])
        page.set_row(2, None, None, {"hidden": True})
        page.set_row(3, 0)
        page.set_column(2, 2, None, None, {"hidden": True})
        page.set_column(4, 4, None, None, {"hidden": True})

    found = cells(sheet_xml.read(book(fill)))
    assert set(found) == {f"{column}{row}" for column in "ABCD" for row in (1, 2, 3)}
    assert [number_in(found[name]).value for name in ("B2", "D2")] == [11, 13]
    assert {number_in(found[name]).state for name in ("C2", "B3", "D3")} == {"unsure"}
    assert not found["C3"].closed


def test_a_merged_cell_stands_at_each_of_its_places_and_once_in_the_text() -> None:
    def fill(made: Any, page: Any) -> None:  # noqa: ANN401 - xlsxwriter has no types
        page.merge_range(0, 0, 1, 0, "合并", made.add_format({}))
        page.write_row(0, 1, [1, 2])
        page.write_row(1, 1, [3, 4])

    reading = sheet_xml.read(book(fill))
    (grid,) = reading.grids
    assert grid.rows[0][0] is grid.rows[1][0]
    assert reading.text.split() == ["合并", "1", "2", "3", "4"]


def test_paragraphs_around_tables_are_text_and_no_table() -> None:
    def fill(_: Any, page: Any) -> None:  # noqa: ANN401 - xlsxwriter has no types
        page.write(0, 0, "某局2024年政府信息公开工作年度报告")
        page.write(1, 0, "一、总体情况")
        page.write_row(2, 0, ["规章", 1, 2, 3])
        page.write(3, 0, "五、存在的主要问题及改进情况")

    reading = sheet_xml.read(book(fill))
    assert [len(grid.rows) for grid in reading.grids] == [2]  # with the heading above it
    assert reading.text.splitlines()[0] == "某局2024年政府信息公开工作年度报告"
    assert reading.text.splitlines()[-1] == "五、存在的主要问题及改进情况"


def test_old_workbooks_say_the_same_as_new_ones() -> None:
    old = cells(sheet.read((SAMPLES / "made-xls" / "body.et").read_bytes()))
    new = cells(sheet_xml.read((SAMPLES / "made-xlsx" / "body.xlsx").read_bytes()))
    assert {name: number_in(cell) for name, cell in old.items()} == {
        name: number_in(cell) for name, cell in new.items()
    }


# In each of these files the cells of column B look as column A says. LibreOffice, which made the others from the
# .xlsx, leaves out what is raised, and an .ods keeps what is shown: rounded, or a dash.
LOOKS = {
    "looks.xlsx": (sheet_xml.read, set()),
    "looks.xls": (sheet.read, {"doubt raised"}),
    "looks.ods": (sheet_ods.read, {"doubt raised", "doubt rounded", "doubt dash"}),
}


@pytest.mark.parametrize("name", LOOKS)
def test_each_kind_of_sheet_knows_what_may_be_shown_otherwise(name: str) -> None:
    read, otherwise = LOOKS[name]
    (grid,) = read((SAMPLES / "office-looks" / name).read_bytes()).grids
    assert {len(row) for row in grid.rows} == {3}, "column D is hidden"
    said = {row[0].text: row[1] for row in grid.rows}
    assert len(said) == 16, "the last row is hidden"
    for label, cell in said.items():
        number = number_in(cell)
        if label.startswith("sure"):
            assert number.value == float(label.split()[1])
        elif label == "blank":
            assert (number.state, cell.closed) == ("blank", True)
        elif label not in otherwise:
            assert number.value is None
            assert number.state == "unsure" or not cell.closed


def test_where_the_records_are_not_understood_no_cell_is_known_to_be_empty() -> None:
    body = bytearray((SAMPLES / "made-xls" / "body.et").read_bytes())
    place = body.index(b"\x09\x08\x10\x00\x00\x06")  # where the workbook begins
    while (kind := int.from_bytes(body[place : place + 2], "little")) != 0x0A:
        if kind == 0x31:  # a font, which calamine does not need
            body[place] = 0x32
        place += 4 + int.from_bytes(body[place + 2 : place + 4], "little")
    assert sheet_biff.facts(bytes(body)) == {}
    found = cells(sheet.read(bytes(body)))
    assert number_in(found["B32"]).value == 122
    assert all(not cell.closed for cell in found.values() if not cell.text)


def _ods(change: Callable[[str], str]) -> bytes:
    members = dict(parts("made-ods"))
    members["content.xml"] = change(members["content.xml"].decode()).encode()
    return packed(members)


@pytest.mark.parametrize(
    ("shown", "state"),
    [
        ("<text:p>122</text:p>", "number"),
        ("<text:p>122%</text:p>", "unsure"),
        ("", "blank"),
        ("<text:p/>", "blank"),
        ('<text:p>12<text:span text:style-name="up">2</text:span></text:p>', "unsure"),
        ('<text:p>12<text:span text:style-name="white">2</text:span></text:p>', "unsure"),
        ("<text:p>12</text:p><text:p>2</text:p>", "unsure"),
        ("<text:p>122</text:p><office:annotation><text:p>9</text:p></office:annotation>", "number"),
    ],
)
def test_open_sheets_say_what_each_cell_shows(shown: str, state: str) -> None:
    styles = (
        '<style:style style:name="up" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>'
        '<style:style style:name="white" style:family="text"><style:text-properties fo:color="#ffffff"/></style:style>'
        "</office:automatic-styles>"
    )
    body = _ods(
        lambda text: text.replace("</office:automatic-styles>", styles, 1).replace(
            "<text:p>122</text:p>", shown, 1
        )
    )
    cell = cells(sheet_ods.read(body))["B32"]
    assert number_in(cell).state == state
    assert bool(cell.text) or not cell.closed


_2003 = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"><Styles>'
    '<Style ss:ID="p"><NumberFormat ss:Format="Percent"/></Style><Style ss:ID="s"><Font ss:StrikeThrough="1"/></Style></Styles>'
    '<Worksheet ss:Name="年报"><Table>'
    '<Row><Cell ss:MergeDown="1"><Data ss:Type="String">合并</Data></Cell><Cell><Data ss:Type="Number">12</Data></Cell>'
    '<Cell ss:Index="4"><Data ss:Type="Number">13</Data></Cell></Row>'
    '<Row><Cell ss:Index="2" ss:StyleID="p"><Data ss:Type="Number">1</Data></Cell><Cell ss:StyleID="s"><Data ss:Type="Number">2</Data></Cell>'
    '<Cell ss:Formula="=1"/></Row>'
    '<Row ss:Hidden="1"><Cell><Data ss:Type="Number">99</Data></Cell></Row></Table></Worksheet>'
    '<Worksheet ss:Name="藏"><Table><Row><Cell><Data ss:Type="Number">98</Data></Cell></Row></Table>'
    "<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet></Workbook>"
)


def test_workbooks_of_2003_are_read() -> None:
    reading = sheet_2003.read(_2003.encode())
    found = cells(reading)
    assert {name: cell.text for name, cell in found.items()} == {
        "A1": "合并", "B1": "12", "C1": "", "D1": "13", "B2": "1\ufffd", "C2": "~2", "D2": "",
    }  # fmt: skip
    assert not found["D2"].closed
    assert "99" not in reading.text
    assert "98" not in reading.text


@pytest.mark.parametrize(
    ("place", "name"),
    [((0, 0), "A1"), ((6, 2), "C7"), ((9, 25), "Z10"), ((9, 26), "AA10"), ((0, 702), "AAA1")],
)
def test_places_have_the_names_that_people_see(place: tuple[int, int], name: str) -> None:
    assert name_of(*place) == name


@pytest.mark.parametrize(
    ("value", "text"), [(12.0, "12"), (1e3, "1000"), (1e-7, "0.0000001"), (-0.0, "0"), (12.5, "12.5")]
)
def test_numbers_have_the_digits_that_people_see(value: float, text: str) -> None:
    assert number_text(value).text == text


@pytest.mark.parametrize(
    "sheet_xml_part",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="9"><c r="A9"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells><sheetData>',
    ],
)
def test_a_sheet_without_end_is_refused(sheet_xml_part: str) -> None:
    members = _members(book(lambda _, page: page.write(0, 0, "一")))
    name = "xl/worksheets/sheet1.xml"
    members[name] = members[name].replace(b"</sheetData>", sheet_xml_part.encode() + b"</sheetData>")
    with pytest.raises(Unreadable) as caught:
        sheet_xml.read(packed(members))
    assert caught.value.kind == "too_large"


def test_a_sheet_whose_cells_are_out_of_their_order_is_refused() -> None:
    members = _members(book(lambda _, page: [page.write(0, column, column) for column in range(3)]))
    name = "xl/worksheets/sheet1.xml"
    members[name] = members[name].replace(b'r="B1"', b'r="M1"')
    with pytest.raises(Unreadable) as caught:
        sheet_xml.read(packed(members))
    assert caught.value.kind == "broken"


def test_sections_on_sheets_of_their_own_are_one_report() -> None:
    whole = sheet_xml.read((SAMPLES / "made-xlsx" / "body.xlsx").read_bytes())

    def fill(_: Any, page: Any) -> None:  # noqa: ANN401 - xlsxwriter has no types
        grid = whole.grids[int(page.get_name())]
        for row, row_cells in enumerate(grid.rows):
            for column, cell in enumerate(row_cells):
                first = all(
                    cell is not before
                    for before in (*row_cells[:column], *(grid.rows[row - 1] if row else ()))
                )
                page.write(row, column, cell.text if first else "")
        _merge(grid.rows, page)

    (parsed,) = parse(book(fill, *map(str, range(len(whole.grids)))), "")
    assert len(parsed.figures) == 200
    assert {figure.state for figure in parsed.figures} == {"number"}


def _merge(rows: tuple[tuple[Cell, ...], ...], page: Any) -> None:  # noqa: ANN401 - xlsxwriter has no types
    places: dict[int, list[tuple[int, int]]] = {}
    for row, row_cells in enumerate(rows):
        for column, cell in enumerate(row_cells):
            places.setdefault(id(cell), []).append((row, column))
    texts = {id(cell): cell.text for row in rows for cell in row}
    for number, covered in places.items():
        if len(covered) > 1:
            page.merge_range(*covered[0], *covered[-1], texts[number])
