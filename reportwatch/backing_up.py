"""A whole copy of what is known, taken safely while a run is at work.

A backup folder holds, for each backup, `reports-STAMP.db`, `settings-STAMP.tar.gz` (the watchlist and channels.toml,
never a file with secrets) and, written last, `manifest-STAMP.json`: a backup without its manifest was never finished.
The archive is shared: `raw/` gets the files that it lacks, each hashed while it is copied. Copies, no links: a link
would share the damage.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
import tarfile
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import date
from importlib import metadata
from typing import TYPE_CHECKING

from reportwatch.clock import shanghai_day
from reportwatch.exits import CANNOT_CREATE, DATA, USAGE, CommandError
from store.copying import copy_database, sync
from store.paths import StatePaths

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from reportwatch.options import Options

PIECE = 1 << 20  # bytes read at once
FORM = 1  # of the manifest
# What a backup calls its files, and their unfinished forms: whatever else lies in the folder is somebody's own
OURS = re.compile(r"\.?(reports|settings|manifest)-(\d{8}T\d{6}Z)\.(db|tar\.gz|json)(\.part)?")
NAMES_OF_BYTES = (
    "SELECT sha256 FROM documents UNION SELECT sha256 FROM captures WHERE sha256 IS NOT NULL"
    " UNION SELECT e.value ->> 1 FROM documents d, json_each(d.pictures) e"
    " WHERE e.value ->> 1 IS NOT NULL AND e.value ->> 1 <> ''"
)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup consists of. `archive`: SHA-256 → bytes; `missing`: named by the database, and not to be had."""

    stamp: str
    made_at: str
    version: str
    database: str
    database_sha256: str
    settings: str
    counts: Mapping[str, int]
    archive: Mapping[str, int]
    missing: tuple[str, ...] = ()
    form: int = FORM


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup came to. `damaged` files of the archive were not copied; `missing` ones are nowhere."""

    manifest: Manifest
    folder: Path
    new_files: int
    new_bytes: int
    damaged: tuple[str, ...] = ()
    dropped: tuple[str, ...] = field(default=())

    @property
    def faults(self) -> int:
        """Files of the archive that this backup should have and has not."""
        return len(set(self.damaged) | set(self.manifest.missing))


def back_up(options: Options, folder: Path) -> Backup:
    """Takes a backup. The database first, so that every file it names is in the archive by then.

    Raises CommandError and StoreError: no database, no room, no right to write. What was there before stays whole.
    """
    now = options.now()
    paths, stamp = StatePaths(options.state), now.replace("-", "").replace(":", "")
    _refuse_state(folder, paths)
    _prepare(folder)
    database = folder / f"reports-{stamp}.db"
    with closing(_opened(paths.database)) as conn:
        copy_database(conn, database)
    new, size, damaged = copy_archive(paths.raw, folder / "raw")
    settings = write_settings(options, folder / f"settings-{stamp}.tar.gz")
    named, counts = _facts_of(database)
    archive = {file.name: file.stat().st_size for file in files_of(folder / "raw")}
    manifest = Manifest(
        stamp, now, metadata.version("reportwatch"), database.name, sha256_of(database), settings.name, counts, archive,
        tuple(sorted(named - set(archive))),
    )  # fmt: skip
    write_manifest(folder, manifest)
    return Backup(manifest, folder, new, size, damaged)


def copy_archive(raw: Path, target: Path) -> tuple[int, int, tuple[str, ...]]:
    """Copies the files that `target` lacks: (files, bytes, names of those that are damaged and were left out)."""
    new, size, damaged = 0, 0, []
    for file in files_of(raw):
        copy = target / file.name[:2] / file.name
        if copy.exists() and copy.stat().st_size == file.stat().st_size:
            continue
        if copy_file(file, copy):
            new, size = new + 1, size + copy.stat().st_size
        else:
            damaged.append(file.name)
    return new, size, tuple(damaged)


def copy_file(file: Path, copy: Path) -> bool:
    """Copies one file of the archive; False, and no copy, where its bytes are not those that it is named after."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    part = copy.with_name(f".{copy.name}.part")
    digest = hashlib.sha256()
    try:
        with file.open("rb") as source, part.open("wb") as target:
            while piece := source.read(PIECE):
                digest.update(piece)
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())
        if digest.hexdigest() != file.name:
            return False
        part.replace(copy)
        sync(copy.parent)
    finally:
        part.unlink(missing_ok=True)
    return True


def write_settings(options: Options, target: Path) -> Path:
    """The watchlist and channels.toml in one file. Secrets are in neither: they are in variables and files of their own.

    Files that are links are kept as what they lead to: a link would lead nowhere on another machine.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        with tarfile.open(part, "w:gz", dereference=True) as tar:
            for file in sorted(options.watchlist.rglob("*")):
                if file.is_file():
                    tar.add(file, f"watchlist/{file.relative_to(options.watchlist)}")
            if options.channels.is_file():
                tar.add(options.channels, "channels.toml")
        part.chmod(0o600)
        sync(part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """The last act: from now on the backup counts."""
    target = folder / f"manifest-{manifest.stamp}.json"
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=0), encoding="utf-8")
        sync(part)
        part.replace(target)
        sync(folder)
    finally:
        part.unlink(missing_ok=True)


def manifests(folder: Path) -> list[str]:
    """The stamps of the finished backups in a folder, oldest first."""
    found = (OURS.fullmatch(path.name) for path in folder.glob("manifest-*.json"))
    return sorted(ours[2] for ours in found if ours)


def manifest_of(folder: Path, stamp: str | None = None) -> Manifest:
    """The manifest of a backup, of the newest one if none is named. CommandError (65) if there is none, or a broken one."""
    stamps = manifests(folder)
    if not stamps or (stamp is not None and stamp not in stamps):
        known = f"there are {', '.join(stamps)}" if stamps else "there is no finished backup"
        raise CommandError(DATA, f"{folder}: {known}; name the folder that `reportwatch backup` wrote")
    path = folder / f"manifest-{stamp or stamps[-1]}.json"
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        manifest = Manifest(**{**facts, "missing": tuple(facts["missing"])})
    except (ValueError, TypeError, KeyError) as error:
        raise CommandError(DATA, f"{path}: damaged ({error}): name an earlier backup with --backup") from None
    if manifest.form != FORM:
        raise CommandError(
            DATA, f"{path}: of another version of reportwatch ({manifest.version}); restore with that"
        )
    return manifest


def files_of(raw: Path) -> Iterator[Path]:
    """The files of an archive, in order; unfinished ones are left out."""
    for folder in sorted(raw.iterdir()) if raw.is_dir() else ():
        if folder.is_dir() and not folder.name.startswith("."):
            yield from sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def counts_of(conn: sqlite3.Connection) -> dict[str, int]:
    """Rows of each table of ours."""
    tables = conn.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'"
        " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    ).fetchall()
    return {name: int(conn.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for (name,) in tables}  # noqa: S608 - names of our own tables


def names_of_bytes(conn: sqlite3.Connection) -> set[str]:
    """The SHA-256 of all bytes that a database names: documents, pages of lists, pictures."""
    return {str(row[0]) for row in conn.execute(NAMES_OF_BYTES)}


def _facts_of(database: Path) -> tuple[set[str], dict[str, int]]:
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as conn:
        return names_of_bytes(conn), counts_of(conn)


def _opened(path: Path) -> sqlite3.Connection:
    if not path.exists():
        raise CommandError(
            DATA, f"{path}: there is no database to back up; name the state folder with --state"
        )
    # mode=rw: a database that is not there is an error, never a new empty one
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=60, isolation_level=None)


def _refuse_state(folder: Path, paths: StatePaths) -> None:
    """A folder whose raw/ is the archive itself, or that lies in the archive, would hold no copy of it."""
    raw = paths.raw.resolve()
    if (folder / "raw").resolve() == raw or folder.resolve().is_relative_to(raw):
        raise CommandError(
            USAGE, f"{folder} is the state folder itself: name another folder, best on another disk"
        )


def _prepare(folder: Path) -> None:
    """Makes the folder, and sweeps what an unfinished backup left there."""
    if folder.exists() and not folder.is_dir():
        raise CommandError(
            CANNOT_CREATE, f"{folder}: a file is in the way of the folder for backups: move it away"
        )
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    finished = set(manifests(folder))
    for path in folder.iterdir():
        ours = OURS.fullmatch(path.name)
        if ours and (ours[4] or ours[2] not in finished):
            path.unlink(missing_ok=True)
    for path in folder.glob("raw/*/.*.part"):
        path.unlink(missing_ok=True)
    for path in folder.glob(".drill-*"):
        shutil.rmtree(path, ignore_errors=True)


def drop_old(folder: Path, days: int, weeks: int, months: int) -> tuple[str, ...]:
    """Removes backups but the newest, and the newest of each of so many days, weeks and months. The archive stays."""
    stamps = manifests(folder)
    kept = {*stamps[-1:]}
    for many, period_of in ((days, _day), (weeks, _week), (months, _month)):
        newest = {period_of(stamp): stamp for stamp in stamps}  # the last of each wins
        kept |= {newest[period] for period in sorted(newest)[len(newest) - min(many, len(newest)) :]}
    dropped = tuple(stamp for stamp in stamps if stamp not in kept)
    for stamp in dropped:  # the manifest first: what is half removed is no backup
        for name in _names(stamp):
            (folder / name).unlink(missing_ok=True)
    return dropped


def _names(stamp: str) -> Iterable[str]:
    return (f"manifest-{stamp}.json", f"reports-{stamp}.db", f"settings-{stamp}.tar.gz")


def _day(stamp: str) -> str:
    at = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:11]}:{stamp[11:13]}:{stamp[13:]}"  # the stamp is UTC text without marks
    return shanghai_day(at)


def _week(stamp: str) -> str:
    year, week, _ = date.fromisoformat(_day(stamp)).isocalendar()
    return f"{year}-{week:02}"


def _month(stamp: str) -> str:
    return _day(stamp)[:7]
