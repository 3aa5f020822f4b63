"""One failing platform is one incident, not one per host, and its recovery is told once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from monitor.channels import Channel
from store.crawls import finish_crawl, start_crawl

if TYPE_CHECKING:
    from tests.monitor.world import World

LISTS = ("a", "b", "c", "d")
START = "2026-01-10T01:00:00Z"
PLATFORM = "blind|platform|shared"


@pytest.fixture
def shared(world: World) -> World:
    """Four lists on four hosts of one platform, and one on a host of its own, all read well."""
    for name in (*LISTS, "alone"):
        world.watch(name, source=name)
    world.sources = [
        replace(source, platform="shared") if source.id in LISTS else source for source in world.sources
    ]
    world.save("2026-01-01T00:00:00Z")
    world.channels = (Channel.model_validate({"id": "hook", "url_env": "HOOK", "url": "json://localhost"}),)
    good(world, START, *LISTS, "alone")
    world.check(START)
    return world


def good(world: World, at: str, *names: str) -> None:
    for name in names:
        world.good(at, (name, 2024), source=name)


def blind(world: World, first: int, *names: str) -> None:
    """Three failed visits on three days, and a check after each."""
    for day in range(first, first + 3):
        for name in names:
            world.blind(f"2026-01-{day}T01:00:00Z", "timeout", name)
        world.check(f"2026-01-{day}T02:00:00Z")


def told(world: World) -> list[str]:
    """What channels are told of blindness: kind and incident."""
    rows = world.db.query(
        "SELECT DISTINCT e.id, e.kind || ' ' || i.key AS line FROM events e JOIN incidents i ON i.id = e.incident"
        " JOIN deliveries d ON d.event = e.id WHERE i.kind = 'blind' ORDER BY e.id"
    )
    return [str(row["line"]) for row in rows]


def test_a_failing_platform_is_one_incident_and_recovers_once(shared: World) -> None:
    blind(shared, 11, *LISTS)
    assert shared.open() == [PLATFORM]
    good(shared, "2026-01-14T01:00:00Z", *LISTS)
    shared.check("2026-01-14T02:00:00Z")
    assert shared.open() == []
    assert told(shared) == [f"opened {PLATFORM}", f"resolved {PLATFORM}"]


def test_its_incident_names_every_host_and_publisher(shared: World) -> None:
    blind(shared, 11, "a", "b", "c")
    (row,) = shared.db.query(
        "SELECT detail ->> 'hosts' AS hosts, detail ->> 'publishers' AS publishers FROM incidents"
    )
    assert row["hosts"] == '["a.example.gov.cn","b.example.gov.cn","c.example.gov.cn"]'
    assert row["publishers"] == '["a","b","c"]'


@pytest.mark.parametrize("names", [("a", "b"), ("a",)])
def test_fewer_than_three_lists_are_their_hosts_incidents(shared: World, names: tuple[str, ...]) -> None:
    blind(shared, 11, *names)
    assert shared.open() == [f"blind|{name}.example.gov.cn" for name in names]


def test_lists_that_fail_in_different_ways_are_no_failing_platform(shared: World) -> None:
    for day in (11, 12, 13):
        shared.blind(f"2026-01-{day}T01:00:00Z", "timeout", "a")
        shared.blind(f"2026-01-{day}T01:00:00Z", "structure_changed", "b")
        shared.blind(f"2026-01-{day}T01:00:00Z", "captcha", "c")
    shared.check("2026-01-13T02:00:00Z")
    assert PLATFORM not in shared.open()
    assert len(shared.open()) == 3


def test_half_of_a_platforms_lists_are_not_the_platform(shared: World) -> None:
    for name in ("e", "f"):
        shared.watch(name, source=name)
    shared.sources = [replace(one, platform="shared") if one.id != "alone" else one for one in shared.sources]
    shared.save(START)
    good(shared, START, "e", "f")
    blind(shared, 11, "a", "b", "c")
    assert shared.open() == [f"blind|{name}.example.gov.cn" for name in "abc"]


def test_lists_that_nobody_ever_visited_do_not_count(shared: World) -> None:
    for name in ("e", "f", "g"):
        shared.watch(name, source=name)
    shared.sources = [replace(one, platform="shared") if one.id != "alone" else one for one in shared.sources]
    shared.save(START)
    blind(shared, 11, "a", "b", "c")
    assert shared.open() == [PLATFORM]


def test_a_host_beside_the_platform_is_its_own_incident(shared: World) -> None:
    blind(shared, 11, *LISTS, "alone")
    assert shared.open() == ["blind|alone.example.gov.cn", PLATFORM, "monitor|hosts"]


def test_hosts_that_were_told_before_are_folded_into_it_in_silence(shared: World) -> None:
    blind(shared, 11, "a", "b")
    blind(shared, 14, "a", "b", "c", "d")
    assert shared.open() == [PLATFORM]
    good(shared, "2026-01-17T01:00:00Z", *LISTS)
    shared.check("2026-01-17T02:00:00Z")
    assert shared.open() == []
    assert told(shared) == [
        "opened blind|a.example.gov.cn",
        "opened blind|b.example.gov.cn",
        f"opened {PLATFORM}",
        f"resolved {PLATFORM}",
    ]
    silent = shared.db.query(
        "SELECT suppressed FROM events WHERE suppressed IS NOT NULL AND kind = 'resolved'"
    )
    assert [row["suppressed"] for row in silent] == ["told by its platform"] * 2


def test_a_check_twice_in_a_row_changes_nothing(shared: World) -> None:
    blind(shared, 11, "a", "b")
    blind(shared, 14, *LISTS)
    before = [*shared.db.query("SELECT * FROM incidents"), *shared.db.query("SELECT * FROM events")]
    shared.check("2026-01-16T02:00:00Z")
    assert [*shared.db.query("SELECT * FROM incidents"), *shared.db.query("SELECT * FROM events")] == before


def test_it_stays_open_while_two_of_its_lists_are_blind(shared: World) -> None:
    blind(shared, 11, *LISTS)
    good(shared, "2026-01-14T01:00:00Z", "a", "b")
    shared.check("2026-01-14T02:00:00Z")
    assert shared.open() == [PLATFORM]
    assert told(shared) == [f"opened {PLATFORM}"]


def test_the_one_host_that_is_left_is_its_own_incident(shared: World) -> None:
    blind(shared, 11, *LISTS)
    good(shared, "2026-01-14T01:00:00Z", "a", "b", "c")
    shared.check("2026-01-14T02:00:00Z")
    assert shared.open() == ["blind|d.example.gov.cn"]
    assert told(shared) == [f"opened {PLATFORM}", "opened blind|d.example.gov.cn", f"resolved {PLATFORM}"]


def test_while_it_fails_nobody_on_it_is_called_missing(shared: World) -> None:
    good(shared, "2026-02-01T01:00:00Z", *LISTS, "alone")
    for day in (5, 6, 7):
        for name in LISTS:
            shared.blind(f"2026-02-0{day}T01:00:00Z", "timeout", name)
        good(shared, f"2026-02-0{day}T01:00:00Z", "alone")
        shared.check(f"2026-02-0{day}T02:00:00Z")
    assert shared.open() == [PLATFORM, "missing|alone|2025"]


def test_who_watches_another_body_of_a_blind_host_hears_of_it(shared: World) -> None:
    shared.watch("b2", source="second")
    shared.sources = [
        replace(one, url="http://a.example.gov.cn/b2/") if one.id == "second" else one
        for one in shared.sources
    ]
    shared.save("2026-01-01T00:00:00Z")
    shared.channels = (
        *shared.channels,
        Channel.model_validate({"id": "b2", "url_env": "B", "url": "json://localhost", "publishers": ["b2"]}),
    )
    blind(shared, 11, "a")
    for day in (14, 15, 16, 17):
        at = f"2026-01-{day}T01:00:00Z"
        shared.blind(at, "timeout", "a")
        crawl = start_crawl(shared.db, "second", "http://a.example.gov.cn/b2/", at)
        finish_crawl(shared.db, crawl, "blind", "timeout", "no answer", 1, 0, at)
        shared.check(at)
    rows = shared.db.query(
        "SELECT e.kind, d.channel FROM deliveries d JOIN events e ON e.id = d.event JOIN incidents i ON i.id = e.incident ORDER BY d.id"
    )
    assert [(row["kind"], row["channel"]) for row in rows] == [
        ("opened", "hook"),
        ("worsened", "hook"),
        ("worsened", "b2"),
    ]
    good(shared, "2026-01-18T01:00:00Z", "a")
    crawl = start_crawl(shared.db, "second", "http://a.example.gov.cn/b2/", "2026-01-18T01:00:00Z")
    finish_crawl(shared.db, crawl, "good", None, "", 1, 0, "2026-01-18T01:00:00Z")
    shared.check("2026-01-18T02:00:00Z")
    ends = shared.db.query(
        "SELECT d.channel FROM deliveries d JOIN events e ON e.id = d.event WHERE e.kind = 'resolved'"
    )
    assert sorted(row["channel"] for row in ends) == ["b2", "hook"]


def test_a_platform_that_leaves_the_watchlist_is_closed_not_solved(shared: World) -> None:
    blind(shared, 11, *LISTS)
    shared.sources = [one for one in shared.sources if one.id == "alone"]
    shared.publishers = [one for one in shared.publishers if one.id == "alone"]
    shared.save("2026-01-14T00:00:00Z")
    shared.check("2026-01-14T01:00:00Z")
    (row,) = shared.db.query("SELECT detail ->> 'reason' AS reason FROM events WHERE kind = 'resolved'")
    assert row["reason"] == "unwatched"
