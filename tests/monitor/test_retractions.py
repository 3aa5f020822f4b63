"""What we told and was wrong is taken back, from everyone who was told, with the reason; what is over is not called wrong."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest

from monitor.channels import Channel
from monitor.moments import later
from monitor.outbox import events_of
from monitor.wording import Lang, sentence, templates
from store.crawls import keep_document, note_capture, see_links
from store.model import Link
from store.reviews import Decision, save_decisions

if TYPE_CHECKING:
    from monitor.wording import Told
    from parsers.model import Level
    from tests.monitor.conftest import Webhook
    from tests.monitor.world import World

FIRST = "2026-01-10T01:00:00Z"
SEEN = "2026-02-03T01:00:00Z"
OFFICES = tuple(f"office{number}" for number in range(22))


@pytest.fixture
def world_told(world: World) -> World:
    """Two departments; the desk hears everything, by doubt as well, and another only of storms."""
    world.channels = [
        Channel(
            id="desk",
            url_env="DESK",
            kinds=("missing", "withdrawn", "invalid", "doubtful", "appeared", "corrected"),
        ),
        Channel(id="storms", url_env="STORMS", kinds=("storm",)),
    ]
    world.watch("finance", "police")
    world.good(FIRST, ("finance", 2024), ("police", 2024))
    world.check(FIRST)
    return world


def ends(world: World) -> list[tuple[str, str | None, str | None, str | None]]:
    """Each event that ended an incident: kind, publisher, reason, and why nobody was told."""
    rows = world.db.query(
        "SELECT kind, publisher, detail ->> 'reason' AS reason, suppressed FROM events"
        " WHERE kind IN ('resolved', 'corrected') ORDER BY id"
    )
    return [(row["kind"], row["publisher"], row["reason"], row["suppressed"]) for row in rows]


def told_to(world: World, kind: str, channel: str) -> list[Told]:
    rows = world.db.query(
        "SELECT d.id FROM deliveries d JOIN events e ON e.id = d.event WHERE e.kind = ? AND d.channel = ? ORDER BY e.id",
        (kind, channel),
    )
    return events_of(world.db, [row["id"] for row in rows])


def held(world: World) -> dict[str, str | None]:
    return {
        row["key"]: row["held"]
        for row in world.db.query("SELECT key, held FROM incidents WHERE resolved_at IS NULL")
    }


def withdraw(world: World) -> None:
    """The report of finance was there on 3 February; from the 6th to the 9th it is gone."""
    world.good(SEEN, ("finance", 2024), ("finance", 2025), ("police", 2025))
    world.check(SEEN)
    note_capture(
        world.db,
        "gone",
        "http://list.example.gov.cn/nb/finance-2025.html",
        "2026-02-06T01:00:00Z",
        status=404,
    )
    for day in (6, 7, 9):
        world.good(f"2026-02-0{day}T01:00:00Z", ("finance", 2024), ("police", 2025))
    world.check("2026-02-09T02:00:00Z")
    assert world.open() == ["withdrawn|finance|2025"]


def test_a_page_that_fails_after_it_said_gone_takes_nothing_back(world_told: World) -> None:
    withdraw(world_told)
    address = "http://list.example.gov.cn/nb/finance-2025.html"
    note_capture(world_told.db, "failed", address, "2026-02-10T01:00:00Z", status=503)
    world_told.good("2026-02-10T01:00:00Z", ("finance", 2024), ("police", 2025))
    world_told.check("2026-02-10T02:00:00Z")
    assert held(world_told) == {"withdrawn|finance|2025": "page failing"}
    assert ends(world_told) == []
    world_told.good("2026-02-12T01:00:00Z", ("finance", 2024), ("finance", 2025), ("police", 2025))
    world_told.check("2026-02-12T02:00:00Z")
    assert ends(world_told) == [("resolved", "finance", "over", None)]


def test_a_title_that_may_be_it_takes_withdrawn_back(world_told: World) -> None:
    withdraw(world_told)
    at = "2026-02-11T01:00:00Z"
    crawl = world_told.good(at, ("finance", 2024), ("police", 2025))
    world_told.see(crawl, "2025年政府信息公开工作年度报告", at)
    world_told.check("2026-02-11T02:00:00Z")
    assert ("corrected", "finance", "may be there", None) in ends(world_told)


def faulty(world: World, level: Level = "error") -> int:
    world.good(SEEN, ("finance", 2024), ("finance", 2025), ("police", 2025))
    document = world.read(SEEN, "finance", 2025, b"one", faults=["row 1"], level=level)
    world.check(SEEN)
    return document


def test_sums_of_a_report_that_is_gone_are_held_then_gone_not_mended(world_told: World) -> None:
    faulty(world_told)
    address = "http://list.example.gov.cn/nb/finance-2025.html"
    note_capture(world_told.db, "gone", address, "2026-02-06T01:00:00Z", status=404)
    world_told.good("2026-02-06T01:00:00Z", ("finance", 2024), ("police", 2025))
    world_told.check("2026-02-06T02:00:00Z")
    assert held(world_told) == {"invalid|finance|2025": "no version there"}
    for day in (7, 9):
        world_told.good(f"2026-02-0{day}T01:00:00Z", ("finance", 2024), ("police", 2025))
    world_told.check("2026-02-09T02:00:00Z")
    assert world_told.open() == ["withdrawn|finance|2025"]
    assert ends(world_told) == [("resolved", "finance", "gone", None)]
    (event,) = told_to(world_told, "resolved", "desk")
    assert "is no longer there; it was not mended" in sentence(event, "en")
    assert "现已不见，并非改正" in sentence(event, "zh")


def test_what_is_wrong_in_what_is_no_report_of_the_body_is_taken_back_with_its_appearance(
    world_told: World,
) -> None:
    world_told.good("2026-01-20T01:00:00Z", ("finance", 2024), ("police", 2024), ("finance", 2025))
    world_told.read("2026-01-20T01:05:00Z", "finance", 2025, b"<wrong>", faults=("row total",))
    world_told.check("2026-01-20T02:00:00Z")
    world_told.publishers = [
        replace(one, name="周口市财政监督局") if one.id == "finance" else one for one in world_told.publishers
    ]
    world_told.save("2026-01-21T00:00:00Z")
    world_told.check("2026-01-21T02:00:00Z")
    assert world_told.open() == []
    assert ends(world_told).count(("corrected", "finance", "not this report", None)) == 2


def test_a_right_copy_beside_the_wrong_one_was_not_our_mistake(world_told: World) -> None:
    held = [("finance", 2024), ("police", 2024), ("finance", 2025)]
    world_told.good("2026-01-20T01:00:00Z", *held)
    world_told.read("2026-01-20T01:05:00Z", "finance", 2025, b"<wrong>", faults=("row total",))
    world_told.check("2026-01-20T02:00:00Z")
    crawl = world_told.good("2026-01-22T01:00:00Z", *held)
    address = "http://list.example.gov.cn/nb/finance-2025.pdf"
    entry = Link("list", address, "周口市finance局2025年政府信息公开工作年度报告", None, "report")
    see_links(world_told.db, crawl, [entry], "2026-01-22T01:00:00Z")
    document, _ = keep_document(
        world_told.db, world_told.archive, url=address, body=b"%PDF right", media_type="application/pdf",
        now="2026-01-22T01:05:00Z", source="list", link_url=address, title=entry.title, status=200, crawl=crawl,
    )  # fmt: skip
    world_told.reread("2026-01-22T01:05:00Z", document, "finance", 2025, {"requests.received.total": 22})
    world_told.check("2026-01-22T02:00:00Z")
    assert ends(world_told) == [("resolved", "finance", "over", None)]


def test_what_is_wrong_in_a_report_that_proves_another_bodys_is_taken_back(world_told: World) -> None:
    world_told.good("2026-01-20T01:00:00Z", ("finance", 2024), ("police", 2024), ("finance", 2025))
    world_told.read("2026-01-20T01:05:00Z", "finance", 2025, b"<wrong>", faults=("row total",))
    world_told.check("2026-01-20T02:00:00Z")
    assert world_told.open() == ["invalid|finance|2025"]
    finance, police = sorted(world_told.publishers, key=lambda one: one.id)
    world_told.publishers = [
        replace(finance, name="周口市财政监督局"),
        replace(police, aliases=(finance.name,)),
    ]
    world_told.save("2026-01-21T00:00:00Z")
    world_told.check("2026-01-21T02:00:00Z")
    assert world_told.open() == ["invalid|police|2025"]
    assert ("corrected", "finance", "not this report", None) in ends(world_told)


@pytest.mark.parametrize(("level", "kind"), [("error", "invalid"), ("warning", "doubtful")])
def test_what_a_person_dismissed_is_taken_back_with_name_and_note(
    world_told: World, level: Level, kind: str
) -> None:
    faulty(world_told, level)
    assert world_told.open() == [f"{kind}|finance|2025"]
    (found,) = world_told.db.query("SELECT * FROM judged_findings")
    decision = Decision(
        fingerprint=found["fingerprint"], decision="dismissed", publisher="finance", year=2025, rule=found["rule"],
        version=found["version"], claim=found["claim"], message=found["message"], message_zh=found["message_zh"],
        document=found["sha256"], note="the form allows it", by="A. Reader", at="2026-02-04T00:00:00Z",
    )  # fmt: skip
    save_decisions(world_told.db, [decision])
    world_told.check("2026-02-04T01:00:00Z")
    assert ends(world_told) == [("corrected", "finance", "dismissed", None)]
    (event,) = told_to(world_told, "corrected", "desk")
    assert "A. Reader looked at it and dismissed it: the form allows it" in sentence(event, "en")
    assert "A. Reader核实后予以排除：the form allows it" in sentence(event, "zh")
    assert told_to(world_told, "corrected", "storms") == []


def test_doubts_are_told_only_where_they_are_asked_for(world_told: World) -> None:
    world_told.channels = [*world_told.channels, Channel(id="usual", url_env="USUAL")]
    faulty(world_told, "warning")
    opened = {
        row["channel"]
        for row in world_told.db.query(
            "SELECT d.channel FROM deliveries d JOIN events e ON e.id = d.event WHERE e.kind = 'opened'"
        )
    }
    assert opened == {"desk"}
    world_told.check(later(SEEN, days=40))
    assert told_to(world_told, "reminder", "desk") == []


def storm(world: World) -> str:
    """Twenty-two offices miss their date at once; when the check judged so."""
    at = "2026-02-05T01:00:00Z"
    world.watch(*OFFICES, source="other", at="2026-01-09T00:00:00Z")
    world.good(FIRST, *((office, 2024) for office in OFFICES), source="other")
    world.check(FIRST)
    world.good(at, *((office, 2024) for office in OFFICES), source="other")
    world.good(at, ("finance", 2025), ("police", 2025))
    world.check(at)
    assert len(world.open()) == len(OFFICES)
    assert len(told_to(world, "storm", "storms")) == 1
    return at


def test_a_storm_that_a_person_confirms_is_told_at_once(world_told: World) -> None:
    from monitor.check import check  # noqa: PLC0415 - beside the world's own

    at = storm(world_told)
    assert told_to(world_told, "opened", "desk") == []
    assert check(world_told.db, later(at, minutes=2), world_told.channels).released == 0
    summary = check(world_told.db, later(at, minutes=5), world_told.channels, confirm_storm=True)
    assert summary.released == len(OFFICES)
    assert len(told_to(world_told, "opened", "desk")) == len(OFFICES)
    check(world_told.db, later(at, minutes=10), world_told.channels, confirm_storm=True)
    assert len(told_to(world_told, "opened", "desk")) == len(OFFICES)


def test_what_ends_while_a_storm_is_held_is_told_only_as_far_as_it_was_named(world_told: World) -> None:
    at = storm(world_told)
    named = world_told.db.execute("SELECT detail FROM events WHERE kind = 'storm'").fetchone()[0]
    assert '"missing|office0|2025"' in named
    assert '"missing|office9|2025"' not in named  # the tenth by name is office17
    soon = later(at, minutes=30)
    world_told.good(soon, ("office0", 2025), ("office9", 2025), source="other", dated="2026-01-20")
    world_told.db.execute(  # a better matcher finds that they were there all along
        "UPDATE links SET first_seen = '2026-01-30T01:00:00Z' WHERE source = 'other' AND url LIKE '%-2025.html'"
    )
    world_told.check(soon)
    appeared = [event.publisher for event in told_to(world_told, "appeared", "desk")]
    assert sorted(str(name) for name in appeared if name and name.startswith("office")) == [
        "office0",
        "office9",
    ]
    corrected = told_to(world_told, "corrected", "storms")
    assert [event.publisher for event in corrected] == ["office0"]
    assert {(kind, name, why) for kind, name, _, why in ends(world_told)} == {
        ("corrected", "office0", None),
        ("corrected", "office9", "not announced"),
    }
    world_told.check(later(at, hours=2))
    assert len(told_to(world_told, "opened", "desk")) == len(OFFICES) - 2


def test_a_named_office_that_publishes_late_is_told_to_who_heard_of_the_storm(world_told: World) -> None:
    at = storm(world_told)
    soon = later(at, minutes=30)
    world_told.good(soon, *((office, 2024) for office in OFFICES), ("office0", 2025), source="other")
    world_told.check(soon)
    assert [event.publisher for event in told_to(world_told, "appeared", "storms")] == ["office0"]


def test_told_on_is_when_it_was_sent(world_told: World, webhook: Webhook) -> None:
    world_told.channels = [webhook.channel(id="morning", digest=9, lang="en")]
    world_told.good("2026-02-05T05:00:00Z", ("finance", 2024), ("police", 2025))
    world_told.check("2026-02-05T05:00:00Z")
    world_told.notify("2026-02-06T01:07:00Z")
    world_told.good(
        "2026-02-08T05:00:00Z", ("finance", 2024), ("finance", 2025), ("police", 2025), dated="2026-01-20"
    )
    world_told.check("2026-02-08T05:00:00Z")
    world_told.notify("2026-02-09T01:07:00Z")
    assert "missing" in webhook.texts[0]
    assert "2026-02-06 09:07" in webhook.texts[1]
    assert "2026-02-05 13:00" not in webhook.texts[1]  # when it was judged


def test_a_report_that_was_less_late_than_we_said_is_corrected_once(world_told: World) -> None:
    for day in (5, 25):
        world_told.good(f"2026-02-{day:02}T01:00:00Z", ("finance", 2024), ("police", 2025))
        world_told.check(f"2026-02-{day:02}T01:00:00Z")
    world_told.good("2026-02-26T01:00:00Z", ("finance", 2025), ("police", 2025))
    world_told.check("2026-02-26T01:00:00Z")
    link = world_told.db.execute("SELECT id FROM links WHERE url LIKE '%finance-2025%'").fetchone()[0]
    world_told.db.execute("UPDATE links SET published = '2026-02-03' WHERE id = ?", (link,))
    for day in (27, 28):
        world_told.check(f"2026-02-{day}T01:00:00Z")
    days = [
        row["days_late"]
        for row in world_told.db.query(
            "SELECT detail ->> 'days_late' AS days_late FROM events WHERE publisher = 'finance' AND year = 2025 AND kind IN ('appeared', 'corrected') ORDER BY id"
        )
    ]
    assert days == [25, 3]


REASONS = sorted(templates("en")["reasons"])


@pytest.mark.parametrize("lang", get_args(Lang))
@pytest.mark.parametrize("reason", REASONS)
def test_each_reason_is_a_whole_sentence(world_told: World, reason: str, lang: Lang) -> None:
    faulty(world_told)
    opened = told_to(world_told, "opened", "desk")[0]
    detail: dict[str, Any] = {
        **opened.detail, "reason": reason, "kind": "appeared" if reason == "timing" else "missing", "status": "on time",
        "was": "late", "first_seen": SEEN, "page_date": "2026-01-20", "unmatched": 2, "by": "A. Reader", "note": "seen",
    }  # fmt: skip
    text = sentence(replace(opened, kind="corrected", topic="corrected", detail=detail), lang)
    assert "{" not in text
    assert "?" not in text
    assert text.endswith(("。", ".", "seen"))


def test_both_languages_have_the_same_sentences() -> None:
    folder = Path(__file__).parents[2] / "monitor" / "templates"
    en, zh = (tomllib.loads((folder / f"{lang}.toml").read_text("utf-8")) for lang in ("en", "zh"))
    assert {name: sorted(group) for name, group in en.items()} == {
        name: sorted(group) for name, group in zh.items()
    }


def test_what_may_have_arrived_before_its_channel_died_is_taken_back(world_told: World) -> None:
    withdraw(world_told)
    world_told.db.execute("UPDATE deliveries SET state = 'dead' WHERE channel = 'desk'")
    event = world_told.db.execute("SELECT id FROM events WHERE kind = 'opened'").fetchone()[0]
    world_told.good("2026-02-12T01:00:00Z", ("finance", 2024), ("finance", 2025), ("police", 2025))
    world_told.db.conn.execute("SAVEPOINT refused")
    world_told.check("2026-02-12T02:00:00Z")
    assert told_to(world_told, "resolved", "desk") == []
    world_told.db.conn.execute("ROLLBACK TO refused")
    world_told.db.execute(
        "INSERT INTO messages (channel, at, subject, bytes, events, outcome) VALUES ('desk', ?, 's', 9, ?, 'ambiguous')",
        ("2026-02-09T02:05:00Z", f"[{event}]"),
    )
    world_told.check("2026-02-12T02:00:00Z")
    assert [told.publisher for told in told_to(world_told, "resolved", "desk")] == ["finance"]


def changed_and_read_again(world: World, received: int, licences: int, again: dict[str, int]) -> None:
    """Two figures of finance's report differ in its second version; then both versions are read again."""
    keys = ("requests.received.total", "requests.granted.total")
    first = dict(zip(keys, (22, 5), strict=True))
    documents = []
    for day, body, figures in (
        (3, b"one", first),
        (4, b"two", dict(zip(keys, (received, licences), strict=True))),
    ):
        at = f"2026-02-0{day}T01:00:00Z"
        crawl = world.good(at, ("finance", 2024), ("finance", 2025), ("police", 2025))
        documents.append(world.read(at, "finance", 2025, body, figures, crawl=crawl))
        world.check(at)
    for document, figures in zip(
        documents, (first, dict(zip(keys, again.values(), strict=True))), strict=True
    ):
        world.reread("2026-02-05T01:00:00Z", document, "finance", 2025, figures, version="2")
    for hour in (2, 3):
        world.check(f"2026-02-05T0{hour}:00:00Z")


@pytest.mark.parametrize(
    ("again", "reason", "english", "chinese"),
    [
        ({"received": 22, "granted": 5}, ["no change"], "both versions, read again, say the same", "重新读取后内容一致"),
        ({"received": 22, "granted": 6}, ["not all of it"], "22 → 23" , "22 → 23"),
        ({"received": 23, "granted": 6}, [], "", ""),
    ],
)  # fmt: skip
def test_a_change_that_was_misread_is_taken_back_once(
    world_told: World, again: dict[str, int], reason: list[str], english: str, chinese: str
) -> None:
    world_told.channels = [
        Channel(id="desk", url_env="DESK"),
        Channel(id="storms", url_env="S", kinds=("storm",)),
    ]
    changed_and_read_again(world_told, 23, 6, again)
    assert [why for kind, _, why, _ in ends(world_told) if kind == "corrected"] == reason
    for event in told_to(world_told, "corrected", "desk"):
        assert english in sentence(event, "en")
        assert chinese in sentence(event, "zh")
        assert "5 → 6" not in sentence(event, "zh")
    assert told_to(world_told, "corrected", "storms") == []
