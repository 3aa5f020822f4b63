"""The crawler's one clock. `REPORTWATCH_NOW` stops it, for tests, the demo and replay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

SHANGHAI = timezone(timedelta(hours=8))  # China has had no daylight saving time since 1991
STAMP = "%Y-%m-%dT%H:%M:%SZ"


def now(fixed: str = "") -> str:
    """UTC as `YYYY-MM-DDTHH:MM:SSZ`: `fixed` where it is given, else the real time."""
    if fixed:
        return to_text(to_time(fixed))  # an ill-formed clock must fail at once, not in a row of the database
    real = datetime.now(tz=UTC)  # noqa: TID251 - the crawler is a process of its own: this is its clock
    return to_text(real)


@lru_cache(maxsize=256)  # the same few moments are compared with every link
def to_time(stamp: str) -> datetime:
    """The instant that a stamp of the database means. Raises ValueError for any other form."""
    return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)


def to_text(instant: datetime) -> str:
    """The stamp of an instant."""
    return instant.astimezone(UTC).strftime(STAMP)


def later(stamp: str, seconds: float) -> str:
    """The stamp `seconds` after (or, negative, before) another."""
    return to_text(to_time(stamp) + timedelta(seconds=seconds))


def hours_between(earlier: str, stamp: str) -> float:
    """Hours from one stamp to another; negative where the clock went back."""
    return (to_time(stamp) - to_time(earlier)).total_seconds() / 3600
