"""Who may work at once: locks of the kernel, which lets go when their holder dies, however it dies.

One run, one sender of messages, one backup at a time for each state folder; a sender and a backup may work beside a run.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from reportwatch.exits import BUSY, CANNOT_CREATE, CommandError
from store.paths import StatePaths

if TYPE_CHECKING:
    from collections.abc import Iterator

POLL = 0.25  # seconds between two looks at a lock that is waited for


@contextmanager
def only_run(state: Path, wait: float = 0) -> Iterator[None]:
    """Holds the lock of this state folder. CommandError (75) if somebody else has it, after `wait` minutes."""
    with _held(StatePaths(state).lock, f"another run is at work on {state}", wait):
        yield


@contextmanager
def only_sender(state: Path, wait: float = 0) -> Iterator[None]:
    """Holds the lock of those who send messages, as `only_run`."""
    with _held(StatePaths(state).notify_lock, f"messages of {state} are being sent", wait):
        yield


@contextmanager
def only_rereading(state: Path, wait: float = 0) -> Iterator[None]:
    """Holds the lock of those who read the archive again or decide on it, as `only_run`."""
    with _held(StatePaths(state).reread_lock, f"the archive of {state} is being read again", wait):
        yield


@contextmanager
def only_backup(state: Path, wait: float = 0) -> Iterator[None]:
    """Holds the lock of those who copy or prune the archive, as `only_run`."""
    with _held(StatePaths(state).backup_lock, f"a backup or a pruning of {state} is at work", wait):
        yield


@contextmanager
def _held(lock: Path, says: str, wait: float) -> Iterator[None]:
    lock.parent.mkdir(parents=True, exist_ok=True)
    if lock.is_dir():
        raise CommandError(CANNOT_CREATE, f"{lock}: a folder is in the way of the lock file: move it away")
    held = FileLock(lock)
    try:
        held.acquire(timeout=wait * 60, poll_interval=POLL)
    except Timeout:
        by = holder(lock)
        raise CommandError(
            BUSY, f"{says} (lock {lock}{f', held by process {by}' if by else ''}): wait for it, or end it"
        ) from None
    try:
        yield
    finally:
        held.release()


def holder(lock: Path) -> str:
    """The process that Linux names as the holder of a lock, if it names one; else the empty text."""
    try:
        ending = f":{lock.stat().st_ino}"
        rows = [line.split() for line in Path("/proc/locks").read_text(encoding="ascii").splitlines()]
    except OSError:
        return ""
    return next((row[4] for row in rows if row[1] == "FLOCK" and row[5].endswith(ending)), "")
