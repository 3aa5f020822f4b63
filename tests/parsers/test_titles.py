from __future__ import annotations

import pytest

from parsers import page_facts, title_facts
from parsers.facts import publisher_of, report_title


@pytest.mark.parametrize(
    ("title", "publisher", "year"),
    [
        ("平潭综合实验区2024年度政府信息公开工作年度报告", "平潭综合实验区", 2024),
        ("2019年上海市人民政府办公厅政府信息公开工作年度报告", "上海市人民政府办公厅", 2019),
        ("周口市人民政府办公室关于2022年政府信息公开工作的年度报告", "周口市人民政府办公室", 2022),
        ("二〇一九年周口市政府信息公开年报", "周口市", 2019),
        ("扶沟县人民政府信息公开2020年度报告", "扶沟县人民政府", 2020),
        ("2023年政府信息公开工作年度报告（周口市财政局）", "周口市财政局", 2023),
        ("2022年度螅镇政府信息公开工作年度报告", "螅镇", 2022),
        ("某局2023年政府信息公开年报_政府信息公开年报_某市人民政府", "某局", 2023),
        ("⾏政服务中⼼２０２１年政府信息公开⼯作年度报告", "行政服务中心", 2021),
        ("政府信息公开工作年度报告", None, None),
    ],
)
def test_a_report_says_whose_it_is_and_for_which_year(
    title: str, publisher: str | None, year: int | None
) -> None:
    facts = title_facts(title)
    assert (facts.publisher, facts.year, facts.kind) == (publisher, year, "report")


@pytest.mark.parametrize(
    "title",
    [
        "政府信息公开指南",
        "关于做好2023年政府信息公开工作年度报告编制工作的通知",
        "一图读懂2023年政府信息公开年报",
        "2023年法治政府建设年度报告",
        "2023年部门决算公开报告",
        "春节放假",
    ],
)
def test_what_cannot_be_a_report_is_other(title: str) -> None:
    assert title_facts(title).kind == "other"


@pytest.mark.parametrize(
    "title",
    [
        "2023年政府信息公开年报汇总",
        "关于公布2023年政府信息公开工作年度报告的公告",
        "2023年度报告",
        "政务公开工作报告",
        "2025年",
        "2025",
        "2023报告",
    ],
)
def test_what_may_be_one_is_maybe(title: str) -> None:
    assert title_facts(title).kind == "maybe"


def test_a_title_on_three_lines_is_put_together() -> None:
    text = "洪泽区人民政府\n2023 年政府信息公开工作年度\n报告\n\n本报告由淮安市洪泽区人民政府办公室根据"
    title = report_title(text, None)
    assert title == "洪泽区人民政府2023 年政府信息公开工作年度报告"
    assert publisher_of(title, text) == "淮安市洪泽区人民政府"


def test_a_menu_is_no_title() -> None:
    text = "首页\n政府信息公开\n政府信息公开年报\n某局2023年政府信息公开工作年度报告\n一、总体情况"
    assert report_title(text, None) == "某局2023年政府信息公开工作年度报告"


def test_a_page_without_metas_tells_its_day_in_its_head() -> None:
    page = "<h1>某局年报</h1><div>来源：某市财政局 发布时间：2024年1月5日 浏览次数：3</div>".encode()
    facts = page_facts(page)
    assert (facts.title, facts.published, facts.publisher_hint) == ("某局年报", "2024-01-05", "某市财政局")


@pytest.mark.parametrize("day", ["2024-13-45", "", "昨天"])
def test_a_day_that_is_no_day_is_not_told(day: str) -> None:
    assert page_facts(f'<meta name="PubDate" content="{day}"><p>x'.encode()).published is None


def test_bytes_that_are_no_page_have_no_facts() -> None:
    facts = page_facts(b"")
    assert (facts.title, facts.published, facts.publisher_hint) == (None, None, None)
