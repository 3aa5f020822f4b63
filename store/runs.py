"""The ledger of runs: who started what, when, and how it ended."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from store.database import transaction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlite_utils import Database


def start_run(
    db: Database, command: str, now: str, *, pid: int, host: str, wish: Mapping[str, object] | None = None
) -> int:
    """A new row, which stays without an end if the run is killed. `wish`: what must be known even then. Returns its id."""
    with transaction(db):
        cursor = db.execute(
            "INSERT INTO runs (command, started_at, pid, host, summary) VALUES (?, ?, ?, ?, ?)",
            (command, now, pid, host, json.dumps(wish or {}, ensure_ascii=False)),
        )
    return int(cursor.lastrowid or 0)


def finish_run(
    db: Database, run: int, outcome: str, exit_code: int, summary: Mapping[str, object], now: str
) -> None:
    """Writes how a run ended."""
    with transaction(db):
        db.execute(
            "UPDATE runs SET finished_at = ?, outcome = ?, exit_code = ?, summary = ? WHERE id = ?",
            (now, outcome, exit_code, json.dumps(summary, ensure_ascii=False), run),
        )


def close_interrupted(db: Database, now: str) -> int:
    """Marks runs that never ended; only for the holder of the lock. Returns how many there were."""
    with transaction(db):
        cursor = db.execute(
            "UPDATE runs SET finished_at = ?, outcome = 'interrupted' WHERE finished_at IS NULL", (now,)
        )
    return int(cursor.rowcount)


def last_run(db: Database, command: str = "run") -> dict[str, object] | None:
    """The newest row of that command, by its start; None if there never was one."""
    columns = ("id", "started_at", "finished_at", "outcome", "exit_code", "pid", "host")
    row = db.execute(
        f"SELECT {', '.join(columns)} FROM runs WHERE command = ? ORDER BY started_at DESC, id DESC LIMIT 1",  # noqa: S608 - constants
        (command,),
    ).fetchone()
    return dict(zip(columns, row, strict=True)) if row else None
