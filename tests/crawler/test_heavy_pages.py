"""Pages made to cost more than their length: each is looked through in a moment, or the crawl would stand still."""

from __future__ import annotations

import pytest
from scrapy.http import HtmlResponse

from crawler.links import entries
from crawler.paging import declared_position, declared_total
from crawler.shells import filled_from, shell_target
from crawler.text import HEADER_CHARSET
from crawler.unexplained import words_of

URL = "http://www.example.gov.cn/nb/"
HEAD = "<html><head><title>x</title></head><body>"


def page(body: str) -> HtmlResponse:
    return HtmlResponse(URL, body=(HEAD + body + "</body></html>").encode(), encoding="utf-8")


@pytest.mark.parametrize("markup", ['<meta http-equiv="refresh" content={}x>', "<meta content={}; url={}x>"])
def test_a_refresh_of_nothing_but_blanks_leads_nowhere(markup: str) -> None:
    assert shell_target(URL, markup.replace("{}", " " * 200_000)) is None


def test_a_header_of_nothing_but_blanks_names_no_encoding() -> None:
    assert HEADER_CHARSET.search("charset=" + " " * 200_000) is None


@pytest.mark.parametrize("word", ["总条数", "总页数", "recordCount"])
def test_a_total_of_nothing_but_blanks_is_none(word: str) -> None:
    text = word + " " * 200_000 + "x"
    assert (declared_total(text), declared_position(text)) == (None, (None, None))


def test_a_menu_of_fifty_thousand_choices_is_read() -> None:
    choices = "".join(f'<option value="/nb/{n}.html">2025年{n}公开</option>' for n in range(50_000))
    assert len(list(entries(page(f"<select>{choices}</select>")))) == 50_000


def test_rows_that_a_script_opens_in_one_block_are_read() -> None:
    rows = "".join(f"<p onclick=\"go('/nb/{n}.html')\">2025年{n}公开</p>" for n in range(20_000))
    assert len(list(entries(page(f"<div>{rows}</div>")))) == 20_000


def test_two_hundred_thousand_lines_of_one_paragraph_are_one_text() -> None:
    assert list(words_of(page("<p>" + "2025年公开<br>" * 200_000 + "</p>"), URL, set())) == []


def test_thousands_of_empty_places_beside_a_long_script_are_compared_with_it() -> None:
    places = "".join(f'<div id="d{n}"></div>' for n in range(3_000))
    script = f'<script>$.get("{"x" * 3_000_000}", function () {{ $("#{{}}").html(1) }})</script>'
    assert filled_from(page(script.replace("{}", "other") + places)) is None
    found = filled_from(page(script.replace("{}", "d2999") + places))
    assert found is not None
    assert found[0] == "js_shell"
