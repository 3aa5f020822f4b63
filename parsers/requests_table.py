"""Section three: requests by result (rows) and by kind of applicant (columns)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from parsers.doubts import HEADINGS, MERGED
from parsers.editions import REQUESTS, editions, key_order
from parsers.labels import CONTAINED, canonical, column_labels, row_labels
from parsers.normalise import normalise
from parsers.rows import Harvest, Row, Taken, Unknown, holds_value, number_in, printed

if TYPE_CHECKING:
    from parsers.doubts import Doubt
    from parsers.model import Cell

# Fewer known headings than this in a row say nothing: "其他" and "总计" are row labels too.
ENOUGH_HEADINGS = 2
APPLICANTS = "申请人情况"


class _Headings:
    """The headings over the figures of one grid, put together from top to bottom, place by place."""

    def __init__(self, official: tuple[str, ...]) -> None:
        self.official = official
        self.grid = -1
        self.stacks: dict[int, str] = {}
        self.places: dict[str, int] = {}
        self.seen: set[str] = set()
        self.widths: set[int] = set()
        self.over = False

    def takes(self, row: Row) -> bool:
        """Whether the row is one of headings: two known ones, or any words under those of the same grid."""
        if any(holds_value(cell) and normalise(cell.text) for cell in row.own):
            return False
        known = {key for cell in row.own if (key := column_labels(REQUESTS).exact.get(canonical(cell.text)))}
        begins = len(known) >= ENOUGH_HEADINGS or APPLICANTS in row.joined
        goes_on = not self.over and row.grid == self.grid and not any(map(_names_a_row, row.own))
        if begins or (self.stacks and goes_on):
            self.over = False
            self._add(row)
            self.seen |= known
            return True
        return False

    def _add(self, row: Row) -> None:
        if row.grid != self.grid:
            self.grid, self.stacks, self.widths = row.grid, {}, set()
        self.widths.add(len(row.cells))
        for place, cell in enumerate(row.cells):
            if cell in row.own:
                self.stacks[place] = self.stacks.get(place, "") + canonical(cell.text)
        found: dict[str, int] = {}
        for place, stack in sorted(self.stacks.items()):
            if key := self._ends(stack):
                found.setdefault(key, place)
        self.places = self._with_the_last_one(found)

    def _ends(self, stack: str) -> str | None:
        labels = column_labels(REQUESTS).exact
        ends = [label for label in labels if stack.endswith(label)]
        return labels[max(ends, key=len)] if ends else None

    def _with_the_last_one(self, found: dict[str, int]) -> dict[str, int]:
        """One heading torn beyond recognition is the one that is left, in the one place that is left."""
        missing = [key for key in self.official if key not in found]
        left = [p for p, stack in self.stacks.items() if APPLICANTS in stack and not self._ends(stack)]
        return {**found, missing[0]: left[0]} if len(missing) == 1 == len(left) else found

    def columns(self) -> tuple[str, ...]:
        """The columns in printed order; the official order where wrong spans leave a heading without a place.

        Another order than the official is believed only of headings whose rows are all of one width: a heading cell
        too few or too many moves all that follow.
        """
        printed = tuple(sorted(self.places, key=self.places.__getitem__))
        if len(printed) == len(self.official) and (printed == self.official or len(self.widths) == 1):
            return printed
        return self.official if self.seen == set(self.official) else ()

    def fit(self, row: Row) -> bool:
        """Whether a row of figures is as wide as the headings."""
        return self.widths == {len(row.cells)}


def _heads_a_group(labels: tuple[Cell, ...]) -> bool:
    """Whether the last label is one like "（六）其他处理", which has figures of its own only in some forms."""
    groups = {canonical(row.group) for form in editions().values() for row in form.requests.rows if row.group}
    return bool(labels) and canonical(labels[-1].text) in groups


def _names_a_row(cell: Cell) -> bool:
    label = canonical(cell.text)
    return len(label) >= CONTAINED and row_labels(REQUESTS).find(label) is not None


class RequestsTable:
    """Takes the rows of section three. The headings give the order of the columns, the labels the row."""

    def __init__(self, edition: str) -> None:
        self.edition = edition
        self.official = tuple(column.key for column in editions()[edition].requests.columns)
        self.order = tuple(
            dict.fromkeys(key.split(".")[1] for key in key_order(edition) if key.startswith(REQUESTS))
        )
        self.headings = _Headings(self.official)
        self.columns: tuple[str, ...] = ()
        self.last: str | None = None

    def feed(self, row: Row, harvest: Harvest) -> bool:
        """Take the row if it belongs to section three."""
        if self.headings.takes(row):
            self.columns = self.headings.columns() or self.columns
            return True
        return self._values(row, harvest)

    def _values(self, row: Row, harvest: Harvest) -> bool:
        labels, values = _apart(row.own)
        if len(values) == len(self.official) + 1 and not labels and not normalise(values[0].text):
            labels, values = values[:1], values[1:]
        if not values or (len(values) > len(self.official) and not labels):
            return False
        key = (
            None
            if len(values) < len(self.official) and _heads_a_group(labels)
            else self._row(labels, harvest)
        )
        if key is None:
            return self._unnamed(row, labels, values, harvest)
        if len(values) != len(self.official):
            if harvest.has_row(REQUESTS, key):
                return True  # the rest of a row that a page's end cut
            values, doubt = self._by_place(row, values)
        else:
            doubt = None
        if not self.columns or (self.columns != self.official and not self.headings.fit(row)):
            doubt = doubt or HEADINGS
        harvest.taken.append(self._taken(key, labels, values, doubt))
        self.headings.over = True  # what comes now is no heading, even if it holds only "3.其他"
        return True

    def _unnamed(
        self, row: Row, labels: tuple[Cell, ...], values: tuple[Cell, ...], harvest: Harvest
    ) -> bool:
        """Figures under a label that no edition has are told, never dropped in silence."""
        full = len(values) == len(self.official)
        above = labels or row.above
        if full and printed(values) and (above or self.columns):
            label = " ".join(cell.text for cell in above).strip()
            harvest.unknown.append(Unknown(REQUESTS, label, values))
            for key in () if label else self._expected(harvest):  # whose they would be, by their place
                harvest.taken.append(self._taken(key, labels, values, MERGED))
                self.last = key
        return full and bool(self.columns)

    def _by_place(self, row: Row, values: tuple[Cell, ...]) -> tuple[tuple[Cell, ...], Doubt | None]:
        """A row whose figures share cells: nothing for all of them, or a number of which we cannot say whose."""
        places = [self.headings.places.get(column, len(row.cells)) for column in self.columns]
        cells = tuple(row.cells[place] for place in places if place < len(row.cells))
        covered = len(cells) == len(self.official) and set(cells) == set(values)
        shared = any(
            cells.count(cell) > 1 and number_in(cell).state in {"number", "unsure"} for cell in cells
        )
        if covered and not shared:
            return cells, None
        return values, MERGED

    def _row(self, labels: tuple[Cell, ...], harvest: Harvest) -> str | None:
        named = [cell for cell in labels if normalise(cell.text)]
        if not named:
            return None
        book = row_labels(REQUESTS)
        key = book.find(named[-1].text) or book.find("".join(cell.text for cell in named))
        if key is None:
            key = book.near(named[-1].text, self._expected(harvest))
            if key and not book.is_torn(named[-1].text):
                harvest.misprints.append((named[-1].text, f"{REQUESTS}.{key}"))
        if key is not None:
            self.last = key
        return key

    def _expected(self, harvest: Harvest) -> tuple[str, ...]:
        """The row that the form has next: a misprint is understood only in its proper place."""
        place = self.order.index(self.last) + 1 if self.last in self.order else 0
        return tuple(key for key in self.order[place : place + 1] if not harvest.has_row(REQUESTS, key))

    def _taken(
        self, key: str, labels: tuple[Cell, ...], values: tuple[Cell, ...], doubt: Doubt | None
    ) -> Taken:
        keys = tuple(f"{REQUESTS}.{key}.{column}" for column in self.columns or self.official)
        return Taken(REQUESTS, key, labels[-1].text if labels else key, keys, values, doubt)


def doubt_group_rows(harvest: Harvest) -> None:
    """A group has one row of its own or its parts, never both: a lost label makes a part look like its group."""
    rows = {row.key: row for form in editions().values() for row in form.requests.rows}
    heads = {
        canonical(row.group) for key, row in rows.items() if row.group and harvest.has_row(REQUESTS, key)
    }
    for place, taken in enumerate(harvest.taken):
        if taken.table == REQUESTS and canonical(rows[taken.row].label) in heads:
            harvest.taken[place] = replace(taken, doubt=taken.doubt or MERGED)


def _apart(own: tuple[Cell, ...]) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    """Labels stand before figures: everything after the last cell that can be no figure."""
    last = max((place for place, cell in enumerate(own) if not holds_value(cell)), default=-1)
    return own[: last + 1], own[last + 1 :]
