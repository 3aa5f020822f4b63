"""When a report is due, by which rule, and from when its absence is told.

The rules are in calendar.toml, each with its citation. A due date is a day in Shanghai, and a report on that day is
in time. Grace and holidays move the alert only, never the recorded lateness.
"""

from __future__ import annotations

import tomllib
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

import holidays

from monitor.moments import end_of, start_of

Basis = Literal["law", "inference", "local", "custom", "none"]
GRACE_WORKING_DAYS = 3
NO_DATE = "no rule names a date for this kind of body; a cited local rule can"
NO_DATE_ZH = "没有规定为此类机构设定公布期限；可在注明依据后设定本地期限"


@dataclass(frozen=True, slots=True)
class Due:
    """The due date (ISO day, or None where nothing is owed), on what basis, and the rule that says so."""

    date: str | None
    basis: Basis
    source: str
    source_zh: str


@dataclass(frozen=True, slots=True)
class DueRule:
    """One entry of the calendar: these kinds of body, these report years, this region and what lies in it."""

    kinds: tuple[str, ...]
    due: str
    basis: Basis
    source: str
    source_zh: str
    region: str = ""
    from_year: int = 0
    to_year: int = 9999

    def covers(self, kind: str, region: str, year: int) -> bool:
        """Whether this entry speaks about such a body in that report year."""
        return kind in self.kinds and self.from_year <= year <= self.to_year and within(region, self.region)


def within(region: str, outer: str) -> bool:
    """Whether a region is the outer one or lies in it; the empty outer region is the whole country."""
    return not outer or region == outer or region.startswith(outer + "/")


def load_calendar(path: Path) -> tuple[DueRule, ...]:
    """The entries of a calendar file, local ones first. Raises ValueError naming an entry that cites nothing."""
    text = tomllib.loads(path.read_text(encoding="utf-8"))
    local = [_rule(entry, "local") for entry in text.get("local", [])]
    return (*local, *(_rule(entry, entry.get("basis", "law")) for entry in text.get("national", [])))


def _rule(entry: dict[str, object], basis: object) -> DueRule:
    if not entry.get("source"):
        raise ValueError(f"calendar entry without a source: {entry}; cite the rule it comes from")
    fields = {**entry, "basis": basis, "kinds": tuple(entry["kinds"])}  # type: ignore[arg-type]  # a TOML list
    fields.setdefault("source_zh", entry["source"])
    _month_and_day(str(entry["due"]))
    return DueRule(**fields)  # type: ignore[arg-type]  # an unknown word is a TypeError that names it


@cache
def rules() -> tuple[DueRule, ...]:
    """The entries of the calendar that comes with this program."""
    return load_calendar(Path(__file__).with_name("calendar.toml"))


def due(
    kind: str,
    region: str,
    report_year: int,
    override: str | None = None,
    override_source: str | None = None,
    *,
    calendar: tuple[DueRule, ...] | None = None,
) -> Due:
    """When the report of that year is due. `override` is MM-DD of the next year and counts only with its source."""
    if override and override_source:
        return Due(_day(report_year + 1, override), "custom", override_source, override_source)
    for rule in rules() if calendar is None else calendar:
        if rule.covers(kind, region, report_year):
            return Due(_day(report_year + 1, rule.due), rule.basis, rule.source, rule.source_zh)
    return Due(None, "none", NO_DATE, NO_DATE_ZH)


def citation_in_chinese(source: str) -> str:
    """The Chinese wording of a citation that the calendar knows; any other citation stays as it was written."""
    known = {rule.source: rule.source_zh for rule in rules()} | {NO_DATE: NO_DATE_ZH}
    return known.get(source, source)


def due_ends(due_date: str) -> str:
    """UTC text of the first instant at which a report is late: midnight in Shanghai after the due date."""
    return end_of(date.fromisoformat(due_date))


def alert_from(due_date: str, grace_working_days: int = GRACE_WORKING_DAYS) -> str:
    """UTC text of the first instant after the due date and so many whole working days in mainland China.

    Weekends that the yearly notice turns into working days still count as free: that only lengthens the grace.
    """
    day, left = date.fromisoformat(due_date), grace_working_days
    while left:
        day += timedelta(days=1)
        left -= _is_working(day)
    return start_of(day + timedelta(days=1))


def _is_working(day: date) -> bool:
    return day.weekday() < 5 and day not in _holidays(day.year)  # noqa: PLR2004 - Saturday is 5


@cache
def _holidays(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=year)


def _day(year: int, month_day: str) -> str:
    month, day = _month_and_day(month_day)
    return date(year, month, min(day, monthrange(year, month)[1])).isoformat()


def _month_and_day(text: str) -> tuple[int, int]:
    leap_day = date.fromisoformat(f"2000-{text}")  # 02-29 means the end of February
    return leap_day.month, leap_day.day
