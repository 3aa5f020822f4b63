"""Titles of reports in what a page does not print by itself: scripts, comments, hidden fields that a script shows."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, cast

from lxml.etree import XPath

from parsers import title_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

_TEXTS = XPath("//script[not(@src)]/text() | //comment() | //textarea/text() | //template//text()")
_OPEN = re.compile(r"公开|\\u516c\\u5f00", re.IGNORECASE)
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_ENDS = re.compile(r"[\"'<>\\{}\[\]=;\r\n\t]")
_BEFORE, _BEHIND = 360, 180  # characters, escaped ones among them
_MOST = 400  # places that are looked at


def hidden_titles(root: HtmlElement) -> Iterator[str]:
    """The titles of reports, with a body's name and a year, in a page's scripts, comments and hidden fields."""
    places = (
        (text, found.start())
        for one in cast("list[str | HtmlElement]", _TEXTS(root))
        if (text := one if isinstance(one, str) else one.text)
        for found in _OPEN.finditer(text)
    )
    for text, at in islice(places, _MOST):
        title = _around(text, at)
        facts = title_facts(title)
        if facts.kind == "report" and facts.year is not None and facts.publisher is not None:
            yield title


def _around(text: str, at: int) -> str:
    """What stands between the quotes or tags around a place."""
    before = _ESCAPED.sub(_character, text[max(0, at - _BEFORE) : at])
    behind = _ESCAPED.sub(_character, text[at : at + _BEHIND])
    return " ".join(f"{_ENDS.split(before)[-1]}{_ENDS.split(behind)[0]}".split())


def _character(escaped: re.Match[str]) -> str:
    return chr(int(escaped[1], 16))
