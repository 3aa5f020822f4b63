"""What sentences are made of: templates, dates, names, counts, and the particulars of faults and changes. Pure."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.calendar import citation_in_chinese
from monitor.cleaning import clean, clean_host
from monitor.moments import shanghai_minute
from monitor.rule_names import rule_name
from monitor.sentences import around

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.told import Lang, Told

MOMENTS = (
    "first_seen",
    "page_gone_since",
    "last_good",
    "since",
    "told_at",
    "closed_at",
    "lacked_at",
    "seen_at",
    "opened_at",
    "at",
)
HOSTS = frozenset({"host", "platform"})
FAULTS_SHOWN = 5
FIGURES_SHOWN = 8
SENTENCES_SHOWN = 3
SENTENCE_SIGNS, LONGEST = 60, 2000
NAMES_SHOWN = 3
FAULT_SIGNS = 220
LAW_SIGNS = 240


@cache
def templates(lang: Lang) -> dict[str, dict[str, str]]:
    """The sentences of one language, by group and name."""
    path = Path(__file__).with_name("templates") / f"{lang}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def fields_of(told: Told, lang: Lang) -> dict[str, Any]:
    """The event's particulars as texts: times as a clock in Beijing shows them, rules cited, names made harmless."""
    words = templates(lang)
    detail = told.detail
    fields: dict[str, Any] = {
        key: (clean_host if key in HOSTS else clean)(value)
        for key, value in detail.items()
        if isinstance(value, str | int | float)
    }
    moments = {**detail, "told_at": told.told_at or detail.get("opened_at")}
    for key in MOMENTS:
        fields[key] = shanghai_minute(moments[key]) if moments.get(key) else words["words"]["never"]
    fields["law"] = law_of(detail, lang)
    fields["due"] = day(detail.get("due"), lang)
    fields["page_date"] = day(detail.get("page_date"), lang)
    return {"who": "?", "host": "?", "year": told.year, "unmatched": 0, "days_late": "?", **fields}


def day(iso: str | None, lang: Lang) -> str:
    """A date as people write it: `31 January 2026`, `2026年1月31日`; a dash for none."""
    if not iso:
        return "—"
    at = date.fromisoformat(iso)
    return f"{at.year}年{at.month}月{at.day}日" if lang == "zh" else f"{at.day} {at:%B} {at.year}"


def law_of(detail: Mapping[str, Any], lang: Lang) -> str:
    """The rule behind the due date, with what kind of rule it is; each of them, where it is several bodies' date."""
    if rules := detail.get("rules"):
        each = [{"basis": basis, "law": law, "law_zh": law_zh} for basis, law, law_zh in rules]
        return str(templates(lang)["words"]["join"]).join(dict.fromkeys(law_of(one, lang) for one in each))
    source = str(detail.get("law") or "")
    in_chinese = str(detail.get("law_zh") or citation_in_chinese(source))
    cited = clean(in_chinese if lang == "zh" else source, limit=LAW_SIGNS)
    basis = templates(lang)["basis"].get(str(detail.get("basis")), "{law}")
    return basis.format(law=cited)


def by_law(told: Told, lang: Lang) -> str:
    """Where a local date was missed: how it stands by the law's own date, so that nobody takes one for the other."""
    detail, words = told.detail, templates(lang)
    late = detail.get("status") == "late" and told.kind in ("appeared", "corrected")
    absent = told.topic == "missing" and told.kind in ("opened", "worsened", "reminder")
    if not detail.get("by_law") or not (late or absent):
        return ""
    cited = clean(detail["statutory_zh"] if lang == "zh" else detail["statutory"], limit=LAW_SIGNS)
    fields = {"due": day(detail["statutory_due"], lang), "law": cited, "days": detail.get("days_late_by_law")}
    return words["by_law"][detail["by_law"]].format(**fields)


def sentences_of(*texts: str, lang: Lang) -> str:
    """Whole sentences, one after the other."""
    return ("" if lang == "zh" else " ").join(text for text in texts if text)


def listed(texts: Sequence[str], total: int, lang: Lang) -> str:
    """Particulars in a row, how many there are besides, and a full stop; the empty text for none."""
    if not texts:
        return ""
    words = templates(lang)["words"]
    left = total - len(texts)
    more = [words["and_more"].format(count=left)] if left > 0 else []
    whole = words["join"].join([*texts, *more])
    if whole.endswith(("。”", ".”")):
        return whole
    return whole.rstrip("。.") + ("。" if lang == "zh" else ".")


def names(names: Sequence[str], lang: Lang, total: int | None = None, others: str = "others") -> str:
    """The first names and how many there are besides; `total` where not all are given."""
    words = templates(lang)["words"]
    if not names:
        return words["nobody"]
    total = total or len(names)
    shown = words["comma"].join(clean_host(name) for name in names[:NAMES_SHOWN])
    left = total - min(len(names), NAMES_SHOWN)
    if left <= 0:
        return shown
    return words[others].format(first=shown, count=left if lang == "en" else total)


def counts(counted: Mapping[str, int], group: str, lang: Lang) -> str:
    """`3 missing, 1 blind`: how many of each, by the names of a group of the templates."""
    words = templates(lang)
    texts = [
        words["words"]["count"].format(count=n, name=words[group].get(name, clean(name)))
        for name, n in counted.items()
    ]
    return words["words"]["comma"].join(texts) or words["summary"]["nothing"]


def faults(detail: Mapping[str, Any], lang: Lang, *, new: bool = False) -> list[tuple[str, str]]:
    """What does not hold, each with its rule and page; of the `new` ones only those that came, if it is known which."""
    pairs = list(detail.get("faults", ()))
    evidence = list(detail.get("evidence", ())) or [None] * len(pairs)
    came = set(detail.get("came", ()))
    known = [
        (pair, place)
        for pair, place in zip(pairs, evidence, strict=False)
        if not (new and came and place) or place["fingerprint"] in came
    ] or list(zip(pairs, evidence, strict=False))
    return [
        (clean(pair[1 if lang == "zh" else 0], FAULT_SIGNS).rstrip("。. "), _where(place, lang))
        for pair, place in known
    ]


def _where(place: Mapping[str, Any] | None, lang: Lang) -> str:
    """`rule “balance”, page 3`."""
    if not place:
        return ""
    words = templates(lang)["words"]
    parts = [words["rule"].format(rule=clean(rule_name(place["rule"], lang)))] if place.get("rule") else []
    if place.get("page"):
        parts.append(words["page"].format(page=int(place["page"])))
    return words["comma"].join(parts)


def said(fault: tuple[str, str], lang: Lang) -> str:
    """A fault with its place in brackets."""
    text, where = fault
    bracketed = f"（{where}）" if lang == "zh" else f" ({where})"
    return text + (bracketed if where else "")


def figure_changes(figures: Sequence[Sequence[str]], lang: Lang) -> list[str]:
    """`label: from → to` for each."""
    template = templates(lang)["revised"]["figure"]
    return [
        template.format(label=label, before=before, after=after) for label, before, after in changed(figures)
    ]


def changed(figures: Sequence[Sequence[str]]) -> list[tuple[str, str, str]]:
    """The first figures that changed, made harmless: (label, from, to)."""
    return [
        (clean(label), clean(before, 40), clean(after, 40))
        for label, before, after in figures[:FIGURES_SHOWN]
    ]


def changed_sentences(changes: Sequence[Sequence[str | None]], lang: Lang) -> list[str]:
    """The first changed sentences, cut to where they differ."""
    words, shown = templates(lang)["revised"], []
    for _, before, after in changes[:SENTENCES_SHOWN]:
        old, new = around(clean(before or "", LONGEST), clean(after or "", LONGEST), SENTENCE_SIGNS)
        name = "new" if before is None else "gone" if after is None else "sentence"
        shown.append(words[name].format(before=old, after=new))
    return shown
