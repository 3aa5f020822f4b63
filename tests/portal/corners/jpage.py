"""Hanweb jcms: a column page with its first records as XML, and dataproxy.jsp for the rest, as its servers differ."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from tests.portal.corner import Corner, put_article
from tests.portal.server import Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.portal.corner import Listed
    from tests.portal.server import Asked, Site

COLUMN, UNIT, CUT = "33718", "212860", 18
WEB, OLD = "/module/web/jpage/dataproxy.jsp", "/module/jslib/jquery/jpage/dataproxy.jsp"
XML = {"Content-Type": "text/xml; charset=UTF-8"}


@dataclass(frozen=True, slots=True)
class Server:
    """How one server speaks. `most`: records it gives at once. `shown`: how many of them the page itself holds."""

    path: str = WEB
    column: str = COLUMN
    shown: int = 15
    most: int = 300
    by_page: bool = False
    form: bool = True
    counts: bool = True
    clamps: bool = False
    encrypted: bool = False
    rows: str = (
        '<li class="clearfix"><a target="_blank" href="{href}" title="{title}">{cut}</a><b>{day}</b></li>'
    )
    between: str = ""


def record(server: Server, report: Listed) -> str:
    year, month, day = report.day.split("-")
    cut = report.title if len(report.title) <= CUT else f"{report.title[:CUT]}..."
    href = f"/art/{year}/{int(month)}/{int(day)}/art_{server.column}_{report.number}.html"
    row = server.rows.format(href=href, title=report.title, cut=cut, day=report.day)
    return f"<record><![CDATA[\n{row}]]></record>"


def group(server: Server, onward: int) -> str:
    name = "%25E7%25A4%25BA%25E8%258C%2583%25E5%25B8%2582" if server.by_page else "示范市人民政府"
    query = f"page=1&appid=1&appid=1&webid=1&path='/'&columnid={server.column}&unitid={UNIT}&webname={name}&permissiontype=0"
    if server.encrypted:
        query = f"encoded=c2VjcmV0{onward:04}"
    return f'<nextgroup><![CDATA[<a href="{server.path}?{query}"></a>]]></nextgroup>'


def store(server: Server, reports: Sequence[Listed], total: int, onward: int, *, answer: bool = True) -> str:
    counts = f"<totalrecord>{total}</totalrecord><totalpage>{-(-total // 100)}</totalpage>"
    head = counts if answer and server.counts else ""
    body = server.between.join(["", *(record(server, report) for report in reports)])
    return f"<datastore>\n{head}{group(server, onward)}\n<recordset>{body}</recordset></datastore>"


def page(server: Server, reports: Sequence[Listed]) -> str:
    inline = store(server, reports[: server.shown], len(reports), server.shown, answer=False)
    said = f"totalRecord:{len(reports)}," if server.counts else ""
    sent = f"var param_{UNIT} = {{col:1,appid:1,webid:1,path:'/',columnid:{server.column},sourceContentType:1,unitid:'{UNIT}'}};"
    call = f"$('#{UNIT}').jpage({{{said}perPage:{server.shown or 15},proxyUrl:'{server.path}',ajaxParam:param_{UNIT}}});"
    asks = f"{sent} {call}" if server.form else f"$('#{UNIT}').jpage({{{said}perPage:15}});"
    script = "" if server.encrypted and not server.counts else f"<script>{asks}</script>"
    return (
        "<html><head><title>政府信息公开年报</title></head><body><div>示范市人民政府 首页 政务公开 互动交流</div>"
        f'<div id="{UNIT}"><script type="text/xml">{inline}</script></div>{script}</body></html>'
    )


def answer(server: Server, reports: Sequence[Listed], asked: Asked) -> Reply:
    """What dataproxy.jsp says to a request, by the parameters that this server heeds."""
    given, count = asked.parameters, len(reports)
    if server.form != (asked.method == "POST") and not server.encrypted:
        return Reply(b"<html><body>405 Method Not Allowed</body></html>", 405)
    if server.encrypted:
        start, size = int(given["encoded"][8:]), min(20, server.most)
    elif given.get("columnid") != server.column or given.get("unitid") != UNIT:
        return Reply(store(server, (), 0, 0).encode(), 200, XML)
    elif server.by_page:
        size = min(int(given.get("perpage", "15")), server.most)
        start = (int(given.get("page", "1")) - 1) * size
        start = min(start, (count - 1) // size * size) if server.clamps else start
    else:
        start = int(given["startrecord"]) - 1
        size = min(int(given["endrecord"]) - start, server.most)
    some = reports[start : start + size]
    return Reply(store(server, some, count, start + size).encode(), 200, XML)


def build(site: Site, reports: Sequence[Listed], server: Server) -> Corner:
    for report in reports:
        year, month, day = report.day.split("-")
        put_article(
            site, f"/art/{year}/{int(month)}/{int(day)}/art_{server.column}_{report.number}.html", report
        )
    path = f"/col/col{server.column}/index.html"
    site.put(path, page(server, reports))
    site.serve(server.path, partial(answer, server, reports))
    return Corner("jpage", path)


TABLE = "<tr><td><img src='/picture/0/1.gif'></td><td><a href='{href}' title='{title}'>{cut}</a></td><td>{day}</td></tr>"
SERVERS = {
    "jpage": Server(),
    "jpage: ignores startrecord, by GET at the old path": Server(OLD, by_page=True, form=False),
    "jpage: gives at most 30 at once": Server(most=30),
    "jpage: gives fewer at once than the page shows": Server(most=7),
    "jpage: gives fewer at once, and heeds the page alone": Server(most=7, by_page=True),
    "jpage: nothing stands in the page": Server(shown=0),
    "jpage: rows of a table without a table, and stray tables": Server(
        rows=TABLE, between="<table width='95%'></table>"
    ),
    "jpage: a list element between the records": Server(between="<ul id='information-list'></ul>"),
    "jpage: the next group is encrypted": Server(encrypted=True, form=False),
}
UNCOUNTED = Server(counts=False, by_page=True, most=15, clamps=True, shown=5)
VARIANTS = {name: partial(build, server=server) for name, server in SERVERS.items()}
