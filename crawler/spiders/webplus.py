"""Webplus: `list.htm`, `list2.htm`, …; the pager prints how many pages and entries there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.links import clean_url, entries
from crawler.paging import Paging
from crawler.spiders.base import FamilySpider, Sign
from crawler.spiders.pagers import Counts, counted, lone, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsel import Selector
    from scrapy.http import TextResponse

    from store.model import Link

MARKS = {
    ".wp_paging": "the pager has the class wp_paging",
    "[id^='wp_news_w']": "the list is called wp_news_w…",
    "[href*='/_upload/tpl/'], [src*='/_upload/tpl/']": "its templates lie in /_upload/tpl/",
}


class WebplusSpider(FamilySpider):
    """The list `wp_news_wN` belongs to the pager `wp_paging_wN`; other lists of the page are boxes beside it."""

    name = "webplus"

    @classmethod
    def sign(cls, response: TextResponse) -> Sign | None:
        """The names that its templates give to lists and pagers."""
        why = [said for mark, said in MARKS.items() if response.css(mark)]
        return Sign("; ".join(why)) if why else None

    def links(self, response: TextResponse) -> Iterator[Link]:
        """The rows of the list that the pager turns; the rows of the whole page where none is named so."""
        options = self.options(response)
        container = "" if options.container or options.link else _container(response)
        if not container:
            yield from super().links(response)
            return
        yield from self.rows_among(response, entries(response, container))

    def paging(self, response: TextResponse, page: int) -> Paging:
        """The pager's next link, held to its own counts."""
        options, rows = self.options(response), sum(1 for _ in self.links(response))
        pagers = response.css(".wp_paging")
        if options.next or not pagers:
            paging = super().paging(response, page)
            return paging if options.pager else lone(paging, rows, page)
        said = {_said(response, pager, count=not options.ignore_total) for pager in pagers}
        if len(said) > 1:
            return Paging(doubt="the page has several pagers, which disagree")
        counts, onward = said.pop()
        if counts.pages is None:
            return Paging(doubt="the pager does not say how many pages there are", total=counts.total)
        return counted(counts, page, rows, onward)


def _container(response: TextResponse) -> str:
    """A selector of the list that belongs to the page's one pager; empty where that is not plain."""
    numbers = {
        name.removeprefix("wp_paging_") for name in response.css("[id^='wp_paging_']::attr(id)").getall()
    }
    chosen = f"#wp_news_{numbers.pop()}" if len(numbers) == 1 else ""
    return chosen if chosen.replace("_", "").lstrip("#").isalnum() and response.css(chosen) else ""


def _said(response: TextResponse, pager: Selector, *, count: bool) -> tuple[Counts, str | None]:
    """The counts of a pager, and where its next link leads; None where it is switched off."""
    here, pages, total, size = (
        number(pager.css(f"em.{name}::text").get())
        for name in ("curr_page", "all_pages", "all_count", "per_count")
    )
    onward = clean_url(response.urljoin(""), pager.css("a.next::attr(href)").get(""))
    counts = Counts(here, pages, total, size) if count else Counts(here, pages)
    return counts, None if onward == response.url else onward
