"""Trouble of the monitor itself: told at once as critical, to whoever chose it, and over when it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest

from monitor.channels import Channel
from monitor.outbox import events_of
from monitor.wording import Lang, sentence
from store.crawls import keep_document
from store.readings import save_unreadable

if TYPE_CHECKING:
    from tests.monitor.world import World

START = "2026-01-10T01:00:00Z"
LISTS = tuple("abcdefghij")


@pytest.fixture
def ten(world: World) -> World:
    """Ten lists on ten hosts, all read well, and somebody who hears only of the monitor itself."""
    world.channels = [Channel(id="ops", url_env="OPS", kinds=("monitor",))]
    for name in LISTS:
        world.watch(name, source=name)
    good(world, START, *LISTS)
    world.check(START)
    return world


def good(world: World, at: str, *names: str) -> None:
    for name in names:
        world.good(at, (name, 2024), source=name)


def fail(world: World, first: int, *names: str) -> None:
    """Three failed visits on three days for these lists, good ones for the others."""
    for day in range(first, first + 3):
        at = f"2026-01-{day}T01:00:00Z"
        for name in LISTS:
            if name in names:
                world.blind(at, "timeout", name)
            else:
                good(world, at, name)
        world.check(at)


def told(world: World, lang: Lang = "en") -> list[tuple[str, str, str]]:
    rows = world.db.query("SELECT d.id FROM deliveries d WHERE d.channel = 'ops' ORDER BY d.id")
    events = events_of(world.db, [row["id"] for row in rows])
    return [(event.kind, event.severity, sentence(event, lang)) for event in events]


def own(world: World) -> list[str]:
    return [key for key in world.open() if key.startswith("monitor|")]


def test_many_blind_hosts_are_our_own_trouble_too(ten: World) -> None:
    fail(ten, 11, *LISTS[:5])
    assert own(ten) == ["monitor|hosts"]
    (line,) = told(ten)
    assert line[:2] == ("opened", "critical")
    assert line[2].startswith("5 of 10 hosts cannot be read at")


def test_four_blind_hosts_are_only_theirs(ten: World) -> None:
    fail(ten, 11, *LISTS[:4])
    assert own(ten) == []


def test_it_stays_until_nearly_all_can_be_read_again(ten: World) -> None:
    fail(ten, 11, *LISTS[:5])
    good(ten, "2026-01-14T01:00:00Z", *LISTS[2:])
    ten.check("2026-01-14T01:00:00Z")
    assert own(ten) == ["monitor|hosts"]
    good(ten, "2026-01-15T01:00:00Z", *LISTS[1:])
    ten.check("2026-01-15T01:00:00Z")
    assert own(ten) == []
    assert [line[:2] for line in told(ten)] == [("opened", "critical"), ("resolved", "info")]


def unread(world: World, count: int) -> None:
    for number in range(count):
        at = f"2026-01-11T01:00:{number:02}Z"
        document, _ = keep_document(
            world.db, world.archive, url="http://a.example.gov.cn/nb/a-2024.html", body=f"page {number}".encode(),
            media_type="text/html", now=at, source="a",
        )  # fmt: skip
        save_unreadable(world.db, document, "2", "timeout", "was not read within 60 seconds", at)
    world.check("2026-01-11T02:00:00Z")


def test_readers_that_read_nothing_any_more(ten: World) -> None:
    unread(ten, 10)
    assert own(ten) == ["monitor|readings"]
    assert "10 份文件全部无法读取" in told(ten, "zh")[0][2]
    ten.read("2026-01-12T01:00:00Z", "a", 2024, b"a good one", source="a")
    ten.check("2026-01-12T02:00:00Z")
    assert own(ten) == []


def test_a_few_that_cannot_be_read_are_no_trouble_of_ours(ten: World) -> None:
    unread(ten, 9)
    assert own(ten) == []


def test_lists_that_nobody_visits(ten: World) -> None:
    ten.check("2026-01-20T00:59:00Z")
    assert own(ten) == []
    ten.check("2026-01-20T01:00:00Z")
    assert own(ten) == ["monitor|visits"]
    assert told(ten)[0][2].startswith("No list was visited since 2026-01-10 09:00")
    ten.blind("2026-01-21T01:00:00Z", source="a")
    ten.check("2026-01-21T02:00:00Z")
    assert own(ten) == []


@pytest.mark.parametrize("lang", get_args(Lang))
def test_each_beginning_reminder_and_end_is_a_sentence(ten: World, lang: Lang) -> None:
    fail(ten, 11, *LISTS)
    ten.check("2026-01-24T01:00:00Z")
    assert own(ten) == ["monitor|hosts", "monitor|visits"]
    good(ten, "2026-01-25T01:00:00Z", *LISTS)
    ten.check("2026-01-25T02:00:00Z")
    lines = told(ten, lang)
    assert sorted(kind for kind, *_ in lines) == ["opened", "opened", "reminder", "resolved", "resolved"]
    assert all("{" not in text and text for *_, text in lines)


def test_a_storm_never_holds_it(ten: World) -> None:
    for number in range(20):
        ten.watch(f"more{number}", source=f"more{number}")
        good(ten, START, f"more{number}")
    names = (*LISTS, *(f"more{number}" for number in range(20)))
    for day in (11, 12, 13):
        for name in names:
            ten.blind(f"2026-01-{day}T01:00:00Z", "timeout", name)
        ten.check(f"2026-01-{day}T01:00:00Z")
    assert {
        row["suppressed"]
        for row in ten.db.query(
            "SELECT suppressed FROM events WHERE kind = 'opened' AND incident IN (SELECT id FROM incidents WHERE kind = 'blind')"
        )
    } == {"storm"}
    assert [kind for kind, *_ in told(ten)] == ["opened"]
