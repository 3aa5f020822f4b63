"""Markup to a tree: nothing is fetched, no entity is followed, and what is too deep or too much is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from parsers.model import Unreadable

if TYPE_CHECKING:
    from lxml.etree import _Element

# Ends a block or a line; no page prints it, and those that hold it lose it.
BREAK = "\x1e"
_NEVER_PRINTED = dict.fromkeys((0, ord(BREAK)))


def parse_tree(text: str) -> _Element:
    """The tree of a page. Raises Unreadable (broken, empty, too_large)."""
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    if "\x00" in text or BREAK in text:
        text = text.translate(_NEVER_PRINTED)
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
