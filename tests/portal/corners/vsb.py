"""博达 VSB: the newest page is `<column>.htm`, older ones `<column>/N.htm` with N running down to 1."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tests.portal.corner import Corner, put_article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.portal.corner import Listed
    from tests.portal.server import Site

PATH = "/zwgk/xxgknb.htm"
PER_PAGE = 15
HOT = "".join(f'<li><a href="/info/1002/{number}.htm">热点新闻第{number}号</a></li>' for number in range(5))


def address(page: int, pages: int) -> str:
    """Page 1 is the column itself; page 2 of 5 is `4.htm`, page 5 is `1.htm`."""
    return PATH if page == 1 else f"/zwgk/xxgknb/{pages - page + 1}.htm"


def labelled(page: int, pages: int, total: int) -> str:
    """The pager of newer versions: the present page has no link, and what leads nowhere is switched off."""
    numbers = "".join(
        f'<span class="p_no_d">{number}</span>'
        if number == page
        else f'<span class="p_no"><a href="{address(number, pages)}">{number}</a></span>'
        for number in range(1, pages + 1)
    )
    back = (
        f'<span class="p_first p_fun"><a href="{PATH}">首页</a></span>'
        f'<span class="p_prev p_fun"><a href="{address(page - 1, pages)}">上页</a></span>'
        if page > 1
        else '<span class="p_first_d p_fun_d">首页</span><span class="p_prev_d p_fun_d">上页</span>'
    )
    onward = (
        f'<span class="p_next p_fun"><a href="{address(page + 1, pages)}">下页</a></span>'
        f'<span class="p_last p_fun"><a href="{address(pages, pages)}">尾页</a></span>'
        if page < pages
        else '<span class="p_next_d p_fun_d">下页</span><span class="p_last_d p_fun_d">尾页</span>'
    )
    return (
        '<div class="pb_sys_common pb_sys_normal pb_sys_style1" style="margin-top:10px;text-align:center;">'
        f'<span class="p_t">共{total}条</span><span class="p_pages">{back}{numbers}{onward}</span></div>'
    )


def slashed(page: int, pages: int, total: int) -> str:
    """The pager of older versions: a table that says "共49条 1/5"."""
    back = (
        f'<a href="{PATH}" class="Prev">首页</a><a href="{address(page - 1, pages)}" class="Prev">上页</a>'
        if page > 1
        else '<span class="PrevDisabled">首页</span><span class="PrevDisabled">上页</span>'
    )
    onward = (
        f'<a href="{address(page + 1, pages)}" class="Next">下页</a><a href="{address(pages, pages)}" class="Next">尾页</a>'
        if page < pages
        else '<span class="NextDisabled">下页</span><span class="NextDisabled">尾页</span>'
    )
    return (
        f'<table><tr><td id="fanye59236" width="1%" nowrap="" align="left">共{total}条&nbsp;&nbsp;{page}/{pages}&nbsp;</td>'
        f'<td nowrap="" align="left"><div>{back}{onward}&nbsp;&nbsp;<input id="gotopagebut" name="a59236Find" '
        'value="转到" onclick="javascript:a59236_gopage_fun()" type="button"><input size="2" name="a59236GOPAGE" '
        'value="">页</div></td></tr></table>'
    )


def row(number: int, report: Listed, days: bool = True) -> str:
    day = f'<span class="time">{report.day}</span>' if days else ""
    return (
        f'<li id="line_u8_{number}"><a href="/info/1331/{report.number}.htm" target="_blank" title="{report.title}" '
        f'class="title">{report.title[:14]}...</a>{day}</li>'
    )


def page_of(rows: str, turned: str) -> str:
    return f"""<!DOCTYPE html><HTML><HEAD><TITLE>信息公开年报-示范市</TITLE>
<META charset="utf-8"><!--Announced by Visual SiteBuilder 9-->
<script type="text/javascript" src="/system/resource/js/vsbscreen.min.js"></script></HEAD><BODY>
<div class="hot"><h3>热点</h3><ul>{HOT}</ul></div>
<div class="list"><ul>{rows}</ul>{turned}</div></BODY></HTML>"""


def build(
    site: Site, reports: Sequence[Listed], *, old: bool = False, lone: bool = False, days: bool = True
) -> Corner:
    for report in reports:
        put_article(site, f"/info/1331/{report.number}.htm", report)
    pages = [reports[start : start + PER_PAGE] for start in range(0, len(reports), PER_PAGE)]
    for page, shown in enumerate(pages, start=1):
        rows = "".join(row(number, report, days) for number, report in enumerate(shown))
        form = (slashed if old else labelled)(page, len(pages), len(reports))
        site.put(address(page, len(pages)), page_of(rows, "" if lone and len(pages) == 1 else form))
    return Corner("vsb", PATH)


VARIANTS = {
    "vsb": build,
    "vsb: a table says 1/5": partial(build, old=True),
    "vsb: no pager on a single page": partial(build, lone=True),
    "vsb: rows without a date": partial(build, days=False),
}
