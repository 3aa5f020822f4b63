"""`reportwatch import`: what a person supplies, where a site refuses our visits but not theirs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from parsers import sniff
from reportwatch import exits, steps
from reportwatch.commands.steps import show
from reportwatch.exits import CommandError
from reportwatch.locking import only_run
from reportwatch.options import Moment, Options, takes
from reportwatch.scope import publisher_named
from store.archive import Archive
from store.attestations import attest
from store.crawls import keep_document
from store.paths import StatePaths
from store.watched import save_watchlist

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class Supplied:
    """What the person says about the files: whose, which year, from where, by whom, when."""

    publisher: str
    year: int
    url: str
    by: str
    seen_at: str


@click.command("import", short_help="Take in what a person supplies. 导入人工提供的文件")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--publisher", required=True, help="Id, name or alias from the watchlist.")
@click.option(
    "--year", required=True, type=click.IntRange(2008, 2100), help="The year that the report is about."
)
@click.option("--url", required=True, help="Where the person found it, or looked.")
@click.option("--by", required=True, help="Who supplies or attests it.")
@click.option("--seen-at", type=Moment(), help="When the person saw it; now, if not given.")
@click.option(
    "--absent", is_flag=True, help="No file: the person looked at the address and the report was not there."
)
@click.option("--note", default="", help="Anything worth keeping with it.")
@takes("state", "watchlist", "now", "json", "quiet")
@click.pass_context
def import_(
    context: click.Context, options: Options, files: tuple[Path, ...], publisher: str, year: int, url: str, by: str,
    seen_at: str | None, absent: bool, note: str,
) -> None:  # fmt: skip
    """Take in a document that a person supplies, or an attested absence.

    导入人工提供的报告文件，或记录“已查看、未公布”的证明。

    Most sites refuse some visitors. A supplied document counts as published, never alone as late; an attested
    absence is shown by `explain` and never makes a report missing by itself.
    """
    if bool(files) == absent:
        raise click.UsageError("give the files that were found, or --absent if nothing was there")
    if urlsplit(url).scheme not in {"http", "https"}:
        raise click.BadParameter(f"{url!r} is no web address", param_hint="--url")
    with only_run(options.state), steps.database_of(options) as database:
        watchlist = steps.watchlist_of(options)
        save_watchlist(database, watchlist, options.now())
        supplied = Supplied(publisher_named(publisher, watchlist).id, year, url, by, seen_at or options.now())
        if absent:
            attest(database, supplied.publisher, year, supplied.seen_at, by=by, url=url, note=note)
            options.say(
                f"noted: {by} looked at {url} at {supplied.seen_at} and the report for {year} was not there"
            )
            return
        _keep(options, database, files, supplied)
    show(context, options, steps.parse(options))


def _keep(options: Options, database: Database, files: Sequence[Path], supplied: Supplied) -> None:
    archive = Archive(StatePaths(options.state).raw)
    for file, body in [(file, _bytes(file)) for file in files]:
        number, is_new = keep_document(
            database, archive, url=supplied.url, body=body, media_type=sniff(body), now=supplied.seen_at, title=file.stem,
            supplied_by=supplied.by, supplied_publisher=supplied.publisher, supplied_year=supplied.year,
        )  # fmt: skip
        options.say(f"{file}: {'kept' if is_new else 'already known'} as document {number}")


def _bytes(file: Path) -> bytes:
    try:
        body = file.read_bytes()
    except OSError as error:
        raise CommandError(
            exits.DATA, f"{file}: cannot be opened: {error.strerror}; nothing was imported"
        ) from None
    if not body:
        raise CommandError(exits.DATA, f"{file}: is empty; nothing was imported")
    return body
