"""What lies below a column and is part of its list: folders of single years, groups of bodies, frames."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.composing import BARE_YEAR, YEAR_ALONE
from crawler.links import ARTICLE, clean_url, row_day
from crawler.ways import SHORT, is_below, leads_to_folder, text_of, ways_below

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement
    from scrapy.http import TextResponse

    from store.model import Source

FILE = re.compile(r"\.(pdf|docx?|wps|ofd|xlsx?|et|zip|rar|7z|jpe?g|png)$", re.IGNORECASE)
DECORATION = re.compile(
    r"(?:^|[/_-])(head|foot|top|bottom|nav|menu|search|ss|weather|tianqi|share|login|count|stat|tongji|copyright|banner|link)\w*\.\w+$|viewer\.html|/wza/",
    re.IGNORECASE,
)
LEADS = ("a", "area", "option")
_SEEN = "[not(contains(@style, 'none')) and not(@hidden) and not(@height='0' or @height='1')]"  # no hidden counter
FRAMES = f"//iframe{_SEEN}/@src | //frame/@src | //object{_SEEN}/@data | //embed{_SEEN}/@src"


def year_folders(response: TextResponse, column: str) -> list[str]:
    """Undated links called by a year alone that lie below the column: its folders of single years."""
    return [
        url
        for url, text, anchor in _years(response)
        if (BARE_YEAR.match(text) or leads_to_folder(url))
        and not (ARTICLE.search(url) or FILE.search(url))
        and is_below(url, column, _hosts(response))
        and row_day(anchor) is None
    ]


def groups_below(response: TextResponse, column: str) -> list[str]:
    """Where the list goes on below its column: groups of bodies, one body's reports, "more", folders with a short name."""
    return [
        way.url
        for way in ways_below(response, column, _hosts(response))
        if way.sure or (way.is_folder and len(way.text) <= SHORT)
    ]


def frames_of(response: TextResponse) -> list[str]:
    """What the frames of a page show, if it is on a host of the source and by its name no decoration."""
    found = []
    own = {urlsplit(response.url).hostname, *_hosts(response)}
    for source in response.xpath(FRAMES).getall():
        url = clean_url(response.urljoin(""), source)
        is_own = url is not None and urlsplit(url).hostname in own
        if url and is_own and url != response.url and not DECORATION.search(url) and not FILE.search(url):
            found.append(url)
    return found


def _hosts(response: TextResponse) -> tuple[str, ...]:
    source: Source = response.meta["source"]
    return source.hosts


def _years(response: TextResponse) -> Iterator[tuple[str, str, HtmlElement]]:
    """Address, words and element of all that leads to another page and is called by a year alone."""
    root, base = response.selector.root, response.urljoin("")
    for lead in () if isinstance(root, str) else root.iter(*LEADS):
        href = lead.get("value" if lead.tag == "option" else "href")
        if not href or (lead.tag == "option" and "/" not in href and "." not in href):
            continue
        text = text_of(lead)
        url = clean_url(base, href) if len(text) <= SHORT and YEAR_ALONE.match(text) else None
        if url and url != response.url:
            yield url, text, lead
