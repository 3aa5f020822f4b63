"""The tax administration's sites: a script asks `getFileListByCodeId` for the entries of a column."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from crawler.answers import answer_of, at, day_of, number_of, rows_of, text_of
from crawler.links import Entry, clean_url
from crawler.paging import Paging
from crawler.spiders.base import FamilySpider, Sign
from crawler.spiders.pagers import Counts, counted, form

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scrapy import Request
    from scrapy.http import TextResponse

    from store.model import Link

INTERFACE = "/getFileListByCodeId"
NAMED = re.compile(r"""["']((?:https?:)?/{1,2}[\w./:-]{0,200}getFileListByCodeId|getFileListByCodeId)["'?]""")
CHANNEL = re.compile(r"""\bchannelId["']?\s{0,5}[:=]\s{0,5}["']([0-9a-f]{32})["']""", re.IGNORECASE)
FULL = 20  # entries asked for at once, as the pages' own scripts do


class TaxSpider(FamilySpider):
    """The page holds the column's number; the interface counts the column's entries, page by page."""

    name = "tax"
    asks_interfaces = True
    own_options: ClassVar[Mapping[str, str | int | bool]] = MappingProxyType(
        {"channel": "", "search": "", "sub_channels": False}
    )

    @classmethod
    def sign(cls, response: TextResponse) -> Sign | None:
        """The interface's name; the number of a column alone is also in pages of other systems."""
        channels = set(CHANNEL.findall(response.text))
        if NAMED.search(response.text) or INTERFACE in response.text:
            return Sign("a script asks getFileListByCodeId", sure=len(channels) == 1)
        tax = "chinatax.gov.cn" in response.url and len(channels) == 1
        return Sign("a page of the tax administration with a channelId", sure=False) if tax else None

    def links(self, response: TextResponse) -> Iterator[Link]:
        """The entries of the interface's answer; the page itself has none."""
        carried = response.meta.get("carried") or {}
        for row in rows_of(at(answer_of(response), "results", "data", "results")) if carried else []:
            url = clean_url(str(carried.get("page", response.url)), text_of(row.get("url")))
            title = text_of(row.get("title"))
            published = day_of(row.get("publishedTimeStr")) or day_of(row.get("publishedTime"))
            if url and title:
                yield self.link(response, Entry(url, title, published))

    def paging(self, response: TextResponse, page: int) -> Paging:
        """From the page to the interface, and from its page to its next, as long as it counts more entries."""
        carried = response.meta.get("carried") or {}
        if carried:
            return self._answered(response, carried, page)
        channel = str(self.own_option(response, "channel")) or _channel(response)
        if not channel:
            return Paging(doubt="the page does not say which column it asks for (option channel)", leads=True)
        named = str(self.own_option(response, "search")) or (
            found[1] if (found := NAMED.search(response.text)) else INTERFACE
        )
        where = {"page": response.url, "interface": response.urljoin(named), "channel": channel, "size": FULL}
        return Paging(self._ask(response, where, 1), leads=True)

    def _ask(self, response: TextResponse, where: Mapping[str, object], number: int) -> Request:
        below = "true" if self.own_option(response, "sub_channels") else "false"
        fields = {
            "codeId": "", "channelId": str(where["channel"]), "page": str(number), "size": str(where["size"]),
            "relateSubChannels": below,
        }  # fmt: skip
        return form(str(where["interface"]), fields, {**where, "number": number})

    def _answered(self, response: TextResponse, carried: Mapping[str, object], page: int) -> Paging:
        """The proof is the interface's own count; an answer to another question proves nothing."""
        answer = answer_of(response)
        told = at(answer, "results", "data")
        if number_of(at(answer, "code")) not in (None, 200) or not isinstance(told, dict):
            return Paging(doubt="the interface does not answer with a list")
        total, here, channel = (
            number_of(told.get("total")),
            number_of(told.get("page")),
            told.get("channelId"),
        )
        if total is None:
            return Paging(doubt="the interface does not say how many entries there are")
        if channel and str(channel).lower() != str(carried.get("channel")).lower():
            return Paging(doubt="the interface answers for another column", total=total)
        got, asked = len(rows_of(told.get("results"))), number_of(carried.get("size")) or FULL
        size = (
            got if page == 1 and 0 < got < min(asked, total) else asked
        )  # it gives fewer at once than asked for
        counts = Counts(here, -(-total // size), total)
        ignored = Counts(here, counts.pages) if self.options(response).ignore_total else counts
        onward = (
            None if page >= -(-total // size) else self._ask(response, {**carried, "size": size}, page + 1)
        )
        return counted(ignored, page, got, onward)


def _channel(response: TextResponse) -> str:
    """The column's number, if the page names one only."""
    channels = set(CHANNEL.findall(response.text))
    return channels.pop() if len(channels) == 1 else ""
