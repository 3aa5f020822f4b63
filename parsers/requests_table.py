"""Section three: requests by result (rows) and by kind of applicant (columns)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsers.editions import REQUESTS, editions, key_order
from parsers.labels import canonical, column_labels, row_labels
from parsers.normalise import normalise
from parsers.rows import Harvest, Row, Taken, Unknown, holds_value, printed

if TYPE_CHECKING:
    from parsers.model import Cell

# Fewer known headings than this in a row say nothing: "其他" and "总计" are row labels too.
ENOUGH_HEADINGS = 2


class RequestsTable:
    """Takes the rows of section three. The headings give the order of the columns, the labels the row."""

    def __init__(self, edition: str) -> None:
        self.edition = edition
        self.official = tuple(column.key for column in editions()[edition].requests.columns)
        self.order = tuple(
            dict.fromkeys(key.split(".")[1] for key in key_order(edition) if key.startswith(REQUESTS))
        )
        self.seen_headings: set[str] = set()
        self.columns: tuple[str, ...] = ()
        self.places: dict[str, int] = {}
        self.grid = -1
        self.last: str | None = None

    def feed(self, row: Row, harvest: Harvest) -> bool:
        """Take the row if it belongs to section three."""
        if self._is_header(row):
            self._read_header(row)
            return True
        if self.places and row.grid != self.grid:
            self.places = {}  # places are those of one grid; the order of the columns lives on
        return self._values(row, harvest)

    def _is_header(self, row: Row) -> bool:
        if any(normalise(cell.text) and holds_value(cell) for cell in row.own):
            return False
        known = [key for cell in row.own if (key := self._column(cell))]
        return len(known) >= ENOUGH_HEADINGS or ("申请人情况" in row.joined)

    def _column(self, cell: Cell) -> str | None:
        return column_labels(REQUESTS).exact.get(canonical(cell.text))

    def _read_header(self, row: Row) -> None:
        found = {
            key: place for place, cell in reversed(list(enumerate(row.cells))) if (key := self._column(cell))
        }
        self.seen_headings |= found.keys()
        if len(found) == len(self.official):
            self.columns = tuple(sorted(found, key=found.__getitem__))
            self.places, self.grid = found, row.grid
        elif not self.columns and self.seen_headings == set(self.official):
            self.columns = self.official  # headings with wrong spans: all there, each in no clear place

    def _values(self, row: Row, harvest: Harvest) -> bool:
        labels, values = _apart(row.own)
        if len(values) > len(self.official) and not labels:
            return False
        key = self._row(labels, harvest) if len(values) > 1 else None
        if key is None:
            return self._unnamed(row, labels, values, harvest)
        if len(values) != len(self.official):
            if harvest.has_row(REQUESTS, key):
                return True  # the rest of a row that a page's end cut
            values, doubt = self._by_place(row, values)
            self._take(key, labels, values, harvest, doubt)
        else:
            self._take(key, labels, values, harvest)
        return True

    def _unnamed(
        self, row: Row, labels: tuple[Cell, ...], values: tuple[Cell, ...], harvest: Harvest
    ) -> bool:
        """Figures under a label that no edition has are told, never dropped in silence."""
        full = len(values) == len(self.official)
        above = labels or row.above
        if full and above and printed(values):
            label = " ".join(cell.text for cell in above)
            harvest.unknown.append(Unknown(REQUESTS, label, values))
        return full and bool(self.columns)

    def _by_place(self, row: Row, values: tuple[Cell, ...]) -> tuple[tuple[Cell, ...], str]:
        """A row whose figures share cells: nothing for all of them, or a number of which we cannot say whose."""
        places = [self.places[column] for column in self.columns if column in self.places]
        cells = tuple(row.cells[place] for place in places if place < len(row.cells))
        covered = len(cells) == len(self.official) and set(cells) == set(values)
        shared = any(cells.count(cell) > 1 and normalise(cell.text) for cell in cells)
        if covered and not shared:
            return cells, ""
        return values, "the row's cells are merged or missing"

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

    def _take(
        self, key: str, labels: tuple[Cell, ...], values: tuple[Cell, ...], harvest: Harvest, doubt: str = ""
    ) -> None:
        columns = self.columns or self.official
        if not self.columns:
            doubt = doubt or "the headings of the columns were not understood"
        keys = tuple(f"{REQUESTS}.{key}.{column}" for column in columns)
        label = labels[-1].text if labels else key
        harvest.taken.append(Taken(REQUESTS, key, label, keys, values, doubt))


def _apart(own: tuple[Cell, ...]) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    """Labels stand before figures: everything after the last cell that can be no figure."""
    last = max((place for place, cell in enumerate(own) if not holds_value(cell)), default=-1)
    return own[: last + 1], own[last + 1 :]
