"""Whole visits: the real crawler in a child process, against a real site."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from tests.crawler.conftest import NOW, site_with
from tests.portal.server import listed, report_page, report_row

if TYPE_CHECKING:
    import subprocess

    from tests.crawler.conftest import World

TOMORROW, NEXT_WEEK, SAME_DAY = "2026-02-04T02:00:00Z", "2026-02-10T02:00:00Z", "2026-02-03T09:00:00Z"


def trs_page(pages: int, number: int, rows: list[str]) -> str:
    return listed(rows, f'<script>createPageHTML({pages}, {number}, "index", "html");</script>')


def outcomes(world: World) -> list[tuple[object, ...]]:
    return world.rows("SELECT outcome, blind_kind FROM crawls ORDER BY id")


def test_a_plain_list_is_read_and_its_reports_are_kept(world: World) -> None:
    site = site_with(world, 1, 2)
    world.watch("demo", site.url("/nb/"))
    done = world.crawl()
    assert done.code == 0, done.log
    assert done.summary["visits"] == {"good": 1}
    assert done.summary["new_documents"] == 2
    assert world.rows("SELECT outcome, pages, entries FROM crawls") == [("good", 1, 2)]
    assert world.rows("SELECT media_type, published FROM documents") == [("text/html", "2026-01-20")] * 2
    assert world.rows("SELECT count(*) FROM captures WHERE kind = 'list'") == [(1,)]


def test_a_trs_column_is_read_to_the_page_that_its_count_names(world: World) -> None:
    site = world.site()
    site.put("/nb/", trs_page(3, 0, [report_row(1)]))
    site.put("/nb/index_1.html", trs_page(3, 1, [report_row(2)]))
    site.put("/nb/index_2.html", trs_page(3, 2, [report_row(3)]))
    site.put("/nb/index_3.html", "<html></html>")
    world.watch("demo", site.url("/nb/"), "trs")
    world.crawl()
    assert world.rows("SELECT outcome, pages, entries FROM crawls") == [("good", 3, 3)]
    assert "/nb/index_3.html" not in site.paths()


def test_a_missing_second_page_makes_the_visit_blind_and_keeps_what_was_seen(world: World) -> None:
    site = world.site()
    site.put("/nb/", trs_page(2, 0, [report_row(1)]))
    world.watch("demo", site.url("/nb/"), "trs")
    done = world.crawl()
    assert done.code == 10
    assert done.kinds == {"demo": "http_error"}
    assert world.rows("SELECT count(*) FROM links") == [(1,)]


def test_a_page_that_repeats_the_first_is_no_second_page(world: World) -> None:
    site = world.site()
    for path in ("/nb/", "/nb/index_1.html"):
        site.put(path, trs_page(2, 0 if path == "/nb/" else 1, [report_row(1)]))
    world.watch("demo", site.url("/nb/"), "trs")
    assert world.crawl().kinds == {"demo": "truncated"}


def test_a_plain_list_is_followed_by_its_next_link(world: World) -> None:
    site = world.site()
    site.put_list("/nb/", [report_row(1)], '<a href="list_2.html">下一页</a> 共2条')
    site.put_list("/nb/list_2.html", [report_row(2)], '<a href="./">上一页</a> 共2条')
    world.watch("demo", site.url("/nb/"))
    world.crawl()
    assert world.rows("SELECT outcome, pages, entries FROM crawls") == [("good", 2, 2)]


def test_a_list_that_declares_more_than_it_shows_is_truncated_but_its_reports_are_kept(world: World) -> None:
    site = site_with(world, 1)
    site.put_list("/nb/", [report_row(1)], "共20条")
    world.watch("demo", site.url("/nb/"))
    done = world.crawl()
    assert done.kinds == {"demo": "truncated"}
    assert done.summary["new_documents"] == 1


def test_folders_of_years_are_read_by_themselves_and_others_where_the_watchlist_says_so(world: World) -> None:
    site = world.site()
    site.put(
        "/nb/", listed([], '<a href="2024n/">2024年</a><a href="2025n/">2025年度</a><a href="/x/">首页</a>')
    )
    site.put("/old/", listed([], '<a href="/nb/2024n/">旧年报告</a><a href="/nb/2025n/">新年报告</a>'))
    site.put_list("/nb/2024n/", [report_row(1, 2024)])
    site.put_list("/nb/2025n/", [report_row(2)])
    world.watch("alone", site.url("/nb/"))
    world.watch("with", site.url("/old/"), options='children = "^.年报告$"')
    world.watch("without", site.url("/old/"))
    world.crawl()
    found = world.rows("SELECT source, outcome, entries FROM crawls ORDER BY source")
    assert found == [("alone", "good", 2), ("with", "good", 2), ("without", "blind", 0)]


def test_a_list_that_lost_half_of_its_entries_was_not_read_well(world: World) -> None:
    site = site_with(world, 1, 2, 3, 4, 5)
    world.watch("demo", site.url("/nb/"))
    world.crawl()
    site.put_list("/nb/", [report_row(1), report_row(2)])
    assert world.crawl(TOMORROW).kinds == {"demo": "count_collapsed"}


def test_unchanged_is_not_good_and_the_next_day_is_asked_in_full(world: World) -> None:
    site = site_with(world, 1)
    site.put("/nb/", listed([report_row(1)]), headers={"ETag": '"v1"'})
    world.watch("demo", site.url("/nb/"))
    for now in (NOW, SAME_DAY, TOMORROW):
        world.crawl(now)
    assert outcomes(world) == [("good", None), ("unchanged", None), ("good", None)]
    asked = [asked.headers.get("If-None-Match") for asked in site.asked if asked.path == "/nb/"]
    assert asked == [None, '"v1"', None]


def test_a_304_that_nobody_asked_for_is_blindness(world: World) -> None:
    site = world.site()
    site.put("/nb/", b"", 304)
    world.watch("demo", site.url("/nb/"))
    assert world.crawl().kinds == {"demo": "not_modified"}


def test_known_reports_are_read_again_after_a_week_and_only_if_changed(world: World) -> None:
    site = site_with(world, 1)
    site.put("/nb/t1.html", report_page(), headers={"ETag": '"r1"'})
    world.watch("demo", site.url("/nb/"))
    for now in (NOW, TOMORROW, NEXT_WEEK):
        world.crawl(now)
    assert [asked.headers.get("If-None-Match") for asked in site.asked if asked.path == "/nb/t1.html"] == [
        None,
        '"r1"',
    ]
    assert world.rows("SELECT kind FROM captures WHERE url LIKE '%t1.html' ORDER BY id") == [
        ("document",),
        ("unchanged",),
    ]


def test_an_edited_report_is_a_second_document(world: World) -> None:
    site = site_with(world, 1)
    world.watch("demo", site.url("/nb/"))
    world.crawl()
    site.put("/nb/t1.html", report_page(more="更正：数字有误。"))
    assert world.crawl(NEXT_WEEK).summary["new_documents"] == 1
    assert world.rows("SELECT count(*) FROM documents") == [(2,)]


def test_a_report_that_left_its_list_is_looked_for_at_its_own_address(world: World) -> None:
    site = site_with(world, 1, 2, 3)
    world.watch("demo", site.url("/nb/"))
    world.crawl()
    site.put_list("/nb/", [report_row(1), report_row(2)])
    site.put("/nb/t3.html", "<html>404</html>", 404)
    world.crawl(TOMORROW)
    assert world.rows("SELECT kind, status FROM captures WHERE url LIKE '%t3.html' ORDER BY id") == [
        ("document", 200), ("gone", 404),
    ]  # fmt: skip


def test_a_captcha_in_place_of_a_report_is_no_new_version_of_it(world: World) -> None:
    site = site_with(world, 1)
    world.watch("demo", site.url("/nb/"))
    world.crawl()
    site.put("/nb/t1.html", "<html><title>安全验证</title><body>请输入验证码</body></html>")
    world.crawl(NEXT_WEEK)
    assert world.rows("SELECT count(*) FROM documents") == [(1,)]
    assert world.rows("SELECT kind FROM captures ORDER BY id DESC LIMIT 1") == [("failed",)]


def test_half_of_a_report_is_no_new_version_of_it(world: World) -> None:
    site = site_with(world, 1)
    world.watch("demo", site.url("/nb/"))
    world.crawl()
    site.put("/nb/t1.html", report_page()[:-60])
    world.crawl(NEXT_WEEK)
    assert world.rows("SELECT count(*) FROM documents") == [(1,)]


def test_a_shell_is_followed_to_the_list_below_it(world: World) -> None:
    site = site_with(world, 1, path="/nb/list/")
    site.put("/nb/", "<html><script>window.location.replace('list/')</script></html>")
    world.watch("demo", site.url("/nb/"))
    world.crawl()
    assert outcomes(world) == [("good", None)]


def test_a_shell_to_the_folder_of_one_year_is_the_list_only_with_a_way_to_the_others(world: World) -> None:
    site = world.site()
    site.put_list("/nb/2025/", [report_row(1)])
    site.put_list("/xx/2025/", [report_row(1)], '<a href="/xx/2024/">2024年</a>')
    site.put_list("/xx/2024/", [report_row(2, 2024)])
    for name in ("nb", "xx"):
        site.put(f"/{name}/", "<html><script>window.location.replace('2025/')</script></html>")
        world.watch(name, site.url(f"/{name}/"))
    world.watch("said", site.url("/nb/"), options='moves_to = "/nb/"')
    world.crawl()
    found = {str(source): kind for source, kind in world.rows("SELECT source, blind_kind FROM crawls")}
    assert found == {"nb": "redirected_away", "xx": None, "said": None}


def test_a_shell_to_the_home_page_is_a_column_that_has_gone(world: World) -> None:
    site = site_with(world, 1, path="/")
    site.put("/nb/", '<html><meta http-equiv="refresh" content="0; url=/"></html>')
    world.watch("demo", site.url("/nb/"))
    assert world.crawl().kinds == {"demo": "redirected_away"}


def test_a_gbk_list_that_says_utf_8_is_read(world: World) -> None:
    site = world.site()
    site.put("/nb/", listed([report_row(1)]).encode("gb18030"))
    world.watch("demo", site.url("/nb/"))
    world.crawl()
    assert world.rows("SELECT title FROM links") == [("示范市第1局2025年政府信息公开工作年度报告",)]


def test_attachments_are_kept_beside_their_page_whatever_they_call_themselves(world: World) -> None:
    site = site_with(world, 1)
    files = (
        '<a href="P1.pdf">附件1：报告.pdf</a><a href="/download.jsp?wbfileid=7" title="附件2">下载</a>'
        '<iframe src="/viewer.html?file=%2Fnb%2FP3.pdf"></iframe><a href="http://203.0.113.9/x.pdf">外站</a>'
    )
    site.put("/nb/t1.html", report_page(more=files))
    site.put("/nb/P1.pdf", "<html><body>附件正在上传</body></html>", media_type="application/pdf")
    name = 'attachment; filename="../../年报.doc"'.encode("gb18030").decode("latin-1")
    site.put(
        "/download.jsp?wbfileid=7",
        b"%PDF-1.4 x %%EOF",
        media_type="text/html",
        headers={"Content-Disposition": name},
    )
    site.put("/nb/P3.pdf", b"%PDF-1.7 y %%EOF", media_type="application/octet-stream")
    world.watch("demo", site.url("/nb/"))
    world.crawl()
    kept = world.rows(
        "SELECT replace(url, 'http://', ''), media_type, title, parent FROM documents ORDER BY id"
    )
    assert [(str(url).partition("/")[2], media, title) for url, media, title, _ in kept[1:]] == [
        ("nb/P1.pdf", "text/html", "附件1：报告.pdf"),
        ("download.jsp?wbfileid=7", "application/pdf", "附件2"),
        ("nb/P3.pdf", "application/pdf", None),
    ]
    assert {parent for *_, parent in kept[1:]} == {1}
    assert world.rows("SELECT note FROM captures WHERE kind = 'failed'")[0][0].startswith("redirected_away")  # type: ignore[attr-defined]  # text


def test_a_killed_crawl_is_an_interrupted_visit_to_the_next(world: World) -> None:
    site = site_with(world, 1)
    world.watch("demo", site.url("/nb/"))
    children: list[subprocess.Popen[bytes]] = []
    site.on_request = lambda path: os.killpg(children[0].pid, signal.SIGKILL) if path == "/nb/" else None
    children.append(world.start())
    children[0].communicate(timeout=60)
    assert outcomes(world) == [("running", None)]
    site.on_request = lambda _: None
    world.crawl(SAME_DAY)
    assert outcomes(world) == [("blind", "interrupted"), ("good", None)]


def test_a_crawl_that_is_told_to_stop_ends_soon_and_says_that_it_was_interrupted(world: World) -> None:
    site = site_with(world, 1)
    site.put("/nb/", "<html>", drip=1)
    world.watch("demo", site.url("/nb/"))
    children: list[subprocess.Popen[bytes]] = []
    site.on_request = lambda path: os.kill(children[0].pid, signal.SIGTERM) if path == "/nb/" else None
    children.append(world.start(TIMEOUT="60"))
    children[0].communicate(timeout=30)
    assert children[0].returncode != 0
    assert outcomes(world) == [("blind", "interrupted")]


def test_a_full_disk_stops_the_crawl_with_its_exit_code_and_harms_nothing(world: World) -> None:
    site = site_with(world, 1)
    world.watch("demo", site.url("/nb/"))
    program = "import resource, runpy; {}; runpy.run_module('crawler', run_name='__main__')"
    limit = "resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))"
    site.put("/nb/", listed([report_row(1)], f"<!-- {'x' * 700_000} -->"))
    done = world.crawl(program=("-c", program.format(limit)))
    assert done.code == 74, done.log
    assert "free some space" in done.log
    assert world.crawl(TOMORROW).summary["visits"] == {"good": 1}


def test_an_unsupported_source_is_not_visited_and_is_said_to_be_so(world: World) -> None:
    world.watch("later", "http://127.0.1.1/nb/", "unsupported")
    done = world.crawl()
    assert done.code == 0
    assert done.summary["unsupported"] == ["later"]
    assert outcomes(world) == []


def test_only_the_named_sources_are_visited(world: World) -> None:
    site = site_with(world, 1)
    world.watch("one", site.url("/nb/"))
    world.watch("two", site.url("/nb/?"))
    world.crawl(SOURCES="two")
    assert world.rows("SELECT source FROM crawls") == [("two",)]


def test_a_mistake_in_the_options_stops_the_crawl_and_names_it(world: World) -> None:
    world.watch("demo", "http://127.0.1.1/nb/", options='contianer = ".list"')
    done = world.crawl()
    assert done.code == 78
    assert "demo: unknown option 'contianer'" in done.log


def test_scrapy_itself_lists_and_crawls_the_families(world: World) -> None:
    site = site_with(world, 1)
    world.watch("demo", site.url("/nb/"))
    assert world.crawl(program=("-m", "scrapy", "crawl", "static")).code == 0
    assert outcomes(world) == [("good", None)]


def test_a_list_that_is_unchanged_writes_its_visit_and_nothing_else(world: World) -> None:
    site = site_with(world, 1, 2)
    site.put("/nb/", listed([report_row(1), report_row(2)]), headers={"ETag": '"1"'})
    world.watch("demo", site.url("/nb/"))
    world.crawl()
    before, asked = contents(world), len(site.asked)
    assert world.crawl("2026-02-03T12:00:00Z").summary["visits"] == {"unchanged": 1}
    after = contents(world)
    assert {table for table in after if after[table] != before[table]} == {"crawls"}
    assert site.paths()[asked:] == ["/robots.txt", "/nb/"]


def contents(world: World) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    names = [str(name) for (name,) in world.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: world.rows(f"SELECT * FROM [{name}]") for name in names}  # noqa: S608 - names of our own tables
