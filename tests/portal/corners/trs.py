"""TRS WCM: `index_N.html`, counted only in a call of createPageHTML; past the end stands a stub."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from reportwatch.portal.pages import Column, Row
from tests.portal.corner import Corner, put_article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.portal.corner import Listed
    from tests.portal.server import Site

PATH = "/zwgk/nb/"
PER_PAGE = 15
STUB = f"<html><head><title></title></head><body><!-- {'-' * 250} --><script>var pages = 0;</script></body></html>"
CALL = 'createPageHTML({pages}, {here}, "index", "html");'
NAMED = "createPageHTML('page_div', {pages}, {here}, 'index', 'html', {rows});"
OLD = 'var currentPage = {here};//从0开始\nvar countPage = {pages};//共多少页\ndocument.write("<a href=index_"+currentPage+".html>");'


def put_column(
    site: Site,
    path: str,
    reports: Sequence[Listed],
    *,
    call: str = CALL,
    menu: str = "",
    extension: str = "html",
) -> None:
    """A column's pages, with the stub that stands past their end."""
    pages = [reports[start : start + PER_PAGE] for start in range(0, len(reports), PER_PAGE)] or [[]]
    for number, page in enumerate(pages):
        rows = "".join(_row(site, path, report) for report in page)
        script = call.format(pages=len(pages), here=number, rows=len(reports)).replace("html", extension)
        body = f"<div class='menu'>{menu}</div><ul class='list'>{rows}</ul><script>{script}</script>"
        text = "本栏目公布本市各级行政机关的政府信息公开工作年度报告，供社会公众查阅。" * 2
        page_text = (
            f"<html><head><title>政府信息公开年报</title></head><body><p>{text}</p>{body}</body></html>"
        )
        for name in (f"index_{number}.{extension}",) if number else ("", f"index.{extension}"):
            site.put(path + name, page_text)
    site.put(f"{path}index_{len(pages)}.{extension}", STUB)


def _row(site: Site, path: str, report: Listed) -> str:
    address = f"{report.day[:4]}01/t{report.day.replace('-', '')}_{report.number}.html"
    put_article(site, path + address, report)
    return f"<li><a href='./{address}'>{report.title}</a><span>{report.day}</span></li>"


def folder_of(year: int) -> str:
    """A year's folder, called by the year before, and by a number that nobody can guess."""
    return f"{year - 1}n{(year * 7) % 97}/"


def put_years(site: Site, reports: Sequence[Listed], front: str = "") -> None:
    """A column of year folders, each with a folder of townships; `front` is what its own page is, else a menu."""
    years = {year: list(group) for year, group in groupby(reports, key=lambda report: report.year)}
    menu = "".join(f"<a href='{PATH}{folder_of(year)}'>{year}年</a>" for year in years)
    for year, of_year in years.items():
        path = PATH + folder_of(year)
        below = f"{menu}<a href='{path}xzjd/index.html'>乡镇街道</a>" if len(of_year) > 1 else menu
        put_column(site, path, of_year[:-1] or of_year, menu=below)
        if len(of_year) > 1:
            put_column(site, f"{path}xzjd/", of_year[-1:], menu=f"<a href='{path}'>{year}年</a>")
    text = "本栏目公布本市各级行政机关的政府信息公开工作年度报告，供社会公众查阅。" * 4
    site.put(
        PATH,
        front or f"<html><head><title>政府信息公开年报</title></head><body><p>{text}</p>{menu}</body></html>",
    )


def build(site: Site, reports: Sequence[Listed]) -> Corner:
    """The pages of the demo portal, in the markup of a real column."""
    column = Column(PATH, "政府信息公开年报", per_page=PER_PAGE)
    rows = []
    for report in reports:
        path = f"{PATH}{report.day[:4]}01/t{report.day.replace('-', '')}_{report.number}.html"
        rows.append(Row(put_article(site, path, report), report.title, report.day))
    addresses = column.addresses(len(rows))
    for number, address in enumerate(addresses):
        site.put(PATH if number == 0 else address, column.page(rows, number))
    site.put(f"{PATH}index_{len(addresses)}.html", STUB)
    return Corner("trs", PATH)


def named(site: Site, reports: Sequence[Listed]) -> Corner:
    """An element's name stands first, and the number of entries last; the extension is shtml."""
    put_column(site, PATH, reports, call=NAMED, extension="shtml")
    return Corner("trs", PATH)


def old(site: Site, reports: Sequence[Listed]) -> Corner:
    """The number of pages stands in variables."""
    put_column(site, PATH, reports, call=OLD)
    return Corner("trs", PATH)


def years(site: Site, reports: Sequence[Listed]) -> Corner:
    """Year folders with names of their own, and townships below them."""
    put_years(site, reports)
    return Corner("trs", PATH)


def shell(site: Site, reports: Sequence[Listed]) -> Corner:
    """The column is 160 bytes that lead to its newest year; the other years stand in that one's menu."""
    front = f"<html><head><meta http-equiv='refresh' content='0;url=./{folder_of(reports[0].year)}'></head></html>"
    put_years(site, reports, front)
    return Corner("trs", PATH)


VARIANTS = {
    "trs": build,
    "trs: an element's name first": named,
    "trs: counted in variables": old,
    "trs: year folders and townships": years,
    "trs: a shell that leads to the newest year": shell,
}
