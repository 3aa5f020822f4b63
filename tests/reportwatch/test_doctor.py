"""Faults that `doctor` finds: each is planted for real in a healthy installation, found with its fix, and ends with 78."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from filelock import FileLock

from reportwatch.cli import main
from reportwatch.portal.form import MadeReport
from tests.reportwatch.world import made_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NOW = "2026-02-10T04:00:00Z"
CHANNELS = '[[channel]]\nid = "desk"\nurl_env = "DESK"\n'


@dataclass
class Installation:
    """A copy of the healthy one, and the environment and words that `doctor` is called with."""

    folder: Path
    now: str = NOW
    environment: dict[str, str] = field(
        default_factory=lambda: {"DESK": "json://127.0.0.1:9/hook", "REPORTWATCH_CONTACT": "a@example.org"}
    )

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def sources(self) -> Path:
        return self.folder / "watchlist" / "test" / "sources.toml"

    @property
    def publishers(self) -> Path:
        return self.folder / "watchlist" / "test" / "publishers.csv"

    def sql(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.state / "reports.db")) as db, db:
            for statement in statements:
                db.execute(statement)

    def blob(self) -> Path:
        with closing(sqlite3.connect(self.state / "reports.db")) as db:
            sha256: str = db.execute("SELECT sha256 FROM documents ORDER BY id LIMIT 1").fetchone()[0]
        return self.state / "raw" / sha256[:2] / sha256

    def doctor(self, *words: str) -> Result:
        """The real command, with this environment and nothing else of ours."""
        places = [
            "--state",
            self.state,
            "--watchlist",
            self.folder / "watchlist",
            "--channels",
            self.folder / "channels.toml",
        ]
        arguments = ["doctor", *map(str, places), "--now", self.now, *words]
        unset = {name: None for name in os.environ if name.startswith("REPORTWATCH_")}
        return CliRunner().invoke(main, arguments, env={**unset, "DESK": None, **self.environment})


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A world that was visited, backed up and drilled, with a channel: nothing is wrong with it."""
    with made_world(tmp_path_factory.mktemp("doctor")) as world:
        for name in ("准时局", "缺失局"):
            column = world.watch(name)
            world.site.publish(column, MadeReport(name, 2023), "2024-01-15", since="0000")
        world.visit("2026-01-22T02:00:00Z")
        world.visit("2026-02-10T02:00:00Z")
        (world.folder / "channels.toml").write_text(CHANNELS, encoding="utf-8")
        copies = str(world.folder / "copies")
        assert world.command("backup", copies, now="2026-02-10T03:00:00Z").exit_code == 0
        assert world.command("backup", copies, "--drill", now="2026-02-10T03:00:00Z").exit_code == 0
        yield world.folder


@pytest.fixture
def sick(healthy: Path, tmp_path: Path) -> Installation:
    shutil.copytree(healthy, tmp_path / "copy")
    return Installation(tmp_path / "copy")


def _overwrite(database: Path, page: int) -> None:
    body = bytearray(database.read_bytes())
    for number in range(page, page + 12):
        body[4096 * number : 4096 * (number + 1)] = b"\xa5" * 4096
    database.write_bytes(bytes(body))


def _doubt(one: Installation) -> None:
    entry = "INSERT INTO links (id, source, url, title, kind, first_seen, last_seen, last_crawl) VALUES (%d, 's0', 'u%d', 't', 'report', '', '', 1)"
    doubt = "INSERT INTO possible_reports VALUES (%d, 'p0', 2025, 'w')"
    one.sql(
        *[entry % (n, n) for n in range(100, 115)],
        *[doubt % n for n in range(100, 115)],
    )


def _old_log(one: Installation) -> None:
    log = one.state / "logs" / "crawl-old.log"
    log.write_text("x", encoding="utf-8")
    os.utime(log, (1_700_000_000, 1_700_000_000))


def _open_secret(one: Installation) -> None:
    (one.folder / "url").write_text("json://127.0.0.1:9/", encoding="utf-8")
    (one.folder / "url").chmod(0o644)
    (one.folder / "channels.toml").write_text(
        '[[channel]]\nid = "desk"\nurl_file = "url"\n', encoding="utf-8"
    )


def _message(one: Installation, channel: str, state: str) -> None:
    one.sql(
        "INSERT INTO events (id, key, short_id, kind, severity, at) VALUES (9000, 'k', 'ABCD', 'summary', 'info', '2026-02-01T00:00:00Z')",
        "INSERT INTO deliveries (event, channel, state, attempts, next_at, last_error)"  # noqa: S608 - words of this test
        f" VALUES (9000, '{channel}', '{state}', 1, '2026-02-01T00:00:00Z', 'refused')",
    )


def _without_fonts(one: Installation) -> None:
    (one.folder / "fonts.conf").write_text(
        '<?xml version="1.0"?><fontconfig><dir>/nowhere</dir></fontconfig>', encoding="utf-8"
    )
    one.environment.update(FONTCONFIG_FILE=str(one.folder / "fonts.conf"))


def _rendered(one: Installation) -> None:
    one.sources.write_text(
        one.sources.read_text("utf-8").replace('id = "s0"', 'id = "s0"\nrender = true'), "utf-8"
    )
    one.environment.update(PATH=str(one.folder))


def _lock_folder(sick: Installation) -> None:
    (sick.state / "lock").unlink()
    (sick.state / "lock").mkdir()


def _file_for_folder(sick: Installation) -> None:
    shutil.rmtree(sick.state / "runs")
    (sick.state / "runs").touch()


FAULTS: dict[str, tuple[Callable[[Installation], object], str, str]] = {
    "an unknown family": (
        lambda i: i.sources.write_text(i.sources.read_text("utf-8").replace('"trs"', '"nope"'), "utf-8"), "watchlist", "nope",
    ),
    "a list that is watched twice": (
        lambda i: i.sources.write_text(i.sources.read_text("utf-8") + i.sources.read_text("utf-8").split("\n\n")[0].replace('"s0"', '"again"'), "utf-8"),
        "watchlist", "the same list as",
    ),
    "a publisher without a list": (
        lambda i: i.publishers.write_text(i.publishers.read_text("utf-8") + "p9,无来源局,department,test,,,2025,,,,,,\n", "utf-8"),
        "publishers", "无来源局",
    ),
    "a watchlist that changed after the last run": (
        lambda i: i.publishers.write_text(i.publishers.read_text("utf-8").replace("准时局", "改名局"), "utf-8"), "watchlist", "changed after the last run",
    ),
    "an empty database beside documents": (lambda i: (i.state / "reports.db").write_bytes(b""), "database", "begin anew"),
    "a database that is gone": (lambda i: (i.state / "reports.db").unlink(), "database", "is gone"),
    "a folder in the place of the lock": (_lock_folder, "rights", "in the way"),
    "a file in the place of a folder": (_file_for_folder, "rights", "in the way"),
    "a watchlist without publishers": (lambda i: i.publishers.write_text(i.publishers.read_text("utf-8").splitlines()[0] + "\n", "utf-8"), "watchlist", "nobody is on it"),
    "a heartbeat without an address": (lambda i: i.environment.update(REPORTWATCH_HEARTBEAT_URL="ftp://x"), "heartbeat", "none of the web"),
    "a timeout that is no number": (lambda i: i.environment.update(REPORTWATCH_TIMEOUT="soon"), "settings", "REPORTWATCH_TIMEOUT"),
    "a log level that is none": (lambda i: i.environment.update(REPORTWATCH_LOG_LEVEL="loud"), "settings", "REPORTWATCH_LOG_LEVEL"),
    "a torn database": (lambda i: _overwrite(i.state / "reports.db", 40), "database", ""),
    "a reference to nothing": (
        lambda i: i.sql("INSERT INTO links (source, url, title, kind, first_seen, last_seen, last_crawl) VALUES ('no', 'u', 't', 'other', '', '', 999)"),
        "database", "do not exist",
    ),
    "a database of a newer version": (
        lambda i: i.sql("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('reportwatch', 'of_2031', '')"), "database", "newer",
    ),
    "a database of an older shape": (
        lambda i: i.sql("DELETE FROM _sqlite_migrations WHERE name = 'add_backups'", "DROP TABLE backups"), "database", "older",
    ),
    "a document that is gone": (lambda i: i.blob().unlink(), "archive", "missing"),
    "a document with a flipped bit": (lambda i: i.blob().write_bytes(bytes([i.blob().read_bytes()[0] ^ 1]) + i.blob().read_bytes()[1:]), "archive", "changed"),
    "a document that was cut": (lambda i: i.blob().write_bytes(i.blob().read_bytes()[:-9]), "archive", "changed"),
    "a state folder that anybody may change": (lambda i: i.state.chmod(0o777), "rights", "anybody"),
    "channels that anybody may change": (lambda i: (i.folder / "channels.toml").chmod(0o666), "rights", "anybody"),
    "a state folder that cannot be written": (lambda i: i.state.chmod(0o555), "rights", "cannot be written"),
    "a clock that went back": (lambda i: setattr(i, "now", "2026-02-01T00:00:00Z"), "clock", "set the clock"),
    "a mistake in the calendar of one's own": (
        lambda i: (i.folder / "watchlist" / "calendar.toml").write_text('[[local]]\nregion = "test"\ndue = "2-20"\n', "utf-8"), "calendar", "calendar.toml:3: due",
    ),
    "years that no library knows the holidays of": (lambda i: setattr(i, "now", "2500-03-01T00:00:00Z"), "calendar", "holidays"),
    "runs that stopped": (lambda i: setattr(i, "now", "2026-02-13T00:00:00Z"), "last run", "days ago"),
    "a run that failed": (lambda i: i.sql("UPDATE runs SET outcome = 'failed', exit_code = 74"), "last run", "exit code 74"),
    "runs that are cut off": (
        lambda i: i.sql(*["INSERT INTO runs (command, started_at, outcome) VALUES ('crawl', '2026-02-09T00:00:00Z', 'interrupted')"] * 3), "runs", "cut off",
    ),
    "lists that are all blind": (lambda i: i.sql("UPDATE crawls SET outcome = 'blind', blind_kind = 'timeout'"), "lists", "blind"),
    "robots.txt that refuses everything": (lambda i: i.sql("UPDATE crawls SET outcome = 'blind', blind_kind = 'robots'"), "lists", "robots.txt"),
    "entries that nobody can match": (_doubt, "entries", "could not be matched"),
    "documents of another version of the readers": (lambda i: i.sql("UPDATE readings SET reader_version = 'old'"), "readers", "another version"),
    "no backup": (lambda i: i.sql("DELETE FROM backups"), "backup", "none was ever taken"),
    "an old backup": (lambda i: i.sql("UPDATE backups SET at = '2026-01-10T00:00:00Z' WHERE kind = 'backup'"), "backup", "31 days old"),
    "a backup that lacks files": (lambda i: i.sql("UPDATE backups SET faults = 2 WHERE kind = 'backup'"), "backup", "lacks 2 files"),
    "a backup that is not there any more": (lambda i: i.sql("UPDATE backups SET folder = '/nowhere'"), "backup", "not in /nowhere any more"),
    "no drill": (lambda i: i.sql("DELETE FROM backups WHERE kind = 'drill'"), "backup", "none was ever restored"),
    "a drill that failed": (lambda i: i.sql("UPDATE backups SET faults = 3 WHERE kind = 'drill'"), "backup", "3 faults"),
    "a drill long ago": (lambda i: i.sql("UPDATE backups SET at = '2025-11-10T00:00:00Z' WHERE kind = 'drill'"), "backup", "last drill"),
    "logs that nobody prunes": (_old_log, "logs", "older than 90 days"),
    "a state folder over its budget": (lambda i: i.environment.update(REPORTWATCH_SIZE_BUDGET="0.0001"), "space", "that it may"),
    "a budget that is no number": (lambda i: i.environment.update(REPORTWATCH_SIZE_BUDGET="much"), "space", "no number"),
    "a channel without its variable": (lambda i: i.environment.pop("DESK"), "channels", "DESK"),
    "channels.toml that is no TOML": (lambda i: (i.folder / "channels.toml").write_text("[[channel", "utf-8"), "channels", "channels.toml:1"),
    "a secret that others can read": (_open_secret, "channels", "chmod 600"),
    "no channels": (lambda i: (i.folder / "channels.toml").unlink(), "channels", "nobody is told"),
    "messages that died": (lambda i: _message(i, "desk", "dead"), "outbox", "could not be delivered"),
    "messages that failed": (lambda i: _message(i, "desk", "failed"), "outbox", "failed"),
    "messages for a channel that is gone": (lambda i: _message(i, "gone", "pending"), "outbox", "gone"),
    "messages that nobody sends": (lambda i: _message(i, "desk", "pending"), "outbox", "nobody has tried"),
    "private addresses that are open": (lambda i: i.environment.update(REPORTWATCH_ALLOW="127.0.0.1:80"), "address guard", "127.0.0.1:80"),
    "a proxy that is none": (lambda i: i.environment.update(REPORTWATCH_PROXY="socks5://127.0.0.1"), "proxy", "http://"),
    "nobody to write to": (lambda i: i.environment.pop("REPORTWATCH_CONTACT"), "contact", "REPORTWATCH_CONTACT"),
    "no Chinese fonts": (_without_fonts, "fonts", "Chinese"),
    "no LibreOffice": (lambda i: i.environment.update(PATH=str(i.folder)), "extras", "LibreOffice"),
    "no browser for a list that needs one": (_rendered, "browser", "no browser"),
}  # fmt: skip


def found_by(done: Result) -> list[dict[str, str]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_nothing_is_wrong_with_a_healthy_installation(healthy: Path) -> None:
    done = Installation(healthy).doctor("--strict", "--full")
    assert done.exit_code == 0, done.output
    assert "fix:" not in done.stdout


@pytest.mark.parametrize("fault", FAULTS)
def test_doctor_finds(fault: str, sick: Installation) -> None:
    plant, about, words = FAULTS[fault]
    plant(sick)
    done = sick.doctor("--strict", "--quick", "--json")
    sick.state.chmod(0o755)
    assert done.exit_code == 78, done.output
    found = [one for one in found_by(done) if one["level"] != "ok" and one["about"] == about]
    assert found, done.stdout
    assert any(words in one["says"] + one["fix"] for one in found), found
    assert all(len(one["fix"]) > 10 for one in found_by(done) if one["level"] != "ok")
    assert "Traceback" not in done.output


def test_there_are_more_than_twenty_five() -> None:
    assert len(FAULTS) >= 25


def test_doctor_finds_a_run_that_never_ends(sick: Installation) -> None:
    sick.sql("INSERT INTO runs (command, started_at) VALUES ('run', '2026-02-09T10:00:00Z')")
    with FileLock(sick.state / "lock"):
        done = sick.doctor("--strict", "--quick")
    assert done.exit_code == 78
    assert f"process {os.getpid()} holds the lock" in done.stdout


def test_doctor_finds_a_disk_that_is_nearly_full(sick: Installation) -> None:
    with small_disk(sick.folder / "disk") as disk:
        shutil.copytree(sick.state, disk / "state")
        sick.folder = disk
        done = sick.doctor("--strict", "--quick")
    assert done.exit_code == 78
    assert "GiB free at" in done.stdout


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """A file system of 30 MB, where this user may mount one."""
    place.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=30m", "tmpfs", str(place)], capture_output=True, check=False
    ).returncode:
        pytest.skip("only root may mount a small file system")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.mark.parametrize(
    "fault", ["a torn database", "messages that nobody sends", "a document that is gone"]
)
def test_doctor_changes_nothing(fault: str, sick: Installation) -> None:
    FAULTS[fault][0](sick)
    before = _bytes(sick.folder)
    sick.doctor("--full", "--quick")
    assert _bytes(sick.folder) == before


def _bytes(folder: Path) -> dict[str, bytes]:
    files = [
        path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    ]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_warnings_alone_are_no_failure_unless_they_shall_be(sick: Installation) -> None:
    sick.environment.pop("REPORTWATCH_CONTACT")
    assert sick.doctor("--quick").exit_code == 0
    assert sick.doctor("--strict", "--quiet", "--quick").exit_code == 78


def test_a_damaged_file_beyond_the_sample_is_found_with_full(sick: Installation) -> None:
    sick.blob().write_bytes(b"other")
    done = sick.doctor("--full", "--quick")
    assert done.exit_code == 78
    assert sick.blob().name in done.stdout


def test_doctor_finds_a_wrong_time_zone(sick: Installation) -> None:
    wrong = sick.folder / "zones" / "Asia"
    wrong.mkdir(parents=True)
    (wrong / "Shanghai").write_bytes(files("tzdata").joinpath("zoneinfo", "Asia", "Tokyo").read_bytes())
    known = {**os.environ, "PYTHONTZPATH": str(wrong.parent)}
    command = [sys.executable, "-m", "reportwatch", "doctor", "--quick", "--state", str(sick.state)]
    done = subprocess.run(command, env=known, capture_output=True, text=True, check=False)
    assert done.returncode == 78
    assert "time zone: Asia/Shanghai is 9:00:00 ahead of UTC" in done.stdout


def test_doctor_finds_what_holds_the_lock_and_is_no_run(sick: Installation) -> None:
    """A hung `parse` or `prune`: every run of cron ends with 75, of which cron says nothing."""
    sick.now = "2026-02-13T00:00:00Z"
    with FileLock(sick.state / "lock"):
        done = sick.doctor("--quick")
    assert done.exit_code == 78
    assert f"process {os.getpid()} holds the lock, and no run began since" in done.stdout
