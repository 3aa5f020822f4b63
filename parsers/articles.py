"""Where the article of a page stands in the systems that we know, and the pictures that it shows in its text."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from parsers.model import Unreadable
from parsers.readers.html_tree import page_tree
from parsers.sections import outline

if TYPE_CHECKING:
    from collections.abc import Iterable

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
_FRAME_TAGS = frozenset({"header", "footer", "nav"})
_FRAME = re.compile(r"(?:^|[\s_-])(?:head|foot|nav|menu|banner|logo|share|qr|ewm)", re.IGNORECASE)
ENOUGH_SECTIONS = 3  # of a report's, in words
# Words that only the tables of sections three and four have: where they are not in a report's words, pictures may hold them.
_WITH_TABLES = frozenset("34")
_OF_TABLES = ("本年新收政府信息公开申请", "未经复议直接起诉")
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|bmp|tiff?|webp)$", re.IGNORECASE)


@lru_cache(maxsize=4096)
def _is_container(classes: str, name: str) -> bool:
    return name.lower() in _IDS or not _CLASSES.isdisjoint(classes.lower().split())


def _names(element: _Element) -> tuple[str, str]:
    return element.get("class") or "", element.get("id") or ""


def container_of(element: _Element) -> _Element | None:
    """The article's outermost container around an element; None where no system is known by it."""
    found = [
        around for around in element.iterancestors()
        if _is_container(*_names(around))
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

    Where no container of an article is known and the page's words are no whole report: all but those of its frame.
    """
    try:
        root = page_tree(body)
    except Unreadable:
        return ()
    elements: Iterable[_Element]
    if any(_is_container(*_names(element)) for element in root.iter()):
        elements = (element for element in root.iter("img", "a") if container_of(element) is not None)
    else:
        elements = loose_pictures(root)
    found: dict[str, None] = {}
    for element in elements:
        address = shown_by(element)
        if address and address[:5].lower() != "data:":
            found[address] = None
        if len(found) == MAX_ADDRESSES:
            break
    return tuple(found)


def loose_pictures(root: _Element) -> tuple[_Element, ...]:
    """The elements of the pictures that may hold a report, or its tables, on a page of a system that is not known."""
    if any(_is_container(*_names(element)) for element in root.iter()):
        return ()
    words = "\n".join(root.itertext())
    told = "".join(words.split())
    keys = {section.key for section in outline(words).sections}
    lacks_tables = keys >= _WITH_TABLES and not all(label in told for label in _OF_TABLES)
    if len(keys) >= ENOUGH_SECTIONS and not lacks_tables:
        return ()
    return tuple(element for element in root.iter("img") if not _is_of_the_frame(element))


def _is_of_the_frame(element: _Element) -> bool:
    """Whether a picture stands in the head, the foot or a menu of a page, or leads elsewhere."""
    for around in element.iterancestors():
        if around.tag in _FRAME_TAGS or _FRAME.search(" ".join(_names(around))):
            return True
        if around.tag == "a" and (around.get("href") or "") and not _is_picture(around.get("href") or ""):
            return True
    return False
