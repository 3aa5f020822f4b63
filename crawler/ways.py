"""Ways on a list page that lead below its column: each is read, is an entry, or may hide anybody's report.

Pure: a page in, its ways out. What the visit has read and what its entries are, it knows itself: `unread` leaves the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lxml.etree import XPath

from crawler.composing import OFFICE, YEAR_ALONE
from crawler.links import ARTICLE, PAGER_TEXT, address, clean_url, row_day
from crawler.paging import MORE
from crawler.unexplained import Words
from parsers import title_facts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from lxml.html import HtmlElement
    from scrapy.http import TextResponse

FILE = re.compile(
    r"\.(pdf|docx?|wps|ofd|xlsx?|et|pptx?|zip|rar|7z|jpe?g|png|gif|bmp|svg|ico|webp|css|js|json|xml|txt|mp[34]|rss|apk|exe)$",
    re.IGNORECASE,
)
INDEX = re.compile(r"^(index|default|list)\.\w+$", re.IGNORECASE)
PAGE = re.compile(r"(?:^|[/_-])(?:index|list|default)?[_-]?\d{1,2}\.(?:s?html?)$", re.IGNORECASE)
GROUP = re.compile(
    r"部门|单位|机构|系统|县区|县市|市县|(?:县|市|区|州|省)[直级]|乡镇|镇街|街道|镇办|开发区|其[他它]|(年报|年度报告|工作报告)$"
)
HISTORY = re.compile(r"历[年史]|往[年期]|以前年度|更早|归档|存档")
MORE_WORDS = re.compile(
    r"^\W*(?:more|all|查看(?:更多|全部)|全部|更多(?:年报|报告|内容|信息)?)\W*$", re.IGNORECASE
)
# What stands beside a list of reports on many sites, and holds none of them
OTHER = re.compile(
    r"指南|制度|依申请|申请公开|机构(?:职能|设置|概况)|领导|投诉|举报|监督|意见箱|须知|流程|法规|条例|规章|网站|链接|登录|注册|"
    r"无障碍|长者|适老|RSS|订阅|打印|关闭|分享|收藏|地图|帮助|首页|返回|上一级|(?:通知|公告|通告|公示|办法|规定|方案|意见|通报|函)$",
    re.IGNORECASE,
)
AROUND = re.compile(
    r"foot|copyright|link|yqlj|banner|crumb|position|location|weizhi|dqwz|share", re.IGNORECASE
)
HERE = re.compile(r"(?:^|[\s_-])(?:on|cur|current|active|selected|hover|sel)(?:$|[\s_-])", re.IGNORECASE)
LEADS = XPath(
    "descendant-or-self::*[self::a or self::area or self::option[@value] or @data-url or @data-href or @data-link or @onclick]"
)
# What a script opens, wherever that may be: tabs
SWITCHES = XPath(
    "//body//*[self::li or self::a or self::span or self::div or self::button or self::td or self::dd]"
    "[@onclick or @*[starts-with(name(), 'data-')] or (self::a and starts-with(@href, 'javascript:'))]"
    # each list of tabs once: to ask every tab for its neighbours would cost the square of their number
    " | //body//*[li[contains(concat(' ', @class, ' '), ' on ') or contains(@class, 'cur') or contains(@class, 'active')]]/li"
)
SHORT = 20  # characters of what a folder or a group is called
MANY = 12  # so many ways that nothing marks as part of the list: the column is a portal, and they are other lists
SOME = 60


@dataclass(frozen=True, slots=True)
class Way:
    """Where an element of a page leads. `sure`: its words or its address say that the list goes on there."""

    url: str
    text: str
    sure: bool

    @property
    def is_folder(self) -> bool:
        """Whether it leads to the front page of a folder."""
        return leads_to_folder(self.url)


def leads_to_folder(url: str) -> bool:
    """Whether an address is that of the front page of a folder."""
    parts = urlsplit(url)
    last = parts.path.rpartition("/")[2]
    return not parts.query and (not last or bool(INDEX.match(last)))


def at_home(url: str, hosts: Collection[str], home: str) -> str:
    """The address on the host of `home`, if it is on any of the source's hosts: all of them are one site."""
    parts, there = urlsplit(url), urlsplit(home)
    is_own = parts.hostname in hosts and there.hostname in hosts
    return parts._replace(scheme=there.scheme, netloc=there.netloc).geturl() if is_own else url


def plain(url: str, hosts: Collection[str]) -> str:
    """What is the same for all ways to write the address of one page."""
    parts = urlsplit(url)
    head, _, last = parts.path.rpartition("/")
    folder = f"{head}/{last}" if last and not INDEX.match(last) else head
    host = "" if parts.hostname in hosts else parts.netloc
    return f"{host}{folder}?{parts.query}"


def folder_of(url: str) -> str:
    """The folder of an address."""
    return urlsplit(url).path.rpartition("/")[0] + "/"


def is_below(url: str, column: str, hosts: Collection[str]) -> bool:
    """Whether an address lies in the column's folder, on any of the source's hosts, and is not the column's own."""
    home = urlsplit(at_home(url, hosts, column))
    if home.netloc != urlsplit(column).netloc or plain(url, hosts) == plain(column, hosts):
        return False
    return home.path.startswith(folder_of(column))


@lru_cache(maxsize=1)  # a page is asked for its groups, and then for all of its ways
def ways_below(response: TextResponse, column: str, hosts: tuple[str, ...]) -> tuple[Way, ...]:
    """All ways of a page that lead below the column, and are by their look no row, no file and no pager."""
    root, base = response.selector.root, response.urljoin("")
    found: dict[str, Way] = {}
    for lead in () if isinstance(root, str) else LEADS(root):
        url = address(base, lead)
        if url is None or not is_below(url, column, hosts):
            continue
        way = _way(url, lead, column)
        if way is not None and (url not in found or way.sure):
            found[url] = way
    unsure = {url for url, way in found.items() if not way.sure}
    return tuple(way for url, way in found.items() if way.sure or len(unsure) <= MANY)


def _way(url: str, lead: HtmlElement, column: str) -> Way | None:
    path = urlsplit(url).path
    if ARTICLE.search(url) or FILE.search(path) or folder_of(column) == "/":
        return None
    text = text_of(lead)
    goes_on = bool(MORE.match(text) or MORE_WORDS.match(text))
    if (PAGER_TEXT.match(text) and not goes_on) or OTHER.search(text) or row_day(lead) or len(text) > SOME:
        return None
    sure = bool(YEAR_ALONE.match(text) or OFFICE.match(text))
    if _is_own(url, column):
        sure = sure or goes_on or _names_part(text)
        if sure or (not PAGE.search(path) and _may_be_part(path, text)):
            return Way(url, text or path.removeprefix(folder_of(column)), sure)
    return Way(url, text, sure) if sure else None


def _is_own(url: str, column: str) -> bool:
    """Whether an address belongs to the column by its form: what stands in one folder with a single page may not."""
    here, there = urlsplit(column), urlsplit(url)
    last = here.path.rpartition("/")[2]
    if here.query:
        return there.path == here.path
    return not last or bool(INDEX.match(last)) or there.path.startswith(here.path.rpartition(".")[0])


def _may_be_part(path: str, text: str) -> bool:
    """Whether a page below the column, of which nothing says what it is, may hold reports: no list of notices has such names."""
    return len(text) <= SHORT or ("." in path.rpartition("/")[2] and title_facts(text).kind != "other")


def _names_part(text: str) -> bool:
    """Whether words name a part of a list: a year, a group of bodies, a body, or what is older."""
    if len(text) > SHORT:
        return False
    return bool(YEAR_ALONE.match(text) or GROUP.search(text) or OFFICE.match(text) or HISTORY.search(text))


def text_of(lead: HtmlElement) -> str:
    """What an element says: its text, its title, or that of its picture."""
    text = " ".join("".join(islice(lead.itertext(), SOME)).split())
    picture = next(lead.iter("img"), None)
    said = (text, lead.get("title"), lead.get("alt"), picture.get("alt") if picture is not None else "")
    return next((" ".join(one.split()) for one in said if one and one.strip()), "")


def switches(response: TextResponse) -> Iterator[Words]:
    """Tabs by which a script shows another group of bodies: words that lead nowhere that can be asked for."""
    root, base = response.selector.root, response.urljoin("")
    for one in () if isinstance(root, str) else SWITCHES(root):
        text = " ".join("".join(islice(one.itertext(), SOME)).split())
        if not 0 < len(text) <= SHORT or not GROUP.search(text) or OTHER.search(text) or _is_report(text):
            continue
        if HERE.search(one.get("class") or "") or any(
            _leads(inner, base) for inner in one.iter("a", "option")
        ):
            continue
        if not address(base, one) and not _is_around(one):
            yield Words(text, response.url)


def _leads(anchor: HtmlElement, base: str) -> bool:
    return clean_url(base, anchor.get("href") or "") is not None


def _is_report(text: str) -> bool:
    return title_facts(text).kind != "other"


def _is_around(element: HtmlElement) -> bool:
    """Whether an element belongs to what stands around the list: the foot of the page, links to other sites, a menu."""
    for one in islice(element.iterancestors(), 8):
        if one.tag in ("footer", "nav", "header", "form") or AROUND.search(
            f"{one.get('class')} {one.get('id')}"
        ):
            return True
    row = element if element.tag == "li" else element.getparent()
    return row is not None and next(row.iter("ul", "ol", "dl"), None) is not None  # a menu that unfolds


def unread(ways: Iterable[tuple[str, Way]], known: Iterable[str], hosts: Collection[str]) -> list[Words]:
    """The words of the ways (page, way) whose pages were neither read nor are entries: `known` are those addresses."""
    seen = {plain(url, hosts) for url in known}
    left: dict[str, Words] = {}
    for page, way in ways:
        if plain(way.url, hosts) not in seen:
            left.setdefault(way.text, Words(way.text, page, way.url))
    return list(left.values())
