"""Every family's corner of the portal, read to its end by the real crawler: all of them in one crawl."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from crawler import families
from tests.crawler.conftest import World
from tests.portal.corner import built, reports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.crawler.conftest import Crawled

CORNERS = built()
COUNTS = (3, 41)


@dataclass(frozen=True, slots=True)
class Read:
    """A crawl of all corners with so many reports on each."""

    count: int
    crawled: Crawled
    links: dict[str, set[tuple[str, str | None]]]
    documents: dict[str, int]


@pytest.fixture(scope="module", params=COUNTS)
def read(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Read]:
    world, count = World(tmp_path_factory.mktemp("corners")), int(request.param)
    for number, name in enumerate(sorted(CORNERS)):
        site = world.site()
        corner = CORNERS[name](site, reports(count))
        hosts = [site.host, *corner.hosts]
        world.watch(f"s{number}", site.url(corner.path), corner.family, corner.options, hosts=hosts)
    crawled = world.crawl(CONCURRENCY="64", TIMEOUT="30")
    names = {f"s{number}": name for number, name in enumerate(sorted(CORNERS))}
    links: dict[str, set[tuple[str, str | None]]] = {name: set() for name in CORNERS}
    for source, title, day in world.rows("SELECT source, title, published FROM links WHERE kind <> 'other'"):
        links[names[str(source)]].add((str(title), None if day is None else str(day)))
    rows = world.rows("SELECT source, count(DISTINCT link) FROM documents GROUP BY source")
    yield Read(count, crawled, links, {names[str(source)]: int(str(number)) for source, number in rows})
    world.close()


@pytest.mark.parametrize("name", sorted(CORNERS))
def test_a_corner_is_read_to_its_end_and_nothing_on_it_is_lost(name: str, read: Read) -> None:
    listed = reports(read.count)
    kinds = {
        source: kind
        for source, kind in read.crawled.kinds.items()
        if source == f"s{sorted(CORNERS).index(name)}"
    }
    assert kinds == {}, read.crawled.summary["blind"]
    assert {title for title, _ in read.links[name]} == {report.title for report in listed}
    assert {day for _, day in read.links[name]} <= {report.day for report in listed} | {None}
    assert read.documents[name] == read.count


def test_no_corner_is_a_fault_of_the_program(read: Read) -> None:
    assert read.crawled.summary["faults"] == []
    assert read.crawled.summary["visits"] == {"good": len(CORNERS)}


def test_every_family_has_a_corner() -> None:
    assert {name.partition(":")[0] for name in CORNERS} == families()
