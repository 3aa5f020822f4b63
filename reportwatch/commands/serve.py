"""`reportwatch serve`: the database in a browser, read-only, on this machine."""

from __future__ import annotations

import json
import os
import sys
import tomllib
from pathlib import Path
from tempfile import TemporaryFile
from typing import NoReturn

import click

import store
from reportwatch.options import Options, takes
from store.database import open_readonly
from store.figure_keys import figure_keys
from store.paths import StatePaths
from store.views import WIDE

DESCRIPTIONS = Path(store.__file__).with_name("descriptions.toml")
QUERIES = Path(__file__).parent.parent / "queries.toml"
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
    open_readonly(database).close()  # a clear line now rather than an error page later
    options.say(f"http://127.0.0.1:{port or '(any free port, see below)'}/reports  (Ctrl-C ends it)")
    _become_datasette(database, port)


def metadata() -> dict[str, object]:
    """Datasette's metadata: what each table and column means, and queries to start from."""
    described = tomllib.loads(DESCRIPTIONS.read_text(encoding="utf-8"))
    tables = {
        name: {
            "description": table["description"],
            "columns": {**described["common"], **_labels(name), **table.get("columns", {})},
        }
        for name, table in described["tables"].items()
    }
    return {
        "title": "reportwatch",
        "description": "Annual reports on information disclosure: who owes them, who published, what they say. "
        "“Cannot tell” is never “missing”. 政府信息公开工作年度报告监测：无法判断，绝不等于缺失。",
        "databases": {
            "reports": {"tables": tables, "queries": tomllib.loads(QUERIES.read_text(encoding="utf-8"))}
        },
    }


def _labels(view: str) -> dict[str, str]:
    """The columns of a wide view: the form's own labels."""
    section = view.partition("_")[0]
    if view not in WIDE:
        return {}
    return {
        key.key.partition(".")[2].replace(".", "_"): f"{key.row_label} · {key.column_label} ({key.unit})"
        for key in figure_keys() if key.key.startswith(section + ".")
    }  # fmt: skip


def _become_datasette(database: Path, port: int) -> NoReturn:
    """Puts Datasette in the place of this process, so that Ctrl-C and systemd end it like any other.

    The metadata is its standard input: a file without a name, which nobody has to delete.
    """
    described = TemporaryFile()  # noqa: SIM115 - it lives as long as the process
    described.write(json.dumps(metadata(), ensure_ascii=False).encode())
    described.seek(0)
    os.dup2(described.fileno(), 0)
    settings = [word for name, value in SETTINGS.items() for word in ("--setting", name, value)]
    where = ["--host", "127.0.0.1", "--port", str(port), "--metadata", "-"]
    command = [sys.executable, "-m", "datasette", "serve", str(database), *where, *settings]
    sys.stdout.flush()
    os.execv(sys.executable, command)  # noqa: S606 - our own words and the path the person gave
