"""What is read out of a page: its text, its entries, its way on, its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import HtmlResponse

from crawler.attachments import attachments, disposition_name, safe_name
from crawler.links import Entry, clean_url, entries, iso_day
from crawler.paging import Paging, declared_position, declared_total, plain_paging
from crawler.shells import shell_target
from crawler.spiders.trs import TrsSpider
from crawler.text import decode, suspect, visible, without_code
from store.model import Source

if TYPE_CHECKING:
    from scrapy.http import TextResponse

URL = "http://www.example.gov.cn/nb/index.html"


def page(markup: str, url: str = URL) -> TextResponse:
    from crawler.fetching import Page  # noqa: PLC0415 - beside its only use

    source = Source("s", url, "static", (), "demo")
    return Page(url, url, 200, {}, markup.encode(), b"").markup(source)


@pytest.mark.parametrize(
    ("body", "header", "text"),
    [
        ("年报".encode(), "", "年报"),
        ("年报".encode("gbk"), "", "年报"),
        ("年报".encode("gbk"), "text/html; charset=utf-8", "年报"),
        ("镕囧䶮".encode("gb18030"), "text/html; charset=gb2312", "镕囧䶮"),
        ("年報".encode("big5"), "text/html; charset=big5", "年報"),
        ("\ufeff年报".encode(), "", "年报"),
        ("年报".encode()[:-1], "", "年"),
    ],
)
def test_text_is_decoded_whatever_is_declared(body: bytes, header: str, text: str) -> None:
    assert decode(body, header) == text


@given(st.binary(max_size=300), st.text(max_size=40))
def test_decoding_never_fails(body: bytes, header: str) -> None:
    assert isinstance(decode(body, header), str)


@given(st.text(max_size=400))
def test_markup_without_code_is_never_longer(text: str) -> None:
    assert len(without_code(text)) <= len(text)
    assert isinstance(visible(text), str)


def test_noise_is_suspect() -> None:
    assert suspect(decode(b"\xff\xfe\x81 " * 100))


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("./t1.html", "http://www.example.gov.cn/nb/t1.html"),
        ("/a;jsessionid=9A.node1?x=1#top", "http://www.example.gov.cn/a?x=1"),
        ("/a?JSESSIONID=1&x=1", "http://www.example.gov.cn/a?x=1"),
        ("/a?x=%E5%B9%B4&y", "http://www.example.gov.cn/a?x=%E5%B9%B4&y"),
        ("//cdn.example.gov.cn/b", "http://cdn.example.gov.cn/b"),
        (" /a\n b ", "http://www.example.gov.cn/a b"),
        ("javascript:void(0)", None),
        ("mailto:a@b", None),
        ("#top", None),
        ("", None),
        ("http://[x", None),
    ],
)
def test_addresses_are_made_whole_and_lose_their_session(href: str, url: str | None) -> None:
    assert clean_url(URL, href) == url


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-1-5", "2026-01-05"),
        ("[2010.03.29]", "2010-03-29"),
        ("2025年3月30日", "2025-03-30"),
        ("2025-02-30", None),
        ("12-31", None),
    ],
)
def test_dates_are_days_that_exist(text: str, day: str | None) -> None:
    assert iso_day(text) == day


@pytest.mark.parametrize(
    ("markup", "title", "published"),
    [
        ('<li><a href="t">示范市2025年…</a> 2026-01-05</li>', "示范市2025年…", "2026-01-05"),
        ('<li><a href="t" title="示范市2025年年报">示范市2025...</a></li>', "示范市2025年年报", None),
        ('<li><a href="t" title="打开">示范市2025年年报</a></li>', "示范市2025年年报", None),
        ('<tr><td><a href="t">甲2025年年报</a></td><td>2026/01/05</td></tr>', "甲2025年年报", "2026-01-05"),
        ('<a href="t">2024年3月1日印发的年报</a>', "2024年3月1日印发的年报", None),
        ('<li><a href="t"><img alt="甲2025年年报"></a></li>', "甲2025年年报", None),
    ],
)
def test_a_row_has_its_whole_title_and_its_own_date(markup: str, title: str, published: str | None) -> None:
    table = f"<table>{markup}</table>" if markup.startswith("<tr") else markup
    assert list(entries(page(table))) == [Entry("http://www.example.gov.cn/nb/t", title, published)]


def test_pagers_and_scripts_are_no_entries() -> None:
    markup = '<a href="2">下一页</a><a href="3">3</a><a href="javascript:go()">年报</a><a>无</a><a href="4">[尾页]</a><a href="5">»</a>'
    assert list(entries(page(markup))) == []


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("第2/5页", (2, 5)), ("当前第 1 / 3 页", (1, 3)), ("页次：1/5", (1, 5)), ("2／7页", (2, 7)), ("第1页 共3页", (1, 3)),
        ("共3页 当前第1页", (1, 3)), ("共 4 页", (None, 4)), ("总页数：9", (None, 9)), ("2025/12/31", (None, None)),
    ],
)  # fmt: skip
def test_the_position_in_a_list_is_read(text: str, position: tuple[int | None, int | None]) -> None:
    assert declared_position(text) == position


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("共20条", 20),
        ("共有 31 篇", 31),
        ("recordCount: '20'", 20),
        ("totalRecord:4895,perPage:19", 4895),
        ("无", None),
    ],
)
def test_the_declared_number_of_entries_is_read(text: str, total: int | None) -> None:
    assert declared_total(text) == total


@pytest.mark.parametrize(
    ("markup", "paging"),
    [
        ('<a href="2.html">下一页</a>', Paging("http://www.example.gov.cn/nb/2.html")),
        ('<a href="2.html">&gt;</a>', Paging("http://www.example.gov.cn/nb/2.html")),
        (
            '第1/3页 <a href="1.html">1</a><a href="2.html">2</a>',
            Paging("http://www.example.gov.cn/nb/2.html", pages=3),
        ),
        ('第3/3页 <a href="index.html">下一页</a>', Paging(None, "page 1 of 1".replace("1", "3"), pages=3)),
        ('<a href="1.html">上一页</a> 下一页', Paging(None, "the pager has no next page")),
        (
            '<a href="1.html">1</a><a class="disabled" href="9.html">下一页</a>',
            Paging(None, "the pager has no next page"),
        ),
        ("<p>无</p>", Paging(None, "one page without a pager")),
    ],
)
def test_a_plain_list_goes_on_or_ends(markup: str, paging: Paging) -> None:
    assert plain_paging(page(markup), 1) == paging


@pytest.mark.parametrize(
    "markup",
    [
        '<a href="javascript:go(2)">下一页</a>',
        "第1/3页",
        "<script>createPageHTML(5, 0, 'index', 'html')</script>",
        "<div ms-repeat='list'></div>",
        "<a href='#'>加载更多</a>",
    ],
)
def test_a_list_that_a_script_turns_has_no_proved_end(markup: str) -> None:
    paging = plain_paging(page(markup), 1)
    assert paging.next is None
    assert not paging.proof
    assert paging.doubt


BREADCRUMB = '<div>位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a></div>'
TWO = "http://www.example.gov.cn/nb/2.html"


@pytest.mark.parametrize("before", ["", BREADCRUMB])
@pytest.mark.parametrize(
    "markup",
    [
        '<div><a href="javascript:void(0)" onclick="turn(2)">下一页</a></div>',
        '<div id="pg"></div><script>laypage.render({elem:"pg",count:50})</script>',
        '<div><span onclick="go2()">下一页</span></div>',
        '<div>转到<select><option value="/nb/">1</option><option value="/nb/2.html">2</option></select></div>',
        '<div><select><option value="/nb/index.html">近期</option><option value="/nb/2.html">往期</option></select></div>',
        '<div><input type="button" value="下 一 页" onclick="n()"></div>',
        '<div><a href="/nb/2.html">更多&gt;&gt;</a></div>',
        '<a href="/nb/1.html">上一页</a><a href="#" onclick="turn(3)">下一页</a>',
        '<a href="/nb/3.html">3</a>',
        '<a href="/nb/9.html">尾页</a>',
        '<img src="next.gif" alt="下一页" onclick="n()">',
        '<a href="javascript:turn(2)">2</a>',
    ],
)
def test_what_leads_on_and_cannot_be_followed_proves_no_end(before: str, markup: str) -> None:
    paging = plain_paging(page(before + markup), 1)
    assert (paging.next, paging.proof) == (None, "")
    assert paging.doubt


@pytest.mark.parametrize(
    "markup",
    [
        '<span>1</span> <a href="/nb/2.html">2</a>',
        '<a href="/nb/2.html"><img src="/next.gif" alt="下一页"></a>',
        '<a href="/nb/2.html">下 一 页</a>',
        '<a href="/nb/2.html">后页</a>',
    ],
)
def test_a_next_page_is_followed_however_it_is_written(markup: str) -> None:
    assert plain_paging(page(BREADCRUMB + markup), 1).next == TWO


@pytest.mark.parametrize(
    "markup",
    [
        '<a href="/nb/index.html">首页</a><a href="/nb/index.html">上一页</a><span>下一页</span><a href="/nb/2.html">尾页</a>',
        '<a href="/nb/index.html">1</a><span>2</span>',
        '<a href="/nb/index.html">上一页</a><a href="javascript:;">下一页</a>',
        '<a href="/nb/index.html">上一页</a><a class="disabled" onclick="n()">下一页</a>',
        '<a class="bds_more" href="#">更多</a>',
        '<a href="/xwzx/">更多&gt;&gt;</a>',
        '<select><option value="http://www.gov.cn/">中国政府网</option></select>',
    ],
)
def test_what_does_not_lead_on_leaves_the_end_proved(markup: str) -> None:
    paging = plain_paging(page(BREADCRUMB + markup, TWO), 2)
    assert paging.proof, paging.doubt


@pytest.mark.parametrize(
    ("call", "number", "expected"),
    [
        ('createPageHTML(3, 0, "index", "html");', 1, "index_1.html"),
        ("createPageHTML(3,1,'list','shtml')", 2, "list_2.shtml"),
        ('createPage(3, 2, "index", "htm");', 3, "createPageHTML counts 3 pages"),
        ('createPageHTML(1, 0, "index", "html")', 1, "createPageHTML counts 1 pages"),
        ("createPageHTML(0, 0, 'index', 'html')", 1, "createPageHTML counts 0 pages"),
        ('createPageHTML("box", 3, 0, "index", ".html", 25)', 1, "index_1.html"),
    ],
)
def test_a_trs_call_says_where_the_list_goes_on(call: str, number: int, expected: str) -> None:
    response = page(
        f"<script>function createPageHTML(_nPageCount, _nCurrIndex){{}}\n{call}</script>",
        "http://www.example.gov.cn/nb/",
    )
    paging = TrsSpider().paging(response, number)
    assert expected in {str(paging.next).rpartition("/")[2], paging.proof}
    assert not paging.doubt


@pytest.mark.parametrize(
    ("markup", "number"),
    [
        ("<p>stub</p>", 2),
        ("<p>no call</p>", 1),
        ("<script>createPageHTML(5, 0, 'index', 'html')</script>", 2),
        ("<script>createPageHTML(5, 0, 'index', 'html');createPageHTML(6, 0, 'index', 'html')</script>", 1),
    ],
)
def test_a_trs_page_that_does_not_fit_proves_no_end(markup: str, number: int) -> None:
    paging = TrsSpider().paging(page(markup), number)
    assert (paging.next, paging.proof) == (None, "")
    assert paging.doubt


@pytest.mark.parametrize(
    ("markup", "target"),
    [
        ('<meta http-equiv="refresh" content="0;URL=2025/">', "http://www.example.gov.cn/nb/2025/"),
        ("<meta http-equiv=REFRESH content='3; url=/a.html'>正在跳转", "http://www.example.gov.cn/a.html"),
        ("<script>location.replace('/a/')</script>", "http://www.example.gov.cn/a/"),
        ('<script>window.location.href = "b.html";</script>', "http://www.example.gov.cn/nb/b.html"),
        ('<body><iframe id="x" src="/list.html"></iframe></body>', "http://www.example.gov.cn/list.html"),
        ('<frameset><frame src="/a"><frame src="/b"></frameset>', None),
        ("<script>location.href='javascript:x()'</script>", None),
        (f"<script>location.href='/a'</script>{'列表' * 60}", None),
    ],
)
def test_a_shell_leads_to_its_page(markup: str, target: str | None) -> None:
    assert shell_target(URL, markup) == target


@pytest.mark.parametrize(
    ("markup", "path"),
    [
        ('<a href="./P1.PDF">x</a>', "/nb/P1.PDF"),
        (
            '<a href="/system/_content/download.jsp?urltype=x&wbfileid=1">x</a>',
            "/system/_content/download.jsp?urltype=x&wbfileid=1",
        ),
        (
            '<a href="/module/download/downfile.jsp?classid=0&filename=ab.pdf">x</a>',
            "/module/download/downfile.jsp?classid=0&filename=ab.pdf",
        ),
        ('<embed src="a.pdf">', "/nb/a.pdf"),
        ('<object data="a.wps"></object>', "/nb/a.wps"),
        ('<div pdfsrc="/_upload/article/files/a.pdf"></div>', "/_upload/article/files/a.pdf"),
        ('<iframe src="/pdf/web/viewer.html?file=/f/a.pdf"></iframe>', "/f/a.pdf"),
        ("<a href='#' onclick=\"window.open('/f/b.docx')\">x</a>", "/f/b.docx"),
    ],
)
def test_a_file_is_found_however_it_hangs_on_the_page(markup: str, path: str) -> None:
    assert [file.url for file in attachments(page(f'<div class="TRS_Editor">{markup}</div>'))] == [
        f"http://www.example.gov.cn{path}"
    ]


def test_files_beside_the_article_are_not_its_attachments() -> None:
    markup = '<a href="/menu.pdf">x</a><div id="zoom"><img src="a.png"><a href="b.html">x</a><a href="c.jpg">x</a></div>'
    assert attachments(page(markup)) == ()


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('attachment; filename="年报.pdf"'.encode("gbk"), "年报.pdf"),
        ('attachment; filename="年报.pdf"'.encode(), "年报.pdf"),
        (b"attachment; filename*=UTF-8''%E5%B9%B4%E6%8A%A5.pdf", "年报.pdf"),
        (b"attachment; filename*=GBK''%C4%EA%B1%A8.pdf", "年报.pdf"),
        (b'attachment; filename="%E5%B9%B4%E6%8A%A5.pdf"', "年报.pdf"),
        (b"inline", None),
        (b"", None),
    ],
)
def test_the_name_of_a_file_is_read_in_every_spelling(header: bytes, name: str | None) -> None:
    assert disposition_name(header) == name


@given(st.binary(max_size=200))
def test_a_hostile_name_is_only_text(header: bytes) -> None:
    name = disposition_name(b'attachment; filename="' + header + b'"')
    assert name is None or (len(name) <= 200 and name.isprintable())


def test_a_name_keeps_no_control_or_direction_characters() -> None:
    assert safe_name("a\x00b\u202egpj.exe\n c") == "abgpj.exe c"


def test_html_response_is_utf_8_after_decoding() -> None:
    response = page("<p>年报</p>")
    assert isinstance(response, HtmlResponse)
    assert response.css("p::text").get() == "年报"
