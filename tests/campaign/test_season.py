"""A season with bad luck: random dates of publication, and every list in trouble on some of the days.

Whatever happens, nobody is called missing who has published, nobody late who was in time, nobody withdrawn, and
what was told must have been true when it was told.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from reportwatch.portal.form import MadeReport
from reportwatch.portal.troubles import TROUBLES
from tests.reportwatch.world import World, made_world

if TYPE_CHECKING:
    from pathlib import Path

START = datetime(2026, 1, 8, 2, tzinfo=UTC)
DUE_ENDS = datetime(2026, 1, 31, 16, tzinfo=UTC)  # the first instant of 1 February in Shanghai
YEAR = 2025
BLINDNESS = 0.10  # share of list visits that fall into a trouble


@dataclass(frozen=True, slots=True)
class Office:
    """What is true of one office: when it publishes, if ever, and whether its page says so."""

    name: str
    published: datetime | None
    dated: bool


def text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def luck(number: int, chance: random.Random) -> Office:
    published = None if chance.random() < 0.2 else START + timedelta(hours=chance.randrange(12, 24 * 55))
    return Office(f"示范{number}局", published, chance.random() < 0.7)


def prepared(world: World, offices: list[Office], days: list[datetime], chance: random.Random) -> None:
    """Every office on a list of its own, with earlier years, its report, and its troubles."""
    for office in offices:
        column = world.watch(office.name, dialect=chance.choice(["trs", "static"]))
        for year in range(2019, YEAR):
            world.site.publish(column, MadeReport(office.name, year), f"{year + 1}-01-15", since="0000")
        if office.published is not None:
            day = (office.published + timedelta(hours=8)).strftime("%Y-%m-%d")
            made = MadeReport(office.name, YEAR)
            world.site.publish(column, made, day, since=text(office.published), dated=office.dated)
        for visit in days:
            if chance.random() < BLINDNESS:
                trouble = chance.choice(sorted(TROUBLES))
                world.site.disturb(trouble, column, text(visit), text(visit + timedelta(hours=1)))


def is_true(office: Office, status: str, now: datetime) -> bool:
    """Whether a status may be said at that moment."""
    there = office.published is not None and office.published <= now
    in_time = office.published is not None and office.published < DUE_ENDS
    if status in {"missing", "awaited", "not found"}:
        return not there or status != "missing"
    if status == "late":
        return there and not in_time
    if status in {"on time", "on time by its own date"}:
        return there and in_time
    return status in {"unknown", "published, timing unproved", "not due"}


def lived_through(folder: Path, seed: int, offices: int, days: list[datetime]) -> dict[str, int]:
    """Visits on all the days; how often each status was given. Fails at the first false word."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable story, no secret
    counts: dict[str, int] = {}
    with made_world(folder) as world:
        people = [luck(number, chance) for number in range(offices)]
        prepared(world, people, days, chance)
        for day in days:
            world.visit(text(day))
            for office in people:
                status = world.status(office.name, YEAR)
                assert is_true(office, status, day), (seed, office, status, text(day))
                counts[status] = counts.get(status, 0) + 1
        told_truly(world, people)
    return counts


def told_truly(world: World, offices: list[Office]) -> None:
    """Every "missing" that was opened was true on its day, nothing was withdrawn, nothing had to be taken back."""
    published = {office.name: office.published for office in offices}
    rows = world.rows(
        "SELECT e.kind, e.at, json_extract(e.detail, '$.kind') AS ended, i.kind AS topic, p.name"
        " FROM events e JOIN publishers p ON p.id = e.publisher LEFT JOIN incidents i ON i.id = e.incident"
    )
    for row in rows:
        moment = published[row["name"]]
        if row["kind"] == "opened" and row["topic"] == "missing":
            assert moment is None or text(moment) > row["at"], dict(row)
        assert row["kind"] != "corrected", dict(row)
        assert row["topic"] != "withdrawn", dict(row)


@pytest.mark.timeout(240)
def test_a_short_season_with_bad_luck_tells_nothing_false(tmp_path: Path) -> None:
    days = [START + timedelta(days=number) for number in (0, 10, 20, 26, 30, 33, 45)]
    counts = lived_through(tmp_path, seed=1, offices=12, days=days)
    assert {"missing", "late", "unknown"} <= set(counts)


@pytest.mark.campaign
@pytest.mark.timeout(5400)
@pytest.mark.parametrize("seed", range(2, 4))
def test_whole_seasons_of_daily_visits_tell_nothing_false(tmp_path: Path, seed: int) -> None:
    days = [START + timedelta(days=number) for number in range(75)]
    counts = lived_through(tmp_path, seed, offices=20, days=days)
    assert {"missing", "late", "on time"} <= set(counts)
