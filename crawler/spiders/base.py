"""What all families share: one visit a source, politely, whatever becomes of the others."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

import scrapy
from scrapy.exceptions import CloseSpider
from scrapy.http.request import NO_CALLBACK

from crawler.addresses import host_key
from crawler.composing import BARE_YEAR
from crawler.folders import FILE, frames_of, groups_below, year_folders
from crawler.ledger import Ledger, open_ledger
from crawler.links import entries
from crawler.options import Options, mistakes_in
from crawler.paging import Paging, plain_paging
from crawler.politeness import breaker_key, gate, slot_of
from crawler.room import room_of
from crawler.unexplained import words_of
from crawler.visit import Visit
from crawler.ways import switches, ways_below
from store.errors import StoreError
from store.matching import facts_of
from store.model import Link

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Container, Iterable, Iterator, Mapping, Sequence
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import TextResponse

    from crawler.links import Entry
    from crawler.room import Room
    from crawler.unexplained import Words
    from crawler.ways import Way
    from store.model import Source

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sign:
    """Why a page is a family's list. `sure`: a mark that no other CMS makes. `options`: what the page shows to be needed."""

    why: str
    sure: bool = True
    options: Mapping[str, str | int | bool] = field(default_factory=dict)


class FamilySpider(scrapy.Spider):
    """The base of every family: a `name`, and what it reads otherwise than a plain list.

    `links`, `paging`, `children` and `sign` are pure: a decoded page in, what stands in it out. Fetching, retrying,
    judging and keeping are done here and are the same for all.
    """

    # Options that only this family has, with their defaults; docs/adding-a-site.md explains each
    own_options: ClassVar[Mapping[str, str | int | bool]] = MappingProxyType({})
    # It asks what the page's scripts would ask, so they leave nothing out
    asks_interfaces: ClassVar[bool] = False
    # Folders of single years and groups that lie below the column are read without being named in `children`
    reads_folders: ClassVar[bool] = False
    # A way of a page that leads below the column and that is not read may hide anybody's report
    owes_ways: ClassVar[bool] = True
    ledger: Ledger
    sources: tuple[Source, ...] = ()

    @classmethod
    def sign(cls, response: TextResponse) -> Sign | None:  # noqa: ARG003 - for families to override
        """Why a page is a list of this family, for `reportwatch add`; None where nothing shows it."""
        return None

    def links(self, response: TextResponse) -> Iterator[Link]:
        """The rows: all of `container`, or the anchors that have a date beside them or look like reports."""
        options = self.options(response)
        chosen = bool(options.container or options.link)
        yield from self.rows_among(
            response, entries(response, options.container, options.link), chosen=chosen
        )

    def rows_among(
        self, response: TextResponse, found: Iterable[Entry], *, chosen: bool = False
    ) -> Iterator[Link]:
        """The entries that are rows of the list, as links; all of them where a person has `chosen` their place."""
        for entry in found:
            link = self.link(response, entry)
            if chosen or self.is_row(entry, link):
                yield link

    def paging(self, response: TextResponse, page: int) -> Paging:
        """Where the list goes on after this page (the `page`-th, from 1), or what proves its end."""
        options = self.options(response)
        paging = plain_paging(response, page, options.next, count=not options.ignore_total)
        if options.pager == "none" and paging.next is None:
            return Paging(None, "a person says that the list has no pager", "", paging.pages, paging.total)
        return paging

    def children(self, response: TextResponse, depth: int) -> Sequence[str | scrapy.Request]:
        """The columns below a column (year folders, groups) that are part of its list; the source's own is depth 0.

        Found in the page each time, never computed: their names drift.
        """
        options = self.options(response)
        if options.children:
            return options.children_in(response) if depth == 0 else ()
        return year_folders(response, self._column(response)) if self.reads_folders else ()

    def asides(self, response: TextResponse) -> Sequence[str]:
        """Pages that may hold a part of the list: groups of bodies below the column, frames. Read, and left if they do not."""
        if self.asks_interfaces:
            return ()
        by_itself = self.reads_folders and not self.options(response).children
        groups = groups_below(response, self._column(response)) if by_itself else ()
        return (*groups, *frames_of(response))

    def printed(self, response: TextResponse, titles: Container[str]) -> Iterator[Words]:
        """Words of the page that look like a report, or like a year of reports, and are no entry's title."""
        yield from words_of(response, self._column(response), titles)
        if not self.asks_interfaces:
            yield from switches(response)

    def ways(self, response: TextResponse) -> Sequence[Way]:
        """Ways of the page that lead below the column: each must be read, or be an entry, or it hides reports."""
        if self.asks_interfaces or not self.owes_ways or self.options(response).children:
            return ()
        source: Source = response.meta["source"]
        return ways_below(response, self._column(response), source.hosts)

    @staticmethod
    def _column(response: TextResponse) -> str:
        source: Source = response.meta["source"]
        return source.url

    def own_option(self, response: TextResponse, name: str) -> str | int | bool:
        """The value of one of `own_options` for the source that a page belongs to."""
        source: Source = response.meta["source"]
        return source.options.get(name, self.own_options[name])

    def options(self, response: TextResponse) -> Options:
        """The options of the source that a page belongs to."""
        return Options.of(response.meta["source"])

    def link(self, response: TextResponse, entry: Entry) -> Link:
        """An entry as a link of the source, with the kind that its title shows."""
        source: Source = response.meta["source"]
        kind = "composed" if entry.composed else facts_of(entry.title).kind
        return Link(source.id, entry.url, entry.title, entry.published, kind)

    def is_row(self, entry: Entry, link: Link) -> bool:
        """Whether an anchor from anywhere in a page is a row of its list, and no menu that only says "annual reports"."""
        if entry.dated or entry.composed:
            return True
        if BARE_YEAR.match(entry.title):  # undated, that is a menu of year folders, or a file
            return bool(FILE.search(entry.url))
        return link.kind != "other" and facts_of(link.title).year is not None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:  # noqa: ANN401 - Scrapy's signature
        """Scrapy's hook: opens the ledger of the process and picks the sources of this family."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        settings = crawler.settings
        try:
            ledger, watchlist = open_ledger(
                Path(settings["STATE"]), Path(settings["WATCHLIST"]), settings["FIXED_NOW"], settings["RUN"]
            )
        except StoreError as error:
            raise CloseSpider(str(error)) from error
        gate.join(watchlist.sources)  # before any family begins
        wanted = {name for name in settings["ONLY_SOURCES"].split(",") if name}
        mine = [source for source in watchlist.sources if source.family == cls.name]
        spider.ledger = ledger
        spider.sources = tuple(source for source in mine if not wanted or source.id in wanted)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Visits every source. Sources of one host or platform take turns; hosts do not wait for each other."""
        slots: defaultdict[str, list[Source]] = defaultdict(list)
        for source in self.sources:
            gate.pace_source(source)
            slots[slot_of(source)].append(source)
        settings = self.crawler.settings
        room = room_of(settings.getint("CONCURRENT_REQUESTS"), settings.getfloat("DOWNLOAD_TIMEOUT"))
        await asyncio.gather(*(self._visit_slot(slot, sources, room) for slot, sources in slots.items()))
        through_the_scheduler: tuple[scrapy.Request, ...] = ()
        for request in through_the_scheduler:
            yield request

    async def _visit_slot(self, slot: str, sources: list[Source], room: Room) -> None:
        """The sources of one slot, one after the other. The limit of a visit runs while it has its slot for itself."""
        known: set[str] = set()
        async with room.alone(slot):
            for source in sources:
                if host_key(source.url) not in known and not self.ledger.broken:
                    known.add(host_key(source.url))
                    async with room.door(failed=self.ledger.has_failed(breaker_key(source.url))):
                        await self._knock(source)
                async with room.place(slot):
                    await self._visit(source)

    async def _knock(self, source: Source) -> None:
        """Reads robots.txt, which is remembered: what a dead host costs is over before its visit begins."""
        request = scrapy.Request(source.url, meta={"source": source, "knock": True}, callback=NO_CALLBACK)
        with suppress(Exception):  # whatever it is, the visit meets it again and names it
            await self.crawler.engine.download_async(request)

    async def _visit(self, source: Source) -> None:
        """One visit; a fault in it is logged and must not cost the others theirs."""
        if self.ledger.broken:
            return
        if mistakes := mistakes_in(source, self.own_options):
            logger.error("%s is not visited: %s", source.id, "; ".join(mistakes))
            self.ledger.faults.append(f"{source.id}: {'; '.join(mistakes)}")
            return
        limit = self.crawler.settings.getfloat("VISIT_LIMIT")
        try:
            await Visit(self, self.crawler, self.ledger, source, limit).run()
        except (StoreError, sqlite3.Error) as error:
            self.ledger.break_off(error)
        except Exception:
            logger.exception("The visit to %s broke off: this is a fault of the program", source.id)
            self.ledger.faults.append(f"{source.id}: a fault of the program, see the log")
