"""How far one column of a list was read, and what one visit found in all of them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scrapy import Request

from crawler.blindness import Blindness, count_collapsed
from crawler.composing import YEAR_ALONE
from crawler.text import visible
from crawler.ways import Way, folder_of, unread
from parsers import page_facts, title_facts
from store.model import Link

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from scrapy.http import HtmlResponse

    from crawler.fetching import Page
    from crawler.options import Options
    from crawler.paging import Paging
    from crawler.unexplained import Words
    from store.crawls import KnownLink
    from store.model import Source

Target = str | Request
SETTLED = "if a person has seen that it is the right list, same_list_since says so"
YEAR_FOLDER = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")  # and no month's
DATE_FOLDER = re.compile(
    r"\d{4,8}|\d{4}[-_]?\d{1,2}"
)  # where a CMS puts its articles, whatever list shows them
DEAD = re.compile(r"status (404|410)\b")
# The host talks to us, only its list cannot be relied on
TALKING = frozenset({"truncated", "structure_changed", "count_collapsed", "empty", "not_modified"})
OF_THE_PAGE = TALKING | {"js_shell", "redirected_away", "http_error"}  # and says nothing of the host
ARTICLE_TEXT = 2000  # characters: a report has more, a list without entries has not
OLD = 3  # years: a folder of an older year that is dead says nothing about the others
FEW_OF_A_YEAR = 2  # so many reports of one year, of which more than half are gone, were a folder
CUT_TITLE = re.compile(r"(?:19|20)\d{2}年?度?(?:政府)?信息公开\w{0,6}(?:\.{2,}|…)$")
# A page's own word that its list has no entries; it must stand alone, and no script may have put it there to be replaced.
NOTHING = re.compile(
    r"(?:^|[\s>:：])(?:对不起|抱歉)?[,，]?(?:该|本|此|当前)?(?:栏目|目录|分类)?(?:下|内)?(?:暂无|暂时没有|没有|尚无)(?:任何|相关|更多)?(?:年度)?(?:信息|数据|内容|记录|文章|公告|年报|报告|资料)[。.!！]?(?=$|[\s<])"
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column to be read. `aside`: it may turn out to hold no part of the list (a group's page, a frame)."""

    target: Target
    depth: int = 0
    aside: bool = False

    @property
    def key(self) -> str:
        """What tells it from others."""
        return key_of(self.target)


def key_of(target: Target) -> str:
    """What tells two requests apart: interfaces are asked at one address with other parameters."""
    if isinstance(target, str):
        return target
    return f"{target.url} {target.body.decode('utf-8', 'replace')}".rstrip()


@dataclass(slots=True)
class Walk:
    """How far one column was read. `rows` counts a row that a page prints twice, and none that an earlier page had."""

    asked: set[str] = field(default_factory=set)
    pages: list[frozenset[str]] = field(default_factory=list)
    seen: dict[str, Link] = field(default_factory=dict)
    rows: int = 0
    probing: bool = False
    total: int | None = None  # the most entries, and the most pages, that any page said there are
    counted: int = 0

    def add(self, links: Sequence[Link], paging: Paging) -> None:
        """One more page; one that only leads to its list is none."""
        urls = [link.url for link in links]
        rows = [url for url, before in zip(urls, ["", *urls], strict=False) if url != before]
        self.rows += sum(url not in self.seen for url in rows)  # a picture and its title are one row
        self.seen |= {link.url: link for link in links}
        self.probing = paging.probe
        if paging.total is not None:
            self.total = max(self.total or 0, paging.total)
        self.counted = max(self.counted, paging.pages or 0)
        if not paging.leads:
            self.pages.append(frozenset(link.url for link in links))

    def repeats(self, links: Sequence[Link]) -> bool:
        """Whether these are the rows of the page before, on a list of which two pages differed."""
        differed = len(set(self.pages)) > 1
        return differed and bool(links) and frozenset(link.url for link in links) == self.pages[-1]


def says_nothing_is_there(markup: str, total: int | None) -> bool:
    """Whether a page itself says that its list is empty: it counts none, or says so in words of their own."""
    return total == 0 or (total is None and bool(NOTHING.search(visible(markup))))


@dataclass(slots=True)
class Whole:
    """All columns of one visit: the pages that were read, and which columns below the list's own had no entry."""

    read: set[str] = field(default_factory=set)
    barren: set[str] = field(default_factory=set)
    folders: int = 0  # columns below the list's own
    empty: bool = True  # no page had an entry
    ways: list[tuple[str, Way]] = field(
        default_factory=list
    )  # (page, where it leads below the list's own column)

    def left(self, told: Iterable[Words], found: Iterable[str], hosts: Collection[str]) -> list[Words]:
        """The words of the ways that were not read, that are no entries, and that are not told already."""
        known = {one.text for one in told}
        return [one for one in unread(self.ways, (*self.read, *found), hosts) if one.text not in known]

    def leaves(self, column: Column, why: Blindness, year: int, *, showed: bool) -> bool:
        """Whether the list may be judged without a column that could not be read: then its way is an unread one.

        `year` is the present one; `showed`: it had entries before it failed.
        """
        dead = bool(DEAD.match(why.reason))
        if column.aside and column.key not in self.read and dead:
            return True
        if showed or not (dead or why.kind in OF_THE_PAGE):
            return False
        ways = [way for _, way in self.ways if way.url == column.key]
        if not ways:
            return False
        years = {title_facts(way.text).year for way in ways if YEAR_ALONE.match(way.text)} - {None}
        old = bool(years) and all(one is not None and one < year - OLD for one in years)
        new = bool(years) and all(one is not None and one >= year for one in years)
        left = (dead or not any(way.sure for way in ways)) if column.aside else (old if dead else new)
        if left:
            self.read.discard(column.key)
        return left

    def has_lost_group(self, url: str, column: str, there: Iterable[str]) -> bool:
        """Whether all that stood in a folder below the list is gone, and no page of that folder was read."""
        folder, inner = _inner(url, column)
        below = f"{folder}{inner}/"
        if not url.startswith(below) or DATE_FOLDER.fullmatch(inner):
            return False
        return not any(one.startswith(below) for one in (*self.read, *there))

    def has_lost(self, url: str, column: str) -> bool:
        """Whether a report stood in the folder of a year that the list no longer leads to, or that is empty now."""
        folder, inner = _inner(url, column)
        if not url.startswith(folder) or not self.folders or not YEAR_FOLDER.search(inner):
            return False
        below = f"{folder}{inner}/"
        pages = {page for page in self.read if page.startswith(below)}
        return not pages or pages <= self.barren


def _inner(url: str, column: str) -> tuple[str, str]:
    """The column's folder, and the name of the next folder (or page) on the way from it to an address."""
    folder = column.partition("?")[0].rpartition("/")[0] + "/"
    return folder, url.removeprefix(folder).partition("/")[0]


def wrong_whole(
    found: Iterable[Link],
    before: Sequence[KnownLink],
    previous: int,
    options: Options,
    whole: Whole,
    column: str,
) -> Blindness | None:
    """Why all that was found is not the list that was read before; None where nothing speaks against it.

    `column` is the list's own address.
    """
    links = list(found)
    if why := count_collapsed(len(links), options.min_entries, previous):
        return why
    reports = [link for link in links if link.kind != "other"]
    if not any(map(_shows_it, reports)) and not (whole.empty and not links):
        return Blindness("structure_changed", "no entry looks like an annual report: is this the right list?")
    there = {link.url for link in reports} | {link.title for link in reports}
    gone = [link.url for link in before if not (link.url in there or link.title in there)]
    urls = {link.url for link in links}
    groups = Counter(folder_of(url) for url in gone if whole.has_lost_group(url, column, urls))
    for url in gone:
        if whole.has_lost(url, column) or groups[folder_of(url)] > 1:
            why_not = f"the list no longer leads to the folder of {url[:200]}: {SETTLED}"
            return Blindness("structure_changed", why_not)
    return _lost(there, before)


def article(page: Page, response: HtmlResponse, source: Source, links: Sequence[Link]) -> Link | None:
    """The report that a page is, which its list calls a folder; None where it is none. `links` are its rows."""
    is_marked = bool(response.css("meta[name=ArticleTitle], meta[name=PubDate], meta[name=pubdate]"))
    if not is_marked and (len(visible(page.text)) < ARTICLE_TEXT or links):
        return None
    facts = page_facts(page.body)
    said = title_facts(facts.title or "")
    if facts.title is None or said.kind == "other" or said.year is None:
        return None
    return Link(source.id, page.asked, facts.title, facts.published, said.kind)


def shows_reports(links: Iterable[Link]) -> bool:
    """Whether a page shows any report of a year."""
    return any(link.kind != "other" and title_facts(link.title).year is not None for link in links)


def _shows_it(link: Link) -> bool:
    """Whether an entry shows that this is a list of reports; some lists cut all their titles off behind 公开."""
    if link.kind in ("report", "composed") or (link.published and YEAR_ALONE.match(link.title)):
        return True
    return bool(CUT_TITLE.search(link.title)) and title_facts(link.title).year is not None


def _lost(there: set[str], before: Sequence[KnownLink]) -> Blindness | None:
    """Half of the reports that were there are gone, or half of one year's: another list, or a folder less."""
    kept = [link.url in there or link.title in there for link in before]
    if sum(kept) * 2 < len(kept):
        why = f"of the {len(kept)} reports that the last good visit saw, {sum(kept)} are there: {SETTLED}"
        return Blindness("structure_changed", why)
    years: dict[int, list[bool]] = {}
    for link, is_there in zip(before, kept, strict=True):
        year = link.year or title_facts(link.title).year
        if year is not None:
            years.setdefault(year, []).append(is_there)
    for year, of_year in sorted(years.items()):
        if len(of_year) >= FEW_OF_A_YEAR and sum(of_year) * 2 < len(of_year):
            why = f"of the {len(of_year)} reports for {year} that the last good visit saw, {sum(of_year)} are there: {SETTLED}"
            return Blindness("structure_changed", why)
    return None
