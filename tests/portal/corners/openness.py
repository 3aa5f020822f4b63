"""Anhui's platforms: numbered pages of showList, and columns whose pages /site/label/8888 gives."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tests.portal.corner import Corner, put_article
from tests.portal.server import HTML, Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.portal.corner import Listed
    from tests.portal.server import Asked, Site

FOLDER, COLUMN, LABEL = "/XxgkContent/showList/174/103134", "/public/column/6596221", "/site/label/8888"
PATH = f"{COLUMN}?type=4&action=list&nav=3&catId=7065111"
PER_PAGE = 15
LITERAL = 'siteId: "6786551", organId: "6596221", catId: "7065111"'
VARIABLES = "siteId: siteId, organId: organId, catId: cat"


def shown(reports: Sequence[Listed], page: int) -> Sequence[Listed]:
    return reports[(page - 1) * PER_PAGE : page * PER_PAGE]


def pages_of(reports: Sequence[Listed]) -> int:
    return max(1, -(-len(reports) // PER_PAGE))


def reply(body: str) -> Reply:
    return Reply(body.encode(), 200, {"Content-Type": HTML})


def page_of(inside: str, script: str = "") -> str:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>政府信息公开年报</title></head><body>
<div class="menu"><a href="/public/column/6596221?type=1">政府信息公开指南</a></div>{inside}{script}
<div class="foot">主办：示范区人民政府办公室 网站标识码3418000001</div></body></html>"""


def numbered_rows(reports: Sequence[Listed]) -> str:
    return "".join(
        f'<li><a href="/XxgkContent/show/{report.number}.html" title="{report.title}">{report.title[:20]}...</a>'
        f"<span>{report.day}</span></li>"
        for report in reports
    )


def build(site: Site, reports: Sequence[Listed], *, turned: str = "links") -> Corner:
    """`page_N.html`; past the end the last page comes again."""

    def view(page: int) -> Reply:
        links = "".join(
            f'<a href="{FOLDER}/page_{number}.html">{number}</a>'
            for number in range(1, pages_of(reports) + 1)
        )
        after = (
            f'<a href="page_{page + 1}.html">下一页</a>'
            if page < pages_of(reports)
            else "<span>下一页</span>"
        )
        before = f'<a href="page_{page - 1}.html">上一页</a>' if page > 1 else "<span>上一页</span>"
        pager = {
            "links": f"<div class='page'>{links}{before}{after}共{len(reports)}条 第{page}/{pages_of(reports)}页</div>",
            "none": "",
        }[turned]
        return reply(
            page_of(
                f'<section class="m-tglist"><ul>{numbered_rows(shown(reports, page))}</ul>{pager}</section>'
            )
        )

    for report in reports:
        put_article(site, f"/XxgkContent/show/{report.number}.html", report)
    for number in range(1, pages_of(reports) + 2):
        page = min(number, pages_of(reports))
        site.serve(f"{FOLDER}/page_{number}.html", lambda _, page=page: view(page))  # type: ignore[misc]  # bound early
    return Corner("openness", f"{FOLDER}/page_1.html")


def column_rows(reports: Sequence[Listed]) -> str:
    rows = "".join(
        f'<li><a href="/public/6596221/{report.number}.html" title="{report.title}">{report.title}</a>'
        f'<span class="date">{report.day}</span></li>'
        for report in reports
    )
    return (
        f'<ul class="clearfix xxgk_nav_list">{rows}</ul><div id="page_public_info" class="pagination"></div>'
    )


def counts(reports: Sequence[Listed], page: int) -> str:
    return (
        '<script type="text/javascript">$(function(){ Ls.pagination("#page_public_info", turn, '
        f"{{currPage: {page}, pageCount:{pages_of(reports)}, total:{len(reports)}, pageSize: {PER_PAGE}}}); }});</script>"
    )


def asks(values: str, method: str) -> str:
    """How the page's script asks for a page."""
    return f"""<script type="text/javascript">var siteId = "6786551"; var organId = '6596221'; var cat = 7065111;
function turn(pageIndex) {{ Ls.ajax({{ url: "/site/label/8888", type: "{method}", data: {{ labelName: "publicInfoList",
{values}, type: "4", pageSize: {PER_PAGE}, pageIndex: 1, action: "list", isDate: true, dateFormat: "yyyy-MM-dd",
length: 50, cId: "", result: "暂无相关信息", file: "/c3/hs/publicInfoList_newest" }} }}); }}</script>"""


def build_column(
    site: Site, reports: Sequence[Listed], *, values: str = LITERAL, method: str = "get", filled: bool = True
) -> Corner:
    """The first page stands in the column (`filled`), or comes from the interface like all others."""

    def answer(asked: Asked) -> Reply:
        sent = asked.parameters
        told = (asked.method.lower(), sent.get("organId"), sent.get("catId"), sent.get("siteId"))
        if told != (method, "6596221", "7065111", "6786551"):
            return reply("暂无相关信息")
        page = int(sent["pageIndex"])
        return reply(column_rows(shown(reports, page)) + counts(reports, page))

    for report in reports:
        put_article(site, f"/public/6596221/{report.number}.html", report)
    beside = [
        replace(report, number=report.number + 5000, title=f"示范区召开第{report.number}次会议")
        for report in reports[:6]
    ]
    first = column_rows(shown(reports, 1)) + counts(reports, 1) if filled else column_rows(beside)
    site.serve(COLUMN, lambda _: reply(page_of(first, asks(values, method))))
    site.serve(LABEL, answer)
    return Corner("openness", PATH)


def build_turned(site: Site, reports: Sequence[Listed]) -> Corner:
    """The column itself gives each of its pages, by pageIndex."""

    def view(asked: Asked) -> Reply:
        page = int(asked.parameters.get("pageIndex", "1"))
        return reply(page_of(column_rows(shown(reports, page)), counts(reports, page)))

    for report in reports:
        put_article(site, f"/public/6596221/{report.number}.html", report)
    site.serve(COLUMN, view)
    return Corner("openness", PATH)


VARIANTS = {
    "openness": build,
    "openness: no pager, the last page repeats": partial(build, turned="none"),
    "openness: column": build_column,
    "openness: column filled by a script": partial(build_column, filled=False, method="post"),
    "openness: column with variables": partial(build_column, filled=False, values=VARIABLES),
    "openness: column turned by pageIndex": build_turned,
}
