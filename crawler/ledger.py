"""What the crawler remembers and keeps: the only place of this package that touches the disk."""

from __future__ import annotations

import functools
import logging
import sqlite3
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from crawler import clock, families
from crawler.blindness import Blindness
from crawler.copies import age_of
from store.archive import Archive
from store.crawls import (
    KnownLink,
    adopt_parts,
    finish_crawl,
    interrupt_crawls,
    keep_document,
    known_links,
    last_good,
    note_capture,
    note_list_page,
    see_links,
    start_crawl,
    times_cut,
)
from store.database import open_database, transaction
from store.errors import BusyError, StoreError, explained
from store.paths import StatePaths
from store.remembered import HostState, Validator, get_host, get_validator, put_host, put_validator
from store.watched import save_watchlist
from store.watchlist import load_watchlist

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sqlite_utils import Database

    from crawler.fetching import Page
    from store.crawls import RereadKind
    from store.model import Crawl, CrawlOutcome, Link, Source, Watchlist

logger = logging.getLogger(__name__)

PATIENT_FAILURES = 3  # failures in a row before a host is left alone
FIRST_REST = 3600.0  # seconds; doubled with each further failure
LONGEST_REST = 20 * 3600.0  # under a day, so that a daily run tries every host
FULL_CHECK = 30 * 24.0  # hours after which a document is asked for in full again: servers lie about 304


@dataclass(slots=True)
class Tally:
    """What a visit came to, for the summary of the run."""

    source: str
    outcome: CrawlOutcome
    blindness: Blindness | None
    entries: int
    new_documents: int = 0
    failed_documents: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """A document that is kept: its row, its bytes and the pictures that are read with it."""

    id: int
    sha256: str
    pictures: str


@dataclass(slots=True)
class _Seen:
    """What a visit saw of its list and has not written yet: (links, when), and (url, SHA-256, status, headers, when)."""

    links: list[tuple[Sequence[Link], str]] = field(default_factory=list)
    pages: list[tuple[str, str, int, Mapping[str, str], str]] = field(default_factory=list)


class Ledger:
    """The database and the archive as the crawler uses them.

    What a visit sees of its list is written with its outcome, in one transaction; a visit that never ends was not
    made. Validators are written with what they validate, or not at all: then the page is asked for in full.
    """

    def __init__(self, state: Path, fixed_now: str, run: int | None) -> None:
        state.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(state / "crawl.lock")
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise BusyError(f"another crawl is running on {state}; wait for it to end") from error
        paths = StatePaths(state)
        self._db: Database = open_database(paths.database)
        self._archive = Archive(paths.raw)
        self._fixed_now, self._run = fixed_now, run
        self.years: frozenset[int] = frozenset()  # of a backfill; none: all
        self.tallies: list[Tally] = []
        self.faults: list[str] = []
        self.broken: StoreError | None = None
        self.too_small: set[str] = set()  # pictures that are no page of a report: asked for once a run
        self._in_a_row: Counter[str] = Counter()
        self._seen: defaultdict[int, _Seen] = defaultdict(_Seen)
        self._validators: dict[str, Validator] = {}
        self._hosts: dict[str, HostState | None] = {}
        if interrupted := interrupt_crawls(self._db, self.now()):
            logger.warning("%d visits of an earlier crawl never ended: blind, interrupted", interrupted)

    def close(self) -> None:
        """Lets go of the database and of the lock."""
        if self.broken is None:
            self._write_validators()
        self._db.close()
        self._lock.release()

    def break_off(self, error: StoreError | sqlite3.Error) -> None:
        """Nothing more can be kept (a full disk, a lost database): no further visit is begun."""
        self.broken = explained(error, "the database") if isinstance(error, sqlite3.Error) else error
        logger.error("No further visits: %s", self.broken)

    # the clock

    def now(self) -> str:
        """The moment that rows are written with: `REPORTWATCH_NOW`, or the real time."""
        return clock.now(self._fixed_now)

    def real_now(self) -> str:
        """The real time, for what servers say about it."""
        return clock.now()

    # visits

    def watch(self, watchlist: Watchlist) -> None:
        """Brings publishers and sources up to date, so that visits have something to refer to."""
        save_watchlist(self._db, watchlist, self.now())

    def begin(self, source: Source) -> int:
        """A new visit of a source, `running` until `end`."""
        return start_crawl(self._db, source.id, source.url, self.now(), self._run)

    def end(self, crawl: int, tally: Tally, pages: int) -> None:
        """The visit's outcome, in the database and in the summary."""
        blind = tally.blindness
        kind, reason = (blind.kind, blind.reason) if blind else (None, "")
        seen = self._seen.pop(crawl, _Seen())
        with transaction(self._db):
            for links, at in seen.links:
                see_links(self._db, crawl, links, at)
            for url, sha256, status, headers, at in seen.pages:
                note_list_page(self._db, crawl, url, sha256, status, headers, at)
            self._write_validators()
            age = max((age_of(headers, self.real_now()) for _, _, _, headers, _ in seen.pages), default=0)
            finish_crawl(self._db, crawl, tally.outcome, kind, reason, pages, tally.entries, self.now(), age)
        self.tallies.append(tally)
        logger.info(
            "%s: %s %s (%d entries on %d pages) %s",
            tally.source,
            tally.outcome,
            kind or "",
            tally.entries,
            pages,
            reason,
        )

    def last_good(self, source: Source) -> Crawl | None:
        """The newest good visit of the source at its present address."""
        return last_good(self._db, source.id)

    # what was seen

    def known(self, source: Source) -> Mapping[str, KnownLink]:
        """Every link ever seen on the source, by its URL."""
        return {link.url: link for link in known_links(self._db, source.id)}

    def see(self, crawl: int, links: Sequence[Link]) -> None:
        """The links of one list page, as they were seen at this moment."""
        self._seen[crawl].links.append((links, self.now()))

    def keep_list(self, crawl: int, page: Page) -> None:
        """A list page as evidence; the archive keeps equal bytes once."""
        sha256 = self._archive.put(page.body)
        self._seen[crawl].pages.append((page.url, sha256, page.status, page.headers, self.now()))

    def keep(
        self, crawl: int, source: Source, link_url: str, page: Page, *, url: str, media_type: str,
        parent: int | None = None, title: str | None = None, published: str | None = None, pictures: str = "[]",
        part: bool = False,
    ) -> tuple[int, bool]:  # fmt: skip
        """A document; (its id, whether its bytes are new at this URL)."""
        with transaction(self._db):
            self._write_validators()
            return keep_document(
                self._db, self._archive, url=url, body=page.body, media_type=media_type, now=self.now(),
                source=source.id, link_url=link_url, parent=parent, title=title, published=published,
                headers=page.headers, status=page.status, crawl=crawl, pictures=pictures, part=part,
            )  # fmt: skip

    def adopt(self, page: int, parts: Sequence[int]) -> None:
        """The pictures that are read with a page hang on it."""
        if parts:
            adopt_parts(self._db, page, parts)

    def note(
        self,
        crawl: int,
        kind: RereadKind,
        url: str,
        page: Page | None,
        why: str = "",
        parent: int | None = None,
    ) -> None:
        """A document asked for again without new bytes. `parent`: the page that leads to a file never had."""
        status, headers = (page.status, page.headers) if page else (None, {})
        document = parent if self._known(url) is None else None
        with transaction(self._db):
            self._write_validators()
            note_capture(
                self._db, kind, url, self.now(), crawl=crawl, document=document, status=status, headers=headers, note=why
            )  # fmt: skip

    def _known(self, url: str) -> int | None:
        row = next(iter(self._db.query("SELECT id FROM documents WHERE url = ? LIMIT 1", (url,))), None)
        return int(row["id"]) if row else None

    def times_cut(self, url: str) -> int:
        """How often in a row what is at this address came without its end."""
        return times_cut(self._db, url)

    def files_of(self, source: Source, link_url: str) -> dict[str, str]:
        """The attachments known for a report's page: URL to name."""
        sql = (
            "SELECT d.url, coalesce(d.title, '') AS name FROM documents d JOIN links l ON l.id = d.link"
            " WHERE l.source = ? AND l.url = ? AND d.url <> l.url AND NOT d.part ORDER BY d.id"
        )
        return {str(row["url"]): str(row["name"]) for row in self._db.query(sql, (source.id, link_url))}

    def has(self, source: Source, url: str) -> bool:
        """Whether the source has a document of that URL: only then can "unchanged" mean anything."""
        return self.latest(source, url) is not None

    def latest(self, source: Source, url: str) -> Kept | None:
        """The newest version kept of a URL."""
        sql = (
            "SELECT id, sha256, pictures FROM documents WHERE source = ? AND url = ?"
            " ORDER BY last_seen DESC, id DESC LIMIT 1"
        )
        row = self._db.conn.execute(sql, (source.id, url)).fetchone()  # `query` would open a savepoint
        return Kept(*row) if row else None

    def latest_body(self, source: Source, url: str) -> bytes | None:
        """The newest bytes kept for a URL."""
        kept = self.latest(source, url)
        return self._archive.get(kept.sha256) if kept else None

    # validators

    def validators(self, url: str) -> Validator | None:
        """What to ask "only if changed" with; None where nothing is known or a full check is due."""
        known = self._validators.get(url) or get_validator(self._db, url)
        if (
            known is None
            or known.full_at is None
            or clock.hours_between(known.full_at, self.now()) > FULL_CHECK
        ):
            return None
        return known

    def keep_validators(self, url: str, etag: str | None, modified: str | None, sha256: str) -> None:
        """The validators of a whole answer."""
        now = self.now()
        self._validators[url] = Validator(url, etag, modified, sha256, now, now)

    def forget_validators(self, url: str) -> None:
        """A page that only leads on must be asked for in full: what it leads to may change without it."""
        self._validators[url] = Validator(url, None, None, None, self.now(), None)

    def _write_validators(self) -> None:
        if not self._validators:
            return
        with transaction(self._db):
            for validator in self._validators.values():
                put_validator(self._db, validator)
        self._validators.clear()

    # the breaker

    def _host(self, host: str) -> HostState | None:
        """What is remembered of a host: read once, for the lock keeps every other crawl out."""
        if host not in self._hosts:
            self._hosts[host] = get_host(self._db, host)
        return self._hosts[host]

    def _put_host(self, state: HostState) -> None:
        put_host(self._db, state)
        self._hosts[state.host] = state

    def has_failed(self, host: str) -> bool:
        """Whether a host failed in the last run that asked it."""
        return bool((state := self._host(host)) and state.failures)

    def breaker(self, host: str) -> Blindness | None:
        """Why a host is left alone at this moment; None if it is not."""
        state = self._host(host)
        if state is None or not state.open_until or state.open_until <= self.now():
            return None
        kind, _, last = (state.last_error or "").partition(": ")
        why = f"{host} is left alone until {state.open_until} because it failed: {last}"
        return Blindness(kind, why)  # type: ignore[arg-type]  # written by `failed`, from a BlindKind

    def failed(self, host: str, why: Blindness) -> None:
        """One more failure in a row.

        A host is left alone after three in one run or three failing runs, an hour at first, twice as long after
        each further run: `failures` counts runs, so that many sources on one host do not make it longer.
        """
        state = self._host(host)
        self._in_a_row[host] += 1
        runs = (state.failures if state else 0) + (self._in_a_row[host] == 1)
        until = state.open_until if state else None
        if max(runs, self._in_a_row[host]) >= PATIENT_FAILURES:
            rest = min(FIRST_REST * 2 ** min(runs - 1, 10), LONGEST_REST)
            until = max(until or "", clock.later(self.now(), rest))
        self._put_host(HostState(host, runs, until, f"{why.kind}: {why.reason}"))

    def leave_alone(self, host: str, seconds: float, why: Blindness) -> None:
        """A host that asked for it, until it wants visits again: a day at most."""
        state = self._host(host)
        until = clock.later(self.now(), min(seconds, LONGEST_REST))
        runs = state.failures if state else 0
        self._put_host(HostState(host, runs, until, f"{why.kind}: {why.reason}"))

    def answered(self, host: str) -> None:
        """A host that answered is forgiven."""
        self._in_a_row.pop(host, None)
        state = self._host(host)
        if state is not None and state.failures:
            self._put_host(HostState(host, 0, None, None))


@functools.cache
def open_ledger(state: Path, watchlist: Path, fixed_now: str, run: int | None) -> tuple[Ledger, Watchlist]:
    """The one ledger of this process, with the watchlist saved in it. Raises StoreError: watchlist, database, lock."""
    watched = load_watchlist(watchlist, families())
    ledger = Ledger(state, fixed_now, run)
    ledger.watch(watched)
    return ledger, watched
