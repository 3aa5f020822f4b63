"""Henan's viewCmsCac.do: pages are turned by `offset`, or a script posts for the list to getHtmlInDivNormal.do."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawler.links import CUT, clean_url, entries_in
from crawler.paging import NEXT, Paging, declared_position, declared_total
from crawler.spiders.base import FamilySpider, Sign
from crawler.spiders.pagers import FEWEST, Counts, counted, form, is_proved, number
from crawler.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scrapy import Request
    from scrapy.http import TextResponse

    from crawler.links import Entry
    from store.model import Link

INTERFACE = "getHtmlInDivNormal.do?ajaxform"
LISTS = "[id$='pagelist'], .pagelist"  # elements that the page's script fills
SIZE = re.compile(r"每\s?页(?:显示)?\s{0,3}(\d{1,4})\s?条|(\d{1,4})\s?条\s?/\s?页")
ASKED_WITH = ("cacid", "cdid", "key")  # attributes that older scripts send instead of a query


class CmsCacSpider(FamilySpider):
    """The pager says "第1页 共3页"; the step from page to page is the number of its rows."""

    name = "cmscac"
    asks_interfaces = True

    @classmethod
    def sign(cls, response: TextResponse) -> Sign | None:
        """Addresses that no other CMS has."""
        if "viewCmsCac.do" in response.url or response.css("a[href^='viewCmsCac.do?cacId=']"):
            return Sign("its columns are called viewCmsCac.do?cacId=…")
        asks = "getHtmlInDivNormal.do" in response.text or bool(response.css("[id$='pagelist'][requesturl]"))
        return Sign("a script fills the list by getHtmlInDivNormal.do") if asks else None

    def link(self, response: TextResponse, entry: Entry) -> Link:
        """A title that its list cuts off may be a report's: its page is looked at, which has the whole title."""
        link = super().link(response, entry)
        return replace(link, kind="maybe") if link.kind == "other" and entry.title.endswith(CUT) else link

    def links(self, response: TextResponse) -> Iterator[Link]:
        """The dated rows of the interface's answer, whose addresses are relative to the page; else those of the page.

        Rows that stand beside a list which a script fills must not make up for entries that it lacks.
        """
        carried = response.meta.get("carried") or {}
        if not carried:
            yield from () if _asked(response) else super().links(response)
            return
        found = entries_in([response.selector], str(carried.get("page", response.url)))
        yield from self.rows_among(response, found)

    def paging(self, response: TextResponse, page: int) -> Paging:
        """To the interface where the page's own list is empty; then by what the pager counts, or by trying on."""
        carried = response.meta.get("carried") or {}
        asked = [] if carried else _asked(response)
        if len(asked) > 1:
            return Paging(doubt="a script fills several lists of the page", leads=True)
        if asked:
            return Paging(asked[0], leads=True)
        options, rows = self.options(response), len({link.url for link in self.links(response)})
        text = visible(response.text)
        here, pages = declared_position(text)
        total = None if options.ignore_total else declared_total(text)
        size = _size(text)
        counts = Counts(here, pages, total, size)
        if pages is None:
            return self._uncounted(response, page, total, rows)
        onward = _follow(response, carried)
        if onward is None and page < pages and rows:
            onward = _onward(response, carried, size or rows)
        return counted(counts, page, rows, onward)

    def _uncounted(self, response: TextResponse, page: int, total: int | None, rows: int) -> Paging:
        """Without a count: a next link, a short list without a pager; else only a repeated page proves the end."""
        carried, options = response.meta.get("carried") or {}, self.options(response)
        plain = super().paging(response, page)
        if carried and not rows:
            return Paging(doubt="the interface's answer shows no entry", total=total)
        if isinstance(plain.next, str):
            offset = _offset(plain.next)
            onward = _onward(response, carried, 0, offset) if offset else plain.next
            return Paging(onward, total=total)
        if total is not None and plain.proof:
            return replace(plain, total=total)
        if options.pager or not plain.proof or is_proved(plain):
            return plain
        if page == 1 and rows < FEWEST:
            return (
                Paging(doubt="the interface's answer stops in the middle")
                if _is_cut(response.text)
                else plain
            )
        return Paging(_onward(response, carried, rows), probe=True) if rows else plain


def _follow(response: TextResponse, carried: Mapping[str, object]) -> Request | str | None:
    """The list from where the pager's next link leads; None without a link, or where it leads nowhere else."""
    here = number(str(carried.get("offset", 0))) if carried else _offset(response.url)
    for anchor in response.css("a[href*='offset=']"):
        if NEXT.match("".join("".join(anchor.css("::text").getall()).split())):
            offset = _offset(clean_url(response.url, anchor.attrib["href"]) or "")
            return _onward(response, carried, 0, offset) if offset != here and offset else None
    return None


def _asked(response: TextResponse) -> list[Request]:
    """What the page's script asks for, for each list that it fills."""
    found = {}
    for place in response.css(LISTS):
        name = place.attrib.get("id", "")
        if not name or place.css("a[href]"):
            continue
        query = dict(parse_qsl(place.attrib.get("querystring", "")))
        query = query or {key: place.attrib[key] for key in ASKED_WITH if place.attrib.get(key)}
        own = dict(parse_qsl(urlsplit(response.url).query))
        if "cacId" not in query:
            query["cacId"] = query.pop("cacid", "") or own.get("cacId", "")
        address = place.attrib.get("requesturl") or urlunsplit((*urlsplit(response.url)[:3], "", ""))
        fields = {"gwcsCode": own.get("gwcsCode", "undefined"), "divId": name, "requestUrl": address, **query}
        carried = {"page": response.url, "fields": fields, "offset": _offset(f"?{urlencode(query)}")}
        found[name] = form(response.urljoin(INTERFACE), fields, carried)
    return list(found.values())


def _is_cut(text: str) -> bool:
    """Whether something in a part of a page is opened and never closed."""
    return any(
        len(re.findall(rf"<{name}\b", text, re.IGNORECASE))
        > len(re.findall(rf"</{name}\b", text, re.IGNORECASE))
        for name in ("table", "ul", "div")
    )


def _onward(
    response: TextResponse, carried: Mapping[str, object], step: int, offset: int | None = None
) -> Request | str | None:
    """The list from another offset: `step` rows on, or at `offset`. Asked for as this page was."""
    fields = carried.get("fields")
    if isinstance(fields, dict):
        at = offset or (number(str(carried.get("offset", 0))) or 0) + step
        asked = {**{str(name): str(value) for name, value in fields.items()}, "offset": str(at)}
        return form(response.url, asked, {**carried, "fields": asked, "offset": at})
    parts = urlsplit(response.url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    query["offset"] = str(offset or _offset(response.url) + step)
    return clean_url(response.url, urlunsplit((*parts[:3], urlencode(query), "")))


def _offset(url: str) -> int:
    return number(dict(parse_qsl(urlsplit(url).query)).get("offset")) or 0


def _size(text: str) -> int | None:
    found = SIZE.search(text)
    return number(found[1] or found[2]) if found else None
