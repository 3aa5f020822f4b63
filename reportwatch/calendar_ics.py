"""The year ahead as an iCalendar file (RFC 5545): one all-day event for each due date, region and kind."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from icalendar import Alarm, Calendar, Event

from monitor.moments import moment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from monitor.year_ahead import DueGroup

PRODUCT = "-//reportwatch//due dates//EN"


def as_ics(
    groups: Sequence[DueGroup], title: Callable[[DueGroup], str], text: Callable[[DueGroup], str], now: str
) -> bytes:
    """The file. The same due date, region, kind and rule have the same UID: a newer file replaces the older.

    `title` and `text` say what an event is called and what it says; a reminder goes off when ours would be told.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    for group in groups:
        day = date.fromisoformat(group.due)
        event = Event()
        event.add("uid", f"{group.due}-{_digest(group)}@reportwatch")
        event.add("dtstamp", moment(now))
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("summary", title(group))
        event.add("description", text(group))
        event.add("transp", "TRANSPARENT")  # nobody is busy because a report falls due
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", title(group))
        alarm.add("trigger", date.fromisoformat(group.reminder) - day)
        event.add_component(alarm)
        calendar.add_component(event)
    body: bytes = calendar.to_ical()
    return body


def _digest(group: DueGroup) -> str:
    return sha256(f"{group.region}|{group.kind}|{group.basis}|{group.source}".encode()).hexdigest()[:16]
