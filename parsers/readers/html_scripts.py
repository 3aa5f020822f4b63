"""What a page's own scripts do to its tables: markup that they hold as strings, and cells that they fill."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

from parsers.numbers import UNKNOWN_GLYPH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

# However it is written in a string: <table, \u003ctable, \x3ctable, &lt;table.
_TABLE = re.compile(r"(?:<|\\u003c|\\x3c|&lt;|%3c)table\b", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2})|(\r\n|[\s\S]))")
_LETTERS = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "b": "",
    "f": "",
    "v": "",
    "0": "",
    "\n": "",
    "\r\n": "",
    "\r": "",
}
_QUOTE = re.compile("[\"'`]")
_ENDS = {quote: re.compile(rf"[\\{quote}]" if quote == "`" else rf"[\\\n{quote}]") for quote in "\"'`"}
_JOINED = re.compile(r"\s{0,99}\+\s{0,99}")
_HOLE = re.compile(r"\$\{[^{}]{0,200}\}")
_LAST_UNIT = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)
_MAX_SCRIPTS = 4_000_000

_WRITES = re.compile(
    r"innerHTML|innerText|textContent|outerHTML|nodeValue|insertAdjacent|createTextNode|replaceWith"
    r"|\.(?:html|text|append|prepend|val|load|replace_?with)\s{0,9}\(\s{0,9}[^\s)]"
)
_WRITING = (
    "inner",
    "textContent",
    "outerHTML",
    "nodeValue",
    "Adjacent",
    "TextNode",
    "replace",
    ".html",
    ".text",
    ".append",
    ".prepend",
    ".val",
    ".load",
)
# A name put together while the script runs: which element it means cannot be told.
_ANY_NAME = re.compile(
    r"""getElementById\(\s{0,9}[^"'\s)]|["']#["']\s{0,9}\+|`#\$\{|getElementById\(\s{0,9}["'][^"'\n]{0,99}["']\s{0,9}\+|["']#[\w-]{1,99}["']\s{0,9}\+"""
)
# Cells by their place: `row.cells[2].innerText = `, `$("#t td").eq(3).html(`, `insertCell(`.
_ANY_CELL = re.compile(
    r"""\bcells\s{0,9}(?:\[[^\]\n]{0,99}\]|\.item\([^)\n]{0,99}\))\s{0,9}\.(?:inner|textContent)|\binsertCell\b"""
    r"""|["'][^"'\n]{0,99}\bt[dh]\b[^"'\n]{0,99}["']\s{0,9}\)(?:\[[^\]\n]{0,99}\])?"""
    r"""(?:\.\w{1,20}\([^()\n]{0,99}\)){0,3}\.(?:(?:html|text|append)\(\s{0,9}[^\s)]|inner|textContent)"""
)
_NAME = re.compile(r"""["'`]([#.]?[\w-]{1,99})["'`]""")


@dataclass(frozen=True, slots=True)
class Filled:
    """What scripts write into: elements by name, any element with an id, any cell."""

    names: frozenset[str] = frozenset()
    any_id: bool = False
    any_cell: bool = False

    def has(self, names: tuple[str, ...]) -> bool:
        """Whether an element with these names (".class", "#id") may be written into."""
        if self.any_id and any(name.startswith("#") for name in names):
            return True
        return any(name in self.names or name[1:] in self.names for name in names)


NOTHING = Filled()


def filled_by(root: _Element) -> Filled:
    """What the page's own scripts may write into after it has come."""
    written = [script.text or "" for script in root.iter("script") if script.get("src") is None]
    scripts = "\n".join(written)[:_MAX_SCRIPTS]
    if not any(word in scripts for word in _WRITING) or not _WRITES.search(scripts):
        return NOTHING
    return Filled(
        frozenset(_NAME.findall(scripts)), bool(_ANY_NAME.search(scripts)), bool(_ANY_CELL.search(scripts))
    )


def holds_table(text: str) -> bool:
    """Whether a text holds the markup of a table, however escaped."""
    return bool(_TABLE.search(text))


def markup_in(text: str, *, script: bool) -> str:
    """The markup of tables that a text holds: the strings of a script that have one, or the whole of a textarea."""
    found = [part for part in strings(text) if holds_table(part)] if script else [text]
    return "\n".join(
        unescape(part) if "&lt;" in part and "<table" not in part.lower() else part for part in found
    )


def strings(script: str) -> Iterator[str]:
    """The strings of a script, each read to its end; those that "+" joins are one, with U+FFFD for what is not told."""
    place, joined, end = 0, "", -1
    while quote := _QUOTE.search(script, place):
        stop = _end_of(script, quote.end(), quote[0])
        if stop is None:  # a sign in a comment: the rest of its line is left
            place = script.find("\n", quote.end()) if quote[0] != "`" else -1
            if place < 0:
                break
            continue
        if end >= 0 and _JOINED.fullmatch(script, end, quote.start()):
            pass
        elif end >= 0 and _is_hole(script, end, quote.start()):
            joined += UNKNOWN_GLYPH
        else:
            yield joined
            joined = ""
        joined += _plain(script[quote.end() : stop], quote[0])
        place = end = stop + 1
    yield joined


def _is_hole(script: str, begin: int, stop: int) -> bool:
    """Whether between two strings a variable is joined to both."""
    between = script[begin:stop].strip() if stop - begin <= 200 else ""  # noqa: PLR2004 - no name is longer
    return between.startswith("+") and between.endswith("+") and ";" not in between


def _end_of(script: str, place: int, quote: str) -> int | None:
    """Where the quote is that ends a string; None where its line ends first."""
    while match := _ENDS[quote].search(script, place):
        if match[0] == quote:
            return match.start()
        if match[0] == "\n":
            return None
        place = match.end() + 1
    return None


def _plain(written: str, quote: str) -> str:
    if quote == "`":
        written = _HOLE.sub(UNKNOWN_GLYPH, written)
    return _ESCAPE.sub(_character, written) if "\\" in written else written


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code is None:
        return _LETTERS.get(match[4], match[4])
    number = int(code, 16)
    return chr(number) if number <= _LAST_UNIT and number not in _SURROGATES else UNKNOWN_GLYPH
