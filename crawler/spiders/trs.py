"""TRS WCM: static pages `index.html`, `index_1.html`, ... whose number stands only in a call of createPageHTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from crawler.paging import Paging, declared_total
from crawler.spiders.base import FamilySpider

if TYPE_CHECKING:
    from scrapy.http import TextResponse


CALL = re.compile(
    r"""(?<!function )\bcreatePage(?:HTML)?\s*\(((?:\s*(?:\d+|"[^"]*"|'[^']*')\s*,?){2,9})\)\s*;?"""
)
ARGUMENT = re.compile(r"""(\d+)|"([^"]*)"|'([^']*)'""")
COMMENTED = re.compile(r"^[^\n]*(?<!:)//[^\n]*$")
PAGE_NAME = "index"


class TrsSpider(FamilySpider):
    """Pages are numbered from 0 in addresses and counted from 1 in the call: the count proves the end.

    A column whose static part is only the beginning (动静结合: the rest comes from a search interface) declares
    more entries than it shows, and is seen as truncated.
    """

    name = "trs"

    def paging(self, response: TextResponse, page: int) -> Paging:
        """The next `index_N`, as long as the call counts more pages."""
        options = self.options(response)
        total = None if options.ignore_total else declared_total(response.text)
        calls = {
            _arguments(found.group(1))
            for found in CALL.finditer(response.text)
            if _is_live(response.text, found)
        }
        if not calls:
            return self._without_call(options.pager, total, page)
        if len(calls) > 1:
            return Paging(
                None, "", f"several calls of createPageHTML disagree: {sorted(map(str, calls))}", None, total
            )
        pages, here, name, extension = calls.pop()
        if pages and here != page - 1:
            return Paging(None, "", f"page {page} calls itself page {here + 1} of {pages}", pages, total)
        if page >= pages:
            return Paging(None, f"createPageHTML counts {pages} pages", "", pages, total)
        return Paging(urljoin(response.url, f"{name}_{page}.{extension}"), pages=pages, total=total)

    def _without_call(self, pager: str, total: int | None, page: int) -> Paging:
        if page > 1:
            return Paging(
                None,
                "",
                f"page {page} has no call of createPageHTML: a stub, or the list has changed",
                None,
                total,
            )
        if pager == "none":
            return Paging(None, "a person says that the list has no pager", "", 1, total)
        doubt = 'no call of createPageHTML says how many pages there are (if there is one page only: pager = "none")'
        return Paging(None, "", doubt, None, total)


def _arguments(text: str) -> tuple[int, int, str, str]:
    """(pages, this page from 0, name, extension): the first two numbers and the last two strings of a call."""
    numbers, strings = [], []
    for number, double, single in ARGUMENT.findall(text):
        if number:
            numbers.append(int(number[:9]))
        else:
            strings.append(double or single)
    pages, here = (*numbers, 0, 0)[:2] if numbers else (0, 0)
    name, extension = strings[-2:] if len(strings) > 1 else (PAGE_NAME, "html")
    return pages, here, name, extension.lstrip(".")


def _is_live(text: str, found: re.Match[str]) -> bool:
    """Whether a call is not behind `//` on its line."""
    line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
    return not COMMENTED.match(line)
