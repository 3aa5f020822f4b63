"""Reports in which something does not hold: sums that are wrong (`invalid`), and what looks wrong (`doubtful`). Pure."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeAlias

from monitor.describing import describe
from monitor.model import Condition

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from monitor.model import Facts, Fault, IncidentKind, OpenIncident, ReportFacts

Claimed: TypeAlias = "tuple[str, str]"
KINDS: tuple[IncidentKind, ...] = ("invalid", "doubtful")


def fault_conditions(facts: Facts, absent: Collection[str]) -> Iterator[Condition]:
    """One condition for each report and kind. `absent`: reports that are withdrawn; what is gone is not wrong any more."""
    by_report: dict[tuple[int, str], list[Fault]] = {}
    for fault in facts.faults:
        by_report.setdefault((fault.report, fault.incident), []).append(fault)
    for report in facts.reports:
        for kind in KINDS:
            faults = sorted(by_report.get((report.report, kind), []), key=lambda fault: fault.fingerprint)
            if faults and report.key not in absent:
                yield _condition(kind, report, faults)


def _condition(kind: IncidentKind, report: ReportFacts, faults: Sequence[Fault]) -> Condition:
    fingerprints = sorted({fault.fingerprint for fault in faults})
    said = {(fault.message, fault.message_zh): fault for fault in reversed(faults)}
    shown = [said[pair] for pair in dict.fromkeys((fault.message, fault.message_zh) for fault in faults)]
    detail: dict[str, Any] = {
        **describe(report),
        "gravest": min(fault.level for fault in faults),  # error comes before warning
        "faults": [[fault.message, fault.message_zh] for fault in shown],
        "evidence": [_evidence(fault) for fault in shown],
        "fingerprints": fingerprints,
        "known": fingerprints,
        "documents": sorted({fault.document for fault in faults if fault.document}),
        "stated": {fault.fingerprint: f"{fault.rule} {fault.level}" for fault in faults},
        "across": sorted({fault.fingerprint for fault in faults if not fault.document}),
    }
    digest = sha256("\n".join(fingerprints).encode()).hexdigest()[:16]
    return Condition(f"{kind}|{report.key}", kind, report.publisher, report.year, None, digest, detail)


def _evidence(fault: Fault) -> dict[str, Any]:
    """By which rule, and where a person can look."""
    return {"fingerprint": fault.fingerprint, "rule": fault.rule, "page": fault.page, "url": fault.url}


def held_faults(facts: Facts, absent: Collection[str]) -> dict[str, str]:
    """Why a report's faults cannot be told mended: a version that was not read proves nothing, nor does none at all.

    What takes several documents to see is held by any of the publisher's that was not read.
    """
    unread = {report.publisher for report in facts.reports if report.unread}
    held: dict[str, str] = {}
    for report in facts.reports:
        if report.key in absent:
            continue
        if report.unread:
            held |= {f"{kind}|{report.key}": "version unread" for kind in KINDS}
        elif not report.documents:
            held |= {f"{kind}|{report.key}": "no version there" for kind in KINDS}
        elif report.publisher in unread:
            held[f"doubtful|{report.key}"] = "version unread"
    return held


def new_faults(incident: OpenIncident, condition: Condition) -> frozenset[str]:
    """What the incident never had before: a fault, or a publisher we cannot see. Fewer, or one again, are no news."""
    return _marks(condition.detail) - known_faults(incident.detail)


def worsening(incident: OpenIncident, condition: Condition) -> frozenset[str]:
    """The new faults that are news. What the same bytes were told of before, by the same rule, is none.

    A rule's next version, or another choice of its figures, gives a fault another fingerprint and takes the old one
    away. What takes several documents to see is the same only in the same words.
    """
    new = new_faults(incident, condition)
    if not new or set(condition.detail.get("documents", ())) - set(incident.detail.get("documents", ())):
        return new
    return new - _renamed(
        new, _claims(incident.kind, incident.detail), _claims(condition.kind, condition.detail)
    )


def _renamed(new: frozenset[str], was: Mapping[str, Claimed], now: Mapping[str, Claimed]) -> set[str]:
    """Those of `new` that stand where as many of the same rule stood: no more than were there are none."""
    left = Counter(was[one] for one in was if one not in now)
    came = Counter(now[one] for one in now if one not in was)
    return {one for one in new if one in now and came[now[one]] <= left[now[one]]}


def _claims(kind: str, detail: Mapping[str, Any]) -> dict[str, Claimed]:
    """By fingerprint: the rule and how grave it is; of what no single document shows, what was said too.

    Incidents of before this was kept name the rules of what they showed; then all that was doubtful was a warning.
    """
    evidence = {one["fingerprint"]: one["rule"] for one in detail.get("evidence", ())}
    level = "error" if kind == "invalid" else "warning"
    stated = detail.get("stated") or {one: f"{rule} {level}" for one, rule in evidence.items()}
    words = dict(zip(evidence, (fault[0] for fault in detail.get("faults", ())), strict=False))
    across = set(detail.get("across", ()))
    return {one: (rule, words.get(one, one) if one in across else "") for one, rule in stated.items()}


def known_faults(detail: Mapping[str, Any]) -> frozenset[str]:
    """Every fault that an incident ever had; of a host or platform, every publisher that could not be seen there."""
    return frozenset(detail.get("known", ())) | _marks(detail)


def _marks(detail: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(detail.get("publishers" if "host" in detail else "fingerprints", ()))
