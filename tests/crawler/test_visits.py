"""Whole visits: the real crawler in a child process, against a real site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.crawler.conftest import report_page, report_row

if TYPE_CHECKING:
    from tests.crawler.conftest import World


def test_a_plain_list_is_read_and_its_reports_are_kept(world: World) -> None:
    site = world.site()
    site.put_list("/nb/", [report_row(1), report_row(2)])
    for number in (1, 2):
        site.put(f"/nb/t{number}.html", report_page(f"示范市第{number}局2025年政府信息公开工作年度报告"))
    world.watch("demo", site.url("/nb/"))
    done = world.crawl()
    assert done.code == 0, done.log
    assert done.summary["visits"] == {"good": 1}
    assert done.summary["new_documents"] == 2
    assert world.rows("SELECT outcome, pages, entries FROM crawls") == [("good", 1, 2)]
    assert world.rows("SELECT media_type, published FROM documents") == [("text/html", "2026-01-20")] * 2
