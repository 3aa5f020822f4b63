"""`reportwatch read`, as a real command on real files."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from reportwatch.lanes import LANES, MIB
from reportwatch.portal.form import MadeReport
from reportwatch.portal.pages import encrypted_pdf, report_page
from reportwatch.reading import Failure, read_all
from reportwatch.shape import lines

MADE = MadeReport("示范市财政局", 2025)


def read(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "reportwatch", "read", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def parsed(path: Path) -> list[dict[str, object]]:
    (_, outcome), *_ = read_all([path])
    return [json.loads(line) for line in lines(str(path), outcome)]


def test_a_made_report_gives_back_every_figure(tmp_path: Path) -> None:
    page = tmp_path / "made.html"
    page.write_bytes(report_page(MADE, "2026-01-20"))
    [report] = parsed(page)
    assert (report["publisher"], report["year"], report["edition"]) == ("示范市财政局", 2025, "2021")
    assert report["figures"] == MADE.figures
    assert not [finding for finding in report["findings"] if finding["level"] != "info"]  # type: ignore[attr-defined]  # JSON


@pytest.mark.parametrize(
    "made",
    [MadeReport("示范市财政局", 2020, edition="2019"), MadeReport("示范市财政局", 2025, wrong_sums=True)],
    ids=["edition 2019", "wrong sums"],
)
def test_other_editions_and_wrong_sums_are_read_as_printed(tmp_path: Path, made: MadeReport) -> None:
    page = tmp_path / "made.html"
    page.write_bytes(report_page(made, "2026-01-20"))
    [report] = parsed(page)
    assert report["figures"] == made.figures


def test_wrong_sums_are_printed_errors_with_both_sides(tmp_path: Path) -> None:
    made = MadeReport("示范市财政局", 2025, wrong_sums=True)
    page = tmp_path / "wrong.html"
    page.write_bytes(report_page(made, "2026-01-20"))
    found = [finding for finding in parsed(page)[0]["findings"] if finding["kind"] == "printed_error"]  # type: ignore[attr-defined]  # JSON
    review = next(finding for finding in found if finding["keys"] == ["disputes.review.total"])
    assert review["right"] == made.figures["disputes.review.total"]
    assert review["left"] == review["right"] - 5


def test_a_gbk_page_reads_like_a_utf8_page(tmp_path: Path) -> None:
    page = tmp_path / "gbk.html"
    page.write_bytes(report_page(MADE, "2026-01-20", charset="gbk"))
    assert parsed(page)[0]["figures"] == MADE.figures


def test_two_reports_on_a_page_are_two_lines(tmp_path: Path) -> None:
    page = tmp_path / "two.html"
    page.write_bytes(report_page(MADE, "2026-01-20", also=[MadeReport("示范市教育局", 2025)]))
    reports = parsed(page)
    assert [(report["part"], report["publisher"]) for report in reports] == [
        (1, "示范市财政局"),
        (2, "示范市教育局"),
    ]


def test_bad_files_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "empty.pdf").write_bytes(b"")
    (tmp_path / "locked.pdf").write_bytes(encrypted_pdf())
    (tmp_path / "error.html").write_text(
        "<html><h1>404</h1><p>您访问的页面不存在</p></html>", encoding="utf-8"
    )
    (tmp_path / "letter.txt").write_text("Dear Sir", encoding="utf-8")
    (tmp_path / "good.html").write_bytes(report_page(MADE, "2026-01-20"))
    names = ["empty.pdf", "locked.pdf", "error.html", "letter.txt", "absent.pdf", "good.html"]
    done = read(*(tmp_path / name for name in names), "--format", "json")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [Path(line["file"]).name for line in told] == names
    assert all(line["error"]["kind"] and line["error"]["message"] for line in told[:-1])
    assert told[-1]["figures"] == MADE.figures
    assert done.returncode == 65
    assert "Traceback" not in done.stderr


def test_the_csv_has_a_row_for_each_figure(tmp_path: Path) -> None:
    page = tmp_path / "made.html"
    page.write_bytes(report_page(MADE, "2026-01-20"))
    done = read(page, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert len(rows) == 200
    assert {row["key"]: int(row["value"]) for row in rows} == MADE.figures
    assert done.returncode == 0


def test_the_table_names_publisher_year_and_faults(tmp_path: Path) -> None:
    page = tmp_path / "wrong.html"
    page.write_bytes(report_page(MadeReport("示范市财政局", 2025, wrong_sums=True), "2026-01-20"))
    done = read(page)
    assert "示范市财政局" in done.stdout
    assert "printed_error" in done.stdout
    assert "第一项加第二项之和，等于第三项加第四项之和" in done.stdout  # on what the rule rests


@pytest.fixture
def booklet(tmp_path: Path) -> Path:
    """A page with so many reports that reading it takes more than a second."""
    page = tmp_path / "booklet.html"
    page.write_bytes(
        report_page(MADE, "2026-01-20", also=[MadeReport(f"示范市第{n}局", 2025) for n in range(300)])
    )
    return page


def test_a_document_that_takes_too_long_is_a_timeout_and_the_next_is_read(
    tmp_path: Path, booklet: Path
) -> None:
    quick = tmp_path / "made.html"
    quick.write_bytes(report_page(MADE, "2026-01-20"))
    [(_, slow), (_, next_one)] = read_all(
        [booklet, quick], lanes=[replace(LANES[0], memory=LANES[-1].memory, seconds=0.3, workers=1)]
    )
    assert isinstance(slow, Failure)
    assert slow.kind == "timeout"
    assert not isinstance(next_one, Failure)


def test_a_document_that_wants_too_much_memory_ends_its_worker_only(booklet: Path) -> None:
    [(_, outcome), (_, again)] = read_all(
        [booklet, booklet], lanes=[replace(LANES[0], memory=64 * MIB, workers=1)]
    )
    assert isinstance(outcome, Failure)
    assert isinstance(again, Failure)
    assert outcome.kind in {"memory", "crashed", "broken"}  # lxml cannot say that it lacked memory


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    [(_, outcome)] = read_all([tmp_path / "pipe"])
    assert outcome == Failure("unopened", "cannot be opened: it is no regular file")
