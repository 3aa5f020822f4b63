"""What people bring stands beside what was crawled, marked as theirs, and accuses nobody."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from reportwatch.portal.form import MadeReport, report
from reportwatch.portal.pages import report_page
from tests.reportwatch.world import World, made_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.testing import Result

NAME, OTHER = "示范市财政局", "示范市教育局"
BEFORE, AFTER, LATER = "2026-01-22T02:00:00Z", "2026-02-10T02:00:00Z", "2026-02-20T02:00:00Z"
SEEN = "2026-02-09T02:00:00Z"


@contextmanager
def visited(folder: Path) -> Iterator[World]:
    """Two departments on lists that never show the report of 2025, read well before and after the due date."""
    with made_world(folder) as made:
        for name in (NAME, OTHER):
            column = made.watch(name)
            for year in range(2020, 2025):
                made.site.publish(column, MadeReport(name, year), f"{year + 1}-01-15", since="0000")
        for visit in (BEFORE, AFTER):
            made.visit(visit)
        yield made


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with visited(tmp_path_factory.mktemp("import")) as made:
        shutil.copytree(made.folder / "state", made.folder / "before")
        yield made


@pytest.fixture
def world(shared: World) -> World:
    """What the visits left, whatever the tests before did to it."""
    shutil.rmtree(shared.folder / "state")
    shutil.copytree(shared.folder / "before", shared.folder / "state")
    return shared


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[World]:
    """A world of its own, for a test that changes the site."""
    with visited(tmp_path) as made:
        yield made


def file(world: World, name: str, body: bytes) -> Path:
    path = world.folder / name
    path.write_bytes(body)
    return path


def page(name: str = NAME, year: int = 2025) -> bytes:
    return report_page(MadeReport(name, year), None)


def bring(world: World, *words: str | Path, by: str = "A. Reader", url: str = "", now: str = LATER) -> Result:
    address = url or world.site.url("/nb0/x.html")
    more = ["--publisher", NAME, "--year", "2025", "--url", address, "--by", by]
    return world.command("import", *map(str, words), *more, now=now)


def brought(world: World) -> list[tuple[object, ...]]:
    """Everything that an import writes."""
    tables = (
        "SELECT * FROM documents",
        "SELECT * FROM captures",
        "SELECT * FROM supplies",
        "SELECT * FROM readings",
    )
    return [tuple(row) for table in tables for row in world.rows(table)]


def status(world: World, now: str = LATER) -> str:
    world.command("check", now=now)
    return world.status(NAME)


def test_it_counts_as_published_and_says_who_brought_it_and_when(world: World) -> None:
    assert status(world, AFTER) == "missing"
    done = bring(
        world, file(world, "report.html", page()), "--seen-at", SEEN, "--note", "from the office's desk"
    )
    assert done.exit_code == 0, done.output
    assert f"it calls itself the report of {NAME} for 2025, 200 figures" in done.output
    assert status(world) == "published, timing unproved"
    said = world.command("explain", NAME, "2025").output
    assert "No visit of ours saw it: it is known from what A. Reader supplied on 2026-02-09 10:00." in said
    assert "supplied by A. Reader on 2026-02-09 10:00 as report.html: from the office's desk" in said
    assert (
        "由A. Reader于 2026-02-09 10:00 提供" in world.command("explain", NAME, "2025", "--lang", "zh").output
    )
    rows = [json.loads(line) for line in world.command("status", NAME, "2025", "--json").stdout.splitlines()]
    assert [(row["supplied_by"], row["crawled"]) for row in rows] == [("A. Reader", 0)]
    assert "supplied by A. Reader" in " ".join(world.command("status", NAME, "2025").stdout.split())


def test_two_files_of_one_report_are_two_documents_of_it(world: World) -> None:
    files = [
        file(world, "report.html", page()),
        file(world, "report.doc", report(MadeReport(NAME, 2025)).encode()),
    ]
    assert bring(world, *files).exit_code == 0
    (row,) = world.rows(
        "SELECT count(DISTINCT r.report) AS reports, count(*) AS documents FROM readings r"
        " JOIN latest_documents d ON d.id = r.document AND d.supplied_by IS NOT NULL WHERE r.match = 'supplied'"
    )
    assert (row["reports"], row["documents"]) == (1, 2)


def test_the_same_again_changes_nothing_and_another_person_is_added(world: World) -> None:
    found = file(world, "report.html", page())
    bring(world, found, "--seen-at", SEEN)
    before = brought(world)
    again = bring(world, found, now="2026-02-21T02:00:00Z")
    assert "already known as document" in again.output
    assert brought(world) == before
    bring(world, found, by="B. Writer", now="2026-02-22T02:00:00Z")
    assert [row["by"] for row in world.rows("SELECT by FROM supplies ORDER BY by")] == [
        "A. Reader",
        "B. Writer",
    ]
    assert "supplied by B. Writer on 2026-02-22 10:00" in world.command("explain", NAME, "2025").output


@pytest.mark.parametrize(
    ("body", "verdict", "words"),
    [
        (page(OTHER), "says otherwise", f"it calls itself the report of {OTHER} for 2025"),
        (page("别处市财政局"), "says otherwise", "it calls itself the report of 别处市财政局"),
        (page(NAME, 2024), "says otherwise", f"the report of {NAME} for 2024"),
        (b"<html><body><p>\xe5\x85\xb3\xe4\xba\x8e\xe6\x94\xbe\xe5\x81\x87\xe7\x9a\x84\xe9\x80\x9a\xe7\x9f\xa5</p></body></html>", "no report", "no report was found in it"),
    ],
)  # fmt: skip
def test_what_the_document_contradicts_is_kept_told_and_counts_as_nothing(
    world: World, body: bytes, verdict: str, words: str
) -> None:
    found = file(world, "report.html", body)
    done = bring(world, found)
    assert done.exit_code == 65
    assert words in done.output
    (line,) = bring(world, found, "--json").stdout.splitlines()
    assert json.loads(line)["verdict"] == verdict
    assert len(world.rows("SELECT 1 FROM documents WHERE supplied_by IS NOT NULL")) == 1
    assert status(world) == "unknown"  # a person says that it is there: nobody is accused
    assert not world.rows("SELECT 1 FROM latest_figures WHERE year = 2025")
    assert "counts as nothing" in world.command("explain", NAME, "2025").output


def test_it_is_never_late_and_never_withdrawn(fresh: World) -> None:
    bring(fresh, file(fresh, "report.html", page()), "--seen-at", "2026-02-20T01:00:00Z")
    for now in (
        "2026-02-21T02:00:00Z",
        "2026-02-25T02:00:00Z",
        "2026-03-01T02:00:00Z",
        "2026-03-08T02:00:00Z",
    ):
        fresh.visit(now)
        assert fresh.status(NAME) == "published, timing unproved"


def test_bytes_that_a_visit_finds_later_are_our_evidence_and_the_supply_stays_visible(fresh: World) -> None:
    body = report_page(MadeReport(NAME, 2025), "2026-02-15")
    bring(fresh, file(fresh, "report.html", body), "--seen-at", SEEN)
    fresh.site.publish("/nb0/", MadeReport(NAME, 2025), "2026-02-15", since="2026-02-22T00:00:00Z")
    fresh.visit("2026-02-22T02:00:00Z")
    (row,) = fresh.rows(
        "SELECT d.supplied_by FROM latest_readings r JOIN documents d ON d.id = r.document WHERE r.year = 2025"
    )
    assert row["supplied_by"] is None
    said = fresh.command("explain", NAME, "2025").output
    assert "A document of it was also supplied by A. Reader on 2026-02-09 10:00." in said
    assert "a visit of ours found the same bytes" in said


def test_an_attested_absence_is_shown_and_an_address_elsewhere_is_noted(world: World) -> None:
    done = bring(world, "--absent", "--seen-at", SEEN, url="https://elsewhere.example.com/nb/")
    assert done.exit_code == 0
    assert "note: https://elsewhere.example.com/nb/ is on none of the hosts" in done.output
    said = world.command("explain", NAME, "2025").output
    assert "A. Reader looked at https://elsewhere.example.com/nb/" in said
    assert "on none of the hosts of its list pages" in said
    bring(world, "--absent", "--seen-at", SEEN)
    assert len(world.rows("SELECT 1 FROM attestations")) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--seen-at", "2027-01-01"], "it cannot have been seen at"),
        (["--seen-at", "2025-06-01"], "a report for 2025 cannot have been seen"),
        (["--seen-at", "soon"], "is no time"),
    ],
)
def test_a_moment_that_cannot_be_is_refused(world: World, words: list[str], told: str) -> None:
    done = bring(world, file(world, "report.html", page()), *words)
    assert done.exit_code == 2
    assert told in done.output
    assert not world.rows("SELECT 1 FROM documents WHERE supplied_by IS NOT NULL")


HEAD = "file,absent,publisher,year,url,by,seen_at,note\n"


def test_a_table_of_many_is_taken_in_at_once(world: World) -> None:
    file(world, "a.html", page())
    file(world, "b.html", page(OTHER))
    address = world.site.url("/nb0/x.html")
    table = file(world, "many.csv", (
        f"\ufeff{HEAD}a.html,,{NAME},2025,{address},A. Reader,2026-02-09,\nb.html,,{OTHER},2025,{address},A. Reader,2026-02-09,\n"
        f",yes,{NAME},2024,{address},B. Writer,2026-02-09,looked twice\n"
    ).encode())  # fmt: skip
    done = world.command("import", "--from-csv", str(table), "--json", now=LATER)
    assert done.exit_code == 0, done.output
    assert [json.loads(line)["verdict"] for line in done.stdout.splitlines()] == ["taken", "taken", "absent"]
    assert len(world.rows("SELECT 1 FROM supplies")) == 2


def test_every_mistake_of_a_table_is_told_and_nothing_is_imported(world: World) -> None:
    file(world, "a.html", page())
    table = file(world, "many.csv", (
        f"{HEAD}a.html,,{NAME},2025,https://a.gov.cn/,A,,\n,,{NAME},2025,https://a.gov.cn/,A,,\n"
        f"a.html,,没有这个局,2025,https://a.gov.cn/,A,,\na.html,,{NAME},25,ftp://a.gov.cn/,A,,\n"
    ).encode())  # fmt: skip
    done = world.command("import", "--from-csv", str(table), now=LATER)
    assert done.exit_code == 65
    assert [f"many.csv:{line}:" in done.output for line in (2, 3, 4, 5)] == [False, True, True, True]
    assert not world.rows("SELECT 1 FROM documents WHERE supplied_by IS NOT NULL")
    assert world.command("import", "--from-csv", str(table), "--by", "A", now=LATER).exit_code == 2


def test_a_table_with_other_columns_is_refused(world: World) -> None:
    table = file(world, "many.csv", b"file,who\na.html,x\n")
    done = world.command("import", "--from-csv", str(table), now=LATER)
    assert done.exit_code == 65
    assert "unknown: who" in done.output
