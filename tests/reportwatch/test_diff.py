"""`diff` as people meet it: which versions there were, and what was changed between two of them."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from reportwatch.cli import main
from reportwatch.portal.form import MadeReport, report
from reportwatch.portal.pages import Attachment, article, report_page
from tests.reportwatch.world import World, made_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.testing import Result

FIRST, SECOND, THIRD = "2026-01-20T01:00:00Z", "2026-02-01T00:00:00Z", "2026-02-10T00:00:00Z"
VISITS = ("2026-01-19T02:00:00Z", "2026-01-22T02:00:00Z", "2026-02-02T02:00:00Z", "2026-02-12T02:00:00Z")
DAY = "2026-01-20"
OLD, NEW = "本年度没有产生政府信息公开信息处理费。", "本年度收取信息处理费100元。\x1b[31m"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """p0 changed its report and took the change back; p1 never did; p2 has it as a page and, differing, as a file."""
    with made_world(tmp_path_factory.mktemp("versions")) as made:
        for number in range(3):
            column = made.watch(name := f"示范{number}局")
            for year in range(2020, 2024):
                made.site.publish(column, MadeReport(name, year), f"{year + 1}-01-15", since="0000")
            path = made.site.publish(column, MadeReport(name, 2025), DAY, since=FIRST)
            if number == 0:
                first, changed = MadeReport(name, 2025), MadeReport(name, 2025, revision=1)
                made.site.put(path, page(first, report(changed).replace(OLD, NEW)), SECOND)
                made.site.put(path, report_page(first, DAY), THIRD)
            if number == 2:
                href = f"{path.removesuffix('.html')}.doc"
                made.site.put(path, page(MadeReport(name, 2025), report(MadeReport(name, 2025)), href), FIRST)
                body = f"<html><body>{report(MadeReport(name, 2025, revision=1))}</body></html>"
                made.site.put(href, body.encode(), FIRST, "application/msword")
        for visit in VISITS:
            made.visit(visit)
        yield made


def page(made: MadeReport, content: str, *files: str) -> bytes:
    attached = tuple(Attachment(href, f"{made.title}.doc") for href in files)
    return article(made.title, DAY, made.publisher, content, attachments=attached)


def diff(world: World, *words: str) -> Result:
    places = ["--state", str(world.folder / "state"), "--watchlist", str(world.folder / "watchlist")]
    return CliRunner().invoke(main, ["diff", *words, *places])


def test_every_version_is_listed_with_when_it_was_seen(world: World) -> None:
    said = diff(world, "p0", "2025", "--json")
    found = json.loads(said.stdout)["versions"]
    assert [(one["number"], one["first_at"], one["times"]) for one in found] == [
        (1, VISITS[1], 1), (2, VISITS[2], 1), (3, VISITS[3], 1),
    ]  # fmt: skip
    assert found[0]["sha256"] == found[2]["sha256"] != found[1]["sha256"]
    assert [one["stands"] for one in found] == [False, False, True]


def test_the_last_change_is_shown_figure_by_figure_and_sentence_by_sentence(world: World) -> None:
    said = diff(world, "p0", "2025")
    assert said.exit_code == 0
    assert "#2 → #3" in said.output
    assert "行政许可 / 本年处理决定数量  (disclosure.licensing.decisions)" in said.output
    assert "    - 本年度收取信息处理费100元。" in said.output
    assert f"    + {OLD}" in said.output
    assert "\x1b" not in said.output


def test_two_versions_are_chosen_by_number_hash_or_date(world: World) -> None:
    first, second, _ = json.loads(diff(world, "p0", "2025", "--json").stdout)["versions"]
    wanted = diff(world, "p0", "2025", "--from", "1", "--to", "#2").output
    assert "#1 → #2" in wanted
    assert f"    - {OLD}" in wanted
    for before, after in (("2026-01-25", "2026-02-05"), ("2026-01-25", second["sha256"][:8])):
        assert diff(world, "p0", "2025", "--from", before, "--to", after).output == wanted
    assert diff(world, "p0", "2025", "--to", "2").output == wanted
    same = diff(world, "p0", "2025", "--from", "1", "--to", first["sha256"])
    assert "They are the same to the last byte." in same.output


def test_the_file_and_the_page_of_one_report_are_compared_by_their_figures(world: World) -> None:
    said = diff(world, "p2", "2025", "--lang", "zh")
    assert "2 个版本，2 个网址" in said.output
    assert "数字差异（" in said.output
    assert "行政许可 / 本年处理决定数量" in said.output


def test_one_version_is_nothing_to_compare(world: World) -> None:
    said = diff(world, "p1", "2025")
    assert said.exit_code == 0
    assert "Only one version is known" in said.output
    assert "p1" not in diff(world, "p1", "2025", "--lang", "zh").output
    assert "No version of it was ever seen." in diff(world, "p1", "2019").output


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("p0", "2025", "--from", "9"), "names no version"),
        (("p0", "2025", "--from", "zzz"), "names no version"),
        (("p0", "2025", "--from", "2020-01-01"), "names no version"),
        (("p1", "2025", "--from", "1"), "there is no other version"),
        (("nobody", "2025"), "no publisher on the watchlist"),
    ],
)
def test_what_names_nothing_is_wrong_usage(world: World, words: tuple[str, ...], why: str) -> None:
    said = diff(world, *words)
    assert said.exit_code == 2
    assert why in said.output


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        (
            "UPDATE readings SET reader_version = 'old' WHERE document = {}",
            "#2 by version old, so a difference may be ours",
        ),
        (
            "UPDATE readings SET error_kind = 'broken', error_message = 'x' WHERE document = {}",
            "could not be read (broken: x)",
        ),
        ("DELETE FROM readings WHERE document = {}", "was not read yet"),
    ],
)
def test_why_two_versions_cannot_be_compared_is_said(
    world: World, tmp_path: Path, sql: str, why: str
) -> None:
    shutil.copytree(world.folder / "state", tmp_path / "state")
    document = json.loads(diff(world, "p0", "2025", "--json").stdout)["versions"][1]["document"]
    with closing(sqlite3.connect(tmp_path / "state" / "reports.db")) as database, database:
        database.execute(sql.format(document))
    words = [
        "diff",
        "p0",
        "2025",
        "--state",
        str(tmp_path / "state"),
        "--watchlist",
        str(world.folder / "watchlist"),
    ]
    said = CliRunner().invoke(main, [*words, "--from", "1", "--to", "2"])
    assert said.exit_code == 0
    assert "These two cannot be compared" in said.output
    assert why in said.output
    assert "Figures that differ" not in said.output
    found = json.loads(CliRunner().invoke(main, [*words, "--from", "1", "--to", "2", "--json"]).stdout)
    assert (found["comparable"], found["differences"]) == (False, None)
