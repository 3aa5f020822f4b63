"""开普 UCAP: pages `list_2.shtml` counted from 1 in a call of createPageHTML, or a search interface that answers JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import parse_qsl, urlencode

from scrapy import Request

from crawler.answers import answer_of, at, number_of, rows_of
from crawler.columns import counted_or_doubt
from crawler.page_calls import page_calls
from crawler.paging import Paging
from crawler.searches import counted, listed
from crawler.spiders.base import FamilySpider, Sign

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scrapy.http import TextResponse

    from crawler.links import Entry
    from store.model import Link

HEX = r"[0-9a-f]{32}"
ROW = re.compile(rf"/\d{{6}}/(?:{HEX}|c00_\d+)\.s?html$|/c\d+/content\.s?html$", re.IGNORECASE)
# `/common/search/<channel>?...` as a script has it; also /search/, /searchList/
INTERFACE = re.compile(
    rf"(?<![\w./])((?:https?://[\w.:-]{{1,80}})?/(?:[\w-]{{1,30}}/){{0,2}}search(?:List)?/)({HEX})(?:\?([^\"'<>\s]{{0,300}}))?"
)
PLACE = re.compile(
    r"""["']((?:/[\w-]{1,30}){0,2}/search(?:List)?/)["']\s{0,5}\+"""
)  # the channel is a variable
CHANNEL = re.compile(rf"channel_?id[\"']?\s{{0,9}}[:=]\s{{0,9}}[\"']({HEX})[\"']", re.IGNORECASE)
META = (
    "meta[name=channelId]::attr(content), meta[name=ChannelId]::attr(content), input#channelId::attr(value)"
)
NAMES = {"url": ("url",), "title": ("title",), "day": ("publishedTimeStr", "publishedTime")}
OF_TRS = re.compile(r"/t20\d{6}_\d+\.s?html?$", re.IGNORECASE)
SEARCH = "/common/search/"
SIZE = 20
ASKED = {"_isAgg": "true", "_isJson": "true", "_template": "index", "_rangeTimeGte": "", "_channelName": ""}


class UcapSpider(FamilySpider):
    """The interface's channel is taken from the page (or from the option `channel`), its total from the answer."""

    name = "ucap"
    asks_interfaces = True
    reads_folders = True
    own_options: ClassVar[Mapping[str, str | int | bool]] = {"channel": "", "search": SEARCH}

    @classmethod
    def sign(cls, response: TextResponse) -> Sign | None:
        """A call with an element's name first, the interface's address, or the form of the reports' addresses."""
        hrefs = response.css("a::attr(href)").getall()
        if any(call.named for call in page_calls(response.text)):
            others = any(OF_TRS.search(href) for href in hrefs)  # their pages may have such a call, too
            return Sign("a call of createPageHTML with the name of an element first", sure=not others)
        if INTERFACE.search(response.text) or (CHANNEL.search(response.text) and SEARCH in response.text):
            return Sign(f"a script that asks {SEARCH} for a channel of 32 hex digits")
        articles = sum(bool(ROW.search(href)) for href in hrefs)
        return (
            Sign(f"{articles} addresses like 202401/<32 hex digits>.shtml", sure=False) if articles else None
        )

    def is_row(self, entry: Entry, link: Link) -> bool:
        """Also an anchor with an address of the form of this system's articles."""
        return bool(ROW.search(entry.url)) or super().is_row(entry, link)

    def links(self, response: TextResponse) -> Iterator[Link]:
        """The rows of an answer, or of a page."""
        carried = response.meta.get("carried") or {}
        if "channel" not in carried:
            yield from super().links(response)
            return
        for entry in listed(at(answer_of(response), "data", "results"), carried["page"], NAMES):
            yield self.link(response, entry)

    def children(self, response: TextResponse, depth: int) -> Sequence[str | Request]:
        """The interface's list, where the page's own pages are not counted; and what the option `children` names."""
        if "channel" in (response.meta.get("carried") or {}):
            return ()
        below = super().children(response, depth)
        asked = None if page_calls(response.text) else self._asked(response)
        return below if asked is None else [*below, self._ask(response, response.url, *asked, page=1)]

    def asides(self, response: TextResponse) -> Sequence[str]:
        """Those of a page; an answer has none."""
        return () if "channel" in (response.meta.get("carried") or {}) else super().asides(response)

    def paging(self, response: TextResponse, page: int) -> Paging:
        """The next page that the call counts, the next answer, or why there is none."""
        if "channel" in (response.meta.get("carried") or {}):
            return self._answered(response, page)
        if page_calls(response.text):
            return self._called(response, page)
        if page > 1:
            return Paging(
                None, doubt=f"page {page} has no call of createPageHTML: a stub, or the list has changed"
            )
        return self._uncounted(response)

    def _uncounted(self, response: TextResponse) -> Paging:
        """A page without a call of createPageHTML: its interface proves it, or it is a plain list."""
        if self._asked(response):
            rows = any(True for _ in self.links(response))
            return Paging(None, "all its entries are asked of its search interface", leads=not rows)
        if INTERFACE.search(response.text) or CHANNEL.search(response.text):
            return Paging(None, doubt="a script asks an interface, and the page names no channel, or several")
        return counted_or_doubt(response, self.options(response))

    def _called(self, response: TextResponse, page: int) -> Paging:
        calls = page_calls(response.text)
        if len(calls) > 1:
            return Paging(
                None, doubt=f"several calls of createPageHTML disagree: {sorted(map(str, calls))[:4]}"
            )
        call = next(iter(calls))
        total = call.last if call.named and not self.options(response).ignore_total else None
        rows = any(True for _ in self.links(response))
        if call.pages == 0:
            return Paging(
                None, "createPageHTML counts 0 pages", pages=0, total=total, leads=not rows and not total
            )
        first = call.first(page, response.url)
        if first is None or not rows:
            what = "shows no row" if first is not None else f"calls itself page {call.here}"
            return Paging(None, doubt=f"page {page} of {call.pages} {what}", pages=call.pages, total=total)
        if page >= call.pages:
            return Paging(None, f"createPageHTML counts {call.pages} pages", pages=call.pages, total=total)
        return Paging(response.urljoin(call.file(page, first)), pages=call.pages, total=total)

    def _asked(self, response: TextResponse) -> tuple[str, str, str] | None:
        """(path, channel, query) that the page's script asks; None where the page names no channel, or several."""
        option = str(self.own_option(response, "channel"))
        found = set(INTERFACE.findall(response.text))
        named = {channel for _, channel, _ in found}
        named |= set(CHANNEL.findall(response.text)) | set(response.css(META).re(rf"^{HEX}$"))
        channels = {option} if option else named
        if len(channels) != 1:
            return None
        channel = channels.pop()
        matching = sorted(one for one in found if one[1] == channel)
        if matching:
            return matching[0][0], channel, matching[0][2]
        places = set(PLACE.findall(response.text))
        path = places.pop() if len(places) == 1 else str(self.own_option(response, "search"))
        return path, channel, ""

    def _ask(
        self,
        response: TextResponse,
        page_url: str,
        path: str,
        channel: str,
        query: str,
        *,
        page: int,
        size: int = 0,
    ) -> Request:
        its_own = dict(parse_qsl(query.replace("&amp;", "&"), keep_blank_values=True))
        asked = {"_pageSize": str(SIZE)} | ASKED | its_own | {"_isJson": "true", "page": str(page)}
        carried = {
            "channel": channel,
            "path": path,
            "query": query,
            "page": page_url,
            "size": size,
            "column": True,
        }
        address = response.urljoin(f"{path}{channel}?{urlencode(asked)}")
        return Request(address, meta={"data": True, "carried": carried})

    def _answered(self, response: TextResponse, page: int) -> Paging:
        carried = response.meta["carried"]
        answer = at(answer_of(response), "data")
        rows, total = at(answer, "results"), number_of(at(answer, "total"))
        if not isinstance(rows, list) or total is None:
            return Paging(
                None, doubt="the interface answered with no list, or does not say how many entries there are"
            )
        channel, here = at(answer, "channelId"), number_of(at(answer, "page"))
        if (isinstance(channel, str) and channel != carried["channel"]) or here not in (None, page):
            return Paging(
                None, doubt=f"asked for page {page}, the interface answered with another page or channel"
            )
        size = carried["size"] or number_of(at(answer, "rows")) or len(rows) or 1  # the last answer has fewer
        pages = max(1, -(-total // size))
        asked = (carried["path"], carried["channel"], carried["query"])
        onward = self._ask(response, carried["page"], *asked, page=page + 1, size=size)
        return counted(page, len(rows_of(rows)), total, None, pages, onward)
