"""Whether the headings of a table, as a text has them, stand in the order of the form.

A program that takes text out of a document writes the headings one after the other, or line by line through all of
them, so that "商业企业" beside "科研机构" comes out as "商业 科研", "企业 机构". Both are followed to the last
character; headings of which anything is left over, or that stand in another order, are not understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from parsers.editions import DISPUTES, REQUESTS, editions
from parsers.labels import canonical, column_labels, row_labels
from parsers.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from parsers.editions import Axis

_NOTE = re.compile(r"\([^()]*\)")
_NOISE = re.compile(r"[\W_]+")
APPLICANTS, ORGANISATIONS, LAWSUITS = "申请人情况", "法人或其他组织", "行政诉讼"
# What the form prints in the corner of section three, without its punctuation.
CORNER = "本列数据的勾稽关系为第一项加第二项之和等于第三项加第四项之和"
# More ways than these to share out the pieces of headings are no headings.
MOST_STEPS = 20_000


def requests_in_order(text: str, official: Sequence[str], *, proved: bool) -> bool:
    """Whether these are the seven headings of section three in the form's order (columns' keys).

    Read row by row, "自然人" and "总计" stand beside "法人或其他组织", before the five kinds of it. A heading on a line
    of its own between the lines of the others has no known place: not good enough where it must be `proved`.
    """
    plain = _NOTE.sub("", normalise(text))
    leaves = column_labels(REQUESTS).exact
    found = _one_after_the_other(plain, (*leaves, APPLICANTS, ORGANISATIONS, CORNER))
    orders = (tuple(official), (official[0], official[-1], *official[1:-1]))
    if found is not None:
        return tuple(leaves[word] for word in found if word in leaves) in orders
    words = _labels(next(iter(editions().values())).requests.columns)
    over = (APPLICANTS, CORNER) if "勾稽" in normalise(text) else (APPLICANTS,)
    rows = ([words[0], ORGANISATIONS, words[-1]], words[1:-1])
    return _line_by_line(text, rows, over, chained={1} if proved else set())


def disputes_in_order(
    text: str, leaves: Sequence[str], groups: Sequence[str], repeats: int, *, proved: bool
) -> bool:
    """Whether these are the headings of section four in the form's order: `leaves` again for each of the groups."""
    plain = _NOTE.sub("", normalise(text))
    outcomes, procedures = column_labels(DISPUTES).exact, row_labels(DISPUTES).exact
    found = _one_after_the_other(plain, (*outcomes, *procedures, LAWSUITS))
    if found is not None:
        in_order = [outcomes[word] for word in found if word in outcomes] == [*leaves] * repeats
        over = [procedures.get(word, word) for word in found if word not in outcomes]
        return in_order and over in ([*groups], [groups[0], LAWSUITS, *groups[1:]])
    table = next(iter(editions().values())).disputes
    words, names = _labels(table.columns), _labels(table.rows)
    rows = ([names[0], LAWSUITS], names[1:], words * repeats)
    return _line_by_line(text, rows, (), chained={0, 1, 2} if proved else {0})


def _labels(axes: Sequence[Axis]) -> list[str]:
    return [canonical(axis.label) for axis in axes]


def _one_after_the_other(plain: str, words: tuple[str, ...]) -> list[str] | None:
    """The headings, where the text is nothing but whole ones."""
    text = _NOISE.sub("", plain)
    found = _pattern(words).findall(text)
    return found if sum(map(len, found)) == len(text) else None


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))


def _line_by_line(
    text: str, rows: Sequence[Sequence[str]], over: Sequence[str], *, chained: Collection[int]
) -> bool:
    """Whether every line is pieces of the headings from left to right, and all pieces together are the headings.

    Neighbours in the `chained` of the rows must stand side by side on some line: else their order is not proved.
    """
    headings = [*over, *(word for row in rows for word in row)]
    lines = [line for line in (_NOISE.sub("", normalise(line)) for line in text.split("\n")) if line]
    ranks = _ranks(rows, over)
    return _Search(headings, ranks, chained).solve(lines)


def _ranks(rows: Sequence[Sequence[str]], over: Sequence[str]) -> list[tuple[int, int]]:
    """For each heading its row and its place there."""
    return [(-1 - n, 0) for n in range(len(over))] + [
        (number, place) for number, row in enumerate(rows) for place in range(len(row))
    ]


@dataclass(frozen=True, slots=True)
class _State:
    """How many characters each heading has, on which lines it began and ended, and which stood side by side."""

    taken: tuple[int, ...]
    lines: tuple[tuple[int, int], ...]
    beside: frozenset[tuple[int, int]]

    def with_piece(self, heading: int, length: int, line: int, before: int | None) -> _State:
        """With the next characters of a heading, which stand right of heading `before` on this line."""
        first = line if self.lines[heading][0] < 0 else self.lines[heading][0]
        return _State(
            (*self.taken[:heading], self.taken[heading] + length, *self.taken[heading + 1 :]),
            (*self.lines[:heading], (first, line), *self.lines[heading + 1 :]),
            self.beside if before is None else self.beside | {(before, heading)},
        )


class _Search:
    """Shares out each line's pieces among headings; each heading takes its characters in order."""

    def __init__(
        self, headings: Sequence[str], ranks: Sequence[tuple[int, int]], chained: Collection[int]
    ) -> None:
        self.headings, self.ranks, self.chained, self.steps = headings, ranks, chained, 0

    def solve(self, lines: Sequence[str]) -> bool:
        """Whether the lines are the headings."""
        nowhere = tuple((-1, -1) for _ in self.headings)
        return self._line(lines, 0, _State((0,) * len(self.headings), nowhere, frozenset()))

    def _line(self, lines: Sequence[str], number: int, state: _State) -> bool:
        if number == len(lines):
            whole = all(done == len(word) for done, word in zip(state.taken, self.headings, strict=True))
            return whole and all(self._is_chained(row, state) for row in self.chained)
        return any(
            self._line(lines, number + 1, after) for after in self._shares(lines[number], number, state, {})
        )

    def _shares(self, rest: str, line: int, state: _State, last: dict[int, int]) -> Iterator[_State]:
        """Every way to share out the rest of a line; `last` is the last heading of each row on this line."""
        self.steps += 1
        if not rest:
            yield state
        if not rest or self.steps > MOST_STEPS:
            return
        for heading, word in enumerate(self.headings):
            row = self.ranks[heading][0]
            before = last.get(row)
            if before is not None and heading <= before:
                continue
            for length in range(_common(rest, word[state.taken[heading] :]), 0, -1):
                after = state.with_piece(heading, length, line, before)
                yield from self._shares(rest[length:], line, after, {**last, row: heading})

    def _is_chained(self, number: int, state: _State) -> bool:
        """Whether neighbours of a row stood side by side on some line, or one was whole before the next began."""
        row = [heading for heading, rank in enumerate(self.ranks) if rank[0] == number]
        return all(
            (one, other) in state.beside or state.lines[one][1] < state.lines[other][0]
            for one, other in pairwise(row)
        )


def _common(one: str, other: str) -> int:
    count = 0
    for first, second in zip(one, other, strict=False):
        if first != second:
            break
        count += 1
    return count
