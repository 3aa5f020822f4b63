"""Sending over a real webhook and a real mail server: at least once, one message a channel, nobody blocked."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from monitor.deliveries import claim
from monitor.preview import preview
from monitor.providers import Provider
from store.copying import scratch
from store.database import open_readonly
from store.matched import rematch

if TYPE_CHECKING:
    from tests.monitor.conftest import Mailbox, Webhook
    from tests.monitor.world import World

FIRST = "2026-01-10T01:00:00Z"
AFTER_GRACE = "2026-02-05T01:00:00Z"


@pytest.fixture
def two(world: World) -> World:
    """Two departments whose reports are missing once `missing` has been called."""
    world.watch("finance", "police")
    return world


def missing(world: World) -> None:
    world.good(FIRST, ("finance", 2024), ("police", 2024))
    world.check(FIRST)
    world.notify(FIRST)
    world.good(AFTER_GRACE, ("finance", 2024), ("police", 2024))
    world.check(AFTER_GRACE)


def states(world: World, channel: str) -> list[str]:
    sql = "SELECT state FROM deliveries WHERE channel = ? ORDER BY id"
    return [row["state"] for row in world.db.query(sql, (channel,))]


def test_the_first_run_sends_one_summary_and_the_next_one_digest(two: World, webhook: Webhook) -> None:
    two.channels = [webhook.channel()]
    missing(two)
    two.notify(AFTER_GRACE)
    assert [post["title"] for post in webhook.posted] == [
        "[reportwatch] 1 summary",
        "[reportwatch] 2 missing",
    ]


def test_a_second_notify_sends_nothing(two: World, webhook: Webhook) -> None:
    two.channels = [webhook.channel()]
    missing(two)
    two.notify(AFTER_GRACE)
    assert two.notify(AFTER_GRACE).channels[0].outcome == "idle"
    assert len(webhook.posted) == 2


def test_mail_is_html_with_a_text_part_and_json_is_text(
    two: World, webhook: Webhook, mailbox: Mailbox
) -> None:
    two.channels = [webhook.channel(), mailbox.channel()]
    missing(two)
    two.notify(AFTER_GRACE)
    mail = mailbox.mails[-1]
    assert mail["Subject"] == "[reportwatch] 缺失 2"
    html = mail.get_body(("html",))
    assert html is not None
    assert "<b>周口市finance局</b>" in html.get_content()
    assert "MISSING: 周口市finance局: no annual report for 2025." in webhook.texts[-1]


def test_a_failing_channel_waits_and_never_blocks_another(
    two: World, webhook: Webhook, mailbox: Mailbox
) -> None:
    two.channels = [webhook.channel(), mailbox.channel()]
    webhook.status = 500
    missing(two)
    summary = two.notify(AFTER_GRACE)
    assert [(result.channel, result.outcome) for result in summary.channels] == [
        ("hook", "failed"),
        ("mail", "sent"),
    ]
    assert (summary.exit_code, len(mailbox.mails)) == (0, 2)
    webhook.status = 200
    two.notify("2026-02-05T01:02:00Z")
    assert [post["title"] for post in webhook.posted] == ["[reportwatch] 2 missing"]
    two.notify("2026-02-05T02:00:00Z")
    assert states(two, "hook") == ["sent", "sent", "sent"]


def test_a_failing_mail_server_is_a_failure(two: World, mailbox: Mailbox) -> None:
    two.channels = [mailbox.channel()]
    mailbox.refuse = True
    missing(two)
    summary = two.notify(AFTER_GRACE)
    assert (summary.channels[0].outcome, summary.exit_code) == ("failed", 69)


def test_retry_after_is_honoured(two: World, webhook: Webhook) -> None:
    two.channels = [webhook.channel()]
    webhook.status, webhook.headers = 429, {"Retry-After": "7200"}
    two.good(FIRST)
    two.check(FIRST)
    two.notify(FIRST)
    webhook.status = 200
    assert two.notify("2026-01-10T02:59:00Z").channels[0].outcome == "idle"
    assert two.notify("2026-01-10T03:00:00Z").channels[0].outcome == "sent"


def test_a_broken_channel_is_announced_on_the_others_once(
    two: World, webhook: Webhook, mailbox: Mailbox
) -> None:
    two.channels = [webhook.channel(), mailbox.channel(lang="en")]
    webhook.status = 404
    missing(two)
    two.notify(AFTER_GRACE)
    subjects = [mail["Subject"] for mail in mailbox.mails]
    assert subjects == [
        "[reportwatch] 1 channel broken",  # with the summary
        "[reportwatch] 2 missing",
    ]
    html = mailbox.mails[0].get_body(("html",))
    assert html is not None
    assert "The channel hook is broken: HTTP 404." in html.get_content()


def test_a_delivery_dies_after_its_attempts_and_stays_visible(two: World, webhook: Webhook) -> None:
    two.channels = [webhook.channel(attempts=2)]
    webhook.status = 500
    two.good(FIRST)
    two.check(FIRST)
    two.notify(FIRST)
    summary = two.notify("2026-01-11T01:00:00Z")
    assert (summary.channels[0].dead, summary.exit_code) == (1, 69)
    assert two.notify("2026-01-30T01:00:00Z").channels[0].outcome == "idle"


def test_quiet_hours_hold_and_what_ended_meanwhile_is_one_line(two: World, webhook: Webhook) -> None:
    two.channels = [webhook.channel(quiet=("08:00", "20:00"))]
    missing(two)
    assert two.notify(AFTER_GRACE).channels[0].outcome == "held"
    two.good("2026-02-05T05:00:00Z", ("finance", 2025))
    two.check("2026-02-05T05:00:00Z")
    two.notify("2026-02-05T12:00:00Z")
    (text,) = webhook.texts
    assert "MISSING: 周口市police局" in text
    assert "LATE: 周口市finance局: published" in text  # nobody had been told that it was missing
    assert "MISSING: 周口市finance局" not in text


def test_a_retry_is_held_by_quiet_hours_too(two: World, webhook: Webhook) -> None:
    two.channels = [webhook.channel(quiet=("09:30", "20:00"))]
    webhook.status = 500
    two.good(FIRST)
    two.check(FIRST)
    two.notify(FIRST)
    webhook.status = 200
    assert two.notify("2026-01-10T02:00:00Z").channels[0].outcome == "held"
    assert two.notify("2026-01-10T13:00:00Z").channels[0].outcome == "sent"


def test_a_digest_waits_for_its_hour(two: World, webhook: Webhook) -> None:
    two.channels = [webhook.channel(digest=18)]
    two.good(FIRST)
    two.check(FIRST)
    assert two.notify("2026-01-10T09:59:00Z").channels[0].outcome == "idle"
    assert two.notify("2026-01-10T10:00:00Z").channels[0].outcome == "sent"


def test_recovery_is_told_once_and_only_where_the_trouble_was_told(two: World, webhook: Webhook) -> None:
    two.channels = [webhook.channel(), webhook.channel(id="other", kinds=("missing",))]
    two.good(FIRST)
    two.check(FIRST)
    for day in (11, 12, 13):
        two.blind(f"2026-01-{day}T01:00:00Z")
        two.check(f"2026-01-{day}T01:00:00Z")
        two.notify(f"2026-01-{day}T01:00:00Z")
    for day in (14, 15):
        two.good(f"2026-01-{day}T01:00:00Z")
        two.check(f"2026-01-{day}T01:00:00Z")
        two.notify(f"2026-01-{day}T01:00:00Z")
    assert [text.count("can be read again") for text in webhook.texts] == [0, 0, 1]


def test_what_began_and_ended_before_a_message_is_one_line_with_both_times(
    two: World, webhook: Webhook
) -> None:
    two.channels = [webhook.channel(quiet=("08:00", "20:00"))]
    two.good(FIRST)
    two.check(FIRST)
    for day in (11, 12, 13):
        two.blind(f"2026-01-{day}T01:00:00Z")
        two.check(f"2026-01-{day}T01:00:00Z")
    two.good("2026-01-13T05:00:00Z")
    two.check("2026-01-13T05:00:00Z")
    two.notify("2026-01-13T12:00:00Z")
    (text,) = webhook.texts
    assert "from 2026-01-13 09:00 until 2026-01-13 13:00. It was over before this message." in text
    assert "RESOLVED:" in text
    assert "UNREADABLE:" not in text


def test_a_channel_that_left_the_file_is_named(two: World, webhook: Webhook) -> None:
    two.channels = [webhook.channel()]
    two.good(FIRST)
    two.check(FIRST)
    two.channels = []
    assert two.notify(FIRST).orphans == (("hook", 1),)


def test_a_message_too_long_for_the_service_goes_out_in_parts(
    world: World, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.outbox.provider", lambda _: Provider(size=1100))
    world.watch(*(f"d{number}" for number in range(8)))
    world.channels = [webhook.channel()]
    missing_of(world, 8)
    summary = world.notify(AFTER_GRACE)
    assert summary.channels[0].events == 9
    assert all(len(f"{post['title']}\r\n{post['message']}".encode()) <= 1100 for post in webhook.posted)
    assert [post["title"][-6:] for post in webhook.posted] == [" (1/3)", " (2/3)", " (3/3)"]
    assert sum(text.count("MISSING:") for text in webhook.texts) == 8


def missing_of(world: World, count: int) -> None:
    world.good(FIRST, *((f"d{number}", 2024) for number in range(count)))
    world.check(FIRST)
    world.good(AFTER_GRACE, *((f"d{number}", 2024) for number in range(count)))
    world.check(AFTER_GRACE)


def test_a_storm_is_one_message_and_the_rest_follows_an_hour_later(world: World, webhook: Webhook) -> None:
    world.watch(*(f"d{number}" for number in range(25)))
    world.channels = [webhook.channel()]
    missing_of(world, 25)
    world.notify(AFTER_GRACE)
    assert webhook.posted[-1]["title"] == "[reportwatch] 1 storm"
    world.check("2026-02-05T02:00:00Z")
    world.notify("2026-02-05T02:00:00Z")
    assert webhook.posted[-1]["title"] == "[reportwatch] 25 missing"


def test_a_preview_says_who_and_why_and_keeps_nothing(two: World, webhook: Webhook) -> None:
    two.channels = [webhook.channel(), webhook.channel(id="late", kinds=("appeared",))]
    missing(two)
    two.good("2026-02-06T01:00:00Z", ("finance", 2025), ("police", 2024))
    rematch(two.db, "2026-02-06T01:00:00Z")
    before = list(two.db.conn.iterdump())
    hook, late = preview(two.db, two.channels, "2026-02-06T01:00:00Z")
    assert [(event.kind, event.publisher) for event in late.events] == [("appeared", "finance")]
    assert "LATE" in hook.text
    assert list(two.db.conn.iterdump()) == before
    assert len(webhook.posted) == 1


def test_a_preview_and_a_writer_do_not_wait_for_each_other(two: World, webhook: Webhook) -> None:
    two.channels = [webhook.channel()]
    two.good(FIRST)
    file = Path(two.db.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()[0])
    writer = sqlite3.connect(file, timeout=0, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE publishers SET watched = 0")
    with closing(open_readonly(file)) as reader:
        reader.execute("PRAGMA busy_timeout = 0")
        (plan,) = preview(reader, two.channels, FIRST)
    assert [event.kind for event in plan.events] == ["summary"]
    with scratch(two.db.conn) as path:  # what is tried there holds nobody up
        assert path.exists()
        writer.execute("COMMIT")
    assert not path.exists()
    writer.close()
    assert two.db["events"].count == 0


def test_what_one_run_has_claimed_no_other_gets_until_the_lease_ends(two: World, webhook: Webhook) -> None:
    two.channels = [webhook.channel()]
    two.good(FIRST)
    two.check(FIRST)
    claimed = claim(two.db, "hook", FIRST)
    assert (len(claimed), claim(two.db, "hook", FIRST)) == (1, ())
    assert claim(two.db, "hook", "2026-01-10T01:10:00Z") == claimed


def test_a_stale_claim_never_follows_its_own_retraction(two: World, webhook: Webhook) -> None:
    two.channels = [webhook.channel()]
    missing(two)
    webhook.status = 503
    for hour in range(1, 20, 6):
        two.notify(f"2026-02-05T{hour:02}:10:00Z")
    two.watch("finance", "police", kind="institution", at="2026-02-05T23:00:00Z")
    two.good("2026-02-06T01:00:00Z", ("finance", 2024), ("police", 2024))
    two.check("2026-02-06T01:00:00Z")
    webhook.status = 200
    for hour in range(1, 20, 3):
        two.notify(f"2026-02-06T{hour:02}:00:00Z")
    (text,) = webhook.texts[1:]
    assert text.count("CORRECTED:") == 2
    assert "MISSING:" not in text


def test_nothing_new_overtakes_while_the_service_asks_for_a_pause(two: World, webhook: Webhook) -> None:
    two.channels = [webhook.channel()]
    missing(two)
    webhook.status, webhook.headers = 429, {"Retry-After": "86400"}
    two.notify(AFTER_GRACE)
    webhook.status = 200
    two.good("2026-02-05T05:00:00Z", ("finance", 2025))
    two.check("2026-02-05T05:00:00Z")
    assert two.notify("2026-02-05T06:00:00Z").channels[0].outcome == "idle"
    assert two.notify("2026-02-06T01:00:00Z").channels[0].messages == 1


def test_a_claim_that_was_never_told_and_was_wrong_is_news_of_nothing(two: World, webhook: Webhook) -> None:
    two.channels = [webhook.channel(quiet=("08:00", "20:00"))]
    two.good(FIRST)
    two.check(FIRST)
    two.notify("2026-01-10T13:00:00Z")
    two.good(AFTER_GRACE)
    two.check(AFTER_GRACE)
    two.watch("finance", "police", kind="institution", at="2026-02-05T02:00:00Z")
    two.good("2026-02-05T03:00:00Z")
    two.check("2026-02-05T03:00:00Z")
    result = two.notify("2026-02-05T13:00:00Z").channels[0]
    assert (result.messages, result.waiting, len(webhook.posted)) == (0, 0, 1)
