"""Columns that are gone: what real visits keep of them is enough to say where they probably went."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from reportwatch.cli import main
from reportwatch.moved import COLUMN, Guess, guesses, lost_sources
from store.archive import Archive
from store.database import open_readonly
from store.paths import StatePaths
from tests.crawler.conftest import World
from tests.portal.server import listed, report_row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.portal.server import Site

DAYS = ("2026-02-03T02:00:00Z", "2026-02-04T02:00:00Z", "2026-02-05T02:00:00Z")
MENU = "<ul><li><a href='/zwgk/'>政务公开</a></li><li><a href='/xxgk/nb/'>政府信息公开年报</a></li><li><a href='/t9.html'>财务年报</a></li></ul>"
FILLER = "<p>" + "示范市人民政府网站欢迎您。" * 60 + "</p>"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


def moved_site(world: World) -> Site:
    """A site whose list was read well once."""
    site = world.site()
    site.put("/nb/", listed([report_row(number) for number in range(3)]))
    world.watch("list", site.url("/nb/"))
    assert world.crawl(DAYS[0]).summary["visits"] == {"good": 1}
    return site


def later(world: World, visits: int = 2) -> None:
    for day in DAYS[1 : 1 + visits]:
        assert world.crawl(day).summary["visits"] == {"blind": 1}


def found(world: World) -> list[Guess]:
    paths = StatePaths(world.state)
    database = open_readonly(paths.database)
    return [guess for lost in lost_sources(database) for guess in guesses(database, Archive(paths.raw), lost)]


def test_a_column_that_redirects_is_where_it_leads(world: World) -> None:
    site = moved_site(world)
    site.put("/xxgk/nb/", listed([report_row(1)]))
    site.put("/nb/", "", 301, headers={"Location": "/xxgk/nb/"})
    later(world)
    assert [(guess.url, guess.why) for guess in found(world)] == [
        (site.url("/xxgk/nb/"), "its address leads there")
    ]


def test_a_redirect_to_a_host_that_is_not_watched_is_told_as_well(world: World) -> None:
    site, other = moved_site(world), world.site()
    site.put("/nb/", "", 301, headers={"Location": other.url("/nb/")})
    later(world)
    assert [guess.url for guess in found(world)] == [other.url("/nb/")]
    assert other.asked == []


def test_a_page_of_an_error_that_links_to_the_new_column_names_it(world: World) -> None:
    site = moved_site(world)
    site.put("/nb/", f"<html><head><title>404</title></head><body>页面不存在{MENU}</body></html>", 404)
    later(world)
    (guess,) = found(world)
    assert guess.url == site.url("/xxgk/nb/")
    assert "links to it as “政府信息公开年报”" in guess.why


def test_another_list_of_the_same_host_shows_the_way(world: World) -> None:
    site = moved_site(world)
    site.put("/other/", listed([report_row(number) for number in range(3)], MENU))
    world.watch("other", site.url("/other/"))
    site.put("/nb/", "<html>404</html>", 404)
    for day in DAYS[1:]:
        assert world.crawl(day).kinds == {"list": "http_error"}
    (guess,) = found(world)
    assert (guess.url, guess.why.partition(" (")[0]) == (site.url("/xxgk/nb/"), "a page of the same host")


def test_one_blind_visit_is_no_removal(world: World) -> None:
    site = moved_site(world)
    site.put("/nb/", "<html>404</html>", 404)
    later(world, visits=1)
    assert found(world) == []


@pytest.mark.parametrize(
    ("status", "body"), [(503, "<html>busy</html>"), (403, "<html>no</html>"), (412, "<html></html>")]
)
def test_a_site_that_refuses_or_fails_has_not_moved(status: int, body: str, world: World) -> None:
    site = moved_site(world)
    site.put("/nb/", body, status)
    later(world)
    assert found(world) == []


def test_a_hostile_page_leads_nowhere_but_to_web_addresses(world: World) -> None:
    site = moved_site(world)
    hostile = "".join(
        f"<a href='{href}'>政府信息公开年报</a>"
        for href in (
            "file:///etc/passwd",
            "javascript:alert(1)",
            "http://u:p@x.gov.cn/",
            "//[::1",
            "/a\u202eb/",
            "#",
        )
    )
    site.put("/nb/", f"<html><head><title>404</title></head><body>页面不存在{hostile}</body></html>", 404)
    later(world)
    assert [guess.url for guess in found(world)] == []


@pytest.mark.parametrize(
    "name", ["政府信息公开年报", "信息公开年度报告", "年度报告", "示范市政府信息公开工作年报", "» 年报"]
)
def test_a_column_is_known_by_its_name(name: str) -> None:
    assert COLUMN.fullmatch(name.replace(" ", ""))


def doctor(world: World, day: str) -> dict[str, dict[str, str]]:
    """What the doctor says on that day, by what it is about."""
    done = CliRunner().invoke(
        main,
        ["doctor", "--json", "--state", str(world.state), "--watchlist", str(world.root / "watchlist"), "--now", day],
        env={"REPORTWATCH_CONTACT": ""},
    )  # fmt: skip
    return {row["about"]: row for row in map(json.loads, done.stdout.splitlines())}


def test_the_doctor_says_where_it_is_and_how_to_look(world: World) -> None:
    site = moved_site(world)
    site.put("/nb/", "", 301, headers={"Location": "/xxgk/nb/"})
    site.put("/xxgk/nb/", listed([report_row(1)]))
    later(world)
    asked = len(site.asked)
    told = doctor(world, DAYS[2])
    assert "blind since 2026-02-04, 2 visits, redirected_away" in told["columns"]["says"]
    assert told["columns"]["fix"] == f"look at it: reportwatch add {site.url('/xxgk/nb/')} --replaces list"
    assert told["contact"]["level"] == "warning"
    assert len(site.asked) == asked


def test_the_doctor_names_a_family_that_came_for_what_nothing_read(world: World) -> None:
    site = world.site()
    site.put("/nb/", listed([], "<script>createPageHTML(3, 0, 'index', 'html');</script>"))
    world.watch("list", site.url("/nb/"))
    world.crawl(DAYS[0])
    world.blocks = [block.replace('family = "static"', 'family = "unsupported"') for block in world.blocks]
    world.environment(DAYS[1])
    told = doctor(world, DAYS[1])
    assert "shows a sign of trs" in told.get("families", {}).get("says", ""), told


def test_the_doctor_misses_the_browser_that_a_source_needs(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.watch("list", "http://www.shifan.gov.cn/nb/", render=True)
    world.environment(DAYS[0])
    monkeypatch.setenv("PATH", str(world.root))
    done = CliRunner().invoke(
        main, ["doctor", "--json", "--state", str(world.state), "--watchlist", str(world.root / "watchlist")]
    )
    told = {row["about"]: row for row in map(json.loads, done.stdout.splitlines())}
    assert "there is no browser for them" in told["browser"]["says"]
