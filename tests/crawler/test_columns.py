"""TRS, sitesources, channels and UCAP where they misbehave: blind with a name, and never good with fewer reports."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.portal.corner import Corner, built, reports
from tests.portal.corners import channels, sitesources, trs, trs_search, ucap
from tests.portal.server import Asked, Reply, Site

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.crawler.conftest import World
    from tests.portal.corner import Listed

    Break = Callable[[Site], object]

CORNERS = built()
COUNT = 41
PAGE_NUMBER = re.compile(r"\bpage=\d+")
CAPTCHA = "<html><head><title>安全验证</title></head><body>请输入验证码后继续访问</body></html>"
PAGE = f"<html><head><title>示范市人民政府</title></head><body><p>{'欢迎访问' * 200}</p></body></html>"
DEEP = "[" * 100_000
JSON = "application/json"
HOSTILE = json.dumps(
    {
        "data": {
            "results": [None, 7, {"url": ["x"], "title": {"a": 1}}, {"url": "http://[", "title": "\ud800"}],
            "total": -1,
        },
        "count": "9" * 5000,
        "pageCount": 1e308,
    }
)
MIXED = json.dumps(
    {"data": [None, {"chnldocurl": 5, "doctitle": None}, {"chnldocurl": "\ud800\x00", "doctitle": "\ud800", "docreltime": 10**30}],
     "count": [20]}
)  # fmt: skip


def answers(path: str, body: str, status: int = 200, media_type: str = JSON) -> Break:
    """An interface that answers whatever it is asked with the same."""
    reply = Reply(body.encode("utf-8", "surrogatepass"), status, {"Content-Type": media_type})
    return lambda site: site.serve(path, lambda _: reply)


def same(path: str, other: str) -> Break:
    """A page that shows what another one shows."""
    return lambda site: site.replies.update({path: site.replies[other]})


def gone(path: str, status: int = 404) -> Break:
    return lambda site: site.put(path, "<html>404 Not Found</html>", status)


def changed(path: str, *swaps: tuple[str, str]) -> Break:
    """A page in which something else stands."""

    def change(site: Site) -> None:
        text = site.replies[path][0].body.decode()
        for old, new in swaps:
            assert old in text
            text = text.replace(old, new)
        site.put(path, text)

    return change


def one_page(path: str) -> Break:
    """An interface that knows no pages: it always answers with the first."""

    def repeat(site: Site) -> None:
        search = site.interfaces[path]

        def first(asked: Asked) -> Reply:
            return search(
                replace(
                    asked,
                    path=PAGE_NUMBER.sub("page=1", asked.path),
                    body=PAGE_NUMBER.sub("page=1", asked.body),
                )
            )

        site.serve(path, first)

    return repeat


YEARS = reports(COUNT)[0].year
NEWEST = trs.PATH + trs.folder_of(YEARS)
TOWNS = f"{NEWEST}xzjd/index.html"
SITE_YEAR = f"{sitesources.LONG}{sitesources.COLUMN}{YEARS - 1}n/"
PARENT = f"/channels/{channels.PARENT}.html"
CHILD = f"/channels/{channels.PARENT + (2100 - YEARS) * 13}.html"
LIST = sitesources.LONG + sitesources.COLUMN

# corner, what is broken, and the kinds of blindness that may come of it
BROKEN: dict[str, tuple[str, Break, set[str]]] = {
    "trs-stub": ("trs", lambda site: site.put(f"{trs.PATH}index_1.html", trs.STUB), {"js_shell", "truncated", "structure_changed"}),
    "trs-first-page-again": ("trs", same(f"{trs.PATH}index_1.html", trs.PATH), {"truncated"}),
    "trs-second-page-gone": ("trs", gone(f"{trs.PATH}index_1.html"), {"http_error"}),
    "trs-stale-second-page": ("trs", changed(f"{trs.PATH}index_1.html", ('createPageHTML(3, 1, "index", "html")', 'createPageHTML(2, 1, "index", "html")')), {"truncated"}),
    "trs-two-calls": ("trs", changed(trs.PATH, ('createPageHTML(3, 0, "index", "html");', 'createPageHTML(3, 0, "index", "html");createPageHTML(1, 0, "index", "html");')), {"truncated"}),
    "trs-no-call": ("trs", changed(trs.PATH, ('createPageHTML(3, 0, "index", "html");', "")), {"truncated"}),
    "trs-variables-in-the-call": ("trs", changed(trs.PATH, ('createPageHTML(3, 0, "index", "html");', 'createPageHTML(pages, 0, "index", "html");')), {"truncated"}),
    "trs-year-gone": ("trs: year folders and townships", gone(NEWEST), {"http_error"}),
    "trs-year-is-a-stub": ("trs: year folders and townships", lambda site: site.put(NEWEST, trs.STUB), {"js_shell", "truncated", "structure_changed"}),
    "trs-year-without-rows": ("trs: year folders and townships", changed(NEWEST, ("<li><a href='./", "<li><a data-to='./")), {"truncated", "structure_changed"}),
    "trs-township-gone": ("trs: year folders and townships", gone(TOWNS), {"http_error"}),
    "trs-shell-without-a-way-back": ("trs: a shell that leads to the newest year", changed(NEWEST, ("年</a>", "年</b>"), (f"<a href='{trs.PATH}", "<b data-to='")), {"truncated", "redirected_away"}),
    "search-down": ("trs_search", answers(trs_search.SEARCH, "<html>502</html>", 502, "text/html"), {"http_error"}),
    "search-gone": ("trs_search", answers(trs_search.SEARCH, "<html>404</html>", 404, "text/html"), {"http_error"}),
    "search-captcha": ("trs_search", answers(trs_search.SEARCH, CAPTCHA, media_type="text/html"), {"captcha"}),
    "search-page": ("trs_search", answers(trs_search.SEARCH, PAGE, media_type="text/html"), {"structure_changed"}),
    "search-garbage": ("trs_search", answers(trs_search.SEARCH, "{'data': undefined}"), {"structure_changed", "empty"}),
    "search-nothing": ("trs_search", answers(trs_search.SEARCH, '{"data": [], "count": 0}'), {"truncated", "js_shell", "structure_changed"}),
    "search-hostile": ("trs_search", answers(trs_search.SEARCH, MIXED), {"truncated", "structure_changed", "empty", "js_shell"}),
    "search-bottomless": ("trs_search", answers(trs_search.SEARCH, DEEP), {"structure_changed", "empty"}),
    "search-other-count": ("trs_search", changed(trs_search.PATH, ("'41'", "'43'")), {"truncated"}),
    "search-without-pages": ("trs_search", one_page(trs_search.SEARCH), {"truncated"}),
    "search-one-entry-less": ("trs_search", lambda site: site.serve(trs_search.SEARCH, short(site)), {"truncated"}),
    "search-no-parameters": ("trs_search", changed(trs_search.PATH, ('"chnlid=1813"', '""')), {"truncated"}),
    "table-counts-too-many": ("sitesources", changed(f"{LIST}list4.html", ('num="4"', 'num="5"')), {"http_error"}),
    "table-counts-nothing": ("sitesources", changed(f"{LIST}list1.html", (' num="4"', "")), {"truncated"}),
    "table-second-page-gone": ("sitesources", gone(f"{LIST}list2.html", 503), {"http_error"}),
    "table-first-page-again": ("sitesources", same(f"{LIST}list2.html", f"{LIST}list1.html"), {"truncated"}),
    "table-front-only": ("sitesources: a front page", gone(f"{LIST}list1.html"), {"http_error"}),
    "table-year-gone": ("sitesources: years and groups", gone(f"{SITE_YEAR}index.html"), {"http_error"}),
    "table-group-empty": ("sitesources: years and groups", changed(f"{SITE_YEAR}szbm/list1.html", ("<h5><a href=", "<h5><a data-to="), ('<div class="colRtitle"><a href=', '<div class="colRtitle"><a data-to=')), {"structure_changed", "truncated"}),
    "table-view-down": ("sitesources: viewList", answers("/template/viewList", "<html>500</html>", 500, "text/html"), {"http_error"}),
    "channel-first-page-again": ("channels", same(f"/channels/{channels.PARENT}_2.html", PARENT), {"truncated"}),
    "channel-counts-nothing": ("channels", changed(PARENT, ("当前第 1/4 页", "")), {"truncated"}),
    "channel-year-gone": ("channels: a channel for each year and kind", gone(CHILD), {"http_error"}),
    "channel-year-without-rows": ("channels: a channel for each year and kind", changed(CHILD, ("/contents/", "/other/#"), ("<a href='/other/", "<a data-to='/other/")), {"structure_changed", "truncated"}),
    "ucap-counts-too-many": ("ucap", changed(ucap.PATH, ("'shtml',41", "'shtml',45")), {"truncated"}),
    "ucap-stub": ("ucap", lambda site: site.put(f"{ucap.FOLDER}list_2.shtml", trs.STUB), {"js_shell", "truncated", "structure_changed"}),
    "ucap-interface-captcha": ("ucap: an interface", answers(ucap.SEARCH, CAPTCHA, media_type="text/html"), {"captcha"}),
    "ucap-interface-garbage": ("ucap: an interface", answers(ucap.SEARCH, "callback({})"), {"structure_changed", "empty"}),
    "ucap-interface-hostile": ("ucap: an interface", answers(ucap.SEARCH, HOSTILE), {"structure_changed", "empty", "truncated"}),
    "ucap-interface-down": ("ucap: an interface", answers(ucap.SEARCH, "", 500, "text/plain"), {"http_error"}),
    "ucap-interface-without-pages": ("ucap: an interface with its own size", one_page(ucap.SEARCH), {"truncated"}),
    "ucap-other-channel": ("ucap: an interface", lambda site: site.serve(ucap.SEARCH, foreign()), {"truncated"}),
    "ucap-two-channels": ("ucap: an interface", changed(ucap.PATH, ("<script>", "<script>var channelId = 'a1a078ee0bc54721ab6b148884c784a8';")), {"truncated", "structure_changed", "js_shell"}),
}  # fmt: skip


def short(site: Site) -> Callable[[Asked], Reply]:
    """An interface that counts 41 entries and has 40 of them."""
    whole = trs_search.answer(site, reports(COUNT - 1))

    def search(asked: Asked) -> Reply:
        said = json.loads(whole(asked).body)
        return Reply(json.dumps(said | {"count": str(COUNT)}).encode())

    return search


def foreign() -> Callable[[Asked], Reply]:
    """An interface that answers with another channel's entries."""
    whole = ucap.answer(reports(COUNT))

    def search(asked: Asked) -> Reply:
        return Reply(whole(asked).body.replace(ucap.CHANNEL.encode(), b"0" * 32))

    return search


def watch(world: World, name: str, build: str, rows: Sequence[Listed]) -> tuple[Site, Corner]:
    site = world.site()
    corner = CORNERS[build](site, rows)
    world.watch(name, site.url(corner.path), corner.family, corner.options, hosts=[site.host, *corner.hosts])
    return site, corner


def test_whatever_misbehaves_is_blind_with_its_name_and_nothing_breaks_off(world: World) -> None:
    for name, (build, damage, _) in BROKEN.items():
        site, _ = watch(world, name, build, reports(COUNT))
        damage(site)
    crawled = world.crawl()
    assert crawled.summary["faults"] == [], crawled.log[-5000:]
    assert crawled.summary["visits"] == {"blind": len(BROKEN)}, set(BROKEN) - set(crawled.kinds)
    wrong = {name: kind for name, kind in crawled.kinds.items() if kind not in BROKEN[name][2]}
    assert not wrong, [row for row in crawled.summary["blind"] if row["source"] in wrong]  # type: ignore[attr-defined]  # a list


def test_next_january_the_new_years_reports_are_found_without_touching_the_watchlist(world: World) -> None:
    parents = {
        "folders": "trs: year folders and townships",
        "shell": "trs: a shell that leads to the newest year",
        "groups": "sitesources: years and groups",
        "channels": "channels: a channel for each year and kind",
    }
    later = reports(21)
    sites = {name: watch(world, name, build, later[10:])[0] for name, build in parents.items()}
    assert world.crawl("2026-02-03T02:00:00Z").summary["visits"] == {"good": len(parents)}
    for name, build in parents.items():
        CORNERS[build](sites[name], later)
    crawled = world.crawl("2027-02-03T02:00:00Z")
    assert crawled.summary["visits"] == {"good": len(parents)}, crawled.summary["blind"]
    seen = world.rows("SELECT source, count(DISTINCT title) FROM links WHERE kind = 'report' GROUP BY source")
    assert {str(source): count for source, count in seen} == dict.fromkeys(parents, len(later))


def test_a_folder_that_is_called_by_another_name_next_year_is_still_the_same_list(world: World) -> None:
    rows = reports(21)
    site, _ = watch(world, "folders", "trs: year folders and townships", rows)
    assert world.crawl("2026-02-03T02:00:00Z").summary["visits"] == {"good": 1}
    old, new = trs.folder_of(YEARS - 1), "gknb_new_2024/"
    for path in list(site.replies):
        bodies = site.replies.pop(path)
        renamed = [
            Reply(reply.body.replace(old.encode(), new.encode()), reply.status, reply.headers)
            for reply in bodies
        ]
        site.replies[path.replace(old, new)] = renamed
    crawled = world.crawl("2026-02-10T02:00:00Z")
    assert crawled.summary["visits"] == {"good": 1}, crawled.summary["blind"]
    assert world.rows("SELECT count(DISTINCT title) FROM links WHERE kind = 'report'") == [(21,)]


def test_a_year_that_is_still_empty_says_so_and_blinds_nobody(world: World) -> None:
    rows = reports(12)
    site, _ = watch(world, "folders", "trs: year folders and townships", rows)
    empty = (
        "<html><body><p>"
        + "本栏目公布政府信息公开工作年度报告。" * 10
        + "</p><script>createPageHTML(0, 0, 'index', 'html')</script></body></html>"
    )
    site.put(f"{trs.PATH}2026n/", empty)
    changed(trs.PATH, ("<a href=", f"<a href='{trs.PATH}2026n/'>2026年</a><a href="))(site)
    assert world.crawl().summary["visits"] == {"good": 1}


def test_a_year_that_only_leads_to_its_one_group_is_read_there(world: World) -> None:
    site, _ = watch(world, "folders", "trs: year folders and townships", reports(11))
    folder = trs.PATH + trs.folder_of(YEARS - 1)
    for path in [path for path in site.replies if path.startswith(folder)]:
        site.replies[path.replace(folder, f"{folder}szf/")] = site.replies.pop(path)
    site.put(folder, "<html><head><script>location.replace('./szf/');</script></head></html>")
    changed(f"{folder}szf/", (f"<a href='{trs.PATH}", "<a data-to='"))(site)  # no menu, as groups have none
    crawled = world.crawl()
    assert crawled.summary["visits"] == {"good": 1}, crawled.summary["blind"]
    assert world.rows("SELECT count(DISTINCT title) FROM links WHERE kind = 'report'") == [(11,)]


def test_rows_that_all_stand_in_the_page_need_no_interface(world: World) -> None:
    site, _ = watch(world, "demo", "trs_search", reports(10))
    assert world.crawl().summary["visits"] == {"good": 1}
    assert trs_search.SEARCH not in site.paths()
