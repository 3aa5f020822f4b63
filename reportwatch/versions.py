"""What a run worked with: so that two runs that say different things can be told apart."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING

from parsers import READER_VERSION
from reportwatch import ROOT
from store.migrations import migrations

if TYPE_CHECKING:
    from pathlib import Path

    from reportwatch.options import Options

DIGITS = 12


def versions(options: Options) -> dict[str, str]:
    """The versions of the program, its readers and the database's shape, and short hashes of calendar and watchlist."""
    return {
        "reportwatch": _own(),
        "readers": str(READER_VERSION),
        "shape": list(migrations._migrations)[-1].name,
        "calendar": _hash([ROOT / "monitor" / "calendar.toml"]),
        "watchlist": watchlist_hash(options.watchlist),
    }


def watchlist_hash(folder: Path) -> str:
    """A short hash of all files of a watchlist, with their names."""
    return _hash([*folder.rglob("*.csv"), *folder.rglob("*.toml")], folder)


def _hash(files: list[Path], root: Path = ROOT) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:DIGITS]


@cache
def _own() -> str:
    return metadata.version("reportwatch")
