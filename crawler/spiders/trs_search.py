"""TRS behind an avalon page (动静结合): the first entries stand in the page, all of them in a search interface."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, ClassVar

from scrapy import FormRequest

from crawler.answers import answer_of, at, number_of, rows_of
from crawler.links import entries
from crawler.paging import Paging
from crawler.searches import counted, listed
from crawler.spiders.base import Sign
from crawler.spiders.trs import TrsSpider

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scrapy import Request
    from scrapy.http import TextResponse

    from store.model import Link

STATIC = '[ms-visible="showStatic"]'  # the part of the page that holds its own entries
NAMES = {
    "url": ("chnldocurl", "docpuburl", "url"),
    "title": ("doctitle", "title"),
    "day": ("docreltime", "pubdate", "time"),
}
TOTALS = ("recordCount", "count", "total", "totalCount")
VALUE = r"\b{}['\"]?\s{{0,9}}:\s{{0,9}}([^\n]{{1,300}})"
LITERAL = re.compile(r"""\"([^"]{0,200})\"|'([^']{0,200})'""")
NUMBER = re.compile(r"""^["']?(\d{1,9})""")
MEMBER = re.compile(r"^\w{1,40}\.(\w{1,40})")


@dataclass(frozen=True, slots=True)
class Search:
    """What the page's script asks its search interface, and how many entries it says there are."""

    channel: str
    where: str
    sort: str
    size: int
    total: int

    @classmethod
    def of(cls, text: str) -> Search | None:
        """As the script of a page has it; None where something of it is missing."""
        channel, size, total = (_number(text, name) for name in ("channelid", "prepage", "recordCount"))
        where, sort = _word(text, "classsql"), _word(text, "sortfield")
        if channel is None or not size or total is None or not where:
            return None
        return cls(str(channel), where, sort, size, total)

    def form(self, page: int) -> dict[str, str]:
        """The parameters of one page of it."""
        asked = {
            "channelid": self.channel,
            "classsql": self.where,
            "page": str(page),
            "prepage": str(self.size),
        }
        return asked | ({"sortfield": self.sort} if self.sort else {})


class TrsSearchSpider(TrsSpider):
    """The list is complete when the interface has shown as many entries as it and the page say there are.

    Where all entries stand in the page itself, the interface is not asked: the page's script would not either.
    """

    name = "trs_search"
    asks_interfaces = True
    # The address stands in a script file, the same on all sites that were seen
    own_options: ClassVar[Mapping[str, str | int | bool]] = {"search": "/fjdzapp/search"}

    @classmethod
    def sign(cls, response: TextResponse) -> Sign | None:
        """The script that names a search channel, a condition and the number of entries."""
        search = Search.of(response.text)
        if search is None or "listModel" not in response.text:
            return None
        return Sign(
            f"a script that asks search channel {search.channel} for {search.where}: {search.total} entries"
        )

    def links(self, response: TextResponse) -> Iterator[Link]:
        """The rows of an answer, or of the page's static part, in which no template stands."""
        carried = response.meta.get("carried") or {}
        if "search" in carried:
            for entry in listed(_rows(answer_of(response)), carried["page"], NAMES):
                yield self.link(response, entry)
        elif response.css(STATIC) and not self.options(response).container:
            for entry in entries(response, STATIC):
                yield self.link(response, entry)
        else:
            yield from super().links(response)

    def children(self, response: TextResponse, depth: int) -> Sequence[str | Request]:
        """The interface's list, and the folders below the column."""
        if "search" in (response.meta.get("carried") or {}):
            return ()
        below = super().children(response, depth)
        search = Search.of(response.text)
        if search is None or self._is_static(response, search):
            return below
        return [*below, self._ask(response, response.url, search, 1)]

    def paging(self, response: TextResponse, page: int) -> Paging:
        """The next answer, or why all of them have been seen."""
        if "search" in (response.meta.get("carried") or {}):
            return self._answered(response, page)
        return super().paging(response, page)

    def turn(self, response: TextResponse, page: int) -> Paging:
        """A page whose script asks an interface is proved by it; any other is a plain TRS page."""
        search = Search.of(response.text)
        if search is None:
            return super().turn(response, page)
        if self._is_static(response, search):
            return Paging(
                None,
                "all entries that the page counts stand in it",
                total=search.total,
                leads=not self.has_rows(response),
            )
        return Paging(
            None, "all its entries are asked of its search interface", leads=not self.has_rows(response)
        )

    def _is_static(self, response: TextResponse, search: Search) -> bool:
        """Whether the page holds all entries that it counts, in the part that is made for them."""
        if not response.css(STATIC) or self.options(response).ignore_total:
            return False
        return len(list(self.links(response))) >= search.total

    def _ask(self, response: TextResponse, page_url: str, search: Search, page: int) -> Request:
        address = response.urljoin(str(self.own_option(response, "search")))
        carried = {"search": asdict(search), "page": page_url, "column": True}
        return FormRequest(address, formdata=search.form(page), meta={"data": True, "carried": carried})

    def _answered(self, response: TextResponse, page: int) -> Paging:
        carried = response.meta["carried"]
        search = Search(**carried["search"])
        answer = answer_of(response)
        rows = _rows(answer)
        if rows is None:
            return Paging(None, doubt="the search interface answered with no list")
        said = next((number for name in TOTALS if (number := number_of(at(answer, name))) is not None), None)
        declared = None if self.options(response).ignore_total else search.total
        total = declared if said is None else said
        pages = None if total is None else max(1, -(-total // search.size))
        its_pages = number_of(at(answer, "pageCount"))
        if pages is not None and its_pages is not None and max(1, its_pages) != pages:
            doubt = f"the search interface counts {its_pages} pages of {search.size}, which are not {total} entries"
            return Paging(None, doubt=doubt, total=total)
        onward = self._ask(response, carried["page"], search, page + 1)
        return counted(page, len(rows_of(rows)), said, declared, pages, onward)


def _rows(answer: object) -> list[object] | None:
    rows = at(answer, "data")
    rows = at(answer, "docs") if rows is None else rows
    return rows if isinstance(rows, list) else None


def _expression(text: str, name: str) -> str:
    found = re.search(VALUE.format(name), text)
    return found[1].strip() if found else ""


def _number(text: str, name: str) -> int | None:
    """A number that a script names, or the member of an object (`SiteInfo.searchId`) that another part of it sets."""
    expression = _expression(text, name)
    if member := MEMBER.match(expression):
        expression = _expression(text, member[1])
    found = NUMBER.match(expression)
    return int(found[1]) if found else None


def _word(text: str, name: str) -> str:
    """The first text that is not empty: `"" || "chnlid=1813"`."""
    literals = LITERAL.findall(_expression(text, name))
    return next(
        (word.strip() for word in (double or single for double, single in literals) if word.strip()), ""
    )
