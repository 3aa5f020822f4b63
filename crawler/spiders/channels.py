"""The "channels/contents" CMS of 平顶山 (汝州): a channel is a number, and each year's reports get new ones."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from scrapy import Request

from crawler.columns import ASIDE, anchors, counted_or_doubt, is_child, is_said_empty, title_of
from crawler.links import DAY, Entry, clean_url, entries, iso_day
from crawler.paging import Paging, declared_position, declared_total
from crawler.spiders.base import FamilySpider, Sign

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.html import HtmlElement
    from scrapy.http import TextResponse

    from store.model import Link, Source

CHANNEL = re.compile(r"/channels/(\d{1,9})(?:_(\d{1,5}))?\.html$")
CONTENT = re.compile(r"/contents/\d{1,9}/\d{1,12}\.html$")
POSITION = "div.page span.total"
ROWS = (("div.channel div.channel-fr", "ul li a[href]"), ("div.xxgk table", "tr a[href]"))
# A channel of one year's reports: the year alone, or with what it holds
YEAR = re.compile(
    r"^\W*(19|20)\d{2}\s*年?\s*度?[\s()（）\-—]*(政府|部门|市直|县区|乡镇|街道|办事处|单位|委局|各|全)?\S{0,12}?(信息公开)?\S{0,4}(年报|年度报告|报告)?\W*$"
)
ANNUAL = re.compile(r"年报|年度报告")
LONGEST = 24  # characters: a channel's name is short
OUTWARDS = 4  # elements around an anchor that may be its menu
MENUS = ("ul", "ol", "dl", "table", "div")
TRAILING_DAY = re.compile(r"\s*[\[(（]?\s*" + DAY.pattern + r"[\s日]*[\])）]?\s*$")


class ChannelsSpider(FamilySpider):
    """Pages are `/channels/<id>_<n>.html`, counted by 当前第 x/y. Channels below one are found by their titles.

    A channel's number says nothing of where it belongs: those of years, and those that stand in one menu with them.
    """

    name = "channels"

    @classmethod
    def sign(cls, response: TextResponse) -> Sign | None:
        """The addresses of this system."""
        hrefs = response.css("a::attr(href)").getall()
        contents = sum(bool(CONTENT.search(href)) for href in hrefs)
        channels = sum(bool(CHANNEL.search(href)) for href in hrefs)
        if CHANNEL.search(response.url) and (contents or channels):
            return Sign(
                f"{channels} addresses like /channels/123.html, {contents} like /contents/123/456.html"
            )
        return None

    def links(self, response: TextResponse) -> Iterator[Link]:
        """The rows of the channel's list; without its container, the rows that any list has."""
        options = self.options(response)
        chosen = [rows for rows in ROWS if response.css(rows[0])]
        if options.container or options.link or not chosen:
            for link in super().links(response):
                if CHANNEL.search(link.url):
                    continue
                tidy = _dated(Entry(link.url, link.title, link.published))
                yield replace(link, title=tidy.title, published=tidy.published)
            return
        for container, rows in chosen:
            for entry in entries(response, container, rows):
                if not CHANNEL.search(entry.url):
                    yield self.link(response, _dated(entry))

    def children(self, response: TextResponse, depth: int) -> Sequence[str | Request]:
        """Channels of years and their neighbours in a menu, but none that a channel above had shown already."""
        source: Source = response.meta["source"]
        options = self.options(response)
        carried = response.meta.get("carried") or {}
        known = {*carried.get("known", ()), _first(source.url), _first(response.url)}
        found = options.children_in(response) if options.children and not depth else self._below(response)
        fresh = [url for url in dict.fromkeys(map(_first, found)) if url not in known]
        shown = [*known, *fresh]
        return [Request(url, meta={"carried": {"column": True, "known": shown}}) for url in fresh]

    def paging(self, response: TextResponse, page: int) -> Paging:
        """The next `_<n>`, as long as 当前第 x/y counts more pages."""
        links = list(self.links(response))
        said = " ".join(response.css(f"{POSITION} ::text, {POSITION}::text").getall())
        here, pages = declared_position(said)
        total = None if self.options(response).ignore_total else declared_total(said)
        if pages is None:
            return self._uncounted(response, page, links)
        if not links:
            empty = 0 in (total, pages) or is_said_empty(response, self.options(response))
            doubt = "" if empty else f"page {page} of {pages} shows no row"
            return Paging(
                None, "" if doubt else "the channel says that it is empty", doubt, pages, leads=empty
            )
        if (here or page) != page:
            return Paging(
                None, doubt=f"page {page} calls itself page {here} of {pages}", pages=pages, total=total
            )
        if page >= pages:
            return Paging(None, f"page {page} of {pages}", pages=pages, total=total)
        found = CHANNEL.search(response.url)
        if found is None:
            return Paging(None, doubt=f"{response.url} is not the address of a channel", pages=pages)
        following = response.urljoin(f"/channels/{found[1]}_{page + 1}.html")
        return Paging(following, pages=pages, total=total)

    def _uncounted(self, response: TextResponse, page: int, links: Sequence[Link]) -> Paging:
        if page > 1:
            return Paging(None, doubt=f"page {page} does not say 当前第 x/y")
        below = self.children(response, int(is_child(response)))
        counted = counted_or_doubt(response, self.options(response))
        if links or not below or response.css("div.page"):
            return counted
        if any(CONTENT.search(href) for href in response.css("a::attr(href)").getall()):
            return Paging(None, doubt="the channel shows articles, but no list is recognised")
        return Paging(None, f"its rows stand in the {len(below)} channels below it")

    def _below(self, response: TextResponse) -> list[str]:
        """The channels of a menu in which years stand; and any that is called a year's report."""
        found: dict[str, None] = {}
        for anchor in anchors(response):
            if not _is_year(anchor) or not (url := _channel(response, anchor)):
                continue
            found[url] = None
            found |= dict.fromkeys(self._beside(response, anchor, url))
        return list(found)

    @staticmethod
    def _beside(response: TextResponse, anchor: HtmlElement, url: str) -> list[str]:
        """The channels in the innermost part of the page that holds another one than this."""
        for menu in islice(anchor.iterancestors(*MENUS), OUTWARDS):
            beside = [
                channel
                for other in menu.iter("a")
                if _is_name(title_of(other)) and (channel := _channel(response, other))
            ]
            if menu.tag != "div" or set(beside) - {url}:
                return beside
        return []


def _is_name(title: str) -> bool:
    return len(title) <= LONGEST and not ASIDE.search(title)


def _is_year(anchor: HtmlElement) -> bool:
    title = title_of(anchor)
    if len(title) > LONGEST:
        return False
    return bool(YEAR.match(title)) and (len(title) <= len("(2025年度)") or bool(ANNUAL.search(title)))


def _channel(response: TextResponse, anchor: HtmlElement) -> str | None:
    url = clean_url(response.urljoin(""), anchor.get("href") or "")
    return url if url and CHANNEL.search(url) else None


def _first(url: str) -> str:
    """The first page of a channel, of whichever page this is the address."""
    return CHANNEL.sub(lambda found: f"/channels/{found[1]}.html", url)


def _dated(entry: Entry) -> Entry:
    """An entry whose date stands within its anchor, behind the title."""
    found = TRAILING_DAY.search(entry.title)
    title = entry.title[: found.start()].rstrip() if found else entry.title
    if not found or not title:
        return entry
    return replace(entry, title=title, published=entry.published or iso_day(found[0]))
