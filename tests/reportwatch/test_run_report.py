"""What a run leaves behind for people, programs and cron's mail; how runs end, and who may work at once."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reportwatch import exits
from reportwatch.locking import only_run, only_sender
from reportwatch.portal.form import MadeReport
from reportwatch.running import worst
from reportwatch.steps import _code_of_crawl
from tests.reportwatch.world import World, made_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BEFORE, AFTER, BLINDED = "2026-01-22T02:00:00Z", "2026-02-10T02:00:00Z", "2026-02-12T02:00:00Z"


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world after three visits: one report on time, one missing; then one list answers with a captcha."""
    with made_world(tmp_path_factory.mktemp("run-report")) as world:
        for name in ("准时局", "缺失局"):
            column = world.watch(name)
            world.site.publish(column, MadeReport(name, 2023), "2024-01-15", since="0000")
        world.site.publish("/nb0/", MadeReport("准时局", 2025), "2026-01-20", since="2026-01-20T02:00:00Z")
        world.add_source("dark", "http://127.0.0.1:9/", "unsupported")
        world.visit(BEFORE)
        world.visit(AFTER)
        world.site.disturb("captcha", "/nb1/", since="2026-02-12T00:00:00Z", until="2026-02-13T00:00:00Z")
        world.visit(BLINDED)
        yield world


@pytest.fixture
def world(seen: World, tmp_path: Path) -> World:
    shutil.copytree(seen.folder, tmp_path / "world")
    return World(tmp_path / "world", seen.portal, list(seen.publishers), list(seen.sources))


def report(world: World, *words: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(world.command("report", *words, "--json").stdout)
    return found


def test_the_report_counts_lists_documents_and_what_is_open(world: World) -> None:
    first, last = report(world, "1"), report(world)
    assert first["lists"] == {
        "tried": 2,
        "good": 2,
        "unchanged": 0,
        "blind": 0,
        "skipped": [],
        "unsupported": 1,
    }
    assert first["documents"]["new"] == first["documents"]["read"] == 3  # type: ignore[index]  # JSON
    assert first["documents"]["bytes"] > 1000  # type: ignore[index]  # JSON
    assert last["lists"]["blind"] == 1  # type: ignore[index]  # JSON
    assert last["failures"] == {"blind: captcha": 1}
    assert last["exit_code"] == 10
    assert last["incidents"]["missing"] == 1  # type: ignore[index]  # JSON
    assert last["before"]["lists"] == {"good": 2, "blind": 0}  # type: ignore[index]  # JSON
    [dark] = [one for one in last["sources"] if one["source"] == "s1"]  # type: ignore[attr-defined]  # JSON
    assert (dark["outcome"], dark["blind_kind"], dark["entries_before"]) == ("blind", "captcha", 1)
    assert set(last["versions"]) == {"reportwatch", "readers", "shape", "calendar", "watchlist"}  # type: ignore[call-overload]  # JSON


def test_the_file_the_row_and_the_command_say_the_same(world: World) -> None:
    told = report(world)
    written = json.loads((world.folder / "state" / "runs" / "3.json").read_text(encoding="utf-8"))
    names = (
        "run",
        "lists",
        "documents",
        "failures",
        "statuses",
        "incidents",
        "outbox",
        "versions",
        "exit_code",
        "outcome",
    )
    assert {name: written[name] for name in names} == {name: told[name] for name in names}


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ("1 blind", "captcha", "1 missing")), ("zh", ("看不清 1", "captcha", "完成，部分来源看不清"))],
)
def test_people_read_what_needs_a_look_first(world: World, lang: str, words: tuple[str, ...]) -> None:
    told = world.command("report", "--lang", lang).stdout
    assert all(word in told for word in words), told
    assert "blind: s1: captcha" in told or "看不清：s1：captcha" in told
    assert len(told.splitlines()) < 15


def test_one_line_is_one_line_and_the_same_as_a_quiet_run_prints(world: World) -> None:
    world.portal.turn_to(BLINDED)
    quiet = world.command("run", "--quiet", now=BLINDED).output.splitlines()
    [line] = world.command("report", "--line").output.splitlines()
    assert quiet[0].startswith(line)
    assert "exit 10" in line
    assert "1/2 lists seen" in line
    assert "1 missing" in line


def test_a_run_that_was_not_is_said(world: World) -> None:
    done = world.command("report", "99")
    assert done.exit_code == 65
    assert "no run 99" in done.output


def test_a_run_that_was_cut_off_can_be_shown(world: World) -> None:
    with closing(sqlite3.connect(world.folder / "state" / "reports.db")) as db, db:
        db.execute("INSERT INTO runs (command, started_at) VALUES ('run', ?)", [BLINDED])
    assert "running" in world.command("report").stdout
    assert "running" in world.command("report", "--line").stdout


@pytest.mark.parametrize(("least", "code"), [(None, 0), ("notice", 11), ("warning", 11), ("critical", 0)])
def test_fail_on_ends_with_11_where_something_so_severe_is_open(
    world: World, least: str | None, code: int
) -> None:
    done = world.command("check", *(("--fail-on", least) if least else ()), now=BLINDED)
    assert done.exit_code == code, done.output
    assert ("incidents of kind missing" in done.output) == (code == 11)


def test_a_run_with_fail_on_ends_with_11_and_tells_all_the_same(world: World) -> None:
    world.portal.turn_to("2026-02-14T02:00:00Z")
    done = world.command("run", "--fail-on", "warning", now="2026-02-14T02:00:00Z")
    assert done.exit_code == 11, done.output
    assert report(world)["outcome"] == "done, something was found"


def test_a_run_that_had_nothing_to_visit_is_no_success(tmp_path: Path) -> None:
    with made_world(tmp_path) as world:
        world.add_publisher("nowhere", "无来源局", "department")
        world.write()
        assert world.command("run", now=AFTER).exit_code == 10
        assert world.command("crawl", now=AFTER).exit_code == 10


def test_what_must_be_put_right_first_decides_the_code() -> None:
    assert worst([0, 0]) == 0
    assert worst([exits.BLIND, exits.DATA, 0]) == exits.DATA
    assert worst([exits.FOUND, exits.BLIND]) == exits.FOUND
    assert worst([exits.UNREACHABLE, exits.FOUND]) == exits.UNREACHABLE
    assert worst([exits.CONFIG, exits.CANNOT_WRITE]) == exits.CANNOT_WRITE


def test_messages_may_be_sent_while_a_crawl_is_at_work(world: World) -> None:
    with only_run(world.folder / "state"):
        assert world.command("notify", now=BLINDED).exit_code == 0


def test_one_sender_at_a_time(world: World) -> None:
    command = [sys.executable, "-m", "reportwatch", "notify", "--state", str(world.folder / "state")]
    with only_sender(world.folder / "state"):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 75
    assert "messages of" in done.stderr


def test_a_command_waits_for_the_lock_as_long_as_it_is_told(world: World) -> None:
    command = [
        sys.executable,
        "-m",
        "reportwatch",
        "check",
        "--state",
        str(world.folder / "state"),
        "--now",
        BLINDED,
    ]
    with only_run(world.folder / "state"):
        assert subprocess.run([*command, "--wait", "0.01"], capture_output=True, check=False).returncode == 75
        waiting = subprocess.Popen([*command, "--wait", "2"], stdout=subprocess.DEVNULL)
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(3)
    assert waiting.wait(60) == 0


@pytest.mark.parametrize("command", ["check", "notify"])
def test_a_scope_is_refused_where_it_could_mean_nothing(world: World, command: str) -> None:
    done = world.command(command, "准时局", "2025", now=BLINDED)
    assert done.exit_code == 2
    assert f"{command} takes no SCOPE" in done.output


def test_statuses_are_shown_in_chinese(world: World) -> None:
    told = world.command("status", "--lang", "zh").stdout
    assert all(word in told for word in ("单位", "状态", "期限", "缺失", "1 缺失"))
    assert "missing" not in told.replace("missing_", "")


@pytest.mark.parametrize(
    ("ended", "code"), [(0, 0), (1, 1), (65, 65), (73, 73), (74, 74), (75, 75), (-11, 1)]
)
def test_the_code_of_the_crawler_is_not_lost(ended: int, code: int) -> None:
    """A database that is damaged when everything was visited leaves a summary without faults."""
    summary = {"visits": {"good": 3}, "blind": [], "faults": [], "exit_code": ended}
    assert _code_of_crawl(summary) == code


def test_mistakes_are_named_with_78_on_the_one_line_of_a_quiet_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with made_world(tmp_path) as world:
        world.watch("设置局")
        world.write()
        monkeypatch.setenv("REPORTWATCH_TIMEOUT", "soon")
        monkeypatch.setenv("REPORTWATCH_CONCURRENCY", "-3")
        monkeypatch.setenv("REPORTWATCH_STALL", " ")  # as good as unset
        settings = world.command("run", "--quiet", now=AFTER)
        world.add_publisher("odd", "甲局", "depratment")
        world.add_publisher("odder", "乙局", "depratment")
        world.write()
        watchlist = world.command("run", "--quiet", now=AFTER)
    for done, words in (
        (settings, ("REPORTWATCH_TIMEOUT is 'soon'", "REPORTWATCH_CONCURRENCY is '-3'")),
        (watchlist, ("publishers.csv:3", "publishers.csv:4")),
    ):
        assert (done.exit_code, len(done.output.splitlines())) == (78, 1), done.output
        assert all(word in done.output for word in words), done.output
        assert "STALL" not in done.output
