"""sitesources/page_pc: lists of `listN.html` counted by #articleListTable, in folders of years and groups."""

from __future__ import annotations

import hashlib
from itertools import groupby
from typing import TYPE_CHECKING

from tests.portal.corner import Corner, put_article
from tests.portal.server import Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.portal.corner import Listed
    from tests.portal.server import Asked, Site

LONG, SHORT = "/sitesources/demo/page_pc", "/page_pc"
COLUMN = "/zwgk/gkznhml/zfxxgknb/"
PER_PAGE = 12
CATALOG = "6449958f7db649fe97f787709ec7f9be"
TEXT = "<p>" + "本栏目公布本市各级行政机关的政府信息公开工作年度报告，供社会公众查阅。" * 3 + "</p>"


def address(folder: str, report: Listed) -> str:
    """An article's address: half of them long, with upper-case digits, and half of them short."""
    digits = hashlib.md5(str(report.number).encode(), usedforsecurity=False).hexdigest()
    if report.number % 2:
        return f"{SHORT}{folder}article{digits}.html"
    return f"{LONG}{folder}article{digits.upper()}.html"


def table(site: Site, folder: str, reports: Sequence[Listed], num: int | None) -> str:
    """The rows, as the system writes them in both of its templates."""
    rows = []
    for report in reports:
        path = put_article(site, address(folder, report), report)
        if report.number % 3:
            rows.append(f'<li><h5><a href="{path}">{report.title}</a></h5><span>{report.day}</span></li>')
        else:
            rows.append(
                f'<li><div class="colRtitle"><a href="{path}">{report.title}</a></div><i>{report.day} 10:00:00</i></li>'
            )
    counted = "" if num is None else f' num="{num}"'
    return f'<div id="articleListTable"{counted}><ul>{"".join(rows)}</ul></div>'


def html(body: str) -> str:
    return f"<html><head><title>政府信息公开年报</title></head><body>{TEXT}{body}</body></html>"


def put_list(site: Site, folder: str, reports: Sequence[Listed], menu: str = "", shown: int = 2) -> None:
    """A column's front page, which shows the newest few, and the pages of its list."""
    pages = [reports[start : start + PER_PAGE] for start in range(0, len(reports), PER_PAGE)] or [[]]
    for number, page in enumerate(pages, start=1):
        site.put(f"{LONG}{folder}list{number}.html", html(menu + table(site, folder, page, len(pages))))
    site.put(f"{LONG}{folder}index.html", html(menu + table(site, folder, reports[:shown], len(pages))))


def put_years(site: Site, reports: Sequence[Listed]) -> None:
    """A parent column without rows, a folder for each year, and in it one for each group of bodies."""
    menu = ""
    for year, group in groupby(reports, key=lambda report: report.year):
        of_year, folder = list(group), f"{COLUMN}{year}n/"
        menu += f'<a href="{SHORT if year % 2 else LONG}{folder}index.html">{year}年</a>'
        groups = ""
        for name, title, rows in (("szf", "市政府", of_year[:1]), ("szbm", "市直部门", of_year[1:])):
            if rows:
                put_list(site, f"{folder}{name}/", rows)
                front = "list1" if year % 2 else "index"
                groups += f'<a href="{LONG}{folder}{name}/{front}.html">{title}</a>'
        site.put(f"{LONG}{folder}index.html", html(groups))
        site.put(f"{SHORT}{folder}index.html", html(groups))
    site.put(f"{LONG}{COLUMN}index.html", html(menu))


def build(site: Site, reports: Sequence[Listed]) -> Corner:
    """One list, watched from its first page."""
    put_list(site, COLUMN, reports)
    return Corner("sitesources", f"{LONG}{COLUMN}list1.html")


def front(site: Site, reports: Sequence[Listed]) -> Corner:
    """One list, watched from its front page."""
    put_list(site, COLUMN, reports)
    return Corner("sitesources", f"{LONG}{COLUMN}index.html")


def years(site: Site, reports: Sequence[Listed]) -> Corner:
    """Years and groups below the parent column."""
    put_years(site, reports)
    return Corner("sitesources", f"{LONG}{COLUMN}index.html")


def view(site: Site, reports: Sequence[Listed]) -> Corner:
    """A front page whose script loads the list by its catalogue's number."""
    script = f'<script>var catalogId = "{CATALOG}"; load("/template/viewList?page=1&catalogId=" + catalogId);</script>'
    site.put(f"{LONG}{COLUMN}index.html", html(f'<div id="articleListTable"></div>{script}'))

    def listed(asked: Asked) -> Reply:
        number, pages = int(asked.parameters["page"]), -(-len(reports) // PER_PAGE)
        rows = reports[(number - 1) * PER_PAGE : number * PER_PAGE]
        known = asked.parameters.get("catalogId") == CATALOG
        return Reply(html(table(site, COLUMN, rows if known else (), pages)).encode(), 200 if known else 404)

    site.serve("/template/viewList", listed)
    return Corner("sitesources", f"{LONG}{COLUMN}index.html")


VARIANTS = {
    "sitesources": build,
    "sitesources: a front page": front,
    "sitesources: years and groups": years,
    "sitesources: viewList": view,
}
