"""An answer is believed only if it says so, and no secret leaves the sender."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot

from monitor.answers import of_body
from monitor.providers import provider
from monitor.sender import redact, send

if TYPE_CHECKING:
    from pathlib import Path

    from tests.monitor.conftest import Webhook
    from tests.monitor.world import World

NOW = "2026-02-05T01:00:00Z"


@pytest.mark.parametrize(
    ("plugin", "address", "good", "bad"),
    [
        (NotifyDingTalk, "dingtalk://abcdefghij0123456789/", b'{"errcode":0}', b'{"errcode":310000}'),
        (
            NotifyWeComBot,
            "wecombot://693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa/",
            b'{"errcode":0}',
            b'{"errcode":93000}',
        ),
        (NotifyFeishu, "feishu://abcdefghij0123456789/", b'{"code":0}', b'{"code":19024}'),
    ],
)
def test_a_chat_that_refuses_with_status_200_has_failed(
    plugin: type, address: str, good: bytes, bad: bytes, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugin, "notify_url", f"http://127.0.0.1:{webhook.port}/")
    webhook.body = good
    assert send(address, "t", "b", as_html=False, now=NOW).error is None
    webhook.body = bad
    sent = send(address, "t", "b", as_html=False, now=NOW)
    assert sent.permanent
    assert (sent.error or "").startswith("HTTP 200, but the answer says")


@pytest.mark.parametrize(
    ("schema", "body", "fails"),
    [
        ("schan", b'{"code":0}', False),
        ("schan", b'{"code":40001}', True),
        ("lark", b'{"StatusCode":0}', False),
        ("lark", b'{"code":"19001"}', True),
        ("pushplus", b'{"code":200}', False),
        ("pushplus", b'{"code":903}', True),
        ("dingtalk", b"<html>login</html>", True),
        ("dingtalk", b'{"ok":true}', False),
    ],
)
def test_the_body_of_a_chats_answer_decides(schema: str, body: bytes, *, fails: bool) -> None:
    assert (of_body(provider(schema), body).error is not None) is fails


@pytest.mark.parametrize(
    ("status", "headers", "permanent"),
    [
        (500, {}, False),
        (302, {"Location": "/login"}, False),
        (401, {}, True),
        (404, {}, True),
        (429, {}, False),
    ],
)
def test_any_other_status_is_a_failure(
    webhook: Webhook, status: int, headers: dict[str, str], *, permanent: bool
) -> None:
    webhook.status, webhook.headers = status, headers
    sent = send(f"json://127.0.0.1:{webhook.port}/x", "t", "b", as_html=False, now=NOW)
    assert (sent.error, sent.permanent) == (f"HTTP {status}", permanent)


def test_nobody_there_is_a_failure() -> None:
    assert (
        send("json://127.0.0.1:1/x", "t", "b", as_html=False, now=NOW).error
        == "no connection: ConnectionError"
    )


def test_a_date_to_retry_after_is_understood(webhook: Webhook) -> None:
    webhook.status, webhook.headers = 503, {"Retry-After": "Thu, 05 Feb 2026 02:00:00 GMT"}
    assert send(f"json://127.0.0.1:{webhook.port}/x", "t", "b", as_html=False, now=NOW).retry_after == 3600


def test_redaction_leaves_no_part_of_an_address() -> None:
    address = "mailto://user:p%40ssCANARY@smtp.example.org/desk@example.org?key=CANARY2"
    text = redact("login user p@ssCANARY at smtp.example.org with CANARY2 failed", address)
    assert not {"p@ssCANARY", "p%40ssCANARY", "CANARY2", "smtp.example.org"} & set(text.split())


def test_a_secret_is_in_no_log_no_error_and_no_database(
    world: World,
    webhook: Webhook,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("urllib3").setLevel(logging.DEBUG)
    logging.getLogger("apprise").setLevel(logging.DEBUG)
    world.watch("finance")
    mail = webhook.channel(id="mail").model_copy(update={"url": None})
    smtp = "mailtos://user:CANARY-mail@127.0.0.1:1?from=a@example.org&to=CANARY@example.org"
    mail = type(mail).model_validate({**mail.model_dump(exclude={"url"}), "url": smtp})
    world.channels = [webhook.channel(), webhook.channel(id="second"), mail]
    world.good(NOW)
    world.check(NOW)
    for status, at in ((500, NOW), (404, "2026-02-05T01:05:00Z"), (200, "2026-02-07T01:00:00Z")):
        webhook.status = status
        summary = world.notify(at)
        assert "CANARY" not in repr(summary)
    out, err = capfd.readouterr()
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("reports.db*"))
    assert "CANARY" not in caplog.text + out + err + repr(world.channels)
    assert b"CANARY" not in stored
