"""Several readings of one report, and what may be claimed from them.

A figure is sure when a grid and the token stream of the text say the same, or when the grids of two libraries do, or
when the words alone do in two libraries. What only one reading says, or what the readings say differently, is
"unsure": no value, and a finding.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parsers import doubts
from parsers.editions import key_order
from parsers.model import Figure
from parsers.readers.stream import supported
from parsers.rows import number_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from parsers.doubts import Doubt
    from parsers.model import Cell, Finding, Value
    from parsers.rows import Harvest, Taken


# The readers' sign for what stands raised or drawn beside a number.
MARK = "^"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What one reading says of one key. `doubt`: why it cannot stand by itself. `in_text`: the text confirms it."""

    key: str
    cell: Cell
    unit: str | None
    label: str
    doubt: Doubt | None = None
    in_text: bool = False


Candidates = dict[str, Candidate]


@dataclass(frozen=True, slots=True)
class Judged:
    """The figures of a report in the order of the form, those that two readings saw alike, and what is not sure."""

    figures: tuple[Figure, ...]
    findings: tuple[Finding, ...]
    confirmed: frozenset[str]

    @property
    def unsure(self) -> bool:
        """Whether any figure could not be claimed."""
        return any(figure.state == "unsure" for figure in self.figures)


def candidates(harvest: Harvest, text: str) -> Candidates:
    """What a reading's tables say of each key, and whether the text says the same."""
    by_text = supported(harvest, text)
    found: Candidates = {}
    for taken in harvest.taken:
        for one in _of_row(taken):
            found[one.key] = _once(found.get(one.key), replace(one, in_text=one.key in by_text))
    return found


def word_candidates(harvest: Harvest) -> Candidates:
    """What the words of a text alone say: a row whose total does not fit its parts may hold a page number."""
    found: Candidates = {}
    for taken in harvest.taken:
        row = list(_of_row(taken))
        if not _adds_up(row):
            row = [replace(one, doubt=one.doubt or doubts.DOES_NOT_ADD_UP) for one in row]
        found.update((one.key, _once(found.get(one.key), one)) for one in row)
    return found


def _adds_up(row: list[Candidate]) -> bool:
    parts = [number_in(one.cell).value or 0 for one in row if not one.key.endswith(".total")]
    total = [number_in(one.cell).value or 0 for one in row if one.key.endswith(".total")]
    return not total or [sum(parts)] == total


def _of_row(taken: Taken) -> Iterable[Candidate]:
    cells = taken.cells if len(taken.cells) == len(taken.keys) else taken.cells[:1] * len(taken.keys)
    for key, cell in zip(taken.keys, cells, strict=True):
        yield Candidate(key, cell, taken.unit, taken.label, taken.doubt or _own_doubt(cell))


def _own_doubt(cell: Cell) -> Doubt | None:
    number = number_in(cell)
    if number.state == "unsure":
        return doubts.not_understood(cell.text)
    if number.state == "blank" and not cell.closed:
        return doubts.MAYBE_NOT_EMPTY
    return None


def _once(first: Candidate | None, again: Candidate) -> Candidate:
    """A key that appears twice must say the same twice."""
    if first is None:
        return again
    same = _value(first) == _value(again)
    return first if same else replace(first, doubt=doubts.TWICE)


def judge(
    one: Mapping[str, Candidate], other: Mapping[str, Candidate], words: Mapping[str, Candidate], edition: str
) -> Judged:
    """The figures that may be claimed from two grids and from words that two libraries (or a text file) agree on."""
    order = key_order(edition)
    chosen = [
        _with_words(_choose(one.get(key), other.get(key)), words.get(key))
        for key in sorted({*one, *other, *words}, key=order.__getitem__)
    ]
    confirmed = {key for key in one.keys() & other.keys() if _value(one[key]) == _value(other[key])}
    confirmed |= {key for key in words if key in one and _value(words[key]) == _value(one[key])}
    findings = doubts.findings([(c.key, c.label, c.doubt, c.cell.origin) for c in chosen if c.doubt])
    return Judged(tuple(map(_figure, chosen)), findings, frozenset(confirmed))


def _value(one: Candidate) -> tuple[str, Value]:
    number = number_in(one.cell)
    return number.state, number.value


def _choose(one: Candidate | None, other: Candidate | None) -> Candidate | None:
    """The candidate of two grids that can stand, or one that says why none can."""
    for candidate in (one, other):
        if candidate and candidate.doubt and MARK in candidate.cell.text:
            return candidate  # one library saw ink or raised digits that another may not see
    clean = [candidate for candidate in (one, other) if candidate and not candidate.doubt]
    if len(clean) == 2:  # noqa: PLR2004 - both
        return _of_two(*clean)
    if clean:
        inked = any(c and c.doubt is doubts.MAYBE_NOT_EMPTY and c.cell.closed is False for c in (one, other))
        if inked and number_in(clean[0].cell).state == "blank":
            return replace(clean[0], doubt=doubts.MAYBE_NOT_EMPTY)
        return clean[0] if clean[0].in_text else replace(clean[0], doubt=doubts.TEXT_DIFFERS)
    return one or other


def _of_two(one: Candidate, other: Candidate) -> Candidate:
    """Two libraries that agree need no text. Where only one sees a number, the text must have it."""
    if _value(one) == _value(other):
        return one
    numbers = [candidate for candidate in (one, other) if number_in(candidate.cell).state == "number"]
    if len(numbers) == 1 and numbers[0].in_text:
        return numbers[0]
    return replace(one, doubt=doubts.differ(one.cell.text, other.cell.text))


def _with_words(grid: Candidate | None, words: Candidate | None) -> Candidate:
    """Words speak where the tables do not; a table that says another number silences them."""
    if grid is None or words is None:
        alone = grid or words
        assert alone is not None  # noqa: S101 - judge asks only for keys that a reading has
        return alone
    if not grid.doubt or MARK in grid.cell.text:
        return grid
    against = number_in(grid.cell).state == "number" and _value(grid) != _value(words)
    structural = grid.doubt in {doubts.MERGED, doubts.HEADINGS}
    return grid if against and not structural else words


def _figure(one: Candidate) -> Figure:
    text = one.cell.text.strip()
    if one.doubt:
        return Figure(one.key, None, text, None, "unsure", one.cell.origin)
    number = number_in(one.cell)
    unit = (number.unit or one.unit) if number.state == "number" else None
    return Figure(one.key, number.value, text, unit, number.state, one.cell.origin)
