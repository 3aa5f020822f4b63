"""Loads the watchlist: who must publish (publishers.csv) and where reports appear (sources.toml), by region.

Strict: whatever is not understood is an error, and every error is told at once with its file and line.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from store.errors import StoreError
from store.mistakes import Mistake
from store.model import Publisher, Source, Watchlist
from store.watchlist_publishers import read_publishers
from store.watchlist_sources import read_sources
from store.watchlist_together import together

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

PUBLISHERS, SOURCES = "publishers.csv", "sources.toml"
CALENDAR = "calendar.toml"  # a user's own due dates, right in the watchlist's folder: read elsewhere
_READABLE = (".csv", ".toml", ".tsv", ".xlsx", ".xls", ".ods")


@dataclass(frozen=True, slots=True)
class WatchlistError(Mistake):
    """One mistake in a watchlist; the file is named below its folder."""


class WatchlistErrors(StoreError):  # noqa: N818 - many errors in one
    """Raised by `load_watchlist` with every mistake found; its text lists them all."""

    exit_code = 78

    def __init__(self, errors: tuple[WatchlistError, ...]) -> None:
        count = "1 mistake" if len(errors) == 1 else f"{len(errors)} mistakes"
        super().__init__("\n".join([f"the watchlist has {count}:", *map(str, errors)]))
        self.errors = errors


def load_watchlist(root: Path, families: Collection[str]) -> Watchlist:
    """Reads every `<region>/publishers.csv` and `<region>/sources.toml` below `root`; regions nest.

    `families` are the spiders' names; "unsupported" is allowed as well. The sources of a publisher are those its
    row names and those whose `publishers` name it; none is allowed. Raises WatchlistErrors.
    """
    if not root.is_dir():
        message = "there is no such folder; make it, or give --watchlist"
        raise WatchlistErrors((WatchlistError(str(root), 1, message),))
    found = _Found([], [], [])
    for path in _files(root):
        _read(found, path, root, families)
    found.errors += [
        WatchlistError(*mistake) for mistake in together(found.publishers, found.sources, found.ids)
    ]
    if not found.publishers and not found.sources and not found.errors:
        message = f"nothing to watch: add a folder <region>/ with {SOURCES} and {PUBLISHERS}"
        found.errors.append(WatchlistError(str(root), 1, message))
    if found.errors:
        ordered = sorted(set(found.errors), key=lambda error: (error.file, error.line, error.message))
        raise WatchlistErrors(tuple(ordered))
    return _joined([entry[0] for entry in found.publishers], [entry[0] for entry in found.sources])


@dataclass(slots=True)
class _Found:
    """What the files hold so far; `ids` also names entries with mistakes, so that one mistake is told once."""

    errors: list[WatchlistError]
    publishers: list[tuple[Publisher, str, int]]
    sources: list[tuple[Source, str, int]]
    ids: set[str] = field(default_factory=set)


def _read(found: _Found, path: Path, root: Path, families: Collection[str]) -> None:
    file, region = path.relative_to(root).as_posix(), path.parent.relative_to(root).as_posix()
    if wrong := _misplaced(path, region):
        mistakes, ids = [(1, wrong)], set[str]()
    elif path.name == PUBLISHERS:
        publishers, mistakes, ids = read_publishers(path, region)
        found.publishers += [(publisher, file, line) for publisher, line in publishers]
    else:
        sources, mistakes, ids = read_sources(path, region, families)
        found.sources += [(source, file, line) for source, line in sources]
    found.errors += [WatchlistError(file, line, message) for line, message in mistakes]
    found.ids |= ids


def _files(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*")):
        hidden = any(part.startswith((".", "~$")) for part in path.relative_to(root).parts)
        is_calendar = path == root / CALENDAR
        if path.suffix.lower() in _READABLE and path.is_file() and not hidden and not is_calendar:
            yield path


def _misplaced(path: Path, region: str) -> str | None:
    if path.name == CALENDAR:
        return (
            "this file is not read: one calendar.toml with all local dates lies in the watchlist's own folder"
        )
    if path.name not in (PUBLISHERS, SOURCES):
        return f"this file is not read: its name must be {PUBLISHERS} or {SOURCES}"
    if region == ".":
        return "move this file into a folder named after its region, such as henan/zhoukou/"
    return None


def _joined(publishers: list[Publisher], sources: list[Source]) -> Watchlist:
    """Both directions of "appears on" as one: each publisher and each source names all its others."""
    pairs = {(publisher.id, source) for publisher in publishers for source in publisher.sources}
    pairs |= {(publisher, source.id) for source in sources for publisher in source.publishers}
    of_publisher: dict[str, list[str]] = {}
    of_source: dict[str, list[str]] = {}
    for publisher, source in sorted(pairs):
        of_publisher.setdefault(publisher, []).append(source)
        of_source.setdefault(source, []).append(publisher)
    return Watchlist(
        tuple(
            replace(publisher, sources=tuple(of_publisher.get(publisher.id, ()))) for publisher in publishers
        ),
        tuple(replace(source, publishers=tuple(of_source.get(source.id, ()))) for source in sources),
    )
