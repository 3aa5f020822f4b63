"""When a known report is read again."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.seasons import MONTH, WEEK, YEAR, in_season, is_due, is_missed, reread_hours
from store.crawls import KnownLink

TITLE = "示范市2025年政府信息公开工作年度报告"


def known(captured: str | None, tried: str | None, title: str = TITLE, year: int | None = None) -> KnownLink:
    return KnownLink(
        1, "http://x/", title, None, "report", captured or "", captured or "", year, 1, captured, tried
    )


@pytest.mark.parametrize(
    ("day", "season"),
    [
        ((1, 14), False),
        ((1, 15), True),
        ((3, 31), True),
        ((4, 15), True),
        ((4, 16), False),
        ((12, 31), False),
    ],
)
def test_the_season_is_from_mid_january_to_mid_april(day: tuple[int, int], season: bool) -> None:
    assert in_season(date(2026, *day)) is season


@pytest.mark.parametrize(
    ("title", "now", "hours"),
    [
        (TITLE, "2026-02-03T00:00:00Z", WEEK),
        (TITLE, "2026-07-03T00:00:00Z", MONTH),
        (TITLE, "2027-02-03T00:00:00Z", YEAR),
        ("政府信息公开年报", "2026-02-03T00:00:00Z", WEEK),
        (TITLE, "2026-12-31T17:00:00Z", YEAR),  # in Shanghai it is 2027
    ],
)
def test_the_pause_depends_on_the_season_and_the_report_year(title: str, now: str, hours: float) -> None:
    assert reread_hours(title, None, now) == hours


@pytest.mark.parametrize(
    ("captured", "tried", "due"),
    [
        (None, None, True),
        (None, "2026-02-10T01:00:00Z", False),
        (None, "2026-02-09T03:00:00Z", True),
        ("2026-02-04T00:00:00Z", "2026-02-04T00:00:00Z", False),
        ("2026-02-03T02:00:00Z", "2026-02-03T02:00:00Z", True),
        ("2026-02-01T00:00:00Z", "2026-02-10T01:00:00Z", False),
    ],
)
def test_a_report_is_due_when_it_was_never_had_or_had_long_ago(
    captured: str | None, tried: str | None, due: bool
) -> None:
    assert is_due(known(captured, tried), TITLE, "2026-02-10T02:00:00Z") is due


def test_a_new_report_is_due() -> None:
    assert is_due(None, TITLE, "2026-02-10T02:00:00Z")


def test_a_report_that_left_its_list_is_looked_for_once_a_day() -> None:
    assert is_missed(known(None, "2026-02-09T02:00:00Z"), "2026-02-10T02:00:00Z")
    assert not is_missed(known(None, "2026-02-10T01:00:00Z"), "2026-02-10T02:00:00Z")


def test_a_link_with_another_title_than_before_is_due_at_once() -> None:
    had = known("2026-02-10T01:00:00Z", "2026-02-10T01:00:00Z", "示范市2024年政府信息公开工作年度报告")
    assert is_due(had, TITLE, "2026-02-10T02:00:00Z")


def test_a_link_without_a_year_is_read_weekly_in_season_whatever_it_was() -> None:
    assert reread_hours("政府信息公开年报", 2020, "2026-02-03T00:00:00Z") == WEEK
    assert reread_hours("政府信息公开年报", 2020, "2026-07-03T00:00:00Z") == YEAR
