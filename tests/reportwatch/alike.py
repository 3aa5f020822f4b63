"""What a state folder holds, whatever way it came about: rows by their natural keys, without numbers and attempts."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NATURAL = {
    "publishers": ("id",), "sources": ("id",), "reports": ("publisher", "year"), "links": ("source", "url"),
    "documents": ("source", "url", "sha256", "pictures"), "readings": ("document", "part"), "figure_keys": ("key",),
    "incidents": ("key", "opened_at"), "events": ("key",), "reviews": ("fingerprint", "decision", "at"),
    "rereadings": ("started_at",), "runs": (), "crawls": ("source", "started_at"), "messages": (),
}  # fmt: skip
# What an attempt more or less leaves, and is no knowledge: which run or visit, how often tried, when handed over.
OWN = {
    "crawls": ("run", "finished_at"), "captures": ("crawl", "headers"), "links": ("last_crawl",),
    "deliveries": ("attempts", "leased_until", "sent_at", "last_error", "message", "next_at"),
    "reread_documents": ("before",), "backups": ("folder",), "_sqlite_migrations": ("applied_at",),
    "report_status": ("report",), "open_findings": ("finding", "report", "reading", "document"),
    "latest_figures": ("report", "reading", "document"),
}  # fmt: skip
LEFT_OUT = ("runs", "messages")  # each attempt has its own; what arrived is looked at where it arrived
OFTEN = ("crawls", "captures", "acknowledgements", "reviews", "backups")  # asked, or said, once more
VIEWS = ("report_status", "open_findings", "latest_figures")
TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_words%' ESCAPE '\\'"

Rows = Counter[tuple[object, ...]]


def picture(state: Path) -> dict[str, Rows]:
    """Every table and the views that people look at; the database and the archive must be whole."""
    with closing(sqlite3.connect(state / "reports.db")) as db:
        db.row_factory = sqlite3.Row
        assert [row[0] for row in db.execute("PRAGMA integrity_check")] == ["ok"]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        if (state / "raw").is_dir():
            _archive_is_whole(db, state / "raw")
        tables = [row["name"] for row in db.execute(TABLES) if row["name"] not in LEFT_OUT]
        views = {row["name"] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'view'")}
        return {
            name: _rows(db, name) for name in (*sorted(tables), *(name for name in VIEWS if name in views))
        }


def difference(one: dict[str, Rows], other: dict[str, Rows]) -> dict[str, tuple[Rows, Rows]]:
    """What only the one has, and what only the other has, by table; empty for the same."""
    found = {name: (one[name] - other[name], other[name] - one[name]) for name in one.keys() | other.keys()}
    return {name: pair for name, pair in found.items() if any(pair)}


def _rows(db: sqlite3.Connection, table: str) -> Rows:
    leads = {row["from"]: row["table"] for row in db.execute(f"PRAGMA foreign_key_list({table})")}
    apart = OWN.get(table, ())
    found: Rows = Counter(
        tuple(
            (name, _natural(db, leads[name], row[name]) if name in leads else row[name])
            for name in row.keys()  # noqa: SIM118 - a Row is no dict
            if name not in apart and not (name == "id" and isinstance(row[name], int))
        )
        for row in db.execute(f"SELECT * FROM {table}")  # noqa: S608 - our own names
    )
    if table == "crawls":  # a visit that was cut off, and one more that found nothing else
        apart_too = {("blind_kind", "interrupted"), ("outcome", "unchanged")}
        found = Counter({row: 1 for row in found if not apart_too & set(row)})
    return Counter(set(found)) if table in OFTEN else found


def _natural(db: sqlite3.Connection, table: str, key: object) -> object:
    """The natural key of the row that a number means."""
    names = NATURAL[table]
    if key is None or not names or names == ("id",):
        return key if names else None
    [row] = db.execute(f"SELECT * FROM {table} WHERE id = ?", [key])  # noqa: S608 - our own names
    leads = {one["from"]: one["table"] for one in db.execute(f"PRAGMA foreign_key_list({table})")}
    return tuple(_natural(db, leads[name], row[name]) if name in leads else row[name] for name in names)


def _archive_is_whole(db: sqlite3.Connection, raw: Path) -> None:
    named = {
        row[0]
        for row in db.execute(
            "SELECT sha256 FROM documents UNION SELECT sha256 FROM captures WHERE sha256 IS NOT NULL"
        )
    }
    files = {path.name: path for path in raw.glob("*/[0-9a-f]*")}
    assert named <= files.keys()
    assert [name for name, path in files.items() if sha256(path.read_bytes()).hexdigest() != name] == []
