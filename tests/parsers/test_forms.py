"""What a table means when it is not quite the official one."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.parsers.pages import form, read_form, read_page

if TYPE_CHECKING:
    from parsers.model import Parsed

ROW = "requests.granted"


def _changed(pattern: str, replacement: str) -> Parsed:
    """The form with one thing changed."""
    markup, count = re.subn(pattern, replacement, form(), count=1)
    assert count == 1
    (parsed,) = read_page(markup)
    return parsed


def _states(parsed: Parsed, row: str = ROW) -> list[str]:
    return [figure.state for figure in parsed.figures if figure.key.startswith(f"{row}.")]


def _rules(parsed: Parsed) -> list[str]:
    """Its findings but those that every form of zeros has."""
    return [one.rule for one in parsed.findings if one.rule not in {"all zero", "processing fee"}]


def test_blank_is_not_zero_and_a_slash_is_neither() -> None:
    parsed = read_form({f"{ROW}.business": "", f"{ROW}.research": "/", f"{ROW}.nonprofit": "无"})
    states = {f.key: (f.value, f.state, f.text) for f in parsed.figures}
    assert states[f"{ROW}.natural_person"] == (0, "number", "0")
    assert states[f"{ROW}.business"] == (None, "blank", "")
    assert states[f"{ROW}.research"] == (None, "not_number", "/")
    assert states[f"{ROW}.nonprofit"] == (None, "not_number", "无")


def test_text_beside_a_number_is_kept_and_the_unit_is_the_headings() -> None:
    parsed = read_form(
        {"disclosure.regulations.issued": "22<br>（其中修订 16 件）", "disclosure.fees.amount": "3415.74"}
    )
    figures = {f.key: f for f in parsed.figures}
    regulations, fees = figures["disclosure.regulations.issued"], figures["disclosure.fees.amount"]
    assert (regulations.value, regulations.text, regulations.unit) == (22, "22\n（其中修订 16 件）", None)
    assert (fees.value, fees.unit) == (Decimal("3415.74"), "万元")


def test_a_picture_in_a_cell_is_not_a_blank() -> None:
    parsed = read_form({f"{ROW}.business": "<img src=7.gif>"})
    figure = next(f for f in parsed.figures if f.key == f"{ROW}.business")
    assert (figure.state, figure.value) == ("unsure", None)


@pytest.mark.parametrize("text", ["2<sup>1</sup>", "<s>1</s>2", "1 2", "<p>1</p><p>2</p>"])
def test_marks_and_two_numbers_in_a_cell_are_unsure_and_named(text: str) -> None:
    parsed = read_form({f"{ROW}.business": text})
    figure = next(f for f in parsed.figures if f.key == f"{ROW}.business")
    assert (figure.state, figure.value) == ("unsure", None)
    assert [f.keys for f in parsed.findings if f.rule == "unsure"] == [(figure.key,)]


def test_the_single_row_six_of_2019_is_understood_in_a_form_of_2021() -> None:
    six = r"<tr><td>1\.申请人无正当理由.*?3\.其他</td>(.*?)</tr>"
    markup = re.sub(six, r"<tr><td>（六）其他处理</td>\1</tr>", form(), count=1)
    (parsed,) = read_page(markup)
    keys = [figure.key for figure in parsed.figures]
    assert parsed.edition == "2021"
    assert len(keys) == 200 - 3 * 7 + 7
    assert keys.index("requests.other.natural_person") == keys.index("requests.concluded.natural_person") - 7
    assert not any(key.startswith("requests.other_") for key in keys)
    assert not [f for f in parsed.findings if f.kind == "unsure"]


def test_an_unknown_row_is_named_and_never_dropped() -> None:
    row = f"<tr><td>1-1.电话咨询</td>{'<td>4</td>' * 7}</tr>"
    parsed = _changed("(<tr><td>2.重复申请</td>)", rf"{row}\1")
    (finding,) = [f for f in parsed.findings if f.rule == "unknown label"]
    assert "电话咨询" in finding.message
    assert "4 | 4" in finding.message_zh


def test_a_misprinted_label_is_understood_in_its_place_only() -> None:
    parsed = _changed("2.其他法律行政法规禁止公开", "2.其他法律行政止公开")
    assert _states(parsed, "requests.refused_prohibited_by_law") == ["number"] * 7
    assert _rules(parsed) == ["misprinted label"]
    moved = _changed("<tr><td>（一）予以公开</td>", "<tr><td>其他法律行政止公开</td>")
    assert "unknown label" in _rules(moved)


def test_a_row_with_a_cell_too_few_is_unsure() -> None:
    assert _states(_changed("(<td>（一）予以公开</td>)<td>0</td>", r"\1")) == ["unsure"] * 7


def test_a_row_with_a_cell_too_many_is_unsure() -> None:
    assert _states(_changed("(<td>（一）予以公开</td>)", r"\1<td>5</td>")) == ["unsure"] * 7


@pytest.mark.parametrize(("text", "state"), [("", "blank"), ("/", "not_number"), ("5", "unsure")])
def test_one_cell_over_a_whole_row_is_nothing_for_all_or_a_number_of_nobody(text: str, state: str) -> None:
    row = "<td>（一）予以公开</td>" + "<td>0</td>" * 7
    parsed = _changed(re.escape(row), f"<td>（一）予以公开</td><td colspan=7>{text}</td>")
    assert _states(parsed) == [state] * 7


def test_columns_in_another_order_are_read_by_their_headings() -> None:
    markup = form({f"{ROW}.business": "7", f"{ROW}.total": "7"})
    swapped = markup.replace("<td>商业企业</td><td>科研机构</td>", "<td>科研机构</td><td>商业企业</td>")
    (parsed,) = read_page(swapped)
    figures = {f.key: f.value for f in parsed.figures}
    assert (figures[f"{ROW}.research"], figures[f"{ROW}.business"]) == (7, 0)


def test_a_table_without_headings_is_unsure() -> None:
    markup = re.sub("<tr><td rowspan=2>（勾稽关系）.*?</tr><tr>.*?</tr>", "", form(), count=1)
    (parsed,) = read_page(markup)
    assert {f.state for f in parsed.figures if f.key.startswith("requests.")} == {"unsure"}


def test_a_row_that_stands_twice_with_other_figures_is_unsure() -> None:
    row = "<tr><td>（一）予以公开</td>" + "<td>0</td>" * 7 + "</tr>"
    assert _states(_changed(re.escape(row), row + row.replace("0", "1"))) == ["unsure"] * 7


def test_a_row_in_the_text_that_no_table_has_is_unsure_not_absent() -> None:
    row = "<tr><td>2.重复申请</td>" + "<td>0</td>" * 7 + "</tr>"
    parsed = _changed(re.escape(row), "<tr><td colspan=8>2.重复申请 0 0 0 0 0 0 0</td></tr>")
    assert _states(parsed, "requests.rejected_repeat") == ["unsure"] * 7


def test_an_absent_row_is_absent() -> None:
    row = "<tr><td>2.重复申请</td>" + "<td>0</td>" * 7 + "</tr>"
    assert _states(_changed(re.escape(row), ""), "requests.rejected_repeat") == []


def test_another_table_about_licences_is_not_section_two() -> None:
    other = "<table><tr><td>行政许可</td><td>99</td></tr></table>"
    (parsed,) = read_page(form().replace("<p>一、总体情况</p>", f"<p>一、总体情况</p>{other}"))
    assert {f.key: f.value for f in parsed.figures}["disclosure.licensing.decisions"] == 0


def test_two_reports_on_one_page_are_two() -> None:
    first = form({"disclosure.fees.amount": "1"}, title="甲县2023年政府信息公开工作年度报告")
    second = form({"disclosure.fees.amount": "2"}, title="乙县2023年政府信息公开工作年度报告")
    parsed = read_page(first + second)
    amounts = [{f.key: f.value for f in one.figures}["disclosure.fees.amount"] for one in parsed]
    assert [one.publisher for one in parsed] == ["甲县", "乙县"]
    assert amounts == [1, 2]
    assert all(f.state == "number" for one in parsed for f in one.figures)


def test_two_reports_of_two_editions_on_one_page() -> None:
    first = form({"requests.received.business": "3"}, title="甲县2021年政府信息公开工作年度报告")
    second = form(
        {"requests.received.business": "4"}, edition="2019", title="甲县2020年政府信息公开工作年度报告"
    )
    parsed = read_page(first + second)
    assert [(one.year, one.edition, len(one.figures)) for one in parsed] == [
        (2021, "2021", 200),
        (2020, "2019", 198),
    ]
    assert all(f.state == "number" for one in parsed for f in one.figures)


def test_a_page_that_is_no_report_holds_none() -> None:
    assert read_page("<h1>通知</h1><p>根据工作安排，现将有关事项通知如下。</p>") == ()


def test_a_report_in_free_form_is_a_report_without_figures() -> None:
    text = "".join(
        f"<p>{title}</p><p>正文若干字，说明有关情况。</p>"
        for title in (
            "一、总体情况",
            "二、主动公开政府信息情况",
            "三、收到和处理政府信息公开申请情况",
            "五、存在的主要问题及改进情况",
        )
    )
    (parsed,) = read_page(f"<h1>某局2017年政府信息公开工作年度报告</h1>{text}")
    assert (parsed.year, parsed.edition, parsed.figures) == (2017, "legacy", ())


def test_the_2019_form_reads_signs_and_its_own_columns() -> None:
    parsed = read_form(
        {"disclosure.penalties.change": "-18", "disclosure.procurement.amount": "251000元"}, edition="2019"
    )
    figures = {f.key: f for f in parsed.figures}
    assert (parsed.edition, figures["disclosure.penalties.change"].value) == ("2019", -18)
    assert (
        figures["disclosure.procurement.amount"].value,
        figures["disclosure.procurement.amount"].unit,
    ) == (251000, "元")
    assert not [f for f in parsed.findings if f.rule == "counts"]


def test_a_row_of_blanks_under_a_short_label_is_no_heading() -> None:
    label = "3.其他"
    blank = rf"(<tr><td>{re.escape(label)}</td>)(?:<td>0</td>){{7}}"
    markup, count = re.subn(blank, r"\1" + "<td></td>" * 7, form({"requests.carried_out.business": "4"}))
    (parsed,) = read_page(markup)
    figures = {figure.key: figure for figure in parsed.figures}
    assert count == 1
    assert figures["requests.carried_out.business"].value == 4
    assert not _rules(parsed).count("unsure")


def test_figures_without_a_label_are_told() -> None:
    markup = re.sub(r"<td>([^<]*予以公开[^<]*)</td>(?:<td>0</td>){7}", "<td></td>" + "<td>3</td>" * 7, form())
    (parsed,) = read_page(markup)
    assert set(_states(parsed)) == {"unsure"}
    assert "unknown label" in _rules(parsed)
