"""What `doctor` looks at in the watched lists: columns that moved, families that came, what a visit needs here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crawler import families
from crawler.chromium import missing_browser
from reportwatch import clock
from reportwatch.adding_same import list_key
from reportwatch.adding_text import plain
from reportwatch.diagnosed import Diagnosis
from reportwatch.moved import guesses, lost_sources
from store.archive import Archive
from store.database import open_readonly
from store.errors import StoreError
from store.model import Watchlist
from store.paths import StatePaths
from store.watchlist import WatchlistErrors, load_watchlist
from store.watchlist_sources import UNSUPPORTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.looked import Candidate
    from reportwatch.moved import Guess, Lost
    from reportwatch.options import Options
    from store.model import Source

PILE, PART = 10, 0.1  # entries in doubt that are worth a word: so many, and such a part
_KEPT = "SELECT url, sha256 FROM captures WHERE kind = 'list' AND status = 200 AND sha256 IS NOT NULL ORDER BY id DESC"


def moved(options: Options) -> Iterator[Diagnosis]:
    """Columns that are gone from their address, with the address where each probably is now."""
    paths = StatePaths(options.state)
    if not paths.database.exists():
        return
    database, archive = open_readonly(paths.database), Archive(paths.raw)
    lost = lost_sources(database)
    for one in lost:
        yield _gone(one, guesses(database, archive, one))
    if not lost:
        yield Diagnosis("ok", "columns", "no list seems to have moved")


def _gone(lost: Lost, found: tuple[Guess, ...]) -> Diagnosis:
    since = clock.shanghai_day(lost.since)
    says = f"{lost.source} is gone from {lost.url} (blind since {since}, {lost.visits} visits, {lost.kind})"
    if not found:
        fix = f"look for its column on the site, then: reportwatch add NEWURL --replaces {lost.source}"
        return Diagnosis("warning", "columns", f"{says}; nothing that was kept says where it is", fix)
    where = "; or ".join(f"{plain(guess.url)}: {plain(guess.why)}" for guess in found)
    commands = " · ".join(f"reportwatch add {plain(guess.url)} --replaces {lost.source}" for guess in found)
    return Diagnosis("warning", "columns", f"{says}; it is probably at {where}", f"look at it: {commands}")


def newly_supported(options: Options) -> Iterator[Diagnosis]:
    """Sources that nothing could read when they were added, and that some family reads by the pages kept."""
    waiting = [source for source in _sources(options) if source.family == UNSUPPORTED]
    if not waiting:
        return
    read = 0
    for source in waiting:
        found = _sign_in(options, source)
        if found is not None:
            read += 1
            says = f"{source.id} is kept as unsupported, and its page shows a sign of {found.family}: {plain(found.why)}"
            yield Diagnosis("warning", "families", says, f"run: reportwatch add {source.url}")
    if not read:
        yield Diagnosis(
            "ok", "families", f"{len(waiting)} sources wait for a family; no page that was kept shows one"
        )


def _sign_in(options: Options, source: Source) -> Candidate | None:
    from crawler.detection import PLAIN, candidates, choose, source_of  # noqa: PLC0415 - scrapy is slow to import
    from crawler.fetching import Page  # noqa: PLC0415 - as above
    from crawler.looked import Ask  # noqa: PLC0415 - as above

    for body in _kept(options, source):
        page = Page(source.url, source.url, 200, {}, body, b"")
        found, _ = choose(candidates(page.markup(source_of(Ask(source.id, source.url)))))
        if found is not None and found.family != PLAIN:
            return found
    return None


def _kept(options: Options, source: Source) -> Iterator[bytes]:
    """The newest page of the list that a visit kept, and the newest that a look kept."""
    paths = StatePaths(options.state)
    for place in (paths, StatePaths(paths.looks)):
        if not place.database.exists():
            continue
        rows = open_readonly(place.database).execute(_KEPT)
        sha256 = next((row[1] for row in rows if list_key(row[0]) == list_key(source.url)), None)
        try:
            if sha256 is not None:
                yield Archive(place.raw).get(sha256)
        except StoreError:
            continue  # told by the check of the archive


def contact(_: Options) -> Iterator[Diagnosis]:
    """Whether those who run the sites can reach somebody."""
    given = os.environ.get("REPORTWATCH_CONTACT", "").strip()
    if given:
        yield Diagnosis("ok", "contact", f"sites are told: {plain(given, 100)}")
        return
    says = "no REPORTWATCH_CONTACT is set: a site that minds the visits cannot ask, and can only block them"
    yield Diagnosis(
        "warning", "contact", says, "set it to a mail address or a page, where reportwatch is started"
    )


def browser(options: Options) -> Iterator[Diagnosis]:
    """Whether lists that only a script fills can be visited, where any are watched."""
    rendered = [source.id for source in _sources(options) if source.render]
    if not rendered:
        return
    if lacks := missing_browser():
        says = f"{len(rendered)} sources have render = true ({', '.join(rendered[:5])}), and there is no browser for them"
        yield Diagnosis("warning", "browser", says, f"run: {lacks}")
    else:
        yield Diagnosis("ok", "browser", f"{len(rendered)} sources need a browser, and it is there")


def alone(options: Options) -> Iterator[Diagnosis]:
    """Publishers of whom nothing can ever be known, because no list is named for them."""
    watchlist = _watchlist(options)
    seen = {name for source in watchlist.sources for name in source.publishers}
    without = [one for one in watchlist.publishers if not one.sources and one.id not in seen]
    if without:
        names = ", ".join(one.name for one in without[:5]) + (", …" if len(without) > 5 else "")  # noqa: PLR2004 - as many as fit a line
        says = f"{len(without)} of {len(watchlist.publishers)} publishers have no list page, so they stay unknown: {names}"
        yield Diagnosis(
            "warning",
            "publishers",
            says,
            "run: reportwatch add URL --publisher NAME, for the list that shows their reports",
        )
    elif watchlist.publishers:
        yield Diagnosis("ok", "publishers", f"all {len(watchlist.publishers)} have a list page")


def unmatched(options: Options) -> Iterator[Diagnosis]:
    """Entries that look like reports and that nobody could match: while they pile up, statuses stay unknown."""
    path = StatePaths(options.state).database
    if not path.exists():
        return
    database = open_readonly(path)
    reports, doubtful = database.execute(
        "SELECT count(*), coalesce(sum(l.report IS NULL AND EXISTS (SELECT 1 FROM possible_reports p WHERE p.link = l.id)), 0)"
        " FROM links l WHERE l.kind <> 'other'"
    ).fetchone()
    if doubtful >= PILE and doubtful > reports * PART:
        says = f"{doubtful} of {reports} entries that look like reports could not be matched to anybody for certain"
        fix = "see the table possible_reports; add the names that stand there to `aliases` in publishers.csv"
        yield Diagnosis("warning", "entries", says, fix)
    elif reports:
        yield Diagnosis("ok", "entries", f"{reports} look like reports, {doubtful} of them in doubt")


def _sources(options: Options) -> tuple[Source, ...]:
    return _watchlist(options).sources


def _watchlist(options: Options) -> Watchlist:
    try:
        return load_watchlist(options.watchlist, families())
    except WatchlistErrors:
        return Watchlist((), ())  # told by the check of the watchlist
