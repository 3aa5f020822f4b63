"""A digest on real servers: the most important lines first, the rest as a table or counted, and nothing lost."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from monitor.acknowledging import find_incidents
from monitor.messages import compose
from monitor.parts import in_parts
from monitor.providers import PLAIN, Provider
from monitor.sent import message_with
from reportwatch.cli import main
from tests.monitor.events import NOW, REPORT, everything, told

if TYPE_CHECKING:
    from email.message import Message
    from pathlib import Path

    from monitor.told import Told
    from tests.monitor.conftest import Mailbox, Webhook
    from tests.monitor.world import World

FIRST, NEXT, LATER = "2026-01-05T01:00:00Z", "2026-01-10T01:00:00Z", "2026-01-11T01:00:00Z"
SHORT_ID = re.compile(r"#([2-9A-HJ-NP-Z]{4})\b")
BODIES = tuple(f"d{number}" for number in range(30))


def thirty_published(world: World) -> None:
    world.watch(*BODIES)
    world.good(FIRST, *((name, 2024) for name in BODIES))
    world.check(FIRST)
    world.notify(FIRST)
    world.good(NEXT, *((name, year) for name in BODIES for year in (2024, 2025)))
    world.check(NEXT)
    world.notify(NEXT)


def published(count: int, **more: str) -> list[Told]:
    return [
        told(n, "appeared", "appeared", {**REPORT, "who": f"第{n}局", "status": "on time", "opened_at": None, **more}, publisher=f"p{n}")
        for n in range(1, count + 1)
    ]  # fmt: skip


def taken_back(count: int) -> list[Told]:
    return [
        told(n, "corrected", "corrected", {**REPORT, "who": f"第{n}局", "kind": "missing", "reason": "in time"}, publisher=f"p{n}", incident=n)
        for n in range(1, count + 1)
    ]  # fmt: skip


def bytes_of(part: Message) -> bytes:
    body = part.get_payload(decode=True)
    assert isinstance(body, bytes)
    return body


def test_a_chat_gets_twenty_lines_and_how_to_see_the_rest(world: World, webhook: Webhook) -> None:
    world.channels = [webhook.channel()]
    thirty_published(world)
    text = webhook.texts[-1]
    assert text.count("PUBLISHED:") == 20
    assert "And 10 more: 10 published. To see them all: reportwatch message " in text
    assert text.splitlines()[1] == "30 published"
    rows = list(world.db.query(
        "SELECT e.short_id, d.state, d.message FROM deliveries d JOIN events e ON e.id = d.event WHERE e.kind = 'appeared'"
    ))  # fmt: skip
    assert sorted(SHORT_ID.findall(text)) == sorted(row["short_id"] for row in rows)
    assert {(row["state"], row["message"]) for row in rows} == {("sent", 2)}
    assert world.notify(LATER).channels[0].outcome == "idle"


def test_the_command_of_the_message_shows_all_of_it(world: World, webhook: Webhook, tmp_path: Path) -> None:
    world.channels = [webhook.channel()]
    thirty_published(world)
    command = re.search(r"reportwatch (message [2-9A-Z]{4})", webhook.texts[-1])
    assert command
    asked = [*command[1].split(), "--state", str(tmp_path)]
    done = CliRunner().invoke(main, asked, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert done.output.count("PUBLISHED:") == 30
    assert "hook, 2026-01-10 09:00, sent: [reportwatch] 30 published" in done.output
    (answer,) = CliRunner().invoke(main, [*asked, "--json", "--lang", "zh"]).output.splitlines()
    assert (json.loads(answer)["events"], json.loads(answer)["text"].count("【已公布】")) == (30, 30)
    unknown = CliRunner().invoke(main, ["message", "ZZZZ", "--state", str(tmp_path)])
    assert (unknown.exit_code, "no message told of an event with this id" in unknown.output) == (2, True)


def test_what_is_over_by_now_is_still_in_the_message_that_told_it(world: World, webhook: Webhook) -> None:
    world.channels = [webhook.channel()]
    world.watch("finance")
    world.good(FIRST, ("finance", 2024))
    world.check(FIRST)
    world.good("2026-02-05T01:00:00Z", ("finance", 2024))
    world.check("2026-02-05T01:00:00Z")
    world.notify("2026-02-05T01:00:00Z")
    (short_id,) = [
        found
        for found in SHORT_ID.findall(webhook.texts[-1])
        if f"does not hold it. #{found}" in webhook.texts[-1]
    ]
    world.good("2026-02-09T01:00:00Z", ("finance", 2024), ("finance", 2025))
    world.check("2026-02-09T01:00:00Z")
    sent = message_with(world.db, f"#{short_id.lower()}", "en")
    assert sent is not None
    assert "no annual report for 2025" in sent.text


def test_a_mail_has_the_rest_as_a_table(world: World, mailbox: Mailbox) -> None:
    world.channels = [mailbox.channel()]
    thirty_published(world)
    mail = mailbox.mails[-1]
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().count("【已公布】") == 20
    assert (
        "另有 10 条未在此列出：已公布 10。全部 30 条见附表 reportwatch-2026-01-10.csv。"
        in plain.get_content()
    )
    (table,) = mail.iter_attachments()
    rows = list(csv.DictReader(io.StringIO(bytes_of(table).decode("utf-8-sig"))))
    assert len(rows) == 30
    assert {row["机构代码"] for row in rows} == set(BODIES)
    assert {row["年度"] for row in rows} == {"2025"}
    assert {row["编号"] for row in rows} >= set(SHORT_ID.findall(plain.get_content()))


def test_a_short_mail_has_no_table_and_our_own_text_beside_the_html(world: World, mailbox: Mailbox) -> None:
    world.channels = [mailbox.channel(lang="en")]
    world.watch("finance")
    world.good(NOW)
    world.check(NOW)
    world.notify(NOW)
    (mail,) = mailbox.mails
    assert mail.get_content_type() == "multipart/alternative"
    assert list(mail.iter_attachments()) == []
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().splitlines()[0] == "reportwatch · 2026-02-06 09:00 (Beijing time)"
    assert "SUMMARY: First look" in plain.get_content()


def test_the_most_important_lines_are_shown_and_counted_first() -> None:
    events = [*published(40), told(90, "opened", "missing", REPORT, incident=9, publisher="x")]
    message = compose(events, "en", NOW)
    assert message.text.splitlines()[1] == "1 missing, 40 published"
    assert message.lines == 20
    assert 90 in message.said
    assert len(message.said) == 41


def test_lines_stand_by_region_and_the_region_with_the_worst_comes_first() -> None:
    events = [
        *published(2, region="anhui"),
        told(8, "opened", "missing", {**REPORT, "region": "henan"}, incident=8, publisher="x"),
        told(9, "appeared", "appeared", {**REPORT, "region": "henan", "status": "on time"}, publisher="y"),
        told(10, "channel", "channel", {"channel": "desk", "error": "HTTP 404", "waiting": 1}),
    ]
    text = compose(events, "en", NOW).text
    heads = [
        text.index(head)
        for head in ("CHANNEL BROKEN:", "== henan ==", "MISSING:", "#A009", "== anhui ==", "#A001")
    ]
    assert heads == sorted(heads)


@pytest.mark.parametrize("size", [1300, 1500, 2048, 4000])
def test_parts_fit_and_are_at_most_three_and_nothing_is_lost(size: int) -> None:
    service = Provider(size=size)
    messages = in_parts(everything(), "zh", NOW, service, size, 3)
    assert 1 <= len(messages) <= 3
    assert all(len(f"{one.subject}\r\n{one.text}".encode()) <= size for one in messages)
    covered = [number for one in messages for number in one.told]
    assert sorted([*covered, *messages[-1].left]) == [one.id for one in everything()]
    assert len(set(covered)) == len(covered)


def test_what_we_take_back_is_never_only_counted() -> None:
    events = taken_back(60)
    messages = in_parts(events, "zh", NOW, PLAIN, 1500, 3)
    shown = {number for one in messages for number in one.said}
    assert all(f"#A{number:03}" in "".join(one.text for one in messages) for number in shown)
    assert shown | set(messages[-1].left) == {told.id for told in events}
    assert f"另有 {len(messages[-1].left)} 条见下一条消息。" in messages[-1].text


def test_very_much_that_is_taken_back_is_told_in_one_digest() -> None:
    events = taken_back(1200)
    messages = in_parts(events, "en", NOW, PLAIN, 4000, 3)
    assert not messages[-1].left
    assert {number for one in messages for number in one.said} == {told.id for told in events}
    assert "1200 corrected" in messages[0].text
    assert "reportwatch message" in messages[-1].text


def test_where_the_rate_leaves_no_room_the_rest_waits() -> None:
    (message,) = in_parts(published(40), "en", NOW, PLAIN, 1500, 1, counted=False)
    assert len(message.said) == message.lines
    assert len(message.left) == 40 - message.lines
    assert "more follow in the next message." in message.text


def test_a_line_that_is_too_long_even_alone_is_cut_and_keeps_its_id_and_address() -> None:
    long = told(
        1,
        "opened",
        "doubtful",
        {**REPORT, "faults": [["長" * 200, "長" * 200]] * 5},
        incident=1,
        publisher="x",
    )
    (message,) = in_parts([long], "zh", NOW, PLAIN, 900, 3)
    assert len(f"{message.subject}\r\n{message.text}".encode()) <= 900
    assert "… #A001\nhttp://www.zhoukou.gov.cn/nb/" in message.text


@pytest.mark.parametrize(
    ("lang", "subject"), [("en", "周口市财政局 2025: missing"), ("zh", "周口市财政局 2025 年度：缺失")]
)
def test_the_subject_of_an_incidents_mails_stays_the_same(lang: str, subject: str) -> None:
    course = [
        told(1, "opened", "missing", REPORT, incident=7, publisher="a"),
        told(2, "reminder", "missing", {**REPORT, "days": 10}, incident=7, publisher="a"),
        told(3, "resolved", "missing", {**REPORT, "reason": "over"}, incident=7, publisher="a"),
        told(
            4,
            "corrected",
            "corrected",
            {**REPORT, "kind": "missing", "reason": "in time"},
            incident=7,
            publisher="a",
        ),
        told(
            5, "appeared", "appeared", {**REPORT, "status": "late", "days_late": 5}, incident=7, publisher="a"
        ),
    ]
    mails = [compose([event], lang, NOW, mail=True).subject for event in course]  # type: ignore[arg-type]  # a language
    assert mails == [f"[reportwatch] {subject}", *[f"Re: [reportwatch] {subject}"] * 4]
    chats = [compose([event], "en", NOW).subject.rpartition(": ")[2] for event in course]
    assert chats == ["missing", "still open", "resolved", "corrected", "late"]


def test_a_subject_of_many_kinds_names_the_most_important() -> None:
    assert compose(everything(), "en", NOW, most=100).subject == (
        "[reportwatch] 3 monitoring trouble, 1 storm, 1 channel broken, 18 corrected, and 12 more kinds"
    )


def test_how_to_take_it_on_stands_once_and_the_command_takes_it(world: World, webhook: Webhook) -> None:
    world.channels = [webhook.channel()]
    world.watch("finance", "police")
    world.good(FIRST, ("finance", 2024), ("police", 2024))
    world.check(FIRST)
    world.notify(FIRST)
    assert "reportwatch ack" not in webhook.texts[-1]
    world.good("2026-02-05T01:00:00Z", ("finance", 2024), ("police", 2024))
    world.check("2026-02-05T01:00:00Z")
    world.notify("2026-02-05T01:00:00Z")
    assert webhook.texts[-1].count("reportwatch ack") == 1
    command = re.search(r"reportwatch ack (\S+) --by NAME --note TEXT", webhook.texts[-1])
    assert command
    (found,) = find_incidents(world.db, [command[1]])
    assert found.kind == "missing"


def test_a_fault_says_its_rule_and_a_worse_report_only_what_came(world: World, webhook: Webhook) -> None:
    world.channels = [webhook.channel()]
    world.watch("finance")
    world.good(FIRST, ("finance", 2024))
    world.check(FIRST)
    crawl = world.good(NEXT, ("finance", 2024), ("finance", 2025))
    world.read(NEXT, "finance", 2025, b"<html>1", faults=("甲",), crawl=crawl)
    world.check(NEXT)
    world.notify(NEXT)
    assert "甲 does not hold (rule “balance”)." in webhook.texts[-1]
    assert "http://list.example.gov.cn/nb/finance-2025.html" in webhook.texts[-1]
    crawl = world.good(LATER, ("finance", 2024), ("finance", 2025))
    world.read(LATER, "finance", 2025, b"<html>2", faults=("甲", "乙"), crawl=crawl)
    world.check(LATER)
    world.notify(LATER)
    (line,) = [text for text in webhook.texts[-1].splitlines() if "more figures" in text]
    assert "乙 does not hold" in line
    assert "甲" not in line
