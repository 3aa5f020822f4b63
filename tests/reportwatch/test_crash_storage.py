"""A disk or a database that fails under a run: a clear line, the documented exit code, nothing lost, and the next run goes on."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from reportwatch import ROOT
from tests.reportwatch.alike import difference, picture
from tests.reportwatch.crash_world import AFTER, NOW, At, Scene, made_scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The command in a process whose files may not grow beyond so many bytes, or on which SQLite waits only so long.
LIMITED = """
import resource, runpy, sys
import store.database
store.database.BUSY_SECONDS = float(sys.argv[2])
if int(sys.argv[1]):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
del sys.argv[1:3]
sys.argv[0] = "reportwatch"
runpy.run_module("reportwatch", run_name="__main__")
"""

COMMANDS = {
    "parse": "crawled",
    "check": "parsed",
    "notify": "checked",
}  # each with the stage from which it starts
KILLED = At("reportwatch", "monitor.check", "check", "after")


def tried(name: str, values: list[Any], short: object) -> pytest.MarkDecorator:
    """The test for each value, of which only one is tried in `make test`."""
    marked = [pytest.param(one, marks=() if one == short else pytest.mark.campaign) for one in values]
    return pytest.mark.parametrize(name, marked)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with made_scene(tmp_path_factory.mktemp("storage")) as scene:
        yield scene


def limited(
    scene: Scene, state: Path, *words: str, size: int = 0, wait: float = 30
) -> subprocess.CompletedProcess[str]:
    """The command, as it ended."""
    command = [sys.executable, "-c", LIMITED, str(size), str(wait), *scene.words(state, words, NOW)]
    return subprocess.run(command, cwd=ROOT, env=scene.env, capture_output=True, text=True, check=False)


def is_clear(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    said = done.stdout + done.stderr
    assert done.returncode == code, said
    assert "Traceback" not in said
    for word in words:
        assert word in said, said


def goes_on(scene: Scene, state: Path, *words: str) -> None:
    """Nothing is lost: the same command and what follows come to the same as if nothing had been."""
    for command in (words, ("check",), ("notify",)):
        scene.do(state, *command)
    scene.do(state, "notify", now=AFTER)
    assert difference(picture(scene.stages["told"]), picture(state)) == {}


def rooms(state: Path) -> list[int]:
    """Sizes at which the database is full at once, and after a while."""
    size = (state / "reports.db").stat().st_size
    return [size, size + 40_000, size + 150_000]


@tried("command", list(COMMANDS), "check")
@tried("room", [0, 1, 2], 0)
def test_a_full_disk_ends_with_74_and_the_next_run_goes_on(scene: Scene, command: str, room: int) -> None:
    state = scene.copy(COMMANDS[command], f"full-{command}-{room}")
    (state / "reports.db-wal").unlink(missing_ok=True)
    done = limited(scene, state, command, size=rooms(state)[room] // (1 if room else 40))
    if done.returncode != 0:  # it fitted
        is_clear(done, 74, "free some space")
    assert room or done.returncode == 74
    picture(state)
    goes_on(scene, state, command)


@tried("command", list(COMMANDS), "check")
def test_a_database_that_stays_locked_is_75_and_the_next_run_goes_on(scene: Scene, command: str) -> None:
    state = scene.copy(COMMANDS[command], f"locked-{command}")
    with closing(sqlite3.connect(state / "reports.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        is_clear(limited(scene, state, command, wait=0.3), 75, "another program")
        other.execute("ROLLBACK")
    goes_on(scene, state, command)


@pytest.mark.campaign
def test_a_database_that_is_locked_longer_than_we_wait(scene: Scene) -> None:
    state = scene.copy("parsed", "locked-long")
    with closing(sqlite3.connect(state / "reports.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        is_clear(limited(scene, state, "check"), 75, "another program")
        other.execute("ROLLBACK")
    goes_on(scene, state, "check")


@pytest.mark.skipif(os.geteuid() == 0 and shutil.which("setpriv") is None, reason="root may write anywhere")
@tried("command", ["check", "notify"], "check")
def test_a_folder_that_may_not_be_written_is_a_clear_line(scene: Scene, command: str) -> None:
    state = scene.copy("parsed", f"readonly-{command}")
    before = (state / "reports.db").read_bytes()
    done = as_reader(scene, state, command)
    is_clear(done, 73, "right")
    assert (state / "reports.db").read_bytes() == before


def as_reader(scene: Scene, state: Path, command: str) -> subprocess.CompletedProcess[str]:
    """The command without the rights of the owner, where root would have them all."""
    for folder in (state.parent, state):
        folder.chmod(0o555)
    (state / "reports.db").chmod(0o444)
    drop = (
        ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--reuid=65534", "--clear-groups"]
        if os.geteuid() == 0
        else []
    )
    words = [*drop, sys.executable, "-m", "reportwatch", *scene.words(state, (command,), NOW)]
    try:
        return subprocess.run(words, cwd=ROOT, env=scene.env, capture_output=True, text=True, check=False)
    finally:
        for folder in (state.parent, state):
            folder.chmod(0o755)
        (state / "reports.db").chmod(0o644)


@tried("harm", ["missing", "flipped", "cut"], "flipped")
def test_bytes_that_are_gone_or_changed_are_named_and_nothing_is_read_from_them(
    scene: Scene, harm: str
) -> None:
    state = scene.copy("crawled", f"blob-{harm}")
    with closing(sqlite3.connect(state / "reports.db")) as db:
        [name] = db.execute("SELECT sha256 FROM documents ORDER BY id DESC LIMIT 1").fetchone()
        [read] = db.execute("SELECT count(*) FROM readings").fetchone()
    blob = state / "raw" / name[:2] / name
    whole = blob.read_bytes()
    if harm == "missing":
        blob.unlink()
    else:
        blob.write_bytes(whole[:-10] if harm == "cut" else bytes([whole[0] ^ 1]) + whole[1:])
    is_clear(limited(scene, state, "parse"), 74, name, "restore")
    with closing(sqlite3.connect(state / "reports.db")) as db:
        assert db.execute("SELECT count(*) FROM readings").fetchone()[0] == read + 2  # of three new documents
    scene.do(state, "check")  # it judges what it knows, and calls nobody missing for it
    with closing(sqlite3.connect(state / "reports.db")) as db:
        assert not db.execute("SELECT 1 FROM incidents WHERE kind IN ('missing', 'withdrawn')").fetchall()
    blob.write_bytes(whole)
    scene.do(state, "parse")
    for command in ("check", "notify"):
        scene.do(state, command)
    found, calm = picture(state), picture(scene.stages["told"])
    assert found["readings"] == calm["readings"]
    assert found["figures"] == calm["figures"]


@tried("kept", [0.0, 0.3, 0.9], 0.3)
def test_a_log_of_the_database_that_was_cut_off_costs_the_last_writes_only(scene: Scene, kept: float) -> None:
    """As after a power cut: what the log lost was not stored, and the commands are done again."""
    state = scene.copy("parsed", f"wal-{kept}")
    child = scene.begin(state, ("check",), KILLED)
    child.communicate(timeout=60)
    assert child.returncode == -signal.SIGKILL
    log = state / "reports.db-wal"
    assert log.stat().st_size > 0
    os.truncate(log, int(log.stat().st_size * kept))
    (state / "reports.db-shm").unlink(missing_ok=True)
    goes_on(scene, state, "check")
