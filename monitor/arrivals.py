"""Reports that appeared, in time or late, and what has to be taken back about that. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.describing import describe
from monitor.model import SEEN, SEVERITY, Event
from monitor.moments import shanghai_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.model import Arrival, Facts, Ledger, OpenIncident, ReportFacts, SourceFacts


def arrivals(facts: Facts, ledger: Ledger, closed: Sequence[OpenIncident], now: str) -> Iterator[Event]:
    """`appeared` for each report seen for the first time, `corrected` for each that was told otherwise."""
    sources = {source.id: source for source in facts.sources}
    missed = {
        (incident.publisher, incident.year): incident for incident in closed if incident.kind == "missing"
    }
    for report in facts.reports:
        known = ledger.arrivals.get(report.key)
        if report.status in SEEN and (known is None or not known.standing):
            silence = _silence(report, ledger, sources, now)
            yield _appeared(report, known, missed.get((report.publisher, report.year)), silence)
        elif known is not None and known.standing:
            yield from _taken_back(report, known)


def is_late_arrival(incident: OpenIncident, report: ReportFacts) -> bool:
    """The missing report came, late, after it was told missing: one line says both."""
    return (
        incident.kind == "missing"
        and report.status == "late"
        and (report.first_seen or "") >= incident.opened_at
    )


def _appeared(
    report: ReportFacts, known: Arrival | None, missed: OpenIncident | None, silence: str | None
) -> Event:
    late_arrival = missed is not None and is_late_arrival(missed, report)
    told = missed is not None and bool(missed.told or missed.storm) and late_arrival
    return Event(
        key=f"appeared|{report.key}" + (f"|{known.count + 1}" if known else ""),
        kind="appeared",
        topic="appeared",
        severity=SEVERITY["late" if report.status == "late" else "appeared"],
        publisher=report.publisher,
        year=report.year,
        incident=missed.key if missed and told else None,
        answers=missed.storm if missed and told else None,
        suppressed=None if told else silence,
        detail={**describe(report), "opened_at": missed.opened_at if missed and told else None},
    )


def _silence(report: ReportFacts, ledger: Ledger, sources: dict[str, SourceFacts], now: str) -> str | None:
    """New to us is not new in the world: nobody is told of what a list already held when we first read it.

    Reports of past seasons are recorded; only who was told that one is missing hears of it.
    """
    if not ledger.started or not _watched_before(report, sources):
        return "baseline"
    if report.year < shanghai_day(now).year - 1:
        return "backfill"
    return None


def _watched_before(report: ReportFacts, sources: dict[str, SourceFacts]) -> bool:
    good = [sources[name].first_good for name in report.sources if name in sources]
    return any(first is not None and first < (report.first_seen or "") for first in good)


def _taken_back(report: ReportFacts, known: Arrival) -> Iterator[Event]:
    silence = None if known.told or known.storm else "not announced"
    if report.status not in SEEN and report.status != "withdrawn":
        yield _corrected(report, known, "not this report", f"corrected|{known.event}|gone", silence)
    elif report.status in SEEN and _is_timing_wrong(report, known):
        number = f"{known.corrections + 1}:" if known.corrections else ""
        key = f"corrected|{known.event}|{number}{known.status}→{report.status}"
        yield _corrected(report, known, "timing", key, silence)


def _is_timing_wrong(report: ReportFacts, known: Arrival) -> bool:
    """Late was said and it was not, or the other way round; or it was late by fewer days than was said."""
    if (known.status == "late") != (report.status == "late"):
        return True
    said, now = known.days_late, report.days_late
    return report.status == "late" and said is not None and now is not None and now < said


def _corrected(report: ReportFacts, known: Arrival, reason: str, key: str, silence: str | None) -> Event:
    return Event(
        key=key,
        kind="corrected",
        topic="corrected",
        severity=SEVERITY["corrected"],
        publisher=report.publisher,
        year=report.year,
        answers=known.event,
        suppressed=silence,
        detail={**describe(report), "kind": "appeared", "reason": reason, "was": known.status},
    )
