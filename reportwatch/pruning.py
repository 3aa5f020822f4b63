"""What may go after a while: logs, list pages that support no claim, reports of old runs, routine messages.

Documents are evidence and are never touched, whatever their age; nor is any list page on which something that was told
rests, nor the first and the last good look at a list. The rows go first, the bytes that nothing names any more after
them: cut off between the two, the next pruning finds the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportwatch import clock
from reportwatch.backing_up import files_of
from store.archive import Archive
from store.database import transaction
from store.paths import StatePaths

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlite_utils import Database

LOG_DAYS, LIST_DAYS, RUN_DAYS, MESSAGE_DAYS, ORPHAN_DAYS = 90, 400, 730, 365, 30
# Only what nobody could ask for later: whoever was told of a beginning must still hear of its end and its correction.
ROUTINE = ("reminder", "summary", "storm", "channel")
SHA256 = re.compile(r"\b[0-9a-f]{64}\b")

# Who was called missing, late or withdrawn, and between which moments the pages that show it were fetched. A claim
# protects all lists of its region: which of them was the publisher's then is not written anywhere.
CLAIMS = """
SELECT i.publisher, strftime('%Y-%m-%dT%H:%M:%SZ', i.opened_at, '-400 days') AS begins,
  coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', i.resolved_at, '+30 days'), '9999') AS ends
FROM incidents i WHERE i.kind IN ('missing', 'withdrawn') AND i.publisher IS NOT NULL
UNION ALL
SELECT e.publisher, e.year || '-12-01', strftime('%Y-%m-%dT%H:%M:%SZ', e.at, '+30 days') FROM events e
WHERE e.publisher IS NOT NULL AND (e.kind = 'corrected' OR e.severity IN ('warning', 'critical'))
UNION ALL
SELECT s.publisher, s.year || '-12-01', coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', s.first_seen, '+30 days'), '9999')
FROM report_status s WHERE s.status IN ('late', 'missing', 'withdrawn', 'not found')
"""
OLD_LISTS = f"""
WITH claims AS ({CLAIMS}),
claimed AS (
  SELECT x.source, c.begins, c.ends FROM claims c JOIN publisher_sources x ON x.publisher = c.publisher
  UNION ALL SELECT s.id, c.begins, c.ends FROM claims c JOIN publishers p ON p.id = c.publisher
    JOIN sources s ON s.region = p.region
),
ends AS (
  SELECT min(id) AS crawl FROM crawls WHERE outcome = 'good' GROUP BY source, url
  UNION SELECT max(id) FROM crawls WHERE outcome = 'good' GROUP BY source, url
  UNION SELECT max(id) FROM crawls GROUP BY source
  UNION SELECT last_crawl FROM links
)
SELECT k.id, k.sha256 FROM captures k JOIN crawls v ON v.id = k.crawl
WHERE k.kind = 'list' AND k.sha256 IS NOT NULL AND k.document IS NULL AND k.seen_at < ?
  AND v.id NOT IN (SELECT crawl FROM ends)
  AND EXISTS (SELECT 1 FROM publisher_sources x WHERE x.source = v.source)
  AND NOT EXISTS (SELECT 1 FROM incidents i WHERE i.source = v.source AND i.resolved_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM claimed c WHERE c.source = v.source AND k.seen_at BETWEEN c.begins AND c.ends)
"""  # noqa: S608 - our own text
OLD_MESSAGES = """
SELECT d.id FROM deliveries d JOIN events e ON e.id = d.event LEFT JOIN incidents i ON i.id = e.incident
WHERE d.state IN ('sent', 'accepted_unverified', 'suppressed') AND coalesce(d.sent_at, d.next_at) < ? AND e.kind IN (SELECT value FROM json_each(?))
  AND (i.id IS NULL OR i.resolved_at IS NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would go: files by their paths, rows by their ids. `pages` are list pages: (captures.id, SHA-256)."""

    logs: tuple[Path, ...]
    run_files: tuple[Path, ...]
    runs: tuple[int, ...]
    messages: tuple[int, ...]
    pages: tuple[tuple[int, str], ...]
    files: tuple[Path, ...]
    bytes: int

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.logs or self.run_files or self.runs or self.messages or self.pages or self.files)


def plan(db: Database, state: Path, now: str) -> Plan:
    """What may go at `now` (UTC text). Reads only."""
    paths = StatePaths(state)
    logs, run_files = _older(paths.logs, "*", LOG_DAYS, now), _older(paths.runs, "*.json", RUN_DAYS, now)
    pages = tuple(
        (int(row[0]), str(row[1])) for row in db.execute(OLD_LISTS, [clock.days_before(now, LIST_DAYS)])
    )
    files = _unnamed(db, paths, {number for number, _ in pages}, now)
    return Plan(
        logs, run_files, _old_runs(db, now), _old_messages(db, now), pages, files,
        sum(file.stat().st_size for file in (*logs, *run_files, *files)),
    )  # fmt: skip


def prune(db: Database, state: Path, now: str) -> Plan:
    """Removes what `plan` names, and returns it. The caller holds the locks of runs and of backups."""
    found = plan(db, state, now)
    said = f"its bytes were pruned on {clock.shanghai_day(now)}; they were "
    with transaction(db):
        db.conn.executemany(
            "UPDATE captures SET sha256 = NULL, note = ? || sha256 WHERE id = ?",
            [(said, number) for number, _ in found.pages],
        )
        db.conn.executemany("DELETE FROM deliveries WHERE id = ?", [(number,) for number in found.messages])
        for number in found.runs:
            db.execute("UPDATE runs SET summary = '{}' WHERE id = ?", [number])
    kept = _named(db)
    for file in (*found.logs, *found.run_files, *(file for file in found.files if file.name not in kept)):
        file.unlink(missing_ok=True)
    return found


def _older(folder: Path, pattern: str, days: int, now: str) -> tuple[Path, ...]:
    limit = clock.days_before(now, days)
    return tuple(file for file in sorted(folder.glob(pattern)) if file.is_file() and _written(file) < limit)


def _written(file: Path) -> str:
    return clock.of_file(file.stat().st_mtime)


def _old_runs(db: Database, now: str) -> tuple[int, ...]:
    """Runs whose report may go; their rows stay, for visits refer to them."""
    rows = db.execute(
        "SELECT id FROM runs WHERE started_at < ? AND summary <> '{}' ORDER BY id",
        [clock.days_before(now, RUN_DAYS)],
    )
    return tuple(int(row[0]) for row in rows)


def _old_messages(db: Database, now: str) -> tuple[int, ...]:
    kinds = "[" + ", ".join(f'"{kind}"' for kind in ROUTINE) + "]"
    return tuple(
        int(row[0]) for row in db.execute(OLD_MESSAGES, [clock.days_before(now, MESSAGE_DAYS), kinds])
    )


def _unnamed(db: Database, paths: StatePaths, going: set[int], now: str) -> tuple[Path, ...]:
    """Files of the archive that nothing names once those captures are gone.

    A file whose last capture goes now goes with it; one that nothing ever named, such as an unfinished one after a
    crash, after thirty days.
    """
    kept = _named(db, going)
    limit = clock.days_before(now, ORPHAN_DAYS)
    dropped = {
        str(row[0]) for row in db.execute("SELECT sha256 FROM captures WHERE sha256 IS NOT NULL")
    } - kept
    found = [
        file
        for file in files_of(paths.raw)
        if file.name not in kept and (file.name in dropped or _written(file) < limit)
    ]
    found += [file for file in Archive(paths.raw).leftovers() if _written(file) < limit]
    return tuple(found)


def _named(db: Database, going: Sequence[int] | set[int] = ()) -> set[str]:
    """Every SHA-256 that stands anywhere in the database, but for captures that are about to go."""
    named = _of_captures(db, going) | _of_documents(db)
    for table, column in _columns(db):
        named |= {
            sha
            for (text,) in db.execute(f'SELECT "{column}" FROM "{table}"')  # noqa: S608 - names of our own tables
            for sha in SHA256.findall(str(text))
        }
    return named


def _of_captures(db: Database, going: Sequence[int] | set[int]) -> set[str]:
    rows = db.execute("SELECT id, sha256 FROM captures WHERE sha256 IS NOT NULL")
    return {str(sha) for number, sha in rows if number not in going}


def _of_documents(db: Database) -> set[str]:
    rows = db.execute("SELECT sha256, pictures FROM documents").fetchall()
    return {str(sha) for sha, _ in rows} | {sha for _, pictures in rows for sha in SHA256.findall(pictures)}


def _columns(db: Database) -> list[tuple[str, str]]:
    """Other columns that may name bytes: whatever a later version adds is kept by its name."""
    rows = db.execute(
        "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'"
        " AND (c.name LIKE '%sha256%' OR c.name IN ('detail', 'evidence') OR (c.name = 'key' AND t.name IN ('events', 'incidents')))"
        " AND t.name NOT IN ('captures', 'documents')"
    )
    return [(str(table), str(column)) for table, column in rows]
