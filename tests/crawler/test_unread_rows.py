"""Rows that no plain anchor with a whole title makes: each is an entry or a printed word, and never nothing."""

from __future__ import annotations

import pytest

from crawler.composing import whole_title
from crawler.spiders.static import StaticSpider
from crawler.unexplained import unexplained
from parsers import title_facts
from tests.crawler.test_pages import page

URL = "http://www.example.gov.cn/nb/"
NAME, OTHER = "示范县教育局", "示范县财政局"
TAIL = "年政府信息公开工作年度报告"
ESCAPED = "".join(f"\\u{ord(one):04x}" for one in f"{NAME}2025{TAIL}")
KNOWN = f'<ul><li><a href="g.html">{OTHER}2025{TAIL}</a><span>2026-01-20</span></li></ul>'
ENTRIES = {
    "an icon in a table": f'<table><tr><th>单位</th><th>2024年</th><th>2025年</th></tr><tr><td>{NAME}</td><td></td><td><a href="x.pdf"><img src="/i.gif"></a></td></tr></table>',
    "an icon of a class": f'<table><tr><td>单位</td><td>2025年</td></tr><tr><td>{NAME}</td><td><a href="x.html" class="ico"></a></td></tr></table>',
    "an icon beside a name": f'<table><tr><td>{NAME}</td><td><a href="x.html"><img src="d.png"></a></td></tr></table>',
    "a cell that reaches down": f'<table><tr><th>类别</th><th>单位</th><th>2024年</th><th>2025年</th></tr><tr><td rowspan=2>部门</td><td>县民政局</td><td></td><td></td></tr><tr><td>{NAME}</td><td></td><td><a href="x.pdf">查看</a></td></tr></table>',
    "a caption in the first row": f'<table><tr><td colspan=3>政府信息公开年报一览表</td></tr><tr><td>单位</td><td>2024年</td><td>2025年</td></tr><tr><td>{NAME}</td><td></td><td><a href="x.html">查看</a></td></tr></table>',
    "a name with its date": f'<ul><li><a href="x.html">{NAME}</a><span>2026-01-20</span></li></ul>',
    "a heading between": f'<h2>2025年政府信息公开年报</h2><p></p><h3>政府部门</h3><p><a href="x.pdf">{NAME}</a></p>',
    "a bracket behind the name": f'<h3>2025年政府信息公开年报</h3><p><a href="x.html">{NAME}（县委教育工委）</a></p>',
    "a summing up": f'<ul><li><a href="x.html">{NAME}2025年政务公开工作总结和2026年工作计划</a><span>2026-01-20</span></li></ul>',
    "a year cut off": f'<ul><li><a href="x.html">{NAME}202...</a><span>2026-01-20</span></li></ul>',
}
PRINTED = {
    "a title whose year cannot be read": f'<p><a href="x.html">{NAME}20225{TAIL}</a></p>',
    "a title without a year": f'<p><a href="x.html">{NAME}政府信息公开年报</a></p>',
    "a bare name": f'<ul><li><a href="/jyj/nb/">{NAME}</a></li></ul>',
    "a bare name of a script": f"<ul><li><a href='javascript:;' onclick='v(1)'>{NAME}</a></li></ul>",
    "a row that a script opens": f"<ul><li onclick='v(2)'>{NAME}2025{TAIL}</li></ul>",
    "a row of pieces": f"<ul><li onclick='v(2)'><span>{NAME}</span><span>2025年度</span><span>政府信息公开工作年度报告</span></li></ul>",
    "a card": f'<div class="card" onclick="d(12)"><p>{NAME}</p><p>年度报告</p><p>2025</p></div>',
    "a row that is a sentence": f"<ul><li onclick='v(2)'>关于公布{NAME}2025{TAIL}的公告（根据条例）</li></ul>",
    "years beside a name": f"<dl><dt>{NAME}</dt><dd><a href='javascript:;' data-f='7'>2025</a></dd></dl>",
    "a file of a script": f"<table><tr><td>{NAME}</td><td><a href='javascript:dl(7)'>下载</a></td></tr></table>",
    "what a script writes": f"<script>document.write(\"<li><a href='x.html'>{NAME}2025{TAIL}</a></li>\");</script>",
    "what a script knows": f'<script>var rows=[{{"t":"{NAME}2025{TAIL}"}}];</script>',
    "what a script knows in escapes": f'<script>var rows=[{{"t":"{ESCAPED}"}}];</script>',
    "a hidden field": f"<textarea style='display:none'><a href='x.html'>{NAME}2025{TAIL}</a></textarea>",
    "a comment": f"<div><!--<a href='x.html'>{NAME}2025{TAIL}</a>--></div>",
}


def rows_and_words(markup: str) -> tuple[list[tuple[str, str]], list[str]]:
    """(address, title) of the entries, and the words that they do not explain."""
    response, spider = page(f"<title>政府信息公开年报</title>{markup}", URL), StaticSpider()
    links = list(spider.links(response))
    words = spider.printed(response, {link.title for link in links})
    left = unexplained(list(words), links, frozenset({URL}))
    return [(link.url, link.title) for link in links if link.kind != "other"], [one.text for one in left]


@pytest.mark.parametrize("how", ENTRIES)
def test_a_row_is_an_entry_however_its_body_is_named(how: str) -> None:
    rows, _ = rows_and_words(KNOWN + ENTRIES[how])
    named = [title for url, title in rows if "/x." in url]
    assert named
    assert all(NAME in title for title in named)


@pytest.mark.parametrize("how", PRINTED)
def test_what_cannot_be_opened_is_a_printed_word(how: str) -> None:
    _, words = rows_and_words(KNOWN + PRINTED[how])
    said = [title_facts(text) for text in words]
    assert NAME in {facts.publisher for facts in said}, words


@pytest.mark.parametrize(
    "shown",
    [
        '<iframe src="x2025.pdf" width=900></iframe>',
        '<object data="x2025.pdf"></object>',
        '<iframe src="/pdfjs/web/viewer.html?file=/nb/x2025.pdf"></iframe>',
    ],
)
def test_a_file_that_the_page_shows_is_an_entry(shown: str) -> None:
    rows, _ = rows_and_words(KNOWN + shown)
    assert f"{URL}x2025.pdf" in {url for url, _ in rows}


@pytest.mark.parametrize(
    "entry", [f"2025{TAIL}", f"关于做好{NAME}2025{TAIL}编制工作的通知", f"示范市{NAME}2025{TAIL}"]
)
def test_only_its_own_body_explains_a_title(entry: str) -> None:
    known = f'<ul><li><a href="g.html">{entry}</a><span>2026-01-20</span></li></ul>'
    _, words = rows_and_words(known + PRINTED["a row that a script opens"])
    assert f"{NAME}2025{TAIL}" in words


@pytest.mark.parametrize(
    "tabs",
    [
        "<ul class='nf'><li>2024</li><li>2023</li></ul>",
        "<div class='years'><span>2024</span><span>2023</span></div>",
    ],
)
def test_years_in_tabs_are_printed_words(tabs: str) -> None:
    assert rows_and_words(KNOWN + tabs)[1] == ["2024", "2023"]


@pytest.mark.parametrize(
    "around",
    [
        '<div class="nav"><a href="/zwgk/">政务公开</a><a href="/nb/">政府信息公开年报</a></div>',
        f'<div id="footer"><a href="/jyj/">{NAME}</a></div>',
        f"<script>var t = '{OTHER}2025{TAIL}';</script>",
        "<p>根据条例，现公布2025年政府信息公开工作年度报告。</p>",
    ],
)
def test_what_stands_around_a_list_is_no_word_of_it(around: str) -> None:
    markup = f'<div class="list">{KNOWN}<p><a href="h.html">示范县审计局2025{TAIL}</a></p></div>{around}'
    assert rows_and_words(markup)[1] == []


def test_a_folder_of_a_year_is_not_called_after_what_stands_beside_it() -> None:
    response = page('<ul><li><a href="xz/">乡镇街道</a></li><li><a href="2025/">2025</a></li></ul>', URL)
    year = response.selector.root.xpath("//a")[1]
    assert whole_title(year, "2025") == ("2025", False)
