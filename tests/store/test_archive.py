from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.archive import Archive
from store.errors import DamagedError, UnwritableError

if TYPE_CHECKING:
    from pathlib import Path


def files_of(archive: Archive) -> list[Path]:
    return [path for path in archive.root.rglob("*") if path.is_file()]


@given(st.binary())
def test_what_is_put_can_be_got(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    archive = Archive(tmp_path_factory.getbasetemp() / "raw")
    assert archive.get(archive.put(body)) == body


def test_bytes_lie_under_their_hash(archive: Archive) -> None:
    sha256 = archive.put(b"a report")
    assert sha256 == hashlib.sha256(b"a report").hexdigest()
    assert archive.path(sha256) == archive.root / sha256[:2] / sha256
    assert archive.path(sha256).read_bytes() == b"a report"


def test_the_same_bytes_are_kept_once(archive: Archive) -> None:
    first = archive.path(archive.put(b"a report")).stat()
    assert archive.path(archive.put(b"a report")).stat().st_mtime_ns == first.st_mtime_ns
    assert len(files_of(archive)) == 1


def test_missing_bytes_are_named(archive: Archive) -> None:
    with pytest.raises(DamagedError, match="missing"):
        archive.get("ab" * 32)


def test_changed_bytes_are_never_handed_out_and_can_be_put_again(archive: Archive) -> None:
    sha256 = archive.put(b"a report")
    archive.path(sha256).write_bytes(b"a rep0rt")
    with pytest.raises(DamagedError, match="changed"):
        archive.get(sha256)
    archive.put(b"a report")
    assert archive.get(sha256) == b"a report"


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "AB" * 32, "ab" * 31, "zz" * 32, "ab" * 31 + "/."])
def test_nothing_but_a_hash_is_a_path(archive: Archive, name: str) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        archive.path(name)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "raw").write_text("a file, not a folder")
    with pytest.raises(UnwritableError, match="raw"):
        Archive(tmp_path / "raw").put(b"a report")


WRITE = """
import sys
from pathlib import Path
from store.archive import Archive
archive = Archive(Path(sys.argv[1]))
print("ready", flush=True)
n = 0
while True:
    archive.put(f"{n} ".encode() * 300_000)
    n += 1
"""


@pytest.mark.parametrize("written", [1, 2, 5, 9])
def test_a_kill_leaves_no_torn_file(archive: Archive, written: int) -> None:
    with subprocess.Popen([sys.executable, "-c", WRITE, str(archive.root)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        while len(files_of(archive)) < written:
            assert child.poll() is None
        child.send_signal(signal.SIGKILL)
    whole = [path for path in files_of(archive) if path not in set(archive.leftovers())]
    assert len(whole) >= written - 1
    for path in whole:
        assert hashlib.sha256(archive.get(path.name)).hexdigest() == path.name


FILL = """
import resource, sys
from pathlib import Path
from store.archive import Archive
from store.errors import UnwritableError
archive = Archive(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
print(archive.put(b"small"))
try:
    archive.put(b"x" * 50_000)
except UnwritableError as error:
    print(error.exit_code, error)
"""


def test_a_full_disk_leaves_no_torn_file_and_says_what_to_do(archive: Archive) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FILL, str(archive.root)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    sha256, said = done.stdout.splitlines()
    assert said.startswith("74 ")
    assert "free some space" in said
    assert [path.name for path in files_of(archive)] == [sha256]
