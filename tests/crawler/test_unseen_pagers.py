"""Pagers that show no link to follow: each is a doubt. Ordinary pages with the like of them have an end that is proved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.folders import frames_of
from crawler.paging import declared_total, plain_paging
from crawler.shells import filled_from
from crawler.spiders.trs import TrsSpider
from tests.crawler.conftest import World
from tests.crawler.test_pages import page
from tests.portal.server import listed, report_page, report_row

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "http://www.example.gov.cn/nb/"
DOUBTS = {
    "a picture": '<a href="index_2.html"><img src="/images/next.gif"></a>',
    "an icon": '<div class="pagination"><a class="next" href="index_2.html"><i>&#xe600;</i></a></div>',
    "an icon of a script": '<div class="page">共 2 条记录 <a href="javascript:;" class="r"></a></div>',
    "odd words": '<a href="index_2.html">翻页</a>',
    "earlier ones": '<a href="list.html">往期回顾</a>',
    "a question": '<a href="?page=2"><img src="/n.gif"></a>',
    "numbers of a script": '<ul class="pagination"><li class="active">1</li><li>2</li><li>8</li></ul>',
    "numbers without an address": '<div class="pg"><a class="cur">1</a><a onclick="p(2)">2</a></div>',
    "a short position": "<div class='page'><span>1/3</span></div>",
    "more of a script": '<a href="javascript:;" class="more">查看更多</a>',
    "more in a box": '<div class="more" onclick="more()">点击查看更多</div>',
    "more in English": '<button id="load-more">Load more</button>',
    "an empty pager": '<div class="pagination" id="pager"></div><script src="/js/page.js"></script>',
    "a script in the pager": '<div class="page"><script>var countPage = 5;</script></div>',
    "a count of pages": "<script>var pageCount = 3, pageIndex = 1;</script>",
    "a count that is computed": "<script>var totalPage = Math.ceil(n / 15);</script>",
    "kkpager": '<div id="kkpager"></div><script>kkpager.generPageHtml({pno: 1, total: 3});</script>',
    "jqPaginator": "<ul id='pg'></ul><script>$('#pg').jqPaginator({totalPages: 3});</script>",
    "Page": "<div id='pg'></div><script>new Page({id:'pg', pageTotal: 50});</script>",
    "paging": "<div id='pg'></div><script>$('#pg').paging({pageNo:1,totalPage:9})</script>",
    "two lists": "<p>第1/1页</p><p>第1/3页 <a href='javascript:goto(2)'>下一页</a></p>",
    "pages of an attachment": "<div>附件共1页</div><a href='javascript:;'>下一页</a>",
    "a year is no way back": '<a href="/zw/2024/">2024</a><div><a href="javascript:;">上一页</a><a href="javascript:;">下一页</a></div>',
    "a last page that acts": "<p>第1/1页</p><a href='javascript:turn(2)'>下一页</a>",
    "ways that differ": '<a href="index_2.html">下一页</a><a href="zn/2.html">下一页</a>',
    "another folder": '<a href="/tzgg/index_2.html">下一页</a>',
}
ENDS = {
    "plain words": "<div class='page'><span>首页</span><span>上一页</span><span>1</span><span>下一页</span></div>",
    "anchors without an address": "<div class='page'><a>上一页</a><a class='on'>1</a><a>下一页</a></div>",
    "what is switched off": "<div class='page'><a class='disabled' href='javascript:void(0)'>上一页</a><a class='cur' href='javascript:void(0)'>1</a><a class='disabled' href='javascript:void(0)'>下一页</a></div>",
    "arrows of a banner": '<div class="banner"><a href="javascript:void(0)">&lt;</a><a href="javascript:void(0)">&gt;</a></div>',
    "a function that nothing calls": "<script>function goPage(n){location.href=n}</script>",
    "what the website has published": "<p>本站主动公开信息共1200条</p>",
    "one page of kkpager": "<script>kkpager.generPageHtml({pno: 1, total: 1});</script>",
    "articles with numbers": '<a href="12.html">关于年报的说明</a><a href="list_31.html">机构职能介绍</a>',
    "more of another column": '<a href="/xwzx/">查看更多</a>',
}


@pytest.mark.parametrize("how", DOUBTS)
def test_what_may_lead_on_is_a_doubt(how: str) -> None:
    paging = plain_paging(page(DOUBTS[how], FOLDER), 1)
    assert (paging.next, paging.proof) == (None, "")
    assert paging.doubt


@pytest.mark.parametrize("how", ENDS)
def test_an_ordinary_page_has_a_proved_end(how: str) -> None:
    paging = plain_paging(page(ENDS[how], FOLDER), 1)
    assert paging.proof, paging.doubt
    assert paging.total is None


@pytest.mark.parametrize(
    "box",
    [
        '<h4>通知公告 <a href="/tzgg/">&gt;&gt;</a></h4>',
        '<h4>指南 <a href="zn/">&gt;&gt;</a></h4>',
        '<div><a href="/zt/a.html">&lt;</a><a class="next" href="/zt/">&gt;</a></div>',
    ],
)
def test_the_arrow_of_another_box_is_not_the_next_page(box: str) -> None:
    paging = plain_paging(page(f'{box}<p><a href="index_2.html">下一页</a></p>', FOLDER), 1)
    assert paging.next == f"{FOLDER}index_2.html"


def test_a_count_says_how_many_entries_the_list_has_and_not_the_website() -> None:
    assert declared_total("今年主动公开信息共1200条 第1页 共20条") == 20


def test_more_beside_a_call_that_counts_one_page_is_a_doubt() -> None:
    call = "<script>createPageHTML(1, 0, 'index', 'html');</script>"
    paging = TrsSpider().paging(page(f"{call}<a href='javascript:;'>加载更多</a>", FOLDER), 1)
    assert (paging.proof, bool(paging.doubt)) == ("", True)


FILLED = {
    "an empty list": '<ul id="list" class="news-list"></ul><script src="/js/list.js"></script>',
    "a frame of another government host": '<iframe src="http://xxgk.shifan.gov.cn/nb/" width=800 height=900></iframe>',
}
NOT_FILLED = {
    "the weather": '<div id="weather"></div><script>$.get("/w",function(d){$("#weather").html(d)})</script>',
    "an empty list without a script": '<ul id="list"></ul>',
    "a list of links": '<ul id="friendlink"></ul><script src="/js/list.js"></script>',
    "a small frame": '<iframe src="http://www.shifan.gov.cn/v/" height=60></iframe>',
    "a frame that is hidden": '<iframe src="http://www.shifan.gov.cn/v/" style="display:none"></iframe>',
    "a video": '<iframe src="https://player.example.com/1" height=500></iframe>',
}


@pytest.mark.parametrize("what", FILLED)
def test_a_list_that_the_page_does_not_hold_is_seen(what: str) -> None:
    found = filled_from(page(FILLED[what], FOLDER))
    assert found is not None
    assert found[0] == "js_shell"


@pytest.mark.parametrize("what", NOT_FILLED)
def test_what_is_filled_beside_a_list_blinds_nobody(what: str) -> None:
    assert filled_from(page(NOT_FILLED[what], FOLDER)) is None


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What one crawl says of lists with each of these."""
    world = World(tmp_path_factory.mktemp("pagers"))
    for number, more in enumerate([*DOUBTS.values(), *ENDS.values()]):
        site = world.site()
        site.put("/nb/", listed([report_row(1)], more))
        site.put("/nb/t1.html", report_page())
        world.watch(f"s{number}", site.url("/nb/"))
    crawled = world.crawl(CONCURRENCY="64")
    names = [*DOUBTS, *ENDS]
    yield {names[int(source.removeprefix("s"))]: kind for source, kind in crawled.kinds.items()}
    world.close()


def test_a_visit_is_blind_for_every_doubt_and_for_no_ordinary_page(kinds: dict[str, str]) -> None:
    assert set(kinds) == set(DOUBTS)
    assert set(kinds.values()) == {"truncated"}


def test_a_hidden_counter_and_a_toolbar_are_no_frames_of_the_list() -> None:
    beside = '<iframe src="/api/visit" style="display:none"></iframe><iframe src="/wza/tool.html"></iframe>'
    assert frames_of(page(f'{beside}<iframe src="l.html"></iframe>', FOLDER)) == [f"{FOLDER}l.html"]
