"""Several readings of one report, and what may be claimed from them.

A figure is sure when a table and the token stream of the text say the same, or when the tables of two readings do, or
when the words alone do in two libraries. What only one reading says, or what the readings say differently, is
"unsure": no value, a finding, and what each reading says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import starmap
from typing import TYPE_CHECKING

from parsers import doubts
from parsers.editions import key_order
from parsers.gaps import MAY_BE_ANOTHERS
from parsers.model import Alternative, Figure
from parsers.normalise import normalise
from parsers.numbers import UNKNOWN_GLYPH
from parsers.readers.stream import supported
from parsers.rows import number_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from parsers.doubts import Doubt
    from parsers.model import Cell, Finding, Value
    from parsers.numbers import Number
    from parsers.rows import Harvest, Taken


# The readers' sign for what stands raised or drawn beside a number.
MARK = "^"
# Doubts of where a cell belongs, not of what it holds.
_OF_PLACE = frozenset({doubts.MERGED, doubts.HEADINGS})
# The structure tree: which cell a text belongs to is what its producer says, and no more; it only confirms others.
TAGS = "tags"
# Readers whose cells are known by their words' places alone: a blank of theirs has no edges, and needs another reading.
PLACED = frozenset({"words", "pdfplumber words"})
# Readers that see no lines: what they do not know of a cell's edges says nothing against those that do.
UNRULED = PLACED | {TAGS}


@dataclass(frozen=True, slots=True)
class Candidate:
    """What one reading says of one key. `doubt`: why it cannot stand by itself. `in_text`: the text confirms it.

    `number` is what the cell says. `full_row`: no cell of its row is blank, so that the text confirms its place, too.
    """

    key: str
    cell: Cell
    number: Number
    unit: str | None
    label: str
    doubt: Doubt | None = None
    in_text: bool = False
    full_row: bool = False


Candidates = dict[str, Candidate]


@dataclass(frozen=True, slots=True)
class Judged:
    """The figures of a report in the order of the form, those that two readings saw alike, and what is not sure.

    `may_be_anothers`: keys of rows whose label was not found, where a row without a known label may be theirs.
    """

    figures: tuple[Figure, ...]
    findings: tuple[Finding, ...]
    confirmed: frozenset[str]
    may_be_anothers: frozenset[str]

    @property
    def unsure(self) -> bool:
        """Whether any figure could not be claimed."""
        return any(figure.state == "unsure" for figure in self.figures)


def candidates(harvest: Harvest, text: str, reader: str) -> Candidates:
    """What a reading's tables say of each key, and whether the text says the same.

    Where figures stand under no row that is known, a row without any may be theirs: only edges could tell.
    """
    by_text = supported(harvest, text)
    ownerless = {row.table for row in harvest.unknown} if reader in PLACED else set()
    found: Candidates = {}
    for taken in harvest.taken:
        row = list(_of_row(taken, by_text))
        if taken.table in ownerless and all(one.number.state == "blank" for one in row):
            row = [replace(one, doubt=one.doubt or doubts.MAYBE_NOT_EMPTY) for one in row]
        for one in row:
            found[one.key] = _once(found.get(one.key), one)
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
    parts = [one.number.value or 0 for one in row if not one.key.endswith(".total")]
    total = [one.number.value or 0 for one in row if one.key.endswith(".total")]
    return not total or [sum(parts)] == total


def _of_row(taken: Taken, by_text: Collection[str] = ()) -> Iterable[Candidate]:
    cells = taken.cells if len(taken.cells) == len(taken.keys) else taken.cells[:1] * len(taken.keys)
    full = all(cell.text.strip() for cell in cells)
    for key, cell in zip(taken.keys, cells, strict=True):
        number = number_in(cell)
        doubt = taken.doubt or _own_doubt(cell, number)
        yield Candidate(key, cell, number, taken.unit, taken.label, doubt, key in by_text, full)


def _own_doubt(cell: Cell, number: Number) -> Doubt | None:
    if number.state == "unsure":
        return doubts.not_understood(cell.text)
    if number.state == "blank" and not cell.closed:
        return doubts.INKED if cell.inked else doubts.MAYBE_NOT_EMPTY
    return None


def _once(first: Candidate | None, again: Candidate) -> Candidate:
    """A key that appears twice must say the same twice."""
    if first is None:
        return again
    same = _value(first) == _value(again)
    return first if same else replace(first, doubt=doubts.TWICE)


@dataclass(frozen=True, slots=True)
class Seen:
    """What one reading says. `words`: what its words say beside its tables, where two libraries agree on them.

    `confirms`: it comes from another library than the first reading, so that what both say is what is printed.
    """

    reader: str
    tables: Candidates
    words: Candidates
    confirms: bool


def judge(seen: Sequence[Seen], edition: str) -> Judged:
    """The figures that may be claimed from several readings of one report, the first one first."""
    order = key_order(edition)
    keys = sorted({key for one in seen for key in (*one.tables, *one.words)}, key=order.__getitem__)
    chosen = [_judge_one(seen, key) for key in keys]
    doubted = [(c.key, c.label, c.doubt, c.cell.origin) for c, _ in chosen if c.doubt]
    confirmed = frozenset(one.key for one, _ in chosen if _is_confirmed(one, seen))
    lost = frozenset(one.key for one, _ in chosen if one.doubt is MAY_BE_ANOTHERS)
    return Judged(tuple(starmap(_figure, chosen)), doubts.findings(doubted), confirmed, lost)


def _is_confirmed(one: Candidate, seen: Sequence[Seen]) -> bool:
    """Whether the first reading's library and another one read the same figure."""
    for other in seen:
        found = other.tables.get(one.key) or other.words.get(one.key)
        if other.confirms and found is not None and (found is one or _value(found) == _value(one)):
            return True
    return False


def _judge_one(seen: Sequence[Seen], key: str) -> tuple[Candidate, tuple[Alternative, ...]]:
    """The candidate that can stand, or one that says why none can, with what every reading says."""
    said = [(one.reader, found) for one in seen if (found := one.tables.get(key))]
    words = next((one.words[key] for one in seen if key in one.words), None)
    chosen = _with_words(_choose(said), words)
    others = [*said, ("text", words)] if words else said
    if not chosen.doubt:
        return chosen, ()
    told = {(reader, one.cell.text.strip(), one.cell.origin): None for reader, one in others}
    return chosen, tuple(starmap(Alternative, told))


def _value(one: Candidate) -> tuple[str, Value]:
    return one.number.state, one.number.value


def _choose(said: Sequence[tuple[str, Candidate]]) -> Candidate | None:
    """The candidate of several tables that can stand, or one that says why none can."""
    if len(said) == 1:
        return _of_one_reading(*said[0])
    every = [one for _, one in said]
    marked = next((one for reader, one in said if one.doubt and _is_decisive(reader, one)), None)
    if marked is not None:
        return marked
    clean = [(reader, one) for reader, one in said if not one.doubt]
    if not clean:
        return next(iter(every), None)
    if len({_value(one) for _, one in clean}) > 1:
        return _of_several(clean)
    return _of_one_value(clean, said)


def _of_one_reading(reader: str, alone: Candidate) -> Candidate:
    """What one reading says and no other: it needs the text, and a blank needs known edges."""
    if alone.doubt:
        return alone
    placed = reader in PLACED and alone.number.state == "blank"
    enough = alone.in_text and reader != TAGS and not placed
    return alone if enough else replace(alone, doubt=doubts.TEXT_DIFFERS)


def _is_decisive(reader: str, doubted: Candidate) -> bool:
    """Whether no other reading can clear a doubt: what it may not see, or a row that stands twice.

    That is ink, raised digits, and digits over a border; readers without borders only say that a place is not plain.
    """
    over = UNKNOWN_GLYPH in doubted.cell.text and reader not in UNRULED
    return over or MARK in doubted.cell.text or doubted.doubt in {doubts.TWICE, doubts.INKED}


def _of_one_value(clean: Sequence[tuple[str, Candidate]], said: Sequence[tuple[str, Candidate]]) -> Candidate:
    """All that is claimed is the same. One reading alone needs the text, and a blank needs known edges."""
    best = max((one for _, one in clean), key=lambda one: one.cell.origin.box is not None)
    state = best.number.state
    ruled = [one for reader, one in said if reader not in UNRULED]
    unknown = any(one.doubt is doubts.MAYBE_NOT_EMPTY for one in ruled)
    if state == "blank" and unknown and len(clean) == 1:
        return replace(best, doubt=doubts.MAYBE_NOT_EMPTY)
    edged = [one for reader, one in said if reader not in PLACED]
    if against := next((one for one in edged if one.doubt and _says_otherwise(one, best)), None):
        return replace(best, doubt=doubts.differ(best.cell.text, against.cell.text))
    if len(clean) > 1:
        return best
    return _of_one_reading(*clean[0])


def _says_otherwise(doubted: Candidate, clean: Candidate) -> bool:
    """Whether a doubtful cell, if its place is right, holds other digits than the clean one."""
    if doubted.doubt in _OF_PLACE or doubted.doubt != doubts.not_understood(doubted.cell.text):
        return False
    return _digits(doubted.cell) != _digits(clean.cell)


def _digits(cell: Cell) -> str:
    return "".join(letter for letter in normalise(cell.text) if letter.isdigit())


def _of_several(clean: Sequence[tuple[str, Candidate]]) -> Candidate:
    """Where only one value is a number and others are blank, the text must have it; two numbers are unsure."""
    numbers = [one for _, one in clean if one.number.state == "number"]
    sure = [one for one in numbers if one.in_text and one.full_row]
    if len({_value(one) for one in numbers}) == 1 and sure:
        return sure[0]
    first = clean[0]
    other = next(one for one in clean[1:] if _value(one[1]) != _value(first[1]))
    return replace(first[1], doubt=doubts.differ(first[1].cell.text, other[1].cell.text))


def _with_words(grid: Candidate | None, words: Candidate | None) -> Candidate:
    """Words speak where the tables do not, or do not know whose a figure is."""
    if grid is None or words is None:
        alone = grid or words
        assert alone is not None  # noqa: S101 - judge asks only for keys that a reading has
        return alone
    agree = grid.doubt is doubts.TEXT_DIFFERS and _value(grid) == _value(words)
    if agree:
        return replace(grid, doubt=None)
    return words if grid.doubt in _OF_PLACE else grid


def _figure(one: Candidate, told: tuple[Alternative, ...]) -> Figure:
    text = one.cell.text.strip()
    if one.doubt:
        return Figure(one.key, None, text, None, "unsure", one.cell.origin, told)
    number = one.number
    unit = (number.unit or one.unit) if number.state == "number" else None
    return Figure(one.key, number.value, text, unit, number.state, one.cell.origin)
