"""Several reports in one document: each begins with its own title, and takes no figure of the one before."""

from __future__ import annotations

import pytest

from parsers.editions import editions
from parsers.sections import split
from parsers.titles import running_title
from tests.parsers.pages import form, read_page

NUMBERS = {key: str(n) for n, key in enumerate(editions()["2021"].keys())}
FIRST, SECOND = "某县财政局2023年政府信息公开工作年度报告", "某县民政局2022年政府信息公开工作年度报告"
RUNNING = f"{SECOND}本报告是根据《中华人民共和国政府信息公开条例》的要求编制。"
BODY = "二、主动公开政府信息情况\n第二十条第（一）项\n规章\n四、政府信息公开行政复议、行政诉讼情况\n0\n280\n"


def split_at(second: str) -> str:
    """The second report's part of a text, where its title's lines are as given."""
    return split(f"{FIRST}\n{BODY}{second}\n{BODY}", 2)[1]


@pytest.mark.parametrize(
    ("lines", "begins"),
    [
        (SECOND, "某县民政局"),
        ("某县\n民政局2022年政府信息公开工作年度报告", "某县\n"),
        ("某县民政局\n2022年政府信息公开工作年度报告", "某县民政局\n"),
        ("某县民政局2022年\n政府信息公开工作\n年度报告", "某县民政局2022年\n"),
        (f"无。\n{SECOND}", "某县民政局2022年"),
        (f"无\n{SECOND}", "某县民政局2022年"),
        (f"17\n3\n{SECOND}", "某县民政局2022年"),
        (RUNNING, "某县民政局2022年"),
    ],
)
def test_a_report_begins_with_its_own_title_and_nothing_else(lines: str, begins: str) -> None:
    assert split_at(lines).startswith(begins)


@pytest.mark.parametrize(
    ("line", "title"),
    [
        (RUNNING, SECOND),
        ("根据要求编制2022年政府信息公开工作年度报告本报告共六部分", None),
        (f"现公布{SECOND}，请监督", None),
        (f"{SECOND}的通知", None),
        (SECOND, None),
    ],
)
def test_a_title_may_be_followed_by_the_report_on_its_own_line(line: str, title: str | None) -> None:
    assert running_title(line) == title


@pytest.mark.parametrize("heading", [f"<h1>{SECOND}</h1>", f"<p>{RUNNING}</p>"])
def test_two_reports_of_a_page_are_two(heading: str) -> None:
    body = form(NUMBERS, title=SECOND).partition("</h1>")[2]
    first = form(NUMBERS, title=FIRST).partition("<p>五、")[0]  # it ends with its figures
    found = read_page(f"{first}{heading}{body}")
    assert [(one.publisher, one.year) for one in found] == [("某县财政局", 2023), ("某县民政局", 2022)]
    for one in found:
        assert {figure.key: str(figure.value) for figure in one.figures} == NUMBERS


def test_the_cover_of_a_collection_is_nobodys_title() -> None:
    """Its figures are those of the first body in it, never of the government that bound it."""
    first, second = (form(title=f"某县{name}2023年政府信息公开工作年度报告") for name in ("财政局", "城关镇"))
    cover = "<h1>某县2023年政府信息公开工作年度报告汇编</h1>"
    contents = "<p>目录</p><p>某县财政局2023年政府信息公开工作年度报告……1</p><p>某县城关镇2023年政府信息公开工作年度报告……5</p>"
    for before in (cover, cover + contents):
        assert [parsed.publisher for parsed in read_page(before + first + second)] == [
            "某县财政局",
            "某县城关镇",
        ]


def test_a_second_report_without_a_title_is_no_doubling_of_the_firsts_titles() -> None:
    named = form(title="某县财政局2023年政府信息公开工作年度报告")
    unnamed = form({"requests.received.total": "5"}).split("</h1>", 1)[1]
    for parsed in read_page(f"{named}<h1>城关镇</h1>{unnamed}"):
        assert "titles" not in {finding.rule for finding in parsed.findings}
