"""One event as one sentence, in the reader's language. The sentences are in templates/*.toml; this fills them in."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from monitor.calendar import citation_in_chinese
from monitor.cleaning import clean, clean_url
from monitor.moments import shanghai_minute
from monitor.sentences import around

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Lang = Literal["en", "zh"]
MOMENTS = ("first_seen", "last_good", "since", "told_at", "closed_at", "lacked_at", "seen_at", "at")
FAULTS_SHOWN = 5
FIGURES_SHOWN = 8
SENTENCES_SHOWN = 3
SENTENCE_SIGNS, LONGEST = 60, 2000
NAMES_SHOWN = 3
PLURAL = re.compile(r"(?<![\w.,-])1 (day|list|report|message|visit|publisher|incident|title)s\b")
FAULT_SIGNS = 220


@dataclass(frozen=True, slots=True)
class Told:
    """An event as stored, ready to be worded. `incident` is the stored incident's number.

    `over`: the incident has ended by now. `untried`: this channel cannot have been told yet. `told_at`: when it was
    told here of what the event ends or takes back; while that is not known to have arrived, when it was judged.
    `meanwhile`: it ends what began since the last message, so the beginning is told with it.
    """

    id: int
    key: str
    short_id: str
    kind: str
    topic: str
    severity: str
    at: str
    incident: int | None
    publisher: str | None
    year: int | None
    detail: Mapping[str, Any]
    over: bool = False
    untried: bool = False
    told_at: str | None = None
    meanwhile: bool = False

    @property
    def group(self) -> str:
        """The heading under which the event is counted: its name is in `[names]` of the templates."""
        if self.kind == "appeared":
            return "late" if self.detail.get("status") == "late" else "appeared"
        if self.kind in ("opened", "worsened"):
            return self.topic
        return "still" if self.kind == "reminder" else self.kind


@cache
def templates(lang: Lang) -> dict[str, dict[str, str]]:
    """The sentences of one language, by group and name."""
    path = Path(__file__).with_name("templates") / f"{lang}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def sentence(told: Told, lang: Lang) -> str:
    """What happened, to whom, for what year, and why we say so: one or two sentences of harmless plain text."""
    writer = _WRITERS[told.kind]
    text = writer(told, _fields(told, lang), lang) + _by_law(told, lang)
    return PLURAL.sub(r"1 \1", text) if lang == "en" else text


def address(told: Told) -> str:
    """The official address to look at, or the empty text."""
    return clean_url(told.detail.get("url"))


def _fields(told: Told, lang: Lang) -> dict[str, Any]:
    """The event's particulars as texts: times as a clock in Beijing shows them, rules cited, names made harmless."""
    words = templates(lang)
    detail = told.detail
    fields: dict[str, Any] = {
        key: clean(value) for key, value in detail.items() if isinstance(value, str | int | float)
    }
    moments = {**detail, "told_at": told.told_at or detail.get("opened_at")}
    for key in MOMENTS:
        fields[key] = shanghai_minute(moments[key]) if moments.get(key) else words["words"]["never"]
    fields["law"] = _law(detail, lang)
    fields["due"] = day(detail.get("due"), lang)
    fields["page_date"] = day(detail.get("page_date"), lang)
    return {"who": "?", "host": "?", "year": told.year, "unmatched": 0, "days_late": "?", **fields}


def day(iso: str | None, lang: Lang) -> str:
    """A date as people write it: `31 January 2026`, `2026年1月31日`; a dash for none."""
    if not iso:
        return "—"
    at = date.fromisoformat(iso)
    return f"{at.year}年{at.month}月{at.day}日" if lang == "zh" else f"{at.day} {at:%B} {at.year}"


def _law(detail: Mapping[str, Any], lang: Lang) -> str:
    source = str(detail.get("law") or "")
    in_chinese = str(detail.get("law_zh") or citation_in_chinese(source))
    cited = clean(in_chinese if lang == "zh" else source, limit=240)
    basis = templates(lang)["basis"].get(str(detail.get("basis")), "{law}")
    return basis.format(law=cited)


def _by_law(told: Told, lang: Lang) -> str:
    """Where a local date was missed: how it stands by the law's own date, so that nobody takes one for the other."""
    detail, words = told.detail, templates(lang)
    late = detail.get("status") == "late" and told.kind in ("appeared", "corrected")
    absent = told.topic == "missing" and told.kind in ("opened", "worsened", "reminder")
    if not detail.get("by_law") or not (late or absent):
        return ""
    cited = clean(detail["statutory_zh"] if lang == "zh" else detail["statutory"], limit=240)
    fields = {"due": day(detail["statutory_due"], lang), "law": cited, "days": detail.get("days_late_by_law")}
    return ("" if lang == "zh" else " ") + words["by_law"][detail["by_law"]].format(**fields)


def _due_soon(told: Told, fields: dict[str, Any], lang: Lang) -> str:
    words = templates(lang)["due_soon"]
    fields["first"] = _names(told.detail["publisher_names"], lang, told.detail["count"])
    fields["when"] = words["today" if not told.detail["days"] else "in_days"].format(days=told.detail["days"])
    return words["due_soon"].format(**fields)


def _opened(told: Told, fields: dict[str, Any], lang: Lang) -> str:
    text = _condition(told, fields, lang, "worsened" if told.kind == "worsened" else "opened")
    return _answered(told, text, lang) if told.kind == "worsened" else text


def _answered(told: Told, text: str, lang: Lang) -> str:
    """The text with who had taken the incident on or put it off, and why."""
    answer = told.detail.get("answer")
    if not answer:
        return text
    words = templates(lang)["words"]
    fields = {"by": clean(answer["by"]), "note": clean(answer["note"]), "at": shanghai_minute(answer["at"])}
    if told.kind == "worsened":
        return words["lapsed"].format(text=text, **fields)
    return words["snoozed"].format(text=text, until=day(answer["until"], lang), **fields)


def _condition(told: Told, fields: dict[str, Any], lang: Lang, group: str) -> str:
    words, detail = templates(lang), told.detail
    fields["faults"] = words["words"]["join"].join(_faults(detail.get("faults", ()), lang))
    fields["publishers"] = _names(detail.get("publisher_names") or detail.get("publishers") or (), lang)
    fields["blind_kind"] = words["blind_kinds"].get(
        str(detail.get("blind_kind")), str(detail.get("blind_kind"))
    )
    if told.topic == "monitor":
        fields["hosts"] = _names(detail.get("hosts", ()), lang, others="other_hosts")
        return words[group][f"monitor_{detail['trouble']}"].format(**fields)
    if detail.get("platform"):
        fields["hosts"] = _names(detail["hosts"], lang, others="other_hosts")
        return words[group]["blind_platform"].format(**fields)
    return words[group][told.topic].format(**fields)


def _faults(faults: Sequence[Sequence[str]], lang: Lang) -> list[str]:
    texts = [clean(fault[1 if lang == "zh" else 0], FAULT_SIGNS) for fault in faults[:FAULTS_SHOWN]]
    shown = [text.rstrip("。. ") for text in texts]  # the template ends the sentence
    left = len(faults) - len(shown)
    return [*shown, f"+{left}"] if left else shown


def _names(names: Sequence[str], lang: Lang, total: int | None = None, others: str = "others") -> str:
    """The first names and how many there are besides; `total` where not all are given."""
    words = templates(lang)["words"]
    if not names:
        return words["nobody"]
    total = total or len(names)
    shown = words["comma"].join(clean(name) for name in names[:NAMES_SHOWN])
    left = total - min(len(names), NAMES_SHOWN)
    if left <= 0:
        return shown
    return words[others].format(first=shown, count=left if lang == "en" else total)


def _reminder(told: Told, fields: dict[str, Any], lang: Lang) -> str:
    text = _answered(told, _condition(told, fields, lang, "opened"), lang)
    return templates(lang)["words"]["still"].format(days=fields["days"], text=text)


def _resolved(told: Told, fields: dict[str, Any], lang: Lang) -> str:
    detail, name = told.detail, told.topic
    if told.meanwhile and detail.get("opened_at"):
        return _meanwhile(told, fields, lang)
    if detail.get("platform"):
        name = "blind_platform"
    elif told.topic == "monitor":
        name = f"monitor_{detail['trouble']}"
    if detail.get("reason") == "gone":
        name = f"{told.topic}_gone"
    elif detail.get("reason") == "unwatched":
        name = "unwatched" if told.publisher else "unwatched_host"
    return templates(lang)["resolved"][name].format(**fields)


def _meanwhile(told: Told, fields: dict[str, Any], lang: Lang) -> str:
    """One line for what began and ended since the last message: both its times, and no word of having told it."""
    words = templates(lang)
    about = fields.get("platform") or fields["host"]
    subject = f"{fields['who']} {told.year}" if told.publisher else about
    opened_at, over_at = shanghai_minute(told.detail["opened_at"]), shanghai_minute(told.at)
    kind = words["names"][told.topic]
    line = words["words"]["meanwhile"]
    return line.format(subject=subject, kind=kind, opened_at=opened_at, over_at=over_at)


def _appeared(told: Told, fields: dict[str, Any], lang: Lang) -> str:
    words = templates(lang)
    text = words["appeared"][_arrival(told.detail)].format(**fields)
    if told.detail.get("supplied_by"):
        text = words["words"]["supplied"].format(text=text, by=fields["supplied_by"])
    if told.told_at:
        return words["words"]["no_longer_missing"].format(told_at=fields["told_at"], text=text)
    return text


def _arrival(detail: Mapping[str, Any]) -> str:
    if not detail.get("due"):
        return "outside_life" if detail.get("outside_life") else "no_date"
    if detail["status"] != "late":
        return str(detail["status"])
    page_date = detail.get("page_date")
    if detail.get("backdated"):
        return "late_despite_page_date"
    by_date = page_date is not None and page_date > detail["due"]
    return "late_by_date" if by_date or not detail.get("lacked_at") else "late_by_witness"


def _corrected(told: Told, fields: dict[str, Any], lang: Lang) -> str:
    words, detail = templates(lang), told.detail
    fields["status"] = words["statuses"].get(str(detail.get("status")), "?")
    fields["was"] = words["statuses"].get(str(detail.get("was")), "?")
    figures = detail.get("figures", ()) if detail["kind"] == "revised" else ()
    fields["changes"] = words["words"]["join"].join(_figure_changes(figures, lang))
    why = words["reasons"][str(detail["reason"])].format(**fields)
    if detail["kind"] == "appeared":
        return words["corrected"]["told_arrival"].format(why=why, **fields)
    claim = words["corrected"][f"claim_{detail['kind']}"]
    if "standing" in detail:
        fields["faults"] = words["words"]["join"].join(_faults(detail.get("faults", ()), lang))
        return words["corrected"]["told_part"].format(why=why, claim=claim, **fields)
    return words["corrected"]["told"].format(why=why, claim=claim, **fields)


def _revised(told: Told, fields: dict[str, Any], lang: Lang) -> str:
    words, detail = templates(lang), told.detail
    changes = _figure_changes(detail["figures"], lang)
    if detail.get("copy_of"):
        changes.append(words["revised"]["elsewhere"])
    if detail["sections"]:
        names = words["words"]["comma"].join(clean(title, 40) for title in detail["sections"])
        changes.append(words["revised"]["text"].format(sections=names))
        changes += _sentences(detail.get("sentences", ()), lang)
    return words["revised"]["revised"].format(changes=words["words"]["join"].join(changes), **fields)


def _figure_changes(figures: Sequence[Sequence[str]], lang: Lang) -> list[str]:
    template = templates(lang)["revised"]["figure"]
    shown = [
        template.format(label=clean(label), before=clean(before, 40), after=clean(after, 40))
        for label, before, after in figures[:FIGURES_SHOWN]
    ]
    left = len(figures) - len(shown)
    return [*shown, f"+{left}"] if left else shown


def _sentences(changed: Sequence[Sequence[str | None]], lang: Lang) -> list[str]:
    """The first changed sentences, cut to where they differ."""
    words, shown = templates(lang)["revised"], []
    for _, before, after in changed[:SENTENCES_SHOWN]:
        old, new = around(clean(before or "", LONGEST), clean(after or "", LONGEST), SENTENCE_SIGNS)
        name = "new" if before is None else "gone" if after is None else "sentence"
        shown.append(words[name].format(before=old, after=new))
    left = len(changed) - len(shown)
    return [*shown, f"+{left}"] if left else shown


def _summary(told: Told, fields: dict[str, Any], lang: Lang) -> str:
    counts = {
        "statuses": _counts(told.detail["statuses"], "statuses", lang),
        "incidents": _counts(told.detail["incidents"], "names", lang),
    }
    return templates(lang)["summary"]["summary"].format(**{**fields, **counts})


def _alive(told: Told, fields: dict[str, Any], lang: Lang) -> str:
    checked_at = told.detail.get("checked_at")
    fields["checked_at"] = shanghai_minute(checked_at) if checked_at else templates(lang)["words"]["never"]
    fields["incidents"] = _counts(told.detail["incidents"], "names", lang)
    return templates(lang)["alive"]["alive"].format(**fields)


def _storm(told: Told, fields: dict[str, Any], lang: Lang) -> str:
    kinds, first = (
        _counts(told.detail["kinds"], "names", lang),
        _names(told.detail["first"], lang, told.detail["count"]),
    )
    return templates(lang)["storm"]["storm"].format(**{**fields, "kinds": kinds, "first": first})


def _counts(counted: Mapping[str, int], group: str, lang: Lang) -> str:
    words = templates(lang)
    texts = [
        words["words"]["count"].format(count=n, name=words[group].get(name, name))
        for name, n in counted.items()
    ]
    return words["words"]["comma"].join(texts) or words["summary"]["nothing"]


def _channel(told: Told, fields: dict[str, Any], lang: Lang) -> str:
    fields["error"] = clean(told.detail["error"], FAULT_SIGNS)
    return templates(lang)["channel"]["channel"].format(**{"channel": told.detail["channel"], **fields})


_WRITERS: dict[str, Callable[[Told, dict[str, Any], Lang], str]] = {
    "opened": _opened,
    "worsened": _opened,
    "reminder": _reminder,
    "resolved": _resolved,
    "appeared": _appeared,
    "corrected": _corrected,
    "revised": _revised,
    "summary": _summary,
    "storm": _storm,
    "channel": _channel,
    "due_soon": _due_soon,
    "alive": _alive,
}
