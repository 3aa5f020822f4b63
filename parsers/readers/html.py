"""Web pages: every visible table as a grid, and the whole visible text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers.model import Reading, Unreadable
from parsers.readers import text as words
from parsers.readers.charset import decode
from parsers.readers.html_asides import add_asides
from parsers.readers.html_cells import expand, lines
from parsers.readers.html_looks import Looks
from parsers.readers.html_pictures import names_in, pictures
from parsers.readers.html_scripts import filled_by, holds_table, markup_in
from parsers.readers.html_sheets import sheets
from parsers.readers.html_tree import own_title, parse_tree
from parsers.readers.html_walk import Walk, walk_tree

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["pictures", "read", "read_words"]

READER = "html"
MAX_BYTES = 8 * 2**20
# A script or an answer in JSON that holds the article as a string.
_SCRIPT = re.compile(
    r"\s{0,99}(?:(?:let|var|const|window|module|export)\b|[\w.$]{1,99}\s{0,9}[=(]\s{0,9}[\"'{(]|[{\[])"
)
# Words of the form's three tables that no heading has.
_MARKS = ("行政许可", "申请人情况", "结果维持")


def read(body: bytes) -> Reading:
    """The tables of a page and its text, as a browser shows it; tables out of sight that the page shows nowhere else.

    Raises Unreadable (empty, broken, too_large).
    """
    root, walk = _walk(body, everywhere=False)
    if _is_made_of_other_things(walk):
        return read_words(body)
    return Reading(READER, expand(walk.tables), lines(walk.parts), own_title(root), unread=names_in(root))


def read_words(body: bytes) -> Reading:
    """The text of a page whose tables are made of other things than tables: read as a text file is."""
    root, walk = _walk(body, everywhere=True)
    return Reading(words.READER, (), lines(walk.parts), own_title(root), unread=names_in(root))


def _walk(body: bytes, *, everywhere: bool) -> tuple[_Element, Walk]:
    if len(body) > MAX_BYTES:
        message = f"the page has {len(body)} bytes; more than {MAX_BYTES} are not read"
        raise Unreadable("too_large", message)
    text = decode(body)
    if _SCRIPT.match(text) and holds_table(text):
        text = markup_in(text, script=True) or text
    root = parse_tree(text)
    walk = Walk(Looks(sheets(root)), filled_by(root), everywhere)
    walk_tree(root, walk)
    if walk.asides:
        add_asides(walk)
    return root, walk


def _is_made_of_other_things(walk: Walk) -> bool:
    """Whether the words of the form stand in the text and none of them in a table."""
    texts = ("".join(td.text.split()) for table in walk.tables for row in table for td in row)
    if any(mark in text for text in texts for mark in _MARKS):
        return False
    whole = "".join("".join(walk.parts).split())
    return all(mark in whole for mark in _MARKS)
