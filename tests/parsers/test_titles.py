from __future__ import annotations

import pytest

from parsers import page_facts, title_facts
from parsers.facts import publisher_of, report_title
from parsers.normalise import normalise


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
        ("政府信息公开年度报告（最新）", None, None),
        ("示范市住房制度改革办公室2025年政府信息公开工作年度报告", "示范市住房制度改革办公室", 2025),
        ("2025年示范市住房制度改革办公室政府信息公开年度报告", "示范市住房制度改革办公室", 2025),
        ("示范市考核办公室2025年政府信息公开工作年度报告", "示范市考核办公室", 2025),
        ("示范市教育局2025年政府信息公开年度报吿", "示范市教育局", 2025),
        ("示范市教育局2025年政府信息公開年度報告", "示范市教育局", 2025),
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
        "政府信息公开指南（2025年版）",
        "政府信息公开制度",
        "政府信息公开工作年度报告制度",
        "2025年政府信息主动公开目录",
        "政府信息公开申请表",
        "示范市政府信息公开办法",
        "示范市政府办公室关于做好2023年政府信息公开工作年度报告编制工作的通知",
        "关于2023年政府信息公开工作年度报告编制工作的通知",
        "关于报送2023年政府信息公开年报的通知",
        "示范市2025年政务公开工作要点",
        "示范市召开2025年政务公开工作会议",
        "2025年第三季度政府信息公开情况",
        "示范市教育局2025年公开招聘公告",
        "示范市教育局召开会议...",
        "示范市财政局2023年财政预算执行情况报告",
        "喜迎新年",
        "国庆放假2025",
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
        "示范市教育局2025年政府信息公开工作年...",
        "示范市教育局2025年政府信息公开工作年…",
        "示范市教育局2025年政府信息公开工作年..",
        "示范市教育局2025年政府信息公开工",
        "示范市住房和城乡建设局2025年政府信...",
        "示范市住房和城乡建设局2025年政府信",
        "示范市住房和城乡建设局2025年...[详细]",
        "示范市住房和城乡建设局2025...",
        "示范市住房和城乡建设局...",
        "示范市教育局2025年度",
        "示范市教育局2025年政府信息公开工作情况",
        "示范市教育局2025年度政府信息公开工作总结",
        "示范市教育局2025年政府信息公开",
        "政府信息公开年",
        "市财政局2025年度报告",
        "示范市财政局2025年年报",
        "示范市住房制度改革办公室2025年年报",
        "示范市教育局2025年政府信息公开工作年度报告及信息公开指南",
        "示范市教育局2025年年报及信息公开指南",
        "关于印发《示范市教育局2025年政府信息公开工作年度报告》编制说明的通知",
        "关于2025年政府信息公开工作年度报告的通知",
        "示范市机构编制委员会办公室关于公布2025年政府信息公开工作年度报告的通知",
        "【图解】示范市教育局2025年政府信息公开工作年度报告",
        "一图读懂2023年政府信息公开年报",
        "2023年政府信息公开工作年度报告解读",
        "示范市教育局2025年政府信息公开工作年度抱告",
        "示范市教育局2025年政府信恩公开工作年度报告",
    ],
)
def test_what_may_be_one_is_maybe(title: str) -> None:
    assert title_facts(title).kind == "maybe"


@pytest.mark.parametrize(
    "title",
    [
        "示范市教育局2025年政府信...",
        "示范市教育局2025年政府信息公开工作情况",
        "示范市教育局2025年度",
        "【图解】示范市教育局2025年政府信息公开工作年度报告",
        "关于印发《示范市教育局2025年政府信息公开工作年度报告》编制说明的通知",
        "示范市教育局2025年政府信恩公开工作年度报告",
    ],
)
def test_what_may_be_one_still_says_whose_and_for_which_year(title: str) -> None:
    facts = title_facts(title)
    assert (facts.publisher, facts.year) == ("示范市教育局", 2025)


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


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        *((f"{label}{kind}：2026-01-20", "2026-01-20")
          for label in ("发布", "发文", "公开", "公布", "成文", "生成", "印发") for kind in ("日期", "时间")),
        *((f"{label}{kind}：2026-02-08", None)
          for label in ("更新", "修改", "当前", "系统", "访问", "打印", "今天", "现在", "更新 ")
          for kind in ("日期", "时间")),
        ("您的访问日期：2026-02-10 来源：某局", None),
        ("来源：某局 更新时间：2026-02-08 浏览次数：3", None),
        ("更新时间：2026-02-08 发布时间：2026-01-20", "2026-01-20"),
        ("发布时间：2026-01-22 成文日期：2026年1月20日 公开日期：2026-01-25", "2026-01-20"),
        ("来源：某局 时间 2026-01-20 10:11:12 访问量：3", "2026-01-20"),
        ("日期：2026-01-20 浏览次数：3", "2026-01-20"),
        ("时间：2026-01-20", None),
        ("今天是2026年2月10日 星期二", None),
    ],
)  # fmt: skip
def test_only_a_day_of_publication_is_the_pages_own(printed: str, day: str | None) -> None:
    assert page_facts(f"<div>{printed}</div><h1>某局年报</h1>".encode()).published == day


@pytest.mark.parametrize(
    ("meta", "day"),
    [
        ('name="PubDate" content="2026-01-20 08:00"', "2026-01-20"),
        ('property="article:published_time" content="2026-01-20T08:00:00+08:00"', "2026-01-20"),
        ('name="LastModified" content="2026-01-20"', "2026-01-25"),
        ('name="PubDate" content="2026-01-30"', "2026-01-25"),
        ('name="PubDate" content=""', "2026-01-25"),
    ],
)
def test_of_several_days_of_publication_the_earliest_counts(meta: str, day: str) -> None:
    page = f"<meta charset=utf-8><meta {meta}><p>发布日期：2026-01-25".encode()
    assert page_facts(page).published == day


@pytest.mark.parametrize("day", ["2024-13-45", "", "昨天"])
def test_a_day_that_is_no_day_is_not_told(day: str) -> None:
    assert page_facts(f'<meta name="PubDate" content="{day}"><p>x'.encode()).published is None


def test_bytes_that_are_no_page_have_no_facts() -> None:
    facts = page_facts(b"")
    assert (facts.title, facts.published, facts.publisher_hint) == (None, None, None)


@pytest.mark.parametrize(
    ("title", "publisher", "year"),
    [
        ("关于示范市教育局2025年度政府信息公开工作情况的报告", "示范市教育局", 2025),
        ("示范市教育局（示范市语言文字办公室）2025年政府信息公开工作年度报告", "示范市教育局(示范市语言文字办公室)", 2025),
        ("2026年1月示范市教育局2025年政府信息公开工作年度报告", "示范市教育局", 2025),
        ("2026年1月20日示范市教育局政府信息公开2025年度报告", "示范市教育局", 2025),
    ],
)  # fmt: skip
def test_the_year_at_the_reports_own_words_counts(title: str, publisher: str, year: int) -> None:
    facts = title_facts(title)
    assert (facts.publisher, facts.year, facts.kind) == (publisher, year, "report")


def test_several_years_in_one_title_are_told_by_the_first() -> None:
    assert title_facts("示范市教育局2024-2025年政府信息公开工作年度报告").year == 2024


def test_of_several_titles_the_one_that_the_document_names_itself_by_is_its_own() -> None:
    other, own = "某市水利局2024年政府信息公开工作年度报告", "某市林业局2023年政府信息公开工作年度报告"
    text = f"首页\n{other}\n{own}\n一、总体情况"
    assert report_title(text, f"{own}_某市政府网") == own
    assert report_title(text, None) == report_title(text, "某市政府网") == other


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>某市政府</title><h1>某局2023年政府信息公开工作年度报告</h1>", "某局2023年政府信息公开工作年度报告"),
        ("<title>某局通知</title><h2>某局2023年政府信息公开工作年度报告</h2>", "某局通知"),
        ("<h1> </h1><h2>某局年报</h2>", "某局年报"),
        ("<meta name=ArticleTitle content=' 甲 '><title>某局2023年政府信息公开工作年度报告</title>", "甲"),
        ("<p>无题", None),
    ],
)  # fmt: skip
def test_a_page_calls_itself_by_its_article_its_title_or_its_heading(head: str, title: str | None) -> None:
    assert page_facts(f"<meta charset=utf-8>{head}".encode()).title == title


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("<table><tr><td>索引号</td><td>A-1</td><td>生成日期</td><td>2026-01-20</td></tr></table>", "2026-01-20"),
        ("发布时间：[2026-01-20 10:00]", "2026-01-20"),
        ("发表时间：2026/1/20", "2026-01-20"),
        ("<script>var d = '发布日期：2026-01-19'</script>发布日期：2026-01-20", "2026-01-20"),
        (f"<script>{'x ' * 20_000}</script>发布日期：2026-01-20", "2026-01-20"),
        (f"发布日期：{' ' * 200_000}2026-01-20", "2026-01-20"),
    ],
)  # fmt: skip
def test_a_day_of_publication_is_found_where_it_is_printed(printed: str, day: str) -> None:
    assert page_facts(f"<body>{printed}<h1>某局年报</h1>".encode()).published == day


def test_no_character_but_these_is_read_as_the_one_that_every_title_has() -> None:
    forms = [
        c for c in map(chr, range(0x110000)) if not c.isascii() and c.isprintable() and "报" in normalise(c)
    ]
    assert forms == ["報", "报", "\U0002f857"]
