"""The "sitesources/page_pc" CMS of 周口, 漯河, 焦作: `list1.html`, `list2.html`, ..., counted by #articleListTable."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.answers import number_of
from crawler.columns import FolderSpider, child, counted_or_doubt
from crawler.links import clean_url, entries
from crawler.paging import Paging
from crawler.spiders.base import Sign

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scrapy import Request
    from scrapy.http import TextResponse

    from store.model import Link

TABLE = "#articleListTable"
ROWS = (TABLE, ".colInfoBox", ".colRtitle")  # where the rows stand, the first that is there
SITE = re.compile(r"^/sitesources/[^/]+(?=/page_pc/)")
HERE = re.compile(r"/list(\d{1,5})\.html$|/template/viewList\?(?:[^#]*&)?page=(\d{1,5})(?!\d)")
VIEW = re.compile(r"/template/viewList\?[^\"'<>\s\\]{0,200}")
CATALOG = re.compile(r"catalogId[\"']?\s{0,9}[=:]\s{0,9}[\"']?([0-9a-fA-F]{32})(?![0-9a-fA-F])")
ARTICLES = re.compile(r"/page_pc/[^?#]*/article[0-9a-f]{32}\.html$", re.IGNORECASE)


class SitesourcesSpider(FolderSpider):
    """A column's front page `index.html` shows the beginning of its list; years and groups are folders below it.

    The same address is written long (`/sitesources/<site>/page_pc/...`) and short (`/page_pc/...`).
    """

    name = "sitesources"
    owes_ways = False  # all folders are read, and its addresses are written in two ways

    @classmethod
    def sign(cls, response: TextResponse) -> Sign | None:
        """The addresses of this system, or its table."""
        hrefs = response.css("a::attr(href)").getall()
        articles = sum(bool(ARTICLES.search(href)) for href in hrefs)
        path = urlsplit(response.url).path
        if SITE.match(path) or "/page_pc/" in path or articles:
            return Sign(f"addresses with /page_pc/, and {articles} like article<32 hex digits>.html")
        if response.css(f"{TABLE}[num]"):
            return Sign(f"a table {TABLE} that counts its pages", sure=False)
        return None

    def place(self, url: str) -> tuple[str, str]:
        """Host and folder, the long form of an address made short."""
        host, folder = super().place(url)
        return host, SITE.sub("", folder)

    def links(self, response: TextResponse) -> Iterator[Link]:
        """All anchors of the table of articles; without one, the rows that any list has."""
        options = self.options(response)
        place = next((place for place in ROWS if response.css(place)), "")
        if options.container or options.link or not place:
            yield from super().links(response)
            return
        for entry in entries(response, place):
            yield self.link(response, entry)

    def children(self, response: TextResponse, depth: int) -> Sequence[str | Request]:
        """The folders below; and the list itself, where the front page shows only its beginning."""
        below = super().children(response, depth)
        start = self._start(response)
        return [*below, child(start)] if start else below

    def turn(self, response: TextResponse, page: int) -> Paging:
        """The next `listN.html`, as long as the table counts more pages."""
        if start := self._start(response):
            return Paging(None, f"the whole list begins at {start}", leads=not self.has_rows(response))
        counts = {number_of(table.attrib["num"]) for table in response.css(f"{TABLE}[num]")}
        return self._counted(response, page, counts) if counts else self._uncounted(response, page)

    def _counted(self, response: TextResponse, page: int, counts: set[int | None]) -> Paging:
        pages = counts.pop()
        if counts or pages is None:
            return Paging(None, doubt=f"{TABLE} says no number of pages, or several")
        if pages == 0:
            return Paging(None, f"{TABLE} counts 0 pages", pages=0, leads=not self.has_rows(response))
        if _here(response.url) != page:
            return Paging(None, doubt=f"page {page} is {response.url}", pages=pages)
        if page >= pages:
            return Paging(None, f"{TABLE} counts {pages} pages", pages=pages)
        return Paging(_next(response.url, page), pages=pages)

    def _uncounted(self, response: TextResponse, page: int) -> Paging:
        if page > 1:
            return Paging(
                None, doubt=f"page {page} has no {TABLE} that counts the pages: the list has changed"
            )
        return counted_or_doubt(response, self.options(response))

    def _start(self, response: TextResponse) -> str | None:
        """Where the list begins of which a front page shows a part; None where this page belongs to the list itself."""
        if HERE.search(response.url):
            return None
        tables = [number_of(table.attrib["num"]) for table in response.css(f"{TABLE}[num]")]
        least = (
            2 if self.options(response).pager == "none" else 1
        )  # nobody says that it shows all of one page
        if any(pages is not None and pages >= least for pages in tables):
            second = response.urljoin("list2.html")
            hrefs = response.css("a::attr(href)").getall()
            turned = any(clean_url(response.urljoin(""), href) == second for href in hrefs)
            return None if turned else response.urljoin("list1.html")
        return None if response.css(f"{TABLE} a[href]") else self._view(response)

    @staticmethod
    def _view(response: TextResponse) -> str | None:
        """The list that a script loads by its catalogue's number, if the page names one only."""
        if not VIEW.search(response.text):
            return None
        catalogs = set(CATALOG.findall(response.text))
        return (
            response.urljoin(f"/template/viewList?page=1&catalogId={catalogs.pop()}")
            if len(catalogs) == 1
            else None
        )


def _here(url: str) -> int:
    """The number of a page, from its address; a front page is the first."""
    found = HERE.search(url)
    return int(found[1] or found[2]) if found else 1


def _next(url: str, page: int) -> str:
    head, mark, query = url.partition("?")
    if mark:
        return head + mark + re.sub(r"(^|&)page=\d+", rf"\g<1>page={page + 1}", query)
    return f"{head.rpartition('/')[0]}/list{page + 1}.html"
