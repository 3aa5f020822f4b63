"""`reportwatch serve`: the database in a browser, read-only, on this machine."""

from __future__ import annotations

import json
import os
import sys
import tomllib
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, NoReturn

import click

import store
from reportwatch.options import Options, takes
from store.database import open_readonly
from store.paths import StatePaths
from store.views import WIDE

if TYPE_CHECKING:
    from sqlite_utils import Database

DESCRIPTIONS = Path(store.__file__).with_name("descriptions.toml")
QUERIES = Path(__file__).parent.parent / "queries.toml"
HIDDEN = ("_sqlite_migrations", "as_of", "hosts", "validators")  # of no use to people
SETTINGS = {
    "suggest_facets": "off",  # on the wide views a page takes 26 s with it, 0.4 s without
    "allow_download": "off",
    "sql_time_limit_ms": "2000",
    "max_returned_rows": "5000",
}


@click.command(short_help="The database in a browser. 在浏览器中查看")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="0 takes any free port."
)
@takes("state", "quiet")
def serve(options: Options, port: int) -> None:
    """Look at the database in a browser (Datasette, read-only, this machine only).

    在浏览器中查看数据库（只读，仅限本机访问）。

    Press Ctrl-C to end it. It never writes to the database, and a run may work at the same time.
    """
    database = StatePaths(options.state).database
    opened = open_readonly(database)  # a clear line now rather than an error page later
    described = metadata(opened)
    opened.close()
    options.say(f"http://127.0.0.1:{port or '(any free port, see below)'}/reports  (Ctrl-C ends it)")
    _become_datasette(database, port, described)


def metadata(database: Database) -> dict[str, object]:
    """Datasette's metadata: what each table and column means, and queries to start from.

    Only columns that a table has are described, and not the figures of the wide views: Datasette prints every
    description above the rows. The labels of the figures are in the table figure_keys.
    """
    described = tomllib.loads(DESCRIPTIONS.read_text(encoding="utf-8"))
    tables: dict[str, dict[str, object]] = {name: {"hidden": True} for name in HIDDEN}
    for name, table in described["tables"].items():
        meanings = {**described["common"], **table.get("columns", {})}
        present = (
            () if name in WIDE else [row["name"] for row in database.query(f"PRAGMA table_info([{name}])")]
        )
        columns = {column: meanings[column] for column in present if column in meanings}
        tables.setdefault(name, {}).update(description=table["description"], columns=columns)
    return {
        "title": "reportwatch",
        "description": "Annual reports on information disclosure: who owes them, who published, what they say. "
        "“Cannot tell” is never “missing”. 政府信息公开工作年度报告监测：无法判断，绝不等于缺失。",
        "databases": {
            "reports": {"tables": tables, "queries": tomllib.loads(QUERIES.read_text(encoding="utf-8"))}
        },
    }


def _become_datasette(database: Path, port: int, shown: dict[str, object]) -> NoReturn:
    """Puts Datasette in the place of this process, so that Ctrl-C and systemd end it like any other.

    The metadata is its standard input: a file without a name, which nobody has to delete.
    """
    described = TemporaryFile()  # noqa: SIM115 - it lives as long as the process
    described.write(json.dumps(shown, ensure_ascii=False).encode())
    described.seek(0)
    os.dup2(described.fileno(), 0)
    settings = [word for name, value in SETTINGS.items() for word in ("--setting", name, value)]
    where = ["--host", "127.0.0.1", "--port", str(port), "--metadata", "-"]
    command = [sys.executable, "-m", "datasette", "serve", str(database), *where, *settings]
    sys.stdout.flush()
    os.execv(sys.executable, command)  # noqa: S606 - our own words and the path the person gave
