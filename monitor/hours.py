"""When people may be told: quiet hours and quiet days of a clock in Shanghai. They hold delivery, never judgement."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Literal

import holidays

from monitor.moments import SHANGHAI

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
QuietDay = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST = 366  # days to look ahead; a week without a quiet day ends the search long before


def is_quiet(at: datetime, hours: tuple[str, str] | None, days: tuple[QuietDay, ...]) -> bool:
    """Whether nothing is sent at that moment; hours that start and end at once are none."""
    return is_quiet_day(at.date(), days) or (hours is not None and _within(at.time(), *hours))


def is_quiet_day(day: date, days: tuple[QuietDay, ...]) -> bool:
    """Whether it is one of the weekdays, or `holiday` is among them and it is a public holiday in mainland China."""
    return WEEKDAYS[day.weekday()] in days or ("holiday" in days and day in _holidays(day.year))


def released(at: datetime, hours: tuple[str, str] | None, days: tuple[QuietDay, ...]) -> datetime:
    """The first moment from `at` on that is not quiet."""
    for _ in range(2 * LONGEST):
        if is_quiet_day(at.date(), days):
            at = datetime.combine(at.date() + timedelta(days=1), time(), SHANGHAI)
        elif hours is not None and _within(at.time(), *hours):
            ends = datetime.combine(at.date(), time.fromisoformat(hours[1]), SHANGHAI)
            at = ends if ends > at else ends + timedelta(days=1)
        else:
            break
    return at


def next_digest(at: datetime, hour: int, days: tuple[QuietDay, ...]) -> datetime:
    """The next moment of the digest, on a day that is not quiet."""
    digest = datetime.combine(at.date(), time(hour), SHANGHAI)
    if digest < at:
        digest += timedelta(days=1)
    for _ in range(LONGEST):
        if not is_quiet_day(digest.date(), days):
            break
        digest += timedelta(days=1)
    return digest


def _within(at: time, start: str, end: str) -> bool:
    begins, ends = time.fromisoformat(start), time.fromisoformat(end)
    if begins <= ends:
        return begins <= at < ends
    return at >= begins or at < ends


@cache
def _holidays(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=year)
