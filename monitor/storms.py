"""Very many incidents at once: as likely our fault as theirs, so they are held as one. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.model import SEVERITY, Event
from monitor.moments import hours_between

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.model import Facts, OpenIncident

STORM_INCIDENTS = 20  # more than so many incidents at once …
STORM_SHARE = 0.10  # … about more than this share of the publishers are one storm …
STORM_HOURS = 1  # … and are told one by one only if they still hold so much later, or a person says so
NAMED = 10


def hold_storm(events: Sequence[Event], facts: Facts, now: str) -> Iterator[Event]:
    """The opening events as they are; or, if they are too many at once, silenced, with one `storm` instead."""
    loud = [event for event in events if event.suppressed is None and _may_be_held(event)]
    if not _is_storm(loud, facts):
        yield from events
        return
    held = {event.key for event in loud}
    yield from (replace(event, suppressed="storm") if event.key in held else event for event in events)
    yield _storm(loud, facts, now)


def _may_be_held(event: Event) -> bool:
    """Our own trouble is urgent, and what only looks wrong is a list of its own."""
    return event.topic != "monitor" and (event.topic, event.severity) != ("doubtful", "notice")


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
    kinds = [event.topic for event in events]
    named = events[:NAMED]
    detail = {
        "count": len(events),
        "kinds": {kind: kinds.count(kind) for kind in sorted(set(kinds))},
        "publishers": len(_publishers(events)),
        "watched": len({report.publisher for report in facts.reports}),
        "first": [str(event.detail.get("who") or event.detail.get("host")) for event in named],
        "named": [event.incident for event in named],
        "hours": STORM_HOURS,
        "at": now,
    }
    first = min(event.key for event in events)
    return Event(f"storm|{first}|{len(events)}", "storm", "storm", SEVERITY["storm"], detail=detail)
