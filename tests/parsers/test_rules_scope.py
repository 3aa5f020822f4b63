"""Sentences on requests, reviews and suits that are of others, of other times or of parts: none of them is held against the tables."""

from __future__ import annotations

import pytest

from tests.parsers.pages import form, read_page
from tests.parsers.test_rules_statements import RULE, STRANGE, cells, told

BUREAU = "某县财政局2023年政府信息公开工作年度报告"
COUNTY = "某县人民政府2023年政府信息公开工作年度报告"
CITY = "某市人民政府2023年政府信息公开工作年度报告"
TOWN = "某县城关镇人民政府2023年政府信息公开工作年度报告"
POLICE = "某市公安局2023年政府信息公开工作年度报告"
JUSTICE = "某县司法局2023年政府信息公开工作年度报告"

OTHERS = """
某县人民政府|2023年，我办共受理政府信息公开申请23件，均按期答复。
某县人民政府|我办高度重视依申请公开。全年收到政府信息公开申请23件。
某县人民政府|本机关受理政府信息公开申请55件。
某县人民政府|县政府办公室认真做好依申请公开工作。全年共受理政府信息公开申请23件。
某县人民政府|（一）县政府办公室办理情况。收到政府信息公开申请23件，答复22件。
某县人民政府|1.县政府办公室。</p><p>收到政府信息公开申请23件，答复22件。
某县人民政府|县政府本级依申请公开情况。</p><p>收到政府信息公开申请23件，答复22件。
某县人民政府|依申请公开情况（县政府办）</p><p>全年收到政府信息公开申请23件，答复22件。
某县人民政府|从受理机关看，乡镇（街道）收到政府信息公开申请23件，县直部门收到政府信息公开申请55件。
某县人民政府|部门方面，收到政府信息公开申请23件；乡镇方面，收到政府信息公开申请12件。
某县人民政府|部门：收到政府信息公开申请23件。乡镇：收到政府信息公开申请12件。
某县人民政府|县自然资源局依法办理依申请公开。全年收到政府信息公开申请55件，答复55件。
某县人民政府|县自然资源局全面推进政务公开。一是主动公开100条。二是收到政府信息公开申请55件。
某市人民政府|市政府本级情况如下。收到政府信息公开申请23件。
某市人民政府|市政府办公室依申请公开工作：一是规范流程；二是收到政府信息公开申请23件。
某县城关镇人民政府|各村（社区）收到政府信息公开申请5件。
某市公安局|全市公安机关政府信息公开工作稳步推进。共收到政府信息公开申请50件。
某市公安局|各级公安机关受理。收到政府信息公开申请50件。
某县司法局|推进行政复议公开。全年收到行政复议申请120件，信息公开类行政复议13件。
某县司法局|从案件类型看，行政处罚类行政复议20件，政府信息公开类行政复议13件。
某县司法局|本机关作为行政复议机关，政府信息公开类行政复议13件。
""".strip().splitlines()

TITLES = (COUNTY, CITY, TOWN, POLICE, JUSTICE)


@pytest.mark.parametrize("line", OTHERS)
def test_numbers_of_an_office_or_of_others_are_not_the_reports(line: str) -> None:
    publisher, sentence = line.split("|")
    (title,) = [title for title in TITLES if title.startswith(publisher + "2023")]
    assert found(title, sentence) == []


def found(title: str, sentence: str) -> list[str]:
    opening = "我局认真做好政府信息公开工作。"
    markup = form(STRANGE, title=title)
    assert opening in markup
    (parsed,) = read_page(markup.replace(opening, f"认真做好政府信息公开工作。</p><p>{sentence}"))
    return [finding.message for finding in parsed.findings if finding.rule == RULE]


@pytest.mark.parametrize(
    "sentence",
    [
        "五年来，共办理政府信息公开申请1204件。",
        "近三年，我局共受理政府信息公开申请120件。",
        "回顾过去五年，收到政府信息公开申请130件。",
        "三年间，收到政府信息公开申请130件。",
        "任期内，收到政府信息公开申请130件。",
        "“十四五”时期，我局共收到政府信息公开申请130件。",
        "疫情期间，收到政府信息公开申请130件。",
        "2021—2023年，收到政府信息公开申请130件。",
        "二〇二二年，收到政府信息公开申请5件。",
        "新《条例》实施后，我局收到政府信息公开申请5件。",
        "自局成立后，收到政府信息公开申请2件。",
        "信息公开工作开展至今，收到政府信息公开申请130件。",
        "目前，收到政府信息公开申请5件。",
        "去年我局工作回顾。收到政府信息公开申请13件。",
    ],
)
def test_a_longer_or_a_shorter_time_is_not_the_year(sentence: str) -> None:
    assert [f.message for f in told(sentence, STRANGE)] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "发生行政复议3件，其中政府信息公开类1件。",
        "发生行政复议3件（政府信息公开类1件）。",
        "行政复议5件（信息公开类2件），行政诉讼3件（信息公开类1件）。",
        "全年我局行政复议案件23件，涉及政府信息公开1件。",
        "全年办理行政复议案件23件、行政诉讼案件12件，涉及政府信息公开的1件。",
        "我局行政复议案件5件，行政诉讼案件3件，均不涉及政府信息公开。",
        "发生行政复议5件，没有因政府信息公开引发的行政复议。",
        "围绕信息公开工作，全年行政复议案件23件。",
        "加强法治政府建设和信息公开，发生行政复议5件，行政诉讼3件。",
        "推进行政执法信息公开，行政处罚12件，行政复议5件，行政诉讼3件。",
        "政府信息公开行政诉讼案件5件，其中一审3件，二审2件。",
        "因信息公开被提起行政诉讼2件，上年结转1件。",
        "政府信息公开行政复议2件，结转下年度1件。",
        "公开财政信息公开目录，上年结转3个。",
    ],
)
def test_disputes_on_other_matters_and_what_they_carry_over_are_left_alone(sentence: str) -> None:
    assert [f.message for f in told(sentence, STRANGE)] == []


@pytest.mark.parametrize("aside", ["网上申请", "自然人", "县政府办公室", "仅本单位", "截至11月底", "上年同期数据"])  # fmt: skip
def test_brackets_behind_a_number_may_say_of_what_it_is(aside: str) -> None:
    assert told(f"收到政府信息公开申请3件（{aside}）。", STRANGE) == []
    assert len(told("收到政府信息公开申请3件（同比增长5%）。", STRANGE)) == 1


def test_what_was_received_may_be_told_as_answered_and_handed_on() -> None:
    """Ten received, two of them handed on, and one of last year answered besides."""
    figures = cells(10, 1, 9, 2, 0, 0, 0)
    assert told("2023年，我局收到政府信息公开申请10件，已答复8件，结转下年度2件。", figures) == []
    (finding,) = told("2023年，我局收到政府信息公开申请10件，已答复7件，结转下年度2件。", figures)
    assert finding.left == 7


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        (COUNTY, "县政府办公室组织了培训。某县人民政府收到政府信息公开申请23件。"),
        (COUNTY, "我县政务公开工作稳步推进。收到政府信息公开申请23件。"),
        (TOWN, "县政府办公室组织了培训。我镇收到政府信息公开申请5件。"),
        (BUREAU, "（一）县政府办公室部署情况。加强培训。（二）依申请公开情况。收到政府信息公开申请5件。"),
        (BUREAU, "强化与区直各部门协调联动。全年办理政府信息公开申请218件。"),
        (BUREAU, "按照县政府办公室要求规范答复。全年办理政府信息公开申请218件。"),
        (BUREAU, "政府信息公开方面，行政复议2件。"),
        (BUREAU, "因政府信息公开申请引发行政复议2件、行政诉讼1件。"),
    ],
)
def test_a_sentence_of_the_body_itself_is_judged_whatever_stands_before(title: str, sentence: str) -> None:
    assert len(found(title, sentence)) == 1
