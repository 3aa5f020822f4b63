"""Henan's viewCmsCac.do: rows in the page or from getHtmlInDivNormal.do, turned by an offset."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tests.portal.corner import Corner, put_article
from tests.portal.server import HTML, Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.portal.corner import Listed
    from tests.portal.server import Asked, Site

COLUMN = "8a28897b41c403ec0141c41de79800f8"
DIV = "8a28897b41a1a8f10141b9b4525805dapagelist"
VIEW, INTERFACE = "/viewCmsCac.do", "/getHtmlInDivNormal.do"
PATH = f"{VIEW}?cacId={COLUMN}"
PER_PAGE = 20
HEAD = """<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>政府信息公开年报</title>
<script type="text/javascript" src="js/jquery.js"></script><script type="text/javascript" src="js/hwinit.js"></script>
</head><body><div class="nav"><a href="viewCmsCac.do?cacId=8a28897b41c403ec0141c41de7980001">政务公开</a></div>"""


def row(report: Listed) -> str:
    """The title is cut off in the row, and whole in its attribute."""
    href = f"sitegroup/root/html/{COLUMN}/{report.number}.html"
    return (
        f'<tr height="20"><td width="3%"><img src="images/dot.gif"></td><td><a href="{href}" title="{report.title}" '
        f'target="_blank">{report.title[:16]}...</a></td><td width="12%">[{report.day}]</td></tr>'
    )


def table(reports: Sequence[Listed], offset: int, turned: str) -> str:
    rows = "".join(map(row, reports[offset : offset + PER_PAGE]))
    return (
        f'<table width="100%"><tr><td class="xin2zuo"><table>{rows}</table></td></tr>'
        f'<tr><td class="xin2zuo">{turned}</td></tr></table>'
    )


def pager(total: int, offset: int) -> str:
    """Its links are the page's address with another offset."""
    page, pages = offset // PER_PAGE + 1, max(1, -(-total // PER_PAGE))
    at = [f'<a href="viewCmsCac.do?cacId={COLUMN}&offset={{}}&">{{}}</a>'.format]
    back = at[0](offset - PER_PAGE, "上一页") if page > 1 else "上一页"
    onward = at[0](offset + PER_PAGE, "下一页") if page < pages else "下一页"
    return f"共{total}条 第{page}页 共{pages}页 {back} {onward} 转到<input id='pagenum' size='2'>页<input type='button' value='go'>"


def onclick(total: int, offset: int) -> str:
    """Its words are turned by a script."""
    page, pages = offset // PER_PAGE + 1, max(1, -(-total // PER_PAGE))
    return f"共{total}条 每页{PER_PAGE}条 第{page}页 共{pages}页 <a href='#' onclick='goPage({page + 1})'>下一页</a>"


def nothing(_total: int, _offset: int) -> str:
    return ""


def last_offset(total: int) -> int:
    return max(0, (total - 1) // PER_PAGE) * PER_PAGE


def page_with(asked: Asked, reports: Sequence[Listed], turned: str) -> Reply:
    """Beyond the end the last page comes again."""
    offset = min(int(asked.parameters.get("offset", "0")), last_offset(len(reports)))
    turn = {"links": pager, "script": onclick, "none": nothing}[turned]
    return Reply(table(reports, offset, turn(len(reports), offset)).encode(), 200, {"Content-Type": HTML})


def build(site: Site, reports: Sequence[Listed], *, turned: str = "links") -> Corner:
    """The rows stand in the page itself."""

    def view(asked: Asked) -> Reply:
        return Reply(
            f"{HEAD}{page_with(asked, reports, turned).body.decode()}</body></html>".encode(),
            200,
            {"Content-Type": HTML},
        )

    for report in reports:
        put_article(site, f"/sitegroup/root/html/{COLUMN}/{report.number}.html", report)
    site.serve(VIEW, view)
    return Corner("cmscac", PATH)


def shell(query: str, host: str) -> str:
    """The page before its script has asked for the list."""
    lists = f'<div id="{DIV}" class="pagelist" requestUrl="{host}{VIEW}" queryString="{query}"></div>'
    return f"{HEAD}<table><tr><td>{lists}</td></tr></table><div>主办单位：示范市人民政府办公室</div></body></html>"


def build_asked(site: Site, reports: Sequence[Listed], *, turned: str = "links") -> Corner:
    """The page is empty: its script posts for the list, and gives its own query with it."""

    def answer(asked: Asked) -> Reply:
        sent = asked.parameters
        if (asked.method, sent.get("divId"), sent.get("cacId")) != ("POST", DIV, COLUMN):
            return Reply(b"", 200, {"Content-Type": HTML})
        return page_with(asked, reports, turned)

    for report in reports:
        put_article(site, f"/sitegroup/root/html/{COLUMN}/{report.number}.html", report)
    site.serve(
        VIEW,
        lambda asked: Reply(
            shell(asked.path.partition("?")[2], site.url("")).encode(), 200, {"Content-Type": HTML}
        ),
    )
    site.serve(INTERFACE, answer)
    return Corner("cmscac", PATH)


VARIANTS = {
    "cmscac": build,
    "cmscac: turned by a script": partial(build, turned="script"),
    "cmscac: no pager, the last page repeats": partial(build, turned="none"),
    "cmscac: the list is asked for": build_asked,
    "cmscac: asked for, turned by a script": partial(build_asked, turned="script"),
    "cmscac: asked for, no pager": partial(build_asked, turned="none"),
}
