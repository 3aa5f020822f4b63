"""`reportwatch import`: what a person supplies, where a site refuses our visits but not theirs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.calendar_file import read_own_calendar
from monitor.local_rules import save_own_calendar
from reportwatch import exits, steps
from reportwatch.exactjson import dumps
from reportwatch.locking import only_run
from reportwatch.options import Options, takes
from reportwatch.supplying import WrongSupplyError, bodies_of, from_csv, judged, said, take_in
from store.archive import Archive
from store.paths import StatePaths
from store.watched import save_watchlist

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportwatch.supplying import Supply, TakenIn
    from store.model import Watchlist

NEEDED = ("publisher", "year", "url", "by")


@click.command("import", short_help="Take in what a person supplies. 导入人工提供的文件")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--publisher", help="Id, name or alias from the watchlist.")
@click.option("--year", type=click.IntRange(2008, 2100), help="The year that the report is about.")
@click.option("--url", help="Where the person found it, or looked.")
@click.option("--by", help="Who supplies or attests it.")
@click.option("--seen-at", help="When the person saw it; now, if not given.")
@click.option(
    "--absent", is_flag=True, help="No file: the person looked at the address and the report was not there."
)
@click.option("--note", default="", help="Anything worth keeping with it.")
@click.option(
    "--from-csv", "table", type=click.Path(path_type=Path), help="A table of many, instead of all the above."
)
@takes("state", "watchlist", "now", "json", "quiet")
@click.pass_context
def import_(
    context: click.Context, /, options: Options, files: tuple[Path, ...], absent: bool, table: Path | None,
    **words: object,
) -> None:  # fmt: skip
    """Take in a document that a person supplies, or an attested absence.

    导入人工提供的报告文件，或记录“已查看、未公布”的证明。

    Most sites refuse some visitors. A supplied document counts as published, never alone as late; an attested
    absence is shown by `explain` and never makes a report missing by itself. What the document itself contradicts is
    kept, told, and counts as nothing.
    """
    watchlist = steps.watchlist_of(options)
    supplies = _many(options, watchlist, files, table, absent=absent, words=words)
    bodies = bodies_of(supplies)
    with only_run(options.state):
        with steps.database_of(options) as database:
            save_watchlist(database, watchlist, options.now())
            save_own_calendar(database, read_own_calendar(options.watchlist))
            archive = Archive(StatePaths(options.state).raw)
            taken = take_in(database, archive, watchlist, supplies, bodies)
        code = steps.parse(options).code if bodies else exits.OK
        with steps.database_of(options) as database:
            taken = tuple(judged(database, one) for one in taken)
    _tell(options, taken)
    context.exit(
        exits.OK if all(one.verdict in ("taken", "absent") for one in taken) and not code else exits.DATA
    )


def _many(
    options: Options, watchlist: Watchlist, files: Sequence[Path], table: Path | None, *, absent: bool,
    words: dict[str, object],
) -> tuple[Supply, ...]:  # fmt: skip
    if table is not None:
        if files or absent or any(words.values()):
            raise click.UsageError("--from-csv stands alone: everything is in the table")
        return from_csv(table, watchlist, options.now())
    if missing := [f"--{name}" for name in NEEDED if not words[name]]:
        raise click.UsageError(f"missing: {', '.join(missing)}")
    if bool(files) == absent:
        raise click.UsageError("give the files that were found, or --absent if nothing was there")
    told = {name: str(words[name]) for name in NEEDED}
    seen_at, note = (str(words[name] or "") for name in ("seen_at", "note"))
    try:
        return tuple(
            said(
                watchlist,
                options.now(),
                file=file,
                seen_at=seen_at,
                note=note,
                **told,
            )
            for file in (files or (None,))
        )
    except WrongSupplyError as error:
        raise click.UsageError(str(error)) from None


def _tell(options: Options, taken: Sequence[TakenIn]) -> None:
    for one in taken:
        if options.as_json:
            click.echo(dumps({**asdict(one.supply), "file": one.supply.file and str(one.supply.file),
                              "verdict": one.verdict, "message": one.message, "document": one.document,
                              "outside": one.outside}))  # fmt: skip
            continue
        options.say(one.message)
        if one.outside:
            options.say(f"  note: {one.supply.url} is on none of the hosts of the publisher's list pages")
