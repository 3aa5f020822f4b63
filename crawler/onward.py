"""What shows that a list goes on where no link leads to its next page: icons, counts in scripts, "more", turners.

Each is a doubt and no way: what a script does is not guessed.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from lxml.etree import XPath

from crawler.links import clean_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _ElementUnicodeResult
    from lxml.html import HtmlElement
    from scrapy.http import TextResponse

PAGE_ADDRESS = re.compile(
    r"(?:^|/)(?P<stem>index|list|default|)[_-]?(?P<file>\d{1,3})\.s?html?$|[?&](?:p|pn|page\w{0,9}|cur_?page|currentPage)=(?P<asked>\d{1,3})(?:&|$)",
    re.IGNORECASE,
)
NAMED = 3  # Han characters: an anchor that says so much names a column or an article, and no page
_HAN = re.compile(r"[\u4e00-\u9fff]")
_PAGER = re.compile(
    r"(?:[a-z]{0,9}[-_]?)(?:pag(?:es?|ers?|ing|ination|inator)|pg|fenye|fanye|kkpager)(?:[-_]?(?:box|bar|list|nav|num|div|con|wrap|area|links?|numbers?|info|\d{1,2}))?",
    re.IGNORECASE,
)
_PAGERS = XPath(
    "//body//*[self::div or self::ul or self::ol or self::p or self::span or self::nav or self::td]"
    "[contains(@class, 'pag') or contains(@class, 'Pag') or contains(@class, 'pg') or contains(@class, 'fenye')"
    " or contains(@class, 'fanye') or contains(@id, 'pag') or contains(@id, 'Pag') or contains(@id, 'pg')"
    " or contains(@id, 'fenye') or contains(@id, 'fanye')]"
)
_SCRIPTS = XPath("//script[not(@src)]/text()")
_OUTER_SCRIPTS = XPath("boolean(//script[@src])")
_COUNT = re.compile(
    r"(?:total_?pages?|pages?_?totals?|count_?pages?|pages?_?counts?)[\"']?\s{0,9}(?:=(?!=)|:)\s{0,9}(?:parseInt\()?[\"']?(?!null|function|[01]\b)(?:\d|[a-z_$])",
    re.IGNORECASE,
)
_TURNERS = re.compile(
    r"kkpager\.|\.jqPaginator\s{0,9}\(|new\s{1,9}Page\s{0,9}\(\s{0,9}\{|\.paging\s{0,9}\(\s{0,9}\{|\.paginator?\s{0,9}\(",
    re.IGNORECASE,
)
_ONE = re.compile(
    r"(?:total_?(?:pages?)?|pages?_?(?:totals?|counts?))[\"']?\s{0,9}[:=]\s{0,9}[\"']?[01]\b", re.IGNORECASE
)
_MORE_TEXTS = XPath(
    "//body//text()[contains(., '更多') or contains(., '往期') or contains(., '翻页') or contains(., 'ore')]"
    "[not(parent::script or parent::style)]"
)
_MORE = re.compile(
    r"[\[【(（+]?(?:(?:点击|点此|查看|浏览|加载|显示)+更多\w{0,4}|更多(?:年报|报告|年度报告)|(?:load|view|show)more|翻页|往期\w{0,4})[.…>»›+\]】)）]*",
    re.IGNORECASE,
)
_SHORT_POSITION = re.compile(r"(?<![\d/])(\d{1,3})\s?/\s?(\d{1,3})(?![\d/])")
_BOUND = 60  # elements, or pieces of text, of a pager: what has more is no pager
_PAGER_TEXT = 200
_DEEPER = re.compile(r"(?:page[/_-]?)?\d+/?", re.IGNORECASE)  # how a page is written as a folder
_MOST = 50  # pagers that are looked at


def own_number(url: str) -> int:
    """The number in the address of a list page; 0 where it has none."""
    found = PAGE_ADDRESS.search(url)
    return int(found["file"] or found["asked"]) if found else 0


def is_further(here: str, url: str, said: str) -> bool:
    """Whether an anchor's address is that of a later page of the list at `here`, going by its form and its words."""
    found = PAGE_ADDRESS.search(url)
    one, other = urlsplit(here), urlsplit(url)
    if not found or one.hostname != other.hostname or len(_HAN.findall(said)) > NAMED:
        return False
    if found["asked"]:
        return one.path == other.path and int(found["asked"]) > max(1, own_number(here))
    own = PAGE_ADDRESS.search(here)
    same_folder = one.path.rpartition("/")[0] == other.path.rpartition("/")[0]
    bare = not found["stem"] and (not own or own["stem"])
    return same_folder and int(found["file"]) > own_number(here) and not (bare and _HAN.search(said))


def is_beside(here: str, url: str) -> bool:
    """Whether an address is of the form of another page of one list: in its folder, or told from it by numbers."""
    one, other = urlsplit(here).path, urlsplit(url).path
    folder, below = one.rpartition("/")[0] + "/", one.rpartition("/")[2].partition(".")[0]
    rest = other.removeprefix(folder) if other.startswith(folder) else None
    if rest is not None and ("/" not in rest or _DEEPER.fullmatch(rest)):
        return True
    deeper = bool(below) and other.startswith(f"{folder}{below}/")
    return deeper or re.sub(r"\d+", "0", one) == re.sub(r"\d+", "0", other)


def is_pager(element: HtmlElement) -> bool:
    """Whether an element is called a pager by its class or its id, and is small enough to be one."""
    names = f"{element.get('class') or ''} {element.get('id') or ''}"[:_PAGER_TEXT].split()
    if not any(_PAGER.fullmatch(name) for name in names):
        return False
    many = next(islice(element.iter(), _BOUND, None), None) is not None
    return not many and sum(map(len, islice(element.itertext(), _BOUND))) <= _BOUND * _PAGER_TEXT


def stands_in_pager(anchor: HtmlElement) -> bool:
    """Whether an arrow stands beside numbers or words of a pager, or in what is called one."""
    for above in islice(anchor.iterancestors(), 3):
        if is_pager(above):
            return True
    around = anchor.getparent()
    if around is not None and around.tag in ("li", "span", "em", "td"):
        around = around.getparent()
    if around is None or around.tag == "body":
        return False
    said = ("".join(text.split()) for text in islice(around.itertext(), _BOUND))
    return any(re.fullmatch(r"\d{1,3}|[上下前后尾末]一?[页頁]|共\d+页", text) for text in said)


def shows_one_page(response: TextResponse) -> bool:
    """Whether a pager of the page shows the number 1 alone, and nothing in it could be another page."""
    pagers = [numbers for pager in _pagers(response) if (numbers := set(_numbers(pager)))]
    return bool(pagers) and all(numbers == {1} for numbers in pagers)


def goes_on(response: TextResponse, page: int) -> str:
    """Why a list may go on although nothing leads to its next page; empty where nothing shows it."""
    root = response.selector.root
    if isinstance(root, str):
        return ""
    outer = bool(_OUTER_SCRIPTS(root))
    scripts = [str(script) for script in cast("list[str]", _SCRIPTS(root))]
    for pager in _pagers(response):
        if doubt := _of_pager(response, pager, page, scripts, outer=outer):
            return doubt
    for script in scripts:
        if _counts_more(script):
            return "a script counts the pages and turns them: this family cannot follow it"
    return more_words(response)


def more_words(response: TextResponse) -> str:
    """What says "show more" and does so by a script, or leads to another page of the list's folder."""
    root, here, base = response.selector.root, response.url, response.urljoin("")
    for printed in cast("list[_ElementUnicodeResult[HtmlElement]]", _MORE_TEXTS(root)):
        holder = printed.getparent()
        if printed.is_attribute or holder is None or not _MORE.fullmatch("".join(printed.split())):
            continue
        anchor = next((one for one in (holder, *islice(holder.iterancestors(), 2)) if one.tag == "a"), holder)
        url = clean_url(base, anchor.get("href") or "")
        if url is None or (url not in (here, here.partition("?")[0]) and _folder(url) == _folder(here)):
            return f"{''.join(printed.split())!r} shows further entries, or leads to them"
    return ""


def _folder(url: str) -> tuple[str | None, str]:
    parts = urlsplit(url)
    return parts.hostname, parts.path.rpartition("/")[0]


def _pagers(response: TextResponse) -> Iterator[HtmlElement]:
    root = response.selector.root
    found = [] if isinstance(root, str) else cast("list[HtmlElement]", _PAGERS(root))
    return islice((one for one in found if is_pager(one)), _MOST)


def _numbers(pager: HtmlElement) -> Iterator[int]:
    """The numbers of pages that a pager shows."""
    for element in islice(pager.iter(), _BOUND):
        text = "" if not isinstance(element.tag, str) or len(element) else (element.text or "").strip()
        if re.fullmatch(r"\d{1,3}", text) and element.tag != "script":
            yield int(text)


def _of_pager(
    response: TextResponse, pager: HtmlElement, page: int, scripts: list[str], *, outer: bool
) -> str:
    """What a pager shows to lie beyond this page."""
    numbers = list(_numbers(pager))
    text = " ".join(islice(pager.itertext(), _BOUND))[:_PAGER_TEXT]
    if any(number > page for number in numbers):
        return f"the pager shows a page {max(numbers)}, and no link to the next page can be followed"
    position = _SHORT_POSITION.search(text)
    if position and int(position[1]) < int(position[2]):
        return f"the pager says {position[0]}, and no link to the next page can be followed"
    if any(not _ONE.search(inner.text or "") for inner in islice(pager.iter("script"), _BOUND)):
        return "a script stands in the pager: this family cannot follow it"
    if numbers or position:
        return ""
    if not text.strip() and next(pager.iterdescendants(), None) is None:
        name = pager.get("id")
        filled = outer or any(name and name in script for script in scripts)
        return "the pager is empty: a script may fill it" if filled else ""
    return _of_icons(response, pager)


def _of_icons(response: TextResponse, pager: HtmlElement) -> str:
    """An anchor of a pager that says nothing: an icon leads on, or a script does."""
    for anchor in islice(pager.iter("a", "button"), _BOUND):
        if "".join(islice(anchor.itertext(), _BOUND)).strip() and not anchor.get("href"):
            continue
        said = "".join("".join(islice(anchor.itertext(), _BOUND)).split())
        href = anchor.get("href") or ""
        off = "disabled" in (anchor.get("class") or "")
        if off or re.search(r"[\w\u4e00-\u9fff]", said) or not (href or anchor.get("onclick")):
            continue
        url = clean_url(response.urljoin(""), href)
        if url != response.url and (url is None or _folder(url) == _folder(response.url)):
            return "a sign of the pager leads on, and says nothing that shows where to"
    return ""


def _counts_more(script: str) -> bool:
    """Whether a script knows a number of pages that is not one, or calls what turns pages."""
    if "age" not in script:
        return False
    if _COUNT.search(script):
        return True
    return any(
        not _ONE.search(script[call.start() : call.start() + 400]) for call in _TURNERS.finditer(script)
    )
