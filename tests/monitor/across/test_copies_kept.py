"""Which documents of one report are copies that can be held against each other: only those that were there together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from parsers.model import Figure, Origin, Parsed, Section
from store.crawls import keep_document
from store.readings import save_readings
from tests.monitor.world import title

if TYPE_CHECKING:
    from tests.monitor.world import World

FIRST, SECOND, THIRD = "2026-01-20T01:00:00Z", "2026-01-25T01:00:00Z", "2026-01-30T01:00:00Z"
KEY = "requests.received.total"


def page_of(world: World, at: str, crawl: int, number: int = 22) -> None:
    world.read(at, "tax", 2025, b"page", {KEY: number}, crawl=crawl)


def copy_of(world: World, at: str, crawl: int | None, number: int | None, *, reader: str = "pypdfium2", version: str = "1", state: str = "number", **more: str) -> None:  # fmt: skip
    """Another document behind the entry, kept and read."""
    url = world._url("list", "tax", 2025)
    document, _ = keep_document(
        world.db, world.archive, url=more.get("url", "http://list.example.gov.cn/nb/tax.pdf"), body=f"file {number}".encode(),
        media_type="application/pdf", now=at, source="list", link_url=url, crawl=crawl, status=200,
    )  # fmt: skip
    figure = Figure(KEY, number, str(number), "件", state, Origin(kind="pdf", page=1))  # type: ignore[arg-type]  # test data
    sections = (Section("1", "一、总体情况", more.get("text", "文字")),)
    printed = title("周口市tax局", 2025) + more.get("mark", "")
    parsed = Parsed("周口市tax局", 2025, printed, "2021", (figure,), sections, (), reader)
    save_readings(world.db, document, version, (parsed,), at)


def told(world: World, at: str) -> list[tuple[int, int]]:
    world.check(at)
    return [
        (row["left_value"], row["right_value"])
        for row in world.db.query("SELECT * FROM findings WHERE rule = 'copies differ'")
    ]


@pytest.fixture
def listed(world: World) -> tuple[World, int]:
    """One body whose report's entry was seen on its list."""
    world.watch("tax", from_year=2020)
    return world, world.good(FIRST, ("tax", 2025))


def test_copies_of_one_visit_are_compared(listed: tuple[World, int]) -> None:
    world, crawl = listed
    page_of(world, FIRST, crawl)
    copy_of(world, FIRST, crawl, 23)
    (found,) = told(world, FIRST)
    assert sorted(found) == [22, 23]


def test_the_sure_figures_of_a_scan_take_part(listed: tuple[World, int]) -> None:
    world, crawl = listed
    page_of(world, FIRST, crawl)
    copy_of(world, FIRST, crawl, 23, reader="rapidocr")
    assert told(world, FIRST)


@pytest.mark.parametrize("state", ["unsure", "blank", "not_number"])
def test_a_figure_that_is_not_sure_in_one_copy_is_not_compared(listed: tuple[World, int], state: str) -> None:
    world, crawl = listed
    page_of(world, FIRST, crawl)
    copy_of(world, FIRST, crawl, None, reader="rapidocr", state=state)
    assert not told(world, FIRST)


def test_copies_read_by_two_versions_of_the_readers_are_not_compared(listed: tuple[World, int]) -> None:
    world, crawl = listed
    page_of(world, FIRST, crawl)
    copy_of(world, FIRST, crawl, 23, version="2")
    assert not told(world, FIRST)


def test_a_file_that_was_replaced_by_another_is_no_copy_of_it(listed: tuple[World, int]) -> None:
    world, crawl = listed
    copy_of(world, FIRST, crawl, 22, url="http://list.example.gov.cn/nb/old.pdf")
    later = world.good(SECOND, ("tax", 2025))
    copy_of(world, SECOND, later, 23, url="http://list.example.gov.cn/nb/new.pdf")
    assert not told(world, SECOND)
    copy_of(
        world, THIRD, None, 22, url="http://list.example.gov.cn/nb/old.pdf"
    )  # seen again beside the new one
    assert told(world, THIRD)


def test_an_entry_that_left_its_list_is_no_copy_any_more(listed: tuple[World, int]) -> None:
    world, crawl = listed
    page_of(world, FIRST, crawl)
    copy_of(world, FIRST, crawl, 23)
    world.good(SECOND)
    assert not told(world, SECOND)


@pytest.mark.parametrize(
    ("more", "level"),
    [
        ({}, "warning"),
        ({"mark": "（更正）"}, "info"),
        ({"mark": "（汇总）"}, "info"),
        ({"text": "本报告数据仅为本级数据。"}, "info"),
    ],
)
def test_a_copy_that_says_why_it_may_differ_is_an_information(
    listed: tuple[World, int], more: dict[str, str], level: str
) -> None:
    world, crawl = listed
    page_of(world, FIRST, crawl)
    copy_of(world, FIRST, crawl, 23, **more)
    assert told(world, FIRST)
    rows = world.db.query("SELECT level FROM findings WHERE rule = 'copies differ'")
    assert [row["level"] for row in rows] == [level]


def test_the_bodys_own_figures_and_those_of_many_are_two_reports(listed: tuple[World, int]) -> None:
    world, crawl = listed
    world.read(FIRST, "tax", 2025, b"page", {KEY: 22}, text="本报告数据为汇总数据。", crawl=crawl)
    copy_of(world, FIRST, crawl, 12, mark="（本级）")
    assert not told(world, FIRST)


def test_figures_that_copies_do_not_agree_on_are_left_out_of_other_rules(listed: tuple[World, int]) -> None:
    world, crawl = listed
    world.good(FIRST, ("tax", 2024), ("tax", 2025))
    world.read(FIRST, "tax", 2024, b"before", {KEY: 2000}, crawl=crawl)
    page_of(world, FIRST, crawl)
    world.check(FIRST)
    rules = "SELECT rule FROM findings WHERE reading IS NULL ORDER BY rule"
    assert [row["rule"] for row in world.db.query(rules)] == ["jump"]
    copy_of(world, FIRST, crawl, 1999)
    world.check(FIRST)
    assert [row["rule"] for row in world.db.query(rules)] == ["copies differ"]
