"""What is odd in the lists of Hanweb and of gkmlpt: several units, other columns, years below, and where it all leads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.configured import categories, files_of
from crawler.fetching import Page
from crawler.hanweb import Store, group_of, rows, stores, units
from crawler.spiders.gkmlpt import GkmlptSpider
from crawler.spiders.jpaas import JpaasSpider
from crawler.spiders.jpage import JpageSpider
from crawler.spiders.xxgk import XxgkSpider
from store.model import Source
from tests.portal.corner import Listed, reports
from tests.portal.corners import gkmlpt, jpaas, jpage, xxgk
from tests.portal.server import report_page

if TYPE_CHECKING:
    from scrapy.http import HtmlResponse

    from crawler.spiders.base import FamilySpider
    from tests.crawler.conftest import World

LISTS = Path(__file__).resolve().parents[1] / "samples" / "lists"
COLUMN = f"/col/col{jpage.COLUMN}/index.html"
REPORTS = reports(3)


def page_of(text: str, url: str = f"http://x.gov.cn{COLUMN}", **options: str) -> HtmlResponse:
    source = Source("x", url, "jpage", (), "demo", options=dict(options))
    return Page(url, url, 200, {}, text.encode(), b"").markup(source)


def shown(spider: FamilySpider, page: HtmlResponse) -> int:
    return len(list(spider.links(page)))


def test_a_name_that_is_percent_encoded_twice_is_sent_encoded_once() -> None:
    store = stores((LISTS / "jpage-dingxi" / "list.xml").read_text(encoding="utf-8"))[0]
    path, parameters = group_of(store)
    assert path == "/module/web/jpage/dataproxy.jsp"
    assert parameters["webname"] == "定西市政府信息公开平台"
    assert parameters["columnid"] == "12377"


def test_an_article_under_two_ids_is_two_entries_and_both_count(world: World) -> None:
    site, listed = world.site(), reports(5)
    twin = Listed(2000, listed[0].title, listed[0].day)
    corner = jpage.build(site, [*listed, twin], jpage.Server(shown=2))
    world.watch("demo", site.url(corner.path), "jpage", hosts=[site.host])
    assert world.crawl().summary["visits"] == {"good": 1}
    assert world.rows("SELECT count(*), count(DISTINCT title) FROM links") == [(6, 5)]


def other_unit(column: str, number: int) -> str:
    """A second list of a page."""
    text = jpage.page(jpage.Server(), REPORTS[:number])
    text = text.replace(jpage.UNIT, "99").replace(f"columnid={jpage.COLUMN}", f"columnid={column}")
    return text.replace(f"columnid:{jpage.COLUMN}", f"columnid:{column}").partition("<body>")[2]


def test_the_list_of_a_page_is_the_one_of_its_own_column() -> None:
    page = page_of(other_unit("500", 1) + jpage.page(jpage.Server(), REPORTS))
    assert shown(JpageSpider(), page) == 3
    sign = JpageSpider.sign(page)
    assert sign is not None
    assert sign.options == {"unit": jpage.UNIT}


def test_a_page_that_lists_only_another_column_is_not_read_until_a_person_says_so() -> None:
    alone = other_unit("500", 2)
    page = page_of(alone)
    assert shown(JpageSpider(), page) == 0
    assert "other columns than its own" in JpageSpider().paging(page, 1).doubt
    assert shown(JpageSpider(), page_of(alone, unit="99")) == 2


def test_one_column_shown_twice_is_read_once_and_two_lists_of_one_column_are_not_guessed() -> None:
    whole = jpage.page(jpage.Server(), REPORTS)
    assert shown(JpageSpider(), page_of(whole + other_unit(jpage.COLUMN, 3))) == 3
    page = page_of(whole + other_unit(jpage.COLUMN, 2))
    assert shown(JpageSpider(), page) == 0
    assert "the option `unit` does not say which" in JpageSpider().paging(page, 1).doubt
    assert JpageSpider().paging(page_of(whole, unit="7"), 1).doubt.startswith("the page has no unit '7'")


def test_columns_of_years_below_a_page_without_a_list_are_each_read_to_their_end(world: World) -> None:
    site, listed = world.site(), reports(23)
    years = {
        "1": (jpage.Server(column="1", shown=4), listed[:10]),
        "2": (jpage.Server(column="2"), listed[10:]),
    }
    for server, some in years.values():
        jpage.build(site, some, server)
    site.serve(jpage.WEB, lambda asked: jpage.answer(*years[asked.parameters["columnid"]], asked))
    menu = '<a href="/col/col1/index.html">2025年</a><a href="/col/col2/index.html">2024年以前</a>'
    site.put("/col/col9/index.html", f"<html><body><p>{'政府信息公开年报' * 20}</p>{menu}</body></html>")
    world.watch("demo", site.url("/col/col9/index.html"), "jpage", 'children = "^20.*年"', hosts=[site.host])
    crawled = world.crawl()
    assert crawled.summary["visits"] == {"good": 1}, crawled.summary
    assert world.rows("SELECT count(*) FROM links WHERE kind = 'report'") == [(23,)]


def test_a_record_without_an_anchor_is_missed_by_the_count() -> None:
    store = Store(("<li>没有链接</li>", "<li><a href='/art/2026/1/2/art_1_2.html'>示范</a></li>"))
    assert [entry.url for entry in rows(store, "http://x.gov.cn/")] == [
        "http://x.gov.cn/art/2026/1/2/art_1_2.html"
    ]


def test_without_an_interface_in_the_page_none_is_guessed() -> None:
    page = jpage.page(jpage.Server(shown=1), REPORTS)
    page = page.replace("dataproxy.jsp", "else.jsp")
    assert [unit.address for unit in units(page, "http://x.gov.cn/")] == [""]
    assert "which interface" in JpageSpider().paging(page_of(page), 1).doubt


def tree_page(tree: list[object], **options: str) -> HtmlResponse:
    text = f"<html><script>window._CONFIG = {{ SID: '7', TREE: {json.dumps(tree)}, X: 1 }};</script></html>"
    return page_of(text, "http://x.gov.cn/gkmlpt/index", **options)


@pytest.mark.parametrize(
    ("node", "doubt"),
    [
        ({"id": 3, "name": "机构职能"}, "none of the 1 categories in the tree is called annual reports"),
        ({"id": 3, "name": "法治政府建设年度报告"}, "none of the 1 categories"),
        (
            {"id": 3, "name": "政府信息公开年报", "jump_url": "http://x.gov.cn/nb/"},
            "leads to http://x.gov.cn/nb/",
        ),
    ],
)
def test_a_tree_without_a_list_of_annual_reports_says_so(node: dict[str, object], doubt: str) -> None:
    paging = GkmlptSpider().paging(tree_page([node]), 1)
    assert doubt in paging.doubt
    assert paging.next is None


def test_the_category_at_the_end_of_the_address_is_the_one_that_is_read() -> None:
    text = gkmlpt.index(gkmlpt.Server(), [])
    url = "http://x.gov.cn/gkmlpt/index#6"
    page = Page(url, "http://x.gov.cn/gkmlpt/index", 200, {}, text.encode(), b"")
    paging = GkmlptSpider().paging(page.markup(Source("x", url, "gkmlpt", (), "demo")), 1)
    assert getattr(paging.next, "url", "") == "http://x.gov.cn/gkmlpt/api/all/6?page=1&sid=755001"


def test_hostile_trees_are_walked_within_bounds() -> None:
    deep: dict[str, object] = {"id": 1, "name": "年报"}
    for _ in range(400):
        deep = {"id": 1, "name": "年报", "children": [deep, None, "x", {"id": "y", "name": ["年报"]}]}
    text = tree_page([deep]).text
    assert 0 < len(categories(text)) < 20
    assert GkmlptSpider().children(tree_page([deep]), 0) == []
    wide = tree_page([{"id": number, "name": "年报"} for number in range(9000)])
    assert len(GkmlptSpider().children(wide, 0)) < 5000


def test_every_family_tells_its_sign_and_no_other_familys() -> None:
    pages = {
        "jpage": page_of(jpage.page(jpage.Server(), REPORTS)),
        "xxgk": page_of(xxgk.page(xxgk.Server())),
        "jpaas": page_of(f"<html><body>{jpaas.unit('信息列表')}{jpaas.unit('友情链接')}</body></html>"),
        "gkmlpt": page_of(gkmlpt.index(gkmlpt.Server(), [])),
    }
    spiders = (JpageSpider, XxgkSpider, JpaasSpider, GkmlptSpider)
    for family, page in pages.items():
        signs = {spider.name: sign for spider in spiders if (sign := spider.sign(page))}
        assert list(signs) == [family]
        assert signs[family].sure
        assert family != "gkmlpt" or "法定主动公开内容 > 政府信息公开年报" in signs[family].why
        assert signs[family].options == ({"unit": "信息列表"} if family == "jpaas" else {})


def test_the_files_of_an_article_that_stand_in_its_script_alone_are_fetched(world: World) -> None:
    site, listed = world.site(), reports(3)
    corner = gkmlpt.build(site, listed, gkmlpt.Server())
    file = {
        "id": 1,
        "name": "年报.docx",
        "type": "doc",
        "mime": "application/msword",
        "size": "3",
        "url": "/attachment/1/12541123.docx",
    }
    config = f"<script>window._CONFIG = {{ SID: '7', DETAIL: {json.dumps({'attachment': [file, None, {'url': 7}]})} }};</script>"
    site.put("/gkmlpt/content/9/1000/post_1000.html", report_page(listed[0].title, config))
    site.put("/attachment/1/12541123.docx", b"PK\x05\x06" + bytes(18), media_type="application/msword")
    assert files_of(config) == [("/attachment/1/12541123.docx", "年报.docx")]
    world.watch("demo", site.url(corner.path), "gkmlpt", hosts=[site.host])
    assert world.crawl().summary["new_documents"] == 4
    assert world.rows("SELECT title FROM documents WHERE url LIKE '%.docx'") == [("年报.docx",)]
