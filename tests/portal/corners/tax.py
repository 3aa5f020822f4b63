"""The tax administration's getFileListByCodeId: JSON by channelId, page and size."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import TYPE_CHECKING

from tests.portal.corner import Corner, put_article
from tests.portal.server import HTML, Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.portal.corner import Listed
    from tests.portal.server import Asked, Site

PATH, INTERFACE = "/sfs/c109911/listflfg.html", "/getFileListByCodeId"
CHANNEL = "29a88b67e4b149cfa9fac7919dfb08a5"
NOON = timedelta(hours=12)


def page_of(channel: str = f'var channelId = "{CHANNEL}";', asks: str = '"/getFileListByCodeId"') -> str:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>政府信息公开年报</title></head><body>
<div class="list" id="list"></div><div id="pagination"></div><script>{channel} var codeId = "";
function load(page) {{ $.post({asks}, {{codeId: codeId, channelId: channelId, page: page, size: 20}}, show); }}</script>
<div>国家税务总局示范省税务局 版权所有</div></body></html>"""


def entry(site: Site, report: Listed, *, whole: bool) -> dict[str, object]:
    """One entry of the answer: with its address and its time in full, or as the index holds them."""
    noon = datetime.fromisoformat(report.day).replace(tzinfo=timezone(timedelta(hours=8))) + NOON
    path = f"/sfs/c109911/c{report.number}/content.html"
    told: dict[str, object] = {
        "title": report.title,
        "url": site.url(path) if whole else path,
        "publishedTime": int(noon.timestamp() * 1000),
        "channelName": "信息公开年报",
        "domainMetaList": [{"resultList": [{"name": "发文日期", "value": report.day, "key": "writtendate"}]}],
    }
    return {**told, "publishedTimeStr": f"{report.day} 12:00:00"} if whole else told


def build(site: Site, reports: Sequence[Listed], *, whole: bool = True, most: int = 100) -> Corner:
    """`most`: the entries that it gives at once, whatever is asked for."""

    def answer(asked: Asked) -> Reply:
        sent = asked.parameters
        page, size = int(sent.get("page", 1)), min(int(sent.get("size", 20)), most)
        chosen = reports[(page - 1) * size : page * size] if sent.get("channelId") == CHANNEL else []
        told = {
            "page": page,
            "rows": size,
            "channelId": CHANNEL,
            "total": len(reports) if chosen else 0,
            "results": [entry(site, report, whole=whole) for report in chosen],
        }
        body = {"code": 200, "results": {"data": told, "channelName": "信息公开年报"}}
        return Reply(json.dumps(body, ensure_ascii=False).encode(), 200, {"Content-Type": "application/json"})

    for report in reports:
        put_article(site, f"/sfs/c109911/c{report.number}/content.html", report)
    site.put(PATH, page_of(), media_type=HTML)
    site.serve(INTERFACE, answer)
    return Corner("tax", PATH)


VARIANTS = {
    "tax": build,
    "tax: addresses and times of the index": partial(build, whole=False),
    "tax: at most 15 at once": partial(build, most=15),
}
