"""What Hanweb's jcms writes: `<datastore>` with its records, and the calls of jpage that ask for more of them.

The records stand in a page (`<script type="text/xml">`) and in the answers of `dataproxy.jsp`. They are no XML that a
parser would accept (stray tables between records, rows without a table, markup of people), so they are found as text:
no document type and no entity is ever looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from parsel import Selector

from crawler.links import ARTICLE, entries_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.links import Entry

STORE = re.compile(r"<datastore\b[^<>]{0,99}>", re.IGNORECASE)
STORE_END = re.compile(r"</datastore\s{0,9}>", re.IGNORECASE)
RECORD = re.compile(r"<record\b[^<>]{0,99}>\s{0,999}(<!\[CDATA\[)?", re.IGNORECASE)
RECORD_END = re.compile(r"</record\s{0,9}>", re.IGNORECASE)
NEXT_GROUP = re.compile(
    r"""<nextgroup\b[^<>]{0,99}>.{0,200}?\bhref\s{0,9}=\s{0,9}"([^"]{1,2000})\"""", re.IGNORECASE | re.DOTALL
)
COUNTS = re.compile(
    r"<(totalrecord|totalpage)\s{0,9}>\s{0,9}(?:<!\[CDATA\[)?\s{0,9}(\d{1,9})(?!\d)", re.IGNORECASE
)
CALL = re.compile(r"""\(\s{0,9}["']#?([\w-]{1,60})["']\s{0,9}\)\s{0,9}\.\s{0,9}jpage\s{0,9}\(\s{0,9}\{""")
CALL_TEXT = 6000  # characters of a call that are looked at
SAID = r"""\b{name}["']?\s{{0,9}}:\s{{0,9}}(?:"([^"]{{0,2000}})"|'([^']{{0,2000}})'|([\w.-]{{1,60}}))"""
PAIR = re.compile(
    r"""["']?(\w{1,60})["']?\s{0,9}:\s{0,9}(?:"([^"]{0,2000})"|'([^']{0,2000})'|([\w./-]{1,200}))"""
)
PROXY = re.compile(r"""["'(]([\w:/.-]{0,200}/dataproxy\.jsp)""")
PROXY_PATH = re.compile(r"/jpage/dataproxy\.jsp$")
COLUMN = re.compile(r"/col/col(\d{1,15})(?=[/.])")
ENCODED = 3  # times that a name may be percent-encoded
MOST_RECORDS = 3000  # of one answer
MOST_UNITS = 20


@dataclass(frozen=True, slots=True)
class Store:
    """One `<datastore>`. `whole`: it has its end; `total` and `pages` are what it declares."""

    records: tuple[str, ...]
    total: int | None = None
    pages: int | None = None
    next_group: str = ""
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Unit:
    """One list of a page: what stands in it, and how its script asks for the rest. `form`: by POST."""

    name: str
    store: Store
    total: int | None = None
    address: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    form: bool = False

    @property
    def column(self) -> str:
        """The number of the column that it lists; empty where it is not said."""
        return dict(self.parameters).get("columnid", "")


@dataclass(slots=True)
class _Call:
    """What the call of jpage for one unit says."""

    total: int | None = None
    address: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    get: bool = False


def stores(text: str) -> list[Store]:
    """Every datastore in a text, in its order."""
    begins = [found.end() for _, found in zip(range(MOST_UNITS), STORE.finditer(text), strict=False)]
    ends = [*begins[1:], len(text)][: len(begins)]
    return [_store(text[begin:end]) for begin, end in zip(begins, ends, strict=True)]


def _store(text: str) -> Store:
    records, position = _records(text)
    head = RECORD.search(text)
    named = text[: head.start()] if head else text
    tail = text[position:]
    counts = {
        name.lower(): int(digits) for part in (tail, named) for name, digits in COUNTS.findall(part[:4000])
    }
    group = NEXT_GROUP.search(named[:8000]) or NEXT_GROUP.search(tail[:8000])
    whole = position >= 0 and bool(STORE_END.search(tail)) and len(records) <= MOST_RECORDS
    href = unescape(group[1]) if group else ""
    return Store(tuple(records), counts.get("totalrecord"), counts.get("totalpage"), href, whole)


def _records(text: str) -> tuple[list[str], int]:
    """What the records of a datastore hold, and where the last one ends; -1 where one has no end."""
    records: list[str] = []
    position = 0
    while (found := RECORD.search(text, position)) and len(records) <= MOST_RECORDS:
        if found[1]:
            end = text.find("]]>", found.end())
            content = text[found.end() : end]
        else:
            close = RECORD_END.search(text, found.end())
            end = close.start() if close else -1
            content = unescape(text[found.end() : end])
        if end < 0:
            return records, -1
        records.append(content)
        position = end
    return records, position


def rows(store: Store, base: str) -> Iterator[Entry]:
    """The entry of each record."""
    for record in store.records:
        markup = Selector(f"<html><body><dl><dd>{record}</dd></dl></body></html>", type="html")
        yield from row_of(markup, base)


def row_of(markup: Selector, base: str) -> list[Entry]:
    """What one row leads to: its article (in odd cases more than one), or what else its first anchor leads to."""
    found = {entry.url: entry for entry in entries_in([markup], base)}
    articles = [entry for entry in found.values() if ARTICLE.search(entry.url)]
    return articles or list(found.values())[:1]


def beside_links(page: Selector) -> str:
    """The text of a page outside its anchors: titles also say "共3条" and "共5页"."""
    own = "not(ancestor::a or ancestor::script or ancestor::style or ancestor::title)"
    return " ".join(" ".join(page.xpath(f"//text()[{own}]").getall()).split())


def units(text: str, page_url: str) -> list[Unit]:
    """The lists of a page: of each datastore and of each call of jpage without one."""
    calls = _calls(text)
    found = [_unit(store, calls, page_url, text) for store in stores(text)]
    named = {unit.name for unit in found}
    bare = [
        _unit(Store(()), {name: call}, page_url, text) for name, call in calls.items() if name not in named
    ]
    return [*found, *(unit for unit in bare if unit.address)]


def _unit(store: Store, calls: dict[str, _Call], page_url: str, text: str) -> Unit:
    path, offered = group_of(store)
    name = offered.get("unitid", "") or (next(iter(calls)) if len(calls) == 1 else "")
    call = calls.get(name, _Call())
    parameters = {**offered, **call.parameters}
    said = call.address or path
    if not said and call.parameters:  # the page's only interface
        paths = set(PROXY.findall(text))
        said = paths.pop() if len(paths) == 1 else ""
    address = urljoin(page_url, said) if said else ""
    if not PROXY_PATH.search(urlsplit(address).path):
        address = ""
    total = call.total if call.total is not None else store.total
    form = bool(call.parameters) and not call.get
    return Unit(name, store, total, address, tuple(sorted(parameters.items())), form)


def group_of(store: Store) -> tuple[str, dict[str, str]]:
    """The interface and its parameters as the link to the next group writes them: quoted, or encoded more than once."""
    path, _, query = store.next_group.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    return path, {name: _plain(value) for name, value in pairs if name}


def _plain(value: str) -> str:
    for _ in range(ENCODED):
        value = unquote(value)
    return value.strip("'\"")


def _calls(text: str) -> dict[str, _Call]:
    found: dict[str, _Call] = {}
    for _, call in zip(range(MOST_UNITS), CALL.finditer(text), strict=False):
        said = text[call.end() : call.end() + CALL_TEXT].partition("</script")[0]
        following = CALL.search(said)
        said = said[: following.start()] if following else said
        total = _said(said, "totalRecord")
        found[call[1]] = _Call(
            int(total) if total.isdecimal() and total.isascii() and len(total) < 10 else None,  # noqa: PLR2004 - digits of a count
            _said(said, "proxyUrl"),
            _parameters(text, _said(said, "ajaxParam") or f"param_{call[1]}", said),
            _said(said, "ajaxType").upper() == "GET",
        )
    return found


def _said(call: str, name: str) -> str:
    """The value of one name in a call; empty where it is not there."""
    found = re.search(SAID.format(name=name), call)
    return next((value for value in found.groups() if value is not None), "") if found else ""


def _parameters(text: str, name: str, call: str) -> dict[str, str]:
    """What a script sends: the object in the call itself, or the variable that it names."""
    own = re.search(r"\bajaxParam\s{0,9}:\s{0,9}\{([^{}]{0,4000})\}", call)
    set_before = re.search(rf"\b{re.escape(name)}\s{{0,9}}=\s{{0,9}}\{{([^{{}}]{{0,4000}})\}}", text)
    found = own or set_before
    if not found:
        return {}
    pairs = PAIR.findall(found[1])
    return {key: _plain(double or single or bare) for key, double, single, bare in pairs}


def column_of(url: str) -> str:
    """The number of the column that an address belongs to; empty where it has none."""
    found = COLUMN.search(urlsplit(url).path)
    return found[1] if found else ""


def chosen(found: Sequence[Unit], wanted: str, column: str) -> tuple[Unit | None, str]:
    """The list of a page that is the column's own; or None, and why it cannot be told."""
    if wanted:
        named = [unit for unit in found if unit.name == wanted]
        return (named[0], "") if named else (None, f"the page has no unit {wanted!r}: {_names(found)}")
    exact = [unit for unit in found if unit.column == column]
    own = exact or [unit for unit in found if not column or not unit.column]
    if found and not own:
        return None, f"the page lists other columns than its own, {column}: {_names(found)}"
    sizes = {(unit.total, len(unit.store.records)) for unit in own}
    if len({unit.column for unit in own}) > 1 or len(sizes) > 1:
        return None, f"the page has several lists, and the option `unit` does not say which: {_names(found)}"
    return (own[0], "") if own else (None, "")


def _names(found: Sequence[Unit]) -> str:
    return ", ".join(f"{unit.name or '?'} of column {unit.column or '?'}" for unit in found) or "none"
