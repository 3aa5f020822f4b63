"""Text of strangers harms no channel: what each service really receives, through Apprise, on a real server."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, get_args

import pytest
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.lark import NotifyLark
from apprise.plugins.pushplus import NotifyPushplus
from apprise.plugins.serverchan import NotifyServerChan
from apprise.plugins.slack import NotifySlack
from apprise.plugins.telegram import NotifyTelegram
from apprise.plugins.wecombot import NotifyWeComBot

from monitor.cleaning import cell, clean, clean_host
from monitor.mail_text import More
from monitor.messages import compose
from monitor.parts import in_parts
from monitor.providers import provider
from monitor.sender import send
from monitor.told import Lang, Told
from tests.monitor.events import EVENTS, NOW, REPORT, told
from tests.monitor.faulty import Web, mail_server, web_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.messages import Message

HOSTILE = (
    "<b>x</b><script>alert(1)</script>", "<img src=//evil.example/p.png>", "@all 所有人 @everyone @here", "<@U1> <@all> <!channel>",
    '<at user_id="all">所有人</at>', "[点此](http://evil.example)", "`rm` **粗** __线__ ~~删~~ ||藏||", "\n# 标题\n> 引用\n- [ ] x",
    "点 evil.example/login", "javascript:alert(1)", "mailto:a@evil.example", "a\u202egnp.exe\u2066\u200b\u00ad\ufeff\x07\x1b[31m",
    "题\r\nBcc: b@evil.example\r\n\r\n正文", "&lt;b&gt; &amp; &#64;all", "{who} {0} %s ${x}", "z" + "\u0301" * 50, "\u3164\u2800",
    "=HYPERLINK(1)", "+1", "-1", "＝1", "\t=1", "https://user:pw@evil.example/", "長" * 10_000,
)  # fmt: skip
# What only we write: names of states and reasons, moments, days, numbers of our own.
TAGS = frozenset(
    [
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "div",
        "p",
        "span",
        "b",
        "br",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "a",
    ]
)
OURS = frozenset({
    "status", "basis", "reason", "kind", "was", "by_law", "trouble", "due", "statutory_due", "page_date", "until", "at",
    "first_seen", "last_good", "since", "told_at", "opened_at", "closed_at", "lacked_at", "seen_at", "checked_at", "looked",
    "fingerprint", "came", "action",
})  # fmt: skip
HARM = (
    "@all", "@everyone", "@here", "<@", "<!", "<at", "](", "`", "**", "__", "~~", "||", "evil.example", "javascript:",
    "mailto:", "<b>x", "<script", "<img", "\n# ", "\n> ", "\u0301" * 3, "長" * 241, "\u3164", "\u2800",
)  # fmt: skip


class Poison:
    """Puts hostile text in the place of every text that is not our own, another one each time."""

    def __init__(self, first: int = 0) -> None:
        self.number = first

    def text(self) -> str:
        self.number += 1
        return HOSTILE[self.number % len(HOSTILE)]

    def into(self, value: Any, key: str = "") -> Any:  # noqa: ANN401 - any JSON
        if key in OURS:
            return value
        if isinstance(value, dict):
            return {name: self.into(one, name) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.into(one) for one in value]
        return self.text() if isinstance(value, str) else value


def hostile_events(first: int = 0) -> list[Told]:
    """Every event in all its variants, with hostile text in each particular that it has."""
    poison = Poison(first)
    found = []
    for number, (kind, topic, detail) in enumerate(EVENTS, 1):
        publisher = poison.text() if "who" in detail else None
        found.append(told(number, kind, topic, poison.into(detail), incident=number, publisher=publisher))
    return found


def harmless(text: str) -> None:
    """Asserts that nothing of it calls, links, hides, or is markup."""
    found = [harm for harm in HARM if harm in text]
    assert not found, found
    hidden = {
        sign for sign in text if unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cs") and sign != "\n"
    }
    assert not hidden


class Page(HTMLParser):
    """What a mail program makes of HTML: its tags, where its links lead, what a reader sees."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [str(value) for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("lang", get_args(Lang))
@pytest.mark.parametrize("first", range(len(HOSTILE)))
def test_every_particular_of_every_event_is_harmless(first: int, lang: Lang) -> None:
    for event in hostile_events(first):
        message = compose([event], lang, NOW, mail=True)
        assert message.lines == 1
        assert len(message.subject) < 200
        for text in (message.text, message.subject):
            harmless(text)
            assert "://" not in re.sub(r"https?://www\.zhoukou\.gov\.cn\S*", "", text)
        page = Page(message.html)
        assert page.tags <= TAGS
        assert page.attributes <= {
            "lang",
            "charset",
            "name",
            "content",
            "class",
            "style",
            "scope",
            "colspan",
            "href",
        }
        assert all(link.startswith("http://www.zhoukou.gov.cn/") for link in page.links)
        assert "evil.example" not in page.text


def test_the_html_says_what_the_text_says() -> None:
    everything = [
        told(n, *event, incident=n, publisher="p" if "who" in event[2] else None)
        for n, event in enumerate(EVENTS, 1)
    ]
    message = compose(everything, "en", NOW, most=100, mail=True)
    seen = " ".join(Page(message.html).text.split())
    for piece in (
        "22 + 3 = 25, but 24 is printed",
        "rule “balance”, page 3",
        "“共57件。” → “共59件。”",
        "reportwatch ack",
    ):
        assert piece in seen
        assert piece in message.text
    for number in ("第0行 / 总计", "and 2 more"):
        assert number in seen


SERVICES = {
    "wecombot": (NotifyWeComBot, "notify_url", "/w?key={{key}}", "wecombot://693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa/", b'{"errcode":0}'),
    "dingtalk": (NotifyDingTalk, "notify_url", "/d?t={{token}}", "dingtalk://abcdefghij0123456789/", b'{"errcode":0}'),
    "feishu": (NotifyFeishu, "notify_url", "/f/{{token}}/", "feishu://abcdefghij0123456789/", b'{"code":0}'),
    "lark": (NotifyLark, "notify_url", "/l/", "lark://abcdefghij0123456789/", b'{"code":0}'),
    "schan": (NotifyServerChan, "notify_url", "/s/{{token}}.send", "schan://abcdefghij0123456789", b'{"code":0}'),
    "pushplus": (NotifyPushplus, "notify_url", "/p", "pushplus://abcdefghij0123456789abcdefghij01", b'{"code":200}'),
    "slack": (NotifySlack, "webhook_url", "/k", "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/", b"ok"),
    "discord": (NotifyDiscord, "notify_url", "/c", "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", b"{}"),
    "tgram": (NotifyTelegram, "notify_url", "/bot", "tgram://123456789:abcdefg_hijklmnop/12315544/", b'{"ok":true,"result":[]}'),
    "bark": (None, "", "", "bark://127.0.0.1:{port}/abcdefghij", b'{"code":200}'),
    "json": (None, "", "", "json://127.0.0.1:{port}/x", b"{}"),
}  # fmt: skip
APPRISE = (
    "https://github.com/caronc/apprise/raw/master/apprise/assets/themes/default/apprise-info-256x256.png"
)
MENTIONS = ("mentioned_list", "mentioned_mobile_list", "atMobiles", "atUserIds")


def texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Every text of a payload."""
    if isinstance(value, dict):
        for name, one in value.items():
            assert not (name == "isAtAll" and one)
            assert not (name in MENTIONS and one)
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, str):
        yield value


def payloads(web: Web) -> list[str]:
    """The texts that the server accepted."""
    found: list[str] = []
    for body in web.accepted:
        found += list(texts(json.loads(body))) if body.startswith("{") else [body]
    return found


@pytest.fixture
def posted(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, list[str], list[Message]]:
    """A service, what it received of hostile events, and the messages that were handed over."""
    name: str = request.param
    plugin, attribute, path, address, good = SERVICES[name]
    events = hostile_events(3)[10:30]
    messages = in_parts(events, "zh", NOW, provider(name), provider(name).size, 3)
    with web_server() as web:
        web.good = good
        if plugin:
            monkeypatch.setattr(
                plugin, attribute, f"http://127.0.0.1:{web.port}{path.replace('{{', '{').replace('}}', '}')}"
            )
        for message in messages:
            sent = send(
                address.replace("{port}", str(web.port)),
                message.subject,
                message.text,
                as_html=False,
                now=NOW,
            )
            assert sent.error is None, sent
        return name, payloads(web), list(messages)


@pytest.mark.parametrize("posted", SERVICES, indirect=True)
def test_no_service_is_made_to_call_link_or_hide(posted: tuple[str, list[str], list[Message]]) -> None:
    name, received, messages = posted
    assert received, name
    whole = "\n".join(received)
    for message in messages:
        for short_id in re.findall(r"#(A\d{3})", message.text):
            assert short_id in whole
    for text in received:
        harmless(text.replace("\r\n", "\n").replace(APPRISE, ""))
    if name in ("tgram", "pushplus"):  # these take HTML
        assert Page(whole).tags <= {"b", "br", "p", "a", "i"}


def test_a_mail_has_no_header_of_theirs_and_a_table_that_executes_nothing() -> None:
    events = [
        told(n, "appeared", "appeared", {**REPORT, "status": "on time", "who": text, "region": text, "opened_at": None},
             incident=None, publisher=text)
        for n, text in enumerate((*HOSTILE, "周口市财政局"), 1)
    ]  # fmt: skip
    (message,) = in_parts(events, "zh", NOW, provider("mailto"), None, 3, mail=True)
    assert message.table is not None
    with mail_server() as post:
        address = f"mailto://127.0.0.1:{post.port}?from=watch@example.org&to=desk@example.org"
        subject = f"{message.subject}\r\nBcc: b@evil.example"
        assert (
            send(
                address,
                subject,
                message.html,
                as_html=True,
                now=NOW,
                more=More(None, message.text, message.table),
            ).error
            is None
        )
        (mail,) = post.accepted
    assert mail["Bcc"] is None
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n").strip() == message.text.strip()
    assert Page(html.get_content()).links == ["http://www.zhoukou.gov.cn/nb/"] * 20
    (table,) = mail.iter_attachments()
    assert (table.get_filename(), table.get_content_type()) == ("reportwatch-2026-02-06.csv", "text/csv")
    body = table.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert len(rows) == 1 + len(events)
    assert {row[5] for row in rows[1:]} == {"2025"}
    for row in rows:
        for text in row:
            assert not text.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r"))
            harmless(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"), ("-3", "'-3"), (-3, -3), (2025, 2025), ("＝1", "'＝1"), ("周口市", "周口市"), (None, ""), ("", ""),
    ],
)  # fmt: skip
def test_a_cell_is_no_formula_and_a_number_stays_one(text: str | int | None, shown: str | int) -> None:
    assert cell(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("evil.example/x", "evil．example/x"), ("3.5", "3.5"), ("22.4%", "22.4%"), ("a_b", "a＿b"), ("2025年报.pdf", "2025年报．pdf"),
        ("申请情况“总计”列：新收＝25", "申请情况“总计”列：新收＝25"), ("09:00", "09:00"), ("tel:1", "tel:1"), ("data:text/html", "data：text/html"),
    ],
)  # fmt: skip
def test_what_would_be_a_link_is_none_and_figures_stay(text: str, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("www.a.gov.cn:8080", "www.a.gov.cn:8080"),
        ("evil.example/@all", "evil．example/＠all"),
        ("a..b@c", "a..b＠c"),
    ],
)
def test_the_name_of_a_host_stays_and_nothing_else_passes_for_one(text: str, shown: str) -> None:
    assert clean_host(text) == shown
