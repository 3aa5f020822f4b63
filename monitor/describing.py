"""What every message about a report says. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from monitor.model import ReportFacts


def describe(report: ReportFacts) -> dict[str, Any]:
    """What every message about a report says: who, what year, by which rule."""
    return {
        "who": report.name,
        "region": report.region,
        "level": report.level,
        "year": report.year,
        "due": report.due,
        "basis": report.due_basis,
        "law": report.due_source,
        "status": report.status,
        "first_seen": report.first_seen,
        "page_date": report.page_date,
        "days_late": report.days_late,
        "lacked_at": report.lacked_at,
        "unmatched": report.unmatched,
        "supplied_by": report.supplied_by,
        "url": report.url,
    }
