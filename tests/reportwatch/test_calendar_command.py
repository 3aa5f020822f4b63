"""`reportwatch calendar`, run as people run it, on a watchlist in files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from icalendar import Calendar

from reportwatch.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

NOW = "2026-11-21T02:00:00Z"
PUBLISHERS = """id,name,kind,region,due,due_source,ended,ending,successor,from_year
gov,怀化市人民政府,government,,,,,,,
finance,怀化市财政局,department,,,,,,,
police,怀化市公安局,department,,,,,,,
early,怀化市审计局,department,,01-20,a notice of the bureau,,,,
late,怀化市统计局,department,,02-20,another notice,,,,
tax,国家税务总局怀化市税务局,vertical,,,,,,,
old,怀化市旧局,department,,,,2026-03-01,merged,finance,
young,怀化市新局,department,,,,,,,2027
town,中方镇人民政府,township,hunan/huaihua/zhongfang,,,,,,
school,怀化市第一中学,institution,,,,,,,
"""
OWN = """
[[local]]
region = "hunan/huaihua/zhongfang"
kinds = ["township"]
due = "02-10"
source = "a notice of the county"
source_zh = "本县通知"

[[local]]
region = "hunan/huaihau"
kinds = ["township"]
due = "02-10"
source = "a notice"

[alerts]
grace_working_days = 1
remind_days_before = 10
"""


@pytest.fixture
def watchlist(tmp_path: Path) -> Path:
    folder = tmp_path / "hunan" / "huaihua"
    folder.mkdir(parents=True)
    (folder / "publishers.csv").write_text(PUBLISHERS, encoding="utf-8")
    (tmp_path / "calendar.toml").write_text(OWN, encoding="utf-8")
    return tmp_path


def run(watchlist: Path, *words: str, now: str = NOW) -> Result:
    return CliRunner().invoke(main, ["calendar", *words, "--watchlist", str(watchlist), "--now", now])


def lines(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_the_year_ahead_by_date(watchlist: Path) -> None:
    found = [one for one in lines(run(watchlist, "--json")) if one["what"] == "due"]
    assert [(one["due"], one["kind"], one["publishers"], one["basis"]) for one in found] == [
        ("2027-01-20", "department", ["early"], "custom"),
        ("2027-01-31", "department", ["finance", "late", "police"], "law"),
        ("2027-01-31", "vertical", ["tax"], "inference"),
        ("2027-02-10", "township", ["town"], "local"),
        ("2027-03-31", "government", ["gov"], "law"),
    ]
    assert {one["report_year"] for one in found} == {2026}
    assert found[0]["statutory"] == "2027-01-31"
    assert found[1]["statutory"] is None


def test_reminders_and_alerts_begin_as_the_calendar_says(watchlist: Path) -> None:
    found = {one["due"]: one for one in lines(run(watchlist, "--json")) if one["what"] == "due"}
    assert (found["2027-01-31"]["reminder"], found["2027-01-31"]["alerts"]) == ("2027-01-21", "2027-02-02")
    # 10 February 2027 is within the Spring Festival: the next working day is Thursday the 11th
    assert found["2027-02-10"]["alerts"] == "2027-02-12"


def test_who_owes_nothing_is_named_with_the_reason(watchlist: Path) -> None:
    found = {
        one["publishers"][0]: one for one in lines(run(watchlist, "--json")) if one["what"] == "nothing owed"
    }
    assert set(found) == {"old", "young", "school"}
    assert "merged into 怀化市财政局 (finance) (ended 2026-03-01)" in found["old"]["why"]
    assert "first report year is 2027" in found["young"]["why"]
    assert "art. 55" in found["school"]["why"]


def test_a_rule_for_nobody_is_told(watchlist: Path) -> None:
    assert [one["region"] for one in lines(run(watchlist, "--json")) if one["what"] == "rule for nobody"] == [
        "hunan/huaihau"
    ]
    assert "a rule speaks about nobody on the watchlist: hunan/huaihau" in run(watchlist).stderr


def test_a_past_report_year_is_shown_whole(watchlist: Path) -> None:
    found = [one for one in lines(run(watchlist, "--year", "2021", "--json")) if one["what"] == "due"]
    assert ("2022-01-28", "local", "2022-01-31") in [
        (one["due"], one["basis"], one["statutory"]) for one in found
    ]
    assert "2022-03-31" in [one["due"] for one in found]


def test_a_scope_narrows_it(watchlist: Path) -> None:
    found = lines(run(watchlist, "hunan/huaihua/zhongfang", "--json"))
    assert [one["publishers"] for one in found if one["what"] == "due"] == [["town"]]


def test_a_person_reads_it_in_both_languages(watchlist: Path) -> None:
    english, chinese = run(watchlist), run(watchlist, "--lang", "zh")
    assert "the year ahead: 7 reports fall due on 4 days" in english.stdout
    assert "owes nothing for 2026: 1 of kind institution (school)" in english.stdout
    assert "今后一年：4 个到期日，7 份报告到期" in chinese.stdout
    assert "第四十九条第一款" in chinese.stdout
    assert "本县通知" in chinese.stdout
    assert "2026 年度没有公布义务：公共企事业单位 1 个（school）" in chinese.stdout


def test_today_is_ahead_and_yesterday_is_not(watchlist: Path) -> None:
    on_the_day = run(watchlist, "finance", "--json", now="2027-01-31T15:59:59Z")
    after = run(watchlist, "finance", "--json", now="2027-01-31T16:00:00Z")
    assert [one["due"] for one in lines(on_the_day) if one["what"] == "due"] == ["2027-01-31"]
    assert [one["due"] for one in lines(after) if one["what"] == "due"] == ["2028-01-31"]


@pytest.mark.parametrize("year", ["0", "-1", "1700", "99999"])
def test_a_year_without_a_calendar_is_wrong_usage(watchlist: Path, year: str) -> None:
    result = run(watchlist, "--year", year)
    assert (result.exit_code, "1990<=x<=2100" in result.stderr) == (2, True), result.output


def test_a_calendar_that_leads_nowhere_is_not_taken_for_none(watchlist: Path) -> None:
    (watchlist / "calendar.toml").unlink()
    (watchlist / "calendar.toml").symlink_to(watchlist / "unmounted" / "calendar.toml")
    result = run(watchlist)
    assert (result.exit_code, "a link that leads nowhere" in result.stderr) == (78, True), result.output


def test_a_mistake_in_the_calendar_is_told_with_its_line(watchlist: Path) -> None:
    (watchlist / "calendar.toml").write_text('[[local]]\nregion = "henan"\ndue = "2-20"\n', encoding="utf-8")
    result = run(watchlist)
    assert result.exit_code == 78
    assert "calendar.toml:3: due" in result.stderr
    assert "calendar.toml:1: source is missing; cite the rule" in result.stderr


def test_a_date_later_than_the_laws_is_named(watchlist: Path) -> None:
    found = [
        one["publisher"]
        for one in lines(run(watchlist, "--json"))
        if one["what"] == "date that does not count"
    ]
    assert found == ["late"]
    assert "later than the law's and does not count: late" in run(watchlist).stderr
    assert "晚于法定期限，不予采用：late" in run(watchlist, "--lang", "zh").stderr


def test_a_calendar_program_reads_the_file(watchlist: Path, tmp_path: Path) -> None:
    file = tmp_path / "due.ics"
    done = run(watchlist, "--ics", str(file), "--lang", "zh")
    assert (done.exit_code, done.stdout) == (0, f"{file}：5 个日程\n")
    events: list[Any] = Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    assert [event["dtstart"].dt.isoformat() for event in events] == [
        "2027-01-20", "2027-01-31", "2027-01-31", "2027-02-10", "2027-03-31",
    ]  # fmt: skip
    assert str(events[1]["summary"]) == "2026 年度报告到期：hunan/huaihua 政府部门 3 份"
    assert "第四十九条第一款" in events[1]["description"]
    assert "怀化市财政局、怀化市统计局、怀化市公安局" in events[1]["description"]
    assert [str(alarm["trigger"].to_ical(), "ascii") for alarm in events[1].walk("VALARM")] == ["-P10D"]
    assert len({str(event["uid"]) for event in events}) == 5


def test_the_file_made_again_has_the_same_events(watchlist: Path) -> None:
    one, other = run(watchlist, "--ics", "-").stdout, run(watchlist, "--ics", "-").stdout
    assert one == other
    assert one.startswith("BEGIN:VCALENDAR")


def test_a_file_that_cannot_be_written_is_named(watchlist: Path, tmp_path: Path) -> None:
    done = run(watchlist, "--ics", str(tmp_path / "no-folder" / "due.ics"))
    assert done.exit_code == 73
    assert "no-folder/due.ics: there is no folder" in done.stderr
