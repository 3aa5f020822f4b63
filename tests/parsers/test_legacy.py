from __future__ import annotations

import pytest

from parsers.editions import legacy_form
from parsers.legacy import is_old, old_report, prints_old_tables
from parsers.sections import outline
from tests.parsers.pages import form, read_page

KEY = "legacy.requests.received"


def _received(text: str) -> list[tuple[object, str]]:
    return [(figure.value, figure.state) for figure in old_report(text, None, outline(text)).figures]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("全年共收到政府信息公开申请23件，其中网上申请20件。", 23),
        ("（一）收到申请数 件 23\n1.当面申请数 件 5", 23),
        ("收到申请数\n件\n1,023\n1.当面申请数\n件\n5", 1023),
        ("收到政府信息公开申请总数（件） | 0 |", 0),
        ("2018年，收到申请 7 件。三、收到申请数 件 7", 7),
    ],
)
def test_the_requests_received_are_read_where_the_text_tells_one_number(text: str, value: int) -> None:
    assert _received(text) == [(value, "number")]


def test_two_numbers_are_unsure_and_told() -> None:
    text = "收到申请5件。……收到申请数 件 7"
    report = old_report(text, None, outline(text))
    assert _received(text) == [(None, "unsure")]
    assert [finding.keys for finding in report.findings] == [(KEY,)]


@pytest.mark.parametrize(
    "text",
    [
        "自2008年以来，累计收到政府信息公开申请2300件。",
        "截至2018年底，累计收到申请230件。",
        "第一季度收到政府信息公开申请4件。",
        "全县各镇收到政府信息公开申请15件，县政府办收到申请3件。",
        "收到政府信息公开申请 2 3 件。",
        "2016年 | 2017年\n收到申请数 | 件 | 12 | 15",
    ],
)
def test_a_number_of_another_time_or_body_and_one_of_two_are_unsure(text: str) -> None:
    assert [state for _, state in _received(text)] == ["unsure"]


@pytest.mark.parametrize(
    "text", ["未收到政府信息公开申请。", "其中收到申请3件", "上年收到申请3件", "收到网络申请10件"]
)
def test_no_number_is_no_figure(text: str) -> None:
    assert _received(text) == []


def test_old_by_the_year_or_by_the_words_of_its_tables() -> None:
    words = f"附表：{legacy_form().marks[0]}"
    assert is_old("正文", 2018)
    assert not is_old("正文", 2019)
    assert is_old(words, None)
    assert not is_old(words, 2021)
    assert prints_old_tables("主动公开政府\n信息数")


def test_a_text_with_other_titles_is_kept_whole() -> None:
    text = "某局2017年报告\n概况如下\n统计表 1 2 3"
    (section,) = old_report(text, "某局2017年报告", outline(text)).sections
    assert (section.key, section.text) == ("0", text)


def test_an_old_report_has_its_text_its_notes_one_figure_and_no_faults() -> None:
    text = (
        "<h1>某县财政局2017年政府信息公开工作年度报告</h1><p>一、概述</p><p>我局认真做好工作。</p><p>附表：政府信息公开情况统计表</p>"
        "<table><tr><td>指标名称</td><td>单位</td><td>数量</td></tr><tr><td>一、主动公开政府信息数</td><td>条</td><td>812</td></tr>"
        "<tr><td>（一）收到申请数</td><td>件</td><td>23</td></tr><tr><td>四、行政复议数量</td><td>件</td><td>1</td></tr></table>"
        "<p>某县财政局</p><p>2018年1月25日</p>"
    )
    (parsed,) = read_page(text)
    assert (parsed.year, parsed.edition, parsed.findings) == (2017, "legacy", ())
    assert [(figure.key, figure.value) for figure in parsed.figures] == [(KEY, 23)]
    assert "812" in parsed.sections[0].text
    assert ("dated", "2018-01-25") in [(note.kind, note.value) for note in parsed.notes]


def test_tables_of_the_form_under_an_old_year_are_not_dropped() -> None:
    (parsed,) = read_page(
        form(title="某县财政局2018年政府信息公开工作年度报告").replace("<td>0</td>", "<td>1^2</td>")
    )
    assert (parsed.year, parsed.edition, {figure.state for figure in parsed.figures}) == (
        2018,
        "2021",
        {"unsure"},
    )
