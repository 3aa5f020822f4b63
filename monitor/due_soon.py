"""Reminders before a due date: what falls due where, and who is still awaited. Pure."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

from monitor.blind import failed_visits, is_blind
from monitor.model import SEVERITY, Event
from monitor.moments import shanghai_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.model import Facts, Ledger, ReportFacts

NAMED = 10
RULES = 3  # so many are cited


def due_soon(facts: Facts, ledger: Ledger, now: str) -> Iterator[Event]:
    """One event for each due date and region from some days before the date on, where reports are awaited.

    Only a report whose lists can be seen is awaited: what cannot be told is not announced as if it were missing. The
    key holds date and region, so it is told once. Before the first look was summed up nothing is.
    """
    if not ledger.started:
        return
    awaited: dict[tuple[str, str], list[ReportFacts]] = {}
    blind = {source.id for source in facts.sources if is_blind(failed_visits(source))}
    for report in facts.reports:
        if blind.intersection(report.sources):
            continue
        if report.status == "awaited" and report.owed and _is_near(report.due, facts.remind_days_before, now):
            awaited.setdefault((str(report.due), report.region), []).append(report)
    for (due, region), reports in sorted(awaited.items()):
        yield _event(due, region, reports, now)


def _is_near(due: str | None, days_before: int, now: str) -> bool:
    return due is not None and 0 <= _days_until(due, now) <= days_before


def _days_until(due: str, now: str) -> int:
    return (date.fromisoformat(due) - shanghai_day(now)).days


def _event(due: str, region: str, reports: Sequence[ReportFacts], now: str) -> Event:
    ordered = sorted(reports, key=lambda report: report.publisher)
    counted = Counter((report.due_basis, report.due_source, report.due_source_zh) for report in ordered)
    rules = [rule for rule, _ in counted.most_common(RULES)]
    detail: dict[str, Any] = {
        "region": region,
        "levels": sorted({report.level for report in ordered if report.level}),
        "year": ordered[0].year,
        "due": due,
        "days": _days_until(due, now),
        "count": len(ordered),
        "publishers": [report.publisher for report in ordered],
        "publisher_names": [report.name for report in ordered[:NAMED]],
        "basis": rules[0][0],
        "law": rules[0][1],
        "law_zh": rules[0][2],
        "rules": [list(rule) for rule in rules],  # law for some, by inference or by a local rule for others
    }
    return Event(
        key=f"due_soon|{due}|{region}",
        kind="due_soon",
        topic="due_soon",
        severity=SEVERITY["due_soon"],
        year=ordered[0].year,
        detail=detail,
    )
