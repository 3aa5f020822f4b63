"""How the crawler behaves towards a host, seen from the host."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from crawler.politeness import crawl_delay, retry_after
from tests.crawler.conftest import NOW
from tests.portal.server import listed, report_page, report_row

if TYPE_CHECKING:
    from tests.crawler.conftest import Crawled, World
    from tests.portal.server import Site

LATER_THAT_DAY, NEXT_DAY = "2026-02-03T02:30:00Z", "2026-02-04T02:00:00Z"


def pauses(site: Site) -> list[float]:
    return [later.at - earlier.at for earlier, later in pairwise(site.asked)]


def test_requests_to_a_host_keep_their_distance_also_between_families(world: World) -> None:
    site = world.site()
    site.put_list("/a/", [report_row(1), report_row(2)])
    site.put("/b/", listed([report_row(3)], '<script>createPageHTML(1, 0, "index", "html");</script>'))
    for path in ("/a/t1.html", "/a/t2.html", "/b/t3.html"):
        site.put(path, report_page())
    world.watch("plain", site.url("/a/"), min_interval=0.4)
    world.watch("trs", site.url("/b/"), "trs", min_interval=0.4)
    assert world.crawl().code == 0
    assert len(site.asked) >= 6
    assert min(pauses(site)) >= 0.4


def test_the_crawl_delay_of_robots_txt_is_kept(world: World) -> None:
    site = world.site()
    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 1\n")
    site.put_list("/nb/", [report_row(1)])
    world.watch("demo", site.url("/nb/"))
    world.crawl()
    assert min(pauses(site)) >= 1


@pytest.mark.parametrize(
    ("asked", "kept"),
    [(None, 0), (-3, 0), (1.5, 1.5), (60, 60), (120, 120), (121, None), (float("inf"), None)],
)
def test_a_crawl_delay_is_kept_as_it_is_or_the_host_is_not_visited(
    asked: float | None, kept: float | None
) -> None:
    assert crawl_delay(asked) == kept


def test_a_crawl_delay_that_is_too_long_makes_blind_and_says_why(world: World) -> None:
    site = world.site()
    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 600\n")
    site.put_list("/nb/", [report_row(1)])
    world.watch("demo", site.url("/nb/"))
    done = world.crawl()
    assert done.kinds == {"demo": "robots"}
    assert "600 s between two requests" in str(done.summary["blind"])
    assert site.paths() == ["/robots.txt"]


def test_the_crawler_says_who_it_is(world: World) -> None:
    site = world.site()
    world.watch("demo", site.url("/nb/"))
    world.crawl(CONTACT="mailto:desk@example.org")
    assert site.asked[-1].headers["User-Agent"] == "reportwatch/0.1 (mailto:desk@example.org)"


def test_a_short_retry_after_is_waited_for(world: World) -> None:
    site = world.site()
    site.put("/nb/", "slow down", 429, headers={"Retry-After": "2"})
    site.put("/nb/", listed([report_row(1)]), then=True)
    world.watch("demo", site.url("/nb/"))
    assert world.crawl().summary["visits"] == {"good": 1}
    times = [asked.at for asked in site.asked if asked.path == "/nb/"]
    assert times[1] - times[0] >= 2


def test_a_long_retry_after_ends_the_visit_and_is_remembered(world: World) -> None:
    site = world.site()
    site.put("/nb/", "slow down", 429, headers={"Retry-After": "7200"})
    world.watch("demo", site.url("/nb/"))
    assert world.crawl().kinds == {"demo": "refused"}
    before = len(site.asked)
    assert world.crawl(LATER_THAT_DAY).kinds == {"demo": "refused"}
    assert len(site.asked) == before


def test_a_host_that_keeps_failing_is_left_alone_by_the_next_run_and_tried_the_next_day(world: World) -> None:
    site = world.site()
    site.put("/nb/", "<html>no</html>", 500)
    for name in ("a", "b", "c"):
        world.watch(name, site.url(f"/nb/?{name}"))
        site.put(f"/nb/?{name}", "<html>no</html>", 500)
    world.crawl(NOW)
    before = len(site.asked)
    assert set(world.crawl(LATER_THAT_DAY).kinds.values()) == {"http_error"}
    assert len(site.asked) == before
    world.crawl(NEXT_DAY)
    assert len(site.asked) > before


def test_a_second_crawl_does_not_run_beside_the_first(world: World) -> None:
    site = world.site()
    second: list[Crawled] = []
    site.on_request = lambda path: second.append(world.crawl()) if path == "/nb/" and not second else None
    world.watch("demo", site.url("/nb/"))
    world.crawl(TIMEOUT="60")
    assert second[0].code == 75
    assert "another crawl is running" in second[0].log


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Tue, 03 Feb 2026 02:01:00 GMT", 60),
        ("Tue, 03 Feb 2026 01:00:00 GMT", 0),
        ("soon", None),
        ("", None),
        ("-1", None),
        ("1e99", None),
        ("1.5", None),
        ("²", None),
        ("60, 120", None),
        ("Tue, 99 Foo 2026", None),
        ("99999999999", 999999999),
        ("Tue, 03 Feb 2026 10:01:00 +0800", 60),
    ],
)
def test_retry_after_is_a_number_or_a_date(header: str, seconds: float | None) -> None:
    assert retry_after(header, datetime(2026, 2, 3, 2, 0, tzinfo=UTC)) == seconds


@pytest.mark.parametrize("header", ["99999999999", "Fri, 31 Dec 9999 23:59:59 GMT", "604800"])
def test_an_absurd_retry_after_costs_a_day_at_most(world: World, header: str) -> None:
    site = world.site()
    site.put("/nb/", "slow down", 503, headers={"Retry-After": header})
    site.put("/nb/", listed([report_row(1)]), then=True)
    world.watch("demo", site.url("/nb/"))
    assert world.crawl().kinds == {"demo": "http_error"}
    assert site.paths().count("/nb/") == 1
    assert world.crawl(NEXT_DAY).summary["visits"] == {"good": 1}


@pytest.mark.parametrize("header", ["-1", "1e99", "soon", "", "²", "Tue, 99 Foo 2026"])
def test_a_retry_after_that_says_nothing_is_our_own_pause(world: World, header: str) -> None:
    site = world.site()
    site.put("/nb/", "slow down", 429, headers={"Retry-After": header.encode().decode("latin-1")})
    site.put("/nb/", listed([report_row(1)]), then=True)
    world.watch("demo", site.url("/nb/"), min_interval=0.3)
    done = world.crawl()
    assert done.summary["visits"] == {"good": 1}
    assert min(pauses(site)) >= 0.3
    assert done.summary["faults"] == []


@pytest.mark.parametrize("status", [403, 412, 521])
def test_after_a_firewall_s_refusal_the_pause_is_longer_and_it_is_not_asked_again(
    world: World, status: int
) -> None:
    site = world.site()
    site.put("/a/", "no", status)
    site.put("/b/", listed([report_row(1)]))
    world.watch("a", site.url("/a/"), min_interval=0.2)
    world.watch("b", site.url("/b/"), min_interval=0.2)
    world.crawl()
    at = {asked.path: asked.at for asked in site.asked}
    assert at["/b/"] - at["/a/"] >= 0.8
    assert site.paths().count("/a/") == 1


def test_the_breaker_of_a_refusing_host_opens_after_three_and_lasts(world: World) -> None:
    site = world.site()
    for name in "abcde":
        site.put(f"/{name}/", "no", 403)
        world.watch(name, site.url(f"/{name}/"))
    assert set(world.crawl().kinds.values()) == {"refused"}
    assert sum(path != "/robots.txt" for path in site.paths()) == 3
    assert set(world.crawl(LATER_THAT_DAY).kinds.values()) == {"refused"}
    assert sum(path != "/robots.txt" for path in site.paths()) == 3


def test_hosts_of_one_platform_are_visited_one_after_the_other_and_others_are_not(world: World) -> None:
    sites = [world.site() for _ in range(4)]
    for number, site in enumerate(sites):
        site.put("/nb/", listed([report_row(1)]) if number % 2 else listed([report_row(1)], TRS_PAGER))
        family = "static" if number % 2 else "trs"
        world.watch(f"s{number}", site.url("/nb/"), family, platform="city", min_interval=0.3)
    apart = world.site()
    apart.put("/nb/", listed([report_row(1)]))
    world.watch("apart", apart.url("/nb/"))
    assert world.crawl().summary["visits"] == {"good": 5}
    shared = sorted(asked.at for site in sites for asked in site.asked)
    assert min(later - earlier for earlier, later in pairwise(shared)) >= 0.3
    assert apart.asked[-1].at < shared[-1]


TRS_PAGER = '<script>createPageHTML(1, 0, "index", "html");</script>'


def test_a_platform_has_one_breaker_and_it_lasts_between_runs(world: World) -> None:
    sites = [world.site() for _ in range(5)]
    for number, site in enumerate(sites):
        site.put("/nb/", "no", 403)
        world.watch(f"s{number}", site.url("/nb/"), platform="city", min_interval=0.3)
    sound = world.site()
    sound.put("/nb/", listed([report_row(1)]))
    world.watch("sound", sound.url("/nb/"))
    done = world.crawl()
    assert set(done.kinds) == {f"s{number}" for number in range(5)}
    asked = sum(site.paths().count("/nb/") for site in sites)
    assert asked == 3
    assert world.rows("SELECT host FROM hosts WHERE open_until IS NOT NULL") == [("platform city",)]
    world.crawl(LATER_THAT_DAY)
    assert sum(site.paths().count("/nb/") for site in sites) == asked
    assert "/nb/" in sound.paths()
