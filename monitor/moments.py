"""Arithmetic on UTC text and on the days of the law, which begin and end in Asia/Shanghai. No clock in here."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
UTC_TEXT = "%Y-%m-%dT%H:%M:%SZ"


def moment(utc_text: str) -> datetime:
    """The moment that UTC text `YYYY-MM-DDTHH:MM:SSZ` names. Raises ValueError for anything else."""
    return datetime.strptime(utc_text, UTC_TEXT).replace(tzinfo=UTC)


def utc_text(at: datetime) -> str:
    """UTC text of an aware moment."""
    return at.astimezone(UTC).strftime(UTC_TEXT)


def in_shanghai(text: str) -> datetime:
    """What a clock in Shanghai shows at that moment."""
    return moment(text).astimezone(SHANGHAI)


def shanghai_day(text: str) -> date:
    """The day in Shanghai at that moment."""
    return in_shanghai(text).date()


def shanghai_minute(text: str) -> str:
    """What a person reads: `YYYY-MM-DD HH:MM` in Shanghai."""
    return in_shanghai(text).strftime("%Y-%m-%d %H:%M")


def start_of(day: date) -> str:
    """UTC text of the first instant of a day in Shanghai."""
    return utc_text(datetime.combine(day, time(), SHANGHAI))


def end_of(day: date) -> str:
    """UTC text of the first instant after a day in Shanghai."""
    return start_of(day + timedelta(days=1))


def later(text: str, **amount: float) -> str:
    """UTC text so much later: `later(now, days=1)`."""
    return utc_text(moment(text) + timedelta(**amount))


def hours_between(earlier: str, after: str) -> float:
    """Hours from one moment to the other; negative if they are the other way round."""
    return (moment(after) - moment(earlier)).total_seconds() / 3600


def days_between(earlier: str, after: str) -> int:
    """Whole days from one moment to the other."""
    return (moment(after) - moment(earlier)).days
