"""Every status of (publisher, year), made on the portal by real visits at dates, and told right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reportwatch.portal.form import MadeReport
from tests.reportwatch.world import World, made_world

if TYPE_CHECKING:
    from collections.abc import Iterator

VISITS = (
    "2026-01-22T02:00:00Z",
    "2026-02-02T02:00:00Z",
    "2026-02-10T02:00:00Z",
    "2026-02-14T02:00:00Z",
    "2026-02-25T02:00:00Z",
)
WAS_BLIND = {"since": "2026-02-01T00:00:00Z", "until": "2026-02-05T00:00:00Z"}
EARLIER = "2025-01-15T02:00:00Z"


def _timetable(world: World) -> None:
    """What each publisher does; all of them had published before, so that no list is ever empty."""

    def watch(name: str, **more: object) -> str:
        column = world.watch(name, **more)  # type: ignore[arg-type]  # keywords of watch
        world.site.publish(column, MadeReport(name, 2023), "2024-01-15", since="2024-01-15T02:00:00Z")
        return column

    def publish(name: str, day: str, since: str, **more: object) -> None:
        world.site.publish(columns[name], MadeReport(name, 2025), day, since, **more)  # type: ignore[arg-type]  # the fields of publish

    names = ("准时局", "页面日期局", "迟到局", "倒填日期局", "无日期局", "撤下局", "缺失局", "断网局")
    columns = {name: watch(name) for name in names}
    columns["旧年局"] = watch("旧年局", from_year=2024)
    columns["等待市人民政府"] = watch("等待市人民政府", kind="government")
    columns["某街道办事处"] = watch("某街道办事处", kind="subdistrict")
    world.add_publisher("nowhere", "无来源局", "department")
    publish("准时局", "2026-01-20", "2026-01-20T02:00:00Z")
    publish("页面日期局", "2026-01-30", "2026-02-04T02:00:00Z")
    publish("迟到局", "2026-02-09", "2026-02-09T02:00:00Z")
    publish("倒填日期局", "2026-01-30", "2026-02-06T02:00:00Z")
    publish("无日期局", "2026-01-30", "2026-02-04T02:00:00Z", dated=False)
    publish("撤下局", "2026-01-20", "2026-01-20T02:00:00Z", until="2026-01-25T02:00:00Z")
    publish("旧年局", "2026-01-20", "2026-01-20T02:00:00Z")
    for name in ("页面日期局", "无日期局"):
        world.site.disturb("captcha", columns[name], **WAS_BLIND)
    world.site.disturb("firewall", columns["断网局"])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with made_world(tmp_path_factory.mktemp("statuses")) as made:
        _timetable(made)
        for now in VISITS:
            made.visit(now)
        yield made


@pytest.mark.parametrize(
    ("publisher", "year", "status"),
    [
        ("准时局", 2025, "on time"),
        ("准时局", 2026, "not due"),
        ("某街道办事处", 2025, "not due"),
        ("等待市人民政府", 2025, "awaited"),
        ("页面日期局", 2025, "on time by its own date"),
        ("迟到局", 2025, "late"),
        ("倒填日期局", 2025, "late"),
        ("无日期局", 2025, "published, timing unproved"),
        ("缺失局", 2025, "missing"),
        ("旧年局", 2024, "not found"),
        ("旧年局", 2025, "on time"),
        ("撤下局", 2025, "withdrawn"),
        ("断网局", 2025, "unknown"),
        ("无来源局", 2025, "unknown"),
    ],
)
def test_the_status_is(world: World, publisher: str, year: int, status: str) -> None:
    assert world.status(publisher, year) == status


def test_lateness_is_counted_from_the_pages_date(world: World) -> None:
    row = world.rows(
        "SELECT days_late, page_date FROM report_status WHERE publisher_name = '迟到局' AND year = 2025"
    )[0]
    assert (row["days_late"], row["page_date"]) == (9, "2026-02-09")


def test_a_backdated_report_is_late_by_the_visit_that_lacked_it(world: World) -> None:
    row = world.rows(
        "SELECT lacked_at FROM report_status WHERE publisher_name = '倒填日期局' AND year = 2025"
    )[0]
    assert row["lacked_at"].startswith("2026-02-02")
