"""Pages that are broken, or made to break what reads them: nothing of them is lost without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.portal.server import listed, report_page, report_row

if TYPE_CHECKING:
    from tests.crawler.conftest import World
    from tests.portal.server import Site

ENDED = "</body></html>\n"


def put_reports(site: Site, *numbers: int) -> None:
    for number in numbers:
        site.put(f"/nb/t{number}.html", report_page(f"示范市第{number}局2025年政府信息公开工作年度报告"))


def test_rows_behind_a_stray_end_of_the_page_are_entries(world: World) -> None:
    site = world.site()
    page = listed([report_row(1), report_row(2), report_row(3)])
    site.put("/nb/", page.replace("<ul", f"<div>nav</div>{ENDED}<ul", 1))
    put_reports(site, 1, 2, 3)
    world.watch("demo", site.url("/nb/"))
    world.crawl()
    assert world.rows("SELECT outcome, entries FROM crawls") == [("good", 3)]


def test_a_pager_behind_a_stray_end_of_the_page_is_followed(world: World) -> None:
    site = world.site()
    onward = f'{ENDED}<div class="page"><a href="index_1.html">下一页</a></div>'
    site.put("/nb/", listed([report_row(1)], onward))
    site.put("/nb/index_1.html", listed([report_row(2)], f'{ENDED}<a href="./">上一页</a>'))
    put_reports(site, 1, 2)
    world.watch("demo", site.url("/nb/"))
    world.crawl()
    assert world.rows("SELECT outcome, entries, pages FROM crawls") == [("good", 2, 2)]


def nested(tag: str, count: int) -> str:
    """Rows, each inside the one before it: what old editors leave behind."""
    title = "示范市第{}局2025年政府信息公开工作年度报告"
    rows = "".join(f'<{tag}><a href="t{i}.html">{title.format(i)}</a>2026-01-20' for i in range(count))
    return f"<html><head><title>政府信息公开年报</title></head><body>{rows}</body></html>"


@pytest.mark.parametrize("tag", ["div", "span"])
def test_a_list_nested_deeper_than_the_parser_goes_is_truncated(world: World, tag: str) -> None:
    site = world.site()
    site.put("/nb/", nested(tag, 2100))
    world.watch("demo", site.url("/nb/"))
    assert world.crawl(VISIT_LIMIT="20").kinds == {"demo": "truncated"}
    assert "nested" in str(world.rows("SELECT reason FROM crawls")[0][0])


NOTICE = "<html><head><title>系统维护</title></head><body><p>网站正在维护升级，请稍后访问。</p></body></html>"
SHORT_LIST = listed([report_row(1)], '<a href="javascript:turn(2)">下一页</a>')
HOURS = ("2026-02-03T02:00:00Z", "2026-02-03T08:00:00Z", "2026-02-03T14:00:00Z")


@pytest.mark.parametrize(
    ("page", "kind"), [(NOTICE, "maintenance"), (SHORT_LIST, "truncated")], ids=("a notice", "a cut list")
)
def test_an_unchanged_page_that_was_wrong_before_is_still_wrong(world: World, page: str, kind: str) -> None:
    site = world.site()
    site.put("/nb/", listed([report_row(1), report_row(2)]), headers={"ETag": '"list"'})
    put_reports(site, 1, 2)
    world.watch("demo", site.url("/nb/"))
    world.crawl(HOURS[0])
    site.put("/nb/", page, headers={"ETag": '"other"'})
    assert [world.crawl(hour).kinds for hour in HOURS[1:]] == [{"demo": kind}] * 2


def test_a_reports_page_that_was_wrong_before_is_asked_for_in_full(world: World) -> None:
    site = world.site()
    site.put("/nb/", listed([report_row(1)]))
    put_reports(site, 1)
    world.watch("demo", site.url("/nb/"))
    world.crawl("2026-02-03T02:00:00Z")
    site.put("/nb/t1.html", NOTICE, headers={"ETag": '"other"'})
    for now in ("2026-02-11T02:00:00Z", "2026-02-12T02:00:00Z"):
        assert world.crawl(now).summary["failed_documents"] == 1
