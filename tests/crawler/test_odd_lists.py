"""Lists that are printed oddly: they are read whole, or the visit is blind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.portal.server import report_row

if TYPE_CHECKING:
    from tests.crawler.conftest import World
    from tests.portal.server import Site

NEXT = '<div><a href="{}">下一页</a></div>'


def pages(site: Site, path: str, *rows: list[str], extra: str = "") -> None:
    """A list of so many pages, with a next link on all but the last."""
    for number, page in enumerate(rows):
        onward = NEXT.format(f"{number + 1}.html") if number + 1 < len(rows) else '<a href="./">上一页</a>'
        site.put_list(path if number == 0 else f"{path}{number}.html", page, onward + extra)


def rows(*numbers: int) -> list[str]:
    return [report_row(number) for number in numbers]


def test_rows_that_stand_on_every_page_and_rows_that_shift_while_it_is_read_are_counted_once(
    world: World,
) -> None:
    site = world.site()
    pages(site, "/pinned/", rows(9, 1, 2), rows(9, 3, 4), rows(9, 5), extra="<p>共6条</p>")
    pages(site, "/shifted/", rows(1, 2, 3), rows(3, 4, 5))
    for name in ("pinned", "shifted"):
        world.watch(name, site.url(f"/{name}/"))
    world.crawl()
    found = world.rows("SELECT source, outcome, entries FROM crawls ORDER BY source")
    assert found == [("pinned", "good", 6), ("shifted", "good", 5)]


def test_a_page_without_rows_in_the_middle_and_a_total_that_is_not_reached_are_blind(world: World) -> None:
    site = world.site()
    pages(site, "/hole/", rows(1, 2), [], rows(3))
    pages(site, "/hidden/", rows(1, 2), rows(3), extra="<p>共5条</p>")
    world.watch("hole", site.url("/hole/"))
    world.watch("hidden", site.url("/hidden/"))
    world.watch("settled", site.url("/hidden/"), options="ignore_total = true")
    done = world.crawl()
    assert done.kinds == {"hole": "structure_changed", "hidden": "truncated"}
    assert done.summary["visits"] == {"good": 1, "blind": 2}


def test_noise_on_a_page_is_no_change_of_its_list(world: World) -> None:
    site = world.site()
    site.put_list(
        "/nb/", rows(1, 2), "<p>浏览次数：17 现在是 09:30:01</p><input type='hidden' value='token1'>"
    )
    world.watch("demo", site.url("/nb/"))
    world.crawl()
    before = world.rows("SELECT url, title, published, kind, first_seen, retitled_at FROM links")
    site.put_list(
        "/nb/", rows(1, 2), "<p>浏览次数：18 现在是 10:30:02</p><input type='hidden' value='token2'>"
    )
    world.crawl("2026-02-05T02:00:00Z")
    assert world.rows("SELECT outcome, entries FROM crawls") == [("good", 2), ("good", 2)]
    assert world.rows("SELECT url, title, published, kind, first_seen, retitled_at FROM links") == before
