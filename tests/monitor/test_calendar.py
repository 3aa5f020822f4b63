"""Due dates are the law's, each with its citation; grace and holidays move the alert only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.calendar import alert_from, citation_in_chinese, due, due_ends, load_calendar, rules
from monitor.channels import Channel

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("kind", "year", "date", "basis"),
    [
        ("department", 2025, "2026-01-31", "law"),
        ("department", 2019, "2020-01-31", "law"),
        ("department", 2018, "2019-03-31", "law"),
        ("government", 2025, "2026-03-31", "law"),
        ("government", 2010, "2011-03-31", "law"),
        ("vertical", 2025, "2026-01-31", "inference"),
        ("authorised", 2025, "2026-01-31", "inference"),
        ("township", 2025, None, "none"),
        ("township", 2015, "2016-03-31", "law"),
        ("subdistrict", 2025, None, "none"),
        ("institution", 2025, None, "none"),
        ("management_committee", 2025, None, "none"),
    ],
)
def test_the_law_names_the_date(kind: str, year: int, date: str | None, basis: str) -> None:
    owed = due(kind, "henan/zhoukou", year)
    assert (owed.date, owed.basis) == (date, basis)


def test_every_rule_cites_its_source_in_both_languages() -> None:
    assert all("711" in rule.source or "492" in rule.source for rule in rules())
    assert all("国务院令" in rule.source_zh for rule in rules())


def test_an_inference_says_that_it_is_one() -> None:
    owed = due("vertical", "henan", 2025)
    assert "by inference" in owed.source
    assert "推断" in citation_in_chinese(owed.source)


def test_an_override_with_its_source_wins() -> None:
    owed = due("township", "henan", 2025, "01-15", "notice 7")
    assert (owed.date, owed.basis, owed.source) == ("2026-01-15", "custom", "notice 7")


def test_an_override_without_a_source_is_no_rule() -> None:
    assert due("township", "henan", 2025, "01-15", None).date is None


def test_the_end_of_february_is_a_date_every_year() -> None:
    assert due("township", "henan", 2024, "02-29", "notice").date == "2025-02-28"


LOCAL = """
[[local]]
region = "hunan/huaihua"
kinds = ["township"]
from_year = 2021
to_year = 2021
due = "02-20"
source = "a notice"
[[national]]
kinds = ["department"]
due = "01-31"
basis = "law"
source = "the law"
"""


@pytest.mark.parametrize(
    ("region", "year", "date"),
    [
        ("hunan/huaihua", 2021, "2022-02-20"),
        ("hunan/huaihua/hecheng", 2021, "2022-02-20"),
        ("hunan/huaihuaX", 2021, None),
        ("hunan/huaihua", 2022, None),
    ],
)
def test_a_local_rule_covers_its_region_and_its_years(
    tmp_path: Path, region: str, year: int, date: str | None
) -> None:
    file = tmp_path / "calendar.toml"
    file.write_text(LOCAL, encoding="utf-8")
    assert due("township", region, year, calendar=load_calendar(file)).date == date


def test_a_rule_that_cites_nothing_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "calendar.toml"
    file.write_text('[[local]]\nregion = "x"\nkinds = ["township"]\ndue = "02-20"\n', encoding="utf-8")
    with pytest.raises(ValueError, match="without a source"):
        load_calendar(file)


def test_a_due_date_ends_at_midnight_in_shanghai() -> None:
    assert due_ends("2026-01-31") == "2026-01-31T16:00:00Z"


@pytest.mark.parametrize(
    ("date", "first"),
    [
        ("2024-01-31", "2024-02-05T16:00:00Z"),  # Thursday, Friday, Monday
        ("2025-01-31", "2025-02-07T16:00:00Z"),  # within the Spring Festival
        ("2026-01-31", "2026-02-04T16:00:00Z"),  # a Saturday
        ("2027-01-31", "2027-02-03T16:00:00Z"),  # known a year ahead
        ("2026-03-31", "2026-04-03T16:00:00Z"),
    ],
)
def test_the_alert_waits_three_working_days(date: str, first: str) -> None:
    assert alert_from(date) == first


@pytest.mark.parametrize(
    ("quiet", "now", "told"),
    [
        (("22:00", "07:00"), "2026-02-05T15:00:00Z", "2026-02-05T23:00:00Z"),  # 23:00, until 07:00 tomorrow
        (("22:00", "07:00"), "2026-02-05T22:30:00Z", "2026-02-05T23:00:00Z"),  # 06:30, until 07:00
        (("22:00", "07:00"), "2026-02-05T23:00:00Z", "2026-02-05T23:00:00Z"),  # 07:00 is over
        (("12:00", "14:00"), "2026-02-05T04:30:00Z", "2026-02-05T06:00:00Z"),
        (("08:00", "08:00"), "2026-02-05T00:00:00Z", "2026-02-05T00:00:00Z"),  # no window at all
    ],
)
def test_quiet_hours_hold_until_they_end(quiet: tuple[str, str], now: str, told: str) -> None:
    assert Channel(id="x", url_env="X", quiet=quiet).tell_at(now) == told


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("2026-02-05T00:59:59Z", "2026-02-05T01:00:00Z"),
        ("2026-02-05T01:00:00Z", "2026-02-05T01:00:00Z"),
        ("2026-02-05T01:00:01Z", "2026-02-06T01:00:00Z"),
    ],
)
def test_a_digest_waits_for_its_hour(now: str, told: str) -> None:
    assert Channel(id="x", url_env="X", digest=9).tell_at(now) == told
