"""A calendar of one's own and the lives of bodies, in whole jobs on a real portal: what is told, and what is not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from reportwatch.portal.form import MadeReport
from tests.reportwatch.world import made_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.reportwatch.world import World

CALENDAR = """
[[local]]
region = "test"
kinds = ["department"]
from_year = 2025
due = "01-20"
source = "a notice of the city"
source_zh = "本市通知"
"""
DEPARTED = """id,name,kind,ended,ending,successor,sources
gone,撤并局,department,2025-12-01,merged,p1,s3
"""
LOCAL, BACKDATED, PUNCTUAL, GONE = "地方局", "倒填局", "准点局", "撤并局"
DAYS = ("2025-12-20", "2026-01-14", "2026-01-22", "2026-01-25", "2026-01-29", "2026-02-10")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Four bodies over a season in which a local notice asks for 20 January."""
    with made_world(tmp_path_factory.mktemp("calendar")) as made:
        columns = {name: made.watch(name, from_year=2024) for name in (PUNCTUAL, LOCAL, BACKDATED, GONE)}
        made.publishers = made.publishers[:3]
        for name, column in columns.items():
            for year in (2022, 2023, 2024):
                made.site.publish(column, MadeReport(name, year), f"{year + 1}-01-15", since="0000")
        made.site.publish(
            columns[PUNCTUAL], MadeReport(PUNCTUAL, 2025), "2026-01-13", since="2026-01-13T02:00:00Z"
        )
        made.site.publish(columns[LOCAL], MadeReport(LOCAL, 2025), "2026-01-26", since="2026-01-26T02:00:00Z")
        made.site.publish(
            columns[BACKDATED], MadeReport(BACKDATED, 2025), "2026-01-15", since="2026-01-28T02:00:00Z"
        )
        folder = made.folder / "watchlist" / "test" / "former"
        folder.mkdir(parents=True)
        (folder / "publishers.csv").write_text(DEPARTED, encoding="utf-8")
        (made.folder / "watchlist" / "calendar.toml").write_text(CALENDAR, encoding="utf-8")
        for day in DAYS:
            made.visit(f"{day}T02:00:00Z")
        yield made


def events(world: World, kind: str) -> list[dict[str, object]]:
    rows = world.rows("SELECT detail FROM events WHERE kind = ? ORDER BY id", kind)
    return [json.loads(row["detail"]) for row in rows]


def test_the_local_date_decides_and_the_laws_stays_beside_it(world: World) -> None:
    rows = world.rows(
        "SELECT publisher_name, status, due, due_basis, statutory_due, by_law, backdated FROM report_status"
        " WHERE year = 2025 ORDER BY publisher_name"
    )
    law = ("2026-01-20", "local", "2026-01-31")
    assert {row[0]: tuple(row)[1:] for row in rows} == {
        PUNCTUAL: ("on time", *law, "in time", 0),
        LOCAL: ("late", *law, "in time", 0),
        BACKDATED: ("late", *law, "in time", 1),
        GONE: ("not due", None, "none", None, None, 0),
    }


def test_no_message_calls_it_a_breach_of_law(world: World) -> None:
    late = {str(one["who"]): one for one in events(world, "appeared") if one["status"] == "late"}
    assert set(late) == {LOCAL, BACKDATED}
    assert {one["by_law"] for one in late.values()} == {"in time"}
    assert late[BACKDATED]["backdated"] is True


def test_the_reminder_named_the_awaited_before_the_local_date(world: World) -> None:
    (first,) = [one for one in events(world, "due_soon") if one["due"] == "2026-01-20"]
    assert first["publishers"] == ["p1", "p2"]
    assert (first["days"], first["law"]) == (6, "a notice of the city")


def test_the_body_that_ended_is_neither_missing_nor_awaited(world: World) -> None:
    assert world.rows("SELECT 1 FROM incidents WHERE publisher = 'gone'") == []
    told = world.command("explain", GONE, "2025").output
    assert "Nothing is owed for 2025: the body was merged into 地方局 (p1) (ended 2025-12-01)" in told
    chinese = world.command("explain", GONE, "2025", "--lang", "zh").output
    assert "已于2025-12-01并入地方局（p1）" in chinese
    assert (
        world.rows("SELECT status FROM report_status WHERE publisher = 'gone' AND year = 2024")[0][0]
        != "not due"
    )


def test_explain_says_both_dates_and_both_rules(world: World) -> None:
    told = world.command("explain", BACKDATED, "2025").output
    assert "Its page is dated 2026-01-15, in time, but a good visit at 2026-01-25 10:00" in told
    assert "Why the page bears an earlier date is not known." in told
    assert "due on 2026-01-20, by local: a notice of the city" in told
    assert "the law's own date: 2026-01-31: Regulation on Disclosure" in told
    assert "by the law's own date, 2026-01-31: in time: first seen 2026-01-29 10:00" in told
    chinese = world.command("explain", BACKDATED, "2025", "--lang", "zh").output
    assert "本市通知" in chinese
    assert "法定期限 2026-01-31" in chinese


def test_status_shows_it_in_a_line(world: World) -> None:
    done = world.command("status", "--all", "2025")
    told = " ".join(done.output.replace("│", " ").split())
    assert "2026-01-31: in time" in told
    assert "not there on" in told
    assert done.exit_code == 0


def test_a_mistake_in_the_calendar_stops_before_anything_is_judged(world: World) -> None:
    path = world.folder / "watchlist" / "calendar.toml"
    path.write_text(CALENDAR.replace('due = "01-20"', 'due = "20 January"'), encoding="utf-8")
    try:
        done = world.command("run", now="2026-02-11T02:00:00Z")
    finally:
        path.write_text(CALENDAR, encoding="utf-8")
    assert done.exit_code == 78
    assert f'{path}:6: due: "20 January" is no month and day' in done.output
