"""Sixty ways in which a channel fails: the ledger equals what real servers really received, and no other channel suffers.

Every fault happens to one of two channels at the first sending. Then it is over, and later runs send again: nothing is
lost, and nothing comes twice but what was handed over and never answered.
"""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.lark import NotifyLark
from apprise.plugins.pushplus import NotifyPushplus
from apprise.plugins.serverchan import NotifyServerChan
from apprise.plugins.wecombot import NotifyWeComBot

from monitor.channels import Channel
from monitor.moments import later
from tests.monitor.faulty import (
    Answer,
    closed_port,
    greeting,
    ids_in,
    mail_server,
    web_server,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.monitor.conftest import Webhook
    from tests.monitor.faulty import Post, Web
    from tests.monitor.world import World

ROOT = Path(__file__).parents[2]
NOW = "2026-01-10T01:00:00Z"
DAY = 86_400
KEY = "CANARYcanary0123456789"
# service: (plugin, address, what it answers when all is well)
SERVICES: dict[str, tuple[type, str, bytes]] = {
    "wecombot": (
        NotifyWeComBot,
        "wecombot://693axxx6-7aoc-4bc4-97a0-0ec2sifCANAR/",
        b'{"errcode":0,"errmsg":"ok"}',
    ),
    "dingtalk": (NotifyDingTalk, f"dingtalk://{KEY}/", b'{"errcode":0,"errmsg":"ok"}'),
    "feishu": (NotifyFeishu, f"feishu://{KEY}/", b'{"code":0,"msg":"success","data":{}}'),
    "lark": (NotifyLark, f"lark://{KEY}/", b'{"StatusCode":0,"StatusMessage":"success"}'),
    "schan": (NotifyServerChan, f"schan://{KEY}/", b'{"code":0,"data":{"pushid":"77"}}'),
    "pushplus": (NotifyPushplus, "pushplus://0123456789abcdef0123456789CANARY", b'{"code":200,"data":"f00"}'),
}


@dataclass(frozen=True)
class Fault:
    """What goes wrong, and what the ledger must say of it: outcome of the message, seconds until the next attempt."""

    answer: Answer
    outcome: str
    wait: int = 30
    service: str = "json"
    error: str = ""
    times: int = 1
    more: dict[str, Any] = field(default_factory=dict)


def http(status: int, outcome: str = "failed", wait: int = 30, **headers: str) -> Fault:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fault(Answer(status, headers=named), outcome, wait, error=f"HTTP {status}")


def says(service: str, body: str, outcome: str = "failed", wait: int = 30, status: int = 200) -> Fault:
    return Fault(Answer(status, body.encode()), outcome, wait, service, error=f"HTTP {status}")


BROKEN = ("refused", DAY)
FAULTS: dict[str, Fault] = {
    "timeout after accept": Fault(Answer(then="hang"), "ambiguous", error="ReadTimeout"),
    "closed without an answer": Fault(Answer(then="close"), "ambiguous"),
    "cut answer": Fault(Answer(then="cut"), "ambiguous"),
    "slow drip of the answer": Fault(Answer(then="drip"), "ambiguous"),
    "slow drip of the headers": Fault(Answer(then="drip headers"), "ambiguous"),
    "an answer in no encoding": Fault(
        Answer(headers={"Content-Encoding": "gzip"}, body=b"no gzip", then="cut"), "ambiguous"
    ),
    "429 without Retry-After": http(429, wait=60),
    "429 Retry-After 0": http(429, Retry_After="0"),
    "429 Retry-After seconds": http(429, wait=7200, Retry_After="7200"),
    "429 Retry-After a date": http(429, wait=3600, Retry_After="Sat, 10 Jan 2026 02:00:00 GMT"),
    "429 Retry-After a date gone by": http(429, Retry_After="Sat, 10 Jan 2015 02:00:00 GMT"),
    "429 Retry-After huge": http(429, wait=DAY, Retry_After="99999999999"),
    "429 Retry-After rubbish": http(429, wait=60, Retry_After="soon"),
    "503 with Retry-After": http(503, wait=900, Retry_After="900"),
    "400": http(400, *BROKEN),
    "401": http(401, *BROKEN),
    "403": http(403, *BROKEN),
    "404": http(404, *BROKEN),
    "405": http(405, *BROKEN),
    "410": http(410, *BROKEN),
    "418": http(418),
    "500": http(500),
    "502": http(502),
    "504": http(504),
    "521": http(521),
    "redirect": http(302, Location="/login"),
    "redirect for good to itself": http(301, Location="/"),
    "413 for ever": Fault(Answer(413), "failed", error="HTTP 413", times=9),
    "wecom: the robot is gone": says("wecombot", '{"errcode":93000,"errmsg":"invalid webhook url"}', *BROKEN),
    "wecom: too many": says("wecombot", '{"errcode":45009,"errmsg":"api freq out of limit"}', wait=60),
    "wecom: busy": says("wecombot", '{"errcode":-1,"errmsg":"system busy"}'),
    "wecom: a login page": says("wecombot", "<html>login</html>"),
    "wecom: 500 with a code": says("wecombot", '{"errcode":45009}', wait=60, status=500),
    "dingtalk: no keyword": says(
        "dingtalk", '{"errcode":310000,"errmsg":"keywords not in content"}', *BROKEN
    ),
    "dingtalk: no such token": says("dingtalk", '{"errcode":300001}', *BROKEN),
    "dingtalk: too many": says("dingtalk", '{"errcode":130101}', wait=600),
    "feishu: too many": says("feishu", '{"code":11232,"msg":"frequency limited"}', wait=60),
    "feishu: 400 and too many": says("feishu", '{"code":9499,"msg":"too many request"}', wait=60, status=400),
    "feishu: no keyword": says("feishu", '{"code":19024,"msg":"Key Words Not Found"}', *BROKEN),
    "lark: wrong token": says("lark", '{"code":19001,"msg":"param invalid"}', *BROKEN),
    "serverchan: wrong key": says("schan", '{"code":40001,"message":"bad pushtoken"}', *BROKEN, 400),
    "serverchan: out of order": says("schan", '{"code":500}'),
    "pushplus: wrong token": says("pushplus", '{"code":903,"msg":"no"}', *BROKEN),
    "pushplus: shut out": says("pushplus", '{"code":900,"msg":"no"}', wait=DAY),
    "pushplus: nothing at all": says("pushplus", ""),
}


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    monkeypatch.setattr("monitor.sender.ANSWER_SECONDS", 1.5)
    monkeypatch.setattr("monitor.sender.SEND_SECONDS", 10)
    with web_server() as server:
        for plugin, _, _ in SERVICES.values():
            monkeypatch.setattr(plugin, "request_rate_per_sec", 0)  # Lark sleeps twice for each message
            monkeypatch.setattr(plugin, "notify_url", f"http://127.0.0.1:{server.port}/{KEY}/")
        yield server


@pytest.fixture
def post() -> Iterator[Post]:
    with mail_server() as server:
        yield server


def channel(address: str, **choices: Any) -> Channel:  # noqa: ANN401 - a channel's fields
    return Channel.model_validate({"id": "bad", "url_env": "BAD", "url": address, **choices})


def of_service(web: Web, service: str) -> Channel:
    if service == "json":
        return channel(f"json://127.0.0.1:{web.port}/{KEY}?rto=1")
    web.good = SERVICES[service][2]
    return channel(SERVICES[service][1])


def begin(world: World, *channels: Channel) -> None:
    """One event, the summary, for each channel."""
    world.watch("finance", "police")
    world.channels = channels
    world.good(NOW)
    world.check(NOW)


def messages(world: World, name: str = "bad") -> list[str]:
    sql = "SELECT outcome FROM messages WHERE channel = ? ORDER BY id"
    return [row["outcome"] for row in world.db.query(sql, (name,))]


def deliveries(world: World, name: str = "bad") -> list[dict[str, Any]]:
    sql = "SELECT d.*, e.short_id, e.kind FROM deliveries d JOIN events e ON e.id = d.event WHERE channel = ? ORDER BY d.id"
    return list(world.db.query(sql, (name,)))


def told(texts: list[str]) -> list[str]:
    """Every short id that arrived, as often as it did."""
    return sorted(one for text in texts for one in ids_in(text))


def is_over(world: World, hook: Webhook) -> None:
    """The good channel heard everything once; everything that is to be told is told."""
    assert {row["state"] for row in deliveries(world, "hook")} <= {"sent", "suppressed"}
    here = [row["short_id"] for row in deliveries(world, "hook")]
    assert told(hook.texts) == sorted(here)
    assert {row["state"] for row in deliveries(world)} <= {"sent", "accepted_unverified"}


@pytest.mark.parametrize("name", FAULTS)
def test_a_web_service_fails_and_recovers(name: str, world: World, web: Web, webhook: Webhook) -> None:
    fault = FAULTS[name]
    web.answers = [fault.answer] * fault.times
    bad = of_service(web, fault.service)
    begin(world, bad, webhook.channel())
    summary = world.notify(NOW)
    (delivery,) = deliveries(world)
    assert messages(world)[-1] == fault.outcome
    assert delivery["state"] == "failed"
    assert fault.error in delivery["last_error"]
    assert delivery["next_at"] == later(NOW, seconds=fault.wait)
    assert [event["kind"] for event in deliveries(world, "hook")] == ["summary"] + ["channel"] * (
        fault.outcome == "refused"
    )
    assert summary.exit_code == (69 if fault.outcome == "refused" else 0)
    web.answers = []
    assert world.notify(later(NOW, seconds=fault.wait - 1)).channels[0].outcome == "idle"
    world.notify(later(NOW, seconds=fault.wait))
    assert messages(world)[-1] == "sent"
    (summary_id,) = [row["short_id"] for row in deliveries(world)]
    assert told(web.accepted) == [summary_id]
    assert told(web.unanswered) == [summary_id] * (fault.outcome == "ambiguous")
    assert messages(world).count("sent") == len(web.accepted)
    assert messages(world).count("ambiguous") == len(web.unanswered)
    assert messages(world).count("failed") + messages(world).count("refused") == len(web.refused)
    is_over(world, webhook)


@pytest.mark.parametrize(
    ("service", "body", "outcome"),
    [
        ("dingtalk", b'{"ok":true}', "accepted_unverified"),
        ("json", b"<html>thank you</html>", "sent"),
        ("json", b"x" * 1_000_000, "sent"),
        ("pushplus", SERVICES["pushplus"][2], "sent"),
    ],
)
def test_what_is_accepted_is_not_repeated(
    service: str, body: bytes, outcome: str, world: World, web: Web, webhook: Webhook
) -> None:
    bad = of_service(web, service)
    web.answers = [Answer(body=body)]
    begin(world, bad, webhook.channel())
    world.notify(NOW)
    world.notify(later(NOW, days=2))
    assert messages(world) == [outcome]
    assert len(web.accepted + web.refused) == 1
    assert [row["state"] for row in deliveries(world)] == [outcome]


def test_a_reference_of_the_service_is_kept(world: World, web: Web) -> None:
    begin(world, of_service(web, "schan"))
    world.notify(NOW)
    assert [row["provider_ref"] for row in world.db.query("SELECT provider_ref FROM messages")] == ["77"]


@pytest.mark.parametrize(
    ("service", "answer"),
    [
        ("json", Answer(413)),
        ("wecombot", Answer(body=b'{"errcode":40058,"errmsg":"exceed max length"}')),
        ("dingtalk", Answer(body=b'{"errcode":460101}')),
    ],
)
def test_what_is_too_long_goes_out_shorter_in_the_same_run(
    service: str, answer: Answer, world: World, web: Web, webhook: Webhook
) -> None:
    web.answers = [answer]
    begin(world, of_service(web, service), webhook.channel())
    world.notify(NOW)
    assert messages(world)[:2] == ["failed", "sent"]
    assert len(web.accepted[0].encode()) < len(web.refused[0].encode())
    assert set(told(web.accepted)) == {row["short_id"] for row in deliveries(world)}
    is_over(world, webhook)


def strings(found: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if isinstance(found, dict):
        for value in found.values():
            yield from strings(value)
    elif isinstance(found, str):
        yield found


@pytest.mark.parametrize(
    ("service", "size"),
    [("wecombot", 2048), ("dingtalk", 19_500), ("feishu", 19_500), ("lark", 19_500), ("pushplus", 20_000)],
)
def test_a_long_digest_fits_the_service_in_parts_and_loses_nothing(
    service: str, size: int, world: World, web: Web
) -> None:
    names = tuple(f"d{number}{'长' * 60}" for number in range(15))
    world.watch(*names)
    world.channels = [of_service(web, service)]
    world.good(NOW, *((name, 2024) for name in names))
    world.check(NOW)
    after = "2026-02-05T01:00:00Z"
    world.good(after, *((name, 2024) for name in names))
    world.check(after)
    for minute in range(4):
        assert world.notify(later(after, minutes=2 * minute)).channels[0].messages <= 3
    as_json = service in ("dingtalk", "feishu", "lark")
    for text in web.accepted:
        longest = max(strings(json.loads(text)), key=len)
        assert len(json.dumps(longest) if as_json else longest.encode()) <= size + 2
    assert told(web.accepted) == sorted(row["short_id"] for row in deliveries(world))
    assert {row["state"] for row in deliveries(world)} == {"sent"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_thirty_accused_at_once_have_a_name_each_on_the_shortest_service(
    lang: str, world: World, web: Web
) -> None:
    names = [f"第{number}号" for number in range(1, 31)]
    world.watch(*names, *(f"d{number}" for number in range(300)))  # so many that thirty are no storm
    world.channels = [of_service(web, "wecombot").model_copy(update={"lang": lang})]
    seen = [(publisher.id, 2024 + (publisher.id not in names)) for publisher in world.publishers]
    world.good(NOW, *seen)
    world.check(NOW)
    world.notify(NOW)
    web.accepted.clear()
    after = "2026-02-05T01:00:00Z"
    world.good(after, *seen)
    world.check(after)
    world.notify(after)
    said = "\n".join(max(strings(json.loads(text)), key=len) for text in web.accepted)
    assert len(web.accepted) <= 3
    assert all(len(max(strings(json.loads(text)), key=len).encode()) <= 2048 for text in web.accepted)
    for name in names:
        year = "2025年" if lang == "zh" else " 2025"
        assert re.search(rf"周口市{name}局{year} #\w+|周口市{name}局.*#\w+", said), name
    assert "no room here" not in said
    assert "列不下" not in said


ADDRESSES = {
    "nobody listens": ("json://127.0.0.1:{closed}/CANARY", "no connection"),
    "no such host": ("json://no-such-host.invalid/CANARY", "no connection"),
    "no TLS there": ("jsons://127.0.0.1:{web}/CANARY", "no connection"),
    "nobody listens for mail": (
        "mailto://127.0.0.1:{closed}?from=CANARY@a.org&to=CANARY@b.org&mode=insecure",
        "no connection",
    ),
    "no such mail host": ("mailto://no-such-host.invalid?from=CANARY@a.org&to=CANARY@b.org", "no connection"),
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_nobody_is_there(name: str, world: World, web: Web, webhook: Webhook) -> None:
    address, said = ADDRESSES[name]
    begin(world, channel(address.format(closed=closed_port(), web=web.port)), webhook.channel())
    assert world.notify(NOW).exit_code == 0
    (delivery,) = deliveries(world)
    assert said in delivery["last_error"]
    assert "CANARY" not in delivery["last_error"]
    assert messages(world) == ["failed"]
    world.channels = [of_service(web, "json"), webhook.channel()]
    world.notify(later(NOW, seconds=30))
    assert told(web.accepted) == [delivery["short_id"]]
    is_over(world, webhook)


# step and answer of the mail server: outcome, seconds until the next attempt, how the error begins
MAIL: dict[str, tuple[str, str, str, int, str]] = {
    "421 at MAIL": ("MAIL", "421 4.3.2 shutting down", "failed", 30, "SMTP 421"),
    "450 greylisted": ("RCPT", "450 4.2.0 greylisted, come back later", "failed", 30, "SMTP 450 4.2.0"),
    "451 at DATA": ("DATA", "451 4.3.0 out of order", "failed", 30, "SMTP 451"),
    "452 no room": ("RCPT", "452 4.3.1 no room", "failed", 30, "SMTP 452"),
    "535 wrong password": ("AUTH", "535", *BROKEN, "SMTP 535"),
    "530 at MAIL": ("MAIL", "530 5.7.0 log in first", *BROKEN, "SMTP 530"),
    "550 no such mailbox": ("RCPT", "550 5.1.1 no such user CANARY@b.org", *BROKEN, "SMTP 550 5.1.1"),
    "553 at RCPT": ("RCPT", "553 not so", *BROKEN, "SMTP 553"),
    "554 at DATA": ("DATA", "554 5.7.1 looks like spam", *BROKEN, "SMTP 554 5.7.1"),
    "552 mailbox full": ("RCPT", "552 5.2.2 full", "failed", 30, "SMTP 552 5.2.2"),
    "dropped after DATA": ("DATA", "drop", "ambiguous", 30, "no answer from the mail server"),
    "dropped before DATA": ("RCPT", "drop", "failed", 30, "the mail server broke off"),
}


def mail(post: Post, to: str = "CANARY@b.org", **choices: Any) -> Channel:  # noqa: ANN401 - a channel's fields
    address = f"mailto://user:CANARYsecret@127.0.0.1:{post.port}?from=CANARY@a.org&to={to}&cto=2"
    return channel(address, **choices)


def mailed(mails: list[Any]) -> list[str]:
    return told([one.get_body(("plain",)).get_content() for one in mails])


@pytest.mark.parametrize("name", MAIL)
def test_a_mail_server_fails_and_recovers(name: str, world: World, post: Post, webhook: Webhook) -> None:
    step, words, outcome, wait, said = MAIL[name]
    post.says = {step: words}
    begin(world, mail(post), webhook.channel())
    world.notify(NOW)
    (delivery,) = deliveries(world)
    assert (messages(world), delivery["state"]) == ([outcome], "failed")
    assert delivery["last_error"].startswith(said)
    assert "CANARY" not in delivery["last_error"]
    assert delivery["next_at"] == later(NOW, seconds=wait)
    post.says = {}
    world.notify(later(NOW, seconds=wait))
    assert mailed(post.accepted) == [delivery["short_id"]]
    assert mailed(post.unanswered) == [delivery["short_id"]] * (outcome == "ambiguous")
    if outcome == "ambiguous":  # the repetition is known as one
        assert post.unanswered[0]["Message-ID"] == post.accepted[0]["Message-ID"]
    assert messages(world)[-1] == "sent"
    is_over(world, webhook)


def test_a_mail_that_is_too_big_goes_out_shorter(world: World, post: Post) -> None:
    post.says = {"DATA": "552 5.3.4 message too big"}
    begin(world, mail(post))
    world.notify(NOW)
    assert set(messages(world)) == {"failed"}
    assert len(post.refused) > 1
    assert len(post.refused[-1].as_bytes()) < len(post.refused[0].as_bytes())


@pytest.mark.parametrize("words", [b"421 too busy\r\n", b"554 go away\r\n", b""])
def test_a_mail_server_greets_badly(words: bytes, world: World, webhook: Webhook) -> None:
    with greeting(words) as port:
        address = f"mailto://127.0.0.1:{port}?from=a@a.org&to=b@b.org&cto=1"
        begin(world, channel(address), webhook.channel())
        world.notify(NOW)
    (delivery,) = deliveries(world)
    assert delivery["state"] == "failed"
    assert delivery["last_error"].startswith(
        f"SMTP {words[:3].decode()}" if words else "the mail server broke off"
    )
    assert deliveries(world, "hook")[0]["state"] == "sent"


@pytest.mark.parametrize(
    ("words", "outcome"), [("550 5.1.1 unknown", "refused"), ("450 4.2.0 later", "failed")]
)
def test_one_refused_recipient_repeats_the_mail_to_nobody_else(
    words: str, outcome: str, world: World, post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from monitor.channels import load_channels  # noqa: PLC0415 - only here from a file

    file = tmp_path / "channels.toml"
    file.write_text('[[channel]]\nid = "bad"\nurl_env = "MAIL"\nformat = "text"\n', encoding="utf-8")
    monkeypatch.setenv(
        "MAIL", f"mailto://127.0.0.1:{post.port}?from=a@a.org&to=one@b.org,two@b.org,three@b.org"
    )
    post.says, post.to = {"RCPT": words}, "two@b.org"
    channels = load_channels(file)
    begin(world, *channels)
    world.notify(NOW)
    here = sorted(mail["To"] for mail in post.accepted if "SUMMARY" in mail.get_content())
    assert here == ["one@b.org", "three@b.org"]
    announced = [mail["To"] for mail in post.accepted if "CHANNEL" in mail.get_content()]
    assert sorted(announced) == (["one@b.org", "three@b.org"] if outcome == "refused" else [])
    assert sorted(row["outcome"] for row in world.db.query("SELECT outcome FROM messages")) == sorted(
        [outcome, "sent", "sent", *(["sent"] if outcome == "refused" else [])]
    )
    for day in (1, 2, 3):
        world.notify(later(NOW, days=day))
    summaries = [mail["To"] for mail in post.accepted if "SUMMARY" in mail.get_content()]
    assert sorted(summaries) == ["one@b.org", "three@b.org"]
    post.says = {}
    world.notify(later(NOW, days=4))
    summaries = [mail["To"] for mail in post.accepted if "SUMMARY" in mail.get_content()]
    assert sorted(summaries) == ["one@b.org", "three@b.org", "two@b.org"]
    assert "b.org" not in " ".join(row["channel"] for row in world.db.query("SELECT channel FROM deliveries"))


def test_one_of_five_fails_and_four_hear_everything(world: World, web: Web) -> None:
    web.answers = []
    five = [channel(f"json://127.0.0.1:{web.port}/{n}", id=f"c{n}") for n in range(4)]
    dead_end = channel(f"json://127.0.0.1:{closed_port()}/x", id="c4")
    begin(world, *five, dead_end)
    summary = world.notify(NOW)
    assert [result.outcome for result in summary.channels] == ["sent"] * 4 + ["failed"]
    assert (summary.exit_code, len(web.accepted)) == (0, 4)


def test_all_fail_for_three_days_and_recover(world: World, web: Web, webhook: Webhook, post: Post) -> None:
    webhook.status, post.says = 500, {"MAIL": "421 not now"}
    web.answers = [Answer(503)] * 100
    begin(world, of_service(web, "json"), webhook.channel(), mail(post, id="mail"))
    codes = []
    for hour in range(0, 72, 6):
        now = later(NOW, hours=hour)
        if hour == 24:
            for day in (1, 2, 3):
                world.blind(later(NOW, hours=20 + day))
            world.check(now)
        codes.append((world.notify(now).exit_code, world.notify(now).exit_code))
    assert (
        codes == [(69, 69)] * 12
    )  # also where nothing is tried, because every channel waits for its next attempt
    assert (web.accepted, webhook.posted, post.accepted) == ([], [], [])
    webhook.status, post.says, web.answers = 200, {}, []
    assert world.notify(later(NOW, days=5)).exit_code == 0
    for name, got in (
        ("bad", told(web.accepted)),
        ("hook", told(webhook.texts)),
        ("mail", mailed(post.accepted)),
    ):
        assert got == sorted(row["short_id"] for row in deliveries(world, name))
        assert {row["state"] for row in deliveries(world, name)} == {"sent"}
    assert len(web.accepted) == 1


def test_a_server_that_drips_holds_no_process(web: Web) -> None:
    web.answers = [Answer(then="drip headers")]
    code = (
        "import monitor.sender as s; s.ANSWER_SECONDS = 1\n"
        f"print(s.send('json://127.0.0.1:{web.port}/x', 't', 'b', as_html=False, now='{NOW}').ambiguous)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, timeout=20, capture_output=True, text=True, check=True
    )
    assert done.stdout == "True\n"


def test_no_secret_is_told_by_any_fault(
    world: World,
    web: Web,
    webhook: Webhook,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("apprise", "urllib3", "requests"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    begin(world, *(channel(SERVICES[name][1], id=name) for name in SERVICES), webhook.channel())
    for day, answer in enumerate(
        (Answer(500), Answer(401), Answer(then="close"), Answer(body=b'{"code":1,"errcode":7}'))
    ):
        web.answers = [answer] * 20
        summary = world.notify(later(NOW, days=day))
        assert "CANAR" not in repr(summary)
    out, err = capfd.readouterr()
    assert "CANAR" not in caplog.text + out + err + repr(world.channels)
    assert not [file for file in tmp_path.glob("reports.db*") if b"CANAR" in file.read_bytes()]
