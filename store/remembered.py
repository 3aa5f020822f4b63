"""What the crawler remembers about addresses and hosts between runs: validators, and who asked to be left alone."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class Validator:
    """What to send with a conditional request for `url`. `full_at`: when the bytes were last had unconditionally."""

    url: str
    etag: str | None
    last_modified: str | None
    sha256: str | None
    checked_at: str
    full_at: str | None


@dataclass(frozen=True, slots=True)
class HostState:
    """The breaker of one host: after failures it stays open (no request is sent) until `open_until`, UTC text."""

    host: str
    failures: int
    open_until: str | None
    last_error: str | None


def get_validator(db: Database, url: str) -> Validator | None:
    """What is remembered for this address, or None."""
    row = next(iter(db.query("SELECT * FROM validators WHERE url = ?", (url,))), None)
    return Validator(**row) if row else None


def put_validator(db: Database, validator: Validator) -> None:
    """Remembers it, in place of what was remembered for this address."""
    db.execute(
        "INSERT OR REPLACE INTO validators (url, etag, last_modified, sha256, checked_at, full_at)"
        " VALUES (:url, :etag, :last_modified, :sha256, :checked_at, :full_at)",
        asdict(validator),
    )


def get_host(db: Database, host: str) -> HostState | None:
    """The breaker's state for this host, or None for one that never failed."""
    row = next(iter(db.query("SELECT * FROM hosts WHERE host = ?", (host,))), None)
    return HostState(**row) if row else None


def put_host(db: Database, state: HostState) -> None:
    """Remembers the breaker's state."""
    db.execute(
        "INSERT OR REPLACE INTO hosts (host, failures, open_until, last_error)"
        " VALUES (:host, :failures, :open_until, :last_error)",
        asdict(state),
    )
