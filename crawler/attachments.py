"""The files that hang on a report's page, and what they are called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote_to_bytes, urlsplit

from crawler.links import clean_url
from crawler.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsel import Selector
    from scrapy.http import TextResponse

# Where the text of an article stands, in the CMSs that we know; the whole page where none of them is found.
BODIES = (
    ".TRS_Editor", ".trs_editor_view", ".TRS_UEDITOR", "#zoom", "#Zoom", "#UCAP-CONTENT", "#doZoom",
    ".article-detail", ".v_news_content", "#ivs_content", ".article-content", ".wp_articlecontent",
)  # fmt: skip
ATTACHED = (".fujian", ".attachment", ".attachments", ".cms-article-attach", ".appendix", "#fj", ".xgfj")
FILE = re.compile(r"\.(pdf|docx?|wps|xlsx?|et|ofd|zip|rar|7z|rtf)$", re.IGNORECASE)
DOWNLOAD = re.compile(
    r"/(download|downfile|downloadattach\w*)\.(jsp|do|aspx?|php)|/OpennessContent/download/|/attachment/\d|/_upload/article/files/",
    re.IGNORECASE,
)
PICTURE = re.compile(r"\.(jpe?g|png|gif|svg|ico|webp|css|js)$", re.IGNORECASE)
QUOTED = re.compile(r"""["']([^"']{4,500})["']""")
NAME = 200  # characters kept of a file's name


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a page leads to. `name` is what the page calls it: text only, never a path of ours."""

    url: str
    name: str


def attachments(response: TextResponse) -> tuple[Attachment, ...]:
    """The files of an article page, each once, in the order of the page."""
    found: dict[str, Attachment] = {}
    base = response.urljoin("")
    for place in _places(response):
        for href, name in _references(place):
            url = clean_url(base, _viewed(href))
            if url and url != response.url and _is_file(url):
                found.setdefault(url, Attachment(url, safe_name(name)))
    return tuple(found.values())


def _places(response: TextResponse) -> list[Selector]:
    bodies = list(response.css(", ".join(BODIES)))
    return [*bodies, *response.css(", ".join(ATTACHED))] if bodies else [response.selector]


def _references(place: Selector) -> Iterator[tuple[str, str]]:
    """(address, name) of everything in a part of a page that may be a file."""
    for anchor in place.css("a"):
        name = anchor.attrib.get("title") or "".join(anchor.css("::text").getall())
        yield anchor.attrib.get("href", ""), name
        for quoted in QUOTED.findall(anchor.attrib.get("onclick", "")):
            yield quoted, name
    for element in place.css("iframe, embed, object, [pdfsrc]"):
        for attribute in ("src", "data", "pdfsrc"):
            yield element.attrib.get(attribute, ""), element.attrib.get("title", "")


def _viewed(href: str) -> str:
    """The file that a viewer page shows: pdf.js and its kind carry its address in `file=`."""
    try:
        query = parse_qs(urlsplit(href).query)
    except ValueError:
        return ""
    for key in ("file", "pdfurl", "furl"):
        if key in query and FILE.search(query[key][0].partition("?")[0]):
            return query[key][0]
    return href


def _is_file(url: str) -> bool:
    parts = urlsplit(url)
    if PICTURE.search(parts.path):
        return False
    named = parse_qs(parts.query).get("filename", [""])[0]
    return bool(FILE.search(parts.path) or FILE.search(named) or DOWNLOAD.search(parts.path))


def safe_name(name: str) -> str:
    """A name as text: no control or direction characters, no end of line, at most 200 characters."""
    return "".join(c for c in " ".join(name.split()) if c.isprintable())[:NAME]


def disposition_name(header: bytes) -> str | None:
    """The file name in a Content-Disposition header: RFC 5987, percent-encoded, GBK or UTF-8 bytes."""
    message = Message()
    message["Content-Disposition"] = header.decode("latin-1")
    coded = message.get_param("filename", header="content-disposition")
    if coded is None:
        return None
    if isinstance(coded, tuple):
        charset, _, value = coded
        raw = value.encode("latin-1", "replace")
        return safe_name(_in(raw, charset)) or None
    return safe_name(decode(unquote_to_bytes(coded.encode("latin-1", "replace")))) or None


def _in(raw: bytes, charset: str | None) -> str:
    try:
        return raw.decode(charset or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return decode(raw)
