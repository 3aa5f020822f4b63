"""One visit to one source: its list to the proven end, then the reports that are new or due."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING

from scrapy import Request

from crawler.blindness import Blindness, Expected, count_collapsed, recognise
from crawler.clock import SHANGHAI, hours_between, to_time
from crawler.failures import UnseenError
from crawler.fetching import PAGE_MAXSIZE, Fetcher, Page
from crawler.ledger import Tally
from crawler.options import Options
from crawler.reports import Reports
from crawler.shells import filled_from

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.crawler import Crawler

    from crawler.ledger import Ledger
    from crawler.paging import Paging
    from crawler.spiders.base import FamilySpider
    from store.crawls import KnownLink
    from store.model import Link, Source

FRESH = 20.0  # hours for which a good visit lets the next one ask "only if changed"
NOT_MODIFIED = 304
# The host talks to us, only its list cannot be relied on: its new reports may still be fetched.
TALKING = frozenset({"truncated", "structure_changed", "count_collapsed", "empty", "not_modified"})


# A row of a column that lists its reports by their year alone; elsewhere, what only may be a report recognises no list.
YEAR_ROW = re.compile(r"^\W*(19|20)\d{2}\s*(年度?)?\s*(年报|年度报告|工作报告|报告)?\W*$")
STALE = 24 * 3600  # seconds: an older copy says nothing about today


MOST_COLUMNS = 200
Target = str | Request


def _day(stamp: str) -> str:
    return to_time(stamp).astimezone(SHANGHAI).date().isoformat()


def _key(target: Target) -> str:
    """What tells two requests apart: interfaces are asked at one address with other parameters."""
    return (
        target
        if isinstance(target, str)
        else f"{target.url} {target.body.decode('utf-8', 'replace')}".rstrip()
    )


@dataclass(slots=True)
class _Walk:
    """How far one column was read. `rows` counts a row that a page prints twice, and none that an earlier page had."""

    asked: set[str] = field(default_factory=set)
    pages: list[frozenset[str]] = field(default_factory=list)
    seen: dict[str, Link] = field(default_factory=dict)
    rows: int = 0
    probing: bool = False

    def add(self, links: Sequence[Link], paging: Paging) -> None:
        """One more page; one that only leads to its list is none."""
        self.rows += sum(link.url not in self.seen for link in links)
        self.seen |= {link.url: link for link in links}
        self.probing = paging.probe
        if not paging.leads:
            self.pages.append(frozenset(link.url for link in links))

    def repeats(self, links: Sequence[Link]) -> bool:
        """Whether these are the rows of the page before, on a list of which two pages differed."""
        differed = len(set(self.pages)) > 1
        return differed and bool(links) and frozenset(link.url for link in links) == self.pages[-1]


class Visit:
    """Reads one source. Whatever happens, it ends with an outcome in the ledger."""

    def __init__(
        self, spider: FamilySpider, crawler: Crawler, ledger: Ledger, source: Source, limit: float
    ) -> None:
        self._spider, self._ledger, self._source = spider, ledger, source
        self._fetcher = Fetcher(crawler, ledger, source)
        self._options = Options.of(source)
        self._deadline = monotonic() + limit
        self._found: dict[str, Link] = {}
        self._pages = 0
        self._crawl = 0
        self._previous = 0  # entries at the last good visit
        self._before: list[KnownLink] = []  # reports that it saw

    async def run(self) -> None:
        """The whole visit."""
        known = self._ledger.known(self._source)
        good = self._ledger.last_good(self._source)
        if good is not None:
            self._previous = good.entries
            self._before = [
                link
                for link in known.values()
                if link.kind != "other"
                and link.last_seen >= good.started_at
                and link.first_seen
                <= (good.finished_at or good.started_at)  # not what a blind visit saw since
                and _day(link.last_seen) >= self._options.same_list_since
            ]
        fresh = good is not None and hours_between(good.started_at, self._ledger.now()) < FRESH
        self._crawl = self._ledger.begin(self._source)
        tally = await self._list(conditional=fresh)
        self._ledger.end(self._crawl, tally, self._pages)
        if tally.blindness is None or tally.blindness.kind in TALKING:
            reports = Reports(self._fetcher, self._ledger, self._source, self._crawl, tally, self.out_of_time)
            await reports.read(self._found, known, tally.outcome)

    def out_of_time(self) -> bool:
        """Whether the visit has taken longer than it may; what is left waits for the next."""
        return monotonic() > self._deadline

    async def _list(self, *, conditional: bool) -> Tally:
        blindness = None
        outcome: str = "good"
        try:
            outcome = await self._walk(conditional=conditional)
        except UnseenError as error:
            blindness, outcome = error.blindness, "blind"
        except BaseException:
            self._give_up()
            raise
        return Tally(self._source.id, outcome, blindness, len(self._found))  # type: ignore[arg-type]  # one of three

    def _give_up(self) -> None:
        """A bug or a shutdown must not leave a visit that seems to run for ever."""
        why = Blindness("interrupted", "the crawler stopped before the visit ended; its log says why")
        self._ledger.end(self._crawl, Tally(self._source.id, "blind", why, len(self._found)), self._pages)

    async def _walk(self, *, conditional: bool) -> str:
        """Every column of the source to its proven end: `good`, or `unchanged` where the server said so."""
        if self._source.render:
            raise UnseenError(
                "unsupported", "the list needs a browser (render = true), and this version has none"
            )
        columns: list[tuple[Target, int]] = [(self._source.url, 0)]
        for column, depth in columns:  # grows while it is walked
            children = await self._column(column, depth, conditional=conditional and depth == 0)
            if children is None:
                return "unchanged"
            known = {_key(target) for target, _ in columns}
            columns += [(child, depth + 1) for key, child in children.items() if key not in known]
            if len(columns) > MOST_COLUMNS:
                raise UnseenError("truncated", f"more than {MOST_COLUMNS} columns hang below the list")
        self._check_whole()
        return "good"

    async def _column(self, column: Target, depth: int, *, conditional: bool) -> dict[str, Target] | None:
        """One column to its end; the child columns that it leads to, or None where it is unchanged."""
        target: Target | None = column
        walk, children = _Walk(), dict[str, "Target"]()
        while target is not None:
            page = await self._list_page(target, conditional=conditional and not walk.asked)
            if page.status == NOT_MODIFIED:
                return None
            response = page.markup(self._source)
            below = {_key(child): child for child in self._spider.children(response, depth)}
            links = [link for link in self._spider.links(response) if link.url not in below]
            paging = self._spider.paging(response, len(walk.pages) + 1)
            children |= below
            if walk.probing and walk.repeats(links):
                paging = replace(
                    paging, next=None, proof=f"{page.asked} repeats the page before it", doubt=""
                )
            else:
                self._check(page, target, links, paging, walk, has_children=bool(below))
                walk.add(links, paging)
            if not self._spider.asks_interfaces and (elsewhere := filled_from(response)):
                raise UnseenError(*elsewhere)
            target = paging.next
        self._prove_end(page, paging, walk)
        if self._options.children and not children and depth == 0:
            raise UnseenError("structure_changed", f"no child column matches {self._options.children!r}")
        return children

    async def _list_page(self, target: Target, *, conditional: bool) -> Page:
        """One page of a list: kept as evidence first, then judged."""
        if self.out_of_time():
            raise UnseenError("timeout", "the list took longer to read than a visit may (VISIT_LIMIT)")
        page = await self._fetcher.through_shells(target, conditional=conditional, maxsize=PAGE_MAXSIZE)
        self._pages += 1
        self._ledger.keep_list(self._crawl, page)
        self._judge(page, conditional=conditional)
        age = page.headers.get("age", "").strip()
        if page.status != NOT_MODIFIED and age.isdecimal() and int(age[:12]) > STALE:
            raise UnseenError("not_modified", f"a copy that some cache kept for {age} seconds (header Age)")
        return page

    def _check(
        self,
        page: Page,
        target: Target,
        links: Sequence[Link],
        paging: Paging,
        walk: _Walk,
        *,
        has_children: bool,
    ) -> None:
        """What speaks against one page of a list, beyond what `recognise` sees in it."""
        self._ledger.see(self._crawl, [link for link in links if link.url not in self._found])
        self._found |= {link.url: link for link in links}
        ended = bool(walk.seen and paging.proof)
        if not links and not has_children and not paging.leads and not ended:
            self._judge(page, entries=0, total=paging.total)
        if links and all(link.url in walk.seen for link in links):
            raise UnseenError("truncated", f"{page.url} repeats what earlier pages of the list show")
        if _key(target) in walk.asked:
            raise UnseenError(
                "structure_changed", f"the pages of the list lead in a circle, back to {page.asked}"
            )
        walk.asked.add(_key(target))
        if len(walk.asked) > self._options.max_pages:
            raise UnseenError("truncated", f"more than max_pages = {self._options.max_pages} pages")

    def _prove_end(self, page: Page, paging: Paging, walk: _Walk) -> None:
        if paging.leads and paging.doubt and not walk.rows:  # the way to the list is not understood
            raise UnseenError("structure_changed", paging.doubt)
        if paging.doubt or not paging.proof:
            self._judge(page, entries=walk.rows, total=paging.total)
            raise UnseenError(
                "truncated", f"the end of the list is not proved: {paging.doubt or 'nothing says so'}"
            )
        if walk.seen:
            self._judge(page, entries=walk.rows, total=paging.total)

    def _check_whole(self) -> None:
        """A list that has lost half of its entries, or of its reports, is not the list that was read before."""
        if why := count_collapsed(len(self._found), self._options.min_entries, self._previous):
            raise UnseenError(why.kind, why.reason)
        reports = [link for link in self._found.values() if link.kind != "other"]
        if not any(
            link.kind == "report" or (link.published and YEAR_ROW.match(link.title)) for link in reports
        ):
            raise UnseenError(
                "structure_changed", "no entry looks like an annual report: is this the right list?"
            )
        there = {link.url for link in reports} | {link.title for link in reports}
        kept = sum(link.url in there or link.title in there for link in self._before)
        if kept * 2 < len(self._before):
            why_not = (
                f"of the {len(self._before)} reports that the last good visit saw, {kept} are there: if a person has"
                " seen that it is the right list, same_list_since says so"
            )
            raise UnseenError("structure_changed", why_not)

    def _judge(
        self, page: Page, *, conditional: bool = False, entries: int | None = None, total: int | None = None
    ) -> None:
        """Raises UnseenError for a page that cannot be relied on."""
        expected = Expected(
            url=page.asked, final_url=page.url, conditional=conditional, entries=entries, total=total,
            moves_to=self._options.moves_to, unclosed=self._options.unclosed, data=page.data,
        )  # fmt: skip
        why = recognise(page.status, page.headers, page.body, expected)
        if why is not None:
            self._fetcher.distrust(page, why)
            raise UnseenError(why.kind, why.reason)
