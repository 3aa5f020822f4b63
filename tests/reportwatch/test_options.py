"""What people type, and the shapes in which things leave the program."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from reportwatch import clock, exits
from reportwatch.cli import main
from reportwatch.exactjson import dumps
from reportwatch.portal.form import MadeReport
from reportwatch.portal.pages import report_page
from reportwatch.shape import safe

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-02-01", "2026-02-01T04:00:00Z"),
        ("2026-02-01T09:00", "2026-02-01T01:00:00Z"),
        ("2026-02-01T01:00:00Z", "2026-02-01T01:00:00Z"),
        ("2026-02-01T01:00:00+08:00", "2026-01-31T17:00:00Z"),
    ],
)
def test_a_typed_moment_is_shanghai_time_unless_it_says_otherwise(typed: str, meant: str) -> None:
    assert clock.as_utc(typed) == meant


def test_the_day_in_shanghai_begins_at_sixteen_hours_utc() -> None:
    assert clock.shanghai_day("2026-01-31T15:59:59Z") == "2026-01-31"
    assert clock.shanghai_day("2026-01-31T16:00:00Z") == "2026-02-01"


@pytest.mark.parametrize("number", ["128356.6505", "0.10", "12345678901234567890", "-18"])
def test_json_carries_every_digit(number: str) -> None:
    assert dumps({"a": [Decimal(number)]}) == f'{{"a": [{number}]}}'


def test_json_is_json() -> None:
    value: dict[str, object] = {"名": '县\n"', "none": None, "yes": True, "n": -3, "list": ("a", {"b": []})}
    assert json.loads(dumps(value)) == {**value, "list": ["a", {"b": []}]}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-18", "-18"),
        ("+1036", "+1036"),
        ("-2+3", "'-2+3"),
        ("县", "县"),
    ],
)
def test_a_spreadsheet_executes_no_text_of_ours(text: str, shown: str) -> None:
    assert safe(text) == shown


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "full", "reports.db"), exits.CANNOT_WRITE),
        (OSError(errno.EROFS, "read-only", "reports.db"), exits.CANNOT_WRITE),
        (PermissionError(errno.EACCES, "no", "state"), exits.CANNOT_CREATE),
        (sqlite3.OperationalError("database is locked"), exits.BUSY),
        (sqlite3.OperationalError("database or disk is full"), exits.CANNOT_WRITE),
        (sqlite3.DatabaseError("database disk image is malformed"), exits.DATA),
        (ZeroDivisionError("x"), exits.UNEXPECTED),
    ],
)
def test_an_error_has_its_exit_code_and_one_line(error: Exception, code: int) -> None:
    trouble = exits.trouble_of(error)
    assert trouble.code == code
    assert "\n" not in str(trouble)


def test_every_command_has_its_headline_in_both_languages() -> None:
    for name, command in main.commands.items():
        assert command.help, name
        assert any("\u4e00" <= letter <= "\u9fff" for letter in command.help), name


def test_an_unknown_word_is_a_usage_error() -> None:
    assert CliRunner().invoke(main, ["read", "--format", "yaml", "x"]).exit_code == exits.USAGE


def test_an_old_locale_stops_no_command(tmp_path: Path) -> None:
    page = tmp_path / "made.html"
    page.write_bytes(report_page(MadeReport("示范市财政局", 2025), "2026-01-20"))
    command = [sys.executable, "-m", "reportwatch", "read", str(page), "--format", "json"]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONIOENCODING": "latin-1"}, capture_output=True, check=False
    )
    assert done.returncode == 0
    assert json.loads(done.stdout.decode("latin-1"))["publisher"] == "示范市财政局"
