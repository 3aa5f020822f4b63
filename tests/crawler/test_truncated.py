"""Files that come without their end are asked for again, in full, and only then told to be unreadable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from parsers import is_cut_off
from reportwatch.portal.story import REAL_PDF
from tests.crawler.conftest import NOW
from tests.portal.server import listed, report_page, report_row

if TYPE_CHECKING:
    from tests.crawler.conftest import World
    from tests.portal.server import Site

DAYS = (NOW, "2026-02-04T02:00:00Z", "2026-02-05T02:00:00Z", "2026-02-06T02:00:00Z")
WHOLE = REAL_PDF.read_bytes()
SHARES = (0.1, 0.5, 0.99)


def cut(share: float) -> bytes:
    return WHOLE[: int(len(WHOLE) * share)]


def with_file(world: World, body: bytes) -> Site:
    """A list with one report whose page leads to a file."""
    site = world.site()
    site.put("/nb/", listed([report_row(1)]))
    site.put("/nb/t1.html", report_page(more='<a href="/f/report.pdf">附件</a>'), headers={"ETag": '"page"'})
    put(site, body)
    world.watch("demo", site.url("/nb/"))
    return site


def put(site: Site, body: bytes) -> None:
    site.put("/f/report.pdf", body, media_type="application/pdf", headers={"ETag": '"file"'})


def files(world: World) -> list[tuple[object, ...]]:
    return world.rows("SELECT bytes FROM documents WHERE url LIKE '%.pdf' ORDER BY id")


def asked(site: Site) -> list[str | None]:
    return [one.headers.get("If-None-Match") for one in site.asked if one.path == "/f/report.pdf"]


@pytest.mark.parametrize("share", SHARES)
def test_a_cut_file_is_not_kept_and_the_next_visit_has_it_in_full(world: World, share: float) -> None:
    site = with_file(world, cut(share))
    first = world.crawl(DAYS[0])
    assert files(world) == []
    assert first.summary["failed_documents"] == 1
    put(site, WHOLE)
    world.crawl(DAYS[1])
    assert files(world) == [(len(WHOLE),)]
    assert asked(site) == [None, None]


@pytest.mark.parametrize("share", SHARES)
def test_a_file_cut_against_its_promised_length_is_asked_for_again(world: World, share: float) -> None:
    site = with_file(world, b"")
    site.put("/f/report.pdf", cut(share), media_type="application/pdf", promised=len(WHOLE))
    world.crawl(DAYS[0])
    assert files(world) == []
    put(site, WHOLE)
    world.crawl(DAYS[1])
    assert files(world) == [(len(WHOLE),)]


def test_a_whole_file_is_left_alone_until_it_is_due(world: World) -> None:
    site = with_file(world, WHOLE)
    for day in DAYS[:2]:
        world.crawl(day)
    assert len(asked(site)) == 1


def test_a_file_that_stays_cut_is_kept_at_the_third_visit_and_not_asked_for_daily_after(world: World) -> None:
    site = with_file(world, cut(0.5))
    seen = []
    for day in DAYS:
        world.crawl(day)
        seen.append(len(files(world)))
    assert seen == [0, 0, 1, 1]
    assert asked(site) == [None, None, None]
    assert world.rows("SELECT count(*) FROM captures WHERE note LIKE 'truncated:%'") == [(2,)]


def test_a_cut_new_version_does_not_take_the_place_of_the_whole_one(world: World) -> None:
    site = world.site()
    site.put("/nb/", listed([report_row(1)]))
    site.put("/nb/t1.html", WHOLE, media_type="application/pdf")
    world.watch("demo", site.url("/nb/"))
    world.crawl(DAYS[0])
    site.put("/nb/t1.html", cut(0.9), media_type="application/pdf")
    world.crawl("2026-02-10T02:00:00Z")
    assert world.rows("SELECT bytes FROM documents") == [(len(WHOLE),)]
    site.put("/nb/t1.html", WHOLE + b"\n", media_type="application/pdf")
    world.crawl("2026-02-11T02:00:00Z")
    assert world.rows("SELECT bytes FROM documents ORDER BY id") == [(len(WHOLE),), (len(WHOLE) + 1,)]


def test_what_has_its_end_is_not_cut_off() -> None:
    jpeg = b"\xff\xd8\xff\xe0" + bytes(200) + b"\xff\xd9"
    assert not any(map(is_cut_off, (WHOLE, jpeg, b"", b"<html>", "年报".encode())))
    assert all(map(is_cut_off, (jpeg[:100], b"PK\x03\x04" + bytes(100), b"\x89PNG\r\n\x1a\n" + bytes(100))))
