"""`reportwatch serve`: the database in a browser, read-only, on this machine."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

import click

import store
from reportwatch import exits
from reportwatch.options import Options, takes
from store.database import open_readonly
from store.paths import StatePaths

DESCRIPTIONS = Path(store.__file__).with_name("descriptions.toml")
QUERIES = Path(__file__).parent.parent / "queries.toml"
SETTINGS = {
    "suggest_facets": "off",  # on the wide views a page takes 26 s with it, 0.4 s without
    "allow_download": "off",
    "sql_time_limit_ms": "2000",
    "max_returned_rows": "5000",
}


@click.command()
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
    with TemporaryDirectory() as folder:
        described = Path(folder) / "metadata.json"
        described.write_text(json.dumps(metadata(), ensure_ascii=False), encoding="utf-8")
        options.say(f"http://127.0.0.1:{port}/reports  (Ctrl-C ends it)")
        sys.exit(_datasette(database, described, port))


def metadata() -> dict[str, object]:
    """Datasette's metadata: what each table and column means, and queries to start from."""
    described = tomllib.loads(DESCRIPTIONS.read_text(encoding="utf-8"))
    queries = tomllib.loads(QUERIES.read_text(encoding="utf-8"))
    tables = {
        name: {"description": table["description"], "columns": table.get("columns", {})}
        for name, table in described.items()
    }
    return {
        "title": "reportwatch",
        "description": "Annual reports on information disclosure: who owes them, who published, what they say. Cannot tell is never missing.",
        "databases": {"reports": {"tables": tables, "queries": queries}},
    }


def _datasette(database: Path, described: Path, port: int) -> int:
    settings = [word for name, value in SETTINGS.items() for word in ("--setting", name, value)]
    command = [
        sys.executable,
        "-m",
        "datasette",
        "serve",
        str(database),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--metadata",
        str(described),
        *settings,
    ]
    served = subprocess.Popen(command)  # noqa: S603 - our own words and the paths the person gave
    try:
        return served.wait()
    except KeyboardInterrupt:
        served.wait()
        return exits.OK
    finally:
        served.terminate()
