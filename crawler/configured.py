"""What Guangdong's disclosure platform (gkmlpt) writes into its pages: `window._CONFIG = { SID, TREE, DETAIL }`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.answers import at, number_of, rows_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

CONFIG = re.compile(r"\b_CONFIG\s{0,9}=\s{0,9}\{")
SID = re.compile(r"""\bSID["']?\s{0,9}:\s{0,9}["']?(\d{1,12})\b""")
VALUE = r"""\b{name}["']?\s{{0,9}}:\s{{0,9}}(?=[\[{{])"""
LONGEST_ADDRESS = 2000
DEEPEST, MOST = 12, 5000  # levels and categories of a tree that are looked at


@dataclass(frozen=True, slots=True)
class Category:
    """One category of the tree. `path` names it and those above it; `elsewhere` is where it leads if it is no list."""

    number: int
    path: tuple[str, ...]
    elsewhere: str = ""

    @property
    def name(self) -> str:
        """Its own name."""
        return self.path[-1]


def is_configured(text: str) -> bool:
    """Whether a page has a _CONFIG."""
    return bool(CONFIG.search(text))


def sid_of(text: str) -> str:
    """The number of the site; empty where it is not there."""
    begin = CONFIG.search(text)
    found = SID.search(text, begin.end()) if begin else None
    return found[1] if found else ""


def value_of(text: str, name: str) -> object:
    """The JSON that stands under a name of the _CONFIG; None where there is none."""
    begin = CONFIG.search(text)
    found = re.compile(VALUE.format(name=name)).search(text, begin.end()) if begin else None
    if not found:
        return None
    try:
        return json.JSONDecoder().raw_decode(text, found.end())[0]
    except (ValueError, RecursionError):
        return None


def categories(text: str) -> list[Category]:
    """Every category of the TREE, each before those below it."""
    tree = value_of(text, "TREE")
    found: list[Category] = []
    for category in _walk(tree if isinstance(tree, list) else [tree], ()):
        found.append(category)
        if len(found) >= MOST:
            break
    return found


def _walk(nodes: object, above: tuple[str, ...]) -> Iterator[Category]:
    for node in rows_of(nodes):
        number, path = number_of(node.get("id")), (*above, text_of(node.get("name")))
        below = rows_of(node.get("children")) if len(path) < DEEPEST else []
        if number is not None and path[-1]:
            yield Category(number, path, address_of(node.get("jump_url")))
        yield from _walk(below, path)


def address_of(value: object) -> str:
    """An address as it stands, or nothing: half of one would be another."""
    fits = isinstance(value, str) and len(value) <= LONGEST_ADDRESS
    return str(value).encode("utf-8", "replace").decode("utf-8").strip() if fits else ""


def files_of(text: str) -> list[tuple[str, str]]:
    """(address, name) of the files of an article whose page has them in its _CONFIG alone."""
    detail = value_of(text, "DETAIL")
    files = [*rows_of(at(detail, "attachment")), *rows_of(at(detail, "attachments"))]
    return [
        (url, text_of(file.get("name")) or text_of(file.get("title")))
        for file in files
        if (url := address_of(file.get("url")))
    ]
