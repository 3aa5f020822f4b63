"""Due dates are the law's, each with its citation; grace and holidays move the alert only."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest

from monitor.calendar import NO_DATE, Calendar, alert_from, calendar, citation_in_chinese, due, due_ends
from monitor.calendar_file import CalendarErrors, read_calendar, read_own_calendar
from monitor.channels import Channel
from store.model import PublisherKind

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


@pytest.mark.parametrize("kind", get_args(PublisherKind))
@pytest.mark.parametrize("year", range(2008, 2028))
@pytest.mark.parametrize(("region", "level"), [("henan/zhoukou", "city"), ("hunan/huaihua/a", "county")])
def test_every_kind_and_year_has_a_date_with_its_source_or_a_reason_for_none(
    kind: str, year: int, region: str, level: str
) -> None:
    owed = due(kind, region, year, level=level)
    assert owed.source not in ("", NO_DATE)
    assert any("\u4e00" <= sign <= "\u9fff" for sign in owed.source_zh)
    assert owed.source_zh != owed.source
    if owed.date is None:
        assert owed.basis == "none"
    else:
        assert owed.date.startswith(f"{year + 1}-0")
        assert owed.basis in ("law", "inference", "local")


@pytest.mark.parametrize("kind", ["government", "department", "vertical", "authorised", "township"])
def test_before_the_first_regulation_nothing_is_owed_and_the_reason_is_given(kind: str) -> None:
    owed = due(kind, "henan", 2007)
    assert (owed.date, owed.basis) == (None, "none")
    assert "1 May 2008" in owed.source


def test_every_national_rule_cites_the_regulation_in_both_languages() -> None:
    assert all("711" in rule.source or "492" in rule.source for rule in calendar().national)
    assert all("国务院令" in rule.source_zh for rule in calendar().national)


@pytest.mark.parametrize(
    ("kind", "region", "level", "year", "date", "statutory"),
    [
        ("department", "hunan/huaihua", "city", 2021, "2022-01-28", "2022-01-31"),
        ("department", "hunan/huaihua/chenxi", "county", 2021, "2022-01-31", "2022-01-31"),
        ("government", "hunan/huaihua/chenxi", "county", 2021, "2022-02-20", "2022-03-31"),
        ("government", "hunan/huaihua", "city", 2021, "2022-03-31", "2022-03-31"),
        ("department", "hunan/huaihua", "city", 2022, "2023-01-31", "2023-01-31"),
        ("department", "hunan/yueyang", "city", 2015, "2016-02-29", "2016-03-31"),
        ("department", "hunan/yueyang", "city", 2016, "2017-02-28", "2017-03-31"),
        ("government", "hunan/yueyang/xiangyin", "county", 2018, "2019-02-20", "2019-03-31"),
        ("department", "hunan/yueyang", "city", 2019, "2020-01-31", "2020-01-31"),
        ("department", "hunan/huaihua", None, 2021, "2022-01-31", "2022-01-31"),  # whose level nobody knows
    ],
)
def test_a_local_date_decides_where_its_notice_spoke_and_the_laws_date_stays_beside_it(
    kind: str, region: str, level: str | None, year: int, date: str, statutory: str
) -> None:
    owed = due(kind, region, year, level=level)
    assert (owed.date, owed.statutory) == (date, statutory)
    assert (owed.basis == "local") == (date != statutory)
    assert owed.statutory_source is not None
    assert "State Council Order" in owed.statutory_source


def test_a_local_date_later_than_the_laws_never_excuses() -> None:
    owed = due("department", "henan", 2025, "02-15", "a notice of the city")
    assert (owed.date, owed.basis, owed.statutory) == ("2026-01-31", "law", "2026-01-31")


def test_an_earlier_date_of_one_body_leaves_the_laws_beside_it() -> None:
    owed = due("department", "henan", 2025, "01-15", "a notice of the city")
    assert (owed.date, owed.basis, owed.statutory) == ("2026-01-15", "custom", "2026-01-31")


def test_a_cited_date_decides_over_an_inference_and_is_not_called_law() -> None:
    owed = due("vertical", "henan", 2025, "02-15", "a notice of the administration")
    assert (owed.date, owed.basis, owed.statutory) == ("2026-02-15", "custom", None)


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
    assert due("township", region, year, rules=read_calendar(file)).date == date


def test_the_rule_of_the_smaller_region_decides(tmp_path: Path) -> None:
    rule = '[[local]]\nregion = "{}"\nkinds = ["township"]\ndue = "{}"\nsource = "a notice"\n'
    text = rule.format("hunan", "02-01") + rule.format("hunan/huaihua", "02-20")
    (tmp_path / "calendar.toml").write_text(text, encoding="utf-8")
    rules = Calendar().with_local(read_own_calendar(tmp_path).local)
    assert due("township", "hunan/huaihua/x", 2025, rules=rules).date == "2026-02-20"
    assert due("township", "hunan/changde", 2025, rules=rules).date == "2026-02-01"


MISTAKES = """
[alerts]
grace_working_days = -1
weeks = 2

[[local]]
kinds = "township"
due = "13-20"

[[local]]
region = "henan/zhoukou"
kinds = ["township", "office"]
levels = ["village"]
due = "02-30"
source = ""

[[local]]
region = "henan/zhoukou"
kinds = ["township"]
due = "02-20"
source = "a notice"
from_year = 2022
to_year = 2021

[[local]]
region = "henan/xinyang"
kinds = ["township"]
due = "02-20"
source = "a notice"
[[local]]
region = "henan/xinyang"
kinds = ["township", "subdistrict"]
due = "02-21"
source = "another notice"
[[national]]
kinds = ["department"]
"""


def test_every_mistake_of_a_calendar_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "calendar.toml").write_text(MISTAKES, encoding="utf-8")
    with pytest.raises(CalendarErrors) as raised:
        read_own_calendar(tmp_path)
    told = [(error.line, error.message.split(":")[0].split(";")[0]) for error in raised.value.errors]
    assert told == [
        (3, "grace_working_days"),
        (4, "unknown key weeks"),
        (6, "source is missing"),
        (6, "region is missing"),
        (7, "kinds"),
        (8, "due"),
        (12, "kinds"),
        (13, "levels"),
        (14, "due"),
        (15, "source"),
        (17, "from_year 2022 is after to_year 2021"),
        (33, "due"),
        (35, "unknown"),
    ]
    assert str(raised.value).startswith(f"{tmp_path}/calendar.toml:3: ")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (b'[[local]\nregion = "x"', 1, "not TOML"),
        (b'a = 1\nsource = "\xff"', 1, "not UTF-8"),
        (b'x = 1\n\nlocal = "henan"\n', 3, "in double brackets"),
        (b'[local]\nregion = "x"\n', 1, "in double brackets"),
    ],
)
def test_a_calendar_that_is_no_calendar_says_what_to_do(
    tmp_path: Path, text: bytes, line: int, said: str
) -> None:
    (tmp_path / "calendar.toml").write_bytes(text)
    with pytest.raises(CalendarErrors) as raised:
        read_own_calendar(tmp_path)
    assert (line, True) in [(error.line, said in error.message) for error in raised.value.errors]


def test_no_file_is_no_rule(tmp_path: Path) -> None:
    assert read_own_calendar(tmp_path).local == ()


def test_a_due_date_ends_at_midnight_in_shanghai() -> None:
    assert due_ends("2026-01-31") == "2026-01-31T16:00:00Z"


@pytest.mark.parametrize(
    ("date", "first"),
    [
        ("2024-01-31", "2024-02-04T16:00:00Z"),  # Thursday, Friday, and Sunday 4 February, made a working day
        ("2016-02-29", "2016-03-03T16:00:00Z"),  # a leap day
        (
            "2025-12-31",
            "2026-01-06T16:00:00Z",
        ),  # New Year's holidays; Sunday 4 January was made a working day
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
