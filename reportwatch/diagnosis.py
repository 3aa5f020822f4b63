"""What `doctor` looks at: each check says what it found and, where something is wrong, what to do about it."""

from __future__ import annotations

import importlib
import shutil
import sqlite3
import sys
import tomllib
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

import holidays

from crawler import families
from crawler.options import mistakes_in
from monitor.calendar import due
from reportwatch import ROOT, clock
from reportwatch.crawling import crawl
from reportwatch.diagnosed import Diagnosis
from reportwatch.diagnosis_lists import browser, contact, moved, newly_supported
from reportwatch.diagnosis_telling import channels, outbox
from reportwatch.exits import CommandError
from reportwatch.extras import missing_extras
from reportwatch.portal.pages import Column
from reportwatch.portal.site import Site, opened
from store.archive import Archive
from store.database import open_readonly
from store.errors import StoreError
from store.paths import StatePaths
from store.runs import last_run
from store.watchlist import WatchlistErrors, load_watchlist

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reportwatch.options import Options

PACKAGES = ("parsers", "store", "crawler", "monitor", "reportwatch")
LIBRARIES = ("scrapy", "pdfplumber", "pypdfium2", "lxml", "sqlite-utils", "apprise", "datasette", "click", "rich", "pydantic", "pebble", "filelock", "holidays")  # fmt: skip
SAMPLE = 50  # archived documents that are hashed again
LITTLE, TOO_LITTLE = 2 << 30, 200 << 20  # bytes of free space
RUN_AGE, CLOCK_SLACK = 48.0, -1.0  # hours


def examine(options: Options) -> Iterator[Diagnosis]:
    """All checks, one after the other; a check that fails itself is an error of its own."""
    for check in CHECKS:
        try:
            yield from check(options)
        except (StoreError, CommandError, OSError, sqlite3.Error) as error:
            yield Diagnosis(
                "error",
                check.__name__.strip("_").replace("_", " "),
                str(error),
                "put right what is named here and run doctor again",
            )


def _python(_: Options) -> Iterator[Diagnosis]:
    version = ".".join(map(str, sys.version_info[:3]))
    level: Literal["ok", "error"] = "ok" if sys.version_info >= (3, 11) else "error"
    yield Diagnosis(
        level, "python", f"Python {version}", "" if level == "ok" else "install Python 3.11 or newer"
    )


def _libraries(_: Options) -> Iterator[Diagnosis]:
    locked = {
        part["name"]: part.get("version")
        for part in tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    }
    other = [
        f"{name} {metadata.version(name)} (locked: {locked.get(name)})"
        for name in LIBRARIES
        if metadata.version(name) != locked.get(name)
    ]
    if other:
        yield Diagnosis(
            "warning",
            "libraries",
            "other versions than tested: " + ", ".join(other),
            "run: make test, or rm .venv/ready && make demo",
        )
    else:
        yield Diagnosis("ok", "libraries", f"{len(LIBRARIES)} libraries as locked")


def _extras(_: Options) -> Iterator[Diagnosis]:
    for what, lost, command in missing_extras():
        yield Diagnosis("warning", "extras", f"{what} is not installed: {lost}", f"run: {command}")
    if not missing_extras():
        yield Diagnosis("ok", "extras", "LibreOffice and OCR are installed")


def _own_packages(_: Options) -> Iterator[Diagnosis]:
    for name in PACKAGES:
        place = Path(importlib.import_module(name).__file__ or "")
        if not place.is_relative_to(ROOT):
            yield Diagnosis(
                "error",
                "packages",
                f"{name} is loaded from {place}",
                f"uninstall the foreign package {name!r}, or run from {ROOT}",
            )
    yield Diagnosis("ok", "packages", f"looked where {', '.join(PACKAGES)} come from: {ROOT}")


def _watchlist(options: Options) -> Iterator[Diagnosis]:
    try:
        watchlist = load_watchlist(options.watchlist, families())
    except WatchlistErrors as errors:
        for error in errors.errors:
            yield Diagnosis(
                "error", "watchlist", f"{error.file}:{error.line}: {error.message}", "correct this line"
            )
        return
    from crawler.detection import spiders  # noqa: PLC0415 - scrapy is slow to import

    mistakes = [
        mistake
        for source in watchlist.sources
        if source.family in spiders()
        for mistake in mistakes_in(source, spiders()[source.family].own_options)
    ]
    for mistake in mistakes:
        yield Diagnosis("error", "watchlist", mistake, "correct the options of this source")
    yield Diagnosis(
        "ok", "watchlist", f"{len(watchlist.publishers)} publishers, {len(watchlist.sources)} sources"
    )


def _database(options: Options) -> Iterator[Diagnosis]:
    path = StatePaths(options.state).database
    if not path.exists():
        yield Diagnosis("warning", "database", f"{path} does not exist yet", "run: reportwatch run")
        return
    database = open_readonly(path)
    broken = [row[0] for row in database.execute("PRAGMA integrity_check(5)").fetchall() if row[0] != "ok"]
    dangling = database.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        yield Diagnosis(
            "error",
            "database",
            f"damaged: {'; '.join(broken)}",
            "restore a backup (ops/backup.py); raw/ is unharmed",
        )
    if dangling:
        yield Diagnosis(
            "error",
            "database",
            f"{len(dangling)} rows point to rows that do not exist",
            "restore a backup and report this",
        )
    if not broken and not dangling:
        yield Diagnosis("ok", "database", f"{path}: whole, every reference holds, shape up to date")


def _archive(options: Options) -> Iterator[Diagnosis]:
    paths = StatePaths(options.state)
    if not paths.database.exists():
        return
    archive, bad = Archive(paths.raw), 0
    sample = (
        open_readonly(paths.database)
        .execute("SELECT DISTINCT sha256 FROM documents ORDER BY random() LIMIT ?", [SAMPLE])
        .fetchall()
    )
    for (sha256,) in sample:
        try:
            archive.get(sha256)
        except StoreError as error:
            bad += 1
            yield Diagnosis("error", "archive", str(error), "restore this file from a backup of raw/")
    if not bad:
        yield Diagnosis("ok", "archive", f"{len(sample)} documents hashed again, all whole")


def _space(options: Options) -> Iterator[Diagnosis]:
    place = next(folder for folder in (options.state, *options.state.resolve().parents) if folder.exists())
    free = shutil.disk_usage(place).free
    says, fix = f"{free / (1 << 30):.1f} GiB free at {place}", "free some space, or name another --state"
    level: Literal["ok", "warning", "error"] = (
        "error" if free < TOO_LITTLE else "warning" if free < LITTLE else "ok"
    )
    yield Diagnosis(level, "space", says, "" if level == "ok" else fix)


def _clock_and_last_run(options: Options) -> Iterator[Diagnosis]:
    path = StatePaths(options.state).database
    run = last_run(open_readonly(path)) if path.exists() else None
    if run is None:
        yield Diagnosis(
            "warning", "last run", "there was none yet", "run: reportwatch run, and let cron call it (README)"
        )
        return
    started = str(run["started_at"])
    hours = clock.hours_between(started, options.now())
    if hours < CLOCK_SLACK:
        yield Diagnosis(
            "error",
            "clock",
            f"it is {options.now()}, but the last run was at {started}",
            "set the clock of this machine",
        )
    elif hours > RUN_AGE:
        yield Diagnosis(
            "warning",
            "last run",
            f"{hours / 24:.1f} days ago ({started})",
            "see whether cron or the timer still calls reportwatch run",
        )
    elif run["outcome"] == "failed":
        yield Diagnosis(
            "error",
            "last run",
            f"{started}: failed with exit code {run['exit_code']}",
            f"read {StatePaths(options.state).runs / str(run['id'])}.json, put right what it names, run again",
        )
    else:
        yield Diagnosis("ok", "last run", f"{started}, ended: {run['outcome'] or 'not yet'}")


def _lists(options: Options) -> Iterator[Diagnosis]:
    """Whether the newest visit of every list was blind: then the trouble is likely here, not there."""
    path = StatePaths(options.state).database
    if not path.exists():
        return
    outcomes = [
        str(row[0])
        for row in open_readonly(path).execute(
            "SELECT outcome FROM crawls c WHERE id = (SELECT max(id) FROM crawls n WHERE n.source = c.source)"
        )
    ]
    if outcomes and set(outcomes) == {"blind"}:
        yield Diagnosis(
            "error",
            "lists",
            f"the last visit of all {len(outcomes)} lists was blind",
            "check the network and the proxy of this machine; reportwatch status --sources says why each is blind",
        )
    elif outcomes:
        yield Diagnosis("ok", "lists", f"{len(outcomes)} visited, {outcomes.count('blind')} blind")


def _calendar(options: Options) -> Iterator[Diagnosis]:
    year = int(clock.shanghai_day(options.now())[:4])
    for kind in ("department", "government"):
        rule = due(kind, "", year - 1, None, None)
        if rule.date is None:
            yield Diagnosis(
                "error",
                "calendar",
                f"no due date for a {kind} in {year}",
                "add it to monitor/calendar.toml with its citation",
            )
    if not holidays.country_holidays("CN", years=year):
        yield Diagnosis(
            "warning",
            "calendar",
            f"no public holidays of {year} are known; the alert may come early",
            "update the library holidays",
        )
    yield Diagnosis("ok", "calendar", f"report year {year - 1}, due in {year}")


def _guard(options: Options) -> Iterator[Diagnosis]:
    """A real crawl of a loopback address that is not allowed: it must never arrive."""
    trap = Site("trap")
    trap.add_column(Column("/", "trap"))
    with TemporaryDirectory() as folder, opened(trap):
        region = Path(folder) / "watchlist" / "trap"
        region.mkdir(parents=True)
        (region / "sources.toml").write_text(
            f'[[source]]\nid = "trap"\nurl = "{trap.url()}"\nfamily = "trs"\nhosts = ["127.0.0.1"]\nregion = "trap"\n',
            encoding="utf-8",
        )
        (region / "publishers.csv").write_text(
            "id,name,kind,region,sources\ntrap,陷阱局,department,trap,trap\n", encoding="utf-8"
        )
        crawl(replace(options, state=Path(folder) / "state", watchlist=region.parent), guarded=True)
        arrived = len(trap.requests)
    if arrived:
        yield Diagnosis(
            "error",
            "address guard",
            f"a crawl reached 127.0.0.1 {arrived} times",
            "do not run; report this: a hostile page could reach your network",
        )
    else:
        yield Diagnosis("ok", "address guard", "a real crawl of a private address was refused")


CHECKS: tuple[Callable[[Options], Iterator[Diagnosis]], ...] = (
    _python, _libraries, _extras, _own_packages, _watchlist, _database, _archive, _space, _clock_and_last_run, _lists, moved, newly_supported,
    contact, browser, _calendar, _guard, channels, outbox,
)  # fmt: skip
