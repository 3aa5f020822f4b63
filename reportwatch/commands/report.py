"""`reportwatch report`: what a run did and what it left."""

from __future__ import annotations

import click

from reportwatch.exactjson import dumps
from reportwatch.options import Options, takes
from reportwatch.run_report import line, report_of, text
from store.database import open_readonly
from store.paths import StatePaths


@click.command(short_help="What a run did and what it left. 运行报告")
@click.argument("run", type=int, required=False)
@click.option("--line", "one_line", is_flag=True, help="One line, as cron mails it.")
@takes("state", "json", "lang")
def report(options: Options, run: int | None, one_line: bool) -> None:
    """Show the report of a run, of the newest one if no number is given.

    显示某次运行的报告（默认最近一次）：访问、新增、失败、待发与未结情况。
    """
    found = report_of(open_readonly(StatePaths(options.state).database), run)
    if options.as_json:
        click.echo(dumps(found))
    elif one_line:
        click.echo(line(found))
    else:
        for told in text(found, options.lang):
            click.echo(told)
