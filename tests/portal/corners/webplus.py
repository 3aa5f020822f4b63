"""Webplus: `list.htm`, `list2.htm`, …; the pager prints all its counts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tests.portal.corner import Corner, put_article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.portal.corner import Listed
    from tests.portal.server import Site

PATH = "/1742/list.htm"
PER_PAGE = 14
HOT = "".join(
    f'<li class="news"><span class="news_title"><a href="/2026/0110/c9a{number}/page.htm" title="热点{number}">热点{number}</a>'
    f'</span><span class="news_meta">2026-01-10</span></li>'
    for number in range(5)
)


def address(page: int) -> str:
    return PATH if page == 1 else f"/1742/list{page}.htm"


def row(report: Listed) -> str:
    path = f"/{report.day[:4]}/0120/c1742a{report.number}/page.htm"
    return (
        f'<li class="news n1 clearfix"><span class="news_title"><a href="{path}" target="_blank" '
        f'title="{report.title}">{report.title[:12]}...</a></span><span class="news_meta">{report.day}</span></li>'
    )


def pager(page: int, pages: int, total: int, nowhere: str = "javascript:void(0);") -> str:
    before = address(page - 1) if page > 1 else nowhere
    after, last = (address(page + 1), address(pages)) if page < pages else (nowhere, nowhere)
    return f"""<div id="wp_paging_w6"><ul class="wp_paging clearfix">
<li class="pages_count"><span class="per_page">每页&nbsp;<em class="per_count">{PER_PAGE}</em>&nbsp;记录&nbsp;</span>
<span class="all_count">总共&nbsp;<em class="all_count">{total}</em>&nbsp;记录&nbsp;</span></li>
<li class="page_nav"><a class="first" href="{PATH}"><span>第一页</span></a>
<a class="prev" href="{before}" target="_self"><span>&lt;&lt;上一页</span></a>
<a class="next" href="{after}" target="_self"><span>下一页&gt;&gt;</span></a>
<a class="last" href="{last}" target="_self"><span>尾页</span></a></li>
<li class="page_jump"><span class="pages">页码&nbsp;<em class="curr_page">{page}</em>/<em class="all_pages">{pages}</em></span>
<span><input class="pageNum" type="text"></span><a class="pagingJump" href="javascript:void(0);">跳转到&nbsp;</a></li></ul></div>"""


def page_of(rows: str, turned: str) -> str:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>信息公开年报</title>
<link href="/_upload/tpl/00/f1/241/template241/style.css" rel="stylesheet"></head><body>
<div class="hot"><div id="wp_news_w3"><ul class="news_list">{HOT}</ul></div></div>
<div class="col_news_list"><div id="wp_news_w6"><ul class="news_list list2">{rows}</ul></div>{turned}</div></body></html>"""


def build(
    site: Site, reports: Sequence[Listed], *, nowhere: str = "javascript:void(0);", lone: bool = False
) -> Corner:
    for report in reports:
        put_article(site, f"/{report.day[:4]}/0120/c1742a{report.number}/page.htm", report)
    pages = [reports[start : start + PER_PAGE] for start in range(0, len(reports), PER_PAGE)]
    for number, shown in enumerate(pages, start=1):
        turned = "" if lone and len(pages) == 1 else pager(number, len(pages), len(reports), nowhere)
        site.put(address(number), page_of("".join(map(row, shown)), turned))
    return Corner("webplus", PATH)


VARIANTS = {
    "webplus": build,
    "webplus: switched off by #": partial(build, nowhere="#"),
    "webplus: no pager on a single page": partial(build, lone=True),
}
