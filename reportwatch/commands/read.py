"""`reportwatch read`: documents on disk, read and judged; no database is touched."""

from __future__ import annotations

import csv
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reportwatch import exits, printing, shape
from reportwatch.lanes import Lanes
from reportwatch.reading import Failure, Outcome, read_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from parsers.model import Parsed
    from reportwatch.showing import Showing

CSV_HEAD = ("file", "part", "publisher", "year", "edition", "key", "value", "text", "unit", "state", "page")


_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command(short_help="Read files; print figures and findings. 读取文件")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True
)
@click.option(
    "--evidence", type=_FOLDER, help="A new folder: a picture of each figure in question, and index.html."
)
@click.option("--draw", type=_FOLDER, help="A new folder: the pages with what was read drawn over them.")
@click.pass_context
def read(
    context: click.Context, files: tuple[Path, ...], form: str, evidence: Path | None, draw: Path | None
) -> None:
    """Read documents; print their figures and what is wrong with them.

    读取文件中的年度报告，打印其数字和发现的问题（不使用数据库）。

    A file that cannot be read is named with the reason; the others are read on, and the exit code is 65.
    """
    show = {"table": _table, "json": _json, "csv": _csv}[form]
    outcomes = ((path, _or_none(outcome)) for path, outcome in read_all(files))
    with ExitStack() as ends:
        showing = _showing(ends, evidence, draw) if evidence or draw else None
        failed = show(outcomes if showing is None else _shown(outcomes, showing))
        if showing is not None:
            showing.finish()
            for sentence in showing.wrong:
                click.echo(sentence, err=True)
            failed |= bool(showing.wrong)
    context.exit(exits.DATA if failed else exits.OK)


def _showing(ends: ExitStack, evidence: Path | None, draw: Path | None) -> Showing:
    from reportwatch.showing import SHOWING, Showing, claim  # noqa: PLC0415 - imaging libraries, only where asked for

    try:
        for folder in filter(None, (evidence, draw)):
            claim(folder)
    except FileExistsError as error:
        raise click.UsageError(str(error)) from error
    return Showing(ends.enter_context(Lanes(SHOWING)), evidence, draw)


def _shown(outcomes: Iterator[tuple[Path, Outcome]], showing: Showing) -> Iterator[tuple[Path, Outcome]]:
    for path, outcome in outcomes:
        if not isinstance(outcome, Failure):
            showing.add(path, outcome)
        yield path, outcome


def _or_none(outcome: Outcome) -> Outcome:
    return outcome or Failure("not_a_report", "holds no annual report on information disclosure")


def _json(outcomes: Iterator[tuple[Path, Outcome]]) -> bool:
    failed = False
    for path, outcome in outcomes:
        failed |= isinstance(outcome, Failure)
        for line in shape.lines(str(path), outcome):
            click.echo(line)
    return failed


def _csv(outcomes: Iterator[tuple[Path, Outcome]]) -> bool:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(CSV_HEAD)

    def rows(path: Path, reports: tuple[Parsed, ...]) -> None:
        for part, parsed in enumerate(reports, start=1):
            writer.writerows(shape.csv_rows(str(path), part, parsed))

    return _each(outcomes, rows)


def _table(outcomes: Iterator[tuple[Path, Outcome]]) -> bool:
    def tables(path: Path, reports: tuple[Parsed, ...]) -> None:
        for part, parsed in enumerate(reports, start=1):
            printing.report(str(path), part, len(reports), parsed)

    return _each(outcomes, tables)


def _each(outcomes: Iterator[tuple[Path, Outcome]], show: Callable[[Path, tuple[Parsed, ...]], None]) -> bool:
    """Shows what was read of each file, and says of the others why not; whether there were such."""
    failed = False
    for path, outcome in outcomes:
        if isinstance(outcome, Failure):
            failed = True
            click.echo(f"{path}: {outcome.kind}: {outcome.message}", err=True)
        else:
            show(path, outcome)
    return failed
