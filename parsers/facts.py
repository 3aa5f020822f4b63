"""Who, which year and when: from the head of a page and from the first lines of a report."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from lxml import etree

from parsers.model import Unreadable
from parsers.normalise import normalise, readable
from parsers.readers.html_tree import own_title, page_tree
from parsers.titles import is_report_title, running_title, title_facts, year_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_DATE = re.compile(r"(20\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_DAY = r"\s*[:：]?\s*[\[【(（]?\s*(20\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2})"
_PUBLISHED = re.compile(rf"(?:发布|发文|公开|公布|成文|生成|印发|发表|发稿|刊发)\s*(?:日期|时间){_DAY}")
# 时间 alone is the article's own only in the line with its origin or its visits; 更新时间 and 当前时间 never are.
_BARE_DATE = re.compile(rf"(?<![\u4e00-\u9fff])(?:日期|时间){_DAY}")
_BESIDE = re.compile(r"来源|浏览|访问量|点击")
_NOT_OF_PUBLICATION = re.compile(r"(?:更新|修改|当前|系统|访问|打印|今天|现在|北京)\s*$")
_PUBLISHED_METAS = (
    "pubdate",
    "publishdate",
    "publishtime",
    "pubtime",
    "publishedtime",
    "firstpublishedtime",
    "article:published_time",
)
NEAR = 60
LONGEST_DATE = 200
_WORDS = etree.XPath(
    "//body//text()[not(parent::script or parent::style or parent::noscript or parent::textarea or parent::option)]",
    smart_strings=False,
)
_ORIGIN = re.compile(r"来源\s*[:：]\s*([^\s:：|【】]{2,40})")
_MADE_BY = re.compile(r"(?:报告|年报)由([\u4e00-\u9fff]{4,30}?)(?:根据|按照|依据|编制)")
_PERIOD = re.compile(r"(?:数据|统计)[^。]{0,20}?(?:期限|时间|时限|范围)[^。]{0,8}?(20\d{2})年1月1日")
_PLACE = "[\u4e00-\u9fff]{1,7}?[省市州盟区县旗]"
_OFFICIAL_NAME = re.compile(
    r"[\u4e00-\u9fff()]{2,30}(?:政府|局|委员会|委|办公室|办|厅|部|署|院|中心|管委会|办事处|处|镇|乡|街道|公司|会)"
)
_SENTENCE = re.compile(r"[。；;!?>]|[:：].|位置|首页")
_SITE_SUFFIX = re.compile(r"[_|｜]")
TITLE_LENGTH = 60
# Every title of a report has one of the forms of 报: most lines need no closer look.
_A_REPORT = re.compile("[报報\U0002f857]")
# Menus come before the title; the tables come after it.
HEAD = 20_000


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What an article page says about itself; `published` is an ISO day."""

    title: str | None
    published: str | None
    publisher_hint: str | None


def page_facts(body: bytes) -> PageFacts:
    """Title, day of publication and origin of an article page; None for what it does not say."""
    try:
        root = page_tree(body)
    except Unreadable:
        return PageFacts(None, None, None)
    metas = {
        (m.get("name") or m.get("property") or "").lower(): (m.get("content") or "").strip()
        for m in root.iter("meta")
    }
    head = readable(" ".join("".join(_printed(root)).split()))[:HEAD]
    days = [*(metas.get(name, "") for name in _PUBLISHED_METAS), *_printed_days(head)]
    origin = _ORIGIN.search(head)
    hint = metas.get("contentsource") or (origin[1] if origin else None)
    return PageFacts(own_title(root), _earliest(days), hint or None)


def _printed_days(head: str) -> list[str]:
    """The days that a page's text calls those of publication, as printed."""
    days = [match[1] for match in _PUBLISHED.finditer(head)]
    for match in _BARE_DATE.finditer(head):
        before = head[max(0, match.start() - NEAR) : match.start()]
        if _NOT_OF_PUBLICATION.search(before):
            continue
        if _BESIDE.search(before) or _BESIDE.search(head[match.end() : match.end() + NEAR]):
            days.append(match[1])
    return days


def _earliest(days: list[str]) -> str | None:
    return min((day for day in map(iso_day, days) if day), default=None)


def _printed(root: _Element) -> list[str]:
    """The words of a page's body without its scripts and styles."""
    return cast("list[str]", _WORDS(root))


def iso_day(text: str) -> str | None:
    """The first date in a text as an ISO day; None if there is none or it is no day of the calendar."""
    match = _DATE.search(text[:LONGEST_DATE])
    try:
        return date(int(match[1]), int(match[2]), int(match[3])).isoformat() if match else None
    except ValueError:
        return None


def report_title(text: str, named: str | None) -> str | None:
    """The report's title as printed before its tables, over up to three lines, else as the document names itself."""
    lines = [" ".join(line.split()) for line in _head(text).split("\n") if line.strip()]
    titles = [(first, lines[first]) for first in range(len(lines)) if _is_title(lines[first])]
    dated = _dated(titles, normalise(named or "")) or _torn_title(lines)
    if dated:
        return _with_name(lines, *dated)
    if named and title_facts(named).kind != "other":
        return _SITE_SUFFIX.split(named)[0].strip() if title_facts(named).publisher else named.strip()
    return titles[0][1] if titles else next(filter(None, map(running_title, lines)), None)


def _dated(titles: list[tuple[int, str]], named: str) -> tuple[int, str] | None:
    """Of the titles with a year the one that the document names itself by, for a menu has others; else the first."""
    with_year = [one for one in titles if year_of(normalise(one[1]))]
    own = [one for one in with_year if normalise(one[1]) in named]
    return next(iter((*own, *with_year)), None)


@lru_cache(maxsize=4)
def _head(text: str) -> str:
    return readable(text[:HEAD]).split("第二十条")[0]


def _is_title(line: str) -> bool:
    if not _A_REPORT.search(line):
        return False
    plain = normalise(line)
    return is_report_title(plain, longest=TITLE_LENGTH) and not _SENTENCE.search(plain)


def _torn_title(lines: list[str]) -> tuple[int, str] | None:
    named = [place for place, line in enumerate(lines) if _A_REPORT.search(line)]
    for count in (2, 3):
        firsts = {place - before for place in named for before in range(count)}
        for first in sorted(firsts.intersection(range(len(lines) - count + 1))):
            title = "".join(lines[first : first + count])
            if _is_title(title) and year_of(normalise(title)) and _begins_title(lines[first]):
                return first, title
    return None


def _begins_title(line: str) -> bool:
    plain = normalise(line)
    return bool(title_facts(line).year or _OFFICIAL_NAME.fullmatch(plain))


def _with_name(lines: list[str], first: int, title: str) -> str:
    """A name on a line of its own above the title belongs to it."""
    above = normalise(lines[first - 1]) if first else ""
    if title_facts(title).publisher is None and _OFFICIAL_NAME.fullmatch(above):
        return lines[first - 1] + title
    return title


def publisher_of(title: str | None, text: str) -> str | None:
    """The publisher by the title, in the fuller form that the first sentences may give; else by those alone."""
    head = normalise(_head(text))
    name = title_facts(title).publisher if title else None
    if name is None:
        made_by = _MADE_BY.search(head)
        return made_by[1] if made_by else None
    fuller = re.search(rf"(?<=[由是为与向])((?:{_PLACE}){{1,2}}{re.escape(name)})", head)
    return fuller[1] if fuller else name


def period_year(text: str) -> int | None:
    """The year that the report says its figures cover, from 1 January."""
    match = _PERIOD.search(normalise(_head(text)))
    return int(match[1]) if match else None
