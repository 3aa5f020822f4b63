"""Revisions as events: told with figures and sentences, once, and only where both versions were read alike."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from monitor.versions import read_versions
from store.readings import save_unreadable

if TYPE_CHECKING:
    from monitor.channels import Channel
    from tests.monitor.conftest import Webhook
    from tests.monitor.world import World

RECEIVED = "requests.received.total"
LABEL = "一、本年新收政府信息公开申请数量 / 总计"
START = "2026-01-10T01:00:00Z"
TEXT = "本年公开信息12条。未收取费用。"


def at(day: int) -> str:
    return f"2026-01-{day:02}T01:00:00Z"


@pytest.fixture
def known(world: World) -> World:
    """A department whose report for 2025 was read on 20 January."""
    world.watch("finance")
    world.good(START, ("finance", 2024))
    world.check(START)
    see(world, 20, b"A", 41)
    return world


def see(world: World, day: int, body: bytes, received: int, text: str = TEXT, *, year: int = 2025) -> int:
    """A version that a visit finds, read and judged."""
    world.good(at(day), ("finance", 2024), ("finance", year))
    document = world.read(at(day), "finance", year, body, {RECEIVED: received}, text=text)
    world.check(at(day))
    return document


def revisions(world: World) -> list[tuple[str | None, list[list[str]], list[list[str | None]]]]:
    """Why nobody is told, the figures and the sentences of each revision."""
    rows = world.db.query("SELECT suppressed, detail FROM events WHERE kind = 'revised' ORDER BY id")
    details = [(row["suppressed"], json.loads(row["detail"])) for row in rows]
    return [(why, detail["figures"], detail["sentences"]) for why, detail in details]


def test_a_revision_names_figures_and_sentences(known: World) -> None:
    see(known, 25, b"B", 43, TEXT.replace("12条", "13条"))
    assert revisions(known) == [
        (None, [[LABEL, "41", "43"]], [["一、总体情况", "本年公开信息12条。", "本年公开信息13条。"]])
    ]


@pytest.mark.parametrize("text", [TEXT.replace("。", "。\n"), TEXT.replace("12", " １２ "), f"{TEXT}\n— 3 —"])
def test_other_bytes_with_the_same_content_are_silent(known: World, text: str) -> None:
    see(known, 25, b"B", 41, text)
    assert revisions(known) == [("cosmetic", [], [])]


def test_there_and_back_again_are_two_revisions_and_three_versions(known: World) -> None:
    see(known, 25, b"B", 43)
    see(known, 28, b"A", 41)
    assert [figures for _, figures, _ in revisions(known)] == [[[LABEL, "41", "43"]], [[LABEL, "43", "41"]]]
    found = read_versions(known.db, "finance", 2025)
    assert [(one.first_at, one.times) for one in found] == [(at(20), 1), (at(25), 1), (at(28), 1)]
    assert found[0].sha256 == found[2].sha256
    assert [one.stands for one in found] == [False, False, True]


def test_twice_tells_nothing_new(known: World) -> None:
    see(known, 25, b"B", 43)
    before = list(known.db.query("SELECT * FROM events"))
    known.check(at(26))
    known.check(at(26))
    assert list(known.db.query("SELECT * FROM events")) == before


def test_a_version_that_could_not_be_read_hides_no_change(known: World) -> None:
    known.good(at(22), ("finance", 2024), ("finance", 2025))
    broken = known.read(at(22), "finance", 2025, b"half")
    save_unreadable(known.db, broken, "1", "truncated", "cut off", at(22))
    known.check(at(22))
    assert revisions(known) == []
    see(known, 25, b"B", 43)
    assert [figures for _, figures, _ in revisions(known)] == [[[LABEL, "41", "43"]]]


def test_versions_read_by_different_readers_say_nothing_until_one_has_read_both(known: World) -> None:
    known.good(at(25), ("finance", 2024), ("finance", 2025))
    newer = known.read(at(25), "finance", 2025, b"B", {RECEIVED: 43})
    known.reread(at(25), newer, "finance", 2025, {RECEIVED: 43}, text=TEXT, version="2")
    known.check(at(25))
    assert revisions(known) == []
    (first,) = [one.document for one in read_versions(known.db, "finance", 2025) if one.first_at == at(20)]
    known.reread(at(26), first, "finance", 2025, {RECEIVED: 41}, text=TEXT, version="2")
    known.check(at(26))
    assert revisions(known) == [(None, [[LABEL, "41", "43"]], [])]


@pytest.mark.parametrize(("year", "why"), [(2025, None), (2019, "reparse")])
def test_what_only_reading_again_shows_is_told_in_its_season(
    known: World, year: int, why: str | None
) -> None:
    see(known, 22, b"old", 41, year=year)
    known.good(at(23), ("finance", 2024), ("finance", 2025), ("finance", year))
    changed = known.read(at(23), "finance", year, b"new", {RECEIVED: 43}, text=TEXT)
    save_unreadable(known.db, changed, "1", "unsupported", "a kind that nobody reads yet", at(23))
    known.check(at(23))
    before = len(revisions(known))
    known.reread(at(26), changed, "finance", year, {RECEIVED: 43}, text=TEXT)
    trial = known.db.execute(
        "INSERT INTO rereadings (started_at, reader_version, scope, state) VALUES (?, '1', '', 'promoted')",
        (at(26),),
    ).lastrowid
    known.db.execute("UPDATE readings SET rereading = ? WHERE document = ?", (trial, changed))
    known.check(at(26))
    assert [(found[0], found[1]) for found in revisions(known)[before:]] == [(why, [[LABEL, "41", "43"]])]


def test_the_message_shows_the_sentences_in_both_languages(known: World, webhook: Webhook) -> None:
    long = "情况说明" * 60
    see(known, 21, b"B", 41, f"{long}12条。<b>@all</b>收费1元。")
    known.channels = channels(webhook)
    see(known, 25, b"C", 43, f"{long}13条。")
    known.notify(at(25))
    english, chinese = webhook.texts
    assert f"{LABEL}: 41 → 43" in english
    assert re.search("“…[情况说明]+12条。” → “…[情况说明]+13条。”", english)
    assert "gone: “＜b＞＠all＜/b＞收费1元。”" in english
    assert "删去：“＜b＞＠all＜/b＞收费1元。”" in chinese


def channels(webhook: Webhook) -> tuple[Channel, ...]:
    return webhook.channel(id="english"), webhook.channel(id="chinese", lang="zh")
