"""Very many claims at once: as likely our fault as theirs, so they are held as one. Pure.

Claims are incidents that open, reports that came late, and reports that were revised. What came late after it was told
missing is the end of what people know, and is told with it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from monitor.describing import describe
from monitor.model import SEVERITY, Event
from monitor.moments import hours_between

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from monitor.model import Detail, Facts, Ledger, OpenIncident, ReportFacts

STORM_INCIDENTS = 20  # more than so many incidents at once …
STORM_SHARE = 0.10  # … about more than this share of the publishers are one storm …
STORM_HOURS = 1  # … and are told one by one only if they still hold so much later, or a person says so
NAMED = 10


@dataclass(frozen=True, slots=True)
class HeldEvent:
    """A claim that was held in a storm and was not told since: a late arrival, or a revision. `at`: since when.

    `taken_back`: a better reading does not bear it out.
    """

    key: str
    kind: Literal["appeared", "revised"]
    publisher: str
    year: int
    at: str
    detail: Detail = field(default_factory=dict)
    taken_back: bool = False


def hold_storm(events: Sequence[Event], facts: Facts, now: str) -> Iterator[Event]:
    """The events as they are; or, if they are too many at once, silenced, with one `storm` instead."""
    loud = [event for event in events if event.suppressed is None and _may_be_held(event)]
    if not _is_storm(loud, facts):
        yield from events
        return
    held = {event.key for event in loud}
    yield from (replace(event, suppressed="storm") if event.key in held else event for event in events)
    yield _storm(loud, facts, now)


def _may_be_held(event: Event) -> bool:
    """Our own trouble is urgent, and what only looks wrong is a list of its own; what was in time accuses nobody."""
    if event.kind == "appeared":
        return event.detail["status"] == "late" and event.answers is None and event.incident is None
    if event.kind == "revised":
        return True
    return event.topic != "monitor" and (event.topic, event.severity) != ("doubtful", "notice")


def freed_events(
    ledger: Ledger, reports: Mapping[str, ReportFacts], now: str, *, confirmed: bool
) -> Iterator[Event]:
    """The held claims that are told now as they stand: those that still hold, after the hold or once confirmed."""
    for held in ledger.held:
        report = reports.get(f"{held.publisher}|{held.year}")
        waited = confirmed or hours_between(held.at, now) >= STORM_HOURS
        if report is not None and waited and _still_holds(held, report, ledger):
            late = held.kind == "appeared"
            yield Event(
                key=held.key,
                kind=held.kind,
                topic=held.kind,
                severity=SEVERITY["late" if late else "revised"],
                publisher=held.publisher,
                year=held.year,
                detail={**held.detail, **(describe(report) if late else {})},
            )


def _still_holds(held: HeldEvent, report: ReportFacts, ledger: Ledger) -> bool:
    if held.kind == "revised":
        return not held.taken_back
    said = ledger.arrivals.get(report.key)
    return report.status == "late" and said is not None and said.event == held.key and said.standing


def may_release(incident: OpenIncident, now: str, *, confirmed: bool) -> bool:
    """Whether an incident that was held and still holds is told now."""
    if incident.suppressed != "storm":
        return False
    return confirmed or hours_between(incident.opened_at, now) >= STORM_HOURS


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
    kinds = ["late" if event.kind == "appeared" else event.topic for event in events]
    named = events[:NAMED]
    detail = {
        "count": len(events),
        "kinds": {kind: kinds.count(kind) for kind in sorted(set(kinds))},
        "publishers": len(_publishers(events)),
        "watched": len({report.publisher for report in facts.reports}),
        "first": [str(event.detail.get("who") or event.detail.get("host")) for event in named],
        "named": [event.incident or event.key for event in named],
        **_one_day(events),
        "hours": STORM_HOURS,
        "at": now,
    }
    first = min(event.key for event in events)
    return Event(f"storm|{first}|{len(events)}", "storm", "storm", SEVERITY["storm"], detail=detail)


def _one_day(events: Sequence[Event]) -> dict[str, object]:
    """The day that most late reports' pages bear, where it is one: of a new website, perhaps, not of publication."""
    late = [event for event in events if event.kind == "appeared"]
    dated = Counter(event.detail["page_date"] for event in late if event.detail.get("page_date"))
    for day, count in dated.most_common(1):
        if len(late) > STORM_INCIDENTS // 2 and count > len(late) / 2:
            return {"page_date": day, "same_date": count}
    return {}
