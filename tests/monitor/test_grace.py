"""Grace and holidays move the alert, never the status or the days of lateness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.calendar_file import OwnCalendar
from monitor.local_rules import calendar_of, save_own_calendar

if TYPE_CHECKING:
    from tests.monitor.world import World

OLD = "2024-01-01T00:00:00Z"


def report(world: World) -> tuple[str, int | None]:
    row = next(
        iter(
            world.db.query(
                "SELECT status, days_late FROM report_status WHERE publisher = 'finance' AND year = 2024"
            )
        )
    )
    return row["status"], row["days_late"]


@pytest.fixture
def festival(world: World) -> World:
    """A department that is silent on 31 January 2025, within the Spring Festival (28 January to 4 February)."""
    world.watch("finance", at=OLD)
    for day in ("2025-01-20", "2025-01-30", "2025-02-01", "2025-02-06"):
        world.good(f"{day}T01:00:00Z", ("finance", 2023))
    return world


def test_within_the_spring_festival_it_is_missing_and_nobody_is_told(festival: World) -> None:
    festival.check("2025-02-06T02:00:00Z")
    assert report(festival) == ("missing", None)
    assert festival.open() == []


@pytest.mark.parametrize(
    ("visited", "opened"),
    [
        ("2025-02-07T15:59:59Z", []),  # Wednesday, Thursday and Friday are the three working days
        ("2025-02-07T16:00:00Z", ["missing|finance|2024"]),
    ],
)
def test_the_third_working_day_after_the_festival_must_be_over(
    festival: World, visited: str, opened: list[str]
) -> None:
    festival.good(visited, ("finance", 2023))
    festival.check("2025-02-09T02:00:00Z")
    assert festival.open() == opened


def test_what_comes_within_the_grace_is_late_all_the_same(festival: World) -> None:
    festival.good("2025-02-07T01:00:00Z", ("finance", 2023), ("finance", 2024))
    festival.check("2025-02-07T02:00:00Z")
    assert report(festival) == ("late", 6)
    assert festival.open() == []


@pytest.mark.parametrize(("days", "opened"), [(0, ["missing|finance|2024"]), (10, [])])
def test_a_grace_of_ones_own_moves_the_alert_alone(festival: World, days: int, opened: list[str]) -> None:
    save_own_calendar(festival.db, OwnCalendar(days={"grace_working_days": days}))
    festival.good("2025-02-08T01:00:00Z", ("finance", 2023))
    festival.check("2025-02-08T02:00:00Z")
    assert report(festival) == ("missing", None)
    assert festival.open() == opened


def test_the_file_that_went_takes_its_rules_along(world: World) -> None:
    save_own_calendar(world.db, OwnCalendar(days={"grace_working_days": 9, "remind_days_before": 1}))
    assert calendar_of(world.db).grace_working_days == 9
    save_own_calendar(world.db, OwnCalendar())
    assert (calendar_of(world.db).grace_working_days, calendar_of(world.db).remind_days_before) == (3, 7)
