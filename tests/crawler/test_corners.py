"""Every family's corner of the portal, read to its end by the real crawler."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler import families
from tests.portal.corner import built, reports

if TYPE_CHECKING:
    from tests.crawler.conftest import World

CORNERS = built()
COUNTS = (3, 41)


@pytest.mark.parametrize("name", sorted(CORNERS))
@pytest.mark.parametrize("count", COUNTS)
def test_a_corner_is_read_to_its_end_and_nothing_on_it_is_lost(name: str, count: int, world: World) -> None:
    site, listed = world.site(), reports(count)
    corner = CORNERS[name](site, listed)
    world.watch(
        "demo", site.url(corner.path), corner.family, corner.options, hosts=[site.host, *corner.hosts]
    )
    crawled = world.crawl()
    assert crawled.summary.get("visits") == {"good": 1}, crawled.summary.get("blind") or crawled.log
    seen = {
        (title, day) for title, day in world.rows("SELECT title, published FROM links WHERE kind <> 'other'")
    }
    assert {title for title, _ in seen} == {report.title for report in listed}
    assert {day for _, day in seen} <= {report.day for report in listed} | {None}
    assert world.rows("SELECT count(DISTINCT link) FROM documents") == [(count,)]


def test_every_family_has_a_corner() -> None:
    assert {name.partition(":")[0] for name in CORNERS} == families()
