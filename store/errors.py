"""What can go wrong on the disk, in words that say what to do. Exit codes follow sysexits.h."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path


class StoreError(Exception):
    """The base of all errors of the store; `exit_code` is what a command that cannot go on returns."""

    exit_code = 65


class MissingDatabaseError(StoreError):
    """Raised where a database was to be read and there is none."""


class NotADatabaseError(StoreError):
    """Raised where the file is no SQLite database, is damaged, or belongs to another program."""


class NewerDatabaseError(StoreError):
    """Raised where a newer reportwatch has changed the database's shape."""


class UnwritableError(StoreError):
    """Raised where the disk is full, read-only, or rights are missing. Nothing already stored is harmed."""

    exit_code = 74


class BusyError(StoreError):
    """Raised where another program kept the database locked for longer than the busy timeout."""

    exit_code = 75


class UnknownFigureError(StoreError):
    """Raised where a reading holds a figure whose key is not in `figure_keys`."""


class DamagedError(StoreError):
    """Raised by the archive where bytes are missing or are not those they are named after."""


def explained(error: sqlite3.Error, path: Path | str) -> StoreError:
    """The error of SQLite at `path` as one that says what to do."""
    name = (error.sqlite_errorname or "").removeprefix("SQLITE_").split("_")[0]
    kind, advice = _ADVICE.get(name, (StoreError, "run `reportwatch doctor`"))
    return kind(f"{path}: {error}: {advice}")


_RIGHTS = "check that the folder exists and that this user may write there"
_ADVICE: dict[str, tuple[type[StoreError], str]] = {
    "FULL": (UnwritableError, "the disk is full; free some space and run again, nothing stored is harmed"),
    "IOERR": (
        UnwritableError,
        "the disk failed or is full: free some space, look after the disk if there is enough, and run again; nothing stored is harmed",
    ),
    "READONLY": (UnwritableError, f"the database is read-only; {_RIGHTS}"),
    "CANTOPEN": (UnwritableError, _RIGHTS),
    "PERM": (UnwritableError, _RIGHTS),
    "BUSY": (BusyError, "another program holds the database; end it or wait, then run again"),
    "LOCKED": (BusyError, "another program holds the database; end it or wait, then run again"),
    "NOTADB": (
        NotADatabaseError,
        "this is not a SQLite database; move the file away or name another --state",
    ),
    "CORRUPT": (
        NotADatabaseError,
        "the database is damaged; restore a backup, the documents in raw/ are safe",
    ),
}
