"""Finding the entries of a list page: an address, a title, and the date that stands beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement
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
CUT = ("...", "…", "..")
ROW_TEXT = 800  # characters: what is longer is not a row but a part of the page
ROW_ANCHORS = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a list page. `published` is the row's own date as an ISO day, or None."""

    url: str
    title: str
    published: str | None

    @property
    def dated(self) -> bool:
        """Whether a date, or an address of the form of an article's, shows that this is a row and no menu."""
        return self.published is not None or bool(ARTICLE.search(self.url))


def clean_url(base: str, href: str) -> str | None:
    """The absolute address of a link, without fragment and session id; None where it leads to no page."""
    href = re.sub(r"[\t\r\n]", "", href).strip()
    if not href or href.startswith("#"):
        return None
    try:
        parts = urlsplit(urljoin(base, href))
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            return None
    except ValueError:
        return None
    return urlunsplit((parts.scheme, parts.netloc, PATH_SESSION.sub("", parts.path), _query(parts.query), ""))


def _query(query: str) -> str:
    """The query without session ids; untouched where it has none, for some servers are particular about it."""
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not QUERY_SESSION.match(name)]
    return query if len(kept) == len(pairs) else urlencode(kept)


def iso_day(text: str) -> str | None:
    """The first date in a text as an ISO day; None where there is none that exists."""
    for found in DAY.finditer(text):
        try:
            return date(*map(int, found.groups())).isoformat()
        except ValueError:
            continue
    return None


def entries(response: TextResponse, container: str = "", link: str = "") -> Iterator[Entry]:
    """Every anchor below `container` that may be an entry, in the order of the page.

    `container` and `link` are CSS selectors: where the list stands, and its anchors within.
    """
    base = response.urljoin("")
    for place in response.css(container) if container else [response.selector]:
        for anchor in place.css(link or "a[href]"):
            entry = _entry(anchor.root, base)
            if entry:
                yield entry


def _entry(anchor: HtmlElement, base: str) -> Entry | None:
    url = clean_url(base, anchor.get("href") or "")
    title = _title(anchor)
    if url is None or not title or PAGER_TEXT.match(title):
        return None
    return Entry(url, title, _row_date(anchor))


def _title(anchor: HtmlElement) -> str:
    """The text of an anchor, or its title attribute where the text is cut short or missing."""
    text = " ".join(str(anchor.text_content()).split())
    whole = " ".join((anchor.get("title") or "").split())
    if not text or _is_cut(text, whole):
        return whole or _picture(anchor)
    return text


def _is_cut(text: str, whole: str) -> bool:
    """Whether a text is a longer title cut short, with or without dots, wherever it stands in it."""
    stem = text.rstrip(".…· ")
    return len(whole) > len(stem) and (text.endswith(CUT) or stem in whole)


def _picture(anchor: HtmlElement) -> str:
    return " ".join(str(next(iter(anchor.xpath(".//img/@alt")), "")).split())


def _row_date(anchor: HtmlElement) -> str | None:
    """The date beside an anchor: not one in its title, and not one of another row."""
    own = str(anchor.text_content())
    for row in _rows(anchor):
        text = str(row.text_content())
        if len(text) > ROW_TEXT or len(row.findall(".//a")) > ROW_ANCHORS:
            return None
        if found := iso_day(text.replace(own, " ", 1)):
            return found
    return None


def _rows(anchor: HtmlElement) -> Iterator[HtmlElement]:
    """The elements that may be the anchor's row: its parent, then the nearest list item, table row or the like."""
    parent = anchor.getparent()
    if parent is not None:
        yield parent
    row = next(anchor.iterancestors("li", "tr", "dl"), None)
    if row is not None and row is not parent:
        yield row
