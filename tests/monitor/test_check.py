"""From crawls and links to incidents and events, through the real database."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from monitor.check import ClockWentBackError
from store.model import Source

if TYPE_CHECKING:
    from tests.monitor.world import World

FIRST = "2026-01-10T01:00:00Z"
AFTER_GRACE = "2026-02-05T01:00:00Z"  # 31 January 2026 is a Saturday; three working days end on 4 February


def watched(world: World) -> None:
    """Two departments, a first look on 10 January that is summed up."""
    world.watch("finance", "police")
    world.good(FIRST, ("finance", 2024), ("police", 2024))
    world.check(FIRST)


def test_the_first_look_tells_one_summary_and_nothing_else(world: World) -> None:
    watched(world)
    assert world.told() == [("summary", None, None)]


def test_a_second_check_writes_nothing(world: World) -> None:
    watched(world)
    world.good(AFTER_GRACE, ("finance", 2024), ("police", 2024))
    world.check(AFTER_GRACE)
    before = list(world.db.conn.iterdump())
    assert world.check(AFTER_GRACE).events == ()
    assert list(world.db.conn.iterdump()) == before


def test_a_report_in_time_is_told(world: World) -> None:
    watched(world)
    world.good("2026-01-20T01:00:00Z", ("finance", 2024), ("police", 2024), ("finance", 2025))
    world.check("2026-01-20T01:00:00Z")
    assert world.told()[1:] == [("appeared", "finance", 2025)]


def test_missing_waits_for_a_good_visit_after_the_grace(world: World) -> None:
    watched(world)
    world.good("2026-02-02T01:00:00Z", ("finance", 2024), ("police", 2024), ("finance", 2025))
    world.check(AFTER_GRACE)
    assert world.open() == []
    world.good(AFTER_GRACE, ("finance", 2024), ("police", 2024), ("finance", 2025))
    world.check(AFTER_GRACE)
    assert world.open() == ["missing|police|2025"]


def test_a_blind_list_opens_nothing_about_absence(world: World) -> None:
    watched(world)
    world.blind("2026-02-05T01:00:00Z")
    world.blind("2026-02-06T01:00:00Z")
    world.check("2026-02-06T02:00:00Z")
    assert world.open() == []
    world.blind("2026-02-07T01:00:00Z")
    world.check("2026-02-07T02:00:00Z")
    assert world.open() == ["blind|list.example.gov.cn"]


def test_a_list_that_fails_after_its_good_visit_inhibits_missing(world: World) -> None:
    watched(world)
    world.good(AFTER_GRACE, ("finance", 2024), ("police", 2024))
    world.blind("2026-02-05T05:00:00Z")
    world.check("2026-02-05T06:00:00Z")
    assert world.open() == []


def test_two_blind_lists_of_one_host_are_one_incident(world: World) -> None:
    world.watch("finance")
    world.sources.append(
        Source("other", "http://list.example.gov.cn/other/", "static_list", ("list.example.gov.cn",), "henan")
    )
    world.save("2026-01-01T00:00:00Z")
    world.good(FIRST, ("finance", 2024))
    world.check(FIRST)
    for day in (11, 12, 13):
        world.blind(f"2026-01-{day}T01:00:00Z")
    world.check("2026-01-13T02:00:00Z")
    assert world.open() == ["blind|list.example.gov.cn"]


def test_a_blind_host_that_reads_again_is_resolved(world: World) -> None:
    watched(world)
    for day in (11, 12, 13):
        world.blind(f"2026-01-{day}T01:00:00Z")
    world.check("2026-01-13T02:00:00Z")
    world.good("2026-01-14T01:00:00Z", ("finance", 2024), ("police", 2024))
    world.check("2026-01-14T01:00:00Z")
    assert world.open() == []
    assert [row["kind"] for row in world.db.query("SELECT kind FROM events WHERE incident IS NOT NULL")] == [
        "opened",
        "resolved",
    ]


def test_a_late_arrival_says_both_in_one_event(world: World) -> None:
    watched(world)
    world.good(AFTER_GRACE, ("finance", 2024))
    world.check(AFTER_GRACE)
    world.good("2026-02-20T01:00:00Z", ("finance", 2025), ("police", 2025))
    world.check("2026-02-20T01:00:00Z")
    assert world.open() == []
    late = list(world.db.query("SELECT * FROM events WHERE kind = 'appeared' AND year = 2025"))
    assert [row["severity"] for row in late] == ["warning", "warning"]
    assert {
        row["suppressed"] for row in world.db.query("SELECT suppressed FROM events WHERE kind = 'resolved'")
    } == {"not announced"}


def test_old_years_are_silent(world: World) -> None:
    watched(world)
    world.good("2026-01-20T01:00:00Z", ("finance", 2024), ("police", 2024), ("finance", 2021))
    world.check("2026-01-20T01:00:00Z")
    assert world.told()[1:] == []


def test_a_publisher_added_later_starts_silently(world: World) -> None:
    watched(world)
    world.watch("health", source="second", at="2026-02-10T00:00:00Z")
    world.good("2026-02-10T01:00:00Z", ("health", 2025), source="second", dated="2026-01-20")
    world.check("2026-02-10T01:00:00Z")
    assert world.told()[1:] == []


def test_wrong_sums_open_an_incident_and_more_of_them_worsen_it(world: World) -> None:
    watched(world)
    at = "2026-01-20T01:00:00Z"
    world.good(at, ("finance", 2025))
    document = world.read(at, "finance", 2025, b"one", faults=["row 1"])
    world.check(at)
    assert world.open() == ["invalid|finance|2025"]
    world.reread(
        at,
        document,
        "finance",
        2025,
        {"requests.received.total": 22, "requests.granted.total": 3},
        faults=["row 1"],
    )
    world.check(at)
    assert [kind for kind, *_ in world.told()][1:] == ["opened", "appeared"]


def test_a_changed_figure_is_told_and_a_changed_byte_is_not(world: World) -> None:
    watched(world)
    for day, body, received, text in (
        (20, b"one", 22, "文 字"),
        (21, b"two", 22, "文字"),
        (22, b"three", 23, "文字"),
    ):
        at = f"2026-01-{day}T01:00:00Z"
        crawl = world.good(at, ("finance", 2025))
        world.read(at, "finance", 2025, body, {"requests.received.total": received}, text=text, crawl=crawl)
        world.check(at)
    revised = list(
        world.db.query(
            "SELECT suppressed, detail ->> 'figures' AS figures FROM events WHERE kind = 'revised'"
        )
    )
    assert [row["suppressed"] for row in revised] == ["cosmetic", None]
    assert revised[1]["figures"] == '[["一、本年新收政府信息公开申请数量 / 总计","22","23"]]'


def test_a_blind_host_stays_blind_when_only_its_address_changes(world: World) -> None:
    watched(world)
    for day in (11, 12, 13):
        world.blind(f"2026-01-{day}T01:00:00Z")
    world.check("2026-01-13T02:00:00Z")
    world.sources = [replace(world.sources[0], url="http://list.example.gov.cn/new/")]
    world.save("2026-01-14T00:00:00Z")
    world.check("2026-01-14T01:00:00Z")
    assert world.open() == ["blind|list.example.gov.cn"]
    (row,) = world.db.query("SELECT held FROM incidents")
    assert row["held"] == "host failing"


def test_a_blind_host_that_leaves_the_watchlist_is_closed_not_solved(world: World) -> None:
    watched(world)
    for day in (11, 12, 13):
        world.blind(f"2026-01-{day}T01:00:00Z")
    world.check("2026-01-13T02:00:00Z")
    world.sources = []
    world.publishers = []
    world.save("2026-01-14T00:00:00Z")
    world.check("2026-01-14T01:00:00Z")
    (reason,) = (
        row["reason"]
        for row in world.db.query("SELECT detail ->> 'reason' AS reason FROM events WHERE kind = 'resolved'")
    )
    assert reason == "unwatched"


def test_a_clock_that_went_back_is_refused(world: World) -> None:
    watched(world)
    with pytest.raises(ClockWentBackError, match="the last check was at 2026-01-10T01:00:00Z"):
        world.check("2026-01-08T01:00:00Z")


def test_a_publisher_from_a_later_year_owes_nothing_before(world: World) -> None:
    world.watch("young", from_year=2024, to_year=2024)
    world.check(FIRST)
    rows = [
        (row["year"], row["owed"]) for row in world.db.query("SELECT year, owed FROM reports ORDER BY year")
    ]
    assert rows == [(2024, 1), (2025, 0), (2026, 0)]
