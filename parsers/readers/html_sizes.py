"""Type beside type in a cell: digits in much smaller type, or a link down the page, are the mark of a note.

Sizes are in pixels as browsers take them; a size of unknown unit is not known.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from parsers.readers.html_cells import is_figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from parsers.readers.html_cells import Td
    from parsers.readers.html_looks import Looks

# So much of its neighbour's size, or less, and it is no part of the same number.
SMALLER = 0.75
# In pixels: type of which nothing is said, and the least that a page sets its tables in.
_USUAL, _SMALL = 16.0, 12.0
_MARK = re.compile(r"[\d\s\[\]()（）*]+")


def is_note(element: _Element, cell: Td, looks: Looks) -> bool:
    """Whether an element of a cell is digits that the text beside them cannot be read together with."""
    words = "".join(element.itertext()).strip()
    if not _MARK.fullmatch(words) or words == cell.words or not is_figure(cell.words):
        return False
    if element.tag == "a" and (element.get("href") or "").startswith("#"):
        return True
    own = max(_sizes(element, looks), default=0.0)
    return own <= SMALLER * max(_sizes(cell.element, looks), default=0.0)


def _sizes(element: _Element, looks: Looks) -> Iterator[float]:
    """The size of every text in an element."""
    for one in element.iter():
        if (one.text or "").strip():
            yield _size_of(one, looks)
        if one is not element and (one.tail or "").strip():
            yield _size_of(one.getparent(), looks)


def _size_of(element: _Element | None, looks: Looks) -> float:
    """The size of an element's own text: its own, or as many times that around it as it says."""
    times, usual = 1.0, _USUAL
    while element is not None:
        tag: Any = element.tag
        look = looks.of(element, tag)
        said = look.size
        if look.names:  # a sheet that is not known may say its size
            usual = _SMALL
        if said > 0:
            return times * said
        times *= -said or 1.0
        element = element.getparent()
    return times * usual
