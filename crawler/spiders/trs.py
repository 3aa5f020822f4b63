"""TRS WCM: static pages `index.html`, `index_1.html`, ... whose number stands only in a call of createPageHTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from crawler.columns import FolderSpider
from crawler.onward import more_words
from crawler.page_calls import page_calls
from crawler.paging import Paging, declared_total
from crawler.spiders.base import Sign

if TYPE_CHECKING:
    from scrapy.http import TextResponse

ADDRESS = re.compile(r"/t20\d{6}_\d+\.s?html?$", re.IGNORECASE)
DYNAMIC = re.compile(r"\blistModel\s*\(|\.trsapi\b")
FEW = 3  # addresses: fewer may be links to another site


class TrsSpider(FolderSpider):
    """Pages are numbered from 0 in addresses and counted from 1 in the call: the count proves the end.

    Every folder below the column is part of it (years, townships), whatever it is called. A column whose static part
    is only the beginning (动静结合: the rest comes from a search interface) declares more entries than it shows, and
    is seen as truncated: `trs_search` reads it.
    """

    name = "trs"

    @classmethod
    def sign(cls, response: TextResponse) -> Sign | None:
        """The call of createPageHTML, and the form of the reports' addresses: UCAP has such calls as well, with an element's name."""
        if DYNAMIC.search(response.text):
            return None
        articles = sum(bool(ADDRESS.search(href)) for href in response.css("a::attr(href)").getall())
        calls = page_calls(response.text)
        if (articles and calls) or any(not call.named for call in calls):
            return Sign(f"a call of createPageHTML, and {articles} addresses like t20240131_123456.html")
        if articles >= FEW:
            why = f"{articles} addresses like t20240131_123456.html, but no call that counts the pages"
            return Sign(why, sure=False)
        return None

    def turn(self, response: TextResponse, page: int) -> Paging:
        """The next `index_N`, as long as the call counts more pages."""
        options = self.options(response)
        total = None if options.ignore_total else declared_total(response.text)
        calls = page_calls(response.text)
        if not calls:
            return self._without_call(options.pager, total, page)
        if len(calls) > 1:
            doubt = f"several calls of createPageHTML disagree: {sorted(map(str, calls))[:4]}"
            return Paging(None, "", doubt, None, total)
        call = calls.pop()
        if call.pages == 0:
            leads = not total and not self.has_rows(response)
            return Paging(None, "createPageHTML counts 0 pages", "", 0, total, leads=leads)
        first = call.first(page, response.url)
        if first is None:
            doubt = f"page {page} calls itself page {call.here + 1} of {call.pages}"
            return Paging(None, "", doubt, call.pages, total)
        if page >= call.pages:
            doubt = more_words(response)
            proof = "" if doubt else f"createPageHTML counts {call.pages} pages"
            return Paging(None, proof, doubt, call.pages, total)
        return Paging(urljoin(response.url, call.file(page, first)), pages=call.pages, total=total)

    def _without_call(self, pager: str, total: int | None, page: int) -> Paging:
        if page > 1:
            doubt = f"page {page} has no call of createPageHTML: a stub, or the list has changed"
            return Paging(None, "", doubt, None, total)
        if pager == "none":
            return Paging(None, "a person says that the list has no pager", "", 1, total)
        doubt = 'no call of createPageHTML says how many pages there are (if there is one page only: pager = "none")'
        return Paging(None, "", doubt, None, total)
