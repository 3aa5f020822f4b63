"""What is wrong now: a pure function from facts to the set of conditions that hold.

Comparing this set with the stored incidents gives the events; the same facts twice give none. The law here is that
"cannot tell" is never "missing": a publisher whose list cannot be read now keeps the incidents it has and gets no
new one about absence; sums are mended only where another version was read, not where none could be.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from monitor.blind import blind_conditions, failed_visits, undecided_hosts
from monitor.model import Condition, Evaluation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.model import Facts, Fault, ReportFacts, SourceFacts


def evaluate(facts: Facts, platforms: frozenset[str] = frozenset()) -> Evaluation:
    """All conditions that hold, and the keys that must stay as they are because nobody can tell.

    `platforms`: those whose blindness is an open incident.
    """
    failing = {source.id for source in facts.sources if failed_visits(source)}
    blind = blind_conditions(facts.sources, platforms)
    absent, held = _absences(facts, failing)
    invalid = tuple(_invalid(facts))
    held |= {f"invalid|{report.key}" for report in facts.reports if report.unread or not report.documents}
    return Evaluation((*blind, *absent, *invalid), frozenset(held) | undecided_hosts(facts.sources, blind))


def _absences(facts: Facts, failing: set[str]) -> tuple[list[Condition], set[str]]:
    """Missing and withdrawn, and the keys on which a failing list or an undecided status forbids to speak."""
    sources = {source.id: source for source in facts.sources}
    found: list[Condition] = []
    held: set[str] = set()
    for report in facts.reports:
        inhibited = any(source in failing for source in report.sources)
        if report.status == "missing" and not inhibited and _seen_lacking(report, sources):
            found.append(_absence("missing", report, sources))
        elif report.status == "withdrawn" and not inhibited:
            found.append(_absence("withdrawn", report, sources))
        elif _cannot_tell(report):
            held |= {f"missing|{report.key}", f"withdrawn|{report.key}"}
        elif report.status in ("missing", "withdrawn"):
            held.add(f"{report.status}|{report.key}")
    return found, held


def _cannot_tell(report: ReportFacts) -> bool:
    """Nothing is known now; a title that may be the report is knowledge: it takes the claim back."""
    return report.owed and report.status == "unknown" and not report.unmatched


def _seen_lacking(report: ReportFacts, sources: dict[str, SourceFacts]) -> bool:
    """A good visit of each source began after the grace."""
    visits = [sources[name].last_good for name in report.sources if name in sources]
    start = report.alert_from
    return bool(start and visits) and all(good is not None and good >= str(start) for good in visits)


def _absence(kind: str, report: ReportFacts, sources: dict[str, SourceFacts]) -> Condition:
    known = [sources[name] for name in report.sources if name in sources]
    detail = {
        **describe(report),
        "url": report.url or (known[0].url if known else None),
        "looked": [[source.url, source.last_good] for source in known],
        "last_good": min((source.last_good for source in known if source.last_good), default=None),
        "links": [number for number, _ in report.links],
    }
    key = f"{kind}|{report.key}"
    return Condition(
        key, "missing" if kind == "missing" else "withdrawn", report.publisher, report.year, None, "", detail
    )


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


def _invalid(facts: Facts) -> Iterator[Condition]:
    by_report: dict[int, list[Fault]] = {}
    for fault in facts.faults:
        by_report.setdefault(fault.report, []).append(fault)
    for report in facts.reports:
        faults = sorted(by_report.get(report.report, []), key=lambda fault: fault.fingerprint)
        if faults:
            yield _faulty(report, faults)


def _faulty(report: ReportFacts, faults: list[Fault]) -> Condition:
    fingerprints = sorted({fault.fingerprint for fault in faults})
    detail = {
        **describe(report),
        "faults": [
            list(pair) for pair in dict.fromkeys((fault.message, fault.message_zh) for fault in faults)
        ],
        "fingerprints": fingerprints,
        "documents": sorted({fault.document for fault in faults}),
    }
    digest = sha256("\n".join(fingerprints).encode()).hexdigest()[:16]
    return Condition(f"invalid|{report.key}", "invalid", report.publisher, report.year, None, digest, detail)
