"""What people read: golden digests in both languages, and scraped text that can do no harm."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest

from monitor.cleaning import clean, clean_url
from monitor.messages import compose, fold
from monitor.model import EventKind
from monitor.wording import Lang, Told, sentence, templates
from store.model import BlindKind, Status

GOLDEN = Path(__file__).parent / "golden"
NOW = "2026-02-06T01:00:00Z"
LAW = "Regulation on Disclosure of Government Information (State Council Order No. 711), art. 49 §1"
REPORT: dict[str, Any] = {
    "who": "周口市财政局", "region": "henan/zhoukou", "year": 2025, "due": "2026-01-31", "basis": "law", "law": LAW,
    "status": "missing", "first_seen": "2026-01-20T01:00:00Z", "page_date": "2026-01-19", "days_late": None,
    "lacked_at": None, "unmatched": 2, "url": "http://www.zhoukou.gov.cn/nb/", "last_good": "2026-02-05T01:00:00Z",
    "opened_at": "2026-02-05T01:00:00Z", "faults": [["22 + 3 = 25, but 24 is printed", "22＋3＝25，表中为24"]],
}  # fmt: skip
HOST = {
    "host": "www.zhoukou.gov.cn", "since": "2026-02-01T01:00:00Z", "visits": 4, "blind_kind": "captcha",
    "last_good": None, "publishers": ["a", "b", "c", "d"], "regions": ["henan/zhoukou"],
    "publisher_names": ["周口市财政局", "周口市公安局", "周口市教育局", "周口市民政局"], "url": "http://www.zhoukou.gov.cn/",
    "opened_at": "2026-02-03T01:00:00Z",
}  # fmt: skip
PLATFORM = {
    **HOST, "host": "shared", "platform": "shared", "hosts": ["a.gov.cn", "b.gov.cn", "c.gov.cn", "d.gov.cn"], "lists": 5,
}  # fmt: skip
LATE = {
    "status": "late",
    "days_late": 20,
    "first_seen": "2026-02-20T01:00:00Z",
    "lacked_at": "2026-02-20T00:00:00Z",
}

LOCAL = {
    "due": "2026-01-28", "basis": "local", "law": "a notice of the city", "law_zh": "本市通知",
    "statutory_due": "2026-01-31", "statutory": "Regulation, art. 49 §1", "statutory_zh": "《条例》第四十九条第一款",
}  # fmt: skip
EVENTS: list[tuple[str, str, dict[str, Any]]] = [
    ("opened", "missing", REPORT),
    ("opened", "withdrawn", REPORT),
    ("opened", "invalid", REPORT),
    ("opened", "blind", HOST),
    ("worsened", "invalid", REPORT),
    ("reminder", "missing", {**REPORT, "days": 10}),
    ("reminder", "blind", {**HOST, "days": 31}),
    ("resolved", "withdrawn", {**REPORT, "reason": "over"}),
    ("resolved", "invalid", {**REPORT, "reason": "over"}),
    ("resolved", "blind", {**HOST, "reason": "over"}),
    ("resolved", "missing", {**REPORT, "reason": "unwatched"}),
    ("resolved", "blind", {**HOST, "reason": "unwatched"}),
    ("appeared", "appeared", {**REPORT, "status": "on time", "opened_at": None}),
    ("appeared", "appeared", {**REPORT, "status": "on time by its own date", "opened_at": None}),
    ("appeared", "appeared", {**REPORT, "status": "published, timing unproved", "opened_at": None}),
    ("appeared", "appeared", {**REPORT, "status": "published, timing unproved", "due": None, "opened_at": None}),
    ("appeared", "appeared", {**REPORT, **LATE, "opened_at": None}),
    ("appeared", "appeared", {**REPORT, **LATE, "page_date": "2026-02-20"}),
    *(
        ("corrected", "corrected", {**REPORT, "kind": "missing", "reason": reason})
        for reason in (
            "in time", "in time by its date", "timing unproved", "there before", "may be there", "not owed", "not due",
            "not watched then", "not this report",
        )
    ),
    ("corrected", "corrected", {**REPORT, "kind": "withdrawn", "reason": "elsewhere"}),
    ("corrected", "corrected", {**REPORT, "kind": "invalid", "reason": "misread"}),
    ("corrected", "corrected", {**REPORT, "kind": "appeared", "reason": "timing", "was": "late", "status": "on time"}),
    ("corrected", "corrected", {**REPORT, "kind": "appeared", "reason": "not this report", "was": "late"}),
    ("revised", "revised", {**REPORT, "seen_at": NOW, "figures": [["新收 / 总计", "22", "23"]], "sections": ["一、总体情况"]}),
    ("summary", "summary", {
        "season": 2025, "publishers": 40, "sources": 12, "never_read": 3, "statuses": {"awaited": 30, "on time": 10},
        "earlier": 120, "incidents": {"invalid": 2}, "at": NOW,
    }),
    ("storm", "storm", {
        "count": 30, "kinds": {"missing": 29, "blind": 1}, "publishers": 31, "watched": 40,
        "first": ["周口市财政局", "周口市公安局"], "hours": 1, "at": NOW,
    }),
    ("channel", "channel", {"channel": "desk", "error": "HTTP 404", "waiting": 3}),
    ("opened", "blind", PLATFORM),
    ("resolved", "blind", {**PLATFORM, "reason": "over"}),
    ("resolved", "blind", {**PLATFORM, "reason": "unwatched"}),
    ("appeared", "appeared", {**REPORT, "status": "on time", "opened_at": None, "supplied_by": "A. Reader"}),
    ("appeared", "appeared", {
        **REPORT, "status": "late", "days_late": 6, "backdated": True, "page_date": "2026-01-30",
        "lacked_at": "2026-02-06T01:00:00Z", "first_seen": "2026-02-08T01:00:00Z", "opened_at": None,
    }),
    *(
        ("opened", "missing", {**REPORT, **LOCAL, "by_law": by_law, "days_late_by_law": None})
        for by_law in ("not due", "missing", "timing unproved")
    ),
    *(
        ("appeared", "appeared", {
            **REPORT, **LOCAL, "status": "late", "days_late": days, "page_date": page_date, "opened_at": None,
            "by_law": by_law, "days_late_by_law": days - 3,
        })
        for by_law, days, page_date in (
            ("in time", 3, "2026-01-31"), ("in time by its own date", 3, "2026-01-31"), ("late", 5, "2026-02-02"),
        )
    ),
    ("appeared", "appeared", {
        **REPORT, "status": "published, timing unproved", "due": None, "basis": "none", "opened_at": None,
        "outside_life": True, "law": "the body was abolished (ended 2025)", "law_zh": "该机构已于2025撤销",
    }),
    ("corrected", "corrected", {**REPORT, "kind": "missing", "reason": "outside its life",
                                "law": "the body was abolished (ended 2025)", "law_zh": "该机构已于2025撤销", "basis": "none"}),
    ("due_soon", "due_soon", {
        **{name: REPORT[name] for name in ("due", "basis", "law")}, "region": "henan/zhoukou", "days": 7, "count": 5,
        "publishers": ["a", "b", "c", "d", "e"], "publisher_names": ["周口市财政局", "周口市公安局", "周口市教育局", "周口市民政局"],
    }),
    ("due_soon", "due_soon", {
        **{name: REPORT[name] for name in ("due", "basis", "law")}, "region": "henan/zhoukou", "days": 0, "count": 1,
        "publishers": ["a"], "publisher_names": ["周口市财政局"],
    }),
    ("alive", "alive", {
        "checked_at": NOW, "publishers": 40, "good_visits": 84, "blind_visits": 2, "incidents": {"missing": 3},
    }),
]  # fmt: skip


def told(number: int, kind: str, topic: str, detail: dict[str, Any], **more: Any) -> Told:  # noqa: ANN401 - Told's fields
    fields = {
        "id": number, "key": str(number), "short_id": f"A{number:03}", "kind": kind, "topic": topic, "severity": "warning",
        "at": NOW, "incident": None, "publisher": None, "year": 2025, "detail": detail,
        "told_at": detail.get("opened_at"), **more,
    }  # fmt: skip
    return Told(**fields)


def everything() -> list[Told]:
    return [
        told(number, *event, incident=number, publisher=f"p{number}" if "who" in event[2] else None)
        for number, event in enumerate(EVENTS, 1)
    ]


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
    assert message.text.count("http://www.zhoukou.gov.cn/") == len(with_address)


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
