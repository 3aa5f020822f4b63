"""TRS WCM: `index_N.html`, counted only in a call of createPageHTML; past the end stands a stub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportwatch.portal.pages import Column, Row
from tests.portal.corner import Corner, put_article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.portal.corner import Listed
    from tests.portal.server import Site

PATH = "/zwgk/nb/"
STUB = "<html><head><title></title></head><body><script>var pages = 0;</script></body></html>"


def build(site: Site, reports: Sequence[Listed]) -> Corner:
    column = Column(PATH, "政府信息公开年报", per_page=15)
    rows = []
    for report in reports:
        path = f"{PATH}{report.day[:4]}01/t{report.day.replace('-', '')}_{report.number}.html"
        rows.append(Row(put_article(site, path, report), report.title, report.day))
    addresses = column.addresses(len(rows))
    for number, address in enumerate(addresses):
        site.put(PATH if number == 0 else address, column.page(rows, number))
    site.put(f"{PATH}index_{len(addresses)}.html", STUB)
    return Corner("trs", PATH)


VARIANTS = {"trs": build}
