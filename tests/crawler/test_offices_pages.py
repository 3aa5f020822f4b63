"""Five CMSs, page by page: hostile answers break nothing, and a page is signed by its own family only."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawler.fetching import Page
from store.model import Source
from tests.crawler.test_families import LISTS, Saved

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from scrapy.http import HtmlResponse

    from crawler.spiders.base import FamilySpider

OURS = ("cmscac", "vsb", "webplus", "openness", "tax")


def opened(
    family: str,
    url: str,
    body: bytes,
    carried: Mapping[str, object] | None = None,
    options: Mapping[str, object] | None = None,
) -> tuple[FamilySpider, HtmlResponse]:
    """A family's spider, and a page as it gets it."""
    loader = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["crawler.spiders"]}))
    source = Source("demo", url, family, (), "demo", options=dict(options or {}))  # type: ignore[arg-type]  # of a test
    page = Page(url, url, 200, {}, body, b"", dict(carried or {}))
    return cast("FamilySpider", loader.load(family)()), page.markup(source)


HOSTILE = (
    b"", b"null", b"[]", b"{}", b"<", b"\xff\xfe\x00", b'{"results": []}', b'{"results": {"data": null}}',
    b'{"code": "x", "results": {"data": {"total": -1, "page": [], "rows": {}, "results": "x"}}}',
    b'{"results": {"data": {"total": 1e99, "results": [null, 1, [], {"url": {}, "title": []}, {"title": "a"}]}}}',
    b'{"results": {"data": {"total": "3", "page": "1", "channelId": [], "results": [{"url": "http://[", "title": "x"}]}}}',
    b"[" * 5000, b'{"a":' * 5000, "<em class='all_pages'>٣</em>".encode(), b"<ul class='wp_paging'></ul>",
    b"<ul class='wp_paging'><em class='curr_page'>1</em><em class='all_pages'>99999999999999</em></ul>",
    b"<span class='p_pages'><span class='p_no_d'>x</span></span>", b"<span class='p_pages'></span>",
    b"<td id='fanye1'>1/99999999999999999999</td>", b"<p id='wp_paging_w\"]'></p><div id='wp_news_w'></div>",
    b"<div class='pagelist' id='x' queryString='%%%&==' requestUrl='http://['></div>",
    b"<script>Ls.pagination({pageCount:0,total:0})</script>", b"<script>pageCount:3</script><script>pageCount:4</script>",
    b"<script>data: {labelName: 'publicInfoList', a: (b, c: a.b.c}</script>", b"<script>/site/label/8888?" + b"a" * 9000,
)  # fmt: skip
CARRIED = {
    "page": "http://x.gov.cn/", "fields": {"a": "b"}, "offset": 0, "interface": "http://x.gov.cn/i", "method": "POST",
    "size": 20, "channel": "c",
}  # fmt: skip


@pytest.mark.parametrize("family", OURS)
@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_no_answer_breaks_a_family_and_none_of_these_proves_an_end(family: str, body: bytes) -> None:
    for carried in ({}, CARRIED):
        spider, response = opened(family, "http://x.gov.cn/nb/list.htm", body, carried)
        links = list(spider.links(response))
        paging = spider.paging(response, 1)
        spider.children(response, 0)
        spider.sign(response)
        assert links or not paging.proof or not (carried and spider.asks_interfaces)


@pytest.mark.parametrize("folder", sorted(LISTS.iterdir()), ids=lambda folder: folder.name)
def test_only_its_own_family_is_sure_of_a_saved_page(folder: Path) -> None:
    page = Saved(folder)
    if page.meta.get("carried"):
        return
    sure = set()
    for family in OURS:
        spider, response = opened(family, page.meta["url"], page.body)
        if (sign := spider.sign(response)) is not None and sign.sure:
            sure.add(family)
    assert sure == {page.meta["family"]} & set(OURS)


@pytest.mark.parametrize(
    "folder",
    [path for path in sorted(LISTS.iterdir()) if path.name.startswith(OURS)],
    ids=lambda folder: folder.name,
)
def test_half_a_page_never_proves_that_half_a_list_is_all(folder: Path) -> None:
    page = Saved(folder)
    whole = {link.url for link in page.spider.links(page.response)}
    for end in range(0, len(page.body), max(1, len(page.body) // 60)):
        spider, response = opened(
            page.meta["family"], page.meta["url"], page.body[:end], page.meta.get("carried")
        )
        links = {link.url for link in spider.links(response)}
        paging = spider.paging(response, page.meta["page"])
        if page.meta.get("carried") and paging.proof:  # a page of its own is held to its </html>
            assert links >= whole
