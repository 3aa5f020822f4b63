"""What lies below a column and is part of its list: folders of single years, groups of bodies, frames."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.composing import BARE_YEAR, OFFICE, YEAR_ALONE
from crawler.links import ARTICLE, clean_url, row_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement
    from scrapy.http import TextResponse

FILE = re.compile(r"\.(pdf|docx?|wps|ofd|xlsx?|et|zip|rar|7z|jpe?g|png)$", re.IGNORECASE)
DECORATION = re.compile(
    r"(head|foot|top|bottom|nav|menu|search|ss|weather|tianqi|share|login|count|stat|tongji|copyright|banner|link)\w*\.\w+$|viewer\.html",
    re.IGNORECASE,
)
INDEX = re.compile(r"^(index|default|list)\.\w+$", re.IGNORECASE)
GROUP = re.compile(r"部门|单位|机构|系统|县区|县市|市县|乡镇|街道|镇办|其他|(年报|年度报告|工作报告)$")
LONGEST_GROUP = 20  # characters of a group's name: 市政府部门及直属机构


def year_folders(response: TextResponse, column: str) -> list[str]:
    """Undated links called by a year alone that lie below the column: its folders of single years."""
    return [
        url
        for url, text, anchor in _anchors(response, YEAR_ALONE)
        if (BARE_YEAR.match(text) or _leads_to_folder(url))
        and not (ARTICLE.search(url) or FILE.search(url))
        and _is_below(url, column)
        and row_day(anchor) is None
    ]


def groups_below(response: TextResponse, column: str) -> list[str]:
    """Links with a short name to pages below the column: groups of bodies, or one body's reports."""
    folder = _folder(column)
    return [
        url
        for url, text, _ in _anchors(response, GROUP, OFFICE)
        if not YEAR_ALONE.match(text)
        and (OFFICE.match(text) or (_leads_to_folder(url) and _folder(url) != folder))
        and not (ARTICLE.search(url) or FILE.search(url))
        and folder != "/"
        and _is_below(url, column)
    ]


def frames_of(response: TextResponse) -> list[str]:
    """What the frames of a page show, if it is on the page's own host and by its name no decoration."""
    found = []
    for source in response.css("iframe::attr(src), frame::attr(src)").getall():
        url = clean_url(response.urljoin(""), source)
        same_host = url is not None and urlsplit(url).netloc == urlsplit(response.url).netloc
        if url and same_host and url != response.url and not DECORATION.search(url) and not FILE.search(url):
            found.append(url)
    return found


def _anchors(response: TextResponse, *called: re.Pattern[str]) -> Iterator[tuple[str, str, HtmlElement]]:
    root, base = response.selector.root, response.urljoin("")
    for anchor in () if isinstance(root, str) else root.iter("a", "option"):
        href = anchor.get("href") if anchor.tag == "a" else anchor.get("value")
        text = "".join(anchor.itertext())
        if not href or len(text) > 200 or (anchor.tag == "option" and "/" not in href and "." not in href):  # noqa: PLR2004 - far more than a folder's name
            continue
        text = " ".join(text.split()) or (anchor.get("title") or "")
        wanted = 0 < len(text) <= LONGEST_GROUP and any(pattern.search(text) for pattern in called)
        url = clean_url(base, href) if wanted else None
        if url and url != response.url:
            yield url, text, anchor


def _folder(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[0] + "/"


def _leads_to_folder(url: str) -> bool:
    last = urlsplit(url).path.rpartition("/")[2]
    return not urlsplit(url).query and (not last or bool(INDEX.match(last)))


def _is_below(url: str, column: str) -> bool:
    here, there = urlsplit(column), urlsplit(url)
    return here.netloc == there.netloc and there.path.startswith(_folder(column)) and url != column
