"""One run at a time: a flock that the kernel releases when its holder dies, however it dies."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from reportwatch.exits import BUSY, CANNOT_CREATE, CommandError
from store.paths import StatePaths

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def only_run(state: Path) -> Iterator[None]:
    """Holds the lock of this state folder. CommandError (75) at once if somebody else has it."""
    lock = StatePaths(state).lock
    lock.parent.mkdir(parents=True, exist_ok=True)
    if lock.is_dir():
        raise CommandError(CANNOT_CREATE, f"{lock}: a folder is in the way of the lock file: move it away")
    holder = FileLock(lock)
    try:
        holder.acquire(blocking=False)
    except Timeout:
        raise CommandError(
            BUSY, f"another run is at work on {state} (lock {lock}{_holder(lock)}): wait for it, or end it"
        ) from None
    try:
        yield
    finally:
        holder.release()


def _holder(lock: Path) -> str:
    """The process that Linux names as the holder, if it names one."""
    try:
        ending = f":{lock.stat().st_ino}"
        rows = [line.split() for line in Path("/proc/locks").read_text(encoding="ascii").splitlines()]
    except OSError:
        return ""
    return next(
        (f", held by process {row[4]}" for row in rows if row[1] == "FLOCK" and row[5].endswith(ending)), ""
    )
