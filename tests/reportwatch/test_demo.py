"""The demo, as `make demo` starts it: what it prints comes from the database and from messages that arrived."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from reportwatch.demo import MARK

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What the demo printed, and the state that it left."""
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "reportwatch", "demo"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr
    return done.stdout, folder / "demo-state"


@pytest.mark.parametrize(
    "line",
    [
        "示范市财政局 2023: on time",
        "示范市教育局 2023: late",
        "示范市民政局 2023: missing",
        "What changed: revised",
        "Nobody is accused:",
        "示范市青山县人民政府 2023: unknown",
        "示范市数据局 2023: unknown",
        "What changed: blind opened",
        "the outcomes add up to 11, but the printed total is 0",
        "captcha: the page says: 安全验证",
    ],
)
def test_each_part_of_the_story_happens(told: tuple[str, Path], line: str) -> None:
    assert line in told[0]


def test_the_readme_shows_what_the_demo_prints(told: tuple[str, Path]) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = text[text.index("## What it looks like") : text.index("## Read a document")]
    blocks = re.findall(r"```text\n(.*?)```", shown, re.DOTALL)
    printed = {_of_any_run(line) for line in told[0].splitlines()}
    lines = [line for block in blocks for line in block.splitlines() if line.strip() != "[…]"]
    assert len(lines) > 20
    assert [line for line in lines if _of_any_run(line) not in printed] == []


def _of_any_run(line: str) -> str:
    """The line without what differs from run to run: ports, and the ids of hosts that are named by theirs."""
    return re.sub(r"#[0-9A-Z]{4}$", "#", re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1", line.strip()))


def test_nobody_behind_a_captcha_or_a_former_name_is_ever_accused(told: tuple[str, Path]) -> None:
    with closing(sqlite3.connect(told[1] / "reports.db")) as database:
        accused = {
            row[0] for row in database.execute("SELECT publisher FROM incidents WHERE kind = 'missing'")
        }
        statuses = dict(
            database.execute("SELECT publisher, status FROM report_status WHERE year = 2023").fetchall()
        )
    assert accused == {"demo-civil", "demo-education"}
    assert statuses == {
        "demo-finance": "on time", "demo-education": "late", "demo-civil": "missing", "demo-transport": "on time",
        "demo-digital": "on time", "demo-qingshan": "on time by its own date", "hongze": "on time",
    }  # fmt: skip


def test_the_messages_that_arrived_are_shown_in_both_languages(told: tuple[str, Path]) -> None:
    assert len(re.findall("arrived by SMTP", told[0])) >= 8
    assert "缺失" in told[0]
    assert "✉ arrived by SMTP: [reportwatch] 2 missing" in told[0]


def test_the_queries_that_it_names_work(told: tuple[str, Path]) -> None:
    queries = re.findall(r'sqlite-utils query \S+ "(.+)" --table', told[0])
    assert len(queries) == 3
    with closing(sqlite3.connect(told[1] / "reports.db")) as database:
        assert all(database.execute(query).fetchall() for query in queries)


def test_it_clears_only_what_it_made(told: tuple[str, Path], tmp_path: Path) -> None:
    assert (told[1] / MARK).exists()
    (tmp_path / "precious.txt").write_text("mine", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "reportwatch", "demo", "--state", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 73
    assert (tmp_path / "precious.txt").exists()
