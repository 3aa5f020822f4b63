"""Writes what each watched publisher owes: a row per report year, with its due date and the rule behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.calendar import Due, alert_from, due, due_ends
from monitor.moments import shanghai_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

FIRST_YEAR = 2019  # the first year of the present form; earlier years only where the watchlist names one
OUTSIDE = "outside the years in which the watchlist says that this body existed"
SAVE = """
INSERT INTO reports (publisher, year, owed, due, due_ends, alert_from, due_basis, due_source)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (publisher, year) DO UPDATE SET owed = excluded.owed, due = excluded.due, due_ends = excluded.due_ends,
  alert_from = excluded.alert_from, due_basis = excluded.due_basis, due_source = excluded.due_source
"""


def write_due_dates(db: Database, now: str) -> int:
    """Brings every report row of a watched publisher up to date; returns how many there are."""
    rows = [
        row
        for publisher in db.query("SELECT * FROM publishers WHERE watched")
        for row in _rows(db, publisher, now)
    ]
    db.conn.executemany(SAVE, rows)
    return len(rows)


def _rows(db: Database, publisher: dict[str, Any], now: str) -> Iterator[tuple[object, ...]]:
    first, last = publisher["from_year"] or FIRST_YEAR, publisher["to_year"] or shanghai_day(now).year
    years = set(range(first, min(last, shanghai_day(now).year) + 1))
    years |= {
        row[0] for row in db.execute("SELECT year FROM reports WHERE publisher = ?", (publisher["id"],))
    }
    for year in sorted(years):
        owes = _due(publisher, year)
        ends, alert = (due_ends(owes.date), alert_from(owes.date)) if owes.date else (None, None)
        yield (
            publisher["id"],
            year,
            int(owes.date is not None),
            owes.date,
            ends,
            alert,
            owes.basis,
            owes.source,
        )


def _due(publisher: dict[str, Any], year: int) -> Due:
    if year < (publisher["from_year"] or year) or year > (publisher["to_year"] or year):
        return Due(None, "none", OUTSIDE, OUTSIDE)
    return due(publisher["kind"], publisher["region"], year, publisher["due"], publisher["due_source"])
