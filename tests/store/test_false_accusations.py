"""Each way in which a monitor could wrongly say "missing" or "late": it must say that it cannot tell."""

from __future__ import annotations

import pytest

from tests.store.world import PAGE, TITLE, URL, World

FORMER = "周口市财税局2024年政府信息公开工作年度报告"


def test_an_old_year_that_was_never_watched_is_not_found(world: World) -> None:
    world.owe(2020, "2021-01-31")
    world.visit("2025-01-20")
    world.visit("2025-02-03")
    assert world.status("2025-02-10", year=2020) == "not found"


def test_a_first_visit_in_may_is_not_found(world: World) -> None:
    world.visit("2025-05-05")
    assert world.status("2025-05-06") == "not found"


def test_only_304s_since_the_due_date_are_unknown(world: World) -> None:
    world.visit("2025-01-20")
    for day in ("2025-02-01", "2025-02-02", "2025-02-05"):
        world.visit(day, outcome="unchanged")
    row = world.judge("2025-02-10")
    assert (row["status"], row["why"]) == ("unknown", "not_seen_since_due")


def test_only_304s_ever_are_unknown(world: World) -> None:
    world.visit("2025-02-01", outcome="unchanged")
    assert world.status("2025-02-10") == "unknown"


@pytest.mark.parametrize(
    "kind", ["truncated", "captcha", "empty", "maintenance", "connection", "count_collapsed", "interrupted"]
)
def test_a_blind_visit_never_proves_absence(world: World, kind: str) -> None:
    world.visit("2025-01-20")
    world.visit("2025-02-03", blind=kind)  # type: ignore[arg-type]  # each is a BlindKind
    assert world.status("2025-02-10") == "unknown"


def test_a_visit_that_never_ended_proves_nothing(world: World) -> None:
    world.visit("2025-01-20")
    world.db.execute(
        "INSERT INTO crawls (source, url, started_at) VALUES ('list', ?, '2025-02-03T04:00:00Z')", (URL,)
    )
    assert world.status("2025-02-10") == "unknown"


def test_a_blind_visit_between_does_not_make_it_late(world: World) -> None:
    world.visit("2025-01-20")
    world.visit("2025-02-03", blind="captcha")
    world.visit("2025-02-09", TITLE)
    assert world.status("2025-02-10") == "published, timing unproved"


def test_a_list_that_moved_must_be_seen_again(world: World) -> None:
    world.visit("2025-01-20")
    world.visit("2025-02-03")
    world.source("list", "https://www.zhoukou.gov.cn/new/", day="2025-02-05")
    row = world.judge("2025-02-10")
    assert (row["status"], row["why"]) == ("unknown", "never_seen_well")


def test_a_list_that_moved_and_lacks_it_in_june_is_not_found(world: World) -> None:
    world.visit("2025-01-20")
    world.source("list", "https://www.zhoukou.gov.cn/new/", day="2025-06-01")
    world.visit("2025-06-02")
    assert world.status("2025-06-03") == "not found"


def test_missing_on_the_old_list_and_on_the_new_one_in_june_is_not_found(world: World) -> None:
    world.visit("2025-02-03")
    world.source("list", "https://www.zhoukou.gov.cn/new/", day="2025-06-01")
    world.visit("2025-06-02")
    assert world.status("2025-06-03") == "not found"


def test_a_visit_of_another_address_is_no_visit_of_the_source(world: World) -> None:
    world.visit("2025-02-03", url="https://www.zhoukou.gov.cn/elsewhere/")
    assert world.status("2025-02-10") == "unknown"


def test_absence_from_the_old_list_does_not_make_a_find_on_the_new_one_late(world: World) -> None:
    world.visit("2025-02-03")
    world.source("list", "https://www.zhoukou.gov.cn/new/", day="2025-06-01")
    world.visit("2025-06-02", TITLE)
    assert world.status("2025-06-03") == "published, timing unproved"


def test_a_name_nobody_knows_blocks_missing(world: World) -> None:
    world.visit("2025-01-20", FORMER)
    world.visit("2025-02-03", FORMER)
    row = world.judge("2025-02-10")
    assert (row["status"], row["why"], row["unmatched"]) == ("unknown", "unmatched_titles", 1)


def test_the_alias_added_later_makes_it_on_time_at_once(world: World) -> None:
    world.visit("2025-01-20", FORMER)
    world.visit("2025-02-03", FORMER)
    assert world.status("2025-02-10") == "unknown"
    world.watch(aliases=("周口市财税局",))
    assert world.status("2025-02-10") == "on time"


def test_the_alias_added_later_makes_it_late_if_a_visit_lacked_it(world: World) -> None:
    world.visit("2025-02-03")
    world.visit("2025-02-09", FORMER)
    assert world.status("2025-02-10") == "unknown"
    world.watch(aliases=("周口市财税局",))
    assert world.status("2025-02-10") == "late"


def test_an_unknown_entry_of_another_year_blocks_nothing(world: World) -> None:
    world.visit("2025-02-03", FORMER.replace("2024", "2023"))
    assert world.status("2025-02-10") == "missing"


def test_an_unknown_entry_without_a_year_blocks_every_year(world: World) -> None:
    world.owe(2023, "2024-01-31")
    world.visit("2024-02-03")
    world.visit("2025-02-03", "周口市财税局政府信息公开工作年度报告")
    assert world.status("2025-02-10", year=2023) == "unknown"
    assert world.status("2025-02-10") == "unknown"


def test_a_name_that_is_known_not_to_be_watched_blocks_nobody(world: World) -> None:
    world.source("list", URL, others=("周口市*税局",))
    world.visit("2025-02-03", FORMER)
    assert world.status("2025-02-10") == "missing"


def test_a_summary_that_nobody_has_read_blocks_missing(world: World) -> None:
    world.visit("2025-02-03", "2024年政府信息公开年报汇总")
    assert world.status("2025-02-10") == "unknown"


def test_an_entry_that_is_no_report_blocks_nothing(world: World) -> None:
    world.visit("2025-02-03", "周口市财政局政府信息公开指南", ("https://a/2", "2024年法治政府建设报告", None))
    assert world.status("2025-02-10") == "missing"


def test_a_page_renamed_at_its_address_keeps_its_first_day(world: World) -> None:
    world.visit("2025-01-20", FORMER)
    world.visit("2025-02-03", FORMER)
    world.visit("2025-02-09", TITLE)
    assert world.status("2025-02-10") == "on time"


def test_a_page_renamed_and_moved_is_not_late_by_our_ignorance(world: World) -> None:
    world.visit("2025-01-20", FORMER)
    world.visit("2025-02-03", FORMER)
    world.visit("2025-02-09", (f"{URL}2.html", TITLE, None))
    assert world.status("2025-02-10") == "published, timing unproved"


def test_a_page_moved_under_the_same_title_keeps_its_first_day(world: World) -> None:
    world.visit("2025-01-20", TITLE)
    world.visit("2025-02-03", (f"{URL}2.html", TITLE, None))
    assert world.status("2025-02-10") == "on time"


def test_a_year_corrected_in_the_title_is_not_late_by_our_visits(world: World) -> None:
    world.visit("2025-01-20", TITLE.replace("2024", "2023"))
    world.visit("2025-02-03", TITLE.replace("2024", "2023"))
    world.visit("2025-02-09", TITLE)
    assert world.status("2025-02-10") == "published, timing unproved"


def test_an_address_used_again_every_year_is_not_on_time_by_last_years_report(world: World) -> None:
    world.visit("2024-01-20", (PAGE, TITLE.replace("2024", "2023"), "2024-01-20"))
    world.visit("2025-02-03", (PAGE, TITLE.replace("2024", "2023"), "2024-01-20"))
    world.visit("2025-02-09", (PAGE, TITLE, "2025-02-08"))
    row = world.judge("2025-02-10")
    assert (row["status"], row["page_date"]) == ("late", "2025-02-08")


def test_a_title_with_the_year_of_publication_blocks_the_year_before(world: World) -> None:
    world.visit("2025-01-20", TITLE.replace("2024", "2025"))
    world.visit("2025-02-03", TITLE.replace("2024", "2025"))
    assert world.status("2025-02-10") == "unknown"


def test_a_document_of_another_year_than_its_title_blocks_both(world: World) -> None:
    world.owe(2023, "2024-01-31")
    world.visit("2024-02-03")
    world.visit("2025-02-03", TITLE)
    world.read(world.keep("2025-02-03"), "周口市财政局", 2023)
    assert world.status("2025-02-10") == "unknown"
    assert world.status("2025-02-10", year=2023) == "unknown"


def test_two_lists_and_one_blind_is_unknown(empty: World) -> None:
    empty.watch(sources=("list", "own"))
    empty.owe()
    for day in ("2025-01-20", "2025-02-03"):
        empty.visit(day)
    empty.visit("2025-01-20", source="own")
    empty.visit("2025-02-03", source="own", blind="firewall")
    row = empty.judge("2025-02-10")
    assert (row["status"], row["why"], row["sources"], row["blind_sources"]) == (
        "unknown",
        "not_seen_since_due",
        2,
        1,
    )


def test_two_lists_must_both_have_lacked_it(empty: World) -> None:
    empty.watch(sources=("list", "own"))
    empty.owe()
    empty.visit("2025-01-20", source="own")
    empty.visit("2025-02-03")
    empty.visit("2025-02-09", TITLE)
    assert empty.status("2025-02-10") == "published, timing unproved"


def test_two_lists_that_both_lacked_it_count_from_the_earlier(empty: World) -> None:
    empty.watch(sources=("list", "own"))
    empty.owe()
    empty.visit("2025-02-03", source="own")
    empty.visit("2025-02-05")
    empty.visit("2025-02-09", TITLE)
    row = empty.judge("2025-02-10")
    assert (row["status"], row["days_late"]) == ("late", 3)


def test_a_second_list_added_later_must_have_been_seen(world: World) -> None:
    world.visit("2025-02-03")
    world.watch(sources=("list", "own"), day="2025-02-05")
    assert world.status("2025-02-10") == "unknown"
    world.visit("2025-06-01", source="own")
    assert world.status("2025-06-02") == "not found"


def test_found_on_a_list_that_is_not_its_own_is_found(world: World) -> None:
    world.watch("zk", "周口市人民政府", sources=("city",), kind="government")
    world.visit("2025-01-20", ("https://city.gov.cn/1", TITLE, None), source="city")
    world.visit("2025-02-03")
    assert world.status("2025-02-10") == "on time"


def test_a_document_that_a_person_brought_is_never_late_by_our_visits(world: World) -> None:
    world.visit("2025-02-03")
    world.keep("2025-02-09", by="a reader", source=None)
    row = world.judge("2025-02-10")
    assert (row["status"], row["lacked_at"]) == ("published, timing unproved", None)


def test_a_document_that_a_person_brought_in_time_is_on_time(world: World) -> None:
    world.visit("2025-02-03")
    world.read(world.keep("2025-01-25", by="a reader", source=None), None, None)
    assert world.status("2025-02-10") == "on time"


def test_a_person_who_looked_and_saw_nothing_makes_nothing_missing(world: World) -> None:
    world.visit("2025-01-20")
    world.db.execute(
        "INSERT INTO attestations (publisher, year, seen_at, by, url, note)"
        " VALUES ('zk-cz', 2024, '2025-02-05T04:00:00Z', 'a reader', ?, '')",
        (URL,),
    )
    assert world.status("2025-02-10") == "unknown"


def test_a_page_date_later_than_the_day_it_was_seen_is_no_date(world: World) -> None:
    world.visit("2025-02-03", TITLE)
    world.keep("2025-05-10", published="2025-05-09")
    row = world.judge("2025-05-10")
    assert (row["status"], row["page_date"]) == ("published, timing unproved", None)


def test_a_date_from_before_the_year_was_over_is_no_date(world: World) -> None:
    world.visit("2025-05-03", (PAGE, TITLE, "2019-06-01"))
    row = world.judge("2025-05-10")
    assert (row["status"], row["page_date"]) == ("published, timing unproved", None)


def test_a_date_within_the_titles_year_says_that_the_title_names_the_year_of_publication(
    world: World,
) -> None:
    world.visit("2025-05-03", (PAGE, TITLE, "2024-01-20"))
    row = world.judge("2025-05-10")
    assert (row["status"], row["why"]) == ("unknown", "unmatched_titles")


def test_a_date_moved_by_a_later_edit_does_not_make_it_late(world: World) -> None:
    world.visit("2025-05-03", (PAGE, TITLE, "2025-01-30"))
    world.visit("2025-06-03", (PAGE, TITLE, "2025-06-01"))
    assert world.status("2025-06-10") == "on time by its own date"


def test_before_it_existed_and_after_it_ended_nothing_matches(empty: World) -> None:
    empty.old_reports = False
    empty.watch(from_year=2022, to_year=2023)
    empty.visit("2025-01-20", TITLE)
    empty.owe(2023, "2024-01-31")
    empty.judge("2025-02-10", year=2023)
    assert [row["year"] for row in empty.db.query("SELECT year FROM report_status")] == [2023]


def test_the_same_clock_for_all_of_a_run_makes_no_witness_of_the_visit_that_found_it(world: World) -> None:
    world.visit("2025-02-03", TITLE)
    world.db.execute("UPDATE crawls SET finished_at = started_at")
    assert world.status("2025-02-03") == "published, timing unproved"


def test_an_old_report_that_returns_when_a_site_moves_is_not_late(world: World) -> None:
    world.owe(2020, "2021-01-31")
    world.visit("2025-02-03")
    world.visit("2025-02-09", (PAGE, TITLE.replace("2024", "2020"), "2021-01-20"))
    assert world.status("2025-02-10", year=2020) == "on time by its own date"
