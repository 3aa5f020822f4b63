"""What people read: golden digests in both languages, and scraped text that can do no harm."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from monitor.cleaning import clean, clean_url
from monitor.messages import compose, fold
from monitor.model import EventKind
from monitor.wording import Lang, sentence, templates
from store.model import BlindKind, Status
from tests.monitor.events import EVENTS, NOW, REPORT, everything, told

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_digest_reads_as_people_agreed(lang: Lang) -> None:
    text = compose(everything(), lang, NOW, most=100).text + "\n"
    golden = GOLDEN / f"{lang}.txt"
    if not golden.exists():
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
        pytest.fail(f"{golden} was written: read it, and commit it if it is good")
    assert text == golden.read_text(encoding="utf-8")


def test_every_event_kind_is_in_the_golden_digests() -> None:
    assert {kind for kind, _, _ in EVENTS} == set(get_args(EventKind))


def test_both_languages_have_the_same_sentences() -> None:
    english, chinese = templates("en"), templates("zh")
    assert {group: set(words) for group, words in english.items()} == {
        group: set(words) for group, words in chinese.items()
    }


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_status_and_every_blindness_has_a_word(lang: Lang) -> None:
    words = templates(lang)
    assert set(words["statuses"]) == set(get_args(Status))
    assert set(get_args(BlindKind)) - set(words["blind_kinds"]) == {"unsupported", "interrupted"}


def test_every_line_has_its_id_and_its_address() -> None:
    message = compose(everything(), "en", NOW, most=100)
    assert all(
        f"#A{number:03}" in message.text and f"#A{number:03}" in message.html for number in message.told
    )
    with_address = [detail for _, _, detail in EVENTS if "url" in detail]
    shown = [line for line in message.text.splitlines() if line.startswith("http://www.zhoukou.gov.cn/")]
    assert len([line for line in shown if not line.endswith(".pdf")]) == len(with_address)
    assert len([line for line in shown if line.endswith(".pdf")]) == len(
        [detail for _, _, detail in EVENTS if "evidence" in detail]
    )


HOSTILE = (
    "<b>x</b>@all <@U1> [点此](http://evil) `rm` \u202egnp.exe\u200b\x07\n# https://evil.example/@everyone"
)


def test_scraped_text_calls_nobody_and_links_nowhere() -> None:
    event = told(1, "opened", "missing", {**REPORT, "who": HOSTILE, "url": "javascript:alert(1)"})
    for text in (compose([event], "zh", NOW).text, compose([event], "zh", NOW).html):
        assert not any(
            bad in text
            for bad in ("@all", "<@", "](", "`", "\u202e", "\u200b", "\x07", "://evil", "javascript")
        )
    assert "<b>x</b>" not in compose([event], "en", NOW).html


@pytest.mark.parametrize(
    ("address", "clean_one"),
    [
        ("http://a.gov.cn/x?id=1&y=2", "http://a.gov.cn/x?id=1&y=2"),
        ("http://a.gov.cn/年报 1.pdf", "http://a.gov.cn/%E5%B9%B4%E6%8A%A5%201.pdf"),
        ('http://a.gov.cn/"><script>', "http://a.gov.cn/%22%3E%3Cscript%3E"),
        ("http://user@a.gov.cn/", ""),
        ("javascript:alert(1)", ""),
        ("http://a.gov.cn/\n@all", ""),
        ("http://[bad", ""),
        (None, ""),
    ],
)
def test_only_web_addresses_become_links(address: str | None, clean_one: str) -> None:
    assert clean_url(address) == clean_one


def test_long_text_is_cut() -> None:
    assert clean("名" * 200) == "名" * 79 + "…"


def test_a_claim_and_its_end_in_one_message_are_one_line() -> None:
    opened = told(1, "opened", "missing", REPORT, incident=7, publisher="a")
    ended = told(
        2,
        "corrected",
        "corrected",
        {**REPORT, "kind": "missing", "reason": "in time"},
        incident=7,
        publisher="a",
    )
    appeared = told(3, "appeared", "appeared", {**REPORT, "status": "on time"}, publisher="a")
    assert fold([opened, ended, appeared]) == [ended]


def test_a_correction_of_something_else_hides_no_publication() -> None:
    appeared = told(1, "appeared", "appeared", {**REPORT, "status": "on time"}, publisher="a")
    misread = {**REPORT, "kind": "invalid", "reason": "misread"}
    corrected = told(2, "corrected", "corrected", misread, incident=7, publisher="a")
    assert fold([appeared, corrected]) == [appeared, corrected]
    gone = {**REPORT, "kind": "appeared", "reason": "not this report", "was": "late"}
    answer = told(3, "corrected", "corrected", gone, publisher="a", key="corrected|1|gone")
    assert fold([appeared, answer]) == [answer]


def test_of_several_reminders_only_the_last_is_said() -> None:
    first, second = (told(n, "reminder", "missing", {**REPORT, "days": n}, incident=7) for n in (1, 2))
    assert fold([first, second]) == [second]


def test_a_rule_is_cited_in_the_readers_language() -> None:
    assert "国务院令第711号）第四十九条第一款" in sentence(told(1, "opened", "missing", REPORT), "zh")


@pytest.mark.parametrize("lang", get_args(Lang))
def test_a_figure_with_a_point_stays_one_in_every_message(lang: Lang) -> None:
    said = "收费 12.5 万元"
    events = [
        told(1, "opened", "invalid", {**REPORT, "faults": [[said, said]]}),
        told(2, "opened", "doubtful", {**REPORT, "faults": [[said, said]]}),
        told(
            3,
            "corrected",
            "corrected",
            {**REPORT, "kind": "invalid", "reason": "dismissed", "by": "A", "note": said},
        ),
        told(
            4,
            "revised",
            "revised",
            {
                **REPORT,
                "seen_at": NOW,
                "figures": [["收费 / 万元", "11.5", "12.5"]],
                "sections": [said],
                "sentences": [["6", f"{said}。", "收费 13.5 万元。"]],
            },
        ),
        told(5, "channel", "channel", {"channel": "desk", "error": said, "waiting": 3}),
    ]
    for one in events:
        message = compose([one], lang, NOW)
        assert "12.5" in message.text, one
        assert "12.5" in message.html, one


@pytest.mark.parametrize("lang", get_args(Lang))
def test_names_of_our_files_and_settings_can_be_typed(lang: Lang) -> None:
    error = "my-channels.toml:3: url_env: the environment variable DESK_URL is not set; evil.example @all <b>"
    text = compose(
        [told(1, "channel", "channel", {"channel": "my_desk:abc123", "error": error, "waiting": 3})],
        lang,
        NOW,
    ).text
    assert "my-channels.toml:3: url_env: the environment variable DESK_URL is not set" in text
    assert "reportwatch notify --requeue my_desk:abc123" in text
    assert "evil．example ＠all ＜b＞" in text
