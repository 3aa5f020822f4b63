"""Rows that are no report's title and may be one; and the many rows of a mixed list that are none."""

from __future__ import annotations

import pytest

from tests.store.world import URL, World

NAME = "周口市财政局"
# What stands on a mixed list beside the reports, each behind a body's name.
NOT_REPORTS = (
    "政府信息公开指南", "政府信息公开制度", "信息公开目录", "主动公开基本目录", "依申请公开流程图", "政务公开领导小组名单", "信息公开监督电话", "信息公开申请表",
    "关于成立政务公开工作领导小组的通知", "2024年部门预算公开", "2023年度部门决算公开说明", "部门预算公开", "安全生产工作总结", "2024年工作总结",
    "法治政府建设情况报告", "2024年法治政府建设工作报告", "机构职能", "领导信息", "内设机构", "关于印发工作方案的通知", "关于市八届人大一次会议第5号建议的答复",
    "公开招聘公告", "2025年政务公开工作要点", "政策解读", "行政许可公开", "双随机、一公开抽查结果公示", "党组书记述职报告", "关于2024年度行政执法情况的报告",
    "考试中心", "关于公布权责清单的通知", "2024年国民经济和社会发展统计公报", "召开政务公开推进会",
)  # fmt: skip


@pytest.mark.parametrize(
    "title",
    [
        NAME, "财政局", "市财政局", f"【公开】{NAME}", f"{NAME}（市国资委）", f"{NAME}工作总结", f"{NAME}政府信息公开",
        f"{NAME}2024年政务公开工作总结和2025年工作计划", f"{NAME}202", f"{NAME}20…", "周口市财…", f"{NAME}2024年度政府信…",
    ],
)  # fmt: skip
@pytest.mark.parametrize("day", ["2025-01-20", None])
def test_a_row_that_may_be_its_report_lets_nobody_say_missing(
    world: World, title: str, day: str | None
) -> None:
    for visited in ("2025-01-22", "2025-02-03"):
        world.visit(visited, (f"{URL}x.html", title, day))
    assert world.judge("2025-02-10")["why"] == "unmatched_titles"


@pytest.mark.parametrize("day", ["2024-06-20", "2026-01-20"])
def test_such_a_row_concerns_the_year_before_its_day_only(world: World, day: str) -> None:
    for visited in ("2025-01-22", "2025-02-03"):
        world.visit(visited, (f"{URL}x.html", NAME, day))
    assert world.status("2025-02-10") == "missing"


def test_such_a_row_concerns_nobody_when_its_page_was_read_and_is_no_report(world: World) -> None:
    for visited in ("2025-01-22", "2025-02-03"):
        world.visit(visited, (f"{URL}x.html", NAME, "2025-01-20"))
    world.not_a_report(world.keep("2025-01-22", page=f"{URL}x.html"))
    assert world.status("2025-02-10") == "missing"


def test_such_a_row_concerns_nobody_when_people_say_so(world: World) -> None:
    world.source("list", URL, others=(NAME,))
    for visited in ("2025-01-22", "2025-02-03"):
        world.visit(visited, (f"{URL}x.html", NAME, "2025-01-20"))
    assert world.status("2025-02-10") == "missing"


def test_a_mixed_list_of_hundreds_still_proves_that_a_report_is_missing(world: World) -> None:
    rows = [
        (f"{URL}{number}-{day}.html", f"{name}{title}", day)
        for number, title in enumerate(NOT_REPORTS)
        for name in (NAME, "周口市人民政府", "周口市审计局", "")
        for day in ("2025-01-20", "2025-02-02", None)
    ]
    assert len(rows) > 300
    for visited in ("2025-01-22", "2025-02-03"):
        world.visit(visited, *rows)
    assert world.judge("2025-02-10")["why"] == "absent_after_due"
