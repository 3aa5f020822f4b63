"""`reportwatch prune`: what may go after a while. Documents are evidence and never do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reportwatch.exactjson import dumps
from reportwatch.locking import only_backup, only_run
from reportwatch.options import Options, takes
from reportwatch.pruning import LIST_DAYS, LOG_DAYS, MESSAGE_DAYS, RUN_DAYS
from reportwatch.pruning import plan as planned
from reportwatch.pruning import prune as carry_out
from reportwatch.steps import database_of, refuse_wrong_clock
from store.database import open_readonly
from store.paths import StatePaths

if TYPE_CHECKING:
    from reportwatch.pruning import Plan


@click.command(short_help="Remove old logs and list pages, never documents. 清理")
@click.option("--plan", "only_plan", is_flag=True, help="Say what would go; remove nothing.")
@click.option(
    "--wait", type=click.FloatRange(0, 10_000), default=0, help="Minutes to wait for a run or a backup."
)
@takes("state", "now", "json", "quiet")
def prune(options: Options, only_plan: bool, wait: float) -> None:
    """Remove what is old and supports nothing: logs, list pages, reports of runs, routine messages.

    清理过期的日志、列表页快照、运行报告和例行通知记录；文件是证据，永不删除，支持已发出结论的列表页也不删除。
    """
    if only_plan:
        found = planned(open_readonly(StatePaths(options.state).database), options.state, options.now())
    else:
        with only_run(options.state, wait), only_backup(options.state, wait):
            refuse_wrong_clock(options)
            with database_of(options) as database:
                found = carry_out(database, options.state, options.now())
    if options.as_json:
        click.echo(dumps(_facts(found, done=not only_plan)))
    _tell(options, found, "would go" if only_plan else "removed")


def _tell(options: Options, found: Plan, verb: str) -> None:
    if found.is_empty:
        options.say("nothing is old enough to go")
        return
    for count, what in (
        (len(found.logs), f"logs older than {LOG_DAYS} days"),
        (len(found.pages), f"list pages older than {LIST_DAYS} days that support no claim"),
        (len(found.files), "files of the archive that nothing names any more"),
        (len(found.runs) + len(found.run_files), f"reports of runs older than {RUN_DAYS} days"),
        (len(found.messages), f"records of routine messages older than {MESSAGE_DAYS} days"),
    ):
        if count:
            options.say(f"{verb}: {count} {what}")
    options.say(f"in all {found.bytes / (1 << 20):.1f} MiB; no document")


def _facts(found: Plan, *, done: bool) -> dict[str, object]:
    return {
        "removed": done, "logs": [str(path) for path in found.logs], "run_files": [str(path) for path in found.run_files],
        "runs": list(found.runs), "messages": len(found.messages), "list_pages": len(found.pages),
        "files": [str(path) for path in found.files], "bytes": found.bytes,
    }  # fmt: skip
