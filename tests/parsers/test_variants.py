"""Forms that are not quite the official one: as found in real pages, and as a hostile editor might make them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.editions import editions
from parsers.normalise import TRADITIONAL
from tests.parsers.pages import disclosure, disputes, form, read_form, read_page, requests

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parsers.model import Parsed

COLUMNS = [column.key for column in editions()["2021"].requests.columns]
NUMBERS = {key: str(17 * n + 1) for n, key in enumerate(editions()["2021"].keys(), start=1)}


@dataclass(frozen=True, slots=True)
class Td:
    """A cell to be written."""

    text: str
    rows: int = 1
    columns: int = 1

    def __str__(self) -> str:
        return f"<td rowspan={self.rows} colspan={self.columns}>{self.text}</td>"


def official(cells: dict[str, str]) -> list[list[Td]]:
    """Section three with the merged cells of the official form: three columns of labels, seven of figures."""
    table = editions()["2021"].requests
    labels = [Td(column.label, 2) for column in table.columns]
    leaves = [replace(label, rows=1) for label in labels[1:-1]]
    rows = [
        [
            Td("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", 3, 3),
            Td("申请人情况", 1, 7),
        ],
        [labels[0], Td("法人或其他组织", 1, 5), labels[-1]],
        leaves,
    ]
    results = Td("三、本年度办理结果", len(table.rows) - 3)
    for group, several in groupby(table.rows, lambda row: row.group):
        members = list(several)
        for place, row in enumerate(members):
            first = [results] if row.key == "granted" else []
            if group:
                first += [Td(group, len(members))] if place == 0 else []
                first += [Td(row.label)]
            else:
                inside = row.key in {"granted", "partly_granted", "concluded"}
                first += [Td(row.label, 1, 2 if inside else 3)]
            rows.append([*first, *(Td(cells[f"requests.{row.key}.{key}"]) for key in COLUMNS)])
    return rows


def written(rows: Sequence[Sequence[Td]]) -> str:
    return "<table>" + "".join(f"<tr>{''.join(map(str, row))}</tr>" for row in rows) + "</table>"


def read_three(rows: Sequence[Sequence[Td]], cells: dict[str, str] = NUMBERS) -> Parsed:
    """A report with this table as its section three."""
    markup = form(cells).replace(requests(cells, "2021"), written(rows))
    (parsed,) = read_page(markup)
    return parsed


def silently_wrong(parsed: Parsed, cells: dict[str, str] = NUMBERS) -> list[str]:
    """Keys that are claimed and are not what the form says, or that are absent without a word."""
    found = {figure.key: figure for figure in parsed.figures}
    return [
        key
        for key, text in cells.items()
        if key not in found or (found[key].state != "unsure" and str(found[key].value) != text)
    ]


def sure(parsed: Parsed) -> int:
    return sum(figure.state == "number" for figure in parsed.figures)


def test_the_official_merged_cells_give_every_figure() -> None:
    parsed = read_three(official(NUMBERS))
    assert (sure(parsed), silently_wrong(parsed)) == (200, [])


# --- as found in real pages -------------------------------------------------------------------------------------

HUBEI = """
第二十条第(一)项
信息内容|本年新制作数量|本年新公开数量|对外公开总数量
规章(设区的市、自治州人民政府应提供相关数据)|0|3|0
规范性文件(行政机关制定发布的决定、公告、通告、意见、通 知,以及标题采用“规定”“办法”“细则”“规范”“规程” “规则”等字样的公文,一般情况下属于规范性文件)|87|0|5
其他主动公开文件(含以本单位或本单位办公室名义正式签发的、除规范性文件以外的主动公 开文件,可参考本单位政府信息 公开平台“其他主动公开文件” 栏目数据)|11|12|13
第二十条第(五)项
信息内容|上一年项目数量 (指2019年事项数)|本年增/减 (指2020年增加或减 少的事项 数,减用负 值表示,如 -8)|处理决定数量 (指2020年办 件量)
行政许可|4|-2|9
其他对外管理服务事项(指行政许可以外的政务服务事项,含行政确认、行政奖励、行政裁决、行政给付、行政处罚、行政强制、行政检查、行政征收和其他类,以及公共服务事项)|6|0|7
第二十条第(六)项
信息内容|上一年项目数量 (指2019年事项数)|本年增/减 (指2020年增加或减 少的事项 数广减用负 值表示,如 -8)|处理决定数量 (指2020年办 件量)
行政处罚|8|1|21
"""


def _from_lines(text: str) -> str:
    rows = [line.split("|") for line in text.strip().split("\n")]
    return written([[Td(cell, 1, 4 if len(row) == 1 else 1) for cell in row] for row in rows])


def test_instructions_inside_labels_and_an_extra_row_as_in_hubei() -> None:
    (parsed,) = read_page(f"<h1>某街道2020年政府信息公开工作年度报告</h1>{_from_lines(HUBEI)}")
    numbers = [figure for figure in parsed.figures if figure.state == "number"]
    values = {figure.key.removeprefix("disclosure."): figure.value for figure in numbers}
    assert parsed.edition == "2019"
    assert values == {
        "regulations.made": 0, "regulations.disclosed": 3, "regulations.public_total": 0,
        "normative_documents.made": 87, "normative_documents.disclosed": 0, "normative_documents.public_total": 5,
        "licensing.previous_items": 4, "licensing.change": -2, "licensing.decisions": 9,
        "other_services.previous_items": 6, "other_services.change": 0, "other_services.decisions": 7,
        "penalties.previous_items": 8, "penalties.change": 1, "penalties.decisions": 21,
    }  # fmt: skip
    (extra,) = [finding for finding in parsed.findings if finding.rule == "unknown label"]
    assert "其他主动公开文件" in extra.message
    assert "11 | 12 | 13" in extra.message


def test_a_form_of_2019_for_2022_with_every_cell_empty_is_blank_not_absent() -> None:
    keys = editions()["2019"].keys()
    markup = form(dict.fromkeys(keys, ""), edition="2019", title="2022年度螅镇政府信息公开工作年度报告")
    (parsed,) = read_page(markup)
    assert (parsed.year, parsed.edition, len(parsed.figures)) == (2022, "2019", 198)
    assert {figure.state for figure in parsed.figures} == {"blank"}


def test_a_page_in_traditional_characters_is_read_and_kept_as_printed() -> None:
    back = {simplified: old for old, simplified in TRADITIONAL.items()}
    markup = form(NUMBERS, title="某縣財政局2023年政府信息公開工作年度報告")
    (parsed,) = read_page("".join(back.get(c, c) if c not in "只后里制" else c for c in markup))
    assert (sure(parsed), silently_wrong(parsed), parsed.year) == (200, [], 2023)
    assert "開" in parsed.sections[1].title


def test_the_sections_of_two_editions_may_mix() -> None:
    cells = NUMBERS | dict.fromkeys(editions()["2019"].keys(), "0") | NUMBERS
    old, new = disclosure(cells, "2019"), disclosure(cells, "2021")
    (parsed,) = read_page(form(cells).replace(new, old))
    rest = {key: text for key, text in NUMBERS.items() if not key.startswith("disclosure.")}
    assert silently_wrong(parsed, rest) == []
    assert len([figure for figure in parsed.figures if figure.state == "number"]) == 190 + 22


@pytest.mark.parametrize("heading", ["序号", "单位"])
def test_a_column_before_the_labels_does_not_matter(heading: str) -> None:
    rows = official(NUMBERS)
    rows[0].insert(0, Td(heading, 3))
    for number, row in enumerate(rows[3:], start=1):
        row.insert(0, Td(str(number) if heading == "序号" else "件"))
    assert (sure(read_three(rows)), silently_wrong(read_three(rows))) == (200, [])


@pytest.mark.parametrize(("heading", "place"), [("备注", 7), ("上年总计", 7), ("行次", 0)])
def test_a_column_of_something_else_is_told_from_the_forms(heading: str, place: int) -> None:
    rows = official(NUMBERS)
    rows[0].insert(1 if place == 0 else 2, Td(heading, 3))
    for number, row in enumerate(rows[3:], start=1):
        row.insert(len(row) - 7 + place, Td(str(number)))
    assert (sure(read_three(rows)), silently_wrong(read_three(rows))) == (200, [])


def test_rows_and_headings_printed_again_after_a_pages_end_are_the_same_rows() -> None:
    rows = official(NUMBERS)
    flat = [
        [cell for cell in row if cell.rows == 1 or not cell.text.startswith(("（", "三"))] for row in rows[3:]
    ]
    again = written([*rows[:3], *flat[:12]]) + written([*rows[:3], *flat[11:]])
    (parsed,) = read_page(form(NUMBERS).replace(requests(NUMBERS, "2021"), again))
    assert (sure(parsed), silently_wrong(parsed)) == (200, [])


def test_a_table_on_its_side_is_never_silently_wrong() -> None:
    table = editions()["2021"].requests
    keys = [row.key for row in table.rows]
    rows = [[Td("项目"), *(Td(row.label) for row in table.rows)]]
    rows += [[Td(c.label), *(Td(NUMBERS[f"requests.{key}.{c.key}"]) for key in keys)] for c in table.columns]
    assert silently_wrong(read_three(rows)) == []


# --- section four -----------------------------------------------------------------------------------------------

GROUPS = [("review", "行政复议"), ("suit_direct", "未经复议直接起诉"), ("suit_after_review", "复议后起诉")]
LEAVES = [(column.key, column.label) for column in editions()["2021"].disputes.columns]


def _stacked(leaves: Sequence[tuple[str, str]], *, extra: str = "") -> str:
    head = "<tr><td>项目</td>" + "".join(f"<td>{label}</td>" for _, label in leaves) + "</tr>"
    rows = ""
    for group, label in GROUPS:
        figures = [NUMBERS[f"disputes.{group}.{leaf}"] for leaf, _ in leaves]
        rows += f"<tr><td>{label}</td>{''.join(f'<td>{figure}</td>' for figure in figures)}</tr>"
    return f"<table>{head}{rows}{extra}</table>"


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 0, 1, 2, 3), (1, 0, 3, 2, 4)])
def test_section_four_in_three_rows_is_read_by_its_headings(order: tuple[int, ...]) -> None:
    extra = "<tr><td>合计</td>" + "<td>9</td>" * 5 + "</tr>"
    table = _stacked([LEAVES[n] for n in order], extra=extra)
    (parsed,) = read_page(form(NUMBERS).replace(disputes(NUMBERS, "2021"), table))
    assert (sure(parsed), silently_wrong(parsed)) == (200, [])
    assert any("合计" in finding.message and "9 | 9" in finding.message for finding in parsed.findings)


def test_section_four_with_its_lawsuits_exchanged_is_read_by_its_headings() -> None:
    markup = form(NUMBERS)
    figures = re.findall(r"<td>(\d+)</td>", disputes(NUMBERS, "2021"))
    changed = disputes(NUMBERS, "2021").replace(
        "<td colspan=5>未经复议直接起诉</td><td colspan=5>复议后起诉</td>",
        "<td colspan=5>复议后起诉</td><td colspan=5>未经复议直接起诉</td>",
    )
    swapped = "".join(f"<td>{figure}</td>" for figure in (*figures[:5], *figures[10:], *figures[5:10]))
    changed = changed.replace("".join(f"<td>{figure}</td>" for figure in figures), swapped)
    (parsed,) = read_page(markup.replace(disputes(NUMBERS, "2021"), changed))
    assert (sure(parsed), silently_wrong(parsed)) == (200, [])


# --- two years --------------------------------------------------------------------------------------------------


def _other_year() -> dict[str, str]:
    return {key: str(int(text) + 5) for key, text in NUMBERS.items()}


@pytest.mark.parametrize("above", [True, False])
def test_last_years_table_beside_this_years_is_never_taken_for_it(above: bool) -> None:
    this, last = written(official(NUMBERS)), written(official(_other_year()))
    tables = f"<p>上年</p>{last}<p>本年</p>{this}" if above else f"<p>本年</p>{this}<p>上年</p>{last}"
    parsed = read_page(form(NUMBERS).replace(requests(NUMBERS, "2021"), tables))
    assert [silently_wrong(one) for one in parsed] == [[]]


def test_a_whole_second_form_under_the_same_title_is_no_second_report() -> None:
    other = _other_year()
    tail = "<h3>附：2022年数据对比</h3>" + "".join(
        make(other, "2021") for make in (disclosure, requests, disputes)
    )
    parsed = read_page(form(NUMBERS) + tail)
    assert [silently_wrong(one) for one in parsed] == [[]]


def test_years_in_paired_columns_are_unsure() -> None:
    table = editions()["2021"].requests
    head = [[Td("项目", 2), *(Td(column.label, 1, 2) for column in table.columns)]]
    head.append([Td(year) for _ in table.columns for year in ("2022年", "2023年")])
    body = [
        [Td(row.label), *(Td(NUMBERS[f"requests.{row.key}.{key}"]) for key in COLUMNS for _ in range(2))]
        for row in table.rows
    ]
    parsed = read_three([*head, *body])
    assert {figure.state for figure in parsed.figures if figure.key.startswith("requests.")} == {"unsure"}


# --- as a hostile editor might make them --------------------------------------------------------------------------

ROWS = range(3, 3 + len(editions()["2021"].requests.rows))


def _labels_of(row: Sequence[Td]) -> int:
    return len(row) - 7


@given(st.permutations(range(5)), st.sampled_from(["right", "corner", "applicants"]))
def test_columns_in_any_order_with_right_or_wrong_spans(order: list[int], spans: str) -> None:
    rows = official(NUMBERS)
    rows[2] = [rows[2][n] for n in order]
    for row in rows[3:]:
        row[-6:-1] = [row[-6:-1][n] for n in order]
    rows[0][0] = replace(rows[0][0], rows=2) if spans == "corner" else rows[0][0]
    rows[1][1] = replace(rows[1][1], columns=4) if spans == "applicants" else rows[1][1]
    parsed = read_three(rows)
    assert silently_wrong(parsed) == []
    if spans == "right":
        assert sure(parsed) == 200


@settings(max_examples=40)
@given(st.data())
def test_labels_left_blank_or_printed_twice(data: st.DataObject) -> None:
    rows = official(NUMBERS)
    for _ in range(data.draw(st.integers(1, 4))):
        row = rows[data.draw(st.sampled_from(ROWS))]
        place = data.draw(st.integers(0, _labels_of(row) - 1))
        other = rows[data.draw(st.sampled_from(ROWS))]
        text = data.draw(st.sampled_from(["", other[_labels_of(other) - 1].text, "某类申请"]))
        row[place] = replace(row[place], text=text)
    assert silently_wrong(read_three(rows)) == []


@settings(max_examples=40)
@given(st.data())
def test_headings_left_blank(data: st.DataObject) -> None:
    rows = official(NUMBERS)
    for _ in range(data.draw(st.integers(1, 3))):
        row = rows[data.draw(st.integers(0, 2))]
        place = data.draw(st.integers(0, len(row) - 1))
        row[place] = replace(row[place], text="")
    assert silently_wrong(read_three(rows)) == []


@settings(max_examples=40)
@given(st.data())
def test_cells_and_rows_put_in_anywhere(data: st.DataObject) -> None:
    rows = official(NUMBERS)
    for _ in range(data.draw(st.integers(1, 3))):
        row = rows[data.draw(st.integers(0, len(rows) - 1))]
        text = data.draw(st.sampled_from(["", "5", "某类申请", "其他"]))
        row.insert(data.draw(st.integers(0, len(row))), Td(text))
    extra = [Td(data.draw(st.sampled_from(["", "小计", "其中：涉农"]))), *(Td("3") for _ in COLUMNS)]
    rows.insert(data.draw(st.integers(3, len(rows))), extra)
    assert silently_wrong(read_three(rows)) == []


@settings(max_examples=40)
@given(st.data())
def test_label_columns_exchanged(data: st.DataObject) -> None:
    rows = official(NUMBERS)
    for number in ROWS:
        row, count = rows[number], _labels_of(rows[number])
        if count > 1 and data.draw(st.booleans()):
            row[:count] = data.draw(st.permutations(row[:count]))
    assert silently_wrong(read_three(rows)) == []


@pytest.mark.parametrize("label", ["合计", "其它"])
def test_other_words_for_a_heading(label: str) -> None:
    old = {"合计": "总计", "其它": "其他"}[label]
    markup = form(NUMBERS).replace(f"<td>{old}</td>", f"<td>{label}</td>")
    (parsed,) = read_page(markup)
    assert (sure(parsed), silently_wrong(parsed)) == (200, [])


def test_words_in_the_place_of_a_number_are_no_number_and_kept() -> None:
    parsed = read_form({"requests.granted.business": "暂无", "disclosure.licensing.decisions": "未统计"})
    found = {figure.key: (figure.state, figure.text) for figure in parsed.figures}
    assert found["requests.granted.business"] == ("not_number", "暂无")
    assert found["disclosure.licensing.decisions"] == ("not_number", "未统计")
