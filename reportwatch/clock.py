"""The only place that asks the clock. Everything else takes `now: str` as an argument."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor import moments
from monitor.moments import SHANGHAI, UTC_TEXT


def now() -> str:
    """The time of the machine, as UTC text `YYYY-MM-DDTHH:MM:SSZ`."""
    return datetime.now(UTC).strftime(UTC_TEXT)  # noqa: TID251 - this is the one place


def of_file(seconds: float) -> str:
    """UTC text of a file's time."""
    return datetime.fromtimestamp(seconds, UTC).strftime(UTC_TEXT)


def as_utc(text: str) -> str:
    """UTC text for what a person types: UTC text, an ISO time with its offset, or a day or time in Shanghai.

    Raises ValueError for anything else. A bare day means noon in Shanghai, so that it is that day in both zones.
    """
    moment = datetime.fromisoformat(text)
    if len(text) == len("2026-01-31"):
        moment = moment.replace(hour=12)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=SHANGHAI)
    if not 1949 <= moment.year <= 9000:  # noqa: PLR2004 - before it nothing was owed, beyond it the calendar ends
        raise ValueError(f"no year of a report: {moment.year}")
    return moment.astimezone(UTC).strftime(UTC_TEXT)


def shanghai_day(utc_text: str) -> str:
    """The ISO day in Shanghai at that moment."""
    return moments.shanghai_day(utc_text).isoformat()


def days_before(utc_text: str, days: float) -> str:
    """UTC text of the moment so many days earlier."""
    return moments.later(utc_text, days=-days)
