"""Whether an incident that no longer holds should never have been told. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.model import SEEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from monitor.model import Detail, Dismissal, OpenIncident, ReportFacts, SourceFacts


def retraction(
    incident: OpenIncident, report: ReportFacts | None, dismissed: Mapping[str, Dismissal]
) -> Detail | None:
    """Why the claim was wrong, as a `reason` that the templates know; None where it was right and is over.

    With a person's decision (`dismissed`, by fingerprint of the finding) come their name and note: `by` and `note`.
    """
    if report is None:
        return None
    if incident.kind in ("invalid", "doubtful"):
        return _faulty(incident, report, dismissed)
    judge = {"missing": _missing, "withdrawn": _withdrawn}.get(incident.kind)
    reason = judge(incident, report) if judge else None
    return {"reason": reason} if reason else None


def is_still_absent(incident: OpenIncident, report: ReportFacts) -> bool:
    """Whether a withdrawn report is as gone as it was: its status changed, but neither list nor page showed it since.

    A page that fails after it had answered "not there" takes nothing back.
    """
    if incident.kind != "withdrawn" or report.status not in SEEN or report.unmatched:
        return False
    return not _is_shown(incident, report) and not _others(incident, report)


def is_anothers(incident: OpenIncident, reports: Iterable[ReportFacts]) -> bool:
    """Whether what was told faulty is read, at its very addresses, as other reports now: another body's or year's.

    Nobody is accused any longer of what somebody else published; nor where no entry and no document is taken for the
    report any more, so that it never appeared. The same bytes at another address prove nothing.
    """
    if incident.kind not in ("invalid", "doubtful"):
        return False
    told = set(incident.detail.get("documents", ()))
    addresses = {one.get("url") for one in incident.detail.get("evidence", ())} - {None}
    if not told or not addresses:
        return False
    owners: dict[str, set[str]] = {}
    key = f"{incident.publisher}|{incident.year}"
    for report in reports:
        if report.key == key and report.first_seen is None:
            return True
        for url, sha256 in report.copies:
            if sha256 in told:
                owners.setdefault(url, set()).add(report.key)
    return addresses <= owners.keys() and not any(key in keys for keys in owners.values())


def is_moved(incident: OpenIncident, report: ReportFacts, sources: Iterable[SourceFacts]) -> bool:
    """Whether a missing report is only "not found" now because its list has moved to another address since.

    That the new address was not watched around the due date does not make wrong what the old one proved.
    """
    detail = incident.detail
    if incident.kind != "missing" or report.status != "not found" or report.due != detail.get("due"):
        return False
    looked = {url for url, _ in detail.get("looked", ())}
    now = {one.url for one in sources if one.id in detail.get("lists", ()) and one.id in report.sources}
    return bool(now - looked)


def _is_shown(incident: OpenIncident, report: ReportFacts) -> bool:
    return (report.shown_at or "") > incident.opened_at


def _others(incident: OpenIncident, report: ReportFacts) -> list[str]:
    """When the links were first seen that were not known to be this report's when it was told withdrawn."""
    counted = set(incident.detail.get("links", ()))
    return [seen for number, seen in report.links if number not in counted]


def _missing(incident: OpenIncident, report: ReportFacts) -> str | None:
    if report.status in SEEN:
        return _missing_but_seen(incident, report)
    if report.status == "withdrawn":
        return "there before"
    if report.status == "unknown" and report.unmatched:
        return "may be there"
    if report.status == "not found":
        return "not watched then"
    if report.why == "outside_its_life":
        return "outside its life"
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
    if any(seen <= incident.opened_at for seen in _others(incident, report)):
        return "elsewhere"
    return "may be there" if report.unmatched and not _is_shown(incident, report) else None


def _faulty(incident: OpenIncident, report: ReportFacts, dismissed: Mapping[str, Dismissal]) -> Detail | None:
    """A person said that it is none; or the same bytes, read again, hold: the mistake was ours.

    Other bytes: the publisher mended them, or put a right copy beside the wrong one. What takes several documents to
    see may have been mended in another.
    """
    faults = incident.detail.get("fingerprints", ())
    decisions = [dismissed[fault] for fault in faults if fault in dismissed]
    if decisions and len(decisions) == len(faults):
        return {
            "reason": "dismissed",
            "by": ", ".join(dict.fromkeys(one.by for one in decisions)),
            "note": "; ".join(dict.fromkeys(one.note for one in decisions)),
        }
    same = set(report.documents) & set(incident.detail.get("documents", ()))
    if not same or incident.detail.get("across") or report.still_faulty.intersection(faults):
        return None
    return {"reason": "misread"}
