"""What falls due when, for whom, and by which rule: the calendar applied to a watchlist. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from monitor.calendar import alert_from, due
from monitor.lives import Life
from monitor.moments import shanghai_day
from store.levels import level_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from monitor.calendar import Calendar, Due, DueRule
    from store.model import Publisher

AHEAD_DAYS = 365
LAST_MONTH_OF_SEASON = 3  # by the end of March everything is due by law


@dataclass(frozen=True, slots=True)
class DueGroup:
    """Reports of one year that fall due on one day (ISO day), of bodies of one kind in one region, by one rule.

    `reminder` and `alerts` are the days (Shanghai) from which a reminder is told, and an absence. `statutory` is the
    law's own date, where a local one decides; else None.
    """

    due: str
    report_year: int
    kind: str
    region: str
    publishers: tuple[str, ...]
    basis: str
    source: str
    source_zh: str
    statutory: str | None
    reminder: str
    alerts: str


@dataclass(frozen=True, slots=True)
class NothingOwed:
    """Bodies of one kind that owe no report for a year, and why, in English and in Chinese."""

    report_year: int
    kind: str
    publishers: tuple[str, ...]
    why: str
    why_zh: str


@dataclass(frozen=True, slots=True)
class YearAhead:
    """What falls due, by date; and who owes nothing."""

    due: tuple[DueGroup, ...]
    nothing: tuple[NothingOwed, ...]


def year_ahead(
    publishers: Sequence[Publisher],
    rules: Calendar,
    now: str,
    year: int | None = None,
    *,
    names: Mapping[str, str],
) -> YearAhead:
    """What falls due from today on within a year; with `year`, everything that is owed for that report year.

    `names`: the name of every body on the watchlist by its id, for successors. Who owes nothing is told of that year,
    else of the year whose reports are due next.
    """
    today = shanghai_day(now)
    season = today.year - 1 if today.month <= LAST_MONTH_OF_SEASON else today.year
    owed: dict[tuple[str, int, str, str, Due], list[str]] = {}
    nothing: dict[tuple[str, str, str], list[str]] = {}
    for report_year in (today.year - 1, today.year) if year is None else (year,):
        for body in publishers:
            found = _owes(body, report_year, rules, names)
            if found.date is not None:
                if year is not None or 0 <= (date.fromisoformat(found.date) - today).days < AHEAD_DAYS:
                    key = (found.date, report_year, body.kind, body.region, found)
                    owed.setdefault(key, []).append(body.id)
            elif report_year == (season if year is None else year):
                nothing.setdefault((body.kind, found.source, found.source_zh), []).append(body.id)
    return YearAhead(
        tuple(sorted(_groups(owed, rules), key=lambda group: (group.due, group.region, group.kind))),
        tuple(
            NothingOwed(season if year is None else year, kind, tuple(sorted(ids)), why, why_zh)
            for (kind, why, why_zh), ids in sorted(nothing.items())
        ),
    )


def overruled(publishers: Sequence[Publisher], rules: Calendar, year: int) -> tuple[str, ...]:
    """The ids of bodies whose own date (`due`) does not count for a report year: the law's is not later."""
    found = []
    for body in publishers:
        owes = due(body.kind, body.region, year, body.due, body.due_source, level=level_of(body), rules=rules)
        if body.due and owes.basis == "law" and not (owes.date or "").endswith(body.due):
            found.append(body.id)
    return tuple(found)


def unused(rules: Sequence[DueRule], publishers: Sequence[Publisher]) -> tuple[DueRule, ...]:
    """The rules that speak about nobody on the watchlist: perhaps a region is written otherwise there."""
    return tuple(
        rule
        for rule in rules
        if not any(rule.covers(body.kind, body.region, rule.from_year, level_of(body)) for body in publishers)
    )


def _owes(body: Publisher, year: int, rules: Calendar, names: Mapping[str, str]) -> Due:
    """What the body owes for the year; outside its life nothing, and why."""
    found = due(body.kind, body.region, year, body.due, body.due_source, level=level_of(body), rules=rules)
    heir = (names.get(body.successor, body.successor), body.successor) if body.successor else None
    life = Life(body.from_year, body.to_year, body.ended, body.ending, heir)
    if not life.lacks(year, found.date):
        return found
    why, why_zh = life.why_not(year)
    return replace(found, date=None, basis="none", source=why, source_zh=why_zh, statutory=None)


def _groups(
    owed: Mapping[tuple[str, int, str, str, Due], Sequence[str]], rules: Calendar
) -> Iterator[DueGroup]:
    for (day, report_year, kind, region, found), ids in owed.items():
        reminder = date.fromisoformat(day) - timedelta(days=rules.remind_days_before)
        yield DueGroup(
            due=day,
            report_year=report_year,
            kind=kind,
            region=region,
            publishers=tuple(sorted(ids)),
            basis=found.basis,
            source=found.source,
            source_zh=found.source_zh,
            statutory=found.statutory if found.statutory != day else None,
            reminder=reminder.isoformat(),
            alerts=shanghai_day(alert_from(day, rules.grace_working_days)).isoformat(),
        )
