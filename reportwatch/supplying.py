"""What people supply where a site refuses our visits but not theirs: documents, and that they looked in vain."""

from __future__ import annotations

import csv
import io
import stat
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from monitor import moments
from parsers import sniff
from reportwatch import clock, exits
from reportwatch.exits import CommandError
from reportwatch.scope import publisher_named
from store.attestations import attest, supply
from store.matched import SUPPLIED_NO_REPORT, SUPPLIED_OTHERWISE
from store.watchlist_sources import wrong_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlite_utils import Database

    from store.archive import Archive
    from store.model import Watchlist

COLUMNS = ("file", "absent", "publisher", "year", "url", "by", "seen_at", "note")
LARGEST = 64 << 20  # bytes of one file: what the crawler would fetch as well
YES = frozenset({"yes", "true", "1", "x", "是"})
YEARS = range(2008, 2101)
Verdict = Literal["taken", "says otherwise", "no report", "another's", "absent"]


class WrongSupplyError(Exception):
    """Raised for something said that cannot be; its text says what."""


@dataclass(frozen=True, slots=True)
class Supply:
    """What a person says: whose report, of which year, seen (or not) where, by whom, when. `file` None: not there."""

    file: Path | None
    publisher: str
    year: int
    url: str
    by: str
    seen_at: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of it. `outside`: the address is on none of the hosts of the publisher's list pages."""

    supply: Supply
    verdict: Verdict
    message: str
    document: int | None = None
    outside: bool = False


def said(
    watchlist: Watchlist, now: str, *, file: Path | None, publisher: str, year: str, url: str, by: str,
    seen_at: str | None, note: str,
) -> Supply:  # fmt: skip
    """What was said, checked. WrongSupplyError, or CommandError for a publisher that is not known."""
    if wrong := wrong_url(url.partition("#")[0]):
        raise WrongSupplyError(wrong)
    if not year.isdecimal() or int(year) not in YEARS:
        raise WrongSupplyError(f"{year!r} is no report year from {YEARS[0]} on")
    if not by.strip():
        raise WrongSupplyError("say who supplies or attests it")
    seen = _moment(seen_at) if seen_at else now
    if seen > now:
        raise WrongSupplyError(f"it cannot have been seen at {seen}: it is {now}")
    if file is not None and seen[:10] < f"{year}-12-01":
        raise WrongSupplyError(f"a report for {year} cannot have been seen at {seen}")
    key = publisher_named(publisher, watchlist).id
    return Supply(file, key, int(year), url, " ".join(by.split()), seen, note.strip())


def _moment(text: str) -> str:
    try:
        return clock.as_utc(text)
    except (ValueError, OverflowError):
        raise WrongSupplyError(f"{text!r} is no time") from None


def from_csv(path: Path, watchlist: Watchlist, now: str) -> tuple[Supply, ...]:
    """Every row of a table with the columns COLUMNS; files are named from its own folder.

    CommandError (65) that lists every mistake with its line; nothing is imported then.
    """
    supplies, mistakes = [], []
    for line, row in _rows(path):
        try:
            supplies.append(_said_in(row, path.parent, watchlist, now))
        except (WrongSupplyError, CommandError) as error:
            mistakes.append(f"{path}:{line}: {error}")
    if mistakes:
        raise CommandError(exits.DATA, "\n".join(["nothing was imported:", *mistakes]))
    return tuple(supplies)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = _read(path).decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        absent = {"publisher", "year", "url", "by"} - set(reader.fieldnames or ())
        unknown = set(reader.fieldnames or ()) - set(COLUMNS)
        if twice := [name for name, count in Counter(reader.fieldnames or ()).items() if count > 1]:
            raise CommandError(exits.DATA, f"{path}:1: more than one column is called {', '.join(twice)}")
        if absent or unknown:
            wrong = f"the columns are {', '.join(COLUMNS)}; missing: {', '.join(sorted(absent)) or 'none'}"
            raise CommandError(
                exits.DATA, f"{path}:1: {wrong}; unknown: {', '.join(sorted(unknown)) or 'none'}"
            )
        for row in reader:
            if any(isinstance(cell, str) and cell.strip() for cell in row.values()):
                yield reader.line_num, {str(name): (cell or "").strip() for name, cell in row.items() if name}
    except UnicodeDecodeError:
        raise CommandError(exits.DATA, f"{path}: not UTF-8; save it as “CSV UTF-8”") from None
    except (OSError, csv.Error) as error:
        raise CommandError(exits.DATA, f"{path}: cannot be read: {error}") from None


def _said_in(row: dict[str, str], folder: Path, watchlist: Watchlist, now: str) -> Supply:
    is_absent = row.get("absent", "").casefold() in YES
    if bool(row.get("file")) == is_absent:
        raise WrongSupplyError("give a file, or yes in absent")
    return said(
        watchlist, now, file=None if is_absent else folder / Path(row["file"]), publisher=row["publisher"], year=row["year"],
        url=row["url"], by=row["by"], seen_at=row.get("seen_at"), note=row.get("note", ""),
    )  # fmt: skip


def bodies_of(supplies: Sequence[Supply]) -> dict[Path, bytes]:
    """The bytes of every file. CommandError (65) for the first that cannot be had: then nothing is imported."""
    bodies = {}
    for file in dict.fromkeys(one.file for one in supplies if one.file is not None):
        try:
            bodies[file] = _read(file)
        except OSError as error:
            message = f"{file}: cannot be opened: {error.strerror}; nothing was imported"
            raise CommandError(exits.DATA, message) from None
        if not bodies[file]:
            raise CommandError(exits.DATA, f"{file}: is empty; nothing was imported")
    return bodies


def _read(path: Path) -> bytes:
    """A file's bytes. OSError; CommandError (65) for what is no file (a pipe would be waited for) or is too large."""
    state = path.stat()
    if not stat.S_ISREG(state.st_mode):
        raise CommandError(exits.DATA, f"{path}: is no file; nothing was imported")
    if state.st_size > LARGEST:
        limit = f"{LARGEST >> 20} MiB"
        raise CommandError(exits.DATA, f"{path}: larger than {limit}, as no report is; nothing was imported")
    return path.read_bytes()


def take_in(
    database: Database,
    archive: Archive,
    watchlist: Watchlist,
    supplies: Sequence[Supply],
    bodies: dict[Path, bytes],
) -> tuple[TakenIn, ...]:
    """Keeps it all; what the documents say themselves is known only after they were read: `judged`."""
    return tuple(_take(database, archive, watchlist, one, bodies) for one in supplies)


def _take(
    database: Database, archive: Archive, watchlist: Watchlist, one: Supply, bodies: dict[Path, bytes]
) -> TakenIn:
    outside = is_outside(one, watchlist)
    if one.file is None:
        attest(database, one.publisher, one.year, one.seen_at, by=one.by, url=one.url, note=one.note)
        when = moments.shanghai_minute(one.seen_at)
        told = f"noted: {one.by} looked at {one.url} at {when} and the report for {one.year} was not there"
        return TakenIn(one, "absent", told, None, outside)
    body = bodies[one.file]
    done = supply(
        database, archive, body, sniff(body), one.publisher, one.year, url=one.url, by=one.by, seen_at=one.seen_at,
        file=one.file.name, title=one.file.stem, note=one.note,
    )  # fmt: skip
    if done.other:
        whose = f"the report of {done.other[0]} for {done.other[1]}"
        told = f"{one.file}: these bytes are known from this address as {whose}, and stay so: document {done.document}"
        return TakenIn(one, "another's", told, done.document, outside)
    told = f"{one.file}: {'kept' if done.is_new else 'already known'} as document {done.document}"
    told += "; a visit of ours found the same bytes" if done.crawled else ""
    return TakenIn(one, "taken", told, done.document, outside)


def is_outside(one: Supply, watchlist: Watchlist) -> bool:
    """Whether the address is on none of the hosts where the publisher's reports appear, as far as they are known."""
    hosts = {
        host for source in watchlist.sources if one.publisher in source.publishers for host in source.hosts
    }
    return bool(hosts) and (urlsplit(one.url).hostname or "") not in hosts


def judged(database: Database, taken: TakenIn) -> TakenIn:
    """With what the document says itself, now that it was read."""
    if taken.document is None or taken.verdict != "taken":
        return taken
    one = taken.supply
    row = database.execute(
        "SELECT r.match, r.publisher_text, r.year, r.error_kind, r.error_message, (SELECT count(*) FROM figures f"
        " WHERE f.reading = r.id) FROM readings r WHERE r.document = ? ORDER BY r.part", (taken.document,),
    ).fetchone()  # fmt: skip
    if row is None:
        return taken
    match, named, year, error, message, figures = row
    says = f"it calls itself the report of {named or 'nobody'} for {year or 'no year'}"
    if match == SUPPLIED_OTHERWISE:
        told = f"but {says}: it is not taken for that of {one.publisher} for {one.year}. If it is one body, add that name to its aliases"
        return replace(taken, verdict="says otherwise", message=f"{taken.message}, {told}")
    if match == SUPPLIED_NO_REPORT:
        told = f"but no report was found in it: it proves nothing for {one.publisher}, {one.year}"
        return replace(taken, verdict="no report", message=f"{taken.message}, {told}")
    read = f"it could not be read ({error}: {message})" if error else f"{says}, {figures} figures"
    return replace(taken, message=f"{taken.message}: {read}")
