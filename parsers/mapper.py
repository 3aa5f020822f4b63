"""From grids to the rows of the form: which table a row belongs to, and where one report ends and the next begins."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from parsers.disclosure import DisclosureTable
from parsers.disputes_table import DisputesTable
from parsers.editions import DISCLOSURE, DISPUTES, REQUESTS, editions
from parsers.gaps import doubt_gaps
from parsers.labels import canonical
from parsers.normalise import normalise
from parsers.requests_table import RequestsTable, doubt_group_rows
from parsers.rows import Harvest, rows_of
from parsers.transposed import upright

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from parsers.model import Grid
    from parsers.rows import Row


class _Table(Protocol):
    def feed(self, row: Row, harvest: Harvest) -> bool: ...


_ORDER = (DISCLOSURE, REQUESTS, DISPUTES)


@lru_cache(maxsize=4)  # a document's text is asked for its edition as a whole, and again as its only report
def detect_edition(text: str) -> str | None:
    """The edition whose own headings the text prints, by the number of them; None where it prints none."""
    plain = normalise(text).replace("/", "")
    counts = {name: sum(canonical(mark) in plain for mark in e.marks) for name, e in editions().items()}
    best = max(counts, key=counts.__getitem__)
    return best if counts[best] else None


def map_grids(grids: Sequence[Grid], edition: str | None) -> tuple[Harvest, ...]:
    """What the grids hold, one harvest for each report in them, in document order; none without a known row."""
    walk = _Mapper(edition or next(iter(editions())))
    for row in rows_of(map(upright, grids)):
        walk.feed(row)
    for harvest in walk.harvests:
        doubt_group_rows(harvest)
        doubt_gaps(harvest, walk.edition)
    return tuple(harvest for harvest in walk.harvests if harvest.taken)


class _Mapper:
    """Feeds rows to the table they belong to. Tables come in the form's order; going back begins a new report."""

    def __init__(self, edition: str) -> None:
        self.edition = edition
        self.harvests: list[Harvest] = []
        self.begin()

    def begin(self) -> None:
        self.tables: dict[str, _Table] = {
            DISCLOSURE: DisclosureTable(self.edition),
            REQUESTS: RequestsTable(self.edition),
            DISPUTES: DisputesTable(self.edition),
        }
        self.current = DISCLOSURE
        self.harvests.append(Harvest())

    def feed(self, row: Row) -> None:
        if self._begins_again(row):
            self.begin()
        for name in self._candidates(row):
            if self.tables[name].feed(row, self.harvests[-1]):
                self.current = name
                break
        self.harvests[-1].rows.setdefault(self.current, []).append(row)

    def _candidates(self, row: Row) -> Iterable[str]:
        """The table that is open first, then those after it, then those before it (some forms change the order)."""
        joined = row.joined
        if "申请人情况" in joined or "自然人" in joined:
            return (REQUESTS,)
        if "结果维持" in joined or "行政诉讼" in joined or "复议后起诉" in joined:
            return (DISPUTES, self.current)
        return dict.fromkeys((self.current, *_ORDER))

    def _begins_again(self, row: Row) -> bool:
        """The first block of section two when all three tables were met: a table that stands twice is no new report."""
        harvest, joined = self.harvests[-1], row.joined
        if "第二十条第(一)项" in joined or "制发件数" in joined or "新制作数量" in joined:
            return harvest.has_row(REQUESTS, "concluded") and harvest.has_row(DISCLOSURE, "regulations")
        return False
