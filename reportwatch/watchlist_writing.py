"""Writes into a watchlist that people keep by hand: what is there stays as they wrote it, and nothing half-done is left.

A draft gathers the changes; `save` reads the whole watchlist as it would be, and only if that holds replaces the files.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from reportwatch import exits, publishers_text, sources_text
from reportwatch.exits import CommandError
from store.errors import UnwritableError
from store.watchlist import PUBLISHERS, SOURCES, WatchlistErrors, load_watchlist

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from reportwatch.sources_text import Value
    from store.model import Watchlist


def append_source(path: Path, block: str) -> None:
    """Adds the text of one [[source]] at the end of a sources.toml; makes the file where there is none.

    The whole watchlist is not read again here: `Draft` does that.
    """
    replace(path, sources_text.with_block(_text(path), block).encode())


def append_publishers(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Adds rows (column name → cell) at the end of a publishers.csv; makes the file where there is none."""
    replace(path, publishers_text.with_rows(_text(path), rows).encode())


class Draft:
    """Changes to the watchlist at `root`, not yet on the disk. `region` is a folder below it, such as `henan/zhoukou`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._before: dict[Path, str] = {}
        self._after: dict[Path, str] = {}

    @property
    def changed(self) -> tuple[Path, ...]:
        """The files that would be written, below the root, in their order."""
        return tuple(
            sorted(path for path, text in self._after.items() if text != self._before[path]),
        )

    def text(self, path: Path) -> str:
        """A file below the root as it would be; empty where there is none."""
        if path not in self._after:
            self._before[path] = self._after[path] = _text(self._root / path)
        return self._after[path]

    def append_source(self, region: str, block: str) -> None:
        """Adds a block to the region's sources.toml."""
        self._edit(Path(region) / SOURCES, lambda text: sources_text.with_block(text, block))

    def append_publishers(self, region: str, rows: Sequence[Mapping[str, str]]) -> None:
        """Adds rows to the region's publishers.csv."""
        self._edit(Path(region) / PUBLISHERS, lambda text: publishers_text.with_rows(text, rows))

    def set_value(self, path: Path, source: str, key: str, value: Value) -> None:
        """Changes a value of a source. CannotEditError where the file is written so that a person must do it."""
        self._edit(path, lambda text: sources_text.with_value(text, source, key, value))

    def set_cell(self, path: Path, publisher: str, column: str, value: str) -> None:
        """Changes a cell of a publisher."""
        self._edit(path, lambda text: publishers_text.with_cell(text, publisher, column, value))

    def check(self, families: Collection[str]) -> Watchlist:
        """The watchlist as it would be. WatchlistErrors where it would not hold; the files are untouched."""
        with tempfile.TemporaryDirectory(prefix="watchlist-") as folder:
            copy = Path(folder) / "watchlist"
            if self._root.is_dir():
                shutil.copytree(self._root, copy, ignore=shutil.ignore_patterns(".*", "~$*"))
            for path in self.changed:
                _write(copy / path, self._after[path])
            return load_watchlist(copy, families)

    def save(self, families: Collection[str]) -> tuple[Path, ...]:
        """Replaces the files that change, after `check`; returns them. Nothing is replaced where anything is wrong."""
        self.check(families)
        for path in self.changed:
            if _text(self._root / path) != self._before[path]:
                message = (
                    f"{self._root / path}: somebody changed it meanwhile; nothing was written, run again"
                )
                raise CommandError(exits.BUSY, message)
        order = list(self._in_order(families))
        for path in order:
            replace(self._root / path, self._after[path].encode())
        return tuple(order)

    def _edit(self, path: Path, change: Callable[[str], str]) -> None:
        self._after[path] = change(self.text(path))

    def _in_order(self, families: Collection[str]) -> Iterator[Path]:
        """The files in an order in which, after each, the watchlist holds: a power cut then leaves one that works.

        Where no order does (two files that name each other), any will do: the next run says what is wrong.
        """
        left, step = list(self.changed), Draft(self._root)
        while left:
            path = next((one for one in left if step._holds_with(one, self, families)), left[0])
            step._take(path, self)
            left.remove(path)
            yield path

    def _holds_with(self, path: Path, whole: Draft, families: Collection[str]) -> bool:
        trial = Draft(self._root)
        for known in (*self.changed, path):
            trial._take(known, whole)
        try:
            trial.check(families)
        except WatchlistErrors:
            return False
        return True

    def _take(self, path: Path, whole: Draft) -> None:
        self._before[path], self._after[path] = whole._before[path], whole._after[path]


def replace(path: Path, body: bytes) -> None:
    """Replaces a file at once: a crash leaves the old one or the new one. Raises UnwritableError."""
    target = path.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".tmp")
        unfinished = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            unfinished.chmod(stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o644)
            unfinished.replace(target)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UnwritableError(f"{path}: {error.strerror}: the file is as it was") from error


def _text(path: Path) -> str:
    """The file's text with its own ends of lines and its mark; empty where there is none."""
    return path.read_bytes().decode("utf-8") if path.is_file() else ""


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
