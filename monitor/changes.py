"""From conditions that hold and incidents that are stored to events: pure comparison, so twice gives nothing new.

Recovery is told once, and only to those who were told of the trouble. What was told and proves wrong is taken back
(`corrected`) instead of being called resolved.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.arrivals import arrivals, is_late_arrival
from monitor.blind import is_folded, is_seen_again, platform_of
from monitor.incidents import describe, evaluate
from monitor.model import SEVERITY, Changes, Condition, Event, OpenIncident
from monitor.moments import days_between, hours_between, shanghai_day
from monitor.retractions import retraction
from monitor.summary import summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.model import Detail, Evaluation, Facts, Ledger, ReportFacts, Revision, SourceFacts

STORM_INCIDENTS = 20  # more than so many incidents at once …
STORM_SHARE = 0.10  # … about more than this share of the publishers are one storm …
STORM_HOURS = 1  # … and are told one by one only if they still hold so much later
FIRST_REMINDERS = (10, 30)  # days open; after that every 30 days
EVERY_DAYS = 30


def changes(facts: Facts, ledger: Ledger, revisions: Sequence[Revision], now: str) -> Changes:
    """Everything that a check at `now` has to write, given what is stored."""
    platforms = frozenset(name for incident in ledger.incidents if (name := platform_of(incident)))
    evaluation = evaluate(facts, platforms)
    reports = {report.key: report for report in facts.reports}
    conditions = {condition.key: condition for condition in evaluation.open}
    stored = {incident.key: incident for incident in ledger.incidents}
    opened = tuple(conditions[key] for key in conditions if key not in stored)
    kept = [
        (incident, conditions[incident.key]) for incident in ledger.incidents if incident.key in conditions
    ]
    released = tuple(incident for incident, _ in kept if _may_release(incident, now))
    openings = tuple(_openings(opened, facts, ledger, now))
    announced = _announced_platforms(openings, ledger, released, conditions)
    folded = tuple(one for one in ledger.incidents if is_folded(one, announced, facts.sources))
    closed = tuple(
        incident
        for incident in ledger.incidents
        if incident not in folded and _is_over(incident, evaluation, conditions, facts.sources)
    )
    reminded = tuple((incident, condition) for incident, condition in kept if _wants_reminder(incident, now))
    events = (
        *openings,
        *(_worsened(incident, condition) for incident, condition in kept if _is_worse(incident, condition)),
        *(_reminder(incident, condition, now) for incident, condition in reminded),
        *(event for incident in closed for event in _endings(incident, reports, facts, now)),
        *(_folded(incident, now) for incident in folded),
        *arrivals(facts, ledger, closed, now),
        *(
            _revised(revision, reports, ledger)
            for revision in revisions
            if f"{revision.publisher}|{revision.year}" in reports
        ),
        *summary(facts, evaluation, ledger, now),
    )
    updated = tuple(
        (incident, condition) for incident, condition in kept if incident.detail != condition.detail
    )
    return Changes(
        opened, updated, (*closed, *folded), released, tuple(incident for incident, _ in reminded), events
    )


def _is_over(
    incident: OpenIncident,
    evaluation: Evaluation,
    conditions: dict[str, Condition],
    sources: Sequence[SourceFacts],
) -> bool:
    if incident.key in conditions or incident.key in evaluation.held:
        return False
    return incident.kind != "blind" or is_seen_again(incident, sources)


def _announced_platforms(
    openings: Sequence[Event],
    ledger: Ledger,
    released: Sequence[OpenIncident],
    conditions: dict[str, Condition],
) -> list[Condition]:
    """The failing platforms that are told, now or before: only then may they speak for their hosts."""
    told = {event.incident for event in openings if event.kind == "opened" and event.suppressed is None}
    told |= {incident.key for incident in released}
    told |= {incident.key for incident in ledger.incidents if incident.suppressed is None}
    return [one for key, one in conditions.items() if key in told and "platform" in one.detail]


def _folded(incident: OpenIncident, now: str) -> Event:
    """The end of a host's incident that goes on as its platform's: recovery is told once, by that."""
    detail = {**incident.detail, "reason": "folded", "closed_at": now}
    return _about(
        incident, "resolved", f"resolved|{incident.key}|{incident.ordinal}", detail, "told by its platform"
    )


def _openings(opened: Sequence[Condition], facts: Facts, ledger: Ledger, now: str) -> Iterator[Event]:
    events = [_opening(condition, ledger, now) for condition in opened]
    loud = [event for event in events if event.suppressed is None]
    if not _is_storm(loud, facts):
        yield from events
        return
    yield from (replace(event, suppressed="storm") if event.suppressed is None else event for event in events)
    yield _storm(loud, facts, now)


def _opening(condition: Condition, ledger: Ledger, now: str) -> Event:
    ordinal = ledger.ordinals.get(condition.key, 0) + 1
    return Event(
        key=f"opened|{condition.key}|{ordinal}",
        kind="opened",
        topic=condition.kind,
        severity=SEVERITY[condition.kind],
        publisher=condition.publisher,
        year=condition.year,
        source=condition.source,
        incident=condition.key,
        suppressed=_silence(condition, ledger, now),
        detail={**condition.detail, "opened_at": now},
    )


def _silence(condition: Condition, ledger: Ledger, now: str) -> str | None:
    """Sums in the reports of past seasons are for whoever asks; the first look of all is told as one summary."""
    if condition.kind == "invalid" and (condition.year or 0) < season_year(now):
        return "backfill"
    return None if ledger.started else "baseline"


def season_year(now: str) -> int:
    """The report year whose reports are due in the year of `now` in Shanghai."""
    return shanghai_day(now).year - 1


def _is_storm(events: Sequence[Event], facts: Facts) -> bool:
    everybody = {report.publisher for report in facts.reports}
    return len(events) > STORM_INCIDENTS and len(_publishers(events)) > STORM_SHARE * len(everybody)


def _publishers(events: Iterable[Event]) -> set[str]:
    return {
        name
        for event in events
        for name in ([event.publisher] if event.publisher else event.detail["publishers"])
    }


def _storm(events: Sequence[Event], facts: Facts, now: str) -> Event:
    kinds = [event.topic for event in events]
    names = [str(event.detail.get("who") or event.detail.get("host")) for event in events]
    detail = {
        "count": len(events),
        "kinds": {kind: kinds.count(kind) for kind in sorted(set(kinds))},
        "publishers": len(_publishers(events)),
        "watched": len({report.publisher for report in facts.reports}),
        "first": names[:10],
        "hours": STORM_HOURS,
        "at": now,
    }
    first = min(event.key for event in events)
    return Event(f"storm|{first}|{len(events)}", "storm", "storm", SEVERITY["storm"], detail=detail)


def _may_release(incident: OpenIncident, now: str) -> bool:
    return incident.suppressed == "storm" and hours_between(incident.opened_at, now) >= STORM_HOURS


def _is_worse(incident: OpenIncident, condition: Condition) -> bool:
    """A fault more than before; fewer, or other words for the same, are silent."""
    before = set(incident.detail.get("fingerprints", ()))
    return incident.suppressed is None and bool(set(condition.detail.get("fingerprints", ())) - before)


def _worsened(incident: OpenIncident, condition: Condition) -> Event:
    return _about(
        incident,
        "worsened",
        f"worsened|{incident.key}|{incident.ordinal}|{condition.fingerprint}",
        condition.detail,
    )


def _about(
    incident: OpenIncident, kind: str, key: str, detail: Detail, suppressed: str | None = None
) -> Event:
    return Event(
        key=key,
        kind=kind,  # type: ignore[arg-type]  # the callers name literals
        topic="corrected" if kind == "corrected" else incident.kind,
        severity=SEVERITY[incident.kind] if kind != "resolved" else "info",
        publisher=incident.publisher,
        year=incident.year,
        source=incident.source,
        incident=incident.key,
        suppressed=suppressed,
        detail={**detail, "kind": incident.kind, "opened_at": incident.opened_at},
    )


def _wants_reminder(incident: OpenIncident, now: str) -> bool:
    if incident.suppressed in ("backfill", "storm"):
        return False
    return _stage(incident, now) > (_stage(incident, incident.reminded_at) if incident.reminded_at else 0)


def _stage(incident: OpenIncident, at: str) -> int:
    """How many reminders are due by then: after 10 and 30 days, then every 30."""
    days = days_between(incident.opened_at, at)
    monthly = max(0, (days - FIRST_REMINDERS[-1]) // EVERY_DAYS)
    return sum(days >= first for first in FIRST_REMINDERS) + monthly


def _reminder(incident: OpenIncident, condition: Condition, now: str) -> Event:
    key = f"reminder|{incident.key}|{incident.ordinal}|{_stage(incident, now)}"
    return _about(
        incident, "reminder", key, {**condition.detail, "days": days_between(incident.opened_at, now)}
    )


def _endings(
    incident: OpenIncident, reports: dict[str, ReportFacts], facts: Facts, now: str
) -> Iterator[Event]:
    """The one event that ends an incident: resolved, or corrected where it should not have been told."""
    report = reports.get(f"{incident.publisher}|{incident.year}")
    detail = {**incident.detail, **(describe(report) if report else {}), "closed_at": now}
    wrong = retraction(incident, report)
    end = f"{incident.key}|{incident.ordinal}"
    silence = None if incident.told else "not announced"
    if wrong:
        yield _about(incident, "corrected", f"corrected|{end}", {**detail, "reason": wrong}, silence)
        return
    if report and is_late_arrival(incident, report):
        silence = silence or "told as appeared"
    places = {name for source in facts.sources for name in (source.host, source.platform)}
    watched = report is not None if incident.publisher else incident.source in places
    reason = "over" if watched else "unwatched"
    yield _about(incident, "resolved", f"resolved|{end}", {**detail, "reason": reason}, silence)


def _revised(revision: Revision, reports: dict[str, ReportFacts], ledger: Ledger) -> Event:
    key = f"{revision.publisher}|{revision.year}"
    detail = {
        **describe(reports[key]),
        "url": revision.url,
        "seen_at": revision.seen_at,
        "figures": [list(change) for change in revision.figures],
        "sections": list(revision.sections),
        "copy_of": revision.copy_of,
    }
    return Event(
        key=f"revised|{key}|{revision.capture}",
        kind="revised",
        topic="revised",
        severity=SEVERITY["revised"],
        publisher=revision.publisher,
        year=revision.year,
        suppressed=_why_untold(revision, ledger),
        detail=detail,
    )


def _why_untold(revision: Revision, ledger: Ledger) -> str | None:
    if not (revision.figures or revision.sections):
        return "another copy" if revision.copy_of else "cosmetic"
    return None if ledger.started else "baseline"
