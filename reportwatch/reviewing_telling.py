"""Questions, decisions and their history in words for people, English and Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from monitor.cleaning import readable
from monitor.moments import shanghai_minute
from monitor.rule_names import rule_name
from parsers.editions import citation
from reportwatch import printing
from reportwatch.reviewing import shown_digits
from reportwatch.shape import digits, place
from store.figure_keys import figure_keys
from store.readings import exact, figures_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlite_utils import Database

    from parsers.model import Figure
    from reportwatch.options import Lang
    from reportwatch.reviewing import Question

Row = dict[str, Any]
LONGEST = 500  # characters of a message or a note that are shown
_HISTORY = "SELECT * FROM reviews WHERE fingerprint IN (?, ?) ORDER BY id"
_OF_RULE = """
SELECT * FROM reviews WHERE publisher = ? AND year = ? AND rule = ? AND fingerprint NOT IN (?, ?) ORDER BY id
"""
_OF_REPORT = "SELECT * FROM reviews WHERE publisher = ? AND year = ? ORDER BY id"
_JUDGED = (
    "SELECT * FROM judged_findings WHERE publisher = ? AND year = ? AND level <> 'info' ORDER BY finding"
)
_WORDS: dict[Lang, dict[str, str]] = {
    "en": {
        "waiting": "{findings} findings and {figures} figures to look at",
        "nothing": "Nothing waits for a decision in this scope.",
        "head": "id|publisher|year|level|rule|what is found",
        "log_head": "at|by|decision|publisher|year|about|note",
        "accepted": "found right", "dismissed": "dismissed", "corrected": "corrected", "undone": "taken back",
        "decided": "{at} {by}: {decision}{value}{note}",
        "value": " to {value} (seen in {stands_in})", "note": ", because: {note}",
        "sides": "left side {left}, right side {right}", "read": "{key} ({label}): {said}",
        "unsure": "not sure", "blank": "blank", "not_number": "no number", "says": "{reader} reads “{text}” at {place}",
        "at": "at {place}", "corrected_to": "corrected to {value}", "document": "document: {url}",
        "kept": "kept as {path}", "settled": "It holds with a corrected figure.",
        "waits": "It waits for a decision.", "history": "Decisions",
        "earlier": "Decided before by the same rule, about other figures or another document",
        "now_finding": "reportwatch review accept {id} --by NAME      the finding is right\n"
        "reportwatch review dismiss {id} --by NAME --note WHY",
        "now_figure": "reportwatch review correct {publisher} {year} {key} VALUE --by NAME --source WHERE\n"
        "reportwatch review dismiss {id} --by NAME --note WHY      it stays unsure",
        "by_accepted": " – {by} looked: it is right", "by_dismissed": " – {by} dismissed it: {note}",
        "by_correction": " – it holds with a corrected figure", "with_correction": " – with a corrected figure",
        "later": "Alerts follow at the next `reportwatch check`.",
    },
    "zh": {
        "waiting": "待核对：{findings}项问题、{figures}个数字",
        "nothing": "此范围内没有待核对的内容。",
        "head": "编号|单位|年度|级别|规则|内容",
        "log_head": "时间|核对人|决定|单位|年度|内容|说明",
        "accepted": "确认属实", "dismissed": "不成立", "corrected": "更正", "undone": "撤销决定",
        "decided": "{at} {by}：{decision}{value}{note}",
        "value": "为{value}（见{stands_in}）", "note": "，理由：{note}",
        "sides": "左边{left}，右边{right}", "read": "{key}（{label}）：{said}",
        "unsure": "未能确认", "blank": "空白", "not_number": "不是数字", "says": "{reader}在{place}读作“{text}”",
        "at": "位于{place}", "corrected_to": "更正为{value}", "document": "文件：{url}",
        "kept": "存于{path}", "settled": "更正数字后相符。",
        "waits": "待核对。", "history": "已有决定",
        "earlier": "此前对同一规则的决定（当时数字或文件不同）",
        "now_finding": "reportwatch review accept {id} --by 姓名      问题属实\n"
        "reportwatch review dismiss {id} --by 姓名 --note 理由",
        "now_figure": "reportwatch review correct {publisher} {year} {key} 数字 --by 姓名 --source 出处\n"
        "reportwatch review dismiss {id} --by 姓名 --note 理由      仍存疑",
        "by_accepted": "——{by}核对属实", "by_dismissed": "——{by}认为不成立：{note}",
        "by_correction": "——更正数字后相符", "with_correction": "——以更正后的数字计",
        "later": "提醒在下次 reportwatch check 时随之更新。",
    },
}  # fmt: skip


def words(lang: Lang, name: str, **parts: object) -> str:
    """One sentence of this module in a language."""
    return _WORDS[lang][name].format_map(parts)


def message_of(one: Question, lang: Lang) -> str:
    """The finding, or what is asked of the figure, in a sentence."""
    return readable(one.message_zh if lang == "zh" else one.message, LONGEST)


def list_(found: Sequence[Question], lang: Lang) -> None:
    """The table of what waits, counts first."""
    if not found:
        click.echo(words(lang, "nothing"))
        return
    figures = sum(one.what == "figure" for one in found)
    count = shown_digits([one.id for one in found])
    title = words(lang, "waiting", findings=len(found) - figures, figures=figures)
    rows = [
        (
            f"#{one.id[:count]}",
            one.name,
            one.year,
            one.level,
            rule_name(one.rule, lang),
            message_of(one, lang),
        )
        for one in found
    ]
    printing.table(title, words(lang, "head").split("|"), rows)


def show(db: Database, one: Question, lang: Lang, kept: str | None) -> Iterator[str]:
    """Everything that a person needs to decide: both sides, each reading and its place, the document, the history."""
    yield f"#{one.id}  {one.name} {one.year}  {one.level}, {rule_name(one.rule, lang)}"
    yield message_of(one, lang)
    if one.left is not None or one.right is not None:
        yield words(lang, "sides", left=digits(one.left) or "–", right=digits(one.right) or "–")
    yield from readings_said(db, one, lang)
    if one.url:
        yield words(lang, "document", url=readable(one.url))
    if kept:
        yield words(lang, "kept", path=kept)
    history = [_decided(row, lang) for row in db.query(_HISTORY, (one.id, one.decided_under))]
    if history:
        yield words(lang, "history")
        yield from (f"  {line}" for line in history)
    place = (one.publisher, one.year, one.rule, one.id, one.decided_under)
    if earlier := list(_about(db.query(_OF_RULE, place), lang)):
        yield words(lang, "earlier")
        yield from (f"  {line}" for line in earlier)
    if one.settled:
        yield words(lang, "settled")
    elif one.waits:
        yield words(lang, "waits")
        name = "now_figure" if one.what == "figure" else "now_finding"
        key = one.keys[0] if one.keys else ""
        yield words(lang, name, id=one.id[:8], publisher=one.publisher, year=one.year, key=key)


def readings_said(db: Database, one: Question, lang: Lang) -> Iterator[str]:
    """The figures that are spoken of: as read, by every reader, with their places."""
    if one.reading is None:
        return
    labels = {key.key: f"{key.row_label} · {key.column_label}" for key in figure_keys()}
    for figure in figures_of(db, one.reading):
        if figure.key in one.keys:
            said = _said(db, one.reading, figure, lang)
            yield "  " + words(lang, "read", key=figure.key, label=labels[figure.key], said=said)


def _said(db: Database, reading: int, figure: Figure, lang: Lang) -> str:
    shown = digits(figure.value) if figure.state == "number" else words(lang, figure.state)
    printed = readable(figure.text)
    if printed and printed != shown:
        shown += f" “{printed}”"
    parts = [f"{shown} {words(lang, 'at', place=place(figure.origin))}"]
    parts += [
        words(lang, "says", reader=other.reader, text=readable(other.text), place=place(other.origin))
        for other in figure.alternatives
    ]
    for state, value in db.execute(
        "SELECT c.state, c.value FROM corrected_figures c JOIN figure_keys k ON k.id = c.key"
        " WHERE c.reading = ? AND k.key = ?", (reading, figure.key),
    ).fetchall():  # fmt: skip
        parts.append(words(lang, "corrected_to", value=_value(state, value, lang)))
    return "; ".join(parts) if lang == "en" else "；".join(parts)


def _value(state: str | None, value: Any, lang: Lang) -> str:  # noqa: ANN401 - what SQLite holds
    return words(lang, "blank") if state == "blank" else digits(exact(value, str(value)))


def _decided(row: Row, lang: Lang) -> str:
    value = ""
    if row["decision"] == "corrected":
        value = words(
            lang,
            "value",
            value=_value(row["state"], row["value"], lang),
            stands_in=readable(row["stands_in"]),
        )
    note = words(lang, "note", note=readable(row["note"], LONGEST)) if row["note"] else ""
    return words(
        lang, "decided", at=shanghai_minute(row["at"]), by=readable(row["by"]), decision=words(lang, row["decision"]),
        value=value, note=note,
    )  # fmt: skip


def decisions_on(db: Database, publisher: str, year: int, lang: Lang) -> Iterator[str]:
    """Every decision on a report's findings and figures, oldest first, with what it was about."""
    return _about(db.query(_OF_REPORT, (publisher, year)), lang)


def _about(rows: Iterable[Row], lang: Lang) -> Iterator[str]:
    for row in rows:
        about = row["key"] or readable(row["message_zh" if lang == "zh" else "message"], LONGEST)
        yield f"{_decided(row, lang)} – #{row['fingerprint'][:8]} {about}"


def findings_of(db: Database, publisher: str, year: int, lang: Lang) -> dict[int | None, list[str]]:
    """What the rules found of a report that is worth a look, with what people decided; by reading, None: across reports."""
    found: dict[int | None, list[str]] = {}
    for row in db.query(_JUDGED, (publisher, year)):
        message = readable(row["message_zh" if lang == "zh" else "message"], LONGEST)
        line = f"{row['level']}, {row['kind']}: {message}{_ground(row['rule'], lang)}{_mark(row, lang)}"
        found.setdefault(row["reading"], []).append(line)
    return found


def _ground(rule: str, lang: Lang) -> str:
    """On what a rule rests; nothing for what comes from reading itself."""
    said = citation(rule)
    return "" if said is None else f" [{said[lang == 'zh']}]"


def _mark(row: Row, lang: Lang) -> str:
    if row["settled_by"] is not None:
        return words(lang, "by_correction")
    marks = [words(lang, "with_correction")] if row["judged_with"] is not None else []
    if row["decision"]:
        by, note = readable(row["decided_by"]), readable(row["decision_note"], LONGEST)
        marks.append(words(lang, f"by_{row['decision']}", by=by, note=note))
    return "".join(marks)


def log(rows: Sequence[Row], names: dict[str, str], lang: Lang) -> None:
    """The table of decisions."""
    lines = [
        (
            shanghai_minute(row["at"]), readable(row["by"]),
            words(lang, row["decision"]) + (
                words(lang, "value", value=_value(row["state"], row["value"], lang), stands_in=readable(row["stands_in"]))
                if row["decision"] == "corrected" else ""
            ),
            names.get(row["publisher"], row["publisher"]), row["year"],
            f"#{row['fingerprint'][:8]} " + (row["key"] or readable(row["message_zh" if lang == "zh" else "message"], LONGEST)),
            readable(row["note"], LONGEST),
        )
        for row in rows
    ]  # fmt: skip
    printing.table("", words(lang, "log_head").split("|"), lines)
