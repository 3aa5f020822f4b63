"""Hanweb JPaaS: scripts (`unitbuild.js`) carry the parameters of their unit, and an interface answers with its markup."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode, urlsplit

from parsel import Selector
from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.answers import answer_of, at, number_of
from crawler.hanweb import beside_links
from crawler.links import clean_url, entries
from crawler.paging import Paging, declared_position, declared_total
from crawler.spiders.base import FamilySpider, Sign

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scrapy.http import TextResponse

    from store.model import Link

INTERFACE = re.compile(r"/page/build/unit$")
PAIR = re.compile(
    r"""["'](\w{1,60})["']\s{0,9}:\s{0,9}(?:"([^"]{0,2000})"|'([^']{0,2000})'|(null|true|false|-?\d{1,15}))"""
)
COUNT = re.compile(r"""\b(?:count|total(?:Count|Num|Row|Records?)?)["']?\s{0,9}[:=]\s{0,9}["']?(\d{1,9})\b""")
LISTS = re.compile(r"列表|分页|list|page", re.IGNORECASE)
PAGE_SIZE = "15"  # what the pages themselves ask for where they do not say
MOST_UNITS = 30


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of a page: what its script asks, and where."""

    name: str
    address: str
    parameters: tuple[tuple[str, str], ...]


class JpaasSpider(FamilySpider):
    """Every unit of a page is read to its own end, or only the one that the option names.

    A unit's own count, or "page x of y", proves its end: a unit that says neither cannot be judged.
    """

    name = "jpaas"
    asks_interfaces = True
    own_options: ClassVar[Mapping[str, str | int | bool]] = MappingProxyType({"unit": ""})

    @classmethod
    def sign(cls, response: TextResponse) -> Sign | None:
        """Scripts with queryData and the address of the interface."""
        found = _units(response)
        if not found:
            return None
        lists = [unit.name for unit in found if LISTS.search(unit.name)]
        options = {"unit": lists[0]} if len(found) > 1 and len(lists) == 1 else {}
        names = ", ".join(unit.name or "without a name" for unit in found)
        return Sign(f"unitbuild.js with queryData: {names}", options=options)

    def links(self, response: TextResponse) -> Iterator[Link]:
        """The rows in the markup that a unit answers with."""
        carried = response.meta.get("carried") or {}
        markup = _markup(response) if carried else ""
        if not markup:
            return
        options = self.options(response)
        page = HtmlResponse(carried["page"], body=markup.encode("utf-8", "replace"), encoding="utf-8")
        found = {entry.url: entry for entry in entries(page, options.container, options.link)}
        chosen = bool(options.container or options.link)
        # A row has a picture and a title that lead to the same: it is one
        rows = list(self.rows_among(response, found.values(), chosen=chosen))
        if tuple(link.url for link in rows) != tuple(
            carried.get("last", ())
        ):  # else it is the page before again
            yield from rows

    def children(self, response: TextResponse, depth: int) -> Sequence[str | Request]:
        """The other units of the page, and the columns that the option names."""
        if depth or response.meta.get("carried"):
            return ()
        return [*super().children(response, depth), *map(_asking, self._carried(response)[1:])]

    def paging(self, response: TextResponse, page: int) -> Paging:  # noqa: ARG002 - what came is carried
        """The next page of a unit, until as many rows have come as it counts."""
        carried = response.meta.get("carried") or {}
        if carried:
            return self._after(response, carried)
        units = self._carried(response)
        if not units:
            return Paging(None, "", self._why_none(response), leads=True)
        return Paging(_asking(units[0]), leads=True)

    def _carried(self, response: TextResponse) -> list[dict[str, Any]]:
        """What the first request of each unit carries."""
        wanted = self.own_option(response, "unit")
        return [
            {
                "page": response.url, "address": unit.address, "parameters": unit.parameters, "unit": unit.name,
                "number": 1, "count": 0, "total": None,
            }
            for unit in _units(response)
            if not wanted or unit.name == wanted
        ]  # fmt: skip

    def _why_none(self, response: TextResponse) -> str:
        names = ", ".join(unit.name for unit in _units(response))
        return (
            f"the page has no unit of the name that the option says: {names}"
            if names
            else "no unit is in the page"
        )

    def _after(self, response: TextResponse, carried: Mapping[str, Any]) -> Paging:
        """After one answer."""
        markup, name, number = _markup(response), carried["unit"], carried["number"]
        rows = [link.url for link in self.links(response)]
        if carried.get("checks") and not rows:
            total = carried["total"]
            return Paging(
                None, f"{total} of {total} rows of {name!r} came, and page {number} has no other", total=total
            )
        if markup is None:
            said = " ".join(response.text[:120].split())
            return Paging(None, "", f"the unit {name!r} answers without markup: {said}", leads=True)
        text = beside_links(Selector(markup, type="html"))
        here, pages = declared_position(text)
        shown = declared_total(text)
        totals = set() if self.options(response).ignore_total else _totals(response, markup, shown)
        now = {
            **carried,
            "count": carried["count"] + len(rows),
            "total": max(totals, default=None),
            "pages": pages,
        }
        proof, doubt = "", _contradiction(carried, totals, here) or _why_not(now, rows=bool(rows))
        checks = now["count"] == now["total"] and number == 1 and shown is None and pages is None
        if not doubt and not checks:
            proof = _proof(now)
        if proof or doubt:
            said = f"the unit {name!r}: {proof or doubt}"
            ended = (said, "") if proof else ("", said)
            return Paging(None, *ended, pages, now["total"], leads=not rows)
        onward = {**now, "number": number + 1, "last": tuple(rows), "checks": checks}
        return Paging(_asking(onward), pages=pages, total=now["total"], leads=not rows)


def _proof(now: Mapping[str, Any]) -> str:
    """What proves the end of a unit after a page; empty where nothing does."""
    if now["total"] is not None:
        return f"{now['count']} of {now['total']} rows came" if now["count"] == now["total"] else ""
    return f"page {now['number']} of {now['pages']}" if now["number"] >= now["pages"] else ""


def _why_not(now: Mapping[str, Any], *, rows: bool) -> str:
    """Why it is no use to ask on; empty where it is, or where nothing is left to ask for."""
    if now["total"] is None and now["pages"] is None:
        return "it says neither how many rows nor how many pages it has"
    if now["total"] is not None and now["count"] > now["total"]:
        return f"{now['count']} rows came, and it counts {now['total']}"
    return "" if rows or now["count"] == now["total"] else f"page {now['number']} has no row"


def _contradiction(carried: Mapping[str, Any], totals: set[int], here: int | None) -> str:
    """What an answer says against itself, or against the one before; empty where it agrees."""
    if len(totals) > 1:
        return f"counts its rows differently: {sorted(totals)}"
    before, total = carried.get("total"), max(totals, default=None)
    if carried["number"] > 1 and before != total:
        return f"counts {before} rows, and then {total}"
    if here not in (None, carried["number"]):
        return f"calls page {carried['number']} page {here}"
    return ""


def _units(response: TextResponse) -> list[Unit]:
    """The units of a page, each once."""
    found: dict[tuple[str, tuple[tuple[str, str], ...]], Unit] = {}
    for script in response.css("script[querydata]")[:MOST_UNITS]:
        address = clean_url(response.urljoin(""), script.attrib.get("url", "")) or ""
        pairs = {
            key: double or single or (bare if bare != "null" else "")
            for key, double, single, bare in PAIR.findall(script.attrib["querydata"])
        }
        if INTERFACE.search(urlsplit(address).path) and pairs:
            parameters = tuple(sorted(pairs.items()))
            found.setdefault((address, parameters), Unit(pairs.get("tagId", ""), address, parameters))
    return list(found.values())


def _markup(response: TextResponse) -> str | None:
    """The markup in an answer; None where it has none."""
    answer = answer_of(response)
    for markup in (at(answer, "data", "html"), at(answer, "data"), at(answer, "html")):
        if isinstance(markup, str):
            return markup
    return None


def _totals(response: TextResponse, markup: str, shown: int | None) -> set[int]:
    """Every number of rows that an answer declares: in its text, its pager's attributes or script, its JSON."""
    said = {int(digits) for digits in COUNT.findall(markup)}
    answer = answer_of(response)
    beside = (number_of(at(answer, "data", name)) for name in ("count", "total", "totalCount"))
    return said | {number for number in (*beside, shown) if number is not None}


def _asking(carried: Mapping[str, Any]) -> Request:
    """The request for one page of a unit: what its script sends, with the number of the page."""
    own = {name: value for name, value in carried["parameters"] if name != "paramJson"}
    size = PAGE_SIZE
    for name, value in carried["parameters"]:
        size = value if name == "pageSize" and value.isdecimal() else size
    own["paramJson"] = json.dumps({"pageNo": carried["number"], "pageSize": size}, separators=(",", ":"))
    meta = {"data": True, "carried": dict(carried)}
    return Request(f"{carried['address']}?{urlencode(own)}", headers={"Referer": carried["page"]}, meta=meta)
