"""博达 VSB: older pages are `<column>/N.htm` with N running downwards, so that only the pager's own links lead on."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from scrapy import Request

from crawler.links import clean_url, entries_in
from crawler.paging import NEXT, Paging, declared_total
from crawler.spiders.base import FamilySpider, Sign
from crawler.spiders.pagers import Counts, counted, lone, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsel import Selector
    from scrapy.http import TextResponse

    from store.model import Link

PAGERS = ".p_pages, [id^='fanye']"
SLASHED = re.compile(r"(?<![\d/-])(\d{1,6})\s*/\s*(\d{1,6})(?![\d/-])")
NEAR = 12  # elements around the pager in which its list is looked for
MARKS = {
    "Visual SiteBuilder": "the page says that it is made by Visual SiteBuilder",
    "/_sitegray/": "a script of its grey mode",
    "/system/resource/js/": "its scripts lie in /system/resource/js/",
    "news.DownloadAttachUrl": "files hang on download.jsp?urltype=news.DownloadAttachUrl",
}


class VsbSpider(FamilySpider):
    """Two pagers are known: labelled pages (`p_no`), and a table cell `fanye…` that says "共49条 1/5"."""

    name = "vsb"

    @classmethod
    def sign(cls, response: TextResponse) -> Sign | None:
        """What its generator leaves in every page, and its pagers."""
        why = [said for mark, said in MARKS.items() if mark in response.text]
        if response.css(".p_pages .p_no_d, .p_pages .p_no, td[id^='fanye']"):
            why.append("the pager is of its form (p_no, fanye)")
        return Sign("; ".join(why)) if why else None

    def links(self, response: TextResponse) -> Iterator[Link]:
        """The rows that stand around the pager: hot news beside them have addresses of the same form."""
        options = self.options(response)
        around = 0 if options.container or options.link else self._around(response)
        places = _ancestors(response)[around - 1 : around] if around else []
        if not places:
            yield from super().links(response)
            return
        yield from self.rows_among(response, entries_in(places, response.urljoin("")))

    def paging(self, response: TextResponse, page: int) -> Paging:
        """The pager's next link; its end is what the pager itself says, for its numbers run downwards."""
        options, rows = self.options(response), sum(1 for _ in self.links(response))
        pagers = [_whole(pager) for pager in response.css(PAGERS)]
        if options.next or not pagers:
            paging = super().paging(response, page)
            return paging if options.pager else lone(paging, rows, page)
        said = {_read(response, pager, (page, rows), count=not options.ignore_total) for pager in pagers}
        if len(said) > 1:
            return Paging(doubt="the page has several pagers, which disagree")
        paging, carried = said.pop(), {"around": self._around(response)}
        onward = Request(paging.next, meta={"carried": carried}) if isinstance(paging.next, str) else None
        return replace(paging, next=onward)

    def _around(self, response: TextResponse) -> int:
        """How many elements around the page's pager its list stands: the fewest that hold some row. 0: nobody knows.

        An older page is told what the first one found, for on a page without rows the hot news would be the list.
        """
        known = (response.meta.get("carried") or {}).get("around")
        if isinstance(known, int):
            return known
        for count, around in enumerate(_ancestors(response)[:NEAR], start=1):
            found = entries_in([around], response.urljoin(""))
            if any(self.is_row(entry, self.link(response, entry)) for entry in found):
                return count
        return 0


def _ancestors(response: TextResponse) -> list[Selector]:
    """What the last pager of a page stands in, from within; nothing where there is none."""
    pagers = response.css(PAGERS)
    return pagers[-1].xpath("ancestor::*")[::-1] if pagers else []


def _whole(pager: Selector) -> Selector:
    """The pager with what stands beside it: its total, or the cell with its links."""
    around = pager.xpath("ancestor::tr[1]") if "fanye" in pager.attrib.get("id", "") else pager.xpath("..")
    return around[0] if around else pager


def _read(response: TextResponse, pager: Selector, at: tuple[int, int], *, count: bool) -> Paging:
    text = " ".join("".join(pager.xpath(".//text()[not(ancestor::script)]").getall()).split())
    total = declared_total(text) if count else None
    onward, acts = _next(response, pager)
    if acts:
        return Paging(doubt="the pages are turned by a script: this family cannot follow it", total=total)
    if labels := pager.css(".p_no, .p_no_d"):
        return _labelled(response, labels, at, onward, total)
    if position := SLASHED.search(text):
        return counted(Counts(number(position[1]), number(position[2]), total), *at, onward)
    if onward:
        return Paging(onward, total=total)
    return Paging(doubt="the pager says neither how many pages there are nor which one this is", total=total)


def _labelled(
    response: TextResponse, labels: list[Selector], at: tuple[int, int], onward: str | None, total: int | None
) -> Paging:
    """A pager that prints the numbers of its pages: the one without a link is the present one."""
    page, rows = at
    pages = {number("".join(label.css("::text").getall())): label for label in labels}
    here = next((shown for shown, label in pages.items() if "p_no_d" in label.attrib.get("class", "")), None)
    highest = max((shown for shown in pages if shown is not None), default=None)
    if here is None or highest is None:
        return Paging(doubt="the pager does not say which page this is", total=total)
    follow = pages.get(page + 1)
    if onward is None and follow is not None:
        onward = clean_url(response.urljoin(""), follow.css("a::attr(href)").get(""))
    counts = Counts(here, highest, total)
    if onward and highest == here == page:  # a window of numbers that does not reach to the end
        return Paging(onward, total=total)
    last = clean_url(response.urljoin(""), labels[0].xpath("..").css(".p_last a::attr(href)").get(""))
    if onward is None and last not in (None, response.url):
        return Paging(doubt=f"the pager has no next page, and its last page is {last}", total=total)
    paging = counted(counts, page, rows, onward)
    return Paging(paging.next, paging.proof, paging.doubt, None if paging.next else highest, total)


def _next(response: TextResponse, pager: Selector) -> tuple[str | None, bool]:
    """Where the next link leads, and whether a script follows it instead."""
    for anchor in pager.css("a"):
        said = "".join("".join(anchor.css("::text").getall()).split())
        if not NEXT.match(said):
            continue
        href = anchor.attrib.get("href", "")
        url = clean_url(response.urljoin(""), href)
        if url is None and (re.search(r"javascript:.*\w\s*\(", href) or "onclick" in anchor.attrib):
            return None, True
        return (None if url == response.url else url), False
    return None, False
