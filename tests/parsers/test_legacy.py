from __future__ import annotations

import pytest

from parsers.editions import legacy_form
from parsers.legacy import is_old, old_report, prints_old_tables
from parsers.sections import outline

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
