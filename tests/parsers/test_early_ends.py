"""A page whose `</body></html>` stands in its middle, and texts that a pattern must not despair of."""

from __future__ import annotations

import pytest

from parsers import page_facts, parse, sniff, without_early_ends
from tests.parsers.office_making import SAMPLES

PAGE = (SAMPLES / "made-h01-plain" / "body.html").read_text("utf-8")
START = PAGE.index(">", PAGE.index("<body")) + 1
STRAY = (
    "<div>nav</div></body></html>\n",
    "<div>nav</div></BODY >\n",
    "</html>",
    "</body></html><html><body>",
)


@pytest.mark.parametrize("stray", STRAY)
def test_what_stands_behind_a_stray_end_of_a_page_is_read(stray: str) -> None:
    whole = parse(PAGE.encode(), "示范市人民政府2023年政府信息公开工作年度报告")
    broken = parse(
        (PAGE[:START] + stray + PAGE[START:]).encode(), "示范市人民政府2023年政府信息公开工作年度报告"
    )
    assert len(whole[0].figures) > 100
    assert broken[0].figures == whole[0].figures


def test_a_title_behind_a_stray_end_is_the_pages_title() -> None:
    title = "示范市2025年政府信息公开工作年度报告"
    page = f"<html><body><div>nav</div></body></html><h1>{title}</h1></body></html>"
    assert page_facts(page.encode()).title == title


@pytest.mark.parametrize("tail", ["", "\n", "\n</html>\n", "</body></html>"])
def test_a_page_that_ends_where_it_says_so_is_left_as_it_is(tail: str) -> None:
    page = f"<html><body><p>x</p></body></html>{tail}"
    assert without_early_ends(page) == page


def test_many_ends_cost_no_more_than_their_length() -> None:
    assert without_early_ends("</body>" * 200_000 + "<p>x") == "<p>x"


TEXTS = (
    "a:link{color:#333;text-decoration:none}\na:hover{color:#c00;background:url(http://a.cn/x.gif)}\n" * 18,
    "a:b:c:d:e:f\n" * 300,
    "a:\r\r\r\n" * 700,
    "a:\r\n \r\n" * 600,
)


@pytest.mark.parametrize("text", TEXTS, ids=("a style sheet", "colons", "returns", "blank lines"))
def test_a_text_full_of_colons_is_told_at_once(text: str) -> None:
    assert sniff(text.encode()) == "text/plain"
