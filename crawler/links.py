"""Finding the entries of a list page: an address, a title, and the date that stands beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit, urlunsplit

from lxml.etree import XPath

from crawler.composing import FOLDER, OFFICE, heading_of, of_office, whole_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.html import HtmlElement
    from parsel import Selector
    from scrapy.http import TextResponse

PATH_SESSION = re.compile(r";(jsessionid|phpsessid|sid)=[^/?#;]*", re.IGNORECASE)
QUERY_SESSION = re.compile(
    r"^(jsessionid|phpsessid|aspsessionid\w*|asp\.net_sessionid|sessionid)$", re.IGNORECASE
)
PAGER_TEXT = re.compile(
    r"^[\[【(（<]?\s*((?!(?:19|20)\d{2}\b)\d{1,4}|首\s*页|第一页|[上前]一?\s*页|[下后]一?\s*[页頁]|[尾末]\s*页|最后一?页|更多.{0,4}|查看更多|返回.{0,6}|GO|跳转|"
    r"next|prev(ious)?|first|last|[<>«»‹›.…]+)\s*[\]】)）>]?$",
    re.IGNORECASE,
)
DAY = re.compile(r"(20\d{2}|19\d{2})\s?[-./年]\s?(\d{1,2})\s?[-./月]\s?(\d{1,2})(?!\d)")
ARTICLE = re.compile(
    r"/t(19|20)\d{6}_\d+\.s?html?|/content_\d+|/art_[\w]+\.html?|/post_\d+\.html|/c\d+a\d+/page\.|/info/\d+/\d+\.htm|"
    r"article[0-9a-f]{16,32}\.html|/contents/\d+/\d+\.html",
    re.IGNORECASE,
)
DAY_BESIDE = re.compile(
    rf"[\[(（【]?\s*{DAY.pattern}日?\s*[\])）】]?\s*$|^\s*[\[(（【]?\s*{DAY.pattern}日?\s*[\])）】]?"
)
ANCHORS = ("a", "option")
CUT = ("...", "…", "..")
ROW_TEXT = 800  # characters: what is longer is not a row but a part of the page
ROW_ANCHORS = 3
ROW_ELEMENTS = 300
# What may lead to a report: anchors, entries of a menu, and elements that a script opens.
LEADS = XPath(
    "descendant-or-self::*[self::a or self::option[@value] or @data-url or @data-href or @data-link or @onclick]"
)
# What shows a file within the page, and how a viewer is told which
SHOWS = XPath("descendant::*[self::iframe or self::frame or self::embed or self::object]")
SHOWN_FILE = re.compile(r"\.(?:pdf|docx?|wps|ofd|xlsx?)$", re.IGNORECASE)
VIEWED = re.compile(r"[?&#](?:file|src|url|path)=([^&#]{1,500}\.(?:pdf|docx?|wps|ofd|xlsx?))", re.IGNORECASE)
OPENER = "查看"
NAMED = ("data-url", "data-href", "data-link")
# An address written out in a script: with a folder, or with the ending of a page or a file; no empty placeholder.
LITERAL = re.compile(
    r"""["']\s*((?:https?:/)?/[^"'<>\s]{1,500}|\.{1,2}/[^"'<>\s]{1,500}|[^"'<>\s/:?#]{1,200}(?:/[^"'<>\s]{0,300})?\.(?:s?html?|jsp|aspx?|php|do|pdf|docx?|wps|ofd|xlsx?|zip)(?:\?[^"'<>\s]{0,300})?)\s*["']""",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a list page. `published` is the row's own date as an ISO day, or None.

    `composed`: the title does not stand in one place of the page; it was put together from a row and its heading.
    """

    url: str
    title: str
    published: str | None
    composed: bool = False

    @property
    def dated(self) -> bool:
        """Whether a date, or an address of the form of an article's, shows that this is a row and no menu."""
        return self.published is not None or bool(ARTICLE.search(self.url))


@lru_cache(maxsize=4096)  # the same links are looked at as rows, as pagers and as words
def clean_url(base: str, href: str) -> str | None:
    """The absolute address of a link, without fragment and session id; None where it leads to no page."""
    href = re.sub(r"[\t\r\n]", "", href).strip()
    if not href or href.startswith("#"):
        return None
    try:
        parts = urlsplit(urljoin(base, href))
        if parts.scheme not in {"http", "https"} or not parts.hostname or "\\" in parts.netloc:
            return None
        _ = parts.port, href.encode()  # a request to a port or of characters that do not exist cannot be made
    except ValueError:
        return None
    return urlunsplit((parts.scheme, parts.netloc, PATH_SESSION.sub("", parts.path), _query(parts.query), ""))


def _query(query: str) -> str:
    """The query without session ids; untouched where it has none, for some servers are particular about it."""
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not QUERY_SESSION.match(name)]
    return query if len(kept) == len(pairs) else urlencode(kept)


def address(base: str, element: HtmlElement) -> str | None:
    """Where an element leads: by its href, by an attribute that a script reads, or by an address in its script."""
    if element.tag == "option":
        value = element.get("value") or ""
        return clean_url(base, value) if "/" in value or "." in value else None
    href = element.get("href") or ""
    if url := clean_url(base, href):
        return url
    for name in NAMED:
        if url := clean_url(base, element.get(name) or ""):
            return url
    for script in (href, element.get("onclick") or ""):
        if found := LITERAL.search(script[:2000]):
            return clean_url(base, found[1])
    return None


def iso_day(text: str) -> str | None:
    """The first date in a text as an ISO day; None where there is none that exists."""
    for found in DAY.finditer(text):
        try:
            return date(*map(int, found.groups())).isoformat()
        except ValueError:
            continue
    return None


def entries(response: TextResponse, container: str = "", link: str = "") -> Iterator[Entry]:
    """Everything below `container` that may be an entry, in the order of the page.

    `container` and `link` are CSS selectors: where the list stands, and its anchors within.
    """
    places = response.css(container) if container else [response.selector]
    yield from entries_in(places, response.urljoin(""), link)


def entries_in(places: Iterable[Selector], base: str, link: str = "") -> Iterator[Entry]:
    """Everything in some parts of a page that may be an entry; addresses are relative to `base`."""
    for place in places:
        if not isinstance(place.root, str):
            leads = [anchor.root for anchor in place.css(link)] if link else LEADS(place.root)
            yield from filter(None, (_entry(lead, base) for lead in leads))
            if not link:
                yield from filter(None, (_shown(frame, base) for frame in SHOWS(place.root)))


def _entry(lead: HtmlElement, base: str) -> Entry | None:
    url = address(base, lead)
    if url is None:
        return None
    row = lead.tag not in ANCHORS  # a whole row that a script opens, with its date within
    if row and next(lead.iter("a"), None) is not None:
        return None
    printed = _title(lead)
    if not printed and not row:
        return _icon(lead, url)
    if not printed or len(printed) > ROW_TEXT or PAGER_TEXT.match(printed):
        return None
    if row:
        day = iso_day(printed)
        return Entry(url, " ".join(DAY_BESIDE.sub(" ", printed).split()) or printed, day or row_day(lead))
    return _named(lead, url, printed)


def _named(lead: HtmlElement, url: str, printed: str) -> Entry:
    """An anchor with its words; a dated row that says a body's name alone is called by what the page is called."""
    title, composed = whole_title(lead, printed)
    entry = Entry(url, title, row_day(lead), composed)
    if entry.dated and not composed and OFFICE.match(title) and (whole := of_office(lead, title)):
        return Entry(url, whole, entry.published, composed=True)
    return entry


def _icon(lead: HtmlElement, url: str) -> Entry | None:
    """An anchor without words, an icon, that opens what the row or the table around it names."""
    if FOLDER.search(lead.get("href") or ""):
        return None  # a button to a folder of further lists
    title, composed = whole_title(lead, OPENER)
    return None if title == OPENER else Entry(url, title, row_day(lead), composed)


def _shown(frame: HtmlElement, base: str) -> Entry | None:
    """A file that a page shows in itself, in a frame or by a viewer: what it is, only the file says."""
    source = frame.get("data") if frame.tag == "object" else frame.get("src")
    inner = VIEWED.search(source or "")
    url = clean_url(base, unquote(inner[1]) if inner else source or "")
    if url is None or not SHOWN_FILE.search(urlsplit(url).path):
        return None
    named = frame.getroottree().find("head/title")
    words = heading_of(frame) or " ".join(str(named.text_content() if named is not None else "").split())
    return Entry(url, words[:ROW_TEXT] or urlsplit(url).path, None, composed=True)


def _title(lead: HtmlElement) -> str:
    """The text of an anchor, or its title attribute where the text is cut short or missing."""
    text = " ".join(str(lead.text_content()).split())
    whole = " ".join((lead.get("title") or "").split())
    if not text or _is_cut(text, whole):
        return whole or _picture(lead)
    return text


def _is_cut(text: str, whole: str) -> bool:
    """Whether a text is a longer title cut short, with or without dots, wherever it stands in it."""
    stem = text.rstrip(".…· ")
    return len(whole) > len(stem) and (text.endswith(CUT) or stem in whole)


def _picture(lead: HtmlElement) -> str:
    return " ".join(str(next(iter(lead.xpath(".//img/@alt")), "")).split())


def crowded(element: HtmlElement, most: int) -> bool:
    """Whether an element has more anchors than `most`; looks no further, for a page may have a hundred thousand."""
    return next(islice(element.iterdescendants("a"), most, None), None) is not None


def _is_large(element: HtmlElement) -> bool:
    """Whether an element has more within than a row: its text alone would cost too much, asked for by each of its rows."""
    return next(islice(element.iterdescendants(), ROW_ELEMENTS, None), None) is not None


def row_day(lead: HtmlElement) -> str | None:
    """The date beside an anchor: not one in its title, and not one of another row."""
    if lead.tag == "option":
        return None
    own = str(lead.text_content())
    for row in _rows(lead):
        if crowded(row, ROW_ANCHORS) or _is_large(row) or len(text := str(row.text_content())) > ROW_TEXT:
            return None
        if found := iso_day(text.replace(own, " ", 1)):
            return found
    return None


def _rows(lead: HtmlElement) -> Iterator[HtmlElement]:
    """The elements that may be the anchor's row: its parent, then the nearest list item, table row or the like."""
    parent = lead.getparent()
    if parent is not None and (
        crowded(parent, ROW_ANCHORS) or next(parent.iterdescendants("li", "tr"), None) is None
    ):
        yield parent
    row = next(lead.iterancestors("li", "tr", "dl"), None)
    if row is not None and row is not parent:
        yield row
