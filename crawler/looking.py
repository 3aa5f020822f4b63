"""Looking at list pages that nobody watches yet: the same visits, with the same manners, that fetch no report.

What is seen is kept in a folder of its own, so that nothing of it can speak for or against anybody.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import scrapy
from filelock import FileLock, Timeout

from crawler.detection import (
    PLAIN,
    UNPROVED,
    candidates,
    decide,
    first_folder,
    rows_of,
    source_of,
    spiders,
    wrong_options,
)
from crawler.failures import UnseenError
from crawler.ledger import Ledger
from crawler.looked import Column, Looked
from crawler.options import Options
from crawler.politeness import gate, slot_of
from crawler.visit import Visit
from store.database import open_database
from store.errors import BusyError, StoreError
from store.model import Watchlist
from store.paths import StatePaths
from store.remembered import get_host, put_host

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence
    from pathlib import Path
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from sqlite_utils import Database

    from crawler.fetching import Page
    from crawler.looked import Ask, Candidate, State
    from crawler.paging import Paging
    from store.model import Crawl, Source

logger = logging.getLogger(__name__)


class LookLedger(Ledger):
    """A ledger in `looks/` of the state folder. It knows which hosts asked to be left alone, and tells of new ones."""

    def __init__(self, state: Path, fixed_now: str) -> None:
        state.mkdir(parents=True, exist_ok=True)
        self._state = state
        self._guard = FileLock(state / "crawl.lock")  # two programs would not keep the pause between requests
        try:
            self._guard.acquire(timeout=0)
        except Timeout as error:
            raise BusyError(f"a crawl is running on {state}; wait for it to end") from error
        super().__init__(StatePaths(state).looks, fixed_now, None)

    def close(self) -> None:
        """Lets go of the database and of both locks."""
        super().close()
        self._guard.release()

    def last_good(self, source: Source) -> Crawl | None:  # noqa: ARG002 - a look is compared with nothing
        """None: a look asks for everything anew, and compares with nothing."""
        return None

    def prepare(self, sources: Sequence[Source]) -> None:
        """The sources of these looks, and what the crawls know of their hosts."""
        self.watch(Watchlist((), tuple(sources)))
        if (path := StatePaths(self._state).database).exists():
            known = open_database(path, create=False)
            _copy_hosts(known, self._db, _hosts(sources))
            known.close()

    def tell_hosts(self, sources: Sequence[Source]) -> None:
        """What these looks learned of hosts, for the next crawls."""
        if (path := StatePaths(self._state).database).exists():
            known = open_database(path, create=False)
            _copy_hosts(self._db, known, _hosts(sources))
            known.close()

    def kept(self, crawl: int) -> tuple[str, ...]:
        """The SHA-256 of every page that a look kept."""
        sql = "SELECT sha256 FROM captures WHERE crawl = ? AND kind = 'list' ORDER BY id"
        return tuple(str(row["sha256"]) for row in self._db.query(sql, (crawl,)))


class Look(Visit):
    """One visit to a page whose family is not known yet: the page, the family, its list to the end; no report."""

    def __init__(self, crawler: Crawler, ledger: LookLedger, ask: Ask, limit: float) -> None:
        source = source_of(ask)
        super().__init__(spiders()["static"](), crawler, ledger, source, limit)
        self._ask, self._looks = ask, ledger
        self._first: Page | None = None
        self._is_given = False
        self._signs: tuple[Candidate, ...] = ()
        self._family = ask.family
        self._columns: list[Column] = []
        self._asks: dict[str, None] = {}

    async def look(self) -> Looked:
        """The whole look."""
        self._crawl = self._ledger.begin(self._source)
        tally = await self._list(conditional=False)
        self._ledger.end(self._crawl, tally, self._pages)
        blind = tally.blindness
        return Looked(
            self._ask.key, self._ask.url, self._state(blind.kind if blind else None),
            self._first.url if self._first else "", blind.kind if blind else None, blind.reason if blind else "",
            self._family, dict(self._source.options), self._signs, tuple(self._columns), self._pages,
            rows_of(self._found.values()), tuple(self._asks), self._looks.kept(self._crawl),
        )  # fmt: skip

    def _state(self, kind: str | None) -> State:
        if kind is None:
            return "good"
        if self._first is None:
            return "blind"
        if self._family is None:
            return "unsure"
        return "unproved" if kind in UNPROVED or self._asks else "blind"

    async def _walk(self, *, conditional: bool) -> str:
        page = await super()._list_page(self._source.url, conditional=False)
        self._first = page
        self._signs = await self._signs_of(page)
        chosen, why = decide(self._ask, self._signs)
        if chosen is None:
            raise UnseenError("unsupported", why)
        self._family = chosen.family
        self._source = source_of(self._ask, chosen.family, chosen.options)
        if wrong := wrong_options(self._source):
            raise UnseenError("structure_changed", wrong)
        self._spider = spiders()[chosen.family]()
        self._options = Options.of(self._source)
        return await super()._walk(conditional=conditional)

    async def _signs_of(self, page: Page) -> tuple[Candidate, ...]:
        """The signs of the page; or, where it only leads to folders and shows none, those of its first folder."""
        response = page.markup(self._source)
        found = candidates(response)
        folder = first_folder(response) if self._ask.family is None else None
        if folder is None or any(one.family != PLAIN for one in found):
            return found
        below = candidates((await super()._list_page(folder, conditional=False)).markup(self._source))
        said = (
            replace(one, why=f"in its folder {folder}: {one.why}") for one in below if one.family != PLAIN
        )
        return (*said, *found)

    async def _list_page(self, target: str | Request, *, conditional: bool) -> Page:
        """The next page; the first one was had before its family was known."""
        if self._first is not None and target == self._source.url and not self._is_given:
            self._is_given = True
            return self._first
        url = target if isinstance(target, str) else target.url
        host = urlsplit(url).hostname or ""
        if host not in self._source.hosts:
            self._asks[host] = None
        return await super()._list_page(target, conditional=conditional)

    def _prove_end(self, page: Page, paging: Paging, walk: Any) -> None:  # noqa: ANN401 - a private type of the visit's module
        super()._prove_end(page, paging, walk)
        self._columns.append(Column(page.asked, max(1, len(walk.pages)), paging.proof))


class LookSpider(scrapy.Spider):
    """Looks at every page that was asked for: hosts side by side, the pages of one host or platform in turn."""

    name = "look"
    ledger: LookLedger
    asks: tuple[Ask, ...] = ()
    sources: tuple[Source, ...] = ()
    seen: list[Looked]

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:  # noqa: ANN401 - Scrapy's signature
        """Scrapy's hook."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.sources = tuple(source_of(ask) for ask in spider.asks)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Every look; none is lost to another's fault."""
        slots: defaultdict[str, list[Ask]] = defaultdict(list)
        for ask in self.asks:
            source = source_of(ask)
            gate.pace_source(source)
            slots[slot_of(source)].append(ask)
        room = asyncio.Semaphore(self.crawler.settings.getint("CONCURRENT_REQUESTS"))
        await asyncio.gather(*(self._slot(asks, room) for asks in slots.values()))
        through_the_scheduler: tuple[scrapy.Request, ...] = ()
        for request in through_the_scheduler:
            yield request

    async def _slot(self, asks: Iterable[Ask], room: asyncio.Semaphore) -> None:
        async with room:
            for ask in asks:
                if not self.ledger.broken:
                    await self._look(ask)

    async def _look(self, ask: Ask) -> None:
        limit = self.crawler.settings.getfloat("VISIT_LIMIT")
        try:
            self.seen.append(await Look(self.crawler, self.ledger, ask, limit).look())
        except (StoreError, sqlite3.Error) as error:
            self.ledger.break_off(error)
        except Exception:
            logger.exception("The look at %s broke off: this is a fault of the program", ask.url)
            why = "a fault of the program broke the look off: the log says where"
            self.seen.append(Looked(ask.key, ask.url, "blind", kind="interrupted", reason=why))


def respect(watched: Sequence[Source]) -> None:
    """Which hosts share a platform, and the pauses that the visits keep, hold for looks as well."""
    gate.join(watched)
    for source in watched:
        gate.pace_source(source)


def _hosts(sources: Iterable[Source]) -> set[str]:
    """As the breaker knows them: a host, and its port where that is not the usual one."""
    found = set()
    for source in sources:
        parts = urlsplit(source.url)
        found |= {host if parts.port in (None, 80, 443) else f"{host}:{parts.port}" for host in source.hosts}
    return found


def _copy_hosts(there: Database, here: Database, hosts: Iterable[str]) -> None:
    for host in hosts:
        state = get_host(there, host)
        if state is not None:
            put_host(here, replace(state))
