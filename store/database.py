"""Opening the database: its shape, its figure keys and its views are brought up to date on the way in."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlite_utils import Database

from store.copying import keep_before
from store.errors import (
    MissingDatabaseError,
    NewerDatabaseError,
    NotADatabaseError,
    StoreError,
    UnwritableError,
    explained,
)
from store.figure_keys import seed_figure_keys
from store.migrations import migrations
from store.views import make_views, shadow_views

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["StoreError", "open_database", "open_readonly", "transaction"]

BUSY_SECONDS = 30.0  # longer than any transaction of ours; another writer waits, it does not fail


def open_database(path: Path, *, create: bool = True) -> Database:
    """Opens the database for writing and brings it up to date, all in one transaction.

    Raises a `StoreError`: no database and `create` is False, not a database of ours, made by a newer reportwatch,
    disk full or read-only, locked by another program. A migration that fails leaves the database as it was.
    """
    if not create and not path.exists():
        raise MissingDatabaseError(f"{path}: there is no database yet; run `reportwatch crawl` first")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        conn = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    except OSError as error:
        raise UnwritableError(
            f"{path}: {error.strerror}: check the folder and the rights of this user"
        ) from error
    except sqlite3.Error as error:
        raise explained(error, path) from error
    return _ready(conn, path)


def open_readonly(path: Path) -> Database:
    """Opens the database for reading only, as others may write; it is never created or changed.

    Views of an older version are shadowed for this connection by the present ones.
    """
    if not path.exists():
        raise MissingDatabaseError(f"{path}: there is no database yet; run `reportwatch crawl` first")
    uri = f"{path.absolute().as_uri()}?mode=ro"
    try:
        conn = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
        db = Database(conn)
        _refuse_foreign(db, path)
        if migrations.pending(db):
            raise NotADatabaseError(
                f"{path}: its shape is older than this program; run `reportwatch check` once"
            )
        shadow_views(db)
    except sqlite3.Error as error:
        raise explained(error, path) from error
    return db


@contextmanager
def transaction(db: Database) -> Iterator[Database]:
    """All or nothing: BEGIN IMMEDIATE … COMMIT, or ROLLBACK on any error. Inside another it is a savepoint.

    IMMEDIATE takes the writer's place at once: a deferred transaction that reads first fails with "database is
    locked" as soon as two programs write.
    """
    if _in_transaction(db):
        with db.atomic():
            yield db
        return
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield db
        db.conn.execute("COMMIT")
    except BaseException:
        if _in_transaction(db):  # a full disk has already rolled it back
            db.conn.execute("ROLLBACK")
        raise


def _in_transaction(db: Database) -> bool:
    return db.conn.in_transaction


def _ready(conn: sqlite3.Connection, path: Path) -> Database:
    try:
        db = Database(conn)
        _refuse_foreign(db, path)
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("PRAGMA foreign_keys = ON")
        _bring_up_to_date(db, path)
    except sqlite3.Error as error:
        conn.close()
        raise explained(error, path) from error
    except BaseException:
        conn.close()
        raise
    return db


def _bring_up_to_date(db: Database, path: Path) -> None:
    if pending := migrations.pending(db):
        if migrations.applied(db):
            keep_before(db.conn, path, pending[0].name)
        with transaction(db):
            _refuse_foreign(db, path)  # again: another program may have been here first
            migrations.apply(db)  # savepoints: the whole upgrade stands or falls with its records
    seed_figure_keys(db, transaction)
    make_views(db, transaction)


def _refuse_foreign(db: Database, path: Path) -> None:
    """Raises for a database of another program, or of a version of ours that this one does not know."""
    known = {migration.name for migration in migrations._migrations}
    applied = {migration.name for migration in migrations.applied(db)}
    if newer := sorted(applied - known):
        raise NewerDatabaseError(
            f"{path}: made by a newer reportwatch (it has {', '.join(newer)}); update this program, or name another "
            "--state; nothing was changed"
        )
    if not applied and db.table_names():
        raise NotADatabaseError(
            f"{path}: a database of another program; name another --state; nothing was changed"
        )
