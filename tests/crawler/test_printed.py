"""What stands on a list page and is no plain row: it is read where it can be, and kept as words where it cannot."""

from __future__ import annotations

from time import perf_counter

import pytest

from crawler.fetching import Page
from crawler.spiders.static import StaticSpider
from crawler.unexplained import unexplained
from store.model import Link, Source
from tests.crawler.conftest import NOW, World
from tests.portal.server import listed, report_page, report_row

URL = "http://www.example.gov.cn/zwgk/nb/index.html"
TITLE = "示范市教育局2025年政府信息公开工作年度报告"
ROWS = (
    '<ul><li><a href="t1.html">示范市财政局2025年政府信息公开工作年度报告</a>2026-01-02</li>'
    '<li><a href="t0.html">示范市财政局2024年政府信息公开工作年度报告</a>2025-01-02</li></ul>'
)
HEADING = "2025年政府信息公开年报"
YEARS_ACROSS = (
    "<table><tr><th>单位</th><th>2024年</th><th>2025年</th></tr><tr><td>市教育局</td><td></td>"
    '<td><a href="x.html">查看</a></td></tr></table>'
)


def read(markup: str) -> tuple[list[Link], list[str]]:
    """The rows of a page, and the words on it that they do not explain."""
    source = Source("s", URL, "static", (), "demo")
    whole = f"<html><head><title>政府信息公开年报</title></head><body>{markup}</body></html>"
    response = Page(URL, URL, 200, {}, whole.encode(), b"").markup(source)
    links = list(StaticSpider().links(response))
    words = StaticSpider().printed(response, {link.title for link in links})
    return links, [one.text for one in unexplained(words, links, frozenset({URL}))]


@pytest.mark.parametrize(
    ("markup", "address", "title", "kind"),
    [
        (f"<a href=\"#\" onclick=\"window.open('x.html')\">{TITLE}</a>", "x.html", TITLE, "report"),
        (f"<a href=\"javascript:openUrl('/d/x.html','{TITLE}')\">{TITLE}</a>", "/d/x.html", TITLE, "report"),
        (f'<span data-url="/d/x">{TITLE}</span>', "/d/x", TITLE, "report"),
        (f"<li onclick=\"go('/d/x.html')\">{TITLE} 2026-01-05</li>", "/d/x.html", TITLE, "report"),
        (f'<h4>{TITLE}</h4><p><a href="x.pdf">点击下载</a></p>', "x.pdf", TITLE, "report"),
        (f'<tr><td>{TITLE}</td><td><a href="x.pdf">查看</a></td></tr>', "x.pdf", TITLE, "report"),
        (f'<a href="x.html"><img alt="{TITLE}"></a>', "x.html", TITLE, "report"),
        (f'<select><option value="/d/x.html">{TITLE}</option></select>', "/d/x.html", TITLE, "report"),
        (f'<h3>{HEADING}</h3><p><a href="x.html">市教育局</a> | <a href="y.html">市民政局</a></p>', "x.html", f"市教育局 {HEADING}", "composed"),
        (f'<h3>{HEADING}</h3><table><tr><td>市教育局</td><td><a href="x.pdf">下载</a></td></tr></table>', "x.pdf", f"市教育局 {HEADING}", "composed"),
        (
            YEARS_ACROSS,
            "x.html", "市教育局 2025年 年报", "composed",
        ),
        (
            '<table><tr><th>年度</th><th>市教育局</th></tr><tr><td>2025</td><td><a href="x.html">有</a></td></tr></table>',
            "x.html", "2025 市教育局 年报", "composed",
        ),
        ('<a href="2025.pdf">2025年</a>', "2025.pdf", "2025年", "maybe"),
    ],
)  # fmt: skip
def test_what_can_be_opened_is_an_entry(markup: str, address: str, title: str, kind: str) -> None:
    table = f"<table>{markup}</table>" if markup.startswith("<tr") else markup
    links, words = read(table)
    path = address if address.startswith("/") else f"/zwgk/nb/{address}"
    assert (f"http://www.example.gov.cn{path}", title, kind) in {
        (one.url, one.title, one.kind) for one in links
    }
    assert words == []


@pytest.mark.parametrize(
    "markup",
    [
        "<a href='javascript:void(0)' onclick='show(5)'>示范市教育局2025年政府信息公开工作年度报告</a>",
        "<div><b>示范市教育局</b>2025年政府信息公开<b>工作年度报告</b></div>",
        "<img src='a.png' alt='示范市教育局2025年政府信息公开工作年度报告'>",
        "<h2>示范市教育局2025年政府信息公开年报</h2>",
        "<option value='7'>示范市教育局2025年政府信息公开年报</option>",
        "<p>示范市教育局政府信息公开工作年度报告（2025年）</p>",
        "<a href='javascript:tab(2)'>2026年</a>",
        "<a onclick='tab(2)'>2026年度</a>",
        "<ul class='tabs'><li>2025年</li><li>2026年</li></ul>",
        "<li data-id='26'>2026年年报</li>",
        "<h3>2026年</h3>",
        YEARS_ACROSS.replace('href="x.html"', 'onclick="show(3)"'),
        f"<h3>{HEADING}</h3><p><a href='javascript:show(3)'>市教育局</a></p>",
        "<select id='nf'><option>2025年</option><option value='2026'>2026年</option></select>",
    ],
)
def test_what_looks_like_a_report_and_cannot_be_opened_is_kept_as_words(markup: str) -> None:
    _, words = read(ROWS + markup)
    assert len(words) == 1


@pytest.mark.parametrize(
    "markup",
    [
        '<div><a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; <a href="/zwgk/nb/">政府信息公开年报</a></div>',
        "<h1>政府信息公开年报</h1><h2>2025年政府信息公开年报</h2><h3>2025年</h3><h3>2024年</h3>",
        "<p>版权所有 © 2026 示范市人民政府</p><span>2026</span><p>今天是2026年2月3日 星期二</p>",
        "<form><input name='q'><select><option>2026</option><option>2027</option></select></form>",
        "<select><option value=''>全部年份</option><option>2026年</option></select>",
        '<div><a href="/xw/1.html">示范市2026年政府工作报告</a><a href="/czyjs/2026/">2026年</a></div>',
        '<a href="/szf/nb/9.html">示范省2026年政府信息公开工作年度报告</a>',  # another column's news
        "<p>根据条例，现公布本市各部门2026年政府信息公开工作年度报告，欢迎查阅。</p>",
        "<p>本栏目公布2026年度政府信息公开工作年度报告</p>",
        '<p>示范市财政局2025年政府信息公开工作…</p><p title="x">关于编制2026年年报的通知</p>',
        "<ul class='tabs'><li onclick='a()'>2025年</li><li onclick='b()'>2024年</li></ul>",
        '<ul><li><b>2026</b><i>01-20</i><a href="t9.html">示范市民政局2025年政府信息公开工作年度报告</a></li></ul>',
        "<script>var t = '2026年政府信息公开年报';</script><!-- 2026年政府信息公开年报 -->",
    ],
)
def test_what_a_page_prints_around_its_list_hides_nothing(markup: str) -> None:
    _, words = read(markup + ROWS)
    assert words == []


def test_looking_at_words_takes_time_in_proportion_to_the_page() -> None:
    pieces = [
        "<a href='x.html'>查看</a>", "<a href='#'>2025年</a>", "<div><b>2025年政府信息公开年报</b>",
        f"<h3>{HEADING}</h3><a href='x.html'>市教育局</a>", "<table><tr><td>市教育局<td><a href='x'>2025</a>",
    ]  # fmt: skip
    for piece in pieces:
        begun = perf_counter()
        read(piece * 500)
        small, begun = perf_counter() - begun, perf_counter()
        read(piece * 2000)
        assert perf_counter() - begun < 16 * max(small, 0.05)


def test_a_group_of_bodies_a_frame_and_one_bodys_page_are_read(world: World) -> None:
    site = world.site()
    extra = '<a href="szbm/">市直部门</a><a href="jyj.html">市教育局</a><iframe src="/lb/l.html"></iframe><iframe src="/h.html"></iframe>'
    site.put_list("/nb/", [report_row(1)], extra)
    site.put_list("/nb/szbm/", [report_row(2), report_row(3)])
    site.put("/nb/jyj.html", report_page(TITLE))
    site.put_list("/lb/l.html", [report_row(4)])
    site.put("/h.html", f"<html><body>{'天气晴好。' * 40}</body></html>")
    world.watch("demo", site.url("/nb/"))
    world.crawl()
    assert world.rows("SELECT outcome, pages, entries FROM crawls") == [("good", 5, 5)]
    assert (TITLE,) in world.rows("SELECT title FROM links")


def test_words_are_kept_with_their_page_and_never_asked_for(world: World) -> None:
    site = world.site()
    site.put_list("/nb/", [report_row(1)], f"<p>{TITLE}</p><a href='javascript:t(1)'>2026年</a>")
    world.watch("demo", site.url("/nb/"))
    for now in (NOW, "2026-02-12T02:00:00Z"):
        world.crawl(now)
    found = world.rows(
        "SELECT title, substr(url, 1, instr(url, '-')) FROM links WHERE kind = 'printed' ORDER BY id"
    )
    assert found == [(words, site.url("/nb/#printed-")) for words in (TITLE, "2026年")]
    assert world.rows("SELECT outcome, entries FROM crawls") == [("good", 1), ("good", 1)]
    assert set(site.paths()) == {"/robots.txt", "/nb/", "/nb/t1.html"}


def test_a_page_that_prints_many_reports_which_are_no_entries_is_not_understood(world: World) -> None:
    site = world.site()
    printed = "".join(f"<p>示范市第{number}局2025年政府信息公开年报</p>" for number in range(50))
    site.put_list("/nb/", [report_row(99)], printed)
    world.watch("demo", site.url("/nb/"))
    assert world.crawl().kinds == {"demo": "structure_changed"}


EMPTY = "<div class='list'><p>暂无相关信息</p></div>"


def test_an_empty_list_is_good_only_where_the_page_or_a_person_says_that_it_is_empty(world: World) -> None:
    site = world.site()
    site.put("/said/", listed([], EMPTY))
    site.put("/counted/", listed([], "<div>共0条</div>"))
    site.put("/silent/", listed([], ""))
    site.put("/person/", listed([], ""))
    for name in ("said", "counted", "silent"):
        world.watch(name, site.url(f"/{name}/"))
    world.watch("person", site.url("/person/"), options="may_be_empty = true")
    done = world.crawl()
    assert done.kinds == {"silent": "structure_changed"}
    assert done.summary["visits"] == {"good": 3, "blind": 1}


def test_a_list_that_says_it_is_empty_after_it_had_entries_has_collapsed(world: World) -> None:
    site = world.site()
    site.put_list("/nb/", [report_row(1), report_row(2)])
    world.watch("demo", site.url("/nb/"))
    world.crawl()
    site.put("/nb/", listed([], EMPTY))
    assert world.crawl("2026-02-04T02:00:00Z").kinds == {"demo": "count_collapsed"}


def test_a_new_folder_that_is_still_empty_spoils_no_visit_and_one_that_vanishes_does(world: World) -> None:
    site = world.site()
    menu = "".join(f'<a href="{year}/">{year}年</a>' for year in (2026, 2025, 2024, 2023))
    site.put("/nb/", listed([], menu))
    site.put("/nb/2026/", listed([], EMPTY))
    for year in (2025, 2024, 2023):
        site.put_list(f"/nb/{year}/", [report_row(year + number, year) for number in range(3)])
    world.watch("demo", site.url("/nb/"))
    assert world.crawl().summary["visits"] == {"good": 1}
    site.put("/nb/", listed([], menu.replace('<a href="2024/">2024年</a>', "")))
    later = world.crawl("2026-02-04T02:00:00Z")
    assert later.kinds == {"demo": "structure_changed"}
    assert "/nb/2024/" in later.log


def test_a_folder_of_one_report_that_vanishes_or_is_emptied_is_no_withdrawal(world: World) -> None:
    site = world.site()
    menu = "".join(f'<a href="{year}/">{year}年</a>' for year in (2025, 2024, 2023))
    for name in ("gone", "emptied"):
        site.put(f"/{name}/", listed([], menu))
        for year in (2025, 2024, 2023):
            site.put_list(f"/{name}/{year}/", [report_row(1, year)])
        world.watch(name, site.url(f"/{name}/"))
    assert world.crawl().summary["visits"] == {"good": 2}
    site.put("/gone/", listed([], menu.replace('<a href="2023/">2023年</a>', "")))
    site.put("/emptied/2024/", listed([], EMPTY))
    later = world.crawl("2026-02-04T02:00:00Z")
    assert later.kinds == {"gone": "structure_changed", "emptied": "structure_changed"}
