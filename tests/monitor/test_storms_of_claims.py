"""Very many late arrivals at once are held as those that are missing are: a new website dates all its old pages the same day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.check import check
from monitor.moments import later
from monitor.outbox import events_of
from monitor.routing import Channel
from monitor.wording import sentence

if TYPE_CHECKING:
    from tests.monitor.world import World

FIRST, CAME = "2026-01-10T01:00:00Z", "2026-02-13T01:00:00Z"
OFFICES = tuple(f"office{number:02}" for number in range(40))
HOLD = {"hours": 2}


@pytest.fixture
def world_late(world: World) -> World:
    """Forty offices on one list, and a channel that hears of everything."""
    world.channels = [Channel(id="desk", url_env="DESK")]
    world.watch(*OFFICES, at="2026-01-09T00:00:00Z")
    world.good(FIRST, *((office, 2024) for office in OFFICES))
    world.check(FIRST)
    return world


def come(world: World, *offices: str, dated: str | None = "2026-02-12") -> None:
    """The list now holds these offices' reports, dated so, beside those of before."""
    world.good(CAME, *((office, 2025) for office in offices), dated=dated)
    world.check(CAME)


def told(world: World, kind: str) -> list[int]:
    rows = world.db.query(
        "SELECT e.id FROM deliveries d JOIN events e ON e.id = d.event WHERE e.kind = ? ORDER BY e.id",
        (kind,),
    )
    return [row["id"] for row in rows]


def test_forty_dated_the_same_day_are_one_storm_that_says_so(world_late: World) -> None:
    come(world_late, *OFFICES)
    assert told(world_late, "appeared") == []
    (storm,) = told(world_late, "storm")
    ((delivery,),) = world_late.db.execute("SELECT id FROM deliveries WHERE event = ?", (storm,)).fetchall()
    (event,) = events_of(world_late.db, [delivery])
    assert "40 of the late ones bear one date, 12 February 2026: perhaps that of a new website" in sentence(
        event, "en"
    )
    assert "40 late" in sentence(event, "en")
    assert "其中 40 份逾期报告的页面日期同为 2026年2月12日" in sentence(event, "zh")
    world_late.check(later(CAME, minutes=10))
    assert told(world_late, "appeared") == []
    assert world_late.check(later(CAME, **HOLD)).released == len(OFFICES)
    assert len(told(world_late, "appeared")) == len(OFFICES)
    world_late.check(later(CAME, hours=4))
    assert len(told(world_late, "appeared")) == len(OFFICES)


def test_a_person_who_looked_has_them_told_at_once(world_late: World) -> None:
    come(world_late, *OFFICES)
    summary = check(world_late.db, later(CAME, minutes=5), world_late.channels, confirm_storm=True)
    assert summary.released == len(OFFICES)
    assert len(told(world_late, "appeared")) == len(OFFICES)


def test_few_are_told_one_by_one(world_late: World) -> None:
    world_late.good("2026-01-25T01:00:00Z", *((office, 2025) for office in OFFICES[3:]))
    world_late.check("2026-01-25T01:00:00Z")
    before = len(told(world_late, "appeared"))
    come(world_late, *OFFICES)
    assert len(told(world_late, "appeared")) == before + 3
    assert told(world_late, "storm") == []


def test_those_in_time_are_never_held(world_late: World) -> None:
    come(world_late, *OFFICES, dated="2026-01-20")
    assert len(told(world_late, "appeared")) == len(OFFICES)
    assert told(world_late, "storm") == []


def test_a_held_one_that_proves_wrong_is_never_told(world_late: World) -> None:
    come(world_late, *OFFICES)
    # The list dates the last one otherwise in the meantime; it was not among those that the storm named.
    world_late.db.execute(
        "UPDATE links SET published = '2026-01-20' WHERE report = (SELECT id FROM reports WHERE publisher = ? AND year = 2025)",
        (OFFICES[-1],),
    )
    world_late.check(later(CAME, **HOLD))
    said = {
        row["publisher"]
        for row in world_late.db.query(
            "SELECT e.publisher FROM deliveries d JOIN events e ON e.id = d.event WHERE e.kind IN ('appeared', 'corrected')"
        )
    }
    assert said == set(OFFICES[:-1])


def test_one_that_the_storm_named_is_taken_back(world_late: World) -> None:
    come(world_late, *OFFICES)
    world_late.db.execute(
        "UPDATE links SET published = '2026-01-20' WHERE report = (SELECT id FROM reports WHERE publisher = ? AND year = 2025)",
        (OFFICES[0],),
    )
    world_late.check(later(CAME, **HOLD))
    rows = world_late.db.query(
        "SELECT e.kind, e.publisher FROM deliveries d JOIN events e ON e.id = d.event WHERE e.publisher = ?",
        (OFFICES[0],),
    )
    assert [row["kind"] for row in rows] == ["corrected"]


def test_forty_revised_at_once_are_held_too(world_late: World) -> None:
    seen, changed = "2026-01-20T01:00:00Z", "2026-01-25T01:00:00Z"
    for at, number in ((seen, 22), (changed, 23)):
        crawl = world_late.good(at, *((office, 2025) for office in OFFICES))
        for office in OFFICES:
            figures = {"requests.received.total": number}
            world_late.read(at, office, 2025, f"{office} {number}".encode(), figures, crawl=crawl)
        world_late.check(at)
    assert told(world_late, "revised") == []
    assert len(told(world_late, "storm")) == 1
    assert world_late.check(later(changed, **HOLD)).released == len(OFFICES)
    assert len(told(world_late, "revised")) == len(OFFICES)


def test_a_held_revision_that_proves_misread_is_never_told(world_late: World) -> None:
    seen, changed = "2026-01-20T01:00:00Z", "2026-01-25T01:00:00Z"
    documents = {}
    for at, number in ((seen, 22), (changed, 23)):
        crawl = world_late.good(at, *((office, 2025) for office in OFFICES))
        for office in OFFICES:
            figures = {"requests.received.total": number}
            documents[office] = world_late.read(
                at, office, 2025, f"{office} {number}".encode(), figures, crawl=crawl
            )
        world_late.check(at)
    wrong = OFFICES[-1]  # the storm did not name it
    world_late.reread(
        later(changed, minutes=5), documents[wrong], wrong, 2025, {"requests.received.total": 22}
    )
    world_late.check(later(changed, minutes=10))
    world_late.check(later(changed, **HOLD))
    said = {
        row["publisher"]
        for row in world_late.db.query(
            "SELECT e.publisher FROM deliveries d JOIN events e ON e.id = d.event WHERE e.kind IN ('revised', 'corrected')"
        )
    }
    assert said == set(OFFICES[:-1])
