"""Matching everything again: repeatable, and never more certain than what was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from parsers.model import Parsed
from store.matched import rematch
from store.readings import save_readings, save_unreadable
from tests.store.world import PAGE, TITLE, URL, at

if TYPE_CHECKING:
    from tests.store.world import World

AT = at("2025-02-01")
SUMMARY = "2024年政府信息公开年报汇总"


def link(world: World) -> dict[str, Any]:
    return next(iter(world.db.query("SELECT match, year, kind, report FROM links")))


def changes(world: World) -> int:
    return int(world.db.conn.total_changes)


def test_a_second_time_changes_nothing(world: World) -> None:
    world.visit(
        "2025-01-20", TITLE, (f"{URL}2", "某局2024年政府信息公开年报", None), (f"{URL}3", SUMMARY, None)
    )
    world.read(world.keep("2025-01-20"), "周口市财政局", 2024)
    rematch(world.db, AT)
    before = changes(world)
    rematch(world.db, AT)
    assert changes(world) == before


def test_reports_are_made_on_demand(world: World) -> None:
    world.visit("2025-01-20", (PAGE, TITLE.replace("2024", "2016"), None))
    rematch(world.db, AT)
    assert world.db.execute("SELECT year, owed FROM reports WHERE year = 2016").fetchall() == [(2016, 0)]


def test_a_link_without_year_gets_it_from_its_document(world: World) -> None:
    world.visit("2025-01-20", "周口市财政局政府信息公开工作年度报告")
    world.read(world.keep("2025-01-20"), None, 2024)
    assert world.status("2025-02-10") == "on time"


def two_reports(world: World) -> None:
    world.watch("zk-sj", "周口市审计局")
    world.watch("zk-tj", "周口市统计局")
    for publisher in ("zk-sj", "zk-tj"):
        world.owe(publisher=publisher)
    parts = [
        Parsed(name, 2024, None, "2021", (), (), (), "html") for name in ("周口市财政局", "周口市审计局")
    ]
    save_readings(world.db, world.keep("2025-02-03"), "1", parts, AT)


def test_reports_read_from_one_page_are_each_their_publishers(world: World) -> None:
    world.visit("2025-02-03", "2024年政府信息公开年度报告")
    two_reports(world)
    statuses = [world.status("2025-02-10", publisher) for publisher in ("zk-cz", "zk-sj", "zk-tj")]
    assert statuses == ["published, timing unproved", "published, timing unproved", "missing"]
    assert link(world)["match"] == "by its documents"


@pytest.mark.parametrize(
    "title", [SUMMARY, "周口市2024年政府信息公开年报汇总", "周口市财政局等2024年政府信息公开年报汇总"]
)
def test_a_summary_may_hold_more_than_was_read(world: World, title: str) -> None:
    world.visit("2025-02-03", title)
    two_reports(world)
    statuses = [world.status("2025-02-10", publisher) for publisher in ("zk-cz", "zk-sj", "zk-tj")]
    assert statuses == ["published, timing unproved", "published, timing unproved", "unknown"]


def test_a_report_that_calls_itself_consolidated_is_its_publishers(world: World) -> None:
    world.visit("2025-01-20", "周口市财政局2024年政府信息公开工作年度报告（汇总）")
    world.read(world.keep("2025-01-20"), "周口市财政局", 2024)
    assert world.status("2025-02-10") == "on time"
    assert link(world)["match"] == "name"


def test_a_summary_of_which_one_part_was_unreadable_still_blocks(world: World) -> None:
    world.visit("2025-02-03", SUMMARY)
    world.watch("zk-sj", "周口市审计局")
    world.read(world.keep("2025-02-03"), "周口市审计局", 2024)
    unreadable = world.keep("2025-02-03", b"%PDF")
    world.db.execute("UPDATE documents SET url = url || '.pdf' WHERE id = ?", (unreadable,))
    save_unreadable(world.db, unreadable, "1", "encrypted", "a password is needed", AT)
    assert world.status("2025-02-10") == "unknown"


def test_a_page_without_tables_beside_its_attachment_does_not_hinder_the_match(world: World) -> None:
    world.visit("2025-01-20", TITLE)
    save_readings(world.db, world.keep("2025-01-20"), "1", [], AT)
    rematch(world.db, AT)
    assert link(world)["match"] == "name"
    assert world.db.execute("SELECT match, report FROM readings").fetchall() == [("not a report", None)]


def test_only_the_newest_version_of_a_page_speaks_for_its_link(world: World) -> None:
    world.visit("2025-01-20", TITLE)
    world.read(world.keep("2025-01-20", b"A"), "周口市财政局", 2023)
    rematch(world.db, AT)
    assert link(world)["match"] == "years differ"
    world.read(world.keep("2025-01-21", b"B"), "周口市财政局", 2024)
    rematch(world.db, AT)
    assert link(world)["match"] == "name"


def test_a_report_cannot_appear_before_its_year(world: World) -> None:
    world.visit("2025-02-03", TITLE.replace("2024", "2025"))
    rematch(world.db, AT)
    assert link(world)["match"] == "before its year"
    possible = world.db.execute("SELECT year FROM possible_reports ORDER BY year").fetchall()
    assert possible == [(2024,), (2025,)]


def test_a_report_may_appear_in_the_last_december_of_its_year(world: World) -> None:
    world.visit("2024-12-20", TITLE)
    assert world.status("2025-02-10") == "on time"


def test_what_a_person_brought_belongs_to_whom_that_person_names(world: World) -> None:
    world.read(world.keep("2025-01-25", by="a reader", source=None), "a name nobody knows", None)
    rematch(world.db, AT)
    assert world.db.execute("SELECT match FROM readings WHERE report IS NOT NULL").fetchall() == [
        ("supplied",)
    ]


def test_what_left_the_watchlist_is_no_longer_matched_anew(world: World) -> None:
    world.visit("2025-01-20", TITLE)
    rematch(world.db, AT)
    assert link(world)["report"] is not None
    world.publishers.clear()
    world.save("2025-02-01")
    rematch(world.db, AT)
    assert link(world)["report"] is None
