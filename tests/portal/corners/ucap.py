"""开普 UCAP: `list_2.shtml` counted from 1, or a JSON interface that the page's script asks."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from tests.portal.corner import Corner, put_article
from tests.portal.server import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.portal.corner import Listed
    from tests.portal.server import Asked, Site

FOLDER, PATH = "/demo/c100177/", "/demo/c100177/list.shtml"
CHANNEL = "817052cbb3a94d0d8217824e7a3aca53"
SEARCH = f"/common/search/{CHANNEL}"
PER_PAGE = 15
TEXT = "<p>" + "本栏目公布本市各级行政机关的政府信息公开工作年度报告，供社会公众查阅。" * 4 + "</p>"
ASKS = f"""<ul id="gb_list"></ul><script>var channelId = '{CHANNEL}';
$.ajax({{url: '/common/search/' + channelId + '?page=1&_pageSize=15&_isAgg=true&_isJson=true'}});</script>"""


def address(report: Listed) -> str:
    digits = hashlib.md5(str(report.number).encode(), usedforsecurity=False).hexdigest()
    return f"{FOLDER}{report.day[:4]}01/{digits}.shtml"


def html(body: str) -> str:
    return f"<html><head><title>政府信息公开年报</title></head><body>{TEXT}{body}</body></html>"


def build(site: Site, reports: Sequence[Listed]) -> Corner:
    """Static pages: half of the rows have no date beside them."""
    pages = [reports[start : start + PER_PAGE] for start in range(0, len(reports), PER_PAGE)]
    for number, page in enumerate(pages, start=1):
        rows = ""
        for report in page:
            day = f"<span>{report.day}</span>" if report.number % 2 else ""
            rows += f'<li><a href="{put_article(site, address(report), report)}">{report.title}</a>{day}</li>'
        call = f"createPageHTML('page_div',{len(pages)}, {number},'list','shtml',{len(reports)});"
        body = f'<ul class="list">{rows}</ul><div id="page_div"><script>{call}</script></div>'
        site.put(PATH if number == 1 else f"{FOLDER}list_{number}.shtml", html(body))
    return Corner("ucap", PATH)


def answer(reports: Sequence[Listed], size: int = 0) -> Callable[[Asked], Reply]:
    """The interface. `size`: it ignores how many are asked for, and answers with so many."""

    def search(asked: Asked) -> Reply:
        sent = asked.parameters
        number, most = int(sent["page"]), size or int(sent["_pageSize"])
        rows = [
            {
                "title": f"<em>{report.title[:3]}</em>{report.title[3:]}",
                "url": address(report),
                "publishedTimeStr": f"{report.day} 16:38:00",
                "manuscriptId": str(report.number),
            }
            for report in reports[(number - 1) * most : number * most]
        ]
        said = {
            "page": number,
            "rows": len(rows),
            "channelId": CHANNEL,
            "total": len(reports),
            "results": rows,
        }
        return Reply(json.dumps({"data": said}).encode(), 200, {"Content-Type": "application/json"})

    return search


def interface(site: Site, reports: Sequence[Listed]) -> Corner:
    """A page without a row, whose script asks for all of them."""
    for report in reports:
        put_article(site, address(report), report)
    site.put(PATH, html(ASKS))
    site.serve(SEARCH, answer(reports))
    return Corner("ucap", PATH)


def own_size(site: Site, reports: Sequence[Listed]) -> Corner:
    """An interface that answers with as many as it likes."""
    corner = interface(site, reports)
    site.serve(SEARCH, answer(reports, size=8))
    return corner


VARIANTS = {"ucap": build, "ucap: an interface": interface, "ucap: an interface with its own size": own_size}
