#!/usr/bin/env python3
"""A whole copy of what reportwatch knows, taken safely while a run is at work. Needs nothing but Python.

Usage: ops/backup.py [STATE [FOLDER]]   (default: state backups)

The database is copied with SQLite's VACUUM INTO (copying the file itself tears it while something writes), and the
copy is checked before it gets its name. Then every file of the archive that the folder does not have yet: they never
change once written. The database first, so that every file it names is in the archive's copy.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path


def copy_database(source: Path, target: Path) -> None:
    """Writes a checked copy of `source` to `target`. Raises sqlite3.Error or OSError; then there is no target."""
    part = target.with_name(target.name + ".part")
    try:
        # mode=rw: a database that is not there is an error, never a new empty one
        with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=rw", uri=True, timeout=60)) as db:
            db.execute("VACUUM INTO ?", (str(part),))
        with closing(sqlite3.connect(part)) as db:
            (verdict,) = db.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(f"the copy is not whole: {verdict}")
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)


def copy_archive(raw: Path, target: Path) -> int:
    """Copies the files of `raw` that `target` lacks; returns how many. A file has its name only once it is whole."""
    new = 0
    for file in sorted(path for path in raw.rglob("*") if path.is_file()):
        copy = target / file.relative_to(raw)
        if copy.exists():
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        part = copy.with_name(copy.name + ".part")
        shutil.copyfile(file, part)
        part.rename(copy)
        new += 1
    return new


def main(state: Path = Path("state"), folder: Path = Path("backups")) -> str:
    """Copies both; returns a line that says what was done."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")  # noqa: TID251 - a script of its own, outside the packages
    target = folder / f"reports-{stamp}.db"
    copy_database(state / "reports.db", target)
    new = copy_archive(state / "raw", folder / "raw")
    return f"{target} and {new} new files of the archive"


if __name__ == "__main__":
    try:
        done = main(*map(Path, sys.argv[1:]))
    except (sqlite3.Error, OSError, TypeError) as error:
        sys.exit(f"ops/backup.py: nothing was backed up: {error}")
    sys.stdout.write(done + "\n")
