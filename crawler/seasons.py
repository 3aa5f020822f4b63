"""When a known report is read again: often while reports are due and corrected, seldom when they are old."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.clock import SHANGHAI, hours_between, to_time
from parsers import title_facts

if TYPE_CHECKING:
    from datetime import date

    from store.crawls import KnownLink

WEEK, MONTH, YEAR = 7 * 24.0, 30 * 24.0, 365 * 24.0  # hours
SLACK = 2.0  # hours: a daily run at a slightly earlier minute still counts as the day
ABSENT = 20.0  # hours between two looks at a report that its list no longer shows
FAILED = 20.0  # hours before a page that could not be had is tried again
SEASON = ((1, 15), (4, 15))


def in_season(day: date) -> bool:
    """15 January to 15 April: before, on and after the legal dates."""
    return SEASON[0] <= (day.month, day.day) <= SEASON[1]


def reread_hours(title: str, year: int | None, now: str) -> float:
    """Hours between two readings of a known report. The newest report year is the one before the present year."""
    today = to_time(now).astimezone(SHANGHAI).date()
    named = title_facts(title).year
    if named is None and in_season(today):
        return WEEK  # its page may hold another year's report by now
    report_year = year or named
    if report_year is not None and report_year < today.year - 1:
        return YEAR
    return WEEK if in_season(today) else MONTH


def is_due(known: KnownLink | None, title: str, now: str) -> bool:
    """Whether a report on the list is to be read now: new, never had, or due again."""
    if known is None or known.tried_at is None:
        return True
    if known.captured_at is None or known.cut_at is not None:
        return hours_between(known.tried_at, now) >= FAILED - SLACK
    if known.title != title:
        return True
    if known.lacking_since is not None and hours_between(known.lacking_since, now) < WEEK:
        return hours_between(known.tried_at, now) >= FAILED - SLACK
    waited = hours_between(known.captured_at, now)
    tried = hours_between(known.tried_at, now)
    return waited >= reread_hours(title, known.year, now) - SLACK and (
        tried >= FAILED - SLACK or tried == waited
    )


def is_missed(known: KnownLink, now: str) -> bool:
    """Whether a report that its list no longer shows is to be looked for again at its own address."""
    return known.tried_at is None or hours_between(known.tried_at, now) >= ABSENT - SLACK
