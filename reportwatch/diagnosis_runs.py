"""What `doctor` looks at in the runs: whether they come, whether they end, and what waits for the next one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from monitor import moments
from parsers import READER_VERSION
from reportwatch.diagnosed import Diagnosis
from reportwatch.diagnosis_state import database_of
from reportwatch.locking import holder
from reportwatch.versions import watchlist_hash
from store.paths import StatePaths
from store.runs import last_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportwatch.options import Options

RUN_AGE, TOO_LONG, CLOCK_SLACK = 48.0, 240.0, -1.0  # hours
LONG_RUN = 12.0  # hours
OF_LATE, MANY_INTERRUPTED = 10, 3


def last(options: Options) -> Iterator[Diagnosis]:
    """Whether cron calls, whether the clock is right, and how the last run ended."""
    db = database_of(options)
    run = last_run(db) if db is not None else None
    if run is None:
        fix = "run: reportwatch run, and let cron call it (README)"
        yield Diagnosis("warning", "last run", "there was none yet", fix)
        return
    started = str(run["started_at"])
    hours = moments.hours_between(started, options.now())
    kept = f"{StatePaths(options.state).runs / str(run['id'])}.json"
    if hours < CLOCK_SLACK:
        says = f"it is {options.now()}, but the last run was at {started}"
        yield Diagnosis("error", "clock", says, "set the clock of this machine")
    elif hours > RUN_AGE:
        says = f"{hours / 24:.1f} days ago ({started})"
        fix = "see whether cron or the timer still calls reportwatch run"
        yield Diagnosis("error" if hours > TOO_LONG else "warning", "last run", says, fix)
    elif run["outcome"] == "failed":
        says = f"{started}: failed with exit code {run['exit_code']}"
        yield Diagnosis("error", "last run", says, f"read {kept}, put right what it names, run again")
    else:
        yield Diagnosis("ok", "last run", f"{started}, ended: {run['outcome'] or 'not yet'}")


def endings(options: Options) -> Iterator[Diagnosis]:
    """Whether runs are cut off again and again, and whether one never ends."""
    db = database_of(options)
    if db is None:
        return
    rows = db.execute("SELECT outcome, started_at FROM runs ORDER BY id DESC LIMIT ?", [OF_LATE]).fetchall()
    cut = sum(outcome == "interrupted" for outcome, _ in rows)
    if cut >= MANY_INTERRUPTED:
        says = f"{cut} of the last {len(rows)} runs were cut off"
        fix = "see the system's log for kills (memory, TimeoutStartSec) and give a run more time or memory"
        yield Diagnosis("warning", "runs", says, fix)
    by = holder(StatePaths(options.state).lock)
    running = next((str(started) for outcome, started in rows if outcome is None), None)
    says = f"process {by} holds the lock; its run began at {running}"
    hangs = bool(running) and moments.hours_between(str(running), options.now()) > LONG_RUN
    if by and not running and rows and moments.hours_between(str(rows[0][1]), options.now()) > RUN_AGE:
        says, hangs = f"process {by} holds the lock, and no run began since {rows[0][1]}", True
    if by and hangs:  # cron says nothing of runs that end with 75: nobody else would tell
        fix = f"see what it does (state/logs); end it with: kill {by}. Nothing is lost"
        yield Diagnosis("error", "lock", says, fix)
    elif cut < MANY_INTERRUPTED:
        yield Diagnosis(
            "ok",
            "runs",
            f"of the last {len(rows)}, {cut} were cut off" + (f"; process {by} is at work" if by else ""),
        )


def pending(options: Options) -> Iterator[Diagnosis]:
    """What the next run does that the last did not: a newer reader, a changed watchlist."""
    db = database_of(options)
    if db is None:
        return
    old = db.execute(
        "SELECT count(DISTINCT document) FROM readings WHERE reader_version <> ?", [READER_VERSION]
    ).fetchone()[0]
    if old:
        says = f"{old} documents were read by another version of the readers than {READER_VERSION}"
        yield Diagnosis(
            "warning",
            "readers",
            says,
            "run: reportwatch parse --again, look at what it would change, then parse --promote",
        )
    row = db.execute(
        "SELECT summary FROM runs WHERE command = 'run' AND finished_at IS NOT NULL AND summary <> '{}' ORDER BY id DESC LIMIT 1"
    ).fetchone()
    then = json.loads(row[0]).get("report", {}).get("versions", {}).get("watchlist") if row else None
    if then and then != watchlist_hash(options.watchlist):
        yield Diagnosis(
            "warning",
            "watchlist",
            "it was changed after the last run",
            "run: reportwatch run; nothing new is visited before",
        )


def lists(options: Options) -> Iterator[Diagnosis]:
    """Whether the newest visit of every list was blind: then the trouble is likely here, not there."""
    db = database_of(options)
    if db is None:
        return
    newest = db.execute(
        "SELECT outcome, blind_kind FROM crawls c WHERE id = (SELECT max(id) FROM crawls n WHERE n.source = c.source)"
    ).fetchall()
    if newest and {kind for _, kind in newest} == {"robots"}:
        says = f"robots.txt refused all {len(newest)} lists"
        yield Diagnosis(
            "error",
            "lists",
            says,
            "see whether a proxy or filter answers for the sites; do not go around a refusal, ask the sites",
        )
    elif newest and {outcome for outcome, _ in newest} == {"blind"}:
        says = f"the last visit of all {len(newest)} lists was blind"
        fix = "check the network and the proxy of this machine; reportwatch status --sources says why each is blind"
        yield Diagnosis("error", "lists", says, fix)
    elif newest:
        blind = sum(outcome == "blind" for outcome, _ in newest)
        yield Diagnosis("ok", "lists", f"{len(newest)} visited, {blind} blind")
