"""Backups: whole while a run writes, whole after a kill or a full disk, and proved by restoring them."""

from __future__ import annotations

import gzip
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tarfile
import threading
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reportwatch.backing_up import drop_old, manifest_of, manifests
from reportwatch.cli import main
from reportwatch.locking import only_backup
from store.archive import Archive
from store.crawls import keep_document, note_list_page, start_crawl
from store.database import open_database
from store.model import Publisher, Source, Watchlist
from store.paths import StatePaths
from store.watched import save_watchlist

NOW, LATER = "2026-02-10T02:00:00Z", "2026-02-11T02:00:00Z"
BODIES = tuple(f"report {number}".encode() * 50 for number in range(6))
FIRST_SHAPE = Path(__file__).parents[1] / "store" / "first_shape.db.gz"
# Stops the process for good before or after a function of the backup: the named points.
POINTS = tuple(
    f"{when} {name}" for name in ("copy_database", "copy_file", "copy_archive", "write_settings", "write_manifest")
    for when in ("before", "after")
)  # fmt: skip
KILLED = """
import os, signal, sys
from reportwatch import backing_up
when, name = sys.argv[1].split()
inner = getattr(backing_up, name)
def outer(*words):
    if when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    inner(*words)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(backing_up, name, outer)
from reportwatch.cli import main
main(sys.argv[2:])
"""


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state folder with six documents and a page of a list, and a watchlist beside it."""
    paths = StatePaths(tmp_path / "state")
    archive = Archive(paths.raw)
    with closing(open_database(paths.database)) as db:
        source = Source("list", "https://a.gov.cn/nb/", "plain", ("a.gov.cn",), "henan")
        save_watchlist(
            db, Watchlist((Publisher("p", "某局", "department", "henan", sources=("list",)),), (source,)), NOW
        )
        crawl = start_crawl(db, "list", source.url, NOW)
        for number, body in enumerate(BODIES):
            keep_document(
                db,
                archive,
                url=f"https://a.gov.cn/{number}",
                body=body,
                media_type="text/html",
                now=NOW,
                source="list",
                crawl=crawl,
            )
        note_list_page(db, crawl, source.url, archive.put(b"a list"), 200, {}, NOW)
    (tmp_path / "watchlist" / "henan").mkdir(parents=True)
    (tmp_path / "watchlist" / "henan" / "publishers.csv").write_text("id,name\n", encoding="utf-8")
    (tmp_path / "channels.toml").write_text('[[channel]]\nid = "desk"\nurl_env = "DESK"\n', encoding="utf-8")
    (tmp_path / "secret").write_text("json://user:canary@host", encoding="utf-8")
    return paths.root


def words(state: Path, *more: str, now: str = NOW) -> list[str]:
    beside = state.parent
    places = [
        "--state",
        str(state),
        "--watchlist",
        str(beside / "watchlist"),
        "--channels",
        str(beside / "channels.toml"),
    ]
    return ["backup", str(beside / "copies"), *places, "--now", now, *more]


def backup(state: Path, *more: str, now: str = NOW) -> Result:
    return CliRunner().invoke(main, words(state, *more, now=now))


def restore(state: Path, *more: str) -> Result:
    folders = [str(state.parent / "copies"), "--to", str(state.parent / "new")]
    return CliRunner().invoke(main, ["restore", *folders, "--now", LATER, *more])


def file_of(folder: Path, number: int = 0) -> Path:
    """Where one of the documents is kept."""
    [found] = [path for path in folder.rglob("*") if path.is_file() and path.read_bytes() == BODIES[number]]
    return found


def documents(database: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as db:
        return db.execute("SELECT url, sha256 FROM documents ORDER BY url").fetchall()


def test_what_was_backed_up_comes_back_byte_for_byte(state: Path) -> None:
    assert backup(state).exit_code == 0
    done = restore(state)
    assert done.exit_code == 0, done.output
    new = StatePaths(state.parent / "new")
    assert documents(new.database) == documents(state / "reports.db")
    raw = {path.name: path.read_bytes() for path in (state / "raw").rglob("*") if path.is_file()}
    assert {path.name: path.read_bytes() for path in new.raw.rglob("*") if path.is_file()} == raw
    assert (
        new.root / "restored-settings" / "watchlist" / "henan" / "publishers.csv"
    ).read_text() == "id,name\n"
    assert "url_env" in (new.root / "restored-settings" / "channels.toml").read_text(encoding="utf-8")


def test_no_secret_is_in_a_backup(state: Path) -> None:
    backup(state)
    restore(state)
    held = [
        path
        for path in (*(state.parent / "copies").rglob("*"), *(state.parent / "new").rglob("*"))
        if path.is_file()
    ]
    assert held
    assert not [path for path in held if b"canary" in path.read_bytes()]


def test_the_archive_is_copied_once(state: Path) -> None:
    assert "7 of them new" in backup(state).output
    before = file_of(state.parent / "copies").stat()
    assert "0 of them new" in backup(state, now=LATER).output
    assert file_of(state.parent / "copies").stat() == before
    assert len(manifests(state.parent / "copies")) == 2


def test_a_backup_is_whole_while_something_writes(state: Path) -> None:
    stop = threading.Event()
    written: list[bytes] = []

    def write() -> None:
        archive = Archive(state / "raw")
        with closing(open_database(state / "reports.db")) as db:
            while not stop.is_set():
                body = f"written meanwhile {len(written)}".encode()
                keep_document(
                    db,
                    archive,
                    url=f"https://a.gov.cn/m{len(written)}",
                    body=body,
                    media_type="text/html",
                    now=NOW,
                    source="list",
                )
                written.append(body)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            done = backup(state, now=f"2026-02-10T02:00:0{number}Z")
            assert done.exit_code == 0, done.output
    finally:
        stop.set()
        writer.join()
    assert len(written) > 5
    for stamp in manifests(state.parent / "copies"):
        assert not manifest_of(state.parent / "copies", stamp).missing
    assert backup(state, "--drill").exit_code == 0


@pytest.mark.parametrize("point", POINTS)
def test_a_backup_that_is_killed_harms_nothing_and_the_next_one_sweeps_up(state: Path, point: str) -> None:
    backup(state)
    Archive(state / "raw").put(b"one more")
    done = subprocess.run(
        [sys.executable, "-c", KILLED, point, *words(state, now=LATER)], capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    copies = state.parent / "copies"
    if point == "after write_manifest":
        assert len(manifests(copies)) == 2
    else:
        assert manifests(copies) == ["20260210T020000Z"]
    assert backup(state, "--drill").exit_code == 0
    after = backup(state, now="2026-02-12T02:00:00Z")
    assert after.exit_code == 0, after.output
    assert not [path for path in copies.rglob("*") if path.name.endswith(".part")]
    assert {path.name.partition("-")[2].partition(".")[0] for path in copies.glob("reports-*")} == set(
        manifests(copies)
    )
    assert backup(state, "--drill").exit_code == 0


def test_a_full_disk_ends_with_74_and_the_backup_before_stays_whole(state: Path) -> None:
    backup(state)
    limit = f'ulimit -f {(state / "reports.db").stat().st_size // 4096}; exec "$@"'
    command = ["bash", "-c", limit, "bash", sys.executable, "-m", "reportwatch", *words(state, now=LATER)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 74, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    copies = state.parent / "copies"
    assert manifests(copies) == ["20260210T020000Z"]
    assert not list(copies.glob(".*.part"))
    assert backup(state, "--drill").exit_code == 0


def test_a_damaged_file_is_not_copied_over_and_is_named(state: Path) -> None:
    file_of(state / "raw", 1).unlink()
    bad = file_of(state / "raw", 2)
    bad.write_bytes(b"flipped")
    done = backup(state)
    assert done.exit_code == 65
    assert f"{bad.name}: its bytes have changed" in done.output
    assert done.output.count("fault:") == 2
    assert not list((state.parent / "copies" / "raw").rglob(bad.name))


@pytest.mark.parametrize("damage", ["missing", "flipped", "cut"])
def test_a_damaged_backup_is_found_by_the_drill_and_restores_only_when_told_to(
    state: Path, damage: str
) -> None:
    backup(state)
    bad = file_of(state.parent / "copies", 3)
    if damage == "missing":
        bad.unlink()
    else:
        bad.write_bytes(b"x" * len(BODIES[3]) if damage == "flipped" else BODIES[3][:10])
    drilled = backup(state, "--drill")
    assert drilled.exit_code == 65
    assert bad.name in drilled.output
    refused = restore(state)
    assert refused.exit_code == 65
    assert "nothing was restored" in refused.output
    assert not (state.parent / "new").exists()
    taken = restore(state, "--despite-damage")
    assert taken.exit_code == 65
    assert len(documents(state.parent / "new" / "reports.db")) == 6
    assert file_of(state.parent / "new", 4).is_file()


def test_a_damaged_database_in_a_backup_is_refused_and_an_earlier_one_is_taken(state: Path) -> None:
    backup(state)
    backup(state, now=LATER)
    copy = state.parent / "copies" / "reports-20260211T020000Z.db"
    copy.write_bytes(copy.read_bytes()[:-4096])
    assert restore(state, "--despite-damage").exit_code == 65
    assert not (state.parent / "new").exists()
    assert restore(state, "--backup", "20260210T020000Z").exit_code == 0


def test_nothing_is_ever_overwritten(state: Path) -> None:
    backup(state)
    (state.parent / "new").mkdir()
    (state.parent / "new" / "reports.db").write_bytes(b"precious")
    done = restore(state)
    assert done.exit_code == 73
    assert (state.parent / "new" / "reports.db").read_bytes() == b"precious"


def test_a_restore_that_was_killed_is_begun_anew(state: Path) -> None:
    backup(state)
    (state.parent / ".new.restoring" / "raw").mkdir(parents=True)
    assert restore(state).exit_code == 0
    assert not (state.parent / ".new.restoring").exists()


def test_when_it_was_taken_and_proved_is_noted(state: Path) -> None:
    backup(state)
    backup(state, "--drill", now=LATER)
    with closing(sqlite3.connect(state / "reports.db")) as db:
        noted = db.execute(
            "SELECT kind, at, stamp, documents, files, faults FROM backups ORDER BY id"
        ).fetchall()
    assert noted == [
        ("backup", NOW, "20260210T020000Z", 6, 7, 0), ("drill", LATER, "20260210T020000Z", 6, 7, 0),
    ]  # fmt: skip


def test_a_drill_leaves_nothing_behind(state: Path) -> None:
    backup(state)
    before = sorted(state.parent.joinpath("copies").rglob("*"))
    assert json.loads(backup(state, "--drill", "--json", "--quiet").output)["faults"] == []
    assert sorted(state.parent.joinpath("copies").rglob("*")) == before


def test_old_backups_go_and_the_newest_of_each_period_stay(tmp_path: Path) -> None:
    days = [f"2026-{month:02}-{day:02}" for month in (1, 2, 3) for day in range(1, 29)]
    stamps = [f"{day.replace('-', '')}T020000Z" for day in days]
    for stamp in stamps:
        for name in (f"manifest-{stamp}.json", f"reports-{stamp}.db", f"settings-{stamp}.tar.gz"):
            (tmp_path / name).write_text("", encoding="utf-8")
    (tmp_path / "raw").mkdir()
    dropped = drop_old(tmp_path, 7, 4, 12)
    left = manifests(tmp_path)
    assert set(left) | set(dropped) == set(stamps)
    assert left == [
        "20260128T020000Z", "20260228T020000Z", "20260308T020000Z", "20260315T020000Z",
        *(f"202603{day}T020000Z" for day in range(22, 29)),
    ]  # fmt: skip
    assert len(list(tmp_path.glob("reports-*"))) == len(left)
    assert (tmp_path / "raw").is_dir()
    assert drop_old(tmp_path, 0, 0, 0) == tuple(left[:-1])


def test_two_backups_at_once_are_refused_and_one_can_wait(state: Path) -> None:
    with only_backup(state):
        done = subprocess.run(
            [sys.executable, "-m", "reportwatch", *words(state)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 75
        assert f"held by process {os.getpid()}" in done.stderr
        waiting = subprocess.Popen(
            [sys.executable, "-m", "reportwatch", *words(state, "--wait", "2")], stdout=subprocess.DEVNULL
        )
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(3)
    assert waiting.wait(60) == 0


@pytest.mark.parametrize(
    ("more", "code", "says"), [(("--keep", "often"), 2, "7/4/12"), ((), 65, "no database")]
)
def test_what_cannot_be_done_is_said_in_one_line(
    tmp_path: Path, more: tuple[str, ...], code: int, says: str
) -> None:
    done = CliRunner().invoke(
        main, ["backup", str(tmp_path / "b"), "--state", str(tmp_path / "state"), *more]
    )
    assert done.exit_code == code
    assert says in done.output
    assert done.output.count("Traceback") == 0


def test_a_backup_of_an_older_version_restores_and_opens(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "reports.db").write_bytes(gzip.decompress(FIRST_SHAPE.read_bytes()))
    assert backup(tmp_path / "state").exit_code == 0
    assert backup(tmp_path / "state", "--drill").exit_code == 0
    assert manifest_of(tmp_path / "copies").counts["crawls"] == 3


def test_settings_that_are_links_are_backed_up_as_what_they_lead_to(state: Path) -> None:
    beside = state.parent
    (beside / "channels.toml").rename(beside / "kept-elsewhere.toml")
    (beside / "channels.toml").symlink_to(beside / "kept-elsewhere.toml")
    (beside / "watchlist").rename(beside / "lists")
    (beside / "watchlist").symlink_to(beside / "lists")
    (beside / "lists" / "gone.csv").symlink_to(beside / "nowhere")
    assert backup(state).exit_code == 0
    assert backup(state, "--drill").exit_code == 0
    assert restore(state).exit_code == 0
    settings = beside / "new" / "restored-settings"
    assert (settings / "watchlist" / "henan" / "publishers.csv").read_text() == "id,name\n"
    assert "url_env" in (settings / "channels.toml").read_text(encoding="utf-8")
    assert not [path for path in settings.rglob("*") if path.is_symlink()]


@pytest.mark.parametrize("harm", ["gone", "cut", "a link"])
def test_evidence_comes_back_although_the_settings_are_damaged(state: Path, harm: str) -> None:
    assert backup(state).exit_code == 0
    [kept] = (state.parent / "copies").glob("settings-*.tar.gz")
    if harm == "gone":
        kept.unlink()
    elif harm == "cut":
        kept.write_bytes(kept.read_bytes()[:-40])
    else:  # as an earlier version wrote a watchlist that was a link
        (state.parent / "away").symlink_to("/nowhere/watchlist")
        with tarfile.open(kept, "w:gz") as tar:
            tar.add(state.parent / "away", "watchlist")
    proved = backup(state, "--drill", now=LATER)
    assert (proved.exit_code, kept.name in proved.output) == (65, True), proved.output
    done = restore(state)
    assert (done.exit_code, kept.name in done.output) == (65, True), done.output
    assert documents(state.parent / "new" / "reports.db") == documents(state / "reports.db")


def test_other_peoples_files_in_the_folder_are_left_alone(state: Path) -> None:
    copies = state.parent / "copies"
    copies.mkdir()
    own = ("reports-old.db", "reports-2025.db", "settings-mine.tar.gz", "manifest-mine.json", ".note.part")
    for name in own:
        (copies / name).write_text("mine", encoding="utf-8")
    (copies / "reports-20260101T000000Z.db").touch()  # left by a backup that was killed
    assert backup(state, "--keep", "1/0/0").exit_code == 0
    assert restore(state).exit_code == 0
    assert all((copies / name).read_text(encoding="utf-8") == "mine" for name in own)
    assert not (copies / "reports-20260101T000000Z.db").exists()


@pytest.mark.parametrize("folder", [".", "raw", "raw/copies"])
def test_the_state_folder_is_no_place_for_its_backup(state: Path, folder: str) -> None:
    before = sorted(state.rglob("*"))
    done = CliRunner().invoke(main, ["backup", str(state / folder), "--state", str(state), "--now", NOW])
    assert (done.exit_code, "name another folder" in done.output) == (2, True), done.output
    assert sorted({*state.rglob("*")} - set(before)) == [state / "backup.lock"]


def test_a_restore_that_fails_leaves_nothing_behind(state: Path) -> None:
    assert backup(state).exit_code == 0
    file_of(state.parent / "copies").unlink()
    before = sorted(state.parent.iterdir())
    assert restore(state).exit_code == 65
    assert sorted(state.parent.iterdir()) == before
