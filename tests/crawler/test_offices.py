"""Servers of five CMSs that misbehave: the visit says how it was blind, and is never good with fewer reports."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.portal.corner import built, reports
from tests.portal.corners import cmscac, tax
from tests.portal.server import HTML, Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.crawler.conftest import Crawled, World
    from tests.portal.server import Asked

    Trouble = Callable[[Asked, Reply], Reply]

CAPTCHA = (
    "<html><head><title>安全验证</title></head><body>请输入验证码后继续访问<input name='code'></body></html>"
)
HOME = f"<html><head><title>示范市人民政府</title></head><body>{'示范市人民政府门户网站欢迎您。' * 60}</body></html>"


def crawl(world: World, corner: str, trouble: Trouble, count: int = 41, options: str = "") -> Crawled:
    """The corner with so many reports, visited while its server is troubled."""
    site, listed = world.site(), reports(count)
    made = built()[corner](site, listed)
    site.trouble = trouble
    world.watch("demo", site.url(made.path), made.family, options, hosts=[site.host])
    return world.crawl()


def said(asked: Asked, reply: Reply, *changes: tuple[str, str], on: str = "") -> Reply:
    """The answer with other words, wherever the address holds `on`."""
    text = reply.body.decode("utf-8", "replace")
    if on in asked.path and "html" in reply.headers.get("Content-Type", ""):
        for pattern, other in changes:
            text = re.sub(pattern, other, text)
    return replace(reply, body=text.encode())


def instead(
    where: str, body: str | bytes, media_type: str = HTML, status: int = 200, **headers: str
) -> Trouble:
    """Another answer at one address."""
    given = Reply(
        body.encode() if isinstance(body, str) else body, status, {"Content-Type": media_type, **headers}
    )
    return lambda asked, reply: given if where in asked.path else reply


def on_page(*changes: tuple[str, str], on: str = "") -> Trouble:
    return lambda asked, reply: said(asked, reply, *changes, on=on)


def swapped(old: bytes, new: bytes) -> Trouble:
    """The same words in every answer for others."""
    return lambda _, reply: replace(reply, body=reply.body.replace(old, new))


ENTRY = r'<li class="news n1.*?</li>'
ROW = r'<li id="line_u8_\d+">.*?</li>'
TR = r'<tr height="20">.*?</tr>'

BESIDE = "".join(
    f'<tr><td><a href="sitegroup/root/html/9/{number}.html">示范市召开第{number}次会议</a></td><td>[2026-01-1{number}]</td></tr>'
    for number in range(4)
)

CASES: dict[str, tuple[str, Trouble, str, str]] = {
    "webplus: page 3 shows page 2 again": ("webplus", on_page((r'curr_page">3', 'curr_page">2'), on="list3"), "truncated", "calls itself page 2"),
    "webplus: fewer pages than its entries fill": ("webplus", on_page((r'all_pages">3', 'all_pages">2')), "truncated", "14 entries were found of the 41"),
    "webplus: entries are missing from a page": ("webplus", on_page((ENTRY, ""), on="list2"), "js_shell", "none of the 41"),
    "webplus: one entry is missing from a page": ("webplus", lambda asked, reply: replace(reply, body=re.sub(ENTRY.encode(), b"", reply.body, count=1)) if "list2" in asked.path else reply, "truncated", "27 entries were found of the 41"),
    "webplus: its next page is a script's": ("webplus", on_page((r'class="next" href="[^"]*"', 'class="next" href="javascript:void(0);"')), "truncated", "14 entries were found of the 41"),
    "webplus: it has no pager and a full page": ("webplus", on_page((r'(?s)<div id="wp_paging_w6">.*?</ul></div>', "")), "truncated", "rows and no pager"),
    "webplus: it counts one page and leads on": ("webplus", on_page((r'all_pages">3', 'all_pages">1'), (r"all_count\">\d+", 'all_count">14')), "truncated", "leads on"),
    "webplus: a captcha stands for page 2": ("webplus", instead("list2", CAPTCHA), "captcha", "安全验证"),
    "vsb: page 2 shows page 1 again": ("vsb", on_page((r'p_no_d">2', 'p_no_d">1'), on="/2.htm"), "truncated", "30 entries were found of the 41"),
    "vsb: a row is missing, and hot news make up for it": ("vsb", on_page((r'<li id="line_u8_(3|7)">.*?</li>', ""), on="/1.htm"), "truncated", "39 entries were found of the 41"),
    "vsb: a script turns its pages": ("vsb: a table says 1/5", on_page((r'href="[^"]*" class="Next"', 'href="javascript:a59236_next()" class="Next"')), "truncated", "15 entries were found of the 41"),
    "vsb: a table counts more pages than it leads to": ("vsb: a table says 1/5", on_page((r"&nbsp;&nbsp;(\d)/3", r"&nbsp;&nbsp;\1/4")), "truncated", "page 3 of 4"),
    "vsb: the last page has no row": ("vsb", on_page((ROW, ""), on="/1.htm"), "js_shell", "none of the 41"),
    "vsb: an old page without its pager": ("vsb", on_page((r'(?s)<div class="pb_sys_common.*?</div>', ""), on="/2.htm"), "truncated", "of the 41"),
    "cmscac: the pager counts too few pages": ("cmscac", on_page((r"共3页", "共2页"), (r"共41条", "")), "truncated", "its next link leads on"),
    "cmscac: the entries are missing from a page": ("cmscac: turned by a script", on_page((TR, ""), on="offset=20"), "js_shell", "none of the 41"),
    "cmscac: a captcha stands for the list": ("cmscac: the list is asked for", instead("getHtml", CAPTCHA), "captcha", "安全验证"),
    "cmscac: the home page stands for the list": ("cmscac: the list is asked for", instead("getHtml", HOME), "structure_changed", "web page"),
    "cmscac: nothing stands for the list": ("cmscac: the list is asked for", instead("getHtml", ""), "empty", ""),
    "cmscac: garbage stands for the list": ("cmscac: the list is asked for", instead("getHtml", bytes(range(256)) * 9), "structure_changed", ""),
    "cmscac: beyond the end stands nothing": ("cmscac: asked for, no pager", lambda asked, reply: replace(reply, body=b"<table></table>") if asked.parameters.get("offset") == "41" else reply, "", ""),
    "cmscac: the answer is cut off": ("cmscac: asked for, no pager", lambda asked, reply: replace(reply, body=reply.body[:900]) if "getHtml" in asked.path else reply, "truncated", "stops in the middle"),
    "cmscac: two entries are missing, and rows beside the list make up for them": ("cmscac: the list is asked for", lambda asked, reply: said(asked, replace(reply, headers={"Content-Type": HTML}), (r"(?s)(<tr height=.20.>.*?</tr>){2}(.*第2页)", r"\2"), (r'<div class="nav">', f'<div class="nav">{BESIDE}')), "truncated", "of the 41"),
    "openness: an entry is missing, and rows beside the list make up for it": ("openness: column filled by a script", lambda asked, reply: said(asked, reply, (r"(?s)<li>((?!</li>).)*</li>(.*currPage: 2)", r"\2"), on="") if "label" in asked.path else reply, "truncated", "of the 41"),
    "openness: the firewall of the province": ("openness: column", instead("/public/column", "<html>403 Forbidden</html>", status=403, Server="WZWS"), "firewall", "360"),
    "openness: the interface has other parameters": ("openness: column filled by a script", instead("label/8888", "暂无相关信息"), "", ""),
    "openness: a captcha stands for the second page": ("openness: column", instead("label/8888", CAPTCHA), "captcha", "安全验证"),
    "openness: too few pages are counted": ("openness: column", on_page((r"pageCount:3", "pageCount:2")), "truncated", "30 entries were found of the 41"),
    "openness: no pager, and beyond the end stands nothing": ("openness: no pager, the last page repeats", instead("page_4", "404 Not Found", status=404), "http_error", "404"),
    "openness: the script asks with unknown values": ("openness: column with variables", on_page((r"var organId[^;]*;", "")), "", ""),
    "tax: the interface fails": ("tax", instead("getFileList", '{"code": 500, "err": {}}', "application/json"), "http_error", ""),
    "tax: a captcha stands for the list": ("tax", instead("getFileList", CAPTCHA), "captcha", "安全验证"),
    "tax: a page stands for the list": ("tax", instead("getFileList", HOME), "structure_changed", "web page"),
    "tax: half an answer": ("tax", lambda asked, reply: replace(reply, body=reply.body[:700]) if "getFileList" in asked.path else reply, "", ""),
    "tax: it counts more than it gives": ("tax", swapped(b'"total": 41', b'"total": 55'), "truncated", "41 entries were found of the 55"),
    "tax: it answers for another column": ("tax", swapped(b'"channelId": "29', b'"channelId": "30'), "truncated", "20 entries were found of the 41"),
    "tax: the page names no column": ("tax", on_page((r'var channelId = "\w+";', "")), "structure_changed", "option channel"),
    "tax: the page names two columns": ("tax", on_page((r"var codeId", f'var other = {{channelId: "{"ab" * 16}"}}; var codeId')), "structure_changed", "option channel"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_server_that_misbehaves_is_seen_to_and_its_list_is_never_good(case: str, world: World) -> None:
    corner, trouble, kind, why = CASES[case]
    crawled = crawl(world, corner, trouble)
    assert crawled.summary["visits"] == {"blind": 1}, crawled.log
    assert crawled.kinds["demo"] in ({kind} if kind else {"truncated", "structure_changed", "empty"})
    assert why in json.dumps(crawled.summary["blind"], ensure_ascii=False)
    assert "fault of the program" not in crawled.log


IGNORED = [
    ("cmscac", "offset", "0"),
    ("cmscac: the list is asked for", "offset", "0"),
    ("openness: column", "pageIndex", "1"),
    ("openness: column turned by pageIndex", "pageIndex", "1"),
    ("tax", "page", "1"),
]


@pytest.mark.parametrize(("corner", "name", "value"), IGNORED)
def test_a_server_that_gives_its_first_page_for_every_other_is_truncated(
    corner: str, name: str, value: str, world: World
) -> None:
    site, listed = world.site(), reports(41)
    made = built()[corner](site, listed)
    plain = dict(site.interfaces)

    def deaf(path: str) -> Callable[[Asked], Reply]:
        def answer(asked: Asked) -> Reply:
            heard = [re.sub(rf"\b{name}=\w+", f"{name}={value}", part) for part in (asked.path, asked.body)]
            return plain[path](replace(asked, path=heard[0], body=heard[1]))

        return answer

    for path in plain:
        site.serve(path, deaf(path))
    world.watch("demo", site.url(made.path), made.family, hosts=[site.host])
    assert world.crawl().kinds == {"demo": "truncated"}


def test_what_an_interface_gives_anew_is_seen_although_its_page_is_unchanged(world: World) -> None:
    site, listed = world.site(), reports(5)
    made = tax.build(site, listed[1:])
    site.put(tax.PATH, tax.page_of(), headers={"ETag": '"shell"'})
    world.watch("demo", site.url(made.path), made.family, hosts=[site.host])
    world.crawl()
    tax.build(site, listed)
    site.put(tax.PATH, tax.page_of(), headers={"ETag": '"shell"'})
    crawled = world.crawl("2026-02-03T05:00:00Z")
    assert crawled.summary["visits"] == {"good": 1}
    assert world.rows("SELECT count(*) FROM links") == [(5,)]


def test_a_list_that_cuts_all_its_titles_off_is_still_known_for_what_it_is(world: World) -> None:
    site, listed = world.site(), reports(3)
    made = cmscac.build(site, listed)
    view = site.interfaces[cmscac.VIEW]
    site.serve(
        cmscac.VIEW,
        lambda asked: replace(view(asked), body=re.sub(r' title="([^"]{19})[^"]*"([^>]*)>[^<]*', r"\2>\1...", view(asked).body.decode()).encode()),
    )  # fmt: skip
    world.watch("demo", site.url(made.path), made.family, hosts=[site.host])
    crawled = world.crawl()
    assert crawled.summary["visits"] == {"good": 1}, crawled.summary["blind"]
    assert all(str(title).endswith("...") for (title,) in world.rows("SELECT title FROM links"))
    assert set(world.rows("SELECT title FROM documents")) == {(report.title,) for report in listed}


def test_a_title_that_its_list_cuts_off_is_looked_up_on_its_page(world: World) -> None:
    site, listed = world.site(), reports(3)
    made = cmscac.build(site, listed)
    view = site.interfaces[cmscac.VIEW]
    short = f"示范市{'财政局'}..."
    site.serve(
        cmscac.VIEW,
        lambda asked: replace(view(asked), body=re.sub(r' title="[^"]*财政局[^"]*"([^>]*)>[^<]*', rf"\1>{short}", view(asked).body.decode()).encode()),
    )  # fmt: skip
    world.watch("demo", site.url(made.path), made.family, hosts=[site.host])
    crawled = world.crawl()
    assert crawled.summary["visits"] == {"good": 1}
    assert world.rows("SELECT title FROM links WHERE title LIKE '%...'") == [(short,)]
    assert ("示范市财政局2025年政府信息公开工作年度报告",) in world.rows("SELECT title FROM documents")
