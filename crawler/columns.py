"""Columns below a column, as folders below a folder: found in the page at every visit, for their names drift."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Request

from crawler.folders import year_folders
from crawler.links import ARTICLE, address
from crawler.paging import ONE_PAGE, SCRIPTED, Paging, plain_paging
from crawler.spiders.base import FamilySpider
from crawler.walks import says_nothing_is_there
from crawler.ways import HISTORY, LEADS, at_home
from parsers import title_facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lxml.html import HtmlElement
    from scrapy.http import TextResponse

    from crawler.options import Options
    from store.model import Link, Source

# The last part of a column's address: its front page, none, or a folder that is written without its slash
FRONT = re.compile(r"^(?:(?:index|default|list1?)\.s?html?)?$|^(?:[a-z]|(?:19|20)\d\d)[\w-]*$", re.IGNORECASE)
# Pages that stand beside the reports in every column of this kind, and hold none
ASIDE = re.compile(r"指南|制度|依申请|申请公开|机构(职能|设置|概况)")
# An empty list that a script may fill
PLACE = "//*[self::ul or self::ol or self::tbody][@id][not(*)][not(normalize-space())]"
CHILD = {"column": True}  # carried by the request for a column below another


def is_child(response: TextResponse) -> bool:
    """Whether a page belongs to a column that was found below another, and not to the source's own."""
    return bool((response.meta.get("carried") or {}).get("column"))


def child(url: str) -> Request:
    """The request for a column below another."""
    return Request(url, meta={"carried": CHILD})


def anchors(response: TextResponse) -> Iterator[HtmlElement]:
    """All anchors of a page that lead somewhere."""
    root = response.selector.root
    return iter(()) if isinstance(root, str) else (anchor for anchor in root.iter("a") if anchor.get("href"))


def title_of(anchor: HtmlElement) -> str:
    """What an anchor says, or its title."""
    return " ".join(str(anchor.text_content()).split()) or " ".join((anchor.get("title") or "").split())


def _is_front(url: str) -> bool:
    return bool(FRONT.match(url.partition("#")[0].partition("?")[0].rpartition("/")[2]))


def _column(response: TextResponse) -> str:
    """The source's own column, on the host that answers for it."""
    source: Source = response.meta["source"]
    return urlsplit(source.url)._replace(netloc=urlsplit(response.url).netloc).geturl()


def counted_or_doubt(response: TextResponse, options: Options) -> Paging:
    """The one page of a system whose lists always count their pages, where this one does not."""
    if options.pager == "none":
        return Paging(None, "a person says that the list has no pager", pages=1)
    paging = plain_paging(response, 1, options.next, count=not options.ignore_total)
    if paging.proof == ONE_PAGE:
        doubt = 'nothing says how many pages there are (if there is one page only: pager = "none")'
        return replace(paging, proof="", doubt=doubt)
    return paging


def is_said_empty(response: TextResponse, options: Options) -> bool:
    """Whether a page says itself, or a person does, that there is nothing on it."""
    return options.may_be_empty or says_nothing_is_there(response.text, None)


class FolderSpider(FamilySpider):
    """A family whose columns are folders, and whose pages are turned by `turn`.

    Every folder below the source's own is part of its list, unless the option `children` names those that are.
    """

    def turn(self, response: TextResponse, page: int) -> Paging:
        """Where one column goes on after this page, or what proves its end."""
        raise NotImplementedError

    def place(self, url: str) -> tuple[str, str]:
        """Host and folder of an address, such that one column has one."""
        parts = urlsplit(url)
        folder, _, last = parts.path.rpartition("/")
        return parts.netloc.lower(), f"{folder}/{last}/" if last and "." not in last else f"{folder}/"

    def is_below(self, url: str, other: str) -> bool:
        """Whether an address lies in a folder below that of another."""
        (host, folder), (above_host, above) = self.place(url), self.place(other)
        return host == above_host and folder != above and folder.startswith(above)

    def below(self, response: TextResponse, column: str) -> dict[str, str]:
        """The columns below one that a page leads to: address by address, with the titles of the anchors."""
        found: dict[tuple[str, str], tuple[str, str]] = {}
        here, base, root = self.place(response.url), response.urljoin(""), response.selector.root
        hosts = response.meta["source"].hosts
        for lead in () if isinstance(root, str) else LEADS(root):
            href = lead.get("href") or "javascript:"
            if not href.startswith("javascript:") and not _is_front(href):
                continue
            url, title = address(base, lead), title_of(lead)
            if not url or not _is_front(url) or ASIDE.search(title) or ARTICLE.search(url):
                continue
            home = at_home(url, hosts, column)
            place = self.place(home)
            if place != here and self.is_below(home, column):
                found.setdefault(place, (url, title))
        return dict(found.values())

    def children(self, response: TextResponse, depth: int) -> Sequence[str | Request]:
        """At the source's own page all folders below it; further down, the folders below each."""
        if depth:
            return [child(url) for url in self.below(response, response.url)]
        if self.options(response).children:
            return [child(url) for url in self.options(response).children_in(response)]
        column = _column(response)
        below = self.below(response, column)
        known = {self.place(url) for url in below}
        files = [url for url in year_folders(response, column) if self.place(url) not in known]
        return [child(url) for url in dict.fromkeys((*below, *files))]  # a year may be a page: 2024.html

    def paging(self, response: TextResponse, page: int) -> Paging:
        """As `turn` finds it, if this is the column that was asked for and something was recognised in it."""
        if page == 1 and (doubt := self._led_below(response)):
            return Paging(None, doubt=doubt)
        paging = self.turn(response, page)
        if paging.next is not None or page > 1:
            return paging
        inner = self.below(response, response.url)
        if not inner and not self.children(response, int(is_child(response))):
            return paging  # the visit itself asks where the rows are
        links = list(self.links(response))
        return self._rows(response, paging, links, inner) if links else self._no_rows(response, paging, inner)

    def has_rows(self, response: TextResponse) -> bool:
        """Whether any row is recognised in a page."""
        return any(True for _ in self.links(response))

    def _rows(
        self, response: TextResponse, paging: Paging, links: Sequence[Link], inner: Mapping[str, str]
    ) -> Paging:
        """A page that only shows the newest rows of the columns below it has none of its own."""
        own = any(not any(self._is_in(link.url, url) for url in inner) for link in links)
        settled = own or paging.proof or paging.pages is not None or self._is_more(response, inner)
        return paging if settled or not inner else self._only(paging, len(inner))

    def _no_rows(self, response: TextResponse, paging: Paging, inner: Mapping[str, str]) -> Paging:
        """A page without a row may only lead to columns below it; what else it may be, nobody can tell."""
        if paging.leads or (paging.proof and is_said_empty(response, self.options(response))):
            return paging
        scripted = SCRIPTED.search(response.text) or self._is_more(response, inner)
        if inner and paging.pages is None and not scripted:
            return self._only(paging, len(inner))
        if paging.proof:
            return Paging(None, doubt=f"no row is recognised, although {paging.proof}", pages=paging.pages)
        return paging

    @staticmethod
    def _is_more(response: TextResponse, inner: Mapping[str, str]) -> bool:
        """Whether a page has a list besides the columns below it: they are older ones, or a place waits for its rows."""
        older = all(HISTORY.search(title) for title in inner.values())
        return older or bool(response.xpath(PLACE) and response.css("script[src]"))

    def _is_in(self, url: str, column: str) -> bool:
        return self.place(url) == self.place(column) or self.is_below(url, column)

    @staticmethod
    def _only(paging: Paging, count: int) -> Paging:
        return Paging(None, f"its rows stand in the {count} columns below it", "", paging.pages, None)

    def is_led_below(self, response: TextResponse) -> bool:
        """Whether the source's own address has led to a column below it."""
        return not is_child(response) and self.is_below(response.url, _column(response))

    def _led_below(self, response: TextResponse) -> str:
        """What cannot be seen where a column leads on to one of the columns below it, and no way to the others is there."""
        if not self.is_led_below(response):
            return ""
        if self.options(response).moves_to or self.children(response, 0):
            return ""
        reports = (link for link in self.links(response) if link.kind != "other")
        if len({title_facts(link.title).year for link in reports} - {None}) > 1:
            return ""
        return (
            f"{_column(response)} leads on to {response.url}, and no way to the columns beside that stands there: their"
            " reports were not seen (if it is the whole list, moves_to says so)"
        )
