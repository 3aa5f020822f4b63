"""The reports behind a list: their pages and their files, kept as they are."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.attachments import Attachment, attachments, disposition_name
from crawler.blindness import Blindness, Expected, recognise
from crawler.failures import UnseenError
from crawler.fetching import HOST_FAULTS, OK, PAGE_MAXSIZE
from crawler.pictures import TOO_SMALL, HostFailedError, Shown, pictures_of, sha256_of
from crawler.seasons import is_due, is_missed
from crawler.stand_ins import stands_in
from parsers import is_cut_off, may_be_a_page, page_facts, sniff
from parsers.titles import title_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from crawler.fetching import Fetcher, Page
    from crawler.ledger import Kept, Ledger, Tally
    from store.crawls import KnownLink
    from store.model import CrawlOutcome, Link, Source

HTML = "text/html"
NO_PICTURES = "[]"
NOT_MODIFIED, GONE = 304, frozenset({404, 410})
MOST_FILES = 30  # of one page: more than this is a menu that was taken for attachments
CUT_TRIES = 3  # visits that bring a file without its end; then it is kept as it is, and told to be unreadable
HOMES = frozenset({"", "/", "/index.html", "/index.htm", "/index.shtml", "/index.jsp"})


class Reports:
    """Fetches what a visit owes: new reports, those due to be read again, and those that left their list."""

    def __init__(
        self,
        fetcher: Fetcher,
        ledger: Ledger,
        source: Source,
        crawl: int,
        tally: Tally,
        out_of_time: Callable[[], bool],
    ) -> None:
        self._fetcher, self._ledger, self._source = fetcher, ledger, source
        self._crawl, self._tally, self._out_of_time = crawl, tally, out_of_time
        self._host_failures = 0  # in a row
        self._seen: set[str] = set()  # pictures asked for in this visit
        self._gone = False  # whether the last thing that was not to be had is not there any more

    async def read(
        self, found: Mapping[str, Link], known: Mapping[str, KnownLink], outcome: CrawlOutcome
    ) -> None:
        """Reads what is owed, one after the other. Failures are noted, never raised."""
        owed = list(self._owed(found, known, outcome))
        tried = {url: link.tried_at or "" for url, link in known.items()}
        for url in sorted(
            owed, key=lambda url: tried.get(url, "")
        ):  # what failed last time must not hold up the rest
            if self._out_of_time():
                return
            try:
                await self._report(url)
            except HostFailedError:
                return
            except Exception:  # the next visit asks for it after all others
                told = "interrupted: a fault of the program broke off, the log says where"
                self._ledger.note(self._crawl, "failed", url, None, told)
                raise

    def _owed(
        self, found: Mapping[str, Link], known: Mapping[str, KnownLink], outcome: CrawlOutcome
    ) -> Iterator[str]:
        """The URLs to ask for. Only a good visit can say that a report has left its list."""
        now = self._ledger.now()
        shown: Iterable[Link | KnownLink] = known.values() if outcome == "unchanged" else found.values()
        for link in shown:
            if (
                link.kind != "other"
                and self._is_wanted(link)
                and is_due(known.get(link.url), link.title, now)
            ):
                yield link.url
        if outcome == "good":
            for url, link in known.items():
                if (
                    url not in found
                    and self._is_wanted(link)
                    and link.kind != "other"
                    and is_missed(link, now)
                ):
                    yield url

    def _is_wanted(self, link: Link | KnownLink) -> bool:
        """Whether a report is of the years that are asked for; one whose title names none may be."""
        year = title_facts(link.title).year
        return not self._ledger.years or year is None or year in self._ledger.years

    async def _report(self, url: str) -> None:
        """A report's page, or the file that stands in its place, and the files that hang on it."""
        page = await self._fetch(url, shells=True)
        if page is None:
            return
        if page.status == NOT_MODIFIED:
            await self._unchanged(url, page)
            return
        media_type = sniff(page.body)
        if media_type != HTML or len(page.body) >= PAGE_MAXSIZE:
            self._keep(url, page, url, media_type, None, disposition_name(page.disposition), None)
            return
        document = await self._page(url, page, self._ledger.latest(self._source, url))
        await self._files(url, document, attachments(page.markup(self._source)))

    async def _unchanged(self, url: str, page: Page) -> None:
        """The same page as before; its pictures and its files may be others by now."""
        kept, body = self._ledger.latest(self._source, url), self._ledger.latest_body(self._source, url)
        if kept is not None and body is not None and kept.pictures != NO_PICTURES:
            await self._page(url, replace(page, body=body), kept)
        else:
            self._ledger.note(self._crawl, "unchanged", url, page)
        files = [Attachment(url, name) for url, name in self._ledger.files_of(self._source, url).items()]
        await self._files(url, None, files)

    async def _page(self, url: str, page: Page, before: Kept | None) -> int | None:
        """A report's page, after the pictures in its article: they are one document. `before`: what is kept of it."""
        parts: list[int] = []
        earlier = before.pictures if before else NO_PICTURES
        shown = await pictures_of(page, self._source, earlier, partial(self._picture, url, parts))
        document = None
        if page.status == NOT_MODIFIED and shown.written == earlier:
            self._ledger.note(self._crawl, "unchanged", url, page)
        else:
            facts = page_facts(page.body)
            document = self._keep(url, page, url, HTML, None, facts.title, facts.published, shown)
            self._ledger.adopt(document, parts)
        if shown.failure:
            raise shown.failure
        return document

    async def _picture(self, report_url: str, parts: list[int], url: str) -> str | None:
        """The SHA-256 of a picture as it is now, or as it was last had; TOO_SMALL for an icon; None if it is not to be had.

        The pictures that are had are added to `parts`.
        """
        if url in self._ledger.too_small:
            return TOO_SMALL
        kept = self._ledger.latest(self._source, url)
        if kept is not None and url in self._seen:  # on another page of this visit
            parts.append(kept.id)
            return kept.sha256
        page = await self._fetch(url, linked=report_url)
        if page is not None and page.status != NOT_MODIFIED:
            large = may_be_a_page(page.body)
            if large:
                self._seen.add(url)
                media_type = sniff(page.body)
                parts.append(self._keep(report_url, page, url, media_type, None, None, None, part=True))
                return sha256_of(page.body)
            if large is False:
                self._ledger.too_small.add(url)
                return TOO_SMALL
            self._note_failure(url, page, Blindness("structure_changed", "the answer is no picture"), None)
        if kept is None or (page is None and self._gone):
            return None
        parts.append(kept.id)
        if page is not None and page.status == NOT_MODIFIED:
            self._seen.add(url)
            self._ledger.note(self._crawl, "unchanged", url, page)
        return kept.sha256

    async def _files(self, report_url: str, parent: int | None, files: Iterable[Attachment]) -> None:
        for file in list(files)[:MOST_FILES]:
            page = await self._fetch(file.url, parent=parent, linked=report_url)
            if page is None:
                continue
            if page.status == NOT_MODIFIED:
                self._ledger.note(self._crawl, "unchanged", file.url, page)
                continue
            name = file.name or disposition_name(page.disposition)
            self._keep(report_url, page, file.url, sniff(page.body), parent, name, None)

    def _keep(
        self, link_url: str, page: Page, url: str, media_type: str, parent: int | None, title: str | None,
        published: str | None, shown: Shown | None = None, *, part: bool = False,
    ) -> int:  # fmt: skip
        document, is_new = self._ledger.keep(
            self._crawl, self._source, link_url, page, url=url, media_type=media_type, parent=parent, title=title,
            published=published, pictures=shown.written if shown else NO_PICTURES, part=part,
        )  # fmt: skip
        self._tally.new_documents += is_new
        return document

    async def _fetch(
        self, url: str, *, shells: bool = False, parent: int | None = None, linked: str = ""
    ) -> Page | None:
        """A page that can be kept, or None with the reason noted. Raises HostFailedError where going on is no use.

        `parent` and `linked` are the page that leads to a file: the document, and its address.
        """
        page, why = None, None
        conditional = self._ledger.has(self._source, url)
        get = self._fetcher.through_shells if shells else self._fetcher.get
        try:
            page = await get(url, conditional=conditional)
            why = self._wrong(page, conditional=conditional) or self._cut_off(page)
        except UnseenError as error:
            why = error.blindness
        if why is None:
            self._host_failures = 0
            return page
        if why.kind == "truncated":  # both are asked for in full next time: a 304 would end the matter
            for address in filter(None, (url, linked, page.url if page else "")):
                self._ledger.forget_validators(address)
        self._note_failure(url, page, why, parent)
        return None

    def _note_failure(self, url: str, page: Page | None, why: Blindness, parent: int | None) -> None:
        gone = self._gone = page is not None and page.status in GONE
        told = f"{why.kind}: {why.reason}"
        self._ledger.note(self._crawl, "gone" if gone else "failed", url, page, told, parent)
        self._tally.failed_documents += not gone
        if page is not None:
            self._fetcher.distrust(page, why)
        self._host_failures = self._host_failures + 1 if why.kind in HOST_FAULTS else 0
        if self._host_failures > 1:
            raise HostFailedError

    def _wrong(self, page: Page, *, conditional: bool) -> Blindness | None:
        """Why an answer is not the report: captchas and half pages must not become a report's new version."""
        if page.url != page.asked and urlsplit(page.url).path in HOMES:
            return Blindness("redirected_away", f"{page.asked} leads to the site's home page")
        markup = sniff(page.body) == HTML
        expected = Expected(
            page.asked, page.url, conditional=conditional, markup=markup, unclosed=True,
            moves_to=urlsplit(page.url).path or "/",  # a report may be moved; to a page of errors it is not
        )  # fmt: skip
        why = recognise(page.status, page.headers, page.body, expected)
        return why or (self._half(page) if markup else None) or self._other(page)

    def _other(self, page: Page) -> Blindness | None:
        """A page that stands where the report was is no new version of it, and does not say that it is gone."""
        if page.status != OK:
            return None
        before = self._ledger.latest_body(self._source, page.asked)
        if before is None or before == page.body or not stands_in(page.body, before):
            return None
        if page.url != page.asked:
            return Blindness("redirected_away", f"{page.asked} leads to {page.url[:300]}, which is no report")
        return Blindness(
            "structure_changed", "another page stands where the report was: no title and no form of one"
        )

    def _cut_off(self, page: Page) -> Blindness | None:
        """A file without its end is asked for again at the next visit, until it is plain that it has none."""
        if page.status != OK or not is_cut_off(page.body):
            return None
        if page.body == self._ledger.latest_body(self._source, page.asked):
            return None  # known and told already
        if self._ledger.times_cut(page.asked) + 1 >= CUT_TRIES:
            return None
        return Blindness(
            "truncated", f"the file has no end after {len(page.body):,} bytes: the download was cut off"
        )

    def _half(self, page: Page) -> Blindness | None:
        """A page without its end, where the version we have has one. Some sites never close their pages."""
        end = b"</html"
        if end in page.body[-4096:].lower():
            return None
        before = self._ledger.latest_body(self._source, page.asked)
        if before is None or end not in before[-4096:].lower():
            return None
        return Blindness("truncated", "the page stops before its </html>, which the version before had")
