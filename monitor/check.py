"""What the collected documents mean now: due dates, statuses, incidents, events and deliveries, all or nothing.

Running it twice at one time changes nothing and tells nobody anything: every row has a natural key.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.across.judging import judge_across, prepare_across
from monitor.changes import changes
from monitor.duedates import write_due_dates
from monitor.facts import read_facts, read_ledger
from monitor.ledger import write_changes
from monitor.moments import hours_between
from monitor.revisions import read_revisions
from store.database import transaction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlite_utils import Database

    from monitor.channels import Channel
    from monitor.model import Event

CLOCK_MAY_DIFFER_HOURS = 1


class ClockWentBackError(Exception):
    """Raised by `check` where `now` is before the last check: judging by a wrong clock would take true things back."""

    exit_code = 78


@dataclass(frozen=True, slots=True)
class CheckSummary:
    """What a check found: statuses of all reports, open incidents by kind, and the events that are new.

    Events with `suppressed` are recorded and told to nobody; `deliveries` counts the new ones to be sent;
    `released` the incidents and other claims that a storm held until now.
    """

    at: str
    reports: int
    statuses: Mapping[str, int] = field(default_factory=dict)
    open: Mapping[str, int] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    deliveries: int = 0
    released: int = 0


def check(
    db: Database, now: str, channels: Sequence[Channel] = (), *, confirm_storm: bool = False
) -> CheckSummary:
    """Judges everything as of `now` (UTC text) in one transaction. `channels` says who is to be told of what.
    `confirm_storm`: a person has looked at the storm that is held; its incidents are told now.

    Raises ClockWentBackError, and StoreError or sqlite3.Error from the database; then nothing is changed.
    """
    prepare_across(db)
    with transaction(db):
        return _check(db, now, channels, confirm_storm=confirm_storm)


def _check(db: Database, now: str, channels: Sequence[Channel], *, confirm_storm: bool) -> CheckSummary:
    _refuse_wrong_clock(db, now)
    db.execute(
        "INSERT INTO as_of (id, at) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET at = excluded.at", (now,)
    )
    write_due_dates(db, now)
    judge_across(db)
    facts, ledger = read_facts(db), read_ledger(db)
    before = _count(db, "deliveries")
    decided = changes(facts, ledger, read_revisions(db), now, confirm_storm=confirm_storm)
    events = write_changes(db, decided, ledger, channels, now)
    still_open = db.execute("SELECT kind FROM incidents WHERE resolved_at IS NULL ORDER BY kind").fetchall()
    return CheckSummary(
        at=now,
        reports=len(facts.reports),
        statuses=dict(Counter(report.status for report in facts.reports).most_common()),
        open=dict(Counter(row[0] for row in still_open)),
        events=tuple(events),
        deliveries=_count(db, "deliveries") - before,
        released=len(decided.released) + len(decided.freed),
    )


def _count(db: Database, table: str) -> int:
    return int(db[table].count)


def _refuse_wrong_clock(db: Database, now: str) -> None:
    last = db.execute("SELECT at FROM as_of").fetchone()
    if last and hours_between(now, last[0]) > CLOCK_MAY_DIFFER_HOURS:
        raise ClockWentBackError(
            f"it is {now}, but the last check was at {last[0]}: set the machine's clock right, or give a later --now"
        )
