"""`reportwatch demo`: the whole job on a portal on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from reportwatch.options import Options, takes


@click.command(short_help="The whole job on a portal on this machine. 演示")
@click.option("--state", "folder", type=click.Path(path_type=Path), default=Path("demo-state"), show_default=True,
              help="Where the demo keeps its database; emptied at each start.")  # fmt: skip
@takes("lang")
@click.pass_context
def demo(context: click.Context, options: Options, folder: Path) -> None:
    """Walk a government portal on this machine through dated visits.

    演示：在本机搭建一个政府网站，按日期逐次访问，看整个流程如何运行。

    A report appears in time, another late, one stays missing, one is changed silently, one has wrong sums, one list
    turns into a captcha page. Everything printed comes from the database and from messages that really arrived.
    """
    from reportwatch.demo import play  # noqa: PLC0415 - an SMTP server and the crawler: other commands need them not

    context.exit(play(folder.absolute(), options.lang))
