"""channels/contents: channels are numbers, pages `_<n>.html`, counted by 当前第 x/y."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from tests.portal.corner import Corner, put_article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.portal.corner import Listed
    from tests.portal.server import Site

PARENT = 37000
PER_PAGE = 12
FOOT = "<div class='foot'>主办：示范市人民政府 运维：平顶山市电子政务外网运维中心 豫ICP备00000000号</div>"
NAV = "<ul class='nav'><li><a href='/channels/31.html'>首页</a></li><li><a href='/channels/32.html'>财政预决算</a></li></ul>"


def html(body: str) -> str:
    return f"<html><head><title>政府信息公开年报</title></head><body>{FOOT}{NAV}{body}</body></html>"


def put_channel(
    site: Site, number: int, reports: Sequence[Listed], menu: str = "", *, as_table: bool = False
) -> None:
    """A channel's pages, as a list or as the table of its open-government part."""
    pages = [reports[start : start + PER_PAGE] for start in range(0, len(reports), PER_PAGE)] or [[]]
    for place, page in enumerate(pages, start=1):
        rows = ""
        for report in page:
            path = put_article(site, f"/contents/{number}/{report.number}.html", report)
            if as_table:
                rows += f"<tr><td><a href='{path}'>{report.title}</a></td><td>{report.day}</td></tr>"
            else:
                rows += f"<li><a href='{path}'>{report.title}<span>{report.day}</span></a></li>"
        shown = f"<div class='xxgk'><table>{rows}</table></div>" if as_table else _listed(rows)
        count = f"<div class='page'><span class='total'>当前第 {place}/{len(pages)} 页 共{len(reports)}条</span></div>"
        site.put(f"/channels/{number}{'' if place == 1 else f'_{place}'}.html", html(menu + shown + count))


def _listed(rows: str) -> str:
    return f"<div class='channel clearfix'><div class='channel-fr fr'><ul>{rows}</ul></div></div>"


def put_years(site: Site, reports: Sequence[Listed]) -> None:
    """A parent channel with one for each year and kind of body; each shows the same menu as the parent."""
    kinds: list[tuple[int, str, Sequence[Listed]]] = []
    for year, group in groupby(reports, key=lambda report: report.year):
        of_year = list(group)
        kinds.append((PARENT + (2100 - year) * 13, f"{year}年政府年报", of_year[:1]))
        if len(of_year) > 1:
            kinds.append((PARENT + (2100 - year) * 13 + 5, f"{year}年部门年报", of_year[1:]))
    items = "".join(f"<li><a href='/channels/{number}.html'>{title}</a></li>" for number, title, _ in kinds)
    menu = f"<ul class='menu'>{items}</ul>"
    for number, _, rows in kinds:
        put_channel(site, number, rows, menu, as_table=bool(number % 2))
    text = "本栏目公布本市各级行政机关的政府信息公开工作年度报告，供社会公众查阅。" * 4
    site.put(f"/channels/{PARENT}.html", html(f"<p>{text}</p>{menu}"))


def build(site: Site, reports: Sequence[Listed]) -> Corner:
    put_channel(site, PARENT, reports)
    return Corner("channels", f"/channels/{PARENT}.html")


def tables(site: Site, reports: Sequence[Listed]) -> Corner:
    put_channel(site, PARENT, reports, as_table=True)
    return Corner("channels", f"/channels/{PARENT}.html")


def years(site: Site, reports: Sequence[Listed]) -> Corner:
    put_years(site, reports)
    return Corner("channels", f"/channels/{PARENT}.html")


VARIANTS = {
    "channels": build,
    "channels: a table": tables,
    "channels: a channel for each year and kind": years,
}
