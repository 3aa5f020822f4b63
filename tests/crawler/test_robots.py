"""A robots.txt of any size and encoding is kept to."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from tests.crawler.conftest import site_with

if TYPE_CHECKING:
    from tests.crawler.conftest import World

FORBIDS = "User-agent: *\nDisallow: /\n"
PADDING = "# nothing\n" * 2_000_000


@pytest.mark.parametrize(
    "body",
    [FORBIDS.encode("utf-16"), ("\ufeff" + FORBIDS).encode("utf-16-be"), (FORBIDS + PADDING).encode()],
    ids=("UTF-16", "UTF-16, big end first", "twenty megabytes"),
)
def test_what_a_robots_txt_forbids_is_forbidden(world: World, body: bytes) -> None:
    site = site_with(world, 1)
    site.put("/robots.txt", body, media_type="text/plain")
    world.watch("demo", site.url("/nb/"))
    assert world.crawl().kinds == {"demo": "robots"}
    assert set(site.paths()) == {"/robots.txt"}


def test_of_a_long_robots_txt_the_beginning_is_its_rules(world: World) -> None:
    site = site_with(world, 1)
    site.put("/robots.txt", "User-agent: *\nAllow: /\n" + PADDING + FORBIDS, media_type="text/plain")
    world.watch("demo", site.url("/nb/"))
    assert world.crawl().summary["visits"] == {"good": 1}


def test_a_robots_txt_that_unpacks_to_many_megabytes_is_kept_to(world: World) -> None:
    site = site_with(world, 1)
    packed = gzip.compress((FORBIDS + PADDING).encode())
    site.put("/robots.txt", packed, media_type="text/plain", headers={"Content-Encoding": "gzip"})
    world.watch("demo", site.url("/nb/"))
    assert world.crawl().kinds == {"demo": "robots"}
