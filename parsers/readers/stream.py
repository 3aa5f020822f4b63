"""The second reading: the text as a stream of stand-alone numbers, told apart by the words between them.

It knows nothing of tables. A grid whose rows give the same numbers in the same order as the text between the same
words is confirmed; a grid that shifted, split, dropped or merged a cell is not.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from parsers.editions import DISCLOSURE, DISPUTES, REQUESTS
from parsers.normalise import comparable, compatible
from parsers.numbers import NOT_NUMBER, read_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from parsers.rows import Harvest, Taken

_PAGE_NUMBER = re.compile(
    r"^[ \t]*(?:[-—–]+[ \t]*\d{1,4}[ \t]*[-—–]+|第[ \t]*\d+[ \t]*页.*)[ \t]*$", re.MULTILINE
)


def spaced(words: str) -> str:
    """A pattern for words that the layout may have torn apart anywhere."""
    return r"\s*".join(map(re.escape, words))


# Where the words of a table begin: the first place that counts; headings hold no stand-alone number.
_STARTS = {
    table: tuple(re.compile(spaced(words)) for words in several)
    for table, several in {
        DISCLOSURE: ("第二十条第(一)项", "本年制发件数", "本年新制作数量"),
        REQUESTS: ("申请人情况", "勾稽关系"),
        DISPUTES: ("未经复议", "复议后起诉", "结果维持"),
    }.items()
}
_END = re.compile(r"五\s*、.{0,20}?" + spaced("问题"), re.DOTALL)


def fold(text: str) -> str:
    """The text in one spelling but with its white space, and without page numbers."""
    if text.isascii():  # nearly every cell of figures
        return _PAGE_NUMBER.sub("", text)
    return compatible(comparable(_PAGE_NUMBER.sub("", text)))


def tokens(text: str) -> tuple[str, ...]:
    """Every stand-alone number, or sign for none, as it is printed between white space."""
    return tuple(word for word in text.split() if _counts(word))


@lru_cache(maxsize=4096)
def _of_cell(text: str) -> tuple[str, ...]:
    return tokens(fold(text))


def _counts(word: str) -> bool:
    return word in NOT_NUMBER or read_number(word).state == "number"


def regions(text: str) -> dict[str, tuple[int, int]]:
    """Where the words of each table stand in a folded text; tables without a beginning are left out."""
    found: list[tuple[str, int, int]] = []
    position = 0
    for table, patterns in _STARTS.items():
        matches = [match for pattern in patterns if (match := pattern.search(text, position))]
        if matches:
            first = min(matches, key=re.Match.start)
            found.append((table, first.start(), first.end()))
            position = first.end()
    end = _END.search(text, position)
    stops = [*(start for _, start, _ in found[1:]), end.start() if end else len(text)]
    return {table: (begin, stop) for (table, _, begin), stop in zip(found, stops, strict=bool(found))}


@lru_cache(maxsize=4)  # a document is asked for its tables' words several times
def words_of_tables(text: str) -> Mapping[str, str]:
    """The folded words of each table that begins somewhere in a text."""
    folded = fold(text)
    return {table: folded[slice(*place)] for table, place in regions(folded).items()}


def supported(harvest: Harvest, text: str) -> frozenset[str]:
    """The keys whose figures the text confirms: whole tables where all agrees, else row by row."""
    parts = words_of_tables(text)
    keys: set[str] = set()
    for table, rows in harvest.rows.items():
        taken = [one for one in harvest.taken if one.table == table]
        stream = tokens(parts.get(table, ""))
        seen = tuple(token for row in rows for cell in row.own for token in _of_cell(cell.text))
        if table in parts and _same(seen, stream, open_end=table == DISPUTES):
            keys.update(key for one in taken for key in one.keys)
        else:
            keys.update(_rows_supported(taken, parts.get(table, "")))
    return frozenset(keys)


def _same(seen: tuple[str, ...], stream: tuple[str, ...], *, open_end: bool) -> bool:
    """Notes and the next section may follow the last table; before it, nothing may be left over."""
    return seen == (stream[: len(seen)] if open_end else stream)


def _rows_supported(taken: Sequence[Taken], text: str) -> Iterable[str]:
    """Each row alone: the numbers between its label and the label of the next row."""
    places: list[tuple[Taken, int, int]] = []
    position = 0
    for one in taken:
        match = re.compile(spaced("".join(fold(one.label).split()))).search(text, position)
        if match:
            places.append((one, match.start(), match.end()))
            position = match.end()
    stops = [*(start for _, start, _ in places[1:]), len(text)]
    for (one, _, begin), stop in zip(places, stops, strict=bool(places)):
        if _row_supported(one, tokens(text[begin:stop])):
            yield from one.keys


def _row_supported(one: Taken, stream: tuple[str, ...]) -> bool:
    """A row without an empty cell leaves no room: one number more behind it is a page number."""
    seen = tuple(token for cell in dict.fromkeys(one.cells) for token in _of_cell(cell.text))
    full = len(seen) == len(one.cells)
    return bool(seen) and (seen == stream or (full and seen == stream[:-1]))
