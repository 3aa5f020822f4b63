"""A slip in a title or a date: one mistake of a website accuses nobody, least of all for two years."""

from __future__ import annotations

import pytest

from parsers.model import Parsed
from store.readings import save_readings
from tests.store.world import PAGE, TITLE, URL, World, at

NEW = f"{URL}new.html"
LAST_YEARS = TITLE.replace("2024", "2023")
AUDIT = "周口市审计局2024年政府信息公开工作年度报告"


def last_years_title(world: World, day: str | None = "2025-01-20") -> None:
    """The report for 2024 stands there under the title of 2023, and its page has no text to read."""
    for visited in ("2025-01-22", "2025-02-03"):
        world.visit(visited, (NEW, LAST_YEARS, day))


def test_a_report_under_last_years_title_accuses_for_neither_year(world: World) -> None:
    world.owe(2023, "2024-01-31")
    last_years_title(world)
    assert world.judge("2025-02-10")["why"] == "unmatched_titles"
    row = world.judge("2025-02-10", year=2023)
    assert (row["status"], row["why"]) == ("published, timing unproved", "page_date_proves_nothing")


def test_a_report_under_last_years_title_may_be_this_years_from_whatever_year_the_body_is_watched(
    world: World,
) -> None:
    world.watch(from_year=2024)
    last_years_title(world)
    assert world.judge("2025-02-10")["why"] == "unmatched_titles"


def test_a_report_under_last_years_title_beside_the_real_one_may_be_this_years(world: World) -> None:
    world.watch(from_year=2024)
    for visited in ("2025-01-22", "2025-02-03"):
        world.visit(visited, (NEW, LAST_YEARS, "2025-01-20"), (f"{URL}old.html", LAST_YEARS, "2024-01-20"))
    assert world.judge("2025-02-10")["why"] == "unmatched_titles"


def test_a_document_that_says_the_year_of_its_title_settles_it(world: World) -> None:
    world.owe(2023, "2024-01-31")
    last_years_title(world)
    world.read(world.keep("2025-01-22", page=NEW), "周口市财政局", 2023)
    assert world.status("2025-02-10") == "missing"
    row = world.judge("2025-02-10", year=2023)
    assert (row["status"], row["why"]) == ("late", "page_date_after_due")


def test_an_entry_that_came_while_we_watched_needs_no_date(world: World) -> None:
    world.owe(2023, "2024-01-31")
    world.visit("2024-02-05")
    last_years_title(world, None)
    assert world.judge("2025-02-10")["why"] == "unmatched_titles"
    assert world.status("2025-02-10", year=2023) == "published, timing unproved"


def test_an_entry_of_last_year_that_was_always_there_blocks_nothing(world: World) -> None:
    last_years_title(world, None)
    assert world.status("2025-02-10") == "missing"


def test_an_entry_of_last_year_dated_in_its_own_season_blocks_nothing(world: World) -> None:
    last_years_title(world, "2024-03-20")
    assert world.status("2025-02-10") == "missing"


def test_a_mistyped_entry_that_goes_withdraws_nothing(world: World) -> None:
    world.owe(2023, "2024-01-31")
    world.visit("2025-01-22", (NEW, LAST_YEARS, "2025-01-20"))
    world.keep("2025-01-22", page=NEW)
    for day in ("2025-02-01", "2025-02-02", "2025-02-04"):
        world.visit(day, TITLE)
    world.db.execute(
        "INSERT INTO captures (kind, url, seen_at, status) VALUES ('gone', ?, ?, 404)",
        (NEW, at("2025-02-04")),
    )
    assert world.status("2025-02-10", year=2023) == "published, timing unproved"


def two_titles(world: World) -> None:
    world.watch("zk-sj", "周口市审计局")
    world.watch("zk-tj", "周口市统计局")
    for publisher in ("zk-sj", "zk-tj"):
        world.owe(publisher=publisher)
    for day in ("2025-01-22", "2025-02-03"):
        world.visit(day, TITLE, (NEW, TITLE, None), (f"{URL}3.html", AUDIT, None))


def test_the_same_title_twice_may_hide_the_report_of_somebody_without_one(world: World) -> None:
    two_titles(world)
    world.read(world.keep("2025-01-22"), "周口市财政局", 2024)
    statuses = [world.status("2025-02-10", one) for one in ("zk-cz", "zk-sj", "zk-tj")]
    assert statuses == ["on time", "on time", "unknown"]


def test_the_same_title_twice_hides_nothing_when_both_were_read(world: World) -> None:
    two_titles(world)
    for page in (PAGE, NEW):
        document = world.keep("2025-01-22", page.encode(), page=page)
        parsed = Parsed("周口市财政局", 2024, None, "2021", (), (), (), "html")
        save_readings(world.db, document, "1", [parsed], at("2025-01-22"))
    assert world.status("2025-02-10", "zk-tj") == "missing"


def dated(world: World, *reports: tuple[int, str], seen: str = "2025-06-20") -> None:
    for year, _ in reports:
        world.owe(year, f"{year + 1}-01-31")
    rows = [(f"{URL}{year}/", TITLE.replace("2024", str(year)), day) for year, day in reports]
    world.visit(seen, *rows)
    for year, _ in reports:
        page = f"{URL}{year}/"
        world.read(world.keep(seen, page.encode(), page=page), "周口市财政局", year)


def test_one_report_dated_after_the_due_date_is_late_by_its_own_date(world: World) -> None:
    dated(world, (2024, "2025-06-10"))
    assert world.judge("2025-06-21")["why"] == "page_date_after_due"


@pytest.mark.parametrize("other", ["2025-06-10", "2025-06-08", "2025-06-13"])
def test_old_pages_put_anew_on_a_new_website_are_not_late_by_their_date(world: World, other: str) -> None:
    dated(world, (2024, "2025-06-10"), (2023, other))
    for year in (2023, 2024):
        row = world.judge("2025-06-21", year=year)
        assert (row["status"], row["why"]) == ("published, timing unproved", "page_date_proves_nothing")


def test_a_late_report_is_late_beside_one_of_another_year_and_day(world: World) -> None:
    dated(world, (2024, "2025-06-10"), (2023, "2024-01-20"))
    assert world.status("2025-06-21") == "late"


def test_a_date_more_than_a_year_after_the_due_date_proves_nothing(world: World) -> None:
    dated(world, (2022, "2025-06-10"))
    row = world.judge("2025-06-21", year=2022)
    assert (row["status"], row["why"]) == ("published, timing unproved", "page_date_proves_nothing")


@pytest.mark.parametrize(
    ("day", "status"), [("2025-06-10", "published, timing unproved"), ("2025-02-10", "late")]
)
def test_most_reports_of_a_list_on_one_day_months_later_are_those_of_a_new_website(
    world: World, day: str, status: str
) -> None:
    names = {
        "zk-cz": "周口市财政局",
        "zk-sj": "周口市审计局",
        "zk-tj": "周口市统计局",
        "zk-jy": "周口市教育局",
    }
    for publisher, name in names.items():
        world.watch(publisher, name)
        world.owe(publisher=publisher)
    days = dict(zip(names, (day, day, day, "2025-01-20"), strict=True))
    rows = [(f"{URL}{one}", TITLE.replace("周口市财政局", name), days[one]) for one, name in names.items()]
    world.visit("2025-06-20", *rows)
    assert [world.status("2025-06-21", one) for one in names] == [status] * 3 + ["on time by its own date"]


def test_a_report_that_comes_to_a_list_without_recent_ones_is_not_late_by_its_lack(empty: World) -> None:
    empty.old_reports = False
    empty.watch()
    empty.owe()
    old = (f"{URL}2020.html", TITLE.replace("2024", "2020"), None)
    empty.visit("2025-02-03", old)
    empty.visit("2025-02-09", old, TITLE)
    assert empty.status("2025-02-10") == "published, timing unproved"


def test_a_report_that_leaves_a_list_of_old_ones_is_not_withdrawn(empty: World) -> None:
    empty.old_reports = False
    empty.watch()
    empty.owe()
    old = (f"{URL}2020.html", TITLE.replace("2024", "2020"), None)
    empty.visit("2025-01-20", old, TITLE)
    empty.keep("2025-01-20")
    for day in ("2025-02-01", "2025-02-02", "2025-02-04"):
        empty.visit(day, old)
    empty.gone("2025-02-04")
    assert empty.status("2025-02-05") == "on time"
