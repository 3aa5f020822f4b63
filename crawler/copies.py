"""Answers that some cache kept: an old copy of a list says nothing about today."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from crawler.blindness import Blindness
from crawler.clock import to_time

if TYPE_CHECKING:
    from collections.abc import Mapping

STALE = 24 * 3600  # seconds: an older copy says nothing about today
CACHED = (
    "x-cache",
    "x-cache-lookup",
    "x-cache-status",
    "cf-cache-status",
    "x-swift-cachetime",
    "via",
    "x-via",
)


def age_of(headers: Mapping[str, str], now: str) -> int:
    """How many seconds old a cache says that its copy is, by Age or by the Date of it; 0 where none says so."""
    age = headers.get("age", "").strip()
    seconds = int(age[:12]) if age.isdecimal() else 0
    if any(name in headers for name in CACHED):
        try:
            made = parsedate_to_datetime(headers.get("date", ""))
            seconds = max(seconds, int((to_time(now) - made).total_seconds()))
        except (TypeError, ValueError):
            pass
    return seconds


def old_copy(headers: Mapping[str, str], now: str) -> Blindness | None:
    """Why an answer is too old; `now` is the real time. A cache says it by Age, or only keeps the Date of its copy.

    Without a cache a Date of long ago is a wrong clock's.
    """
    age = headers.get("age", "").strip()
    if age.isdecimal() and int(age[:12]) > STALE:
        return Blindness("not_modified", f"a copy that some cache kept for {age} seconds (header Age)")
    if not any(name in headers for name in CACHED):
        return None
    try:
        made = parsedate_to_datetime(headers.get("date", ""))
        seconds = (to_time(now) - made).total_seconds()
    except (TypeError, ValueError):
        return None
    if seconds <= STALE:
        return None
    return Blindness("not_modified", f"a copy that some cache made on {headers['date'][:60]} (header Date)")
