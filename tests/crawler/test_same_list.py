"""Whether what is read is the right list, and still the same one; and what hangs on reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.crawler.conftest import NOW, site_with
from tests.portal.server import listed, report_page, report_row

if TYPE_CHECKING:
    from tests.crawler.conftest import World

TOMORROW, NEXT_WEEK = "2026-02-04T02:00:00Z", "2026-02-10T02:00:00Z"


def test_reports_that_are_listed_by_their_year_alone_are_looked_at(world: World) -> None:
    site = world.site()
    site.put("/nb/", listed(["t1.html|2025年|2026-01-20", "t2.html|2024年度|2025-01-20"]))
    site.put("/nb/t1.html", report_page())
    world.watch("demo", site.url("/nb/"))
    assert world.crawl().summary["new_documents"] == 1
    assert world.rows("SELECT DISTINCT kind FROM links") == [("maybe",)]


def test_a_list_without_any_report_is_not_the_right_list(world: World) -> None:
    site = world.site()
    site.put("/nb/", listed(["t1.html|市政府召开常务会议|2026-01-20", "t2.html|全市春运工作部署|2026-01-21"]))
    world.watch("demo", site.url("/nb/"))
    assert world.crawl().kinds == {"demo": "structure_changed"}


def test_another_list_at_the_same_address_is_not_the_same_list(world: World) -> None:
    site = site_with(world, 1, 2, 3)
    world.watch("demo", site.url("/nb/"))
    world.crawl()
    site.put_list("/nb/", [report_row(number) for number in (11, 12, 13)])
    assert world.crawl(TOMORROW).kinds == {"demo": "structure_changed"}


def test_a_list_that_lost_most_of_one_year_is_not_the_same_list(world: World) -> None:
    site = world.site()
    rows = [report_row(year + number, year) for year in (2025, 2024, 2023) for number in range(0, 9, 3)]
    site.put_list("/nb/", rows)
    world.watch("demo", site.url("/nb/"))
    world.crawl()
    site.put_list("/nb/", [*rows[:4], *rows[6:]])
    done = world.crawl(TOMORROW)
    assert done.kinds == {"demo": "structure_changed"}
    assert "of the 3 reports for 2024" in done.log


def test_a_list_whose_addresses_changed_but_not_its_titles_is_the_same_list(world: World) -> None:
    site = site_with(world, 1, 2, 3)
    world.watch("demo", site.url("/nb/"))
    world.crawl()
    site.put_list("/nb/", [report_row(number).replace("t", "new-t", 1) for number in (1, 2, 3)])
    assert world.crawl(TOMORROW).summary["visits"] == {"good": 1}


def test_pages_that_are_always_refused_do_not_hold_up_the_others_for_ever(world: World) -> None:
    site = site_with(world, 1, 2, 3, 4)
    for number in (1, 2):
        site.put(f"/nb/t{number}.html", "<html>Forbidden</html>", 403)
    world.watch("demo", site.url("/nb/"))
    for now in (NOW, TOMORROW):
        world.crawl(now)
    assert world.rows("SELECT count(*) FROM documents") == [(2,)]


def test_a_report_behind_a_shell_is_kept_and_asked_for_in_full_each_time(world: World) -> None:
    site = site_with(world, 1)
    site.put(
        "/nb/t1.html",
        "<html><script>location.href='/real/1.html'</script></html>",
        headers={"ETag": '"shell"'},
    )
    site.put("/real/1.html", report_page())
    world.watch("demo", site.url("/nb/"))
    world.crawl()
    site.put("/real/1.html", report_page(more="更正"))
    assert world.crawl(NEXT_WEEK).summary["new_documents"] == 1
    assert world.rows(
        "SELECT DISTINCT replace(url, rtrim(url, replace(url, '/', '')), '') FROM documents"
    ) == [("t1.html",)]


def test_a_file_on_two_lists_is_kept_for_both(world: World) -> None:
    site = site_with(world, 1)
    site.put("/nb/t1.html", report_page(more='<a href="a.pdf">a</a>'), headers={"ETag": '"p"'})
    site.put("/nb/a.pdf", b"%PDF-1.4 %%EOF", media_type="application/pdf", headers={"ETag": '"f"'})
    site.put_list("/b/", ["/nb/t1.html|示范市第1局2025年政府信息公开工作年度报告|2026-01-20"])
    world.watch("one", site.url("/nb/"))
    world.watch("two", site.url("/b/"))
    world.crawl()
    assert world.rows("SELECT source, count(*) FROM documents GROUP BY source ORDER BY source") == [
        ("one", 2),
        ("two", 2),
    ]


def test_an_endless_list_ends_with_its_time(world: World) -> None:
    site = site_with(world, 1)
    for number in range(1, 60):
        site.put_list(f"/nb/{number}.html", [report_row(number)], f'<a href="{number + 1}.html">下一页</a>')
    world.watch("demo", site.url("/nb/1.html"), min_interval=0.2)
    assert world.crawl(VISIT_LIMIT="2").kinds == {"demo": "timeout"}


def test_a_list_with_more_pages_than_allowed_is_truncated(world: World) -> None:
    site = world.site()
    for number in range(1, 6):
        site.put_list(f"/nb/{number}.html", [report_row(number)], f'<a href="{number + 1}.html">下一页</a>')
    world.watch("demo", site.url("/nb/1.html"), options="max_pages = 3")
    assert world.crawl().kinds == {"demo": "truncated"}


def test_another_list_stays_another_list_until_a_person_says_otherwise(world: World) -> None:
    site = site_with(world, 1, 2, 3)
    world.watch("demo", site.url("/nb/"))
    world.crawl()
    site.put_list("/nb/", [report_row(number) for number in (11, 12, 13)])
    for now in (TOMORROW, NEXT_WEEK):
        assert world.crawl(now).kinds == {"demo": "structure_changed"}
    world.blocks.clear()
    world.watch("demo", site.url("/nb/"), options='same_list_since = "2026-02-11"')
    assert world.crawl("2026-02-11T02:00:00Z").summary["visits"] == {"good": 1}


def test_a_stale_copy_a_filled_frame_and_a_filled_list_are_no_good_visits(world: World) -> None:
    site = world.site()
    rows = [report_row(1)]
    site.put("/a/", listed(rows), headers={"Age": "90000"})
    site.put_list("/b/", rows, '<iframe src="/lists/b.html"></iframe>')
    filled = '<div id="list"></div><script>$.get("/api",function(d){$("#list").html(d)})</script>'
    site.put("/lists/b.html", listed([], filled))
    site.put_list(
        "/c/", rows, '<div id="list"></div><script>$.get("/api",function(d){$("#list").html(d)})</script>'
    )
    site.put("/d/", listed(["t1.html|示范市2024年度报告会召开|2025-12-20", "t2.html|新闻|2025-12-20"]))
    for name in "abcd":
        world.watch(name, site.url(f"/{name}/"))
    assert world.crawl().kinds == {
        "a": "not_modified", "b": "js_shell", "c": "js_shell", "d": "structure_changed"
    }  # fmt: skip


def test_how_old_a_caches_copy_was_is_kept_with_the_visit(world: World) -> None:
    site = world.site()
    site.put("/a/", listed([report_row(1)]), headers={"Age": "7200"})
    site.put("/b/", listed([report_row(2)]), headers={"Age": "soon", "Date": "no date", "X-Cache": "HIT"})
    for name in "ab":
        world.watch(name, site.url(f"/{name}/"))
    assert world.crawl().summary["visits"] == {"good": 2}
    assert world.rows("SELECT source, copy_age FROM crawls ORDER BY source") == [("a", 7200), ("b", 0)]
