"""Whether an incident that no longer holds should never have been told. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.model import SEEN

if TYPE_CHECKING:
    from monitor.model import OpenIncident, ReportFacts


def retraction(incident: OpenIncident, report: ReportFacts | None) -> str | None:
    """Why the claim was wrong, as a reason code that the templates know; None where it was right and is over."""
    if report is None:
        return None
    judge = {"missing": _missing, "withdrawn": _withdrawn, "invalid": _invalid}.get(incident.kind)
    return judge(incident, report) if judge else None


def _missing(incident: OpenIncident, report: ReportFacts) -> str | None:
    if report.status in SEEN:
        return _missing_but_seen(incident, report)
    if report.status == "withdrawn":
        return "there before"
    if report.status == "unknown" and report.unmatched:
        return "may be there"
    if report.status == "not found":
        return "not watched then"
    return "not due" if report.owed else "not owed"


def _missing_but_seen(incident: OpenIncident, report: ReportFacts) -> str | None:
    if report.status != "late":
        return {"on time": "in time", "on time by its own date": "in time by its date"}.get(
            report.status, "timing unproved"
        )
    return "there before" if (report.first_seen or "") < incident.opened_at else None


def _withdrawn(incident: OpenIncident, report: ReportFacts) -> str | None:
    """Another link that was there all along; the same link coming back is a recovery."""
    if report.status not in SEEN:
        return "not this report"
    counted = set(incident.detail.get("links", ()))
    others = [seen for number, seen in report.links if number not in counted]
    return "elsewhere" if any(seen <= incident.opened_at for seen in others) else None


def _invalid(incident: OpenIncident, report: ReportFacts) -> str | None:
    """The same bytes, read again, hold: the mistake was ours. Other bytes: the publisher mended them."""
    return "misread" if set(report.documents) & set(incident.detail.get("documents", ())) else None
