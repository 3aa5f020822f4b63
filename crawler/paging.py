"""Where a list goes on, and what proves that it has ended."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from crawler.links import clean_url
from crawler.onward import PAGE_ADDRESS, goes_on, is_beside, is_further, shows_one_page, stands_in_pager
from crawler.text import visible

if TYPE_CHECKING:
    from lxml.html import HtmlElement
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


ENDED = "the pager has no next page"
NEXT = re.compile(
    r"^[\[【(（]?\s*(下一?\s*[页頁]|后一?\s*[页頁]|next( page)?|[>»›→▶►]{1,2})\s*[>»›]*\s*[\]】)）]?$",
    re.IGNORECASE,
)
NEXT_WORD = re.compile(
    r"^[\[【(（]?(下一?[页頁]|后一?[页頁]|next(page)?)[>»›]*[\]】)）]?$", re.IGNORECASE
)  # ">" is a breadcrumb's
BACK = re.compile(
    r"^[\[【(（<]?((?!(?:19|20)\d\d)\d{1,4}|[上前]一?[页頁]|prev(ious)?|[<«‹←]{1,2})[\]】)）]?$",
    re.IGNORECASE,
)
ARROW = re.compile(r"^[\[【(（]?[<>«»‹›←→▶►]{1,2}[\]】)）]?$")
FIRST = re.compile(
    r"^[\[【(（]?([首][页頁]|第一[页頁]|返回\w{0,6}|first|[|<«‹]{1,3})[\]】)）]?$", re.IGNORECASE
)
LAST = re.compile(r"^[\[【(（]?([尾末][页頁]|最后一?[页頁]|last)[\]】)）]?$", re.IGNORECASE)
MORE = re.compile(r"^[\[【(（+]?(查看|点击|加载|显示)?更多(\.|…|[>»›+])*[\]】)）]?$")
NUMBER = re.compile(r"^[\[【(（]?第?(\d{1,4})页?[\]】)）]?$")
CHOICE = re.compile(r"第?(?:[2-9]|[1-9]\d{1,2})页?")
PAGE_FILE = re.compile(r"(?:/|index|list|default)[_-]?(\d{1,4})\.s?html?$|[?&]page\w*=\d+", re.IGNORECASE)
SAYS_NEXT = re.compile(
    r"[下后](?:\s|&nbsp;|\u200b)*(?:一(?:\s|&nbsp;|\u200b)*)?[页頁]|next|&#", re.IGNORECASE
)
LONGEST = 24  # characters of what a pager's anchor says
ONE_PAGE = "one page without a pager"
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
PAGES = (
    re.compile(r"(?<!附件)(?<!文件)(?<!全文)(?<!报告)共\s*(\d+)\s*页"),
    re.compile(r"总页数\s{0,20}(?:[:：]\s{0,20})?(\d+)"),
)
TOTAL = (
    re.compile(r"共\D{0,4}(\d+)\s*(?:条|篇|则|项|个?记录)"),
    re.compile(r"(?:总记录数?|记录总数|总条数)\s{0,20}(?:[:：]\s{0,20})?(\d+)"),
    re.compile(r"""\b(?:recordCount|totalRecords?|total_?count)["']?\s*[:=]\s*["']?(\d+)""", re.IGNORECASE),
)
OF_ALL = re.compile(
    r"本站|今年|去年|全年|累计|年度|主动公开"
)  # what the whole site has published, and no list
BEFORE = 14  # characters
# What a list that is filled or turned by a script shows in its source.
SCRIPTED = re.compile(
    r"createPage(HTML)?\s*\(\s*[\"'\d]|\.jpage\s*\(|dataproxy\.jsp|laypage|\.pagination\s*\(|(ms|ng)-repeat|v-for=|加载更多|loadMore|"
    r"\b(go|goto|turn|to|show|get|change|jump|load)_?page\w*\s*\(",
    re.IGNORECASE,
)
# Where SCRIPTED may hold: ten times as fast as looking everywhere.
SCRIPT_WORDS = (
    "dataproxy.jsp", "laypage", "layPage", "LayPage", ".pagination", "ms-repeat", "ng-repeat", "v-for=", "加载更多",
    "loadMore", "LoadMore", "loadmore", "LOADMORE",
)  # fmt: skip
CALLS = tuple(re.compile(rf"{page}\w{{0,40}}\s{{0,9}}\(") for page in ("page", "Page", "PAGE"))
MOST_CALLS = 200
VERB = 16  # characters before "page" in which the verb stands


def is_scripted(markup: str) -> bool:
    """Whether a page shows in its source that a script fills its list or turns its pages."""
    if any(word in markup for word in SCRIPT_WORDS) and SCRIPTED.search(markup):
        return True
    return any(
        (found := SCRIPTED.search(markup[max(0, call.start() - VERB) : call.end() + 9]))
        and not _only_defined(markup, max(0, call.start() - VERB) + found.start(), found[0])
        for pattern in CALLS
        for call in islice(pattern.finditer(markup), MOST_CALLS)
    )


def _only_defined(markup: str, start: int, call: str) -> bool:
    """Whether a function that would turn pages is defined, and nothing on the page names it again."""
    name = call.rstrip("( \t\n").lstrip(".")
    return markup[max(0, start - 10) : start].rstrip().endswith("function") and markup.count(name) == 1


def declared_total(markup: str) -> int | None:
    """How many entries the list says it has, in its text or in the script that turns its pages."""
    for pattern in TOTAL:
        for found in pattern.finditer(markup):
            if not OF_ALL.search(
                re.split(r"[\s>]", markup[max(0, found.start() - BEFORE) : found.start()])[-1]
            ):
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


@dataclass(slots=True)
class _Pager:
    """What the anchors of a page say about further pages, from one walk over them. Addresses are clean; None is a script's."""

    next: list[HtmlElement] = field(default_factory=list)
    numbers: dict[int, str | None] = field(default_factory=dict)
    further: list[tuple[str, str]] = field(default_factory=list)  # (text, address) of "more" and "last page"
    onward: str = ""  # the address of a later page that no words lead to
    leads_back: bool = False

    def add(self, anchor: HtmlElement, base: str, here: str) -> None:
        """One more anchor of the page."""
        text, href = _text(anchor), anchor.get("href")
        if len(text) > LONGEST:
            return
        number, back = NUMBER.match(text), BACK.match(text)
        if not number and href and PAGE_ADDRESS.search(href.rstrip()):
            self._later(here, clean_url(base, href) or "", text, back=bool(back or FIRST.match(text)))
        if not text or (ARROW.match(text) and not _is_turner(anchor, base, here)):
            return
        if NEXT.match(text):
            self.next.append(anchor)
        if href is None:
            return
        further = MORE.match(text) or LAST.match(text)
        url = clean_url(base, href) if number or back or further else None
        if number and int(number[1]) <= MOST_PAGES:
            self.numbers[int(number[1])] = self.numbers.get(int(number[1])) or url
        self.leads_back = self.leads_back or bool(back and url)
        if further and url:
            self.further.append((text, url))

    def _later(self, here: str, url: str, text: str, *, back: bool) -> None:
        if not back and not self.onward and url != here and is_further(here, url, text):
            self.onward = url


def _is_turner(arrow: HtmlElement, base: str, here: str) -> bool:
    """Whether an arrow turns the pages of the list, and is none of a banner or of another box."""
    url = clean_url(base, arrow.get("href") or "")
    return (url is not None and is_further(here, url, "")) or stands_in_pager(arrow)


def plain_paging(response: TextResponse, page: int, next_link: str = "", *, count: bool = True) -> Paging:
    """Paging of a plain list: next link, "page x of y", or a declared number of entries.

    `page` counts from 1. `next_link` is a CSS selector for the anchor to the next page; `count` False ignores
    the number of entries that the page declares.
    """
    text = visible(response.text)
    scripted = is_scripted(response.text)
    here, pages = declared_position(text)
    total = declared_total(response.text if scripted else text) if count else None
    pager = _pager(response, next_link)
    target, doubt = _target(response, pager.next, is_chosen=bool(next_link))
    if target or doubt:
        return Paging(target, "", doubt, pages, total)
    if doubt := _quarrel(text, pager, here or page):
        return Paging(None, "", doubt, pages, total)
    if pages is not None:
        return _by_position(pager, here or page, pages, total)
    if follow := pager.numbers.get(page + 1):
        return Paging(follow, pages=pages, total=total)
    proof, doubt = _end(response, pager, page, next_link, scripted=scripted)
    return Paging(None, proof, doubt, pages, total)


def _pager(response: TextResponse, next_link: str) -> _Pager:
    pager, root, base = _Pager(), response.selector.root, response.urljoin("")
    for anchor in () if isinstance(root, str) else root.iter("a"):
        pager.add(anchor, base, response.url)
    if next_link:
        pager.next = [chosen.root for chosen in response.css(next_link)]
    return pager


def _text(anchor: HtmlElement) -> str:
    """What an anchor says, without white space: its text, its title, or that of its picture."""
    if text := _squeezed("".join(anchor.itertext())):
        return text
    picture = next(anchor.iter("img"), None)
    said = (anchor.get("title"), picture.get("alt") if picture is not None else "")
    return next((squeezed for one in said if (squeezed := _squeezed(one or ""))), "")


def _is_off(anchor: HtmlElement) -> bool:
    return "disabled" in (anchor.get("class") or "")


def _target(response: TextResponse, anchors: list[HtmlElement], *, is_chosen: bool) -> tuple[str | None, str]:
    """(where the next link leads, doubt); None where it is missing, switched off, or a script's. Words go before arrows."""
    base, here = response.urljoin(""), response.url
    words = anchors if is_chosen else [one for one in anchors if not ARROW.match(_text(one))]
    for ways in (words, anchors):
        urls = (clean_url(base, anchor.get("href") or "") for anchor in ways if not _is_off(anchor))
        found = list(dict.fromkeys(url for url in urls if url and url != here))
        if len(found) > 1 and not is_chosen:
            return None, f"links to the next page lead to {found[0]} and to {found[1]}"
        if found and not is_chosen and not is_beside(here, found[0]):
            return (
                None,
                f"the next page leads out of the list's folder, to {found[0]} (if it is right, option next)",
            )
        if found:
            return found[0], ""
    return None, ""


def _quarrel(text: str, pager: _Pager, here: int) -> str:
    """What contradicts the position that a page prints: another one, or a next link that a script would follow."""
    counts = {int(found["pages"][:9]) for pattern in POSITION for found in islice(pattern.finditer(text), 9)}
    if len(counts) > 1:
        return f"the page counts {' and '.join(map(str, sorted(counts)[:3]))} pages: whose is the list's?"
    if counts and any(_acts(anchor) and not _acts_on(anchor, here) for anchor in pager.next):
        return "the page says that it is the last, and its next link is a script's"
    return ""


def _acts_on(anchor: HtmlElement, here: int) -> bool:
    """Whether the script of a next link is given no page beyond this one."""
    called = f"{anchor.get('onclick') or ''} {anchor.get('href') or ''}"[:500]
    numbers = [int(number) for number in re.findall(r"\d{1,4}", called)]
    return bool(numbers) and max(numbers) <= here


def _by_position(pager: _Pager, here: int, pages: int, total: int | None) -> Paging:
    if here >= pages:
        return Paging(None, f"page {here} of {pages}", "", pages, total)
    if url := pager.numbers.get(here + 1):
        return Paging(url, pages=pages, total=total)
    return Paging(None, "", f"page {here} of {pages}, and no link leads on", pages, total)


def _end(
    response: TextResponse, pager: _Pager, page: int, next_link: str, *, scripted: bool
) -> tuple[str, str]:
    """(proof, doubt) where there is neither a next page nor a count of pages.

    Everything that may lead on is a doubt first; a pager proves the end only by links back.
    """
    if doubt := _leads_on(response, pager, page):
        return "", doubt
    proof, doubt = _of_links(response, pager, page, scripted=scripted)
    if proof or doubt:
        return proof, doubt
    if _names_next(response):
        return "", "the pager has no links: a script may turn the pages"
    return (f"no {next_link} in the page", "") if next_link else (ONE_PAGE, "")


def _of_links(response: TextResponse, pager: _Pager, page: int, *, scripted: bool) -> tuple[str, str]:
    """(proof, doubt) by what the pager's own links are; both empty where there are none."""
    acts = any(_acts(anchor) for anchor in pager.next)
    if pager.leads_back and not acts:
        return ENDED, ""
    if page == 1 and not acts and not scripted and shows_one_page(response):
        return "the pager shows page 1 alone", ""
    if pager.next or scripted:
        return "", "the pages are turned by a script: this family cannot follow it"
    return "", ""


def _acts(anchor: HtmlElement) -> bool:
    """Whether a next link that leads nowhere does something when it is clicked."""
    href = re.sub(r"void\s*\(", "", (anchor.get("href") or "")[:500])
    script = anchor.get("onclick") is not None or bool(re.search(r"javascript:.*\w\s*\(", href))
    return script and not _is_off(anchor)


def _names_next(response: TextResponse) -> bool:
    """Whether the page says "next page" anywhere, though not in a link."""
    return bool(SAYS_NEXT.search(response.text)) and any(
        NEXT_WORD.match(_squeezed(text)) for text in response.css(TURNERS).getall()
    )


def _leads_on(response: TextResponse, pager: _Pager, page: int) -> str:
    """What shows that there are further pages although no next link was found; empty where nothing does."""
    higher = [number for number in pager.numbers if number > page]
    if higher:
        return f"page {min(higher)} is linked, and no link to the next page can be followed"
    here, folder = response.url.partition("?")[0], response.url.partition("?")[0].rpartition("/")[0]
    for option in response.selector.root.iter("option"):
        url = clean_url(response.urljoin(""), option.get("value") or "")
        known = CHOICE.fullmatch(_squeezed("".join(option.itertext())))
        if known or (url and url != response.url and url.startswith(folder + "/") and PAGE_FILE.search(url)):
            return "a menu offers further pages: this family cannot follow it"
    for text, url in pager.further:
        if url not in (response.url, here) and url.partition("?")[0].rpartition("/")[0] == folder:
            return f"{text} leads to {url}: a further page of this list"
    if pager.onward:
        return f"{pager.onward} looks like a further page of this list"
    return goes_on(response, page)


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b\ufeff]+", "", text)
