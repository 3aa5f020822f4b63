from __future__ import annotations

import hashlib
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from sqlite_utils import Database, Migrations

from store import database
from store.database import open_database, open_readonly, transaction
from store.errors import (
    BusyError,
    MissingDatabaseError,
    NewerDatabaseError,
    NotADatabaseError,
    StoreError,
    UnwritableError,
)
from store.figure_keys import figure_keys
from store.migrations import migrations

if TYPE_CHECKING:
    from pathlib import Path


def schema_version(db: Database) -> int:
    return int(db.execute("PRAGMA schema_version").fetchone()[0])


def test_opening_twice_changes_nothing(tmp_path: Path) -> None:
    first = open_database(tmp_path / "reports.db")
    before = schema_version(first), first.execute("PRAGMA data_version").fetchone()
    open_database(tmp_path / "reports.db").close()
    assert (schema_version(first), first.execute("PRAGMA data_version").fetchone()) == before


def test_foreign_keys_and_the_write_ahead_log_are_on(db: Database) -> None:
    assert db.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert db.journal_mode == "wal"
    with pytest.raises(sqlite3.IntegrityError):
        db.execute("INSERT INTO reports (publisher, year) VALUES ('nobody', 2024)")


def test_every_table_is_strict(db: Database) -> None:
    ours = [table for table in db.tables if not table.name.startswith("_")]
    assert all(table.strict for table in ours)


def test_every_figure_key_is_there_once(db: Database) -> None:
    stored = {row["key"]: row for row in db.query("SELECT * FROM figure_keys")}
    assert len(stored) == len(figure_keys())
    assert sum(row["position_2021"] is not None for row in stored.values()) == 200
    assert sum(row["position_2019"] is not None for row in stored.values()) == 198
    assert stored["disclosure.fees.amount"]["unit"] == "万元"
    assert stored["disclosure.procurement.amount"]["unit"] == "元或万元"
    assert stored["disputes.suit_direct.upheld"]["row_label"] == "行政诉讼/未经复议直接起诉"
    assert all(row["unit"] and row["row_label"] and row["column_label"] for row in stored.values())


def test_a_changed_label_is_brought_up_to_date_and_keeps_its_id(tmp_path: Path) -> None:
    db = open_database(tmp_path / "reports.db")
    before = db.execute("SELECT id FROM figure_keys WHERE key = 'disclosure.fees.amount'").fetchone()
    db.execute("UPDATE figure_keys SET unit = '元' WHERE key = 'disclosure.fees.amount'")
    db.close()
    db = open_database(tmp_path / "reports.db")
    after = db.execute("SELECT id, unit FROM figure_keys WHERE key = 'disclosure.fees.amount'").fetchone()
    assert after == (*before, "万元")


def test_a_newer_database_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    open_database(path).close()
    with sqlite3.connect(path) as conn:
        conn.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('reportwatch', 'from_2031', '')"
        )
        conn.execute("DROP VIEW coverage")
    conn.close()
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    for opening in (open_database, open_readonly):
        with pytest.raises(NewerDatabaseError, match=r"reports\.db.*newer reportwatch.*from_2031"):
            opening(path)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    with sqlite3.connect(path) as conn:
        conn.execute("CREATE TABLE customers (id)")
    conn.close()
    with pytest.raises(NotADatabaseError, match="another program"):
        open_database(path)
    with sqlite3.connect(path) as conn:
        assert conn.execute("SELECT name FROM sqlite_master").fetchall() == [("customers",)]
    conn.close()


def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    path.write_text("not a database, but somebody's notes " * 100)
    with pytest.raises(NotADatabaseError, match="not a SQLite database"):
        open_database(path)
    assert path.read_text().startswith("not a database")


def test_no_database_is_made_where_none_was_asked_for(tmp_path: Path) -> None:
    for opening in (open_readonly, lambda path: open_database(path, create=False)):
        with pytest.raises(MissingDatabaseError, match="reportwatch crawl"):
            opening(tmp_path / "reports.db")
    assert not list(tmp_path.iterdir())


def test_a_state_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file, not a folder")
    with pytest.raises(UnwritableError, match="state"):
        open_database(tmp_path / "state" / "reports.db")


def test_a_failing_migration_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "reports.db"
    open_database(path).close()
    broken = Migrations("reportwatch")
    for migration in migrations._migrations:
        broken(name=migration.name)(migration.fn)

    def add_a_table(db: Database) -> None:
        db.execute("CREATE TABLE half (id INTEGER)")

    def fail(db: Database) -> None:
        db.execute("CREATE TABLE other_half (id INTEGER)")
        db.execute("INSERT INTO half (no_such_column) VALUES (1)")

    broken()(add_a_table)
    broken()(fail)
    with monkeypatch.context() as patch:
        patch.setattr(database, "migrations", broken)
        with pytest.raises(StoreError, match="no_such_column"):
            open_database(path)
    db = open_database(path)
    assert not {"half", "other_half"} & set(db.table_names())
    assert {row["name"] for row in db.query("SELECT name FROM _sqlite_migrations")} == {
        migration.name for migration in migrations._migrations
    }


def test_many_programs_may_open_a_new_database_at_once(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from store.database import open_database\n"
        "db = open_database(Path(sys.argv[1])); print(db.execute('SELECT count(*) FROM report_status').fetchone())"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "reports.db")]
    programs = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)
    ]
    said = [(*program.communicate(timeout=60), program.returncode) for program in programs]
    assert said == [("(0,)\n", "", 0)] * len(programs)


def test_a_view_of_an_older_version_is_made_anew_and_a_persons_own_is_kept(tmp_path: Path) -> None:
    db = open_database(tmp_path / "reports.db")
    db.execute("DROP VIEW coverage")
    db.execute("CREATE VIEW coverage AS -- a view of reportwatch\nSELECT 1 AS old")
    db.execute("CREATE VIEW dropped_since AS -- a view of reportwatch\nSELECT 1 AS old")
    db.execute("CREATE VIEW mine AS SELECT id FROM publishers")
    db.close()
    db = open_database(tmp_path / "reports.db")
    assert [column.name for column in db["coverage"].columns][:2] == ["region", "year"]
    assert "mine" in db.view_names()
    assert "dropped_since" not in db.view_names()


def test_a_read_only_connection_sees_the_present_views(tmp_path: Path) -> None:
    db = open_database(tmp_path / "reports.db")
    db.execute("DROP VIEW coverage")
    db.execute("CREATE VIEW coverage AS -- a view of reportwatch\nSELECT 1 AS old")
    reader = open_readonly(tmp_path / "reports.db")
    assert not list(reader.query("SELECT missing FROM coverage"))
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.execute("DELETE FROM publishers")


def test_a_reader_keeps_its_view_while_another_program_opens(tmp_path: Path) -> None:
    open_database(tmp_path / "reports.db").close()
    reader = open_readonly(tmp_path / "reports.db")
    rows = reader.execute("SELECT key FROM figure_keys")
    assert rows.fetchone()
    open_database(tmp_path / "reports.db").close()
    assert len(rows.fetchall()) == len(figure_keys()) - 1


def insert_and_fail(db: Database, host: str) -> None:
    with transaction(db):
        db.execute("INSERT INTO hosts (host) VALUES (?)", (host,))
        raise ValueError("stop")


def test_a_transaction_is_all_or_nothing(db: Database) -> None:
    with pytest.raises(ValueError, match="stop"):
        insert_and_fail(db, "a")
    assert not list(db.query("SELECT * FROM hosts"))


def test_a_transaction_within_another_fails_alone(db: Database) -> None:
    with transaction(db):
        db.execute("INSERT INTO hosts (host) VALUES ('a')")
        with pytest.raises(ValueError, match="stop"):
            insert_and_fail(db, "b")
    assert [row["host"] for row in db.query("SELECT host FROM hosts")] == ["a"]


def test_a_second_writer_waits_and_then_says_who_is_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "reports.db"
    writer = open_database(path)
    writer.execute("DELETE FROM figure_keys")  # so that the next opening has something to write
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    with transaction(writer), pytest.raises(BusyError, match="another program") as caught:
        open_database(path)
    assert caught.value.exit_code == 75


FILL = """
import resource, sys
from pathlib import Path
from store.database import open_database, transaction
db = open_database(Path(sys.argv[1]))
size = Path(sys.argv[1] + '-wal').stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 200_000, size + 200_000))
try:
    for n in range(10_000):
        with transaction(db):
            db.execute("INSERT INTO hosts (host, last_error) VALUES (?, ?)", (str(n), "x" * 5000))
except Exception as error:
    print(type(error).__name__, db.conn.in_transaction)
"""


def test_a_full_disk_harms_nothing_that_was_stored(tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    done = subprocess.run(
        [sys.executable, "-c", FILL, str(path)], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.split() == ["OperationalError", "False"], done
    db = open_database(path)
    stored = [int(row["host"]) for row in db.query("SELECT host FROM hosts")]
    assert sorted(stored) == list(range(len(stored)))
    assert len(stored) > 5
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
