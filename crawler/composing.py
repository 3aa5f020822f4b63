"""Titles that a page prints in two places: a row's name, and the heading or the column that says of what year it is.

A title that is put together so is said to be composed: it proves nothing until the page behind it was read.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from parsers import title_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

# What an anchor says that only opens what is named beside it.
OPENS = re.compile(
    r"^[\[【(（<《]?\s*(点击|点此|请|在线)?\s*(查看|下载|阅读|浏览|打开|预览|进入|详情|详细|全文|链接|附件|文件|正文|链接地址|有|√|✓|●|○|■|◆|pdf|word|docx?|wps|ofd|view|download)\d{0,2}"
    r"(详情|全文|文件|附件|正文|报告|内容|年报|下载|此处|这里|PDF|Word)?\s*[\]】)）>》]?[>»›]*$",
    re.IGNORECASE,
)
SOME_YEAR = r"(?:(?:19|20)\d{2}|二[〇零○][一二三四五六七八九十〇零○]{1,2}(?=年))"
YEAR_ALONE = re.compile(
    rf"^\W*{SOME_YEAR}\s*(?:年度?)?\s*(?:政府信息公开)?(?:年报|年度报告|工作报告|报告)?\W*$"
)
BARE_YEAR = re.compile(
    rf"^\W*{SOME_YEAR}\s*(?:年度?)?\s*(?:报告)?\W*$"
)  # says even less: a folder, or a file
YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d|\s?[-./年]\s?\d)")  # of no date
OFFICE = re.compile(
    r"^[\u4e00-\u9fff\d()（）、·]{1,28}(局|委|委员会|办公室|办|厅|院|中心|政府|镇|乡|街道|办事处|处|管委会|开发区|园区|支队|大队|所|站|社|公司|学校|大学|学院|医院|会|部|市|县|区|旗|馆|台|队)(?:[（(][^（()）]{1,20}[)）])?$"
)
ABOUT_REPORTS = re.compile(r"年报|年度(?:工作|情况)?报告|公开.{0,6}报告")
FOLDER = re.compile(
    r"^(?!javascript:|#).*(?:/|index\.\w+|/[^./]+|^[^./]+)$", re.IGNORECASE
)  # read for itself
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "caption", "legend", "dt", "th"})
EMPHASIS = frozenset({"strong", "b"})
HEADING_CLASS = re.compile(
    r"tit|(^|[-_ ])(bt|hd|head|header|caption|name|nf|nd|year)($|[-_ ])", re.IGNORECASE
)
ROWS_OUT, ROW_ANCHORS = 3, 3
UP, BACK = 6, 8  # elements that are looked at for a heading: outwards, and before
LONGEST_HEADING = 60
LONGEST_ROW = 200
SHORT_CELL = 12
HEADS = 4  # rows of a table that may be its head
SOME = 60  # pieces of text, or elements, that are looked at: the cost must not grow with what a page nests


def whole_title(lead: HtmlElement, printed: str) -> tuple[str, bool]:
    """The title of what an anchor leads to, and whether it had to be put together from several places."""
    opens = bool(OPENS.match(printed))
    year_alone = bool(YEAR_ALONE.match(printed))
    office = not opens and not year_alone and bool(OFFICE.match(printed))
    if not (opens or year_alone or office):
        return printed, False
    if opens and (beside := _beside(lead)):
        return beside, False
    if (opens or year_alone) and (cell := _of_table(lead, printed) or _of_name(lead, printed)):
        return cell, True
    if office or opens:
        return _under_heading(lead, printed, named=office)
    return printed, False


def of_office(lead: HtmlElement, name: str) -> str:
    """A body's bare name and what the page itself is called, if that is "annual reports"; else empty."""
    title = _with_words([name, *(text for text in _headings(lead) if ABOUT_REPORTS.search(text))][:2], lead)
    return title if ABOUT_REPORTS.search(title) else ""


def _of_name(lead: HtmlElement, printed: str) -> str:
    """A year alone beside the name of a body: a row of years, one anchor each."""
    is_folder = FOLDER.search(lead.get("href") or "")
    name = _row_name(lead) if BARE_YEAR.match(printed) and not is_folder else ""
    title = _with_words([name, printed], lead) if name else ""
    return title if ABOUT_REPORTS.search(title) else ""


def _beside(lead: HtmlElement) -> str:
    """A whole title in the row of an anchor that only opens it; empty where there is none."""
    for row in _rows(lead):
        for text in _texts(row, lead):
            facts = title_facts(text)
            if facts.kind != "other" and facts.year is not None and not YEAR_ALONE.match(text):
                return text
    return ""


def _rows(lead: HtmlElement) -> Iterator[HtmlElement]:
    """What may be the row of an anchor: nothing that holds other rows' anchors as well."""
    for element in islice(lead.iterancestors(), ROWS_OUT):
        if (
            len(list(islice(element.iter("a"), ROW_ANCHORS + 1))) > ROW_ANCHORS
            or len(_text(element)) > LONGEST_ROW
        ):
            return
        yield element
        if element.tag in ("tr", "li", "dl"):
            return


def _texts(row: HtmlElement, lead: HtmlElement) -> Iterator[str]:
    """The texts of a row's parts, without the anchor's own; then what stands right before the row."""
    for part in (child for child in islice(row, SOME) if child is not lead):
        if text := _text(part):
            yield text
    own = " ".join(" ".join(filter(None, [row.text, *(child.tail for child in islice(row, SOME))])).split())
    if own:
        yield own
    before = None if row.tag in ("td", "th", "tr", "li", "dl") else row.getprevious()
    if before is not None and next(before.iter("a"), None) is None and (text := _text(before)):
        yield text


def _of_table(lead: HtmlElement, printed: str) -> str:
    """A table with bodies as its rows and years as its columns, or the other way round: both names of the cell."""
    cell = lead if lead.tag in ("td", "th") else next(lead.iterancestors("td", "th"), None)
    row = next(cell.iterancestors("tr"), None) if cell is not None else None
    table = next(row.iterancestors("table"), None) if row is not None else None
    if cell is None or row is None or table is None or len(_text(cell)) > SHORT_CELL:
        return ""
    column = _column(row, cell)
    top = _head(table, column)
    side = next((text for one in row if one is not cell and (text := _text(one)) and not OPENS.match(text)
                 and not YEAR_ALONE.match(text) and not text.isdecimal()), "")  # fmt: skip
    if not side and (first := next(iter(row), None)) is not None and first is not cell:
        side = _text(first)
    head = "" if top is row else _cell_at(top, column)
    names = [text for text in (side, head) if text and len(text) <= LONGEST_HEADING]
    if not YEAR.search(" ".join([*names, printed])) or not side:
        return ""
    if not YEAR.search(head) and not YEAR.search(side):
        names.append(printed)
    return _with_words(names, table)


def _column(row: HtmlElement, cell: HtmlElement) -> int:
    before = 0
    for one in row:
        if one is cell:
            break
        before += _span(one)
    return before + _from_above(row, before)


def _from_above(row: HtmlElement, before: int) -> int:
    """The columns left of a cell that are taken by cells of the rows above, which reach down beside it."""
    taken = 0
    for distance, above in enumerate(islice(row.itersiblings("tr", preceding=True), SOME), start=1):
        column = 0
        for one in islice(above, SOME):
            if _span(one, "rowspan") > distance and column <= before + taken:
                taken += _span(one)
            column += _span(one)
    return taken


def _head(table: HtmlElement, column: int) -> HtmlElement:
    """The row of a table that says what its columns are: the first with a year there, and no caption across them all."""
    rows = list(islice(table.iter("tr"), HEADS))
    named = (row for row in rows if len(row) > 1 and YEAR.search(_cell_at(row, column)))
    return next(named, rows[0])


def _cell_at(row: HtmlElement, column: int) -> str:
    passed = 0
    for one in row:
        passed += _span(one)
        if passed > column:
            return _text(one)
    return ""


def _span(cell: HtmlElement, name: str = "colspan") -> int:
    written = cell.get(name) or "1"
    return int(written[:3]) if written.isdecimal() else 1


def _under_heading(lead: HtmlElement, printed: str, *, named: bool) -> tuple[str, bool]:
    """A body's bare name, or a row that only says "open", below a heading that names the year."""
    name = printed if named else _row_name(lead)
    heading = next((text for text in _headings(lead) if YEAR.search(text)), "") if name else ""
    if not heading:
        title = of_office(lead, name) if name and not named else ""
        return (title, True) if title else (printed, False)
    words = [name, heading]
    if ABOUT_REPORTS.search(heading):
        return " ".join(words), True
    title = _with_words(words, lead)
    return (title, True) if ABOUT_REPORTS.search(title) else (printed, False)


def _row_name(lead: HtmlElement) -> str:
    for row in _rows(lead):
        for text in _texts(row, lead):
            if OFFICE.match(text):
                return text
    return ""


def _with_words(words: list[str], inside: HtmlElement) -> str:
    """What is put together, with what the page itself is called where the words do not say "report" yet."""
    if not ABOUT_REPORTS.search(" ".join(words)):
        titles = (inside.find("caption"), inside.getroottree().find("head/title"))
        found = [match[0] for title in titles if (match := ABOUT_REPORTS.search(_text(title)))]
        words = [*words, *found[:1]]
    return " ".join(words)


def heading_of(lead: HtmlElement) -> str:
    """The nearest heading above an element: the first one met on the way back and outwards; empty where there is none."""
    return next(_headings(lead), "")


def _headings(lead: HtmlElement) -> Iterator[str]:
    """The headings above an element, the nearest first."""
    element = lead
    for _ in range(UP):
        for before in islice(element.itersiblings(preceding=True), BACK):
            if text := _heading(before):
                yield text
        parent = element.getparent()
        if parent is None or parent.tag == "body":
            return
        if parent.text and YEAR.search(parent.text[:LONGEST_HEADING]):
            yield " ".join(parent.text.split())[:LONGEST_HEADING]
            return
        element = parent


def _heading(element: HtmlElement) -> str:
    """The text of an element that stands above others as their heading."""
    if not isinstance(element.tag, str):
        return ""
    is_heading = (
        element.tag in HEADINGS or element.tag in EMPHASIS or HEADING_CLASS.search(element.get("class") or "")
    )
    inner = None if is_heading else _first_heading(element)
    text = _text(element if is_heading else inner) if is_heading or inner is not None else ""
    if not text and element.tag in ("p", "div", "span", "td") and next(element.iter("a"), None) is None:
        text = own if YEAR.search(own := _text(element)) and ABOUT_REPORTS.search(own) else ""
    return text if 0 < len(text) <= LONGEST_HEADING else ""


def _first_heading(element: HtmlElement) -> HtmlElement | None:
    tags = HEADINGS | EMPHASIS
    return next((one for one in islice(element.iter(), SOME) if one.tag in tags), None)


def _text(element: HtmlElement | None) -> str:
    if element is None or not isinstance(element.tag, str):
        return ""
    return " ".join("".join(islice(element.itertext(), SOME)).split())
