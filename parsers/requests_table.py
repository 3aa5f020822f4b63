"""Section three: requests by result (rows) and by kind of applicant (columns)."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from parsers.doubts import HEADINGS, MERGED
from parsers.editions import REQUESTS, editions, key_order
from parsers.headings import Headings
from parsers.labels import canonical, row_labels
from parsers.normalise import normalise
from parsers.rows import Harvest, Row, Taken, Unknown, number_in, printed

if TYPE_CHECKING:
    from parsers.doubts import Doubt
    from parsers.model import Cell


@cache
def _groups() -> frozenset[str]:
    return frozenset(
        canonical(row.group) for form in editions().values() for row in form.requests.rows if row.group
    )


@cache
def _parts() -> dict[str, tuple[str, ...]]:
    """The rows of each group that can also stand as one row."""
    rows = {row.key: row for form in editions().values() for row in form.requests.rows}
    groups = {row.key: canonical(row.group) for row in rows.values() if row.group}
    return {
        row.key: tuple(key for key, group in groups.items() if group == canonical(row.label))
        for row in rows.values()
    }


def _heads_a_group(labels: tuple[Cell, ...]) -> bool:
    """Whether the last label is one like "（六）其他处理", which has figures of its own only in some forms."""
    return bool(labels) and canonical(labels[-1].text) in _groups()


class RequestsTable:
    """Takes the rows of section three. The headings give the order of the columns, the labels the row."""

    def __init__(self, edition: str) -> None:
        self.edition = edition
        self.official = tuple(column.key for column in editions()[edition].requests.columns)
        self.order = tuple(
            dict.fromkeys(key.split(".")[1] for key in key_order(edition) if key.startswith(REQUESTS))
        )
        self.headings = Headings(self.official)
        self.last: str | None = None
        self.group: Cell | None = None

    def feed(self, row: Row, harvest: Harvest) -> bool:
        """Take the row if it belongs to section three."""
        return self.headings.takes(row) or self._values(row, harvest)

    def _values(self, row: Row, harvest: Harvest) -> bool:
        labels, values = self._apart(row)
        if not values or (len(values) > len(self.official) and not labels):
            return False
        key = (
            None
            if len(values) < len(self.official) and _heads_a_group(labels)
            else self._row(labels, harvest)
        )
        if key is None:
            return self._unnamed(row, labels, values, harvest)
        cells, doubt = self._cells(row, values)
        if len(values) < len(self.official) and doubt and harvest.has_row(REQUESTS, key):
            return True  # the rest of a row that a page's end cut
        self._again(key, row, cells, harvest)
        self._take(key, labels, cells, doubt, harvest)
        self.group = labels[-1] if labels and _heads_a_group(labels) else None
        return True

    def _apart(self, row: Row) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
        """Labels stand before figures: all after the last row label, or after the last cell that can be no figure."""
        own, width = row.own, len(self.official)
        book = row_labels(REQUESTS)
        words = [place for place, holding in enumerate(row.holds) if not holding]
        named = [place for place in words if place < len(own) - 1 and book.find(own[place].text)]
        if named and (len(own) - named[-1] - 1 == width or self.headings.cells(row, own[named[-1] + 1 :])):
            return own[: named[-1] + 1], own[named[-1] + 1 :]
        last = words[-1] if words else -1
        if named and printed(own[p] for p in range(named[-1] + 1, last) if row.holds[p]):
            last = named[-1]  # words among the figures are no label
        blank = len(own) - last - 2 == width and not normalise(own[last + 1].text)
        if blank and (last < 0 or self.headings.cells(row, own[last + 2 :])):
            last += 1  # a label left blank
        return own[: last + 1], own[last + 1 :]

    def _cells(self, row: Row, values: tuple[Cell, ...]) -> tuple[dict[str, Cell], Doubt | None]:
        """The row's figures by column: by the places of the headings, else by the official order, else in doubt."""
        if by_place := self.headings.cells(row, values):
            return by_place, HEADINGS if _contradicts(by_place, self.official) else None
        in_order = dict(zip(self.official, values, strict=False))
        if len(values) != len(self.official):
            return in_order, MERGED
        return in_order, None if self.headings.in_official_order() else HEADINGS

    def _take(
        self,
        key: str,
        labels: tuple[Cell, ...],
        cells: dict[str, Cell],
        doubt: Doubt | None,
        harvest: Harvest,
    ) -> None:
        label = labels[-1].text if labels else key
        if len(cells) < len(self.official):  # nobody can say whose figures these are
            first = next(iter(cells.values()))
            cells = dict.fromkeys(self.official, first)
        keys = tuple(f"{REQUESTS}.{key}.{column}" for column in cells)
        harvest.taken.append(Taken(REQUESTS, key, label, keys, tuple(cells.values()), doubt))
        self.last = key
        self.headings.over = True  # what comes now is no heading, even if it holds only "3.其他"

    def _again(self, key: str, row: Row, cells: dict[str, Cell], harvest: Harvest) -> None:
        """A label that stands twice may be a misprint for the row that is missing, but on a new page it is a repeat."""
        for taken in harvest.taken:
            if taken.row == key and taken.table == REQUESTS:
                texts = [normalise(cell.text) for cell in cells.values()]
                same = texts == [normalise(cell.text) for cell in taken.cells]
                if not same or row.grid == harvest.grids.get((REQUESTS, key)):
                    self._unknown(taken.label, tuple(cells.values()), harvest, repeated=True)
                break
        harvest.grids.setdefault((REQUESTS, key), row.grid)

    def _unnamed(
        self, row: Row, labels: tuple[Cell, ...], values: tuple[Cell, ...], harvest: Harvest
    ) -> bool:
        """Figures under a label that no edition has are told, never dropped in silence."""
        cells, doubt = self._cells(row, values)
        near = abs(len(values) - len(self.official)) == 1 and row.grid == self.headings.grid
        full = doubt is not MERGED or near
        above = labels or row.above
        headed = bool(self.headings.places or self.headings.read)
        if full and printed(values) and (above or headed):
            label = " ".join(cell.text for cell in above).strip()
            self._unknown(label, tuple(cells.values()), harvest)
            if self.group in row.above:
                self._doubt_group(harvest)
            self.headings.over = True
        return full and headed

    def _unknown(
        self, label: str, cells: tuple[Cell, ...], harvest: Harvest, *, repeated: bool = False
    ) -> None:
        place = self.order.index(self.last) + 1 if self.last in self.order else 0
        harvest.unknown.append(Unknown(REQUESTS, label, cells, self.order[place:], repeated))

    def _doubt_group(self, harvest: Harvest) -> None:
        """A group's label that hangs over rows without labels of their own: its figures are one of its parts'."""
        for place, taken in enumerate(harvest.taken):
            if taken.table == REQUESTS and taken.row == self.last:
                harvest.taken[place] = replace(taken, doubt=taken.doubt or MERGED)

    def _row(self, labels: tuple[Cell, ...], harvest: Harvest) -> str | None:
        named = [cell.text for cell in labels if normalise(cell.text)]
        if not named:
            return None
        book = row_labels(REQUESTS)
        groups = _groups()
        single = {key for text in named if canonical(text) not in groups and (key := book.find(text))}
        if len(single) > 1:
            return book.find(named[-1])
        key = next(iter(single), None) or book.find(named[-1]) or self._joined(named)
        if key is None:
            key = book.near(named[-1], self._expected(harvest))
            if key and not book.is_torn(named[-1]):
                harvest.misprints.append((named[-1], f"{REQUESTS}.{key}"))
        return key

    def _joined(self, named: list[str]) -> str | None:
        """The row that all labels together name; a group's label alone does not name one of its parts."""
        key = row_labels(REQUESTS).find("".join(named))
        labels = {row.key: canonical(row.label) for form in editions().values() for row in form.requests.rows}
        return None if key and labels[key] in _groups() else key

    def _expected(self, harvest: Harvest) -> tuple[str, ...]:
        """The row that the form has next: a misprint is understood only in its proper place."""
        place = self.order.index(self.last) + 1 if self.last in self.order else 0
        return tuple(key for key in self.order[place : place + 1] if not harvest.has_row(REQUESTS, key))


def doubt_group_rows(harvest: Harvest) -> None:
    """A group has one row of its own or its parts, never both: a lost label makes a part look like its group."""
    for place, taken in enumerate(tuple(harvest.taken)):
        parts = _parts().get(taken.row, ()) if taken.table == REQUESTS else ()
        missing = [key for key in parts if not harvest.has_row(REQUESTS, key)]
        if len(missing) < len(parts):
            harvest.taken[place] = replace(taken, doubt=taken.doubt or MERGED)
            harvest.taken += [_of_part(taken, key) for key in missing]


def _of_part(taken: Taken, key: str) -> Taken:
    keys = tuple(f"{REQUESTS}.{key}.{old.rpartition('.')[2]}" for old in taken.keys)
    return replace(taken, row=key, keys=keys, doubt=MERGED)


def _contradicts(cells: dict[str, Cell], official: tuple[str, ...]) -> bool:
    """Whether the row adds up in the form's order of columns and not in the order that the headings give."""
    if tuple(cells) == official:
        return False
    numbers = {key: number_in(cell).value or 0 for key, cell in cells.items()}
    in_order = list(numbers.values())
    adds_up = sum(numbers[key] for key in official[:-1]) == numbers[official[-1]]
    return not adds_up and sum(in_order[:-1]) == in_order[-1]
