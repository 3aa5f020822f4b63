"""The evidence archive: bytes by their SHA-256, written so that a crash leaves either the whole file or none."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from store.errors import DamagedError, UnwritableError

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEX = frozenset("0123456789abcdef")


class Archive:
    """Bytes kept for ever below `root`, as `ab/abcdef…`. Two writers of the same bytes do no harm."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Where the bytes of that hash are, or would be. Raises ValueError for what is no SHA-256."""
        if len(sha256) != hashlib.sha256().digest_size * 2 or not _HEX.issuperset(sha256):
            raise ValueError(f"not a SHA-256 in lower-case hexadecimal: {sha256[:80]!r}")
        return self.root / sha256[:2] / sha256

    def put(self, body: bytes) -> str:
        """Keeps the bytes and returns their SHA-256; they are on the disk when this returns.

        Raises UnwritableError where the disk is full or read-only; nothing half-written is ever found by `get`.
        """
        sha256 = hashlib.sha256(body).hexdigest()
        target = self.path(sha256)
        try:
            if not _holds(target, sha256):
                _write(target, body)
        except OSError as error:
            raise UnwritableError(
                f"{error.filename or target}: {error.strerror}: free some space or check the rights, then run again; "
                "nothing already kept is harmed"
            ) from error
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes of that hash. Raises DamagedError where they are missing or no longer those bytes."""
        path = self.path(sha256)
        try:
            body = path.read_bytes()
        except FileNotFoundError as error:
            raise DamagedError(f"{path}: these bytes are missing; restore raw/ from a backup") from error
        if hashlib.sha256(body).hexdigest() != sha256:
            raise DamagedError(f"{path}: the bytes have changed on the disk; restore this file from a backup")
        return body

    def leftovers(self) -> Iterator[Path]:
        """Unfinished files that a crash left; they harm nobody and may be deleted while nothing runs."""
        yield from self.root.glob("*/.*.tmp")


def _holds(target: Path, sha256: str) -> bool:
    """Whether the whole file is already there; a damaged one is written anew."""
    try:
        return hashlib.sha256(target.read_bytes()).hexdigest() == sha256
    except FileNotFoundError:
        return False


def _write(target: Path, body: bytes) -> None:
    if not target.parent.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
        _sync(target.parent.parent)
    unfinished = f"{target.parent}/.{target.name[:16]}.{os.getpid()}-{threading.get_ident()}.tmp"
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, target)  # noqa: PTH105 - pathlib doubles what this costs
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
    _sync(target.parent)


def _sync(folder: Path) -> None:
    """Makes the folder's entries durable: without it a power cut can lose a file that was renamed into it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
