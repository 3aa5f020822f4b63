"""Markup to a tree: nothing is fetched, no entity is followed, and what is too deep or too much is refused."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree

from parsers.model import Unreadable
from parsers.readers.charset import decode
from parsers.readers.html_ends import without_early_ends
from parsers.titles import title_facts

if TYPE_CHECKING:
    from lxml.etree import _Element

# Ends a block or a line; no page prints it, and those that hold it lose it.
BREAK = "\x1e"
# Opening and closing ones together: the tree of as many takes some 100 MB. Real pages have some thousands.
MAX_TAGS = 300_000
_NEVER_PRINTED = dict.fromkeys((0, ord(BREAK)))


def parse_tree(text: str) -> _Element:
    """The tree of a page. Raises Unreadable (broken, empty, too_large)."""
    if text.count("<") > MAX_TAGS:
        raise Unreadable("too_large", f"the page has more than {MAX_TAGS} tags")
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    if "\x00" in text or BREAK in text:
        text = text.translate(_NEVER_PRINTED)
    text = without_early_ends(text)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        message = f"no markup that a browser would show: {error.msg}"
        raise Unreadable("broken", message) from error
    if root is None:
        raise Unreadable("empty", "the page has no content")
    for complaint in parser.error_log:
        if "depth" in complaint.message.lower():  # libxml2 drops what lies deeper, without an error
            raise Unreadable("too_large", f"the page is nested too deeply: {complaint.message}")
    return root


@lru_cache(maxsize=1)
def page_tree(body: bytes) -> _Element:
    """The tree of a page's bytes, kept for the next look at the same page: it must not be changed. Raises Unreadable."""
    return parse_tree(decode(body))


def own_title(root: _Element) -> str | None:
    """What a page calls itself: the article's title in its metas; else, of its title and its first headings, the one
    that is a report's; else the first of these, or a lesser heading."""
    for meta in root.iter("meta"):
        if (meta.get("name") or "").lower() == "articletitle" and (
            content := (meta.get("content") or "").strip()
        ):
            return content
    titles = _texts(root, "title") + _texts(root, "h1")
    report = next((title for title in titles if title_facts(title).kind == "report"), None)
    return report or next(iter(titles or _texts(root, "h2")), None)


def _texts(root: _Element, tag: str) -> list[str]:
    texts = (" ".join("".join(element.itertext()).split()) for element in root.iter(tag))
    return [text for text in texts if text]
