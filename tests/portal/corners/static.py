"""A plain list with a next link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.portal.corner import Corner, put_article
from tests.portal.server import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.portal.corner import Listed
    from tests.portal.server import Site

PER_PAGE = 15


def build(site: Site, reports: Sequence[Listed]) -> Corner:
    for report in reports:
        put_article(site, f"/nb/t{report.number}.html", report)
    pages = [reports[start : start + PER_PAGE] for start in range(0, len(reports), PER_PAGE)]
    for number, page in enumerate(pages, start=1):
        rows = [f"t{report.number}.html|{report.title}|{report.day}" for report in page]
        onward = f'<a href="list_{number + 1}.html">下一页</a>' if number < len(pages) else ""
        extra = f"<div class='page'>共{len(pages)}页 当前第{number}页 {onward}</div>"
        site.put("/nb/" if number == 1 else f"/nb/list_{number}.html", listed(rows, extra))
    return Corner("static", "/nb/")


VARIANTS = {"static": build}
