"""When a report is due, by which rule, and from when its absence is told.

The rules are in calendar.toml, and in a calendar file of the user's own, each with its citation. A due date is a day
in Shanghai, and a report on that day is in time. Grace and holidays move the alert only, never the recorded lateness.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import holidays

from monitor.moments import end_of, start_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Basis = Literal["law", "inference", "local", "custom", "none"]
GRACE_WORKING_DAYS = 3
REMIND_DAYS_BEFORE = 7
NO_DATE = "no rule names a date for this kind of body; a cited local rule can"
NO_DATE_ZH = "没有规定为此类机构设定公布期限；可在注明依据后设定本地期限"


@dataclass(frozen=True, slots=True)
class DueRule:
    """One entry of the calendar: these kinds of body, these levels (none: all), these report years, this region.

    `due` is MM-DD of the year after the report year; None says that nothing is owed, and `source` why.
    """

    kinds: tuple[str, ...]
    due: str | None
    basis: Basis
    source: str
    source_zh: str
    region: str = ""
    levels: tuple[str, ...] = ()
    from_year: int = 0
    to_year: int = 9999

    def covers(self, kind: str, region: str, year: int, level: str | None = None) -> bool:
        """Whether this entry speaks about such a body in that report year."""
        if kind not in self.kinds or not self.from_year <= year <= self.to_year:
            return False
        return within(region, self.region) and (not self.levels or level in self.levels)

    def day(self, report_year: int) -> str | None:
        """The due date of that report year as an ISO day; a 29 February is the last of the month."""
        return _day(report_year + 1, self.due) if self.due else None


@dataclass(frozen=True, slots=True)
class Due:
    """The due date (ISO day, or None where nothing is owed), on what basis, and the rule that says so.

    `statutory` is the date in the law's own words, if it names such bodies, with its source: where a local date
    decides, it is another, and nobody may take being late by the one for being late by the other.
    """

    date: str | None
    basis: Basis
    source: str
    source_zh: str
    statutory: str | None = None
    statutory_source: str | None = None
    statutory_source_zh: str | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """All rules: `local` ones, the first that fits decides among them; `national` ones, likewise.

    `grace_working_days` after the due date an absence is told, `remind_days_before` it a reminder.
    """

    local: tuple[DueRule, ...] = ()
    national: tuple[DueRule, ...] = ()
    grace_working_days: int = GRACE_WORKING_DAYS
    remind_days_before: int = REMIND_DAYS_BEFORE

    def with_local(self, rules: Sequence[DueRule]) -> Calendar:
        """The same with further local rules, which are asked first; a smaller region before a larger one."""
        ordered = sorted(rules, key=lambda rule: -rule.region.count("/"))
        return replace(self, local=(*ordered, *self.local))

    def with_days(self, days: Mapping[str, int]) -> Calendar:
        """The same with those numbers of days, by the names of the fields above."""
        return replace(
            self,
            grace_working_days=days.get("grace_working_days", self.grace_working_days),
            remind_days_before=days.get("remind_days_before", self.remind_days_before),
        )


def within(region: str, outer: str) -> bool:
    """Whether a region is the outer one or lies in it; the empty outer region is the whole country."""
    return not outer or region == outer or region.startswith(outer + "/")


@cache
def calendar() -> Calendar:
    """The calendar that comes with this program."""
    from monitor.calendar_file import read_calendar  # noqa: PLC0415 - it needs the types above

    return read_calendar(Path(__file__).with_name("calendar.toml"))


def due(
    kind: str,
    region: str,
    report_year: int,
    override: str | None = None,
    override_source: str | None = None,
    *,
    level: str | None = None,
    rules: Calendar | None = None,
) -> Due:
    """When the report of that year is due. `override` is MM-DD of the next year and counts only with its source.

    A local date that is later than the law's own never decides: no notice can put off what the law sets.
    """
    known = calendar() if rules is None else rules
    national = _first(known.national, kind, region, report_year, level)
    local = _first(known.local, kind, region, report_year, level)
    if override and override_source:
        local = DueRule((kind,), override, "custom", override_source, override_source)
    statutory = national.day(report_year) if national and national.basis == "law" else None
    decides = local or national
    if national and local and statutory and str(local.day(report_year)) >= statutory:
        decides = national
    if decides is None:
        return Due(None, "none", NO_DATE, NO_DATE_ZH)
    found = Due(decides.day(report_year), decides.basis, decides.source, decides.source_zh)
    if national is None or statutory is None:
        return found
    return replace(
        found, statutory=statutory, statutory_source=national.source, statutory_source_zh=national.source_zh
    )


def _first(rules: Sequence[DueRule], kind: str, region: str, year: int, level: str | None) -> DueRule | None:
    return next((rule for rule in rules if rule.covers(kind, region, year, level)), None)


def citation_in_chinese(source: str) -> str:
    """The Chinese wording of a citation that the calendar knows; any other citation stays as it was written."""
    entries = (*calendar().local, *calendar().national)
    known = {rule.source: rule.source_zh for rule in entries} | {NO_DATE: NO_DATE_ZH}
    return known.get(source, source)


def due_ends(due_date: str) -> str:
    """UTC text of the first instant at which a report is late: midnight in Shanghai after the due date."""
    return end_of(date.fromisoformat(due_date))


@cache
def alert_from(due_date: str, grace_working_days: int = GRACE_WORKING_DAYS) -> str:
    """UTC text of the first instant after the due date and so many whole working days in mainland China.

    A weekend day that the yearly notice makes a working day counts as one, where the package `holidays` knows the
    notice; before it is out, the weekend counts as free, and the alert comes later rather than sooner.
    """
    day, left = date.fromisoformat(due_date), grace_working_days
    while left:
        day += timedelta(days=1)
        left -= _holidays(day.year).is_working_day(day)
    return start_of(day + timedelta(days=1))


@cache
def _holidays(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=year)


def _day(year: int, month_day: str) -> str:
    leap_day = date.fromisoformat(f"2000-{month_day}")  # 02-29 means the end of February
    return date(year, leap_day.month, min(leap_day.day, monthrange(year, leap_day.month)[1])).isoformat()
