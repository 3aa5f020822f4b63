"""Hanweb's disclosure module (xxgk): `search.jsp` lists one category, or all that a body has disclosed, in pages."""

from __future__ import annotations

import re
from html import unescape
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from scrapy import Request

from crawler.hanweb import beside_links, column_of, row_of, units
from crawler.links import entries_in
from crawler.paging import Paging, declared_position, declared_total
from crawler.spiders.base import FamilySpider, Sign

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scrapy.http import TextResponse

    from store.model import Link

INTERFACE = re.compile(
    r"""["'(=]([^"'()\s<>]{0,300}/module/xxgk/(?:tree|search)\.jsp\?[^"'()\s<>]{0,1500})"""
)
SEARCH = "search.jsp"
NODE = re.compile(
    r"""click\(\s{0,9}\\?["']([\w.-]{1,60})\\?["'][^<>]{0,300}>\s{0,99}([^<>]{1,80})<""", re.IGNORECASE
)
REPORTS = re.compile(r"年报|年度报告")
OTHER_REPORTS = re.compile(r"法治|统计|决算|预算|财务|审计|绩效|环境|质量|网站|社会责任")
ROW = "tr.tr_main_value_odd, tr.tr_main_value_even"
NAMED = (
    "divid",
    "infotypeId",
    "jdid",
    "area",
    "unit",
    "standardXxgk",
    "isAllList",
    "texttype",
    "fbtime",
    "sortfield",
)


class XxgkSpider(FamilySpider):
    """The search is asked with the parameters that stand in the page's call of `tree.jsp` or `search.jsp`.

    Its categories of annual reports are read, where the page names them. Otherwise all of the body's entries are,
    for the search does not filter by column: what is kept of them is what belongs to the column, and all that may
    be a report.
    """

    name = "xxgk"
    asks_interfaces = True
    own_options: ClassVar[Mapping[str, str | int | bool]] = MappingProxyType({"category": ""})

    @classmethod
    def sign(cls, response: TextResponse) -> Sign | None:
        """The address of the module's tree or search, in a page without a list of jpage."""
        address = _address(response)
        if not address or units(response.text, response.url):
            return None
        return Sign(f"the page asks {urlsplit(address).path}")

    def links(self, response: TextResponse) -> Iterator[Link]:
        """The rows of an answer that belong to the column, or to the category that was asked for."""
        yield from _kept(self._rows(response), _carried(response))

    def children(self, response: TextResponse, depth: int) -> Sequence[str | Request]:
        """The page's other categories of annual reports, and the columns that the option names."""
        if _carried(response):
            return ()
        searches = self._searches(response)[1:]
        return [*super().children(response, depth), *(_asking(one) for one in searches)]

    def paging(self, response: TextResponse, page: int) -> Paging:  # noqa: ARG002 - what came is carried
        """The next page of the search, until as many rows have come as it counts."""
        carried = _carried(response)
        if carried:
            return self._after(response, carried)
        searches = self._searches(response)
        if not searches:
            return Paging(
                None, "", "the page asks neither tree.jsp nor search.jsp of the xxgk module", leads=True
            )
        return Paging(_asking(searches[0]), leads=True)

    def _searches(self, response: TextResponse) -> list[dict[str, Any]]:
        """What the first request of each search carries: for the known category, for those in the page, or for all."""
        address = _address(response)
        if not address:
            return []
        given = dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))
        known = str(self.own_option(response, "category")) or given.get("infotypeId", "")
        wanted = [known] if known else _categories(response.text)
        return [_search(response, address, given, category) for category in wanted or [""]]

    def _rows(self, response: TextResponse) -> list[Link]:
        """Every row of an answer, each once."""
        carried = _carried(response)
        if not carried:
            return []
        options = self.options(response)
        rows = [] if options.container or options.link else response.css(ROW)
        if rows:
            return [self.link(response, entry) for row in rows for entry in row_of(row, carried["page"])]
        places = response.css(options.container) if options.container else [response.selector]
        found = {entry.url: entry for entry in entries_in(places, carried["page"], options.link)}
        chosen = bool(options.container or options.link)
        return list(self.rows_among(response, found.values(), chosen=chosen))

    def _after(self, response: TextResponse, carried: Mapping[str, Any]) -> Paging:
        """After one page of the search."""
        text, rows = beside_links(response.selector), self._rows(response)
        here, pages = declared_position(text)
        total = None if self.options(response).ignore_total else declared_total(text)
        count, bare = carried["count"] + len(rows), not _kept(rows, carried)
        held = None if carried["column"] else total  # else the visit would miss the rows that are left out
        now = {**carried, "count": count, "total": total, "pages": pages}
        doubt = _contradiction(carried, now, here)
        proof = "" if doubt else _proof(now)
        if not (proof or doubt):
            doubt = _why_not(now, rows=bool(rows))
        if proof or doubt:
            return Paging(None, proof, doubt, pages, held, leads=bare)
        return Paging(_asking({**now, "number": now["number"] + 1}), pages=pages, total=held, leads=bare)


def _carried(response: TextResponse) -> Mapping[str, Any]:
    carried: Mapping[str, Any] = response.meta.get("carried") or {}
    return carried


def _kept(rows: Sequence[Link], carried: Mapping[str, Any]) -> list[Link]:
    """Of all rows those that belong to the column, and what may be a report, wherever it belongs."""
    column = carried.get("column")
    return [link for link in rows if not column or f"/art_{column}_" in link.url or link.kind != "other"]


def _address(response: TextResponse) -> str:
    """What the page asks: its search where its script or form names one, else its tree."""
    found = [urljoin(response.url, unescape(part)) for part in INTERFACE.findall(response.text)]
    if urlsplit(response.url).path.endswith("/module/xxgk/tree.jsp"):
        found.append(response.url)
    searches = [address for address in found if urlsplit(address).path.endswith(SEARCH)]
    return next(iter([*searches, *found]), "")


def _categories(text: str) -> list[str]:
    """The categories of annual reports that a tree in the page names."""
    named = {
        category: None
        for category, label in NODE.findall(text)
        if REPORTS.search(label) and not OTHER_REPORTS.search(label)
    }
    return list(named)


def _search(response: TextResponse, address: str, given: Mapping[str, str], category: str) -> dict[str, Any]:
    parameters = {name: value for name, value in given.items() if name in NAMED} | {"infotypeId": category}
    return {
        "page": response.url, "address": urljoin(address, SEARCH), "parameters": tuple(sorted(parameters.items())),
        "column": "" if category else column_of(response.url), "number": 1, "count": 0, "total": None, "pages": None,
    }  # fmt: skip


def _contradiction(before: Mapping[str, Any], now: Mapping[str, Any], here: int | None) -> str:
    """What a page says against itself, or against the one before it; empty where it agrees."""
    number = now["number"]
    if number > 1 and (before["pages"], before["total"]) != (now["pages"], now["total"]):
        return f"page {number} counts otherwise than the pages before it"
    return "" if here in (None, number) else f"page {number} calls itself page {here}"


def _proof(now: Mapping[str, Any]) -> str:
    """What proves the end after a page; empty where nothing does."""
    number, count, total, pages = now["number"], now["count"], now["total"], now["pages"]
    if total is not None:
        return f"{count} of {total} rows came" if count == total else ""
    return f"page {number} of {pages}" if pages is not None and number >= pages and count else ""


def _why_not(now: Mapping[str, Any], *, rows: bool) -> str:
    """Why it is no use to ask on; empty where it is."""
    if now["pages"] is None and now["total"] is None:
        return "the search says neither how many rows nor how many pages it has"
    over = now["total"] is not None and now["count"] > now["total"]
    if over or not rows or (now["pages"] is not None and now["number"] >= now["pages"]):
        of = "an unknown number" if now["total"] is None else now["total"]
        return f"{now['count']} of {of} rows came by page {now['number']}"
    return ""


def _asking(carried: Mapping[str, Any]) -> Request:
    """One page of the search, by POST."""
    body = urlencode({**dict(carried["parameters"]), "currpage": carried["number"]})
    headers = {
        "Referer": carried["page"],
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
    }
    meta = {"data": True, "carried": dict(carried)}
    return Request(carried["address"], method="POST", body=body, headers=headers, meta=meta)
