"""TRS behind an avalon page: ten entries stand in the page, and a search interface has them all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.portal.corner import Corner, put_article
from tests.portal.server import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.portal.corner import Listed
    from tests.portal.server import Asked, Site

PATH, SEARCH = "/zwgk/zfxxgk/zfxxgknb/", "/fjdzapp/search"
SIZE = 10
TEMPLATE = """<div ms-visible="!showStatic" style="display: none"><dl ms-if="list.length>0" ms-repeat="list">
<dd><a ms-attr-href="el.chnldocurl" ms-attr-title="el.doctitle" ms-text="el.doctitle|html" target="_blank"></a></dd>
<dd ms-text="el.docreltime|date('yyyy-MM-dd')"></dd></dl></div>"""
SCRIPT = """<script>var SiteInfo = {{ searchId: 200210, //默认的文档检索频道的ID
}};</script><script>require(["list2.trsapi", "tools"], function(listModel, tools) {{
 listModel({{ quickMode: "动静结合", maxStaticIndex: 1,
  listArgs: {{
   channelid: SiteInfo.searchId,
   classsql: "" || "chnlid=1813",
   sortfield: "-docorderpri,-docreltime"
  }},
  pagebar: {{ prepage: {size},
   recordCount: '{count}',
   pgTemp: "pgBar_xxgk.html" }} }}); }});</script>"""
FRIENDS = '<ul><li><a href="http://www.acas.org.cnx7a72968723868.ipv6best.cn/">海峡两岸仲裁中心</a></li></ul>'


def address(report: Listed) -> str:
    return f"{PATH}{report.day[:4]}01/t{report.day.replace('-', '')}_{report.number}.htm"


def page(reports: Sequence[Listed], count: int) -> str:
    """The column's page: the first entries, a template for the others, and the script that asks for them."""
    rows = "\n".join(
        f'<dl><dd><a href=".{address(report).removeprefix(PATH[:-1])}" title="{report.title}">{report.title}</a></dd>'
        f"<dd>\n   {report.day}\n   </dd></dl>"
        for report in reports[:SIZE]
    )
    script = SCRIPT.format(size=SIZE, count=count)
    head = '<meta name="ChnlId" content="1813"><title>政府信息公开年报</title>'
    static = f'<div class="rules_tabs_01" ms-visible="showStatic">{rows}</div>'
    return f"<html><head>{head}</head><body>{static}{TEMPLATE}{FRIENDS}{script}</body></html>"


def answer(site: Site, reports: Sequence[Listed], *, counts: bool = True) -> Callable[[Asked], Reply]:
    """The interface: addresses with http and the host, titles with the markup of what was looked for."""

    def search(asked: Asked) -> Reply:
        sent = asked.parameters
        wanted = (sent.get("channelid"), sent.get("classsql"), sent.get("sortfield"))
        if asked.method != "POST" or wanted != ("200210", "chnlid=1813", "-docorderpri,-docreltime"):
            return Reply(b'{"data": [], "count": 0}')
        start = (int(sent["page"]) - 1) * int(sent["prepage"])
        rows = [
            {
                "chnldocurl": site.url(address(report)),
                "doctitle": report.title,
                "docreltime": f"{report.day.replace('-', '/')} 09:30:00",
            }
            for report in reports[start : start + int(sent["prepage"])]
        ]
        said = {"data": rows, "pageCount": -(-len(reports) // int(sent["prepage"]))}
        said |= {"count": str(len(reports))} if counts else {}
        return Reply(json.dumps(said).encode(), 200, {"Content-Type": "application/json;charset=UTF-8"})

    return search


def build(site: Site, reports: Sequence[Listed]) -> Corner:
    """Half static: page and interface count the same."""
    for report in reports:
        put_article(site, address(report), report)
    site.put(PATH, page(reports, len(reports)))
    site.serve(SEARCH, answer(site, reports))
    return Corner("trs_search", PATH)


def pages_only(site: Site, reports: Sequence[Listed]) -> Corner:
    """The interface counts only its pages, in which the number of entries that the page counts must fit."""
    corner = build(site, reports)
    site.serve(SEARCH, answer(site, reports, counts=False))
    return corner


VARIANTS = {"trs_search": build, "trs_search: an interface that counts pages": pages_only}
