"""One run at a time: a flock that the kernel releases when its holder dies, however it dies."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from reportwatch.exits import BUSY, CommandError
from store.paths import StatePaths

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def only_run(state: Path) -> Iterator[None]:
    """Holds the lock of this state folder. CommandError (75) at once if somebody else has it."""
    lock = StatePaths(state).lock
    lock.parent.mkdir(parents=True, exist_ok=True)
    holder = FileLock(lock)
    try:
        holder.acquire(blocking=False)
    except Timeout:
        raise CommandError(
            BUSY, f"another run is at work on {state} (lock {lock}): wait for it, or end it"
        ) from None
    try:
        yield
    finally:
        holder.release()
