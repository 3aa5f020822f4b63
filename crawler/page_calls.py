"""The call of createPageHTML or createPage in a list page: how many pages there are, and which one this is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product

CALL = re.compile(r"(?<!function )\bcreatePage(?:HTML)?[ \t]{0,9}\(([^()]{1,400})\)")
ARGUMENT = re.compile(r"""\s*(?:(\d{1,9})|"([^"]{0,200})"|'([^']{0,200})')\s*""")
COMMENTED = re.compile(r"(?<!:)//")
COUNTED = re.compile(r"\bcountPage\s{0,9}=\s{0,9}[\"']?(\d{1,6})")
CURRENT = re.compile(r"\bcurrentPage\s{0,9}=\s{0,9}[\"']?(\d{1,6})")
# The pieces from which an older pager puts its addresses together: "index_" + n + ".htm", "index" + "_" + n
NAMES = re.compile(r"[\"'=/](\w{1,40}?)(?:_[\"']|[\"']\s{0,5}\+\s{0,5}[\"']_[\"'])\s{0,5}\+")
EXTENSIONS = re.compile(r"\+\s{0,5}[\"']\.(s?html?)\b")
FILE = re.compile(r"[\w./-]{1,80}\.\w{1,8}")
FILE_NUMBER = re.compile(r"_(\d{1,5})\.s?html?$", re.IGNORECASE)
FEWEST_STRINGS = 2  # a name and an extension
MOST_CALLS, LINE, FAR = 50, 500, 5000


@dataclass(frozen=True, slots=True)
class PageCall:
    """One call. `named`: an element's name stands first, as 开普 UCAP writes it; `last` is the number after the two."""

    pages: int
    here: int
    name: str = "index"
    extension: str = "html"
    named: bool = False
    last: int | None = None

    def first(self, page: int, url: str) -> int | None:
        """From which number it counts, 0 or 1, if the `page`-th page (from 1) makes this call; None if it cannot be.

        TRS counts from 0. With an element's name first, systems count from 0 or from 1: the address of a later page
        says which, and on the first page its own number.
        """
        if not self.named:
            alone = page == self.here == self.pages == 1
            return 0 if self.here == page - 1 else (1 if alone else None)
        found = FILE_NUMBER.search(url.partition("?")[0]) if page > 1 else None
        bases = (int(found[1]) - page + 1,) if found else (0, 1)
        return next((base for base in bases if base in (0, 1) and self.here == page - 1 + base), None)

    def file(self, page: int, first: int) -> str:
        """The file of the page after the `page`-th."""
        return f"{self.name}_{page + first}.{self.extension}"


def page_calls(text: str) -> set[PageCall]:
    """All different calls in a page that are not behind `//` on their line, or what older pages set instead of one."""
    calls = set()
    for _, found in zip(range(MOST_CALLS), CALL.finditer(text), strict=False):
        if call := _call(found[1]) if _is_live(text, found.start()) else None:
            calls.add(call)
    return calls or _variables(text)


def _is_live(text: str, start: int) -> bool:
    line = text[max(0, start - LINE) : start].rpartition("\n")[2]
    if COMMENTED.search(line):
        return False
    before = text[max(0, start - FAR) : start]
    comment = before[before.rfind("<!--") :] if "<!--" in before else ""
    if comment and "-->" not in comment and "<script" in comment.lower():
        return False  # the script itself is commented out; some hide their code in a comment within it
    code = before[before.lower().rfind("<script") :]
    return code.rfind("/*") <= code.rfind("*/")


def _call(text: str) -> PageCall | None:
    """A call with literal arguments, in any of their orders; None for one with variables."""
    arguments: list[int | str] = []
    position = 0
    while found := ARGUMENT.match(text, position):
        number, double, single = found.groups()
        word = (double or single or "").strip()
        digits = number or (word if word.isdecimal() and word.isascii() else "")
        arguments.append(int(digits[:9]) if digits else word)
        position = found.end()
        if position == len(text):
            return _sorted_out(arguments)
        if text[position] != ",":
            return None
        position += 1
    return None


def _sorted_out(arguments: list[int | str]) -> PageCall | None:
    numbers = [argument for argument in arguments if isinstance(argument, int)]
    strings = [argument for argument in arguments if isinstance(argument, str)]
    if not numbers:
        return None
    named = isinstance(arguments[0], str) and len(strings) != FEWEST_STRINGS
    files = strings[1:] if named else strings
    name, extension = files[:2] if len(files) >= FEWEST_STRINGS else ("index", "html")
    if not FILE.fullmatch(f"{name}.{extension.lstrip('.')}"):
        return None
    first, second, *rest = [*numbers, 0] if len(numbers) == 1 else numbers
    if not named:  # whichever comes first, no page has a higher number than there are pages
        first, second = max(first, second), min(first, second)
    return PageCall(first, second, name, extension.lstrip("."), named, rest[0] if rest else None)


def _variables(text: str) -> set[PageCall]:
    """Older pages set `countPage` and `currentPage` and write their pager with them."""
    if "countPage" not in text:
        return set()
    counts, currents = _few(COUNTED, text), _few(CURRENT, text)
    if not counts or not currents:
        return set()
    names, extensions = _few(NAMES, text) or ["index"], _few(EXTENSIONS, text) or ["html"]
    return {
        PageCall(int(count), int(current), name, extension)
        for count, current, name, extension in product(counts, currents, names, extensions)
    }


def _few(pattern: re.Pattern[str], text: str) -> list[str]:
    """The different values of a pattern; two are as contradictory as many."""
    found: dict[str, None] = {}
    for match in pattern.finditer(text):
        found[match[1]] = None
        if len(found) > 1:
            break
    return list(found)
