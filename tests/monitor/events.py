"""Every kind of event that people are told of, as stored, in its variants."""

from __future__ import annotations

from typing import Any

from monitor.told import Told

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
FAULTS: dict[str, Any] = {
    "faults": [["22 + 3 = 25, but 24 is printed.", "22＋3＝25，表中为24。"], ["5 + 1 = 6, but 7 is printed.", "5＋1＝6，表中为7。"]],
    "evidence": [
        {"fingerprint": "f1", "rule": "balance", "page": 3, "url": "http://www.zhoukou.gov.cn/nb/1.pdf"},
        {"fingerprint": "f2", "rule": "row total", "page": None, "url": "http://www.zhoukou.gov.cn/nb/1.pdf"},
    ],
}  # fmt: skip
ACK = {
    "action": "ack",
    "by": "A. Reader",
    "note": "I wrote to them",
    "at": "2026-02-05T01:00:00Z",
    "until": None,
}
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
    ("opened", "missing", {**REPORT, "looked": [["http://a.gov.cn/", NOW], ["http://b.gov.cn/", NOW]]}),
    ("opened", "invalid", {**REPORT, **FAULTS}),
    ("opened", "doubtful", {**REPORT, **FAULTS}),
    ("worsened", "invalid", {**REPORT, **FAULTS, "came": ["f2"], "answer": ACK}),
    ("worsened", "doubtful", {**REPORT, **FAULTS, "came": ["f1"]}),
    ("worsened", "blind", {**HOST, "came": ["b"]}),
    ("worsened", "blind", {**PLATFORM, "came": ["b"]}),
    ("reminder", "invalid", {**REPORT, **FAULTS, "days": 30, "answer": {**ACK, "action": "snooze", "until": "2026-02-05"}}),
    ("opened", "monitor", {"trouble": "hosts", "hosts": ["a.gov.cn", "b.gov.cn"], "blind": 2, "visited": 9}),
    ("opened", "monitor", {"trouble": "readings", "documents": 20}),
    ("opened", "monitor", {"trouble": "visits", "since": "2026-01-25T01:00:00Z", "lists": 12}),
    *(
        ("resolved", "monitor", {"trouble": trouble, "since": "2026-01-25T01:00:00Z", "opened_at": NOW, "reason": "over"})
        for trouble in ("hosts", "readings", "visits")
    ),
    ("resolved", "invalid", {**REPORT, "reason": "gone"}),
    ("resolved", "doubtful", {**REPORT, "reason": "gone"}),
    ("resolved", "doubtful", {**REPORT, "reason": "over"}),
    ("resolved", "missing", {**REPORT, "reason": "over"}),
    ("corrected", "corrected", {**REPORT, "kind": "invalid", "reason": "dismissed", "by": "A. Reader", "note": "counted once."}),
    ("corrected", "corrected", {**REPORT, "kind": "doubtful", "reason": "misread", "standing": 1}),
    ("corrected", "corrected", {**REPORT, "kind": "revised", "reason": "no change", "figures": []}),
    ("corrected", "corrected", {**REPORT, "kind": "revised", "reason": "not all of it", "figures": [["新收 / 总计", "22", "23"]]}),
    ("revised", "revised", {
        **REPORT, "seen_at": NOW, "sections": ["一、总体情况"], "copy_of": "http://a.gov.cn/1",
        "figures": [[f"第{n}行 / 总计", str(n), str(n + 1)] for n in range(10)],
        "sentences": [["一、总体情况", "共57件。", "共59件。"], ["一、总体情况", None, "新的一句。"], ["一、总体情况", "旧的一句。", None]],
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
