"""A backup put back: into a new state folder, or into a temporary one to prove that it can be done."""

from __future__ import annotations

import gzip
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from reportwatch.backing_up import (
    Backup,
    Manifest,
    copy_file,
    counts_of,
    manifest_of,
    names_of_bytes,
    sha256_of,
)
from reportwatch.exits import CANNOT_CREATE, DATA, CommandError
from store.copying import check_whole, sync
from store.database import open_database, transaction
from store.paths import StatePaths

if TYPE_CHECKING:
    from collections.abc import Callable

SETTINGS = "restored-settings"


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back. `faults` names each file of the archive that did not, and why; `unset` what lacks of the settings."""

    manifest: Manifest
    state: Path
    files: int
    faults: tuple[str, ...] = ()
    unset: tuple[str, ...] = ()


def restore(folder: Path, state: Path, stamp: str | None = None, *, despite_damage: bool = False) -> Restored:
    """Puts a backup back as a new state folder, which has its name only once it is whole.

    Raises CommandError: 73 where something is in the way, 65 where the backup is not what its manifest says (with
    `despite_damage` what is whole of the archive comes back all the same; a damaged database never does).
    """
    manifest = manifest_of(folder, stamp)
    if state.exists() and (not state.is_dir() or any(path.name != "README.md" for path in state.iterdir())):
        raise CommandError(
            CANNOT_CREATE,
            f"{state}: something is there, and nothing is overwritten: name a new folder, or move it away",
        )
    unfinished = state.with_name(f".{state.name}.restoring")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        restored = _put_back(folder, manifest, unfinished, copy_file)
        if not despite_damage:
            _refuse_damage(restored, folder)
        _give_name(unfinished, state)
    except BaseException:  # half a state folder, on a disk that may be full
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return replace(restored, state=state)


def _refuse_damage(restored: Restored, folder: Path) -> None:
    if restored.faults:
        raise CommandError(
            DATA,
            f"nothing was restored, because {len(restored.faults)} files of the archive are not whole in {folder}: "
            f"{'; '.join(restored.faults[:5])}. Name an earlier backup with --backup, or take what is whole with --despite-damage",
        )


def drill(folder: Path, stamp: str | None = None) -> Restored:
    """Restores a backup into a temporary folder and compares it with its manifest; nothing of it stays.

    The files of the archive are linked, not copied, where the file system can: every byte is read all the same.
    """
    manifest = manifest_of(folder, stamp)
    with tempfile.TemporaryDirectory(prefix=".drill-", dir=folder) as temporary:
        state = Path(temporary) / "state"
        restored = _put_back(folder, manifest, state, _link_file)
        faults = (*restored.faults, *restored.unset, *_compare(manifest, state))
    return Restored(manifest, folder, restored.files, faults)


def note(options_state: Path, kind: str, manifest: Manifest, folder: Path, faults: int, now: str) -> None:
    """Writes into the database that a backup was taken or proved: `doctor` looks for it."""
    with closing(open_database(StatePaths(options_state).database, create=False)) as db, transaction(db):
        db.execute(
            "INSERT INTO backups (kind, at, folder, stamp, documents, files, bytes, faults) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                kind, now, str(folder.resolve()), manifest.stamp, manifest.counts.get("documents", 0), len(manifest.archive),
                sum(manifest.archive.values()), faults,
            ),
        )  # fmt: skip


def faults_of(backup: Backup) -> list[str]:
    """What a backup could not take, in words."""
    damaged = [f"{name}: its bytes have changed on the disk; it was not copied" for name in backup.damaged]
    gone = set(backup.manifest.missing) - set(backup.damaged)
    return damaged + [f"{name}: the database names it, and it is nowhere" for name in sorted(gone)]


def _put_back(folder: Path, manifest: Manifest, state: Path, take: Callable[[Path, Path], bool]) -> Restored:
    paths = StatePaths(state)
    state.mkdir(parents=True, mode=0o750)
    _database(folder, manifest, paths.database)
    faults, files = [], 0
    for name, size in manifest.archive.items():
        file, copy = folder / "raw" / name[:2] / name, paths.raw / name[:2] / name
        if not file.is_file():
            faults.append(f"{file}: missing")
        elif file.stat().st_size != size:
            faults.append(f"{file}: {file.stat().st_size} bytes, and it had {size}")
        elif not take(file, copy):
            faults.append(f"{file}: its bytes have changed on the disk")
        else:
            files += 1
    return Restored(
        manifest, state, files, tuple(faults), _settings(folder / manifest.settings, state / SETTINGS)
    )


def _database(folder: Path, manifest: Manifest, target: Path) -> None:
    file = folder / manifest.database
    if not file.is_file() or sha256_of(file) != manifest.database_sha256:
        state = "is not what the manifest says" if file.is_file() else "is missing"
        raise CommandError(DATA, f"{file}: {state}: name an earlier backup with --backup")
    shutil.copyfile(file, target)
    sync(target)
    check_whole(target)


def _settings(file: Path, target: Path) -> tuple[str, ...]:
    """The watchlist and channels.toml as they were, beside the database: a person decides which of them hold now.

    Returns what lacks, in words: the evidence comes back all the same.
    """
    if not file.is_file():
        return (f"{file}: missing",)
    target.mkdir()
    links: list[str] = []

    def without_links(member: tarfile.TarInfo, where: str) -> tarfile.TarInfo | None:
        if member.issym() or member.islnk():  # backups once held them; they lead nowhere here
            links.append(f"{file}: {member.name} was backed up as a link to {member.linkname} only")
            return None
        return tarfile.data_filter(member, where)

    try:
        with tarfile.open(file) as tar:
            tar.extractall(target, filter=without_links)  # noqa: S202 - the filter is data_filter, and stricter
    except (tarfile.TarError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        return (*links, f"{file}: damaged ({error})")
    return tuple(links)


def _link_file(file: Path, copy: Path) -> bool:
    if sha256_of(file) != file.name:
        return False
    copy.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file, copy)
    except OSError:
        return copy_file(file, copy)
    return True


def _give_name(unfinished: Path, state: Path) -> None:
    """The folder gets its name; a folder that held nothing but a README makes room for it."""
    if state.is_dir():
        for path in state.iterdir():
            path.replace(unfinished / path.name)
        state.rmdir()
    unfinished.rename(state)
    sync(state.parent)


def _compare(manifest: Manifest, state: Path) -> list[str]:
    """What differs between a restored folder and its manifest; and whether this version can open it at all."""
    paths = StatePaths(state)
    with closing(sqlite3.connect(paths.database)) as conn:
        counts, named = counts_of(conn), names_of_bytes(conn)
        dangling = len(conn.execute("PRAGMA foreign_key_check").fetchall())
    faults = [
        f"table {table}: {counts.get(table)} rows, and it had {rows}"
        for table, rows in manifest.counts.items()
        if counts.get(table) != rows
    ]
    faults += [
        f"{name}: the database names it, and it is not in the backup"
        for name in sorted(named - set(manifest.archive))
    ]
    if dangling:
        faults.append(f"{dangling} rows of the database refer to rows that do not exist")
    open_database(paths.database).close()
    return faults
