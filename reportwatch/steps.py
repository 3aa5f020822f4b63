"""The four steps of the job. Each can be run alone, again, and after any crash; `run` does them in order."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from crawler import families
from monitor.calendar_file import read_own_calendar
from monitor.check import CLOCK_MAY_DIFFER_HOURS, ClockWentBackError
from monitor.check import check as judge
from monitor.local_rules import save_own_calendar
from monitor.moments import hours_between
from monitor.outbox import notify as tell
from parsers import READER_VERSION
from reportwatch import exits, scope, telling
from reportwatch.crawling import crawl as visit
from reportwatch.printing import progress
from reportwatch.reading import UNOPENED, Failure, read_archived, read_each, read_with_pictures
from store.archive import Archive
from store.database import open_database
from store.matched import rematch
from store.paths import StatePaths
from store.readings import read_by_others, save_readings, save_unreadable, unread_documents
from store.watched import save_watchlist
from store.watchlist import load_watchlist

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlite_utils import Database

    from monitor.check import CheckSummary
    from reportwatch.options import Options
    from store.model import Document, Watchlist


@dataclass(frozen=True, slots=True)
class Step:
    """What a step did: its exit code, the sentences for people, and the numbers for programs."""

    name: str
    code: int
    lines: tuple[str, ...]
    facts: Mapping[str, object] = field(default_factory=dict)


def watchlist_of(options: Options) -> Watchlist:
    """The watchlist, checked against the families that the crawler has; its calendar file is checked as well."""
    read_own_calendar(options.watchlist)
    return load_watchlist(options.watchlist, families())


@contextmanager
def database_of(options: Options) -> Iterator[Database]:
    """The database of the state folder, made and migrated if need be, and closed at the end.

    CommandError (65) where it is gone while documents are there: begun anew it would have forgotten what was told.
    """
    paths = StatePaths(options.state)
    if not paths.database.exists() and any(paths.raw.glob("*/*")):
        raise exits.CommandError(
            exits.DATA,
            f"{paths.database} is gone, but {paths.raw} holds documents: restore the database from a backup "
            "(reportwatch restore), or move that folder away to begin anew",
        )
    database = open_database(paths.database)
    try:
        yield database
    finally:
        database.close()


# -- crawl


LONGEST_PAUSE_HOURS = 400 * 24


def refuse_wrong_clock(options: Options) -> None:
    """Raises where `now` is before the newest visit or the last check, or far after both: nothing is written then.

    ClockWentBackError, or CommandError (78): one check by a clock that is years ahead would refuse every later one.
    """
    now = options.now()
    with database_of(options) as database:
        newest = database.execute(
            "SELECT max(coalesce((SELECT max(started_at) FROM crawls), ''), coalesce((SELECT at FROM as_of), ''))"
        ).fetchone()[0]
    if newest and hours_between(now, newest) > CLOCK_MAY_DIFFER_HOURS:
        raise ClockWentBackError(
            f"it is {now}, but the last visit or check was at {newest}: set the machine's clock right, or give a later --now"
        )
    if newest and hours_between(newest, now) > LONGEST_PAUSE_HOURS:
        raise exits.CommandError(
            exits.CONFIG,
            f"it is {now}, more than 400 days after the last visit or check at {newest}: set the machine's clock "
            "right; if it is right, go there in steps: reportwatch check --now, at most 400 days later each time",
        )


def crawl(
    options: Options, words: Sequence[str] = (), run: int | None = None, years: frozenset[int] = frozenset()
) -> Step:
    """Visits the sources in the scope; keeps what it finds, of the years that are named, and judges nothing."""
    refuse_wrong_clock(options)
    watchlist = watchlist_of(options)
    wanted = scope.resolve(words, watchlist)
    names = scope.sources_of(wanted, watchlist)
    if wanted.publishers is not None and not names:
        raise exits.CommandError(
            exits.CONFIG, f"nobody in {' '.join(words)} has a list page: add a source to the watchlist"
        )
    with database_of(options) as database:
        _refuse_emptied(database, watchlist, options)
        save_watchlist(database, watchlist, options.now())
        save_own_calendar(database, read_own_calendar(options.watchlist))
    return _crawled(visit(options, names, run, years=years | wanted.years))


def _refuse_emptied(database: Database, watchlist: Watchlist, options: Options) -> None:
    """A watchlist that lost all its publishers is a file cut short or a disk not mounted: it would end every claim."""
    watched = database.execute("SELECT count(*) FROM publishers WHERE watched").fetchone()[0]
    if watched and not watchlist.publishers:
        raise exits.CommandError(
            exits.CONFIG,
            f"{options.watchlist} names no publisher any more, and {watched} were watched: restore its publishers.csv; "
            "to watch nobody any more, stop calling reportwatch",
        )


def _crawled(summary: Mapping[str, Any]) -> Step:
    visits, blind, faults = summary["visits"], summary["blind"], summary["faults"]
    seen = ", ".join(f"{count} {outcome}" for outcome, count in visits.items()) or "no source was visited"
    lines = [
        f"visited lists: {seen}; {summary['new_documents']} new documents, {summary['failed_documents']} not to be had"
    ]
    lines += [f"  blind: {one['source']}: {one['kind']}: {one['reason']}" for one in blind]
    lines += [f"  fault: {fault}; the log is {summary['log']}" for fault in faults]
    return Step("crawl", _code_of_crawl(summary), tuple(lines), summary)


def _code_of_crawl(summary: Mapping[str, Any]) -> int:
    ended = int(summary.get("exit_code", exits.OK))
    if ended not in (exits.OK, exits.UNEXPECTED, exits.BLIND):  # the crawler's disk or database
        return ended if ended > 0 else exits.UNEXPECTED
    if summary["faults"] or ended == exits.UNEXPECTED:
        return exits.UNEXPECTED
    if summary["blind"] or not summary["visits"]:  # never 0 when nothing was fetched
        return exits.BLIND
    return exits.OK


# -- parse


def parse(options: Options) -> Step:
    """Reads every document that was not read yet; then matches titles to publishers again.

    Nothing is stored of a document whose file in raw/ cannot be opened: that says nothing about it, and it is tried
    again next time.
    """
    with database_of(options) as database:
        documents = unread_documents(database, options.now())
        archive = Archive(StatePaths(options.state).raw)
        outcomes = read_each(bytes_of(document, archive) for document in documents)
        reports, failures = 0, []
        for document, outcome in progress(zip(documents, outcomes, strict=True), len(documents), "reading"):
            if isinstance(outcome, Failure):
                if outcome.kind != UNOPENED:
                    save_unreadable(
                        database, document.id, READER_VERSION, outcome.kind, outcome.message, options.now()
                    )
                failures.append((document, outcome))
            else:
                save_readings(database, document.id, READER_VERSION, outcome, options.now())
                reports += len(outcome)
        rematch(database, options.now())
        older = read_by_others(database, READER_VERSION)
    return _parsed(documents, reports, failures, older)


def bytes_of(document: Document, archive: Archive) -> Callable[[], bytes]:
    """What a worker gets as the document: a page together with the pictures of its article that may be its report."""
    path, pictures = archive.path(document.sha256), json.loads(document.pictures)
    if not pictures:
        return partial(read_archived, path)
    shown = [
        (address, archive.path(sha256) if sha256 else None) for address, sha256 in pictures if sha256 != ""
    ]
    return partial(read_with_pictures, path, shown)


def _parsed(
    documents: Sequence[Document], reports: int, failures: Sequence[tuple[Document, Failure]], older: int
) -> Step:
    lines = [f"read {len(documents)} new documents: {reports} reports, {len(failures)} unreadable"]
    lines += [f"  {document.url}: {failure.kind}: {failure.message}" for document, failure in failures]
    unreadable = [
        {"url": document.url, "kind": failure.kind, "message": failure.message}
        for document, failure in failures
    ]
    facts = {
        "documents": len(documents),
        "reports": reports,
        "unreadable": unreadable,
        "read_by_others": older,
    }
    if older:
        lines.append(
            f"  {older} documents stand as another version of the readers read them: `reportwatch parse --again` reads "
            "them into a trial and shows what would change"
        )
    unopened = sum(failure.kind == UNOPENED for _, failure in failures)
    if unopened:
        lines.append(
            f"  {unopened} files in raw/ cannot be opened: check its rights, mount it or restore it from a backup, "
            "then run again; nothing already read is lost"
        )
        return Step("parse", exits.CANNOT_WRITE, tuple(lines), facts)
    return Step("parse", exits.DATA if failures else exits.OK, tuple(lines), facts)


# -- check


def check(options: Options, *, confirm_storm: bool = False) -> Step:
    """Judges everything at this moment: statuses, incidents, events, deliveries.

    Entries are matched to publishers first: after a crawl whose reading failed, an entry that nobody has matched
    yet must not look like an absence.
    """
    refuse_wrong_clock(options)
    found = telling.channels_of(options, addresses=False)
    with database_of(options) as database:
        rematch(database, options.now())
        found = telling.checked(found, options, database)
        telling.refuse_lost(options, database)
        summary = judge(database, options.now(), found.channels, confirm_storm=confirm_storm)
    step = _checked(summary)
    if not found.errors:
        return step
    return replace(step, code=exits.CONFIG, lines=(*step.lines, *telling.mistakes_in(found)))


def _checked(summary: CheckSummary) -> Step:
    statuses = ", ".join(f"{count} {status}" for status, count in summary.statuses.items())
    opened = ", ".join(f"{count} {kind}" for kind, count in summary.open.items()) or "none"
    told = [event for event in summary.events if event.suppressed is None]
    lines = [
        f"judged {summary.reports} reports: {statuses or 'none is watched'}",
        f"incidents open: {opened}; new events: {len(told)} to tell, {len(summary.events) - len(told)} silent",
    ]
    if summary.released:
        lines.append(f"a storm is over: {summary.released} claims that were held are told now")
    facts = {
        "at": summary.at, "reports": summary.reports, "statuses": dict(summary.statuses), "open": dict(summary.open),
        "events": [event.key for event in summary.events], "deliveries": summary.deliveries,
        "released": summary.released,
    }  # fmt: skip
    return Step("check", exits.OK, tuple(lines), facts)


# -- notify


def notify(options: Options) -> Step:
    """Sends what is due; what fails waits for the next run."""
    found = telling.channels_of(options)
    with database_of(options) as database:
        summary = tell(database, found.channels, options.now(), found.errors, found.fallback)
    return Step("notify", summary.exit_code, telling.lines_of(summary), telling.facts_of(summary))
