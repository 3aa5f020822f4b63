"""The files that hang on a report's page, and what they are called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from itertools import chain
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qs, unquote_to_bytes, urlsplit

from lxml import etree

from crawler.configured import files_of
from crawler.links import clean_url
from crawler.text import decode
from parsers import page_tree
from parsers.articles import ATTACHED, CLASSES, IDS
from parsers.model import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.etree import _Element
    from scrapy.http import TextResponse

# Where the text of an article stands, in the systems that we know; the whole page where none of them is found.
_BODIES = frozenset((*(f".{name}" for name in CLASSES), *(f"#{name}" for name in IDS)))
_PARTS = _BODIES | frozenset(ATTACHED)
_NAMED = etree.XPath("descendant-or-self::*[@class or @id]")
_CLICKED = etree.XPath("descendant-or-self::a | descendant-or-self::*[@onclick]")
_WITH_PDFSRC = etree.XPath("descendant-or-self::*[@pdfsrc]")
# What every address of a file has somewhere: a page has hundreds of links, and few that need a closer look.
_MAY_BE_FILE = re.compile(
    r"\.(?:pdf|doc|wps|xls|et|ofd|zip|rar|7z|rtf)|down|file|attach|upload", re.IGNORECASE
)
FILE = re.compile(r"\.(pdf|docx?|wps|xlsx?|et|ofd|zip|rar|7z|rtf)$", re.IGNORECASE)
# Addresses that end in no file's name and still lead to one.
DOWNLOAD = re.compile(
    r"/(down|download|downfile|downloadfile|downloadattach\w*|filedown|file-?download|fjdownload|showfile|getfile)"
    r"(\.(jsp|do|action|aspx?|ashx|php))?$|/OpennessContent/download/|/attachment/\d|/_upload/article/files/",
    re.IGNORECASE,
)
PAGE = re.compile(r"(\.s?html?|/)$", re.IGNORECASE)  # an article or a list, whatever its link is called
NAMED_FILE = re.compile(r"^\W*附件|\.(pdf|docx?|wps|xlsx?|et|ofd|zip|rar|7z|rtf)\W*$", re.IGNORECASE)
CONFIGURED = "_CONFIG"  # gkmlpt: an article may have its files in this script alone
# Addresses that only the article they belong to leads to, wherever it prints them: VSB and Anhui's platforms, behind it.
OWN = re.compile(r"news\.DownloadAttachUrl|OpennessContent/download/")
PICTURE = re.compile(r"\.(jpe?g|png|gif|svg|ico|webp|css|js)$", re.IGNORECASE)
QUOTED = re.compile(r"""["']([^"']{4,500})["']""")
SCRIPT = re.compile(r"\s*javascript:", re.IGNORECASE)
VIEWED = re.compile(r"pdf", re.IGNORECASE)  # a script that fills a viewer: showVsbpdfIframe("….pdf", …)
LONGEST_SCRIPT = 20_000
ENCODED_WORD = re.compile(r"=\?[\w-]+\?[bq]\?", re.IGNORECASE)
NAME = 200  # characters kept of a file's name
Named = str | tuple[str | None, str | None, str]  # a parameter of a header, plain or as RFC 2231 has it


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a page leads to. `name` is what the page calls it: text only, never a path of ours."""

    url: str
    name: str


def attachments(response: TextResponse) -> tuple[Attachment, ...]:
    """The files of an article page, each once, in the order of the page."""
    found: dict[str, Attachment] = {}
    base = response.urljoin("")
    try:
        root = page_tree(response.body)
    except Unreadable:
        return ()
    inside = chain.from_iterable(map(_references, _places(root)))
    for href, name in chain(inside, _own(root.iter("a"))):
        url = clean_url(base, _viewed(href))
        if url and url != response.url and _is_file(url, name):
            found.setdefault(url, Attachment(url, safe_name(name)))
    for href, name in files_of(response.text) if CONFIGURED in response.text else ():
        url = clean_url(base, href)
        if url and not PICTURE.search(urlsplit(url).path):
            found.setdefault(url, Attachment(url, safe_name(name)))
    for href, name in () if found else _outside(root, response.url, base):
        url = clean_url(base, _viewed(href))
        if url and url != response.url and _is_file(url, ""):
            found.setdefault(url, Attachment(url, safe_name(name)))
    return tuple(found.values())


def _places(root: _Element) -> list[_Element]:
    """The parts of a page that hold its article and its list of files; the whole page where none is known."""
    named = [element for element in _NAMED(root) if not _names(element).isdisjoint(_PARTS)]
    if any(not _names(element).isdisjoint(_BODIES) for element in named):
        return named
    return [root]


def _names(element: _Element) -> set[str]:
    """The classes and the id of an element, as CSS writes them."""
    names = {f".{name}" for name in (element.get("class") or "").split()}
    return names | {f"#{element.get('id')}"}


def _references(place: _Element) -> Iterator[tuple[str, str]]:
    """(address, name) of everything in a part of a page that may be a file."""
    for element in _CLICKED(place):
        href = element.get("href") or ""
        called = [element.get("onclick") or "", *([href] if SCRIPT.match(href) else [])]
        name = element.get("title") or _text(element)
        yield from ((address, name) for address in (href, *QUOTED.findall(" ".join(called))))
    for script in place.iter("script"):
        text = script.text or ""
        if VIEWED.search(text):
            yield from ((quoted, "") for quoted in QUOTED.findall(text[:LONGEST_SCRIPT]))
    yield from _viewers(place)


def _viewers(place: _Element) -> Iterator[tuple[str, str]]:
    for element in (*place.iter("iframe", "embed", "object"), *_WITH_PDFSRC(place)):
        for attribute in ("src", "data", "pdfsrc"):
            yield element.get(attribute) or "", element.get("title") or ""


def _text(element: _Element) -> str:
    return "".join(element.itertext())


def _own(anchors: Iterable[_Element]) -> Iterator[tuple[str, str]]:
    for anchor in anchors:
        href = anchor.get("href") or ""
        if OWN.search(href):
            yield href, _text(anchor)


def _outside(root: _Element, page: str, base: str) -> Iterator[tuple[str, str]]:
    """Where the article itself leads to no file: what the page shows in a viewer, and files beside the page itself."""
    yield from _viewers(root)
    folder = page.rpartition("/")[0]
    for anchor in root.iter("a"):
        href = anchor.get("href") or ""
        if not _MAY_BE_FILE.search(href):
            continue
        url, name = clean_url(base, href), _text(anchor)
        if url and (url.rpartition("/")[0] == folder or name.strip().startswith("附件")):
            yield href, name


def _viewed(href: str) -> str:
    """The file that a viewer page shows: pdf.js and its kind carry its address in `file=`."""
    try:
        query = parse_qs(urlsplit(href).query)
    except ValueError:
        return ""
    for key in ("file", "pdfurl", "furl"):
        shown = query.get(key, [""])[0]
        if FILE.search(shown.partition("?")[0]) or DOWNLOAD.search(shown.partition("?")[0]):
            return shown
    return href


def _is_file(url: str, name: str) -> bool:
    """Whether an address leads to a file: by its end, by what it is known to mean, or because the page calls it one."""
    parts = urlsplit(url)
    if PICTURE.search(parts.path):
        return False
    named = [value for values in parse_qs(parts.query).values() for value in values]
    if FILE.search(parts.path) or DOWNLOAD.search(parts.path) or any(map(FILE.search, named)):
        return True
    return bool(NAMED_FILE.search(name.strip())) and not PAGE.search(parts.path)


def safe_name(name: str) -> str:
    """A name as text: no control or direction characters, no end of line, at most 200 characters."""
    return "".join(c for c in " ".join(name.split()) if c.isprintable())[:NAME]


def disposition_name(header: bytes) -> str | None:
    """The file name in a Content-Disposition header: RFC 5987, percent-encoded, GBK or UTF-8 bytes."""
    message = Message()
    message["Content-Disposition"] = " ".join(header.decode("latin-1").splitlines())
    written = cast("list[tuple[str, Named]]", message.get_params([], header="content-disposition"))
    names = [value for key, value in written if key.lower() == "filename"]
    coded = next((value for value in names if isinstance(value, tuple)), next(iter(names), None))
    if isinstance(coded, tuple):
        charset, _, value = coded
        return safe_name(_in(value.encode("latin-1", "replace"), charset)) or None
    if coded is None:
        return None
    return safe_name(_words(coded) or decode(unquote_to_bytes(coded.encode("latin-1", "replace")))) or None


def _words(coded: str) -> str | None:
    """A name in the encoded words of mail (RFC 2047), which old servers send."""
    if not ENCODED_WORD.search(coded):
        return None
    try:
        pairs = decode_header(coded)
    except (HeaderParseError, ValueError):
        return None
    return "".join(_in(raw, charset) if isinstance(raw, bytes) else raw for raw, charset in pairs)


def _in(raw: bytes, charset: str | None) -> str:
    try:
        return raw.decode(charset or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return decode(raw)
