"""The user's own due dates in the database, so that a check depends on nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from monitor.calendar import Calendar, DueRule, calendar
from store.database import transaction

if TYPE_CHECKING:
    from sqlite_utils import Database

    from monitor.calendar_file import OwnCalendar

RULES = (
    "SELECT region, kinds, levels, from_year, to_year, due, source, source_zh FROM local_rules ORDER BY id"
)
NEW_RULE = """
INSERT INTO local_rules (region, kinds, levels, from_year, to_year, due, source, source_zh)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""


def save_own_calendar(db: Database, own: OwnCalendar) -> None:
    """Replaces the user's rules and days in one transaction; what is as it was is not written again."""
    rows = [
        (
            rule.region, json.dumps(rule.kinds), json.dumps(rule.levels), rule.from_year, rule.to_year, rule.due,
            rule.source, rule.source_zh,
        )
        for rule in own.local
    ]  # fmt: skip
    days = sorted(own.days.items())
    with transaction(db):
        if db.execute(RULES).fetchall() != rows:
            db.execute("DELETE FROM local_rules")
            db.conn.executemany(NEW_RULE, rows)
        if db.execute("SELECT name, days FROM calendar_days ORDER BY name").fetchall() != days:
            db.execute("DELETE FROM calendar_days")
            db.conn.executemany("INSERT INTO calendar_days (name, days) VALUES (?, ?)", days)


def calendar_of(db: Database) -> Calendar:
    """The program's calendar with the user's rules and days, as the last crawl left them."""
    rules = [
        DueRule(
            kinds=tuple(json.loads(row["kinds"])),
            due=row["due"],
            basis="local",
            source=row["source"],
            source_zh=row["source_zh"],
            region=row["region"],
            levels=tuple(json.loads(row["levels"])),
            from_year=row["from_year"],
            to_year=row["to_year"],
        )
        for row in db.query(RULES)
    ]
    days = {row["name"]: row["days"] for row in db.query("SELECT name, days FROM calendar_days")}
    return calendar().with_local(rules).with_days(days)
