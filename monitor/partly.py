"""What was told of a report's faults and was wrong in part: the rest stands, and the incident stays open. Pure."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from monitor.describing import describe
from monitor.faults import new_faults
from monitor.model import Event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.model import Condition, Detail, Dismissal, OpenIncident, ReportFacts


def taken_back_partly(
    incident: OpenIncident,
    condition: Condition,
    report: ReportFacts | None,
    dismissed: Mapping[str, Dismissal],
    now: str,
) -> Event | None:
    """The event that takes faults back that are none, while others stand; None where nothing told was wrong.

    It belongs to no incident: none has ended. Whoever was told of the incident so far hears of it.
    """
    if report is None or not incident.told:  # a storm names no faults
        return None
    gone = set(incident.detail.get("fingerprints", ())) - set(condition.detail.get("fingerprints", ()))
    why = _dismissed(gone, dismissed) or _misread(gone, incident, condition, report)
    if why is None:
        return None
    opening = f"opened|{incident.key}|{incident.ordinal}"
    digest = sha256("\n".join(sorted(gone)).encode()).hexdigest()[:16]
    return Event(
        key=f"corrected|{incident.key}|{incident.ordinal}|{digest}",
        kind="corrected",
        topic="corrected",
        severity=incident.severity,
        publisher=incident.publisher,
        year=incident.year,
        answers=opening,
        told_of=incident.key,
        detail={
            **describe(report),
            **why,
            "kind": incident.kind,
            "gone": sorted(gone),
            "standing": len(condition.detail.get("faults", ())),
            "opened_at": incident.opened_at,
            "answers": opening,
            "at": now,
        },
    )


def _dismissed(gone: set[str], dismissed: Mapping[str, Dismissal]) -> Detail | None:
    """Those that a person dismissed, in the words of the finding."""
    decisions = [dismissed[one] for one in sorted(gone) if one in dismissed]
    if not decisions:
        return None
    return {
        "reason": "dismissed",
        "by": ", ".join(dict.fromkeys(one.by for one in decisions)),
        "note": "; ".join(dict.fromkeys(one.note for one in decisions)),
        "faults": [list(pair) for pair in dict.fromkeys((one.message, one.message_zh) for one in decisions)],
    }


def _misread(
    gone: set[str], incident: OpenIncident, condition: Condition, report: ReportFacts
) -> Detail | None:
    """The same bytes, read or corrected again, hold; what other bytes no longer say, the publisher mended.

    Where other faults come at the same time, the rule itself may say something else now: nothing is called misread.
    """
    same = set(report.documents) & set(incident.detail.get("documents", ()))
    if not gone - set(incident.detail.get("across", ())) or not same or new_faults(incident, condition):
        return None
    if report.still_faulty & gone:  # another copy stands for the report now; this one is as wrong as it was
        return None
    standing = condition.detail.get("faults", ())
    faults = [fault for fault in incident.detail.get("faults", ()) if fault not in standing]
    return {"reason": "misread", "faults": faults}
