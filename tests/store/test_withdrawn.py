"""Withdrawn needs patience: three good visits over three days, and a page that is not there either."""

from __future__ import annotations

import pytest

from store.crawls import note_capture
from tests.store.world import PAGE, TITLE, World, at


@pytest.fixture
def published(world: World) -> World:
    world.visit("2025-01-20", TITLE)
    world.keep("2025-01-20")
    return world


def test_gone_from_three_good_visits_over_three_days_is_withdrawn(published: World) -> None:
    for day in ("2025-02-01", "2025-02-02", "2025-02-04"):
        published.visit(day)
    published.gone("2025-02-04")
    row = published.judge("2025-02-05")
    assert (row["status"], row["why"]) == ("withdrawn", "entry_gone")


def test_off_the_list_alone_proves_nothing(published: World) -> None:
    for day in ("2025-02-01", "2025-02-02", "2025-02-04"):
        published.visit(day)
    assert published.status("2025-02-05") == "on time"


@pytest.mark.parametrize("failed", ["2025-02-04", "2025-02-05"])
def test_a_page_that_refuses_us_is_not_withdrawn(published: World, failed: str) -> None:
    for day in ("2025-02-01", "2025-02-02", "2025-02-04"):
        published.visit(day)
    published.gone("2025-02-04")
    note_capture(published.db, "failed", PAGE, at(failed), status=403, note="refused: 403")
    assert published.status("2025-02-06") == "on time"


def test_a_page_that_was_gone_while_it_was_listed_proves_nothing(published: World) -> None:
    published.gone("2025-01-20")
    for day in ("2025-02-01", "2025-02-02", "2025-02-04"):
        published.visit(day)
    assert published.status("2025-02-05") == "on time"


def test_three_visits_within_three_days_are_too_few(published: World) -> None:
    for day in ("2025-02-01", "2025-02-02", "2025-02-03"):
        published.visit(day)
    published.gone("2025-02-03")
    assert published.status("2025-02-05") == "on time"


def test_two_visits_are_too_few(published: World) -> None:
    for day in ("2025-02-01", "2025-02-20"):
        published.visit(day)
    published.gone("2025-02-03")
    assert published.status("2025-02-20") == "on time"


def test_blind_and_unchanged_visits_do_not_count(published: World) -> None:
    published.visit("2025-02-01")
    published.visit("2025-02-03", blind="truncated")
    published.visit("2025-02-05", outcome="unchanged")
    published.visit("2025-02-08")
    assert published.status("2025-02-09") == "on time"


def test_a_page_that_still_answers_is_not_withdrawn(published: World) -> None:
    for day in ("2025-02-01", "2025-02-02", "2025-02-04"):
        published.visit(day)
    published.unchanged("2025-02-04")
    assert published.status("2025-02-05") == "on time"


def test_a_page_that_is_gone_too_is_withdrawn(published: World) -> None:
    for day in ("2025-02-01", "2025-02-02", "2025-02-04"):
        published.visit(day)
    published.gone("2025-02-04")
    assert published.status("2025-02-05") == "withdrawn"


def test_what_returns_is_no_longer_withdrawn(published: World) -> None:
    for day in ("2025-02-01", "2025-02-02", "2025-02-04"):
        published.visit(day)
    published.gone("2025-02-04")
    published.visit("2025-02-06", TITLE)
    assert published.status("2025-02-06") == "on time"


def test_a_second_entry_of_the_same_report_keeps_it(published: World) -> None:
    other = (PAGE.replace("1", "2"), TITLE, None)
    for day in ("2025-02-01", "2025-02-02", "2025-02-04"):
        published.visit(day, other)
    published.gone("2025-02-04")
    assert published.status("2025-02-05") == "on time"


def test_a_list_that_moved_says_nothing_about_old_entries(published: World) -> None:
    published.source("list", "https://www.zhoukou.gov.cn/new/", day="2025-02-01")
    for day in ("2025-02-02", "2025-02-04", "2025-02-06", "2025-02-08"):
        published.visit(day)
    assert published.status("2025-02-09") == "on time"


def test_an_entry_nobody_knows_may_be_the_same_report_renamed(published: World) -> None:
    renamed = (PAGE.replace("1", "2"), "周口市财税局2024年政府信息公开工作年度报告", None)
    for day in ("2025-02-01", "2025-02-02", "2025-02-04"):
        published.visit(day, renamed)
    published.gone("2025-02-04")
    row = published.judge("2025-02-05")
    assert (row["status"], row["unmatched"]) == ("on time", 1)
