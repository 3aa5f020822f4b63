"""Nothing is owed before a body was, or after; what is found nevertheless is shown and accuses nobody."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from monitor.lives import Life

if TYPE_CHECKING:
    from tests.monitor.world import World

HEIR = ("周口市新局", "new")


@pytest.mark.parametrize(
    ("life", "year", "due", "lacks"),
    [
        (Life(), 2023, "2024-01-31", False),
        (Life(from_year=2023), 2022, "2023-01-31", True),
        (Life(from_year=2023), 2023, "2024-01-31", False),
        (Life(to_year=2022), 2022, "2023-01-31", False),
        (Life(to_year=2022), 2023, "2024-01-31", True),
        (Life(ended="2024-03-15"), 2023, "2024-01-31", False),
        (Life(ended="2024-03-15"), 2023, "2024-03-31", True),
        (Life(ended="2024-03-15"), 2024, "2025-01-31", True),
        (Life(ended="2024-01-31"), 2023, "2024-01-31", True),  # gone on the due date itself
        (Life(ended="2024-02-01"), 2023, "2024-01-31", False),
        (Life(ended="2024"), 2023, "2024-01-31", True),  # nobody knows the day
        (Life(ended="2024"), 2022, "2023-01-31", False),
        (Life(ended="2024-03-15"), 2023, None, False),
        (Life(ended="2024-03-15"), 2024, None, True),
    ],
)
def test_nothing_is_owed_outside_a_life(life: Life, year: int, due: str | None, lacks: bool) -> None:
    assert life.lacks(year, due) is lacks


@pytest.mark.parametrize(
    ("life", "year", "english", "chinese"),
    [
        (
            Life(from_year=2023),
            2022,
            "did not exist yet: its first report year is 2023",
            "首个报告年度为2023年",
        ),
        (
            Life(ended="2024-03-15", ending="merged", successor=HEIR),
            2024,
            "the body was merged into 周口市新局 (new) (ended 2024-03-15)",
            "该机构已于2024-03-15并入周口市新局（new）",
        ),
        (
            Life(ended="2024", ending="renamed", successor=HEIR),
            2024,
            "the body was renamed; it goes on as 周口市新局 (new) (ended 2024)",
            "该机构已于2024年更名为周口市新局（new）",
        ),
        (
            Life(ended="2024-03-15", ending="abolished", successor=HEIR),
            2024,
            "the body was abolished (ended 2024-03-15); 周口市新局 (new) took over",
            "该机构已于2024-03-15撤销，职责由周口市新局（new）承接",
        ),
        (
            Life(to_year=2022),
            2023,
            "the body no longer exists (last report year 2022)",
            "最后报告年度为2022年",
        ),
        (
            Life(ended="2024", ending="merged"),
            2024,
            "the body was merged (ended 2024)",
            "该机构已于2024年合并",
        ),
    ],
)
def test_why_nothing_is_owed_names_the_successor(life: Life, year: int, english: str, chinese: str) -> None:
    told, told_zh = life.why_not(year)
    assert english in told
    assert chinese in told_zh


def status(world: World, name: str, year: int) -> dict[str, object]:
    return next(
        iter(world.db.query("SELECT * FROM report_status WHERE publisher = ? AND year = ?", (name, year)))
    )


def test_a_merged_body_owes_its_last_report_and_then_its_successor_does(world: World) -> None:
    world.watch("new", from_year=2023, at="2024-01-01T00:00:00Z")
    world.watch("old", ended="2024-03-15", ending="merged", successor="new", at="2024-01-01T00:00:00Z")
    world.good("2025-01-20T01:00:00Z", ("old", 2022))
    world.good("2025-02-05T01:00:00Z", ("old", 2022))
    world.good("2025-02-20T01:00:00Z", ("old", 2022))
    world.check("2025-02-21T01:00:00Z")
    gone = status(world, "old", 2024)
    assert (gone["status"], gone["why"], gone["owed"]) == ("not due", "outside_its_life", 0)
    assert "merged into 周口市new局 (new)" in str(gone["due_source"])
    assert status(world, "old", 2023)["owed"] == 1
    assert status(world, "new", 2024)["status"] == "missing"
    assert [key for key in world.open() if key.startswith("missing|old|2024")] == []


def test_a_report_found_after_the_end_is_shown_and_not_called_late(world: World) -> None:
    world.watch("old", ended="2024-03-15", ending="abolished", at="2024-01-01T00:00:00Z")
    world.good("2025-02-05T01:00:00Z", ("old", 2022))
    world.good("2025-02-20T01:00:00Z", ("old", 2022), ("old", 2024))
    world.check("2025-02-21T01:00:00Z")
    found = status(world, "old", 2024)
    assert (found["status"], found["why"]) == ("published, timing unproved", "published_outside_its_life")
    assert found["days_late"] is None


def test_learning_that_a_body_had_ended_takes_back_that_it_is_missing(world: World) -> None:
    world.watch("old", "other", at="2024-01-01T00:00:00Z")
    for at in ("2025-01-20", "2025-02-05", "2025-02-20"):
        world.good(f"{at}T01:00:00Z", ("old", 2023), ("other", 2023), ("other", 2024))
    world.check("2025-02-20T02:00:00Z")
    assert world.open() == ["missing|old|2024"]
    world.publishers = [
        replace(p, ended="2024-12-01", ending="merged", successor="other") if p.id == "old" else p
        for p in world.publishers
    ]
    world.save("2025-02-21T01:00:00Z")
    world.check("2025-02-21T01:00:00Z")
    assert world.open() == []


def test_a_report_under_a_name_that_passed_on_is_the_successors(world: World) -> None:
    world.watch("old", ended="2024-03-15", ending="renamed", successor="new", at="2024-01-01T00:00:00Z")
    world.watch("new", from_year=2024, aliases=("周口市old局",), at="2024-01-01T00:00:00Z")
    world.good("2025-01-20T01:00:00Z", ("old", 2023), ("old", 2024))
    world.check("2025-02-21T01:00:00Z")
    assert status(world, "new", 2024)["status"] == "on time"
    assert status(world, "old", 2024)["why"] == "outside_its_life"
    assert status(world, "old", 2023)["first_seen"] is not None
