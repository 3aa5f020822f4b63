"""`parse --again` on a real archive: the same figures to the last byte, and what a person sees of a difference."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from filelock import FileLock

from reportwatch import ROOT
from reportwatch.cli import main
from store.archive import Archive
from store.crawls import keep_document
from store.database import open_database
from store.paths import StatePaths

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

NOW, LATER = "2026-02-01T04:00:00Z", "2026-03-01T04:00:00Z"
SAMPLES = sorted((ROOT / "tests" / "samples").glob("*/body.*"))
RECEIVED = "requests.received.total"


def command(state: Path, *words: str, now: str = LATER) -> Result:
    return CliRunner().invoke(main, [*words, "--state", str(state), "--now", now])


def fill(state: Path, samples: list[Path]) -> None:
    """An archive of these documents, read for the first time."""
    database, archive = open_database(StatePaths(state).database), Archive(StatePaths(state).raw)
    for sample in samples:
        keep_document(
            database, archive, url=f"http://example.gov.cn/{sample.parent.name}/{sample.name}", body=sample.read_bytes(),
            media_type="application/octet-stream", now=NOW, status=200,
        )  # fmt: skip
    database.close()
    assert command(state, "parse", now=NOW).exit_code in (0, 65)


def rows(state: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(StatePaths(state).database)) as database:
        return database.execute(sql).fetchall()


def everything(state: Path) -> dict[str, list[tuple[object, ...]]]:
    return {
        name: rows(state, f"SELECT * FROM {name} ORDER BY 1, 2")  # noqa: S608 - our own names
        for name in ("readings", "figures", "sections", "alternatives", "notes", "findings")
    }


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Three pages and a text, read."""
    wanted = ("pingtan-2020", "pingtan-2024", "shanghai-office-2019", "text-zhoukou-2022")
    fill(tmp_path, [sample for sample in SAMPLES if sample.parent.name in wanted])
    return tmp_path


def spoil(state: Path) -> None:
    """As an older version might have read it: another number, a figure it was unsure of, a finding of its own."""
    with closing(sqlite3.connect(StatePaths(state).database)) as database, database:
        database.execute("UPDATE readings SET reader_version = 'old'")
        first, second = (row[0] for row in database.execute("SELECT id FROM readings ORDER BY id LIMIT 2"))
        (key,) = database.execute("SELECT id FROM figure_keys WHERE key = ?", [RECEIVED]).fetchone()
        database.execute(
            "UPDATE figures SET value = 999, text = '999' WHERE key = ? AND reading = ?", [key, first]
        )
        database.execute(
            "UPDATE figures SET value = NULL, state = 'unsure' WHERE key = ? AND reading = ?", [key, second]
        )
        database.execute(
            "INSERT INTO findings (reading, rule, kind, level, message, message_zh, fingerprint) VALUES (?, 'made', 'form', 'info', 'gone', '', '')",
            [first],
        )


def is_the_same(state: Path, samples: list[Path]) -> None:
    fill(state, samples)
    done = command(state, "parse", "--again", "--json")
    found = json.loads(done.stdout.splitlines()[0])
    assert (done.exit_code, found["documents"], found["same"]) == (0, len(samples), len(samples)), found
    assert found["changes"] == []


def test_the_same_readers_on_the_same_bytes_give_the_same_figures_to_the_last_byte(tmp_path: Path) -> None:
    """One document of each kind that is read without OCR."""
    kinds = {sample.suffix: sample for sample in SAMPLES if "-s" not in sample.parent.name}
    is_the_same(tmp_path, [one for kind, one in kinds.items() if kind != ".tiff"])


@pytest.mark.campaign
def test_the_whole_corpus_gives_the_same_figures_to_the_last_byte(tmp_path: Path) -> None:
    """All samples, scans too: minutes."""
    is_the_same(tmp_path, SAMPLES)


def test_without_an_upgrade_parse_reads_what_is_new_and_nothing_else(state: Path) -> None:
    before = everything(state)
    said = command(state, "parse")
    assert said.exit_code == 0
    assert "read 0 new documents" in said.output
    assert "another version" not in said.output
    assert everything(state) == before


def test_what_an_older_version_read_stays_and_is_said(state: Path) -> None:
    spoil(state)
    before = everything(state)
    said = command(state, "parse")
    assert "read 0 new documents" in said.output
    assert "4 documents stand as another version of the readers read them" in said.output
    after = everything(state)
    assert all(after[name] == before[name] for name in before if name != "findings")  # those get fingerprints


def test_a_trial_says_what_would_change_figure_by_figure_and_changes_nothing(state: Path) -> None:
    spoil(state)
    before = everything(state)
    done = command(state, "parse", "--again")
    assert done.exit_code == 12
    assert "4 documents (4 read now), 2 the same, 2 differ" in done.output
    assert "2 figures differ (1 unsure before, 0 unsure now); findings: 0 came, 1 went" in done.output
    assert f"figure {RECEIVED}: 999 → " in done.output
    assert f"figure {RECEIVED}: unsure (" in done.output
    assert "finding made: gone → –" in done.output
    assert everything(state) == before


def test_a_promotion_puts_the_trial_in_force_and_undoing_it_what_stood_before(state: Path) -> None:
    spoil(state)
    before = [row[2:] for row in everything(state)["figures"]]
    again = json.loads(command(state, "parse", "--again", "--json").stdout)
    wanted = {(one["key"], one["after"]) for one in again["changes"] if one["what"] == "figure"}
    assert command(state, "parse", "--promote").exit_code == 0
    assert (RECEIVED, "999") not in wanted
    assert rows(state, "SELECT DISTINCT reader_version, rereading FROM readings") != [("old", None)]
    assert "another version" not in command(state, "parse").output
    assert json.loads(command(state, "parse", "--again", "--json").stdout)["differ"] == 0
    assert command(state, "parse", "--discard").exit_code == 0
    assert command(state, "parse", "--rollback").exit_code == 0
    assert rows(state, "SELECT DISTINCT reader_version, rereading FROM readings") == [("old", None)]
    assert sorted(map(str, before)) == sorted(str(row[2:]) for row in everything(state)["figures"])


@pytest.mark.parametrize("words", [["--promote"], ["--discard"], ["--rollback"], ["2025"]])
def test_what_cannot_be_done_is_wrong_usage_and_says_what_to_do(state: Path, words: list[str]) -> None:
    done = command(state, "parse", *words)
    assert done.exit_code == 2
    assert "--again" in done.output or "only the last one" in done.output


def test_two_decisions_at_once_are_none(state: Path) -> None:
    done = command(state, "parse", "--promote", "--discard")
    assert (done.exit_code, done.output) == (2, "reportwatch: one at a time: --promote or --discard\n")


def test_a_trial_that_is_killed_goes_on_where_it_stopped(state: Path) -> None:
    spoil(state)
    before = everything(state)
    child = subprocess.Popen(
        [sys.executable, "-m", "reportwatch", "parse", "--again", "--state", str(state), "--now", LATER],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    noted = "SELECT count(*) FROM reread_documents WHERE result IS NOT NULL"
    until = time.monotonic() + 60
    while child.poll() is None and time.monotonic() < until and not rows(state, noted)[0][0]:
        time.sleep(0.005)
    child.send_signal(signal.SIGKILL)
    child.wait()
    done = rows(state, noted)[0][0]
    assert rows(state, "PRAGMA integrity_check") == [("ok",)]
    assert everything(state) == before
    found = json.loads(command(state, "parse", "--again", "--json").stdout)
    assert (found["documents"], found["differ"]) == (4, 2)
    assert done
    assert found["read"] == 4 - int(str(done))


def test_another_scope_or_readers_do_not_go_on_with_a_trial(state: Path) -> None:
    assert command(state, "parse", "--again").exit_code == 0
    with closing(sqlite3.connect(StatePaths(state).database)) as database, database:
        database.execute("UPDATE rereadings SET reader_version = 'old'")
    refused = command(state, "parse", "--again")
    assert refused.exit_code == 2
    assert "--discard" in refused.output


def test_a_document_that_cannot_be_read_any_more_is_told_before_it_is_lost(state: Path) -> None:
    with closing(sqlite3.connect(StatePaths(state).database)) as database, database:
        (sha256,) = database.execute("SELECT sha256 FROM documents ORDER BY id LIMIT 1").fetchone()
        database.execute(
            "UPDATE documents SET sha256 = ? WHERE id = 1",
            [Archive(StatePaths(state).raw).put(b"%PDF-1.4 cut")],
        )
    done = command(state, "parse", "--again")
    assert done.exit_code == 65
    assert "1 documents that were read are not any more" in done.output
    assert "document: 1 reports → " in done.output
    assert rows(state, "SELECT error_kind FROM readings WHERE document = 1") == [(None,)]
    Archive(StatePaths(state).raw).path(sha256).unlink()


def test_a_file_that_is_not_there_says_nothing_and_is_tried_again(state: Path) -> None:
    archive = Archive(StatePaths(state).raw)
    (sha256,) = rows(state, "SELECT sha256 FROM documents ORDER BY id LIMIT 1")[0]
    path = archive.path(str(sha256))
    body = path.read_bytes()
    path.unlink()
    done = command(state, "parse", "--again")
    assert done.exit_code == 74
    assert "1 could not be tried and stay as they are" in done.output
    path.write_bytes(body)
    assert command(state, "parse", "--again").exit_code == 0


def test_a_run_goes_on_beside_a_trial_and_no_decision_is_made_beside_a_run(state: Path) -> None:
    with FileLock(StatePaths(state).lock):
        assert command(state, "parse", "--again").exit_code == 0
        busy = command(state, "parse", "--promote")
    assert busy.exit_code == 75
    with FileLock(StatePaths(state).reread_lock):
        assert command(state, "parse").exit_code == 0
        assert command(state, "parse", "--again").exit_code == 75
    assert command(state, "parse", "--promote").exit_code == 0
