"""Pruning: what is old and supports nothing goes, and evidence never does."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from reportwatch.cli import main
from reportwatch.locking import only_backup, only_run
from store.archive import Archive
from store.crawls import finish_crawl, keep_document, note_list_page, start_crawl
from store.database import open_database
from store.model import Publisher, Source, Watchlist
from store.paths import StatePaths
from store.watched import save_watchlist

if TYPE_CHECKING:
    from pathlib import Path

    from sqlite_utils import Database

NOW = "2026-06-01T02:00:00Z"
REGIONS = ("henan/zhoukou", "jiangsu/huaian", "fujian/pingtan")


def at(days: float) -> str:
    """The moment so many days before NOW."""
    moment = datetime(2026, 6, 1, 2, tzinfo=UTC) - timedelta(days=days)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Years:
    """A state folder with visits over years; publisher and source N share a number, three regions in turn."""

    root: Path
    db: Database

    def __post_init__(self) -> None:
        self.archive = Archive(StatePaths(self.root).raw)
        publishers = tuple(
            Publisher(f"p{n}", f"第{n}局", "department", REGIONS[n % 3], sources=(f"s{n}",)) for n in range(6)
        )
        sources = tuple(
            Source(f"s{n}", f"https://s{n}.gov.cn/", "plain", (f"s{n}.gov.cn",), REGIONS[n % 3])
            for n in range(6)
        )
        save_watchlist(self.db, Watchlist(publishers, sources), at(1500))
        self.db.execute("INSERT INTO as_of VALUES (1, ?)", [at(1)])

    def visit(self, number: int, days: float, page: bytes, outcome: str = "good") -> int:
        url = f"https://s{number}.gov.cn/"
        crawl = start_crawl(self.db, f"s{number}", url, at(days))
        note_list_page(self.db, crawl, url, self.archive.put(page), 200, {}, at(days))
        finish_crawl(self.db, crawl, outcome, None if outcome == "good" else "captcha", "", 1, 1, at(days))  # type: ignore[arg-type]  # tests name outcomes
        return crawl

    def document(self, number: int, days: float, body: bytes) -> None:
        url = f"https://s{number}.gov.cn/{random.Random(body).random()}"  # noqa: S311 - a name
        keep_document(
            self.db,
            self.archive,
            url=url,
            body=body,
            media_type="text/html",
            now=at(days),
            source=f"s{number}",
        )

    def incident(self, number: int, kind: str, opened: float, resolved: float | None) -> int:
        cursor = self.db.execute(
            "INSERT INTO incidents (key, kind, publisher, year, severity, opened_at, resolved_at, told, fingerprint)"
            " VALUES (?, ?, ?, 2024, 'warning', ?, ?, 1, 'f')",
            [f"{kind}|{number}|{opened}", kind, f"p{number}", at(opened), None if resolved is None else at(resolved)],
        )  # fmt: skip
        return int(cursor.lastrowid or 0)

    def told(self, kind: str, days: float, incident: int | None, state: str = "sent") -> int:
        event = self.db.execute(
            "INSERT INTO events (key, short_id, kind, incident, severity, at) VALUES (?, 'ABCD', ?, ?, 'info', ?)",
            [f"{kind}|{days}|{incident}|{state}", kind, incident, at(days)],
        ).lastrowid  # fmt: skip
        row = self.db.execute(
            "INSERT INTO deliveries (event, channel, state, attempts, next_at, sent_at) VALUES (?, 'desk', ?, 1, ?, ?)",
            [event, state, at(days), at(days) if state == "sent" else None],
        )  # fmt: skip
        return int(row.lastrowid or 0)

    def pages(self) -> set[str]:
        """The moments of the list pages whose bytes are still there; each is hashed."""
        rows = self.db.execute(
            "SELECT seen_at, sha256 FROM captures WHERE kind = 'list' AND sha256 IS NOT NULL"
        ).fetchall()
        for _, sha256 in rows:
            self.archive.get(sha256)
        return {seen for seen, _ in rows}


@pytest.fixture
def years(tmp_path: Path) -> Years:
    return Years(tmp_path / "state", open_database(tmp_path / "state" / "reports.db"))


def prune(years: Years, *words: str, now: str = NOW) -> Result:
    return CliRunner().invoke(main, ["prune", "--state", str(years.root), "--now", now, *words])


def test_old_pages_of_a_list_go_but_the_first_and_the_last_good_ones(years: Years) -> None:
    for days in (900, 800, 700, 600, 300):
        years.visit(0, days, f"list {days}".encode())
    done = prune(years)
    assert done.exit_code == 0, done.output
    assert years.pages() == {at(900), at(300)}
    assert "3 list pages" in done.output
    notes = [row[0] for row in years.db.execute("SELECT note FROM captures WHERE sha256 IS NULL")]
    assert all(note.startswith("its bytes were pruned on 2026-06-01; they were ") for note in notes)
    assert years.db.execute("SELECT count(*) FROM crawls").fetchone()[0] == 5
    assert len(list((years.root / "raw").rglob("*/*"))) == 2


@pytest.mark.parametrize("kind", ["missing", "withdrawn"])
def test_pages_on_which_a_claim_rests_stay(years: Years, kind: str) -> None:
    for number in range(2):
        for days in (900, 720, 700, 500, 450, 1):
            years.visit(number, days, f"{number} {days}".encode())
    years.incident(0, kind, 710, 490)
    prune(years)
    kept = {(row[0], row[1]) for row in years.db.execute(
        "SELECT c.source, k.seen_at FROM captures k JOIN crawls c ON c.id = k.crawl WHERE k.sha256 IS NOT NULL"
    )}  # fmt: skip
    assert {moment for source, moment in kept if source == "s0"} == {
        at(days) for days in (900, 720, 700, 500, 1)
    }
    assert {moment for source, moment in kept if source == "s1"} == {at(days) for days in (900, 1)}


def test_pages_of_another_list_of_the_region_stay_with_a_claim(years: Years) -> None:
    for number in (0, 3):  # the same region: the report may have stood on either
        for days in (900, 700, 1):
            years.visit(number, days, f"{number} {days}".encode())
    years.incident(0, "missing", 710, 690)
    prune(years)
    assert len(years.db.execute("SELECT 1 FROM captures WHERE sha256 IS NOT NULL").fetchall()) == 6


def test_pages_of_a_list_that_nobody_knows_any_more_stay(years: Years) -> None:
    for days in (900, 700, 1):
        years.visit(0, days, f"{days}".encode())
    years.db.execute("DELETE FROM publisher_sources")
    prune(years)
    assert len(years.pages()) == 3


def test_bytes_that_something_else_names_stay(years: Years) -> None:
    for days in (900, 700, 1):
        years.visit(0, days, f"{days}".encode())
    years.document(0, 700, b"700")  # the same bytes were also a report
    prune(years)
    sha256 = years.db.execute("SELECT sha256 FROM documents").fetchone()[0]
    assert years.archive.get(sha256) == b"700"


def test_logs_and_reports_of_runs_go_by_their_age(years: Years) -> None:
    paths = StatePaths(years.root)
    moment = datetime(2026, 6, 1, 2, tzinfo=UTC).timestamp()
    for folder, name, days in (
        (paths.logs, "old.log", 91),
        (paths.logs, "new.log", 89),
        (paths.runs, "1.json", 800),
        (paths.runs, "2.json", 700),
    ):
        folder.mkdir(exist_ok=True)
        (folder / name).write_text("x", encoding="utf-8")
        os.utime(folder / name, (moment - days * 86400,) * 2)
    years.db.execute(
        "INSERT INTO runs (command, started_at, summary) VALUES ('run', ?, '{\"a\": 1}')", [at(800)]
    )
    prune(years)
    assert sorted(path.name for path in (*paths.logs.iterdir(), *paths.runs.iterdir())) == [
        "2.json",
        "new.log",
    ]
    assert years.db.execute("SELECT summary FROM runs").fetchall() == [("{}",)]


def test_whoever_was_told_of_a_beginning_stays_known(years: Years) -> None:
    over, still = years.incident(0, "missing", 900, 800), years.incident(1, "missing", 900, None)
    kept = {
        years.told("opened", 900, over), years.told("resolved", 800, over), years.told("appeared", 800, None), years.told("revised", 700, None),
        years.told("corrected", 700, None), years.told("reminder", 600, still), years.told("reminder", 100, over),
        years.told("reminder", 900, over, "dead"), years.told("summary", 900, None, "pending"),
    }  # fmt: skip
    years.told("reminder", 850, over)
    years.told("summary", 900, None)
    prune(years)
    assert {row[0] for row in years.db.execute("SELECT id FROM deliveries")} == kept


def test_files_that_nothing_names_go_after_thirty_days(years: Years) -> None:
    old, new = (
        years.archive.path(years.archive.put(body)) for body in (b"left by a crash", b"being written")
    )
    moment = datetime(2026, 6, 1, 2, tzinfo=UTC).timestamp()
    os.utime(old, (moment - 31 * 86400,) * 2)
    os.utime(new, (moment - 29 * 86400,) * 2)
    prune(years)
    assert not old.exists()
    assert new.exists()


def test_a_plan_removes_nothing_and_says_the_same(years: Years) -> None:
    for days in (900, 800, 1):
        years.visit(0, days, f"{days}".encode())
    before = {
        path: path.read_bytes()
        for path in years.root.rglob("*")
        if path.is_file() and path.suffix != ".db-shm"
    }
    planned = json.loads(prune(years, "--plan", "--json", "--quiet").output)
    assert {path: path.read_bytes() for path in before} == before
    done = json.loads(prune(years, "--json", "--quiet").output)
    assert planned["files"] == done["files"] != []
    assert "nothing is old enough" in prune(years).output


def test_a_wrong_clock_prunes_nothing(years: Years) -> None:
    for days in (900, 800, 1):
        years.visit(0, days, f"{days}".encode())
    assert prune(years, now="2036-06-01T02:00:00Z").exit_code == 78
    assert prune(years, now="2025-06-01T02:00:00Z").exit_code == 78
    assert len(years.pages()) == 3


@pytest.mark.parametrize("lock", [only_run, only_backup])
def test_nothing_is_pruned_beside_a_run_or_a_backup(years: Years, lock: object) -> None:
    with lock(years.root):  # type: ignore[operator]  # one of two functions
        assert prune(years).exit_code == 75


@pytest.mark.parametrize("seed", range(12))
def test_no_evidence_ever_goes(years: Years, seed: int) -> None:
    """Whatever happened over four years: documents, pictures and pages of claims stay, and a second pruning finds nothing."""
    chance = random.Random(seed)  # noqa: S311 - a made history
    for _ in range(120):
        number, days = chance.randrange(6), chance.uniform(0, 1400)
        body = f"page {chance.randrange(60)}".encode()  # the same bytes come again
        years.visit(number, days, body, chance.choice(("good", "good", "blind")))
        if chance.random() < 0.3:
            years.document(number, days, chance.choice((body, f"report {days}".encode())))
    picture = years.archive.put(b"a picture")
    years.db.execute(
        "UPDATE documents SET pictures = ? WHERE id = 1", [json.dumps([["x.png", picture], ["y.png", None]])]
    )
    claims = []
    for _ in range(3):
        number, opened = chance.randrange(6), chance.uniform(100, 1200)
        resolved = chance.choice((None, opened - 90))
        years.incident(number, "missing", opened, resolved)
        claims.append((number, at(opened), at(resolved) if resolved else NOW))
    claimed = {
        row[0] for number, opened, resolved in claims for row in years.db.execute(
            "SELECT k.sha256 FROM captures k JOIN crawls c ON c.id = k.crawl WHERE c.source = ? AND k.seen_at BETWEEN ? AND ?",
            [f"s{number}", opened, resolved],
        )
    }  # fmt: skip
    assert prune(years).exit_code == 0
    assert not years.db.execute("PRAGMA foreign_key_check").fetchall()
    for (sha256,) in years.db.execute("SELECT sha256 FROM documents").fetchall():
        years.archive.get(sha256)
    years.archive.get(picture)
    for sha256 in claimed:
        years.archive.get(sha256)
    years.pages()  # what the database still names is there
    assert "nothing is old enough" in prune(years).output
    with closing(sqlite3.connect(years.root / "reports.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


KILLED = """
import os, signal, sys
from pathlib import Path
Path.unlink = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
from reportwatch.cli import main
main(sys.argv[1:])
"""


def test_a_pruning_that_is_killed_before_it_removes_a_file_has_lost_nothing_and_is_finished_later(
    years: Years,
) -> None:
    for days in (900, 800, 700, 1):
        years.visit(0, days, f"{days}".encode())
    command = [sys.executable, "-c", KILLED, "prune", "--state", str(years.root), "--now", NOW]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert years.pages() == {at(900), at(1)}
    left = list((years.root / "raw").rglob("*/*"))
    assert len(left) == 4  # the bytes are still there, and nothing names them
    moment = datetime(2026, 6, 1, 2, tzinfo=UTC).timestamp()
    for file in left:
        os.utime(file, (moment - 31 * 86400,) * 2)
    assert prune(years).exit_code == 0
    assert len(list((years.root / "raw").rglob("*/*"))) == 2
    assert years.pages() == {at(900), at(1)}
