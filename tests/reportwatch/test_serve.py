"""The database in a browser: real Datasette on a real database."""

from __future__ import annotations

import html
import json
import re
import signal
import sqlite3
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reportwatch.commands.serve import DESCRIPTIONS, QUERIES, metadata
from store.database import open_database, open_readonly
from store.views import WIDE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("serve") / "reports.db"
    open_database(path).close()
    return path


@pytest.fixture(scope="module")
def served(database: Path) -> Iterator[str]:
    """The address of a running `reportwatch serve`."""
    command = [sys.executable, "-m", "reportwatch", "serve", "--port", "0", "--state", str(database.parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        address = next(
            found[0] for line in process.stdout if (found := re.search(r"http://127\.0\.0\.1:[1-9]\d*", line))
        )
        yield address
        process.send_signal(signal.SIGINT)
        process.stdout.read()


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 - loopback
        return str(answer.read().decode())


def test_every_table_view_and_column_is_described_and_nothing_else(database: Path) -> None:
    described = tomllib.loads(DESCRIPTIONS.read_text(encoding="utf-8"))
    known = metadata(open_readonly(database))["databases"]["reports"]["tables"]  # type: ignore[index]  # a plain dict
    with closing(sqlite3.connect(database)) as connection:
        names = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
            )
        ]
        for name in names:
            if name.startswith(("sqlite_", "_")):  # the search index names its own parts
                continue
            columns = {row[1] for row in connection.execute(f"PRAGMA table_info({name})")}
            wanted = set() if name in WIDE else columns
            assert set(known[name]["columns"]) == wanted, name
            assert set(described["tables"][name].get("columns", {})) <= columns, name


def test_every_query_runs(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        for query in tomllib.loads(QUERIES.read_text(encoding="utf-8")).values():
            connection.execute(query["sql"], {"publisher": "x", "year": 2025})


def test_the_pages_show_descriptions_and_queries(served: str) -> None:
    described = tomllib.loads(DESCRIPTIONS.read_text(encoding="utf-8"))["tables"]["report_status"]
    assert html.escape(described["description"]) in get(f"{served}/reports/report_status")
    assert "Missing: watched, due, and not there" in get(f"{served}/reports")
    assert json.loads(get(f"{served}/reports/missing.json?_shape=array")) == []


def test_nobody_can_write_or_download(served: str) -> None:
    with pytest.raises(urllib.error.HTTPError):
        get(f"{served}/reports.db")
    with pytest.raises(urllib.error.HTTPError):
        get(f"{served}/reports.json?sql=DELETE+FROM+reports")


def test_without_a_database_it_says_what_to_do(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "reportwatch", "serve", "--state", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 65
    assert "reportwatch crawl" in done.stderr
