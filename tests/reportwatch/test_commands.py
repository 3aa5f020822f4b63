"""The commands as people and cron meet them: what they print, and how they end."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import tomllib
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from filelock import FileLock

import store
from reportwatch import ROOT
from reportwatch.cli import main
from reportwatch.portal.form import MadeReport
from reportwatch.portal.pages import encrypted_pdf, report_page
from reportwatch.portal.sinks import Webhook
from tests.reportwatch.world import World, made_world

if TYPE_CHECKING:
    from collections.abc import Iterator

BEFORE, AFTER = "2026-01-22T02:00:00Z", "2026-02-10T02:00:00Z"


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world after two visits: one publisher on time, one missing, one without a source."""
    with made_world(tmp_path_factory.mktemp("commands")) as world:
        for name in ("准时局", "缺失局"):
            column = world.watch(name)
            world.site.publish(column, MadeReport(name, 2023), "2024-01-15", since="0000")
        world.site.publish("/nb0/", MadeReport("准时局", 2025), "2026-01-20", since="2026-01-20T02:00:00Z")
        world.add_publisher("nowhere", "无来源局", "department")
        world.visit(BEFORE)
        world.visit(AFTER)
        yield world


@pytest.fixture
def world(seen: World, tmp_path: Path) -> World:
    """A copy of that world's state, to do with as a test likes."""
    shutil.copytree(seen.folder, tmp_path / "world")
    return World(tmp_path / "world", seen.portal, list(seen.publishers), list(seen.sources))


def child(world: World, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own."""
    command = [sys.executable, "-m", "reportwatch", *words, "--state", str(world.folder / "state")]
    known = {**os.environ, "REPORTWATCH_ALLOW": world.portal.addresses, **environment}
    return subprocess.run(command, env=known, capture_output=True, text=True, check=False)


def test_a_second_run_at_once_tells_nothing_new(world: World) -> None:
    before = [tuple(row) for row in world.rows("SELECT key FROM events")]
    world.portal.turn_to(AFTER)
    done = world.command("run", now=AFTER)
    assert done.exit_code == 0, done.output
    assert [tuple(row) for row in world.rows("SELECT key FROM events")] == before


def test_a_run_leaves_its_report_as_a_row_and_a_file(world: World) -> None:
    row = world.rows("SELECT * FROM runs ORDER BY id DESC LIMIT 1")[0]
    report = json.loads((world.folder / "state" / "runs" / f"{row['id']}.json").read_text(encoding="utf-8"))
    assert row["outcome"] == report["outcome"] == "done"
    assert row["exit_code"] == report["exit_code"] == 0
    assert set(report["steps"]) == {"crawl", "parse", "check", "notify"}
    assert world.rows("SELECT DISTINCT run FROM crawls")[-1]["run"] == row["id"]


def test_a_quiet_run_prints_one_line(world: World) -> None:
    world.portal.turn_to(AFTER)
    done = world.command("run", "--quiet", now=AFTER)
    assert len(done.output.splitlines()) == 1
    assert "exit 0" in done.output


def test_a_run_with_a_blind_list_ends_with_10(world: World) -> None:
    world.site.disturb("captcha", "/nb1/", since="2026-02-11T00:00:00Z", until="2026-02-12T00:00:00Z")
    world.portal.turn_to("2026-02-11T02:00:00Z")
    done = world.command("run", now="2026-02-11T02:00:00Z")
    assert done.exit_code == 10
    assert "captcha" in done.output


def test_a_run_with_an_unreadable_document_ends_with_65_and_names_it(world: World) -> None:
    path = world.site.publish("/nb1/", MadeReport("缺失局", 2022), "2026-02-12", since="2026-02-12T00:00:00Z")
    world.site.put(path, encrypted_pdf(), since="2026-02-12T00:00:01Z", media_type="application/pdf")
    world.portal.turn_to("2026-02-12T02:00:00Z")
    done = world.command("run", now="2026-02-12T02:00:00Z")
    assert done.exit_code == 65, done.output
    assert f"{path}: encrypted" in done.output


def test_a_raw_folder_that_is_away_costs_no_reading(world: World) -> None:
    raw, readings = world.folder / "state" / "raw", "SELECT document, year FROM readings ORDER BY document"
    before = [tuple(row) for row in world.rows(readings)]
    with closing(sqlite3.connect(world.folder / "state" / "reports.db")) as connection, connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DELETE FROM readings")
    raw.rename(raw.with_name("away"))
    done = world.command("parse")
    assert done.exit_code == 74, done.output
    assert "raw/ cannot be opened" in done.output
    assert not world.rows(readings)  # nothing is said of what could not be opened
    raw.with_name("away").rename(raw)
    done = world.command("parse")
    assert done.exit_code == 0, done.output
    assert [tuple(row) for row in world.rows(readings)] == before


def test_a_new_version_of_the_readers_reads_everything_again_and_tells_nobody(world: World) -> None:
    told = "SELECT key, deliveries.state FROM events LEFT JOIN deliveries ON deliveries.event = events.id ORDER BY 1, 2"
    world.command("check")
    before = [tuple(row) for row in world.rows(told)]
    with closing(sqlite3.connect(world.folder / "state" / "reports.db")) as connection, connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("UPDATE readings SET reader_version = '1', reader = 'an older one'")
        connection.execute("UPDATE findings SET message = 'in other words', message_zh = '换句话说'")
        for table in ("alternatives", "notes", "_words"):  # what the first version did not have
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - three names of our own
    assert world.command("parse", "--again").exit_code in (0, 12)
    assert world.command("parse", "--promote").exit_code == 0
    assert world.command("check").exit_code == 0
    assert not world.rows("SELECT 1 FROM readings WHERE reader_version = '1' OR reader = 'an older one'")
    assert world.rows("SELECT 1 FROM _words")
    assert [tuple(row) for row in world.rows(told)] == before


def test_a_second_run_beside_the_first_ends_with_75(world: World) -> None:
    with FileLock(world.folder / "state" / "lock"):
        done = child(world, "run", "--watchlist", str(world.folder / "watchlist"))
    assert done.returncode == 75
    assert "another run" in done.stderr
    assert f"held by process {os.getpid()}" in done.stderr


@pytest.mark.parametrize("command", ["run", "crawl", "check"])
def test_a_clock_that_jumped_ahead_is_refused(world: World, command: str) -> None:
    before = [tuple(row) for row in world.rows("SELECT at FROM as_of")]
    done = world.command(command, now="2036-02-10T02:00:00Z")
    assert done.exit_code == 78
    assert "more than 400 days after" in done.output
    assert [tuple(row) for row in world.rows("SELECT at FROM as_of")] == before


def test_a_folder_in_place_of_the_lock_is_a_clear_line(world: World) -> None:
    (world.folder / "state" / "lock").unlink(missing_ok=True)
    (world.folder / "state" / "lock").mkdir()
    done = world.command("run", now=AFTER)
    assert done.exit_code == 73
    assert "in the way of the lock" in done.output


def test_the_crawler_ends_with_its_run(world: World) -> None:
    sources = world.folder / "watchlist" / "test" / "sources.toml"
    slow = sources.read_text(encoding="utf-8").replace("min_interval = 0.01", "min_interval = 5")
    sources.write_text(slow, encoding="utf-8")
    words = ["run", "--watchlist", str(world.folder / "watchlist"), "--state", str(world.folder / "state")]
    command = [sys.executable, "-m", "reportwatch", *words, "--now", AFTER]
    known = {**os.environ, "REPORTWATCH_ALLOW": world.portal.addresses}
    run = subprocess.Popen(command, env=known, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    children = Path(f"/proc/{run.pid}/task/{run.pid}/children")
    while not (found := children.read_text(encoding="ascii").split()) and run.poll() is None:
        time.sleep(0.05)
    time.sleep(0.5)
    run.terminate()
    run.wait(10)
    for _ in range(50):
        if all(_gone(one) for one in found):
            break
        time.sleep(0.1)
    assert found
    assert all(_gone(one) for one in found)


def _gone(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").split()[2] == "Z"
    except FileNotFoundError:
        return True


def test_a_killed_run_leaves_no_lock_and_is_marked_by_the_next(world: World) -> None:
    world.portal.turn_to(AFTER)
    words = [
        "run",
        "--watchlist",
        str(world.folder / "watchlist"),
        "--now",
        AFTER,
        "--state",
        str(world.folder / "state"),
    ]
    known = {**os.environ, "REPORTWATCH_ALLOW": world.portal.addresses}
    killed = subprocess.Popen(
        [sys.executable, "-m", "reportwatch", *words], env=known, stdout=subprocess.PIPE
    )
    while len(world.rows("SELECT 1 FROM runs")) < 3 and killed.poll() is None:
        pass
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    done = world.command("run", now=AFTER)
    for _ in range(50):  # the crawler of the killed run ends by itself, and holds its own lock until then
        if done.exit_code == 0:
            break
        done = world.command("run", now=AFTER)
    assert done.exit_code == 0, done.output
    assert world.rows("SELECT 1 FROM runs WHERE outcome = 'interrupted'")


def test_mistakes_in_the_watchlist_are_all_named_and_end_with_78(world: World) -> None:
    (world.folder / "watchlist" / "test" / "sources.toml").write_text(
        '[[source]]\nid = "x"\nfamily = "nope"\n', encoding="utf-8"
    )
    done = world.command("run", now=AFTER)
    assert done.exit_code == 78
    assert "sources.toml:3" in done.output
    assert "judged" in done.output  # the other steps were done all the same


def test_mistakes_in_channels_are_named_and_lose_no_crawl(world: World) -> None:
    (world.folder / "channels.toml").write_text('[[channel]]\nid = "A b"\n', encoding="utf-8")
    world.portal.turn_to(AFTER)
    done = world.command("run", now=AFTER)
    assert done.exit_code == 78
    assert "channels.toml:" in done.output
    assert "visited lists" in done.output


def test_no_reachable_channel_ends_with_69_and_the_next_run_delivers(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    (world.folder / "channels.toml").write_text(
        '[[channel]]\nid = "desk"\nurl_env = "DESK"\n', encoding="utf-8"
    )
    monkeypatch.setenv("DESK", "json://127.0.0.1:9/hook")
    world.site.publish("/nb1/", MadeReport("缺失局", 2025), "2026-02-13", since="2026-02-13T00:00:00Z")
    world.portal.turn_to("2026-02-13T02:00:00Z")
    assert world.command("run", now="2026-02-13T02:00:00Z").exit_code == 69
    with Webhook() as webhook:
        monkeypatch.setenv("DESK", f"json://127.0.0.1:{webhook.port}/hook")
        done = world.command("notify", now="2026-02-13T03:00:00Z")
        assert done.exit_code == 0, done.output
        assert "缺失局" in json.dumps(webhook.posts, ensure_ascii=False)


def test_a_newer_database_is_refused_and_left_alone(world: World) -> None:
    database = world.folder / "state" / "reports.db"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('reportwatch', 'of_the_future', '')"
        )
    before = database.read_bytes()
    done = child(world, "check")
    assert done.returncode == 65
    assert "newer reportwatch" in done.stderr
    assert "Traceback" not in done.stderr
    assert database.read_bytes() == before


def test_a_full_disk_ends_with_74_and_harms_nothing(world: World) -> None:
    before = [tuple(row) for row in world.rows("SELECT * FROM documents")]
    size = (world.folder / "state" / "reports.db").stat().st_size // 1024
    words = [
        sys.executable,
        "-m",
        "reportwatch",
        "run",
        "--now",
        "2026-02-20T02:00:00Z",
        "--state",
        str(world.folder / "state"),
    ]
    words += ["--watchlist", str(world.folder / "watchlist")]
    limited = ["bash", "-c", f'ulimit -f {max(size // 32, 1)}; exec "$@"', "bash", *words]
    done = subprocess.run(limited, capture_output=True, text=True, check=False)
    assert done.returncode == 74, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert [tuple(row) for row in world.rows("SELECT * FROM documents")] == before


def test_a_file_in_place_of_the_state_folder_is_a_clear_line(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("", encoding="utf-8")
    done = CliRunner().invoke(main, ["check", "--state", str(tmp_path / "state")])
    assert done.exit_code == 73
    assert "state" in done.output


def test_status_lists_what_needs_a_look_first(world: World) -> None:
    rows = [json.loads(line) for line in world.command("status", "2025", "--json").stdout.splitlines()]
    assert [row["status"] for row in rows] == ["missing", "unknown", "on time"]
    assert "缺失局" in world.command("status").stdout


def test_status_narrows_down_to_a_region_a_name_or_a_year(world: World) -> None:
    assert len(world.command("status", "test", "2025", "--json").stdout.splitlines()) == 3
    [line] = world.command("status", "准时局", "2025", "--json").stdout.splitlines()
    assert json.loads(line)["publisher_name"] == "准时局"
    assert world.command("status", "别处").exit_code == 2


def test_status_sources_shows_what_is_not_watched(world: World) -> None:
    told = world.command("status", "--sources").stdout
    assert "无来源局" in told
    found = [json.loads(line) for line in world.command("status", "--sources", "--json").stdout.splitlines()]
    assert [one["state"] for one in found if one["what"] == "list page"] == ["good", "good"]
    assert [one["state"] for one in found if one["what"] == "publisher"] == [
        "no source",
        "watched",
        "watched",
    ]


@pytest.mark.parametrize(("lang", "word"), [("en", "missing"), ("zh", "缺失")])
def test_explain_gives_the_law_the_visits_and_the_reason(world: World, lang: str, word: str) -> None:
    told = world.command("explain", "缺失局", "2025", "--lang", lang).stdout
    assert word in told
    assert "2026-01-31" in told
    assert "2026-02-10 10:00" in told


def test_every_reason_of_the_view_has_its_sentence_in_both_languages() -> None:
    view = (Path(store.__file__).parent / "views" / "report_status.sql").read_text(encoding="utf-8")
    reasons = set(re.findall(r"(?:THEN|ELSE) '([a-z_]+)'", view)) - {
        "unknown",
        "late",
        "missing",
        "withdrawn",
        "awaited",
    }
    words = tomllib.loads((ROOT / "reportwatch" / "sentences.toml").read_text(encoding="utf-8"))
    assert set(words["en"]["why"]) == set(words["zh"]["why"]) == reasons
    both = set(words["en"]) - {"codes"}  # a code is its own English word
    assert {part: set(words["en"][part]) for part in both} == {part: set(words["zh"][part]) for part in both}
    assert set(words["zh"]) - {"codes"} == both


def test_explain_of_an_unknown_name_suggests_a_near_one(world: World) -> None:
    done = world.command("explain", "准时", "2025")
    assert done.exit_code == 2
    assert "准时局" in done.output


def test_an_imported_document_counts_as_published(world: World, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_bytes(report_page(MadeReport("无来源局", 2025), None))
    done = world.command(
        "import", str(page), "--publisher", "无来源局", "--year", "2025", "--url", "https://example.gov.cn/a.html",
        "--by", "记者", "--seen-at", "2026-01-30", now=AFTER,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    world.command("check", now=AFTER)
    assert world.status("无来源局") == "on time"
    assert (
        world.rows("SELECT count(*) AS n FROM latest_figures WHERE publisher_name = '无来源局'")[0]["n"]
        == 200
    )


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--publisher", "无来源局", "--url", "https://example.gov.cn/"], 2),
        (["{absent}", "--publisher", "无来源局", "--url", "https://example.gov.cn/"], 65),
        (["{empty}", "--publisher", "无来源局", "--url", "https://example.gov.cn/"], 65),
        (["{empty}", "--publisher", "没有这个局", "--url", "https://example.gov.cn/"], 2),
        (["{empty}", "--publisher", "无来源局", "--url", "file:///etc/hostname"], 2),
    ],
)
def test_a_bad_import_changes_nothing(world: World, tmp_path: Path, words: list[str], code: int) -> None:
    (tmp_path / "empty.pdf").write_bytes(b"")
    filled = [word.format(absent=tmp_path / "absent.pdf", empty=tmp_path / "empty.pdf") for word in words]
    done = world.command("import", *filled, "--year", "2025", "--by", "记者", now=AFTER)
    assert done.exit_code == code, done.output
    assert not world.rows("SELECT 1 FROM documents WHERE supplied_by IS NOT NULL")


def test_preview_shows_who_would_be_told_and_sends_nothing(world: World) -> None:
    (world.folder / "channels.toml").write_text(
        '[[channel]]\nid = "desk"\nurl_env = "DESK"\n', encoding="utf-8"
    )
    world.site.publish("/nb1/", MadeReport("缺失局", 2025), "2026-02-14", since="2026-02-14T00:00:00Z")
    world.portal.turn_to("2026-02-14T02:00:00Z")
    world.command("crawl", now="2026-02-14T02:00:00Z")
    world.command("parse", now="2026-02-14T02:00:00Z")
    words = ["preview-alerts", "--channels", str(world.folder / "channels.toml")]
    done = world.command(*words, now="2026-02-14T02:00:00Z")
    assert done.exit_code == 0, done.output
    assert "缺失局" in done.output
    assert not world.rows("SELECT 1 FROM deliveries")


def test_the_doctor_finds_a_changed_document_and_says_what_to_do(world: World) -> None:
    sha256 = world.rows("SELECT sha256 FROM documents LIMIT 1")[0]["sha256"]
    (world.folder / "state" / "raw" / sha256[:2] / sha256).write_bytes(b"changed")
    done = world.command("doctor", "--json", now=AFTER)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 78
    assert [one["about"] for one in found if one["level"] == "error"] == ["archive"]
    assert all(one["fix"] for one in found if one["level"] != "ok")
    assert "a real crawl of a private address was refused" in {one["says"] for one in found}


def test_the_doctor_finds_a_clock_that_went_back(world: World) -> None:
    done = world.command("doctor", now="2026-01-01T00:00:00Z")
    assert done.exit_code == 78
    assert "clock" in done.output


def test_the_doctor_finds_a_failed_run_blind_lists_and_messages_that_wait_for_nobody(world: World) -> None:
    with closing(sqlite3.connect(world.folder / "state" / "reports.db")) as connection, connection:
        connection.execute("UPDATE runs SET outcome = 'failed', exit_code = 74")
        connection.execute("UPDATE crawls SET outcome = 'blind', blind_kind = 'captcha'")
        connection.execute(
            "INSERT INTO deliveries (event, channel, state, next_at) SELECT id, 'gone', 'failed', '' FROM events LIMIT 1"
        )
    done = world.command("doctor", "--json", now=AFTER)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 78
    assert {one["about"] for one in found if one["level"] == "error"} == {"last run", "lists"}
    outbox = [one for one in found if one["about"] == "outbox"]
    assert [one["level"] for one in outbox] == ["warning", "warning"]
    assert "gone" in outbox[1]["says"]
    assert all(one["fix"] for one in found if one["level"] != "ok")


@pytest.mark.parametrize("when", ["0001-01-01", "0001-01-01T00:00:00+08:00", "99999-01-01", "9999-12-31"])
def test_a_moment_out_of_all_reason_is_a_clear_line(tmp_path: Path, when: str) -> None:
    done = CliRunner().invoke(main, ["check", "--now", when, "--state", str(tmp_path / "state")])
    assert done.exit_code == 2
    assert "is no time" in done.output
