"""What is not watched must be seen: every list page and every publisher has a state, and the counts come first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from reportwatch.portal.form import MadeReport
from reportwatch.portal.pages import Column, Row
from tests.reportwatch.world import World, made_world

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW, LATER = "2026-01-22T02:00:00Z", "2026-01-24T02:00:00Z"
EXPECTED = {
    "好局": ("good", "watched"),
    "往年局": ("good", "watched"),
    "后来看不见局": ("blind", "watched"),
    "从未看见局": ("never seen well", "no source seen well"),
    "禁止局": ("not monitored by policy", "no source seen well"),
    "不支持局": ("unsupported", "no source seen well"),
    "别人的列表局": ("no report ever", "no report in any year"),
    "无来源局": (None, "no source"),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with made_world(tmp_path_factory.mktemp("unwatched"), sites=2) as made:
        forbidden = made.portal.sites[1]
        forbidden.robots = "User-agent: *\nDisallow: /\n"
        for name in EXPECTED:
            if name == "无来源局":
                made.add_publisher("nowhere", name, "department")
                continue
            site = forbidden if name == "禁止局" else made.site
            column = made.watch(name, site=site)
            said = "别处局" if name == "别人的列表局" else name
            for year in range(2018, 2024 if name == "往年局" else 2026):
                site.publish(column, MadeReport(said, year), f"{year + 1}-01-15", since="0000")
            if name == "从未看见局":
                site.disturb("captcha", column)
            if name == "后来看不见局":
                site.disturb("captcha", column, since="2026-01-23T00:00:00Z")
        made.site.add_column(Column("/city/", "全市年报", per_page=5))
        made.add_source("city", made.site.url("/city/"), "trs")
        made.add_publisher("citywide", "全市都有局", "department", sources="city")
        made.add_publisher("absent", "全市没有局", "department", sources="city")
        for year in range(2018, 2026):
            made.site.list_row(
                "/city/",
                Row(f"/city/{year}.html", f"全市都有局{year}年政府信息公开工作年度报告", f"{year + 1}-01-15"),
            )
        made.sources = [
            source.replace('family = "trs"', 'family = "unsupported"')
            if f'"s{list(EXPECTED).index("不支持局")}"' in source
            else source
            for source in made.sources
        ]
        made.visit(NOW)
        made.visit(LATER)
        yield made


def found(world: World, *words: str) -> list[dict[str, object]]:
    told = world.command("status", *words, "--sources", "--json").stdout
    return [json.loads(line) for line in told.splitlines()]


@pytest.mark.parametrize("name", EXPECTED)
def test_each_list_page_and_each_publisher_has_its_state(world: World, name: str) -> None:
    state, standing = EXPECTED[name]
    lists = [one["state"] for one in found(world, name) if one["what"] == "list page"]
    assert lists == ([] if state is None else [state])
    assert [one["state"] for one in found(world, name) if one["what"] == "publisher"] == [standing]


def test_on_a_list_of_many_only_who_was_never_there_has_no_report(world: World) -> None:
    states = {str(one["publisher"]): one["state"] for one in found(world) if one["what"] == "publisher"}
    assert (states["citywide"], states["absent"]) == ("watched", "no report in any year")


def test_the_counts_come_first_and_what_is_well_stays_out_of_the_way(world: World) -> None:
    lines = world.command("status", "--sources").stdout.splitlines()
    assert lines[0] == (
        "8 list pages: 1 never seen well · 1 no report ever · 1 blind · 1 unsupported · 1 not monitored by policy · 3 good"
    )
    assert (
        lines[1] == "10 publishers: 1 no source · 3 no source seen well · 2 no report in any year · 4 watched"
    )
    assert not [line for line in lines if "好局" in line]
    assert [
        line for line in world.command("status", "--sources", "--all").stdout.splitlines() if "好局" in line
    ]


def test_the_reasons_are_told(world: World) -> None:
    told = world.command("status", "--sources").stdout
    assert "captcha: " in told
    assert "robots.txt of 127.0.0.1" in told


def test_a_scope_narrows_it_down(world: World) -> None:
    assert world.command("status", "禁止局", "--sources").stdout.startswith(
        "1 list page: 1 not monitored by policy\n1 publisher"
    )
    assert len(found(world, "test")) == len(found(world)) == 18
    assert world.command("status", "别处", "--sources").exit_code == 2


@pytest.mark.parametrize("columns", ["80", "120"])
def test_no_address_is_cut_and_no_line_is_padded(
    world: World, columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    lines = world.command("status", "--sources", "--all").stdout.splitlines()
    assert all(line == line.rstrip() for line in lines)
    assert sum(line.startswith("    http://127.0.0.1") and line.endswith("/") for line in lines) == 8
