"""What a dossier is made of: claims, visits, pages and files, each with where it is from and when."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Row = dict[str, Any]
ClaimKind = Literal["missing", "late", "withdrawn", "invalid", "doubtful"]
CLAIMS: tuple[ClaimKind, ...] = ("missing", "late", "withdrawn", "invalid", "doubtful")


@dataclass(frozen=True, slots=True)
class File:
    """A file of the dossier: a safe name, its bytes, what it is, and where and when it was had (UTC text)."""

    name: str
    body: bytes
    what: str
    url: str | None = None
    captured_at: str | None = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """The hash of the bytes, in lower-case hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of a list as a visit got it. `body` is None where its bytes are not there any more."""

    url: str
    seen_at: str
    status: int | None
    sha256: str | None
    headers: Mapping[str, str]
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit to one list. `roles`: why its pages are kept here, as names in words.toml; empty for most visits.

    `elsewhere`: the list had another address then, so the visit proves nothing today.
    """

    id: int
    source: str
    url: str
    started_at: str
    outcome: str
    blind_kind: str | None
    reason: str
    pages: int
    entries: int
    after_due: bool
    elsewhere: bool
    answers: str
    roles: tuple[str, ...] = ()
    kept: tuple[ListPage, ...] = ()


@dataclass(frozen=True, slots=True)
class Visits:
    """The visits that are listed, the oldest first, and how many others there were, by outcome."""

    listed: tuple[Visit, ...]
    others: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Seen:
    """A version of a document, with how it was got each time; `body` None: see `why_not`."""

    row: Row
    captures: tuple[Row, ...]
    headers: Mapping[str, str]
    status: int | None
    body: bytes | None
    why_not: str = ""
