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
    """

    next: str | Request | None = None
    proof: str = ""
    doubt: str = ""
    pages: int | None = None
    total: int | None = None


# All are matched against texts without white space.
NEXT_WORD = re.compile(r"^[\[【(（]?(下一?[页頁]|后一?[页頁]|next(page)?)[>»›]*[\]】)）]?$", re.IGNORECASE)
NEXT = re.compile(rf"{NEXT_WORD.pattern}|^[\[【(（]?[>»›]{{1,2}}[\]】)）]?$", re.IGNORECASE)
NUMBER = re.compile(r"^[\[【(（]?第?(\d{1,4})页?[\]】)）]?$")
FIRST = re.compile(r"^[\[【(（]?(首页|第一页|first)[\]】)）]?$", re.IGNORECASE)
BACK = re.compile(r"^[\[【(（<]?([上前]一?[页頁]|prev(ious)?|[<«‹]{1,2})[\]】)）]?$", re.IGNORECASE)
LAST = re.compile(r"^[\[【(（]?([尾末][页頁]|最后一?[页頁]|last)[\]】)）]?$", re.IGNORECASE)
MORE = re.compile(r"^[\[【(（+]?(查看|点击|加载|显示)?更多(\.|…|[>»›+])*[\]】)）]?$")
PAGER = re.compile(r"[上下]一?[页頁]|[尾末][页頁]")
SHARING = re.compile(r"share|bds|jiathis", re.IGNORECASE)
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
    numbers = _numbers(response)
    if target := numbers.get(page + 1):
        return Paging(target, pages=pages, total=total)
    proof, doubt = _end(response, anchors, numbers, page, next_link)
    return Paging(None, proof, doubt, pages, total)


def _anchors(response: TextResponse, next_link: str) -> list[Selector]:
    if next_link:
        return list(response.css(next_link))
    return [anchor for anchor in response.css("a") if NEXT.match(_text(anchor))]


def _text(anchor: Selector) -> str:
    """What stands on an anchor, without white space: its text, its title, or its picture's."""
    attrib = anchor.attrib
    pictures = anchor.css("img::attr(alt), img::attr(title)").getall()
    texts = ("".join(anchor.css("::text").getall()), attrib.get("title", ""), *pictures)
    return next((text for text in map(_bare, texts) if text), "")


def _bare(text: str) -> str:
    return re.sub(r"[\s\u200b\ufeff]+", "", text)


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
    for anchor in response.css("a"):
        if found := NUMBER.match(_text(anchor)):
            url = clean_url(response.urljoin(""), anchor.attrib.get("href", ""))
            numbers[int(found.group(1))] = numbers.get(int(found.group(1))) or url
    return numbers


def _end(
    response: TextResponse, anchors: list[Selector], numbers: dict[int, str | None], page: int, next_link: str
) -> tuple[str, str]:
    """(proof, doubt) where there is neither a next page nor a count of pages. What speaks against an end comes first."""
    scripted = "the pages are turned by a script: this family cannot follow it"
    linked = [anchor for anchor in response.css("a[href]") if _leads(response, anchor)]
    back = any(BACK.match(_text(anchor)) for anchor in linked)
    real = back or any(numbers.values()) or any(_is_pager(anchor) for anchor in linked)
    if doubt := _unfollowed(response, back=back) or _other_ways(response, numbers, page):
        return "", doubt
    if not back and SCRIPTED.search(response.text):
        return "", scripted
    if real:
        return "the pager has no next page", ""
    others = (FIRST, BACK, LAST, NUMBER)
    if anchors or any(pattern.match(_text(anchor)) for anchor in response.css("a") for pattern in others[1:]):
        return "", scripted
    if next_link:
        return f"no {next_link} in the page", ""
    return "one page without a pager", ""


def _leads(response: TextResponse, anchor: Selector) -> str | None:
    return clean_url(response.urljoin(""), anchor.attrib.get("href", ""))


def _is_pager(anchor: Selector) -> bool:
    """Whether an anchor belongs to a pager: 首页 does so only beside the other words of one."""
    text = _text(anchor)
    if LAST.match(text) or BACK.match(text):
        return True
    beside = _bare("".join(anchor.xpath("..//text()").getall()))
    return bool(FIRST.match(text) and anchor.attrib["href"].strip() != "/" and PAGER.search(beside))


def _unfollowed(response: TextResponse, *, back: bool) -> str:
    """A "next page" that is there, not switched off, and cannot be followed."""
    for element in response.xpath("//body//*[not(self::script or self::style)]"):
        said = [
            *element.xpath("./text()").getall(),
            *(element.attrib.get(name, "") for name in ("value", "alt", "title")),
        ]
        if not any(NEXT_WORD.match(_bare(text)) for text in said) and not (
            element.root.tag == "a" and NEXT_WORD.match(_text(element))
        ):
            continue
        around = [element, *element.xpath("..")]
        if any("disabl" in one.attrib.get("class", "") or "disabled" in one.attrib for one in around):
            continue
        if _own_address(response, element):  # followed before, unless it leads to the page itself
            continue
        if back and not any("onclick" in one.attrib for one in around):
            continue  # the way back is a link and this is none: the last page
        return "the pages are turned by a script: a 'next page' is there and cannot be followed"
    return ""


def _own_address(response: TextResponse, element: Selector) -> bool:
    anchors = element.xpath("ancestor-or-self::a[@href]")
    return any(_leads(response, anchor) for anchor in anchors)


def _other_ways(response: TextResponse, numbers: dict[int, str | None], page: int) -> str:
    """Numbers, a last page, 更多 or a choice of pages, that show that there is more than was read."""
    if any(number > page for number in numbers):
        return f"page {max(numbers)} is linked, and no link leads on from page {page}"
    here = {_plain(response.url), _plain(response.urljoin(""))}
    folder = response.urljoin(".")
    for anchor in response.css("a"):
        text, url = _text(anchor), _leads(response, anchor)
        if LAST.match(text) and url and _plain(url) not in here and page == 1:
            return "a last page is linked, and no link leads on to it"
        if not MORE.match(text) or SHARING.search(" ".join(anchor.attrib.values())):
            continue
        if (url is None and anchor.attrib.get("href")) or (
            url and url.startswith(folder) and _plain(url) not in here
        ):
            return f"{text} leads on to what was not read"
    return _choice(response, page)


def _choice(response: TextResponse, page: int) -> str:
    """A <select> of pages."""
    here, folder = _plain(response.url), response.urljoin(".")
    for choice in response.css("select"):
        texts = [_bare(option.xpath("string()").get("")) for option in choice.css("option")]
        counted = [int(found.group(1)) for text in texts if (found := NUMBER.match(text))]
        if counted[:1] == [1] and counted == list(range(1, len(counted) + 1)) and counted[-1] > page:
            return f"a choice of {counted[-1]} pages, and no link leads on from page {page}"
        values = [
            clean_url(response.urljoin(""), value) for value in choice.css("option::attr(value)").getall()
        ]
        paths = [
            url
            for url in values
            if url and re.search(r"[/.]", url.removeprefix(folder)) and url.startswith(folder)
        ]
        if not counted and len(paths) > 1 and any(_plain(url) != here for url in paths):
            return "a choice of further addresses, which were not read"
    return ""


def _plain(url: str) -> str:
    return re.sub(r"/(index|default|list)\.\w{3,5}$", "/", url)
