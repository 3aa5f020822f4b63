"""`reportwatch status`: who is on time, late, missing, unknown; and what is not watched."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from monitor import moments
from reportwatch import printing, scope
from reportwatch.exactjson import dumps
from reportwatch.incidents_text import show_open
from reportwatch.moment import as_judged
from reportwatch.options import Options, takes
from reportwatch.reviewing_counts import NAMES, findings_by_report, summed
from reportwatch.sentences import words as words_of
from reportwatch.steps import watchlist_of
from reportwatch.telling import undelivered
from reportwatch.unwatched import bodies, list_pages
from reportwatch.unwatched_telling import tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

    from reportwatch.options import Lang

ORDER = (
    "missing", "withdrawn", "late", "unknown", "not found", "published, timing unproved", "on time by its own date",
    "on time", "awaited", "not due",
)  # fmt: skip
COLUMNS = ("publisher", "year", "status", "due", "published", "days_late", "why")
Row = dict[str, object]


@click.command(short_help="Who is on time, late, missing, unknown. 查看状态")
@click.argument("words", nargs=-1, metavar="[SCOPE]...")
@click.option(
    "--sources",
    is_flag=True,
    help="What is not watched: list pages that tell nothing, and publishers of whom nothing can be known.",
)
@click.option(
    "--incidents", is_flag=True, help="What is open, by id: since when, who was told, who took it on."
)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Also reports that are not due; with --sources, also what is watched well; with --incidents, also past seasons.",
)
@takes("state", "watchlist", "now", "json", "lang")
def status(
    options: Options, words: tuple[str, ...], sources: bool, incidents: bool, everything: bool
) -> None:
    """Show who is on time, late, missing or unknown.

    查看各单位年度报告的状态：按时、逾期、缺失、无法判断等。

    SCOPE: publishers (id or name), regions, years. As of the last `check`; with --now as a check at that moment would
    judge what is known today.
    """
    wanted = scope.resolve(words, watchlist_of(options)) if words else scope.Scope()
    with as_judged(options) as database:
        if incidents:
            show_open(database, wanted, as_json=options.as_json, everything=everything)
        elif sources:
            _sources(options, database, wanted, everything=everything)
        else:
            _reports(options, database, wanted, everything=everything)


def _reports(options: Options, database: Database, wanted: scope.Scope, *, everything: bool) -> None:
    rows = [row for row in reports(database) if wanted.holds(str(row["publisher"]), int(str(row["year"])))]
    found = findings_by_report(database)
    counts = [found.get((str(row["publisher"]), int(str(row["year"]))), Counter()) for row in rows]
    if options.as_json:
        for row, findings in zip(rows, counts, strict=True):
            click.echo(dumps(row | {"findings": {name: findings[name] for name in NAMES}}))
        return
    _table(
        options.lang,
        database,
        [row for row in rows if everything or wanted.years or row["status"] != "not due"],
        rows,
    )
    if line := summed(counts, options.lang):
        click.echo(line)
    if unsent := undelivered(database, options.lang):
        click.echo(unsent)


def reports(database: Database) -> list[Row]:
    """The rows of report_status of watched publishers, what needs a look first."""
    rows = list(database.query(
        "SELECT s.* FROM report_status s JOIN publishers p ON p.id = s.publisher WHERE p.watched ORDER BY s.year DESC, s.region, s.publisher"
    ))  # fmt: skip
    return sorted(rows, key=lambda row: ORDER.index(row["status"]))


def _table(lang: Lang, database: Database, shown: Sequence[Row], rows: Sequence[Row]) -> None:
    as_of = database.execute("SELECT at FROM as_of").fetchone()
    counts = Counter(str(row["status"]) for row in rows)
    said, called = words_of(lang)["table"], words_of(lang)["status"]
    summary = (
        " · ".join(f"{counts[name]} {called[name]}" for name in ORDER if counts[name]) or said["nothing"]
    )
    moment = said["as_of"].format(at=moments.shanghai_minute(as_of[0])) if as_of else said["not_judged"]
    printing.table(
        f"{moment}: {summary}",
        tuple(said[name] for name in COLUMNS),
        [
            (
                row["publisher_name"],
                row["year"],
                called[str(row["status"])],
                row["due"],
                row["page_date"],
                row["days_late"],
                _why(row),
            )
            for row in shown
        ],
    )


def _why(row: Row) -> str:
    """The reason's code; since when it is unknown, both dates of a backdated page, how it stands by the law's own date,
    who supplied what no visit of ours saw."""
    told = str(row["why"])
    if row["unknown_since"]:
        told += f"; since {_day(row['unknown_since'])}"
    if row["backdated"]:
        told += f"; its page says {row['page_date']}, not there on {_day(row['lacked_at'])}"
    if row["by_law"] and row["status"] in ("late", "missing"):
        told += f"; by the law's own date, {row['statutory_due']}: {row['by_law']}"
    if row["outside_life"]:
        told += f"; {row['due_source']}"
    return told + _supplied(row)


def _supplied(row: Row) -> str:
    if not row["supplied_by"] or not row["first_seen"]:
        return ""
    word = "also supplied" if row["crawled"] else "supplied"
    return f"; {word} by {row['supplied_by']} on {_day(row['supplied_at'])}"


def _day(moment: object) -> str:
    """The day in Shanghai of a moment of the database."""
    return moments.shanghai_minute(str(moment)).partition(" ")[0]


def _sources(options: Options, database: Database, wanted: scope.Scope, *, everything: bool) -> None:
    """What is not watched must be seen: counts first, then the list pages and the publishers that tell nothing."""
    pages = list_pages(database)
    found = [body for body in bodies(database, pages) if wanted.holds(body.publisher)]
    if wanted.publishers is not None:
        named = {source for body in found for source in body.sources}
        pages = tuple(page for page in pages if page.source in named)
    if options.as_json:
        for page in pages:
            click.echo(dumps({"what": "list page", **asdict(page)}))
        for body in found:
            click.echo(dumps({"what": "publisher", **asdict(body)}))
        return
    tell(pages, found, everything=everything)
