"""Copies of a database in use, and what is kept before its shape is changed."""

from __future__ import annotations

import gzip
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from store.copying import KEPT, copy_database, keep_before
from store.database import open_database
from store.errors import StoreError
from store.migrations import migrations

FIRST = Path(__file__).with_name(
    "first_shape.db.gz"
)  # made by the first version, with a missing report that came


@pytest.fixture
def first(tmp_path: Path) -> Path:
    path = tmp_path / "state" / "reports.db"
    path.parent.mkdir()
    path.write_bytes(gzip.decompress(FIRST.read_bytes()))
    return path


def names_of(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [row[0] for row in db.execute("SELECT name FROM _sqlite_migrations ORDER BY name")]


def test_a_state_folder_of_the_first_shape_is_brought_up_to_date_and_keeps_what_it_knows(first: Path) -> None:
    with closing(open_database(first)) as db:
        assert not migrations.pending(db)
        assert db.execute("SELECT kind, told FROM incidents").fetchall() == [("missing", 1)]
        assert db.execute("SELECT state FROM deliveries").fetchall() == [("sent",)]
        assert db.execute("SELECT count(*) FROM links").fetchall() == [(2,)]
        assert db.execute("SELECT publisher, year FROM report_status").fetchall() == [("zk-cz", 2024)]
        assert not db.execute("PRAGMA foreign_key_check").fetchall()


def test_a_copy_from_before_is_kept_when_the_shape_changes(first: Path) -> None:
    open_database(first).close()
    [copy] = (first.parent / "backups").iterdir()
    assert copy.name == f"before-{migrations._migrations[1].name}.db"
    assert names_of(copy) == ["create_tables"]
    shutil.copyfile(copy, first)  # going back
    first.with_name("reports.db-wal").unlink(missing_ok=True)
    with closing(open_database(first)) as db:
        assert not migrations.pending(db)


def test_no_copy_is_made_of_a_new_database_or_one_that_is_up_to_date(tmp_path: Path) -> None:
    for _ in range(2):
        open_database(tmp_path / "reports.db").close()
    assert not (tmp_path / "backups").exists()


def test_the_newest_copies_from_before_stay(first: Path) -> None:
    with closing(sqlite3.connect(first)) as conn:
        kept = [keep_before(conn, first, f"change_{number}") for number in range(KEPT + 2)]
    assert sorted((first.parent / "backups").iterdir()) == kept[-KEPT:]


def test_a_change_of_shape_waits_for_room_for_its_copy(first: Path) -> None:
    (first.parent / "backups").write_text("in the way", encoding="utf-8")
    with pytest.raises((OSError, StoreError)):
        open_database(first)
    assert names_of(first) == ["create_tables"]


def test_a_damaged_database_is_not_copied(first: Path, tmp_path: Path) -> None:
    body = bytearray(first.read_bytes())
    body[4096 * 30 : 4096 * 40] = b"\xa5" * (4096 * 10)
    first.write_bytes(bytes(body))
    with closing(sqlite3.connect(first)) as conn, pytest.raises(StoreError):
        copy_database(conn, tmp_path / "copy.db")
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


KILLED = """
import os, signal, sys
from pathlib import Path
from store import database
when, name = sys.argv[1].split()
holder = database.migrations if name == "apply" else database
inner = getattr(holder, name)
def outer(*words):
    if when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    inner(*words)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(holder, name, outer)
database.open_database(Path(sys.argv[2]))
"""


@pytest.mark.parametrize("name", ["keep_before", "apply", "seed_figure_keys", "make_views"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_an_upgrade_that_is_killed_leaves_the_old_shape_or_the_new_one(
    first: Path, when: str, name: str
) -> None:
    command = [sys.executable, "-c", KILLED, f"{when} {name}", str(first)]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    upgraded = name in ("seed_figure_keys", "make_views")
    with closing(sqlite3.connect(first)) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert (names_of(first) == ["create_tables"]) is not upgraded
    with closing(open_database(first)) as db:
        assert not migrations.pending(db)
        assert db.execute("SELECT count(*) FROM links").fetchone() == (2,)
        assert db.execute("SELECT count(*) FROM report_status").fetchone() == (1,)
