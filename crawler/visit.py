"""One visit to one source: its list to the proven end, then the reports that are new or due."""

from __future__ import annotations

import re
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.blindness import Blindness, Expected, recognise
from crawler.clock import SHANGHAI, hours_between, to_time
from crawler.copies import old_copy
from crawler.failures import UnseenError
from crawler.fetching import PAGE_MAXSIZE, Fetcher, Page, is_cut_by_depth
from crawler.folders import frames_of
from crawler.ledger import Tally
from crawler.options import Options
from crawler.reports import Reports
from crawler.shells import filled_from
from crawler.unexplained import MOST, Words, unexplained
from crawler.walks import (
    TALKING,
    Column,
    Target,
    Walk,
    Whole,
    article,
    key_of,
    says_nothing_is_there,
    shows_reports,
    wrong_whole,
)
from crawler.ways import is_below
from store.model import Link

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from scrapy.crawler import Crawler
    from scrapy.http import HtmlResponse

    from crawler.ledger import Ledger
    from crawler.paging import Paging
    from crawler.spiders.base import FamilySpider
    from crawler.ways import Way
    from store.crawls import KnownLink
    from store.model import Source

FRESH = 20.0  # hours for which a good visit lets the next one ask "only if changed"
NOT_MODIFIED = 304
MOST_COLUMNS = 200
YEAR = re.compile(r"(?:19|20)\d{2}")


def _day(stamp: str) -> str:
    return to_time(stamp).astimezone(SHANGHAI).date().isoformat()


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
        self._words: dict[str, Words] = {}  # printed, and no entry's title on its own page
        self._whole = Whole()
        self._pages = 0
        self._crawl = 0
        self._previous = 0  # entries at the last good visit
        self._before: list[KnownLink] = []  # reports that it saw

    async def run(self) -> None:
        """The whole visit."""
        known = {
            url: link for url, link in self._ledger.known(self._source).items() if link.kind != "printed"
        }
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
        recent = good is not None and hours_between(good.started_at, self._ledger.now()) < FRESH
        fresh = recent and not self._spider.asks_interfaces  # an unchanged page says nothing of its interface
        self._crawl = self._ledger.begin(self._source)
        tally = await self._list(conditional=fresh)
        self._ledger.end(self._crawl, tally, self._pages)
        if tally.blindness is None or tally.blindness.kind in TALKING:  # its new reports may still be had
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
            self._fetcher.forget_validators()  # what was refused must not be called "unchanged" next time
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
        columns = [Column(self._source.url)]
        for column in columns:  # grows while it is walked
            first = column.depth == 0
            if (below := await self._column_or_aside(column, conditional=conditional and first)) is None:
                return "unchanged"
            known = {one.key for one in columns}
            columns += [one for one in below if one.key not in known]
            if len(columns) > MOST_COLUMNS:
                raise UnseenError("truncated", f"more than {MOST_COLUMNS} columns hang below the list")
        found, whole = self._found.values(), self._whole
        if why := wrong_whole(found, self._before, self._previous, self._options, whole, self._source.url):
            raise UnseenError(why.kind, why.reason)
        self._note_unexplained()
        return "good"

    async def _column_or_aside(self, column: Column, *, conditional: bool) -> list[Column] | None:
        """A column; what may hold a part of the list and is not there holds none. What stood there once is missed."""
        entries = len(self._found)
        try:
            return await self._column(column, conditional=conditional)
        except UnseenError as error:
            showed, year = len(self._found) > entries, int(self._ledger.now()[:4])
            if self._whole.leaves(column, error.blindness, year, showed=showed):
                return []
            raise

    async def _column(self, column: Column, *, conditional: bool) -> list[Column] | None:
        """One column to its end; the columns that it leads to, or None where it is unchanged."""
        target: Target | None = column.target
        walk, children, asides = Walk(), dict[str, Target](), dict[str, str]()
        while target is not None:
            page = await self._list_page(target, conditional=conditional and not walk.asked)
            if page.status == NOT_MODIFIED:
                return None
            response = self._markup(page)
            links = list(self._spider.links(response))
            if column.depth and not walk.asked and self._is_article(page, response, links):
                return []
            below = {key_of(child): child for child in self._spider.children(response, column.depth)}
            links = [link for link in links if link.url not in below]
            rows = {link.url for link in links}
            beside = {
                url: url for url in self._spider.asides(response) if url not in below and url not in rows
            }
            if column.aside and not walk.asked and not below and not shows_reports(links):
                return self._left_aside(page, response, column, beside, has_rows=bool(rows))
            paging = self._spider.paging(response, len(walk.pages) + 1)
            children |= below
            asides |= beside
            self._remember(page, response, links)
            if walk.probing and walk.repeats(links):
                paging = replace(
                    paging, next=None, proof=f"{page.asked} repeats the page before it", doubt=""
                )
            else:
                self._check(page, target, links, paging, walk, has_children=bool(below or beside))
                walk.add(links, paging)
            self._check_filled(response)
            target = paging.next
        self._prove_end(page, paging, walk)
        self._whole.folders += column.depth > 0
        if column.depth and not walk.seen:
            self._whole.barren |= {page.asked, page.url}
        self._check_folder(page, column, children)
        if self._options.children and not children and column.depth == 0:
            raise UnseenError("structure_changed", f"no child column matches {self._options.children!r}")
        deeper = column.depth + 1
        return [Column(child, deeper) for child in children.values()] + [
            Column(url, deeper, aside=True) for url in asides if url not in self._whole.read
        ]

    def _markup(self, page: Page) -> HtmlResponse:
        response = page.markup(self._source)
        if is_cut_by_depth(response):
            raise UnseenError("truncated", f"{page.asked} is nested too deeply to be read to its end")
        return response

    def _is_article(self, page: Page, response: HtmlResponse, links: Sequence[Link]) -> bool:
        """Whether what a list calls a folder is a report itself: then it is one of the list's entries."""
        link = None if page.data else article(page, response, self._source, links)
        if link is not None:
            self._ledger.see(self._crawl, [link])
            self._found[link.url] = link
        return link is not None

    def _left_aside(
        self, page: Page, response: HtmlResponse, column: Column, beside: Container[str], *, has_rows: bool
    ) -> list[Column]:
        """A page that shows no report: other columns may hang below it, or a script may show the reports that it has."""
        self._check_filled(response)
        for words in self._spider.printed(response, ()):
            self._words.setdefault(words.text, words)
        own = self._source.hosts
        inner = [one for one in self._ways(page, response) if is_below(one[1].url, page.url, own)]
        if inner or has_rows or says_nothing_is_there(page.text, None):
            self._whole.read |= {page.asked, page.url}
            self._whole.ways += inner
        urls = [*(way.url for _, way in inner), *frames_of(response)]
        return [Column(url, column.depth + 1, aside=True) for url in urls if url in beside]

    def _ways(self, page: Page, response: HtmlResponse) -> list[tuple[str, Way]]:
        return [] if page.data else [(page.asked, way) for way in self._spider.ways(response)]

    def _remember(self, page: Page, response: HtmlResponse, links: Sequence[Link]) -> None:
        """What the page was, and what else it prints."""
        self._whole.read |= {page.asked, page.url}
        self._whole.empty = self._whole.empty and not links
        self._whole.ways += self._ways(page, response)
        if not page.data:
            titles = {link.title for link in links}
            for words in self._spider.printed(response, titles):
                self._words.setdefault(words.text, words)

    def _check_filled(self, response: HtmlResponse) -> None:
        if not self._spider.asks_interfaces and (elsewhere := filled_from(response)):
            raise UnseenError(*elsewhere)

    def _check_folder(self, page: Page, column: Column, children: dict[str, Target]) -> None:
        """A column that now leads into the folder of one year shows the reports of that year alone."""
        asked, answered = urlsplit(page.asked).path, urlsplit(page.url).path
        inner = answered.removeprefix(asked.rpartition("/")[0]).rpartition("/")[0]
        if column.depth or children or self._options.moves_to or not YEAR.search(inner):
            return
        why = f"{page.asked} leads to {page.url[:300]}, a folder of one year that leads to no other: moves_to settles it"
        raise UnseenError("redirected_away", why)

    def _note_unexplained(self) -> None:
        """What the pages print beside their entries and nobody could open is kept: it may be anybody's report."""
        left = unexplained(self._words.values(), list(self._found.values()), frozenset(self._whole.read))
        left += self._whole.left(left, self._found, self._source.hosts)
        if len(left) > MOST:
            such = f"the pages print {len(left)} titles of reports that are no entries, such as"
            raise UnseenError("structure_changed", f"{such} {left[0].text!r}")
        source = self._source.id
        self._ledger.see(self._crawl, [Link(source, one.address, one.text, None, "printed") for one in left])

    async def _list_page(self, target: Target, *, conditional: bool) -> Page:
        """One page of a list: kept as evidence first, then judged."""
        if self.out_of_time():
            raise UnseenError("timeout", "the list took longer to read than a visit may (VISIT_LIMIT)")
        page = await self._asked(target, conditional=conditional)
        self._pages += 1
        if page.status != NOT_MODIFIED:
            self._ledger.keep_list(self._crawl, page)
        self._judge(page, conditional=conditional)
        old = None if page.status == NOT_MODIFIED else old_copy(page.headers, self._ledger.real_now())
        if old is not None:
            raise UnseenError(old.kind, old.reason)
        return page

    async def _asked(self, target: Target, *, conditional: bool) -> Page:
        """One page, in a browser where the source wants one: what speaks against it plain is never shown to a script."""
        if not self._source.render:
            return await self._fetcher.through_shells(target, conditional=conditional, maxsize=PAGE_MAXSIZE)
        plain = await self._fetcher.get(target, maxsize=PAGE_MAXSIZE)
        if plain.data or recognise(plain.status, plain.headers, plain.body, self._expected(plain)):
            return plain
        return await self._fetcher.rendered(plain)

    def _check(
        self,
        page: Page,
        target: Target,
        links: Sequence[Link],
        paging: Paging,
        walk: Walk,
        *,
        has_children: bool,
    ) -> None:
        """What speaks against one page of a list, beyond what `recognise` sees in it."""
        self._ledger.see(self._crawl, [link for link in links if link.url not in self._found])
        self._found |= {link.url: link for link in links}
        ended = bool(walk.seen and paging.proof) or self._is_empty(page, paging)
        if not links and not has_children and not paging.leads and not ended:
            self._judge(page, entries=0, total=paging.total)
        if links and all(link.url in walk.seen for link in links):
            raise UnseenError("truncated", f"{page.url} repeats what earlier pages of the list show")
        if key_of(target) in walk.asked:
            raise UnseenError(
                "structure_changed", f"the pages of the list lead in a circle, back to {page.asked}"
            )
        walk.asked.add(key_of(target))
        if len(walk.asked) > self._options.max_pages:
            raise UnseenError("truncated", f"more than max_pages = {self._options.max_pages} pages")

    def _prove_end(self, page: Page, paging: Paging, walk: Walk) -> None:
        if paging.leads and paging.doubt and not walk.rows:  # the way to the list is not understood
            raise UnseenError("structure_changed", paging.doubt)
        if paging.doubt or not paging.proof:
            self._judge(page, entries=walk.rows, total=walk.total)
            raise UnseenError(
                "truncated", f"the end of the list is not proved: {paging.doubt or 'nothing says so'}"
            )
        if paging.pages is not None and paging.pages < walk.counted:  # a stale copy of the last page
            why = f"{page.asked} counts {paging.pages} pages, and an earlier page {walk.counted}"
            raise UnseenError("truncated", why)
        if walk.seen:
            self._judge(page, entries=walk.rows, total=walk.total)

    def _is_empty(self, page: Page, paging: Paging) -> bool:
        """Whether a column without entries is known to have none: by a person, or by the page's own words."""
        if paging.total or paging.next is not None or not paging.proof:
            return False
        return self._options.may_be_empty or says_nothing_is_there(page.text, paging.total)

    def _judge(
        self, page: Page, *, conditional: bool = False, entries: int | None = None, total: int | None = None
    ) -> None:
        """Raises UnseenError for a page that cannot be relied on."""
        expected = self._expected(page, conditional=conditional, entries=entries, total=total)
        why = recognise(page.status, page.headers, page.body, expected)
        if why is not None:
            self._fetcher.distrust(page, why)
            raise UnseenError(why.kind, why.reason)

    def _expected(
        self, page: Page, *, conditional: bool = False, entries: int | None = None, total: int | None = None
    ) -> Expected:
        """What was asked for, and what was found so far."""
        return Expected(
            url=page.asked, final_url=page.url, conditional=conditional, entries=entries, total=total,
            moves_to=self._options.moves_to, unclosed=self._options.unclosed, data=page.data,
        )  # fmt: skip
