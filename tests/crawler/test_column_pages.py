"""What TRS, sitesources, channels and UCAP read in a page: calls, folders, channels, answers of any shape."""

from __future__ import annotations

import random
from copy import copy
from typing import TYPE_CHECKING

import pytest
from scrapy.http import HtmlResponse

from crawler.answers import answer_of, at, day_of, number_of, rows_of, text_of
from crawler.fetching import Page
from crawler.page_calls import page_calls
from crawler.spiders.channels import ChannelsSpider
from crawler.spiders.sitesources import SitesourcesSpider
from crawler.spiders.trs import TrsSpider
from crawler.spiders.trs_search import TrsSearchSpider
from crawler.spiders.ucap import UcapSpider
from store.model import Source
from tests.crawler.test_families import LISTS, Saved

if TYPE_CHECKING:
    from crawler.spiders.base import FamilySpider

DEEP = "[" * 100_000
MINE = (TrsSpider, TrsSearchSpider, SitesourcesSpider, ChannelsSpider, UcapSpider)


@pytest.mark.parametrize(
    "name", ["trs-quotes", "trs-variables", "trs-yuanzhou", "trs-search-pingtan", "sitesources-list", "sitesources-years",
             "channels-list", "channels-years", "ucap-list", "ucap-interface"]
)  # fmt: skip
def test_a_page_shows_whose_it_is(name: str) -> None:
    page = Saved(LISTS / name)
    sure = {spider.name for spider in MINE if (sign := spider.sign(page.response)) and sign.sure}
    assert sure == {page.meta["family"]}


@pytest.mark.parametrize(
    ("call", "page", "following"),
    [
        ('createPageHTML(3, 0, "index", "html")', 1, "index_1.html"),
        ("createPageHTML(0, 3, 'index', 'html')", 1, "index_1.html"),
        ("createPage('index', 'htm', 3, 1)", 2, "index_2.htm"),
        ('createPageHTML("3", "0", "index", "shtml")', 1, "index_1.shtml"),
        ("createPageHTML('page_div', 8, 1, 'list', 'shtml', 118)", 1, "list_2.shtml"),
        ("createPageHTML('page_div', 8, 0, 'list', 'shtml', 118)", 1, "list_1.shtml"),
        ("createPageHTML('page_div', 8, 2, 'list', 'shtml')", 2, "list_3.shtml"),
        ("createPageHTML(5, 2, 'index', 'html')", 2, None),
        ("createPageHTML('page_div', 5, 4, 'index', 'html')", 2, None),
    ],
)
def test_a_call_says_which_page_comes_next(call: str, page: int, following: str | None) -> None:
    (found,) = page_calls(f"<script>{call}</script>")
    url = "http://x.gov.cn/nb/" if page == 1 else f"http://x.gov.cn/nb/list_{found.here}.shtml"
    first = found.first(page, url)
    assert (None if first is None else found.file(page, first)) == following


@pytest.mark.parametrize(
    "text", ["createPage(" + "1" * 200_000, "createPage(1" + " " * 200_000, "createPage('" * 50_000, "/" * 100_000 + "createPage(1, 0)", "createPageHTML(3, 0, 'http://[::1', 'html')"]
)  # fmt: skip
def test_no_text_makes_reading_a_call_long(text: str) -> None:
    assert not page_calls(text)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026/01/20 09:30:00", "2026-01-20"), ("2026-01-20", "2026-01-20"), (1769212800000, "2026-01-24"),
        ("1769212800", "2026-01-24"), (1769183999, "2026-01-23"), (1769184000, "2026-01-24"), (0, None), (10**30, None),
        (True, None), ("nan", None), ("inf", None), (None, None), ([], None), ("2026-13-40", None),
    ],
)  # fmt: skip
def test_a_day_is_read_from_whatever_an_interface_says(value: object, day: str | None) -> None:
    assert day_of(value) == day


def test_an_answer_of_any_shape_is_read_without_harm() -> None:
    assert answer_of(HtmlResponse("http://x/", body=DEEP.encode(), encoding="utf-8")) is None
    assert at({"a": [1]}, "a", "b") is None
    assert rows_of([1, {"x": 2}, None]) == [{"x": 2}]
    assert text_of("<em>示范市</em>\n 2025年\ud800") == "示范市 2025年?"
    numbers: list[object] = [20, "20", " 20 ", "二十", -1, True, "9" * 99, None]
    assert [number_of(value) for value in numbers] == [20, 20, 20, None, None, None, None, None]


def children_of(markup: str, url: str, answered: str, family: type[FamilySpider]) -> list[str]:
    source = Source("demo", url, family.name, (), "demo")
    response = Page(url, answered, 200, {}, markup.encode(), b"").markup(source)
    return [getattr(one, "url", str(one)) for one in family().children(response, 0)]


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ("<a href='./2024n78/'>2025年</a>", ["/nb/2024n78/"]),
        ("<a href='/nb/2024n'>2024</a>", ["/nb/2024n"]),
        ("<a href='./szf/'><img src='a.png'></a>", ["/nb/szf/"]),
        ("<b>2025年</b><a href='./2024n78/index.shtml'>更多&gt;&gt;</a>", ["/nb/2024n78/index.shtml"]),
        ("<select><option>年份</option><option value='./2023n/'>2023年</option></select>", ["/nb/2023n/"]),
        ("<li onclick=\"window.open('./2022nb/')\">2022年</li>", ["/nb/2022nb/"]),
        ("<a href='./xzjd/'>乡镇街道</a><a href='./xzjd/index.html'>乡镇</a>", ["/nb/xzjd/"]),
        ("<a href='2021.html'>2021年</a>", ["/nb/2021.html"]),
        ("<a href='./zn/'>政府信息公开指南</a><a href='/nb/'>年报</a><a href='/nbx/2024/'>2024年</a>", []),
        ("<a href='./202601/t20260120_1.html'>示范市2025年政府信息公开工作年度报告</a>", []),
    ],
)  # fmt: skip
def test_a_folder_below_is_found_however_it_is_linked(markup: str, found: list[str]) -> None:
    for host in ("x.gov.cn", "www.x.gov.cn"):  # to which the first may redirect
        urls = children_of(markup, "http://x.gov.cn/nb/", f"https://{host}/nb/", TrsSpider)
        assert urls == [f"https://{host}{path}" for path in found]


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ("<ul><li><a href='/channels/1.html'>2025年</a></li><li><a href='/channels/2.html'>乡镇街道</a></li></ul>", [1, 2]),
        ("<div><div><a href='/channels/1.html'>2024年度</a></div><div><a href='/channels/3.html'>市直部门</a></div></div>", [1, 3]),
        ("<div><ul><li><a href='/channels/1.html'>2024年</a></li></ul><a href='/channels/9.html'>财政信息</a></div>", [1]),
        ("<ul><li><a href='/channels/7.html'>公开指南</a></li><li><a href='/channels/1.html'>2024年政府信息公开年报</a></li></ul>", [1]),
        ("<ul><li><a href='/channels/8.html'>2024年民生实事</a></li><li><a href='/channels/9.html'>政务动态</a></li></ul>", []),
        ("<ul><li><a href='/channels/1_2.html'>2024年</a></li><li><a href='/channels/5.html'>2023年</a></li></ul>", [1]),
    ],
)  # fmt: skip
def test_a_channel_of_a_year_is_found_with_its_neighbours(markup: str, found: list[int]) -> None:
    urls = children_of(
        markup, "http://x.gov.cn/channels/5.html", "http://x.gov.cn/channels/5.html", ChannelsSpider
    )
    assert urls == [f"http://x.gov.cn/channels/{number}.html" for number in found]


@pytest.mark.parametrize("family", [TrsSpider, SitesourcesSpider, ChannelsSpider, UcapSpider])
def test_a_list_that_says_nothing_of_its_pages_is_doubted_until_a_person_has_looked(
    family: type[FamilySpider],
) -> None:
    row = "<li><a href='/nb/a.html'>示范市2025年政府信息公开工作年度报告</a> 2026-01-20</li>"
    known: list[tuple[dict[str, str | int | bool], str]] = [
        ({}, ""),
        ({"pager": "none"}, "a person says that the list has no pager"),
    ]
    for options, proof in known:
        source = Source("demo", "http://x.gov.cn/nb/", family.name, (), "demo", options=options)
        response = Page(source.url, source.url, 200, {}, row.encode(), b"").markup(source)
        paging = family().paging(response, 1)
        assert (paging.proof, bool(paging.doubt)) == (proof, not proof)


CHANNEL = "817052cbb3a94d0d8217824e7a3aca53"


@pytest.mark.parametrize(
    ("markup", "options", "asked"),
    [
        (f"<script>load('/common/search/{CHANNEL}?_pageSize=15&amp;page=1')</script>", {}, "/common/search/"),
        (f"<script>load('https://www.x.gov.cn/common/search/{CHANNEL}')</script>", {}, "/common/search/"),
        (f"<script>channelId = '{CHANNEL}'; load('/searchList/' + channelId)</script>", {}, "/searchList/"),
        (f"<meta name='channelId' content='{CHANNEL}'>", {}, "/common/search/"),
        ("<script>channelId = code();</script>", {"channel": CHANNEL, "search": "/search/"}, "/search/"),
        ("<script>channelId = code();</script>", {}, None),
        (f"<script>channelId = '{CHANNEL}'; other = {{channelId: '{'0' * 32}'}}</script>", {}, None),
    ],
)
def test_the_interface_and_its_channel_are_taken_from_the_page(
    markup: str, options: dict[str, str | int | bool], asked: str | None
) -> None:
    source = Source("demo", "https://www.x.gov.cn/x/c1/list.shtml", "ucap", (), "demo", options=options)
    response = Page(source.url, source.url, 200, {}, markup.encode(), b"").markup(source)
    urls = [getattr(one, "url", str(one)).partition("?")[0] for one in UcapSpider().children(response, 0)]
    assert urls == ([f"https://www.x.gov.cn{asked}{CHANNEL}"] if asked else [])
    paging = UcapSpider().paging(response, 1)
    assert bool(paging.proof) == bool(asked)
    assert bool(paging.doubt) != bool(asked)


MINE_SAVED = [
    page
    for folder in sorted(LISTS.iterdir())
    if (page := Saved(folder)).meta["family"] in {one.name for one in MINE}
]
BITS = (
    b"\'", b'"', b"<", b">", b"\\ud800", b"\x00", b"[[[[", b"{", b"}", b"9" * 30, b"-1", b"null", b"createPageHTML(", b"http://[::1",
    b"\xff\xfe", b"href='http://[x'", b"<a href='http://x:99999/nb/'>2024</a>", b"<a href='./2024n\x01/'>2024</a>", b"num='", b"<base href='http://['>",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_no_damage_to_a_page_or_an_answer_breaks_a_family(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - damage, not secrets
    for _ in range(40):
        page = chance.choice(MINE_SAVED)
        for _ in range(chance.randint(1, 12)):
            start, end = sorted(chance.randrange(len(page.body) + 1) for _ in range(2))
            cut = page.body[start:end] if chance.random() < 0.5 else b""
            bits = chance.choice(BITS) * chance.randint(1, 20)
            page = copy(page)
            page.body = (page.body[:start] + bits + cut + page.body[start + len(cut) :])[:200_000]
        family = page.spider
        for link in family.links(page.response):
            assert f"{link.url} {link.title}".encode()
        type(family).sign(page.response)
        family.children(page.response, page.meta.get("depth", 0))
        paging = family.paging(page.response, page.meta["page"])
        assert paging.next or paging.proof or paging.doubt
