"""One test per status of a report, directly on rows."""

from __future__ import annotations

import pytest

from tests.store.world import PAGE, TITLE, World

DATED = (PAGE, TITLE, "2025-01-30")
DATED_LATE = (PAGE, TITLE, "2025-02-10")


def test_seen_before_the_due_date_is_on_time(world: World) -> None:
    world.visit("2025-01-20", TITLE)
    row = world.judge("2025-02-10")
    assert (row["status"], row["why"], row["first_seen"]) == (
        "on time",
        "seen_in_time",
        "2025-01-20T04:00:00Z",
    )


def test_seen_in_the_last_minute_of_the_due_date_is_on_time(world: World) -> None:
    world.visit("2025-01-31T15:59:59Z", TITLE)
    assert world.status("2025-02-10") == "on time"


def test_seen_in_time_is_on_time_whatever_the_page_says(world: World) -> None:
    world.visit("2025-01-20", DATED_LATE)
    assert world.status("2025-02-10") == "on time"


def test_seen_only_by_a_blind_visit_is_seen(world: World) -> None:
    world.visit("2025-01-20", TITLE, blind="truncated")
    assert world.status("2025-02-10") == "on time"


def test_a_page_dated_after_the_due_date_is_late(world: World) -> None:
    world.visit("2025-02-12", DATED_LATE)
    row = world.judge("2025-02-12")
    assert (row["status"], row["why"], row["days_late"]) == ("late", "page_date_after_due", 10)


def test_a_good_visit_after_the_due_date_that_lacked_it_proves_it_late(world: World) -> None:
    world.visit("2025-02-03")
    world.visit("2025-02-05")
    world.visit("2025-02-09", TITLE)
    row = world.judge("2025-02-10")
    assert (row["status"], row["why"]) == ("late", "lacked_after_due")
    assert (row["lacked_at"], row["days_late"]) == ("2025-02-05T04:00:00Z", 5)


def test_a_caches_copy_from_before_the_due_date_was_over_proves_nothing(world: World) -> None:
    world.visit("2025-01-31T20:00:00Z", copy_age=5 * 3600)  # four hours after midnight in Shanghai
    world.visit("2025-02-01", DATED)
    assert world.judge("2025-02-02")["status"] == "on time by its own date"


def test_a_caches_copy_shows_the_list_of_when_it_was_made(world: World) -> None:
    world.visit("2025-02-03", copy_age=24 * 3600)
    world.visit("2025-02-09", TITLE)
    row = world.judge("2025-02-10")
    assert (row["lacked_at"], row["days_late"]) == ("2025-02-02T04:00:00Z", 2)


def test_a_date_in_time_on_a_page_that_was_not_there_is_late(world: World) -> None:
    world.visit("2025-02-03")
    world.visit("2025-02-09", DATED)
    row = world.judge("2025-02-10")
    assert (row["status"], row["why"]) == ("late", "lacked_despite_page_date")


def test_found_later_with_a_date_in_time_is_on_time_by_its_own_date(world: World) -> None:
    world.visit("2025-05-09", DATED)
    row = world.judge("2025-05-10")
    assert (row["status"], row["page_date"]) == ("on time by its own date", "2025-01-30")


def test_found_later_without_a_date_is_published_with_its_timing_unproved(world: World) -> None:
    world.visit("2025-05-09", TITLE)
    assert world.status("2025-05-10") == "published, timing unproved"


def test_absent_after_the_due_date_from_a_watched_list_is_missing(world: World) -> None:
    world.visit("2025-01-20")
    world.visit("2025-02-03")
    row = world.judge("2025-02-10")
    assert (row["status"], row["why"], row["good_after_due"]) == ("missing", "absent_after_due", 1)
    assert row["last_good"] == "2025-02-03T04:00:00Z"


def test_a_missing_report_that_appears_is_late(world: World) -> None:
    world.visit("2025-02-03")
    assert world.status("2025-02-05") == "missing"
    world.visit("2025-02-20", TITLE)
    assert world.status("2025-02-20") == "late"


def test_before_the_due_date_is_over_it_is_awaited(world: World) -> None:
    world.visit("2025-01-20")
    assert world.status("2025-01-31T15:59:59Z") == "awaited"


def test_the_year_itself_is_not_due(world: World) -> None:
    world.visit("2024-12-20")
    assert world.status("2024-12-31T15:59:59Z") == "not due"
    assert world.status("2024-12-31T16:00:00Z") == "awaited"


def test_without_a_legal_date_nothing_is_due(world: World) -> None:
    world.owe(due=None, owed=False)
    world.visit("2025-02-03")
    row = world.judge("2025-06-10")
    assert (row["status"], row["why"]) == ("not due", "no_due_date")


def test_published_without_a_legal_date_is_neither_in_time_nor_late(world: World) -> None:
    world.owe(due=None, owed=False)
    world.visit("2025-02-03", TITLE)
    row = world.judge("2025-06-10")
    assert (row["status"], row["why"]) == ("published, timing unproved", "published_without_due_date")


def test_a_publisher_without_a_source_is_unknown(empty: World) -> None:
    empty.watch(sources=())
    empty.owe()
    row = empty.judge("2025-02-10")
    assert (row["status"], row["why"]) == ("unknown", "no_source")


def test_a_source_that_never_had_a_good_visit_is_unknown_even_before_the_due_date(world: World) -> None:
    world.visit("2025-01-10", blind="captcha")
    row = world.judge("2025-01-20")
    assert (row["status"], row["why"], row["blind_sources"]) == ("unknown", "never_seen_well", 1)


def test_no_longer_seen_since_the_due_date_is_unknown(world: World) -> None:
    world.visit("2025-01-20")
    row = world.judge("2025-02-10")
    assert (row["status"], row["why"], row["good_after_due"]) == ("unknown", "not_seen_since_due", 0)


def test_a_visit_on_the_due_date_itself_proves_nothing(world: World) -> None:
    world.visit("2025-01-31")
    assert world.status("2025-02-10") == "unknown"


@pytest.mark.parametrize(
    ("first", "status"), [("2025-02-14T16:00:00Z", "missing"), ("2025-02-14T16:00:01Z", "not found")]
)
def test_watched_around_the_due_date_ends_a_fortnight_after_it(world: World, first: str, status: str) -> None:
    world.visit(first)
    assert world.status("2025-06-01") == status


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [
        ("2025-01-25", "2025-03-02", "missing"),
        ("2025-01-24", "2025-03-02", "not found"),
        ("2025-01-25", "2025-03-04", "not found"),
        ("2024-11-15", "2025-02-20", "not found"),
    ],
)
def test_visits_close_to_the_due_date_on_both_sides_count_as_watched(
    world: World, before: str, after: str, status: str
) -> None:
    world.visit(before)
    world.visit(after)
    assert world.status("2025-06-02") == status


def test_a_list_that_never_showed_a_report_may_be_the_wrong_one(world: World) -> None:
    world.old_reports = False
    world.visit("2025-02-03", ("https://a.gov.cn/n.html", "关于召开会议的通知", None))
    row = world.judge("2025-02-10")
    assert (row["status"], row["why"]) == ("unknown", "no_report_ever_there")


@pytest.mark.parametrize(
    ("newest", "status", "why"),
    [(2020, "unknown", "no_recent_report_there"), (2021, "missing", "absent_after_due")],
)
def test_a_list_of_old_reports_only_may_have_been_left_for_another(
    world: World, newest: int, status: str, why: str
) -> None:
    world.old_reports = False
    world.visit(
        "2025-02-03", ("https://a.gov.cn/o.html", f"周口市财政局{newest}年政府信息公开工作年度报告", None)
    )
    row = world.judge("2025-02-10")
    assert (row["status"], row["why"]) == (status, why)


def test_what_was_once_seen_is_never_missing(world: World) -> None:
    world.visit("2025-01-20", TITLE)
    world.judge("2025-01-20")
    world.db.execute("DELETE FROM possible_reports")
    world.visit("2025-02-03", (PAGE, "关于召开会议的通知", None))
    row = world.judge("2025-02-10")
    assert (row["status"], row["why"]) == ("unknown", "was_seen_before")


def test_an_address_that_serves_the_next_year_keeps_the_old_report(world: World) -> None:
    world.visit("2025-01-20", TITLE)
    world.read(world.keep("2025-01-20", b"2024"), "周口市财政局", 2024)
    assert world.status("2025-02-10") == "on time"
    world.visit("2026-01-20", TITLE.replace("2024", "2025"))
    world.read(world.keep("2026-01-20", b"2025"), "周口市财政局", 2025)
    row = world.judge("2026-02-10")
    assert (row["status"], row["first_seen"]) == ("on time", "2025-01-20T04:00:00Z")


def test_an_unwatched_publisher_is_not_judged(world: World) -> None:
    world.publishers.clear()
    world.save("2025-01-01")
    assert not list(world.db.query("SELECT * FROM report_status"))


def test_nothing_is_judged_before_check_has_looked(world: World) -> None:
    world.visit("2025-02-03")
    world.db.execute("DELETE FROM as_of")
    assert [row["status"] for row in world.db.query("SELECT status FROM report_status")] == ["not due"]


def test_coverage_counts_each_status_once(world: World) -> None:
    world.visit("2025-02-03")
    world.judge("2025-02-10")
    (row,) = world.db.query("SELECT * FROM coverage WHERE year = 2024")
    assert (row["region"], row["year"], row["reports"], row["missing"], row["late"]) == (
        "henan/zhoukou",
        2024,
        1,
        1,
        0,
    )


def test_a_report_that_stayed_away_for_years_is_late_by_all_of_them(world: World) -> None:
    for day in ("2025-02-03", "2026-02-03", "2026-08-01"):
        world.visit(day)
    world.visit("2026-08-02", TITLE)
    world.read(world.keep("2026-08-02"), "周口市财政局", 2024)
    row = world.judge("2026-08-03")
    assert (row["status"], row["days_late"]) == ("late", 547)


def test_last_years_title_on_a_second_entry_may_be_this_years_report(world: World) -> None:
    world.visit("2025-01-20", (PAGE, TITLE.replace("2024", "2023"), "2024-01-20"))
    again = (PAGE.replace("1", "2"), TITLE.replace("2024", "2023"), "2025-01-20")
    world.visit("2025-02-03", (PAGE, TITLE.replace("2024", "2023"), "2024-01-20"), again)
    assert world.judge("2025-02-10")["why"] == "unmatched_titles"


def test_a_year_to_come_may_be_any_year(world: World) -> None:
    world.visit("2025-02-03", TITLE.replace("2024", "2042"))
    assert world.judge("2025-02-10")["why"] == "unmatched_titles"
