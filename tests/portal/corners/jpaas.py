"""Hanweb JPaaS: a page whose scripts carry their units' parameters, and the interface that builds a unit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from tests.portal.corner import Corner, put_article
from tests.portal.server import Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.portal.corner import Listed
    from tests.portal.server import Asked, Site

COLUMN, INTERFACE = "1229696276", "/api-gateway/jpaas-publish-server/front/page/build/unit"
JSON = {"Content-Type": "application/json;charset=UTF-8"}
FILLER = "<p>本栏目公布本市各级行政机关的政府信息公开工作年度报告，供社会公众查阅。</p>" * 4


@dataclass(frozen=True, slots=True)
class Server:
    """How one site speaks. `counts`: how a unit says how many rows it has; `halves`: two units have one half each."""

    counts: str = "<div class='page-hook' count='{count}' pageNo='{page}' pageSize='15'></div>"
    fixed: int = 0
    halves: bool = False
    aside: bool = False
    text: bool = False
    pictures: bool = False


def row(server: Server, report: Listed) -> str:
    href = f"/art/{report.day[:4]}/art_{report.number:032x}.html"
    picture = f"<a href='{href}'><img src='/1.png' alt='图'></a>" if server.pictures else ""
    return (
        f'<li>{picture}<a class="news" href="{href}" title="{report.title}">{report.title[:12]}…</a>'
        f'<span class="time">{report.day}</span></li>'
    )


def answer(server: Server, reports: Sequence[Listed], asked: Asked) -> Reply:
    """One page of a unit, in JSON, as `paramJson` asks for it."""
    given = asked.parameters
    if given.get("webId") != "3549" or given.get("pageId") != COLUMN or given.get("editType") != "":
        return Reply(json.dumps({"success": False, "code": "500", "msg": "参数错误"}).encode(), 200, JSON)
    if given["tagId"] == "友情链接":
        data = {"html": "<ul><li><a href='/'>首页</a></li></ul>"}
        return Reply(json.dumps({"success": True, "data": data}).encode(), 200, JSON)
    some = reports[given["tagId"] == "信息列表二" :: 2] if server.halves else reports
    wanted = json.loads(given["paramJson"])
    size = server.fixed or int(wanted["pageSize"])
    start = (int(wanted["pageNo"]) - 1) * size
    rows = "".join(row(server, report) for report in some[start : start + size])
    pages = -(-len(some) // size)
    pager = server.counts.format(count=len(some), page=wanted["pageNo"], pages=pages)
    html = f"<div id='{given['tagId']}'><ul class='page-content'>{rows}</ul>{pager}</div>"
    built: object = html if server.text else {"html": html, "unitId": "u1"}
    return Reply(json.dumps({"success": True, "code": "200", "data": built}).encode(), 200, JSON)


def unit(name: str) -> str:
    query = (
        f"{{'parseType':'bulidstatic','webId':'3549','tplSetId':'zfHuDn7pjzPV0dB1wLhu9','pageType':'column',"
        f"'tagId':'{name}','editType':null,'pageId':'{COLUMN}'}}"
    )
    return f'<script src="/AuthorizedRead/unitbuild.js" url="{INTERFACE}" queryData="{query}"></script>'


def build(site: Site, reports: Sequence[Listed], server: Server) -> Corner:
    for report in reports:
        put_article(site, f"/art/{report.day[:4]}/art_{report.number:032x}.html", report)
    names = ["信息列表", *(["信息列表二"] if server.halves else []), *(["友情链接"] if server.aside else [])]
    units = "".join(unit(name) for name in names)
    path = f"/col/col{COLUMN}/index.html"
    site.put(path, f"<html><head><title>政府信息公开年报</title></head><body>{FILLER}{units}</body></html>")
    site.serve(INTERFACE, partial(answer, server, reports))
    return Corner("jpaas", path, 'unit = "信息列表"' if server.aside else "")


SERVERS = {
    "jpaas": Server(),
    "jpaas: pages of ten, whatever is asked": Server(fixed=10),
    "jpaas: two units, with one half each": Server(halves=True),
    "jpaas: a unit beside that is no list": Server(aside=True),
    "jpaas: the pages are counted in the text": Server("<div>共{pages}页 当前第{page}页</div>"),
    "jpaas: the rows are counted in a script": Server(
        "<script>var page = {{count: {count}, pageNo: {page}}};</script>"
    ),
    "jpaas: markup instead of an object, rows with pictures": Server(text=True, pictures=True),
}
VARIANTS = {name: partial(build, server=server) for name, server in SERVERS.items()}
