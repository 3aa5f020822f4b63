"""Where a list goes on, and what proves that it has ended."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.links import clean_url
from crawler.text import without_code

if TYPE_CHECKING:
    from parsel import Selector
    from scrapy import Request
    from scrapy.http import TextResponse


@dataclass(frozen=True, slots=True)
class Paging:
    """What one list page says about the rest of its list.

    `next` is the next page, or None. With no next page, `proof` says why this is the end; an empty proof means
    that the end is not proved, and `doubt` says why. `pages` and `total` are the numbers of pages and of entries
    that the page itself declares.

    `leads`: the page holds only the way to its list (an interface's address and its parameters), and no entry
    is owed by it. `probe`: nothing says that there is a `next` page; if it repeats the page before it, after at
    least two pages that differed, that proves the end. Servers that know no such page answer so.
    """

    next: str | Request | None = None
    proof: str = ""
    doubt: str = ""
    pages: int | None = None
    total: int | None = None
    leads: bool = False
    probe: bool = False


NEXT = re.compile(
    r"^[\[【(（]?\s*(下一?\s*[页頁]|后一?\s*[页頁]|next( page)?|[>»›]{1,2})\s*[>»›]*\s*[\]】)）]?$",
    re.IGNORECASE,
)
NEXT_WORD = re.compile(
    r"^[\[【(（]?(下一?[页頁]|后一?[页頁]|next(page)?)[>»›]*[\]】)）]?$", re.IGNORECASE
)  # ">" is a breadcrumb's
BACK = re.compile(r"^[\[【(（<]?(\d{1,4}|[上前]一?[页頁]|prev(ious)?|[<«‹]{1,2})[\]】)）]?$", re.IGNORECASE)
LAST = re.compile(r"^[\[【(（]?([尾末][页頁]|最后一?[页頁]|last)[\]】)）]?$", re.IGNORECASE)
MORE = re.compile(r"^[\[【(（+]?(查看|点击|加载|显示)?更多(\.|…|[>»›+])*[\]】)）]?$")
NUMBER = re.compile(r"^[\[【(（]?第?(\d{1,4})页?[\]】)）]?$")
CHOICE = re.compile(r"第?(?:[2-9]|[1-9]\d{1,2})页?")
PAGE_FILE = re.compile(r"(?:/|index|list|default)[_-]?(\d{1,4})\.s?html?$|[?&]page\w*=\d+", re.IGNORECASE)
MOST_PAGES = 999  # a larger number is a year or a count, and no page
# Where a pager may say "next" without being a link.
TURNERS = (
    "span::text, li::text, button::text, div::text, td::text, em::text, i::text, b::text, font::text, label::text,"
    " input::attr(value), img::attr(alt), [title]::attr(title)"
)
POSITION = tuple(  # a bare "1/12" is a date, and not looked at
    re.compile(pattern.replace("HERE", r"(?P<here>\d+)").replace("ALL", r"(?P<pages>\d+)"))
    for pattern in (
        r"第\s*HERE\s*[/／]\s*ALL\s*页",
        r"(?:当前|页次|页码)[^\d]{0,6}HERE\s*[/／]\s*(?:共\s*)?ALL",
        r"(?<!\d)HERE\s*[/／]\s*ALL\s*页",
        r"第\s*HERE\s*页\D{0,6}共\s*ALL\s*页",
        r"共\s*ALL\s*页\D{0,10}第\s*HERE\s*页",
    )
)
PAGES = (re.compile(r"共\s*(\d+)\s*页"), re.compile(r"总页数\s*[:：]?\s*(\d+)"))
TOTAL = (
    re.compile(r"共\D{0,4}(\d+)\s*(?:条|篇|则|项|个?记录)"),
    re.compile(r"(?:总记录数?|记录总数|总条数)\s*[:：]?\s*(\d+)"),
    re.compile(r"""\b(?:recordCount|totalRecords?|total_?count)["']?\s*[:=]\s*["']?(\d+)""", re.IGNORECASE),
)
# What a list that is filled or turned by a script shows in its source.
SCRIPTED = re.compile(
    r"createPage(HTML)?\s*\(\s*[\"'\d]|\.jpage\s*\(|dataproxy\.jsp|laypage|\.pagination\s*\(|(ms|ng)-repeat|v-for=|加载更多|loadMore|"
    r"\b(go|goto|turn|to|show|get|change|jump|load)_?page\w*\s*\(",
    re.IGNORECASE,
)


def declared_total(markup: str) -> int | None:
    """How many entries the list says it has, in its text or in the script that turns its pages."""
    for pattern in TOTAL:
        if found := pattern.search(markup):
            return int(found.group(1)[:9])
    return None


def declared_position(text: str) -> tuple[int | None, int | None]:
    """(this page, number of pages) as the list says; None for what it does not say."""
    for pattern in POSITION:
        if found := pattern.search(text):
            numbers = found.groupdict()
            return int(numbers["here"][:9]), int(numbers["pages"][:9])
    for pattern in PAGES:
        if found := pattern.search(text):
            return None, int(found.group(1)[:9])
    return None, None


def plain_paging(response: TextResponse, page: int, next_link: str = "", *, count: bool = True) -> Paging:
    """Paging of a plain list: next link, "page x of y", or a declared number of entries.

    `page` counts from 1. `next_link` is a CSS selector for the anchor to the next page; `count` False ignores
    the number of entries that the page declares.
    """
    bare = without_code(response.text)
    text = re.sub(r"<[^<>]{0,2000}>", "", bare)
    here, pages = declared_position(text)
    total = declared_total(response.text if SCRIPTED.search(response.text) else text) if count else None
    anchors = _anchors(response, next_link)
    target = _target(response, anchors)
    if target and target != response.url:
        return Paging(target, pages=pages, total=total)
    if pages is not None:
        return _by_position(response, here or page, pages, total)
    if follow := _numbers(response).get(page + 1):
        return Paging(follow, pages=pages, total=total)
    proof, doubt = _end(response, anchors, page, next_link)
    return Paging(None, proof, doubt, pages, total)


def _anchors(response: TextResponse, next_link: str) -> list[Selector]:
    if next_link:
        return list(response.css(next_link))
    return [anchor for anchor in response.css("a") if NEXT.match(_text(anchor))]


def _text(anchor: Selector) -> str:
    """What an anchor says, without white space: its text, its title, or that of its picture."""
    said = (
        "".join(anchor.css("::text").getall()), anchor.attrib.get("title", ""),
        anchor.css("img::attr(alt)").get(""),
    )  # fmt: skip
    return next((squeezed for text in said if (squeezed := _squeezed(text))), "")


def _target(response: TextResponse, anchors: list[Selector]) -> str | None:
    """Where the next link leads; None where it is missing, switched off, or a script's."""
    for anchor in anchors:
        if "disabled" in anchor.attrib.get("class", ""):
            continue
        if url := clean_url(response.urljoin(""), anchor.attrib.get("href", "")):
            return url
    return None


def _by_position(response: TextResponse, here: int, pages: int, total: int | None) -> Paging:
    if here >= pages:
        return Paging(None, f"page {here} of {pages}", "", pages, total)
    for anchor in response.css("a[href]"):
        if _text(anchor) == str(here + 1) and (url := clean_url(response.urljoin(""), anchor.attrib["href"])):
            return Paging(url, pages=pages, total=total)
    return Paging(None, "", f"page {here} of {pages}, and no link leads on", pages, total)


def _numbers(response: TextResponse) -> dict[int, str | None]:
    """The pages that are linked by their number, and where; None for a script's."""
    numbers: dict[int, str | None] = {}
    for anchor in response.css("a[href]"):
        if found := NUMBER.match(_text(anchor)):
            url = clean_url(response.urljoin(""), anchor.attrib["href"])
            numbers[int(found[1])] = numbers.get(int(found[1])) or url
    return {number: url for number, url in numbers.items() if number <= MOST_PAGES}


def _end(response: TextResponse, anchors: list[Selector], page: int, next_link: str) -> tuple[str, str]:
    """(proof, doubt) where there is neither a next page nor a count of pages.

    Everything that may lead on is a doubt first; a pager proves the end only by links back.
    """
    if doubt := _leads_on(response, page):
        return "", doubt
    if _leads_back(response) and not any(_acts(anchor) for anchor in anchors):
        return "the pager has no next page", ""
    if anchors or SCRIPTED.search(response.text):
        return "", "the pages are turned by a script: this family cannot follow it"
    if any(NEXT_WORD.match(_squeezed(text)) for text in response.css(TURNERS).getall()):
        return "", "the pager has no links: a script may turn the pages"
    if next_link:
        return f"no {next_link} in the page", ""
    return "one page without a pager", ""


def _acts(anchor: Selector) -> bool:
    """Whether a next link that leads nowhere does something when it is clicked."""
    disabled = "disabled" in anchor.attrib.get("class", "")
    return not disabled and (
        "onclick" in anchor.attrib or bool(re.search(r"javascript:.*\w\s*\(", anchor.attrib.get("href", "")))
    )


def _leads_back(response: TextResponse) -> bool:
    """Whether a link leads to an earlier page: what a pager has on its later pages."""
    return any(
        BACK.match(_text(anchor)) and clean_url(response.urljoin(""), anchor.attrib["href"])
        for anchor in response.css("a[href]")
    )


def _leads_on(response: TextResponse, page: int) -> str:
    """What shows that there are further pages although no next link was found; empty where nothing does."""
    higher = [number for number in _numbers(response) if number > page]
    if higher:
        return f"page {min(higher)} is linked, and no link to the next page can be followed"
    here, folder = response.url.partition("?")[0], response.url.partition("?")[0].rpartition("/")[0]
    for option in response.css("select option"):
        url = clean_url(response.urljoin(""), option.attrib.get("value", ""))
        known = CHOICE.fullmatch(_squeezed("".join(option.css("::text").getall())))
        if known or (url and url != response.url and url.startswith(folder + "/") and PAGE_FILE.search(url)):
            return "a menu offers further pages: this family cannot follow it"
    for anchor in response.css("a[href]"):
        url = clean_url(response.urljoin(""), anchor.attrib["href"])
        if url is None or url in (response.url, here):
            continue
        beside = url.partition("?")[0].rpartition("/")[0] == folder
        if beside and (MORE.match(_text(anchor)) or LAST.match(_text(anchor))):
            return f"{_text(anchor)} leads to {url}: a further page of this list"
    return ""


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b\ufeff]+", "", text)
