"""Writes what each watched publisher owes: a row per report year, with its due date and the rule behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.calendar import Due, alert_from, due, due_ends
from monitor.lives import Life
from monitor.local_rules import calendar_of
from monitor.moments import shanghai_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

    from monitor.calendar import Calendar

FIRST_YEAR = 2019  # the first year of the present form; earlier years only where the watchlist names one
WATCHED = """
SELECT p.*, s.id AS heir, s.name AS heir_name FROM publishers p LEFT JOIN publishers s ON s.id = p.successor
WHERE p.watched
"""
COLUMNS = (
    "publisher", "year", "owed", "due", "due_ends", "alert_from", "due_basis", "due_source", "due_source_zh",
    "statutory_due", "statutory_source", "statutory_source_zh", "outside_life",
)  # fmt: skip
SAVE = f"""
INSERT INTO reports ({", ".join(COLUMNS)}) VALUES ({", ".join("?" * len(COLUMNS))})
ON CONFLICT (publisher, year) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in COLUMNS[2:])}
"""  # noqa: S608 - our own text


def write_due_dates(db: Database, now: str) -> int:
    """Brings every report row of a watched publisher up to date; returns how many there are."""
    rules = calendar_of(db)
    known: dict[str, set[int]] = {}
    for publisher, year in db.execute("SELECT publisher, year FROM reports").fetchall():
        known.setdefault(publisher, set()).add(year)
    rows = [
        row
        for publisher in db.query(WATCHED)
        for row in _rows(publisher, known.get(publisher["id"], set()), rules, shanghai_day(now).year)
    ]
    db.conn.executemany(SAVE, rows)
    return len(rows)


def owes(publisher: dict[str, Any], year: int, rules: Calendar) -> tuple[Due, bool]:
    """When a row of `publishers` owes its report of a year, and whether that is outside its life: then never."""
    found = due(
        publisher["kind"],
        publisher["region"],
        year,
        publisher["due"],
        publisher["due_source"],
        level=publisher["level"],
        rules=rules,
    )
    life = life_of(publisher)
    if not life.lacks(year, found.date):
        return found, False
    return Due(None, "none", *life.why_not(year)), True


def life_of(publisher: dict[str, Any]) -> Life:
    """The life of a row of WATCHED."""
    successor = (publisher["heir_name"], publisher["heir"]) if publisher["heir"] else None
    return Life(
        publisher["from_year"], publisher["to_year"], publisher["ended"], publisher["ending"], successor
    )


def _rows(
    publisher: dict[str, Any], known: set[int], rules: Calendar, this_year: int
) -> Iterator[tuple[object, ...]]:
    """A row for each year in which it owed something or a report is known, and for each since it ended."""
    years = known | set(range(publisher["from_year"] or FIRST_YEAR, this_year + 1))
    for year in sorted(years):
        found, outside = owes(publisher, year, rules)
        ends = due_ends(found.date) if found.date else None
        alert = alert_from(found.date, rules.grace_working_days) if found.date else None
        yield (
            publisher["id"], year, int(found.date is not None), found.date, ends, alert, found.basis, found.source,
            found.source_zh, found.statutory, found.statutory_source, found.statutory_source_zh, int(outside),
        )  # fmt: skip
