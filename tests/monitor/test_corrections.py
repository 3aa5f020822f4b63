"""What was told and proves wrong is taken back, by those who were told; a real late arrival is not a mistake."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from monitor.channels import Channel
from store.crawls import finish_crawl, keep_document, note_capture, see_links, start_crawl
from store.model import Link
from store.readings import save_unreadable
from tests.monitor.world import title

if TYPE_CHECKING:
    from tests.monitor.world import World

FIRST = "2026-01-10T01:00:00Z"
AFTER_GRACE = "2026-02-05T01:00:00Z"
LATER = "2026-02-20T01:00:00Z"


@pytest.fixture
def told(world: World) -> World:
    """A world in which the desk was told that two departments' reports are missing."""
    world.channels = [
        Channel(id="desk", url_env="DESK"),
        Channel(id="picky", url_env="PICKY", kinds=("appeared",)),
    ]
    world.watch("finance", "police")
    world.good(FIRST, ("finance", 2024), ("police", 2024))
    world.check(FIRST)
    world.good(AFTER_GRACE, ("finance", 2024), ("police", 2024))
    world.check(AFTER_GRACE)
    assert world.open() == ["missing|finance|2025", "missing|police|2025"]
    return world


def events(world: World, kind: str) -> list[tuple[str, str | None]]:
    """The publisher and the reason of each told event of a kind."""
    sql = "SELECT publisher, detail ->> 'reason' AS reason FROM events WHERE kind = ? AND suppressed IS NULL ORDER BY id"
    return [(row["publisher"], row["reason"]) for row in world.db.query(sql, (kind,))]


def deliveries(world: World, kind: str) -> list[str]:
    sql = "SELECT d.channel FROM deliveries d JOIN events e ON e.id = d.event WHERE e.kind = ? ORDER BY d.channel"
    return [row["channel"] for row in world.db.query(sql, (kind,))]


def test_a_real_late_arrival_is_one_event_for_who_was_told_and_who_wants_arrivals(told: World) -> None:
    told.good(LATER, ("finance", 2025))
    told.check(LATER)
    assert events(told, "corrected") == []
    assert events(told, "resolved") == []
    assert deliveries(told, "appeared") == ["desk", "picky"]
    assert told.open() == ["missing|police|2025"]


def test_an_alias_that_finds_the_report_in_time_takes_missing_back(told: World) -> None:
    crawl = start_crawl(told.db, "list", "http://list.example.gov.cn/nb/", "2026-01-20T01:00:00Z")
    link = Link(
        "list",
        "http://list.example.gov.cn/nb/x.html",
        "周口市旧名局2025年政府信息公开工作年度报告",
        None,
        "report",
    )
    see_links(told.db, crawl, [link], "2026-01-20T01:00:00Z")
    finish_crawl(told.db, crawl, "good", None, "", 1, 1, "2026-01-20T01:00:00Z")
    told.publishers = [
        replace(p, aliases=("周口市旧名局",)) if p.id == "finance" else p for p in told.publishers
    ]
    told.save(LATER)
    told.check(LATER)
    assert events(told, "corrected") == [("finance", "in time")]
    assert deliveries(told, "corrected") == ["desk"]


def test_a_document_that_a_person_brings_takes_missing_back(told: World) -> None:
    keep_document(
        told.db, told.archive, url="http://www.example.gov.cn/pdf/1.pdf", body=b"%PDF", media_type="application/pdf",
        now=LATER, supplied_by="a reader", supplied_publisher="finance", supplied_year=2025,
    )  # fmt: skip
    told.check(LATER)
    assert events(told, "corrected") == [("finance", "timing unproved")]


def test_a_title_that_may_be_the_report_takes_missing_back(told: World) -> None:
    crawl = start_crawl(told.db, "list", "http://list.example.gov.cn/nb/", LATER)
    link = Link(
        "list", "http://list.example.gov.cn/nb/y.html", "2025年政府信息公开工作年度报告", None, "report"
    )
    see_links(told.db, crawl, [link], LATER)
    finish_crawl(told.db, crawl, "good", None, "", 1, 1, LATER)
    told.check(LATER)
    assert events(told, "corrected") == [("finance", "may be there"), ("police", "may be there")]


def test_a_local_date_later_than_the_laws_takes_nothing_back(told: World) -> None:
    told.publishers = [replace(p, due="03-31", due_source="a notice of the city") for p in told.publishers]
    told.save(LATER)
    told.check(LATER)
    assert events(told, "corrected") == []


def test_a_later_due_date_takes_missing_back(told: World) -> None:
    """The law does not name offices of vertical systems: there a cited date decides over our inference."""
    told.publishers = [
        replace(p, kind="vertical", due="03-31", due_source="a notice") if p.id == "finance" else p
        for p in told.publishers
    ]
    told.save(LATER)
    told.check(LATER)
    assert events(told, "corrected") == [("finance", "not due")]


def test_a_blind_list_takes_nothing_back_and_resolves_nothing(told: World) -> None:
    for hour in (1, 2, 3):
        told.blind(f"2026-02-2{hour}T01:00:00Z")
    told.check("2026-02-23T02:00:00Z")
    assert told.open() == ["blind|list.example.gov.cn", "missing|finance|2025", "missing|police|2025"]


def test_a_source_that_moved_leaves_missing_as_it_is(told: World) -> None:
    told.sources = [replace(told.sources[0], url="http://list.example.gov.cn/new/")]
    told.save(LATER)
    told.check(LATER)
    assert told.open() == ["missing|finance|2025", "missing|police|2025"]
    for day in ("05", "09"):
        at = f"2026-03-{day}T01:00:00Z"
        crawl = start_crawl(told.db, "list", told.sources[0].url, at)
        shown = [
            Link("list", f"http://list.example.gov.cn/new/{name}.html", title(f"周口市{name}局", 2023), "2024-01-20", "report")
            for name in ("finance", "police")
        ]  # fmt: skip
        see_links(told.db, crawl, shown, at)
        finish_crawl(told.db, crawl, "good", None, "", 1, 2, at)
        told.check(at)
    (status,) = told.db.query("SELECT status FROM report_status WHERE publisher = 'finance' AND year = 2025")
    assert status["status"] == "not found"
    assert told.open() == ["missing|finance|2025", "missing|police|2025"]
    assert events(told, "corrected") == []


def test_a_publisher_that_leaves_the_watchlist_closes_its_incident(told: World) -> None:
    told.publishers = [p for p in told.publishers if p.id != "finance"]
    told.save(LATER)
    told.check(LATER)
    assert events(told, "resolved") == [("finance", "unwatched")]


def test_the_same_bytes_read_right_take_invalid_back(told: World) -> None:
    told.good(LATER, ("finance", 2025))
    document = told.read(LATER, "finance", 2025, b"one", faults=["row 1"])
    told.check(LATER)
    assert "invalid|finance|2025" in told.open()
    told.reread(LATER, document, "finance", 2025, {"requests.received.total": 22}, version="2")
    told.check(LATER)
    assert events(told, "corrected") == [("finance", "misread")]


def test_a_mended_version_resolves_invalid(told: World) -> None:
    told.good(LATER, ("finance", 2025))
    told.read(LATER, "finance", 2025, b"one", faults=["row 1"])
    told.check(LATER)
    told.read("2026-02-21T01:00:00Z", "finance", 2025, b"two")
    told.check("2026-02-21T01:00:00Z")
    assert events(told, "resolved") == [("finance", "over")]


def test_a_version_that_cannot_be_read_mends_nothing(told: World) -> None:
    told.good(LATER, ("finance", 2025))
    document = told.read(LATER, "finance", 2025, b"one", faults=["row 1"])
    told.check(LATER)
    save_unreadable(told.db, document, "2", "timeout", "was not read within 60 seconds", LATER)
    told.check(LATER)
    scan = told.read("2026-02-21T01:00:00Z", "finance", 2025, b"scan")
    save_unreadable(told.db, scan, "2", "scanned", "only images", "2026-02-21T01:00:00Z")
    told.check("2026-02-21T01:00:00Z")
    assert "invalid|finance|2025" in told.open()
    told.read("2026-02-22T01:00:00Z", "finance", 2025, b"three")
    told.check("2026-02-22T01:00:00Z")
    assert events(told, "resolved") == [("finance", "over")]


def test_a_date_that_turns_up_later_takes_late_back(told: World) -> None:
    told.good("2026-02-10T01:00:00Z", ("finance", 2025), ("police", 2025))
    told.check("2026-02-10T01:00:00Z")
    link = told.db.execute("SELECT id FROM links WHERE url LIKE '%finance-2025%'").fetchone()[0]
    told.db.execute("UPDATE links SET first_seen = '2026-01-30T01:00:00Z' WHERE id = ?", (link,))
    told.check("2026-02-11T01:00:00Z")
    assert events(told, "corrected") == [("finance", "timing")]


def test_a_report_that_vanishes_is_withdrawn_and_its_return_is_told_once(told: World) -> None:
    told.good("2026-02-10T01:00:00Z", ("finance", 2025))
    told.check("2026-02-10T01:00:00Z")
    address = "http://list.example.gov.cn/nb/finance-2025.html"
    note_capture(told.db, "gone", address, "2026-02-12T01:00:00Z", status=404)
    for day in (12, 14, 16):
        told.good(f"2026-02-{day}T01:00:00Z", ("finance", 2024), ("police", 2024))
        told.check(f"2026-02-{day}T01:00:00Z")
    assert "withdrawn|finance|2025" in told.open()
    for day in (17, 18):
        told.good(f"2026-02-{day}T01:00:00Z", ("finance", 2025))
        told.check(f"2026-02-{day}T01:00:00Z")
    assert events(told, "resolved") == [("finance", "over")]
