"""A page that holds the event loop ends its own visit, and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.crawler.conftest import site_with
from tests.portal.server import report_row

if TYPE_CHECKING:
    from tests.crawler.conftest import World

HEAVY = [report_row(n) for n in range(19_000)]  # as many links as are looked through


def test_a_page_that_holds_the_crawl_up_ends_its_visit_alone(world: World) -> None:
    heavy, light = world.site(), site_with(world, 1, 2)
    heavy.put_list("/nb/", HEAVY)
    world.watch("heavy", heavy.url("/nb/"))
    world.watch("light", light.url("/nb/"))
    done = world.crawl(STALL="1")
    assert done.code == 1
    assert [str(fault).partition(":")[0] for fault in done.summary["faults"]] == ["heavy"]  # type: ignore[attr-defined]  # a list
    assert "StalledError: heavy: a page of it held the crawl up for 1 s" in done.log
    found = world.rows("SELECT source, outcome, blind_kind FROM crawls ORDER BY source")
    assert found == [("heavy", "blind", "interrupted"), ("light", "good", None)]
    heavy.put_list("/nb/", HEAVY[:1])
    assert world.crawl("2026-02-04T02:00:00Z").summary["visits"] == {"good": 2}
