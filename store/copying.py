"""Whole copies of a database that is in use: `cp` tears it while something writes, VACUUM INTO does not."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from store.errors import NotADatabaseError, explained
from store.paths import StatePaths

if TYPE_CHECKING:
    from collections.abc import Iterator

KEPT = 3  # copies from before changes of the shape


def copy_database(conn: sqlite3.Connection, target: Path) -> None:
    """Writes a checked copy to `target`, which has its name only once it is whole and on the disk.

    Raises a StoreError (disk full, damaged) or OSError; then there is no new `target`.
    """
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        conn.execute("VACUUM INTO ?", (str(part),))
        check_whole(part)
        sync(part)
        part.replace(target)
        sync(target.parent)
    except sqlite3.Error as error:
        raise explained(error, target) from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def scratch(conn: sqlite3.Connection) -> Iterator[Path]:
    """A copy to try things on, as the database is now, and gone afterwards. Waits for no writer, and holds none up."""
    with TemporaryDirectory(prefix="reportwatch-") as folder:
        path = Path(folder) / "scratch.db"
        with closing(sqlite3.connect(path)) as copy:
            copy.execute("PRAGMA synchronous = OFF")
            conn.backup(
                copy
            )  # all pages in one step: between steps, somebody else's writing would start it anew
        yield path


def check_whole(path: Path) -> None:
    """Raises NotADatabaseError where SQLite finds damage."""
    with closing(sqlite3.connect(path)) as copy:
        broken = [row[0] for row in copy.execute("PRAGMA integrity_check(3)") if row[0] != "ok"]
    if broken:
        raise NotADatabaseError(f"{path}: not whole: {'; '.join(broken)}; restore an earlier backup")


def keep_before(conn: sqlite3.Connection, path: Path, change: str) -> Path:
    """A copy of the database beside it, in backups/, from before its shape is changed; the newest three stay."""
    folder = StatePaths(path.parent).backups
    folder.mkdir(mode=0o750, exist_ok=True)
    target = folder / f"before-{change}.db"
    copy_database(conn, target)
    copies = sorted(folder.glob("before-*.db"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    for old in copies[KEPT:]:
        old.unlink(missing_ok=True)
    return target


def sync(path: Path) -> None:
    """Makes a file's bytes, or a folder's entries, durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
