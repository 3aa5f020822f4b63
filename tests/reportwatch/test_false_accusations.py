"""Everything that could make us accuse somebody falsely. "Cannot tell" is never "missing", and never "late"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reportwatch.portal.form import MadeReport
from reportwatch.portal.pages import Column, Row, report_page
from reportwatch.portal.troubles import TROUBLES
from tests.reportwatch.world import World, made_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ACCUSED = {"missing", "late"}
BEFORE, AFTER, LATER, RECOVERED = (
    "2026-01-22T02:00:00Z", "2026-02-10T02:00:00Z", "2026-02-14T02:00:00Z", "2026-02-25T02:00:00Z",
)  # fmt: skip
BROKEN = {"since": "2026-01-25T00:00:00Z", "until": "2026-02-20T00:00:00Z"}
KINDS = sorted(TROUBLES)


def with_earlier_years(world: World, column: str, name: str) -> None:
    """Reports that were there before anybody watched, so that no list is ever empty."""
    for year in range(2017, 2024):
        world.site.publish(column, MadeReport(name, year), f"{year + 1}-01-15", since="0000")


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[dict[str, str]]]:
    """The statuses after each visit, of publishers whose lists fall into each trouble before the due date.

    Each publishes in time, on 28 January, while nobody can see it.
    """
    with made_world(tmp_path_factory.mktemp("troubles")) as world:
        for kind in KINDS:
            name = f"示范{KINDS.index(kind)}局"
            column = world.watch(name)
            with_earlier_years(world, column, name)
            world.site.publish(column, MadeReport(name, 2025), "2026-01-28", since="2026-01-28T02:00:00Z")
            world.site.disturb(kind, column, **BROKEN)
        seen = []
        for now in (BEFORE, AFTER, LATER, RECOVERED):
            world.visit(now)
            seen.append({kind: world.status(f"示范{KINDS.index(kind)}局") for kind in KINDS})
        yield seen


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_in_trouble_accuses_nobody(troubled: list[dict[str, str]], kind: str) -> None:
    before, after, later, recovered = (statuses[kind] for statuses in troubled)
    assert before == "awaited"
    assert (after, later) == ("unknown", "unknown")
    assert recovered == "on time by its own date"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with made_world(tmp_path, sites=2) as made:
        yield made


def test_an_old_year_that_nobody_watched_is_not_found_and_not_missing(world: World) -> None:
    column = world.watch("旧年局", from_year=2015)
    world.site.publish(column, MadeReport("旧年局", 2025), "2026-01-20", since="0000")
    world.visit("2026-02-10T02:00:00Z")
    statuses = {row["year"]: row["status"] for row in world.rows("SELECT year, status FROM report_status")}
    assert {statuses[year] for year in range(2015, 2025)} == {"not found"}
    assert statuses[2025] == "on time by its own date"


def test_a_first_crawl_in_may_accuses_nobody_of_what_it_did_not_see(world: World) -> None:
    names = ("有日期局", "无日期局", "没有局")
    columns = {name: world.watch(name) for name in names}
    for name in names:
        with_earlier_years(world, columns[name], name)
    world.site.publish(columns["有日期局"], MadeReport("有日期局", 2025), "2026-01-20", since="0000")
    world.site.publish(
        columns["无日期局"], MadeReport("无日期局", 2025), "2026-01-20", since="0000", dated=False
    )
    for now in ("2026-05-10T02:00:00Z", "2026-05-12T02:00:00Z", "2026-05-20T02:00:00Z"):
        world.visit(now)
    assert world.status("有日期局") == "on time by its own date"
    assert world.status("无日期局") == "published, timing unproved"
    assert world.status("没有局") == "not found"
    assert not world.rows("SELECT 1 FROM incidents WHERE kind = 'missing'")


def test_a_stopped_portal_accuses_nobody(world: World) -> None:
    column = world.watch("停机局")
    with_earlier_years(world, column, "停机局")
    world.visit(BEFORE)
    world.site.stop()
    for now in (AFTER, LATER, RECOVERED):
        world.visit(now)
        assert world.status("停机局") == "unknown"
    assert not world.rows("SELECT 1 FROM incidents WHERE kind = 'missing'")
    world.site.start()


def test_a_second_page_that_cannot_be_had_accuses_nobody(world: World) -> None:
    column = world.watch("两页局")  # five rows a page; the report is on the second
    world.site.publish(column, MadeReport("两页局", 2025), "2026-01-20", since="2026-01-25T02:00:00Z")
    with_earlier_years(world, column, "两页局")
    world.visit(BEFORE)
    world.site.disturb("not found", column + "index_1.html", since="2026-01-24T00:00:00Z")
    for now in (AFTER, LATER):
        world.visit(now)
        assert world.status("两页局") not in ACCUSED


def test_a_list_that_moved_accuses_nobody_until_somebody_looks(world: World) -> None:
    column = world.watch("搬家局")
    with_earlier_years(world, column, "搬家局")
    world.visit(BEFORE)
    world.site.add_column(Column("/new/", "搬家局政府信息公开年报", per_page=5))
    with_earlier_years(world, "/new/", "搬家局")
    world.site.publish("/new/", MadeReport("搬家局", 2025), "2026-01-28", since="2026-01-28T02:00:00Z")
    world.site.disturb("not found", column, since="2026-01-25T00:00:00Z")
    for now in (AFTER, LATER):
        world.visit(now)
        assert world.status("搬家局") == "unknown"
    world.sources = [source.replace(column, "/new/") for source in world.sources]
    world.visit(RECOVERED)
    assert world.status("搬家局") == "on time by its own date"


def test_a_report_under_a_former_name_accuses_nobody_and_an_alias_repairs_the_past(world: World) -> None:
    column = world.watch("示范市数据局")
    with_earlier_years(world, column, "示范市大数据管理局")
    world.site.publish(
        column, MadeReport("示范市大数据管理局", 2025), "2026-01-20", since="2026-01-20T02:00:00Z"
    )
    for now in (BEFORE, AFTER, LATER):
        world.visit(now)
        assert world.status("示范市数据局") not in ACCUSED
    assert world.status("示范市数据局") == "unknown"
    world.publishers = [row.replace("test,,,", "test,,示范市大数据管理局,") for row in world.publishers]
    world.visit(RECOVERED)
    assert world.status("示范市数据局") == "on time"


def test_a_title_without_a_year_accuses_nobody(world: World) -> None:
    column = world.watch("无年份局")
    with_earlier_years(world, column, "无年份局")
    path = world.site.publish(
        column, MadeReport("无年份局", 2025), "2026-01-20", since="2026-01-20T02:00:00Z"
    )
    world.site.disturb("unavailable", path)  # the page behind the entry cannot be read
    listed = Row(path, "无年份局政府信息公开工作年度报告", "")
    world.site.relist(column, listed, since="2026-01-20T02:00:00Z")
    for now in (BEFORE, AFTER, LATER):
        world.visit(now)
        assert world.status("无年份局") not in ACCUSED


def test_a_wrong_year_in_the_title_accuses_nobody(world: World) -> None:
    column = world.watch("错年局")
    with_earlier_years(world, column, "错年局")
    made = MadeReport("错年局", 2025, title_year=2024)
    world.site.publish(column, made, "2026-01-20", since="2026-01-20T02:00:00Z")
    for now in (BEFORE, AFTER, LATER):
        world.visit(now)
        assert world.status("错年局") not in ACCUSED


def test_a_report_revised_after_the_due_date_is_still_on_time(world: World) -> None:
    column = world.watch("修订局")
    made = MadeReport("修订局", 2025)
    path = world.site.publish(column, made, "2026-01-20", since="2026-01-20T02:00:00Z")
    world.site.revise(
        path, MadeReport("修订局", 2025, revision=1), "2026-02-20", since="2026-02-20T02:00:00Z"
    )
    for now in (BEFORE, AFTER, RECOVERED, "2026-03-05T02:00:00Z"):
        world.visit(now)
        assert world.status("修订局") in {"awaited", "on time"}
    assert world.status("修订局") == "on time"
    assert world.rows("SELECT 1 FROM events WHERE kind = 'revised'")


def test_on_the_due_date_itself_is_on_time(world: World) -> None:
    column = world.watch("压线局")
    with_earlier_years(world, column, "压线局")
    world.visit(BEFORE)
    world.site.publish(column, MadeReport("压线局", 2025), "2026-01-31", since="2026-01-31T15:00:00Z")
    world.visit("2026-01-31T15:59:59Z")
    assert world.status("压线局") == "on time"


def test_a_supplied_document_is_never_late_by_a_visit(world: World, tmp_path: Path) -> None:
    world.watch("只给人看局")
    world.site.disturb("firewall", "/nb0/")
    world.visit(BEFORE)
    world.visit(AFTER)
    page = tmp_path / "report.html"
    page.write_bytes(report_page(MadeReport("只给人看局", 2025), None))
    done = world.command(
        "import", str(page), "--publisher", "只给人看局", "--year", "2025", "--url", "https://example.gov.cn/a.html",
        "--by", "记者", now=LATER,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    world.visit(RECOVERED)
    assert world.status("只给人看局") == "published, timing unproved"


def test_an_attested_absence_makes_nobody_missing(world: World) -> None:
    world.watch("被证明局")
    world.site.disturb("firewall", "/nb0/")
    world.visit(BEFORE)
    done = world.command(
        "import", "--absent", "--publisher", "被证明局", "--year", "2025", "--url", "https://example.gov.cn/",
        "--by", "记者", now=AFTER,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    world.visit(LATER)
    assert world.status("被证明局") == "unknown"
    assert "记者" in world.command("explain", "被证明局", "2025").output


def test_a_check_after_a_crawl_whose_reading_failed_accuses_nobody(world: World) -> None:
    column = world.watch("未读局")
    with_earlier_years(world, column, "未读局")
    world.visit(BEFORE)
    world.site.publish(column, MadeReport("未读局", 2025), "2026-01-28", since="2026-01-28T02:00:00Z")
    world.portal.turn_to(AFTER)
    assert world.command("crawl", now=AFTER).exit_code == 0
    assert world.command("check", now=AFTER).exit_code == 0
    assert world.status("未读局") == "on time by its own date"
