"""The database as a check at another moment would judge it: for looking back and ahead, without writing."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from monitor.duedates import write_due_dates
from store.database import open_database, open_readonly
from store.paths import StatePaths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

    from reportwatch.options import Options


@contextmanager
def as_judged(options: Options) -> Iterator[Database]:
    """As the last check left it; with --now, as a check at that moment would judge what is known today.

    For that the due dates are written in a transaction that is always rolled back.
    """
    path = StatePaths(options.state).database
    if options.fixed_now is None:
        yield open_readonly(path)
        return
    database = open_database(path, create=False)
    database.conn.execute("BEGIN IMMEDIATE")
    try:
        database.execute("INSERT OR REPLACE INTO as_of (id, at) VALUES (1, ?)", (options.fixed_now,))
        write_due_dates(database, options.fixed_now)
        yield database
    finally:
        database.conn.execute("ROLLBACK")
        database.conn.close()
