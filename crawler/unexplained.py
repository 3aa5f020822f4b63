"""Words of a list page that look like a report, or like a year of reports, and that no entry explains.

What a visitor of the site could open and the crawler could not must keep it from saying "missing": decision 0031.
Pure: pages in, words out; when the whole list was read, those that its entries do not explain remain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from lxml.etree import XPath

from crawler.composing import OFFICE, YEAR_ALONE, of_office, whole_title
from crawler.hidden import hidden_titles
from crawler.links import address, row_day
from parsers import title_facts
from parsers.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from lxml.etree import _ElementUnicodeResult
    from lxml.html import HtmlElement
    from scrapy.http import TextResponse

    from store.model import Link

CODE = frozenset({"script", "style", "noscript", "template", "title", "textarea"})
INLINE = frozenset({"b", "strong", "em", "i", "font", "u", "big", "small", "mark", "br", "sub", "sup"})
TAB = re.compile(r"tab|nav|year|nian|switch|hd\b|btn|(?:^|[-_ ])n[fd](?:$|[-_ ])", re.IGNORECASE)
# Anchors that lead nowhere by themselves.
SCRIPTED = XPath("//body//a[not(@href) or starts-with(@href, '#') or starts-with(@href, 'javascript:')]")
# Rows that a script opens as a whole
CLICKED = XPath("//body//*[@onclick or @*[starts-with(name(), 'data-')]][not(self::a) and not(self::option)]")
CLICKED_MOST = 2000
SENTENCE = re.compile(
    r"[。；;！!]|本栏目|本网站|本页面|现将|现公布|根据|按照|版权|copyright|©|主办|备案", re.IGNORECASE
)
BEHIND = 12  # characters that a printed title may have behind the report's own words: "(2025年)", "（汇总）"
LONGEST = 80
DEEPEST = 40  # elements around a row
ROWS = frozenset({"ul", "ol", "li", "dl", "dd", "dt", "p", "tr", "td", "tbody", "table", "span"})
ROW_TEXT = 160
OWN_WORDS = re.compile(r"年报|报告|(?:19|20)\d{2}")
NO_YEAR = re.compile(r"全部|不限|请选择|所有|年份|选择")
MOST = 40  # printed words of one list: more than this, and nobody can say what was not read
SOME = 60
# Texts that may be worth a look, and the words of pictures and of anchors' titles.
TEXTS = XPath(
    "//body//text()[contains(., '公开') or contains(., '年') or contains(., '报告') or (string-length(.) < 16 and contains(., '20'))]"
    "[not(parent::script or parent::style)] | //body//img/@alt[contains(., '年')] | //body//a/@title[contains(., '年')]"
)


@dataclass(frozen=True, slots=True)
class Words:
    """What a page prints: the words, the page, and where they lead (None: nowhere that can be asked for)."""

    text: str
    page: str
    leads: str | None = None

    @property
    def address(self) -> str:
        """The page, with a fragment that tells these words from its others."""
        return f"{self.page}#printed-{sha256(self.text.encode()).hexdigest()[:12]}"


def words_of(response: TextResponse, column: str, titles: Container[str]) -> Iterator[Words]:
    """The words of a page that look like a report or like a year of reports, and are no entry's title.

    `column` is the source's own address, `titles` what the entries of the page are called.
    """
    root, base, seen = response.selector.root, response.urljoin(""), set[str]()
    if isinstance(root, str):
        return
    for title in hidden_titles(root):
        if title not in seen and title not in titles:
            seen.add(title)
            yield Words(title, response.url)
    for holder, text in _candidates(root, titles):
        if text and text not in seen and text not in titles:
            seen.add(text)
            words = Words(text, response.url, address(base, holder))
            if _is_worth(words, holder, column):
                yield words


def _container(root: HtmlElement, titles: Container[str]) -> HtmlElement | None:
    """The smallest element that holds all anchors called like reports with a year, and more than one list's rows."""
    above: list[HtmlElement] | None = None
    for anchor in root.iter("a"):
        text = " ".join("".join(islice(anchor.itertext(), SOME)).split())
        if text not in titles or not _names_report(text):
            continue
        path = [*reversed(list(islice(anchor.iterancestors(), DEEPEST)))]
        above = path if above is None else _common(above, path)
    around = [one for one in above or () if one.tag not in ROWS]
    return around[-1] if around else None


def _names_report(text: str) -> bool:
    facts = title_facts(text)
    return facts.kind != "other" and facts.year is not None


def _common(one: list[HtmlElement], other: list[HtmlElement]) -> list[HtmlElement]:
    count = 0
    for first, second in zip(one, other, strict=False):
        if first is not second:
            break
        count += 1
    return one[:count]


def _candidates(root: HtmlElement, titles: Container[str]) -> Iterator[tuple[HtmlElement, str]]:
    known: set[HtmlElement] = (
        set()
    )  # a block of a hundred thousand lines is looked at once, not for each of them
    for printed in cast("list[_ElementUnicodeResult[HtmlElement]]", TEXTS(root)):
        if " ".join(printed.split()) not in titles:
            yield from _holders(printed, known)
    for anchor in cast("list[HtmlElement]", SCRIPTED(root)):
        yield from _opened(anchor)
    for row in islice(cast("list[HtmlElement]", CLICKED(root)), CLICKED_MOST):
        pieces = list(islice(row.itertext(), SOME))
        if sum(map(len, pieces)) <= ROW_TEXT and next(row.iter("a"), None) is None:
            yield row, " ".join(" ".join(pieces).split())
    offices = [one for one in root.iter("a") if OFFICE.match(" ".join((one.text or "").split()))]
    holds = _container(root, titles) if offices else None
    for anchor in offices if holds is not None else ():
        if any(one is holds for one in islice(anchor.iterancestors(), DEEPEST)) and row_day(anchor) is None:
            yield from _office(anchor)


def _office(anchor: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """A body's bare name in the list itself, undated, with what the page is called."""
    text = " ".join("".join(islice(anchor.itertext(), SOME)).split())
    if title := of_office(anchor, text):
        yield anchor, title


def _opened(anchor: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """What stands beside an anchor that only says "open", and that a script would open."""
    text = " ".join("".join(islice(anchor.itertext(), SOME)).split())
    title, _ = whole_title(anchor, text) if text else ("", False)
    if title != text:
        yield anchor, title


def _holders(
    printed: _ElementUnicodeResult[HtmlElement], known: set[HtmlElement]
) -> Iterator[tuple[HtmlElement, str]]:
    """What holds a text or an attribute's words, and the whole of what it says."""
    parent = printed.getparent()
    if parent is None:
        return
    if printed.is_attribute:
        yield _holder(parent), " ".join(printed.split())
        return
    around = parent.getparent() if printed.is_tail else parent
    if around is not None and around.tag not in CODE:
        holder = _holder(around)
        if holder in known:
            return
        known.add(holder)
        yield holder, " ".join("".join(_own_text(holder)).split())


def _holder(element: HtmlElement) -> HtmlElement:
    """The anchor or option that a text belongs to; else its block."""
    for one in islice((element, *islice(element.iterancestors(), 4)), 5):
        if one.tag in ("a", "option"):
            return one
    block = element
    for _ in range(4):
        parent = block.getparent()
        if block.tag not in INLINE or parent is None:
            break
        block = parent
    return block


def _own_text(element: HtmlElement) -> Iterator[str]:
    """The text of an anchor, or that of a block without its anchors and inner blocks."""
    if element.tag in ("a", "option"):
        yield from islice(element.itertext(), SOME)
        return
    yield element.text or ""
    for child in islice(element, SOME):
        if child.tag in INLINE:
            yield from islice(child.itertext(), SOME)
        yield child.tail or ""


def _is_worth(words: Words, holder: HtmlElement, column: str) -> bool:
    """Whether the words name a report with its year, or a year alone that can be opened, or whose report they are."""
    facts = title_facts(words.text)
    opens = holder.tag in ("a", "option") or _is_clicked(holder)
    is_named = facts.kind != "other" and facts.publisher is not None
    row = opens and is_named and facts.year is not None
    if len(words.text) > LONGEST or (SENTENCE.search(words.text) and not row):
        return False
    if words.leads is not None and not _below(
        words.leads, column
    ):  # another column's: not this list's to answer for
        return facts.year is None and opens and is_named and _is_own(words.leads, column)
    if YEAR_ALONE.match(words.text):
        return _is_folder(words, holder)
    if facts.kind == "other" or facts.year is None:
        return opens and is_named
    return opens or (facts.kind == "report" and _ends_so(words.text))


def _is_clicked(holder: HtmlElement) -> bool:
    return any(name == "onclick" or name.startswith("data-") for name in holder.attrib)


def _is_own(url: str, column: str) -> bool:
    return urlsplit(url).hostname == urlsplit(column).hostname


def _ends_so(text: str) -> bool:
    """Whether a text ends with a report's own words: what goes on is a sentence about reports."""
    ends = [match.end() for match in OWN_WORDS.finditer(text)]
    return bool(ends) and len(text) - ends[-1] <= BEHIND


def _is_folder(words: Words, holder: HtmlElement) -> bool:
    """Whether a year alone is a tab or a folder, and no date, heading of rows, or search field."""
    if holder.tag == "option":
        return not _of_search(holder)
    if holder.tag == "a":
        return True
    table = next(islice(holder.iterancestors("table"), 1), None)
    if table is not None and (holder.tag == "th" or next(table.iter("a"), None) is not None):
        return False  # the head of a column: its cells are looked at themselves
    inside = [one.tag for one in islice(holder.iter(), SOME)]
    row = next(islice(holder.iterancestors("li", "tr", "dl"), 1), None)
    if "a" in inside or (row is not None and next(row.iter("a"), None) is not None):
        return False
    if holder.get("onclick") or any(name.startswith("data-") or name == "role" for name in holder.attrib):
        return True
    around = holder.getparent()
    classes = f"{holder.get('class') or ''} {around.get('class') or '' if around is not None else ''}"
    return "年" in words.text or bool(TAB.search(classes))


def _of_search(option: HtmlElement) -> bool:
    """Whether an option belongs to a search form, or to a menu that shows all years until somebody chooses."""
    select = next(islice(option.iterancestors("select"), 1), None)
    if select is None or NO_YEAR.search("".join(islice(select.itertext(), 4))):
        return True
    first = next(select.iter("option"), None)
    chosen = option.get("selected") is not None or option is first
    form = next(islice(option.iterancestors("form"), 1), None)
    fields = 0 if form is None else len(list(islice(form.iter("input", "button"), 2)))
    return chosen or fields > 0


def _below(url: str, column: str) -> bool:
    """Whether an address lies in the column's folder, or beside it where the folder is one of many with a number."""
    here, there = urlsplit(column), urlsplit(url)
    if here.hostname != there.hostname:
        return False
    folder, other = (one.path.rpartition("/")[0] for one in (here, there))
    above, _, name = folder.rpartition("/")
    return there.path.startswith(folder + "/") or (
        bool(re.search(r"\d", name)) and other.rpartition("/")[0] == above
    )


def unexplained(words: Iterable[Words], found: Sequence[Link], read: frozenset[str]) -> list[Words]:
    """The words that no entry of the list explains. `read`: the addresses of all pages that were read."""
    titles = {normalise(link.title) for link in found}
    facts = [title_facts(link.title) for link in found if link.kind != "other"]
    addresses = read | {link.url for link in found}
    of_whom = {(normalise(one.publisher or ""), one.year) for one in facts}
    years = {one.year for one in facts} | {
        int(link.published[:4])
        for link, one in zip((link for link in found if link.kind != "other"), facts, strict=True)
        if one.year is None and link.published
    }
    left: dict[str, Words] = {}
    for one in words:
        if one.leads in addresses or one.text in left:
            continue
        if not _is_explained(one, titles, of_whom, years):
            left[one.text] = one
    return list(left.values())


def _is_explained(
    words: Words, titles: set[str], of_whom: set[tuple[str, int | None]], years: set[int | None]
) -> bool:
    plain, facts = normalise(words.text), title_facts(words.text)
    if YEAR_ALONE.match(words.text):
        return words.leads is None and facts.year in years
    if plain in titles:
        return True
    if facts.publisher is not None:
        return (normalise(facts.publisher), facts.year) in of_whom
    if facts.year in years:
        return True
    return any(plain in title or title in plain for title in titles if len(title) > BEHIND)
