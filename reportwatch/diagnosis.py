"""What `doctor` looks at: each check says what it found and, where something is wrong, what to do about it."""

from __future__ import annotations

import importlib
import sqlite3
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import holidays

from crawler import families
from crawler.options import mistakes_in
from monitor.calendar import due
from monitor.calendar_file import CalendarErrors, read_own_calendar
from reportwatch import ROOT, clock
from reportwatch import diagnosis_lists as lists
from reportwatch import diagnosis_machine as machine
from reportwatch import diagnosis_runs as runs
from reportwatch import diagnosis_state as state
from reportwatch.crawling import crawl
from reportwatch.diagnosed import Diagnosis
from reportwatch.diagnosis_telling import channels, outbox
from reportwatch.exits import CommandError
from reportwatch.extras import missing_extras
from reportwatch.options import Options
from reportwatch.portal.pages import Column
from reportwatch.portal.site import Site, opened
from store.errors import StoreError
from store.watchlist import WatchlistErrors, load_watchlist

PACKAGES = ("parsers", "store", "crawler", "monitor", "reportwatch")
LIBRARIES = ("scrapy", "pdfplumber", "pypdfium2", "lxml", "sqlite-utils", "apprise", "datasette", "click", "rich", "pydantic", "pebble", "filelock", "holidays")  # fmt: skip
OF_THE_STATE = (state.database, state.archive, runs.pending)


def examine(options: Options, *, full: bool = False, quick: bool = False) -> Iterator[Diagnosis]:
    """All checks, one after the other; `full` hashes every file of the archive again, `quick` makes no crawl."""
    yield from _each(options, [check for check in CHECKS if not (quick and check is _guard)], full=full)


def of_state(options: Options) -> Iterator[Diagnosis]:
    """The checks of a state folder alone, every file of its archive included: after it was restored."""
    yield from _each(options, OF_THE_STATE, full=True)


def _each(options: Options, checks: Sequence[Check], *, full: bool) -> Iterator[Diagnosis]:
    """A check that fails itself is an error of its own; what stops many is told once."""
    told: set[str] = set()
    for check in checks:
        try:
            yield from (
                state.archive(options, full=True) if full and check is state.archive else check(options)
            )
        except (StoreError, CommandError, OSError, sqlite3.Error) as error:
            if str(error) not in told:
                yield state.unfit(error, check.__name__.strip("_").replace("_", " "))
            told.add(str(error))


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
    if not watchlist.publishers:
        fix = "put them back into publishers.csv, or take an earlier one from a backup"
        yield Diagnosis("error", "watchlist", "nobody is on it: whatever is there, nothing is judged", fix)
    yield Diagnosis(
        "ok", "watchlist", f"{len(watchlist.publishers)} publishers, {len(watchlist.sources)} sources"
    )


def _calendar(options: Options) -> Iterator[Diagnosis]:
    """Whether the user's own file, the due dates and the public holidays of this year and the next are known."""
    year, gaps = int(clock.shanghai_day(options.now())[:4]), 0
    for each in (year, year + 1):
        for kind in ("department", "government"):
            if due(kind, "", each - 1, None, None).date is None:
                gaps += 1
                fix = "add it to monitor/calendar.toml with its citation"
                yield Diagnosis("error", "calendar", f"no due date for a {kind} in {each}", fix)
    try:
        read_own_calendar(options.watchlist)
    except CalendarErrors as errors:
        gaps += len(errors.errors)
        for error in errors.errors:
            yield Diagnosis("error", "calendar", str(error), "correct this line")
    if not holidays.country_holidays("CN", years=year):
        gaps += 1
        says = f"no public holidays of {year} are known; the alert may come early"
        yield Diagnosis("warning", "calendar", says, "update the library holidays: make test")
    if not gaps:
        yield Diagnosis("ok", "calendar", f"report years {year - 1} and {year}, due in {year} and {year + 1}")


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


Check = Callable[[Options], Iterator[Diagnosis]]
CHECKS: tuple[Check, ...] = (
    _python, _libraries, _extras, _own_packages, machine.timezone, machine.fonts, machine.settings, machine.opened_guard, machine.proxies, _watchlist,
    lists.alone, state.database, state.archive, state.space, state.rights, state.backups, state.growth, runs.last, runs.endings,
    runs.pending, runs.lists, lists.moved, lists.newly_supported, lists.unmatched, lists.contact, lists.browser, _calendar, _guard, channels,
    outbox,
)  # fmt: skip
