"""One event as sentences, in the reader's language. The sentences are in templates/*.toml; this fills them in. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from monitor.cleaning import clean, clean_own, clean_url
from monitor.moments import shanghai_minute
from monitor.told import Lang, Told
from monitor.words import (
    FAULT_SIGNS,
    FAULTS_SHOWN,
    SENTENCES_SHOWN,
    by_law,
    changed,
    changed_sentences,
    counts,
    day,
    faults,
    fields_of,
    figure_changes,
    listed,
    names,
    said,
    sentences_of,
    templates,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Lang", "Saying", "Table", "Told", "addresses", "in_a_row", "say", "sentence", "templates"]
PLURAL = re.compile(
    r"(?<![\w.,-])1 (day|list|report|message|visit|publisher|incident|title|failed visit|good visit|host|document)s\b"
)


ADDRESSES = 2


@dataclass(frozen=True, slots=True)
class Table:
    """Particulars that read better in columns. `heads` are names in `[columns]`; `total` rows there are in all.

    `noted`: each row has one text more than there are heads, a note on the row.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int
    noted: bool = False


@dataclass(frozen=True, slots=True)
class Saying:
    """What is said of an event: who, which year, why; then its particulars, in words, which `tables` show as well;
    then what is said after them."""

    head: str
    particulars: tuple[str, ...] = ()
    tail: str = ""
    tables: tuple[Table, ...] = ()


def say(told: Told, lang: Lang) -> Saying:
    """What happened, to whom, for what year, and why we say so: whole sentences of harmless plain text."""
    saying = _WRITERS[told.kind](told, fields_of(told, lang), lang)
    head = sentences_of(saying.head, by_law(told, lang), lang=lang)
    if lang == "zh":
        return Saying(head, saying.particulars, saying.tail, saying.tables)
    counted = (PLURAL.sub(r"1 \1", text) for text in saying.particulars)
    return Saying(PLURAL.sub(r"1 \1", head), tuple(counted), saying.tail, saying.tables)


def sentence(told: Told, lang: Lang) -> str:
    """All that is said of an event, in a row."""
    return in_a_row(say(told, lang), lang)


def in_a_row(saying: Saying, lang: Lang) -> str:
    """Its sentences, one after the other."""
    return sentences_of(saying.head, *saying.particulars, saying.tail, lang=lang)


def addresses(told: Told) -> tuple[str, ...]:
    """The official address to look at, and that of the document with the evidence, if it is another one."""
    evidence = (one.get("url") for one in told.detail.get("evidence", ()))
    found = [clean_url(url) for url in (told.detail.get("url"), *evidence)]
    return tuple(dict.fromkeys(url for url in found if url))[:ADDRESSES]


def _due_soon(told: Told, fields: dict[str, Any], lang: Lang) -> Saying:
    words = templates(lang)["due_soon"]
    fields["first"] = names(told.detail["publisher_names"], lang, told.detail["count"])
    fields["when"] = words["today" if not told.detail["days"] else "in_days"].format(days=told.detail["days"])
    return Saying(words["due_soon"].format(**fields))


def _opened(told: Told, fields: dict[str, Any], lang: Lang) -> Saying:
    return _condition(told, fields, lang, "opened")


def _worsened(told: Told, fields: dict[str, Any], lang: Lang) -> Saying:
    saying = _condition(told, fields, lang, "worsened")
    answer = _answer(told, lang)
    lapsed = templates(lang)["words"]["lapsed"].format(text="", **answer).strip() if answer else ""
    return Saying(saying.head, saying.particulars, lapsed, saying.tables)


def _reminder(told: Told, fields: dict[str, Any], lang: Lang) -> Saying:
    words = templates(lang)["words"]
    saying = _condition(told, fields, lang, "opened")
    answer = _answer(told, lang)
    snoozed = words["snoozed"].format(text="", **answer).strip() if answer else ""
    head = words["still"].format(days=fields["days"], opened_at=fields["opened_at"], text=saying.head)
    return Saying(head, saying.particulars, snoozed, saying.tables)


def _answer(told: Told, lang: Lang) -> dict[str, str]:
    """Who had taken the incident on or put it off, and why; nothing if nobody did."""
    answer = told.detail.get("answer")
    if not answer:
        return {}
    known = {"by": clean(answer["by"]), "note": clean(answer["note"]), "at": shanghai_minute(answer["at"])}
    return {**known, "until": day(answer["until"], lang)}


def _condition(told: Told, fields: dict[str, Any], lang: Lang, group: str) -> Saying:
    words, detail = templates(lang)[group], told.detail
    if told.topic == "monitor":
        fields["hosts"] = names(detail.get("hosts", ()), lang, others="other_hosts")
        return Saying(words[f"monitor_{detail['trouble']}"].format(**fields))
    if told.topic == "blind":
        return Saying(words[_blind(detail)].format(**_of_blind(detail, fields, lang)))
    lists = len(detail.get("looked", ()))
    if told.topic == "missing" and lists > 1:
        return Saying(words["missing_lists"].format(lists=lists, **fields))
    head = words[_head(told)].format(**fields)
    if told.topic not in ("invalid", "doubtful"):
        return Saying(head)
    found = faults(detail, lang, new=told.kind == "worsened")
    shown = tuple(found[:FAULTS_SHOWN])
    told_in_words = listed([said(fault, lang) for fault in shown], len(found), lang)
    table = Table(("fault",), shown, len(found), noted=True)
    return Saying(head, (told_in_words,) if shown else (), tables=(table,) if shown else ())


def _head(told: Told) -> str:
    """The name of the sentence that says what is claimed, and no more."""
    if told.topic == "withdrawn" and told.detail.get("page_gone_since"):
        return "withdrawn_page"
    return (
        "doubtful_grave" if told.topic == "doubtful" and told.detail.get("gravest") == "error" else told.topic
    )


def _blind(detail: Mapping[str, Any]) -> str:
    return "blind_platform" if detail.get("platform") else "blind"


def _of_blind(detail: Mapping[str, Any], fields: dict[str, Any], lang: Lang) -> dict[str, Any]:
    kind = str(detail.get("blind_kind"))
    return {
        **fields,
        "publishers": names(detail.get("publisher_names") or detail.get("publishers") or (), lang),
        "blind_kind": templates(lang)["blind_kinds"].get(kind, clean(kind)),
        "hosts": names(detail.get("hosts", ()), lang, others="other_hosts"),
    }


def _resolved(told: Told, fields: dict[str, Any], lang: Lang) -> Saying:
    detail, name = told.detail, told.topic
    if told.meanwhile and detail.get("opened_at"):
        return Saying(_meanwhile(told, fields, lang))
    if told.topic == "blind":
        name = _blind(detail)
    elif told.topic == "monitor":
        name = f"monitor_{detail['trouble']}"
    if detail.get("reason") == "gone":
        name = f"{told.topic}_gone"
    elif detail.get("reason") == "unwatched":
        name = "unwatched" if told.publisher else "unwatched_host"
    return Saying(templates(lang)["resolved"][name].format(**fields))


def _meanwhile(told: Told, fields: dict[str, Any], lang: Lang) -> str:
    """One line for what began and ended since the last message: both its times, and no word of having told it."""
    words = templates(lang)
    about = fields.get("platform") or fields["host"]
    if told.topic == "monitor":
        about = "reportwatch"
    subject = f"{fields['who']} {told.year}" if told.publisher else about
    over_at = shanghai_minute(told.at)
    line, kind = words["words"]["meanwhile"], words["names"][told.topic]
    return line.format(subject=subject, kind=kind, opened_at=fields["opened_at"], over_at=over_at)


def _appeared(told: Told, fields: dict[str, Any], lang: Lang) -> Saying:
    words = templates(lang)
    text = words["appeared"][_arrival(told.detail)].format(**fields)
    if told.detail.get("supplied_by"):
        text = words["words"]["supplied"].format(text=text, by=fields["supplied_by"])
    if told.told_at:
        text = words["words"]["no_longer_missing"].format(told_at=fields["told_at"], text=text)
    return Saying(text)


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


def _corrected(told: Told, fields: dict[str, Any], lang: Lang) -> Saying:
    words, detail = templates(lang), told.detail
    fields["status"] = words["statuses"].get(str(detail.get("status")), "?")
    fields["was"] = words["statuses"].get(str(detail.get("was")), "?")
    fields["note"] = clean(detail.get("note", ""), FAULT_SIGNS).rstrip("。. ")
    figures = detail.get("figures", ()) if detail["kind"] == "revised" else ()
    fields["changes"] = words["words"]["join"].join(figure_changes(figures, lang))
    why = words["reasons"][str(detail["reason"])].format(**fields)
    if detail["kind"] == "appeared":
        return Saying(words["corrected"]["told_arrival"].format(why=why, **fields))
    claim = words["corrected"][f"claim_{detail['kind']}"]
    if "standing" not in detail:
        return Saying(words["corrected"]["told"].format(why=why, claim=claim, **fields))
    found = faults(detail, lang)
    in_a_row = listed([said(fault, lang) for fault in found[:FAULTS_SHOWN]], len(found), lang)
    fields["faults"] = in_a_row.rstrip("。.")
    why = why[:1].upper() + why[1:]
    return Saying(words["corrected"]["told_part"].format(why=why, claim=claim, **fields))


def _revised(told: Told, fields: dict[str, Any], lang: Lang) -> Saying:
    words, detail = templates(lang), told.detail
    head, particulars, tables = words["revised"]["revised"].format(**fields), [], []
    if detail["figures"]:
        shown = changed(detail["figures"])
        table = Table(("label", "before", "after"), tuple(shown), len(detail["figures"]))
        tables.append(table)
        particulars.append(listed(figure_changes(detail["figures"], lang)[: len(shown)], table.total, lang))
    tail = [listed([words["revised"]["elsewhere"]], 1, lang)] if detail.get("copy_of") else []
    if detail["sections"]:
        titles = words["words"]["comma"].join(clean(title, 40) for title in detail["sections"])
        tail.append(listed([words["revised"]["text"].format(sections=titles)], 1, lang))
    said_otherwise = detail.get("sentences", ())
    if said_otherwise:
        total = max(len(said_otherwise), SENTENCES_SHOWN)
        tail.append(listed(changed_sentences(said_otherwise, lang), min(total, len(said_otherwise)), lang))
    return Saying(head, tuple(particulars), sentences_of(*tail, lang=lang), tuple(tables))


def _summary(told: Told, fields: dict[str, Any], lang: Lang) -> Saying:
    fields["statuses"] = counts(told.detail["statuses"], "statuses", lang)
    fields["incidents"] = counts(told.detail["incidents"], "names", lang)
    return Saying(templates(lang)["summary"]["summary"].format(**fields))


def _alive(told: Told, fields: dict[str, Any], lang: Lang) -> Saying:
    checked_at = told.detail.get("checked_at")
    fields["checked_at"] = shanghai_minute(checked_at) if checked_at else templates(lang)["words"]["never"]
    fields["incidents"] = counts(told.detail["incidents"], "names", lang)
    return Saying(templates(lang)["alive"]["alive"].format(**fields))


def _storm(told: Told, fields: dict[str, Any], lang: Lang) -> Saying:
    fields["kinds"] = counts(told.detail["kinds"], "names", lang)
    fields["first"] = names(told.detail["first"], lang, told.detail["count"])
    words = templates(lang)["storm"]
    said = words["storm"].format(**fields)
    return Saying(said + (words["one_day"].format(**fields) if told.detail.get("same_date") else ""))


def _channel(told: Told, fields: dict[str, Any], lang: Lang) -> Saying:
    fields["channel"] = clean_own(told.detail["channel"])
    fields["error"] = clean_own(told.detail["error"], FAULT_SIGNS).rstrip("。. ")
    name = "mistake" if told.detail.get("works") else "channel"
    return Saying(templates(lang)["channel"][name].format(**fields))


_WRITERS: dict[str, Callable[[Told, dict[str, Any], Lang], Saying]] = {
    "opened": _opened,
    "worsened": _worsened,
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
