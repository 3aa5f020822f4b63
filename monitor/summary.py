"""The one message of the first look: what is watched, what was found, what cannot be told. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from monitor.model import SEVERITY, Event
from monitor.moments import shanghai_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.model import Evaluation, Facts, Ledger


def summary(facts: Facts, evaluation: Evaluation, ledger: Ledger, now: str) -> Iterator[Event]:
    """One event, and only for the first check that has anything to look at."""
    if ledger.started or not has_looked(facts):
        return
    season = shanghai_day(now).year - 1
    detail = {
        "at": now,
        "season": season,
        "publishers": len({report.publisher for report in facts.reports}),
        "sources": len(facts.sources),
        "never_read": sum(source.last_good is None for source in facts.sources),
        "statuses": dict(Counter(r.status for r in facts.reports if r.year == season).most_common()),
        "earlier": sum(bool(r.first_seen) for r in facts.reports if r.year < season),
        "incidents": dict(Counter(condition.kind for condition in evaluation.open).most_common()),
    }
    yield Event("summary|first", "summary", "summary", SEVERITY["summary"], detail=detail)


def has_looked(facts: Facts) -> bool:
    """Whether any list was visited or any document is known: before that there is nothing to sum up."""
    return any(source.visits for source in facts.sources) or any(
        report.first_seen for report in facts.reports
    )
