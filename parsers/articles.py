"""Where the article of a page stands in the systems that we know, and the pictures that it shows in its text."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from parsers.model import Unreadable
from parsers.readers.charset import decode
from parsers.readers.html_tree import parse_tree

if TYPE_CHECKING:
    from lxml.etree import _Element

# The containers of an article's text, by their class and by their id.
CLASSES = (
    "TRS_Editor", "trs_editor_view", "TRS_UEDITOR", "UCAPCONTENT", "article-detail", "v_news_content",
    "article-content", "wp_articlecontent",
)  # fmt: skip
IDS = ("zoom", "Zoom", "UCAP-CONTENT", "UCAPCONTENT", "doZoom", "ivs_content")
# Where they list the files of an article, outside its text.
ATTACHED = (".fujian", ".attachment", ".attachments", ".cms-article-attach", ".appendix", "#fj", ".xgfj")
MAX_ADDRESSES = 200  # of one article, icons and all
_CLASSES = frozenset(name.lower() for name in (*CLASSES, *(one[1:] for one in ATTACHED if one[0] == ".")))
_IDS = frozenset(name.lower() for name in (*IDS, *(one[1:] for one in ATTACHED if one[0] == "#")))
# Scripts put these in the place of `src` when the picture comes into view; `src` is a grey box until then.
_LATER = ("data-original", "data-src", "data-lazy-src", "data-url", "original-src")
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|bmp|tiff?|webp)$", re.IGNORECASE)


@cache
def _is_container(classes: str, name: str) -> bool:
    return name.lower() in _IDS or not _CLASSES.isdisjoint(classes.lower().split())


def container_of(element: _Element) -> _Element | None:
    """The article's outermost container around an element; None where no system is known by it."""
    found = [
        around for around in element.iterancestors()
        if _is_container(around.get("class") or "", around.get("id") or "")
    ]  # fmt: skip
    return found[-1] if found else None


def shown_by(element: _Element) -> str:
    """The address of the picture that an element shows or leads to, as written; empty for none."""
    if element.tag == "a":
        href = (element.get("href") or "").strip()
        return href if _is_picture(href) and next(element.iter("img"), None) is None else ""
    larger = element.getparent()
    if larger is not None and larger.tag == "a" and _is_picture(larger.get("href") or ""):
        return (larger.get("href") or "").strip()
    for name in (*_LATER, "src", "href", "xlink:href", "data"):
        if address := (element.get(name) or "").strip():
            return address
    return ""


def _is_picture(href: str) -> bool:
    return bool(_PICTURE.search(href.strip().partition("?")[0]))


def page_pictures(body: bytes) -> tuple[str, ...]:
    """The addresses of the pictures in the text of a page's article, as written, in its order, each once.

    None where no container of an article is known: a page's frame has pictures without end.
    """
    try:
        root = parse_tree(decode(body))
    except Unreadable:
        return ()
    found: dict[str, None] = {}
    for element in root.iter("img", "a"):
        address = shown_by(element)
        if address and address[:5].lower() != "data:" and container_of(element) is not None:
            found[address] = None
        if len(found) == MAX_ADDRESSES:
            break
    return tuple(found)
