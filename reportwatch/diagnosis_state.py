"""What `doctor` looks at in the state folder: the database, the archive, room, rights, backups, what grows."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from monitor import moments
from reportwatch import ROOT, clock
from reportwatch.backing_up import files_of, names_of_bytes, sha256_of
from reportwatch.diagnosed import Diagnosis
from reportwatch.exits import CommandError
from store.archive import Archive
from store.database import open_readonly
from store.paths import StatePaths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

    from reportwatch.options import Options

SAMPLE = 50  # archived files that are hashed again; all with --full
SHOWN = 5
GIB = 1 << 30
LITTLE, TOO_LITTLE = 2 * GIB, 200 << 20  # bytes of free space
BUDGET, NEARLY = "REPORTWATCH_SIZE_BUDGET", 0.8
BACKUP_AGE, DRILL_AGE = 3 * 24.0, 62 * 24.0  # hours
LOG_DAYS, MANY_LOGS = 90, 512 << 20


def database_of(options: Options) -> Database | None:
    """The database for reading, if there is one yet."""
    path = StatePaths(options.state).database
    return open_readonly(path) if path.exists() else None


def database(options: Options) -> Iterator[Diagnosis]:
    """Whether SQLite finds it whole, and every reference holds."""
    path, raw = StatePaths(options.state).database, StatePaths(options.state).raw
    if (not path.exists() or not path.stat().st_size) and any(files_of(raw)):
        says = f"{path} is {'empty' if path.exists() else 'gone'}, and {raw} holds documents: a run would begin anew"
        fix = "restore a backup: reportwatch restore FOLDER --to NEWSTATE; the documents in raw/ are unharmed"
        yield Diagnosis("error", "database", says, fix)
        return
    if not path.exists():
        yield Diagnosis("warning", "database", f"{path} does not exist yet", "run: reportwatch run")
        return
    db = open_readonly(path)
    broken = [row[0] for row in db.execute("PRAGMA integrity_check(5)").fetchall() if row[0] != "ok"]
    dangling = db.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        fix = "restore a backup: reportwatch restore FOLDER --to NEWSTATE; the documents in raw/ are unharmed"
        yield Diagnosis("error", "database", f"{path} is damaged: {'; '.join(broken)}", fix)
    if dangling:
        says = f"{path}: {len(dangling)} rows point to rows that do not exist"
        yield Diagnosis("error", "database", says, "restore a backup (reportwatch restore) and report this")
    if not broken and not dangling:
        yield Diagnosis("ok", "database", f"{path}: whole, every reference holds, shape up to date")


def archive(options: Options, *, full: bool = False) -> Iterator[Diagnosis]:
    """Whether the bytes that the database names are there and unchanged: a sample, or all of them."""
    db = database_of(options)
    if db is None:
        return
    kept, names = Archive(StatePaths(options.state).raw), sorted(names_of_bytes(db.conn))
    absent = [name for name in names if not kept.path(name).is_file()]
    there = sorted(set(names) - set(absent))
    sample = there if full else _some(there)
    changed = [name for name in sample if sha256_of(kept.path(name)) != name]
    fix = "restore these files from a backup: copy them from its raw/ to the same place"
    for name in absent[:SHOWN]:
        yield Diagnosis("error", "archive", f"{kept.path(name)}: missing ({len(absent)} in all)", fix)
    for name in changed[:SHOWN]:
        size = kept.path(name).stat().st_size
        yield Diagnosis(
            "error",
            "archive",
            f"{kept.path(name)}: its bytes have changed ({size} bytes; {len(changed)} in all)",
            fix,
        )
    if not absent and not changed:
        yield Diagnosis(
            "ok", "archive", f"{len(names)} files are there; {len(sample)} hashed again, all whole"
        )


def _some(names: list[str]) -> list[str]:
    """A sample spread evenly, another one each time a file is added; SHA-256 has no order that means anything."""
    step = max(len(names) // SAMPLE, 1)
    return names[len(names) % step :: step][:SAMPLE]


def space(options: Options) -> Iterator[Diagnosis]:
    """Whether there is room, and whether the folder stays within its budget."""
    place = next(folder for folder in (options.state, *options.state.resolve().parents) if folder.exists())
    free = shutil.disk_usage(place).free
    says, fix = (
        f"{free / GIB:.1f} GiB free at {place}",
        "free some space (reportwatch prune --plan), or name another --state",
    )
    if free < LITTLE:
        yield Diagnosis("error" if free < TOO_LITTLE else "warning", "space", says, fix)
    else:
        yield Diagnosis("ok", "space", says)
    yield from _budget(options)


def _budget(options: Options) -> Iterator[Diagnosis]:
    given = os.environ.get(BUDGET, "").strip()
    if not given:
        return
    try:
        budget = float(given)
    except ValueError:
        yield Diagnosis(
            "error",
            "space",
            f"{BUDGET} is {given!r}, no number",
            f"set {BUDGET} to a number of GiB, or unset it",
        )
        return
    used = _size(options.state) / GIB
    if used > budget * NEARLY:
        says = f"{options.state} holds {used:.2f} GiB of the {budget:g} GiB that it may"
        yield Diagnosis(
            "warning",
            "space",
            says,
            f"reportwatch prune --plan, or raise {BUDGET}; documents are evidence and are never pruned",
        )


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def rights(options: Options) -> Iterator[Diagnosis]:
    """Whether this user may write what a run writes, and nobody else may."""
    paths, wrong = StatePaths(options.state), False
    for found in _in_the_way(paths):
        wrong = True
        yield found
    for place in (options.state, paths.database, paths.raw, paths.logs, paths.runs):
        if place.exists() and not _writable(place):
            wrong = True
            yield Diagnosis(
                "error",
                "rights",
                f"{place} cannot be written by this user",
                f"run: chown -R $(id -u) {place}; or mount it writable",
            )
    for place in (options.state, paths.database, options.watchlist, options.channels):
        if place.exists() and place.stat().st_mode & stat.S_IWOTH:
            wrong = True
            yield Diagnosis(
                "error", "rights", f"anybody on this machine may change {place}", f"run: chmod o-w {place}"
            )
    secrets = ROOT / ".env"
    if secrets.is_file() and secrets.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        wrong = True
        yield Diagnosis(
            "error", "rights", f"others can read the secrets in {secrets}", f"run: chmod 600 {secrets}"
        )
    if not wrong:
        yield Diagnosis("ok", "rights", "this user may write the state folder, and nobody else")


def _in_the_way(paths: StatePaths) -> Iterator[Diagnosis]:
    """Files where folders should be, and folders in the place of locks."""
    files = [place for place in (paths.raw, paths.logs, paths.runs, paths.backups) if place.is_file()]
    folders = [lock for lock in (paths.lock, paths.notify_lock, paths.backup_lock) if lock.is_dir()]
    for place, what in [*((place, "file") for place in files), *((place, "folder") for place in folders)]:
        yield Diagnosis("error", "rights", f"{place} is a {what}: it is in the way", f"move {place} away")


def _writable(place: Path) -> bool:
    """By the rights as they are, also for root, who may do everything until the file system is read-only."""
    mode, owner = place.stat().st_mode, place.stat().st_uid
    if owner == os.geteuid():
        return bool(mode & stat.S_IWUSR) and not os.statvfs(place).f_flag & os.ST_RDONLY
    return os.access(place, os.W_OK)


def backups(options: Options) -> Iterator[Diagnosis]:
    """Whether there is a backup of late, and whether one was ever proved by restoring it."""
    db = database_of(options)
    if db is None:
        return
    taken, proved = (_newest(db, kind) for kind in ("backup", "drill"))
    if taken is None:
        yield Diagnosis(
            "warning",
            "backup",
            "none was ever taken",
            "run: reportwatch backup FOLDER, each night (ops/crontab)",
        )
        return
    at, folder, faults = taken
    hours = moments.hours_between(at, options.now())
    if hours > BACKUP_AGE:
        yield Diagnosis(
            "warning",
            "backup",
            f"the last one is {hours / 24:.0f} days old ({at}, in {folder})",
            "see whether cron still calls reportwatch backup",
        )
    if faults:
        yield Diagnosis(
            "error",
            "backup",
            f"the last one ({at}) lacks {faults} files that are damaged or missing",
            "reportwatch doctor --full names them; restore them from an earlier copy",
        )
    yield from _drills(options, proved, folder)
    if not (Path(folder) / f"manifest-{_stamp(at)}.json").is_file():
        says = f"the last one ({at}) is not in {folder} any more, or this user cannot see it"
        yield Diagnosis("warning", "backup", says, "mount the disk of the backups, or back up again")
    elif hours <= BACKUP_AGE and not faults:
        yield Diagnosis("ok", "backup", f"the last one is of {at}, in {folder}")


def _drills(options: Options, proved: tuple[str, str, int] | None, folder: str) -> Iterator[Diagnosis]:
    fix = f"run: reportwatch backup --drill {folder}"
    if proved is None:
        yield Diagnosis("warning", "backup", "none was ever restored, so nobody knows whether it can be", fix)
        return
    at, where, faults = proved
    if faults:
        yield Diagnosis(
            "error",
            "backup",
            f"the last drill ({at}, {where}) found {faults} faults",
            f"{fix}; it names them",
        )
    elif moments.hours_between(at, options.now()) > DRILL_AGE:
        yield Diagnosis("warning", "backup", f"the last drill was at {at}", fix)


def _stamp(at: str) -> str:
    return at.replace("-", "").replace(":", "")


def _newest(db: Database, kind: str) -> tuple[str, str, int] | None:
    row = db.execute(
        "SELECT at, folder, faults FROM backups WHERE kind = ? ORDER BY at DESC, id DESC LIMIT 1", [kind]
    ).fetchone()
    return (str(row[0]), str(row[1]), int(row[2])) if row else None


def growth(options: Options) -> Iterator[Diagnosis]:
    """Whether old logs pile up because nobody prunes."""
    logs = [file for file in StatePaths(options.state).logs.glob("*") if file.is_file()]
    if not logs:
        return
    size = sum(file.stat().st_size for file in logs)
    old = sum(moments.hours_between(_written(file), options.now()) > (LOG_DAYS + 7) * 24 for file in logs)
    if old or size > MANY_LOGS:
        says = f"{len(logs)} logs ({size / (1 << 20):.0f} MiB), {old} of them older than {LOG_DAYS} days"
        yield Diagnosis("warning", "logs", says, "run: reportwatch prune, each week (ops/crontab)")
    else:
        yield Diagnosis("ok", "logs", f"{len(logs)} logs ({size / (1 << 20):.0f} MiB)")


def _written(file: Path) -> str:
    return clock.of_file(file.stat().st_mtime)


def unfit(error: Exception, about: str) -> Diagnosis:
    """A check that failed itself."""
    code = error.code if isinstance(error, CommandError) else getattr(error, "exit_code", "")
    return Diagnosis(
        "error",
        about,
        str(error),
        f"put right what is named here{f' (code {code})' if code else ''} and run doctor again",
    )
