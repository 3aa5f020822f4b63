"""When people are reminded of what is still open: after 10 and 30 days, then every 30, unless somebody took it on. Pure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from monitor.moments import days_between, shanghai_day, start_of

if TYPE_CHECKING:
    from monitor.model import OpenIncident

FIRST_REMINDERS = (10, 30)  # days open; after that every 30 days
EVERY_DAYS = 30


def wants_reminder(incident: OpenIncident, now: str) -> bool:
    """Whether a reminder is due: a stage was reached since the last one, or a snooze is over."""
    if incident.suppressed in ("backfill", "storm") or is_quieted(incident, now):
        return False
    if incident.severity == "notice":  # what only looks wrong waits in `reportwatch review`
        return False
    return snooze_over(incident, now) is not None or _stage(incident, now) > _reminded(incident)


def is_quieted(incident: OpenIncident, now: str) -> bool:
    """Whether a person's acknowledgement or snooze stops reminders now."""
    answer = incident.answer
    if answer is None:
        return False
    return answer.until is None or shanghai_day(now) < date.fromisoformat(answer.until)


def snooze_over(incident: OpenIncident, now: str) -> str | None:
    """The day on which the snooze ended, if nobody was reminded since."""
    until = incident.answer.until if incident.answer else None
    if until is None or shanghai_day(now) < date.fromisoformat(until):
        return None
    return None if (incident.reminded_at or "") >= start_of(date.fromisoformat(until)) else until


def reminder_number(incident: OpenIncident, now: str) -> str:
    """What makes a reminder's key its own: the end of the snooze that it follows, or its stage."""
    return snooze_over(incident, now) or str(_stage(incident, now))


def _reminded(incident: OpenIncident) -> int:
    return _stage(incident, incident.reminded_at) if incident.reminded_at else 0


def _stage(incident: OpenIncident, at: str) -> int:
    """How many reminders are due by then: after 10 and 30 days, then every 30."""
    days = days_between(incident.opened_at, at)
    monthly = max(0, (days - FIRST_REMINDERS[-1]) // EVERY_DAYS)
    return sum(days >= first for first in FIRST_REMINDERS) + monthly
