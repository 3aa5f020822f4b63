"""`reportwatch read`: documents on disk, read and judged; no database is touched."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reportwatch import exits, printing, shape
from reportwatch.reading import Failure, Outcome, read_all

if TYPE_CHECKING:
    from collections.abc import Iterator

CSV_HEAD = ("file", "part", "publisher", "year", "edition", "key", "value", "text", "unit", "state", "page")


@click.command(short_help="Read files; print figures and findings. 读取文件")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True
)
@click.pass_context
def read(context: click.Context, files: tuple[Path, ...], form: str) -> None:
    """Read documents; print their figures and what is wrong with them.

    读取文件中的年度报告，打印其数字和发现的问题（不使用数据库）。

    A file that cannot be read is named with the reason; the others are read on, and the exit code is 65.
    """
    show = {"table": _table, "json": _json, "csv": _csv}[form]
    failed = show((path, _or_none(outcome)) for path, outcome in read_all(files))
    context.exit(exits.DATA if failed else exits.OK)


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
    failed = False
    for path, outcome in outcomes:
        if isinstance(outcome, Failure):
            failed = True
            _complain(path, outcome)
            continue
        for part, parsed in enumerate(outcome, start=1):
            writer.writerows(shape.csv_rows(str(path), part, parsed))
    return failed


def _table(outcomes: Iterator[tuple[Path, Outcome]]) -> bool:
    failed = False
    for path, outcome in outcomes:
        if isinstance(outcome, Failure):
            failed = True
            _complain(path, outcome)
            continue
        for part, parsed in enumerate(outcome, start=1):
            printing.report(str(path), part, len(outcome), parsed)
    return failed


def _complain(path: Path, failure: Failure) -> None:
    click.echo(f"{path}: {failure.kind}: {failure.message}", err=True)
