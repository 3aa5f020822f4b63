"""Guangdong's platform: a page with `window._CONFIG`, and an interface that lists a category in pages of a hundred."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from crawler.clock import SHANGHAI
from tests.portal.corner import Corner, put_article
from tests.portal.server import Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.portal.corner import Listed
    from tests.portal.server import Asked, Site

SID, REPORTS = 755001, 766
JSON = {"Content-Type": "application/json"}
NOT_FOUND = Reply(b"<html><head><title>404 Not Found</title></head><body>404 Not Found</body></html>", 404)


@dataclass(frozen=True, slots=True)
class Server:
    """How one site speaks. `below`: the reports stand in categories of years below the one that is named."""

    size: int = 100
    below: bool = False
    option: bool = False
    prefix: str = ""
    epoch: bool = True


def article(site: Site, server: Server, report: Listed) -> dict[str, object]:
    noon = datetime.fromisoformat(f"{report.day}T00:30:00").replace(tzinfo=SHANGHAI)
    path = f"{server.prefix}/gkmlpt/content/9/{report.number}/post_{report.number}.html"
    return {
        "id": report.number,
        "title": report.title,
        "publisher": "示范市人民政府",
        "created_at": f"{report.day} 00:30:00",
        "create_time": int(noon.timestamp()),
        "display_publish_time": int(noon.timestamp()) if server.epoch else 0,
        "url": f"https://{site.address}{path}",  # as the platform writes it, although the site speaks only HTTP
        "post_url": "",
        "attachment": [],
    }


def tree(server: Server, years: Sequence[int]) -> list[dict[str, object]]:
    below = [{"id": year, "name": f"{year}年", "children": [], "jump_url": ""} for year in years]
    name = "政府信息公开" if server.option else "政府信息公开年报"
    reports = {"id": REPORTS, "name": name, "jump_url": "", "children": below if server.below else []}
    return [
        {
            "id": 5,
            "name": "政策文件",
            "children": [{"id": 6, "name": "法治政府建设年度报告", "children": []}],
        },
        {
            "id": 700,
            "name": "法定主动公开内容",
            "jump_url": "",
            "children": [{"id": 1, "name": "机构"}, reports],
        },
    ]


def index(server: Server, years: Sequence[int]) -> str:
    config = f"SID: '{SID}',\n TREE: {json.dumps(tree(server, years))},\n SERVICE_AREA_ID: 755"
    return (
        "<!DOCTYPE html><html><head><meta charset='utf-8'><title>政府信息公开目录</title></head><body><div id='app'></div>"
        f"<script>window._CONFIG = {{\n {config}\n}};</script><script src='/gkmlpt/js/app.js'></script></body></html>"
    )


def answer(server: Server, some: Sequence[dict[str, object]], asked: Asked) -> Reply:
    """A page of one category; pages 0 and 1 are the same, and there is none after the last."""
    given = asked.parameters
    start = (max(int(given.get("page", "1")), 1) - 1) * server.size
    if given.get("sid") != str(SID) or (start and start >= len(some)):
        return NOT_FOUND
    said = {"classify": {"id": REPORTS, "post_count": len(some)}, "total": len(some)}
    return Reply(json.dumps({**said, "articles": some[start : start + server.size]}).encode(), 200, JSON)


def build(site: Site, reports: Sequence[Listed], server: Server) -> Corner:
    for report in reports:
        path = f"{server.prefix}/gkmlpt/content/9/{report.number}/post_{report.number}.html"
        put_article(site, path, report)
    years = sorted({report.year for report in reports}, reverse=True)
    groups = {year: [one for one in reports if one.year == year] for year in years} if server.below else {}
    listed = {REPORTS: [] if server.below else reports, **groups, 6: reports[:1]}
    for category, some in listed.items():
        articles = [article(site, server, report) for report in some]
        site.serve(f"{server.prefix}/gkmlpt/api/all/{category}", partial(answer, server, articles))
    site.put(f"{server.prefix}/gkmlpt/index", index(server, years))
    return Corner(
        "gkmlpt", f"{server.prefix}/gkmlpt/index", f'category = "{REPORTS}"' if server.option else ""
    )


SERVERS = {
    "gkmlpt": Server(),
    "gkmlpt: pages of twenty": Server(size=20),
    "gkmlpt: categories of years below": Server(below=True),
    "gkmlpt: a category that a person names, of a district's bureau": Server(
        option=True, prefix="/pskjcxfws", epoch=False
    ),
}
VARIANTS = {name: partial(build, server=server) for name, server in SERVERS.items()}
