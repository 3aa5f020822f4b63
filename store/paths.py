"""Where things are kept below one state folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class StatePaths:
    """The places below the state folder `root`; nothing here touches the disk."""

    root: Path

    @property
    def database(self) -> Path:
        """What we know: one SQLite file (with its -wal and -shm beside it while in use)."""
        return self.root / "reports.db"

    @property
    def raw(self) -> Path:
        """The evidence archive: the bytes of every document and list page, by their SHA-256."""
        return self.root / "raw"

    @property
    def lock(self) -> Path:
        """The lock that one run at a time holds."""
        return self.root / "lock"

    @property
    def notify_lock(self) -> Path:
        """The lock that one sender of messages at a time holds: `notify` may work while a crawl does."""
        return self.root / "notify.lock"

    @property
    def reread_lock(self) -> Path:
        """The lock of who reads the archive again: a trial takes hours, and runs go on beside it."""
        return self.root / "reread.lock"

    @property
    def backup_lock(self) -> Path:
        """The lock of what must not happen together: a backup, and a pruning of what it is about to copy."""
        return self.root / "backup.lock"

    @property
    def backups(self) -> Path:
        """Copies of the database from before its shape was changed by a newer version."""
        return self.root / "backups"

    @property
    def logs(self) -> Path:
        """One file a run, for people."""
        return self.root / "logs"

    @property
    def runs(self) -> Path:
        """One JSON report a run, for programs."""
        return self.root / "runs"

    @property
    def looks(self) -> Path:
        """What `reportwatch add` saw: a state folder of its own, whose visits speak for and against nobody."""
        return self.root / "looks"
