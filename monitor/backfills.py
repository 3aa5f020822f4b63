"""What a backfill brought: recorded like everything else, and told to nobody. Pure, but for the query of its visits."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.model import BackfillVisit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlite_utils import Database

    from monitor.model import Event, Facts, ReportFacts

VISITS = """
SELECT c.source, c.started_at, c.finished_at, r.summary FROM crawls c JOIN runs r ON r.id = c.run
WHERE r.command = 'backfill' AND c.finished_at IS NOT NULL ORDER BY c.id
"""
ABOUT_WHAT_IS_READ = ("invalid", "doubtful")


def read_backfills(db: Database) -> tuple[BackfillVisit, ...]:
    """The visits that were made with --no-alerts."""
    return tuple(
        BackfillVisit(source, started, finished, frozenset(json.loads(summary).get("years", ())))
        for source, started, finished, summary in db.execute(VISITS)
    )


def quiet(event: Event, facts: Facts, reports: Mapping[str, ReportFacts]) -> Event:
    """The event, silent if it is about something that a backfill brought.

    Whoever was told that a report is missing hears that it is there, whoever found it.
    """
    report = reports.get(f"{event.publisher}|{event.year}")
    if not facts.backfills or report is None or event.suppressed or not _is_about_what_came(event):
        return event
    moment = str(event.detail.get("seen_at") if event.kind == "revised" else report.first_seen)
    if any(visit.brought(report.sources, report.year, moment) for visit in facts.backfills):
        return replace(event, suppressed="backfill")
    return event


def _is_about_what_came(event: Event) -> bool:
    if event.kind == "opened":
        return event.topic in ABOUT_WHAT_IS_READ
    return event.kind == "revised" or (event.kind == "appeared" and event.incident is None)
