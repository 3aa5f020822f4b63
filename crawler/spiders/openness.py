"""Anhui's openness platforms: `showList/…/page_N.html`, and `/public/column/…` whose pages `/site/label/8888` gives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from crawler.links import entries_in
from crawler.paging import Paging
from crawler.spiders.base import FamilySpider, Sign
from crawler.spiders.pagers import FEWEST, Counts, counted, form, is_proved, lone, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scrapy import Request
    from scrapy.http import TextResponse

    from crawler.links import Entry
    from store.model import Link

LABEL = "/site/label/8888"
DETAIL = re.compile(
    r"/(?:openness|xxgk)content/show/\d+\.html|/openness/detail/content/[0-9a-f]{24}\.html|/public/\d+/\d+\.html",
    re.IGNORECASE,
)
PAGE_FILE = re.compile(r"/page_(\d{1,6})\.html$")
SCRIPT = re.compile(r"<script\b[^>]{0,300}>(.{0,20000}?)</script", re.IGNORECASE | re.DOTALL)
PAGES = re.compile(r"""\bpageCount["']?\s{0,5}[:=]\s{0,5}["']?(\d{1,9})\b""")
TOTAL = re.compile(r"""\btotal["']?\s{0,5}[:=]\s{0,5}["']?(\d{1,9})\b""")
CALL = re.compile(
    r"""\{([^{}]{0,3000}?\blabelName["']?\s{0,5}:\s{0,5}["']publicInfoList["'][^{}]{0,3000})\}"""
)
PAIR = re.compile(r"""([\w$]{1,40})["']?\s{0,5}:\s{0,5}(?:"([^"]{0,300})"|'([^']{0,300})'|([\w$.-]{1,60}))""")
ADDRESS = re.compile(r"""["'](/site/label/8888\?[^"'<>\s]{1,2000}publicInfoList[^"'<>\s]{0,2000})["']""")
LITERAL = re.compile(r"\d+|true|false")
POSTS = re.compile(r"""\b(?:type|method)["']?\s{0,5}:\s{0,5}["']post["']|\$\.post\s{0,3}\(""", re.IGNORECASE)


class OpennessSpider(FamilySpider):
    """A script's `pageCount` and `total` prove the end; numbered pages without any are tried on until one repeats."""

    name = "openness"
    asks_interfaces = True

    @classmethod
    def sign(cls, response: TextResponse) -> Sign | None:
        """Addresses that only these platforms have."""
        path = urlsplit(response.url).path
        if LABEL in response.text and "publicInfoList" in response.text:
            return Sign("a script asks /site/label/8888 for publicInfoList")
        if re.match(r"/(XxgkContent|News|OpennessContent)/showList/", path) or path.startswith(
            "/opennessContent"
        ):
            return Sign("its lists are called showList/…/page_N.html, or opennessContent")
        details = sum(bool(DETAIL.search(href)) for href in response.css("a::attr(href)").getall())
        return Sign("its entries are called …/show/<number>.html", sure=False) if details > 1 else None

    def is_row(self, entry: Entry, link: Link) -> bool:
        """Dated rows, and addresses of the form of its articles."""
        return bool(DETAIL.search(entry.url)) or super().is_row(entry, link)

    def links(self, response: TextResponse) -> Iterator[Link]:
        """The rows of the interface's answer, whose addresses are relative to the page; of a page that asks none, its own.

        Rows that stand beside a list which a script fills must not make up for entries that it lacks.
        """
        carried = response.meta.get("carried") or {}
        if not carried:
            yield from () if _call(response)[0] else super().links(response)
            return
        found = entries_in([response.selector], str(carried.get("page", response.url)))
        yield from self.rows_among(response, found)

    def paging(self, response: TextResponse, page: int) -> Paging:
        """By the script's counts where there are any; else by the links of the page."""
        carried = response.meta.get("carried") or {}
        asks, unknown = (None, "") if carried else _call(response)
        if asks is not None:
            return Paging(asks, leads=True)
        pages, total = _said(response, carried)
        if unknown and not pages:
            return Paging(doubt=f"the page does not hold what its script asks for: {unknown}", leads=True)
        if len(pages) > 1:
            return Paging(doubt="the page has several lists with pages of their own")
        rows = len({link.url for link in self.links(response)})
        if not pages:
            return self._by_links(response, page, rows)
        counts = Counts(None, pages.pop(), None if self.options(response).ignore_total else total)
        return self._by_count(response, page, rows, counts)

    def _by_count(self, response: TextResponse, page: int, rows: int, counts: Counts) -> Paging:
        """The next page from the interface that gave this one, else of the page itself."""
        carried = response.meta.get("carried") or {}
        if counts.pages is None or page >= counts.pages:
            return counted(counts, page, rows, None)
        if carried:
            asked = _ask({**carried, "pages": counts.pages, "total": counts.total}, page + 1)
            return counted(counts, page, rows, asked)
        parts = urlsplit(response.url)
        query = {**dict(parse_qsl(parts.query, keep_blank_values=True)), "pageIndex": str(page + 1)}
        return counted(counts, page, rows, urlunsplit((*parts[:3], urlencode(query), "")))

    def _by_links(self, response: TextResponse, page: int, rows: int) -> Paging:
        """As a plain list; a long one without a pager is tried on where its pages are numbered."""
        options, plain = self.options(response), super().paging(response, page)
        if response.meta.get("carried") and not options.pager:
            return Paging(doubt="the interface does not say how many pages there are", total=plain.total)
        if options.pager or plain.next is not None or not plain.proof or is_proved(plain):
            return plain
        numbered = PAGE_FILE.search(urlsplit(response.url).path)
        if numbered is None or not rows or (page == 1 and rows < FEWEST):
            return lone(plain, rows, page)
        return Paging(urljoin(response.url, f"page_{int(numbered[1]) + 1}.html"), probe=True)


def _said(response: TextResponse, carried: Mapping[str, object]) -> tuple[set[int], int | None]:
    """The numbers of pages that scripts name, and of entries in the same script."""
    pages, totals = set(), set()
    for script in SCRIPT.findall(response.text):
        if found := PAGES.search(script):
            pages.add(int(found[1]))
            totals |= {int(total) for total in TOTAL.findall(script)}
    if not pages and isinstance(carried.get("pages"), int):
        pages, totals = {int(str(carried["pages"]))}, {number(str(carried.get("total"))) or 0} - {0}
    return pages, totals.pop() if len(totals) == 1 else None


def _call(response: TextResponse) -> tuple[Request | None, str]:
    """How the script asks for the list's first page; or the name of a value that the page does not hold."""
    text = response.text
    if found := ADDRESS.search(text):
        fields = dict(parse_qsl(urlsplit(found[1].replace("&amp;", "&")).query, keep_blank_values=True))
    elif found := CALL.search(text):
        fields, unknown = _fields(found[1], text)
        if unknown:
            return None, unknown
    else:
        return None, ""
    sends = "POST" if POSTS.search(text[max(0, found.start() - 300) : found.end() + 300]) else "GET"
    where = {"page": response.url, "interface": response.urljoin(LABEL), "method": sends, "fields": fields}
    return _ask(where, 1), ""


def _fields(call: str, text: str) -> tuple[dict[str, str], str]:
    """The values of a call; those of variables are looked up in the page."""
    fields = {}
    for name, double, single, bare in PAIR.findall(call):
        if name == "pageIndex":  # which page it asks for is what its script varies
            continue
        value = bare if LITERAL.fullmatch(bare) else _value(bare, text) if bare else double or single
        if value is None:
            return {}, bare
        fields[name] = value
    return fields, ""


def _value(variable: str, text: str) -> str | None:
    """What a page's script sets a variable to; None where it does not."""
    found = re.search(
        rf"""\b{re.escape(variable)}\s{{0,5}}=\s{{0,5}}["']?([\w-]{{1,60}})["']?\s{{0,5}}[;,\n]""", text
    )
    return found[1] if found else None


def _ask(where: Mapping[str, object], page: int) -> Request:
    fields = where["fields"] if isinstance(where["fields"], dict) else {}
    sent = {**{str(name): str(value) for name, value in fields.items()}, "pageIndex": str(page)}
    return form(str(where["interface"]), sent, where, str(where["method"]))
