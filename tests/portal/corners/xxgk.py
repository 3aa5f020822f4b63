"""Hanweb's disclosure module: a column page with the tree's address, and search.jsp, which lists a category or a body."""

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

COLUMN, AREA, REPORTS, OTHERS = "57242", "014500858", "B001G009", 9
PATH = f"/col/col{COLUMN}/index.html"


@dataclass(frozen=True, slots=True)
class Server:
    """How one site speaks. `frame`: the page names only the tree; `tree`: it names the categories as well."""

    frame: bool = True
    tree: bool = False
    pages_only: bool = False
    size: int = 15


def row(number: int, column: str, title: str, day: str) -> str:
    year, month, date = day.split("-")
    href = f"/art/{year}/{int(month)}/{int(date)}/art_{column}_{number}.html"
    shade = "odd" if number % 2 else "even"
    return (
        f'<tr class="tr_main_value_{shade}"><td>{number}</td><td><a href="{href}" mc="{title}" rq="{day}" '
        f'title="{title}" target="_blank">{title[:16]}...</a></td><td>{day}</td></tr>'
    )


def answer(server: Server, reports: Sequence[Listed], asked: Asked) -> Reply:
    """A page of the search: of the category, or of all that the body has disclosed."""
    given = asked.parameters
    if asked.method != "POST" or given.get("area") != AREA:
        return Reply(b"<html><head><title>404 Not Found</title></head><body>404 Not Found</body></html>", 404)
    rows = [row(one.number, COLUMN, one.title, one.day) for one in reports]
    if given.get("infotypeId") != REPORTS:
        aside = [row(10 + one, "57240", f"关于第{one}次会议的通知", "2025-11-03") for one in range(OTHERS)]
        rows = [*aside[:5], *rows, *aside[5:]]
    start = (int(given.get("currpage") or "1") - 1) * server.size
    pages = -(-len(rows) // server.size)
    counts = "" if server.pages_only else f"共{len(rows)}条记录&nbsp;"
    here = f"第{int(given.get('currpage') or '1')}页"
    pager = f'<td class="tb_title">{counts}&nbsp;共{pages}页&nbsp;{here}&nbsp;<a href="javascript:goPage(2)">下一页</a></td>'
    body = f"<table>{''.join(rows[start : start + server.size])}<tr>{pager}</tr></table>"
    return Reply(body.encode(), 200, {"Content-Type": "text/html; charset=UTF-8"})


def page(server: Server) -> str:
    query = f"divid=div{COLUMN}&area={AREA}&jdid=2"
    frame = f'<iframe id="tree" src="/module/xxgk/tree.jsp?{query}"></iframe>'
    form = f'<form action="/module/xxgk/search.jsp?infotypeId={REPORTS}&amp;{query}" method="post"></form>'
    nodes = (
        "<a onclick=\"funclick('B001G001','0')\">机构职能</a><a onclick=\"funclick('B001G007')\">法治政府建设年度报告</a>"
        f"<a onclick=\"funclick('{REPORTS}','0')\">政府信息公开年报</a>"
    )
    return (
        "<html><head><title>政府信息公开</title></head><body><div>示范市人民政府 首页 政务公开 互动交流</div>"
        f"{frame if server.frame else form}{nodes if server.tree else ''}{'<p>政府信息公开平台</p>' * 20}</body></html>"
    )


def build(site: Site, reports: Sequence[Listed], server: Server) -> Corner:
    for report in reports:
        year, month, day = report.day.split("-")
        put_article(site, f"/art/{year}/{int(month)}/{int(day)}/art_{COLUMN}_{report.number}.html", report)
    site.put(PATH, page(server))
    site.put("/module/xxgk/tree.jsp", "<html><body>tree</body></html>")
    site.serve("/module/xxgk/search.jsp", partial(answer, server, reports))
    return Corner("xxgk", PATH)


SERVERS = {
    "xxgk": Server(),
    "xxgk: the page asks for its category": Server(frame=False),
    "xxgk: the tree stands in the page": Server(tree=True),
    "xxgk: the pages are counted, and not the rows": Server(pages_only=True),
}
VARIANTS = {name: partial(build, server=server) for name, server in SERVERS.items()}
