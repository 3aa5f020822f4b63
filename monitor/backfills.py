"""What a backfill brought: recorded like everything else, and told to nobody. Pure, but for the query of its visits."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlite_utils import Database

    from monitor.model import Event, Facts, ReportFacts

VISITS = """
SELECT c.source, c.started_at, c.finished_at, r.summary FROM crawls c JOIN runs r ON r.id = c.run
WHERE r.command = 'backfill' AND c.finished_at IS NOT NULL ORDER BY c.id
"""
ABOUT_WHAT_IS_READ = ("invalid", "doubtful")


@dataclass(frozen=True, slots=True)
class BackfillVisit:
    """One visit of a backfill: what was first seen on that source between these moments, of these years, came by it."""

    source: str
    started_at: str
    finished_at: str
    years: frozenset[int] = frozenset()

    def brought(self, sources: tuple[str, ...], year: int, moment: str) -> bool:
        """Whether the report of that year, first seen then on one of these sources, came by this visit.

        Without years all were asked for; an entry of another year was only seen in passing, and is still news.
        """
        if self.source not in sources or (self.years and year not in self.years):
            return False
        return self.started_at <= moment <= self.finished_at


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
