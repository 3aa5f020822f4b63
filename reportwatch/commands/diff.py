"""`reportwatch diff`: what an office changed in a report after it was published."""

from __future__ import annotations

import click

from reportwatch.diffing import diff as compare
from reportwatch.diffing_telling import as_json, tell
from reportwatch.exactjson import dumps
from reportwatch.options import Options, takes
from reportwatch.scope import publisher_named
from reportwatch.steps import watchlist_of
from store.database import open_readonly
from store.paths import StatePaths


@click.command(short_help="What was changed in a report. 比较版本")
@click.argument("publisher")
@click.argument("year", type=int)
@click.option(
    "--from",
    "before",
    metavar="VERSION",
    help="The earlier version: its number, the beginning of its SHA-256, or a date on which it was there.",
)
@click.option("--to", "after", metavar="VERSION", help="The later version, named alike.")
@takes("state", "watchlist", "json", "lang")
def diff(options: Options, publisher: str, year: int, before: str | None, after: str | None) -> None:
    """Show all versions of a report, and what differs between two of them.

    列出某年度报告的各个版本，并比较其中两个版本的数字和文字。

    PUBLISHER is an id, a name or an alias of the watchlist; YEAR is the year that the report is about. Without --from
    and --to: the last change at one address, or two copies of the report.
    """
    found = publisher_named(publisher, watchlist_of(options))
    database = open_readonly(StatePaths(options.state).database)
    comparison = compare(database, found.id, year, before, after)
    if options.as_json:
        click.echo(dumps(as_json(comparison, found.id, found.name, year)))
    else:
        tell(comparison, found.name, year, options.lang)
