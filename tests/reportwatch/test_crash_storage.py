"""A disk that fails under a run: a clear line, the documented exit code, nothing lost, and the next run goes on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from reportwatch import ROOT
from tests.reportwatch.alike import difference, picture
from tests.reportwatch.crash_world import AFTER, NOW, Scene, made_scene

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


@pytest.mark.parametrize(
    ("stage", "command"), [("crawled", "parse"), ("parsed", "check"), ("checked", "notify")]
)
@pytest.mark.parametrize("room", [0, 1, 2])
def test_a_full_disk_ends_with_74_and_the_next_run_goes_on(
    scene: Scene, stage: str, command: str, room: int
) -> None:
    state = scene.copy(stage, f"full-{command}-{room}")
    (state / "reports.db-wal").unlink(missing_ok=True)
    done = limited(scene, state, command, size=rooms(state)[room] // (1 if room else 40))
    if done.returncode != 0:  # it fitted
        is_clear(done, 74, "free some space")
    assert room or done.returncode == 74
    picture(state)
    goes_on(scene, state, command)


@pytest.mark.skipif(os.geteuid() == 0 and shutil.which("setpriv") is None, reason="root may write anywhere")
@pytest.mark.parametrize("command", ["check", "notify"])
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
