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
        "law_zh": report.due_source_zh,
        **_by_law(report),
        "status": report.status,
        "first_seen": report.first_seen,
        "page_date": report.page_date,
        "days_late": report.days_late,
        "lacked_at": report.lacked_at,
        "backdated": report.backdated,
        "outside_life": report.why in ("outside_its_life", "published_outside_its_life"),
        "unmatched": report.unmatched,
        "supplied_by": report.supplied_by,
        "url": report.url,
        **({"page_gone_since": report.page_gone_since} if report.page_gone_since else {}),
    }


def _by_law(report: ReportFacts) -> dict[str, Any]:
    """The law's own date and how the report stands by it, where a local date decides: the two are never mixed up."""
    if report.by_law is None:
        return {}
    return {
        "statutory_due": report.statutory_due,
        "statutory": report.statutory_source,
        "statutory_zh": report.statutory_source_zh,
        "by_law": report.by_law,
        "days_late_by_law": report.days_late_by_law,
    }
